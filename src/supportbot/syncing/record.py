"""`imported.jsonl` in a corpus folder: each article as its source last had it, one JSON object a line.

By this a later import tells what the source changed from what people changed. Without it, an article that differs from
its source counts as edited by people.
"""

import dataclasses
import datetime as dt
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from supportbot.content.articles import Article
from supportbot.content.front_matter import FIELDS
from supportbot.errors import SourceError, StorageError

FILE_NAME = "imported.jsonl"
_DATES = frozenset(field.name for field in dataclasses.fields(Article) if "date" in str(field.type))
_DEFAULTS = {field.name: field.default for field in dataclasses.fields(Article)}
_TEXTS = frozenset(field.name for field in dataclasses.fields(Article) if field.type in (str, "str"))


def read(corpus: Path) -> Iterator[Article]:
    """Yield the articles of the record; none without one. Raise `SourceError` for a line that is not one."""
    path = corpus / FILE_NAME
    try:
        with path.open(encoding="utf-8") as stream:
            for number, line in enumerate(stream, 1):
                try:
                    yield _article(json.loads(line))
                except (ValueError, TypeError, AttributeError, RecursionError):
                    message = "is not a line that an import wrote; restore the file, or delete it to begin anew"
                    raise SourceError(path, message, line=number) from None
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(path, f"cannot be read: {error}") from None


def write(articles: Iterable[Article], corpus: Path) -> None:
    """Replace the record by these articles, by one rename. Raise `StorageError` if it cannot be written."""
    path = corpus / FILE_NAME
    staging = path.with_name(f".{FILE_NAME}-{os.getpid()}")
    try:
        with staging.open("w", encoding="utf-8", newline="\n") as stream:
            for article in articles:
                stream.write(_line(article) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        staging.replace(path)
    except OSError as error:
        staging.unlink(missing_ok=True)
        raise StorageError(path, error) from None


def _line(article: Article) -> str:
    held = {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, default in _DEFAULTS.items()
        if (value := getattr(article, name)) != default
    }
    return json.dumps(held, ensure_ascii=False)


def _article(held: dict[str, Any]) -> Article:
    values: dict[str, Any] = {
        name: dt.date.fromisoformat(value)
        if name in _DATES and value is not None
        else tuple(value)
        if isinstance(value, list)
        else value
        for name, value in held.items()
    }
    if not all(isinstance(values[name], str) for name in _TEXTS & values.keys()):
        raise TypeError("expected texts")
    if not all(isinstance(one, str) for value in values.values() if isinstance(value, tuple) for one in value):
        raise TypeError("expected lists of texts")
    if not FIELDS["views"][0](values.get("views", 0)):
        raise TypeError("expected a number of views")
    return Article(**values)
