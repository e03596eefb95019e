"""The text of a help centre's article list, as it comes out of a web page: line breaks lost, articles run together.

```
全部                                       lines of navigation
產品文檔
如何修改暱稱?                               the title of the first article
打開 App 首頁。…發佈於 2025年7月24日更新於 2026年2月12日1,244如何註銷賬戶?
註銷前請先… 1、… 2、…發佈於 2023年8月11日更新於 2026年1月26日57
```

An article is a title line, its text, 發佈於 and 更新於 with their dates, and the number of views; the title of the next
article is glued behind that number. `structure` gives the texts their headings, lists, notes and questions back.
"""

import bisect
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from supportbot.content.articles import Article
from supportbot.errors import SourceError
from supportbot.importers import ids, markup
from supportbot.importers.listing import structure
from supportbot.importers.listing.pieces import cut
from supportbot.importers.result import Found, Imported, Options, Problem, check_size, read_text
from supportbot.text.folding import readable

ACCEPTS = "a .txt file with a help centre's list of articles (發佈於 … 更新於 …)"
SUFFIXES: tuple[str, ...] = (".txt",)

_DATE = r"\d{4}(?:\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日|-\d{2}-\d{2}|/\d{2}/\d{2}|\.\d{2}\.\d{2})"
_STAMP = re.compile(rf"(?:最[後后近]\s?)?(?:([發发]\s?[佈布表]\s?[於于])|更新\s?[於于])[ \n]?[:：]?[ \n]?({_DATE})")
# 「本文發佈於 2025年1月1日,…」 is a sentence, not the end of an article.
_GOES_ON = re.compile(r"\s?(?:[,，、。.;；)）的起]|[之以][前後后來来]|[前後后至到](?=[\s\d]))")
_VIEWS = re.compile(
    r"[\s|·•]{0,4}(?:(?:瀏覽|浏览|閱讀|阅读|觀看|观看|查看)\s?[量數数次]{0,2}\s?[:：]?\s?)?"
    r"(?P<number>\d{1,3}(?:[,，]\d{3}){1,3}|\d{1,12})(?P<unit>(?:\.\d)?\s?[萬万])?(?:\s?次?(?:瀏覽|浏览|閱讀|阅读|觀看|观看)量?)?"
)
# Where a number in front of these may belong to the title: 3 個步驟, 2026 年, 24 小時; 2FA, 3D, 5G.
_COUNTED = re.compile(
    r"\s?(?:[步天招倍秒週周季歲岁%％]|[個个](?!人)|[種种](?!類|类)|大(?![額额家量])|分(?:鐘|钟)|小[時时]|月(?!結|结)|日(?![期常誌志])"
    r"|年(?![度化費费])|[項项](?!目)|款(?![項项式])|[級级](?!別|别)|折(?![扣價价])|位(?!置)|[條条](?![款件])|[點点](?![擊击選选數数]))"
)
_WORD_WITH_DIGIT = re.compile(r"(?:2FA|3D|[2-6]G|24h)(?![a-z])", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_TITLE_END = re.compile(r"[?？](?:\s?【[^】]{1,20}】)?")
MAX_TITLE = 80


@dataclass(frozen=True, slots=True)
class _Stamp:
    """The dates and the views that end an article; `start` and `end` are its place in the page."""

    start: int
    end: int
    published: str
    updated: str
    views: int
    doubt: str  # why the number of views is not certain


class _Page:
    """The cleaned lines of a page, and which line a place in it belongs to."""

    def __init__(self, text: str) -> None:
        lines = [readable(line) for line in text.split("\n")]
        self.text = "\n".join(lines)
        self._starts = [0]
        for line in lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def line(self, place: int) -> int:
        return bisect.bisect_right(self._starts, place)


def reads(path: Path, text: str) -> bool:
    """Return whether a text holds the dates that end the articles of a listing."""
    return _STAMP.search(text) is not None


def read(path: Path, options: Options) -> Iterator[Found]:
    """Yield the articles of a listing file. Raises `SourceError` when it is not text or holds no article's dates."""
    page = _Page(read_text(path, options.encoding))
    stamps = list(_stamps(page.text))
    if not stamps:
        raise SourceError(path, "no article found; expected 發佈於 or 更新於 with a date behind each article")
    reader = _Articles(path, page)
    start = 0
    for stamp in stamps:
        reader.article(start, stamp, is_first=stamp is stamps[0])
        start = stamp.end
    reader.remainder(start)
    yield from reader.distinct()
    yield from reader.problems


def _stamps(text: str) -> Iterator[_Stamp]:
    """Yield the ends of the articles: one or two dates that nothing continues, then the views."""
    found = list(_STAMP.finditer(text))
    uses_commas = re.search(r"日\s?\d{1,3},\d{3}", text) is not None
    position = 0
    while position < len(found):
        group = [found[position]]
        position += 1
        while position < len(found) and not text[group[-1].end() : found[position].start()].strip(" |·•,，/\n"):
            group.append(found[position])
            position += 1
        end = group[-1].end()
        if len(group) == 1 and _GOES_ON.match(text, end):
            continue
        views, end, doubt = _views(text, end, uses_commas=uses_commas)
        dates = {("published" if stamp[1] else "updated"): stamp[2] for stamp in group}
        yield _Stamp(group[0].start(), end, dates.get("published", ""), dates.get("updated", ""), views, doubt)


def _views(text: str, start: int, *, uses_commas: bool) -> tuple[int, int, str]:
    """Return the number of views behind the dates, where it ends, and why that is not certain (empty when it is).

    A title that begins with a digit stands right behind it: `日52FA 驗證` is 5 views of 「2FA 驗證」.
    """
    match = _VIEWS.match(text, start)
    if not match:
        return 0, start, ""
    number, after = match["number"], match.end()
    if match["unit"] or "," in number or "，" in number or match.end() != match.end("number"):
        tenths = int(re.sub(r"[,，]", "", number) + (re.sub(r"\D", "", match["unit"] or "") or "0"))
        return tenths * 1000 if match["unit"] else tenths // 10, after, ""
    first = match.start("number")
    kept = _digits_of_title(text, first, after, uses_commas=uses_commas)
    if kept:
        views = number[: len(number) - kept]
        title = text[after - kept : after + 10].split("\n")[0]
        return int(views or 0), after - kept, f"{views or 'no'} views and a title that begins with {title!r}"
    if uses_commas and len(number) > 3:
        return int(number), after, f"{number} views, although other numbers of views have commas"
    if text[after : after + 1] == " " or ("\n" in text[start:first] and text[after : after + 1] not in ("", "\n")):
        return int(number), after, f"{number} views"
    return int(number), after, ""


def _digits_of_title(text: str, first: int, after: int, *, uses_commas: bool) -> int:
    """Return how many of the digits before `after` begin the title; 0 when all are views."""
    number = text[first:after]
    if _YEAR.fullmatch(number[-4:]) and (text[after : after + 1] == "年" or (uses_commas and len(number) > 4)):
        return 4
    for length in (2, 1):
        word = _WORD_WITH_DIGIT.match(text, after - length) if length <= len(number) else None
        if word and word[0][:length].isdigit():
            return length
    return 1 if _COUNTED.match(text, after) else 0


class _Articles:
    """Collects the articles of one page and what has to be told about them."""

    def __init__(self, path: Path, page: _Page) -> None:
        self.problems: list[Problem] = []
        self._path = path
        self._page = page
        self._found: list[Imported] = []

    def article(self, start: int, stamp: _Stamp, *, is_first: bool) -> None:
        """Read the article between `start` and the stamp that ends it."""
        title, place, text = self._title_and_text(start, stamp.start, is_first=is_first)
        line = self._page.line(place)
        if not title or not re.search(r"\w", text):
            self._tell(line, f"{title!r:.60} has no text; skipped" if title else "dates without an article; skipped")
            return
        check_size(text, self._path, line)
        body = structure.to_markdown(text)
        check_size(body.markdown, self._path, line)
        for fault in body.faults:
            self._tell(line, f"{title!r:.60} seems to be cut short: {fault}")
        if not markup.has_text(body.markdown):
            self._tell(line, f"{title!r:.60} has only headings and no text; skipped")
            return
        if stamp.doubt:
            message = f"ambiguous number behind the dates of {title!r:.60}: taken for {stamp.doubt}"
            self._tell(self._page.line(stamp.start), message)
        article = Article(
            id=ids.slug(title),
            title=title,
            body=body.markdown,
            platforms=markup.platforms_of(title, body.markdown),
            published=self._date(stamp.published, line),
            updated=self._date(stamp.updated, line),
            views=stamp.views,
            complete=not body.faults,
        )
        self._found.append(Imported(article, self._path, line))

    def remainder(self, start: int) -> None:
        """Tell of text behind the last article."""
        if rest := self._page.text[start:].strip():
            line = self._page.line(start + len(self._page.text[start:]) - len(self._page.text[start:].lstrip()))
            self._tell(line, f"text without dates behind the last article; skipped: {rest[:40]!r}")

    def distinct(self) -> list[Imported]:
        """Return the articles, each once. Raises `SourceError` for two different ones with the same title."""
        seen: dict[str, Imported] = {}
        for one in self._found:
            first = seen.setdefault(one.article.title, one)
            if first.article != one.article:
                message = f"the title {one.article.title!r:.80} is used in line {first.line} too, with another text"
                raise SourceError(self._path, message, line=one.line)
        return list(seen.values())

    def _tell(self, line: int, message: str) -> None:
        self.problems.append(Problem(self._path, message, line))

    def _date(self, text: str, line: int) -> dt.date | None:
        if not text:
            return None
        year, month, day = (int(number) for number in re.findall(r"\d+", text))
        try:
            return dt.date(year, month, day)
        except ValueError:
            self._tell(line, f"{text!r} is not a date; left out")
            return None

    def _title_and_text(self, start: int, end: int, *, is_first: bool) -> tuple[str, int, str]:
        """Return the title, its place, and the text of the article between two places of the page."""
        lines: list[tuple[int, str]] = []
        place = start
        for line in self._page.text[start:end].split("\n"):
            if line.strip():
                lines.append((place, line.strip()))
            place += len(line) + 1
        if is_first:
            lines = lines[_navigation_lines([line for _, line in lines]) :]
        if not lines:
            return "", start, ""
        (place, title), rest = lines[0], [line for _, line in lines[1:]]
        if not rest or len(title) > MAX_TITLE:
            title, behind = _cut_title(title)
            if behind:
                self._tell(self._page.line(place), f"a title runs into its text; cut behind {title!r:.60}")
                rest.insert(0, behind)
        return title, place, "\n".join(rest)


def _navigation_lines(lines: list[str]) -> int:
    """Return how many lines at the top of the page come before the first title.

    Navigation is short words without punctuation; the title is the first line that is not, or the line right before
    the text.
    """
    for position, line in enumerate(lines[:-1]):
        if re.search(r"[?？。，,:：!！；;]", line) or len(line) > 24 or _is_text(lines[position + 1]):
            return position
    return max(0, len(lines) - 2)


def _is_text(line: str) -> bool:
    return len(line) > 60 or re.search(r"[。；;]|[QA][:：]|^\d{1,2}[、.．]|^一、", line) is not None


def _cut_title(line: str) -> tuple[str, str]:
    """Return a title and the text behind it, of a line that holds both."""
    question = _TITLE_END.search(line, 0, MAX_TITLE)
    if question:
        return line[: question.end()].strip(), line[question.end() :].strip()
    pieces = cut(line)
    if len(pieces) > 1 and len(pieces[0].text) <= MAX_TITLE:
        return pieces[0].text, line[len(pieces[0].text) :].strip()
    return (line, "") if len(line) <= MAX_TITLE else (line[:MAX_TITLE], line[MAX_TITLE:])
