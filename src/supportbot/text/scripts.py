"""Scripts: detect the script of a text, and convert text between Traditional and Simplified Chinese."""

from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from supportbot.text import han

if TYPE_CHECKING:
    from opencc import OpenCC

Script = Literal["hant", "hans", "latin"]
"""Traditional Chinese, Simplified Chinese, or no Chinese at all."""

SCRIPTS: tuple[Script, ...] = get_args(Script)


def detect(text: str, *, default: Script = "hant") -> Script:
    """Return the script of `text`, by majority of the characters that exist in one script only.

    Text that is the same in both scripts gets `default`; text without a Han character is "latin".

    >>> detect("怎么提币")
    'hans'
    """
    characters = han.CHARACTER.findall(text)
    if not characters:
        return "latin"
    votes = sum(_vote(character) for character in characters)
    if votes == 0:
        return default
    return "hant" if votes > 0 else "hans"


@cache
def _vote(character: str) -> int:
    """Return 1 for a character of Traditional text only, -1 for Simplified only, 0 for both.

    Traditional-only: OpenCC simplifies it. Simplified-only: it is in GB 2312 and not in the common half of Big5 (rows
    A4 to C6). So 台 and 里, which both write, count for neither.
    """
    if _converter("t2s").convert(character) != character:
        return 1
    big5 = character.encode("big5", errors="ignore")
    common_in_big5 = bool(big5) and 0xA4 <= big5[0] <= 0xC6
    return -1 if character.encode("gb2312", errors="ignore") and not common_in_big5 else 0


def convert(text: str, *, source: Script, target: Script) -> str:
    """Return `text`, written in script `source`, in the characters of script `target`; words stay.

    The text is returned as it is if both scripts are the same or either is "latin".
    """
    if source == target or "latin" in (source, target):
        return text
    shown: str = _converter("t2s" if target == "hans" else "s2t").convert(text)
    return shown


@cache
def _converter(configuration: str) -> "OpenCC":
    from opencc import OpenCC

    return OpenCC(configuration)
