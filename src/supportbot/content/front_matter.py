"""The front matter of an article file: its fields read and checked, with the line of each fault."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import yaml

from supportbot.content import platforms
from supportbot.content.files import parse_yaml
from supportbot.content.platforms import Platform, Platforms
from supportbot.errors import SourceError
from supportbot.text.folding import clean, fold

ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
"""What the id of an article may be."""

URL = re.compile(r"(?:https?://[^\s/?#]+|/)[^\s<>\"'`\\]*")
"""What the address of an article may be."""

KEYS = (
    "id",
    "title",
    "category",
    "platforms",
    "published",
    "updated",
    "views",
    "complete",
    "url",
    "questions",
    "pinned",
    "excluded",
)


class FrontMatter:
    """The fields of a front matter, and the line of each for error messages.

    `known` are the platforms that an article may name; None allows any id.
    """

    def __init__(self, header: str, path: Path, known: Platforms | None = None) -> None:
        self._path = path
        self._known = known
        self._lines: dict[str, int] = {}
        for number, line in enumerate(header.splitlines(), 2):
            if match := re.match(r"([A-Za-z_]+)\s*:", line):
                self._lines.setdefault(match[1], number)
        try:
            self._data = parse_yaml(header) or {}
        except yaml.MarkedYAMLError as error:
            fault = error.problem_mark.line + 2 if error.problem_mark else None
            hint = "; quote a value that holds ': '" if "mapping values" in str(error.problem) else ""
            raise SourceError(path, f"front matter is not valid YAML: {error.problem}{hint}", line=fault) from None
        except (yaml.YAMLError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise SourceError(path, f"front matter is not valid YAML: {reason}", line=2) from None
        if not isinstance(self._data, dict):
            raise SourceError(path, "front matter: expected lines of `key: value`", line=2)
        for key in self._data:
            if key not in KEYS:
                raise self._error(str(key), f"unknown key {key!r}; expected one of {', '.join(sorted(KEYS))}")

    def fields(self) -> dict[str, Any]:
        """Return the values of `Article`'s fields, each checked. Raises `SourceError` with the line."""
        return {
            "id": self._id(),
            "title": self._text("title", required=True),
            "category": self._text("category"),
            "platforms": self._platforms(),
            "published": self._date("published"),
            "updated": self._date("updated"),
            "views": self._views(),
            "complete": self._complete(),
            "url": self._url(),
            "questions": self._texts("questions"),
            "pinned": self._texts("pinned"),
            "excluded": self._texts("excluded"),
        }

    def _error(self, key: str, message: str) -> SourceError:
        return SourceError(self._path, message, line=self._lines.get(key, 1))

    def _id(self) -> str:
        value = self._data.get("id", self._path.stem)
        if not isinstance(value, str) or not ID.fullmatch(value):
            raise self._error("id", f"id: {value!r:.80} is not usable; expected lower-case letters, digits and hyphens")
        return value

    def _text(self, key: str, *, required: bool = False) -> str:
        value = self._data.get(key)
        if value is None and not required:
            return ""
        if value is None:
            raise self._error(key, f"{key} is missing")
        if isinstance(value, list | dict | bool) or not clean(str(value)):
            raise self._error(key, f"{key}: expected a line of text, got {value!r:.80}")
        return clean(str(value))

    def _texts(self, key: str) -> tuple[str, ...]:
        values = self._data.get(key) or []
        if not isinstance(values, list) or not all(isinstance(value, str) and fold(value) for value in values):
            raise self._error(key, f"{key}: expected a list of questions, got {values!r:.80}")
        return tuple(clean(value) for value in values)

    def _platforms(self) -> tuple[Platform, ...]:
        values = self._data.get("platforms") or []
        if not isinstance(values, list) or not all(map(self._is_platform, values)):
            expected = f"of {', '.join(self._known.ids)}" if self._known else "such as [app, web]"
            raise self._error("platforms", f"platforms: expected a list {expected}, got {values!r:.80}")
        return tuple(values)

    def _is_platform(self, value: object) -> bool:
        if not isinstance(value, str):
            return False
        return value in self._known.ids if self._known else platforms.ID.fullmatch(value) is not None

    def _date(self, key: str) -> dt.date | None:
        value = self._data.get(key)
        if value is not None and (not isinstance(value, dt.date) or isinstance(value, dt.datetime)):
            raise self._error(key, f"{key}: expected a date such as 2026-02-12, got {value!r:.80}")
        return value

    def _views(self) -> int:
        value = self._data.get("views", 0)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**15:
            raise self._error("views", f"views: expected a whole number from 0, got {value!r:.80}")
        return value

    def _complete(self) -> bool:
        value = self._data.get("complete", True)
        if not isinstance(value, bool):
            raise self._error("complete", f"complete: expected true or false, got {value!r:.80}")
        return value

    def _url(self) -> str | None:
        value = self._data.get("url")
        if value is not None and (not isinstance(value, str) or not URL.fullmatch(value)):
            raise self._error("url", f"url: expected http(s)://… or /…, got {value!r:.80}")
        return value
