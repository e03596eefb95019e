"""Long work with its progress, visible to every worker: reindexing, comparing answers of two index versions."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import insert, select, update

from supportbot.storage.conversations import new_id
from supportbot.storage.database import Database
from supportbot.storage.tables import jobs, now

SILENT_SECONDS = 120
"""A running job that reports nothing for so long is lost: the process that ran it is gone."""


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work: `done` of `total`, and its `result` at the end. A "failed" one has an "error" in it."""

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
    """The jobs there are. Every method raises `DatabaseError` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, kind: str, actor: str) -> Job:
        """A new running job."""
        at = now()
        job = Job(new_id("j"), kind, "running", 0, 0, None, actor, at, at)
        with self._database.writing() as connection:
            connection.execute(insert(jobs).values(**{name: getattr(job, name) for name in Job.__slots__}))
        return job

    def progress(self, job: str, done: int, total: int) -> None:
        """Note how far a job is."""
        self._update(job, done=done, total=total)

    def finish(self, job: str, result: Mapping[str, Any]) -> None:
        """Note what came of a job."""
        self._update(job, state="done", result=dict(result))

    def fail(self, job: str, error: str) -> None:
        """Note why a job failed."""
        self._update(job, state="failed", result={"error": error})

    def get(self, job: str) -> Job | None:
        """A job by id, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == job)).mappings().first()
        return _checked(Job(**row)) if row else None

    def latest(self, limit: int = 20) -> list[Job]:
        """The newest jobs first."""
        query = select(jobs).order_by(jobs.c.created.desc()).limit(limit)
        with self._database.reading() as connection:
            return [_checked(Job(**row)) for row in connection.execute(query).mappings()]

    def _update(self, job: str, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(update(jobs).where(jobs.c.id == job).values(**values, updated=now()))


def _checked(job: Job) -> Job:
    if job.state == "running" and (now() - job.updated).total_seconds() > SILENT_SECONDS:
        return replace(job, state="failed", result={"error": "its process is gone"})
    return job
