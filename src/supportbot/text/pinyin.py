"""Keys by sound: people who type Chinese by pinyin pick the wrong character of the right sound (帳護 for 帳戶)."""

import itertools
import os
import re
from functools import cache

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
    reading = _readings().get(ord(character), character).split(",")[0].translate(_TONES)
    for pattern, replacement in _FUZZY:
        reading = pattern.sub(replacement, reading)
    return reading


@cache
def _readings() -> dict[int, str]:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # single characters suffice; its phrases load slowly
    from pypinyin.constants import PINYIN_DICT

    readings: dict[int, str] = PINYIN_DICT
    return readings
