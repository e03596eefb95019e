"""The report of an experiment: sections of text, tables and figures for people, one dictionary for programs."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from supportbot.evaluation import plots
from supportbot.evaluation.answering import MEASURES, REFUSED, AnswerReport, Asked
from supportbot.evaluation.calibration import at_precision
from supportbot.evaluation.datasets import ANSWERABLE
from supportbot.evaluation.experiment import Experiment
from supportbot.evaluation.measures import CONFIDENCE, RESAMPLES, Estimate
from supportbot.text.folding import clean

LONGEST_LIST = 100
"""How many questions a table lists; report.json has all of them."""

MOST_SLICES_DRAWN = 24

PRECISIONS = (1.0, 0.99, 0.98, 0.97, 0.96, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under `headers`. The first `labels` columns name the row, the rest are values."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    labels: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot; `draw` makes it as SVG when it is wanted, `alt` says in words what it shows."""

    alt: str
    draw: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report. `brief` ones are shown on a terminal as well."""

    title: str
    text: str
    table: Table
    figure: Figure | None = None
    brief: bool = False


def as_dict(experiment: Experiment, *, command: str) -> dict[str, Any]:
    """The experiment for JSON: plain values only, no number that JSON lacks.

    `modes` has the means by system and measure; `intervals`, `slices`, `comparisons`, `answers` the rest.
    """
    dataset, plan = experiment.dataset, experiment.plan
    found = _finite(
        {
            "dataset": dataset.name,
            "queries": dataset.queries_file,
            "split": dataset.split,
            "asked": len(dataset.queries),
            "articles": len(dataset.articles),
            "modes": _by(experiment.estimates, lambda estimate: round(estimate.mean, 6)),
            "intervals": _by(experiment.estimates, lambda estimate: [round(estimate.low, 6), round(estimate.high, 6)]),
            "slices": {value: _by(found, Estimate.as_dict) for value, found in experiment.slices.items()},
            "comparisons": [
                {
                    **asdict(comparison),
                    "difference": comparison.difference.as_dict(),
                    "changed": [
                        {"query": query, "baseline": before, "system": after}
                        for query, before, after in experiment.changes(comparison)
                    ],
                }
                for comparison in experiment.comparisons
            ],
            "answers": {name: _answers_as_dict(found) for name, found in experiment.answers.items()},
            "made": {
                "command": command,
                "date": experiment.started,
                "seed": plan.seed,
                "dataset_sha256": dataset.digest,
                "systems": experiment.systems,
                "versions": experiment.versions,
            },
        }
    )
    return dict(found)


def sections(experiment: Experiment, *, command: str) -> list[Section]:
    """The report for people, in reading order."""
    found = []
    if experiment.estimates:
        found.append(_means(experiment))
    if experiment.slices and experiment.estimates:
        found.append(_slices(experiment))
    if experiment.comparisons:
        found += [_comparisons(experiment), *_changes(experiment)]
    for name, answers in experiment.answers.items():
        found += _answer_sections(experiment, name, answers)
    found.append(_made(experiment, command))
    return found


# --- rankings ----------------------------------------------------------------------------------------------------


def _means(experiment: Experiment) -> Section:
    measures = _measures(experiment)
    rows = [(name, *map(_interval, found.values())) for name, found in experiment.estimates.items()]
    text = (
        f"Means over {len(experiment.dataset.queries)} questions and {len(experiment.dataset.articles)} articles, with "
        f"{CONFIDENCE:.0%} intervals (percentile bootstrap, {RESAMPLES} resamples)."
    )
    return Section("Ranking", text, Table(("system", *measures), tuple(rows)), brief=True)


def _slices(experiment: Experiment) -> Section:
    measures = _measures(experiment)
    rows = [
        (value, system, str(next(iter(found.values())).count), *map(_interval, found.values()))
        for value, systems in experiment.slices.items()
        for system, found in systems.items()
    ]
    first = measures[0]
    drawn = {
        system: {
            value: experiment.slices[value][system][first] for value in list(experiment.slices)[:MOST_SLICES_DRAWN]
        }
        for system in experiment.estimates
    }
    alt = f"{first} of each system by slice, with intervals; the same numbers stand in the table."
    key = experiment.plan.slices or "slice"
    return Section(
        "Ranking by slice",
        f"Questions by their metadata “{clean(key)}”. Slices are small: mind the intervals.",
        Table(("slice", "system", "questions", *measures), tuple(rows), labels=3),
        Figure(alt, partial(plots.slices, drawn, first)),
        brief=True,
    )


def _comparisons(experiment: Experiment) -> Section:
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
    return Section("Comparison", text, Table(headers, tuple(rows), labels=2), brief=True)


def _changes(experiment: Experiment) -> list[Section]:
    first = _measures(experiment)[0]
    return [
        Section(
            f"Questions won and lost: {one.system} against {one.baseline}",
            f"By {first}, from most won to most lost{_cut(len(changed))}.",
            changes_table(experiment, changed),
        )
        for one in experiment.comparisons
        if one.measure == first and (changed := experiment.changes(one))
    ]


def changes_table(experiment: Experiment, changed: Sequence[tuple[str, float, float]]) -> Table:
    """The questions that two systems treat differently; of many, the most won and the most lost."""
    half = LONGEST_LIST // 2
    shown = changed if len(changed) <= LONGEST_LIST else [*changed[:half], *changed[-half:]]
    rows = [
        (query, _text(experiment, query), f"{before:.4f}", f"{after:.4f}", f"{after - before:+.4f}")
        for query, before, after in shown
    ]
    return Table(("question", "text", "baseline", "system", "difference"), tuple(rows), labels=2)


# --- answers -----------------------------------------------------------------------------------------------------


def _answer_sections(experiment: Experiment, name: str, answers: AnswerReport) -> list[Section]:
    of = "" if len(experiment.answers) == 1 else f" ({name})"
    found = [_answer_measures(answers, of), _outcomes(answers, of)]
    if answers.slices:
        found.append(_answer_slices(answers, of))
    if answers.curve:
        found.append(_coverage(answers, of))
    found += [_reliability(answers, of), _latency(answers, of)]
    return [*found, *_faults(experiment, answers, of)]


def _answer_measures(answers: AnswerReport, of: str) -> Section:
    rows = []
    for name, estimate in answers.measures.items():
        meaning = MEASURES[name.split("/")[0]] + (f" (kind: {name.partition('/')[2]})" if "/" in name else "")
        value = f"{estimate.mean:.4f}" if name.startswith("auroc") else _interval(estimate)
        rows.append((name, value, str(estimate.count), meaning))
    text = (
        f"The bot as it serves, with Wilson's {CONFIDENCE:.0%} intervals. By confidence alone, "
        f"{_operating_point(answers)}"
    )
    headers = ("measure", "value", "of", "share of")
    return Section(f"Answers{of}", text, Table(headers, tuple(rows)), brief=True)


def _operating_point(answers: AnswerReport) -> str:
    wanted, point = answers.wanted_precision, answers.operating_point
    if point is None:
        return f"no threshold gives a precision of {wanted:g}."
    reached = f"is reached from {point.threshold:.4f} on, with coverage {point.coverage:.4f}."
    return f"a precision of {wanted:g} {reached}"


def _outcomes(answers: AnswerReport, of: str) -> Section:
    outcomes = ("answer", "clarify", "decline", "handoff")
    rows = []
    for kind, counts in answers.outcomes.items():
        total = sum(counts.values())
        shares = (f"{counts[outcome]} ({counts[outcome] / total:.1%})" for outcome in outcomes)
        rows.append((kind, str(total), *shares))
    text = "What became of the questions, by kind."
    return Section(f"Outcomes{of}", text, Table(("kind", "asked", *outcomes), tuple(rows)), brief=True)


def _answer_slices(answers: AnswerReport, of: str) -> Section:
    names = [name for name in MEASURES if any(name in found for found in answers.slices.values())]
    rows = [
        (value, *(_interval(found[name]) if name in found else "–" for name in names))
        for value, found in answers.slices.items()
    ]
    text = "The answerable questions of each slice; there are no unanswerable ones among them."
    return Section(f"Answers by slice{of}", text, Table(("slice", *names), tuple(rows)))


def _coverage(answers: AnswerReport, of: str) -> Section:
    points = answers.curve
    rows = [
        (f"{wanted:g}", f"{best.coverage:.4f}", f"{best.precision:.4f}", f"{best.threshold:.4f}")
        for wanted in PRECISIONS
        if (best := at_precision(points, wanted))
    ]
    headers = ("precision wanted", "greatest coverage", "precision there", "threshold")
    text = "What a threshold on the confidence buys: the share of the answerable questions above it, and what is right."
    alt = (
        f"Precision against coverage as the threshold falls, from {points[0].precision:.2f} at coverage "
        f"{points[0].coverage:.2f} to {points[-1].precision:.2f} at {points[-1].coverage:.2f}."
    )
    figure = Figure(alt, partial(plots.coverage, points, answers.operating_point))
    return Section(f"Coverage against precision{of}", text, Table(headers, tuple(rows)), figure)


def _reliability(answers: AnswerReport, of: str) -> Section:
    rows = [
        (f"{one.low:.1f}–{one.high:.1f}", str(one.count), f"{one.confidence:.4f}", f"{one.right:.4f}")
        for one in answers.bins
    ]
    text = (
        f"Expected calibration error {answers.calibration_error:.4f} (ten bins of equal width), Brier score "
        f"{answers.brier:.4f}. Right: the first article of the ranking answers. Unanswerable questions are included."
    )
    alt = "Share right against mean confidence in ten bins, beside the diagonal of a perfect calibration."
    table = Table(("confidence", "questions", "mean confidence", "share right"), tuple(rows))
    return Section(f"Calibration{of}", text, table, Figure(alt, partial(plots.reliability, answers.bins)), brief=True)


def _latency(answers: AnswerReport, of: str) -> Section:
    latency = answers.latency
    rows = [("whole answer", f"{latency.p50:.1f}", f"{latency.p95:.1f}")]
    rows += [(stage, f"{p50:.1f}", f"{p95:.1f}") for stage, (p50, p95) in latency.stages.items()]
    alt = f"Histogram of answer times; median {latency.p50:.1f} ms, 95th percentile {latency.p95:.1f} ms."
    times = [one.milliseconds for one in answers.asked]
    return Section(
        f"Time of an answer{of}",
        "Milliseconds on this machine, one question at a time, the model warm.",
        Table(("stage", "median", "95th percentile"), tuple(rows)),
        Figure(alt, partial(plots.latency, times, latency.p50, latency.p95)),
        brief=True,
    )


def _faults(experiment: Experiment, answers: AnswerReport, of: str) -> list[Section]:
    """Each sort of fault with its questions."""
    asked = answers.asked

    def wanted(one: Asked) -> str:
        relevant = experiment.dataset.relevant(one.id) if one.kind == ANSWERABLE else ()
        return ", ".join(sorted(relevant)) or "–"

    faults: list[tuple[str, str, list[Asked], Callable[[Asked], str]]] = [
        ("Wrong articles", "cited", [one for one in asked if one.outcome == "answer" and not one.cited], _article),
        (
            "Answerable but refused",
            "confidence",
            [one for one in asked if one.kind == ANSWERABLE and one.outcome in REFUSED],
            lambda one: f"{one.confidence:.4f}",
        ),
        ("Expected words missing", "cited", [one for one in asked if one.cited and one.fact_shown is False], _article),
        ("Sentences that are not the article's", "sentence", [o for o in asked if o.ungrounded], _ungrounded),
        ("Steps not whole", "cited", [one for one in asked if one.steps_whole is False], _article),
        ("Not in the asker's script", "cited", [one for one in asked if one.in_script is False], _article),
    ]
    return [
        Section(
            f"{title}{of}",
            f"{len(found)} questions{_cut(len(found))}.",
            Table(
                ("question", "text", "kind", "right", label),
                tuple(
                    (one.id, _text(experiment, one.id), one.kind, wanted(one), value(one))
                    for one in found[:LONGEST_LIST]
                ),
                labels=5,
            ),
        )
        for title, label, found, value in faults
        if found
    ]


def _article(one: Asked) -> str:
    return one.article or "–"


def _ungrounded(one: Asked) -> str:
    return " / ".join(clean(sentence)[:120] for sentence in one.ungrounded[:3])


def _answers_as_dict(answers: AnswerReport) -> dict[str, Any]:
    return {
        "measures": {name: estimate.as_dict() for name, estimate in answers.measures.items()},
        "outcomes": answers.outcomes,
        "slices": _by(answers.slices, Estimate.as_dict),
        "wanted_precision": answers.wanted_precision,
        "operating_point": asdict(answers.operating_point) if answers.operating_point else None,
        "coverage_curve": [[point.threshold, point.coverage, point.precision] for point in answers.curve],
        "reliability": [asdict(one) for one in answers.bins],
        "calibration_error": answers.calibration_error,
        "brier": answers.brier,
        "latency_ms": asdict(answers.latency),
        "questions": [asdict(one) for one in answers.asked],
        "conversations": [asdict(one) for one in answers.dialogues],
    }


# --- how it was made ---------------------------------------------------------------------------------------------


def _made(experiment: Experiment, command: str) -> Section:
    dataset = experiment.dataset
    rows = [
        ("command", command),
        ("date", experiment.started),
        ("data set", f"{dataset.name}: {dataset.queries_file}, split {dataset.split}"),
        ("SHA-256 of the data set", dataset.digest),
        ("seed", str(experiment.plan.seed)),
    ]
    for name, found in experiment.systems.items():
        rows += [
            (f"model ({name})", str(found["model"])),
            (f"index ({name})", f"{found['index_version']}, {found['chunks']} chunks"),
            (f"settings ({name})", _listed(found["settings"])),
            (f"tuning ({name})", f"fitted {found['tuning']['fitted']}, weights {_listed(found['tuning']['weights'])}"),
        ]
    rows.append(("versions", ", ".join(f"{package} {version}" for package, version in experiment.versions.items())))
    cleaned = tuple((name, clean(value)) for name, value in rows)
    return Section("How this was made", "All that is needed to make it again.", Table(("what", "value"), cleaned, 2))


# --- small things ------------------------------------------------------------------------------------------------


def _measures(experiment: Experiment) -> list[str]:
    return list(next(iter(experiment.estimates.values())))


def _interval(estimate: Estimate) -> str:
    return f"{estimate.mean:.4f} [{estimate.low:.4f}, {estimate.high:.4f}]"


def _listed(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={value}" for key, value in values.items())


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _cut(count: int) -> str:
    return f" (the first {LONGEST_LIST} of {count}; report.json has all)" if count > LONGEST_LIST else ""


def _text(experiment: Experiment, identifier: str) -> str:
    """The text of a question, answerable or not, fit to be shown."""
    query = experiment.dataset.queries.get(identifier)
    others = (one.text for one in experiment.dataset.unanswerable if one.id == identifier)
    return clean(query.text if query else next(others, ""))[:200]


def _by(found: Mapping[str, Mapping[str, Estimate]], value: Callable[[Estimate], Any]) -> dict[str, dict[str, Any]]:
    return {outer: {inner: value(one) for inner, one in each.items()} for outer, each in found.items()}


def _finite(value: Any) -> Any:
    """`value` with None for what is no finite number."""
    if isinstance(value, Mapping):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
