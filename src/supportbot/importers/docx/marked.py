"""A Word document written anew for mammoth: only what is shown, each paragraph with a mark that says what it is.

Mammoth converts runs, links and tables well, but counts lists anew after each interruption, drops fields, formulas and
text boxes, and knows headings by English names only. So these are settled here, from the document's own XML (ECMA-376
part 1, 17), and mammoth gets plain paragraphs that begin with a mark: `MARK[0]`, the index of a `Mark`, `MARK[1]`.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal
from xml.sax.saxutils import escape

from lxml import etree

from supportbot.importers.docx.numbering import Number, Numbering, Styles, W, indent, is_on, value
from supportbot.importers.result import SourceStep
from supportbot.importers.typed import Levels, typed

MARK = ("\U000ff000", "\U000ff001")
IMAGE = ("\U000ff002", "\U000ff003")
LINK = "link-"
CODE = "Code"
_PRIVATE = re.compile("[\U000ff000-\U000ff003\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_HEADING = re.compile(r"(?:heading|標題|标题|見出し)\s?([1-9])", re.IGNORECASE)
_TITLE = re.compile(r"title|標題|标题|文件標題|文档标题|書名|书名", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目錄|目录)\s?(?:[1-9]|heading|標題|标题)", re.IGNORECASE)
_CODE_STYLE = re.compile(r"\bcode\b|preformatted|source ?code|程式碼|代码|源码|原始碼", re.IGNORECASE)
_QUOTE_STYLE = re.compile(r"quote|引文|引用|\bnote\b|^(?:備註|备注|注意|提示)", re.IGNORECASE)
_FIELD_LINK = re.compile(r'\s*HYPERLINK\s+(?:"([^"]*)"|((?!\\)\S+))?', re.IGNORECASE)
_FIELD_ANCHOR = re.compile(r'\\l\s+(?:"([^"]*)"|(\S+))')
_MAX_RUNS = 200_000
_CHECKED = {True: "☑", False: "☐"}

Kind = Literal["title", "heading", "item", "bullet", "code", "quote", "text"]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a paragraph is. `level` of headings is from 1, of items from 0; `indent` is that of its text.

    Items of one `list_id` count together.

    >>> Mark("item", level=0, number=3)
    """

    kind: Kind
    text: str = ""
    level: int = 0
    number: int | None = None
    indent: int = 0
    list_id: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of the document: its alternative text and the name of its file inside."""

    alt: str
    name: str


@dataclass(frozen=True, slots=True)
class Marked:
    """The document for mammoth, and what its marks, images (by index) and links mean. `losses`: what is not carried.

    >>> Writer(parts).write().steps
    """

    document: bytes
    marks: list[Mark]
    images: list[Picture]
    links: list[str]
    steps: list[SourceStep]
    losses: Mapping[str, int]


@dataclass(slots=True)
class Part:
    """An XML part that has text, and the targets of its relationships by their ids."""

    root: etree._Element
    targets: Mapping[str, str]


@dataclass(slots=True)
class _Field:
    instruction: str = ""
    shows: bool = False
    link: str | None = None
    checked: bool | None = None


class Writer:
    """Writes a document anew. `parts`: `document`, and where there are `styles`, `numbering`, `footnotes`, `endnotes`.

    >>> Writer({"document": Part(root, {})}).write()
    """

    def __init__(self, parts: Mapping[str, Part]) -> None:
        self._parts = parts
        self._part = parts["document"]
        styles = parts["styles"].root if "styles" in parts else None
        self._styles = Styles(styles)
        self._letters = _character_styles(styles)
        self._numbering = Numbering(parts["numbering"].root if "numbering" in parts else None, self._styles)
        self._levels = Levels()
        self._marks: list[Mark] = []
        self._images: list[Picture] = []
        self._links: list[str] = []
        self._steps: list[SourceStep] = []
        self._losses: Counter[str] = Counter()
        self._notes: list[tuple[str, str]] = []
        self._fields: list[_Field] = []
        self._boxes: list[etree._Element] = []
        self._out: list[str] = []
        self._held: tuple[str, str] = ("", "")
        self._in_cell = 0
        self._runs = 0
        ends = Counter(one.get(f"{W}fldCharType") for one in self._part.root.iter(f"{W}fldChar"))
        self._has_whole_fields = ends["begin"] == ends["end"]

    def write(self) -> Marked:
        """Return the document. Raises `ValueError` for one without a body or with too many runs."""
        body = self._part.root.find(f"{W}body")
        if body is None:
            raise ValueError("no body")
        self._blocks(body)
        self._flush_held()
        self._write_notes()
        return Marked(
            _container("".join(self._out)),
            self._marks,
            self._images,
            self._links,
            self._steps,
            self._losses,
        )

    # --- blocks -----------------------------------------------------------------------------------------------------

    def _blocks(self, container: etree._Element) -> None:
        for child in container:
            match _name(child):
                case "p":
                    self._paragraph(child)
                case "tbl":
                    self._flush_held()
                    self._table(child)
                case "sdt":
                    if child.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery[@{W}val='Table of Contents']") is not None:
                        self._losses["the table of contents"] += 1
                    elif (content := child.find(f"{W}sdtContent")) is not None:
                        self._blocks(content)
                case "customXml" | "smartTag" | "ins" | "moveTo":
                    self._blocks(child)
                case "del" | "moveFrom":
                    self._lose("deleted text of tracked changes", child)
                case "AlternateContent":
                    if (chosen := _chosen(child)) is not None:
                        self._blocks(chosen)
                case "oMathPara" | "oMath":
                    if formula := self._formula(child):
                        self._emit(Mark("text", formula), _run(formula, ""))
                case "altChunk" | "subDoc":
                    self._losses["a document inside the document"] += 1

    def _paragraph(self, paragraph: etree._Element) -> None:
        properties = paragraph.find(f"{W}pPr")
        letters = properties.find(f"{W}rPr") if properties is not None else None
        xml, text = self._inlines(paragraph)
        xml, text = self._held[0] + xml, self._held[1] + text
        self._held = ("", "")
        if letters is not None and letters.find(f"{W}del") is not None:
            self._held = (xml, text)  # its end is deleted: it goes on in the next paragraph
            return
        boxes, self._boxes = self._boxes, []
        number = self._numbering.next(paragraph)
        names = [style.name for _, style in self._styles.chain(value(properties, "pStyle"))]
        if names and _CONTENTS.match(names[0]):
            self._losses["the table of contents"] += bool(text.strip())
        elif xml:
            self._place(properties, names, number, xml, text)
        for box in boxes:
            self._blocks(box)

    def _place(
        self, properties: etree._Element | None, names: list[str], number: Number | None, xml: str, text: str
    ) -> None:
        """Write a paragraph as what it is by its style, its number, or the number typed in front of it."""
        plain = " ".join(text.split())
        if self._in_cell:
            if number and number.number is not None:
                self._losses["the list structure of numbered items in table cells (they stand as text)"] += 1
            label = number.label if number and number.number is not None else ""
            self._emit(None, (_run(f"{label} ", "") if label else "") + xml)
        elif heading := self._heading(properties, names, plain, number):
            self._levels.restart()
            label = f"{number.label} " if number and re.search(r"\w", number.label) else ""
            mark = Mark(heading.kind, f"{label}{plain}".strip(), heading.level)
            self._emit(mark, (_run(label, "") if label else "") + xml)
        elif number:
            self._item(properties, number, xml, plain)
        elif any(_CODE_STYLE.search(name) for name in names[:1]):
            self._emit(Mark("code", text), xml)
        elif any(_QUOTE_STYLE.search(name) for name in names[:1]):
            self._emit(Mark("quote", plain), xml)
        elif (found := typed(plain)) and (behind := _without_start(xml, plain[: len(plain) - len(found.text)])):
            level = self._levels.of(found.kind, found.number)
            self._step(found.number, found.text)
            self._emit(Mark("item", found.text, level, found.number, self._indent(properties) or 0, "typed"), behind)
        else:
            if not self._indent(properties):
                self._levels.leave()
            self._emit(Mark("text", plain, indent=self._indent(properties) or 0), xml)

    def _item(self, properties: etree._Element | None, number: Number, xml: str, plain: str) -> None:
        its_indent = indent(properties)
        its_indent = number.indent or 0 if its_indent is None else its_indent
        if number.number is None:
            label = number.label.strip()
            if len(label) > 1 and re.search(r"\w", label):  # a fixed text, such as 注意：
                xml, plain = _run(f"{label} ", "") + xml, f"{label} {plain}"
            kind: Kind = "bullet" if label else "text"
            self._levels.restart()
            self._emit(Mark(kind, plain, number.level, None, its_indent, number.list_id), xml)
            return
        if not number.is_plain:
            self._losses[f"the form of numbers such as {number.label.strip()[:20]!r} (they are written 1. 2. 3.)"] += 1
        self._levels.put(number.level)
        if plain:
            self._step(number.number, plain)
        self._emit(Mark("item", plain, number.level, number.number, its_indent, number.list_id), xml)

    def _step(self, number: int, text: str) -> None:
        shown = re.sub(f"{IMAGE[0]}\\d+{IMAGE[1]}", "", text)
        self._steps.append(SourceStep(number, " ".join(shown.split())))

    def _heading(
        self, properties: etree._Element | None, names: list[str], plain: str, number: Number | None
    ) -> Mark | None:
        if not plain:
            return None
        for name in names:
            if match := _HEADING.fullmatch(name.strip()):
                return Mark("heading", level=int(match[1]))
        if names and _TITLE.fullmatch(names[0].strip()):
            return Mark("title")
        chain = (style.properties for _, style in self._styles.chain(value(properties, "pStyle")))
        for one in (properties, *chain):
            if level := value(one, "outlineLvl"):
                is_heading = level.isdecimal() and int(level) < 9 and not (number and len(plain) > 60)
                return Mark("heading", level=int(level) + 1) if is_heading else None
        return None

    def _indent(self, properties: etree._Element | None) -> int | None:
        chain = (style.properties for _, style in self._styles.chain(value(properties, "pStyle")))
        return next((found for one in (properties, *chain) if (found := indent(one)) is not None), None)

    def _flush_held(self) -> None:
        xml, text = self._held
        self._held = ("", "")
        if xml:
            self._emit(None if self._in_cell else Mark("text", text), xml)

    def _emit(self, mark: Mark | None, xml: str) -> None:
        sign = ""
        if mark:
            sign = _run(f"{MARK[0]}{len(self._marks)}{MARK[1]}", "")
            self._marks.append(mark)
        self._out.append(f"<w:p>{sign}{xml}</w:p>")

    def _table(self, table: etree._Element) -> None:
        """Write a table; one of a single column is a box around paragraphs, one inside a cell becomes paragraphs."""
        rows = [(row, list(_cells(row))) for row in _rows(table)]
        if self._in_cell or max((len(cells) for _, cells in rows), default=0) < 2:
            for _, cells in rows:
                for cell in cells:
                    if not _is_merged_into_above(cell):
                        self._blocks(cell)
            return
        self._levels.restart()
        self._in_cell += 1
        self._out.append("<w:tbl>")
        for row, cells in rows:
            before = value(row.find(f"{W}trPr"), "gridBefore")
            self._out.append("<w:tr>" + "<w:tc><w:p/></w:tc>" * (min(int(before), 60) if before.isdecimal() else 0))
            for cell in cells:
                properties = cell.find(f"{W}tcPr")
                span, merge = value(properties, "gridSpan"), "<w:vMerge/>" if _is_merged_into_above(cell) else ""
                merge = merge or ('<w:vMerge w:val="restart"/>' if _merges(cell) else "")
                across = f'<w:gridSpan w:val="{min(int(span), 60)}"/>' if span.isdecimal() and int(span) > 1 else ""
                self._out.append(f"<w:tc><w:tcPr>{across}{merge}</w:tcPr>")
                self._blocks(cell)
                self._flush_held()
                self._out.append("<w:p/></w:tc>")
            self._out.append("</w:tr>")
        self._out.append("</w:tbl>")
        self._in_cell -= 1

    def _write_notes(self) -> None:
        """Write the footnotes and endnotes that were referred to, each with its number, at the end."""
        written = 0
        while written < len(self._notes):
            kind, identifier = self._notes[written]
            written += 1
            self._part = self._parts[kind]
            for note in self._part.root:
                if note.get(f"{W}id") == identifier:
                    first = len(self._out)
                    self._note(note, written)
                    if len(self._out) == first:
                        self._emit(Mark("quote"), _run(f"[{written}]", ""))

    def _note(self, note: etree._Element, number: int) -> None:
        label = f"[{number}] "
        for paragraph in note.iter(f"{W}p"):
            xml, text = self._inlines(paragraph)
            if xml:
                self._emit(Mark("quote", label + text), _run(label, "") + xml if label else xml)
                label = ""

    # --- inside a paragraph -----------------------------------------------------------------------------------------

    def _inlines(self, parent: etree._Element) -> tuple[str, str]:
        """Return the runs below an element as XML for mammoth, and as plain text."""
        xml: list[str] = []
        texts: list[str] = []
        for child in parent:
            for one, text in self._inline(child):
                xml.append(one)
                texts.append(text)
        return "".join(xml), "".join(texts)

    def _inline(self, element: etree._Element) -> Iterator[tuple[str, str]]:
        match _name(element):
            case "r":
                yield from self._run(element)
            case "hyperlink":
                xml, text = self._inlines(element)
                yield self._linked(self._target(element), xml), text
            case "fldSimple":
                xml, text = self._inlines(element)
                yield self._linked(_address(element.get(f"{W}instr", "")), xml), text
            case "sdt":
                if (content := element.find(f"{W}sdtContent")) is not None:
                    yield self._inlines(content)
            case "ins" | "moveTo" | "smartTag" | "customXml" | "dir" | "bdo":
                yield self._inlines(element)
            case "del" | "moveFrom":
                self._lose("deleted text of tracked changes", element)
            case "oMath" | "oMathPara":
                if formula := self._formula(element):
                    yield _run(formula, ""), formula
            case "AlternateContent":
                if (chosen := _chosen(element)) is not None:
                    yield self._inlines(chosen)

    def _target(self, element: etree._Element) -> str | None:
        anchor = element.get(f"{W}anchor")
        target = self._part.targets.get(element.get(f"{_R}id", ""))
        if target is None:
            return f"#{anchor}" if anchor else None
        return f"{target.split('#')[0]}#{anchor}" if anchor else target

    def _linked(self, address: str | None, xml: str) -> str:
        if not address or not xml or "<w:hyperlink" in xml:
            return xml
        self._links.append(address)
        return f'<w:hyperlink w:anchor="{LINK}{len(self._links) - 1}">{xml}</w:hyperlink>'

    def _run(self, run: etree._Element) -> Iterator[tuple[str, str]]:
        self._runs += 1
        if self._runs > _MAX_RUNS:
            raise ValueError(f"more than {_MAX_RUNS:,} pieces of text")
        properties = run.find(f"{W}rPr")
        if properties is not None and is_on(properties.find(f"{W}vanish")):
            self._lose("hidden text", run)
            return
        letters = self._properties(properties)
        for child in run:
            for xml, text in self._piece(child, letters):
                link = next((field.link for field in reversed(self._fields) if field.link), None)
                yield self._linked(link, xml), text

    def _piece(self, piece: etree._Element, letters: str) -> Iterator[tuple[str, str]]:
        match _name(piece):
            case "fldChar":
                if sign := self._field(piece):
                    yield _run(sign, letters), sign
            case "instrText":
                if self._fields and not self._fields[-1].shows:
                    self._fields[-1].instruction += piece.text or ""
            case _ if self._has_whole_fields and any(not field.shows for field in self._fields):
                return
            case "t":
                if text := _PRIVATE.sub("", piece.text or ""):
                    yield _run(text, letters), text
            case "tab" | "ptab":
                yield _run(" ", letters), " "
            case "br" | "cr":
                if piece.get(f"{W}type", "textWrapping") == "textWrapping":
                    yield "<w:r><w:br/></w:r>", "\n"
            case "noBreakHyphen":
                yield _run("-", letters), "-"
            case "sym":
                yield from self._symbol(piece, letters)
            case "footnoteReference" | "endnoteReference":
                kind = f"{_name(piece).removesuffix('Reference')}s"
                if kind in self._parts:
                    note = (kind, piece.get(f"{W}id", ""))
                    if note not in self._notes:
                        self._notes.append(note)
                    sign = f"[{self._notes.index(note) + 1}]"
                    yield _run(sign, ""), sign
            case "commentReference":
                self._losses["comments"] += 1
            case "ruby":
                base = "".join(piece.find(f"{W}rubyBase").itertext()) if piece.find(f"{W}rubyBase") is not None else ""
                reading = "".join(piece.find(f"{W}rt").itertext()) if piece.find(f"{W}rt") is not None else ""
                text = _PRIVATE.sub("", f"{base}({reading})" if reading else base)
                yield _run(text, letters), text
            case "drawing" | "pict" | "object":
                yield from self._drawing(piece)
            case "AlternateContent":
                if (chosen := _chosen(piece)) is not None:
                    for child in chosen:
                        yield from self._piece(child, letters)

    def _field(self, element: etree._Element) -> str:
        """Follow a field (17.16); return the sign of a check box at its end."""
        match element.get(f"{W}fldCharType"):
            case "begin":
                field = _Field()
                box = element.find(f"{W}ffData/{W}checkBox")
                if box is not None:
                    checked = box.find(f"{W}checked")
                    field.checked = is_on(box.find(f"{W}default") if checked is None else checked)
                self._fields.append(field)
            case "separate" if self._fields:
                self._fields[-1].shows = True
                self._fields[-1].link = _address(self._fields[-1].instruction)
            case "end" if self._fields:
                checked_box = self._fields.pop().checked
                return "" if checked_box is None else _CHECKED[checked_box]
        return ""

    def _symbol(self, piece: etree._Element, letters: str) -> Iterator[tuple[str, str]]:
        """Yield a character of a symbol font: mammoth knows those of the usual fonts."""
        from mammoth.docx.dingbats import dingbats

        code, font = piece.get(f"{W}char", ""), piece.get(f"{W}font", "")
        point = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,6}", code) else 0
        known = dingbats.get((font, point)) or dingbats.get((font, point & 0xFF))
        if not known:
            self._losses[f"symbols of the font {font!r:.40}"] += 1
        else:
            yield _run(chr(known), letters), chr(known)

    def _drawing(self, drawing: etree._Element) -> Iterator[tuple[str, str]]:
        boxes = [box for box in drawing.iter(f"{W}txbxContent") if not _is_fallback(box, drawing)]
        self._boxes += [box for box in boxes if not any(above in boxes for above in box.iterancestors())]
        named = next(drawing.iter("{*}docPr"), None)
        found = False
        for image in drawing.iter("{*}blip", "{*}imagedata"):
            if _is_fallback(image, drawing) or any(above in boxes for above in image.iterancestors()):
                continue
            found = True
            reference = image.get(f"{_R}embed") or image.get(f"{_R}id") or image.get(f"{_R}link", "")
            target = self._part.targets.get(reference)
            picture = next(image.iterancestors("{*}pic"), None)
            properties = next(picture.iter("{*}cNvPr"), None) if picture is not None else None
            alt = _alt(named) or _alt(properties) or image.get("{urn:schemas-microsoft-com:office:office}title", "")
            self._images.append(Picture(" ".join(_PRIVATE.sub("", alt).split()), PurePosixPath(target or "").name))
            sign = _run(f"{IMAGE[0]}{len(self._images) - 1}{IMAGE[1]}", "")
            clicked = next((one.get(f"{_R}id", "") for one in drawing.iter("{*}hlinkClick")), "")
            yield self._linked(self._part.targets.get(clicked), sign), f"{IMAGE[0]}{len(self._images) - 1}{IMAGE[1]}"
        if _name(drawing) == "object":
            self._losses["an embedded object"] += 1
        elif not found and not boxes and next(drawing.iter("{*}chart", "{*}relIds"), None) is not None:
            self._losses["a chart or diagram"] += 1

    def _formula(self, element: etree._Element) -> str:
        text = _PRIVATE.sub("", "".join(one.text or "" for one in element.iter("{*}t")))
        if text:
            self._losses["the layout of formulas (they stand as plain text)"] += 1
        return text

    def _lose(self, what: str, element: etree._Element) -> None:
        if any((one.text or "").strip() for one in element.iter(f"{W}t", f"{W}delText")):
            self._losses[what] += 1

    def _properties(self, own: etree._Element | None) -> str:
        """Return bold, italic and the like of a run, its own or those of its character style."""
        if own is None:
            return ""
        style = value(own, "rStyle")
        inherited = self._letters.get(style, frozenset())
        names = [
            name
            for name in ("b", "i", "strike", "dstrike")
            if (is_on(one) if (one := own.find(f"{W}{name}")) is not None else name in inherited)
        ]
        signs = {"dstrike": "<w:strike/>"}
        shift = value(own, "vertAlign")
        xml = "".join(signs.get(name, f"<w:{name}/>") for name in names)
        xml += f'<w:vertAlign w:val="{shift}"/>' if shift in ("superscript", "subscript") else ""
        return xml + (f'<w:rStyle w:val="{CODE}"/>' if CODE in inherited else "")


def _character_styles(root: etree._Element | None) -> dict[str, frozenset[str]]:
    """Return for each character style what it makes of letters, what it is based on included."""
    found: dict[str, tuple[str, set[str]]] = {}
    for style in root.iterfind(f"{W}style[@{W}type='character']") if root is not None else ():
        name = value(style, "name")
        makes = {CODE} if _CODE_STYLE.search(name) else set()
        properties = style.find(f"{W}rPr")
        if properties is not None:
            makes |= {one for one in ("b", "i", "strike", "dstrike") if is_on(properties.find(f"{W}{one}"))}
        found[style.get(f"{W}styleId", "")] = (value(style, "basedOn"), makes)
    return {
        name: frozenset(makes | (found[based_on][1] if based_on in found else set()))
        for name, (based_on, makes) in found.items()
    }


def _address(instruction: str) -> str | None:
    """Return where a HYPERLINK field leads."""
    if not (match := _FIELD_LINK.match(instruction)):
        return None
    anchor = _FIELD_ANCHOR.search(instruction)
    return (match[1] or match[2] or "") + (f"#{anchor[1] or anchor[2]}" if anchor else "") or None


def _without_start(xml: str, start: str) -> str:
    """Return runs without the characters of `start` at their beginning; "" if they do not begin so.

    >>> _without_start("<w:r><w:t>1、打開</w:t></w:r>", "1、")
    '<w:r><w:t>打開</w:t></w:r>'
    """
    wanted = re.sub(r"\s+", "", start)
    position = 0
    kept: list[str] = []
    for part in re.split(r"(<[^>]*>)", xml):
        if part.startswith("<") or not wanted:
            kept.append(part)
            continue
        position = 0
        while position < len(part) and wanted and (part[position] == wanted[0] or part[position].isspace()):
            wanted = wanted if part[position].isspace() else wanted[1:]
            position += 1
        if wanted and position < len(part):
            return ""
        kept.append(part[position:] if wanted else part[position:].lstrip())
    return "" if wanted else "".join(kept)


def _run(text: str, properties: str) -> str:
    letters = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{letters}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _chosen(alternatives: etree._Element) -> etree._Element | None:
    """Return the first of alternatives (ECMA-376 part 3, 10.2) that has text or an image."""
    choices = [*alternatives.iterfind(f"{_MC}Choice"), *alternatives.iterfind(f"{_MC}Fallback")]
    full = (one for one in choices if next(one.iter(f"{W}t", "{*}blip", "{*}imagedata"), None) is not None)
    return next(full, None)


def _is_fallback(element: etree._Element, top: etree._Element) -> bool:
    """Return whether an element is a second form of what another one inside `top` shows."""
    for above in element.iterancestors():
        if above is top:
            return False
        if above.tag == f"{_MC}Fallback" and (parent := above.getparent()) is not None:
            return _chosen(parent) is not above
    return False


def _alt(properties: etree._Element | None) -> str:
    return (properties.get("descr") or properties.get("title") or "") if properties is not None else ""


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if _name(child) == "tr":
            properties = child.find(f"{W}trPr")
            if properties is None or properties.find(f"{W}del") is None:
                yield child
        elif _name(child) in ("sdt", "sdtContent", "ins", "customXml", "moveTo"):
            yield from _rows(child)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for child in row:
        if _name(child) == "tc":
            yield child
        elif _name(child) in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _cells(child)


def _merges(cell: etree._Element) -> bool:
    return cell.find(f"{W}tcPr/{W}vMerge") is not None


def _is_merged_into_above(cell: etree._Element) -> bool:
    return _merges(cell) and value(cell.find(f"{W}tcPr"), "vMerge") in ("", "continue")


def _container(body: str) -> bytes:
    """Return a Word document with this body and nothing else."""
    space = W.strip("{}")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    relationships = "http://schemas.openxmlformats.org/package/2006/relationships"
    files = {
        "_rels/.rels": f'<Relationships xmlns="{relationships}"><Relationship Id="r" Type="{kind}" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
