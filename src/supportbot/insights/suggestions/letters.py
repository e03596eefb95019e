"""Letters: what of a text takes part in matching, and where each letter stands in the text that people read."""

import itertools
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from supportbot.text.folding import clean, fold

Gap = Literal[0, 1, 2]
"""What stands before a letter: the letter before it, the start of a word, or a space or sign (as at the very start)."""

_JOINERS = frozenset("-_.'’&")  # wi-fi is typed wifi, Q&A qa
_FUNCTION = frozenset(
    "的了吗呢和与跟或及是在我你您他她它们这那就都也还再把被让给请何么样哪谁从对向到用会能要想可不没有无"
)
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters and digits of a text, folded, and what stands before each; without signs, spaces and accents."""

    text: str
    gaps: tuple[Gap, ...]

    def __getitem__(self, part: slice) -> "Letters":
        return Letters(self.text[part], self.gaps[part])

    def parts(self) -> Iterator["Letters"]:
        """The letters between two signs or spaces, Latin ones apart from others; none twice."""
        cuts = [
            at
            for at in range(1, len(self.text))
            if self.gaps[at] == 2 or is_latin(self.text[at]) != is_latin(self.text[at - 1])
        ]
        parts = (self[start:end] for start, end in itertools.pairwise([0, *cuts, len(self.text)]))
        yield from {part.text: part for part in parts}.values()


def letters(text: str, variants: Mapping[int, str] | None = None) -> Letters:
    """The letters of `text`; `variants`, as `str.maketrans` makes it, replaces characters after folding."""
    found: list[str] = []
    gaps: list[Gap] = []
    gap: Gap = 2
    for character in text:
        for letter in (forms := _forms(character)):
            if not gap and (letter in _LATIN) != (found[-1] in _LATIN):
                gap = 1
            found.append(letter)
            gaps.append(gap)
            gap = 0
        if not forms and not unicodedata.combining(character):
            gap = 1 if gap < 2 and character in _JOINERS else 2
    folded = _folded("".join(found)).translate(variants or {})
    for at in range(1, len(folded)):
        if not gaps[at] and folded[at - 1] in _FUNCTION:
            gaps[at] = 1
    return Letters(folded, tuple(gaps))


def places(text: str) -> list[int]:
    """Where in `text` each of its letters stands."""
    return [place for place, character in enumerate(text) for _ in _forms(character)]


def is_latin(letter: str) -> bool:
    """Whether a folded letter is one of the Latin alphabet or a digit."""
    return letter in _LATIN


@lru_cache(maxsize=1 << 16)
def _forms(character: str) -> str:
    """The lower-case letters that one character stands for: a for Ａ and á, nothing for a sign."""
    decomposed = unicodedata.normalize("NFKD", clean(character)).lower()
    return "".join(letter for letter in decomposed if letter.isalnum())


def _folded(text: str) -> str:
    """`text` in Simplified characters, each in the place of its own."""
    folded = fold(text)
    if len(folded) == len(text):
        return folded
    return "".join(single if len(single := fold(letter)) == 1 else letter for letter in text)
