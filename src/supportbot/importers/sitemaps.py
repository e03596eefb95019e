"""Lists of pages: sitemaps and sitemap indexes (https://www.sitemaps.org/protocol.html), and plain lists of URLs.

XML is read without a document type: no entity can be declared, and nothing outside the file is looked at.
"""

import codecs
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from xml.parsers import expat

MAX_DEPTH = 20
MAX_VALUE = 4096
MAX_ENTRIES = 50_000
"""So many a sitemap may have by its protocol, and a list of URLs here."""


class ListError(Exception):
    """A list that cannot be read: what is wrong, and the line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Listed:
    """An address in a list: the line on which it stands, and when the list says that the page was changed."""

    url: str
    line: int
    changed: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The entries of a sitemap, in its order; `of` says whether they are pages or further sitemaps.

    >>> read_sitemap(b"<urlset><url><loc>https://help.example/1</loc></url></urlset>")
    Sitemap(of='pages', entries=[Listed(url='https://help.example/1', line=1, changed=None)])
    """

    of: Literal["pages", "sitemaps"]
    entries: list[Listed]


_ROOTS: dict[str, tuple[str, Literal["pages", "sitemaps"]]] = {
    "urlset": ("url", "pages"),
    "sitemapindex": ("sitemap", "sitemaps"),
}


def read_sitemap(data: bytes) -> Sitemap:
    """Return the entries of a sitemap or sitemap index. Raises `ListError` for any other text."""
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)  # as a whole: expat would go over a long token again with each piece
    except expat.ExpatError as error:
        raise ListError(f"not well-formed XML ({expat.ErrorString(error.code)})", error.lineno) from None
    except (ValueError, LookupError) as error:  # an encoding that expat does not know
        raise ListError(f"XML that cannot be read ({error}); expected UTF-8") from None
    return Sitemap(_ROOTS[reader.path[0]][1], reader.entries)


class _Reader:
    """Collects entries while the parser goes through the file; `loc` elsewhere, as of images, is not one."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.depth = 0
        self.path: list[str] = []
        self.entries: list[Listed] = []
        self.values = {"loc": "", "lastmod": ""}

    def _doctype(self, *_: object) -> None:
        raise ListError("has a document type (<!DOCTYPE>); expected a sitemap without one", self._line)

    @property
    def _line(self) -> int:
        return self.parser.CurrentLineNumber

    def _start(self, tag: str, _: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        self.depth += 1
        if self.depth == 1 and name not in _ROOTS:
            raise ListError(f"XML with the root {name!r:.40}; expected a sitemap (urlset or sitemapindex)", self._line)
        if self.depth > MAX_DEPTH:
            raise ListError(f"elements nested deeper than {MAX_DEPTH}", self._line)
        del self.path[self.depth - 1 :]
        self.path.append(name)
        if self.depth == 2:
            self.values = {"loc": "", "lastmod": ""}

    def _text(self, text: str) -> None:
        if self.depth == 3 and self.path[1] == _ROOTS[self.path[0]][0] and self.path[2] in self.values:
            value = self.values[self.path[2]] + text
            if len(value) > MAX_VALUE:
                raise ListError(f"a {self.path[2]} longer than {MAX_VALUE} characters", self._line)
            self.values[self.path[2]] = value

    def _end(self, _: str) -> None:
        if self.depth == 2 and (url := self.values["loc"].strip()):
            if len(self.entries) == MAX_ENTRIES:
                raise _too_long(self._line)
            self.entries.append(Listed(url, self._line, _date(self.values["lastmod"])))
            self.values = {"loc": "", "lastmod": ""}
        self.depth -= 1


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def read_list(data: bytes) -> Iterator[Listed]:
    """Yield the addresses of a text with one a line; blank lines and those that begin with `#` are left out.

    Raises `ListError` for a text with too many of them.
    """
    found = 0
    for number, raw in enumerate(io.BytesIO(data.removeprefix(codecs.BOM_UTF8)), 1):
        line = raw.strip()
        if line and not line.startswith(b"#"):
            found += 1
            if found > MAX_ENTRIES:
                raise _too_long(number)
            yield Listed(line[:MAX_VALUE].decode("utf-8", "replace"), number)


def _too_long(line: int) -> ListError:
    return ListError(f"more than {MAX_ENTRIES:,} entries; split the list", line)
