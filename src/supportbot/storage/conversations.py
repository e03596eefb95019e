"""Conversations and their messages, feedback on answers, and the queue of those that wait for a person."""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select, update

from supportbot.storage.database import Database
from supportbot.storage.tables import conversations, feedback, messages, now, visitors

State = Literal["bot", "waiting", "agent", "closed"]
Author = Literal["visitor", "bot", "agent", "event"]


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """A conversation without its messages. `revision` 0: not stored yet. `visitor` is None where nobody can come back.

    States: "bot" answers; "waiting" for a person and "agent" (one took it): the bot is silent; "closed".
    """

    id: str
    visitor: str | None
    channel: str
    state: State
    revision: int
    length: int
    memory: Mapping[str, Any]
    handoff_reason: str | None
    handoff_at: dt.datetime | None
    agent: str | None
    created: dt.datetime
    updated: dt.datetime


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message: what was written, by whom, and with the bot's own the whole answer as `Answer.as_dict` gave it.

    `number` is its place in the conversation, from 1. `helpful` is what the visitor said of it, if anything.
    """

    id: str
    conversation: str
    number: int
    author: Author
    text: str
    agent: str | None
    reply_to: str | None
    answer: Mapping[str, Any] | None
    created: dt.datetime
    helpful: bool | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation in the queue with the last thing its visitor wrote."""

    conversation: StoredConversation
    last: str


def new_id(kind: str) -> str:
    """An id that nobody can guess (128 random bits), with a letter that tells what it names."""
    return f"{kind}_{secrets.token_urlsafe(16)}"


class Conversations:
    """Stored conversations. Every method raises `DatabaseError` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def new(self, visitor: str | None, channel: str = "chat") -> StoredConversation:
        """A conversation that `add_turn` will store."""
        at = now()
        return StoredConversation(new_id("c"), visitor, channel, "bot", 0, 0, {}, None, None, None, at, at)

    def get(self, key: str) -> StoredConversation | None:
        """The conversation of an id, or None."""
        with self._database.reading() as connection:
            row = connection.execute(_READ, {"read_id": key}).mappings().first()
        return StoredConversation(**row) if row else None

    def add_turn(
        self,
        conversation: StoredConversation,
        question: str,
        answer: Mapping[str, Any] | None,
        *,
        memory: Mapping[str, Any],
        milliseconds: float = 0.0,
        handoff_reason: str | None = None,
    ) -> tuple[StoredMessage, StoredMessage | None] | None:
        """Store a question and its answer (None while a person has the conversation) and what is now remembered.

        None, and nothing stored, when the conversation changed since it was read: read it again, and answer again.
        """
        at = now()
        state: State = "waiting" if handoff_reason else ("bot" if answer is not None else conversation.state)
        values: dict[str, Any] = {"memory": dict(memory), "updated": at, "state": state}
        if handoff_reason:
            values |= {"handoff_reason": handoff_reason, "handoff_at": at}
        added = 1 if answer is None else 2
        with self._database.writing() as connection:
            if conversation.revision == 0:
                self._insert(connection, conversation, {**values, "length": added})
                length = added
            else:
                read = {"read_id": conversation.id, "read_revision": conversation.revision, "added": added}
                kept = {"handoff_reason": conversation.handoff_reason, "handoff_at": conversation.handoff_at}
                changed = connection.execute(_ADD_TURN, {**read, **kept, **values}).first()
                if changed is None:
                    return None
                length = changed.length
            asked = StoredMessage(
                new_id("m"), conversation.id, length - added + 1, "visitor", question, None, None, None, at
            )
            rows = [_row(asked)]
            said = None
            if answer is not None:
                text = str(answer["text"])
                said = StoredMessage(new_id("m"), conversation.id, length, "bot", text, None, asked.id, answer, at)
                rows.append({**_row(said), **_facts(answer), "milliseconds": milliseconds})
            connection.execute(_INSERT_MESSAGE, rows)
        return asked, said

    def _insert(self, connection: Connection, conversation: StoredConversation, values: Mapping[str, Any]) -> None:
        visitor = conversation.visitor
        if visitor is not None and connection.execute(_VISITOR, {"read_id": visitor}).first() is None:
            connection.execute(_INSERT_VISITOR, {"id": visitor, "created": conversation.created})
        stored = {name: getattr(conversation, name) for name in _CONVERSATION}
        connection.execute(_INSERT_CONVERSATION, {**stored, **values, "revision": 1})

    def append(
        self,
        key: str,
        author: Author,
        text: str,
        *,
        agent: str | None = None,
        state: State | None = None,
        expected: Sequence[State] = (),
        handoff_reason: str | None = None,
    ) -> StoredMessage | None:
        """Add a message that the bot did not answer, and change the state with it.

        None, and nothing stored, when there is no such conversation or it is in none of the `expected` states.
        """
        at = now()
        values: dict[str, Any] = {"updated": at}
        if state:
            values["state"] = state
            values["agent"] = agent if state == "agent" else None
        if handoff_reason:
            values |= {"handoff_reason": handoff_reason, "handoff_at": at}
        where = [conversations.c.id == key]
        if expected:
            where.append(conversations.c.state.in_(expected))
        with self._database.writing() as connection:
            changed = connection.execute(
                update(conversations)
                .where(*where)
                .values(**values, revision=conversations.c.revision + 1, length=conversations.c.length + 1)
                .returning(conversations.c.length)
            ).first()
            if changed is None:
                return None
            said = StoredMessage(new_id("m"), key, changed.length, author, text, agent, None, None, at)
            connection.execute(insert(messages).values(**_row(said)))
        return said

    def messages(self, key: str, *, after: int = 0, limit: int = 200) -> list[StoredMessage]:
        """The messages of a conversation behind place `after`, in order."""
        query = (
            select(*_MESSAGE, feedback.c.helpful)
            .outerjoin(feedback, feedback.c.message == messages.c.id)
            .where(messages.c.conversation == key, messages.c.number > after)
            .order_by(messages.c.number)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [StoredMessage(**row) for row in connection.execute(query).mappings()]

    def message(self, conversation: str, key: str) -> StoredMessage | None:
        """One message of a conversation, or None."""
        query = (
            select(*_MESSAGE, feedback.c.helpful)
            .outerjoin(feedback, feedback.c.message == messages.c.id)
            .where(messages.c.conversation == conversation, messages.c.id == key)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return StoredMessage(**row) if row else None

    def rate(self, message: str, *, helpful: bool, reason: str | None, comment: str | None) -> None:
        """Keep what a visitor thinks of an answer, in place of what was said of it before."""
        values = {"helpful": helpful, "reason": reason, "comment": comment, "created": now()}
        with self._database.writing() as connection:
            connection.execute(delete(feedback).where(feedback.c.message == message))
            connection.execute(insert(feedback).values(message=message, **values))

    def queue(self, states: Sequence[State], *, limit: int, offset: int) -> list[Waiting]:
        """Conversations in these states, those waiting longest first, with what their visitors wrote last."""
        last = (
            select(messages.c.text)
            .where(messages.c.conversation == conversations.c.id, messages.c.author == "visitor")
            .order_by(messages.c.number.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = (
            select(conversations, last.label("last"))
            .where(conversations.c.state.in_(states))
            .order_by(conversations.c.handoff_at, conversations.c.id)
            .limit(limit)
            .offset(offset)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            Waiting(StoredConversation(**{name: row[name] for name in _CONVERSATION}), row["last"] or "")
            for row in rows
        ]


# Built once: building a statement costs as much as running it.
_READ = select(conversations).where(conversations.c.id == bindparam("read_id"))
_ADD_TURN = (
    update(conversations)
    .where(conversations.c.id == bindparam("read_id"), conversations.c.revision == bindparam("read_revision"))
    .values(
        **{name: bindparam(name) for name in ("memory", "updated", "state", "handoff_reason", "handoff_at")},
        revision=conversations.c.revision + 1,
        length=conversations.c.length + bindparam("added"),
    )
    .returning(conversations.c.length)
)
_VISITOR = select(visitors.c.id).where(visitors.c.id == bindparam("read_id"))
_INSERT_VISITOR = insert(visitors)
_INSERT_CONVERSATION = insert(conversations)
_INSERT_MESSAGE = insert(messages)
_CONVERSATION = tuple(column.name for column in conversations.c)
_MESSAGE = tuple(messages.c[name] for name in StoredMessage.__slots__ if name != "helpful")


def _row(message: StoredMessage) -> dict[str, Any]:
    """A message as a row; every column is there, because rows stored together must have the same."""
    empty = dict.fromkeys(("outcome", "intent", "article", "confidence", "milliseconds"))
    own = {name: getattr(message, name) for name in StoredMessage.__slots__ if name != "helpful"}
    return {**own, "answer": dict(message.answer) if message.answer is not None else None, **empty}


def _facts(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What reports ask for, out of an answer: the article is the one cited, else the nearest."""
    nearest: RowMapping | Mapping[str, Any] | None = next(iter([*answer["sources"], *answer["candidates"]]), None)
    return {
        "outcome": answer["outcome"],
        "intent": answer["intent"],
        "article": nearest["article_id"] if nearest else None,
        "confidence": answer["confidence"],
    }
