"""Channels: the ways in which a query finds chunks.

A channel is constructed for one query. It proposes candidates, and scores any candidate from 0 to 1: what one channel
finds, all of them score. To add a channel, write its class here and add it to `CHANNELS`; its weight is 0 until
`supportbot tune` or a tuning file sets it.
"""

import time
from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from supportbot.embedding.encoder import Encoder, Encoding, encode
from supportbot.index.bm25 import best_rows
from supportbot.index.dense import Similarity
from supportbot.index.store import Index
from supportbot.text.analyzer import Analyzer

CANDIDATES = 50
"""How many chunks, or titles, a channel proposes at least; channels of whole articles propose half as many."""

Scores = NDArray[np.float32]
Rows = NDArray[np.int64]


class Query:
    """A query in the forms that channels use, each computed when it is first asked for.

    Attributes:
        text: the question, after the earlier question that it follows up, if any.
        embed_seconds: the seconds that encoding took; 0 if nothing was encoded.

    >>> retriever.query("怎麼提幣").words
    """

    def __init__(
        self, text: str, index: Index, analyzer: Analyzer, encoder: Encoder, encoding: Encoding | None = None
    ) -> None:
        """Take the `encoding` of `text` if the caller has it already."""
        self.text = text
        self.embed_seconds = 0.0
        self._index = index
        self._analyzer = analyzer
        self._encoder = encoder
        if encoding is not None:
            self.encoding = encoding

    @cached_property
    def words(self) -> Mapping[str, float]:
        """The words of the query, each with its weight, 0 to 1 (`Analyzer.weight`)."""
        return {word: self._analyzer.weight(word) for word in self._analyzer.words(self.text)}

    @cached_property
    def pinyin(self) -> Mapping[str, float]:
        """The pinyin keys of the query, each with the weight 1."""
        return dict.fromkeys(self._analyzer.pinyin(self.text), 1.0)

    @property
    def vector(self) -> Scores:
        """The embedding of the query, shape (dimension,), of length 1."""
        return self.encoding.vector

    @cached_property
    def encoding(self) -> Encoding:
        """The embedding of the query with those of its tokens."""
        started = time.perf_counter()
        encoding = encode(self._encoder, [self._analyzer.normalise(self.text)])[0]
        self.embed_seconds = time.perf_counter() - started
        return encoding

    @cached_property
    def tokens(self) -> Scores:
        """The vectors of the query's tokens, in the space of those of the chunks."""
        return self._index.tokens.space.question(self.encoding)

    @cached_property
    def placed(self) -> Scores:
        """The embedding in the space of the chunks, shape (dimension,), of length 1."""
        return self._index.space.question(self._analyzer.normalise(self.text), self.vector)

    @cached_property
    def placed_as_title(self) -> Scores:
        """The embedding in the space of the titles, shape (dimension,), of length 1."""
        return self._index.space.as_title(self._analyzer.normalise(self.text), self.vector)

    @cached_property
    def near_titles(self) -> Similarity:
        """The similarity of the titles."""
        return Similarity(self._index.titles, self.placed_as_title)

    @cached_property
    def near_headings(self) -> Similarity:
        """The similarity of the headings."""
        return Similarity(self._index.headings, self.placed_as_title)

    @property
    def encoded(self) -> bool:
        """Whether the query has been encoded, by a channel or by the caller."""
        return "encoding" in vars(self)


class Channel(Protocol):
    """One way in which a query finds chunks. `tests/retrieval/test_channels.py` tests what every channel must keep.

    >>> channel = CHANNELS["dense"](index, retriever.query("怎麼提幣"))
    >>> channel.scores(channel.propose(10))
    """

    name: ClassVar[str]

    def __init__(self, index: Index, query: Query) -> None: ...

    def propose(self, limit: int) -> Rows:
        """Return the rows of chunks that may answer, in any order, enough for `limit` articles."""
        ...

    def scores(self, rows: Rows) -> Scores:
        """Return the score of each chunk row given, from 0 (unrelated) to 1, shape (len(rows),)."""
        ...


class Dense:
    """Cosine similarity of the query and each chunk.

    >>> dense = Dense(index, retriever.query("怎麼提幣"))
    >>> dense.scores(dense.propose(10))
    """

    name: ClassVar[str] = "dense"

    def __init__(self, index: Index, query: Query) -> None:
        self._index = index
        self._vector = query.placed

    def propose(self, limit: int) -> Rows:
        """Return the nearest chunks."""
        return self._index.dense.search(self._vector, max(limit, CANDIDATES))[0]

    def scores(self, rows: Rows) -> Scores:
        """Return the similarity of each chunk."""
        return self._index.dense.scores(self._vector, rows).clip(0, 1)


class Titles:
    """Similarity of the query and an article's titles and questions: the mean of the nearest three.

    >>> titles = Titles(index, retriever.query("怎麼提幣"))
    >>> titles.scores(titles.propose(10))
    """

    name: ClassVar[str] = "titles"

    def __init__(self, index: Index, query: Query) -> None:
        self._index = index
        self._query = query

    def propose(self, limit: int) -> Rows:
        """Return all chunks of the articles that own the nearest titles."""
        titles, _ = self._index.titles.search(self._query.placed_as_title, max(limit, CANDIDATES))
        return self._index.rows_of_articles(self._index.title_articles[titles])

    def scores(self, rows: Rows) -> Scores:
        """Return the similarity of each chunk's article."""
        return self._index.title_scores(self._query.near_titles, self._index.chunk_articles[rows]).clip(0, 1)


class Headings:
    """Similarity of the query and the nearest title, question, heading or first sentence of an article.

    These tell what each part of an article answers, without anybody having written questions for it.

    >>> headings = Headings(index, retriever.query("怎麼提幣"))
    >>> headings.scores(headings.propose(10))
    """

    name: ClassVar[str] = "headings"

    def __init__(self, index: Index, query: Query) -> None:
        self._index = index
        self._query = query

    def propose(self, limit: int) -> Rows:
        """Return all chunks of the articles that own the nearest headings."""
        headings, _ = self._index.headings.search(self._query.placed_as_title, max(limit, CANDIDATES))
        return self._index.rows_of_articles(self._index.heading_articles[headings])

    def scores(self, rows: Rows) -> Scores:
        """Return the similarity of each chunk's article."""
        near = self._query.near_titles, self._query.near_headings
        return self._index.heading_scores(*near, self._index.chunk_articles[rows]).clip(0, 1)


class BM25Chunk:
    """BM25 over the words of each chunk.

    >>> chunks = BM25Chunk(index, retriever.query("怎麼提幣"))
    >>> chunks.scores(chunks.propose(10))
    """

    name: ClassVar[str] = "bm25_chunk"

    def __init__(self, index: Index, query: Query) -> None:
        self._scores = index.chunk_words.scores(query.words)

    def propose(self, limit: int) -> Rows:
        """Return the best chunks that hold a word of the query."""
        return best_rows(self._scores, max(limit, CANDIDATES))

    def scores(self, rows: Rows) -> Scores:
        """Return the BM25 score of each chunk."""
        return self._scores[rows]


class BM25Article:
    """BM25 over the words of each whole article.

    >>> articles = BM25Article(index, retriever.query("怎麼提幣"))
    >>> articles.scores(articles.propose(10))
    """

    name: ClassVar[str] = "bm25_article"

    def __init__(self, index: Index, query: Query) -> None:
        self._index = index
        self._scores = index.article_words.scores(query.words)

    def propose(self, limit: int) -> Rows:
        """Return all chunks of the best articles that hold a word of the query."""
        return self._index.rows_of_articles(best_rows(self._scores, max(limit, CANDIDATES // 2)))

    def scores(self, rows: Rows) -> Scores:
        """Return the BM25 score of each chunk's article."""
        return self._scores[self._index.chunk_articles[rows]]


class Pinyin(BM25Article):
    """BM25 over the pinyin keys of each whole article: 帳護 finds 帳戶, which sounds alike.

    >>> pinyin = Pinyin(index, retriever.query("帳護"))
    >>> pinyin.scores(pinyin.propose(10))
    """

    name: ClassVar[str] = "pinyin"

    def __init__(self, index: Index, query: Query) -> None:
        self._index = index
        self._scores = index.article_pinyin.scores(query.pinyin)


CHANNELS: Mapping[str, type[Channel]] = {
    channel.name: channel for channel in (Dense, Titles, Headings, BM25Chunk, BM25Article, Pinyin)
}
"""All channels by name."""

CHUNK_CHANNELS: Mapping[str, float] = {Dense.name: 1.0, BM25Chunk.name: 1.0}
"""The channels that rank the chunks within an article, with their weights."""
