"""Lines that carry their numbers themselves (`1、`, `（1）`, `①`, `第一步：`, `Step 1:`) as ordered lists.

Such lines are steps if two or more of one form follow one another, each by one, whatever stands between. A form that
begins below a line of another form counts its sub-steps.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from supportbot.importers.typed import to_int

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_FILLED = "❶❷❸❹❺❻❼❽❾❿"
_HAN = "一二三四五六七八九十"
_SEPARATOR = r"[ ]?(?:[：:、．，,.]|(?=[ ])|$|(?=\*\*|__))[ ]*"
_FORMS = re.compile(
    r"(?P<dot>\d{1,3})(?:、(?!\d)|．(?!\d)"
    r"|\.(?=[^\W\d_a-z]|[a-z](?:[A-Z]|[a-z]+[ ]?[^\W\d_A-Za-z])|[「『【〈《（“\[*])|\\\.(?=[ ]|\*\*|$))[ ]*"
    r"|[（(][ ]?(?P<round>\d{1,3})[ ]?[)）](?:[.、．])?[ ]*"
    r"|(?P<paren>\d{1,3})(?:）|\)(?![ ])|\\\)(?=[ ]|\*\*|$))[ ]*"
    rf"|(?P<circled>[{_CIRCLED}])[.、．:：]?[ ]*"
    rf"|(?P<filled>[{_FILLED}])[.、．:：]?[ ]*"
    rf"|第[ ]?(?P<nth>\d{{1,3}}|[{_HAN}]{{1,3}})[ ]?步(?:[驟骤])?{_SEPARATOR}"
    rf"|步[驟骤][ ]?(?P<step>\d{{1,3}}|[{_HAN}]{{1,3}}){_SEPARATOR}"
    rf"|[Ss](?:tep|TEP)[ ]?(?P<english>\d{{1,3}})(?:{_SEPARATOR}|(?=[^\W\dA-Za-z_]))"
)
_WORDS = frozenset(("nth", "step", "english"))
_RANK = {"nth": 0, "step": 0, "english": 0, "dot": 1, "round": 2, "paren": 3, "circled": 4, "filled": 4}
"""A form counts the sub-steps of another if it has a higher rank, as is the custom, or is indented."""

_LEAD = re.compile(r"[ ]*(?:>[ ]*)*")
_LIST = re.compile(r"(?P<number>[0-9]{1,9})(?P<sign>[.)])[ ]+(?=\S)")
_OTHER = re.compile(r"#{1,6}[ ]|\||\[\^|```|~~~")
_SECTION = re.compile(rf"([{_HAN}]{{1,3}})、[ ]*(\S.{{0,28}}?)[ ]*$")
_SENTENCE = re.compile(r"[。！!；;，,]")
_BULLET = re.compile(r"[-*+][ ]+")


class Marker(NamedTuple):
    """The number at the start of a line: its form, its value, and what stands behind it."""

    form: str
    number: int
    text: str


def marker(line: str) -> Marker | None:
    """Return the number that a line begins with and that is no list item of Markdown yet.

    >>> marker("第一步：打開 App")
    Marker(form='nth', number=1, text='打開 App')
    """
    bold = line[:2] if line[:2] in ("**", "__") else ""
    match = _FORMS.match(line, len(bold))
    if match is None or match.lastgroup is None:
        return None
    rest = line[match.end() :]
    if bold and rest.startswith(bold):
        rest = rest[2:].lstrip(" ：:、")
    elif bold and match.lastgroup in _WORDS:
        rest = bold + rest
    elif bold:
        return None  # a heading, more often than a step
    return Marker(match.lastgroup, to_int(match[match.lastgroup]), rest)


@dataclass(slots=True, eq=False)
class _Run:
    """A sequence of numbered lines of one form; `parent` is the item below which it begins."""

    form: str
    indent: int
    last: int
    parent: "_Item | None"
    is_list: bool  # Markdown has it as a list already
    size: int = 1
    column: int = -1
    sign: str = "."

    @property
    def is_valid(self) -> bool:
        return self.is_list or self.size > 1


@dataclass(slots=True, eq=False)
class _Item:
    """A numbered line: what stands before its number and behind it. It is open until other text stands between."""

    run: _Run
    number: int
    text: str
    lead: str
    width: int
    is_open: bool = True

    @property
    def within(self) -> int:
        """The column of what belongs to it."""
        return self.run.column + self.width


def as_lists(lines: list[str]) -> list[str]:
    """Return the lines, those that are steps as items of ordered lists with the same numbers."""
    lines = _with_sections(nested(lines))
    items = _items(lines)
    if not any(item.run.is_valid and not item.run.is_list for item in items.values()):
        return lines
    return _Writer(items).written(lines)


def nested(lines: list[str]) -> list[str]:
    """Return the lines, sub-lists that are indented less than Markdown asks for moved below their items.

    Two spaces below `1. …` are meant as a sub-list if its numbers begin anew, or if it has bullets.

    >>> nested(["1. 一", "  1. 甲", "  2. 乙", "2. 二"])
    ['1. 一', '   1. 甲', '   2. 乙', '2. 二']
    """
    moved: list[str] = []
    above: tuple[int, int] | None = None  # of the last item that may have a sub-list: its column, and that of its text
    inside = 0  # the column of the sub-list that is being moved
    for line in lines:
        column = len(line) - len(line.lstrip(" "))
        item = _LIST.match(line, column)
        if item and (above is None or column <= above[0]):
            above, inside = (column, item.end()), 0
        elif above and line.strip():
            starts = (item is not None and item["number"] in ("0", "1")) or _BULLET.match(line, column) is not None
            if not inside and starts and above[0] + 2 <= column < above[1]:
                inside = column
            elif column <= above[0] or (not inside and column < above[1]):
                above, inside = None, 0
        moved.append(f"{' ' * (above[1] - inside)}{line}" if above and inside and column >= inside and line else line)
    return moved


def _items(lines: list[str]) -> dict[int, _Item]:
    """Return the numbered lines by their places."""
    items: dict[int, _Item] = {}
    stacks: dict[int, list[_Item]] = {}  # by depth of quotes: the last item of each run that is open
    for place, line in enumerate(lines):
        lead = _LEAD.match(line)[0]  # type: ignore[index]  # matches anything
        text = line[len(lead) :]
        stack = stacks.setdefault(lead.count(">"), [])
        if re.match(r"#{1,6}[ ]", text):
            del stack[1:]
            for item in stack:
                item.run.indent = -9  # goes on counting, but nothing is nested in it
        if not text or _OTHER.match(text):
            continue
        if (bullet := _BULLET.match(text)) and marker(text[bullet.end() :]):
            text = text[bullet.end() :]
        listed = _LIST.match(text)
        found = (
            Marker("dot" if listed["sign"] == "." else "paren", int(listed["number"]), "") if listed else marker(text)
        )
        if found is None:
            continue
        run = _run(stack, found, len(lead), is_list=listed is not None)
        items[place] = _Item(run, found.number, found.text, lead, len(listed[0]) if listed else 0)
        stack.append(items[place])
    return items


def _run(stack: list[_Item], found: Marker, indent: int, *, is_list: bool) -> _Run:
    """Return the run that a number goes on with, or a new one; what it ends is taken from the stack."""
    goes_on = [i for i, one in enumerate(stack) if one.run.form == found.form and one.run.last + 1 == found.number]
    if goes_on:
        near = [i for i in goes_on if abs(stack[i].run.indent - indent) < 2]
        place = (near or goes_on)[-1]
        run = stack[place].run
        run.size += 1
        run.last = found.number
        run.indent = indent
        run.is_list = run.is_list and is_list
        del stack[place:]
        return run
    again = [i for i, one in enumerate(stack) if one.run.form == found.form and indent - one.run.indent < 2]
    if again:
        del stack[again[0] :]
    while stack and (
        stack[-1].run.indent > indent + 1
        or (_RANK[stack[-1].run.form] >= _RANK[found.form] and indent - stack[-1].run.indent < 2)
    ):
        stack.pop()
    parent = stack[-1] if stack and stack[-1].run.indent >= 0 else None
    return _Run(found.form, indent, found.number, parent, is_list)


class _Writer:
    def __init__(self, items: dict[int, _Item]) -> None:
        self._items = items
        self._lines: list[str] = []
        self._open: list[_Item] = []  # the items, the outermost first, to which the next line may belong

    def written(self, lines: list[str]) -> list[str]:
        is_below = is_empty = False  # directly below an item; below one that has no text yet
        for place, line in enumerate(lines):
            item = self._items.get(place)
            if item is not None and item.run.is_valid:
                self._item(item, line)
                is_below, is_empty = True, not item.text and _LIST.match(line, len(item.lead)) is None
            elif not line.strip(" >"):
                if not is_empty:
                    self._lines.append(line)
                    is_below = False
            elif is_empty and _OTHER.match(line.lstrip(" >")) is None:
                self._lines[-1] += f" {line.lstrip(' >')}"
                is_empty = False
            else:
                self._other(line, is_below)
                is_empty = False
        return self._lines

    def _item(self, item: _Item, line: str) -> None:
        run = item.run
        parent = run.parent
        while parent is not None and not parent.run.is_valid:
            parent = parent.run.parent
        starts = run.column < 0
        nested = parent is not None and parent.is_open
        if starts or (parent is not None and not nested):
            run.column = parent.within if parent is not None and nested and not run.is_list else _spaces(item.lead)
        before = next((one for one in reversed(self._open) if one.run.column == run.column), None)
        listed = _LIST.match(line, len(item.lead))
        if starts and listed:
            run.sign = listed["sign"]
        if before is not None and before.run is not run and not (run.is_list and before.run.is_list):
            run.sign = _other_sign(before.run.sign)  # else it would go on the list above
        elif parent is not None and not nested and not run.is_list:
            run.sign = _other_sign(parent.run.sign)
        while self._open and self._open[-1] is not parent and self._open[-1].run.column >= run.column:
            self._open.pop()
        self._open.append(item)
        if listed and run.column == _spaces(item.lead) and run.sign == listed["sign"]:
            self._lines.append(line)
            return
        text = line[listed.end() :] if listed else item.text
        mark = f"{item.number}{run.sign} "
        item.width = len(mark)
        quotes = _quotes(item.lead)
        if starts and self._lines and self._lines[-1].strip(" >"):
            self._lines.append(quotes.rstrip())
        self._lines.append(f"{quotes}{' ' * run.column}{mark}{text}".rstrip())

    def _other(self, line: str, is_below: bool) -> None:
        """Write a line that is no item, as part of the item above if it stands directly below or is indented."""
        lead = _LEAD.match(line)[0]  # type: ignore[index]  # matches anything
        text = line[len(lead) :]
        last = self._open[-1] if self._open else None
        if last is None or re.match(r"#{1,6}[ ]", text) or lead.count(">") != last.lead.count(">"):
            self._end(0)
            self._lines.append(line)
        elif last.run.is_list:
            if not is_below:
                self._end(_spaces(lead) + 1)
            self._lines.append(line)
        elif is_below or len(lead) >= len(last.lead) + 2:
            deeper = max(0, len(lead) - len(last.lead)) if _BULLET.match(text) else 0
            self._lines.append(f"{_quotes(lead)}{' ' * (last.within + deeper)}{text}")
        else:
            self._end(_spaces(lead) + 1)
            self._lines.append(line)

    def _end(self, column: int) -> None:
        """Close the items whose text is farther to the right."""
        while self._open and self._open[-1].within >= column:
            self._open.pop().is_open = False


def _spaces(lead: str) -> int:
    return len(lead) - len(lead.rstrip(" ")) if ">" not in lead else max(0, len(lead) - len(lead.rstrip(" ")) - 1)


def _quotes(lead: str) -> str:
    return lead.rstrip(" ") + " " if ">" in lead else ""


def _other_sign(sign: str) -> str:
    return ")" if sign == "." else "."


def _with_sections(lines: list[str]) -> list[str]:
    """Return the lines with `一、…`, `二、…` as headings if they stand alone, are short, and have text between them."""
    found: list[tuple[int, str]] = []
    for place, line in enumerate(lines):
        match = _SECTION.fullmatch(line)
        if match and not any(lines[place - 1 : place]) and not any(lines[place + 1 : place + 2]):
            if to_int(match[1]) != len(found) + 1 or _SENTENCE.search(match[2]):
                return lines
            if found and not any(line.strip() for line in lines[found[-1][0] + 1 : place]):
                return lines
            found.append((place, line))
    if len(found) < 2:
        return lines
    level = "###" if any(line.startswith("## ") for line in lines) else "##"
    headings = dict(found)
    return [f"{level} {line}" if place in headings else line for place, line in enumerate(lines)]
