"""Encoders: the protocol, and `load`, which returns the encoder that the settings name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, get_args, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from supportbot.errors import ModelError

Runtime = Literal["onnx", "torch"]
RUNTIMES: tuple[Runtime, ...] = get_args(Runtime)

BUNDLED = "bundled"
"""The name of the default model; see `supportbot.embedding.bundled`."""

HASH = "hash"
"""The name of `HashEncoder`, which needs no model: for tests."""


class Encoder(Protocol):
    """Turn texts into vectors of length 1, so that inner products are cosine similarities.

    `supportbot.testing.EncoderContract` is the test suite that each must pass.

    >>> encoder.load("hash", cache_folder=Path("cache")).encode_queries(["怎麼提幣"]).shape
    (1, 256)
    """

    @property
    def fingerprint(self) -> str:
        """What identifies model, weights and tokeniser. Vectors of different fingerprints must not be compared."""
        ...

    @property
    def dimension(self) -> int:
        """The number of values in a vector."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of queries, shape (len(texts), dimension)."""
        ...

    def encode_documents(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return the vectors of passages, shape (len(texts), dimension); `on_progress` gets the number done so far."""
        ...


@dataclass(frozen=True, slots=True)
class Encoding:
    """The vectors of a text and of its tokens.

    Attributes:
        vector: the text's, shape (dimension,), of length 1.
        token_ids: the ids of the tokens, shape (tokens,), without those of the prompt and special ones.
        tokens: their vectors before pooling, shape (tokens, dimension).
        ends: where each token ends in the text, in characters, shape (tokens,).

    >>> encode(encoder, ["怎麼提幣"])[0].tokens.shape
    (3, 384)
    """

    vector: NDArray[np.float32]
    token_ids: NDArray[np.int32]
    tokens: NDArray[np.float32]
    ends: NDArray[np.int32]


@runtime_checkable
class TokenEncoder(Encoder, Protocol):
    """An encoder that also tells the vectors of the tokens, by which the best articles are told apart.

    >>> isinstance(encoder.load(cache_folder=Path("cache")), TokenEncoder)
    True
    """

    def encode(
        self, texts: Sequence[str], *, documents: bool = False, on_progress: Callable[[int], None] | None = None
    ) -> list[Encoding]:
        """Return the encodings of queries, or of passages if `documents`; `on_progress` gets the number done so far."""
        ...


def encode(
    encoder: Encoder,
    texts: Sequence[str],
    *,
    documents: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> list[Encoding]:
    """Return the encodings by any encoder: without tokens if it is no `TokenEncoder`."""
    if isinstance(encoder, TokenEncoder):
        return encoder.encode(texts, documents=documents, on_progress=on_progress)
    vectors = encoder.encode_documents(texts, on_progress) if documents else encoder.encode_queries(texts)
    none, no_tokens = np.zeros(0, np.int32), np.zeros((0, encoder.dimension), np.float32)
    return [Encoding(vector, none, no_tokens, none) for vector in vectors]


def load(
    model: str = BUNDLED,
    *,
    runtime: Runtime = "onnx",
    cache_folder: Path,
    threads: int = 0,
    report: Callable[[str], None] = lambda line: None,
) -> Encoder:
    """Return the encoder of `model`: "bundled", "hash", or a name or folder that sentence-transformers loads.

    With the runtime "onnx" the model is exported once into `cache_folder` as int8 and served without torch; "torch"
    serves it by sentence-transformers in full precision. `threads` is the number of processor threads, 0 for all.
    `report` gets one of `parts` before each part of the preparation.

    Raise `ModelError` if the model cannot be loaded.
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
    """Return the lines that `load` reports, in order, if the model has to be prepared first."""
    from supportbot.embedding import bundled, export

    own = bundled.PARTS if model == BUNDLED else ()
    return own + (export.PARTS if runtime == "onnx" else ())


def source_folder(model: str, cache_folder: Path, report: Callable[[str], None]) -> str:
    """Return what sentence-transformers can load as `model`; write the bundled model into the cache first."""
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
