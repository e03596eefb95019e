"""The database behind the store: connections, transactions, migrations; failures become `DatabaseError`.

SQLite runs in WAL mode: readers do not wait for the writer, and a committed transaction survives a kill of the process.
A writing transaction takes the write lock when it begins, so that a second one waits instead of failing halfway.
"""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from supportbot.errors import DatabaseError, SettingsError

LOCK_SECONDS = 10
"""How long a writer waits for the lock before it fails."""


class Database:
    """A SQLAlchemy engine whose `reading` and `writing` give connections.

    >>> with Database("sqlite:///supportbot.db").reading() as connection:
    ...     connection.execute(text("SELECT 1")).scalar()
    1
    """

    def __init__(self, url: str) -> None:
        self.url = _url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"pool_size": 20, "max_overflow": 20, "pool_timeout": LOCK_SECONDS}
        if self.is_sqlite:
            options["connect_args"] = {"timeout": LOCK_SECONDS, "check_same_thread": False}
        else:
            options |= {"pool_pre_ping": True, "connect_args": {"connect_timeout": LOCK_SECONDS}}
        try:
            self.engine: Engine = create_engine(self.url, **options)
        except (ArgumentError, NoSuchModuleError, ImportError) as error:
            raise SettingsError(f"SUPPORTBOT_DATABASE: {str(error).splitlines()[0]}") from None
        # SQLite allows one writer, and lets the others sleep ever longer between their tries: a lock is fairer.
        self._turn = threading.RLock() if self.is_sqlite else contextlib.nullcontext()
        self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        if self.is_sqlite:
            _teach_sqlite(self.engine)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection for reading; each statement sees the newest state. Raises `DatabaseError`."""
        with _failing(), self._reader.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction, committed if the block ends without error. Raises `DatabaseError`."""
        with self._turn, _failing(), self.engine.begin() as connection:
            yield connection

    def migrate(self) -> None:
        """Bring the schema to the newest revision; several processes may call this at once."""
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
        with self.writing() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(7274823)"))
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise DatabaseError(f"its schema is not known to this version of supportbot ({error})") from None

    def check(self) -> None:
        """Raise `DatabaseError` unless the database answers."""
        with self.reading() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError(
            "SUPPORTBOT_DATABASE: not a database URL; expected sqlite:///file.db or postgresql+psycopg://user@host/name"
        ) from None
    if parsed.drivername == "postgresql":  # the driver of the extra `postgres`
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise SettingsError(f"SUPPORTBOT_DATABASE: {parsed.drivername} is not supported; expected sqlite or postgresql")
    return parsed


@contextlib.contextmanager
def _failing() -> Iterator[None]:
    """Raise failures of the database as `DatabaseError`, without the statement and its values."""
    try:
        yield
    except DBAPIError as error:
        raise DatabaseError(str(error.orig).splitlines()[0] if str(error.orig) else "no answer") from None
    except SQLAlchemyError as error:
        raise DatabaseError(str(error).splitlines()[0]) from None


def _teach_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # `_begin` begins transactions, not the driver
        cursor = connection.cursor()
        # 256 KB of cache instead of 2 MB for each of up to 40 connections: the system caches the file already.
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-256"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
