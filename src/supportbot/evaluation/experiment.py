"""An experiment: ask one or several systems the questions of a data set, measure and compare them."""

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
from supportbot.index.build import Progress
from supportbot.serving import opening
from supportbot.serving.opening import Report
from supportbot.settings import Settings

ProgressBars = Callable[[str], AbstractContextManager[Progress]]
"""Open a progress bar with a label; call what it gives with (done, total)."""

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
    """The systems and run files to compare, as on the command line, and how to measure them.

    Attributes:
        modes: modes of retrieval and settings files, separated by commas. The first one is the baseline.
        measures: measures in the notation of ir_measures, separated by spaces.
        slices: a metadata key of the questions; None for "slice" if the set has it.
        run_files: TREC run files of other systems.
        answers: whether to judge answers as well as rankings.
        precision: where `coverage_at_precision` is read; None for the precision in the settings.
        seed: the seed of intervals and tests.

    >>> Plan(modes="hybrid,dense", measures="nDCG@10", answers=True)
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
    """The results of `run`.

    Attributes:
        runs: the rankings, by system.
        values: the value of each question, in the order of `dataset.queries`, by system and measure.
        estimates: the mean over all questions, by system and measure.
        slices: the mean over the questions of a slice, by slice, system and measure.
        answers: the judged answers, by settings file, or "bot" for the unchanged settings; empty if not asked for.
        systems: the settings, model and index of each system that was opened.
        started: when the run started, as ISO 8601 in UTC.
        versions: the versions of Python, the operating system and the packages.

    >>> experiment = run(dataset, Plan(modes="hybrid,dense"), settings.load())
    >>> experiment.estimates["hybrid"]["nDCG@10"].mean
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
        """Return the values that gates check: the means of the first system and the measures of the first answers."""
        first: Mapping[str, Estimate] = next(iter(self.estimates.values()), {})
        answers = next(iter(self.answers.values()), None)
        both = {**first, **(answers.measures if answers else {})}
        return {name: estimate.mean for name, estimate in both.items()}

    def changes(self, comparison: Comparison) -> list[tuple[str, float, float]]:
        """Return id, baseline's value and system's value of each question where they differ, most won first.

        The values are those of the comparison's measure.
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
    progress: ProgressBars = lambda label: contextlib.nullcontext(lambda done, total: None),
    report: Report = lambda line: None,
) -> Experiment:
    """Carry out `plan` on `dataset` and return the results.

    `depth` is the number of articles in a ranking; None for as many as the measures need. Check the whole plan before
    loading a model. Raise `SettingsError`, `SourceError` for a run file, and whatever opening the bot raises.
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
    dataset: Dataset, system: System, encoder: Encoder, progress: ProgressBars, without: frozenset[str] = frozenset()
) -> SupportBot:
    with progress("embedding") as show:
        return systems.open_bot(dataset, system.settings, encoder, without=without, on_progress=show)


def _answer(
    dataset: Dataset,
    plan: Plan,
    system: System,
    bot: SupportBot,
    slices: Mapping[str, Sequence[str]],
    progress: ProgressBars,
    report: Report,
) -> AnswerReport:
    bot.warm_up()  # else the first answer's time would include loading the model
    with progress("answering") as show:
        asked = answering.ask_all(bot, dataset, on_progress=show)
    dialogues: list[Asked] = []
    if dataset.dialogues:
        with progress("conversing") as show:
            dialogues = answering.converse_all(bot, dataset, on_progress=show)
    passages: Mapping[str, Estimate] = {}
    if dataset.passages:
        with progress("asking for passages") as show:
            passages = answering.ask_passages(bot, dataset, on_progress=show)
    held_out: list[Asked] = []
    if dataset.holdout:
        smaller = _open(dataset, system, bot.encoder, progress, dataset.holdout.articles)
        with progress("asking what was held out") as show:
            held_out = answering.ask_held_out(smaller, dataset, on_progress=show)
    return answering.summarise(
        asked,
        held_out,
        dialogues,
        passages=passages,
        dialogue_articles={dialogue.id: dialogue.article for dialogue in dataset.dialogues},
        slices=slices,
        precision=bot.policy.answer_precision if plan.precision is None else plan.precision,
    )


def _described(system: System, bot: SupportBot) -> dict[str, Any]:
    """Return the settings (none that could be secret), model and index of a system."""
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
