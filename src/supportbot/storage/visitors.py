"""A visitor's data: exported, deleted on request, or deleted because of its age."""

import datetime as dt
from typing import Any

from sqlalchemy import Connection, delete, select

from supportbot.answering.answer import Answer
from supportbot.answering.conversation import Memory
from supportbot.storage.database import Database
from supportbot.storage.labels import digest
from supportbot.storage.tables import conversations, feedback, labels, messages, visitors


class Visitors:
    """What is stored of visitors. Every method raises `DatabaseError` if the database fails.

    >>> store.visitors.forget(visitor)
    >>> store.visitors.export(visitor)["conversations"]
    []
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def export(self, visitor: str) -> dict[str, Any]:
        """Return everything stored of a visitor as plain values for JSON; empty lists for an unknown one."""
        with self._database.reading() as connection:
            own = connection.execute(select(conversations).where(conversations.c.visitor == visitor)).mappings().all()
            ids = [row["id"] for row in own]
            written = select(messages).where(messages.c.conversation.in_(ids))
            said = connection.execute(written.order_by(messages.c.conversation, messages.c.number)).mappings().all()
            ratings = select(feedback).join(messages, messages.c.id == feedback.c.message)
            rated = connection.execute(ratings.where(messages.c.conversation.in_(ids))).mappings().all()
        return {
            "visitor": visitor,
            "conversations": [_plain(row) for row in own],
            "messages": [_plain(row) for row in said],
            "feedback": [_plain(row) for row in rated],
        }

    def forget(self, visitor: str) -> int:
        """Delete a visitor with all conversations, messages and feedback; return the number of conversations.

        A label goes as well if its question was in this visitor's words before it was labelled, and nobody else's.
        """
        with self._database.writing() as connection:
            connection.execute(delete(labels).where(labels.c.id.in_(_labelled(connection, visitor))))
            gone = connection.execute(delete(conversations).where(conversations.c.visitor == visitor)).rowcount
            connection.execute(delete(visitors).where(visitors.c.id == visitor))
        return gone

    def purge(self, before: dt.datetime) -> int:
        """Delete the conversations last changed before a moment; return how many, and delete visitors without any."""
        with self._database.writing() as connection:
            gone = connection.execute(delete(conversations).where(conversations.c.updated < before)).rowcount
            held = select(conversations.c.visitor).where(conversations.c.visitor.is_not(None))
            connection.execute(delete(visitors).where(visitors.c.id.not_in(held), visitors.c.created < before))
        return gone


def _labelled(connection: Connection, visitor: str) -> list[str]:
    """Return the ids of the labels in words that only this visitor wrote, before the label was made.

    Those before: otherwise anybody could delete a label by asking its question and having himself forgotten.
    """
    written = select(messages.c.text, messages.c.created).join(conversations).where(messages.c.author == "visitor")
    own: dict[str, tuple[dt.datetime, set[str]]] = {}
    query = written.where(conversations.c.visitor == visitor).order_by(messages.c.created)
    for row in connection.execute(query):
        own.setdefault(digest(row.text), (row.created, set()))[1].add(row.text)
    found = []
    for label in connection.execute(select(labels.c.id, labels.c.digest, labels.c.at)).all():
        first, texts = own.get(label.digest, (None, set()))
        if first is not None and first <= label.at:
            others = written.where(messages.c.text.in_(texts), conversations.c.visitor.is_distinct_from(visitor))
            if connection.execute(others.limit(1)).first() is None:
                found.append(label.id)
    return found


def _plain(row: Any) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, Answer | Memory):
            return value.as_dict()
        return value.isoformat() if isinstance(value, dt.datetime) else value

    return {key: plain(value) for key, value in row.items()}
