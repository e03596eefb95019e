"""The front matter of an article file: read and check its fields."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from supportbot.content import platforms
from supportbot.content.files import parse_yaml
from supportbot.content.platforms import Platforms
from supportbot.errors import SourceError
from supportbot.text.folding import clean, fold, readable

ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
"""The form of an article's id."""

_URL = re.compile(r"(?:https?://[^\s/?#]+|/)[^\s<>\"'`\\]*")


def _is_line(value: Any) -> bool:
    return not isinstance(value, list | dict | bool) and clean(str(value)) != ""


def _are_platforms(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and platforms.ID.fullmatch(one) for one in value)


def _is_date(value: Any) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15


def _are_questions(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and fold(one) for one in value)


FIELDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "title": (_is_line, "a line of text"),
    "category": (_is_line, "a line of text"),
    "platforms": (_are_platforms, "a list such as [app, web]"),
    "published": (_is_date, "a date such as 2026-02-12"),
    "updated": (_is_date, "a date such as 2026-02-12"),
    "views": (_is_count, "a whole number from 0"),
    "complete": (lambda value: isinstance(value, bool), "true or false"),
    "url": (lambda value: isinstance(value, str) and _URL.fullmatch(value) is not None, "http(s)://… or /…"),
    "questions": (_are_questions, "a list of questions"),
    "pinned": (_are_questions, "a list of questions"),
    "excluded": (_are_questions, "a list of questions"),
    "tags": (_are_questions, "a list of words"),
    "description": (_is_line, "a line of text"),
    "locale": (_is_line, "a language such as zh-tw"),
    "draft": (lambda value: isinstance(value, bool), "true or false"),
    "review": (lambda value: isinstance(value, bool), "true or false"),
    "source": (_is_line, "a line of text"),
    "source_id": (_is_line, "a line of text"),
    "source_updated": (_is_date, "a date such as 2026-02-12"),
}
"""For each field but the id: the check of a value, and what is expected, in words."""

KEYS = ("id", *FIELDS)


def read(header: str, path: Path, known: Platforms | None = None) -> dict[str, Any]:
    """Return the fields of `Article` in the front matter `header` of the file `path`.

    `known` are the platforms that an article may name; None allows any id. Raise `SourceError` with the line.
    """
    data = _mapping(header, path)
    lines: dict[str, int] = {}
    for number, line in enumerate(header.splitlines(), 2):
        if match := re.match(r"([A-Za-z_]+)\s*:", line):
            lines.setdefault(match[1], number)

    def fault(key: object, message: str) -> SourceError:
        return SourceError(path, message, line=lines.get(str(key), 1))

    for key in data:
        if key not in KEYS:
            raise fault(key, f"unknown key {key!r}; expected one of {', '.join(sorted(KEYS))}")
    given = data.pop("id", path.stem)
    if not isinstance(given, str) or not ID.fullmatch(given):
        raise fault("id", f"id: {given!r:.80} is not usable; expected lower-case letters, digits and hyphens")
    values = {key: value for key, value in data.items() if value is not None}
    if "title" not in values:
        raise fault("title", "title is missing")
    for key, value in values.items():
        is_usable, expected = FIELDS[key]
        if not is_usable(value):
            raise fault(key, f"{key}: expected {expected}, got {value!r:.80}")
    if known and not set(named := values.get("platforms", [])) <= set(known.ids):
        raise fault("platforms", f"platforms: expected a list of {', '.join(known.ids)}, got {named!r:.80}")
    return {"id": given, **{key: _tidy(key, value) for key, value in values.items()}}


def _mapping(header: str, path: Path) -> dict[Any, Any]:
    try:
        data = parse_yaml(header) or {}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else None
        hint = "; quote a value that holds ': '" if "mapping values" in str(error.problem) else ""
        raise SourceError(path, f"front matter is not valid YAML: {error.problem}{hint}", line=line) from None
    except (yaml.YAMLError, ValueError) as error:
        raise SourceError(path, f"front matter is not valid YAML: {str(error).splitlines()[0]}", line=2) from None
    if not isinstance(data, dict):
        raise SourceError(path, "front matter: expected lines of `key: value`", line=2)
    return data


def _tidy(key: str, value: Any) -> Any:
    """Return a checked value as `Article` has it: text without unreadable characters, lists as tuples."""
    if key in ("title", "category", "description", "locale", "source", "source_id"):
        return readable(str(value))
    return tuple(map(readable, value)) if isinstance(value, list) else value
