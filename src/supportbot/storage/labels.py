"""Labels: which article answers a question, as agents say; `supportbot tune --collected` fits on them.

A label is the team's own: it names nobody who asked, and outlives the conversation that it came from. `Visitors.forget`
deletes those whose question only that visitor asked.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from supportbot.errors import NotFoundError
from supportbot.storage.conversations import new_id
from supportbot.storage.database import Database
from supportbot.storage.tables import labels, now
from supportbot.text.folding import exact_key


@dataclass(frozen=True, slots=True)
class StoredLabel:
    """A question and the id of the article that answers it, None if none does; `kind` groups labels.

    >>> store.labels.all()[0]
    StoredLabel(id='l_…', question='錢什麼時候退給我', article='refund-time', kind='handoff', at=…)
    """

    id: str
    question: str
    article: str | None
    kind: str
    at: dt.datetime


class Labels:
    """The labels that agents collected, one for a question. Every method raises `DatabaseError` if the database fails.

    >>> label = store.labels.set("錢什麼時候退給我", "refund-time")
    >>> store.labels.set("錢什麼時候退給我？", None).id == label.id
    True
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        new = (sqlite.insert if database.is_sqlite else postgresql.insert)(labels)
        changed = {name: new.excluded[name] for name in ("question", "article", "kind", "at")}
        self._set = new.on_conflict_do_update(index_elements=[labels.c.digest], set_=changed).returning(*_LABEL)

    def set(self, question: str, article: str | None, kind: str = "") -> StoredLabel:
        """Store a label, in place of an earlier one of the same `exact_key`. `question` went through `scrub`."""
        values = {"question": question, "article": article, "kind": kind, "at": now()}
        with self._database.writing() as connection:
            row = connection.execute(self._set, {"id": new_id("l"), "digest": digest(question), **values})
            return StoredLabel(**row.mappings().one())

    def all(self, *, limit: int | None = None, offset: int = 0) -> list[StoredLabel]:
        """Return the labels, latest first."""
        query = select(*_LABEL).order_by(labels.c.at.desc(), labels.c.id).limit(limit).offset(offset)
        with self._database.reading() as connection:
            return [StoredLabel(**row) for row in connection.execute(query).mappings()]

    def count(self) -> int:
        """Return the number of labels."""
        with self._database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(labels)).scalar_one())

    def remove(self, key: str) -> None:
        """Delete a label by its id. Raises `NotFoundError`."""
        with self._database.writing() as connection:
            if not connection.execute(delete(labels).where(labels.c.id == key)).rowcount:
                raise NotFoundError("label")


def digest(question: str) -> str:
    """Return what the spellings of one question share, in 64 characters however long it is."""
    return hashlib.sha256(exact_key(question).encode()).hexdigest()


_LABEL = tuple(labels.c[name] for name in StoredLabel.__slots__)
