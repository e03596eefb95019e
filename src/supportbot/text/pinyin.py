"""Keys by sound: people who type Chinese by pinyin pick the wrong character of the right sound (帳護 for 帳戶)."""

import itertools
import os
import re
from functools import cache, lru_cache

# Sounds that many speakers, and so many typists, do not tell apart: zh/z ch/c sh/s, -ng/-n.
_FUZZY = ((re.compile("^([zcs])h"), r"\1"), (re.compile("([aei])ng$"), r"\1n"))
_HAN_RUN = re.compile("[\u4e00-\u9fff]+")
_TONES = str.maketrans("āáǎàēéěèōóǒòīíǐìūúǔùǖǘǚǜüńňǹḿ", "aaaaeeeeooooiiiiuuuuvvvvvnnnm")


def pinyin_keys(folded: str) -> list[str]:
    """Each two neighbouring Han characters of folded text as one key of their toneless, fuzzy sounds (`zhan+hu`)."""
    keys = []
    for run in _HAN_RUN.findall(folded):
        sounds = [_sound(character) for character in run]
        keys += [f"{first}+{second}" for first, second in itertools.pairwise(sounds)]
    return keys


@cache
def _sound(character: str) -> str:
    return fuzzy(next(iter(readings(character)), character))


@cache
def readings(character: str) -> list[str]:
    """The toneless pinyin of a character, its commonest reading first, ü spelled v; nothing for what has none."""
    return [reading.translate(_TONES) for reading in _table().get(ord(character), "").split(",") if reading]


@lru_cache(maxsize=4096)
def fuzzy(syllable: str) -> str:
    """The form in which syllables that sound alike to many speakers are the same."""
    for pattern, replacement in _FUZZY:
        syllable = pattern.sub(replacement, syllable)
    return syllable


@cache
def _table() -> dict[int, str]:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # single characters suffice; its phrases load slowly
    from pypinyin.constants import PINYIN_DICT

    table: dict[int, str] = PINYIN_DICT
    return table
