"""Character n-grams: how a text is worded, whatever its words are."""

import itertools


def char_ngrams(text: str) -> list[str]:
    """Return the characters of `text`, then its pairs of neighbours.

    >>> char_ngrams("提幣嗎")
    ['提', '幣', '嗎', '提幣', '幣嗎']
    """
    return [*text, *map("".join, itertools.pairwise(text))]
