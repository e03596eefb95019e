"""The sheets of an `.xlsx` file, row by row: values by openpyxl, what its streaming mode leaves out by the XML itself.

openpyxl reads either as a stream, without merged cells, links and hidden rows, or all at once, for which a large sheet
takes a gigabyte. These three are few and stand in each sheet's part, so they are collected from it beforehand.
"""

import datetime as dt
import posixpath
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree  # archives.check has refused document types and entities

from supportbot.errors import SourceError
from supportbot.importers import archives
from supportbot.importers.sheets import Row

KIND = "a .xlsx file without macros and password"
MAX_SHEETS = 200
MAX_MERGED_CELLS = 200_000

MAX_COLUMNS = 500
MAX_PART_BYTES = 80_000_000
"""A sheet, or the texts of all sheets, may have so many bytes of XML."""

_DAMAGE = (
    zipfile.BadZipFile,
    ElementTree.ParseError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


@dataclass
class _Extras:
    """What a sheet says beside its values, by row and column, both from 1."""

    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)  # place → the cell that covers it
    bands: set[int] = field(default_factory=set)
    links: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    hidden_columns: bool = False
    formulas: int = 0
    width: int = 1


class Sheet:
    """One sheet: its name, whether it is hidden, its rows; after these, in `told`, what could not be carried."""

    def __init__(self, path: Path, name: str, is_hidden: bool, worksheet: Any, extras: _Extras) -> None:
        self._path = path
        self.name = name
        self.is_hidden = is_hidden
        self.told: list[str] = []
        self._worksheet = worksheet
        self._extras = extras
        if extras.hidden_columns:
            self.told.append("hidden columns are read like the others")
        if extras.formulas:
            self.told.append(f"{extras.formulas:,} formula(s) have no stored value; open and save it in a spreadsheet")

    def rows(self) -> Iterator[Row]:
        """Yield the rows with merged cells filled."""
        extras = self._extras
        covers = set(extras.merged.values())
        held: dict[tuple[int, int], Any] = {}
        for number, cells in enumerate(self._cells(), 1):
            values = [_value(cell) for cell in cells]
            for place in range(1, len(values) + 1):
                if (number, place) in covers:
                    held[number, place] = values[place - 1]
                elif (number, place) in extras.merged:
                    values[place - 1] = held.get(extras.merged[number, place])
            links = {place - 1: address for place, address in extras.links.get(number, {}).items()}
            yield Row(number, values, links, number in extras.hidden, number in extras.bands)

    def _cells(self) -> Iterator[Any]:
        try:
            yield from self._worksheet.iter_rows(max_col=self._extras.width)
        except _DAMAGE as error:
            raise _damaged(self._path, error) from None


def sheets(path: Path) -> Iterator[Sheet]:
    """Yield the sheets of a workbook in their order. Raises `SourceError` for a file that is no safe workbook."""
    import openpyxl

    archives.check(path, KIND)
    try:
        with zipfile.ZipFile(path) as archive:
            if large := [one.filename for one in archive.infolist() if one.file_size > MAX_PART_BYTES]:
                message = f"{large[0]!r:.60} has more than {MAX_PART_BYTES:,} bytes; split it, or save it as .csv"
                raise SourceError(path, message)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of openpyxl, on styles and extensions that do not matter here
                book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                for name, is_hidden, part in _parts(archive, path):
                    extras = _extras(archive, part, path)
                    worksheet = book[name]
                    worksheet.reset_dimensions()
                    yield Sheet(path, name, is_hidden, worksheet, extras)
            finally:
                book.close()
    except _DAMAGE as error:
        raise _damaged(path, error) from None


def _damaged(path: Path, error: Exception) -> SourceError:
    return SourceError(path, f"damaged: {' '.join(str(error).split())[:100]}; expected {KIND}")


def _parts(archive: zipfile.ZipFile, path: Path) -> list[tuple[str, bool, str]]:
    """Return name, whether it is hidden, and part of each sheet with cells."""
    targets = _relations(archive, "xl/workbook.xml")
    root = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    found = []
    for sheet in root.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION, ""), "")
        if "worksheets/" in target:
            found.append((sheet.get("name", ""), sheet.get("state", "visible") != "visible", target))
    if not found or len(found) > MAX_SHEETS:
        raise SourceError(path, f"has {len(found)} sheets with cells; expected 1 to {MAX_SHEETS}")
    return found


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Return what the relations of a part name, by their ids: other parts by their full names, or addresses."""
    folder, name = posixpath.split(part)
    try:
        root = ElementTree.fromstring(archive.read(f"{folder}/_rels/{name}.rels"))  # noqa: S314
    except KeyError:
        return {}
    found = {}
    for one in root:
        target = one.get("Target", "")
        if one.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        found[one.get("Id", "")] = target
    return found


def _extras(archive: zipfile.ZipFile, part: str, path: Path) -> _Extras:
    extras = _Extras()
    targets = _relations(archive, part)
    area = 0
    with archive.open(part) as stream:
        parents: list[ElementTree.Element] = []
        for event, element in ElementTree.iterparse(stream, ("start", "end")):  # noqa: S314
            if event == "start":
                parents.append(element)
                continue
            parents.pop()
            tag = element.tag.removeprefix(_MAIN)
            if tag == "row":
                _row(extras, element)
            elif tag == "col" and element.get("hidden") in ("1", "true"):
                extras.hidden_columns = True
            elif tag == "c" and element.find(f"{_MAIN}f") is not None and not element.findtext(f"{_MAIN}v"):
                extras.formulas += 1
            elif tag == "mergeCell":
                area += _merge(extras, element.get("ref", ""), MAX_MERGED_CELLS - area, path)
            elif tag == "hyperlink" and (address := targets.get(element.get(_RELATION, ""))):
                (top, left), _ = _range(element.get("ref", ""))
                extras.links.setdefault(top, {})[left] = address + _fragment(element.get("location"))
            if tag in ("row", "mergeCell", "hyperlink") and parents:
                parents[-1].remove(element)
    return extras


def _row(extras: _Extras, row: ElementTree.Element) -> None:
    if row.get("hidden") in ("1", "true"):
        extras.hidden.add(int(row.get("r", "0")))
    if len(row):
        last = row[-1].get("r")
        extras.width = min(MAX_COLUMNS, max(extras.width, _place(last)[1] if last else len(row)))


def _fragment(location: str | None) -> str:
    return f"#{location}" if location else ""


def _merge(extras: _Extras, reference: str, room: int, path: Path) -> int:
    (top, left), (bottom, right) = _range(reference)
    extras.width = min(MAX_COLUMNS, max(extras.width, right))
    area = (bottom - top + 1) * (right - left + 1)
    if area > room:
        raise SourceError(path, f"more than {MAX_MERGED_CELLS:,} merged cells ({reference:.30}); expected fewer")
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            if (row, column) != (top, left):
                extras.merged[row, column] = (top, left)
    if top == bottom and right - left >= 1:
        extras.bands.add(top)
    return area


def _range(reference: str) -> tuple[tuple[int, int], tuple[int, int]]:
    first, _, last = reference.partition(":")
    return _place(first), _place(last or first)


def _place(cell: str) -> tuple[int, int]:
    match = _CELL.fullmatch(cell)
    if not match:
        raise ValueError(f"{cell!r:.20} is no cell")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


def _value(cell: Any) -> Any:
    """Return the value of a cell as people see it: whole numbers without .0, dates, shares in percent."""
    value = cell.value
    if isinstance(value, str):
        return re.sub(r"_x000[dD]_\n?", "\n", value)
    if isinstance(value, float | int) and not isinstance(value, bool):
        if "%" in (cell.number_format or ""):
            return f"{round(value * 100, 4):g}%"
        return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date()
    return value if value is None or isinstance(value, bool | dt.date) else str(value)
