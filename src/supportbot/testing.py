"""Contract tests for extensions: an encoder, importer, reranker or channel of your own has to pass them.

Each contract is a class of pytest tests. Subclass it in a test file and define the fixtures that it names:

```python
import pytest
from supportbot.testing import EncoderContract

class TestMyEncoder(EncoderContract):
    @pytest.fixture
    def encoder(self):
        return MyEncoder()
```

The implementations that come with supportbot pass the same tests (tests/test_contracts.py); docs/extending.md has an
example of each. This module does not import pytest.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from supportbot.content import articles
from supportbot.embedding.encoder import Encoder
from supportbot.errors import SourceError
from supportbot.importers import Found, Imported, Importer, Options, Problem, ids
from supportbot.importers.result import read_head
from supportbot.retrieval.channels import Channel
from supportbot.retrieval.reranking import Reranker
from supportbot.retrieval.retriever import Retriever

__all__ = ["ChannelContract", "EncoderContract", "ImporterContract", "RerankerContract"]

TEXTS = ("怎麼提幣？", "How do I withdraw?", "邀請好友註冊，可獲得返佣。", "😀", "?!", "提幣到外部地址。" * 500)
"""Texts as customers and articles have them: both scripts, without words, longer than a model reads."""


class EncoderContract:
    """What `Encoder` promises. Fixture: `encoder`.

    >>> class TestMyEncoder(EncoderContract):
    ...     @pytest.fixture
    ...     def encoder(self):
    ...         return MyEncoder()
    """

    def test_the_fingerprint_names_the_model(self, encoder: Encoder) -> None:
        """The fingerprint is a text of one line, and using the encoder does not change it."""
        before = encoder.fingerprint
        assert isinstance(before, str)
        assert before.strip()
        assert "\n" not in before
        encoder.encode_queries(TEXTS[:1])
        assert encoder.fingerprint == before

    def test_vectors_have_the_dimension_and_length_one(self, encoder: Encoder) -> None:
        """Vectors are float32, shape (n, dimension), finite, of length 1; also for none, and for an empty text."""
        for texts in (TEXTS, (*TEXTS, ""), TEXTS[:1], ()):
            for vectors in (encoder.encode_queries(texts), encoder.encode_documents(texts)):
                assert vectors.shape == (len(texts), encoder.dimension)
                assert vectors.dtype == np.float32
                assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3), "expected vectors of length 1"

    def test_a_text_has_one_vector(self, encoder: Encoder) -> None:
        """A text gets the same vector each time, and whatever other texts it is encoded with."""
        for encode in (encoder.encode_queries, encoder.encode_documents):
            together = encode(TEXTS)
            assert np.allclose(together, encode(TEXTS), atol=1e-4)
            for text, vector in zip(TEXTS, together, strict=True):
                assert np.allclose(vector, encode([text])[0], atol=1e-4), f"{text[:20]!r} depends on its neighbours"

    def test_a_question_is_near_what_it_asks(self, encoder: Encoder) -> None:
        """A question is nearer to a passage of the same words than to one that has nothing to do with it."""
        (question,) = encoder.encode_queries(["怎麼提幣到外部地址"])
        near, far = encoder.encode_documents(["提幣到外部地址的步驟", "邀請好友註冊可獲得返佣"]) @ question
        assert near > far

    def test_progress_is_told(self, encoder: Encoder) -> None:
        """`on_progress` gets how many documents are done, in rising order, and all of them at the end."""
        told: list[int] = []
        encoder.encode_documents(TEXTS, on_progress=told.append)
        assert told == sorted(told)
        assert told[-1] == len(TEXTS)

    def test_threads_may_share_it(self, encoder: Encoder) -> None:
        """Several threads that encode at once get the vectors that one thread gets."""
        alone = [encoder.encode_queries([text]) for text in TEXTS]
        with ThreadPoolExecutor(4) as threads:
            together = list(threads.map(lambda text: encoder.encode_queries([text]), TEXTS))
        assert np.allclose(alone, together, atol=1e-4)


class ImporterContract:
    """What `Importer` promises. Fixtures: `importer`, and `source`, the path of a sound source with an article or more.

    >>> class TestMyImporter(ImporterContract):
    ...     importer = pytest.fixture(lambda self: MyImporter())
    ...     source = pytest.fixture(lambda self: Path("tests/data/faq.csv"))
    """

    def test_it_says_what_it_reads(self, importer: Importer, source: Path) -> None:
        """`ACCEPTS` is a line of text, `SUFFIXES` are in lower case with the dot, or "/" for folders."""
        assert isinstance(importer, Importer)
        assert importer.ACCEPTS.strip()
        assert "\n" not in importer.ACCEPTS
        assert isinstance(importer.SUFFIXES, tuple), "expected a tuple; a text is taken letter by letter"
        assert all(one == "/" or (one.startswith(".") and one == one.lower()) for one in importer.SUFFIXES)

    def test_it_knows_its_format(self, importer: Importer, source: Path) -> None:
        """`reads` tells the format of a text from that alone, and takes any text."""
        if source.is_file() and "\0" not in read_head(source):
            assert importer.reads(source.with_suffix(""), read_head(source))
        for text in ("", " \n", "\0", "{", "[]", "---", "�" * 1000):
            assert importer.reads(source.with_suffix(""), text) in (True, False)

    def test_it_gives_articles_that_a_corpus_can_hold(self, importer: Importer, source: Path, tmp_path: Path) -> None:
        """The articles, written to a corpus folder and read back, are the same ones."""
        found = list(importer.read(source, Options()))
        assert all(isinstance(one, Imported | Problem) for one in found)
        imported = ids.settle([one for one in found if isinstance(one, Imported)])
        assert imported, "expected a source with an article or more"
        articles.write(imported, tmp_path / "written")
        assert articles.read_all(tmp_path / "written") == sorted(imported, key=lambda article: f"{article.id}.md")

    def test_it_gives_the_same_articles_each_time(self, importer: Importer, source: Path) -> None:
        """Importing a source again changes nothing, ids included."""
        assert list(importer.read(source, Options())) == list(importer.read(source, Options()))

    def test_problems_are_lines_that_name_the_file(self, importer: Importer, source: Path) -> None:
        """Each problem is one line that begins with a path."""
        for problem in importer.read(source, Options()):
            if isinstance(problem, Problem):
                assert "\n" not in str(problem)
                assert str(problem).startswith(str(source)), problem

    def test_it_refuses_what_it_cannot_read(self, importer: Importer, source: Path, tmp_path: Path) -> None:
        """Bytes that are no text, and an empty file, raise `SourceError` with the path, or give no article."""
        for content in (b"\x00\x9f\x92\x96", b""):
            file = tmp_path / f"broken{source.suffix}"
            file.write_bytes(content)
            found: list[Found] = []
            refusal = ""
            try:
                found += importer.read(file, Options())
            except SourceError as error:
                refusal = str(error)
            assert not any(isinstance(one, Imported) for one in found)
            assert not refusal or refusal.startswith(str(file))
            assert "\n" not in refusal


class RerankerContract:
    """What `Reranker` promises. Fixture: `reranker`.

    >>> class TestMyReranker(RerankerContract):
    ...     @pytest.fixture
    ...     def reranker(self):
    ...         return MyReranker()
    """

    QUESTION = "怎麼提幣到外部地址"
    PASSAGES = ("提幣到外部地址：打開 App，依次進入：資產 → 提幣。", "邀請好友註冊，可獲得返佣。", "Withdraw", "?")

    def _scores(self, reranker: Reranker, question: str, passages: Sequence[str]) -> list[float]:
        return [float(score) for score in reranker.scores(question, passages)]

    def test_a_score_for_each_passage(self, reranker: Reranker) -> None:
        """There are as many scores as passages, from 0 to 1; also for none, and for a question without words."""
        for question in (self.QUESTION, "?", "long " * 400):
            for passages in (self.PASSAGES, self.PASSAGES[:1], ()):
                scores = self._scores(reranker, question, passages)
                assert len(scores) == len(passages)
                assert all(0 <= score <= 1 for score in scores), scores

    def test_a_score_belongs_to_its_passage(self, reranker: Reranker) -> None:
        """The order of the passages does not matter, and the same ones get the same scores."""
        scores = self._scores(reranker, self.QUESTION, self.PASSAGES)
        turned = self._scores(reranker, self.QUESTION, self.PASSAGES[::-1])
        assert np.allclose(scores, turned[::-1], atol=1e-4)

    def test_the_passage_that_answers_is_preferred(self, reranker: Reranker) -> None:
        """A passage of the question's words scores above one that has nothing to do with it."""
        answering, other, *_ = self._scores(reranker, self.QUESTION, self.PASSAGES)
        assert answering > other


class ChannelContract:
    """What `Channel` promises. Fixtures: `channel`, its class, and `retriever`, on any index (`bot.retriever`).

    >>> class TestMyChannel(ChannelContract):
    ...     channel = pytest.fixture(lambda self: MyChannel)
    ...     retriever = pytest.fixture(lambda self: open_bot(model="hash").retriever)
    """

    def _asked(self, channel: type[Channel], retriever: Retriever) -> Iterator[tuple[Channel, NDArray[np.int64]]]:
        """Yield the channel for each of several questions, and all rows of the index."""
        title = retriever.index.article(0).title
        for text in (title, *TEXTS):
            yield channel(retriever.index, retriever.query(text)), np.arange(len(retriever.index))

    def test_the_name_is_no_other_mode(self, channel: type[Channel]) -> None:
        """The name is a word for `--mode` that no mode but the channel itself has."""
        assert channel.name.isidentifier()
        assert channel.name not in ("hybrid", "lexical")

    def test_scores_lie_between_0_and_1(self, channel: type[Channel], retriever: Retriever) -> None:
        """Each row given gets a float32 from 0 to 1; no row, no score."""
        for asked, rows in self._asked(channel, retriever):
            scores = asked.scores(rows)
            assert scores.shape == rows.shape
            assert scores.dtype == np.float32
            assert ((scores >= 0) & (scores <= 1)).all(), scores
            assert asked.scores(rows[:0]).shape == (0,)

    def test_a_score_belongs_to_its_chunk(self, channel: type[Channel], retriever: Retriever) -> None:
        """The score of a chunk does not depend on which others are scored, nor in which order."""
        for asked, rows in self._asked(channel, retriever):
            some = rows[::-2]
            assert np.allclose(asked.scores(some), asked.scores(rows)[some], atol=1e-6)

    def test_it_proposes_rows_of_the_index(self, channel: type[Channel], retriever: Retriever) -> None:
        """Proposals are rows that exist; each limit is served."""
        for asked, rows in self._asked(channel, retriever):
            for limit in (1, 10, 100_000):
                proposed = asked.propose(limit)
                assert proposed.ndim == 1
                assert np.issubdtype(proposed.dtype, np.integer)
                assert np.isin(proposed, rows).all(), "expected rows of the index"

    def test_it_proposes_what_it_scores_best(self, channel: type[Channel], retriever: Retriever) -> None:
        """The best score of all rows is among those proposed, where it is above 0."""
        for asked, rows in self._asked(channel, retriever):
            best = asked.scores(rows).max()
            assert best == 0 or np.isclose(asked.scores(asked.propose(10)).max(), best, atol=1e-6)
