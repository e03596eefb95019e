"""Where the words of a question stand in a text, to be marked in what people read."""

import re
from collections.abc import Iterable

from supportbot.text.analyzer import CONCEPT_MARK
from supportbot.text.folding import fold


def marks(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where words of a question, as the analyzer cut it, stand in a text: ranges that do not overlap.

    Both are compared folded. Where that changes the length of a text the ranges would be shifted: then there are none.
    """
    folded = fold(text)
    plain = (word.lstrip(CONCEPT_MARK) for word in words)
    wanted = sorted({word for word in plain if len(word) > 1 or not word.isascii()}, key=len, reverse=True)
    if not wanted or len(folded) != len(text):
        return []
    found: list[tuple[int, int]] = []
    for match in re.finditer("|".join(map(re.escape, wanted)), folded):
        if found and found[-1][1] == match.start():
            found[-1] = (found[-1][0], match.end())
        else:
            found.append(match.span())
    return found
