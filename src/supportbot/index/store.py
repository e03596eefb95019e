"""The index: open a version that `supportbot.index.build` wrote."""

import datetime as dt
import json
from collections import Counter
from dataclasses import asdict
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from supportbot.content.articles import Article
from supportbot.content.lexicon import Lexicon
from supportbot.content.platforms import Platforms
from supportbot.errors import DamagedIndexError, ForeignIndexError
from supportbot.index import layout, pieces
from supportbot.index.bm25 import BM25Index
from supportbot.index.chunking import Block, Chunk
from supportbot.index.dense import DenseIndex, Similarity
from supportbot.index.layout import Identity, Manifest
from supportbot.index.records import Records
from supportbot.index.space import Space
from supportbot.index.tokens import TokenIndex
from supportbot.text.folding import exact_key
from supportbot.text.scripts import Script

NEAREST_TITLES = 3
"""How many of an article's titles and questions `title_scores` takes the mean over."""


class Index:
    """One loaded version. Articles, chunks and titles are addressed by row; the chunks of an article are neighbours.

    A title here is the title of an article or one of its questions.

    >>> index = store.load(Path("data/index"))
    >>> [index.chunk(row).text for row in index.chunk_rows(index.article_rows["withdraw"])]

    Attributes:
        version: the name of the version.
        article, chunk, pieces: return the article (without its body), or the chunk, or its pieces, of a row.
        space: the space of the vectors in `dense`, `titles`, `headings`, `out_of_scope` and `cohort`.
        dense: vectors of the chunks.
        tokens: vectors of the tokens of the chunks, in a space of their own.
        titles: vectors of the titles.
        headings: vectors of the headings and first sentences of the chunks.
        out_of_scope: vectors of the questions that no article answers.
        cohort: vectors of the questions about anything (`cohort.py`).
        encoded_chunks: vectors of the chunks as encoded: not in that space.
        encoded_questions: vectors of titles, headings, out-of-scope questions and the cohort, as encoded.
        chunk_words: BM25 over the words of the chunks.
        article_words, article_pinyin: BM25 over the words, and over the pinyin keys, of whole articles.
        question_ngrams: BM25 over the character n-grams of the titles, then of out-of-scope questions.
        chunk_articles: the article row of each chunk, shape (chunks,).
        chunk_roles: what each chunk is (`boilerplate.roles`), shape (chunks,).
        chunk_templated: whether many articles have the heading of each chunk, shape (chunks,).
        chunk_platforms: the platform of each chunk, "" for none, shape (chunks,).
        title_articles, heading_articles: the article row of each title, or heading, shape (titles,) or (headings,).
        chunk_keys, title_keys, heading_keys, outside_keys: a hash of each text that was embedded.
        rules: the article rows by exact key of a question: those it is `pinned` to and `excluded` from, and those that
            are `titled` so.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.version = folder.name
        self.manifest = manifest

        def stored(name: str) -> Any:
            return json.loads((folder / name).read_text(encoding="utf-8"))

        try:
            rows = np.load(folder / "rows.npz")
            self.chunk_articles: NDArray[np.int32] = rows["chunk_articles"]
            self.chunk_platforms: NDArray[np.str_] = rows["chunk_platforms"]
            self.chunk_roles: NDArray[np.int8] = rows["chunk_roles"]
            self.chunk_templated: NDArray[np.bool_] = rows["chunk_templated"]
            self.chunk_keys: NDArray[np.int64] = rows["chunk_keys"]
            self.title_keys: NDArray[np.int64] = rows["title_keys"]
            self.title_articles: NDArray[np.int32] = rows["title_articles"]
            self.heading_articles: NDArray[np.int32] = rows["heading_articles"]
            self.heading_keys: NDArray[np.int64] = rows["heading_keys"]
            self.outside_keys: NDArray[np.int64] = rows["outside_keys"]
            self._articles = Records(folder / "articles.jsonl", rows["article_offsets"])
            self._chunks = Records(folder / "chunks.jsonl", rows["chunk_offsets"])
            self.dense = DenseIndex.load(folder / "dense.faiss")
            self.space = Space.load(folder / "space.npz")
            self.titles = DenseIndex.load(folder / "titles.faiss")
            self.headings = DenseIndex.load(folder / "headings.faiss")
            self.out_of_scope = DenseIndex.load(folder / "out_of_scope.faiss")
            self.cohort = DenseIndex.load(folder / "cohort.faiss")
            self.chunk_words = BM25Index.load(folder / "bm25_chunk")
            self.article_words = BM25Index.load(folder / "bm25_article")
            self.article_pinyin = BM25Index.load(folder / "pinyin")
            self.question_ngrams = BM25Index.load(folder / "ngrams")
            self.encoded_chunks: NDArray[np.float32] = np.load(folder / "chunks.npy", mmap_mode="r")
            self.encoded_questions: NDArray[np.float32] = np.load(folder / "questions.npy", mmap_mode="r")
            self.tokens = TokenIndex.load(folder / "tokens")
            self.lexicon = Lexicon(**_frozen(stored("lexicon.json")))
            self.platforms = Platforms(**stored("platforms.json"))
            self.rules: dict[str, dict[str, list[int]]] = stored("rules.json")
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise DamagedIndexError(f"{folder.name}: {error}") from None
        self.article = lru_cache(maxsize=4096)(lambda row: article_of(self._articles[row]))
        self.chunk = lru_cache(maxsize=4096)(lambda row: chunk_of(self._chunks[row]))
        self.pieces = lru_cache(maxsize=4096)(lambda row: pieces.cut(self.chunk(row)))

    def __len__(self) -> int:
        return len(self._chunks)

    @property
    def article_count(self) -> int:
        """The number of articles."""
        return len(self._articles)

    def chunk_rows(self, article_row: int) -> range:
        """Return the rows of an article's chunks, in reading order."""
        return range(int(self._starts[article_row]), int(self._starts[article_row + 1]))

    def rows_of_articles(self, article_rows: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
        """Return the chunk rows of the given articles, in order."""
        return _ranges(self._starts, np.unique(article_rows))

    def title_scores(
        self, similarity: Similarity, article_rows: NDArray[np.int32], count: int = NEAREST_TITLES
    ) -> NDArray[np.float32]:
        """Return the mean similarity of the nearest `count` titles of each article given, -1 without any.

        `similarity` is that of the titles. The result has the shape of `article_rows`. The mean of
        several is more reliable than a single title.
        """
        articles, back = np.unique(article_rows, return_inverse=True)
        counts = self._title_starts[articles + 1] - self._title_starts[articles]
        owners = np.repeat(np.arange(len(articles)), counts)
        # Best first within each article by one sort: similarities are less than 3 apart.
        keys = np.sort(3.0 * owners - similarity[_ranges(self._title_starts, articles)])
        sums = np.concatenate([[0.0], np.cumsum(3.0 * owners - keys)])
        ends, taken = np.cumsum(counts), np.minimum(counts, count)
        totals = sums[ends - counts + taken] - sums[ends - counts]
        means = np.where(taken > 0, totals / np.maximum(taken, 1), -1.0).astype(np.float32)
        return means[back]

    def heading_scores(
        self, titles: Similarity, headings: Similarity, article_rows: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        """Return the similarity of the nearest title or heading of each article given, -1 without any.

        `titles` and `headings` are their similarities. The result has the shape of `article_rows`.
        """
        articles = np.unique(article_rows)
        best = np.full(self.article_count, -1.0, np.float32)
        for similarity, owners, starts in (
            (headings, self.heading_articles, self._heading_starts),
            (titles, self.title_articles, self._title_starts),
        ):
            places = _ranges(starts, articles)
            np.maximum.at(best, owners[places], similarity[places])
        return best[article_rows]

    def articles(self) -> list[Article]:
        """Return all articles, without their body."""
        return [self.article(row) for row in range(self.article_count)]

    def contents(self) -> dict[str, str]:
        """Return for each article id a text that differs if anything that the index holds of the article differs."""
        found = {}
        for row in range(self.article_count):
            chunks = [self._chunks[place]["id"] for place in self.chunk_rows(row)]
            found[self._articles[row]["id"]] = repr((sorted(self._articles[row].items()), chunks))
        return found

    def questions_of(self, article_row: int) -> int:
        """Return how many titles and questions an article has."""
        return int(self._title_starts[article_row + 1] - self._title_starts[article_row])

    @cached_property
    def telling_titles(self) -> float:
        """The share of titles that only one article has: 0 to 1, 0 without any."""
        _, places, counts = np.unique(self.title_keys, return_inverse=True, return_counts=True)
        return float((counts[places] == 1).mean()) if len(places) else 0.0

    @cached_property
    def article_rows(self) -> dict[str, int]:
        """The row of each article by its id."""
        return {self._articles[row]["id"]: row for row in range(self.article_count)}

    @cached_property
    def category_keys(self) -> list[str]:
        """The exact key of each article's category, by row: the same in both scripts."""
        return [exact_key(self.article(row).category) for row in range(self.article_count)]

    @cached_property
    def script(self) -> Script:
        """The Chinese script of most articles."""
        written = Counter(self.article_script(row) for row in range(self.article_count))
        return "hans" if written["hans"] > written["hant"] else "hant"

    def article_script(self, row: int) -> Script:
        """Return the script that an article is written in."""
        script: Script = self._articles[row]["script"]
        return script

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        return np.searchsorted(self.chunk_articles, np.arange(self.article_count + 1))

    @cached_property
    def _heading_starts(self) -> NDArray[np.int64]:
        return np.searchsorted(self.heading_articles, np.arange(self.article_count + 1))

    @cached_property
    def _title_starts(self) -> NDArray[np.int64]:
        return np.searchsorted(self.title_articles, np.arange(self.article_count + 1))


def check(folder: Path, wanted: Identity | None = None) -> tuple[Path, Manifest]:
    """Return the folder and the manifest of the current version after checking its files against their checksums.

    Raise `MissingIndexError` or `DamagedIndexError`, and `StaleIndexError` or `ForeignIndexError` if its identity is
    not the `wanted` one.
    """
    version = layout.current(folder)
    manifest = Manifest.read(version)
    if wanted:
        manifest.identity.refuse(wanted)
    layout.verify(version, manifest)
    return version, manifest


def load(folder: Path, wanted: Identity | None = None) -> Index:
    """Return the current version of the index in `folder`. Raise like `check`."""
    return Index(*check(folder, wanted))


def load_version(version: Path, *, encoder: str) -> Index:
    """Return the version in the folder `version`, which need not be the current one.

    Raise `DamagedIndexError`, and `ForeignIndexError` if it was not built with the encoder of this fingerprint.
    """
    manifest = Manifest.read(version)
    if manifest.identity.encoder != encoder:
        raise ForeignIndexError(f"it was built with the model {manifest.identity.encoder}, not {encoder}")
    layout.verify(version, manifest)
    return Index(version, manifest)


_DATES = ("published", "updated", "source_updated")


def record_of_article(article: Article, script: str) -> dict[str, Any]:
    """Return an article as a JSON object: without its body, and with the script that it is written in."""
    record = {key: value for key, value in asdict(article).items() if key != "body"}
    for key in _DATES:
        record[key] = record[key].isoformat() if record[key] else None
    return {**record, "script": script}


def article_of(record: dict[str, Any]) -> Article:
    """Return the article, with an empty body, of a record by `record_of_article`."""
    fields = _frozen(record)
    del fields["script"]
    for key in _DATES:
        fields[key] = dt.date.fromisoformat(fields[key]) if fields[key] else None
    return Article(body="", **fields)


def chunk_of(record: dict[str, Any]) -> Chunk:
    """Return the chunk of a record by `dataclasses.asdict`."""
    fields = _frozen(record)
    return Chunk(**{**fields, "blocks": tuple(Block(**block) for block in fields["blocks"])})


def _frozen(value: Any) -> Any:
    """Return a copy of a value from JSON with tuples in place of lists, at any depth."""
    if isinstance(value, dict):
        return {key: _frozen(one) for key, one in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _ranges(starts: NDArray[np.int64], rows: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """Return the numbers from `starts[row]` to `starts[row + 1]` (excluded) of each of `rows`, one after another."""
    first, counts = starts[rows], starts[rows + 1] - starts[rows]
    before = np.cumsum(counts) - counts
    return np.repeat(first - before, counts) + np.arange(int(counts.sum()))
