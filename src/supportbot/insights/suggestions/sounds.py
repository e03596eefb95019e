"""How Chinese characters are typed by their sound: spelled in full, begun, or by their initials."""

from collections.abc import Iterable
from functools import lru_cache

from supportbot.text.pinyin import fuzzy, readings

_READINGS = 2
"""Of a character's readings, the commonest first, so many count: 重 is zhong and chong, hardly ever tong."""

LONGEST = 6
"""The letters of the longest syllables (zhuang)."""


class Keyboard:
    """What to type for each of the characters `alphabet`; all its tables hold places in the alphabet.

    Attributes:
        spelled: by a whole syllable.
        begun: by the first letters of a syllable, or by all of it.
        initials: by its first letter, or zh, ch, sh.
        heard: by the fuzzy form (`fuzzy`) of a whole syllable.
    """

    def __init__(self, alphabet: Iterable[str]) -> None:
        self.spelled: dict[str, list[int]] = {}
        self.begun: dict[str, list[int]] = {}
        self.initials: dict[str, list[int]] = {}
        self.heard: dict[str, list[int]] = {}
        for place, character in enumerate(alphabet):
            syllables = spellings(character)
            begun = {syllable[:end] for syllable in syllables for end in range(1, len(syllable) + 1)}
            self._enter(self.spelled, syllables, place)
            self._enter(self.begun, begun, place)
            self._enter(
                self.initials, {start for start in begun if len(start) == 1 or start in ("zh", "ch", "sh")}, place
            )
            self._enter(self.heard, {fuzzy(syllable) for syllable in syllables}, place)

    def homophones(self, character: str) -> list[int]:
        """The places of all characters that sound like `character`, which need not be in the alphabet."""
        return sorted({place for syllable in spellings(character) for place in self.heard.get(fuzzy(syllable), ())})

    @staticmethod
    def _enter(table: dict[str, list[int]], keys: Iterable[str], place: int) -> None:
        for key in keys:
            table.setdefault(key, []).append(place)


@lru_cache(maxsize=1 << 16)
def spellings(character: str) -> frozenset[str]:
    """What may be typed for a character, nothing for what has no sound; ü is spelled v and u (lve and lue)."""
    plain = readings(character)[:_READINGS]
    return frozenset([*plain, *(spelling.replace("v", "u") for spelling in plain)])
