"""From lines with places and sizes to headings, steps, paragraphs and tables, in the order in which people read."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any, Literal
from urllib.parse import quote

from supportbot.importers import markup
from supportbot.importers.result import SourceStep
from supportbot.importers.typed import Typed, typed

_CJK = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
_ENDS_CJK = re.compile(f"[{_CJK}]$")
_BEGINS_CJK = re.compile(f"[{_CJK}]")
_TOKEN = re.compile(f"[{_CJK}][，。、；：！？）】」』〉》”’]*|[^\\s{_CJK}]+")
_SENTENCE_END = re.compile(r"[。！？!?；;]$|[。！？!?][」』”）)]$")
_BULLET = re.compile(r"([•●○▪■□◆◇▶►‧∙◦➢✓✔])\s*(?=\S)|([-–*·])\s+(?=\S)")
_PAGE_NUMBER = re.compile(
    r"[-–—|\s]*(?:第\s*\d+\s*[頁页](?:\s*[,，/／]?\s*共\s*\d+\s*[頁页])?|(?:page\s*)?\d+\s*(?:/|of|／)\s*\d+|page\s*\d+|\d+)[-–—|\s]*",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"untitled|\(anonymous\)|unspecified|microsoft word|無標題|无标题|.*\.(?:docx?|pdf|html?)$", re.IGNORECASE
)
_MARGIN = 0.12
_LARGER = 1.12
_MAX_BOLD_HEADING = 40

Spans = list[list[Any]]


@dataclass(slots=True)
class Line:
    """A line of a page, or a part of one that stands in a column of its own."""

    spans: Spans
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool
    mono: bool
    page: int
    column: int = 0
    left: float = 0.0
    right: float = 0.0

    @property
    def text(self) -> str:
        """Return the characters."""
        return "".join(text for text, _ in self.spans)


@dataclass(slots=True)
class Block:
    """A heading, paragraph, step, bullet, code or table. `lines` are put together into one text."""

    kind: Literal["heading", "text", "item", "bullet", "code", "table"]
    spans: Spans = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    number: int = 0
    level: int = 0
    x0: float = 0.0
    size: float = 0.0
    rows: list[list[str]] = field(default_factory=list)
    page: int = 0
    below: list["Block"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the characters."""
        return "".join(text for text, _ in self.spans)


_Placed = tuple[float, float, float, Line | Block]


@dataclass(frozen=True, slots=True)
class Found:
    """What a PDF holds: Markdown blocks, the steps by the other engine's text, and the lines of the pages' margins.

    >>> read(pages, title="", name="withdraw").title
    """

    title: str
    blocks: list[str]
    steps: tuple[SourceStep, ...]
    furniture: list[str]


def read(pages: Sequence[dict[str, Any]], title: str, name: str) -> Found:
    """Return what the pages that `pages.extract` found hold; `title` is that of the file's properties."""
    lines = [[Line(**line, page=page["number"]) for line in page["lines"]] for page in pages]
    furniture = _furniture(pages, lines)
    kept = [[line for line in of_page if id(line) not in furniture] for of_page in lines]
    sizes: Counter[float] = Counter()
    for line in (line for of_page in kept for line in of_page):
        sizes[line.size] += len(line.text)
    body_size = sizes.most_common(1)[0][0] if sizes else 10.0
    builder = _Builder(body_size, _is_mostly(kept, "bold"), _is_mostly(kept, "mono"), _pitch(kept, body_size))
    for page, of_page in zip(pages, kept, strict=True):
        for one in _ordered(page, of_page):
            builder.add(one)
    blocks = builder.blocks
    found_title, blocks = _title(blocks, title, name)
    levels = _levels(blocks)
    margin = {id(line): line.text for of_page in lines for line in of_page if id(line) in furniture}
    return Found(
        found_title,
        list(_written(blocks, levels)),
        tuple(_steps(pages, [*blocks, Block("heading", [[found_title, None]])], set(margin.values()))),
        list(dict.fromkeys(margin.values())),
    )


# --- pages ----------------------------------------------------------------------------------------------------------


def _furniture(pages: Sequence[dict[str, Any]], lines: list[list[Line]]) -> set[int]:
    """Return the ids of the lines at the top and bottom that repeat over the pages, and of page numbers there."""
    places: dict[tuple[str, int], list[Line]] = {}
    found: set[int] = set()
    for page, of_page in zip(pages, lines, strict=True):
        height = page["height"]
        for line in of_page:
            if not (line.bottom < height * _MARGIN or line.top > height * (1 - _MARGIN)):
                continue
            text = line.text.strip()
            if _PAGE_NUMBER.fullmatch(text) and (len(pages) > 1 or not text.isdecimal()):
                found.add(id(line))
            else:
                places.setdefault((re.sub(r"\d+", "#", text), round(line.top / 8)), []).append(line)
    for same in places.values():
        if len({line.page for line in same}) >= max(2, 0.6 * (len(pages) - 1)):
            found.update(id(line) for line in same)
    return found


def _is_mostly(lines: list[list[Line]], what: Literal["bold", "mono"]) -> bool:
    weights = Counter[bool]()
    for line in (line for of_page in lines for line in of_page):
        weights[bool(getattr(line, what))] += len(line.text)
    return weights[True] > weights[False]


def _pitch(lines: list[list[Line]], size: float) -> float:
    """Return how far below one another the lines of a paragraph stand."""
    steps = [
        below.top - above.top
        for of_page in lines
        for above, below in pairwise(of_page)
        if above.size == below.size == size and 0.8 * size < below.top - above.top < 2.5 * size
    ]
    return median(sorted(steps)[: max(len(steps) * 3 // 4, 1)]) if steps else 1.4 * size


def _ordered(page: dict[str, Any], lines: list[Line]) -> Iterator[Line | Block]:
    """Yield lines and tables as people read: from top to bottom, of two columns the left one first."""
    gutter = _gutter(page, lines)
    tables = [Block("table", rows=_rows(table["rows"]), page=page["number"]) for table in page["tables"]]
    things: list[_Placed] = [
        *((line.top, line.x0, line.x1, line) for line in lines),
        *((t["box"][1], t["box"][0], t["box"][2], block) for t, block in zip(page["tables"], tables, strict=True)),
    ]
    things.sort(key=lambda thing: (thing[0], thing[1]))
    band: list[_Placed] = []
    rights = [line.x1 for line in lines]
    if gutter is None:
        right = max(rights, default=0.0)
        joined = _rejoined([placed[3] for placed in things])
        for one in joined:
            if isinstance(one, Line):
                one.right = right
            yield one
        return
    for thing in [*things, None]:
        if thing is None or thing[1] < gutter < thing[2]:
            for column in (0, 1):
                side = [one[3] for one in band if (one[1] >= gutter) == bool(column)]
                right = max((one.x1 for one in side if isinstance(one, Line)), default=0.0)
                for one in _rejoined(side):
                    if isinstance(one, Line):
                        one.column, one.left, one.right = column + 1, gutter * column, right
                    yield one
            band = []
            if thing is not None:
                if isinstance(thing[3], Line):
                    thing[3].right = max(rights)
                yield thing[3]
        else:
            band.append(thing)


def _rejoined(things: list[Line | Block]) -> Iterator[Line | Block]:
    """Yield lines with the parts that stand side by side put together again."""
    held: Line | None = None
    for one in things:
        if isinstance(one, Line) and held and one.top < (held.top + held.bottom) / 2 and one.x0 >= held.x1:
            held.spans = [*held.spans, [" ", None], *one.spans]
            held.x1, held.bottom = one.x1, max(held.bottom, one.bottom)
            continue
        if held:
            yield held
        held = one if isinstance(one, Line) else None
        if held is None:
            yield one
    if held:
        yield held


def _gutter(page: dict[str, Any], lines: list[Line]) -> float | None:
    """Return where the gap between two columns is, None for a page of one column."""
    width = page["width"]
    best: tuple[int, float] | None = None
    for x in range(int(width * 0.35), int(width * 0.65), 3):
        left = [line for line in lines if line.x1 <= x - 3]
        right = [line for line in lines if line.x0 >= x + 3]
        crossing = len(lines) - len(left) - len(right)
        if len(left) < 4 or len(right) < 4 or crossing > 0.25 * len(lines):
            continue
        starts = Counter(round(line.x0 / 3) for line in right)
        wide = [line for line in left if line.x1 - line.x0 > 0.2 * width]
        shared = sum(any(abs(one.top - other.top) < other.size * 2 for other in left) for one in right)
        if starts.most_common(1)[0][1] < 0.4 * len(right) or len(wide) < 3 or shared < 0.5 * len(right):
            continue
        if best is None or crossing < best[0]:
            best = crossing, float(x)
    return best[1] if best else None


# --- blocks ---------------------------------------------------------------------------------------------------------


class _Builder:
    """Puts lines together into blocks."""

    def __init__(self, size: float, is_bold: bool, is_mono: bool, pitch: float) -> None:
        self.blocks: list[Block] = []
        self._size = size
        self._is_bold = is_bold
        self._is_mono = is_mono
        self._pitch = pitch
        self._steps: list[tuple[str, float]] = []
        self._last: Line | None = None
        self._items: list[Block] = []

    def add(self, one: Line | Block) -> None:
        if isinstance(one, Block):
            self._table(one)
            return
        last = self._last
        self._last = one
        bullet = _BULLET.match(one.text)
        number = typed(one.text)
        if self._is_heading(one, last, number):
            self._heading(one, last)
        elif one.mono and not self._is_mono:
            self._code(one, last)
        elif number:
            self._item(one, number)
        elif bullet:
            block = Block(
                "bullet", _behind(one.spans, bullet.end()), [one], 0, self._level_by_place(one), one.x0, one.size
            )
            self._put(block)
        elif last and self._goes_on(last, one):
            block = self._current()
            block.spans = _joined(block.spans, one.spans)
            block.lines.append(one)
        elif self._items and last and self._is_below_item(one):
            self._current_item().below.append(Block("text", one.spans, [one], x0=one.x0, size=one.size, page=one.page))
        else:
            self._items = []
            self.blocks.append(Block("text", one.spans, [one], x0=one.x0, size=one.size, page=one.page))

    def _current(self) -> Block:
        block = self._items[-1] if self._items else self.blocks[-1]
        return block.below[-1] if block.below else block

    def _current_item(self) -> Block:
        return self._items[-1]

    def _put(self, block: Block) -> None:
        self.blocks.append(block)
        self._items = [block]

    def _is_heading(self, line: Line, last: Line | None, number: Typed | None) -> bool:
        text = line.text.strip()
        if not re.search(r"\w", text) or len(text) > 80:
            return False
        if line.size >= self._size * _LARGER:
            return True
        if not line.bold or self._is_bold or len(text) > _MAX_BOLD_HEADING or line.size < self._size:
            return False
        if re.search(r"[。，,；;：:]$", text) or number or _BULLET.match(text):
            return False
        if last and last.page == line.page and last.column == line.column and last.bold:
            return not self._goes_on(last, line)
        return True

    def _heading(self, line: Line, last: Line | None) -> None:
        block = self.blocks[-1] if self.blocks else None
        goes_on = (
            block is not None
            and block.kind == "heading"
            and last is not None
            and last.size == line.size
            and last.page == line.page
            and 0 < line.top - last.top < 1.7 * line.size
            and self._reaches_margin(last, line)
        )
        self._items = []
        self._steps = []
        if goes_on and block:
            block.spans = _joined(block.spans, line.spans)
        else:
            self.blocks.append(Block("heading", line.spans, [line], size=line.size + line.bold / 4, page=line.page))

    def _item(self, line: Line, number: Typed) -> None:
        level = self._level(number, line.x0 - line.left, 1.2 * line.size)
        spans = _behind(line.spans, len(line.text.rstrip()) - len(number.text))
        self._put(Block("item", spans, [line], number.number, level, line.x0, line.size, page=line.page))

    def _level(self, number: Typed, x: float, tolerance: float) -> int:
        """Return how deep a step stands: below one further to the left, or by another kind of number that begins."""
        steps = self._steps
        while steps and x < steps[-1][1] - tolerance:
            steps.pop()
        beside = [kind for kind, other in steps if abs(other - x) <= tolerance]
        if number.kind in beside:
            while steps[-1][0] != number.kind:
                steps.pop()
        else:
            if beside and number.number != 1:
                del steps[-len(beside) :]
            steps.append((number.kind, x))
        return len(steps) - 1

    def _level_by_place(self, line: Line) -> int:
        """Return how deep a bullet stands: below a step or bullet that is further to the left."""
        for block in reversed(self.blocks):
            if block.kind not in ("item", "bullet"):
                break
            if line.x0 > block.x0 + 0.8 * line.size:
                return block.level + 1
            if block.kind == "bullet" and abs(line.x0 - block.x0) <= 0.8 * line.size:
                return block.level
        return 0

    def _goes_on(self, last: Line, line: Line) -> bool:
        """Return whether a line goes on with the paragraph of the last one, which had no room for its first word."""
        if not self.blocks or self.blocks[-1].kind in ("heading", "table", "code") or abs(last.size - line.size) > 0.6:
            return False
        if not self._reaches_margin(last, line):
            return False
        if last.page != line.page or last.column != line.column:
            return not _SENTENCE_END.search(last.text.strip())
        is_near = 0 < line.top - last.top < 1.45 * self._pitch
        is_indented = line.x0 > last.x0 + 1.2 * line.size and not self._items
        return is_near and not is_indented

    def _reaches_margin(self, last: Line, line: Line) -> bool:
        token = _TOKEN.match(line.text)
        letters = token[0] if token else line.text[:1]
        width = sum(line.size if _BEGINS_CJK.match(sign) else line.size * 0.55 for sign in letters)
        return last.x1 + width >= last.right - 0.5 * line.size

    def _is_below_item(self, line: Line) -> bool:
        """Return whether a paragraph belongs to the last item: it begins where that one's text does, right below."""
        item = self._items[-1]
        last = item.below[-1].lines[-1] if item.below else item.lines[-1]
        near = line.page != last.page or line.column != last.column or line.top - last.top < 2 * self._pitch
        return near and line.x0 > item.x0 + 0.8 * line.size

    def _code(self, line: Line, last: Line | None) -> None:
        """Add a line of code, with the spaces in front that its place stands for."""
        block = self.blocks[-1] if self.blocks else None
        if block and block.kind == "code" and last and last.mono and line.page == last.page:
            space = " " * round(max(line.x0 - block.x0, 0) / (0.6 * line.size))
            block.spans.append([f"\n{space}{line.text}", None])
        else:
            self._items = []
            self.blocks.append(Block("code", [[line.text, None]], [line], x0=line.x0, size=line.size, page=line.page))

    def _table(self, table: Block) -> None:
        last = self.blocks[-1] if self.blocks else None
        self._items, self._last = [], None
        if last and last.kind == "table" and last.page == table.page - 1 and len(last.rows[0]) == len(table.rows[0]):
            repeats = table.rows[0] == last.rows[0]
            last.rows += table.rows[1:] if repeats else table.rows
            last.page = table.page
        elif table.rows:
            self._steps = []
            self.blocks.append(table)


def _behind(spans: Spans, count: int) -> Spans:
    """Return spans without their first characters and the spaces behind them."""
    kept: Spans = []
    for text, address in spans:
        rest = text[count:]
        count = max(count - len(text), 0)
        rest = rest if kept else rest.lstrip()
        if rest:
            kept.append([rest, address])
    return kept


def _joined(spans: Spans, others: Spans) -> Spans:
    """Return a text with a further line: a space between Latin words, none beside Chinese characters."""
    before, after = spans[-1][0], others[0][0]
    if before.endswith("\u00ad"):
        spans[-1][0] = before[:-1]
        space = ""
    else:
        space = "" if _ENDS_CJK.search(before) or _BEGINS_CJK.match(after) else " "
    if spans[-1][1] == others[0][1]:
        return [*spans[:-1], [before.removesuffix("\u00ad") + space + after, spans[-1][1]], *others[1:]]
    return [*spans[:-1], [spans[-1][0] + space, spans[-1][1]], *others]


def _rows(rows: list[list[list[Spans]]]) -> list[list[str]]:
    found = []
    for row in rows:
        cells = []
        for lines in row:
            spans: Spans = []
            for line in lines:
                spans = _joined(spans, line) if spans else [list(span) for span in line]
            cells.append(" ".join(_markdown(spans).split()).replace("|", "\\|"))
        if any(cells):
            found.append(cells)
    return found


def _title(blocks: list[Block], given: str, name: str) -> tuple[str, list[Block]]:
    """Return the title, and the blocks without it: the only heading of the largest size, else what the file says."""
    headings = [block for block in blocks if block.kind == "heading"]
    largest = [block for block in headings if block.size == max(one.size for one in headings)]
    if len(largest) == 1 and (len(headings) > 1 or blocks[0] is largest[0]):
        return largest[0].text.strip(), [block for block in blocks if block is not largest[0]]
    given = given.strip()
    if given and not _GENERIC.match(given):
        same = next((one for one in headings[:1] if one.text.strip() == given), None)
        return given, [block for block in blocks if block is not same]
    if blocks and blocks[0].kind == "heading":
        return blocks[0].text.strip(), blocks[1:]
    return name, blocks


def _levels(blocks: list[Block]) -> dict[float, int]:
    sizes = sorted({block.size for block in blocks if block.kind == "heading"}, reverse=True)
    return {size: min(position + 2, 3) for position, size in enumerate(sizes)}


# --- Markdown -------------------------------------------------------------------------------------------------------


def _written(blocks: list[Block], levels: dict[float, int]) -> Iterator[str]:
    """Yield the blocks as Markdown, steps and bullets that follow one another as one list."""
    held: list[Block] = []
    for block in blocks:
        if block.kind in ("item", "bullet"):
            held.append(block)
            continue
        if held:
            yield _list(held)
            held = []
        if block.kind == "heading":
            yield f"{'#' * levels[block.size]} {' '.join(_markdown(block.spans).split())}"
        elif block.kind == "table":
            yield _table(block.rows)
        elif block.kind == "code":
            yield f"```\n{block.text}\n```"
        else:
            yield _markdown(block.spans)
    if held:
        yield _list(held)


def _list(items: list[Block]) -> str:
    """Return steps and bullets as a Markdown list; one that does not count on gets another sign (CommonMark 5.3)."""
    lines: list[str] = []
    widths: list[int] = []
    lasts: list[tuple[str, int, str]] = []
    for item in items:
        level = min(item.level, len(widths))
        del widths[level:]
        before = lasts[level] if level < len(lasts) else None
        del lasts[level:]
        sign = "." if item.kind == "item" else "-"
        if before and (before[0] != item.kind or (item.kind == "item" and item.number != before[1] + 1)):
            lines.append("")
            sign = {".": ")", ")": ".", "-": "*", "*": "-"}.get(before[2], sign) if before[0] == item.kind else sign
        elif before:
            sign = before[2]
        mark = f"{item.number}{sign} " if item.kind == "item" else f"{sign} "
        shift = " " * sum(widths)
        text = markup.indent(_markdown(item.spans), len(mark) + sum(widths))
        lines.append(f"{shift}{mark}{text}")
        widths.append(len(mark))
        lasts.append((item.kind, item.number, sign))
        for block in item.below:
            inner = markup.indent(_markdown(block.spans), sum(widths))
            lines += ["", f"{' ' * sum(widths)}{inner}"]
    return "\n".join(lines)


def _table(rows: list[list[str]]) -> str:
    width = max(len(row) for row in rows)
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def _markdown(spans: Spans) -> str:
    """Return a text with its links as Markdown that shows exactly these characters."""
    parts = []
    for text, address in spans:
        if address and text.strip():
            target = quote(address, safe="%/:=&?~#+!$,;'@*-._").replace("(", "%28").replace(")", "%29")
            lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
            parts.append(f"{lead}[{markup.escape(text.strip())}]({target}){tail}")
        else:
            parts.append(markup.escape(text))
    return "".join(parts).strip()


# --- the steps of the source, by the other engine -------------------------------------------------------------------


def _steps(pages: Sequence[dict[str, Any]], blocks: Sequence[Block], margin: set[str]) -> Iterator[SourceStep]:
    """Yield the lines of PDFium's text that begin with a number, but for those of headings, tables and margins."""
    headings = {_bare(block.text) for block in blocks if block.kind == "heading"}
    cells = _bare("".join(cell for block in blocks for row in block.rows for cell in row).replace("\\", ""))
    outside = {_bare(text) for text in margin}
    for page in pages:
        lines = [line for line in page["check"].split("\n") if _bare(line) and _bare(line) not in outside]
        widest = max(map(_width, lines), default=0)
        step: SourceStep | None = None
        last = ""
        for line in lines:
            number = typed(line)
            if _bare(line) in headings or _bare(line) in cells:
                number, goes_on = None, False
            else:
                goes_on = number is None and step is not None and _width(last) > 0.85 * widest
            if step and goes_on:
                step = SourceStep(step.number, _joined([[step.text, None]], [[line.strip(), None]])[0][0])
            elif step:
                yield step
                step = None
            if number:
                step = SourceStep(number.number, " ".join(number.text.split()))
            last = line
        if step:
            yield step


def _width(line: str) -> float:
    return sum(2 if _BEGINS_CJK.match(sign) else 1 for sign in line)


def _bare(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f\ufffe]+", "", text)
