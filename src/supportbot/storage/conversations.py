"""Conversations and their messages, feedback on answers, and the queue of those that wait for a person."""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from supportbot.answering.answer import Answer
from supportbot.answering.conversation import Memory
from supportbot.errors import NotFoundError
from supportbot.storage.database import Database
from supportbot.storage.tables import conversations, feedback, messages, now, visitors

State = Literal["bot", "waiting", "agent", "closed"]
"""Who answers: the bot; nobody yet, while the conversation waits for a person; an agent; nobody any more."""

Author = Literal["visitor", "bot", "agent", "event"]

HandoffReason = Literal["asked_for_person", "no_answer", "not_helpful", "policy", "complaint", "other"]
"""Why a conversation is handed to a person."""


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """A conversation without its messages.

    Attributes:
        visitor: None if it came through the OpenAI endpoint: nobody can come back to it.
        revision: raised by each change; 0 if the conversation has not been stored yet.
        length: the number of its messages.

    >>> conversation = store.conversations.get(turn.asked.conversation)
    >>> conversation.state, conversation.length
    ('bot', 2)
    """

    id: str
    visitor: str | None
    surface: str
    state: State
    revision: int
    length: int
    memory: Memory
    handoff_reason: HandoffReason | None
    handoff_at: dt.datetime | None
    agent: str | None
    created: dt.datetime
    updated: dt.datetime


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message of a conversation.

    Attributes:
        number: its place in the conversation, from 1.
        reply_to: of an answer, the id of the question; of a visitor's choice, the id of the first message of the
            bot that offered something for the question.
        answer: the whole answer, if the bot wrote the message in reply to a question.
        helpful: what the visitor said of it, if anything.

    >>> [(message.number, message.author) for message in store.conversations.messages(conversation.id)]
    [(1, 'visitor'), (2, 'bot')]
    """

    id: str
    conversation: str
    number: int
    author: Author
    text: str
    agent: str | None
    reply_to: str | None
    answer: Answer | None
    created: dt.datetime
    helpful: bool | None = None


class StoredTurn(NamedTuple):
    """A question and its answer, which is None while a person has the conversation, and the state behind them.

    >>> turn = store.conversations.add_turn(conversation, "怎麼提幣？", answer, memory=Memory())
    >>> turn.asked.text, turn.said.answer.outcome, turn.state
    ('怎麼提幣？', 'answer', 'bot')
    """

    asked: StoredMessage
    said: StoredMessage | None
    state: State


def new_id(kind: str) -> str:
    """Return an id that nobody can guess (128 random bits), behind the letter `kind`."""
    return f"{kind}_{secrets.token_urlsafe(16)}"


class Conversations:
    """The stored conversations. Every method raises `DatabaseError` if the database fails.

    >>> conversation = store.conversations.new(visitor)
    >>> turn = store.conversations.add_turn(conversation, "怎麼提幣？", bot.ask("怎麼提幣？"), memory=Memory())
    >>> store.conversations.append(conversation.id, "event", "closed", state="closed")
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def new(self, visitor: str | None, surface: str = "chat") -> StoredConversation:
        """Return a new conversation; `add_turn` stores it."""
        at = now()
        return StoredConversation(new_id("c"), visitor, surface, "bot", 0, 0, Memory(), None, None, None, at, at)

    def get(self, key: str) -> StoredConversation:
        """Return a conversation by its id. Raises `NotFoundError`."""
        with self._database.reading() as connection:
            row = connection.execute(_READ, {"read_id": key}).mappings().first()
        if row is None:
            raise NotFoundError("conversation")
        return StoredConversation(**row)

    def add_turn(
        self,
        conversation: StoredConversation,
        question: str,
        answer: Answer | None,
        *,
        memory: Memory,
        chosen: bool = False,
        milliseconds: float = 0.0,
        handoff_reason: HandoffReason | None = None,
    ) -> StoredTurn | None:
        """Store a question, its answer (None while a person has the conversation) and the new memory.

        `chosen` marks the question as the choice of an article or section that the bot offered last. Return None, and
        store nothing, if the conversation changed since it was read: read it again, and answer again.
        """
        at = now()
        state: State = "waiting" if handoff_reason else ("bot" if answer is not None else conversation.state)
        values: dict[str, Any] = {"memory": memory, "updated": at, "state": state}
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
            offer = connection.execute(_LAST_OFFER, {"read_id": conversation.id}).scalar() if chosen else None
            number = length - added + 1
            asked = StoredMessage(new_id("m"), conversation.id, number, "visitor", question, None, offer, None, at)
            rows, said = [_row(asked)], None
            if answer is not None:
                said = StoredMessage(
                    new_id("m"), conversation.id, length, "bot", answer.text, None, asked.id, answer, at
                )
                rows.append(_row(said, milliseconds))
            connection.execute(_INSERT_MESSAGE, rows)
        return StoredTurn(asked, said, state)

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
        handoff_reason: HandoffReason | None = None,
    ) -> StoredMessage | None:
        """Add a message that answers no question, and change the state with it.

        Return None, and store nothing, if the conversation is in none of the `expected` states or does not exist.
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
            connection.execute(_INSERT_MESSAGE, [_row(said)])
        return said

    def messages(self, key: str, *, after: int = 0, limit: int = 200) -> list[StoredMessage]:
        """Return the messages of a conversation behind place `after`, in order."""
        query = _MESSAGES.where(messages.c.conversation == key, messages.c.number > after)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(messages.c.number).limit(limit)).mappings()
            return [StoredMessage(**row) for row in rows]

    def answer(self, conversation: str, key: str) -> StoredMessage:
        """Return a message of the bot or an agent by its id. Raises `NotFoundError`."""
        query = _MESSAGES.where(messages.c.conversation == conversation, messages.c.id == key)
        with self._database.reading() as connection:
            row = connection.execute(query.where(messages.c.author.in_(("bot", "agent")))).mappings().first()
        if row is None:
            raise NotFoundError("answer")
        return StoredMessage(**row)

    def rate(self, message: str, *, helpful: bool, reason: str | None, comment: str | None) -> None:
        """Store what a visitor thinks of an answer, in place of an earlier opinion."""
        values = {"helpful": helpful, "reason": reason, "comment": comment, "created": now()}
        with self._database.writing() as connection:
            connection.execute(delete(feedback).where(feedback.c.message == message))
            connection.execute(insert(feedback).values(message=message, **values))

    def queue(self, states: Sequence[State], *, limit: int, offset: int) -> list[tuple[StoredConversation, str]]:
        """Return the conversations in these states, the longest waiting first, and what their visitors wrote last."""
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
        return [(StoredConversation(**{name: row[name] for name in _CONVERSATION}), row["last"] or "") for row in rows]


# Statements are built once: building one costs as much as running it.
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
_asked = messages.alias()
# A choice among what the answer to another choice offered belongs to the same question as that one.
_LAST_OFFER = (
    select(func.coalesce(_asked.c.reply_to, messages.c.id))
    .join(_asked, _asked.c.id == messages.c.reply_to)
    .where(
        messages.c.conversation == bindparam("read_id"),
        messages.c.outcome.in_(("clarify", "answer")),
        messages.c.intent.is_(None),
    )
    .order_by(messages.c.number.desc())
    .limit(1)
)
_VISITOR = select(visitors.c.id).where(visitors.c.id == bindparam("read_id"))
_INSERT_VISITOR = insert(visitors)
_INSERT_CONVERSATION = insert(conversations)
_INSERT_MESSAGE = insert(messages)
_CONVERSATION = tuple(column.name for column in conversations.c)
_MESSAGE = tuple(name for name in StoredMessage.__slots__ if name != "helpful")
_FACTS = ("outcome", "intent", "article", "confidence")
_MESSAGES = select(*(messages.c[name] for name in _MESSAGE), feedback.c.helpful).outerjoin(
    feedback, feedback.c.message == messages.c.id
)


def _row(message: StoredMessage, milliseconds: float | None = None) -> dict[str, Any]:
    """Return a message as a row, with the columns that reports read; `article` is the one cited, else the nearest."""
    row = {name: getattr(message, name) for name in _MESSAGE} | dict.fromkeys(_FACTS) | {"milliseconds": milliseconds}
    if answer := message.answer:
        articles = [source.article_id for source in answer.sources] or [other.article_id for other in answer.candidates]
        facts = (answer.outcome, answer.intent, articles[0] if articles else None, round(answer.confidence, 4))
        row |= zip(_FACTS, facts, strict=True)
    return row
