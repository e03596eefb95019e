"""Numbers that people type in front of steps, as Word and PDF documents have them: `1.` `1、` `(1)` `①` `步驟一：`."""

import re
from dataclasses import dataclass

_DIGITS = "零一二三四五六七八九"
_CIRCLED = {
    sign: number
    for first, last, start in (
        ("①", "⑳", 1),
        ("㉑", "㉟", 21),
        ("㊱", "㊿", 36),
        ("❶", "❿", 1),
        ("➀", "➉", 1),
        ("⑴", "⒇", 1),
    )
    for number, sign in enumerate(map(chr, range(ord(first), ord(last) + 1)), start)
}
_COUNT = r"([0-9０-９]{1,3}|[一二三四五六七八九十百]{1,5})"
_KINDS = {
    "dot": re.compile(r"([0-9]{1,3})(?:[.]\s+|[.．](?![0-9A-Za-z.]))"),
    "comma": re.compile(r"([0-9０-９]{1,3})、"),
    "closed": re.compile(r"([0-9０-９]{1,3})[)）](?![0-9])"),
    "enclosed": re.compile(r"[(（]([0-9０-９]{1,3})[)）]"),
    "circled": re.compile(f"([{''.join(_CIRCLED)}])[、.．]?"),
    "word": re.compile(rf"(?:第\s?{_COUNT}\s?步|步[驟骤]\s?{_COUNT}|[Ss]tep\s?([0-9]{{1,3}}))\s*(?:[：:、.．-]|\s)"),
}
_COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed number: its kind, such as `circled`, what it counts, and the text behind it.

    >>> typed("（2）點擊【提幣】")
    Typed(kind='enclosed', number=2, text='點擊【提幣】')
    """

    kind: str
    number: int
    text: str


def typed(text: str) -> Typed | None:
    """Return the number that a line begins with, and the text behind it; None without either."""
    line = text.lstrip()
    for kind, pattern in _KINDS.items():
        if (match := pattern.match(line)) and (rest := line[match.end() :].strip()):
            return Typed(kind, to_int(next(filter(None, match.groups()))), rest)
    return None


def to_int(numeral: str) -> int:
    """Return the number of digits of any width, of a circled number, or of a Chinese numeral below 1,000."""
    if numeral in _CIRCLED:
        return _CIRCLED[numeral]
    if numeral.isdecimal():
        return int(numeral)
    total, digit = 0, 0
    for sign in numeral:
        if unit := {"十": 10, "百": 100}.get(sign):
            total += (digit or 1) * unit
            digit = 0
        else:
            digit = _DIGITS.index(sign)
    return total + digit


class Levels:
    """How deep each of a sequence of typed numbers stands: another kind that begins with 1 goes below the one before.

    >>> levels = Levels()
    >>> [levels.of("dot", 1), levels.of("circled", 1), levels.of("circled", 2), levels.of("dot", 2)]
    [0, 1, 1, 0]
    """

    def __init__(self) -> None:
        self._kinds: list[str] = []

    def of(self, kind: str, number: int) -> int:
        """Return the level, from 0, of the next number."""
        if kind in self._kinds:
            del self._kinds[self._kinds.index(kind) + 1 :]
        elif number == 1:
            self._kinds.append(kind)
        else:
            self._kinds = [kind]
        return len(self._kinds) - 1

    def put(self, level: int) -> None:
        """Note an item of a list that counts itself, whose level is known."""
        self._kinds = [_COUNTED] * (level + 1)

    def leave(self) -> None:
        """Forget the lists that count themselves, as below a paragraph of text."""
        if _COUNTED in self._kinds:
            self.restart()

    def restart(self) -> None:
        """Begin anew, as below a heading."""
        self._kinds = []
