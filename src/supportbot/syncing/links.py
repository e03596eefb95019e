"""Links between imported articles: `[text](other-id.md)`, whatever address the source gave them."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable
from urllib.parse import unquote, urljoin, urlsplit

from supportbot.content.articles import Article
from supportbot.importers import Imported

# Code keeps what looks like a link. The lengths are bounded, as a text of ticks alone would take forever otherwise.
_CODE = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,}).*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?P<ticks>`{1,9})[^`].{0,2000}?(?P=ticks)(?!`)",
    re.MULTILINE | re.DOTALL,
)
_TARGET = re.compile(r"\]\((<[^<>\n]{1,2000}>|[^\s()<>]{1,2000}(?:\([^\s()<>]{0,500}\)[^\s()<>]{0,500}){0,3})\)")
_SUFFIX = re.compile(r"\.(?:mdx?|markdown|html?|xhtml|docx|pdf)$", re.IGNORECASE)
_NUMBERED = re.compile(r"(.{1,2000}/articles/\d{1,20})(?:-[^/]*)?\?.*")
_INDEX = re.compile(r"(?:^|/)(?:index|readme|_index)$", re.IGNORECASE)

Resolve = Callable[[str], str | None]
"""Gives the new target of a link, or None to leave it."""


class Addresses:
    """The addresses under which the articles of a sync are known.

    >>> addresses.resolve("../withdraw.md#fees", article)
    (7, '#fees')
    """

    def __init__(self) -> None:
        # Each address with the articles that have it: translations of an article may share one.
        self._held: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        self._ends: dict[tuple[str, str], set[str]] = defaultdict(set)  # source and last part → paths

    def add(self, number: int, one: Imported) -> None:
        """Take down the addresses of an article, which is known by `number`."""
        source, locale = one.article.source, one.article.locale
        given = [one.article.url or "", *one.addresses]
        keys = {("url", key) for address in given if _is_web(address) for key in _url_keys(address)}
        paths = [one.article.source_id.partition("#")[0], *(address for address in given if not _is_web(address))]
        for path in filter(None, paths):
            known = _path_key(path)
            keys.add((source, known))
            self._ends[source, posixpath.basename(known)].add(known)
        for key in keys:
            self._held[key].append((number, locale))

    def resolve(self, target: str, article: Article) -> tuple[int, str] | None:
        """Return the number of the article that a link in `article` leads to, and the fragment; None for others."""
        if target.startswith("#"):
            return None
        url = article.url or ""
        try:
            parts = urlsplit(target)
            absolute = urljoin(url, target) if _is_web(url) else target
            wanted = [("url", {key}) for key in _url_keys(absolute)] if _is_web(absolute) else []
        except ValueError:
            return None
        if not parts.scheme and not parts.netloc and parts.path:
            wanted += [(article.source, keys) for keys in self._paths(unquote(parts.path), article)]
        for owner, keys in wanted:
            if (number := self._one(owner, keys, article.locale)) is not None:
                return number, f"#{parts.fragment}" if parts.fragment else ""
        return None

    def _paths(self, path: str, article: Article) -> list[set[str]]:
        """Return the addresses that a path in a link may mean, the likeliest first."""
        if path.startswith("/"):
            # A site may serve its pages below a prefix that its files do not have, or the other way round.
            key = _path_key(path)
            known = self._ends.get((article.source, posixpath.basename(key)), ()) if "/" in key else ()
            return [{key}, {one for one in known if "/" in one and (_ends_with(key, one) or _ends_with(one, key))}]
        own = article.source_id.partition("#")[0]
        # From the folder of the file, or from the page, where sites serve each page as a folder.
        near = [{_path_key(posixpath.join(base, path))} for base in (posixpath.dirname(own), _path_key(own))]
        # A name alone may mean a page of any folder, as in wikis.
        return near if "/" in path else [*near, self._ends.get((article.source, _path_key(path)), set())]

    def _one(self, owner: str, keys: set[str], locale: str) -> int | None:
        """Return the article with one of these addresses: the one in the same language if several have them."""
        held = {one for key in keys for one in self._held.get((owner, key), ())}
        same = {number for number, own in held if own == locale} or {number for number, _ in held}
        return same.pop() if len(same) == 1 else None


def _ends_with(path: str, end: str) -> bool:
    return f"/{path}".endswith(f"/{end}")


def _is_web(address: str) -> bool:
    return address.startswith(("http://", "https://"))


def rewritten(body: str, resolve: Resolve) -> str:
    """Return Markdown with each link for which `resolve` gives a new target; code stays."""
    kept: list[str] = []
    start = 0
    for code in _CODE.finditer(body):
        kept += [_linked(body[start : code.start()], resolve), code[0]]
        start = code.end()
    return "".join([*kept, _linked(body[start:], resolve)])


def without_targets(body: str) -> str:
    """Return Markdown without the targets of its links, which differ between a source and the corpus."""
    return _TARGET.sub("]()", body)


def _linked(text: str, resolve: Resolve) -> str:
    def link(match: re.Match[str]) -> str:
        target = resolve(match[1].strip("<>"))
        return match[0] if target is None else f"]({target})"

    return _TARGET.sub(link, text) if "](" in text else text


def _url_key(url: str) -> str:
    parts = urlsplit(url)
    path = _INDEX.sub("", _SUFFIX.sub("", unquote(parts.path)).rstrip("/"))
    return f"{(parts.hostname or '').removeprefix('www.')}{path}?{parts.query}".lower()


def _url_keys(url: str) -> list[str]:
    """Return the key of an address, and that of its number alone: help desks let any words follow it."""
    key = _url_key(url)
    numbered = _NUMBERED.fullmatch(key)
    return [key, *([f"{numbered[1]}?"] if numbered else [])]


def _path_key(path: str) -> str:
    """Return a path without suffix and index page, in lower case: what its spellings in links share."""
    path = posixpath.normpath(unquote(path).strip().strip("/")).removeprefix("./")
    return _INDEX.sub("", _SUFFIX.sub("", path)).strip("/").lower()
