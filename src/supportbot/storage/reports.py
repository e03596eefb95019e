"""Reports: counts by day, and the questions that got no good answer."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, Integer, cast, func, insert, select

from supportbot.insights.grouping import AskedQuestion, GapReason
from supportbot.storage.database import Database
from supportbot.storage.tables import LONGEST_KEY, conversations, dismissed, feedback, messages, now
from supportbot.text.folding import exact_key

MOST_TIMES = 50_000
"""`times` and `questions` read the latest answers, at most so many."""


@dataclass(frozen=True, slots=True)
class Day:
    """The counts of one day (UTC); `answered`, `clarified` and `declined` leave small talk out.

    >>> [(day.day, day.answered, day.declined) for day in store.reports.days(first, last)]
    """

    day: dt.date
    conversations: int
    questions: int
    answered: int
    clarified: int
    declined: int
    handed_over: int
    helpful: int
    not_helpful: int


class Reports:
    """Reports on what is stored. Every method raises `DatabaseError` if the database fails.

    >>> store.reports.articles(dt.date(2026, 5, 1), dt.date(2026, 5, 31))
    [('withdraw', 12), ('invite', 3)]
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def days(self, first: dt.date, last: dt.date) -> list[Day]:
        """Return the days from `first` to `last` on which something happened, in order."""
        questions = (messages.c.author == "bot", messages.c.outcome.is_not(None), messages.c.intent.is_(None))
        outcomes = {name: _count(messages.c.outcome == outcome) for outcome, name in _OUTCOMES.items()}
        ratings = {"helpful": _count(feedback.c.helpful), "not_helpful": _count(~feedback.c.helpful)}
        counted: dict[str, dict[str, int]] = defaultdict(dict)
        with self._database.reading() as connection:
            for column, counts, where in (
                (messages.c.created, {**outcomes, "questions": func.count()}, questions),
                (conversations.c.handoff_at, {"handed_over": func.count()}, ()),
                (conversations.c.created, {"conversations": func.count()}, ()),
                (feedback.c.created, ratings, ()),
            ):
                day = func.date(column) if self._database.is_sqlite else cast(func.timezone("UTC", column), Date)
                query = select(day, *counts.values()).where(_between(column, first, last), *where).group_by(day)
                for key, *found in connection.execute(query):
                    counted[str(key)] |= zip(counts, found, strict=True)
        names = [name for name in Day.__slots__ if name != "day"]
        return [
            Day(dt.date.fromisoformat(key), **{name: counted[key].get(name, 0) for name in names})
            for key in sorted(counted)
        ]

    def times(self, first: dt.date, last: dt.date) -> list[tuple[dt.date, float]]:
        """Return the milliseconds that answers took, each with its day (UTC), fastest first."""
        query = (
            select(messages.c.created, messages.c.milliseconds)
            .where(messages.c.milliseconds.is_not(None), _between(messages.c.created, first, last))
            .order_by(messages.c.created.desc())
            .limit(MOST_TIMES)
        )
        with self._database.reading() as connection:
            found = [(at.date(), float(milliseconds)) for at, milliseconds in connection.execute(query)]
        return sorted(found, key=lambda one: one[1])

    def articles(self, first: dt.date, last: dt.date, *, limit: int = 20) -> list[tuple[str, int]]:
        """Return the articles that answered most often, with their counts."""
        count = func.count().label("count")
        query = (
            select(messages.c.article, count)
            .where(
                messages.c.outcome == "answer",
                messages.c.article.is_not(None),
                _between(messages.c.created, first, last),
            )
            .group_by(messages.c.article)
            .order_by(count.desc(), messages.c.article)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [(str(article), int(answers)) for article, answers in connection.execute(query)]

    def questions(self, first: dt.date, last: dt.date, *, limit: int = 20) -> list[tuple[str, int]]:
        """Return the questions asked most often, with their counts; those of one `exact_key` count as one."""
        asked = messages.alias()
        query = (
            select(asked.c.text)
            .join(messages, messages.c.reply_to == asked.c.id)
            .where(
                messages.c.author == "bot",
                messages.c.intent.is_(None),
                asked.c.reply_to.is_(None),
                _between(messages.c.created, first, last),
            )
            .order_by(messages.c.created.desc())
            .limit(MOST_TIMES)
        )
        with self._database.reading() as connection:
            texts = list(connection.execute(query).scalars())
        counts = Counter(map(exact_key, texts))
        newest = {exact_key(text): text for text in reversed(texts)}
        return [(newest[key], count) for key, count in counts.most_common(limit)]

    def gaps(self, since: dt.datetime, *, limit: int = 5000) -> list[AskedQuestion]:
        """Return the questions since a moment that were declined, asked back about or answered badly, latest first.

        A choice is no question of its own: if its answer is disliked, the question that led to it is.
        """
        asked, choice, chosen = messages.alias(), messages.alias(), messages.alias()
        disliked_offers = (
            select(choice.c.reply_to)
            .join(chosen, chosen.c.reply_to == choice.c.id)
            .join(feedback, feedback.c.message == chosen.c.id)
            .where(feedback.c.helpful.is_(False), choice.c.reply_to.is_not(None))
        )
        disliked = feedback.c.helpful.is_(False) | messages.c.id.in_(disliked_offers)
        query = (
            select(asked.c.text, messages.c.created, messages.c.outcome, messages.c.article, disliked.label("disliked"))
            .join(asked, asked.c.id == messages.c.reply_to)
            .outerjoin(feedback, feedback.c.message == messages.c.id)
            .where(
                messages.c.author == "bot",
                messages.c.intent.is_(None),
                asked.c.reply_to.is_(None),
                messages.c.created >= since,
                messages.c.outcome.in_(("decline", "clarify")) | disliked,
            )
            .order_by(messages.c.created.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [_gap(row) for row in connection.execute(query)]

    def dismiss(self, questions: Sequence[str]) -> None:
        """Leave these questions, given by their `exact_key`, out of the gaps report from now on."""
        keys = dict.fromkeys(key[:LONGEST_KEY] for key in questions)
        with self._database.writing() as connection:
            known = connection.execute(select(dismissed.c.question).where(dismissed.c.question.in_(keys))).scalars()
            if rows := [{"question": key, "at": now()} for key in keys.keys() - set(known)]:
                connection.execute(insert(dismissed), rows)

    def dismissals(self) -> set[str]:
        """Return the `exact_key`, at most `LONGEST_KEY` characters of it, of the questions that were dismissed."""
        with self._database.reading() as connection:
            return set(connection.execute(select(dismissed.c.question)).scalars())


_OUTCOMES = {"answer": "answered", "clarify": "clarified", "decline": "declined"}


def _count(condition: Any) -> Any:
    return func.coalesce(func.sum(cast(condition, Integer)), 0)


def _gap(row: Any) -> AskedQuestion:
    reason: GapReason = "disliked" if row.disliked else ("declined" if row.outcome == "decline" else "clarified")
    return AskedQuestion(row.text, row.created, reason, row.article)


def _between(column: Any, first: dt.date, last: dt.date) -> Any:
    """Return the condition that a time is on one of the days (UTC) from `first` to `last`."""
    start, end = (dt.datetime.combine(day, dt.time(), dt.UTC) for day in (first, last + dt.timedelta(days=1)))
    return (column >= start) & (column < end)
