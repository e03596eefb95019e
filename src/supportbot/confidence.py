"""Confidence: from the scores of a ranking to the probability that the first article answers the question.

A logistic regression over few features, fitted on labelled questions of which a third has no answer in the corpus.
Its coefficients stand here; how they were fitted and how well they do is in docs/retrieval.md.
"""

import math

from supportbot.retrieval import Retrieval
from supportbot.text.scripts import detect

_INTERCEPT = -8.57
_COEFFICIENTS = {"dense": 3.31, "titles": 10.65, "articles": 6.9, "margin": 5.91, "latin": 2.28}


def features(retrieval: Retrieval) -> dict[str, float]:
    """What a ranking tells about its first hit, each between 0 and 1; the scores are 0 when there is none.

    `margin` is the distance of its score from the second hit's. `latin` is 1 for a question without Chinese, whose
    words cannot be found in Chinese articles, so that lower scores mean as much.
    """
    scores = [hit.score for hit in retrieval.hits[:2]] + [0.0, 0.0]
    channels = retrieval.hits[0].channels if retrieval.hits else {}
    return {
        "dense": channels.get("dense", 0.0),
        "titles": channels.get("titles", 0.0),
        "articles": channels.get("articles", 0.0),
        "margin": max(0.0, scores[0] - scores[1]),
        "latin": float(detect(retrieval.question) == "latin"),
    }


def confidence(retrieval: Retrieval) -> float:
    """The probability, 0 to 1, that the first hit answers the question; 0 when there is none.

    A hit that somebody pinned to the question is certain.
    """
    if not retrieval.hits:
        return 0.0
    if retrieval.hits[0].pinned:
        return 1.0
    logit = _INTERCEPT + sum(_COEFFICIENTS[name] * value for name, value in features(retrieval).items())
    return 1 / (1 + math.exp(-logit))
