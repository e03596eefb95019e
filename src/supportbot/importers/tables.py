"""HTML tables as Markdown tables, cells that go over several rows repeated, hidden ones left out."""

import re
from html.parser import HTMLParser

_MAX_CELLS = 50


def to_pipes(table: str) -> str:
    """Return a Markdown table of an HTML one; rows of a single cell stand as paragraphs above it."""
    reader = _TableParser()
    reader.feed(table)
    reader.close()
    rows = [row for row in reader.rows() if any(row)]
    alone = [row[0] for row in rows if len(set(row)) == 1]
    rows = [row for row in rows if len(set(row)) > 1]
    width = max((len(row) for row in rows), default=0)
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    if lines:
        lines.insert(1, "|" + " --- |" * width)
    return "\n\n".join([*alone, "\n".join(lines)])


class _TableParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._rows: list[list[tuple[list[str], int, int]]] = []
        self._hidden_row = False
        self._hidden_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "tr":
            self._hidden_row, self._hidden_cell = "hidden" in attributes, False
            if not self._hidden_row:
                self._rows.append([])
        elif tag in ("td", "th"):
            self._hidden_cell = "hidden" in attributes
            if self._rows and not self._hidden_row and not self._hidden_cell:
                self._rows[-1].append(([], _span(attributes.get("rowspan")), _span(attributes.get("colspan"))))
        elif tag in ("br", "li", "p", "div"):
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        if self._rows and self._rows[-1] and not self._hidden_row and not self._hidden_cell:
            self._rows[-1][-1][0].append(data)

    def rows(self) -> list[list[str]]:
        """Return the rows with their cells, each spanning cell in every place that it covers."""
        held: dict[int, tuple[int, str]] = {}  # column → for how many rows more, which text
        rows = []
        for cells in self._rows:
            row: list[str] = []
            for parts, down, across in cells:
                _fill(row, held)
                text = re.sub(r"\s+", " ", "".join(parts)).strip().replace("|", "\\|").replace("<", "\\<")
                for _ in range(across):
                    if down > 1:
                        held[len(row)] = down - 1, text
                    row.append(text)
            _fill(row, held)
            rows.append(row[:_MAX_CELLS])
        return rows


def _fill(row: list[str], held: dict[int, tuple[int, str]]) -> None:
    """Put the cells of rows above that reach down to the next places of `row`."""
    while (column := len(row)) in held:
        left, text = held.pop(column)
        row.append(text)
        if left > 1:
            held[column] = left - 1, text


def _span(value: str | None) -> int:
    return min(int(value), _MAX_CELLS) if value and re.fullmatch(r"[1-9]\d{0,3}", value) else 1
