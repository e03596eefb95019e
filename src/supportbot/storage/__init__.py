"""Storage: what outlives a request, in SQLite or PostgreSQL through the same code.

`open_store` returns a `Store`, which has one object for each kind of thing that is stored.
"""

from supportbot.storage.audit import Audit
from supportbot.storage.conversations import Conversations, StoredConversation, StoredMessage, StoredTurn
from supportbot.storage.database import Database
from supportbot.storage.jobs import Jobs
from supportbot.storage.keys import Keys
from supportbot.storage.labels import Labels
from supportbot.storage.limits import Hits
from supportbot.storage.reports import Reports
from supportbot.storage.site import Site
from supportbot.storage.visitors import Visitors
from supportbot.storage.votes import ArticleVotes

__all__ = ["Store", "StoredConversation", "StoredMessage", "StoredTurn", "open_store"]


class Store:
    """Everything that is stored, by kind. Safe to share between threads.

    >>> store = open_store("sqlite:///supportbot.db")
    >>> key, secret = store.keys.add("Anna", "agent")
    """

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
        self.labels = Labels(database)
        self.article_votes = ArticleVotes(database)

    def close(self) -> None:
        """Close all connections."""
        self.database.close()


def open_store(url: str) -> Store:
    """Open the store at a SQLAlchemy `url`, and bring its schema up to date.

    Raises `SettingsError` for a bad URL, `DatabaseError` if the database cannot be reached or its schema is newer.
    """
    database = Database(url)
    try:
        database.migrate()
    except BaseException:
        database.close()
        raise
    return Store(database)
