"""`eval` and `tune`: read the data set, run, print and write the results."""

import dataclasses
import json
import shlex
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import typer

from supportbot.cli.terminal import console, load_encoder, progress, report
from supportbot.content import articles, tuning
from supportbot.content.tuning import Tuning
from supportbot.errors import InputError, SettingsError
from supportbot.evaluation import datasets, experiment, fitting, gates, labels, page, runs, systems
from supportbot.evaluation import report as reporting
from supportbot.evaluation.experiment import Experiment, Plan
from supportbot.evaluation.judging import HelpCentre, ask
from supportbot.evaluation.labels import Label
from supportbot.evaluation.report import ReportSection, Table
from supportbot.settings import Settings
from supportbot.storage import open_store


def evaluate(
    folder: Path,
    plan: Plan,
    settings: Settings,
    *,
    queries: str,
    split: str,
    holdout: Path | None,
    sample: int | None,
    depth: int | None,
    floors: Sequence[str],
    differences: int,
    runs_to: Path | None,
    report_to: Path | None,
    as_json: bool,
) -> bool:
    """Run `plan`, print and write the results, and return whether all gates passed.

    Check options, data set and run files before computing anything. Raise `InputError` if one of them is wrong.
    """
    wanted = gates.parse(floors)
    if any(gate.of_answers for gate in wanted) and not plan.answers:
        raise SettingsError("--fail-below: measures of answers are there with --answers only")
    if report_to:
        page.check(report_to)
    extra = " ".join(gate.name for gate in wanted if not gate.of_answers)
    plan = dataclasses.replace(plan, measures=f"{plan.measures} {extra}")
    data = datasets.read(folder, queries=queries, split=split, holdout=holdout, corpus=settings.corpus).sample(sample)
    found = experiment.run(
        data, plan, settings, depth=depth, load_encoder=load_encoder, progress=progress, report=report
    )
    command = shlex.join(["supportbot", *sys.argv[1:]])
    result = reporting.as_dict(found, command=command)
    if runs_to:
        read = {file.name for file in plan.run_files}
        for one in found.runs.values():
            if one.name not in read:
                report(f"written: {runs.write_trec(one, runs_to)}")
    if report_to:
        page.write(report_to, f"Evaluation of {data.name}", reporting.sections(found, command=command), result)
        report(f"written: {report_to / 'report.html'}")
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        _show(found, command, differences)
    failed = gates.failures(wanted, found.gated)
    for line in failed:
        report(f"supportbot: gate failed: {line}")
    return not failed


def tune(
    source: Path, settings: Settings, *, split: str, to: Path | None, precision: float | None, clarify: float | None
) -> None:
    """Fit on labelled questions, write the tuning file and print the cross-validated figures."""
    data = datasets.read(source, split=split, corpus=settings.corpus)
    target = to or settings.corpus / tuning.FILE_NAME
    encoder = load_encoder(settings)
    with progress("embedding") as show:
        bot = systems.open_bot(data, settings, encoder, on_progress=show)
    prior = _wanting(tuning.read(tuning.starter()), precision, clarify)
    with progress("asking") as show:
        fitted = fitting.fit(bot, data, prior, model=settings.model, on_progress=show)
    fitted.write(target)
    typer.echo(f"written: {target}")
    for name, value in {**fitted.weights, **fitted.measured}.items():
        typer.echo(f"  {name:<24} {value:.4f}")
    if gaining := fitting.to_gain_more(data, fitted):
        typer.echo("to gain more:")
        for line in gaining:
            typer.echo(f"  - {line}")


def tune_collected(settings: Settings, *, to: Path | None, precision: float | None, clarify: float | None) -> None:
    """Do what `tune` does on the labels in the database, without those of articles that are gone.

    Raise `InputError` if none is left.
    """
    store = open_store(settings.database)
    stored = store.labels.all()
    store.close()
    known = {article.id for article in articles.read(settings.corpus)}
    gone = sorted({one.article for one in stored if one.article} - known)
    if gone:
        report(f"left out: labels of articles that are gone: {', '.join(gone)}")
    found = [
        Label(one.question, frozenset([one.article] if one.article else ()), one.kind)
        for one in stored
        if one.article not in gone
    ]
    if not found:
        raise InputError("--collected: no label of an article that is there; agents collect labels in the console")
    with tempfile.TemporaryDirectory(prefix="supportbot-labels-") as folder:
        table = Path(folder) / "labels.csv"
        table.write_text(labels.write(found), encoding="utf-8", newline="")
        tune(table, settings, split="", to=to, precision=precision, clarify=clarify)


def tune_across(
    sources: Sequence[Path], settings: Settings, *, split: str, to: Path, precision: float | None, clarify: float | None
) -> None:
    """Fit on several help centres, write the tuning file and print how each fares when it is left out."""
    encoder = load_encoder(settings)
    start = _wanting(tuning.read(tuning.starter()), precision, clarify)
    centres = []
    for source in sources:
        data = datasets.read(source, split=split)
        with progress(f"{data.name}: embedding") as show:
            bot = systems.open_bot(data, settings, encoder, on_progress=show)
        with progress(f"{data.name}: asking") as show:
            centres.append(HelpCentre(data.name, bot, data, ask(bot, data, show)))
    with progress("fitting") as show:
        fitted, left_out = fitting.fit_across(centres, start, model=settings.model, on_progress=show)
    fitted.write(to)
    typer.echo(f"written: {to}")
    names = [name for name in fitting.FIGURES if name in fitted.measured]
    rows = [[name, *(_cell(one, column) for column in names)] for name, one in left_out.items()]
    rows.append(["mean", *(_cell(fitted.measured, column) for column in names)])
    _show_section(ReportSection("Each left out of the fit", "", Table(["help centre", *names], rows)))


def _cell(figures: Mapping[str, float], name: str) -> str:
    return f"{figures[name]:.3f}" if name in figures else "–"


def _wanting(present: Tuning, precision: float | None, clarify: float | None) -> Tuning:
    """Return the tuning with the wanted precision of answers and certainty to ask back, where they are given."""
    return dataclasses.replace(
        present,
        answer_precision=present.answer_precision if precision is None else precision,
        clarify_certainty=present.clarify_certainty if clarify is None else clarify,
    )


def _show(found: Experiment, command: str, differences: int) -> None:
    data = found.dataset
    typer.echo(f"{data.name}/{data.queries_file}: {len(data.queries)} questions, {len(data.articles)} articles")
    shown = [section for section in reporting.sections(found, command=command) if section.brief]
    for section in shown:
        _show_section(section)
    for comparison in found.comparisons if differences else ():
        if comparison.measure != found.comparisons[0].measure:
            continue
        changed = found.changes(comparison)
        if len(changed) > 2 * differences:
            changed = [*changed[:differences], *changed[-differences:]]
        title = f"{comparison.measure}: {comparison.system} against {comparison.baseline}"
        _show_section(ReportSection(title, "Most won, most lost.", reporting.changes_table(found, changed)))


def _show_section(section: ReportSection) -> None:
    screen = console()
    if screen is None:
        typer.echo(f"\n{section.title}\n{section.text}")
        for line in _plain(section.table):
            typer.echo(line)
        return
    from rich.table import Table as RichTable
    from rich.text import Text

    table = RichTable(box=None, pad_edge=False)
    for column, header in enumerate(section.table.headers):
        table.add_column(Text(header), justify="left" if column < section.table.labels else "right", overflow="fold")
    for row in section.table.rows:
        table.add_row(*map(Text, row))
    screen.print()
    screen.print(Text(section.title, style="bold"))
    screen.print(Text(section.text, style="dim"))
    screen.print(table)


def _plain(table: Table) -> list[str]:
    """Return the lines of the table, with columns padded to the same width."""
    from rich.cells import cell_len

    rows = [table.headers, *table.rows]
    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(table.headers))]
    return [
        "  ".join(text + " " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
