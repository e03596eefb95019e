"""Counters of rate limits in the database, so that all workers share them and a restart forgets none."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, delete
from sqlalchemy.dialects import postgresql, sqlite

from supportbot.storage.database import Database
from supportbot.storage.tables import hits

_SWEEP_EVERY = 1000
"""After so many countings the expired counters are deleted."""


@dataclass(frozen=True, slots=True)
class Window:
    """A counter that begins with its first hit and lasts `seconds`."""

    key: str
    seconds: int


class Hits:
    """Counts in fixed windows. Every method raises `DatabaseError` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database
        new = (sqlite.insert if database.is_sqlite else postgresql.insert)(hits)
        # A window that ends later than one that begins now was begun before the clock was set back: it is over, too.
        over = (hits.c.expires <= new.excluded.begins) | (hits.c.expires > new.excluded.expires)
        self._count = new.on_conflict_do_update(
            index_elements=[hits.c.key],
            set_={
                "count": case((over, 1), else_=hits.c.count + 1),
                "expires": case((over, new.excluded.expires), else_=hits.c.expires),
                "begins": case((over, new.excluded.begins), else_=hits.c.begins),
            },
        ).returning(hits.c.key, hits.c.count, hits.c.expires)
        self._countings = 0

    def count(self, windows: Sequence[Window]) -> dict[str, tuple[int, float]]:
        """Count a hit in each of the windows: for each key the count, and the end in seconds since 1970."""
        at = time.time()
        rows = [
            {"key": one.key[:160], "count": 1, "begins": at, "expires": at + one.seconds}
            for one in sorted(windows, key=lambda one: one.key)  # always in one order: two writers never wait in a ring
        ]
        with self._database.writing() as connection:
            found = {key: (count, expires) for key, count, expires in connection.execute(self._count, rows)}
            self._countings += 1
            if self._countings % _SWEEP_EVERY == 0:
                connection.execute(delete(hits).where(hits.c.expires <= at))
        return found
