"""Rate limits that all workers share: counters of the package `limits` in our own database."""

import time

from limits.storage import Storage
from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from supportbot.errors import DatabaseError
from supportbot.storage.database import Database
from supportbot.storage.tables import hits

_SWEEP_EVERY = 1000
"""After so many hits the expired counters are deleted."""


class HitStorage(Storage):
    """Counters of fixed windows, as the strategies of `limits` want them."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database
        self._insert = sqlite.insert if database.is_sqlite else postgresql.insert
        self._since_sweep = 0

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """What counts as a failure of the storage."""
        return DatabaseError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count a hit and return the count of the window, which begins with its first hit."""
        at = time.time()
        # A window that ends later than any can was begun before the clock jumped back: it is over, too.
        over = (hits.c.expires <= at) | (hits.c.expires > at + expiry)
        statement = self._insert(hits).values(key=key[:160], count=amount, expires=at + expiry)
        counted = statement.on_conflict_do_update(
            index_elements=[hits.c.key],
            set_={
                "count": case((over, amount), else_=hits.c.count + amount),
                "expires": case((over, at + expiry), else_=hits.c.expires),
            },
        ).returning(hits.c.count)
        with self._database.writing() as connection:
            count: int = connection.execute(counted).scalar_one()
            self._since_sweep += 1
            if self._since_sweep >= _SWEEP_EVERY:
                self._since_sweep = 0
                connection.execute(delete(hits).where(hits.c.expires <= at))
        return count

    def get(self, key: str) -> int:
        """The count of the running window, 0 when there is none."""
        with self._database.reading() as connection:
            query = select(hits.c.count).where(hits.c.key == key[:160], hits.c.expires > time.time())
            return connection.execute(query).scalar() or 0

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since 1970."""
        with self._database.reading() as connection:
            return connection.execute(select(hits.c.expires).where(hits.c.key == key[:160])).scalar() or time.time()

    def check(self) -> bool:
        """Whether the storage answers."""
        try:
            self._database.check()
        except DatabaseError:
            return False
        return True

    def reset(self) -> int | None:
        """Forget all counters."""
        with self._database.writing() as connection:
            return connection.execute(delete(hits)).rowcount

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with self._database.writing() as connection:
            connection.execute(delete(hits).where(hits.c.key == key[:160]))
