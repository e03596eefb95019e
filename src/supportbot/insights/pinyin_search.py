"""Search in short texts for what is typed: characters, pinyin, the initials of pinyin, or a mixture (人lian, sjhao).

All texts are one string in which the readings of a Han character stand behind it in capitals, "DEX 如何重新登入" as
` dex 如RU何HE-重ZHONG,CHONG新XIN登DENG入RU`. What is typed becomes a regular expression over it, so that `re` does
the searching. Latin words with one slip of the finger are found by rapidfuzz.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from supportbot.text.folding import fold
from supportbot.text.pinyin import fuzzy, readings

NO_MATCH = 255
"""The cost of a text that does not match."""

# Costs: where a match starts (at the start of the text, of a word, inside, inside a Latin word) and how it was typed.
_PREFIX, _WORD, _INSIDE, _INSIDE_LATIN = 0, 2, 4, 8
_LITERAL, _SPELLED, _INITIALS, _MISTAKEN, _SCATTERED = 0, 1, 3, 5, 12

_READINGS = 2
"""How many readings of a character count, the commonest first: 重 is zhong and chong, hardly ever tong."""
_MIN_SLIP = 4
"""The least number of letters of a word with a slip: a shorter one could be any word."""
_MIN_SCATTERED = 4
"""The least number of Han characters of which pairs are found in another order."""

_JOINERS = frozenset("-_.'’&")  # wi-fi is typed wifi, Q&A qa
_FUNCTION_WORDS = frozenset(
    "的了吗呢和与跟或及是在我你您他她它们这那就都也还再把被让给请何么样哪谁从对向到用会能要想可不没有无"
)
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")

# A typed letter may stand for the next character only behind a whole syllable or an initial (r, zh). What is left of
# the syllable, and other readings, are then skipped. Behind a Latin letter all of these match the empty string.
_WHOLE = "(?![A-Z])[A-Z,]*+"
_WHOLE_OR_INITIAL = "(?:(?![A-Z])|(?<=[^A-Z][A-Z])|(?<=[^A-Z][ZCS]H))[A-Z,]*+"
_NOT_INITIAL = "(?<![^A-Z][A-Z])"
_HAN_AND_READINGS = "[^A-Z ,-](?:[A-Z]++,)*"  # up to one of its readings
_ALIKE = {"Z": "H?", "C": "H?", "S": "H?", "N": "G?"}
"""What may follow a letter without a difference to many typists, as in `supportbot.text.pinyin.fuzzy`."""


class Letter(NamedTuple):
    """A folded letter or digit of a text.

    Attributes:
        folded: one lower-case character, Simplified, without accents.
        gap: what stands before it: a line end for the start of the text, a space for a space or sign, a hyphen for
            another start of a word, nothing for a letter of the same word.
        place: of its character in the text, from 0.

    >>> letters("DEX 登入", {})[3]
    Letter(folded='登', gap=' ', place=4)
    """

    folded: str
    gap: str
    place: int

    @property
    def is_latin(self) -> bool:
        """Whether it is a letter of the Latin alphabet or a digit."""
        return self.folded in _LATIN

    @property
    def cost(self) -> int:
        """What a match costs that starts here."""
        inside = _INSIDE_LATIN if self.is_latin else _INSIDE
        return {"\n": _PREFIX, " ": _WORD, "-": _WORD}.get(self.gap, inside)


def letters(text: str, variants: Mapping[int, str]) -> list[Letter]:
    """Return the letters of `text`; `variants`, as `str.maketrans` makes it, replaces folded ones."""
    found: list[Letter] = []
    gap = "\n"
    for place, character in enumerate(text):
        forms = _forms(character)
        for form in forms.translate(variants):
            letter = Letter(form, gap, place)
            if not gap and (letter.is_latin != found[-1].is_latin or found[-1].folded in _FUNCTION_WORDS):
                letter = letter._replace(gap="-")
            found.append(letter)
            gap = ""
        if found and not forms and not unicodedata.combining(character):
            gap = "-" if gap != " " and character in _JOINERS else " "
    return found


@lru_cache(maxsize=1 << 16)
def _forms(character: str) -> str:
    """Return the folded letters that one character stands for: a for Ａ and á, nothing for a sign."""
    return "".join(form for form in unicodedata.normalize("NFKD", fold(character)) if form.isalnum())


@lru_cache(maxsize=1 << 16)
def _spellings(character: str) -> tuple[str, ...]:
    """Return the syllables typed for a folded character, in capitals; ü is typed v or u (LVE, LUE)."""
    plain = [reading.upper() for reading in readings(character)[:_READINGS] if reading.isascii()]
    return tuple(dict.fromkeys([*plain, *(spelling.replace("V", "U") for spelling in plain)]))


class Found(NamedTuple):
    """The best match in each text.

    Attributes:
        costs: shape (texts,), `NO_MATCH` where there is none.
        spans: start and end of the match in the string of all texts, shape (texts, 2); 0 and 0 for scattered pairs.

    >>> search = PinyinSearch([letters("人臉識別失敗", {}), letters("如何提幣", {})])
    >>> search.find(letters("renlian", {})).costs
    array([  1, 255], dtype=int16)
    """

    costs: NDArray[np.int16]
    spans: NDArray[np.int64]


class PinyinSearch:
    """Finds what is typed in texts, given as their letters, at least one each. A text is named by its row.

    >>> search, typed = PinyinSearch([letters("人臉識別失敗", {})]), letters("renlian", {})
    >>> list(search.marked(0, typed, search.find(typed)))
    [(0, 1)]
    """

    def __init__(self, texts: Sequence[Sequence[Letter]]) -> None:
        self._plain = ["".join(letter.folded for letter in text) for text in texts]
        flat = [letter for text in texts for letter in text]
        pieces = [letter.gap + letter.folded + ",".join(_spellings(letter.folded)) for letter in flat]
        self._encoded = "".join(pieces)
        self._starts = np.array([match.start() for match in re.finditer("\n", self._encoded)], np.int64)
        self._costs = np.repeat(np.array([letter.cost for letter in flat], np.int16), [*map(len, pieces)])
        self._words = sorted(set(re.findall("(?<=[\n -])[a-z0-9]+", self._encoded)))

    def find(self, typed: Sequence[Letter], *, tolerant: bool = False) -> Found:
        """Return where `typed` stands in each text; with `tolerant`, also where it would without a mistake.

        Mistakes are other characters of the same or nearly the same sound, one slip in a Latin word, and Chinese in
        another order.
        """
        patterns = {_pattern(typed, how): how for how in (_MISTAKEN, _INITIALS, _SPELLED, _LITERAL)[not tolerant :]}
        if tolerant and (words := set(self._meant("".join(letter.folded for letter in typed)))):
            patterns = {f"(?<=[\n -])(?:{'|'.join(words)})": _MISTAKEN, **patterns}
        costs = np.full(len(self._plain), NO_MATCH, np.int16)
        spans = np.zeros((len(costs), 2), np.int64)
        for pattern, how in patterns.items():
            found = np.array([match.span() for match in re.finditer(pattern, self._encoded)], np.int64).reshape(-1, 2)
            if how == _INITIALS and not len(found):
                break  # the patterns that follow match less
            cost = self._costs[found[:, 0]]
            if len(typed) == 1 and typed[0].is_latin:  # says too little to look inside words
                found, cost = found[cost <= _WORD], cost[cost <= _WORD]
            rows = np.searchsorted(self._starts, found[:, 0], "right") - 1
            better = np.flatnonzero(cost + how < costs[rows])
            better = better[np.argsort(cost[better], kind="stable")[::-1]]  # of several values set numpy keeps the last
            costs[rows[better]], spans[rows[better]] = cost[better] + how, found[better]
        if tolerant and len(typed) >= _MIN_SCATTERED and not any(letter.is_latin for letter in typed):
            costs[(costs == NO_MATCH) & self._scattered(typed)] = _SCATTERED
        return Found(costs, spans)

    def marked(self, row: int, typed: Sequence[Letter], found: Found) -> Iterator[tuple[int, int]]:
        """Yield first and last of the letters of a text that match `typed`, counted from 0."""
        start, end = found.spans[row].tolist()
        if end:
            text = self._encoded[self._starts[row] : end]
            last = len(re.sub("[A-Z\n, -]", "", text)) - 1
            yield last - len(re.sub("[A-Z\n, -]", "", text[start + 1 - self._starts[row] :])), last
            return
        for pair in _pairs(typed):
            if (at := self._plain[row].find(pair)) >= 0:
                yield at, at + 1

    def _meant(self, typed: str) -> Iterator[str]:
        """Yield the words, cut to what is typed of them, that `typed` is but for one slip."""
        size = len(typed)
        if size < _MIN_SLIP or typed.isdigit() or not typed.isascii():
            return
        for word in self._words:
            for end in (size, size + 1, size - 1):
                if OSA.distance(typed, word[:end], score_cutoff=1) <= 1:
                    yield word[:end]
                    break

    def _scattered(self, typed: Sequence[Letter]) -> NDArray[np.bool_]:
        """Return which texts hold each letter typed beside one of its neighbours: 提幣失敗 in 提幣為何失敗."""
        pairs = _pairs(typed)
        beside = list(pairwise([pairs[0], *pairs, pairs[-1]]))
        return np.array([all(one in text or other in text for one, other in beside) for text in self._plain], np.bool_)


def _pairs(typed: Sequence[Letter]) -> list[str]:
    return [one.folded + other.folded for one, other in pairwise(typed)]


def _pattern(typed: Sequence[Letter], how: int) -> str:
    """Return the regular expression for `typed`: what costs `_LITERAL` the strictest, `_MISTAKEN` the most lenient.

    A match starts at a letter or where a reading of it starts. It ends behind a letter or within a reading.
    """
    alike = how == _MISTAKEN
    pattern, before = "", ""
    for folded, gap, _ in typed:
        to_letter = to_han = to_reading = ""
        if before:
            end = ""
            if before in _LATIN and how > _LITERAL:
                end = _WHOLE_OR_INITIAL if how == _INITIALS else _WHOLE
            # A space or sign is between letters where one was typed, and where the script changes. Of Chinese
            # characters the commas are often not typed.
            to_letter = end + ("[ -]" if gap == " " else "(?:-|(?<![a-z0-9]) )?")
            to_reading = end + ("[ -]?" if gap == " " else "(?:-|(?<=[a-z0-9]) )?") + _HAN_AND_READINGS
            to_han = f"{end}[ -]?"
        if folded not in _LATIN:
            options = [to_han + folded]
            if alike:
                options += [to_reading + _reading(sound, alike) + "(?![A-Z])" for sound in _spellings(folded)]
            pattern += f"(?:{'|'.join(options)})[A-Z,]*"
        else:
            options = [to_letter + folded]
            if how > _LITERAL and folded.isalpha():
                options.append(to_reading + _reading(folded.upper(), alike))
                if before and gap != " ":
                    options.append(_sound(folded.upper(), alike))  # the syllable before goes on
            if alike and before + folded in ("zh", "ch", "sh", "ng"):
                options.append("(?<=[A-Z])")
            pattern += f"(?:{'|'.join(options)})"
        before = folded
    return pattern + _NOT_INITIAL * (how == _SPELLED)


def _reading(begun: str, alike: bool) -> str:
    """Return a pattern for a reading that begins with the capitals `begun`, or with what sounds alike."""
    begun = fuzzy(begun.lower()).upper() if alike else begun
    first = begun[0]
    start = f"{first}(?<![A-Z]{first})"  # the check comes second: `re` skips quickly to where the letter stands
    return start + "".join(_sound(letter, alike) for letter in begun)[1:]


def _sound(capital: str, alike: bool) -> str:
    return capital + _ALIKE.get(capital, "") if alike else capital
