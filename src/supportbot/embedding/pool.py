"""Many questions encoded at once: alone a question gets all processors, in company each gets one.

On processors without VNNI a padded batch costs as much per question as one by one (docs/speed.md), and a quantised
vector would depend on its neighbours in the batch. Side by side keeps every vector exactly the same.
"""

import threading
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from supportbot.embedding.encoder import Encoder


class EncoderPool:
    """An `Encoder` for many threads: `whole` uses all processors, `single` one; both give the same vectors."""

    def __init__(self, whole: Encoder, single: Encoder, processors: int) -> None:
        self._whole = whole
        self._single = single
        self._places = threading.BoundedSemaphore(processors)
        self._lock = threading.Lock()
        self._present = 0

    @property
    def fingerprint(self) -> str:
        """That of the encoders."""
        return self._whole.fingerprint

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return self._whole.dimension

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of questions, shape (len(texts), dimension)."""
        with self._lock:
            self._present += 1
            encoder = self._whole if self._present == 1 else self._single
        try:
            with self._places:
                return encoder.encode_queries(texts)
        finally:
            with self._lock:
                self._present -= 1

    def encode_documents(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """The vectors of passages, shape (len(texts), dimension): on one processor, beside the questions."""
        return self._single.encode_documents(texts, on_progress)
