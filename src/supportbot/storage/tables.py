"""The tables. What people wrote is stored only after `privacy.scrub`; migrations/ creates and changes the tables."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

from supportbot.answering.answer import Answer
from supportbot.answering.conversation import Memory

metadata = MetaData()

LONGEST_KEY = 600
"""So many characters of a dismissed question are compared."""


class UtcTime(TypeDecorator[dt.datetime]):
    """An aware time in UTC, also on SQLite, which stores no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Convert to UTC."""
        return value.astimezone(dt.UTC) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """Add the time zone that SQLite dropped."""
        if value is None:
            return None
        stored: dt.datetime = value
        return stored.replace(tzinfo=dt.UTC) if stored.tzinfo is None else stored.astimezone(dt.UTC)


class Words(TypeDecorator[str]):
    """What people wrote, without NUL characters and lone surrogates, which databases refuse."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Remove what cannot be stored."""
        return value and value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


class Plain(TypeDecorator[Any]):
    """An `Answer` or a `Memory`, stored as the JSON of its `as_dict`."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: type[Answer] | type[Memory]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Answer | Memory | None, dialect: Dialect) -> dict[str, Any] | None:
        """Turn the value into plain ones."""
        return None if value is None else value.as_dict()

    def process_result_value(self, value: Any, dialect: Dialect) -> Answer | Memory | None:
        """Turn plain values into a typed one."""
        return None if value is None else self.kind.from_dict(value)


def now() -> dt.datetime:
    """Return the current time in UTC."""
    return dt.datetime.now(dt.UTC)


visitors = Table(
    "visitors",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("created", UtcTime, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("visitor", String(40), ForeignKey("visitors.id", ondelete="CASCADE"), index=True),
    Column("surface", String(20), nullable=False),  # chat, openai
    Column("state", String(20), nullable=False),  # bot, waiting, agent, closed
    Column("revision", Integer, nullable=False),  # raised by each change: a turn on an older one is not stored
    Column("length", Integer, nullable=False),  # how many messages it has
    Column("memory", Plain(Memory), nullable=False),
    Column("handoff_reason", String(40)),
    Column("handoff_at", UtcTime),
    Column("agent", String(40)),
    Column("created", UtcTime, nullable=False),
    Column("updated", UtcTime, nullable=False),
    Index("ix_conversations_state", "state", "handoff_at"),
    Index("ix_conversations_updated", "updated"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("conversation", String(40), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),  # its place in the conversation, from 1
    Column("author", String(10), nullable=False),  # visitor, bot, agent, event
    Column("text", Words, nullable=False),
    Column("agent", String(40)),
    Column("reply_to", String(40)),  # of an answer: the question; of a choice: the first message that offered something
    Column("answer", Plain(Answer)),
    Column("outcome", String(10)),
    Column("intent", String(10)),
    Column("article", String(80)),
    Column("confidence", Float),
    Column("milliseconds", Float),
    Column("created", UtcTime, nullable=False),
    Index("ix_messages_place", "conversation", "number", unique=True),
    Index("ix_messages_created", "created"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("message", String(40), ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("helpful", Boolean, nullable=False),
    Column("reason", String(40)),
    Column("comment", Words),
    Column("created", UtcTime, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("role", String(10), nullable=False),  # client, agent, admin
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of the secret
    Column("created", UtcTime, nullable=False),
    Column("revoked", UtcTime),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("actor", String(40), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("reverted", UtcTime),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("state", String(10), nullable=False),  # running, done, failed
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("result", JSON),
    Column("actor", String(40), nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("updated", UtcTime, nullable=False),
)

article_votes = Table(
    "article_votes",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("article", String(80), nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_article_votes_article", "article", "at"),
)

site = Table(
    "site",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", JSON, nullable=False),
)

dismissed = Table(
    "dismissed",
    metadata,
    Column("question", String(LONGEST_KEY), primary_key=True),  # as `folding.exact_key` gives it
    Column("at", UtcTime, nullable=False),
)

labels = Table(
    "labels",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of the question's `folding.exact_key`
    Column("question", Words, nullable=False),
    Column("article", String(80)),  # None: no article answers
    Column("kind", String(80), nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
)

hits = Table(
    "hits",
    metadata,
    Column("key", String(160), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("begins", Float, nullable=False),  # seconds since 1970
    Column("expires", Float, nullable=False),
)
