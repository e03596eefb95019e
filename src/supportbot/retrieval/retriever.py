"""Retrieval: a question in, ranked articles out, each with its best chunks.

Five channels score every candidate chunk between 0 and 1: `dense` (vectors of chunks), `titles` (vectors of titles
and alternative questions), `words` (BM25 over chunks), `articles` (BM25 over whole articles) and `sounds` (BM25 over
pinyin keys of whole articles). `fuse` adds them up with weights. Each channel proposes candidates, and each candidate
is then scored by every channel, so that what only one channel finds is still judged by all.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from supportbot.content.articles import Article
from supportbot.content.platforms import Platform
from supportbot.content.tuning import CHANNELS
from supportbot.embedding.encoder import Encoder
from supportbot.errors import SettingsError
from supportbot.index.bm25 import best_rows
from supportbot.index.store import NEAREST_TITLES, Index
from supportbot.retrieval.fusion import fuse
from supportbot.text.analyzer import Analyzer
from supportbot.text.folding import exact_key

MODES = ("hybrid", "dense", "lexical", *CHANNELS[1:])
"""`hybrid` fuses the channels, `lexical` is `words`; a channel's name is the mode of that channel alone."""

CANDIDATES = 50
"""How many chunks each channel proposes at least, and half as many articles; never fewer than are wanted."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A found article. `score` and the `channels` behind it are between 0 and 1.

    `chunks` are the rows of its nearest chunks with their own nearness to the question (0 to 1), best first; only
    rows, because most hits are looked at no further.
    `pinned` tells that the question is the article's title, or one of its alternative or pinned questions, itself.
    """

    article_row: int
    article: Article
    score: float
    channels: Mapping[str, float]
    chunks: tuple[tuple[int, float], ...]
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The hits for a question, best first, with the words it was cut into and the seconds each stage took.

    `context` is the earlier question that it was searched together with, if any.
    `wide_titles` is the mean similarity of the first hit's `WIDE` nearest titles and questions, `coverage` the share,
    by weight, of the question's words that its article holds (`own_coverage` without those of a context); 0 where there
    is no hit or the mode compares no vectors.
    `out_of_scope` are the listed questions without an article that are nearest to it, with their similarity, best
    first; none where the corpus lists none, or where the mode compares no vectors. `listed` counts those of the corpus.
    `ngram_lead` is how much more its wording is like that of the first hit's nearest titles and questions than like
    that of the nearest listed ones without an article: -1 to 1, 0 where there are none. `own_ngram_lead` is that of
    the question without its context, 0 where it has none.
    `vector` is that of context and question, None where the mode compares no vectors.
    """

    question: str
    context: str
    words: Mapping[str, float]
    hits: tuple[Hit, ...]
    wide_titles: float
    coverage: float
    own_coverage: float
    out_of_scope: tuple[tuple[str, float], ...]
    ngram_lead: float
    own_ngram_lead: float
    listed: int
    vector: NDArray[np.float32] | None
    embed_seconds: float
    search_seconds: float


class Retriever:
    """Searches an index. Holds no state of its own: one retriever serves any number of questions."""

    def __init__(self, index: Index, analyzer: Analyzer, encoder: Encoder, weights: Mapping[str, float]) -> None:
        """`weights` are those of the channels in the mode `hybrid`."""
        self.index = index
        self.analyzer = analyzer
        self.weights = weights
        self._encoder = encoder
        single = {channel: {channel: 1.0} for channel in CHANNELS}
        self._modes = {**single, "lexical": single["bm25_chunk"], "hybrid": weights}

    def search(
        self,
        question: str,
        *,
        limit: int = 10,
        mode: str = "hybrid",
        context: str = "",
        category: str | None = None,
        platform: Platform | None = None,
        article: str | None = None,
        vector: NDArray[np.float32] | None = None,
        own_vector: NDArray[np.float32] | None = None,
    ) -> Retrieval:
        """The best `limit` articles for `question`, of one category, platform or article (by id) if wanted.

        With a `context`, an earlier question that this one goes on from, both together find the article, and the
        question alone its nearest chunks. A platform keeps chunks of that platform and those of none. `vector`, shape
        (dimension,), is that of context and question where the caller has it already, `own_vector` the question's own.
        Raises `SettingsError` for an unknown mode.
        """
        if mode not in MODES:
            raise SettingsError(f"mode {mode!r} is unknown; expected one of {', '.join(MODES)}")
        weights = self._weights(mode)
        started = time.perf_counter()
        text = f"{context} {question}".strip()
        if weights.get("dense") or weights.get("titles"):
            vector = self.encode(text) if vector is None else vector
            if context and own_vector is None:
                own_vector = self.encode(question)
        embedded = time.perf_counter()
        words = self._weighted(text)
        key = exact_key(question)
        pinned, excluded = (self.index.rules[kind].get(key, []) for kind in ("pinned", "excluded"))
        allowed = self._allowed(category, platform, article)
        asked = None if vector is None else self.index.questions.place(vector[None])[0]
        scored = self._scored(vector, asked, words, self.analyzer.pinyin(text), weights, allowed, pinned, limit)
        own_words = self._weighted(question) if context else words
        near = self._near(scored.rows, own_vector, own_words) if context else scored.channels
        hits = self._hits(scored, near, weights, pinned, excluded, limit)
        first = hits[0].article_row if hits else None
        return Retrieval(
            question=question,
            context=context,
            words=words,
            hits=hits,
            wide_titles=self._wide_titles(asked, first),
            coverage=0.0 if first is None else self.index.article_words.coverage(words, first),
            own_coverage=0.0 if first is None else self.index.article_words.coverage(own_words, first),
            out_of_scope=self._out_of_scope(asked),
            ngram_lead=self._ngram_lead(text, first),
            own_ngram_lead=self._ngram_lead(question, first) if context else 0.0,
            listed=len(self.index.out_of_scope),
            vector=vector,
            embed_seconds=embedded - started,
            search_seconds=time.perf_counter() - embedded,
        )

    def _weights(self, mode: str) -> Mapping[str, float]:
        """The channels' weights. Titles that several articles share do not tell them apart, and there may be none.

        As far as that is so, the other vectors speak for the titles as well.
        """
        weights = self._modes[mode]
        titles = weights.get("titles", 0.0)
        if not titles or self.index.telling_titles == 1:
            return weights
        telling = titles * self.index.telling_titles
        return {**weights, "titles": telling, "dense": weights.get("dense", 0.0) + titles - telling}

    def encode(self, question: str) -> NDArray[np.float32]:
        """The question's vector, shape (dimension,)."""
        vector: NDArray[np.float32] = self._encoder.encode_queries([self.analyzer.normalise(question)])[0]
        return vector

    def _weighted(self, text: str) -> dict[str, float]:
        """The words of `text` with what each tells by itself."""
        return {word: self.analyzer.weight(word) for word in self.analyzer.words(text)}

    def _allowed(
        self, category: str | None, platform: Platform | None, article: str | None
    ) -> NDArray[np.bool_] | None:
        """Which chunk rows the filters leave; None for all."""
        if category is None and platform is None and article is None:
            return None
        allowed = np.ones(len(self.index), bool)
        if category is not None:
            wanted = exact_key(category)
            of_article = np.array([key == wanted for key in self.index.category_keys], bool)
            allowed &= of_article[self.index.chunk_articles]
        if platform is not None:
            allowed &= np.isin(self.index.chunk_platforms, ["", platform])
        if article is not None:
            allowed &= self.index.chunk_articles == self.index.article_rows.get(article, -1)
        return allowed

    def _near(
        self, rows: NDArray[np.int64], vector: NDArray[np.float32] | None, words: Mapping[str, float]
    ) -> dict[str, NDArray[np.float32]]:
        """The channels that tell chunks apart, for the question alone."""
        near = {"bm25_chunk": self.index.chunk_words.scores(words)[rows]}
        if vector is not None:
            near["dense"] = self._similarity(self.index.dense.scores(vector, self.index.chunk_ids[rows]))
        return near

    def _scored(
        self,
        vector: NDArray[np.float32] | None,
        asked: NDArray[np.float32] | None,
        words: Mapping[str, float],
        sounds: Sequence[str],
        weights: Mapping[str, float],
        allowed: NDArray[np.bool_] | None,
        pinned: Sequence[int],
        limit: int,
    ) -> "_Scored":
        index = self.index
        of_chunks = {"bm25_chunk": index.chunk_words.scores(words)} if weights.get("bm25_chunk") else {}
        of_articles: dict[str, NDArray[np.float32]] = {}
        if weights.get("bm25_article"):
            of_articles["bm25_article"] = index.article_words.scores(words)
        if weights.get("pinyin"):
            of_articles["pinyin"] = index.article_pinyin.scores(dict.fromkeys(sounds, 1.0))
        if allowed is not None:
            rows = np.flatnonzero(allowed)
        else:
            candidates, article_candidates = max(limit, CANDIDATES), max(limit, CANDIDATES // 2)
            articles: list[NDArray[np.integer[Any]]] = [np.array(pinned, np.int64)]
            articles += [best_rows(scores, article_candidates) for scores in of_articles.values()]
            chunks = [best_rows(scores, candidates) for scores in of_chunks.values()]
            if vector is not None and len(index.dense):
                chunks.append(index.rows_of_ids(index.dense.search(vector, candidates)[0]))
            if asked is not None and weights.get("titles") and len(index.titles):
                articles.append(index.articles_of_titles(index.titles.search(asked, candidates)[0]))
            rows = np.unique(np.concatenate([*chunks, index.rows_of_articles(np.concatenate(articles))]))
        channels = {name: scores[rows] for name, scores in of_chunks.items()}
        channels |= {name: scores[index.chunk_articles[rows]] for name, scores in of_articles.items()}
        if vector is not None and weights.get("dense"):
            channels["dense"] = self._similarity(index.dense.scores(vector, index.chunk_ids[rows]))
        if asked is not None and weights.get("titles") and len(index.titles):
            channels["titles"] = self._likeness(index.title_scores(asked, index.chunk_articles[rows]))
        return _Scored(rows, channels)

    def _wide_titles(self, asked: NDArray[np.float32] | None, article_row: int | None) -> float:
        if asked is None or article_row is None or not len(self.index.titles):
            return 0.0
        return float(self._likeness(self.index.title_scores(asked, np.array([article_row], np.int32), WIDE))[0])

    def _out_of_scope(self, asked: NDArray[np.float32] | None) -> tuple[tuple[str, float], ...]:
        index = self.index
        if asked is None or not len(index.out_of_scope):
            return ()
        ids, cosines = index.out_of_scope.search(asked, WIDE)
        return tuple(zip(index.out_of_scope_questions_of(ids), self._likeness(cosines).tolist(), strict=True))

    def _ngram_lead(self, text: str, article_row: int | None) -> float:
        index = self.index
        if article_row is None or not len(index.out_of_scope):
            return 0.0
        likeness = index.question_ngrams.likeness(self.analyzer.char_ngrams(text))
        own = likeness[: len(index.title_ids)][index.title_articles == article_row]
        nearest = [np.sort(part)[-NEAREST_TITLES:] for part in (own, likeness[len(index.title_ids) :])]
        return float(nearest[0].mean() - nearest[1].mean()) if len(own) else 0.0

    def _similarity(self, cosine: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosine similarity on the index's own scale: 0 for unrelated texts, 1 for the same text."""
        floor = self.index.manifest.similarity_floor
        scaled: NDArray[np.float32] = np.clip((cosine - floor) / (1 - floor), 0, 1)
        return scaled

    def _likeness(self, cosine: NDArray[np.float32]) -> NDArray[np.float32]:
        """How near a question is to other questions: as `_similarity`, or in a learnt space, where 0 is unrelated."""
        return cosine.clip(0, 1) if self.index.questions.learnt else self._similarity(cosine)

    def _hits(
        self,
        scored: "_Scored",
        near_channels: Mapping[str, NDArray[np.float32]],
        weights: Mapping[str, float],
        pinned: Sequence[int],
        excluded: Sequence[int],
        limit: int,
    ) -> tuple[Hit, ...]:
        fused_scores = fuse(scored.channels, weights, len(scored.rows))
        article_of = self.index.chunk_articles[scored.rows]
        best_first = np.lexsort((scored.rows, -fused_scores, ~np.isin(article_of, pinned)))
        # Plain lists from here on: for a few hundred candidates they are faster than arrays.
        owners, rows, fused = article_of.tolist(), scored.rows.tolist(), fused_scores.tolist()
        near = fuse(near_channels, CHUNK_CHANNELS, len(scored.rows)).tolist()
        channels = {name: scores.tolist() for name, scores in scored.channels.items()}
        places: dict[int, list[int]] = {}
        for place in best_first.tolist():
            article_row = owners[place]
            if article_row not in excluded and (article_row in places or len(places) < limit):
                places.setdefault(article_row, []).append(place)
        return tuple(
            Hit(
                article_row=article_row,
                article=self.index.article(article_row),
                score=1.0 if article_row in pinned else fused[of_article[0]],
                channels={name: max(scores[place] for place in of_article) for name, scores in channels.items()},
                chunks=tuple(
                    (rows[place], near[place])
                    for place in sorted(of_article, key=lambda place: -near[place])[:BEST_CHUNKS]
                ),
                pinned=article_row in pinned,
            )
            for article_row, of_article in places.items()
            if fused[of_article[0]] > 0 or article_row in pinned
        )


WIDE = 10
"""How many questions, of an article or without one, tell how near a question is to all of them."""

BEST_CHUNKS = 8
"""How many chunks of an article a hit carries at most."""

CHUNK_CHANNELS: Mapping[str, float] = {"dense": 1.0, "bm25_chunk": 1.0}
"""What tells the chunks of one article apart; the other channels speak for the article as a whole."""


@dataclass(frozen=True, slots=True)
class _Scored:
    """Candidate chunk rows and, for each channel, their scores in the same order."""

    rows: NDArray[np.int64]
    channels: Mapping[str, NDArray[np.float32]]
