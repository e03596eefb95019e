"""The audit log: who did what, when, and which changes of the corpus were reverted."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from supportbot.errors import NotFoundError
from supportbot.storage.database import Database
from supportbot.storage.tables import audit, now


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What `actor` did to `subject`, and when that was reverted, if it was.

    >>> entry = store.audit.entries(prefix="corpus.")[0]
    >>> entry.actor, entry.action, entry.subject
    ('Anna', 'corpus.question', 'withdraw')
    """

    id: int
    at: dt.datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    reverted: dt.datetime | None


class Audit:
    """The audit log; an entry never changes, except for `reverted`. Methods raise `DatabaseError`.

    >>> entry = store.audit.add("Anna", "corpus.question", "withdraw", question="怎麼出金？")
    >>> store.audit.revert(entry), store.audit.revert(entry)
    (True, False)
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, actor: str, action: str, subject: str, **detail: Any) -> int:
        """Add an entry, and return its id."""
        values = {"at": now(), "actor": actor, "action": action, "subject": subject[:120], "detail": detail}
        with self._database.writing() as connection:
            entry: int = connection.execute(insert(audit).values(**values).returning(audit.c.id)).scalar_one()
        return entry

    def entries(self, *, prefix: str = "", limit: int = 100, offset: int = 0) -> list[AuditEntry]:
        """Return the entries whose action begins with `prefix`, latest first."""
        query = select(audit).where(audit.c.action.startswith(prefix, autoescape=True)).order_by(audit.c.id.desc())
        with self._database.reading() as connection:
            return [AuditEntry(**row) for row in connection.execute(query.limit(limit).offset(offset)).mappings()]

    def get(self, entry: int, *, prefix: str = "") -> AuditEntry:
        """Return an entry by its id if its action begins with `prefix`. Raises `NotFoundError`."""
        query = select(audit).where(audit.c.id == entry, audit.c.action.startswith(prefix, autoescape=True))
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFoundError("change")
        return AuditEntry(**row)

    def revert(self, entry: int) -> bool:
        """Mark an entry as reverted; return False if it already was."""
        with self._database.writing() as connection:
            changed = update(audit).where(audit.c.id == entry, audit.c.reverted.is_(None)).values(reverted=now())
            return connection.execute(changed).rowcount > 0
