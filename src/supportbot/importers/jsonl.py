"""JSON Lines: one article a line, `{"id": …, "title": …, "text": …}`. The names of keys: see `columns`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from supportbot.errors import SourceError
from supportbot.importers import lines
from supportbot.importers.records import Records
from supportbot.importers.result import Found, Options, Problem

ACCEPTS = "a .jsonl file (one JSON object a line)"
SUFFIXES: tuple[str, ...] = (".jsonl", ".ndjson")


def reads(path: Path, text: str) -> bool:
    """Return whether `text` begins like a JSON object on one line."""
    first = text.lstrip().partition("\n")[0].rstrip()
    return first.startswith("{") and (first.endswith("}") or len(first) > 1000)


def read(path: Path, options: Options) -> Iterator[Found]:
    """Yield the articles of a JSON Lines file, line by line; a line that is no JSON object is a broken article."""
    records = Records(path, options)
    count = 0
    for number, line in lines.of(path, options.encoding):
        if not line.strip():
            continue
        count += 1
        try:
            record = _record(path, number, line)
        except SourceError as error:
            yield Problem(path, error.message, number, broken=True)
        else:
            yield from records.read(record, number)
    if not count:
        raise SourceError(path, "no lines; expected one JSON object a line")
    yield from records.close()


def _record(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        message = f"not a JSON object: {error.msg} at column {error.colno}; expected one object a line"
        raise SourceError(path, message, line=number) from None
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else "a number is too long"
        raise SourceError(path, f"not a usable JSON object: {reason}", line=number) from None
    if not isinstance(record, dict):
        raise SourceError(path, f"expected a JSON object, got {line.strip():.40}", line=number)
    return record
