"""The word side of an index: BM25 over ready-cut words, scored ahead of time into a sparse matrix.

Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009); the idf is Lucene's, which is
never negative; computing each word's share when indexing follows BM25S (Lù, 2024). Ours instead of the bm25s package
because scores have to come on a scale that is the same for every question, which needs the idf of the question's words,
known and unknown, and because importing it costs as much as a whole answer. Its order is checked against bm25s.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
B = 0.75


class BM25Index:
    """Which documents hold which words, and how much each word there counts.

    `documents` is how many there are; the postings of word i are `rows[starts[i]:starts[i + 1]]` with their `shares`.
    """

    def __init__(
        self,
        documents: int,
        vocabulary: dict[str, int],
        starts: NDArray[np.int64],
        rows: NDArray[np.int32],
        shares: NDArray[np.float32],
    ) -> None:
        self.documents = documents
        self._vocabulary = vocabulary
        self._starts = starts
        self._rows = rows
        self._shares = shares

    @classmethod
    def build(cls, documents: Iterable[Sequence[str]], *, k1: float = K1) -> "BM25Index":
        """Index documents given as their words; a document's row is its place in the order given.

        `k1` is how much more a word counts for standing there often; with 0 it counts once, by its idf.
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
        """The index in `folder`, as `save` wrote it; the postings stay on disk and are mapped into memory."""
        described = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        mapped = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("starts", "rows", "shares"))
        arrays = (np.asarray(array) for array in mapped)  # plain arrays over the same memory: faster to slice
        vocabulary = {word: number for number, word in enumerate(described["words"])}
        return cls(described["documents"], vocabulary, *arrays)

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is made."""
        folder.mkdir()
        described = {"documents": self.documents, "words": list(self._vocabulary)}
        (folder / "vocabulary.json").write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
        for name, values in (("starts", self._starts), ("rows", self._rows), ("shares", self._shares)):
            np.save(folder / f"{name}.npy", values)

    def idf(self, word: str) -> float:
        """How much the word tells: Lucene's idf; that of the rarest for a word that no document holds."""
        start, end = self._postings(word)
        return _idf(self.documents, end - start)

    def scores(self, weights: Mapping[str, float]) -> NDArray[np.float32]:
        """The BM25 score of every document for weighted words, as a share of the highest thinkable: 0 to 1.

        A document that held every word of the question, endlessly often, would get 1. Dividing by what the question
        could reach makes scores of different questions comparable and leaves the order as BM25 has it.
        """
        scores, reachable = self._sums(weights)
        return scores / reachable if reachable else scores

    def likeness(self, words: Iterable[str]) -> NDArray[np.float32]:
        """How alike each document and these words are, 0 to 1: what both hold, against all that either holds.

        The Sørensen-Dice coefficient, each word counting by its idf; for an index built with `k1` 0.
        """
        both, own = self._sums(dict.fromkeys(words, 1.0))
        return 2 * both / (self._totals + own) if own else both

    def _sums(self, weights: Mapping[str, float]) -> tuple[NDArray[np.float32], np.float32]:
        """For each document the sum of its weighted shares in these words, and the highest sum thinkable."""
        sums = np.zeros(self.documents, np.float32)
        reachable = 0.0
        for word, weight in weights.items():
            start, end = self._postings(word)
            reachable += weight * _idf(self.documents, end - start)
            if end > start:
                sums[self._rows[start:end]] += np.float32(weight) * self._shares[start:end]
        return sums, np.float32(reachable)

    def coverage(self, weights: Mapping[str, float], row: int) -> float:
        """The share, by weight, of the words that the document `row` holds: 0 to 1."""
        held = 0.0
        for word, weight in weights.items():
            start, end = self._postings(word)
            place = start + int(self._rows[start:end].searchsorted(row))
            held += weight * (place < end and self._rows[place] == row)
        return held / (sum(weights.values()) or 1.0)

    @cached_property
    def _totals(self) -> NDArray[np.float32]:
        """The sum of each document's shares."""
        return np.bincount(self._rows, self._shares, self.documents).astype(np.float32)

    def __contains__(self, word: str) -> bool:
        """Whether any document holds `word`."""
        return word in self._vocabulary

    def _postings(self, word: str) -> tuple[int, int]:
        """Where the word's postings begin and end; (0, 0) for a word that no document holds."""
        number = self._vocabulary.get(word)
        return (0, 0) if number is None else (int(self._starts[number]), int(self._starts[number + 1]))


def _idf(documents: int, holders: int) -> float:
    return math.log(1 + (documents - holders + 0.5) / (holders + 0.5))


def best_rows(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """The rows of the `k` highest scores above zero, best first, equal ones in row order."""
    rows = np.flatnonzero(scores > 0)
    if 0 < k < len(rows):
        rows = rows[np.argpartition(-scores[rows], k)[:k]]
    ordered: NDArray[np.int64] = rows[np.lexsort((rows, -scores[rows]))]
    return ordered
