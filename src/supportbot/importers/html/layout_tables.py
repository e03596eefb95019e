"""Tables of pages that are no tables to their readers: they only put parts of a page in places."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import Tag

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
