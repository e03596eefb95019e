"""Encode with any sentence-transformers model, in full precision on torch: what exported models are compared with."""

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from supportbot.embedding.encoder import Encoding
from supportbot.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH_SIZE = 32


class SentenceTransformerEncoder:
    """Encode with the model's own prompts and pooling. `model` is a name on the model hub or a folder.

    >>> SentenceTransformerEncoder("intfloat/multilingual-e5-base").encode_queries(["怎麼提幣"]).shape
    (1, 768)
    """

    def __init__(self, model: str, *, threads: int = 0) -> None:
        self._name = model
        self._threads = threads

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the weights and the prompts."""
        digest = hashlib.sha256(repr(sorted(self._model.prompts.items())).encode())
        for parameter in self._model.parameters():
            digest.update(parameter.detach().cpu().numpy().tobytes())
        return f"torch-{digest.hexdigest()[:16]}"

    @property
    def dimension(self) -> int:
        """The number of values in a vector."""
        return int(self._model.get_embedding_dimension())

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of queries, shape (len(texts), dimension)."""
        return self._stacked(self.encode(texts))

    def encode_documents(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return the vectors of passages, shape (len(texts), dimension); `on_progress` gets the number done so far."""
        return self._stacked(self.encode(texts, documents=True, on_progress=on_progress))

    def encode(
        self, texts: Sequence[str], *, documents: bool = False, on_progress: Callable[[int], None] | None = None
    ) -> list[Encoding]:
        """Return the encodings of queries, or of passages if `documents`; `on_progress` gets the number done so far."""
        encoded = self._model.encode_document if documents else self._model.encode_query
        prompts = ("document", "passage", "corpus") if documents else ("query",)
        prompt = next((self._model.prompts[name] for name in prompts if self._model.prompts.get(name)), "")
        tokenizer = self._model.tokenizer
        skipped = len(tokenizer(prompt.strip(), add_special_tokens=False)["input_ids"]) if prompt else 0
        special = set(tokenizer.all_special_ids)
        encodings: list[Encoding | None] = [None] * len(texts)
        by_length = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for start in range(0, len(texts), BATCH_SIZE):
            rows = by_length[start : start + BATCH_SIZE]
            found = encoded([texts[row] for row in rows], output_value=None, show_progress_bar=False)
            for row, one in zip(rows, found, strict=True):
                ids = one["input_ids"].cpu().numpy()
                own = [place for place, token in enumerate(ids.tolist()) if token not in special][skipped:]
                ends = self._ends(prompt + texts[row])[own] - len(prompt)
                vector = one["sentence_embedding"].float().cpu().numpy()
                tokens = one["token_embeddings"].float().cpu().numpy()
                unit = vector / np.linalg.norm(vector)
                encodings[row] = Encoding(unit, ids[own].astype(np.int32), tokens[own], ends.astype(np.int32))
            if on_progress:
                on_progress(start + len(rows))
        return [one for one in encodings if one]

    def _ends(self, text: str) -> NDArray[np.int64]:
        """Return where each token ends in the text; 0 for all if the tokeniser does not tell."""
        options = {"truncation": True, "max_length": self._model.max_seq_length}
        tokenizer = self._model.tokenizer
        if not tokenizer.is_fast:
            return np.zeros(len(tokenizer(text, **options)["input_ids"]), np.int64)
        offsets = tokenizer(text, return_offsets_mapping=True, **options)["offset_mapping"]
        return np.array(offsets, np.int64)[:, 1]

    def _stacked(self, encodings: Sequence[Encoding]) -> NDArray[np.float32]:
        return np.array([one.vector for one in encodings], np.float32).reshape(-1, self.dimension)

    @cached_property
    def _model(self) -> "SentenceTransformer":
        model = load_model(self._name)
        if self._threads:
            import torch

            torch.set_num_threads(self._threads)
        return model


def load_model(name: str) -> "SentenceTransformer":
    """Return the sentence-transformers model of a name or folder, on the CPU. Raise `ModelError` if it fails."""
    from sentence_transformers import SentenceTransformer

    with quiet_transformers():
        try:
            return SentenceTransformer(name, device="cpu")
        except Exception as error:  # the libraries below raise many kinds, from OSError to their own
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ModelError(
                f"model {name!r} cannot be loaded ({reason}); expected 'bundled', a model name that the hub serves, "
                "or a sentence-transformers folder"
            ) from error


@contextlib.contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep transformers from showing progress bars and warnings."""
    from transformers.utils import logging

    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()
