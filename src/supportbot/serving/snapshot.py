"""One index version as it is served: the bot on it, a cache of its answers, its articles by popularity."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from supportbot.answering.answer import Answer
from supportbot.answering.bot import SupportBot
from supportbot.answering.follow_ups import Topic
from supportbot.content.articles import Article
from supportbot.errors import NotFoundError
from supportbot.index.chunking import Chunk
from supportbot.insights.suggestions import Suggester
from supportbot.text.scripts import Script

MOST_ANSWERS = 5_000
"""The size of the cache; an answer takes about 10 KB."""


class Snapshot:
    """A bot with a cache of answers, by question and circumstances. Safe to share between threads.

    The cache never holds an outdated answer: a new index version is a new snapshot.

    >>> snapshot = Snapshot(bot)
    >>> snapshot.ask("怎麼提幣") is snapshot.ask("怎麼提幣")
    True
    """

    def __init__(self, bot: SupportBot) -> None:
        self.bot = bot
        self.index = bot.index
        self._answers: OrderedDict[tuple[object, ...], Answer] = OrderedDict()
        self._lock = threading.Lock()
        self.cache_hits = 0
        self.cache_misses = 0

    def ask(self, question: str, *, topics: Sequence[Topic] = (), **circumstances: Any) -> Answer:
        """Do what `SupportBot.ask` does, from the cache if possible."""
        key = (question, tuple(topics), tuple(sorted(circumstances.items())))
        with self._lock:
            known = self._answers.get(key)
            if known is not None:
                self._answers.move_to_end(key)
                self.cache_hits += 1
                return known
        answer = self.bot.ask(question, topics=topics, **circumstances)
        with self._lock:
            self.cache_misses += 1
            self._answers[key] = answer
            if len(self._answers) > MOST_ANSWERS:
                self._answers.popitem(last=False)
        return answer

    @property
    def version(self) -> str:
        """The name of the index version."""
        return self.index.version

    @cached_property
    def suggester(self) -> Suggester:
        """Suggestions over the titles and alternative questions of this version."""
        return Suggester(self.index.articles(), variants=dict(self.index.lexicon.variants))

    @cached_property
    def articles(self) -> tuple[Article, ...]:
        """The articles without their text, the most read first."""
        return tuple(sorted(self.index.articles(), key=lambda article: (-article.views, article.id)))

    @cached_property
    def titles(self) -> dict[str, str]:
        """The title of each article by its id."""
        return {article.id: article.title for article in self.articles}

    def article(self, article_id: str) -> Article:
        """Return an article by its id. Raises `NotFoundError`."""
        return self.index.article(self._row(article_id))

    def script(self, article_id: str) -> Script:
        """Return the script that an article is written in. Raises `NotFoundError`."""
        script: Script = self.index.article_script(self._row(article_id))
        return script

    def chunks(self, article_id: str) -> list[Chunk]:
        """Return the chunks of an article in reading order. Raises `NotFoundError`."""
        return [self.index.chunk(row) for row in self.index.chunk_rows(self._row(article_id))]

    def title(self, article_id: str, section: str | None = None) -> str:
        """Do what `SupportBot.title` does."""
        return self.bot.title(article_id, section)

    def _row(self, article_id: str) -> int:
        row = self.index.article_rows.get(article_id)
        if row is None:
            raise NotFoundError("article")
        return row
