"""Background jobs and their progress, which every worker process can see."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, delete, insert, or_, select, text, update

from supportbot.errors import NotFoundError
from supportbot.storage.conversations import new_id
from supportbot.storage.database import Database
from supportbot.storage.tables import jobs, now

SILENT_SECONDS = 120
"""A running job without progress for so long has failed: its process is gone."""

MOST_CLAIMED = 50


@dataclass(frozen=True, slots=True)
class Job:
    """A job: `done` of `total` steps, and its `result` at the end, which holds an "error" if it failed.

    >>> job = store.jobs.latest()[0]
    >>> job.kind, job.state, job.done, job.total
    ('reindex', 'running', 3, 10)
    """

    id: str
    kind: str
    state: Literal["running", "done", "failed"]
    done: int
    total: int
    result: Mapping[str, Any] | None
    actor: str
    created: dt.datetime
    updated: dt.datetime


class Jobs:
    """The jobs. Every method raises `DatabaseError` if the database fails.

    >>> job = store.jobs.start("reindex", "Anna")
    >>> store.jobs.progress(job.id, done=3, total=10)
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, kind: str, actor: str) -> Job:
        """Add a running job."""
        at = now()
        job = Job(new_id("j"), kind, "running", 0, 0, None, actor, at, at)
        with self._database.writing() as connection:
            connection.execute(insert(jobs).values(**{name: getattr(job, name) for name in Job.__slots__}))
        return job

    def claim(
        self, kind: str, actor: str, *, beside: Collection[str] = (), since: dt.datetime | None = None
    ) -> Job | None:
        """Add a running job; return None if one of its kind, or of the kinds `beside`, runs in any process.

        With `since`, return None as well if this actor began one of its kind then or later. Of these kinds only the
        newest `MOST_CLAIMED` are kept, as a schedule makes many.
        """
        at = now()
        job = Job(new_id("j"), kind, "running", 0, 0, None, actor, at, at)
        heard = at - dt.timedelta(seconds=SILENT_SECONDS)
        kinds = jobs.c.kind.in_({kind, *beside})
        newest = select(jobs.c.id).where(kinds).order_by(jobs.c.created.desc()).limit(MOST_CLAIMED)
        with self._database.writing() as connection:
            if not self._database.is_sqlite:  # which has one writer anyway
                connection.execute(text("SELECT pg_advisory_xact_lock(7274824)"))
            others = [kinds & (jobs.c.state == "running") & (jobs.c.updated > heard)]
            if since is not None:
                others.append((jobs.c.kind == kind) & (jobs.c.actor == actor) & (jobs.c.created >= since))
            if connection.execute(select(jobs.c.id).where(or_(*others)).limit(1)).first():
                return None
            connection.execute(delete(jobs).where(kinds, jobs.c.id.not_in(newest)))
            connection.execute(insert(jobs).values(**{name: getattr(job, name) for name in Job.__slots__}))
        return job

    def touch(self, job: str) -> None:
        """Tell that the process of a running job is there."""
        with self._database.writing() as connection:
            mine = (jobs.c.id == job, jobs.c.state == "running")
            connection.execute(update(jobs).where(*mine).values(updated=now()))

    def progress(self, job: str, done: int, total: int) -> None:
        """Store how far a job is."""
        self._update(job, done=done, total=total)

    def finish(self, job: str, result: Mapping[str, Any]) -> None:
        """Store the result of a job."""
        self._update(job, state="done", result=dict(result))

    def fail(self, job: str, error: str) -> None:
        """Store why a job failed."""
        self._update(job, state="failed", result={"error": error})

    def get(self, job: str, *, kind: str | None = None) -> Job:
        """Return a job by its id, only if it is of this `kind`. Raises `NotFoundError`."""
        query = select(jobs).where(jobs.c.id == job, *([jobs.c.kind == kind] if kind else []))
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFoundError("job")
        return _checked(Job(**row))

    def latest(self, limit: int = 20, *, kinds: Collection[str] = (), actor: str | None = None) -> list[Job]:
        """Return the newest jobs, newest first: those of these kinds, if any are named, and of this actor, if given."""
        chosen: list[ColumnElement[bool]] = [jobs.c.kind.in_(kinds)] if kinds else []
        chosen += [jobs.c.actor == actor] if actor is not None else []
        query = select(jobs).where(*chosen).order_by(jobs.c.created.desc()).limit(limit)
        with self._database.reading() as connection:
            return [_checked(Job(**row)) for row in connection.execute(query).mappings()]

    def _update(self, job: str, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(update(jobs).where(jobs.c.id == job).values(**values, updated=now()))


def _checked(job: Job) -> Job:
    """Return the job, as failed if its process is gone."""
    if job.state == "running" and (now() - job.updated).total_seconds() > SILENT_SECONDS:
        return replace(job, state="failed", result={"error": "its process is gone"})
    return job
