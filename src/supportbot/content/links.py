"""Links: where the page of an article is."""

from dataclasses import dataclass

from supportbot.content.articles import Article


@dataclass(frozen=True, slots=True)
class Links:
    """Forms the address of articles.

    >>> Links("/articles/{id}")(article, anchor="3f2a")
    '/articles/withdraw#3f2a'
    """

    pattern: str = "/articles/{id}"

    def __call__(self, article: Article, anchor: str = "") -> str:
        """Return the article's own address, else the pattern with its id.

        The `anchor`, the id of a chunk, is added only where the page is ours: pages of other sites know no such anchor.
        """
        if article.url:
            return article.url
        url = self.pattern.replace("{id}", article.id)
        return f"{url}#{anchor}" if anchor and url.startswith("/") else url
