"""Keys of people and programs: random, shown once, stored as a digest.

The digest is a plain SHA-256: a secret of 256 random bits cannot be guessed, so it needs no slow password hash.
"""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import insert, select, update

from supportbot.errors import NotFoundError
from supportbot.storage.conversations import new_id
from supportbot.storage.database import Database
from supportbot.storage.tables import keys, now

Role = Literal["client", "agent", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
"""In ascending order: each role may also do what the roles before it may."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret: who has it, and its role.

    >>> key, secret = store.keys.add("Anna", "agent")
    >>> key.allows("client"), key.allows("admin")
    (True, False)
    """

    id: str
    name: str
    role: Role
    created: dt.datetime
    revoked: dt.datetime | None

    def allows(self, role: Role) -> bool:
        """Return whether this key may do what `role` may."""
        return ROLES.index(self.role) >= ROLES.index(role)


class Keys:
    """The keys. Every method raises `DatabaseError` if the database fails.

    >>> key, secret = store.keys.add("Anna", "agent")
    >>> store.keys.find(secret).name
    'Anna'
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, role: Role) -> tuple[Key, str]:
        """Add a key; return it with its secret, which cannot be read again."""
        secret = f"sb_{role}_{secrets.token_urlsafe(32)}"
        key = Key(new_id("k"), name, role, now(), None)
        with self._database.writing() as connection:
            values = {name: getattr(key, name) for name in Key.__slots__}
            connection.execute(insert(keys).values(**values, digest=_digest(secret)))
        return key, secret

    def find(self, secret: str) -> Key | None:
        """Return the key of a secret; None if there is none or it was revoked."""
        query = select(*_COLUMNS).where(keys.c.digest == _digest(secret), keys.c.revoked.is_(None))
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return Key(**row) if row else None

    def all(self) -> list[Key]:
        """Return all keys, also revoked ones, oldest first."""
        with self._database.reading() as connection:
            return [Key(**row) for row in connection.execute(select(*_COLUMNS).order_by(keys.c.created)).mappings()]

    def revoke(self, key: str) -> None:
        """Revoke a key by its id. Raises `NotFoundError` if there is no such key that is valid."""
        change = update(keys).where(keys.c.id == key, keys.c.revoked.is_(None)).values(revoked=now())
        with self._database.writing() as connection:
            if not connection.execute(change).rowcount:
                raise NotFoundError("key")


_COLUMNS = tuple(keys.c[name] for name in Key.__slots__)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
