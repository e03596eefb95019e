"""Links: form the addresses of articles, and of places in them."""

from dataclasses import dataclass

from supportbot.content.articles import Article


@dataclass(frozen=True, slots=True)
class Links:
    """Form the addresses of articles.

    >>> Links("/articles/{id}")(article, anchor="3f2a")
    '/articles/withdraw#3f2a'
    """

    pattern: str = "/articles/{id}"

    def __call__(self, article: Article, anchor: str = "") -> str:
        """Return the article's own address, or the pattern with its id.

        The `anchor`, the id of a chunk, is added if the address starts with `/`: other sites have no such anchors.
        """
        if article.url:
            return article.url
        return beside(self.pattern.replace("{id}", article.id), anchor)


def beside(url: str, anchor: str) -> str:
    """Return the address of another place in the article at `url`; `url` itself if its site has no such anchors.

    >>> beside("/articles/withdraw#3f2a", "77b0")
    '/articles/withdraw#77b0'
    """
    return f"{url.partition('#')[0]}#{anchor}" if anchor and url.startswith("/") else url
