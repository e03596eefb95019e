"""The audit log: who did what to what, when; and which changes of the corpus were taken back."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from supportbot.storage.database import Database
from supportbot.storage.tables import audit, now


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed. `reverted` tells when it was taken back."""

    id: int
    at: dt.datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    reverted: dt.datetime | None


class Audit:
    """The entries there are; none is ever changed but for `reverted`. Methods raise `DatabaseError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, actor: str, action: str, subject: str, **detail: Any) -> int:
        """Note a deed; returns its number."""
        values = {"at": now(), "actor": actor, "action": action, "subject": subject[:120], "detail": detail}
        with self._database.writing() as connection:
            number: int = connection.execute(insert(audit).values(**values).returning(audit.c.id)).scalar_one()
        return number

    def entries(self, *, action: str | None = None, limit: int = 100, offset: int = 0) -> list[Entry]:
        """The deeds, latest first; those of one action if wanted."""
        query = select(audit).order_by(audit.c.id.desc()).limit(limit).offset(offset)
        if action:
            query = query.where(audit.c.action == action)
        with self._database.reading() as connection:
            return [Entry(**row) for row in connection.execute(query).mappings()]

    def get(self, number: int) -> Entry | None:
        """One deed by its number, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(audit).where(audit.c.id == number)).mappings().first()
        return Entry(**row) if row else None

    def revert(self, number: int) -> bool:
        """Note that a deed was taken back; False when it had been already."""
        with self._database.writing() as connection:
            changed = update(audit).where(audit.c.id == number, audit.c.reverted.is_(None)).values(reverted=now())
            return connection.execute(changed).rowcount > 0
