"""JSON files: arrays of records, and the exports of help desks, read piece by piece.

| source | is known by | body |
|---|---|---|
| Zendesk Guide | `articles` with `section_id`; `sections`, `categories` in the same folder | HTML |
| Intercom | `type: article`, `parent_id`; collections (`type: collection`) in the same folder | HTML |
| Freshdesk Solutions | `folder_id`, `description`; folders and categories in the same folder | HTML |
| any other | an array, alone or under any key (`data`, `items`, `faqs`); or one record | told by its signs |

The forms: https://developer.zendesk.com/api-reference/help_center/help-center-api/articles,
https://developers.intercom.com/docs/references/rest-api/api.intercom.io/Articles,
https://developers.freshdesk.com/api/#solution_article_attributes. A category is the names from the outermost in.
"""

import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from supportbot.errors import SourceError
from supportbot.importers import encodings, jsonl, lines
from supportbot.importers.records import Records, joined
from supportbot.importers.result import Found, Options, Problem
from supportbot.text.folding import readable

ACCEPTS = "a .json file (an array of records, or an export of Zendesk Guide, Intercom or Freshdesk)"
SUFFIXES: tuple[str, ...] = (".json",)

MAX_DEPTH = 40
_SMALL = 1_000_000
_PAIR = 12  # the bytes of a pair of escapes
_HALF = re.compile(
    rb"(?<!\\)(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?<!\\)\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
)
_FRESHDESK_STATES: Mapping[Any, str] = {1: "draft", 2: "published"}
MAX_STRING = 4_000_000
MAX_ITEMS = 20_000
"""A record may hold so many values."""

_GROUPS = frozenset(["sections", "categories", "collections", "folders"])
_GROUP_TYPES = frozenset(["collection", "section", "category", "folder"])
_PARENTS = ("section_id", "parent_section_id", "folder_id", "parent_folder_id", "parent_id", "category_id")
_SIBLING = re.compile(r"(?:sections?|categor(?:y|ies)|collections?|folders?)(?:[-_.]?\w{0,40})?\.json", re.IGNORECASE)
_HTML_KEYS = frozenset(["section_id", "folder_id", "parent_type", "label_names", "html_url", "rendered"])
_OWN = frozenset(["type", "id", "source_id", "source_type", "source_locale"])
"""What a translation says of itself and not of the article."""

_ARTICLE_KEYS = frozenset(["body", "text", "content", "answer", "description", "description_text"])


def reads(path: Path, text: str) -> bool:
    """Return whether `text` begins like a JSON array or object and the file holds records, or is broken.

    With another suffix, the object must have several lines.
    """
    is_json = re.match(r"\s*(?:\[\s*[\[{]|\{\s*\")", text.removeprefix("\ufeff")) is not None
    if not is_json or (path.suffix.lower() not in SUFFIXES and jsonl.reads(path, text)):
        return False
    try:
        return next(objects(path, ""), None) is not None
    except SourceError:
        return True  # which `read` says


def read(path: Path, options: Options) -> Iterator[Found]:
    """Yield the articles of a JSON file. Raises `SourceError` for one that is no JSON, or holds no records."""
    groups = _Groups()
    for file in [*_siblings(path), *([path] if _has_groups(path) else [])]:
        try:
            for key, value in objects(file, options.encoding if file == path else ""):
                groups.add(key, value)
        except SourceError as error:
            if file == path:
                raise
            yield Problem(file, f"{error.message}; its names of categories are missing")
    records = Records(path, options, unit="record", numbered=True)
    number = 0
    found = False
    for key, value in objects(path, options.encoding):
        found = True
        if groups.is_group(key, value):
            continue
        number += 1
        if not isinstance(value, Mapping):
            yield Problem(path, f"record {number}: expected an object, got {str(value)!r:.40}", broken=True)
            continue
        yield from _article(value, number, records, groups)
    if not found:
        raise SourceError(path, f"no records; expected {ACCEPTS}")
    yield from records.close()


def _article(record: Mapping[str, Any], number: int, records: Records, groups: "_Groups") -> Iterator[Found]:
    record = dict(record)
    is_freshdesk = "folder_id" in record and ("description_text" in record or "description" in record)
    if is_freshdesk:
        record["body"] = record.pop("description", "") or record.get("description_text")
        record.pop("description_text", None)
        record["status"] = _FRESHDESK_STATES.get(record.get("status"), record.get("status"))
        names = record.pop("hierarchy", None)
    else:
        names = None
    is_export = is_freshdesk or bool(_HTML_KEYS & record.keys()) or record.get("type") == "article"
    defaults = {"category": groups.category(record) or _hierarchy(names)}
    if record.get("type") == "article":
        defaults["locale"] = str(record.get("default_locale") or "")
    translations = _contents(record, is_export)
    if record.get("source_locale") and record.get("locale") not in (None, record["source_locale"]):
        defaults["source_id"] = f"{record.get('id')}:{record['locale']}"
    if record.get("name") == record.get("title"):
        record.pop("name", None)
    if "html_url" in record:
        record.pop("url", None)  # the address of the API
    for key in (*_PARENTS, "parent_ids", "parent_type", "type", "default_locale", "source_locale"):
        record.pop(key, None)
    form: Any = "html" if is_export else None
    yield from records.read(record, number, form=form, defaults=defaults)
    if translations:
        yield from _translations(translations, record, number, records, defaults)


def _contents(record: dict[str, Any], is_export: bool) -> dict[str, Mapping[str, Any]]:
    """Take the translations out of a record, by their languages: Intercom has them so, Zendesk as a list."""
    given = record.pop("translated_content", None) if record.get("type") == "article" else None
    if given is None and is_export and isinstance(record.get("translations"), list):
        given = {str(one.get("locale")): one for one in record.pop("translations") if isinstance(one, Mapping)}
    if not isinstance(given, Mapping):
        return {}
    return {locale: content for locale, content in given.items() if isinstance(content, Mapping)}


def _translations(
    translations: Mapping[str, Mapping[str, Any]],
    record: Mapping[str, Any],
    number: int,
    records: Records,
    defaults: dict[str, str],
) -> Iterator[Found]:
    """Yield the article of each language but the default one."""
    for locale, content in translations.items():
        if locale not in (defaults.get("locale"), record.get("locale")) and content.get("body"):
            other = {key: value for key, value in content.items() if key not in _OWN}
            other |= {key: record[key] for key in ("user_segment_id",) if record.get(key)}
            other["draft"] = bool(other.get("draft")) or record.get("draft") is True
            if "html_url" in other:
                other.pop("url", None)
            named = {**defaults, "locale": locale, "source_id": f"{record.get('id')}:{locale}"}
            yield from records.read(other, number, form="html", defaults=named)


def _hierarchy(names: Any) -> str:
    """Return the category that Freshdesk's `hierarchy` names: a list of levels, each with its name."""
    if not isinstance(names, list):
        return ""
    levels = sorted(
        (one for one in names if isinstance(one, Mapping)),
        key=lambda one: one["level"] if isinstance(one.get("level"), int) else 0,
    )
    found = (one.get("name") or (one.get("data") or {}).get("name") for one in levels if one.get("type") != "article")
    return joined(name for name in found if isinstance(name, str))


class _Groups:
    """Categories, sections, collections and folders by id, and the category of an article by its parents."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], tuple[str, list[tuple[str, str]]]] = {}

    @staticmethod
    def is_group(key: str, value: Any) -> bool:
        """Return whether an object stands under `sections` and the like, or says that it is one."""
        if not isinstance(value, Mapping):
            return False
        return key in _GROUPS or (value.get("type") in _GROUP_TYPES and not value.get("body"))

    def add(self, key: str, value: Any) -> None:
        """Take an object that is a group."""
        if self.is_group(key, value) and isinstance(name := value.get("name") or value.get("title"), str):
            kind = _kind(key if key in _GROUPS else str(value.get("type")))
            self._names[kind, str(value.get("id"))] = (readable(name), self._parents(value))

    def category(self, article: Mapping[str, Any]) -> str:
        """Return the names of the groups above an article, the outermost first."""
        names: list[str] = []
        seen: set[tuple[str, str]] = set()
        parents = self._parents(article)
        while parents:
            parent = next((one for one in parents if one in self._names and one not in seen), None)
            if parent is None or len(names) > MAX_DEPTH:
                break
            seen.add(parent)
            name, parents = self._names[parent]
            names.append(name)
        return joined(reversed(names))

    @staticmethod
    def _parents(value: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return the groups that may be directly above, the innermost first."""
        found: list[tuple[str, str]] = []
        for key in _PARENTS:
            identifier = value.get(key)
            if isinstance(identifier, str | int) and not isinstance(identifier, bool):
                kinds = ["category", "section"] if key == "parent_id" else [_kind(key)]
                if key == "category_id" and found and "parent_id" not in value:
                    kinds = ["category"]
                found += [(kind, str(identifier)) for kind in kinds]
        return found


def _kind(name: str) -> str:
    """Return `category` or `section`: what the help desks call collection is the first, folder the second."""
    return "category" if name.startswith(("categor", "collection")) else "section"


def _siblings(path: Path) -> list[Path]:
    """Return the files of the same folder whose names say that they hold sections or categories."""
    if not path.parent.is_dir():
        return []
    files = sorted(one for one in path.parent.iterdir() if _SIBLING.fullmatch(one.name) and one != path)
    return [one for one in files[:200] if one.is_file() and not one.is_symlink()]


def _has_groups(path: Path) -> bool:
    """Return whether a file may hold names of categories, which may stand below the articles."""
    pattern = re.compile(rb"[\"\0](?:sections|categories|collections|folders|collection|section|category|folder)[\"\0]")
    if path.stat().st_size < _SMALL or file_key(path):
        return True
    with path.open("rb") as stream:
        rest = b""
        while chunk := stream.read(1 << 20):
            if pattern.search(rest + chunk):
                return True
            rest = chunk[-20:]
    return False


# --- reading -------------------------------------------------------------------------------------------------------


def objects(path: Path, encoding: str) -> Iterator[tuple[str, Any]]:
    """Yield the records of a JSON file with the key of the array in which they stand ("" for the outermost).

    These are the items of the outermost array, those of arrays of objects directly below the outermost object, or else
    that object. Raises `SourceError` for what is no JSON, nested too deeply or too large.
    """
    import ijson

    lines.check_stream(path)
    name = encodings.detect(path, encoding)
    try:
        with path.open("rb") as stream:
            source = _Mended(stream if name.startswith("utf-8") else _Recoded(stream, name))
            if name == "utf-8-sig":
                stream.read(3)
            yield from _records(ijson.basic_parse(source, use_float=True), path, file_key(path))
    except ijson.JSONError as error:
        raise SourceError(path, f"not valid JSON: {_line(error)}") from None
    except UnicodeError as error:
        raise SourceError(path, f"not {name} text ({error!s:.60}); {encodings.ADVICE}") from None
    except (ValueError, OverflowError, RecursionError) as error:
        raise SourceError(path, f"not usable JSON: {_line(error)}") from None
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror or error}") from None


def file_key(path: Path) -> str:
    """Return what the name of a file says that its array holds: `sections` for sections_2.json; else ""."""
    name = path.stem.lower()
    return next((key for key in _GROUPS if name.startswith((key, key[:-1], key[:-3] + "y"))), "")


def _records(events: Any, path: Path, outer: str) -> Iterator[tuple[str, Any]]:
    kind, value = next(events, ("end", None))
    if kind == "start_array":
        for kind, value in events:
            if kind == "end_array":
                break
            yield outer, _build(kind, value, events, path, 1)
    elif kind == "start_map":
        yield from _of_object(events, path, outer)
    else:
        raise SourceError(path, f"expected a JSON array or object, got {value!r:.40}")
    next(events, None)  # what follows is refused by the parser


def _of_object(events: Any, path: Path, outer: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield the objects of arrays below an object, and the rest of it if it looks like a record itself."""
    if depth > MAX_DEPTH:
        raise SourceError(path, f"nested more than {MAX_DEPTH} levels deep; expected records of plain values")
    rest: dict[str, Any] = {}
    key = ""
    streamed = False
    for kind, value in events:
        if kind == "end_map":
            break
        if kind == "map_key":
            key = value
        elif kind == "start_array":
            items: list[Any] = []
            for inner, item in events:
                if inner == "end_array":
                    break
                built = _build(inner, item, events, path, 2)
                if isinstance(built, dict) and not rest.keys() & _ARTICLE_KEYS and key not in ("tags", "hierarchy"):
                    streamed = True
                    yield (outer if key == "data" and outer else key), built
                elif len(items) < MAX_ITEMS:
                    items.append(built)
            rest[key] = items
        elif kind == "start_map" and key in ("article", "data"):
            for one in _of_object(events, path, outer, depth + 1):
                streamed = True
                yield one
        else:
            rest[key] = _build(kind, value, events, path, 1)
    if (not streamed and rest.keys() & _ARTICLE_KEYS) or (not streamed and rest.get("type") in _GROUP_TYPES):
        yield outer, rest


def _build(kind: str, value: Any, events: Any, path: Path, depth: int) -> Any:
    """Return the value that begins with an event, bounded in depth and size."""
    if kind not in ("start_map", "start_array"):
        return _checked(value, path)
    root: Any = {} if kind == "start_map" else []
    stack: list[tuple[Any, str]] = [(root, "")]
    count = 0
    for kind, value in events:
        top, key = stack[-1]
        count += 1
        if count > 3 * MAX_ITEMS:
            raise SourceError(path, f"a record with more than {MAX_ITEMS:,} values; expected an array of records")
        if kind == "map_key":
            stack[-1] = (top, value)
            continue
        if kind in ("end_map", "end_array"):
            stack.pop()
            if not stack:
                return root
            continue
        new: Any = {} if kind == "start_map" else [] if kind == "start_array" else _checked(value, path)
        if isinstance(top, dict):
            top[key] = new
        else:
            top.append(new)
        if kind.startswith("start_"):
            if len(stack) + depth > MAX_DEPTH:
                raise SourceError(path, f"nested more than {MAX_DEPTH} levels deep; expected records of plain values")
            stack.append((new, ""))
    return root


def _checked(value: Any, path: Path) -> Any:
    if isinstance(value, str) and len(value) > MAX_STRING:
        raise SourceError(path, f"a text of more than {MAX_STRING:,} characters ({value[:20]!r}…); split it")
    return value


class _Recoded:
    """Bytes in another encoding as UTF-8, for a parser that reads that."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._text = io.TextIOWrapper(stream, encoding=encoding)

    def read(self, size: int = -1) -> bytes:
        return self._text.read(size).removeprefix("\ufeff").encode("utf-8", "replace")


class _Mended:
    """JSON in UTF-8 whose escapes of half characters are the sign for a lost one: the parser cannot pass over them."""

    def __init__(self, stream: IO[bytes] | _Recoded) -> None:
        self._stream = stream
        self._kept = b""  # the end of what was given, for what stands before a half, and what was not yet given
        self._begin = 0

    def read(self, size: int = -1) -> bytes:
        if size == 0:
            return b""
        while True:
            chunk = self._stream.read(size)
            buffer = self._kept + chunk
            parts = []
            at, end = self._begin, max(self._begin, len(buffer) - (_PAIR if chunk else 0))
            for half in _HALF.finditer(buffer, at):
                if half.start() >= end:
                    break
                parts += [buffer[at : half.start()], b"\\ufffd"]
                at = half.end()
            end = max(at, end)
            parts.append(buffer[at:end])
            start = max(0, end - _PAIR)
            self._kept, self._begin = buffer[start:], end - start
            if not chunk or any(parts):
                return b"".join(parts)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
