"""Links between imported articles: `[text](other-id.md)`, whatever address the source gave them."""

import posixpath
import re
from collections.abc import Callable
from urllib.parse import unquote, urljoin, urlsplit

from supportbot.importers import Imported

# Code keeps what looks like a link. The lengths are bounded, as a text of ticks alone would take forever otherwise.
_CODE = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,}).*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?P<ticks>`{1,9})[^`].{0,2000}?(?P=ticks)(?!`)",
    re.MULTILINE | re.DOTALL,
)
_TARGET = re.compile(r"\]\((<[^<>\n]{1,2000}>|[^\s()<>]{1,2000}(?:\([^\s()<>]{0,500}\)[^\s()<>]{0,500}){0,3})\)")
_SUFFIX = re.compile(r"\.(?:mdx?|markdown|html?|xhtml|docx|pdf)$", re.IGNORECASE)
_INDEX = re.compile(r"(?:^|/)(?:index|readme|_index)$", re.IGNORECASE)

Resolve = Callable[[str], str | None]
"""Gives the new target of a link, or None to leave it."""


class Addresses:
    """The addresses under which the articles of a sync are known.

    >>> addresses.resolve("../withdraw.md#fees", "help", "assets/deposit.md")
    (7, '#fees')
    """

    def __init__(self) -> None:
        self._paths: dict[tuple[str, str], int] = {}
        self._urls: dict[str, int] = {}
        self._ends: dict[tuple[str, str], int | None] = {}

    def add(self, number: int, one: Imported, source: str) -> None:
        """Take down the addresses of an article, which is known by `number`."""
        given = [one.article.url or "", *one.addresses]
        for address in given:
            if urlsplit(address).scheme in ("http", "https"):
                self._urls.setdefault(_url_key(address), number)
        paths = [address for address in [one.article.source_id.partition("#")[0], *given] if "://" not in address]
        for address in filter(None, paths):
            key = _path_key(address)
            self._paths.setdefault((source, key), number)
            end = (source, posixpath.basename(key))
            self._ends[end] = number if self._ends.get(end, number) == number else None

    def resolve(self, target: str, source: str, source_id: str, url: str = "") -> tuple[int, str] | None:
        """Return the number of the article that a link leads to and the fragment; None for any other link.

        `source`, `source_id` and `url` are those of the article that holds the link.
        """
        if target.startswith("#"):
            return None
        try:
            parts = urlsplit(target)
            absolute = urlsplit(urljoin(url, target)) if url.startswith("http") else parts
        except ValueError:
            return None
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        if absolute.scheme in ("http", "https"):
            number = self._urls.get(_url_key(absolute.geturl()))
            if number is not None or parts.scheme:
                return None if number is None else (number, fragment)
        if parts.scheme or parts.netloc or not parts.path:
            return None
        path = unquote(parts.path)
        own = source_id.partition("#")[0]
        folders = [""] if path.startswith("/") else [posixpath.dirname(own), _path_key(own)]
        for folder in folders:
            number = self._paths.get(
                (source, _path_key(posixpath.join(folder, path.lstrip("/") if not folder else path)))
            )
            if number is not None:
                return number, fragment
        if path.startswith("/"):  # a site serves its pages below a prefix that its files do not have
            number = self._ends.get((source, posixpath.basename(_path_key(path))))
            return None if number is None else (number, fragment)
        return None


def rewritten(body: str, resolve: Resolve) -> str:
    """Return Markdown with each link for which `resolve` gives a new target; code stays."""
    kept: list[str] = []
    start = 0
    for code in _CODE.finditer(body):
        kept += [_linked(body[start : code.start()], resolve), code[0]]
        start = code.end()
    return "".join([*kept, _linked(body[start:], resolve)])


def _linked(text: str, resolve: Resolve) -> str:
    def link(match: re.Match[str]) -> str:
        target = resolve(match[1].strip("<>"))
        return match[0] if target is None else f"]({target})"

    return _TARGET.sub(link, text) if "](" in text else text


def _url_key(url: str) -> str:
    parts = urlsplit(url)
    path = _INDEX.sub("", _SUFFIX.sub("", unquote(parts.path)).rstrip("/"))
    return f"{(parts.hostname or '').removeprefix('www.')}{path}?{parts.query}".lower()


def _path_key(path: str) -> str:
    """Return a path without suffix and index page, in lower case: what its spellings in links share."""
    path = posixpath.normpath(unquote(path).strip().strip("/")).removeprefix("./")
    return _INDEX.sub("", _SUFFIX.sub("", path)).strip("/").lower()
