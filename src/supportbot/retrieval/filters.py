"""Filters: which chunks of an index a search may find."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supportbot.content.platforms import Platform
from supportbot.errors import InputError
from supportbot.index.store import Index
from supportbot.text.folding import exact_key


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrow a search to one category, one platform, one article (by id), or any of these together.

    `section` narrows it to one section of the article, given by the id of a chunk of it.
    Categories are compared folded, so either script finds them. Chunks without a platform pass any platform.

    >>> Filters(category="資產", platform="app")
    """

    category: str | None = None
    platform: Platform | None = None
    article: str | None = None
    section: str | None = None

    def section_rows(self, index: Index) -> list[int] | None:
        """Return the chunk rows of the section, in reading order; None without one.

        Raise `InputError` unless `section` is the id of a chunk of the article.
        """
        if self.section is None:
            return None
        row = index.article_rows.get(self.article or "")
        rows = index.chunk_rows(row) if row is not None else range(0)
        paths = {index.chunk(row).id: index.chunk(row).heading_path for row in rows}
        if self.section not in paths:
            where = f"article {self.article!r:.80}" if self.article else "an article, since none is given with it"
            raise InputError(
                f"section {self.section!r:.80} is not in {where}; expected the id of a chunk of its article"
            )
        return [row for row in rows if index.chunk(row).heading_path == paths[self.section]]

    def mask(self, index: Index) -> NDArray[np.bool_] | None:
        """Return which chunk rows may be found, shape (chunks,); None for all. Raise like `section_rows`."""
        if self == Filters():
            return None
        allowed = np.ones(len(index), bool)
        if self.category is not None:
            wanted = exact_key(self.category)
            of_article = np.array([key == wanted for key in index.category_keys], bool)
            allowed &= of_article[index.chunk_articles]
        if self.platform is not None:
            allowed &= np.isin(index.chunk_platforms, ["", self.platform])
        if self.article is not None:
            allowed &= index.chunk_articles == index.article_rows.get(self.article, -1)
        if (rows := self.section_rows(index)) is not None:
            allowed &= np.isin(np.arange(len(index)), rows)
        return allowed


EVERYTHING = Filters()
"""No filter."""
