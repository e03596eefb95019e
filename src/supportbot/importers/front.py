"""The front matter of Markdown pages of any tool: YAML, TOML or JSON above the text, and what its keys mean.

| kind | above the text | tools |
|---|---|---|
| YAML | between `---` and `---` or `...` | Jekyll, Docusaurus, VitePress, Starlight, Mintlify, MkDocs, Hugo |
| TOML | between `+++` and `+++` | Hugo, Zola |
| JSON | `{ … }`, between `;;;`, or between `---json` and `---` | Hugo, Eleventy |

A value that holds `: ` is read as a text, as people write titles. Every key that is not carried is told.
"""

import datetime as dt
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from supportbot.content import platforms
from supportbot.content.front_matter import FIELDS
from supportbot.content.platforms import Platform
from supportbot.importers import values
from supportbot.importers.result import Problem
from supportbot.text.folding import clean, fold, readable

_OPENING = re.compile(r"\A\s{0,200}(---|\+\+\+|;;;)[ \t]*(json|toml|yaml|yml)?[ \t]*\n")
_CLOSINGS = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE),
    ";;;": re.compile(r"^;;;[ \t]*$", re.MULTILINE),
}
_KINDS = {"+++": "TOML", ";;;": "JSON", "json": "JSON", "toml": "TOML"}
_KEY_LINE = re.compile(
    r"([^\s#\-\[\]{}:\"'&*!|>%@`,?][^:\n]{0,80}?|\"[^\"\n]{1,80}\"|'[^'\n]{1,80}')[ \t]*:(?:[ \t]+(.*))?$"
)
_COMMENT = re.compile(r"(?:\s*#.*|\s*)$")
_JSON_START = re.compile(r"\A\s{0,200}\{\s*(?:\"|\}\s*$)", re.MULTILINE)
_MAX_KEYS_TOLD = 40
_MAX_LINE = 2000
_MAX_LIST = 1000

_TITLES = ("title", "question", "headline", "標題", "标题")
_LABELS = ("sidebar_label", "sidebar_title", "sidebarTitle", "linkTitle", "nav_title", "short_title")
_CATEGORIES = ("category", "categories", "section", "group", "分類", "分类")
_TAGS = ("tags", "tag", "keywords", "labels", "label_names", "標籤", "标签")
_DESCRIPTIONS = ("description", "summary", "excerpt", "lead", "描述", "摘要")
_URLS = ("url", "canonical", "canonical_url", "canonicalUrl", "html_url", "link", "網址", "网址")
_SLUGS = ("slug", "permalink")
_PUBLISHED = ("published", "published_at", "publishDate", "date", "pubDate", "created", "created_at", "date_created")
_UPDATED = (
    "updated", "updated_at", "last_update", "lastmod", "last_updated", "last_modified", "last_modified_at", "modified",
    "modified_at", "date_modified", "edited_at",
)  # fmt: skip
_LOCALES = ("lang", "locale", "language", "語言", "语言")
_QUESTIONS = ("questions", "similar_questions", "aliases", "alias", "redirect_from", "redirects")
_HIDING = ("draft", "hidden", "unlisted", "private", "archived")
_STATUS = ("status", "state", "visibility")
_UNPUBLISHED = frozenset(
    ["draft", "drafts", "unpublished", "hidden", "private", "archived", "pending", "wip", "unlisted", "internal",
     "草稿", "未發布", "未发布", "未發佈", "隱藏", "隐藏", "下架", "已下架", "內部", "内部"]
)  # fmt: skip
_PUBLIC = frozenset(
    ["published", "public", "live", "active", "publish", "visible", "已發布", "已发布", "已發佈", "公開", "公开"]
)
_TRUE, _FALSE = frozenset(["true", "yes", "on", "1"]), frozenset(["false", "no", "off", "0"])
_DATE = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Front:
    """What the front matter of a page says, as fields of `Article`; empty where it says nothing.

    Attributes:
        raw: all of it, as texts.
        label: the short title of a navigation, for pages that have no other.
        given_id: of which the id of the article may be made.
        addresses: paths under which links may name the page; without a first `/` they are below the page's folder.
        line: on which the text below begins.

    >>> front, body, problems = read("---\\ntitle: 退貨: 常見問題\\n---\\n內容", Path("a.md"))
    >>> front.title, body
    ('退貨: 常見問題', '內容')
    """

    raw: Mapping[str, Any] = field(default_factory=dict)
    line: int = 1
    title: str = ""
    label: str = ""
    given_id: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    description: str = ""
    url: str | None = None
    addresses: tuple[str, ...] = ()
    draft: bool = False
    published: dt.date | None = None
    updated: dt.date | None = None
    locale: str = ""
    platforms: tuple[Platform, ...] = ()
    questions: tuple[str, ...] = ()
    views: int = 0

    @property
    def is_ours(self) -> bool:
        """Whether this is the front matter of our own format, which says if an article is complete."""
        return "complete" in self.raw


def read(text: str, path: Path) -> tuple[Front, str, list[Problem]]:
    """Return the front matter of a page, the text below it, and what of it is not carried. Never raises."""
    raw, start, problems = _parted(text, path)
    if raw is None:
        return Front(), text, problems
    line = text.count("\n", 0, start) + 1
    reader = _Reader(raw, text[:start], path)
    front = Front(raw=raw, line=line) if "complete" in raw else reader.front(line)
    return front, text[start:], [*problems, *reader.problems]


def meant(header: Front, text: str, path: Path) -> tuple[Front, list[Problem]]:
    """Return a front matter of our own format as that of any tool: for one that our own format refuses."""
    start = len("".join(text.splitlines(keepends=True)[: header.line - 1]))
    raw = {key: value for key, value in header.raw.items() if key != "complete"}
    reader = _Reader(raw, text[:start], path)
    return reader.front(header.line), reader.problems


def body_of(text: str) -> str:
    """Return a text without its front matter."""
    raw, start, _ = _parted(text, Path())
    return text if raw is None else text[start:]


def _parted(text: str, path: Path) -> tuple[dict[str, Any] | None, int, list[Problem]]:
    """Return the front matter (None without any), where the text below it begins, and its faults."""
    if _JSON_START.match(text):
        return _json(text, path)
    opening = _OPENING.match(text)
    closing = opening and _CLOSINGS[opening[1]].search(text, opening.end())
    if not opening or not closing:
        return None, 0, []
    header = text[opening.end() : closing.start()]
    first = text.count("\n", 0, opening.end()) + 1
    start = min(closing.end() + 1, len(text))
    kind = _KINDS.get(opening[2] or opening[1], "YAML")
    if kind == "YAML":
        data, problems = _yaml(header, path, first)
        return data, start, problems
    try:
        read_data: Any = values.of_toml(header) if kind == "TOML" else values.of_json(header)[0]
    except ValueError as error:
        read_data = f"{error}"
    if isinstance(read_data, dict):
        return read_data, start, []
    reason = clean(read_data)[:100] if isinstance(read_data, str) else "no mapping"
    return {}, start, [Problem(path, f"front matter is not valid {kind} ({reason}); ignored", first - 1)]


def _json(text: str, path: Path) -> tuple[dict[str, Any] | None, int, list[Problem]]:
    try:
        data, end = values.of_json(text)
    except ValueError as error:
        return None, 0, [Problem(path, f"front matter is not valid JSON ({clean(str(error))[:100]}); read as text", 1)]
    rest = re.compile(r"[ \t]*(?:\n|\Z)").match(text, end)
    return (data, rest.end(), []) if isinstance(data, dict) and rest else (None, 0, [])


# --- YAML, as people write it --------------------------------------------------------------------------------------


def _yaml(header: str, path: Path, first: int) -> tuple[dict[str, Any] | None, list[Problem]]:
    """Return YAML front matter, None if it is a text between two rules; of a faulty one, the keys that can be read."""
    try:
        data = values.of_yaml(header)
        if isinstance(data, dict):
            return data, []
        if data is None:
            return {}, []
    except ValueError:
        pass
    lines = header.split("\n")
    begins = next((line for line in lines if not _COMMENT.match(line)), "")
    if len(begins) > _MAX_LINE or not _KEY_LINE.match(begins):
        return None, []
    found: dict[str, Any] = {}
    problems = []
    for number, block in _blocks(lines, first):
        try:
            data = values.of_yaml(_mended(block))
            if not isinstance(data, dict):
                raise ValueError("expected lines of `key: value`")
            found.update(data)
        except ValueError as error:
            shown, reason = clean(block[0])[:40], clean(str(error))[:100]
            problems.append(Problem(path, f"front matter: {shown!r} is not valid YAML ({reason}); ignored", number))
    if len(problems) > _MAX_KEYS_TOLD:
        more = Problem(
            path, f"front matter: {len(problems) - _MAX_KEYS_TOLD} more keys are not valid YAML; ignored", first
        )
        problems = [*problems[:_MAX_KEYS_TOLD], more]
    return found, problems


def _blocks(lines: list[str], first: int) -> Iterator[tuple[int, list[str]]]:
    """Yield each key with the lines that belong to it, and the number of the first of them."""
    begin = 0
    for number, line in enumerate([*lines, "end:"]):
        is_start = bool(line) and not line[0].isspace() and not line.startswith(("- ", "#")) and line != "-"
        if number and (is_start or number == len(lines)):
            block = lines[begin:number]
            if not all(_COMMENT.match(one) for one in block):
                yield first + begin, block
            begin = number


def _mended(block: list[str]) -> str:
    """Return the lines of a key with its value, if that is one line that YAML would not read, as a quoted text."""
    text = "\n".join(block)
    match = _KEY_LINE.match(block[0][:_MAX_LINE])
    value = (match[2] or "").strip() if match else ""
    if not match or not value or value[0] in "\"'|>[{" or any(line.strip() for line in block[1:]):
        return text
    try:
        values.of_yaml(text)
    except ValueError:
        value = re.sub(r"\s+#.*$", "", value)
        return f"{match[1]}: {json.dumps(value, ensure_ascii=False)}"
    return text


# --- what the keys mean --------------------------------------------------------------------------------------------


def _spelled(key: str) -> str:
    """Return what all spellings of a key share: `lastUpdated` is `last_updated`, `last-updated`, `Last Updated`."""
    return re.sub(r"[\s_.-]", "", key).lower()


class _Reader:
    """Takes the fields of an article out of a front matter, and tells what is left."""

    def __init__(self, raw: Mapping[str, Any], header: str, path: Path) -> None:
        self.problems: list[Problem] = []
        self._left = {_spelled(key): (key, value) for key, value in raw.items() if value not in (None, "", [], {})}
        self._header = header
        self._path = path

    def front(self, line: int) -> Front:
        """Return the fields."""
        title, label = self._line(_TITLES), self._line(_LABELS)
        names = self._texts(_QUESTIONS)
        slugs = [*self._texts(_SLUGS), *self._texts(_URLS)]
        urls = [one for one in slugs if _is_url(one)]
        others = [one for one in names if one.startswith(("/", "./", "http"))]
        paths = [path for one in [*slugs, *others] if (path := _path(one))]
        given = self._line(("id", "_id"))
        paths += [given] if _path(given) else []
        front = Front(
            line=line,
            title=title,
            label=label,
            given_id=given or _short(next((path for one in slugs if (path := _path(one))), "")),
            category=self._category(),
            tags=tuple(self._words(_TAGS)),
            description=self._line(_DESCRIPTIONS),
            url=urls[0] if urls else None,
            addresses=tuple(dict.fromkeys([*paths, *urls[1:], *filter(_is_url, others)])),
            draft=self._is_draft(),
            updated=self._date(_UPDATED),
            published=self._date(_PUBLISHED),
            locale=self._locale(),
            platforms=self._platforms(),
            questions=tuple(one for one in names if one not in others and fold(one)),
            views=self._views(),
        )
        self._tell_rest()
        return front

    def _texts(self, keys: Iterable[str]) -> list[str]:
        """Return the texts of these keys, of lists one by one; the keys are then carried."""
        found = []
        for key in keys:
            _, value = self._left.get(_spelled(key), ("", None))
            texts = [text for one in _listed(value) if (text := _text(one))]
            if texts:
                del self._left[_spelled(key)]
                found += texts
        return found

    def _line(self, keys: Iterable[str]) -> str:
        """Return the text of the first of these keys that has one; the others are left, unless they say the same."""
        found = ""
        for key in keys:
            _, value = self._left.get(_spelled(key), ("", None))
            text = _text(value)
            if text and found in ("", text):
                del self._left[_spelled(key)]
                found = text
        return found

    def _words(self, keys: Iterable[str]) -> list[str]:
        texts = [word.strip() for text in self._texts(keys) for word in re.split(r"[,，、;；]", text)]
        return list(dict.fromkeys(text for text in texts if fold(text)))

    def _category(self) -> str:
        for key in _CATEGORIES:
            if texts := self._texts((key,)):
                return " / ".join(texts)
        return " / ".join([*self._texts(("grand_parent",)), *self._texts(("parent",))])

    def _is_draft(self) -> bool:
        draft = False
        for key in _HIDING:
            if (flag := self._flag(key)) is not None:
                draft = draft or flag
        if (published := self._flag("published")) is not None:
            draft = draft or not published
        name, sidebar = self._left.get("sidebar", ("", None))
        if isinstance(sidebar, dict) and (flag := _flag(sidebar.get("hidden"))) is not None:
            draft = draft or flag
            rest = {key: value for key, value in sidebar.items() if key != "hidden"}
            self._left["sidebar"] = (name, rest)
            if not rest:
                del self._left["sidebar"]
        for key in _STATUS:
            _, value = self._left.get(key, ("", None))
            text = _text(value).lower()
            if text in _UNPUBLISHED or text in _PUBLIC:
                del self._left[key]
                draft = draft or text in _UNPUBLISHED
        return draft

    def _flag(self, key: str) -> bool | None:
        flag = _flag(self._left.get(key, ("", None))[1])
        if flag is not None:
            del self._left[key]
        return flag

    def _date(self, keys: Iterable[str]) -> dt.date | None:
        found = None
        for key in keys:
            name, value = self._left.get(_spelled(key), ("", None))
            if isinstance(value, dict):
                value = value.get("date")
            text = _text(value)
            if not text:
                continue
            if date := _as_date(text):
                if found in (None, date):
                    found = date
                    del self._left[_spelled(key)]
            else:
                del self._left[_spelled(key)]
                self._tell(name, f"{name}: expected a date such as 2026-02-12, got {text!r:.60}; left out")
        return found

    def _locale(self) -> str:
        return self._line(_LOCALES).replace("_", "-").lower()

    def _platforms(self) -> tuple[Platform, ...]:
        known = platforms.general().ids
        name = self._left.get("platforms", self._left.get("platform", ("", None)))[0]
        given = [word.lower() for word in self._words(("platforms", "platform"))]
        if unknown := [word for word in given if word not in known]:
            self._tell(name, f"{name}: {', '.join(unknown)!r:.60} left out; expected some of {', '.join(known)}")
        return tuple(one for one in known if one in given)

    def _views(self) -> int:
        _, value = self._left.get("views", ("", None))
        digits = _text(value).replace(",", "")
        if not re.fullmatch(r"[0-9]{1,15}", digits):
            return 0
        del self._left["views"]
        return int(digits)

    def _tell_rest(self) -> None:
        names = [name for name, _ in self._left.values()]
        for name in names[:_MAX_KEYS_TOLD]:
            self._tell(name, f"front matter: {clean(name)[:60]!r} is not carried")
        if len(names) > _MAX_KEYS_TOLD:
            self._tell("", f"front matter: {len(names) - _MAX_KEYS_TOLD} more keys are not carried")

    def _tell(self, key: str, message: str) -> None:
        place = re.search(rf"^\W{{0,3}}{re.escape(key)}\W{{0,3}}[:=]", self._header, re.MULTILINE) if key else None
        line = self._header.count("\n", 0, place.end()) + 1 if place else 1
        self.problems.append(Problem(self._path, message, line))


def _listed(value: Any) -> list[Any]:
    """Return a value as a flat list, a mapping of a tag (`{label: …, permalink: …}`) as its label."""
    found = value[:_MAX_LIST] if isinstance(value, list) else [value]
    found = [inner for one in found for inner in (one[:_MAX_LIST] if isinstance(one, list) else [one])]
    return [one.get("label", one.get("name")) if isinstance(one, dict) else one for one in found]


def _text(value: Any) -> str:
    return readable(html.unescape(value)) if isinstance(value, str) else ""


def _flag(value: Any) -> bool | None:
    text = value.lower() if isinstance(value, str) else ""
    return True if text in _TRUE else False if text in _FALSE else None


def _is_url(text: str) -> bool:
    return text.lower().startswith(("http://", "https://")) and FIELDS["url"][0](text)


def _path(text: str) -> str:
    """Return the path of an address within its site; "" for that of another kind."""
    if _is_url(text) or re.match(r"[a-z][a-z0-9+.-]{1,20}:", text, re.IGNORECASE):
        return ""
    # A permalink with placeholders (`/:categories/:title`) names no page.
    return "" if re.search(r"[:{}]", text) else clean(unquote(re.split("[?#]", text)[0]))


def _short(path: str) -> str:
    """Return the end of a long path: that is what differs between pages of one folder."""
    parts = [part for part in re.sub(r"\.(?:html?|mdx?)$", "", path).split("/") if part not in ("", ".")]
    while len(parts) > 1 and len("-".join(parts)) > 60:
        del parts[0]
    return "/".join(parts)


def _as_date(text: str) -> dt.date | None:
    match = _DATE.match(text)
    if not match:
        return None
    try:
        return dt.date(*map(int, match.groups()))
    except ValueError:
        return None
