"""Records, which are rows of tables and objects of JSON, as articles: one way for every source that has such.

`columns` tells which field of an article a column or key holds, `record_values` reads its value, `bodies` its text.
"""

import hashlib
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from supportbot.content.articles import Article
from supportbot.content.front_matter import FIELDS
from supportbot.errors import SourceError
from supportbot.importers import bodies, columns, ids, markup
from supportbot.importers import record_values as values
from supportbot.importers.bodies import Form
from supportbot.importers.result import Found, Imported, Options, Problem, check_size
from supportbot.text.folding import fold, readable

_MAX_TITLE = 80
_MAX_GIVEN_TITLE = 300
_SHOWN = 10
_MESSAGE = "\n"  # stands where the message of a problem comes, of which only the place is known yet
_WORDS = r"\n,，、;；|｜"


class Records:
    """Makes articles of the records of one source, and tells once for all of them what they have that is not carried.

    `unit` is what a record is called in messages. `numbered` says that its place is no line but its number.

    `place` may be set to what messages name beside the line, such as the sheet of a workbook.

    >>> records = Records(Path("faq.csv"), Options(), unit="row")
    >>> list(records.read({"標題": "如何提幣？", "內容": "打開 App。"}, 2)), list(records.close())
    """

    def __init__(self, path: Path, options: Options, *, unit: str = "line", numbered: bool = False) -> None:
        self.count = 0
        self.place = ""
        self._path = path
        self._unit = unit
        self._numbered = numbered
        self._columns = columns.check(options.columns)
        self._missing = set(self._columns)
        self._assigned: dict[tuple[str, ...], tuple[dict[str, list[str]], list[str]]] = {}
        self._told: dict[str, tuple[int, Problem]] = {}
        self._unknown: dict[str, Problem] = {}
        self._texts: dict[str, Problem] = {}
        self._own: dict[str, tuple[int, bytes]] = {}
        self._titles: dict[str, dict[bytes, int]] = {}

    def read(
        self,
        record: Mapping[str, Any],
        number: int,
        *,
        form: Form | None = None,
        defaults: Mapping[str, str] | None = None,
    ) -> Iterator[Found]:
        """Yield the article of a record, if it has one, and what is wrong with it.

        `number` is its line or its number; `form` that of its text where the format says it; `defaults` are texts for
        fields that it has no column for.
        """
        self.count += 1
        try:
            yield from self._read(record, number, form, defaults or {})
        except SourceError as error:
            yield self._problem(number, error.message, broken=True)

    def close(self) -> Iterator[Problem]:
        """Yield what is told once for the source."""
        if self._missing and self.count:
            names = ", ".join(repr(name[:40]) for name in sorted(self._missing))
            yield Problem(self._path, f"no {self._unit} has the column {names}, which the options name")
        if self._unknown:
            yield _saying(next(iter(self._unknown.values())), f"unknown keys ignored: {_listed(self._unknown)}")
        if self._texts:
            message = f"text not carried: {_listed(self._texts)}; say which field it is to have it"
            yield _saying(next(iter(self._texts.values())), message)
        for message, (count, first) in self._told.items():
            yield _saying(first, message.replace("{}", f"{count:,} {self._unit}(s)"))

    def _problem(self, number: int, message: str, *, broken: bool = False) -> Problem:
        places = [self.place] if self.place else []
        places += [f"{self._unit} {number}"] if self._numbered else []
        return Problem(self._path, ": ".join([*places, message]), None if self._numbered else number, broken)

    def _tell(self, message: str, number: int) -> None:
        """Note what is told once, with how often it was: `{}` in `message`."""
        count, first = self._told.get(message) or (0, self._problem(number, _MESSAGE))
        self._told[message] = (count + 1, first)

    def _assign(self, record: Mapping[str, Any], number: int) -> dict[str, list[str]]:
        """Return for each field the keys of the record that hold it and have a value."""
        names = tuple(record)
        if names not in self._assigned:
            if len(self._assigned) > 200:
                self._assigned.clear()
            self._assigned[names] = columns.assign(names, self._columns)
            self._missing.difference_update(names)
        fields, unknown = self._assigned[names]
        for key in unknown:
            value = record[key]
            if value in (None, "", False, 0) or value == [] or value == {}:
                continue
            told = self._texts if isinstance(value, str) and len(value) > 60 else self._unknown
            if key not in self._texts and (key not in told or told is self._texts) and len(told) < 1000:
                self._unknown.pop(key, None)
                told[key] = self._problem(number, _MESSAGE)
        return fields

    def _read(
        self, record: Mapping[str, Any], number: int, form: Form | None, defaults: Mapping[str, str]
    ) -> Iterator[Found]:
        fields = self._assign(record, number)
        given = {field: [record[key] for key in keys] for field, keys in fields.items()}
        title, others = self._title(given)
        texts = self._texts_of(record, fields)
        for _, text in texts:
            check_size(text, self._path, number)
        if not texts or not any(re.search(r"\w|[^\x00-\x7f]", text) for _, text in texts):
            yield self._problem(number, f"{title!r:.60} has no text; skipped")
            return
        line = None if self._numbered else number
        blocks: list[str] = []
        steps: tuple[Any, ...] = ()
        own_title = first_words = ""
        for name, text in texts:
            try:
                page = bodies.convert(text, form)
            except ValueError as error:
                raise SourceError(self._path, f"{title!r:.60}: {error}") from None
            own_title, first_words = own_title or page.title or "", first_words or page.first_words
            blocks += [f"## {markup.escape(readable(name))}"] * bool(blocks) + bodies.titled(page, title).blocks
            steps += bodies.steps_of(text, form)
        body = markup.join(blocks)
        check_size(body, self._path, number)
        if not markup.has_text(body):
            yield self._problem(number, f"{title!r:.60} has no text; skipped")
            return
        if not title:
            title = _short(own_title or first_words)
            self._tell("title missing in {}; taken from the first words of the text", number)
        if not re.search(r"\w", title):
            yield self._problem(number, "title is missing; skipped")
            return
        identifier = next((one for one in given.get("id", []) if _has(one) and not isinstance(one, bool)), None)
        source_id = defaults.get("source_id") or (readable(values.text(identifier))[:500] if _has(identifier) else "")
        found: dict[str, Any] = dict(self._checked(given, number))
        problems = found.pop("problems")
        article = Article(
            id=ids.made_of(defaults.get("source_id") or _number(identifier), title),
            title=title,
            body=body,
            category=self._category(given, number) or readable(defaults.get("category", "")),
            platforms=self._platforms(given, number) or markup.platforms_of(title, body),
            complete=values.truth(_first(given, "complete")) is not False,
            questions=tuple(dict.fromkeys([*others, *self._listed(given, "questions")])),
            pinned=self._listed(given, "pinned"),
            excluded=self._listed(given, "excluded"),
            tags=tuple(word for one in given.get("tags", []) for word in values.words(one, _WORDS)),
            description=readable(html.unescape(values.text(_first(given, "description"))))[:1000],
            locale=_locale(values.text(_first(given, "locale")) or defaults.get("locale", "")),
            draft=self._draft(given, number),
            source_id=source_id,
            source_updated=found.get("updated"),
            **found,
        )
        is_own = ids.is_own(identifier) and not defaults.get("source_id")
        one = Imported(article, self._path, line, is_own, steps, self._addresses(given, article))
        yield from self._settled(one, number)
        yield from problems

    def _settled(self, one: Imported, number: int) -> Iterator[Found]:
        """Yield an article unless it was here before; those of one title that differ are all kept apart."""
        article = one.article
        digest = hashlib.blake2b(repr(article).encode("utf-8", "replace"), digest_size=12).digest()
        if article.source_id:
            first = self._own.setdefault(article.source_id, (number, digest))
            if first[0] == number:
                yield one
            elif first[1] == digest:
                self._tell("{} as an earlier one; skipped", number)
            else:
                where = f"{self._unit} {first[0]}"
                message = f"the id {article.source_id!r:.80} is used in {where} too, with another text; ids must differ"
                yield self._problem(number, message, broken=True)
            return
        seen = self._titles.setdefault(hashlib.blake2b(fold(article.title).encode(), digest_size=12).hexdigest(), {})
        if digest in seen:
            self._tell("{} as an earlier one; skipped", number)
            return
        seen[digest] = number
        if len(seen) > 1:
            self._tell("{} with the title of an earlier one, but other content; all are kept, better with ids", number)
            yield Imported(
                replace(article, source_id=f"{article.title}#{len(seen)}"),
                one.path, one.line, False, one.steps, one.addresses,
            )  # fmt: skip
        else:
            yield one

    def _title(self, given: Mapping[str, list[Any]]) -> tuple[str, list[str]]:
        """Return the title of a record and what else names it (標題 and 問題): other questions."""
        names = [readable(html.unescape(values.text(one)))[:_MAX_GIVEN_TITLE] for one in given.get("title", [])]
        names = list(dict.fromkeys(name for name in names if fold(name)))
        return (names[0] if names else ""), names[1:]

    def _texts_of(self, record: Mapping[str, Any], fields: Mapping[str, list[str]]) -> list[tuple[str, str]]:
        """Return the texts of a record with the names of their columns, none twice."""
        found: list[tuple[str, str]] = []
        said: set[str] = set()
        for name in fields.get("text", []):
            text = values.text(record[name])
            words = _words_of(text) if len(fields["text"]) > 1 else ""  # one may be the other without its tags
            if text.strip() and (not said or words not in said):
                found.append((name, text))
                said.add(words)
        return found

    def _category(self, given: Mapping[str, list[Any]], number: int) -> str:
        levels = [one for name in ("category", "section") for one in given.get(name, [])]
        if any(_is_number(one) for one in levels):
            self._tell("category: only a number, not a name, in {}; left out", number)
        named = (level for level in levels if not _is_number(level))
        return joined(part for level in named for part in values.text(level).split("\n"))

    def _listed(self, given: Mapping[str, list[Any]], field: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word for one in given.get(field, []) for word in values.questions(one)))

    def _platforms(self, given: Mapping[str, list[Any]], number: int) -> tuple[str, ...]:
        found, strange = values.platforms_of(_first(given, "platforms"))
        for word in strange[:3]:
            self._tell(f"platforms: {word!r:.40} names no known one in {{}}; left out", number)
        return found

    def _draft(self, given: Mapping[str, list[Any]], number: int) -> bool:
        """Return whether a record is not for the public. What is not sure is a draft, and told."""
        draft = False
        for field in ("draft", "live", "status", "visibility"):
            for value in given.get(field, []):
                if not _has(value):
                    continue
                says = values.is_draft(value) if isinstance(value, str) else None
                if field in ("draft", "live") and (yes := values.truth(value)) is not None:
                    says = yes if field == "draft" else not yes
                if says is None:
                    self._tell(
                        f"{field}: {values.text(value) or value!r:.40} is not known in {{}}; kept as draft", number
                    )
                draft = draft or says is not False
        if any(isinstance(value, bool) and not value for value in given.get("published", [])):
            draft = True
        if any(_has(value) and value != [] for value in given.get("restricted", [])):
            self._tell("{} only for some users (user_segment_id); kept as draft", number)
            draft = True
        return draft

    def _checked(self, given: Mapping[str, list[Any]], number: int) -> dict[str, Any]:
        """Return the fields that are as a front matter may have them, and under `problems` what is told of others."""
        found: dict[str, Any] = {}
        problems: list[Problem] = []
        for field in ("published", "updated", "views", "url"):
            for value in given.get(field, []):
                if not _has(value) or isinstance(value, bool) or field in found:
                    continue
                read: Any = values.count(value) if field == "views" else values.date(value)
                if field == "url":
                    read = re.sub(r"\s", "%20", values.text(value).strip())
                is_usable, expected = FIELDS[field]
                if read is not None and is_usable(read):
                    found[field] = read
                else:
                    problems.append(self._problem(number, f"{field}: expected {expected}, got {value!r:.40}; left out"))
                    break
        return {**found, "problems": problems}

    @staticmethod
    def _addresses(given: Mapping[str, list[Any]], article: Article) -> tuple[str, ...]:
        named = [readable(values.text(one)) for field in ("url", "slug") for one in given.get(field, [])]
        return tuple(dict.fromkeys(one for one in named if one and one != article.url))


def joined(levels: Iterable[str]) -> str:
    """Return the names of categories from the outermost in as one, equal neighbours once.

    >>> joined(["資產", "資產", "提幣"])
    '資產 / 提幣'
    """
    names: list[str] = []
    for level in levels:
        name = readable(html.unescape(level))
        if name and name != (names[-1] if names else ""):
            names.append(name)
    return " / ".join(names)[:300]


def _saying(place: Problem, message: str) -> Problem:
    return replace(place, message=place.message.replace(_MESSAGE, message))


def _has(value: Any) -> bool:
    return value is not None and not (isinstance(value, str) and not value.strip())


def _first(given: Mapping[str, list[Any]], field: str) -> Any:
    return next((value for value in given.get(field, []) if _has(value)), None)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, list) and value != [] and all(map(_is_number, value)))


def _words_of(text: str) -> str:
    return re.sub(r"<[^<>]*>|\W", "", html.unescape(text))


def _number(identifier: Any) -> Any:
    """Return an id as text or whole number; JSON and tables may have 12.0 for 12."""
    return identifier if isinstance(identifier, str | int) else values.text(identifier)


def _locale(text: str) -> str:
    return readable(text).replace("_", "-").lower()[:40]


def _listed(names: Mapping[str, object]) -> str:
    shown = ", ".join(repr(readable(name)[:40]) for name in list(names)[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown


def _short(sentence: str) -> str:
    """Return a sentence as a title: up to its last comma within 80 characters when it is longer."""
    sentence = readable(sentence)
    if len(sentence) <= _MAX_TITLE:
        return sentence
    commas = [match.start() for match in re.finditer("[，,；;、]", sentence[:_MAX_TITLE])]
    return sentence[: commas[-1] if commas else _MAX_TITLE].strip()
