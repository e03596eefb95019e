"""Tables: `.csv` and `.tsv`, row by row, and the sheets of `.xlsx`. The names of columns: see `columns`.

The header is the first row that names a title and a text, so that titles may stand above it. A row is an article.
Merged cells fill the places that they cover; a category stands for the empty cells below it; where no column has it,
it is the name of the sheet. Formulas count with the value that the file has of them.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from supportbot.errors import SourceError
from supportbot.importers import bodies, columns, lines
from supportbot.importers.records import Records
from supportbot.importers.result import Found, Options, Problem
from supportbot.text.folding import readable

ACCEPTS = "a .csv, .tsv or .xlsx file (a header row that names columns such as 問題, 答案)"
SUFFIXES: tuple[str, ...] = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")

MAX_CELL = 1_000_000
_DELIMITERS = (",", ";", "\t", "|")
_HEADER_ROWS = 20
_SAMPLE = 60
_MAX_COLUMNS = 500
_EMPTY = frozenset(["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"])
_PLAIN_SHEET = re.compile(r"(?:sheet|工作表|表)\s?\d*|faq|常見問題|常见问题", re.IGNORECASE)


def reads(path: Path, text: str) -> bool:
    """Return whether `text` has a header row within its first lines."""
    try:
        return _dialect(text.split("\n")[:_SAMPLE], Options()) is not None
    except csv.Error:
        return False


def read(path: Path, options: Options) -> Iterator[Found]:
    """Yield the articles of a table. Raises `SourceError` for one that cannot be read or has no header."""
    suffix = path.suffix.lower()
    if suffix in (".xls", ".ods", ".xlsm"):
        reason = "may hold macros" if suffix == ".xlsm" else "a format that is not read"
        raise SourceError(path, f"{suffix}: {reason}; save it as .xlsx or .csv")
    if suffix == ".xlsx":
        from supportbot.importers import workbooks

        yield from _read_workbook(path, options, workbooks.sheets(path))
    else:
        yield from _read_text(path, options)


# --- rows → records ------------------------------------------------------------------------------------------------


@dataclass
class Row:
    """A row of a table: the number by which people know it, its cells, and what else a sheet says of it."""

    number: int
    cells: Sequence[Any]
    links: Mapping[int, str] = field(default_factory=dict)
    is_hidden: bool = False
    is_band: bool = False
    """A cell goes over several columns."""


class Table:
    """Rows as articles: finds the header, fills categories down.

    >>> table = Table(Records(path, options, unit="row"), path, options)
    >>> [one for row in rows for one in table.row(row)], table.header
    """

    def __init__(self, records: Records, path: Path, options: Options, category: str = "") -> None:
        self.header: list[str] | None = None
        self.first: list[str] = []
        self.seen = 0
        self.filled: tuple[int, int] | None = None
        self.hidden: tuple[int, int] | None = None
        self._records = records
        self._path = path
        self._columns = columns.check(options.columns)
        self._category = category
        self._header_cells: list[Any] = []
        self._band = ""
        self._held: dict[str, Any] = {}
        self._category_names: list[str] = []

    def row(self, row: Row, defaults: Mapping[str, str] | None = None) -> Iterator[Found]:
        """Yield the article of a row; nothing for the header and what stands above it."""
        cells = [_trimmed(cell) for cell in row.cells[:_MAX_COLUMNS]]
        if all(cell in (None, "") for cell in cells):
            return
        if self.header is None:
            self.seen += 1
            self.first = self.first or [str(cell)[:20] for cell in cells if cell not in (None, "")]
            if is_header(cells, self._columns):
                self.header, self._header_cells = _names(cells), cells
                fields, _ = columns.assign(self.header, self._columns)
                self._category_names = [*fields.get("category", []), *fields.get("section", [])]
            return
        if cells == self._header_cells:  # repeated on each printed page
            return
        extra = [cell for cell in cells[len(self.header) :] if cell not in (None, "")]
        if extra:
            message = f"{len(cells)} cells, but the header has {len(self.header)}; quote a text with the separator"
            yield Problem(self._path, message, row.number, broken=True)
            return
        if row.is_band and len({cell for cell in cells if cell not in (None, "")}) == 1:
            self._band = str(next(cell for cell in cells if cell not in (None, "")))
            return
        record = dict(zip(self.header, cells, strict=False))
        self._fill(record, row.number)
        self._link(record, row)
        if row.is_hidden:
            self.hidden = (self.hidden[0] + 1 if self.hidden else 1, self.hidden[1] if self.hidden else row.number)
            record["draft"] = True
        category = " / ".join(filter(None, [self._category, self._band]))
        yield from self._records.read(record, row.number, defaults={"category": category, **(defaults or {})})

    def identifier(self, row: Row) -> str:
        """Return the id that a row has; "" without one."""
        names = columns.assign(self.header or [], self._columns)[0].get("id", [])
        record = dict(zip(self.header or [], row.cells, strict=False))
        return next((str(record[name]).strip() for name in names if record.get(name) not in (None, "")), "")

    def close(self) -> Iterator[Problem]:
        """Yield what is told once for the table."""
        if self.filled:
            count, first = self.filled
            yield Problem(self._path, f"category empty in {count:,} row(s); taken from the row above", first)
        if self.hidden:
            count, first = self.hidden
            yield Problem(self._path, f"{count:,} hidden row(s); kept as drafts", first)

    def _fill(self, record: dict[str, Any], number: int) -> None:
        """Fill empty categories from the row above; a level that changes empties those below it."""
        for level, name in enumerate(self._category_names):
            if record.get(name) in (None, ""):
                above = [self._held.get(one) for one in self._category_names[: level + 1]]
                same = [record.get(one) for one in self._category_names[:level]] == above[:-1]
                if above[-1] and same:
                    record[name] = above[-1]
                    self.filled = (self.filled[0] + 1, self.filled[1]) if self.filled else (1, number)
        self._held = {name: record.get(name) for name in self._category_names}

    def _link(self, record: dict[str, Any], row: Row) -> None:
        """Put the links of cells where they belong: into the text, or as the article's address."""
        for place, address in row.links.items():
            if place >= len(self.header or ()):
                continue
            name = (self.header or [])[place]
            known = columns.field_of(name)
            target = self._columns.get(name) or (known[0] if known else "")
            shown = str(record.get(name) or "")
            if target == "url":
                record[name] = address
            elif target == "title":
                record.setdefault("url", address)
            elif shown.strip() and address not in shown:
                one_line = "\n" not in shown.strip()
                link = f"[{bodies.plain(shown.strip())}](<{address}>)" if one_line else f"<{address}>"
                record[name] = link if one_line else f"{shown}\n\n{link}"


def is_header(cells: Sequence[Any], given: Mapping[str, str]) -> bool:
    """Return whether a row names a column for the title and one for the text, and is short enough for names."""
    names = [cell for cell in cells if isinstance(cell, str) and cell]
    if not names or any(len(name) > 60 for name in names):
        return False
    fields, _ = columns.assign(names, given)
    return "text" in fields and ("title" in fields or (len(fields) > 1 or given.keys() & set(names) != set()))


def _names(cells: Sequence[Any]) -> list[str]:
    """Return the names of columns; equal ones get an invisible sign each, empty ones a name by their letter."""
    names: list[str] = []
    for place, cell in enumerate(cells):
        name = readable(str(cell)) if cell not in (None, "") else f"column {_letter(place)}"
        while name in names:
            name += "\u200b"
        names.append(name)
    return names


def _letter(place: int) -> str:
    return (_letter(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


def _trimmed(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    cell = cell.strip()
    return "" if cell in _EMPTY else cell


def _no_header(path: Path, first: Iterable[str]) -> SourceError:
    shown = ", ".join(repr(readable(cell)) for cell in list(first)[:5])
    message = f"no header row that names a title and a text; begins with {shown or 'nothing'}; "
    return SourceError(path, message + "expected names such as 問題, 答案 (question, answer), or --column NAME=title")


# --- .csv ----------------------------------------------------------------------------------------------------------


def _read_text(path: Path, options: Options) -> Iterator[Found]:
    csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL))
    source = (line + "\n" for _, line in lines.of(path, options.encoding))
    sample = list(islice(source, _SAMPLE))
    skipped = 1 if sample and re.fullmatch(r"sep=.\n", sample[0]) else 0
    try:
        delimiter = _dialect(sample[skipped:], options)
    except csv.Error as error:
        raise SourceError(path, f"cannot be read as a table: {error}") from None
    if delimiter is None:
        first = next((line.strip() for line in sample if line.strip()), "")
        raise _no_header(path, re.split(r"[,;\t|]", first[:200]) if first else [])
    records = Records(path, options, unit="row")
    table = Table(records, path, options)
    reader = csv.reader(chain(sample[skipped:], source), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            if "unexpected end" in str(error) or "field limit" in str(error):
                message = f"a quotation mark is not closed, or a cell has more than {MAX_CELL:,} characters"
                raise SourceError(path, message, line=number) from None
            yield Problem(path, f"not a row of a table: {error}", number, broken=True)
            continue
        yield from table.row(Row(number, cells))
    yield from table.close()
    yield from records.close()


def _dialect(sample: Sequence[str], options: Options) -> str | None:
    """Return the sign between the cells: the one by which a row is a header; None if there is no such row."""
    given = columns.check(options.columns)
    for delimiter in _DELIMITERS:
        for row in islice(csv.reader(sample, delimiter=delimiter), _HEADER_ROWS):
            if len(row) > 1 and is_header([_trimmed(cell) for cell in row], given):
                return delimiter
    return None


# --- .xlsx ---------------------------------------------------------------------------------------------------------


def _read_workbook(path: Path, options: Options, sheets: Iterator[Any]) -> Iterator[Found]:
    records = Records(path, options, unit="row")
    known: set[str] = set()
    headers = 0
    first: list[str] = []
    told: list[Problem] = []
    for sheet in sheets:
        if sheet.is_hidden:
            told.append(Problem(path, f"the hidden sheet {sheet.name!r:.40} is not read"))
            continue
        is_named = not _PLAIN_SHEET.fullmatch(sheet.name.strip())
        table = Table(records, path, options, readable(sheet.name) if is_named else "")
        here: set[str] = set()
        records.place = f"sheet {sheet.name!r:.40}"
        for row in sheet.rows():
            identifier = table.identifier(row) if table.header else ""
            here.add(identifier)
            defaults = (
                {"source_id": f"{readable(sheet.name)}/{identifier}"} if identifier and identifier in known else {}
            )
            yield from table.row(row, defaults)
            if table.header is None and table.seen >= _HEADER_ROWS:
                break
        known |= here
        first = first or table.first
        if table.header:
            headers += 1
            yield from table.close()
        elif table.first:
            told.append(Problem(path, f"the sheet {sheet.name!r:.40} has no header row; not read"))
        told += [Problem(path, f"sheet {sheet.name!r:.40}: {message}") for message in sheet.told]
    if not headers:
        raise _no_header(path, first)
    yield from told
    yield from records.close()
