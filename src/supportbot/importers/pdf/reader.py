"""PDF files: one article each, marked for review, since a PDF says where characters stand but not what they are.

`pages` reads what stands where, in a process of its own; `layout` tells headings, steps, paragraphs and tables from it.
"""

import datetime as dt
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from supportbot.content.articles import Article
from supportbot.errors import SourceError
from supportbot.importers import ids, markup
from supportbot.importers.pdf import layout, pages
from supportbot.importers.result import MAX_SOURCE_BYTES, Found, Imported, Options, Problem, check_size
from supportbot.text.folding import clean

ACCEPTS = "a .pdf file with text"
SUFFIXES: tuple[str, ...] = (".pdf",)
MAX_SECONDS = 900
"""By the clock; what the reading process may take of the processor is in `pages`."""

_MAX_TITLE = 200


def reads(path: Path, text: str) -> bool:
    """Return whether a file is a PDF."""
    return text.lstrip().startswith("%PDF-")


def read(path: Path, options: Options) -> Iterator[Found]:
    """Yield the article of a PDF, to be reviewed by a person, and what of it is not carried.

    Raises `SourceError`, with the page, for a file without text, and one that is damaged, encrypted or too large.
    """
    document = _extracted(path)
    found = layout.read(document["pages"], str(document["properties"].get("Title", "")), path.stem)
    body = markup.join(found.blocks)
    yield Problem(
        path, "read from a PDF, which does not say what is a heading, a step or a paragraph; marked for review"
    )
    for what in _losses(document["pages"], found):
        yield Problem(path, what)
    if not markup.has_text(body):
        yield Problem(path, "no text; skipped")
        return
    check_size(body, path)
    changed = _date(document["properties"].get("ModDate", ""))
    title = clean(found.title[:_MAX_TITLE]) or clean(path.stem)
    article = Article(
        id=ids.made_of(None, title),
        title=title,
        body=body,
        platforms=markup.platforms_of(title, body),
        updated=changed,
        tags=_words(str(document["properties"].get("Keywords", ""))),
        review=True,
        source_id=path.name,
        source_updated=changed,
    )
    yield Imported(article, path, steps=found.steps)


def _extracted(path: Path) -> dict[str, Any]:
    """Return what `pages` prints about a file. Raises `SourceError`."""
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(0)
            head = stream.read(1024)
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror or error}") from None
    if size > MAX_SOURCE_BYTES:
        raise SourceError(path, f"larger than {MAX_SOURCE_BYTES:,} bytes; split the file")
    if b"%PDF-" not in head:
        raise SourceError(path, f"does not begin with %PDF-; expected {ACCEPTS}")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-P", "-W", "ignore", pages.__file__, str(path.resolve())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=MAX_SECONDS, env=environment, check=False)  # noqa: S603
        document = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise SourceError(path, f"takes longer than {MAX_SECONDS} seconds to read; save it anew as PDF") from None
    except ValueError:
        message = f"damaged, or takes too much time or memory to read; expected {ACCEPTS}, save it anew as PDF"
        raise SourceError(path, message) from None
    if "error" in document:
        page = f"page {document['page']}: " if document["page"] else ""
        raise SourceError(path, f"{page}{document['error']}")
    return dict(document)


def _losses(found_pages: list[dict[str, Any]], found: layout.Found) -> Iterator[str]:
    if images := sum(page["images"] for page in found_pages):
        yield f"{images} images: not carried"
    if pictures := [str(page["number"]) for page in found_pages if page["is_picture"]]:
        yield f"page {', '.join(pictures):.80} is a picture without text: not carried"
    if found.furniture:
        shown = "、".join(repr(text[:40]) for text in found.furniture[:3])
        yield f"the headers, footers and page numbers of its pages: not carried ({shown})"
    if different := sum(page["different"] for page in found_pages):
        numbers = ", ".join(str(page["number"]) for page in found_pages if page["different"])
        yield f"two engines read {different} characters differently, on page {numbers:.80}; compare them"


def _date(text: object) -> dt.date | None:
    """Return the day of a PDF date, `D:20260212…` (ISO 32000, 7.9.4)."""
    match = re.match(r"(?:D:)?(\d{4})(\d\d)(\d\d)", str(text))
    try:
        return dt.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _words(text: str) -> tuple[str, ...]:
    words = (clean(word)[:100] for word in re.split(r"[,;，；、\n]", text))
    return tuple(dict.fromkeys(word for word in words if re.search(r"\w", word)))
