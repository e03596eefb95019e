"""Pages over HTTP: a page, those of a sitemap or sitemap index (`.gz` too), or those of a list of URLs at a URL.

Only what was asked for is fetched, one page after the other, from the host that was named, as its robots.txt allows.
Pages that did not change since the last time are not sent again.
"""

import codecs
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from supportbot.errors import SourceError
from supportbot.importers.page_cache import PageCache
from supportbot.importers.result import Found, Imported, Options, Problem
from supportbot.importers.robots import Robots
from supportbot.importers.sitemaps import Listed, ListError, Sitemap, read_list, read_sitemap
from supportbot.importers.urls import (
    FetchError,
    Limits,
    OutOfTimeError,
    normalised,
    origin,
    place,
    same_site,
    shown,
    source_id,
)

if TYPE_CHECKING:
    from supportbot.importers.fetching import Fetched, Fetcher

__all__ = ["Limits", "PageCache", "read_url"]

HTML = ("text/html", "application/xhtml+xml")
_XML = ("application/xml", "text/xml")
_OTHER = ("text/plain", "application/gzip", "application/x-gzip", "application/octet-stream", "")
_XML_STARTS = (b"<", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What has such a name and is a page is most likely a fault of the site: its articles are not gone.
_LISTS = (".xml", ".gz", ".txt")
_MAX_ROBOTS = 512 * 1024
_EXPECTED = "a page, a sitemap or a list of URLs"
# What these names mean on the web (https://encoding.spec.whatwg.org/#names-and-labels).
_CHARSETS = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "iso-8859-1": "cp1252", "us-ascii": "cp1252"}


def read_url(
    url: str, options: Options, pages: PageCache, *, allow_private: bool = False, limits: Limits | None = None
) -> Iterator[Found]:
    """Yield the articles of a page, or of all pages that a sitemap or a list of URLs names, and the problems.

    `allow_private` lets the host be one of the own network. Raises `SourceError` if the URL itself cannot be read.
    """
    from supportbot.importers.fetching import Fetcher

    try:
        start = normalised(url)
    except FetchError as error:
        raise SourceError(place(url), str(error)) from None
    limits = limits or Limits()
    with Fetcher(pages, limits, allow_private=allow_private) as fetcher:
        yield from _Crawl(start, options, fetcher, limits).read()


class _Crawl:
    """One source: what was read of it, and what was left out, which is told at the end by kind."""

    def __init__(self, start: str, options: Options, fetcher: "Fetcher", limits: Limits) -> None:
        self.start = start
        self.options = options
        self.fetcher = fetcher
        self.limits = limits
        self.robots: dict[str, Robots] = {}
        self.listed: set[str] = set()
        self.read_from: dict[str, str] = {}
        self.left_out: Counter[str] = Counter()
        self.first: dict[str, str] = {}

    def read(self) -> Iterator[Found]:
        """Yield what the start gives."""
        try:
            fetched = self.fetcher.get(self.start, most_bytes=self.limits.list_bytes, check=self._check)
            yield from self._by_kind(fetched)
        except ListError as error:
            raise SourceError(place(self.start), str(error), line=error.line) from None
        except FetchError as error:
            raise SourceError(place(self.start), str(error)) from None

    def _by_kind(self, fetched: "Fetched") -> Iterator[Found]:
        if fetched.content_type in HTML:
            if urlsplit(self.start).path.lower().endswith(_LISTS):
                raise FetchError("an HTML page; expected a sitemap or a list of URLs, as its name says")
            if len(fetched.body) > self.limits.page_bytes:
                raise FetchError(f"larger than {self.limits.page_bytes:,} bytes")
            yield from self._articles(self.start, fetched, None)
            return
        if fetched.content_type not in (*_XML, *_OTHER):
            raise FetchError(f"{fetched.content_type:.60}; expected {_EXPECTED}")
        body = self._unpacked(fetched)
        if fetched.content_type in _XML or body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_XML_STARTS):
            yield from self._pages(self._entries(read_sitemap(body), fetched.url), fetched.url)
        else:
            yield from self._pages(read_list(body), fetched.url)

    # --- lists of pages ---------------------------------------------------------------------------------------------

    def _entries(self, sitemap: Sitemap, base: str) -> Iterator[Listed | Problem]:
        """Yield the pages of a sitemap and of the sitemaps that it names."""
        waiting = [(base, sitemap)]
        seen = {self.start, base}
        while waiting:
            base, sitemap = waiting.pop()
            if sitemap.of == "pages":
                yield from (replace(entry, url=_absolute(base, entry.url)) for entry in sitemap.entries)
                continue
            found = []
            for entry in sitemap.entries:
                one = self._next_sitemap(entry, base, seen)
                if isinstance(one, Problem):
                    yield one
                elif one is not None:
                    found.append(one)
            waiting.extend(reversed(found))

    def _next_sitemap(self, entry: Listed, base: str, seen: set[str]) -> tuple[str, Sitemap] | Problem | None:
        """Return a sitemap that another one names; None if there is nothing more to say of it."""
        try:
            url = normalised(_absolute(base, entry.url))
            if url in seen:
                return None
            if len(seen) > self.limits.sitemaps:
                raise FetchError(f"more than {self.limits.sitemaps:,} sitemaps; this one and others are not read")
            seen.add(url)
            if not same_site(url, self.start):
                self._leave_out("sitemaps on other hosts", url)
                return None
            fetched = self.fetcher.get(url, most_bytes=self.limits.list_bytes, check=self._check)
            return fetched.url, read_sitemap(self._unpacked(fetched))
        except ListError as error:
            return Problem(place(entry.url), str(error), error.line, broken=True)
        except OutOfTimeError:
            raise
        except FetchError as error:
            return Problem(place(entry.url), f"{error}; expected a sitemap", broken=True)

    def _unpacked(self, fetched: "Fetched") -> bytes:
        from supportbot.importers.fetching import unpacked

        return unpacked(fetched.body, self.limits.list_bytes)

    # --- pages ------------------------------------------------------------------------------------------------------

    def _pages(self, entries: Iterator[Listed | Problem], base: str) -> Iterator[Found]:
        silent = faults = 0
        for entry in entries:
            if isinstance(entry, Problem):
                faults += 1
                yield entry
                continue
            try:
                url = normalised(entry.url)
            except FetchError:
                self._leave_out("entries that are no web addresses", f"line {entry.line}, {entry.url!r}")
                continue
            if url in self.listed:
                continue
            if not same_site(url, self.start):
                self._leave_out("pages on other hosts", url)
                continue
            if len(self.listed) >= self.limits.pages:
                message = f"names more than {self.limits.pages:,} pages; the others are not read"
                yield Problem(place(base), message, entry.line, broken=True)
                break
            self.listed.add(url)
            try:
                fetched = self.fetcher.get(url, most_bytes=self.limits.page_bytes, check=self._check, types=HTML)
                silent = 0
                yield from self._articles(url, fetched, entry.changed)
            except OutOfTimeError as error:
                yield Problem(place(base), f"{error}; the pages from {place(url)} on are missing", broken=True)
                break
            except FetchError as error:
                silent = silent + 1 if error.silent else 0
                if error.skipped:
                    self._leave_out(f"pages that {error.skipped}", url)
                else:
                    yield Problem(place(url), str(error), broken=not error.gone)
                if silent >= self.limits.silent:
                    message = f"{silent} pages in a row without an answer; the pages after {place(url)} are not read"
                    yield Problem(place(base), message, broken=True)
                    break
        left_out = [
            f"{kind}: {count:,} left out (the first: {self.first[kind]})" for kind, count in self.left_out.items()
        ]
        if not self.listed and not faults:
            raise SourceError(place(base), "; ".join(["names no pages that can be read", *left_out]))
        yield from (Problem(place(base), message) for message in left_out)

    def _leave_out(self, kind: str, what: str) -> None:
        self.left_out[kind] += 1
        self.first.setdefault(kind, shown(what)[:200])

    def _articles(self, asked: str, fetched: "Fetched", changed: dt.date | None) -> Iterator[Found]:
        """Yield what a page gives, as articles of this source."""
        from supportbot.importers import html

        if (other := self.read_from.setdefault(fetched.url, asked)) != asked:
            yield Problem(place(asked), f"leads to the page of {place(other)}; read once")
            return
        content = _decoded(fetched, self.options)
        try:
            for number, one in enumerate(html.page(content, place(asked), self.options, url=fetched.url), 1):
                yield self._named(one, number, asked, fetched.url, changed) if isinstance(one, Imported) else one
        except SourceError as error:
            yield Problem(error.path, error.message, error.line, broken=True)

    def _named(self, one: Imported, number: int, asked: str, url: str, changed: dt.date | None) -> Imported:
        article = one.article
        own = source_id(asked) if number == 1 else f"{source_id(asked)}#{article.source_id or number}"
        named = _absolute(url, article.url) if article.url else url
        address = named if _is_of(named, self.start) else url
        article = replace(article, url=address, source_id=own, source_updated=article.source_updated or changed)
        addresses = dict.fromkeys((asked, url, *one.addresses)) if number == 1 else dict.fromkeys(one.addresses)
        return replace(one, article=article, addresses=tuple(one for one in addresses if one != address))

    # --- what may be asked ------------------------------------------------------------------------------------------

    def _check(self, url: str) -> None:
        """Raise `FetchError` for an address on another host, and for one that robots.txt forbids."""
        if not same_site(url, self.start):
            raise FetchError(f"redirects to another host, {shown(url)!r:.200}; name that address to read it")
        if not self._robots(url).allows(source_id(url)):
            raise FetchError("robots.txt does not allow it to be read", skipped="robots.txt does not allow to be read")

    def _robots(self, url: str) -> Robots:
        from supportbot.importers.fetching import AGENT

        site = origin(url)
        if site not in self.robots:
            self.robots[site] = Robots(self._robots_text(f"{site}/robots.txt"), AGENT)
            self.fetcher.delay = max(self.fetcher.delay, self.robots[site].delay)
        return self.robots[site]

    def _robots_text(self, url: str) -> str:
        def check(hop: str) -> None:
            if not same_site(hop, self.start):
                raise FetchError(f"redirects to another host, {shown(hop)!r:.200}")

        try:
            fetched = self.fetcher.get(url, most_bytes=_MAX_ROBOTS, check=check)
        except FetchError as error:
            if 400 <= error.status < 500 and error.status != 429:
                return ""  # by RFC 9309, 2.3.1.3, there are no rules then; after any other fault nothing is allowed
            if error.silent:
                raise
            raise FetchError(f"robots.txt, without which nothing may be read: {error}") from None
        return fetched.body.decode("utf-8-sig", "replace")


def _absolute(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def _is_of(url: str, start: str) -> bool:
    try:
        return same_site(normalised(url), start)
    except FetchError:
        return False


def _decoded(fetched: "Fetched", options: Options) -> str | bytes:
    """Return the text of a page if the server names its encoding and it is right; else the bytes, which say it."""
    name = fetched.charset.strip().lower()
    if (
        options.encoding
        or not name
        or fetched.body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    ):
        return fetched.body
    try:
        return fetched.body.decode(_CHARSETS.get(name, name))
    except (LookupError, ValueError):
        return fetched.body
