"""An encoder without a model, for tests: fast, deterministic, near for texts that share characters."""

import zlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from supportbot.text.ngrams import char_ngrams


class HashEncoder:
    """Count hashed characters and character pairs in `dimension` signed bins (feature hashing).

    >>> HashEncoder().encode_queries(["怎麼提幣"]).shape
    (1, 256)
    """

    def __init__(self, dimension: int = 256) -> None:
        self.dimension = dimension

    @property
    def fingerprint(self) -> str:
        """The name and the dimension, as there are no weights."""
        return f"hash-{self.dimension}"

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of queries, shape (len(texts), dimension)."""
        return self.encode_documents(texts)

    def encode_documents(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return the vectors of passages, shape (len(texts), dimension); `on_progress` gets the number done so far."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for gram in char_ngrams(text) or [""]:
                code = zlib.crc32(gram.encode("utf-8", "replace"))
                vectors[row, code % self.dimension] += 1 if code & 0x80000000 else -1
            if not vectors[row].any():
                vectors[row, 0] = 1
            if on_progress:
                on_progress(row + 1)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors
