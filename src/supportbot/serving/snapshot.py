"""One index version as it is served: the bot on it, its answers remembered, its articles by popularity."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from supportbot.answering.answer import Answer
from supportbot.answering.bot import SupportBot
from supportbot.answering.follow_ups import Topic
from supportbot.content.articles import Article
from supportbot.index.chunking import Chunk
from supportbot.insights.suggestions import Suggester

MOST_ANSWERS = 5_000
"""How many answers are remembered; about 10 KB each."""


class Snapshot:
    """A bot whose repeated questions are answered from memory: exactly the same question, in the same circumstances.

    Never stale: a new index version is a new snapshot. Safe to share between threads.
    """

    def __init__(self, bot: SupportBot) -> None:
        self.bot = bot
        self.index = bot.index
        self._answers: OrderedDict[tuple[object, ...], Answer] = OrderedDict()
        self._lock = threading.Lock()
        self.cache_hits = 0
        self.cache_misses = 0

    def ask(self, question: str, *, topics: Sequence[Topic] = (), **circumstances: Any) -> Answer:
        """As `SupportBot.ask`."""
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

    def title(self, article: str) -> str:
        """As `SupportBot.title`."""
        return self.bot.title(article)

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
        """The articles, without their text, the most read first."""
        return tuple(sorted(self.index.articles(), key=lambda article: (-article.views, article.id)))

    def chunks(self, article: str) -> list[Chunk]:
        """The chunks of an article by id, in reading order. Raises `InputError` for one that is not there."""
        self.bot.require_article(article)
        return [self.index.chunk(row) for row in self.index.chunk_rows(self.index.article_rows[article])]
