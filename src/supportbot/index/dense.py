"""The vector side of an index: exact inner product in FAISS, under ids that can be added and removed."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class DenseIndex:
    """Unit vectors by 63-bit id. Scores are inner products, which for unit vectors are cosine similarities."""

    def __init__(self, dimension: int) -> None:
        faiss = _faiss()
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self._positions: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None

    @classmethod
    def load(cls, path: Path) -> "DenseIndex":
        """The index in the file at `path`, as `save` wrote it; to be read, not changed.

        Its vectors stay in the file, mapped into memory: processes that serve the same index share them.
        """
        faiss = _faiss()
        loaded = cls.__new__(cls)
        loaded._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        loaded._positions = None
        return loaded

    def save(self, path: Path) -> None:
        """Write the index to `path`. Raises `OSError` when the disk does not take it all.

        FAISS would open the file itself, but then it only prints that the disk was full, and leaves the file cut short.
        """
        faiss = _faiss()
        with path.open("wb") as stream:
            faiss.write_index(self._index, faiss.PyCallbackIOWriter(stream.write))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def ids(self) -> NDArray[np.int64]:
        """The ids in storage order, shape (len,)."""
        ids: NDArray[np.int64] = _faiss().vector_to_array(self._index.id_map)
        return ids

    @property
    def vectors(self) -> NDArray[np.float32]:
        """The vectors in storage order, shape (len, dimension): a view, not a copy."""
        if not len(self):
            return np.zeros((0, self._index.d), np.float32)
        faiss = _faiss()
        flat = faiss.downcast_index(self._index.index)
        view: NDArray[np.float32] = faiss.rev_swig_ptr(flat.get_xb(), len(self) * flat.d).reshape(len(self), flat.d)
        return view

    def add(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Add vectors, shape (n, dimension), under new ids, shape (n,)."""
        if len(ids):
            self._index.add_with_ids(vectors, ids)
            self._positions = None

    def remove(self, ids: NDArray[np.int64]) -> int:
        """Remove the vectors of these ids; returns how many there were."""
        self._positions = None
        return int(self._index.remove_ids(ids)) if len(ids) else 0

    def search(self, query: NDArray[np.float32], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The ids and scores of the `k` nearest vectors, best first; fewer when the index holds fewer."""
        _faiss().omp_set_num_threads(1)  # holds for the calling thread alone: see `_faiss`
        scores, ids = self._index.search(query.reshape(1, -1), min(k, len(self)) or 1)
        found = ids[0] >= 0
        return ids[0][found], scores[0][found]

    def scores(self, query: NDArray[np.float32], ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The scores of the given ids, shape (len(ids),); every id must be in the index."""
        if self._positions is None:
            order = np.argsort(self.ids, kind="stable")
            self._positions = self.ids[order], order
        sorted_ids, order = self._positions
        result: NDArray[np.float32] = self.vectors[order[np.searchsorted(sorted_ids, ids)]] @ query
        return result


@cache
def _faiss() -> Any:
    """FAISS. It searches on one thread: a question gains nothing from more, and they would get in the encoder's way."""
    import faiss

    return faiss


def vector_ids(hex_ids: Sequence[str]) -> NDArray[np.int64]:
    """The FAISS ids (63 bits) of content ids (16 hexadecimal digits)."""
    return np.array([int(hex_id, 16) >> 1 for hex_id in hex_ids], np.int64)
