"""Storage: what outlives a request. SQLite with nothing to install, PostgreSQL by URL; the same code serves both.

`open_store` gives a `Store` with its nouns: visitors, conversations, keys, audit, jobs, reports, site,
article votes.
"""

from supportbot.storage.audit import Audit
from supportbot.storage.conversations import Conversations, StoredConversation, StoredMessage
from supportbot.storage.database import Database
from supportbot.storage.jobs import Jobs
from supportbot.storage.keys import Keys
from supportbot.storage.limits import Hits
from supportbot.storage.reports import Reports
from supportbot.storage.site import Site
from supportbot.storage.visitors import Visitors
from supportbot.storage.votes import ArticleVotes

__all__ = ["Store", "StoredConversation", "StoredMessage", "open_store"]


class Store:
    """Everything stored, by noun. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.conversations = Conversations(database)
        self.visitors = Visitors(database)
        self.keys = Keys(database)
        self.audit = Audit(database)
        self.jobs = Jobs(database)
        self.reports = Reports(database)
        self.site = Site(database)
        self.hits = Hits(database)
        self.article_votes = ArticleVotes(database)

    def close(self) -> None:
        """Give back all connections."""
        self.database.close()


def open_store(url: str) -> Store:
    """The store at a SQLAlchemy `url`, brought to the newest schema.

    Raises `SettingsError` for a URL that is none, `DatabaseError` when it cannot be reached or is of a newer version.
    """
    database = Database(url)
    try:
        database.migrate()
    except BaseException:
        database.close()
        raise
    return Store(database)
