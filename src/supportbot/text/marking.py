"""Find the words of a query in a text, to mark them in what people read."""

import re
from collections.abc import Iterable

from supportbot.text.analyzer import CONCEPT_MARK
from supportbot.text.folding import fold


def marks(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Return the ranges (start, end) of a text that hold one of the `words` from `Analyzer.words`, without overlaps.

    Texts are compared folded. None are returned if folding changes the length of the text, as they would be shifted.
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
