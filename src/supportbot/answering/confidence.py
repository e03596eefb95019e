"""Confidence: the probability that the first article of a ranking answers the question.

A logistic regression on features of the ranking gives it. `supportbot tune` fits the coefficients on labelled
questions, a third of which have no answer (content/tuning.py, evaluation/fitting.py).
"""

import numpy as np

from supportbot.content.tuning import Calibration, Tuning
from supportbot.errors import SettingsError
from supportbot.index.store import NEAREST_TITLES, Index
from supportbot.retrieval.channels import CHANNELS, Query, likeness
from supportbot.retrieval.retriever import Retrieval
from supportbot.text.analyzer import Analyzer
from supportbot.text.scripts import detect

LEADS = ("lead", "wide_lead", "ngram_lead")
"""The features that compare an article's questions with the out-of-scope ones."""

FEATURES = (*CHANNELS, "margin", "agreement", "coverage", *LEADS, "latin")
FOLLOW_UP_FEATURES = (
    "joint_certainty",
    "own_coverage",
    "own_lead",
    "own_ngram_lead",
    "behind",
    "content",
    "certainty",
)

FEWEST_OUT_OF_SCOPE = 200
"""How many out-of-scope questions a corpus must list for their distances to be used.

With few, a question may be far from all of them and still have no answer.
"""

WIDE = 10
"""How many questions, of an article and out of scope, `wide_lead` compares."""


class Confidence:
    """Judge rankings of one index by the coefficients of a tuning.

    >>> Confidence(index, analyzer, tuning).certainty(retriever.search("怎麼提幣"))
    """

    def __init__(self, index: Index, analyzer: Analyzer, tuning: Tuning) -> None:
        """Raise `SettingsError` if the tuning has a coefficient for an unknown feature."""
        for fitted, known in (
            (tuning.with_out_of_scope, FEATURES),
            (tuning.without_out_of_scope, FEATURES),
            (tuning.follow_up, FOLLOW_UP_FEATURES),
        ):
            if unknown := fitted.coefficients.keys() - set(known):
                name = min(unknown, key=str)
                raise SettingsError(f"tuning: unknown feature {name!r:.60}; expected {', '.join(known)}")
        self._index = index
        self._analyzer = analyzer
        self._tuning = tuning

    def certainty(self, retrieval: Retrieval) -> float:
        """Return the probability, 0 to 1, that the first hit answers; 0 without hits, 1 for a pinned one."""
        if not retrieval.hits:
            return 0.0
        if retrieval.hits[0].pinned:
            return 1.0
        return self._calibration(retrieval.query).probability(self.features(retrieval))

    def threshold(self, retrieval: Retrieval, precision: float) -> float:
        """Return the lowest certainty, 0 to 1, at which answers to such questions reach `precision`."""
        return self._calibration(retrieval.query).threshold(precision)

    def features(self, retrieval: Retrieval) -> dict[str, float]:
        """Return the features of a ranking, each from -1 to 1. Without hits all but `latin` are 0.

        The scores of the first hit by channel (`titles` is `dense` if the index has no titles), and:

        - `margin`: its score less that of the second hit;
        - `agreement`: the share of the channels that rank it first among the hits;
        - `coverage`: the share of the query's words, by weight, that the article holds;
        - `lead`, `wide_lead`: the likeness of the article's questions less that of out-of-scope questions, each the
          mean of the nearest 3, or 10;
        - `ngram_lead`: as `lead`, by character n-grams;
        - `latin`: 1 for a question without Chinese, which scores lower as Chinese articles lack its words.
        """
        hits, query = retrieval.hits, retrieval.query
        latin = float(detect(retrieval.question) == "latin")
        if not hits:
            return {**dict.fromkeys(FEATURES, 0.0), "latin": latin}
        first, channels = hits[0], hits[0].channels
        titles = channels.get("titles", channels.get("dense", 0.0))
        best = [score >= max(hit.channels[name] for hit in hits) for name, score in channels.items()]
        outside = self._out_of_scope(query, WIDE)
        return {
            **{name: channels.get(name, 0.0) for name in CHANNELS},
            "titles": titles,
            "margin": first.score - (hits[1].score if len(hits) > 1 else 0.0),
            "agreement": sum(best) / len(best),
            "coverage": self._index.article_words.coverage(query.words, first.article_row),
            "lead": titles - _mean(outside[:NEAREST_TITLES]),
            "wide_lead": self._wide_titles(query, first.article_row) - _mean(outside),
            "ngram_lead": self._ngram_lead(query.text, first.article_row),
            "latin": latin,
        }

    def follow_up_features(
        self, together: Retrieval, alone: Retrieval, joint_certainty: float, certainty: float
    ) -> dict[str, float]:
        """Return the features that tell whether a question follows up an earlier one, each from -1 to 1.

        `together` is its ranking together with the earlier question, `alone` without; the certainties are theirs. The
        features are few, as there are few conversations to fit them on:

        - `joint_certainty`: the certainty of `together`;
        - of the first article of `together`, for the question alone: `own_coverage`, `own_lead` and `own_ngram_lead` as
          in `features`, and `behind`, its score less the highest score of `alone`;
        - of the question alone: its `content` and its `certainty`.
        """
        row = together.hits[0].article_row if together.hits else None
        own = next((hit for hit in alone.hits if hit.article_row == row), None)
        index, question = self._index, together.own_query
        return {
            "joint_certainty": joint_certainty,
            "own_coverage": 0.0 if row is None else index.article_words.coverage(question.words, row),
            "own_lead": (own.channels.get("titles", 0.0) if own else 0.0)
            - _mean(self._out_of_scope(alone.query, NEAREST_TITLES)),
            "own_ngram_lead": 0.0 if row is None else self._ngram_lead(question.text, row),
            "behind": (own.score if own else 0.0) - (alone.hits[0].score if alone.hits else 0.0),
            "content": content(alone),
            "certainty": certainty,
        }

    def _calibration(self, query: Query) -> Calibration:
        """Return the calibration for this query: with out-of-scope questions if the index has enough, else without."""
        enough = query.encoded and len(self._index.out_of_scope) >= FEWEST_OUT_OF_SCOPE
        return self._tuning.with_out_of_scope if enough else self._tuning.without_out_of_scope

    def _out_of_scope(self, query: Query, count: int) -> list[float]:
        """Return the likeness of the nearest `count` out-of-scope questions, best first; none if none are listed."""
        if not query.encoded or not len(self._index.out_of_scope):
            return []
        nearest: list[float] = likeness(
            self._index, self._index.out_of_scope.search(query.question_vector, count)[1]
        ).tolist()
        return nearest

    def _wide_titles(self, query: Query, article_row: int) -> float:
        """Return the mean likeness of the article's `WIDE` nearest titles and questions; 0 without any."""
        if not query.encoded or not len(self._index.titles):
            return 0.0
        rows = np.array([article_row], np.int32)
        return float(likeness(self._index, self._index.title_scores(query.question_vector, rows, WIDE))[0])

    def _ngram_lead(self, text: str, article_row: int) -> float:
        """Return the n-gram likeness of the article's questions less that of out-of-scope questions, -1 to 1."""
        index = self._index
        if not len(index.out_of_scope):
            return 0.0
        scores = index.question_ngrams.likeness(self._analyzer.char_ngrams(text))
        own = scores[: len(index.titles)][index.title_articles == article_row]
        nearest = [np.sort(part)[-NEAREST_TITLES:] for part in (own, scores[len(index.titles) :])]
        return float(nearest[0].mean() - nearest[1].mean()) if len(own) else 0.0


def content(retrieval: Retrieval) -> float:
    """Return how much a question says by itself, 0 to 1: the summed weights of its words over 5, at most 1."""
    return min(1.0, sum(retrieval.words.values()) / 5)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
