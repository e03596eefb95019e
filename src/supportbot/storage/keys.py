"""Keys of people and programs: random, shown once, stored as a digest.

A key has 256 random bits, so its plain SHA-256 tells nothing of it; slow password hashes are for what people choose.
"""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import insert, select, update

from supportbot.storage.conversations import new_id
from supportbot.storage.database import Database
from supportbot.storage.tables import keys, now

Role = Literal["client", "agent", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Each may do what those before it may."""


@dataclass(frozen=True, slots=True)
class Key:
    """Who holds a key, and what it allows."""

    id: str
    name: str
    role: Role
    created: dt.datetime
    revoked: dt.datetime | None

    def allows(self, role: Role) -> bool:
        """Whether this key may do what `role` may."""
        return ROLES.index(self.role) >= ROLES.index(role)


class Keys:
    """The keys there are. Every method raises `DatabaseError` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, role: Role) -> tuple[Key, str]:
        """A new key and its secret, which nobody can read again."""
        secret = f"sb_{role}_{secrets.token_urlsafe(32)}"
        key = Key(new_id("k"), name, role, now(), None)
        with self._database.writing() as connection:
            values = {name: getattr(key, name) for name in Key.__slots__}
            connection.execute(insert(keys).values(**values, digest=_digest(secret)))
        return key, secret

    def find(self, secret: str) -> Key | None:
        """The key of a secret; None when there is none, or it was revoked."""
        query = select(*_COLUMNS).where(keys.c.digest == _digest(secret), keys.c.revoked.is_(None))
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return Key(**row) if row else None

    def all(self) -> list[Key]:
        """Every key, revoked ones too, oldest first."""
        with self._database.reading() as connection:
            return [Key(**row) for row in connection.execute(select(*_COLUMNS).order_by(keys.c.created)).mappings()]

    def revoke(self, key: str) -> bool:
        """Whether there was such a key to revoke."""
        with self._database.writing() as connection:
            changed = update(keys).where(keys.c.id == key, keys.c.revoked.is_(None)).values(revoked=now())
            return connection.execute(changed).rowcount > 0


_COLUMNS = tuple(keys.c[name] for name in Key.__slots__)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
