"""JSON Lines: one article a line, `{"id": …, "title": …, "text": …}`.

Field names: `id` or `_id`; `title` or `question`; `text`, `body` or `answer` (Markdown, plain text or HTML); and, as in
our own front matter, `category`, `platforms`, `published`, `updated` (ISO dates), `views`, `complete`, `url`,
`questions`, `pinned`, `excluded`. Other keys are ignored.
"""

import contextlib
import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from supportbot.content import platforms
from supportbot.content.articles import Article
from supportbot.content.front_matter import FIELDS, KEYS
from supportbot.content.platforms import Platform
from supportbot.errors import SourceError
from supportbot.importers import ids, markdown, markup
from supportbot.importers.result import Found, Imported, Options, Problem, check_size, read_text
from supportbot.text.folding import clean, fold

ACCEPTS = "a .jsonl file (one JSON object a line)"
SUFFIXES: tuple[str, ...] = (".jsonl", ".ndjson")

_TITLES = ("title", "question")
_TEXTS = ("text", "body", "answer", "content")
_KNOWN = frozenset(["_id", *_TITLES, *_TEXTS, *KEYS])
_MAX_TITLE = 80


def reads(path: Path, text: str) -> bool:
    """Return whether `text` begins like a JSON object."""
    return text.lstrip().startswith("{")


def read(path: Path, options: Options) -> Iterator[Found]:
    """Yield the articles of a JSON Lines file. Raises `SourceError` with the line for one that is no JSON object."""
    reader = _Lines(path)
    for number, line in enumerate(read_text(path, options.encoding).split("\n"), 1):
        if line.strip():
            reader.line(number, line)
    if not reader.lines:
        raise SourceError(path, "no lines; expected one JSON object a line")
    yield from reader.result()


class _Lines:
    def __init__(self, path: Path) -> None:
        self.lines = 0
        self._path = path
        self._problems: list[Problem] = []
        self._found: dict[str, Imported] = {}
        self._unknown: dict[str, int] = {}
        self._named: list[int] = []

    def line(self, number: int, line: str) -> None:
        self.lines += 1
        record = self._record(number, line)
        for key in record:
            if key not in _KNOWN:
                self._unknown.setdefault(key, number)
        article = self._article(number, record)
        if article is None:
            return
        given = record.get("id", record.get("_id"))
        self._add(Imported(article, self._path, number, has_own_id=given == article.id))

    def result(self) -> Iterator[Found]:
        if self._unknown:
            keys = ", ".join(repr(clean(key)[:40]) for key in list(self._unknown)[:10])
            more = f" and {len(self._unknown) - 10} more" if len(self._unknown) > 10 else ""
            self._tell(min(self._unknown.values()), f"unknown keys ignored: {keys}{more}")
        if self._named:
            count = len(self._named)
            self._tell(self._named[0], f"title missing in {count} line(s); taken from the first words of the text")
        yield from self._found.values()
        yield from self._problems

    def _tell(self, number: int, message: str) -> None:
        self._problems.append(Problem(self._path, message, number))

    def _record(self, number: int, line: str) -> dict[str, Any]:
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            message = f"not a JSON object: {error.msg} at column {error.colno}; expected one object a line"
            raise SourceError(self._path, message, line=number) from None
        except (ValueError, RecursionError) as error:
            reason = "nested too deeply" if isinstance(error, RecursionError) else "a number is too long"
            raise SourceError(self._path, f"not a usable JSON object: {reason}", line=number) from None
        if not isinstance(record, dict):
            raise SourceError(self._path, f"expected a JSON object, got {line.strip():.40}", line=number)
        return record

    def _add(self, one: Imported) -> None:
        key = one.article.id if one.has_own_id else f"\n{one.article.source_id or one.article.title}"
        first = self._found.setdefault(key, one)
        if first.article != one.article:
            name, value = ("id", one.article.id) if one.has_own_id else ("title", one.article.title)
            message = f"the {name} {value!r:.80} is used in line {first.line} too, with another text"
            raise SourceError(self._path, message, line=one.line)

    def _article(self, number: int, record: dict[str, Any]) -> Article | None:
        text = next((text for key in _TEXTS if (text := self._string(record, key))), "")
        check_size(text, self._path, number)
        page = markdown.simplify(text)
        check_size(page.text, self._path, number)
        title = next((title for key in _TITLES if (title := clean(self._string(record, key)))), "")
        if not markup.has_text(page.text):
            self._tell(number, f"{title!r:.60} has no text; skipped")
            return None
        if page.title and title and fold(page.title) != fold(title):
            page = replace(page, blocks=[f"## {page.title}", *page.blocks])
        if not title:
            title = _short(page.title or page.first_words)
            self._named.append(number)
        if not re.search(r"\w", title):
            self._tell(number, "title is missing; skipped")
            return None
        given = record.get("id", record.get("_id"))
        return Article(
            id=ids.made_of(given, title),
            title=title,
            body=page.text,
            category=clean(self._string(record, "category")),
            platforms=self._platforms(record) or markup.platforms_of(title, page.text),
            source_id="" if given is None else clean(str(given)),
            complete=record.get("complete") is not False,
            questions=self._texts(record, "questions"),
            pinned=self._texts(record, "pinned"),
            excluded=self._texts(record, "excluded"),
            **self._checked(number, record),
        )

    @staticmethod
    def _string(record: dict[str, Any], key: str) -> str:
        value = record.get(key)
        return value if isinstance(value, str) else ""

    @staticmethod
    def _texts(record: dict[str, Any], key: str) -> tuple[str, ...]:
        values = record.get(key)
        values = [values] if isinstance(values, str) else values
        if not isinstance(values, list):
            return ()
        return tuple(clean(value) for value in values if isinstance(value, str) and fold(value))

    @staticmethod
    def _platforms(record: dict[str, Any]) -> tuple[Platform, ...]:
        given = record.get("platforms")
        return tuple(one for one in platforms.general().ids if isinstance(given, list) and one in given)

    def _checked(self, number: int, record: dict[str, Any]) -> dict[str, Any]:
        """Return the fields that are as a front matter may have them, and tell of those that are not."""
        found = {}
        for key in ("published", "updated", "views", "url"):
            value = _typed(key, record.get(key))
            is_usable, expected = FIELDS[key]
            if value is not None and is_usable(value):
                found[key] = value
            elif value is not None:
                self._tell(number, f"{key}: expected {expected}, got {value!r:.40}; left out")
        return found


def _typed(key: str, value: Any) -> Any:
    """Return a JSON value as YAML has it: a date as such, a number with commas as such, None for an empty text."""
    if isinstance(value, str) and key == "views" and re.fullmatch(r"\d{1,3}(?:,\d{3}){0,4}|\d{1,15}", value.strip()):
        return int(value.replace(",", ""))
    if isinstance(value, str) and key in ("published", "updated"):
        with contextlib.suppress(ValueError):
            return dt.date.fromisoformat(value[:10])
    return None if value == "" else value


def _short(sentence: str) -> str:
    """Return a sentence as a title: up to its last comma within 80 characters when it is longer."""
    sentence = clean(sentence)
    if len(sentence) <= _MAX_TITLE:
        return sentence
    commas = [match.start() for match in re.finditer("[，,；;、]", sentence[:_MAX_TITLE])]
    return sentence[: commas[-1] if commas else _MAX_TITLE].strip()
