"""Export a sentence-transformers model once, as an int8 ONNX graph and a tokeniser, for `OnnxEncoder`.

The whole pipeline (transformer, pooling, projections, normalisation) becomes one graph. Weights are quantised to int8
here, activations at run time (dynamic quantisation). Exporting needs torch; answering does not import it.
"""

import contextlib
import json
import logging
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from supportbot.content.files import locked, new_folder, sha256
from supportbot.embedding import bundled
from supportbot.embedding.encoder import BUNDLED
from supportbot.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"
DESCRIPTION = "encoder.json"
VERSION = 3
"""Raise it whenever the same model would be exported differently; the model is then exported again."""

PARTS = ("loading the model", "exporting to ONNX", "quantising to int8")
"""The lines that an export reports, in order, after those of `bundled.materialise`."""


def exported(model: str, cache_folder: Path, report: Callable[[str], None]) -> Path:
    """Return the folder of the exported `model` in the cache; export it first if it is not there.

    Raise `ModelError` if the model cannot be loaded or cannot be exported as one graph.
    """
    name = bundled.NAME if model == BUNDLED else re.sub(r"[^\w.-]+", "--", model).strip("-.")
    target = cache_folder / "models" / f"{name}-onnx-int8-v{VERSION}"
    if (target / DESCRIPTION).is_file():
        return target
    with locked(cache_folder / "models" / ".lock"):
        if not (target / DESCRIPTION).is_file():
            with new_folder(target) as staging, _quiet():
                _export(model, staging, report)
    return target


def _export(model: str, folder: Path, report: Callable[[str], None]) -> None:
    import shutil

    from supportbot.embedding.sentence_transformer import load_model

    source = folder / "source"
    extra: dict[str, Any] = {}
    if model == BUNDLED:
        bundled.materialise(source, report)
        extra["original_ids"] = bundled.original_ids(source)
    report(PARTS[0])
    pipeline = load_model(str(source) if model == BUNDLED else model)
    _check_exportable(pipeline, model)
    pipeline.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
    report(PARTS[1])
    _write_graph(pipeline, folder / "float.onnx")
    report(PARTS[2])
    _quantise(folder / "float.onnx", folder / GRAPH)
    (folder / "float.onnx").unlink()
    shutil.rmtree(source, ignore_errors=True)
    description = {
        "version": VERSION,
        "model": model,
        "dimension": pipeline.get_embedding_dimension(),
        "max_tokens": pipeline.max_seq_length,
        "query_prompt": _prompt(pipeline, "query"),
        "document_prompt": _prompt(pipeline, "document", "passage", "corpus"),
        "checksums": {name: sha256(folder / name) for name in (GRAPH, TOKENIZER)},
    }
    if extra:
        (folder / "original_ids.json").write_text(json.dumps(extra["original_ids"]), encoding="utf-8")
    (folder / DESCRIPTION).write_text(json.dumps(description, indent=2, ensure_ascii=False), encoding="utf-8")


def _prompt(pipeline: "SentenceTransformer", *names: str) -> str:
    """Return the prompt that encode_query or encode_document of sentence-transformers would put before a text."""
    for name in (*names, pipeline.default_prompt_name):
        if name in pipeline.prompts:
            return str(pipeline.prompts[name])
    return ""


def _check_exportable(pipeline: "SentenceTransformer", model: str) -> None:
    kinds = [type(module).__name__ for module in pipeline]
    if unknown := set(kinds) - {"Transformer", "Pooling", "Dense", "Normalize", "LayerNorm", "Dropout"}:
        raise ModelError(
            f"model {model!r} holds {', '.join(sorted(unknown))}, which one graph cannot hold; use runtime torch"
        )
    if not getattr(pipeline.tokenizer, "is_fast", False):
        raise ModelError(f"model {model!r} has no fast tokeniser (tokenizer.json); use runtime torch")
    pooling = next((module for module in pipeline if type(module).__name__ == "Pooling"), None)
    if pooling is not None and not pooling.include_prompt:
        raise ModelError(f"model {model!r} leaves its prompt out of the pooling; use runtime torch")


def _write_graph(pipeline: "SentenceTransformer", path: Path) -> None:
    import torch

    class Pipeline(torch.nn.Module):  # type: ignore[misc,name-defined,unused-ignore]
        """The stages of a model as one module, from tokens to the vectors of sentences and of tokens.

        >>> Pipeline(list(pipeline)).eval()(*(example[name] for name in names)).shape
        """

        def __init__(self, modules: Any) -> None:
            super().__init__()
            self.stages = torch.nn.ModuleList(modules)

        def forward(self, *inputs: Any) -> Any:
            features = dict(zip(names, inputs, strict=True))
            for stage in self.stages:
                features = stage(features)
            return features["sentence_embedding"], features["token_embeddings"]

    example = pipeline.tokenizer(["one", "two words and more"], padding=True, return_tensors="pt")
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in example]
    batch = torch.export.Dim("batch", min=1, max=4096)
    length = torch.export.Dim("length", min=2, max=int(pipeline.max_seq_length or 512))
    torch.onnx.export(
        Pipeline(list(pipeline)).eval(),
        tuple(example[name] for name in names),
        str(path),
        input_names=names,
        output_names=["sentence_embedding", "token_embeddings"],
        dynamic_shapes={"inputs": tuple({0: batch, 1: length} for _ in names)},
        dynamo=True,
        external_data=False,
        verbose=False,
    )


def _quantise(source: Path, target: Path) -> None:
    """Quantise the weights of the graph `source` to int8 and write it to `target`.

    Weights that project a wide layer down, and the activations there, are scaled in blocks of 32: these activations
    have outliers, and one would set the scale for all. Other weights are scaled per channel, which is faster. Weights
    are unsigned, as signed ones saturate on processors without VNNI (cosine to full precision .9982, unsigned .9991).
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer

    graph = onnx.load(source)
    _forget_origin(graph)
    shapes = {weight.name: tuple(weight.dims) for weight in graph.graph.initializer}
    products = [node for node in graph.graph.node if node.op_type == "MatMul"]
    config = DefaultWeightOnlyQuantConfig(
        block_size=32, is_symmetric=True, accuracy_level=4, bits=8, op_types_to_quantize=("MatMul",)
    )
    others = [node.name for node in products if not _narrows(shapes.get(node.input[1]))]
    blockwise = MatMulNBitsQuantizer(graph, algo_config=config, nodes_to_exclude=others)
    blockwise.process()
    blockwise.model.save_model_to_file(str(source), False)
    quantize_dynamic(source, target, per_channel=True, weight_type=QuantType.QUInt8)


def _forget_origin(graph: Any) -> None:
    """Drop the exporter's notes of files and lines, so that a model gives the same bytes on every machine."""
    del graph.metadata_props[:]
    del graph.graph.metadata_props[:]
    for item in (*graph.graph.node, *graph.graph.value_info, *graph.graph.input, *graph.graph.output):
        del item.metadata_props[:]
        item.doc_string = ""


def _narrows(shape: tuple[int, ...] | None) -> bool:
    """Return whether a weight matrix projects a wide layer down to a narrower one."""
    return shape is not None and len(shape) == 2 and shape[0] > shape[1]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Silence warnings and logs below errors, and restore the logging set-up afterwards.

    Importing the quantisers of ONNX Runtime sets up the root logger, after which every library would log to stderr.
    """
    root = logging.getLogger()
    handlers, level, disabled = list(root.handlers), root.level, logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)
        root.handlers[:] = handlers
        root.setLevel(level)
