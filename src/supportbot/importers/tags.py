"""HTML, MDX and the forms of documentation tools inside Markdown: the marks go, their text stays, and what they mean is
said in Markdown.

| form | tool |
|---|---|
| `<details>`, `<ol>`, any HTML; components as `<Steps>` | GitHub, Docusaurus, Starlight, Mintlify, Nextra |
| `:::note[title]`, `::: details title` | Docusaurus, VitePress, Starlight, HackMD |
| `!!! note "title"`, `??? note`, `=== "tab"` | MkDocs |
| `{% hint %}`, `{% tab title="…" %}` | GitBook |
| `> [!NOTE]` | GitHub, Obsidian |
"""

import html
import re
from dataclasses import dataclass, field

from supportbot.importers import markup, tables, verbatim
from supportbot.importers.components import COMPONENTS, FOLDED, GITBOOK, HTML_BLOCKS, HTML_INLINE, NOTES, Kind

_ATTRIBUTES = (
    r"(?:[\s/](?:[^<>\"'{}]|\"[^\"<]{0,2000}+\"|'[^'<]{0,2000}+'"
    r"|\{(?:[^{}<]|<[^<>{}]{0,200}+>|\{(?:[^{}<]|\{[^{}<]{0,500}+\}){0,2000}+\}){0,2000}+\}){0,2000}+)?"
)
_TAG = re.compile(rf"(?<!\\)<(/?)([A-Za-z][\w.-]{{0,60}})({_ATTRIBUTES})>")
_LIQUID = r"\{%-?\s*(end)?([a-z][\w-]{0,40})((?:\s[^%]{0,1000})?)-?%\}"
_TOKEN = re.compile(f"{_TAG.pattern}|{_LIQUID}|({verbatim.BLOCK.pattern})|(<>|</>)|\\{{(['\"])\\s+\\10\\}}")
_ATTRIBUTE = re.compile(
    r"([A-Za-z_:@][\w:.-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|\{\s*[\"'`]([^\"'`]*)[\"'`]\s*\}|\{(\s*\d+\s*)\}|([^\s\"'{}<>]+))"
)
_ITEMS = re.compile(r"\bitems=\{\s*\[([^\]{}]*)\]\s*\}")
_VALUES = re.compile(r"\{[^{}]*\}")
_STRING = re.compile(r"[\"'`]([^\"'`]{1,200})[\"'`]")
_MODULE = re.compile(
    r"^(?:import\s(?:[^;'\"`<>]{0,1000}?\sfrom\s*)?['\"][^'\"\n]{1,300}['\"];?[ \t]*$"
    r"|export\s(?:const|default|let|var|function|async)\b[^\n]*(?:\n(?![ \t]*\n)[^\n]*){0,500})",
    re.MULTILINE,
)
_NAME = re.compile(r"[A-Za-z_]\w*")

_DIRECTIVE = re.compile(
    r"(:{3,})[ ]*([^\W\d][\w-]*)?[ ]*(?:\[(.{0,300}?)\](?=[ {]|$))?[ ]*(\{[^{}]{0,300}\})?"
    r"[ ]*(.*?)[ ]*(?:\{[^{}]{0,300}\})?$"
)
_ADMONITION = re.compile(r"(!!!|\?\?\?\+?)[ ]*([\w -]{0,60}?)[ ]*(?:\"(.{0,300})\")?[ ]*$")
_CONTENT_TAB = re.compile(r"===[!+]?[ ]+\"(.{1,200})\"[ ]*$")
_TAB_LINE = re.compile(r"(?:==|@tab)[ ]+(?!=)(.{1,100}?)[ ]*$")
_ALERT = re.compile(r"((?:>[ ]?)+)\[!\w{1,30}(?:\|[^\]]{0,60})?\][+-]?[ ]*(.*)$")
_FOOTNOTE = re.compile(r"[ ]{0,3}\[\^([^\[\]\s]{1,60})\]:[ ]*(.*)$")
_DEFINITION = re.compile(r"[ ]{0,3}:[ ]{1,3}(?=\S)")
_CONTENTS = re.compile(r"\s*(?:\[toc\]|\[\[_?toc_?\]\]|\[\[\s*TOC\s*\]\])\s*$", re.IGNORECASE)
_TABLE_RULE = re.compile(r"[ ]*\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)+\|?[ ]*$|[ ]*\|[ ]*:?-+:?[ ]*\|[ ]*$")
_ANCHOR = re.compile(r"[ ]*(?:\{:?[ ]*[#.][^{}]{1,100}\}|\{:[^{}]{1,100}\})[ ]*$")
_HEADING = re.compile(r"(#{1,6})[ ]+(.*?)[ ]*#*$")
_EXPONENT = re.compile(r"(?<=\d)<sup>(?=\d)")
_BARE_MARK = re.compile(r"[ ]*(?:(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ ]|$))[ ]*)*$")
_LEAD = re.compile(r"[ ]*(?:(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ ]))[ ]*)*")
_TICKS = re.compile(rf"^({_LEAD.pattern})(`{{3}}|~{{3}})")
_ORDERED = re.compile(r"[ ]*\d{1,9}[.)][ ]")
_NUMBER = re.compile(r"\s*(\d{1,9})\s*")
_MAX_DEPTH = 24
_MAX_OPEN = 1000
_LINK, _BOLD, _STRUCK = "\ufdd4", "\ufdd5", "\ufdd6"
_OPENINGS = re.compile("[\ufdd4-\ufdd6]")
_MARKS = {"a": _LINK, "link": _LINK, "b": _BOLD, "strong": _BOLD, "s": _STRUCK, "del": _STRUCK, "strike": _STRUCK}

_QUESTION_MARK = re.compile(r"\s*[QqＱ](\d{0,3})\s?[.:：、．]\s*")
_ASKS = re.compile(
    r"[?？嗎吗呢]\s*$|如何|怎|什麼|什么|為何|为何|為什麼|为什么|哪|是否|能否|可否|^(?:how|what|why|when|where|which|who|can|do|is)\b",
    re.IGNORECASE,
)


def plain_lines(text: str) -> list[str]:
    """Return the lines of a Markdown text, its code put aside, without HTML, components and the forms of tools."""
    components: set[str] = set()

    def without_module(match: re.Match[str]) -> str:
        components.update(_NAME.findall(re.split(r"\bfrom\b|['\"]", match[0])[0])[1:])
        return ""

    if text.count("[") > _MAX_OPEN + 2 * text.count("]"):  # the parser would try them all, for minutes
        text = re.sub(r"(?<!\\)\[", r"\\[", text)
    text = _MODULE.sub(without_module, text)
    text = _TAG.sub(lambda tag: re.sub(r"\s*\n\s*", " ", tag[0]), _EXPONENT.sub("^", text))
    text = tables.replaced(text)
    closed = re.findall(r"</([A-Za-z][\w.-]*)", text) + re.findall(r"\{%-?\s*(end[\w-]+)", text)
    writer = _Writer(components, {name.lower() for name in closed})
    lines, footnotes = _footnotes(text.split("\n"))
    for line in lines:
        writer.line(line)
    writer.close_all()
    for line in footnotes:
        writer.line(line)
    return writer.result()


def question(title: str) -> str:
    """Return the title of what is folded as a heading: `Q：…` if it asks, with its own number."""
    title = " ".join(title.split())
    if bold := re.fullmatch(r"(\*\*|__)((?:(?!\1).)+)\1", title):
        title = bold[2]
    if match := _QUESTION_MARK.match(title):
        return f"Q{match[1]}：{title[match.end() :]}"
    return f"Q：{title}" if _ASKS.search(title) else title


def _footnotes(lines: list[str]) -> tuple[list[str], list[str]]:
    """Return the lines without the texts of footnotes, and these."""
    kept: list[str] = []
    notes: list[str] = []
    inside = False
    for place, line in enumerate(lines):
        if match := _FOOTNOTE.match(line):
            notes += ["", f"[^{match[1]}]：{match[2]}"]
            inside = True
        elif inside and (
            line.startswith(("  ", "\t")) or (not line and "".join(lines[place + 1 : place + 2])[:2] == "  ")
        ):
            notes.append(line.strip())
        else:
            inside = False
            kept.append(line)
    return kept, notes


@dataclass(slots=True)
class _Open:
    """An element that is not closed yet.

    Attributes:
        name: what its closing says.
        base: stands before all its lines, as it stood before its opening.
        mark, rest: stand before its first line, and before the others.
        dedent: by how much its lines are indented in the source; None before the first.
        above: of an indented form of MkDocs, the indentation of its opening.
        colons: how many open a directive.
        number, sign: of a list, the number of its next item, and what stands behind numbers; "" for bullets.
        labels: of tabs, their labels by value or place.
        below: what stands below its text.
    """

    name: str
    base: str = ""
    mark: str = ""
    rest: str = ""
    is_used: bool = False
    is_line: bool = False
    is_section: bool = False
    is_list: bool = False
    dedent: int | None = None
    above: int | None = None
    colons: int = 0
    number: int = 1
    step: int = 1
    sign: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    tabs: int = 0
    below: str = ""


class _Writer:
    """Writes lines without tags; knows which elements are open, and puts their marks before the lines."""

    def __init__(self, components: set[str], closed: set[str]) -> None:
        self._components = components
        self._closed = closed
        self._lines: list[tuple[str, str]] = []  # what stands before a line, and the line
        self._current = ""
        self._root = _Open("", dedent=0, is_used=True)
        self._stack = [self._root]
        self._row_lists: list[int] = []
        self._in_table = False
        self._level = 2  # of the last heading outside of sections, at least 2
        self._is_parted = False  # an element began or ended since the last line

    # --- lines -------------------------------------------------------------------------------------------------

    def line(self, raw: str) -> None:
        """Write what a line of the source becomes."""
        if not raw.strip():
            self._in_table = False
            self._break(even_a_mark=True)
            return
        raw = raw.expandtabs(4) if "\t" in raw else raw
        indent = len(raw) - len(raw.lstrip(" "))
        while len(self._stack) > 1 and any(one.above is not None and indent <= one.above for one in self._stack):
            self._pop()
            self._current = ""
        top = self._stack[-1]
        if top.dedent is None:
            top.dedent = indent
        line = raw[min(indent, top.dedent) :]
        if top.is_line:
            self._tokens(line)
        elif not _CONTENTS.match(line) and not self._form(line, indent):
            if len(self._stack) > 1 or line.startswith("#"):
                line = self._heading(line)
            self._tokens(line)
        if self._stack[-1].is_line:
            self._current += " "
        else:
            self._flush()

    def result(self) -> list[str]:
        """Return the lines, with all that is open closed."""
        self.close_all()
        lines = (_OPENINGS.sub("", before + line).rstrip() for before, line in self._lines)
        # Code is put aside: ticks that begin a line now are text, and would take what follows for code.
        return [_TICKS.sub(r"\1\\\2", line) if "```" in line or "~~~" in line else line for line in lines]

    def close_all(self) -> None:
        """Close what is open."""
        while len(self._stack) > 1:
            self._pop()
        self._flush()

    def _heading(self, line: str) -> str:
        """Return a line; a heading without its anchor, and inside a tab as a bold line, so that it stays in the tab."""
        match = _HEADING.match(line.lstrip(" "))
        if match is None:
            return line
        title = _ANCHOR.sub("", match[2])
        if any(one.is_section for one in self._stack) and title:
            self._break()
            return verbatim.TITLE + (title if "**" in title else f"**{title}**")
        self._level = max(len(match[1]), 2)
        return f"{line[: len(line) - len(line.lstrip(' '))]}{match[1]} {title}"

    def _form(self, line: str, indent: int) -> bool:
        """Write a line that is a form of its own: a directive, an admonition, a tab, an alert, a definition."""
        lead = _LEAD.match(line)
        start = lead.end() if lead else 0
        text = line[start:]
        before = line[:start]
        if text.startswith(":::") and (match := _DIRECTIVE.match(text)):
            self._directive(match, before)
        elif text.startswith(("!!!", "???")) and (match := _ADMONITION.match(text)):
            kind = match[2].split(" ")[0].lower()
            self._current = before
            self._titled(
                kind if match[1] == "!!!" or kind not in ("question", "help", "faq") else "details", match[3] or ""
            )
            self._stack[-1].name, self._stack[-1].above = "!!!", indent
        elif text.startswith("===") and (match := _CONTENT_TAB.match(text)):
            self._current = before
            self._section("!!!", match[1])
            self._stack[-1].above = indent
        elif (
            text.startswith(("==", "@tab"))
            and any(one.colons for one in self._stack[-2:])
            and (match := _TAB_LINE.match(text))
        ):
            if self._stack[-1].name == "@tab":
                self._pop()
            self._section("@tab", re.sub(r"#[\w-]+$", "", match[1]))
        elif line.lstrip(" ").startswith(">") and (match := _ALERT.match(line.lstrip(" "))):
            self._tokens(f"{before}{match[2]}")
            self._flush()
            self._lines.append((self._before(), before.rstrip()))
        elif _DEFINITION.match(line) and self._lines and self._lines[-1][1]:
            self._break()
            self._tokens(line.lstrip(" :"))
        else:
            return False
        return True

    def _directive(self, match: re.Match[str], before: str) -> None:
        name, bracketed, attributes, title = match[2], match[3], match[4], match[5]
        colons = len(match[1])
        if not name and not title and not bracketed:
            for place in range(len(self._stack) - 1, 0, -1):
                if 0 < self._stack[place].colons <= colons:
                    while len(self._stack) > place:
                        self._pop()
                    return
            return
        given = _attributes(attributes or "")
        label = bracketed or given.get("title") or given.get("label") or title or ""
        self._current = before
        kind = (name or "").lower()
        if name and not name.isascii():
            label = f"{name} {label}".strip()
            kind = "note"
        self._titled(kind, "" if kind == "code-group" else label)
        self._stack[-1].name, self._stack[-1].colons = ":::", colons

    def _titled(self, kind: str, title: str) -> None:
        """Open a note, or what is folded, or any other block that has a title."""
        if kind in FOLDED or kind in ("tab", "tab-item"):
            self._section("", title)
        elif kind in NOTES:
            self._note("", title)
        else:
            self._open(_Open(""))
            self._paragraph(title)

    # --- marks in lines ----------------------------------------------------------------------------------------

    def _tokens(self, line: str) -> None:
        is_row = line.lstrip(" >").startswith("|") or (self._in_table and "|" in line)
        if "-" in line and _TABLE_RULE.match(line.lstrip(" >")):
            self._in_table = True
        if "<" not in line and "{" not in line and "\ufdd2" not in line:
            self._text(line)
            return
        place = 0
        for match in _TOKEN.finditer(line):
            if match.start() > place:
                self._text(line[place : match.start()])
            place = match.end()
            if match[2]:
                self._tag(match, is_row)
            elif match[5]:
                self._liquid(match)
            elif match[7]:
                self._code(match[0])
            elif match[10]:
                self._text(" ")
        self._text(line[place:])

    def _text(self, text: str) -> None:
        self._current += text

    def _code(self, mark: str) -> None:
        if self._stack[-1].is_line:
            return
        self._break()
        self._current += mark
        self._flush()

    def _liquid(self, match: re.Match[str]) -> None:
        closes, name, attributes = match[4], match[5], _attributes(match[6])
        kind = GITBOOK.get(name)
        if kind is None:
            self._text(match[0])
        elif closes:
            self._close(f"%{name}")
        else:
            self._component(kind, f"%{name}", attributes, is_open=f"end{name}" in self._closed)

    def _tag(self, tag: re.Match[str], is_row: bool) -> None:
        """Write what stands in Markdown for a tag; an unknown one (`<job_id>`) stays as text."""
        closes, name = tag[1] == "/", tag[2]
        is_empty = tag[3].rstrip().endswith("/")
        part = name.split(".")[-1]
        lower = name.lower()
        if part in COMPONENTS and (name in self._components or self._is_element(lower, tag[3])):
            kind = COMPONENTS[part]
        elif lower in HTML_BLOCKS or lower in HTML_INLINE:
            self._html(lower, closes, tag[3], is_row, is_empty)
            return
        elif name in self._components or (self._is_element(lower, tag[3]) and (name[0].isupper() or "-" in name)):
            kind = COMPONENTS.get(part, Kind.BLOCK if lower in self._closed else Kind.INLINE)
        else:
            self._text(tag[0])
            return
        if closes:
            self._close(name)
        elif is_row:
            self._text(" ".join(_shown(_attributes(tag[3]))))
        else:
            self._component(kind, name, _attributes(tag[3]), is_open=not is_empty and lower in self._closed, raw=tag[3])

    def _is_element(self, name: str, attributes: str) -> bool:
        return name in self._closed or attributes.rstrip().endswith("/") or "=" in attributes

    # --- components --------------------------------------------------------------------------------------------

    def _component(self, kind: Kind, name: str, given: dict[str, str], *, is_open: bool, raw: str = "") -> None:
        shown = " ".join(_shown(given))
        address = given.get("href") or given.get("to") or given.get("url") or given.get("link") or ""
        if not is_open and not address and re.fullmatch(r"(?:Image|Img|ThemedImage|Video|Figure)", name):
            self._image(given)
            return
        match kind:
            case Kind.NOTHING:
                return
            case Kind.NOTE:
                self._note(name, given.get("title") or given.get("heading") or given.get("label") or "")
            case Kind.SECTION:
                self._section(name, self._label(given))
                self._paragraph(given.get("description") or given.get("subtitle") or "")
            case Kind.STEPS:
                self._apart()
                self._open(_Open(name, is_list=True, sign="."))
            case Kind.STEP:
                self._step(name, given)
            case Kind.HINT:
                self._hint(name, given, is_open)
                return
            case Kind.FIELD:
                self._open(_Open(name))
                label = next((given[key] for key in ("path", "query", "body", "header", "name") if given.get(key)), "")
                rest = " ".join(filter(None, (given.get("type"), given.get("default"))))
                self._paragraph(
                    " ".join(filter(None, (f"**{markup.escape(label)}**" if label else "", markup.escape(rest))))
                )
            case Kind.CAPTION:
                self._open(_Open(name, below=given.get("caption") or given.get("title") or ""))
            case Kind.INLINE if not address:
                if not is_open:
                    self._text(shown)
                return
            case Kind.INLINE:
                self._link(name, address, shown, is_open)
                return
            case Kind.BLOCK | Kind.CARD:
                self._card(name, kind, given, address, raw, is_open)
        if not is_open:
            self._close(name)

    def _card(self, name: str, kind: Kind, given: dict[str, str], address: str, raw: str, is_open: bool) -> None:
        labels = {str(place): label for place, label in enumerate(_STRING.findall("".join(_ITEMS.findall(raw))))}
        for one in _VALUES.findall(raw.partition("values=")[2]):
            label, value = (re.search(rf"\b{key}:\s*{_STRING.pattern}", one) for key in ("label", "value"))
            if label and value:
                labels[value[1]] = label[1]
        title, *others = _shown(given) or [""]
        if address and not title and is_open and kind is Kind.BLOCK and not name.startswith("%"):
            self._link(name, address, "", is_open)
            return
        self._open(_Open(name, labels=labels))
        if name == "%content-ref":
            self._stack[-1].below = f"\0{address}"
        elif address:
            self._paragraph(markup.link(title or markup.escape(address), address))
        else:
            self._paragraph(title)
        for other in others:
            self._paragraph(other)

    def _label(self, given: dict[str, str]) -> str:
        tabs = next((one for one in reversed(self._stack) if one.labels), None)
        label = (
            given.get("label")
            or given.get("title")
            or given.get("tab")
            or given.get("summary")
            or given.get("header")
            or ""
        )
        if tabs and not label:
            label = tabs.labels.get(given.get("value", str(tabs.tabs)), "")
            tabs.tabs += 1
        return label or given.get("value", "")

    def _note(self, name: str, title: str) -> None:
        self._open(_Open(name, mark="> ", rest="> "))
        self._paragraph(title)

    def _section(self, name: str, label: str) -> None:
        self._open(_Open(name))
        if label.strip():
            self._write_heading(question(label) if name not in ("!!!", "@tab") else label)
        self._stack[-1].is_section = True

    def _write_heading(self, title: str) -> None:
        self._break()
        self._current += f"{'#' * min(self._level + 1, 6)} {title}"
        self._flush()
        self._break()

    def _step(self, name: str, given: dict[str, str]) -> None:
        if self._list() is None:
            self._apart()
            self._open(_Open("Steps", is_list=True, sign="."))
        self._item(name, given.get("stepnumber", ""))
        if title := given.get("title") or given.get("label") or given.get("name"):
            self._paragraph(title)

    def _hint(self, name: str, given: dict[str, str], is_open: bool) -> None:
        tip = " ".join(filter(None, (given.get(key) for key in ("headline", "tip", "content", "title", "definition"))))
        if not is_open:
            self._text(tip)
            return
        self._stack.append(
            _Open(name, dedent=self._stack[-1].dedent, below=f"（{tip}）" if tip else "", is_used=True, step=0)
        )

    def _link(self, name: str, address: str, shown: str, is_open: bool) -> None:
        if not is_open:
            self._text(markup.link(shown or markup.escape(address), address))
            return
        self._text(_LINK)
        self._stack.append(_Open(name, dedent=self._stack[-1].dedent, below=f"\0{address}", is_used=True, step=0))

    def _image(self, given: dict[str, str]) -> None:
        if source := given.get("src") or given.get("data-src"):
            self._text(markup.image(markup.escape(" ".join(given.get("alt", "").split())), source))

    def _paragraph(self, text: str) -> None:
        if text.strip():
            self._current += text.strip()
            self._flush()
            self._break()

    # --- HTML --------------------------------------------------------------------------------------------------

    def _html(self, name: str, closes: bool, raw: str, is_row: bool, is_empty: bool) -> None:
        given = _attributes(raw) if "=" in raw else {}
        if name in _MARKS:
            self._inline(name, closes, given)
        elif name == "img":
            self._image(given)
        elif name == "br":
            if is_row or self._stack[-1].is_line:
                self._text(" ")
            else:
                self._line_break()
        elif is_row:
            self._row(name, closes)
        elif name in ("ul", "ol"):
            self._list_tag(name, closes, given)
        elif name == "li":
            self._close("li", within=True)
            if not closes:
                if self._list() is None:
                    self._open(_Open("ul", is_list=True))
                self._item("li", given.get("value", ""))
        elif name == "summary" or re.fullmatch(r"h[1-6]", name):
            self._title(name, closes)
        elif name == "blockquote":
            self._close(name) if closes else self._open(_Open(name, mark="> ", rest="> "))
        elif name == "details":
            if closes:
                self._close(name)
            else:
                self._open(_Open(name))
                self._stack[-1].is_section = True
        elif name in ("iframe", "embed", "video", "audio", "source", "object") and not closes:
            source = given.get("src") or given.get("data") or ""
            self._break()
            self._paragraph(markup.link(markup.escape(given.get("title") or source), source) if source else "")
        elif name in HTML_BLOCKS:
            self._block(name, closes, is_empty)
        elif name == "hr":
            self._break()

    def _block(self, name: str, closes: bool, is_empty: bool) -> None:
        if name in ("p", "dt", "dd", "option") or is_empty or name not in self._closed:
            self._break()
        elif closes:
            self._close(name)
        else:
            self._open(_Open(name))

    def _row(self, name: str, closes: bool) -> None:
        """Write a tag in a row of a table, which is one line: list items with their numbers."""
        if name in ("ul", "ol"):
            if closes:
                self._row_lists[-1:] = []
            else:
                self._row_lists.append(int(name == "ol"))
        elif name == "li" and not closes:
            number = self._row_lists[-1] if self._row_lists else 0
            self._text(f" {number}. " if number else " ")
            if number:
                self._row_lists[-1] += 1
        elif name in ("p", "div", "li"):
            self._text(" ")

    def _list_tag(self, name: str, closes: bool, given: dict[str, str]) -> None:
        if closes:
            self._close(name)
            return
        start = _NUMBER.fullmatch(given.get("start", ""))
        sign = "." if name == "ol" else ""
        if sign:
            self._apart()
        self._open(_Open(name, is_list=True, sign=sign, number=int(start[1]) if start else 1))

    def _apart(self) -> None:
        """Keep a list that begins here apart from one above."""
        self._break()
        self._apart_above()

    def _apart_above(self) -> None:
        if self._lines and not any(one.mark and not one.is_used for one in self._stack):
            before = self._before()
            self._lines += [(before, verbatim.APART), (before.rstrip(), "")]

    def _list(self) -> _Open | None:
        """Return the list whose items may stand here."""
        for one in reversed(self._stack):
            if one.is_list:
                return one
            if one.name.split(".")[-1] in ("li", "Step", "%step"):
                return None
        return None

    def _item(self, name: str, value: str) -> None:
        place = max(place for place, one in enumerate(self._stack) if one.is_list)
        while len(self._stack) > place + 1:
            self._pop()
        self._break()
        owner = self._stack[-1]
        if not owner.sign:
            self._open(_Open(name, mark="- ", rest="  "))
            return
        given = _NUMBER.fullmatch(value)
        if given and int(given[1]) != owner.number:
            owner.number = int(given[1])
            owner.sign = ")" if owner.sign == "." else "."
        mark = f"{owner.number}{owner.sign} "
        owner.number += 1
        self._open(_Open(name, mark=mark, rest=" " * len(mark)))

    def _title(self, name: str, closes: bool) -> None:
        """Open or close a heading or the title of what is folded; a line of its own, whatever stands in it."""
        if self._stack[-1].is_line and not (closes and self._stack[-1].name == name):
            return
        if not closes:
            self._open(_Open(name, is_line=True))
            return
        if self._stack[-1].name != name:
            return
        title = " ".join(self._current.split())
        self._current = ""
        self._stack[-1].is_line = False
        self._pop()
        if not title:
            return
        if name == "summary":
            self._write_heading(question(re.sub(r"^#+ ", "", title)))
        else:
            line = self._heading(f"{'#' * int(name[1])} {title}")
            self._break()
            self._current += line
            self._flush()
            self._break()

    def _inline(self, name: str, closes: bool, given: dict[str, str]) -> None:
        mark = _MARKS[name]
        if not closes:
            if mark != _LINK:
                self._text(mark)
            elif address := given.get("href") or given.get("to"):
                self._text(_LINK)
                self._stack.append(
                    _Open("a", dedent=self._stack[-1].dedent, below=f"\0{address}", is_used=True, step=0)
                )
            return
        if mark == _LINK:
            if any(one.name == "a" for one in self._stack):
                self._close("a")
            return
        before, found, inner = self._current.rpartition(mark)
        if not found:
            return
        self._current = before + (_bold(inner, before) if mark == _BOLD else _struck(inner))

    def _linked(self, address: str) -> None:
        """Make a link of what was written since it was opened: of the first line of it, if there are several."""
        before, found, inner = self._current.rpartition(_LINK)
        if found:
            self._current = before + _link_of(inner, address)
            return
        for place in range(len(self._lines) - 1, max(-1, len(self._lines) - 200), -1):
            prefix, line = self._lines[place]
            before, found, inner = line.rpartition(_LINK)
            if found and inner.strip():
                self._lines[place] = prefix, before + _link_of(inner, address)
                return
            if found:
                self._lines[place] = prefix, before
                for below in range(place + 1, len(self._lines)):
                    prefix, line = self._lines[below]
                    if line.strip():
                        start = re.match(r"#{1,6} |\s*", line)
                        cut = start.end() if start else 0
                        self._lines[below] = prefix, line[:cut] + _link_of(line[cut:], address)
                        return
                self._current = _link_of(self._current, address)
                return

    # --- the stack ---------------------------------------------------------------------------------------------

    def _open(self, one: _Open) -> None:
        if len(self._stack) > _MAX_DEPTH:
            self._break()
            return
        lead = _LEAD.match(self._current)
        base = verbatim.continued(lead[0]) if lead else ""
        bare = _BARE_MARK.match(self._current) is not None and self._current.strip() != ""
        if bare:  # a list item or quote begins with the element
            one.mark, one.rest = self._current.rstrip() + " " + one.mark, base + one.rest
            self._current = ""
        else:
            self._break()
            self._current = self._current.strip()
            one.base = base
        self._stack.append(one)
        self._is_parted |= not one.base and not one.rest

    def _close(self, name: str, within: bool = False) -> None:
        """Close the innermost element of a name, and what is open in it; `within` its list only."""
        for place in range(len(self._stack) - 1, 0, -1):
            if self._stack[place].name == name:
                while len(self._stack) > place:
                    self._pop()
                return
            if within and self._stack[place].is_list:
                return

    def _pop(self) -> None:
        one = self._stack[-1]
        if one.step == 0:  # inside a line
            self._stack.pop()
            if one.below.startswith("\0"):
                self._linked(one.below[1:])
            else:
                self._current += one.below
            return
        if one.is_line:
            self._flush()
        if one.below.startswith("\0"):
            if not one.is_used:
                self._paragraph(markup.link(markup.escape(one.below[1:]), one.below[1:]))
        elif one.below:
            self._break()
            self._paragraph(one.below)
        self._flush()
        if one.mark and not one.is_used and one.rest and not one.mark.endswith("> "):
            self._lines.append((self._before(), ""))  # an empty item keeps the numbers of those below
        if not one.is_used and one.mark.endswith("> "):
            one.mark = ""
        self._stack.pop()
        self._is_parted |= not one.base and not one.rest
        self._break()
        if one.is_section and not self._stands_in(one):
            self._lines += [("", verbatim.END), ("", "")]
        if one.base:
            self._current = one.base

    def _stands_in(self, one: _Open) -> bool:
        """Return whether a section stands in a list, a quote or another section, and so has no heading of its own."""
        return bool(one.base) or any(other.is_section or other.base or other.rest for other in self._stack)

    def _before(self) -> str:
        """Return what stands before the next line, and take the marks of list items in it as written."""
        parts = []
        for one in self._stack:
            parts.append(one.base)
            parts.append(one.rest if one.is_used else one.mark)
            one.is_used = True
        return "".join(parts)

    def _flush(self) -> None:
        """End the line, if anything stands in it."""
        text, self._current = self._current.rstrip(), ""
        if text and not _OPENINGS.sub("", text).strip():
            self._current = text.strip()  # what is only opened goes on in the next line
        elif text:
            if self._is_parted and _ORDERED.match(text):
                self._apart_above()
            self._is_parted = False
            self._lines.append((self._before(), text))

    def _line_break(self) -> None:
        lead = _LEAD.match(self._current)
        self._flush()
        self._current = verbatim.continued(lead[0]) if lead else ""

    def _break(self, even_a_mark: bool = False) -> None:
        """End the paragraph."""
        if self._stack[-1].is_line:
            self._current += " "
            return
        if not even_a_mark and self._current.strip() and _BARE_MARK.match(self._current):
            return
        base = self._current[: len(self._current) - len(self._current.lstrip(" "))]
        self._flush()
        if any(one.mark and not one.is_used for one in self._stack):
            return
        before = "".join(one.base + one.rest for one in self._stack).rstrip()
        above, line = self._lines[-1] if self._lines else ("", "")
        if line or (above != before and above.strip()):
            self._lines.append((before, ""))
        self._current = ("" if even_a_mark else base) + self._current


def _attributes(raw: str) -> dict[str, str]:
    """Return the attributes of a tag whose values are texts."""
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(raw):
        value = html.unescape("".join(values)).strip()
        if value:
            found.setdefault(name.lower(), value)
    return found


def _shown(given: dict[str, str]) -> list[str]:
    """Return the texts that an unknown component shows."""
    return [given[key] for key in ("title", "label", "text", "alt", "caption", "description") if given.get(key)]


def _link_of(text: str, address: str) -> str:
    inner = text.strip()
    if not inner:
        return text
    before = text[: len(text) - len(text.lstrip())]
    return f"{before}{markup.link(inner, address)}{text[len(text.rstrip()) :]}"


def _bold(inner: str, before: str) -> str:
    """Return a text in bold if it opens its line; marks inside a line are left out, where CJK signs break them."""
    match = re.fullmatch(r"(\s*)(.*?)([\s：:]*)", inner)
    if not match or not match[2] or "*" in inner or _BARE_MARK.match(before) is None:
        return inner
    return f"{match[1]}**{match[2]}**{match[3]}"


def _struck(inner: str) -> str:
    text = inner.strip()
    return f"~~{text}~~" if text and "~" not in text else inner
