"""The numbered items of a source, counted in its own text before anything is converted."""

import html
import re
from dataclasses import replace
from html.parser import HTMLParser

from supportbot.importers.result import SourceStep
from supportbot.importers.typed import to_int

_FENCE = re.compile(r"\s{0,12}(```|~~~)")
_ITEM = re.compile(r"\s{0,30}(?:>\s?){0,3}(?:(\d{1,9})[.)]\s+)(?=\S)")
_MARK = "\x00"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_FILLED = "❶❷❸❹❺❻❼❽❾❿"
_HAN = "一二三四五六七八九十"
_HAN_ITEM = re.compile(
    rf"\s{{0,30}}(?:(?P<plain>\d{{1,3}})(?:[、．](?!\d)|\.(?=[^\W\d_a-z]|[「『【〈《（“\[*]|[ \t]+\S))"
    rf"|(?P<paren>\d{{1,3}})[)）](?=[ \t]*\S)"
    rf"|[（(](?P<round>\d{{1,3}})[)）]|(?P<circled>[{_CIRCLED}])"
    rf"|(?P<filled>[{_FILLED}])|[Ss](?:tep|TEP)\s?(?P<english>\d{{1,3}})(?=[：:、.．，,\s*])[：:、.．，,]?"
    rf"|(?:第(?P<nth>\d{{1,3}}|[{_HAN}]{{1,3}})步|步[驟骤](?P<step>\d{{1,3}}|[{_HAN}]{{1,3}}))\s?[：:、.．，,]?)\s*(?=\S)"
)


def in_text(text: str, first_line: int | None = None, *, lists: bool = True) -> tuple[SourceStep, ...]:
    """Return the numbered lines of a Markdown or plain text; Chinese numbering counts where it goes on by one.

    Without `lists`, `1.` and `1)` count like Chinese numbering: they make no list by themselves.
    """
    steps: list[SourceStep] = []
    # Form of numbering and indent → its last number, and where it stands if not yet counted.
    held: dict[tuple[str, int], tuple[int, int]] = {}
    fence = ""
    for offset, line in enumerate(text.split("\n")):
        if mark := _FENCE.match(line):
            fence = "" if fence == mark[1] else fence or mark[1]
        if fence or mark:
            continue
        place = None if first_line is None else first_line + offset
        if lists and (match := _ITEM.match(line)):
            steps.append(SourceStep(int(match[1]), _shown(line[match.end() :]), place))
        elif match := _HAN_ITEM.match(line):
            kind = match.lastgroup or ""
            number = to_int(match[kind])
            form = (kind, len(line) - len(line.lstrip()))
            last, waiting = held.get(form, (0, -1))
            step = SourceStep(number, _shown(line[match.end() :]), place)
            if number == last + 1 and number > 1:
                if waiting >= 0:  # the one before is a step because this one follows
                    steps[waiting] = SourceStep(-steps[waiting].number, steps[waiting].text, steps[waiting].line)
                steps.append(step)
                held[form] = (number, -1)
            else:
                held[form] = (number, len(steps))
                steps.append(SourceStep(-number, step.text, place))
    return tuple(step for step in steps if step.number >= 0)


def in_html(fragment: str, first_line: int | None = None) -> tuple[SourceStep, ...]:
    """Return the items of ordered lists, with `start` and `value`, and numbered lines of the other text."""
    counter = _ListCounter(first_line)
    counter.feed(_closed(fragment))
    counter.close()
    return counter.result()


def _closed(fragment: str) -> str:
    """Return HTML without comments and without tags that never close, which the parser reads again and again."""
    kept: list[str] = []
    start = 0
    while (begin := fragment.find("<!--", start)) >= 0 and (end := fragment.find("-->", begin)) >= 0:
        kept += [fragment[start:begin], "\n" * fragment.count("\n", begin, end)]
        start = end + len("-->")
    whole = "".join([*kept, fragment[start:]]).replace("<!--", "&lt;!--")
    last = whole.rfind(">") + 1
    return whole[:last] + whole[last:].replace("<", "&lt;")


def _shown(line: str) -> str:
    """Return a line of Markdown without its marks."""
    line = re.sub(r"!?\[([^\[\]]*)\]\([^()\s]*\)", r"\1", line)
    line = re.sub(r"<[A-Za-z/][^<>]*>|\*\*|__|~~|`", "", line)
    return " ".join(html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", line)).split())


class _ListCounter(HTMLParser):
    def __init__(self, first_line: int | None) -> None:
        super().__init__(convert_charrefs=True)
        self._first_line = first_line
        self._lists: list[list[int]] = []  # of each open list, its next number and the step by which it goes on
        self._items: list[tuple[int, list[str], int | None]] = []
        self._open: list[int] = []
        self._loose: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("ol", "ul"):
            if not self._lists:
                self._loose.append(f"\n{_MARK}{len(self._items)}\n")
            start = given.get("start") or "1"
            self._lists.append([int(start) if re.fullmatch(r"\d{1,9}", start) and tag == "ol" else 1, int(tag == "ol")])
        elif tag == "li" and self._lists:
            current = self._lists[-1]
            if len(self._open) >= len(self._lists):  # <li> that closes the one before
                del self._open[len(self._lists) - 1 :]
            if current[1]:
                value = given.get("value") or ""
                current[0] = int(value) if re.fullmatch(r"\d{1,9}", value) else current[0]
                line = None if self._first_line is None else self._first_line + self.getpos()[0] - 1
                self._open.append(len(self._items))
                self._items.append((current[0], [], line))
                current[0] += 1
            else:
                self._open.append(-1)
        elif tag == "img":
            self.handle_data(given.get("alt") or "")
        elif tag in ("br", "p", "div", "tr", "h1", "h2", "h3", "h4"):
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ol", "ul") and self._lists:
            self._lists.pop()
            del self._open[len(self._lists) :]
        elif tag == "li" and self._lists:
            del self._open[len(self._lists) - 1 :]
        elif tag in ("p", "div", "tr"):
            self.handle_data("\n")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] >= 0:
            self._items[self._open[-1]][1].append(data)
        elif not self._lists:
            self._loose.append(data.replace(_MARK, " "))

    def result(self) -> tuple[SourceStep, ...]:
        """Return the steps of lists, and the numbered lines outside of them, in their order."""
        listed = [SourceStep(number, " ".join("".join(parts).split()), line) for number, parts, line in self._items]
        loose = "".join(self._loose)
        marks = [(i, int(line[1:])) for i, line in enumerate(loose.split("\n")) if line[:1] == _MARK]
        placed: list[tuple[int, int, SourceStep]] = [(place, 1, step) for place, step in enumerate(listed)]
        for step in in_text(loose, 0, lists=False):
            before = next((place for line, place in marks if line > (step.line or 0)), len(listed))
            placed.append((before, 0, replace(step, line=None)))
        return tuple(step for _, _, step in sorted(placed, key=lambda one: one[:2]))
