"""Lists of pages: sitemaps and sitemap indexes (https://www.sitemaps.org/protocol.html), and plain lists of URLs.

XML is read without a document type: no entity can be declared, and nothing outside the file is looked at.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from xml.parsers import expat

MAX_DEPTH = 20
MAX_URL = 2048


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
        for start in range(0, len(data), 65536):
            reader.parser.Parse(data[start : start + 65536], False)
        reader.parser.Parse(b"", True)
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
            if len(value) > MAX_URL + 1000:
                raise ListError(f"a {self.path[2]} longer than {MAX_URL} characters", self._line)
            self.values[self.path[2]] = value

    def _end(self, _: str) -> None:
        if self.depth == 2 and (url := self.values["loc"].strip()):
            self.entries.append(Listed(url, self._line, _date(self.values["lastmod"])))
            self.values = {"loc": "", "lastmod": ""}
        self.depth -= 1


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def read_list(text: str) -> Iterator[Listed]:
    """Yield the addresses of a text with one a line; blank lines and those that begin with `#` are left out."""
    for number, line in enumerate(text.splitlines(), 1):
        if (line := line.strip()) and not line.startswith("#"):
            yield Listed(line, number)
