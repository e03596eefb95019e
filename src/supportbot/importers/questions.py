"""Plain text of questions and answers: an article for each pair.

```
【帳戶】                       a heading: the category of what follows
問：如何修改密碼？              also Q: Q1. 問題： 問題一： and, in a file without such marks, 1. …？
答：打開【設定】。              also A: A1. 答案： 解答： 回答：; may be missing where the answer follows
```
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from supportbot.errors import SourceError
from supportbot.importers import bodies
from supportbot.importers.listing import reader as listing
from supportbot.importers.records import Records, joined
from supportbot.importers.result import Found, Options, Problem, check_size, read_text
from supportbot.text.folding import readable

ACCEPTS = "a .txt file of questions and answers (問：… 答：…, Q: … A: …, or 1. …？ and its answer)"
SUFFIXES: tuple[str, ...] = (".txt",)

_COUNT = r"\s?(?:\d{1,3}|[一二三四五六七八九十]{1,3})?"
_QUESTION = re.compile(
    rf"\s{{0,12}}(?:[QＱｑ]{_COUNT}\s?[:：.．、]|[問问][題题]?{_COUNT}\s?[:：])\s*(.*)", re.IGNORECASE
)
_ANSWER_MARK = rf"(?:[AＡａ]{_COUNT}\s?[:：.．、]|(?:答|答案|解答|回答|答覆|答复|回覆|回复){_COUNT}\s?[:：])"
_ANSWER = re.compile(rf"\s{{0,12}}{_ANSWER_MARK}\s*(.*)", re.IGNORECASE)
_ANSWER_INSIDE = re.compile(rf"(?<=[\s?？。]){_ANSWER_MARK}\s*", re.IGNORECASE)
_NUMBERED = re.compile(r"\s{0,12}(\d{1,3})\s?[.．、)]\s*(\S.{0,200}[?？])\s*")
_HEADINGS = (
    re.compile(r"\s*#{1,6}\s+(\S.{0,60})"),
    re.compile(r"\s*(?:【([^【】]{1,40})】|〔([^〔〕]{1,40})〕|《([^《》]{1,40})》|={2,}\s*([^=]{1,40}?)\s*={2,})\s*"),
    re.compile(r"\s*[一二三四五六七八九十]{1,3}\s?[、．.]\s*([^。！!?？：:；;]{1,40})"),
    re.compile(r"\s*第[一二三四五六七八九十\d]{1,3}[章節节部]\s*[：:、]?\s*([^。！!?？]{1,40})"),
)


def reads(path: Path, text: str) -> bool:
    """Return whether `text` has questions that are marked as such, with text below."""
    return bool(_Reader(text.split("\n")).pairs())


def read(path: Path, options: Options) -> Iterator[Found]:
    """Yield an article for each question. Raises `SourceError` for a text without any."""
    lines = read_text(path, options.encoding).split("\n")
    for number, line in enumerate(lines, 1):
        check_size(line, path, number)
    reader = _Reader(lines)
    pairs = reader.pairs()
    if not pairs:
        message = "neither questions nor articles with their dates"
        raise SourceError(path, f"{message}; expected {ACCEPTS}, or {listing.ACCEPTS}")
    records = Records(path, options)
    if reader.lost:
        first, count = reader.lost[0], len(reader.lost)
        yield Problem(path, f"{count:,} line(s) above the first question not carried: {lines[first - 1]!r:.50}", first)
    for pair in pairs:
        answer = "\n".join(pair.answer).strip("\n")
        if not answer.strip():
            yield Problem(path, f"{pair.questions[0]!r:.60} has no answer; skipped", pair.line)
            continue
        record = {
            "title": pair.questions[0],
            "questions": pair.questions[1:],
            "text": answer,
            "category": pair.category,
        }
        yield from records.read(record, pair.line, form=_form(answer))
    yield from records.close()


def _form(answer: str) -> bodies.Form:
    form = bodies.form_of(answer)
    return "plain" if form == "html" else form


@dataclass
class _Pair:
    questions: list[str]
    line: int
    category: str
    answer: list[str] = field(default_factory=list)
    is_answered: bool = False


class _Reader:
    """Cuts lines into pairs of question and answer."""

    def __init__(self, lines: list[str]) -> None:
        self.lost: list[int] = []
        self._lines = lines
        self._is_marked = sum(1 for line in lines if _QUESTION.fullmatch(line)) > 0
        self._has_answers = any(_ANSWER.fullmatch(line) or _ANSWER_INSIDE.search(line) for line in lines)
        self._number = 0
        self._levels: list[tuple[int, str]] = []

    def pairs(self) -> list[_Pair]:
        """Return the pairs in their order."""
        pairs: list[_Pair] = []
        for place, line in enumerate(self._lines):
            question = self._question(line)
            current = pairs[-1] if pairs else None
            if question is not None:
                asked, answer = self._cut(question)
                if current and not current.is_answered and self._has_answers and not any(current.answer):
                    current.questions.append(asked)  # another way to ask, before the answer
                else:
                    current = _Pair([asked], place + 1, joined(name for _, name in self._levels))
                    pairs.append(current)
                if answer is not None:
                    current.answer, current.is_answered = [answer], True
            elif (heading := _heading(line)) and self._leads(place):
                self._enter(*heading)
            elif current is None:
                self.lost += [place + 1] if line.strip() else []
            elif not current.is_answered and (match := _ANSWER.fullmatch(line)):
                current.is_answered = True
                rest = "\n".join(one.strip() for one in current.answer).strip()
                current.questions[-1] = readable(f"{current.questions[-1]} {rest}")
                current.answer = [match[1]]
            else:
                current.answer.append(line)
        for pair in pairs:
            pair.questions = [one for one in map(readable, pair.questions) if one] or self._first_of(pair)
        return [pair for pair in pairs if pair.questions]

    @staticmethod
    def _first_of(pair: _Pair) -> list[str]:
        """Take the question from the line below its mark."""
        first = next((place for place, line in enumerate(pair.answer) if line.strip()), None)
        return [] if first is None else [readable(pair.answer.pop(first))]

    def _question(self, line: str) -> str | None:
        if self._is_marked:
            match = _QUESTION.fullmatch(line)
            return match[1] if match else None
        match = _NUMBERED.fullmatch(line)
        if not match or int(match[1]) not in (self._number + 1, 1):
            return None
        self._number = int(match[1])
        return match[2]

    @staticmethod
    def _cut(question: str) -> tuple[str, str | None]:
        """Cut a line that has its answer too."""
        match = _ANSWER_INSIDE.search(question)
        return (question[: match.start()], question[match.end() :]) if match else (question, None)

    def _leads(self, place: int) -> bool:
        """Return whether a question follows the line at `place`, with only headings between: else it is text."""
        for line in self._lines[place + 1 : place + 12]:
            if not line.strip():
                continue
            if (_QUESTION if self._is_marked else _NUMBERED).fullmatch(line):
                return True
            if not _heading(line):
                return False
        return False

    def _enter(self, kind: int, name: str) -> None:
        kinds = [one for one, _ in self._levels]
        del self._levels[kinds.index(kind) if kind in kinds else len(kinds) :]
        self._levels.append((kind, name))


def _heading(line: str) -> tuple[int, str] | None:
    """Return the kind and the text of a line that may be a heading."""
    if len(line) > 80:
        return None
    for kind, pattern in enumerate(_HEADINGS):
        if match := pattern.fullmatch(line):
            return kind, readable(next(filter(None, match.groups())))
    return None
