"""BM25 over words that are cut already, with the scores computed when indexing and kept as a sparse matrix.

Sources: Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009); the idf of Lucene, which
is never negative; eager scoring of BM25S (Lù, 2024). Written by hand, as the package bm25s gives no idf for the query's
words, which puts the scores of all queries on one scale, and takes as long to import as an answer. The tests compare
both.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from supportbot.index import arrays

K1 = 1.2
B = 0.75


class BM25Index:
    """Score documents, which are lists of words, by the words of a query.

    >>> BM25Index.build([["提幣", "地址"], ["充幣"]]).scores({"充幣": 1.0})
    """

    def __init__(
        self,
        documents: int,
        vocabulary: dict[str, int],
        starts: NDArray[np.int64],
        rows: NDArray[np.int32],
        shares: NDArray[np.float32],
    ) -> None:
        """Take the number of documents and the postings.

        Word i stands in the documents `rows[starts[i]:starts[i + 1]]`; its BM25 scores there have the same places in
        `shares`.
        """
        self.documents = documents
        self._vocabulary = vocabulary
        self._starts = starts
        self._rows = rows
        self._shares = shares

    @classmethod
    def build(cls, documents: Iterable[Sequence[str]], *, k1: float = K1) -> "BM25Index":
        """Index documents, each given as its words; the row of a document is its place in the order given.

        `k1` tells how much repeated words add; with 0 a word counts once, by its idf.
        """
        vocabulary: dict[str, int] = {}
        words: list[int] = []
        rows: list[int] = []
        counts: list[int] = []
        lengths: list[int] = []
        for row, document in enumerate(documents):
            lengths.append(len(document))
            for word, count in Counter(document).items():
                words.append(vocabulary.setdefault(word, len(vocabulary)))
                rows.append(row)
                counts.append(count)
        word_of = np.array(words, np.int64)
        order = np.argsort(word_of, kind="stable")
        row_of = np.array(rows, np.int32)[order]
        frequency = np.array(counts, np.float32)[order]
        holders = np.bincount(word_of, minlength=len(vocabulary))
        length = np.array(lengths, np.float32)
        relative_length = length / max(float(length.mean()), 1.0) if len(length) else length
        saturation = frequency / (frequency + k1 * (1 - B + B * relative_length[row_of]))
        idf = np.array([_idf(len(lengths), int(n)) for n in holders], np.float32)
        return cls(
            len(lengths),
            vocabulary,
            np.concatenate([[0], np.cumsum(holders)]).astype(np.int64),
            row_of,
            (saturation * np.repeat(idf, holders)).astype(np.float32),
        )

    @classmethod
    def load(cls, folder: Path) -> "BM25Index":
        """Return the index that `save` wrote into `folder`; the postings stay on disk, mapped into memory."""
        described = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        mapped = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("starts", "rows", "shares"))
        arrays = (np.asarray(array) for array in mapped)  # plain arrays over the same memory: faster to slice
        vocabulary = {word: number for number, word in enumerate(described["words"])}
        return cls(described["documents"], vocabulary, *arrays)

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which must not exist."""
        folder.mkdir()
        described = {"documents": self.documents, "words": list(self._vocabulary)}
        (folder / "vocabulary.json").write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
        for name, values in (("starts", self._starts), ("rows", self._rows), ("shares", self._shares)):
            arrays.save(folder / f"{name}.npy", values)

    def idf(self, word: str) -> float:
        """Return the idf (Lucene's formula) of a word; it is the highest for a word that no document holds."""
        start, end = self._postings(word)
        return _idf(self.documents, end - start)

    def scores(self, weights: Mapping[str, float]) -> NDArray[np.float32]:
        """Return the BM25 score of each document for weighted words, from 0 to 1, shape (documents,).

        Scores are divided by the limit for a document that repeats every word of the query endlessly. This makes
        queries comparable and keeps the order.
        """
        scores, reachable = self._sums(weights)
        return scores / reachable if reachable else scores

    def likeness(self, words: Iterable[str]) -> NDArray[np.float32]:
        """Return how alike each document and `words` are, from 0 to 1, shape (documents,).

        The Sørensen-Dice coefficient with words weighted by idf, for an index built with `k1=0`.
        """
        both, own = self._sums(dict.fromkeys(words, 1.0))
        return 2 * both / (self._totals + own) if own else both

    def _sums(self, weights: Mapping[str, float]) -> tuple[NDArray[np.float32], np.float32]:
        """Return the weighted BM25 sum of each document, and the limit that no document can exceed."""
        sums = np.zeros(self.documents, np.float32)
        reachable = 0.0
        for word, weight in weights.items():
            start, end = self._postings(word)
            reachable += weight * _idf(self.documents, end - start)
            if end > start:
                sums[self._rows[start:end]] += np.float32(weight) * self._shares[start:end]
        return sums, np.float32(reachable)

    def holders(self, word: str) -> NDArray[np.int32]:
        """Return the rows of the documents that hold `word`, in order."""
        start, end = self._postings(word)
        return self._rows[start:end]

    def holds(self, word: str, row: int) -> bool:
        """Return whether the document `row` holds `word`."""
        start, end = self._postings(word)
        place = start + int(self._rows[start:end].searchsorted(row))
        return bool(place < end and self._rows[place] == row)

    def coverage(self, weights: Mapping[str, float], row: int) -> float:
        """Return the share of the words, by weight, that the document `row` holds: 0 to 1."""
        held = sum(weight for word, weight in weights.items() if self.holds(word, row))
        return held / (sum(weights.values()) or 1.0)

    @cached_property
    def _totals(self) -> NDArray[np.float32]:
        """The sum of each document's scores over its own words."""
        return np.bincount(self._rows, self._shares, self.documents).astype(np.float32)

    def __contains__(self, word: str) -> bool:
        """Return whether any document holds `word`."""
        return word in self._vocabulary

    def _postings(self, word: str) -> tuple[int, int]:
        """Return where the postings of a word start and end; (0, 0) for a word that no document holds."""
        number = self._vocabulary.get(word)
        return (0, 0) if number is None else (int(self._starts[number]), int(self._starts[number + 1]))


def _idf(documents: int, holders: int) -> float:
    return math.log(1 + (documents - holders + 0.5) / (holders + 0.5))


def best_rows(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Return the rows of the `k` highest scores above zero, best first, equal ones in row order."""
    rows = np.flatnonzero(scores > 0)
    if 0 < k < len(rows):
        rows = rows[np.argpartition(-scores[rows], k)[:k]]
    ordered: NDArray[np.int64] = rows[np.lexsort((rows, -scores[rows]))]
    return ordered
