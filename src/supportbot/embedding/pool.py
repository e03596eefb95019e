"""Encode queries of many threads side by side: a single query gets all processors, concurrent ones get one each.

Not as a batch: without VNNI a padded batch takes as long (docs/speed.md), and a quantised vector would depend on its
neighbours in the batch.
"""

import threading
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from supportbot.embedding.encoder import Encoder, Encoding, encode


class EncoderPool:
    """An `Encoder` for many threads.

    >>> EncoderPool(load(cache_folder=cache), load(cache_folder=cache, threads=1), processors=4)
    """

    def __init__(self, whole: Encoder, single: Encoder, processors: int) -> None:
        """Take two encoders of one model: `whole` uses all processors, `single` one."""
        self._whole = whole
        self._single = single
        self._places = threading.BoundedSemaphore(processors)
        self._lock = threading.Lock()
        self._present = 0

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the encoders."""
        return self._whole.fingerprint

    @property
    def dimension(self) -> int:
        """The number of values in a vector."""
        return self._whole.dimension

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of queries, shape (len(texts), dimension)."""
        return np.array([one.vector for one in self.encode(texts)], np.float32).reshape(-1, self.dimension)

    def encode(
        self, texts: Sequence[str], *, documents: bool = False, on_progress: Callable[[int], None] | None = None
    ) -> list[Encoding]:
        """Return the encodings of queries, or of passages if `documents`; `on_progress` gets the number done so far."""
        if documents:
            return encode(self._single, texts, documents=True, on_progress=on_progress)
        with self._lock:
            self._present += 1
            encoder = self._whole if self._present == 1 else self._single
        try:
            with self._places:
                return encode(encoder, texts)
        finally:
            with self._lock:
                self._present -= 1

    def encode_documents(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return the vectors of passages, shape (len(texts), dimension), encoded on one processor."""
        return self._single.encode_documents(texts, on_progress)
