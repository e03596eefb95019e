"""Values of tables and records as an article has them: dates, counts, states and lists in the forms people write."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from supportbot.content import platforms
from supportbot.content.platforms import Platform
from supportbot.text.folding import exact_key, fold, readable

MAX_DEPTH = 6

_DATE = re.compile(
    r"(?:(?P<era>民國|民国)\s?)?(?P<year>\d{2,4})\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})(?!\d)"
)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T\d.*)?")
_NAMED = re.compile(r"(?:(\d{1,2})\s)?([A-Z][a-z]{2})[a-z]{0,6}\.?\s(?:(\d{1,2}),?\s)?(\d{4})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_COUNT = re.compile(r"(\d{1,3}(?:[,，]\d{3}){1,4}|\d{1,15})(\.\d+)?\s?([萬万kK])?\s?次?")


def _set(words: str) -> frozenset[str]:
    return frozenset(map(exact_key, words.split()))


_YES = frozenset({"true", "yes", "y", "1", "是", "有", "v", "✓", "✔", "on"})
_NO = frozenset({"false", "no", "n", "0", "否", "無", "无", "x", "off"})
_LIVE = _set(
    "published publish public active enabled live everyone all anyone visible "
    "已發佈 已發布 發佈 發布 已上架 上架 上線 已上線 啟用 已啟用 公開 正常 顯示 所有人"
)
_HIDDEN = _set(
    "draft unpublished archived disabled inactive hidden private internal pending review in_review scheduled deleted "
    "trash future agents expired 草稿 未發佈 未發布 下架 已下架 未上架 已封存 封存 歸檔 停用 已停用 隱藏 "
    "不公開 未公開 內部 待審 待審核 審核中 排程 已刪除 刪除 作廢 失效 過期"
)


def text(value: Any) -> str:
    """Return what a value says as text: "" for nothing, lists as lines, `{"rendered": …}` as what it holds."""
    return _text(value, 0)


def _text(value: Any, depth: int) -> str:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool) or depth > MAX_DEPTH:
        return ""
    if isinstance(value, list | tuple):
        return "\n".join(filter(None, (_text(one, depth + 1) for one in value)))
    if isinstance(value, Mapping):
        named = (value.get(key) for key in ("rendered", "name", "title", "text", "value", "html", "raw", "label"))
        return next((found for one in named if (found := _text(one, depth + 1))), "")
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"{value:.0f}" if value == value and abs(value) < 1e15 and value == int(value) else f"{value}"[:50]


def date(value: Any) -> dt.date | None:
    """Return the date of an ISO form, 2026/2/12, 2026年2月12日, 12 Feb 2026, or (milli)seconds since 1970 (UTC).

    None for anything else, such as 2/3/2026, which is read in two ways.
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    written = text(value).strip()
    try:
        if re.fullmatch(r"\d{9,10}(?:\.\d+)?|\d{12,13}", written):
            seconds = float(written) / (1000 if len(written.partition(".")[0]) > 10 else 1)
            return dt.datetime.fromtimestamp(seconds, dt.UTC).date()
        if match := _COMPACT.fullmatch(written):
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        if match := _DATE.match(written):
            year = int(match["year"]) + (1911 if match["era"] else 0)
            return dt.date(year, int(match["month"]), int(match["day"])) if 1900 < year < 2200 else None
        if (match := _NAMED.match(written)) and match[2] in _MONTHS and (match[1] or match[3]):
            return dt.date(int(match[4]), _MONTHS.index(match[2]) + 1, int(match[1] or match[3]))
    except (ValueError, OverflowError):
        pass
    return None


def count(value: Any) -> int | None:
    """Return a whole number from 0: 1234, "1,234", "1.2萬"; None for anything else."""
    match = _COUNT.fullmatch(text(value).strip())
    if not match:
        return None
    number = float(re.sub("[,，]", "", match[1]) + (match[2] or "")) if match[2] or match[3] else 0
    unit = {"萬": 10_000, "万": 10_000, "k": 1000}.get((match[3] or "").lower(), 1)
    return round(number * unit) if match[2] or match[3] else int(re.sub("[,，]", "", match[1]))


def truth(value: Any) -> bool | None:
    """Return whether a value says yes; None if it says neither yes nor no."""
    if isinstance(value, bool):
        return value
    word = text(value).strip().lower()
    return True if word in _YES else False if word in _NO else None


def is_draft(value: Any) -> bool | None:
    """Return whether a state such as 草稿, "draft", 已發佈 or "published" says that an article is not public.

    None if the word is not known.
    """
    word = exact_key(text(value)[:60])
    return True if word in _HIDDEN else False if word in _LIVE else None


def words(value: Any, separators: str) -> tuple[str, ...]:
    """Return the parts of a list, or of a text that `separators` (the inside of a character class) cut."""
    parts = (
        [text(one) for one in value] if isinstance(value, list | tuple) else re.split(f"[{separators}]", text(value))
    )
    return tuple(dict.fromkeys(word for part in parts if fold(word := readable(part))))


def questions(value: Any) -> tuple[str, ...]:
    """Return the questions of a list, or of a text with one a line, or cut by `|`, `；` or their question marks."""
    if not isinstance(value, list | tuple):
        value = re.sub(r"([?？])[ ,，、/]*(?=[^\s?？])", r"\1\n", text(value))
    return words(value, r"\n\r|｜;；" if isinstance(value, str) else "")


def platforms_of(value: Any) -> tuple[tuple[Platform, ...], list[str]]:
    """Return the platforms that a value names by id or word, and the words that name none."""
    known = platforms.general()
    found: set[Platform] = set()
    strange = []
    for word in words(value, r"\n,，、/／;；|｜+&"):
        named = {word.lower()} & set(known.ids) or known.named(word) or set(known.mentioned(word))
        found |= named
        if not named and word not in ("全部", "所有", "不限", "all", "通用"):
            strange.append(word)
    return tuple(one for one in known.ids if one in found), strange
