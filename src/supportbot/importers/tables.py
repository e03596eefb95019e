"""HTML tables as Markdown tables: cells that go over several rows or columns repeated, hidden ones left out."""

import re
from collections.abc import Iterable, Sequence
from html.parser import HTMLParser

MAX_SPAN = 50
MAX_COLUMNS = 200
_MAX_DEPTH = 4
_TABLE = re.compile(r"<(/?)table\b[^<>]{0,2000}>", re.IGNORECASE)
_LEAD = re.compile(r"[ ]*(?:(?:[-*+]|\d{1,9}[.)])[ ]+)*")


def replaced(text: str, depth: int = 0) -> str:
    """Return a text with its HTML tables as Markdown tables; the tags in their cells stay."""
    kept: list[str] = []
    opened: list[int] = []
    written = 0
    for tag in _TABLE.finditer(text):
        if not tag[1]:
            opened.append(tag.start())
        elif opened:
            start = opened.pop()
            if not opened:
                before = text[text.rfind("\n", 0, start) + 1 : start]
                lead = _LEAD.match(before)
                indent = " " * len(lead[0]) if lead else ""
                table = to_pipes(text[start : tag.end()], depth).replace("\n", f"\n{indent}")
                own_line = "" if before.strip() and lead and lead[0] == before else f"\n\n{indent}"
                kept += [text[written:start], own_line, table, f"\n\n{indent}"]
                written = tag.end()
    return "".join([*kept, text[written:]])


def to_pipes(table: str, depth: int = 0) -> str:
    """Return a Markdown table of an HTML one; its caption and a title over all columns stand as paragraphs above it.

    A table of one column only places what is in it, which comes back as it is.
    """
    reader = _TableParser()
    reader.feed(table)
    reader.close()
    rows = [row for row in reader.rows() if any(row)]
    width = max((len(row) for row in rows), default=0)
    above = [reader.caption()]
    if width == 1:
        alone = "\n\n".join(row[0] for row in rows)
        return "\n\n".join(filter(None, [*above, replaced(alone, depth + 1) if depth < _MAX_DEPTH else alone]))
    rows = [[re.sub(r"\s+", " ", cell).replace("|", "\\|") for cell in row] for row in rows]
    while rows and len(rows) > 1 and len(set(rows[0])) == 1:
        above.append(rows.pop(0)[0])
    return "\n\n".join(filter(None, [*above, pipes(rows)]))


class _TableParser(HTMLParser):
    """Reads the cells of a table with the tags in them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self._rows: list[list[tuple[list[str], int, int]]] = []
        self._caption: list[str] = []
        self._in_caption = False
        self._depth = 0
        self._hidden_row = False
        self._hidden_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self._depth += tag == "table"
        if self._depth > 1:
            self._write(" " if tag in ("tr", "td", "th") and not self._alone() else self.get_starttag_text() or "")
        elif tag == "tr":
            self._hidden_row, self._hidden_cell = "hidden" in attributes, False
            if not self._hidden_row:
                self._rows.append([])
        elif tag in ("td", "th"):
            self._hidden_cell = "hidden" in attributes
            if not self._rows and not self._hidden_row:
                self._rows.append([])
            if not self._hidden_row and not self._hidden_cell:
                self._rows[-1].append(([], span(attributes.get("rowspan")), span(attributes.get("colspan"))))
        elif tag == "caption":
            self._in_caption = True
        elif tag not in ("table", "thead", "tbody", "tfoot", "colgroup", "col"):
            self._write(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("td", "th", "tr"):
            self.handle_starttag(tag, attrs)
        elif tag not in ("col", "table"):
            self._write(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if self._depth > 1:
            self._write(f"</{tag}>" if self._alone() or tag not in ("tr", "td", "th", "table") else " ")
        elif tag == "caption":
            self._in_caption = False
        elif tag in ("td", "th"):
            self._hidden_cell = False
        elif tag not in ("table", "thead", "tbody", "tfoot", "colgroup", "tr"):
            self._write(f"</{tag}>")
        self._depth -= tag == "table"

    def handle_data(self, data: str) -> None:
        self._write(data)

    def handle_entityref(self, name: str) -> None:
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write(f"&#{name};")

    def _alone(self) -> bool:
        """Return whether each row so far has one cell: then a table inside may stand as such."""
        return all(len(row) <= 1 for row in self._rows)

    def _write(self, text: str) -> None:
        if self._in_caption:
            self._caption.append(text)
        elif self._rows and self._rows[-1] and not self._hidden_row and not self._hidden_cell:
            self._rows[-1][-1][0].append(text)

    def caption(self) -> str:
        """Return the caption on one line."""
        return " ".join("".join(self._caption).split())

    def rows(self) -> list[list[str]]:
        """Return the rows with their cells, each spanning cell in every place that it covers."""
        return spread([("".join(parts).strip(), down, across) for parts, down, across in cells] for cells in self._rows)


def spread(rows: Iterable[Iterable[tuple[str, int, int]]]) -> list[list[str]]:
    """Return rows of cells (text, rows that it covers, columns that it covers) with a text in each place.

    >>> spread([[("鏈", 2, 1), ("10", 1, 1)], [("20", 1, 1)]])
    [['鏈', '10'], ['鏈', '20']]
    """
    held: dict[int, tuple[int, str]] = {}  # column → for how many rows more, which text
    result = []
    for cells in rows:
        row: list[str] = []
        for text, down, across in cells:
            _fill(row, held)
            for _ in range(across):
                if down > 1:
                    held[len(row)] = down - 1, text
                row.append(text)
        _fill(row, held)
        result.append(row[:MAX_COLUMNS])
    return result


def _fill(row: list[str], held: dict[int, tuple[int, str]]) -> None:
    """Put the cells of rows above that reach down to the next places of `row`."""
    while (column := len(row)) in held:
        left, text = held.pop(column)
        row.append(text)
        if left > 1:
            held[column] = left - 1, text


def span(value: object) -> int:
    """Return how many rows or columns a cell covers by its attribute."""
    return min(int(value), MAX_SPAN) if isinstance(value, str) and re.fullmatch(r"[1-9]\d{0,3}", value) else 1


def pipes(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells, each one line of Markdown, as a Markdown table; shorter rows are filled up."""
    width = max((len(row) for row in rows), default=0)
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    if lines:
        lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)
