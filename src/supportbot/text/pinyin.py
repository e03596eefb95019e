"""Pinyin: match characters by sound, for people who type the wrong one of the right sound (帳護 for 帳戶)."""

import itertools
import os
import re
from functools import cache, lru_cache

from supportbot.text.han import BASIC

# Sounds that many speakers do not tell apart: zh/z ch/c sh/s, -ng/-n.
_FUZZY = ((re.compile("^([zcs])h"), r"\1"), (re.compile("([aei])ng$"), r"\1n"))
_RUN = re.compile(f"[{BASIC}]+")


def pinyin_keys(folded: str) -> list[str]:
    """Return a key for each pair of neighbouring Han characters in folded text: their fuzzy sounds (`zan+hu`)."""
    keys = []
    for run in _RUN.findall(folded):
        sounds = [_sound(character) for character in run]
        keys += [f"{first}+{second}" for first, second in itertools.pairwise(sounds)]
    return keys


@cache
def _sound(character: str) -> str:
    return fuzzy(next(iter(readings(character)), character))


@cache
def readings(character: str) -> list[str]:
    """Return the pinyin of a character without tones, the commonest first, ü spelled v; nothing if it has none.

    Readings that differ only in tone are several: 服 has `fu`, `fu` and `bi`.
    """
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # single characters suffice; its phrases load slowly
    from pypinyin import Style, pinyin

    found: list[list[str]] = pinyin(character, style=Style.TONE3, heteronym=True, errors="ignore")
    return [reading.rstrip("1234") for readings in found for reading in readings]


@lru_cache(maxsize=4096)
def fuzzy(syllable: str) -> str:
    """Return the common form of syllables that many speakers do not tell apart: `zan` for `zhang` and `zan`."""
    for pattern, replacement in _FUZZY:
        syllable = pattern.sub(replacement, syllable)
    return syllable
