"""Word documents (.docx): one article each, with the numbers that Word shows, tables, links, notes and images' names.

The document is settled by its own XML (`marked`), converted by mammoth, and put together by the marks (`structure`).
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from supportbot.content.articles import Article
from supportbot.errors import SourceError
from supportbot.importers import archives, ids, markdown, markup
from supportbot.importers.result import Found, Imported, Options, Problem, check_size
from supportbot.text.folding import clean

if TYPE_CHECKING:
    from lxml import etree

    from supportbot.importers.docx.marked import Mark, Marked, Part

ACCEPTS = "a .docx file"
SUFFIXES: tuple[str, ...] = (".docx", ".docm", ".doc")
MAX_PART_BYTES = 24_000_000
"""The XML of one part of a document, of which the whole tree is held in memory, may have so many bytes."""

_MAX_TITLE = 200
_STRICT = ((b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),)
_STRICT_WORD = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_WORD = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_KIND = "/relationships/"
_GENERIC = re.compile(r"(?:microsoft )?word|document|untitled|無標題|无标题|文件|文档|新增 microsoft", re.IGNORECASE)


def reads(path: Path, text: str) -> bool:
    """Return whether a file is a Word document."""
    if not text.startswith("PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return "word/document.xml" in archive.namelist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def read(path: Path, options: Options) -> Iterator[Found]:
    """Yield the article of a Word document, and what of it is not carried.

    Raises `SourceError` for a file that is no sound .docx: damaged, encrypted, with macros, or too large.
    """
    from lxml import etree

    archives.check(path, ACCEPTS)
    try:
        with zipfile.ZipFile(path) as archive:
            document = _Document(archive, path)
            yield from _article(document, path)
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, RecursionError, etree.LxmlError) as error:
        raise SourceError(path, f"damaged: {_line(error)}; expected {ACCEPTS}") from None


def _article(document: "_Document", path: Path) -> Iterator[Found]:
    import mammoth

    from supportbot.importers.docx.marked import CODE, Writer
    from supportbot.importers.docx.structure import to_html
    from supportbot.importers.html import to_markdown

    marked = Writer(document.parts).write()
    check_size("".join(mark.text for mark in marked.marks), path)
    style_map = f"r.{CODE} => code"
    converted = mammoth.convert_to_html(
        io.BytesIO(marked.document),
        style_map=style_map,
        include_default_style_map=False,
        include_embedded_style_map=False,
    ).value
    title, top = _title(marked, document, path)
    page = markdown.simplify(to_markdown(to_html(converted, marked.marks, marked.images, marked.links, top)))
    body = markup.join(page.blocks)
    for what, count in [*marked.losses.items(), *document.losses.items()]:
        if count:
            yield Problem(path, f"{what}: not carried" + (f" ({count} times)" if count > 1 else ""))
    if marked.images:
        yield Problem(path, f"the files of {len(marked.images)} images: not carried; their texts and names are")
    if not markup.has_text(body):
        yield Problem(path, "no text; skipped")
        return
    check_size(body, path)
    changed = document.date("modified")
    article = Article(
        id=ids.made_of(None, title),
        title=title,
        body=body,
        category=clean(document.property("category"))[:_MAX_TITLE],
        platforms=markup.platforms_of(title, body),
        updated=changed,
        tags=document.keywords(),
        description=clean(document.property("description"))[:1000],
        locale=clean(document.property("language")).lower()[:20],
        source_id=path.name,
        source_updated=changed,
    )
    yield Imported(article, path, steps=tuple(marked.steps))


def _title(marked: "Marked", document: "_Document", path: Path) -> tuple[str, int]:
    """Return the title, and the level of the headings that stand right below it.

    It is the paragraph of the style Title, else the only first-level heading, else what the file's properties say.
    The paragraph that it is taken from is marked as the title, and so leaves the body.
    """
    from dataclasses import replace

    marks: list[Mark] = marked.marks
    levels = [mark.level for mark in marks if mark.kind == "heading"]
    at = next((index for index, mark in enumerate(marks) if mark.kind == "title"), None)
    if at is None and levels and levels.count(min(levels)) == 1:
        at = next(index for index, mark in enumerate(marks) if mark.kind == "heading" and mark.level == min(levels))
    for index, mark in enumerate(marks):
        if mark.kind == "title" and index != at:
            marks[index] = replace(mark, kind="heading", level=min(levels, default=1))
    if at is not None:
        marks[at] = replace(marks[at], kind="title")
        title = clean(marks[at].text)
    else:
        given = clean(document.property("title"))
        title = path.stem if not given or _GENERIC.match(given) else given
    below = [mark.level for mark in marks if mark.kind == "heading"]
    return clean(title[:_MAX_TITLE]) or clean(path.stem), min(below, default=1)


@dataclass(slots=True)
class _Relationship:
    kind: str
    target: str
    is_external: bool


class _Document:
    """The parts of a .docx container that an article is made of, and what else it has."""

    def __init__(self, archive: zipfile.ZipFile, path: Path) -> None:
        self._archive = archive
        self._path = path
        self._names = set(archive.namelist())
        self.losses: dict[str, int] = {}
        if b"macroEnabled" in self._bytes("[Content_Types].xml"):
            raise SourceError(path, f"holds macros; save it without macros as {ACCEPTS}")
        main = next((one.target for one in self._relationships("").values() if one.kind == "officeDocument"), "")
        main = main or "word/document.xml"
        if main not in self._names:
            raise SourceError(path, f"no {main!r:.80} inside; expected {ACCEPTS}")
        self._core = self._core_properties()
        self.parts = self._parts(main)

    def property(self, name: str) -> str:
        """Return a core property, such as `title`; "" without it (ECMA-376 part 2, 11)."""
        found = self._core.find(f"{{*}}{name}") if self._core is not None else None
        return (found.text or "").strip() if found is not None else ""

    def date(self, name: str) -> dt.date | None:
        """Return the day of a core property."""
        try:
            return dt.date.fromisoformat(self.property(name)[:10])
        except ValueError:
            return None

    def keywords(self) -> tuple[str, ...]:
        """Return the keywords, which people divide by commas or semicolons."""
        words = (clean(word)[:100] for word in re.split(r"[,;，；、\n]", self.property("keywords")))
        return tuple(dict.fromkeys(word for word in words if re.search(r"\w", word)))

    def _core_properties(self) -> "etree._Element | None":
        name = next((one.target for one in self._relationships("").values() if one.kind == "core-properties"), "")
        return self._xml(name) if name in self._names else None

    def _parts(self, main: str) -> "dict[str, Part]":
        from supportbot.importers.docx.marked import Part

        def part(name: str) -> Part:
            relationships = self._relationships(name)
            return Part(self._xml(name), {key: one.target for key, one in relationships.items()})

        found = {"document": part(main)}
        for one in self._relationships(main).values():
            if one.is_external or one.target not in self._names:
                continue
            if one.kind in ("styles", "numbering", "footnotes", "endnotes") and one.kind not in found:
                found[one.kind] = part(one.target)
            elif one.kind in ("header", "footer") and self._has_text(one.target):
                what = f"the {one.kind} of the pages"
                self.losses[what] = self.losses.get(what, 0) + 1
        return found

    def _has_text(self, name: str) -> bool:
        texts = (text for text in self._xml(name).itertext("{*}t"))
        return re.search(r"[^\W\d]", "".join(texts)) is not None

    def _relationships(self, part: str) -> dict[str, _Relationship]:
        """Return what a part refers to: addresses as they are, other parts by their names in the container."""
        folder, _, name = part.rpartition("/")
        at = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        if at not in self._names:
            return {}
        found = {}
        for one in self._xml(at):
            target, is_external = one.get("Target", ""), one.get("TargetMode") == "External"
            if not is_external:
                target = _inside(folder, target)
            kind = one.get("Type", "").rpartition("/")[2]
            found[one.get("Id", "")] = _Relationship(kind, target, is_external)
        return found

    def _bytes(self, name: str) -> bytes:
        if name not in self._names:
            return b""
        if self._archive.getinfo(name).file_size > MAX_PART_BYTES:
            message = f"{name!r:.60} unpacks to more than {MAX_PART_BYTES:,} bytes; split the document"
            raise SourceError(self._path, message)
        return self._archive.read(name)

    def _xml(self, name: str) -> "etree._Element":
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        data = self._bytes(name).replace(_STRICT_WORD, _WORD)
        for strict, transitional in _STRICT:
            data = data.replace(strict, transitional)
        return etree.fromstring(data, parser)


def _inside(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    parts: list[str] = []
    for part in PurePosixPath(folder, target).parts:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
    return "/".join(parts)


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:150] or type(error).__name__
