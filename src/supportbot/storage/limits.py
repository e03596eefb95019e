"""Counters of rate limits, in the database: all workers share them, and they survive a restart."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, delete
from sqlalchemy.dialects import postgresql, sqlite

from supportbot.storage.database import Database
from supportbot.storage.tables import hits

_SWEEP_EVERY = 1000
"""After so many calls of `count` the expired counters are deleted."""


@dataclass(frozen=True, slots=True)
class Window:
    """A counter that starts with its first hit and expires after `seconds`.

    >>> store.hits.count([Window("address/203.0.113.7", seconds=60)])
    """

    key: str
    seconds: int


class Hits:
    """Counters of hits in fixed windows. Every method raises `DatabaseError` if the database fails.

    >>> count, ends = store.hits.count([Window("address/203.0.113.7", 60)])["address/203.0.113.7"]
    >>> count
    1
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        new = (sqlite.insert if database.is_sqlite else postgresql.insert)(hits)
        # Expired, or begun before the clock was set back: it ends later than a window that begins now.
        over = (hits.c.expires <= new.excluded.begins) | (hits.c.expires > new.excluded.expires)
        self._count = new.on_conflict_do_update(
            index_elements=[hits.c.key],
            set_={
                "count": case((over, 1), else_=hits.c.count + 1),
                "expires": case((over, new.excluded.expires), else_=hits.c.expires),
                "begins": case((over, new.excluded.begins), else_=hits.c.begins),
            },
        ).returning(hits.c.key, hits.c.count, hits.c.expires)
        self._calls = 0

    def count(self, windows: Sequence[Window]) -> dict[str, tuple[int, float]]:
        """Count a hit in each window; return by key the count and when the window ends, in seconds since 1970."""
        at = time.time()
        rows = [
            {"key": one.key[:160], "count": 1, "begins": at, "expires": at + one.seconds}
            for one in sorted(windows, key=lambda one: one.key)  # one order for all writers: no deadlock
        ]
        with self._database.writing() as connection:
            found = {key: (count, expires) for key, count, expires in connection.execute(self._count, rows)}
            self._calls += 1
            if self._calls % _SWEEP_EVERY == 0:
                connection.execute(delete(hits).where(hits.c.expires <= at))
        return found
