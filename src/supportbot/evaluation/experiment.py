"""An experiment: a data set asked of one or several systems, measured and compared."""

import contextlib
import datetime as dt
import importlib.metadata
import platform
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from supportbot.answering.bot import SupportBot
from supportbot.embedding.encoder import Encoder
from supportbot.errors import SettingsError
from supportbot.evaluation import answering, comparing, measures, runs, systems
from supportbot.evaluation.answering import AnswerReport, Asked
from supportbot.evaluation.comparing import Comparison
from supportbot.evaluation.datasets import Dataset
from supportbot.evaluation.measures import Estimate
from supportbot.evaluation.runs import Run
from supportbot.evaluation.systems import System
from supportbot.serving import opening
from supportbot.settings import Settings

Progress = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
"""Opens a bar with a label; what it gives is told (done, total)."""

PACKAGES = (
    "supportbot",
    "faiss-cpu",
    "ir-measures",
    "jieba",
    "matplotlib",
    "numpy",
    "onnxruntime",
    "opencc",
    "scikit-learn",
    "scipy",
    "sentence-transformers",
    "tokenizers",
    "torch",
)
_SECRET = re.compile("secret|token|password|key|database")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do: systems and run files to compare, in the notation of the command line, and how to measure them.

    `slices` is a metadata key of the questions, None for "slice" where the set has it. `precision` is that at which the
    coverage is wanted, None for the one that the settings name. The first system is the baseline in comparisons.
    """

    modes: str = "hybrid,dense,lexical"
    measures: str = measures.DEFAULT
    slices: str | None = None
    run_files: tuple[Path, ...] = ()
    answers: bool = False
    precision: float | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Experiment:
    """What came out.

    Attributes:
        runs: the rankings, by system.
        values: by system and measure the value of each question, in the order of `dataset.queries`.
        estimates: by system and measure the mean.
        slices: by value of the metadata key, system and measure the mean over the questions of that slice.
        answers: by settings file ("bot" for the settings as they are), when answers were judged.
        systems: the settings, model and index of each that was opened.
    """

    dataset: Dataset
    plan: Plan
    runs: Mapping[str, Run]
    values: Mapping[str, Mapping[str, NDArray[np.float64]]]
    estimates: Mapping[str, Mapping[str, Estimate]]
    slices: Mapping[str, Mapping[str, Mapping[str, Estimate]]]
    comparisons: tuple[Comparison, ...]
    answers: Mapping[str, AnswerReport]
    systems: Mapping[str, Mapping[str, Any]]
    started: str
    versions: Mapping[str, str]

    @property
    def gated(self) -> dict[str, float]:
        """What gates stand under: the means of the first system, and the measures of the first answers."""
        first: Mapping[str, Estimate] = next(iter(self.estimates.values()), {})
        answers = next(iter(self.answers.values()), None)
        both = {**first, **(answers.measures if answers else {})}
        return {name: estimate.mean for name, estimate in both.items()}

    def changes(self, comparison: Comparison) -> list[tuple[str, float, float]]:
        """The questions that `comparison` finds different: id, baseline's value, system's; from most won to most lost.

        By the measure of the comparison.
        """
        before = self.values[comparison.baseline][comparison.measure].tolist()
        after = self.values[comparison.system][comparison.measure].tolist()
        found = [(*row,) for row in zip(self.dataset.queries, before, after, strict=True) if row[1] != row[2]]
        return sorted(found, key=lambda row: (row[1] - row[2], row[0]))


def run(
    dataset: Dataset,
    plan: Plan,
    settings: Settings,
    *,
    depth: int | None = None,
    load_encoder: Callable[[Settings], Encoder] = opening.load_encoder,
    progress: Progress = lambda label: contextlib.nullcontext(lambda done, total: None),
    report: Callable[[str], None] = lambda line: None,
) -> Experiment:
    """Carry out `plan` on `dataset`. `depth` is how deep systems are asked, by default as deep as the measures look.

    All that is wrong with the plan is found before the first model is loaded.
    Raises `SettingsError`, `SourceError` for a run file, and what opening the bot raises.
    """
    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    wanted = measures.parse(plan.measures)
    depth = depth or measures.depth(wanted)
    slices = dataset.slices(plan.slices)
    chosen = [system for system in systems.chosen(plan.modes, settings) if system.modes or plan.answers]
    read = [runs.read_trec(file, dataset) for file in plan.run_files]
    names = [*systems.order(plan.modes), *(run.name for run in read)]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise SettingsError(f"--run: two systems are called {twice!r}; rename a file")
    if not names and not plan.answers:
        raise SettingsError("nothing to evaluate; expected --modes, --run or --answers")
    found, answers, opened = {run.name: run for run in read}, {}, {}
    for system in chosen:
        encoder = load_encoder(system.settings)
        bot = _open(dataset, system, encoder, progress)
        opened[system.name] = _described(system, bot)
        if system.modes:
            with progress(f"asking {', '.join(system.modes)}") as show:
                queries = list(dataset.queries.values())
                for one in runs.retrieve(bot, queries, system.modes, depth=depth, on_progress=show):
                    found[one.name] = one
        if plan.answers:
            answers[system.name] = _answer(dataset, plan, system, bot, slices, progress, report)
    values = {name: measures.by_question(found[name], dataset.qrels, wanted) for name in names}
    rows = {query: row for row, query in enumerate(dataset.queries)}

    def estimates(ids: Sequence[str] | None = None) -> dict[str, dict[str, Estimate]]:
        chosen_rows = slice(None) if ids is None else [rows[query] for query in ids]
        return {
            name: {measure: measures.estimate(each[chosen_rows], seed=plan.seed) for measure, each in of_run.items()}
            for name, of_run in values.items()
        }

    return Experiment(
        dataset=dataset,
        plan=plan,
        runs={name: found[name] for name in names},
        values=values,
        estimates=estimates(),
        slices={value: estimates(ids) for value, ids in slices.items()},
        comparisons=comparing.compare(values, seed=plan.seed) if values else (),
        answers=answers,
        systems=opened,
        started=started,
        versions=_versions(),
    )


def _open(
    dataset: Dataset, system: System, encoder: Encoder, progress: Progress, without: frozenset[str] = frozenset()
) -> SupportBot:
    with progress("embedding") as show:
        return systems.open_bot(dataset, system.settings, encoder, without=without, on_progress=show)


def _answer(
    dataset: Dataset,
    plan: Plan,
    system: System,
    bot: SupportBot,
    slices: Mapping[str, Sequence[str]],
    progress: Progress,
    report: Callable[[str], None],
) -> AnswerReport:
    bot.warm_up()  # or the first answer's time would be the model's
    with progress("answering") as show:
        asked = answering.ask_all(bot, dataset, on_progress=show)
    dialogues: list[Asked] = []
    if dataset.dialogues:
        with progress("conversing") as show:
            dialogues = answering.converse_all(bot, dataset, on_progress=show)
    held_out: list[Asked] = []
    if dataset.holdout:
        smaller = _open(dataset, system, bot.encoder, progress, dataset.holdout.articles)
        with progress("asking what was held out") as show:
            held_out = answering.ask_held_out(smaller, dataset, on_progress=show)
    return answering.summarise(
        asked,
        held_out,
        dialogues,
        dialogue_articles={dialogue.id: dialogue.article for dialogue in dataset.dialogues},
        slices=slices,
        precision=system.settings.answer_precision if plan.precision is None else plan.precision,
    )


def _described(system: System, bot: SupportBot) -> dict[str, Any]:
    """What a system was: settings (none that could be secret), model and index."""
    settings = system.settings.model_dump(mode="json")
    return {
        "settings": {name: value for name, value in settings.items() if not _SECRET.search(name)},
        "model": bot.encoder.fingerprint,
        "tuning": {"fitted": bot.tuning.fitted, "data": bot.tuning.data, "weights": bot.tuning.weights},
        "index_version": bot.index.version,
        "chunks": len(bot.index),
    }


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "system": platform.platform()}
    for package in PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[package] = importlib.metadata.version(package)
    return found
