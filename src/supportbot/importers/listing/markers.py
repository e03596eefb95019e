"""Finds the marks that order a run-together text: `一、` `1、` `①` `◦` `Q:` `A:` `注:` `【App 端】`.

Whether `2、` is a mark or a part of a sentence is decided by its place: a list goes on with its next number, and a new
one begins where a sentence could begin. Versions, decimals, dates and enumerations (`6.134.0`, `1、2、3 級`) stay text.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from supportbot.content import platforms
from supportbot.text.han import HAN

Kind = Literal["text", "section", "subsection", "number", "bullet", "question", "answer", "note", "platform"]

SENTENCE_END = "。！？!?；;…"
_CLOSERS = ")）」』”’\"'"
_DIGITS = "一二三四五六七八九十"
_NOTE_PREFIX = r"(?:請|请)?(?:重要|溫馨|温馨|特別|特别|友情|安全|風險|风险)?"
_NOTE = rf"{_NOTE_PREFIX}(?:提示|提醒|注意事項|注意事项|注意|警告)|備註|备注|備注|注"


@cache
def _pattern() -> re.Pattern[str]:
    """Return the pattern of all marks; made when it is needed, as the names of platforms load a converter."""
    endpoint = platforms.general().endpoint
    return re.compile(
        "|".join(
            [
                rf"(?P<platform>【\s?(?:在\s?)?(?:[a-z]{{2,20}}\s)?{endpoint}\s?】\s?[:：]?)",
                rf"(?P<bare_platform>(?:在\s?)?(?:(?<![a-z])[a-z]{{2,20}}\s)?(?<![a-z]){endpoint}(?:\s?[:：]|(?=\s|【|$)))",
                rf"(?P<section>(?<![{_DIGITS}第])[{_DIGITS}]{{1,3}}[、.．](?![{_DIGITS}]{{1,3}}[、.．]))",
                rf"(?P<subsection>[（(][{_DIGITS}]{{1,3}}[)）]、?)",
                rf"(?P<step>第[{_DIGITS}]{{1,2}}步(?:\s?[:：,，、]|\s)|步[驟骤]\s?(?:[{_DIGITS}]{{1,2}}|\d{{1,2}})(?:\s?[:：.、．]|\s))",
                r"(?P<number>(?<![\da-z.,第圖图表附版$#])\d{1,2}(?:[、．](?!\s?\d{1,2}[、．])|\.(?!\d)|[)）]))",
                r"(?P<paren>[（(]\d{1,2}[)）])",
                r"(?P<circled>[①-⑳])",
                r"(?P<bullet>[◦•●▪‣■◆►➤]|(?:(?<=\n)|(?<![\s\S]))[-*·○](?=\s))",
                r"(?P<question>(?<![a-z\d])[qＱ](?:\d{0,2}\s?[:：]|\d{1,2}\s?[.、．])|[問问]\s?[:：])",
                r"(?P<answer>(?<![a-z\d])[aＡ](?:\d{0,2}\s?[:：]|\d{1,2}\s?[.、．])|答\s?[:：])",
                rf"(?P<note>(?:{_NOTE})\s?[:：])",
            ]
        ),
        re.IGNORECASE,
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A mark and the text from it to the next mark. `number` is 0 for marks that do not count.

    >>> cut("1、打開【資產】2、點擊【提幣】").parts[1]
    Part(kind='number', mark='2、', text='點擊【提幣】', number=2, style='number')
    """

    kind: Kind
    mark: str
    text: str
    number: int = 0
    style: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """A text cut at its marks. `faults` say where numbers show that something is missing.

    >>> [part.mark for part in cut("1、打開【資產】2、點擊【提幣】").parts]
    ['1、', '2、']
    """

    parts: tuple[Part, ...]
    faults: tuple[str, ...]


def cut(text: str) -> Marked:
    """Cut `text` (cleaned lines) at its marks. Reads it once from left to right."""
    scanner = _Scanner(text)
    scanner.scan()
    return Marked(tuple(part for part in scanner.parts if part.kind != "text" or part.text), tuple(scanner.faults))


def numeral(digits: str) -> int:
    """Return the value of `七`, `十二`, `二十` or of decimal digits; 0 when it is none of these."""
    if digits.isdecimal():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    if any(digit not in _DIGITS[:9] for digit in tens + ones) or len(tens) > 1 or len(ones) > 1:
        return 0
    return (_DIGITS.index(tens) + 1 if tens else 1) * 10 * bool(ten) + (_DIGITS.index(ones) + 1 if ones else 0)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.parts: list[Part] = []
        self.faults: list[str] = []
        self._matches = list(_pattern().finditer(text))
        self._open: tuple[Kind, str, int, str] = ("text", "", 0, "")
        self._start = 0  # where the text of the open part begins
        self._last = {"section": 0, "subsection": 0}
        self._lists: dict[str, int] = {}  # the last number of each style of the lists that are open
        self._awaits_answer = False

    def scan(self) -> None:
        for position, match in enumerate(self._matches):
            name = str(match.lastgroup)
            if match.start() < self._start or not self._accepts(position, name):
                continue
            self._close(match.start())
            kind = _KINDS.get(name, name)
            style = name if kind == "number" else ""
            self._open = (kind, match[0].strip(), self._number(match, name), style)  # type: ignore[assignment]
            self._start = match.end()
        self._close(len(self.text))

    def _close(self, end: int) -> None:
        kind, mark, number, style = self._open
        self.parts.append(Part(kind, mark, self.text[self._start : end].strip(), number, style))

    def _accepts(self, position: int, name: str) -> bool:
        before = self._before(self._matches[position].start())
        if name in ("section", "subsection"):
            return self._accepts_heading(position, name, before)
        if _KINDS.get(name) == "number":
            return self._accepts_number(position, name, before)
        if name == "question":
            accepted = before != "glued" or self._matches[position][0][0] in "QqＱ"
            self._awaits_answer = self._awaits_answer or accepted
            if accepted:
                self._lists.clear()
            return accepted
        if name == "answer":
            return self._accepts_answer(position)
        if name == "platform":
            return before in ("line", "sentence", "space")
        if name == "bare_platform":
            return before in ("line", "sentence")
        return name == "bullet" or before != "glued"

    def _accepts_heading(self, position: int, name: str, before: str) -> bool:
        number = self._number(self._matches[position], name)
        follows = number == self._last[name] + 1 and self._last[name] > 0
        begins = number == 1 and before in ("line", "sentence")
        is_cut = self._last[name] == 0 and number > 1 and (before == "line" and not self.parts)
        if not number or not (follows or begins or is_cut):
            return False
        # 「二、三線城市」 counts nothing
        end = self._matches[position].end()
        leads = self.text[end : end + 1] in tuple(_DIGITS)
        if leads and not follows and self._next_number(position, name) != number + 1:
            return False
        if is_cut:
            self.faults.append(f"its sections begin with {self._matches[position][0]!r}; what stood before is missing")
        self._last[name] = number
        self._lists.clear()
        if name == "section":
            self._last["subsection"] = 0
        return True

    def _accepts_number(self, position: int, name: str, before: str) -> bool:
        match = self._matches[position]
        number, last = self._number(match, name), self._lists.get(name, 0)
        at_sentence = before in ("line", "sentence")
        closes_parenthesis = match[0][-1] in ")）" and name == "number"
        if name in ("paren", "circled") and ("number" in self._lists or "step" in self._lists):
            return False  # (1) inside a list of 1、 belongs to the item
        if closes_parenthesis and not at_sentence:
            return False
        if number == 1:
            accepted = at_sentence or self._begins_list(position, name, before)
        elif last and number == last + 1:
            accepted = name != "step" or before != "glued"
        else:
            gap = number - last
            colon = self.text[: match.start()][-1:] in ":：" or self.text[: match.start()][-2:-1] in (":", "：")
            follows = not last and before == "space" and self._next_number(position, name) == number + 1
            accepted = ((at_sentence and not colon) or follows) and (0 < gap <= 5 if last else number <= 20)
            if accepted:
                begins = f"goes from {last} to {number}" if last else f"begins with {number}"
                self.faults.append(f"its numbering {begins}; something is missing")
        if accepted:
            self._lists[name] = number
        return accepted

    def _begins_list(self, position: int, name: str, before: str) -> bool:
        """Return whether a 1 inside a sentence begins a list: a 2 follows, or a short title stands before it."""
        if self._next_number(position, name) == 2:
            return True
        if before == "glued" and self._start == self._matches[position].start():
            return True
        window = self.text[max(self._start, self._matches[position].start() - 14) : self._matches[position].start()]
        fragment = re.split(rf"[\s{SENTENCE_END}]", window)[-1]
        whole = len(fragment) < len(window) or len(window) < 14
        return before == "glued" and whole and re.fullmatch(f"[{HAN}]{{2,12}}", fragment) is not None

    def _next_number(self, position: int, name: str) -> int:
        """Return the number of the next mark of the same style; 0 when none is near."""
        nearby = self._matches[position + 1 : position + 20]
        return next((self._number(match, name) for match in nearby if match.lastgroup == name), 0)

    def _accepts_answer(self, position: int) -> bool:
        start = self._matches[position].start()
        at_start = not self.text[:start].strip() if start < 8 else False
        after_question = self.text[max(0, start - 2) : start].strip()[-1:] in ("?", "？")
        if not (self._awaits_answer or at_start or after_question):
            return False
        self._awaits_answer = False
        self._lists.clear()
        if at_start:
            self.faults.append("it begins with an answer; the question before it is missing")
        return True

    def _before(self, start: int) -> str:
        """Return what stands before a mark: `line` (its start), `sentence` (its end), `space`, or `glued` (a word)."""
        position = start
        while position > self._start and self.text[position - 1].isspace():
            position -= 1
        skipped = self.text[position:start]
        if position <= self._start or "\n" in skipped:
            return "line"
        while position > self._start and self.text[position - 1] in _CLOSERS:
            position -= 1
        if self.text[position - 1 : position] in tuple(SENTENCE_END + ":："):
            return "sentence"
        return "space" if skipped else "glued"

    @staticmethod
    def _number(match: re.Match[str], name: str) -> int:
        if name == "circled":
            return ord(match[0]) - ord("①") + 1
        if name in ("section", "subsection", "step", "number", "paren"):
            found = re.search(rf"\d+|[{_DIGITS}]+", match[0])
            return numeral(found[0]) if found else 0
        return 0


_KINDS: dict[str, Kind] = {
    "bare_platform": "platform",
    "step": "number",
    "number": "number",
    "paren": "number",
    "circled": "number",
}
