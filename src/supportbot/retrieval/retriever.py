"""The retriever: rank the articles for a question, each with its best chunks."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from supportbot.embedding.encoder import Encoder, Encoding
from supportbot.errors import SettingsError
from supportbot.index.store import Index
from supportbot.retrieval.channels import CHANNELS, CHUNK_CHANNELS, Channel, Dense, Query
from supportbot.retrieval.filters import EVERYTHING, Filters
from supportbot.retrieval.fusion import fuse, weights_for
from supportbot.retrieval.hit import Hit
from supportbot.retrieval.late import COMPARED, TOKENS, compare_tokens
from supportbot.retrieval.reranking import RERANKED, Reranker
from supportbot.text.analyzer import Analyzer
from supportbot.text.folding import exact_key

MODES = tuple(dict.fromkeys(("hybrid", "dense", "lexical", *CHANNELS)))
"""`hybrid` fuses all channels by their weights, `lexical` is `bm25_chunk`, a channel's name is that channel alone."""

RELATED = 0.5
"""What is added to the similarity of a chunk, of at most 1, where the chunks of one article are compared.

They are about the same, so twice as similar does not mean that only one of them answers. This order tells which chunks
of an article are compared by tokens, and which the search shows; an answer's come from `answering/passages.py`.
Measured when answers came from it, by the expected words that they showed on the dev half of our benchmark: .905 with
0, .966 with .3, .972 with .5, .976 with 1.
"""

BEST_CHUNKS = 8
"""How many chunks of an article a hit has at most."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The hits for a question, and the queries that found them.

    Attributes:
        context: the earlier question that it was searched together with; empty for none.
        query: context and question together.
        own_query: the question alone.
        hits: the articles found, best first.
        search_seconds: the seconds that the search took, without encoding.

    >>> [(hit.article.id, hit.score) for hit in retriever.search("怎麼提幣").hits]
    """

    question: str
    context: str
    query: Query
    own_query: Query
    hits: tuple[Hit, ...]
    search_seconds: float

    @property
    def words(self) -> Mapping[str, float]:
        """The words of context and question, with their weights."""
        return self.query.words

    @property
    def embed_seconds(self) -> float:
        """The seconds that encoding took."""
        return self.query.embed_seconds + (self.own_query.embed_seconds if self.context else 0.0)


class Retriever:
    """Search an index. One retriever serves any number of threads.

    >>> Retriever(index, analyzer, encoder, {"dense": 0.5, "bm25_chunk": 0.5}).search("怎麼提幣").hits[0].article.title
    """

    def __init__(
        self,
        index: Index,
        analyzer: Analyzer,
        encoder: Encoder,
        weights: Mapping[str, float],
        reranker: Reranker | None = None,
    ) -> None:
        """Take the `weights` of the channels in the mode `hybrid`. Raise `SettingsError` for an unknown channel."""
        known = (*CHANNELS, TOKENS)
        if unknown := weights.keys() - set(known):
            raise SettingsError(f"weights: unknown channel {min(unknown, key=str)!r:.60}; expected {', '.join(known)}")
        self.index = index
        self.analyzer = analyzer
        self.weights = weights
        self._encoder = encoder
        self._reranker = reranker
        single = {name: {name: 1.0} for name in CHANNELS}
        self._modes: Mapping[str, Mapping[str, float]] = {**single, "lexical": single["bm25_chunk"], "hybrid": weights}

    def query(self, text: str, encoding: Encoding | None = None) -> Query:
        """Return the query for `text`; `encoding` is its embedding if the caller has it."""
        return Query(text, self.index, self.analyzer, self._encoder, encoding)

    def search(
        self,
        question: str,
        *,
        limit: int = 10,
        mode: str = "hybrid",
        context: str = "",
        filters: Filters = EVERYTHING,
        own_query: Query | None = None,
        encoding: Encoding | None = None,
    ) -> Retrieval:
        """Return the best `limit` articles for `question` among those that `filters` leave.

        `context` is an earlier question that this one follows up: both together find the articles, the question alone
        ranks the chunks within them. If the caller has them, `own_query` is the query for the question alone, and
        `encoding` the embedding of context and question. Raise `SettingsError` for an unknown mode.
        """
        if mode not in MODES:
            raise SettingsError(f"mode {mode!r} is unknown; expected one of {', '.join(MODES)}")
        started = time.perf_counter()
        query = self.query(f"{context} {question}".strip(), encoding)
        own_query = (own_query or self.query(question)) if context else query
        weights = weights_for(self.index, self._modes[mode])
        channels = {name: CHANNELS[name](self.index, query) for name in CHANNELS if weights.get(name)}
        rules = self.index.rules
        key = exact_key(question)
        pinned, titled, excluded = (rules[kind].get(key, []) for kind in ("pinned", "titled", "excluded"))
        rows = self._candidates(channels, filters, [*pinned, *titled], limit)
        scores = {name: channel.scores(rows) for name, channel in channels.items()}
        near = self._near(rows, scores, query, own_query)
        lowest = 0.0
        if filters.article is not None:  # found whatever it scores
            lowest, excluded = -1.0, []
        most = max(limit, COMPARED)
        hits = self._hits(rows, scores, weights, near, (pinned, titled, excluded), most, lowest)
        hits = compare_tokens(self.index, query, hits, weights.get(TOKENS, 0.0))[:limit]
        retrieval = Retrieval(question, context, query, own_query, self._reranked(question, hits), 0.0)
        return replace(retrieval, search_seconds=time.perf_counter() - started - retrieval.embed_seconds)

    def _candidates(
        self, channels: Mapping[str, Channel], filters: Filters, named: Sequence[int], limit: int
    ) -> NDArray[np.int64]:
        """Return the chunk rows to score: all that the filters leave, or without filters what the channels propose."""
        allowed = filters.mask(self.index)
        if allowed is not None:
            return np.flatnonzero(allowed)
        proposed = [channel.propose(limit) for channel in channels.values()]
        return np.unique(np.concatenate([self.index.rows_of_articles(np.array(named, np.int64)), *proposed]))

    def _near(
        self, rows: NDArray[np.int64], scores: Mapping[str, NDArray[np.float32]], query: Query, own_query: Query
    ) -> NDArray[np.float32]:
        """Return the scores of the chunks for the question alone, which rank the chunks within an article.

        `RELATED` is the similarity that the chunks of an article have beforehand.
        """
        if own_query is not query:
            used = [name for name in CHUNK_CHANNELS if query.encoded or name != Dense.name]
            scores = {name: CHANNELS[name](self.index, own_query).scores(rows) for name in used}
        if Dense.name in scores:
            scores = {**scores, Dense.name: (scores[Dense.name] + np.float32(RELATED)) / np.float32(1 + RELATED)}
        return fuse(scores, CHUNK_CHANNELS, len(rows))

    def _hits(
        self,
        rows: NDArray[np.int64],
        scores: Mapping[str, NDArray[np.float32]],
        weights: Mapping[str, float],
        near: NDArray[np.float32],
        named: tuple[Sequence[int], Sequence[int], Sequence[int]],
        limit: int,
        lowest: float,
    ) -> tuple[Hit, ...]:
        """Group the scored chunks by article, which scores as its best chunk.

        `named` are the articles that the question is pinned to, titled so, and excluded from; the first two lead.
        """
        pinned, titled, excluded = named
        fused_scores = fuse(scores, weights, len(rows))
        article_of = self.index.chunk_articles[rows]
        best_first = np.lexsort((rows, -fused_scores, ~np.isin(article_of, titled), ~np.isin(article_of, pinned)))
        # Plain lists from here on: for a few hundred candidates they are faster than arrays.
        owners, chunks = article_of.tolist(), rows.tolist()
        fused, nearness = fused_scores.tolist(), near.tolist()
        by_channel = {name: values.tolist() for name, values in scores.items()}
        best = max(fused, default=0.0)
        places: dict[int, list[int]] = {}
        for place in best_first.tolist():
            article_row = owners[place]
            if article_row not in excluded and (article_row in places or len(places) < limit):
                places.setdefault(article_row, []).append(place)
        return tuple(
            Hit(
                article_row=article_row,
                article=self.index.article(article_row),
                score=1.0 if article_row in pinned else best if article_row in titled else fused[own[0]],
                channels={name: max(values[place] for place in own) for name, values in by_channel.items()},
                chunks=tuple(
                    (chunks[place], nearness[place])
                    for place in sorted(own, key=lambda place: -nearness[place])[:BEST_CHUNKS]
                ),
                pinned=article_row in pinned,
                titled=article_row in titled,
            )
            for article_row, own in places.items()
            if fused[own[0]] > lowest or article_row in pinned or article_row in titled
        )

    def _reranked(self, question: str, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        """Return the hits with the first `RERANKED` in the reranker's order; pinned and titled ones stay first."""
        named = tuple(hit for hit in hits[:RERANKED] if hit.pinned or hit.titled)
        first = [hit for hit in hits[:RERANKED] if hit not in named]
        if self._reranker is None or not first:
            return hits
        passages = [self.index.chunk(hit.chunks[0][0]).text for hit in first]
        judged = zip(first, map(float, self._reranker.scores(question, passages)), strict=True)
        order = [hit for hit, _ in sorted(judged, key=lambda pair: -pair[1])]
        return (*named, *order, *hits[RERANKED:])
