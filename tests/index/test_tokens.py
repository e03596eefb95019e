"""Late interaction: each thing that a question names is looked for in the chunk."""

from pathlib import Path

import numpy as np
import pytest

from supportbot.embedding.encoder import Encoding, encode
from supportbot.embedding.hashing import HashEncoder
from supportbot.index import cohort
from supportbot.index.tokens import DIMENSION, TokenIndex, TokenSpace

TEXTS = ["退款要三個工作天。", "換貨請在七天內申請。", "門市每天十點開門。", ""]


def built(space: TokenSpace, encodings: list[Encoding]) -> TokenIndex:
    """An index of chunks whose pieces are their sentences' first three characters and the rest."""
    pieces = [(one.ends > 3).astype(np.uint16) for one in encodings]
    order = [np.argsort(one.ends, kind="stable") for one in encodings]
    return TokenIndex.build(
        space,
        [one.token_ids[own] for one, own in zip(encodings, order, strict=True)],
        [one[own] for one, own in zip(pieces, order, strict=True)],
        [space.project(one)[own] for one, own in zip(encodings, order, strict=True)],
    )


@pytest.fixture(scope="module")
def space() -> TokenSpace:
    return TokenSpace.fit(encode(HashEncoder(), cohort.questions()))


@pytest.fixture(scope="module")
def tokens(space: TokenSpace) -> TokenIndex:
    encodings = encode(HashEncoder(), TEXTS, documents=True)
    return built(space, encodings)


def similarity(tokens: TokenIndex, question: str, rows: list[int]) -> list[float]:
    encoding = encode(HashEncoder(), [question])[0]
    found: list[float] = (
        tokens.weights(encoding.token_ids) @ tokens.cover(tokens.space.question(encoding), rows)
    ).tolist()
    return found


def test_a_chunk_that_has_all_that_is_asked_covers_it_best(tokens: TokenIndex) -> None:
    for row, question in enumerate(("退款三天", "七天內換貨", "門市十點開門")):
        found = similarity(tokens, question, [0, 1, 2])
        assert found.index(max(found)) == row, question


def test_the_order_of_the_rows_does_not_matter(tokens: TokenIndex) -> None:
    assert similarity(tokens, "退款", [2, 0, 1]) == pytest.approx(
        [similarity(tokens, "退款", [row])[0] for row in (2, 0, 1)]
    )


def test_rare_tokens_count_more(tokens: TokenIndex) -> None:
    encoding = encode(HashEncoder(), ["天門"])[0]  # 天 is in three chunks, 門 in one
    weights = dict(zip(encoding.token_ids.tolist(), tokens.weights(encoding.token_ids).tolist(), strict=True))
    common, rare = (int(encode(HashEncoder(), [one])[0].token_ids[0]) for one in "天門")
    assert weights[rare] > weights[common]
    assert sum(weights.values()) == pytest.approx(1)


def test_a_question_or_a_chunk_without_tokens_is_like_nothing(tokens: TokenIndex) -> None:
    assert similarity(tokens, "", [0, 1]) == [0, 0]
    assert similarity(tokens, "退款", [3]) == [0]
    assert similarity(tokens, "退款", []) == []


def test_an_encoder_without_tokens_gives_an_index_without(space: TokenSpace, tmp_path: Path) -> None:
    class Plain:
        fingerprint = "plain"
        dimension = 256

        def encode_queries(self, texts: list[str]) -> object:
            return HashEncoder().encode_queries(texts)

        def encode_documents(self, texts: list[str], on_progress: object = None) -> object:
            return HashEncoder().encode_documents(texts)

    encodings = encode(Plain(), ["退款", "換貨"])  # type: ignore[arg-type]
    assert [len(one.token_ids) for one in encodings] == [0, 0]
    own = TokenSpace.fit(encodings)
    index = built(own, encodings)
    index.save(tmp_path / "tokens")
    assert not len(TokenIndex.load(tmp_path / "tokens"))


def test_what_is_saved_is_loaded(tokens: TokenIndex, tmp_path: Path) -> None:
    tokens.save(tmp_path / "tokens")
    again = TokenIndex.load(tmp_path / "tokens")
    assert similarity(again, "退款三天", [0, 1, 2]) == similarity(tokens, "退款三天", [0, 1, 2])
    for row in range(len(TEXTS)):
        assert np.array_equal(again.of_chunk(row)[0], tokens.of_chunk(row)[0])
        assert np.array_equal(again.of_chunk(row)[1], tokens.of_chunk(row)[1])
        assert np.array_equal(again.of_chunk(row)[2], tokens.of_chunk(row)[2])
    assert again.of_chunk(0)[2].shape[1] <= DIMENSION


def test_each_piece_of_a_chunk_is_covered_by_its_own_tokens(tokens: TokenIndex) -> None:
    encoding = encode(HashEncoder(), ["退款"])[0]
    cover = tokens.cover_pieces(tokens.space.question(encoding), encoding.token_ids, [0, 2])
    assert list(zip(cover.chunks.tolist(), cover.pieces.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert cover.same.any(axis=0).tolist() == [True, False, False, False]
    assert cover.near.sum(axis=0).argmax() == 0
    whole = tokens.cover(tokens.space.question(encoding), [0, 2])
    assert np.allclose(np.maximum(cover.near[:, 0], cover.near[:, 1]), whole[:, 0])
    assert not len(tokens.cover_pieces(tokens.space.question(encoding), encoding.token_ids, [3]).chunks)
