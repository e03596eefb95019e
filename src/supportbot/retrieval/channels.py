"""Channels: the ways in which a question finds chunks.

A channel is made for one question. It proposes candidates, and it scores any candidate between 0 and 1, so that what
only one channel finds is still judged by all. To add a channel, write its class here and add it to `CHANNELS`; its
weight is 0 until `supportbot tune` or a tuning file gives it one.
"""

import time
from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from supportbot.embedding.encoder import Encoder
from supportbot.index.bm25 import best_rows
from supportbot.index.store import Index
from supportbot.text.analyzer import Analyzer

CANDIDATES = 50
"""How many chunks a channel proposes at least; channels that know whole articles propose half as many articles."""

Scores = NDArray[np.float32]
Rows = NDArray[np.int64]


class Query:
    """A question as the channels see it. Each form is computed when a channel first asks for it.

    Attributes:
        text: the question, with the earlier one that it goes on from in front, if any.
        embed_seconds: how long encoding took; 0 when nothing was encoded.
    """

    def __init__(
        self, text: str, index: Index, analyzer: Analyzer, encoder: Encoder, vector: Scores | None = None
    ) -> None:
        """Take the vector of `text`, shape (dimension,), where the caller has it already."""
        self.text = text
        self.embed_seconds = 0.0
        self._index = index
        self._analyzer = analyzer
        self._encoder = encoder
        if vector is not None:
            self.vector = vector

    @cached_property
    def words(self) -> Mapping[str, float]:
        """The words of the question, each with what it tells by itself (`Analyzer.weight`)."""
        return {word: self._analyzer.weight(word) for word in self._analyzer.words(self.text)}

    @cached_property
    def pinyin(self) -> Mapping[str, float]:
        """The pinyin keys of the question, all of weight 1."""
        return dict.fromkeys(self._analyzer.pinyin(self.text), 1.0)

    @cached_property
    def vector(self) -> Scores:
        """The embedding of the question, shape (dimension,), of length 1."""
        started = time.perf_counter()
        vector: Scores = self._encoder.encode_queries([self._analyzer.normalise(self.text)])[0]
        self.embed_seconds = time.perf_counter() - started
        return vector

    @cached_property
    def question_vector(self) -> Scores:
        """The embedding in the space in which questions are compared, shape (dimension,), of length 1."""
        placed: Scores = self._index.questions.place(self.vector[None])[0]
        return placed

    @property
    def encoded(self) -> bool:
        """Whether the question has been encoded, by a channel or by the caller."""
        return "vector" in vars(self)


class Channel(Protocol):
    """One way in which a question finds chunks; constructed for an index and a question.

    `tests/retrieval/test_channels.py` holds what every channel has to keep.
    """

    name: ClassVar[str]

    def __init__(self, index: Index, query: Query) -> None: ...

    def propose(self, limit: int) -> Rows:
        """Return the rows of chunks that may answer, in any order: enough for `limit` articles."""
        ...

    def scores(self, rows: Rows) -> Scores:
        """Return the score of each chunk row given, from 0 (unrelated) to 1, shape (len(rows),)."""
        ...


class Dense:
    """Cosine similarity of the question's vector and the chunks' vectors, on the scale of the index's model."""

    name: ClassVar[str] = "dense"

    def __init__(self, index: Index, query: Query) -> None:
        self._index = index
        self._vector = query.vector

    def propose(self, limit: int) -> Rows:
        """Return the nearest chunks."""
        return self._index.dense.search(self._vector, max(limit, CANDIDATES))[0]

    def scores(self, rows: Rows) -> Scores:
        """Return the similarity of each chunk."""
        return similarity(self._index, self._index.dense.scores(self._vector, rows))


class Titles:
    """Similarity of the question and an article's titles and questions: the mean of the nearest three."""

    name: ClassVar[str] = "titles"

    def __init__(self, index: Index, query: Query) -> None:
        self._index = index
        self._vector = query.question_vector

    def propose(self, limit: int) -> Rows:
        """Return all chunks of the articles that own the nearest titles."""
        titles, _ = self._index.titles.search(self._vector, max(limit, CANDIDATES))
        return self._index.rows_of_articles(self._index.title_articles[titles])

    def scores(self, rows: Rows) -> Scores:
        """Return the similarity of each chunk's article."""
        return likeness(self._index, self._index.title_scores(self._vector, self._index.chunk_articles[rows]))


class BM25Chunk:
    """BM25 over the words of each chunk."""

    name: ClassVar[str] = "bm25_chunk"

    def __init__(self, index: Index, query: Query) -> None:
        self._scores = index.chunk_words.scores(query.words)

    def propose(self, limit: int) -> Rows:
        """Return the best chunks that hold a word of the question."""
        return best_rows(self._scores, max(limit, CANDIDATES))

    def scores(self, rows: Rows) -> Scores:
        """Return the BM25 score of each chunk."""
        return self._scores[rows]


class BM25Article:
    """BM25 over the words of each whole article."""

    name: ClassVar[str] = "bm25_article"

    def __init__(self, index: Index, query: Query) -> None:
        self._index = index
        self._scores = index.article_words.scores(query.words)

    def propose(self, limit: int) -> Rows:
        """Return all chunks of the best articles that hold a word of the question."""
        return self._index.rows_of_articles(best_rows(self._scores, max(limit, CANDIDATES // 2)))

    def scores(self, rows: Rows) -> Scores:
        """Return the BM25 score of each chunk's article."""
        return self._scores[self._index.chunk_articles[rows]]


class Pinyin(BM25Article):
    """BM25 over the pinyin keys of each whole article: finds 帳戶 from 帳護, which sounds alike."""

    name: ClassVar[str] = "pinyin"

    def __init__(self, index: Index, query: Query) -> None:
        self._index = index
        self._scores = index.article_pinyin.scores(query.pinyin)


CHANNELS: Mapping[str, type[Channel]] = {
    channel.name: channel for channel in (Dense, Titles, BM25Chunk, BM25Article, Pinyin)
}
"""All channels by name."""

CHUNK_CHANNELS: Mapping[str, float] = {Dense.name: 1.0, BM25Chunk.name: 1.0}
"""The channels, with their weights, that tell the chunks of one article apart."""


def similarity(index: Index, cosine: Scores) -> Scores:
    """Return cosine similarities on the index's own scale: 0 for unrelated texts, 1 for the same text."""
    floor = index.manifest.similarity_floor
    scaled: Scores = np.clip((cosine - floor) / (1 - floor), 0, 1)
    return scaled


def likeness(index: Index, cosine: Scores) -> Scores:
    """Return how near questions are to each other: as `similarity`, or in a learnt space, where 0 is unrelated."""
    return cosine.clip(0, 1) if index.questions.learnt else similarity(index, cosine)
