"""Which script a text is written in, and turning what we show into the asker's script."""

from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from supportbot.text import han

if TYPE_CHECKING:
    from opencc import OpenCC

Script = Literal["hant", "hans", "latin"]
"""Traditional Chinese, Simplified Chinese, or no Chinese at all."""

SCRIPTS: tuple[Script, ...] = get_args(Script)


def detect(text: str, *, default: Script = "hant") -> Script:
    """The script of `text`, by majority of the characters that exist in one script only.

    Text that is the same in both scripts gets `default`; text without a Han character is "latin".
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
    """1 for a character of Traditional text only, -1 for Simplified only, 0 for what both write.

    Traditional-only is what OpenCC simplifies. Simplified-only is what GB 2312 holds and the common half of
    Big5 (rows A4 to C6) does not: so 台 and 里, which Traditional writers use as well, count for neither.
    """
    if _converter("t2s").convert(character) != character:
        return 1
    big5 = character.encode("big5", errors="ignore")
    common_in_big5 = bool(big5) and 0xA4 <= big5[0] <= 0xC6
    return -1 if character.encode("gb2312", errors="ignore") and not common_in_big5 else 0


def convert(text: str, *, source: Script, target: Script) -> str:
    """`text` of script `source` shown in script `target`: characters change, words stay.

    Text already in the wanted script, and any text for a "latin" asker, comes back as it is.
    """
    if source == target or "latin" in (source, target):
        return text
    shown: str = _converter("t2s" if target == "hans" else "s2t").convert(text)
    return shown


@cache
def _converter(configuration: str) -> "OpenCC":
    from opencc import OpenCC

    return OpenCC(configuration)
