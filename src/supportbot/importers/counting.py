"""The numbered items of a Markdown text, counted in the text itself, whatever the conversion makes of it.

They are what a reader of the source sees numbered: items of ordered lists, in Markdown and in HTML, `<Step>` of
documentation tools, and lines that carry their own numbers (`1、`, `第一步：`) in sequence.
"""

import html
import re
from dataclasses import dataclass, replace
from functools import cache
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

from supportbot.importers import numbering, shortcodes
from supportbot.importers.result import SourceStep

_LISTED = re.compile(r"(\d{1,9})[.)][ ]+(.*)")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>|\{%.{0,500}?%\}")
_TAGS_THAT_COUNT = re.compile(r"<(?:ol|li|Steps?|br|p)\b|\{%-? *step", re.IGNORECASE)
_HIDING = re.compile(r"<!--|\{/\*|<(script|style|svg|pre)\b", re.IGNORECASE)
_CLOSINGS = {"<!--": "-->", "{/*": r"\*/\}"}
_INDENTS = re.compile(r"(?:!!!|\?\?\?\+?)[ ]+\w|===[!+]?[ ]+\"")
_TITLES = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "summary"))
_BLOCKS = _TITLES | {"p", "div", "br", "tr", "td", "th", "table", "section", "details"}


def steps_of(text: str, first_line: int = 1) -> tuple[SourceStep, ...]:
    """Return the numbered items of a text in its order, nested ones too; the text begins in line `first_line`."""
    hidden = _without_hidden(text)
    counter = _Counter(first_line)
    hidden = shortcodes.as_components(hidden)
    lines = numbering.nested(_without_indents(hidden.expandtabs(4).split("\n")))
    for token in _parser().parse("\n".join(lines)):
        counter.token(token)
    return counter.result()


def _without_hidden(text: str) -> str:
    """Return a text without comments, scripts and preformatted text, on as many lines."""
    kept: list[str] = []
    never: set[str] = set()  # closings that do not come any more
    place = 0
    while opening := _HIDING.search(text, place):
        closing = f"</{opening[1].lower()}>" if opening[1] else _CLOSINGS[opening[0]]
        end = None if closing in never else re.compile(closing, re.IGNORECASE).search(text, opening.end())
        if end is None:
            never.add(closing)
        stop = end.end() if end else opening.end()
        kept += [text[place : opening.start()], "\n" * text.count("\n", opening.start(), stop) if end else opening[0]]
        place = stop
    return "".join([*kept, text[place:]])


def _without_indents(lines: list[str]) -> list[str]:
    """Return the lines, what MkDocs indents below `!!! note` and `=== "tab"` as far to the left as these."""
    written: list[str] = []
    above: list[int] = []
    for line in lines:
        column = len(line) - len(line.lstrip(" "))
        while above and line.strip() and column < above[-1] + 4:
            above.pop()
        written.append(line[4 * len(above) :] if line.strip() else "")
        if _INDENTS.match(line, column):
            above.append(column)
    return written


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"maxNesting": 60}).enable("table").disable(["code", "inline"])


@dataclass(slots=True)
class _Numbered:
    """An item, or a line that is one if others of its form follow."""

    step: SourceStep
    form: str = ""
    counts: bool = True


class _Counter:
    def __init__(self, first_line: int) -> None:
        self._first_line = first_line
        self._found: list[_Numbered] = []
        self._lists: list[int | None] = []  # the next number of each open list, None for bullets
        self._waiting: int | None = None
        self._in_table = self._in_heading = False
        self._last: dict[str, _Numbered] = {}
        self._html = _HtmlCounter(self)

    def token(self, token: Token) -> None:
        """Take the next token of the text."""
        line = self._first_line + token.map[0] if token.map else None
        match token.type:
            case "ordered_list_open":
                self._lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_close" | "bullet_list_close":
                self._lists.pop()
            case "list_item_open":
                number = self._lists[-1]
                self._waiting = None
                if number is not None:
                    self._waiting = self.add(SourceStep(number, "", line))
                    self._lists[-1] = number + 1
            case "table_open" | "table_close":
                self._in_table = token.type == "table_open"
            case "heading_open" | "heading_close":
                self._in_heading = token.type == "heading_open"
            case "inline" | "html_block" if not self._in_table and not self._in_heading:
                self._text(token, line)

    def _text(self, token: Token, line: int | None) -> None:
        if self._waiting is not None:
            self.name(self._waiting, token.content)
            self._waiting = None
        if token.type == "html_block" or _TAGS_THAT_COUNT.search(token.content):
            self._html.run(token.content, line)
            return
        for offset, written in enumerate(token.content.split("\n")):
            self.line(written.strip(), None if line is None else line + offset)

    def add(self, step: SourceStep) -> int:
        """Count a step, and return its place."""
        self._found.append(_Numbered(step))
        return len(self._found) - 1

    def name(self, place: int, content: str) -> None:
        """Give a step its text."""
        one = self._found[place]
        one.step = replace(one.step, text=_shown(content))

    def line(self, written: str, line: int | None, *, lists: bool = False) -> None:
        """Count a line that begins with a number if it goes on with one before, which then counts as well."""
        listed = _LISTED.match(written) if lists else None
        if listed:
            self.add(SourceStep(int(listed[1]), _shown(listed[2]), line))
            return
        marker = numbering.marker(_TAG.sub("", re.sub(r"</?(?:b|strong)>", "**", written)).strip())
        if marker is None:
            return
        one = _Numbered(SourceStep(marker.number, _shown(marker.text), line), marker.form, counts=False)
        before = self._last.get(marker.form)
        if before is not None and before.step.number + 1 == marker.number:
            before.counts = one.counts = True
        self._last[marker.form] = one
        self._found.append(one)

    def result(self) -> tuple[SourceStep, ...]:
        """Return what counts."""
        return tuple(one.step for one in self._found if one.counts)


class _HtmlCounter(HTMLParser):
    """Counts the items of HTML lists, over all pieces of HTML in the text."""

    def __init__(self, counter: _Counter) -> None:
        super().__init__(convert_charrefs=True)
        self._counter = counter
        self._lists: list[int | None] = []
        self._item: int | None = None
        self._text = ""
        self._line: int | None = None
        self._in_title = False

    def run(self, content: str, line: int | None) -> None:
        """Count what a piece of HTML holds; the piece begins in `line`."""
        self._line = None if line is None else line - self.getpos()[0] + 1
        self.feed(re.sub(r"\{%-?\s*(end)?step(per)?\s*-?%\}", r"<\1step\2>", content) + "\n")
        self._end()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("ol", "ul", "steps", "stepper"):
            self._end()
            start = given.get("start") or ""
            self._lists.append(None if tag == "ul" else int(start) if re.fullmatch(r"\d{1,9}", start) else 1)
        elif tag in ("li", "step"):
            self._end()
            number = self._lists[-1] if self._lists else 1 if tag == "step" else None
            value = given.get("value") or given.get("stepnumber") or ""
            if number is not None:
                number = int(value) if re.fullmatch(r"\d{1,9}", value) else number
                line = None if self._line is None else self._line + self.getpos()[0] - 1
                self._item = self._counter.add(SourceStep(number, "", line))
                if self._lists:
                    self._lists[-1] = number + 1
            if title := given.get("title"):
                self._text = title
                self._end()
        elif tag in _BLOCKS:
            self._end()
            self._in_title = tag in _TITLES
        elif tag in ("b", "strong"):
            self.handle_data("**")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("b", "strong"):
            self.handle_data("**")
        elif tag in ("ol", "ul", "steps", "endstepper"):
            self._end()
            self._lists[-1:] = []
        elif tag in _BLOCKS or tag in ("li", "step"):
            self._end()
            self._in_title = self._in_title and tag not in _TITLES

    def handle_data(self, data: str) -> None:
        if self._item is not None:
            self._text += data
            return
        first, *others = data.split("\n")
        self._text += first
        for other in others:
            self._end()
            self._text = other

    def _end(self) -> None:
        text, self._text = " ".join(self._text.split()), ""
        if not text or self._in_title:
            return
        if self._item is not None:
            self._counter.name(self._item, text.replace("**", ""))
            self._item = None
        else:
            line = None if self._line is None else self._line + self.getpos()[0] - 1
            self._counter.line(text, line, lists=True)


def _shown(content: str) -> str:
    """Return what a reader sees of the first paragraph of a piece of Markdown."""
    text = re.sub(r"!?\[([^\[\]]*)\](?:\([^()\s]*(?:\s[^()]*)?\)|\[[^\[\]]*\])", r"\1", _TAG.sub("", content))
    text = re.sub(r"\\([!-/:-@\[-`{-~])|\*\*|__|~~|`", lambda sign: sign[1] or "", text)
    return " ".join(html.unescape(text).split())
