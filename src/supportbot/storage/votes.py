"""Whether articles helped their readers: counts alone, nothing of who voted."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Integer, cast, func, insert, select

from supportbot.storage.database import Database
from supportbot.storage.tables import article_votes, now


@dataclass(frozen=True, slots=True)
class Votes:
    """How many readers an article helped, and how many it did not.

    >>> store.article_votes.counts()["withdraw"]
    Votes(helpful=1, not_helpful=0)
    """

    helpful: int
    not_helpful: int


class ArticleVotes:
    """The votes of readers. Every method raises `DatabaseError` if the database fails.

    >>> store.article_votes.add("withdraw", helpful=True)
    >>> store.article_votes.counts()
    {'withdraw': Votes(helpful=1, not_helpful=0)}
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, article: str, *, helpful: bool) -> None:
        """Store a vote."""
        with self._database.writing() as connection:
            connection.execute(insert(article_votes).values(article=article, helpful=helpful, at=now()))

    def counts(self, since: dt.datetime | None = None) -> dict[str, Votes]:
        """Return the votes by article id, all of them or those since a moment."""
        helpful = func.sum(cast(article_votes.c.helpful, Integer))
        query = select(article_votes.c.article, helpful, func.count()).group_by(article_votes.c.article)
        if since is not None:
            query = query.where(article_votes.c.at >= since)
        with self._database.reading() as connection:
            found = connection.execute(query).all()
        return {article: Votes(int(good), int(total) - int(good)) for article, good, total in found}
