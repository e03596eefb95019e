"""Confidence: from the scores of a ranking to the probability that its first article answers the question.

The features of a ranking are turned into a probability by a logistic regression whose coefficients `supportbot tune`
fits on labelled questions, of which a third has no answer (tuning.py, evaluation/fitting.py).
"""

from supportbot.retrieval import Retrieval
from supportbot.text.scripts import detect
from supportbot.tuning import Calibration, Tuning


def features(retrieval: Retrieval, group: int = 1) -> dict[str, float]:
    """What a ranking tells about its first hit, each between -1 and 1; the scores are 0 when there is none.

    `titles` is the nearness to titles, and to text where the corpus has no titles; `lead` how much nearer that is than
    the nearest questions known to have no article; `margin` the distance of the first score to that of the hit after
    the first `group`. `latin` is 1 for a question without Chinese, whose words cannot be found in Chinese articles, so
    that lower scores mean as much.
    """
    hits = retrieval.hits
    channels = hits[0].channels if hits else {}
    titles = channels.get("titles", channels.get("dense", 0.0))
    unanswered = [similarity for _, similarity in retrieval.unanswered]
    return {
        "dense": channels.get("dense", 0.0),
        "titles": titles,
        "words": channels.get("words", 0.0),
        "articles": channels.get("articles", 0.0),
        "sounds": channels.get("sounds", 0.0),
        "margin": (hits[0].score if hits else 0.0) - (hits[group].score if len(hits) > group else 0.0),
        "lead": titles - sum(unanswered) / max(1, len(unanswered)),
        "latin": float(detect(retrieval.question) == "latin"),
    }


def confidence(retrieval: Retrieval, tuning: Tuning, group: int = 1) -> float:
    """The probability, 0 to 1, that the first hit answers the question; 0 when there is none.

    With a `group` above 1: that one of the first so many does, as far as the distance to the rest tells. A hit that
    somebody pinned to the question is certain.
    """
    if not retrieval.hits:
        return 0.0
    if retrieval.hits[0].pinned:
        return 1.0
    return calibration(retrieval, tuning).probability(features(retrieval, group))


def calibration(retrieval: Retrieval, tuning: Tuning) -> Calibration:
    """What was fitted for rankings like this one: with, or without, questions known to have no article."""
    return tuning.listed if retrieval.unanswered else tuning.unlisted
