"""Filters: which chunks of an index a search may find."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supportbot.content.platforms import Platform
from supportbot.index.store import Index
from supportbot.text.folding import exact_key


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrow a search to one category, one platform, one article (by id), or any of these together.

    Categories are compared folded, so either script finds them. Chunks without a platform pass any platform.

    >>> Filters(category="資產", platform="app")
    """

    category: str | None = None
    platform: Platform | None = None
    article: str | None = None

    def mask(self, index: Index) -> NDArray[np.bool_] | None:
        """Return which chunk rows may be found, shape (chunks,); None for all."""
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
        return allowed


EVERYTHING = Filters()
"""No filter."""
