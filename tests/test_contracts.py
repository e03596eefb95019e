"""The contracts of `supportbot.testing`: what comes with supportbot passes them, and what breaks them does not."""

from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import numpy as np
import pytest
from numpy.typing import NDArray
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from supportbot import Encoder, Settings, SupportBot, open_bot
from supportbot.embedding.hashing import HashEncoder
from supportbot.embedding.pool import EncoderPool
from supportbot.importers import Importer, importers
from supportbot.importers.registry import BUILT_IN
from supportbot.retrieval.channels import CHANNELS, Channel
from supportbot.retrieval.reranking import Reranker
from supportbot.retrieval.retriever import Retriever
from supportbot.testing import ChannelContract, EncoderContract, ImporterContract, RerankerContract

DATA = Path(__file__).parent / "data" / "importers"
ARTICLES = Path(__file__).parents[1] / "corpus" / "articles"
LINES = """\
{"title": "如何提幣？", "text": "1. 打開 App\\n2. 點擊【提幣】", "category": "資產"}
{"_id": "q7", "question": "邀請好友", "answer": "<p>可獲得 <b>20%</b> 返佣。</p>", "views": 3, "other": true}
"""
TEXTS = {
    "jsonl": LINES,
    "json": f"[{LINES.strip().replace(chr(10), ',')}]",
    "sheets": "分類,問題,答案\n資產,如何提幣？,點擊【提幣】。\n",
    "questions": "問：如何提幣？\n答：點擊【提幣】。\n",
    "html": "<html><body><article><h1>如何提幣？</h1><p>點擊【提幣】。</p></article></body></html>",
}


class TestHashEncoder(EncoderContract):
    @pytest.fixture
    def encoder(self) -> Encoder:
        return HashEncoder(64)


class TestEncoderPool(EncoderContract):
    @pytest.fixture
    def encoder(self) -> Encoder:
        return EncoderPool(HashEncoder(), HashEncoder(), processors=2)


class TestTheModel(EncoderContract):
    @pytest.fixture
    def encoder(self, real_bot: SupportBot) -> Encoder:
        return real_bot.encoder


class TestBuiltInImporters(ImporterContract):
    @pytest.fixture(params=list(BUILT_IN))
    def name(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture
    def importer(self, name: str) -> Importer:
        return importers()[name]

    @pytest.fixture
    def source(self, name: str, tmp_path: Path) -> Path:
        """A source of each built-in importer; a new one fails here until it has one."""
        there = {"listing": DATA / "listing.txt", "markdown": next(ARTICLES.glob("*.md")), "folder": ARTICLES}
        if name in there:
            return there[name]
        file = tmp_path / f"source{importers()[name].SUFFIXES[0]}"
        if name == "docx":
            document = docx.Document()
            document.add_heading("如何提幣？", 1)
            document.add_paragraph("點擊【提幣】。")
            document.save(str(file))
        elif name == "pdf":
            pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
            page = Canvas(str(file), invariant=True)
            page.setFont("STSong-Light", 12)
            page.drawString(72, 700, "如何提幣？點擊提幣。")
            page.save()
        else:
            file.write_text(TEXTS[name], encoding="utf-8")
        return file


class SharedPairs:
    """Scores a passage by the share of the question's character pairs that it holds."""

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        pairs = {question[place : place + 2] for place in range(len(question))}
        return [sum(pair in passage for pair in pairs) / len(pairs) for passage in passages]


class TestReranker(RerankerContract):
    @pytest.fixture
    def reranker(self) -> Reranker:
        return SharedPairs()


class TestChannels(ChannelContract):
    @pytest.fixture(params=list(CHANNELS.values()), ids=list(CHANNELS))
    def channel(self, request: pytest.FixtureRequest) -> type[Channel]:
        found: type[Channel] = request.param
        return found

    @pytest.fixture
    def retriever(self, bot: SupportBot) -> Retriever:
        return bot.retriever


# --- what breaks a contract ---------------------------------------------------------------------------------------


class Broken(HashEncoder):
    """An encoder whose vectors go through `change` with the texts they belong to."""

    def __init__(self, change: Callable[[NDArray[np.float32], int], NDArray[np.float32]]) -> None:
        super().__init__()
        self.change = change

    def encode_documents(self, texts: Sequence[str], on_progress: object = None) -> NDArray[np.float32]:
        return self.change(super().encode_documents(texts), len(texts))


@pytest.mark.parametrize(
    ("test", "change"),
    [
        ("test_vectors_have_the_dimension_and_length_one", lambda vectors, count: vectors.astype(np.float64)),
        ("test_vectors_have_the_dimension_and_length_one", lambda vectors, count: vectors * np.float32(2)),
        ("test_vectors_have_the_dimension_and_length_one", lambda vectors, count: vectors[:, :-1]),
        ("test_a_text_has_one_vector", lambda vectors, count: np.roll(vectors, count, axis=1)),
        ("test_a_question_is_near_what_it_asks", lambda vectors, count: vectors * 0),
        ("test_progress_is_told", lambda vectors, count: vectors),
    ],
)
def test_an_encoder_that_breaks_its_contract_fails(
    test: str, change: Callable[[NDArray[np.float32], int], NDArray[np.float32]]
) -> None:
    with pytest.raises((AssertionError, IndexError)):
        getattr(EncoderContract(), test)(Broken(change))


def test_a_reranker_that_breaks_its_contract_fails() -> None:
    class Places:
        def scores(self, question: str, passages: Sequence[str]) -> list[float]:
            return [1 / (place + 1) for place in range(len(passages))]

    class Logits(SharedPairs):
        def scores(self, question: str, passages: Sequence[str]) -> list[float]:
            return [10 * score - 5 for score in super().scores(question, passages)]

    with pytest.raises(AssertionError):
        RerankerContract().test_a_score_belongs_to_its_passage(Places())
    with pytest.raises(AssertionError):
        RerankerContract().test_a_score_for_each_passage(Logits())


def test_a_reranker_given_to_open_bot_decides_the_order(settings: Settings) -> None:
    class Backwards:
        def scores(self, question: str, passages: Sequence[str]) -> list[float]:
            return [place / len(passages) for place in range(len(passages))]

    question = "提幣要填寫什麼地址，可以邀請好友嗎"
    plain = [hit.article.id for hit in open_bot(settings).search(question).hits]
    assert len(plain) == 3
    assert [hit.article.id for hit in open_bot(settings, reranker=Backwards()).search(question).hits] == plain[::-1]
