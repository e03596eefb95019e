"""Confidence: from the scores of a ranking to the probability that its first article answers the question.

The features of a ranking are turned into a probability by a logistic regression whose coefficients `supportbot tune`
fits on labelled questions, of which a third has no answer (tuning.py, evaluation/fitting.py).
"""

from supportbot.content.tuning import CHANNELS, FEATURES, Calibration, Tuning
from supportbot.index.store import NEAREST_TITLES
from supportbot.retrieval.retriever import WIDE, Retrieval
from supportbot.text.scripts import detect

FEWEST_LISTED = 200
"""How many questions without an article a corpus must list before the distance to them is trusted."""


def features(retrieval: Retrieval) -> dict[str, float]:
    """What a ranking tells about its first hit, each between -1 and 1; all but `latin` are 0 when there is none.

    The scores of the five channels (`titles` is `dense` where the corpus has no titles), and:

    - `margin`: the distance of the first score to the second;
    - `agreement`: the share of the channels that put this article first among the hits;
    - `coverage`: the share of the question's words, by their weight, that the article holds;
    - `lead`, `wide_lead`: how much nearer the article's questions are than those known to have no article, by the mean
      of the nearest three, and of the nearest ten;
    - `ngram_lead`: the same by the letters they are worded in, of the nearest three;
    - `latin`: 1 for a question without Chinese, whose words cannot be found in Chinese articles, so that lower scores
      mean as much.
    """
    hits = retrieval.hits
    latin = float(detect(retrieval.question) == "latin")
    if not hits:
        return {**dict.fromkeys(FEATURES, 0.0), "latin": latin}
    channels = hits[0].channels
    titles = channels.get("titles", channels.get("dense", 0.0))
    best = [score >= max(hit.channels[name] for hit in hits) for name, score in channels.items()]
    return {
        **{name: channels.get(name, 0.0) for name in CHANNELS},
        "titles": titles,
        "margin": hits[0].score - (hits[1].score if len(hits) > 1 else 0.0),
        "agreement": sum(best) / len(best),
        "coverage": retrieval.coverage,
        "lead": titles - _nearest(retrieval, NEAREST_TITLES),
        "wide_lead": retrieval.wide_titles - _nearest(retrieval, WIDE),
        "ngram_lead": retrieval.ngram_lead,
        "latin": latin,
    }


def confidence(retrieval: Retrieval, tuning: Tuning) -> float:
    """The probability, 0 to 1, that the first hit answers the question; 0 when there is none.

    A hit that somebody pinned to the question is certain.
    """
    if not retrieval.hits:
        return 0.0
    if retrieval.hits[0].pinned:
        return 1.0
    return calibration(retrieval, tuning).probability(features(retrieval))


def _nearest(retrieval: Retrieval, count: int) -> float:
    """The mean similarity of the nearest questions known to have no article; 0 where none are known."""
    nearest = [similarity for _, similarity in retrieval.out_of_scope[:count]]
    return sum(nearest) / len(nearest) if nearest else 0.0


def follow_up_features(
    together: Retrieval, alone: Retrieval, joint_certainty: float, certainty: float
) -> dict[str, float]:
    """What tells whether a question goes on from an earlier one: its ranking `together` with that one, and `alone`.

    How certain both questions together are of an answer (`joint_certainty`). For the article that comes first together,
    of the question alone: how much of it the article covers (`own_coverage`), `own_lead` and `own_ngram_lead` as in
    `features`, and how far its score is `behind` the first. And of the question alone its `content` and its
    `certainty`. Only seven, because conversations to fit them on are few.
    """
    first = together.hits[0].article_row if together.hits else -1
    own = next((hit for hit in alone.hits if hit.article_row == first), None)
    return {
        "joint_certainty": joint_certainty,
        "own_coverage": together.own_coverage,
        "own_lead": (own.channels.get("titles", 0.0) if own else 0.0) - _nearest(alone, NEAREST_TITLES),
        "own_ngram_lead": together.own_ngram_lead,
        "behind": (own.score if own else 0.0) - (alone.hits[0].score if alone.hits else 0.0),
        "content": content(alone),
        "certainty": certainty,
    }


def content(retrieval: Retrieval) -> float:
    """How much a question says by itself, 0 to 1: the weight of its words, 1 for five telling ones and more."""
    return min(1.0, sum(retrieval.words.values()) / 5)


def calibration(retrieval: Retrieval, tuning: Tuning) -> Calibration:
    """What was fitted for rankings like this one: with, or without, questions known to have no article.

    Few of them are as good as none: what is not near any of a handful may still be far from every article.
    """
    return (
        tuning.with_out_of_scope
        if retrieval.out_of_scope and retrieval.listed >= FEWEST_LISTED
        else tuning.without_out_of_scope
    )
