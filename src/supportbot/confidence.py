"""Confidence: from the scores of a ranking to the probability that its first article answers the question.

The features of a ranking are turned into a probability by a logistic regression whose coefficients `supportbot tune`
fits on labelled questions, of which a third has no answer (tuning.py, evaluation/fitting.py).
"""

from supportbot.retrieval import Retrieval
from supportbot.text.scripts import detect
from supportbot.tuning import CHANNELS, FEATURES, Calibration, Tuning


def features(retrieval: Retrieval, group: int = 1) -> dict[str, float]:
    """What a ranking tells about its first hit, each between -1 and 1; all but `latin` are 0 when there is none.

    The scores of the five channels (`titles` is `dense` where the corpus has no titles), and:

    - `margin`: the distance of the first score to that of the hit after the first `group`;
    - `agreement`: the share of the channels that put this article first among the hits;
    - `coverage`: the share of the question's words, by their weight, that the article holds;
    - `lead`, `nearest_lead`: how much nearer the article's questions are than those known to have no article, by the
      mean of the nearest three, and by the nearest one;
    - `latin`: 1 for a question without Chinese, whose words cannot be found in Chinese articles, so that lower scores
      mean as much.
    """
    hits = retrieval.hits
    latin = float(detect(retrieval.question) == "latin")
    if not hits:
        return {**dict.fromkeys(FEATURES, 0.0), "latin": latin}
    channels = hits[0].channels
    titles = channels.get("titles", channels.get("dense", 0.0))
    unanswered = [similarity for _, similarity in retrieval.unanswered] or [0.0]
    best = [score >= max(hit.channels[name] for hit in hits) for name, score in channels.items()]
    return {
        **{name: channels.get(name, 0.0) for name in CHANNELS},
        "titles": titles,
        "margin": hits[0].score - (hits[group].score if len(hits) > group else 0.0),
        "agreement": sum(best) / len(best),
        "coverage": retrieval.coverage,
        "lead": titles - sum(unanswered) / len(unanswered),
        "nearest_lead": retrieval.nearest_title - unanswered[0],
        "latin": latin,
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


def follow_up_features(together: Retrieval, alone: Retrieval) -> dict[str, float]:
    """What tells whether a question goes on from an earlier one: its ranking `together` with that one, and `alone`.

    The features of the ranking together, and of the question alone: the score of that ranking's first article
    (`own_score`), its distance to the best other one (`own_margin`), its lead over the questions known to have no
    article (`own_lead`), the share of the question's words that it holds (`own_coverage`), and how much the question
    says at all (`own_content`: the weight of its words, 1 for five telling ones and more).
    """
    found = features(together)
    first = together.hits[0].article_row if together.hits else -1
    mine = next((hit for hit in alone.hits if hit.article_row == first), None)
    others = max((hit.score for hit in alone.hits if hit.article_row != first), default=0.0)
    score, titles = (mine.score, mine.channels.get("titles", 0.0)) if mine else (0.0, 0.0)
    unanswered = [similarity for _, similarity in alone.unanswered] or [0.0]
    total = sum(alone.words.values())
    return {
        **found,
        "own_score": score,
        "own_margin": score - others,
        "own_lead": titles - sum(unanswered) / len(unanswered),
        "own_coverage": together.own_coverage,
        "own_content": min(1.0, total / 5),
    }


def calibration(retrieval: Retrieval, tuning: Tuning) -> Calibration:
    """What was fitted for rankings like this one: with, or without, questions known to have no article."""
    return tuning.listed if retrieval.unanswered else tuning.unlisted
