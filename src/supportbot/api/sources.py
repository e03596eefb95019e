"""The sources of the corpus as the service shows and syncs them.

`sync` runs in a process of its own, as the job `sync` calls it. What it returns is JSON of bounded size and holds no
credentials: jobs and the audit log keep it.
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from supportbot.content.articles import Article
from supportbot.errors import SupportBotError
from supportbot.importers import Problem
from supportbot.index.build import Progress
from supportbot.syncing import Change, Plan, Reading, Source, apply, make_plan, read
from supportbot.syncing import sources as sources_file
from supportbot.syncing.plan import KINDS, Kind, held
from supportbot.syncing.reading import pages_of
from supportbot.syncing.spool import Spool

MOST_CHANGES = 100
"""So many changes of a kind are listed."""

MOST_LINES = 100
"""So many notes, faults of a source, and steps that did not come through are listed."""

MOST_LETTERS = 300
ORDER: Sequence[Kind] = ("conflict", "removed", "gone", "new", "changed", "moved", "left out")
"""Which changes are told first; those that stay the same are only counted."""

_REPORT_EVERY = 20
_LOGIN = re.compile(r"(https?:/{1,2})[^/\s@]*@", re.IGNORECASE)
_QUERY = re.compile(r"(https?:/{1,2}[^\s?#'\"]+)\?[^\s#'\"]+", re.IGNORECASE)


class _Counting(Spool):
    """A spool that reports every so often how many articles were added."""

    def __init__(self, report: Callable[[int], None]) -> None:
        super().__init__()
        self.report: Callable[[int], None] | None = report
        self._count = 0

    def add(self, article: Article) -> int:
        self._count += 1
        if self.report and self._count % _REPORT_EVERY == 1:
            self.report(self._count)
        return super().add(article)


def sync(corpus: Path, plan_only: bool, on_progress: Progress) -> dict[str, Any]:
    """Bring the corpus in step with the sources of its `sources.yaml`; with `plan_only` write nothing.

    What cannot be read is left out and told under `broken`. Return the plan as JSON; `written` tells whether the corpus
    changed, and an `error` what ended the writing. Raise `SupportBotError` if nothing could be planned.
    """
    sources = sources_file.read(corpus)
    with _Counting(lambda count: on_progress(count, 0)) as spool:
        reading = read(sources, spool, pages=pages_of(corpus))
        spool.report = None  # planning adds to the spool as well
        with held(corpus):
            plan = make_plan(reading, corpus)
            changes = any(change.place is not None or change.kind == "removed" for change in plan.changes)
            told = {"plan": plan_only, "written": changes and not plan_only, **as_json(plan, reading)}
            if plan_only or not reading.entries:  # nothing was read: there is nothing to write, and no lexicon to make
                return told
            try:
                apply(plan, reading, corpus)
            except SupportBotError as error:
                told["error"] = one_line(error)
    return told


def as_json(plan: Plan, reading: Reading) -> dict[str, Any]:
    """Return a plan and what was told of its sources, as JSON of bounded size."""
    by_kind = [plan.of(kind) for kind in ORDER]
    broken = Counter({name: len(problems) for name, problems in reading.broken_of.items()})
    return {
        "read": len(reading.entries),
        "counts": plan.counts,
        "changes": [_change(change) for changes in by_kind for change in changes[:MOST_CHANGES]],
        "more_changes": sum(max(0, len(changes) - MOST_CHANGES) for changes in by_kind),
        "broken": _lines(reading.broken),
        "more_broken": max(0, len(reading.broken) - MOST_LINES),
        "notes": _lines(reading.notes),
        "more_notes": max(0, len(reading.notes) - MOST_LINES) + reading.more_notes,
        "steps": {
            "source": reading.steps.steps,
            "kept": reading.steps.kept,
            "faults": _lines(reading.steps.faults),
            "more_faults": max(0, len(reading.steps.faults) - MOST_LINES) + reading.steps.more_faults,
        },
        "links": plan.links,
        "left_out": dict(reading.left_out),
        "sources": [
            {
                "name": name,
                "read": sum(entry.source == name for entry in reading.entries),
                "counts": _counted(change.kind for change in plan.changes if change.source == name),
                "broken": _lines(reading.broken_of.get(name, ())),
                "more_broken": max(0, broken[name] - MOST_LINES),
                "complete": name not in reading.incomplete,
            }
            for name in reading.sources
        ],
    }


def _counted(kinds: Iterable[Kind]) -> dict[str, int]:
    counts = Counter(kinds)
    return {kind: counts[kind] for kind in KINDS if counts[kind]}


def _change(change: Change) -> dict[str, Any]:
    told = {name: getattr(change, name) for name in ("kind", "id", "title", "source", "source_id", "before")}
    return {**{name: one_line(value) for name, value in told.items()}, "fields": list(change.fields)}


def _lines(problems: Iterable[Problem]) -> list[str]:
    return [one_line(problem) for problem in itertools.islice(problems, MOST_LINES)]


def one_line(value: object) -> str:
    """Return a text as one line of bounded length, without the logins and queries of URLs, which may hold secrets."""
    line = " ".join(str(value).replace("\x00", "").split()).encode("utf-8", "replace").decode("utf-8")
    line = _QUERY.sub(r"\1?…", _LOGIN.sub(r"\1", line))
    return line if len(line) <= MOST_LETTERS else f"{line[: MOST_LETTERS - 1]}…"


def summary(told: dict[str, Any]) -> dict[str, Any]:
    """Return what the audit log keeps of a plan."""
    changes = told["changes"][:MOST_CHANGES]
    kept = {
        "counts": {kind: count for kind, count in told["counts"].items() if kind != "same"},
        "changes": [{name: change[name] for name in ("kind", "id", "title")} for change in changes],
        "more_changes": told["more_changes"] + len(told["changes"]) - len(changes),
        "broken": told["broken"][:10],
    }
    return {name: value for name, value in kept.items() if value}


def options_of(source: Source) -> dict[str, Any]:
    """Return the options of a source that are not their defaults, as in `sources.yaml`."""
    options = {
        "category": source.category,
        "locales": list(source.locales),
        "encoding": source.options.encoding,
        "columns": dict(source.options.columns),
        "selector": source.options.selector,
        "prune": source.prune,
        "conflicts": source.conflicts,
        "private": source.private,
    }
    return {name: value for name, value in options.items() if value}
