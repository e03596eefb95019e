"""Rows of table cells that go over several rows or columns, as a Markdown table with each in every place it covers."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import Tag

MAX_SPAN = 50
MAX_COLUMNS = 200
_BLOCKS = ["ol", "table", "pre", "h1", "h2", "h3", "h4"]


def places_only(table: "Tag", columns: int) -> bool:
    """Return whether a table of so many columns is no table to its readers: it only puts parts of a page in places."""
    if table.get("role") in ("presentation", "none") or table.find(["table", "h1", "h2", "h3", "h4"]) is not None:
        return True
    return columns < 2 and table.find(["th", "caption"]) is None


def is_layout(table: "Tag") -> bool:
    """Return whether a table has one column, or holds blocks that no cell of a Markdown table can hold."""
    if table.get("role") in ("presentation", "none") or table.find(_BLOCKS) is not None:
        return True
    rows = (row for row in table.find_all("tr") if row.find_parent("table") is table)
    return all(len(row.find_all(["td", "th"], recursive=False)) < 2 for row in rows)


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
