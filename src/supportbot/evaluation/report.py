"""The report of an experiment: sections of text, tables and figures for people, and a dictionary for programs."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, is_dataclass
from functools import partial
from typing import Any

from supportbot.evaluation import plots
from supportbot.evaluation.answering import MEASURES, REFUSED, AnswerReport, Asked
from supportbot.evaluation.calibration import at_precision
from supportbot.evaluation.datasets import ANSWERABLE
from supportbot.evaluation.experiment import Experiment
from supportbot.evaluation.measures import CONFIDENCE, RESAMPLES, Estimate
from supportbot.text.folding import clean

MAX_LISTED = 100
"""The most questions that a table lists; report.json has all."""

MAX_SLICES_DRAWN = 24

PRECISIONS = (1.0, 0.99, 0.98, 0.97, 0.96, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under `headers`. The first `labels` columns name the row, the others are values.

    >>> Table(("system", "RR@10"), [("hybrid", "0.9412"), ("dense", "0.9035")])
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    labels: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot: `draw` returns it as SVG, `alt` says in words what it shows.

    >>> Figure("Answer times; median 8 ms.", lambda: plots.latency([7.0, 8.0, 12.0], p50=8.0, p95=11.6))
    """

    alt: str
    draw: Callable[[], str]


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A part of the report. Those that are `brief` are shown on a terminal, too.

    >>> [section.title for section in sections(experiment, command="supportbot eval") if section.brief]
    """

    title: str
    text: str
    table: Table
    figure: Figure | None = None
    brief: bool = False


def as_dict(experiment: Experiment, *, command: str) -> dict[str, Any]:
    """Return the experiment for JSON: plain values only, None for numbers that are not finite.

    `modes` has the means by system and measure, `intervals` their intervals; `slices`, `comparisons` and `answers` have
    what the sections of those names show; `made` is what is needed to repeat it.
    """
    dataset = experiment.dataset
    found: dict[str, Any] = _plain(
        {
            "dataset": dataset.name,
            "queries": dataset.queries_file,
            "split": dataset.split,
            "asked": len(dataset.queries),
            "articles": len(dataset.articles),
            "modes": _by(experiment.estimates, lambda estimate: estimate.mean),
            "intervals": _by(experiment.estimates, lambda estimate: (estimate.low, estimate.high)),
            "slices": experiment.slices,
            "comparisons": [
                {
                    **asdict(one),
                    "changed": [
                        {"query": query, "baseline": before, "system": after}
                        for query, before, after in experiment.changes(one)
                    ],
                }
                for one in experiment.comparisons
            ],
            "answers": {name: _answers(answers) for name, answers in experiment.answers.items()},
            "made": {
                "command": command,
                "date": experiment.started,
                "seed": experiment.plan.seed,
                "dataset_sha256": dataset.digest,
                "systems": experiment.systems,
                "versions": experiment.versions,
            },
        }
    )
    return found


def _answers(answers: AnswerReport) -> dict[str, Any]:
    return {
        "measures": answers.measures,
        "outcomes": answers.outcomes,
        "slices": answers.slices,
        "wanted_precision": answers.wanted_precision,
        "operating_point": answers.operating_point,
        "coverage_curve": [astuple(point) for point in answers.curve],
        "reliability": answers.bins,
        "calibration_error": answers.calibration_error,
        "brier": answers.brier,
        "latency_ms": answers.latency,
        "questions": answers.asked,
        "conversations": answers.dialogues,
    }


def _by(found: Mapping[str, Mapping[str, Estimate]], value: Callable[[Estimate], Any]) -> dict[str, dict[str, Any]]:
    return {outer: {inner: value(one) for inner, one in each.items()} for outer, each in found.items()}


def _plain(value: Any) -> Any:
    """Return `value` with dictionaries for dataclasses, and None for numbers that are not finite."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def sections(experiment: Experiment, *, command: str) -> list[ReportSection]:
    """Return the report for people, in reading order."""
    found = []
    if experiment.estimates:
        found.append(_means(experiment))
    if experiment.slices and experiment.estimates:
        found.append(_slices(experiment))
    if experiment.comparisons:
        found += [_comparisons(experiment), *_changes(experiment)]
    for name, answers in experiment.answers.items():
        of = "" if len(experiment.answers) == 1 else f" ({name})"
        found += _answer_sections(answers, of)
        found += _faults(experiment, answers, of)
    return [*found, _made(experiment, command)]


# --- rankings ----------------------------------------------------------------------------------------------------


def _means(experiment: Experiment) -> ReportSection:
    rows = [(name, *map(_interval, found.values())) for name, found in experiment.estimates.items()]
    text = (
        f"Means over {len(experiment.dataset.queries)} questions and {len(experiment.dataset.articles)} articles, with "
        f"{CONFIDENCE:.0%} intervals (percentile bootstrap, {RESAMPLES} resamples)."
    )
    return ReportSection("Ranking", text, Table(("system", *_measures(experiment)), rows), brief=True)


def _slices(experiment: Experiment) -> ReportSection:
    measures = _measures(experiment)
    rows = [
        (value, system, str(next(iter(found.values())).count), *map(_interval, found.values()))
        for value, systems in experiment.slices.items()
        for system, found in systems.items()
    ]
    first, key = measures[0], clean(experiment.plan.slices or "slice")
    values = list(experiment.slices)[:MAX_SLICES_DRAWN]
    drawn = {name: {value: experiment.slices[value][name][first] for value in values} for name in experiment.estimates}
    return ReportSection(
        "Ranking by slice",
        f"Questions by their metadata “{key}”. Slices are small: mind the intervals.",
        Table(("slice", "system", "questions", *measures), rows, labels=3),
        Figure(
            f"{first} of each system by slice, with intervals; the table has the same numbers.",
            partial(plots.slices, drawn, first),
        ),
        brief=True,
    )


def _comparisons(experiment: Experiment) -> ReportSection:
    rows = [
        (
            f"{one.system} − {one.baseline}",
            one.measure,
            f"{one.difference.mean:+.4f} [{one.difference.low:+.4f}, {one.difference.high:+.4f}]",
            _p(one.p),
            _p(one.corrected),
            f"{one.won} / {one.lost} / {one.same}",
        )
        for one in experiment.comparisons
    ]
    text = (
        "Differences of means with bootstrap intervals. p: two-sided paired randomisation test over questions; "
        f"corrected by Holm for the {len(rows)} tests of this table."
    )
    headers = ("systems", "measure", "difference", "p", "p, Holm", "won / lost / same")
    return ReportSection("Comparison", text, Table(headers, rows, labels=2), brief=True)


def _changes(experiment: Experiment) -> list[ReportSection]:
    first = _measures(experiment)[0]
    return [
        ReportSection(
            f"Questions won and lost: {one.system} against {one.baseline}",
            f"By {first}, from most won to most lost{_cut(len(changed))}.",
            changes_table(experiment, changed),
        )
        for one in experiment.comparisons
        if one.measure == first and (changed := experiment.changes(one))
    ]


def changes_table(experiment: Experiment, changed: Sequence[tuple[str, float, float]]) -> Table:
    """Return the questions that two systems treat differently; of many, the most won and the most lost."""
    half = MAX_LISTED // 2
    shown = changed if len(changed) <= MAX_LISTED else [*changed[:half], *changed[-half:]]
    rows = [
        (query, _text(experiment, query), f"{before:.4f}", f"{after:.4f}", f"{after - before:+.4f}")
        for query, before, after in shown
    ]
    return Table(("question", "text", "baseline", "system", "difference"), rows, labels=2)


# --- answers -----------------------------------------------------------------------------------------------------


def _answer_sections(answers: AnswerReport, of: str) -> list[ReportSection]:
    found = [_answer_measures(answers, of), _outcomes(answers, of)]
    if answers.slices:
        found.append(_answer_slices(answers, of))
    if answers.curve:
        found.append(_coverage(answers, of))
    return [*found, _reliability(answers, of), _latency(answers, of)]


def _answer_measures(answers: AnswerReport, of: str) -> ReportSection:
    rows = []
    for name, estimate in answers.measures.items():
        measure, _, kind = name.partition("/")
        value = f"{estimate.mean:.4f}" if measure == "auroc" else _interval(estimate)
        rows.append((name, value, str(estimate.count), MEASURES[measure] + (f" (kind: {kind})" if kind else "")))
    wanted, point = answers.wanted_precision, answers.operating_point
    reached = f"no threshold gives a precision of {wanted:g}."
    if point:
        reached = (
            f"a precision of {wanted:g} is reached from {point.threshold:.4f} on, with coverage {point.coverage:.4f}."
        )
    text = f"The bot as it serves, with Wilson's {CONFIDENCE:.0%} intervals. By confidence alone, {reached}"
    return ReportSection(f"Answers{of}", text, Table(("measure", "value", "of", "share of"), rows), brief=True)


def _outcomes(answers: AnswerReport, of: str) -> ReportSection:
    outcomes = ("answer", "clarify", "decline", "handoff")
    rows = []
    for kind, counts in answers.outcomes.items():
        total = sum(counts.values())
        rows.append((kind, str(total), *(f"{counts[name]} ({counts[name] / total:.1%})" for name in outcomes)))
    table = Table(("kind", "asked", *outcomes), rows)
    return ReportSection(f"Outcomes{of}", "The outcomes of the questions, by kind.", table, brief=True)


def _answer_slices(answers: AnswerReport, of: str) -> ReportSection:
    names = [name for name in MEASURES if any(name in found for found in answers.slices.values())]
    rows = [
        (value, *(_interval(found[name]) if name in found else "–" for name in names))
        for value, found in answers.slices.items()
    ]
    text = "The answerable questions of each slice; there are no unanswerable ones among them."
    return ReportSection(f"Answers by slice{of}", text, Table(("slice", *names), rows))


def _coverage(answers: AnswerReport, of: str) -> ReportSection:
    points = answers.curve
    rows = [
        (f"{wanted:g}", f"{best.coverage:.4f}", f"{best.precision:.4f}", f"{best.threshold:.4f}")
        for wanted in PRECISIONS
        if (best := at_precision(points, wanted))
    ]
    alt = (
        f"Precision against coverage as the threshold falls, from {points[0].precision:.2f} at coverage "
        f"{points[0].coverage:.2f} to {points[-1].precision:.2f} at {points[-1].coverage:.2f}."
    )
    return ReportSection(
        f"Coverage against precision{of}",
        "By threshold on the confidence: the share of the answerable questions above it, and the share that is right.",
        Table(("precision wanted", "greatest coverage", "precision there", "threshold"), rows),
        Figure(alt, partial(plots.coverage, points, answers.operating_point)),
    )


def _reliability(answers: AnswerReport, of: str) -> ReportSection:
    rows = [
        (f"{one.low:.1f}–{one.high:.1f}", str(one.count), f"{one.confidence:.4f}", f"{one.right:.4f}")
        for one in answers.bins
    ]
    text = (
        f"Expected calibration error {answers.calibration_error:.4f} (ten bins of equal width), Brier score "
        f"{answers.brier:.4f}. Right: the first article of the ranking answers. Unanswerable questions are included."
    )
    alt = "Share right against mean confidence in ten bins, beside the diagonal of a perfect calibration."
    table = Table(("confidence", "questions", "mean confidence", "share right"), rows)
    return ReportSection(
        f"Calibration{of}", text, table, Figure(alt, partial(plots.reliability, answers.bins)), brief=True
    )


def _latency(answers: AnswerReport, of: str) -> ReportSection:
    p50, p95 = answers.latency.p50, answers.latency.p95
    stages = {"whole answer": (p50, p95), **answers.latency.stages}
    times = [one.milliseconds for one in answers.asked]
    return ReportSection(
        f"Time of an answer{of}",
        "Milliseconds on this machine, one question at a time, the model warm.",
        Table(
            ("stage", "median", "95th percentile"),
            [(stage, *(f"{value:.1f}" for value in values)) for stage, values in stages.items()],
        ),
        Figure(
            f"Histogram of answer times; median {p50:.1f} ms, 95th percentile {p95:.1f} ms.",
            partial(plots.latency, times, p50, p95),
        ),
        brief=True,
    )


def _faults(experiment: Experiment, answers: AnswerReport, of: str) -> list[ReportSection]:
    """Return a section for each sort of fault, with its questions."""

    def wanted(one: Asked) -> str:
        relevant = experiment.dataset.relevant(one.id) if one.kind == ANSWERABLE else ()
        return ", ".join(sorted(relevant)) or "–"

    def cited(one: Asked) -> str:
        return one.article or "–"

    def confidence(one: Asked) -> str:
        return f"{one.confidence:.4f}"

    def sentence(one: Asked) -> str:
        return " / ".join(clean(text)[:120] for text in one.ungrounded[:3])

    faults: list[tuple[str, Callable[[Asked], str], Callable[[Asked], object]]] = [
        ("Wrong articles", cited, lambda one: one.outcome == "answer" and not one.cited),
        ("Answerable but refused", confidence, lambda one: one.kind == ANSWERABLE and one.outcome in REFUSED),
        ("Expected words missing", cited, lambda one: one.cited and one.fact_shown is False),
        ("Sentences that are not the article's", sentence, lambda one: one.ungrounded),
        ("Steps not whole", cited, lambda one: one.steps_whole is False),
        ("Not in the asker's script", cited, lambda one: one.in_script is False),
    ]
    found = []
    for title, shown, is_faulty in faults:
        faulty = [one for one in answers.asked if is_faulty(one)]
        rows = [(one.id, _text(experiment, one.id), one.kind, wanted(one), shown(one)) for one in faulty[:MAX_LISTED]]
        table = Table(("question", "text", "kind", "right", shown.__name__), rows, labels=5)
        if faulty:
            found.append(ReportSection(f"{title}{of}", f"{len(faulty)} questions{_cut(len(faulty))}.", table))
    return found


# --- how it was made ---------------------------------------------------------------------------------------------


def _made(experiment: Experiment, command: str) -> ReportSection:
    dataset = experiment.dataset
    rows = {
        "command": command,
        "date": experiment.started,
        "data set": f"{dataset.name}: {dataset.queries_file}, split {dataset.split}",
        "SHA-256 of the data set": dataset.digest,
        "seed": str(experiment.plan.seed),
    }
    for name, found in experiment.systems.items():
        rows |= {
            f"model ({name})": str(found["model"]),
            f"index ({name})": f"{found['index_version']}, {found['chunks']} chunks",
            f"settings ({name})": _listed(found["settings"]),
            f"tuning ({name})": f"fitted {found['tuning']['fitted']}, weights {_listed(found['tuning']['weights'])}",
        }
    rows["versions"] = ", ".join(f"{package} {version}" for package, version in experiment.versions.items())
    table = Table(("what", "value"), [(name, clean(value)) for name, value in rows.items()], labels=2)
    return ReportSection("How this was made", "What is needed to repeat it.", table)


# --- cells -------------------------------------------------------------------------------------------------------


def _measures(experiment: Experiment) -> list[str]:
    return list(next(iter(experiment.estimates.values())))


def _interval(estimate: Estimate) -> str:
    return f"{estimate.mean:.4f} [{estimate.low:.4f}, {estimate.high:.4f}]"


def _listed(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={value}" for key, value in values.items())


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _cut(count: int) -> str:
    return f" (the first {MAX_LISTED} of {count}; report.json has all)" if count > MAX_LISTED else ""


def _text(experiment: Experiment, identifier: str) -> str:
    """Return the text of a question, answerable or not, without control characters, at most 200 characters."""
    query = experiment.dataset.queries.get(identifier)
    others = (one.text for one in experiment.dataset.unanswerable if one.id == identifier)
    return clean(query.text if query else next(others, ""))[:200]
