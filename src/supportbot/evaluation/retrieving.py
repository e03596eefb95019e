"""Runs retrieval over a data set and measures it in the field's notation, by mode."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from supportbot import index as index_room
from supportbot.embedding import Encoder
from supportbot.errors import IndexUnusableError, SettingsError
from supportbot.evaluation.datasets import Dataset
from supportbot.index.build import build, identity
from supportbot.lexicon import Lexicon
from supportbot.retrieval import Retriever

if TYPE_CHECKING:
    from collections.abc import Iterable

    from supportbot.index import Index

MEASURES = ("nDCG@10", "RR@10", "R@10", "Success@1")

Progress = Callable[[int, int], None]
Run = Mapping[str, Mapping[str, float]]
"""For each question id, the score of each found article id."""


def index_of(
    dataset: Dataset, folder: Path, *, lexicon: Lexicon, encoder: Encoder, cache: Path, on_progress: Progress
) -> "Index":
    """The index of a data set in `folder`; the one that lies there is used again when it is the same."""
    content = hashlib.sha256(repr(dataset.articles).encode("utf-8", "replace")).hexdigest()
    try:
        return index_room.load(folder, identity(encoder, lexicon, content))
    except IndexUnusableError:
        build(
            dataset.articles,
            folder,
            corpus_digest=content,
            lexicon=lexicon,
            analyzer=lexicon.analyzer(cache / "jieba"),
            encoder=encoder,
            on_progress=on_progress,
        )
        return index_room.load(folder)


def retrieve(
    retriever: Retriever, queries: Mapping[str, str], modes: Sequence[str], *, on_progress: Progress
) -> dict[str, Run]:
    """A run for each mode. Each question is encoded once, then searched in every mode."""
    runs: dict[str, dict[str, dict[str, float]]] = {mode: {} for mode in modes}
    for number, (identifier, text) in enumerate(queries.items(), 1):
        vector = retriever.encode(text)
        for mode in modes:
            hits = retriever.search(text, mode=mode, limit=10, vector=vector).hits
            # Falling scores by rank keep the order that the bot shows, where two scores are equal.
            runs[mode][identifier] = {hit.article.id: 1 / rank for rank, hit in enumerate(hits, 1)}
        on_progress(number, len(queries))
    return dict(runs)


def measure(run: Run, qrels: Mapping[str, Mapping[str, int]]) -> dict[str, float]:
    """The mean of each of `MEASURES` over the judged questions. Raises `SettingsError` without ir_measures."""
    try:
        import ir_measures
    except ImportError:
        raise SettingsError("eval needs ir_measures: pip install 'supportbot[eval]'") from None
    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    results = ir_measures.calc_aggregate(measures, qrels, run)
    return {str(measure): float(results[measure]) for measure in measures}


def every_nth(queries: Mapping[str, str], most: int | None) -> dict[str, str]:
    """At most `most` questions, spread evenly over all; all of them for None."""
    if most is None or most >= len(queries):
        return dict(queries)
    chosen: Iterable[str] = list(queries)[:: -(-len(queries) // most)]
    return {identifier: queries[identifier] for identifier in chosen}
