"""A model-free encoder: texts that share characters get near vectors. Deterministic and instant, for tests."""

import zlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from supportbot.text.ngrams import char_ngrams


class HashEncoder:
    """Counts hashed characters and character pairs into `dimension` signed bins (feature hashing)."""

    def __init__(self, dimension: int = 256) -> None:
        self.dimension = dimension

    @property
    def fingerprint(self) -> str:
        """The name and size; there are no weights."""
        return f"hash-{self.dimension}"

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of questions, shape (len(texts), dimension)."""
        return self.encode_documents(texts)

    def encode_documents(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """The vectors of passages, shape (len(texts), dimension)."""
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
