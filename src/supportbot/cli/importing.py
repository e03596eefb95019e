"""`import` and `sync`: read every source, show or make the changes, keep what people edited."""

import codecs
import contextlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import typer

from supportbot.cli.terminal import report
from supportbot.content import articles as corpus_room
from supportbot.content.articles import Article
from supportbot.errors import EmptyCorpusError, InputError
from supportbot.importers import Options
from supportbot.index.chunking import split
from supportbot.syncing import Change, Plan, Reading, Source, apply, make_plan, read
from supportbot.syncing.fidelity import worst
from supportbot.syncing.plan import KINDS, held
from supportbot.syncing.reading import pages_of, refuse_broken
from supportbot.syncing.record import FILE_NAME as RECORD
from supportbot.syncing.sources import NAME, Side, told_apart
from supportbot.syncing.spool import Spool

MOST_SHOWN = 50
"""So many changes of a kind are listed; `--json` has all."""

MOST_READ = 3_000_000
"""A corpus of more bytes than this is not read over after an import: that takes longer than the import."""

_SIGNS = dict(zip(KINDS, "+~>?-!x=", strict=True))
_TELLING = {
    "gone": "gone at the source; --prune removes it",
    "removed": "gone at the source; removed",
    "left out": f"removed here by hand; stays out until its line in {RECORD} is deleted",
}


@dataclass(frozen=True, slots=True)
class How:
    """How the changes are made: `plan` writes nothing, `replace` allows changes of articles that are there."""

    plan: bool = False
    replace: bool = False
    prune: bool = False
    skip_broken: bool = False
    conflicts: Side | None = None
    as_json: bool = False


def given(
    places: Sequence[str],
    *,
    name: str,
    category: str,
    locales: Sequence[str],
    encoding: str,
    columns: Sequence[str],
    selector: str,
    private: bool,
) -> list[Source]:
    """Return the sources of a command line. Raise `InputError` for an option that cannot be used."""
    if name and (len(places) > 1 or not NAME.fullmatch(name)):
        raise InputError(f"--source {name!r:.60}: expected the name of one source, such as help-centre")
    pairs = [column.partition("=")[::2] for column in columns]
    for column, pair in zip(columns, pairs, strict=True):
        if not all(pair):
            raise InputError(f"--column {column!r:.60}: expected COLUMN=FIELD, such as 主題=title")
    if encoding:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise InputError(f"--encoding {encoding!r:.40}: expected one such as utf-8, gb18030, big5-hkscs") from None
    options = Options(encoding, dict(pairs), selector)
    more = {"category": category, "locales": tuple(locales), "options": options, "private": private}
    sources = [Source.of(place, **more) for place in places]
    return [replace(sources[0], name=name)] if name else sources


def run(sources: Sequence[Source], to: Path, *, known: Path, how: How) -> bool:
    """Bring the corpus folder `to` in step with `sources`; new articles get the hand-made fields of those in `known`.

    Return whether all is settled: no conflict, nothing skipped. Raise `SourceError` or `InputError`, and write nothing,
    if a source cannot be read and broken ones are not skipped, and if an article would change without `replace`.
    """
    with Spool() as spool:
        reading = read(told_apart(sources), spool, pages=pages_of(to))
        _show_notes(reading)
        if not how.skip_broken:
            refuse_broken(reading)
        if not reading.entries:
            raise InputError(f"no articles in {', '.join(str(source.place) for source in sources)}")
        others = _articles_of(known) if known != to else []
        with contextlib.nullcontext() if how.plan else held(to):
            plan = make_plan(reading, to, prune=how.prune, conflicts=how.conflicts, known=others)
            if not how.plan:
                _refuse_changes(plan, to, how)
                apply(plan, reading, to)
        if how.as_json:
            typer.echo(json.dumps(as_json(plan, reading), ensure_ascii=False))
        else:
            _show(plan, reading, to, how)
        return not reading.broken and not plan.of("conflict")


def _refuse_changes(plan: Plan, to: Path, how: How) -> None:
    changed = [change for change in plan.of("changed", "moved", "conflict") if change.place is not None]
    if changed and not how.replace:
        named = ", ".join(change.id for change in changed[:5]) + (" …" if len(changed) > 5 else "")
        raise InputError(
            f"{to}: {len(changed)} articles are there and differ ({named}); --replace takes what the source changed "
            "and keeps what people edited, --plan shows it"
        )


def _show_notes(reading: Reading) -> None:
    for problem in reading.notes:
        report(f"note: {problem}")
    if reading.more_notes:
        report(f"note: and {reading.more_notes} more")
    if len(reading.broken) > 1:
        for line in worst(reading.broken):
            report(f"cannot be read: {line}")


def _show(plan: Plan, reading: Reading, to: Path, how: How) -> None:
    for kind in KINDS[:-1]:  # the last are those that stay as they are
        changes = plan.of(kind)
        for change in changes[:MOST_SHOWN]:
            typer.echo(f"{_SIGNS[kind]} {change.id}  {change.title}  ({_described(change, reading)})")
        if len(changes) > MOST_SHOWN:
            typer.echo(f"{_SIGNS[kind]} and {len(changes) - MOST_SHOWN} more")
    conflicts = plan.of("conflict")
    for change in conflicts[:MOST_SHOWN]:
        report(f"conflict: {change.id}: {_conflict(change)}")
    if len(conflicts) > MOST_SHOWN:
        report(f"conflict: and {len(conflicts) - MOST_SHOWN} more")
    counts = plan.counts
    replaced = counts.get("changed", 0) + counts.get("moved", 0)
    others = [f"{counts[kind]} {_NOUNS[kind]}" for kind in _NOUNS if kind in counts]
    line = f"{len(reading.entries)} articles read, {counts.get('new', 0)} new, {replaced} replaced"
    typer.echo(f"{to}: {', '.join([line, *others])}{' (plan: nothing written)' if how.plan else ''}")
    _show_steps(reading)
    if len(reading.locales) > 1:
        named = ", ".join(f"{locale or 'no language'} {count}" for locale, count in reading.locales.most_common())
        typer.echo(f"languages: {named}; --locale takes only one")
    if reading.left_out:
        named = ", ".join(f"{locale} {count}" for locale, count in reading.left_out.most_common())
        typer.echo(f"left out, as their language was not asked for: {named}")
    if reading.broken:
        report(f"skipped, as it cannot be read: {', '.join(worst(reading.broken, 5))}")
    if not how.plan:
        _show_health(to)


def _show_health(corpus: Path) -> None:
    if sum(path.stat().st_size for path in corpus_room.article_files(corpus)) > MOST_READ:
        typer.echo(f"health: supportbot health --corpus {corpus}")
        return
    from supportbot.cli import health  # loads what answers, which a large import has no memory for

    health.show_articles(corpus_room.read_all(corpus), corpus)


_NOUNS = {
    "conflict": "in conflict",
    "gone": "gone at the source",
    "removed": "removed",
    "left out": "left out",
}


def _show_steps(reading: Reading) -> None:
    steps = reading.steps
    if steps.steps:
        typer.echo(
            f"steps: {steps.kept} of {steps.steps} numbered items came through with their numbers, in order "
            f"({steps.fidelity:.2%})"
        )
    for line in worst(steps.faults, more=steps.more_faults):
        report(f"steps: {line}")


def _conflict(change: Change) -> str:
    if change.fields[:1] == ("gone",):
        return f"gone at the source, but edited here ({', '.join(change.fields[1:])}); --on-conflict mine or source"
    return (
        f"source and people changed {', '.join(change.fields)}; yours is kept (--on-conflict mine or source settles it)"
    )


def _described(change: Change, reading: Reading) -> str:
    if change.kind in _TELLING:
        return _TELLING[change.kind]
    if change.kind == "conflict":
        return _conflict(change)
    parts = [f"from {change.before}"] if change.before else []
    parts += [", ".join(change.fields)] if change.kind in ("changed", "moved") and change.fields else []
    if change.kind == "new" and change.place is not None:
        article = reading.spool[change.place]
        steps = sum(len(chunk.steps) for chunk in split(article))
        parts += [
            f"updated {article.updated}" if article.updated else "no date",
            f"{article.views:,} views",
            f"{steps} steps",
            "" if article.complete else "cut short at the source",
            "a draft" if article.draft else "",
            "to be reviewed" if article.review else "",
        ]
    return "; ".join(filter(None, parts))


def as_json(plan: Plan, reading: Reading) -> dict[str, object]:
    """Return a plan as JSON has it."""
    hidden = ("place", "path")
    return {
        "counts": plan.counts,
        "changes": [
            {key: value for key, value in asdict(change).items() if key not in hidden}
            for change in plan.changes
            if change.kind != "same"
        ],
        "notes": [str(problem) for problem in reading.notes],
        "broken": [str(problem) for problem in reading.broken],
        "steps": {
            "source": reading.steps.steps,
            "kept": reading.steps.kept,
            "faults": [*map(str, reading.steps.faults)],
            "more_faults": reading.steps.more_faults,
        },
        "links": plan.links,
    }


def _articles_of(corpus: Path) -> list[Article]:
    try:
        return corpus_room.read_all(corpus)
    except EmptyCorpusError:
        return []
