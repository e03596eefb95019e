"""Hits: the articles that a search found."""

from collections.abc import Mapping
from dataclasses import dataclass

from supportbot.content.articles import Article


@dataclass(frozen=True, slots=True)
class Hit:
    """A found article.

    Attributes:
        article_row: its row in the index.
        article: the article, without its body.
        score: the fused score, 0 to 1.
        channels: the article's best score in each channel, 0 to 1.
        chunks: the rows of its chunks nearest to the question with their scores (0 to 1), best first.
        pinned: whether the question is exactly one of the article's questions or pinned questions.
        titled: whether the question is exactly the article's title.

    >>> hit = retriever.search("如何提幣？").hits[0]
    >>> hit.article.id, hit.score, hit.pinned
    ('withdraw', 1.0, True)
    """

    article_row: int
    article: Article
    score: float
    channels: Mapping[str, float]
    chunks: tuple[tuple[int, float], ...]
    pinned: bool = False
    titled: bool = False

    @property
    def rank(self) -> tuple[bool, bool, float]:
        """What hits are sorted by, the lowest first: pinned ones, then titled ones, then by score."""
        return (not self.pinned, not self.titled, -self.score)
