"""YAML, TOML and JSON as a person reads them: mappings and lists of texts, so that `1.10` and `yes` stay what they are.

Deep nesting is refused, as parsers crash on it, and so are references of YAML, as a few can fill the memory.
"""

import datetime as dt
import json
import tomllib
from typing import Any

import yaml

MAX_DEPTH = 40
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # some builds of PyYAML come without libyaml
_NOTHING = frozenset(["", "~", "null", "Null", "NULL"])


def of_yaml(text: str) -> Any:
    """Return the data of a YAML text; tags are passed over. Raises `ValueError` with a line of what is wrong.

    >>> of_yaml("version: 1.10\\nshown: yes")
    {'version': '1.10', 'shown': 'yes'}
    """
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.DocumentEndEvent):
                break
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        place = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ValueError(f"{error.problem or error.context or 'not valid'}{place}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(" ".join(str(error).split())[:100]) from None
    return builder.root[0] if builder.root else None


class _Builder:
    """Builds data from the events of a YAML parser."""

    def __init__(self) -> None:
        self.root: list[Any] = []
        self._open: list[Any] = [self.root]
        self._keys: list[str | None] = [None]

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.AliasEvent():
                raise ValueError("references (*name) are not supported")
            case yaml.ScalarEvent():
                self._add(None if event.style is None and event.value in _NOTHING else event.value)
            case yaml.MappingStartEvent():
                self._begin({})
            case yaml.SequenceStartEvent():
                self._begin([])
            case yaml.CollectionEndEvent():
                self._open.pop()
                self._keys.pop()
            case _:
                pass

    def _begin(self, collection: dict[str, Any] | list[Any]) -> None:
        if len(self._open) > MAX_DEPTH:
            raise ValueError("nested too deeply")
        self._add(collection)
        self._open.append(collection)
        self._keys.append(None)

    def _add(self, value: Any) -> None:
        collection, key = self._open[-1], self._keys[-1]
        if isinstance(collection, list):
            collection.append(value)
        elif key is None:
            if isinstance(value, dict | list):
                raise ValueError("a key that is a list or a mapping")
            self._keys[-1] = "" if value is None else value
        else:
            collection[key] = value
            self._keys[-1] = None


def of_toml(text: str) -> dict[str, Any]:
    """Return the data of a TOML text. Raises `ValueError` with a line of what is wrong."""
    try:
        return {key: _texts(value) for key, value in tomllib.loads(text).items()}
    except RecursionError:
        raise ValueError("nested too deeply") from None


def of_json(text: str) -> tuple[Any, int]:
    """Return the data of the JSON value that `text` begins with, and where it ends. Raises `ValueError`."""
    try:
        start = len(text) - len(text.lstrip())
        data, end = json.JSONDecoder().raw_decode(text, start)
        return _texts(data), end
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _texts(value: Any, depth: int = 0) -> Any:
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    match value:
        case dict():
            return {str(key): _texts(one, depth + 1) for key, one in value.items()}
        case list():
            return [_texts(one, depth + 1) for one in value]
        case bool():
            return "true" if value else "false"
        case dt.datetime() | dt.date():
            return value.isoformat()
        case None | str():
            return value
        case _:
            return str(value)
