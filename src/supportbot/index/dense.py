"""Vectors of an index: exact search by inner product in FAISS, by row."""

from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SMALL = 5000
"""In an index of so many vectors all similarities are computed at once."""


class DenseIndex:
    """Unit vectors by row. Scores are inner products, which are cosine similarities for unit vectors.

    >>> rows, scores = DenseIndex.build(vectors).search(query, 10)
    """

    def __init__(self, index: Any) -> None:
        """Take a FAISS flat index."""
        self._index = index

    @classmethod
    def build(cls, vectors: NDArray[np.float32]) -> "DenseIndex":
        """Index `vectors`, shape (n, dimension)."""
        index = _faiss().IndexFlatIP(vectors.shape[1])
        if len(vectors):
            index.add(vectors)
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> "DenseIndex":
        """Return the index that `save` wrote to `path`.

        Its vectors stay in the file, mapped into memory: processes that serve the same index share them.
        """
        faiss = _faiss()
        return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))

    def save(self, path: Path) -> None:
        """Write the index to `path`. Raise `OSError` if the disk does not take it all."""
        faiss = _faiss()
        # Not by FAISS itself: it would only print that the disk is full, and leave the file cut short.
        with path.open("wb") as stream:
            faiss.write_index(self._index, faiss.PyCallbackIOWriter(stream.write))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def vectors(self) -> NDArray[np.float32]:
        """The vectors, shape (len, dimension): a view, not a copy."""
        dimension = self._index.d
        if not len(self):
            return np.zeros((0, dimension), np.float32)
        view: NDArray[np.float32] = _faiss().rev_swig_ptr(self._index.get_xb(), len(self) * dimension)
        return view.reshape(len(self), dimension)

    def search(self, query: NDArray[np.float32], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the rows and scores of the `k` vectors nearest to `query`, shape (dimension,), best first.

        Fewer if the index holds fewer.
        """
        # For the calling thread alone. One question gains nothing from more threads, and they would slow the encoder.
        _faiss().omp_set_num_threads(1)
        scores, rows = self._index.search(query.reshape(1, -1), min(k, len(self)) or 1)
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]

    def similarity(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the score of every row, shape (len,)."""
        result: NDArray[np.float32] = self.vectors @ query
        return result

    def scores(self, query: NDArray[np.float32], rows: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
        """Return the score of each row given, shape (len(rows),)."""
        result: NDArray[np.float32] = self.vectors[rows] @ query
        return result


class Similarity:
    """The similarity of a query to rows of an index: `similarity[rows]`, shape (len(rows),).

    In an index of at most `SMALL` vectors all are computed, once: that is faster than to pick the rows.

    >>> Similarity(index.titles, query.placed_as_title)[np.array([0, 2])]
    """

    def __init__(self, index: DenseIndex, query: NDArray[np.float32]) -> None:
        self._index = index
        self._query = query

    def __getitem__(self, rows: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
        if len(self._index) > SMALL:
            return self._index.scores(self._query, rows)
        picked: NDArray[np.float32] = self._all[rows]
        return picked

    @cached_property
    def _all(self) -> NDArray[np.float32]:
        return self._index.similarity(self._query)


@cache
def _faiss() -> Any:
    import faiss

    return faiss
