"""An encoder without a model, for tests: fast, deterministic, near for texts that share characters."""

import zlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from supportbot.embedding.encoder import Encoding
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
        encodings = self.encode(texts, on_progress=on_progress)
        return np.array([one.vector for one in encodings], np.float32).reshape(-1, self.dimension)

    def encode(
        self, texts: Sequence[str], *, documents: bool = False, on_progress: Callable[[int], None] | None = None
    ) -> list[Encoding]:
        """Return the encodings, the same for queries and passages; a token is a character or a pair.

        `on_progress` gets the number done so far.
        """
        encodings = []
        for done, text in enumerate(texts, 1):
            codes = [zlib.crc32(gram.encode("utf-8", "replace")) for gram in char_ngrams(text)]
            ends = np.array([*range(1, len(text) + 1), *range(2, len(text) + 1)], np.int32)  # characters, then pairs
            tokens = np.zeros((len(codes), self.dimension), np.float32)
            for row, code in enumerate(codes):
                tokens[row, code % self.dimension] = 1 if code & 0x80000000 else -1
            vector = tokens.sum(axis=0)
            if not vector.any():
                vector[0] = 1
            ids = np.array([code & 0x7FFFFFFF for code in codes], np.int32)
            encodings.append(Encoding(vector / np.linalg.norm(vector), ids, tokens, ends))
            if on_progress:
                on_progress(done)
        return encodings
