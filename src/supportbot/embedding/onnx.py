"""Encode with an exported model on ONNX Runtime. Without torch the start takes a tenth of the time."""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from supportbot.content.files import sha256
from supportbot.embedding.encoder import Encoding
from supportbot.embedding.export import DESCRIPTION, GRAPH, TOKENIZER
from supportbot.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer


class OnnxEncoder:
    """Encode with the exported model in `folder`, which is loaded at the first use.

    Texts are encoded one by one: dynamic quantisation scales the activations of a batch together, so a vector would
    depend on its neighbours, and an unchanged chunk would get another vector. Any call may raise `ModelError` if a file
    of the model is missing or altered.

    >>> OnnxEncoder(export.exported("bundled", cache_folder, print)).encode_queries(["怎麼提幣"]).shape
    (1, 384)
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self.folder = folder
        self._threads = threads or os.cpu_count() or 1
        try:
            description = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
            self.dimension = int(description["dimension"])
            self._max_tokens = int(description["max_tokens"])
            self._prompts = (str(description["query_prompt"]), str(description["document_prompt"]))
            self._checksums: dict[str, str] = dict(description["checksums"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._damaged(DESCRIPTION) from error

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the checksums of graph and tokeniser, the prompts and the length limit."""
        content = repr((sorted(self._checksums.items()), self._prompts, self._max_tokens))
        return f"onnx-{hashlib.sha256(content.encode('utf-8')).hexdigest()[:16]}"

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
        prompt, encodings = self._prompts[documents], []
        for done, text in enumerate(texts, 1):
            cut = self._tokenizer.encode(prompt + text)
            ids = np.array([cut.ids], np.int64)
            feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
            vector, tokens = self._session.run(None, {name: feeds[name] for name in self._inputs})
            own = [
                place
                for place, (special, (_, end)) in enumerate(zip(cut.special_tokens_mask, cut.offsets, strict=True))
                if not special and end > len(prompt)
            ]
            ends = np.array([cut.offsets[place][1] - len(prompt) for place in own], np.int32)
            unit = vector[0] / np.linalg.norm(vector[0])
            encodings.append(Encoding(unit, ids[0, own].astype(np.int32), tokens[0, own], ends))
            if on_progress:
                on_progress(done)
        return encodings

    def token_ids(self, text: str) -> list[int]:
        """Return the token ids of `text`, special tokens included."""
        ids: list[int] = self._tokenizer.encode(text).ids
        return ids

    def warm_up(self) -> None:
        """Load tokeniser and graph now instead of at the first question."""
        self._tokenizer  # noqa: B018
        self._session  # noqa: B018

    def _stacked(self, encodings: Sequence[Encoding]) -> NDArray[np.float32]:
        return np.array([one.vector for one in encodings], np.float32).reshape(-1, self.dimension)

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._checked(TOKENIZER)))
        tokenizer.enable_truncation(self._max_tokens)
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _session(self) -> "InferenceSession":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        session: Any = onnxruntime.InferenceSession(
            str(self._checked(GRAPH)), options, providers=["CPUExecutionProvider"]
        )
        return session

    @cached_property
    def _inputs(self) -> list[str]:
        return [tensor.name for tensor in self._session.get_inputs()]

    def _checked(self, name: str) -> Path:
        path = self.folder / name
        if not path.is_file() or sha256(path) != self._checksums.get(name):
            raise self._damaged(name)
        return path

    def _damaged(self, name: str) -> ModelError:
        return ModelError(f"{self.folder / name} is missing or altered; delete that folder, it is made anew")
