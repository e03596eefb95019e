"""Confidence: from the scores of a ranking to the probability that its first article answers the question.

The features of a ranking are turned into a probability by a logistic regression whose coefficients `supportbot tune`
fits on labelled questions, of which a third has no answer (content/tuning.py, evaluation/fitting.py). Nothing of this
is computed in a search: only a ranking that is to be answered from is judged.
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
"""How many out-of-scope questions a corpus must list before the distance to them is trusted.

What is not near any of a handful may still be far from every article.
"""

WIDE = 10
"""How many questions, of an article or out of scope, tell how near a question is to all of them."""


class Confidence:
    """Judges rankings of one index with fitted numbers.

    >>> Confidence(index, analyzer, tuning).certainty(retriever.search("怎麼提幣"))
    """

    def __init__(self, index: Index, analyzer: Analyzer, tuning: Tuning) -> None:
        """Raise `SettingsError` when the tuning has a coefficient for a feature that is not known."""
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
        """Return the certainty from which answers to questions like this one reach `precision`."""
        return self._calibration(retrieval.query).threshold(precision)

    def features(self, retrieval: Retrieval) -> dict[str, float]:
        """Return what a ranking tells about its first hit, each between -1 and 1; 0 without hits, save `latin`.

        The scores of the channels (`titles` is `dense` where the index has no titles), and:

        - `margin`: the distance of the first score to the second;
        - `agreement`: the share of the channels that put this article first among the hits;
        - `coverage`: the share of the question's words, by their weight, that the article holds;
        - `lead`, `wide_lead`: how much nearer the article's questions are than the out-of-scope ones, by the mean of
          the nearest 3, and of the nearest 10;
        - `ngram_lead`: the same by the character n-grams they are worded in, of the nearest 3;
        - `latin`: 1 for a question without Chinese, whose words cannot be found in Chinese articles, so that lower
          scores mean as much.
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
        """Return what tells whether a question goes on from an earlier one.

        `together` is its ranking with that one, `alone` without. Only seven, because conversations to fit them on are
        few:

        - `joint_certainty`: how certain both questions together are of an answer;
        - of the article that comes first together, seen from the question alone: how much of the question it covers
          (`own_coverage`), `own_lead` and `own_ngram_lead` as in `features`, and how far its score is `behind` the
          first;
        - of the question alone: its `content`, and its `certainty`.
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
        """Return what was fitted for questions like this one: with, or without, out-of-scope questions to compare."""
        enough = query.encoded and len(self._index.out_of_scope) >= FEWEST_OUT_OF_SCOPE
        return self._tuning.with_out_of_scope if enough else self._tuning.without_out_of_scope

    def _out_of_scope(self, query: Query, count: int) -> list[float]:
        """Return the likeness of the nearest out-of-scope questions, best first; none where none are listed."""
        if not query.encoded or not len(self._index.out_of_scope):
            return []
        nearest: list[float] = likeness(
            self._index, self._index.out_of_scope.search(query.question_vector, count)[1]
        ).tolist()
        return nearest

    def _wide_titles(self, query: Query, article_row: int) -> float:
        """Return the mean likeness of the article's nearest titles and questions; 0 without titles."""
        if not query.encoded or not len(self._index.titles):
            return 0.0
        rows = np.array([article_row], np.int32)
        return float(likeness(self._index, self._index.title_scores(query.question_vector, rows, WIDE))[0])

    def _ngram_lead(self, text: str, article_row: int) -> float:
        """Return how much more `text` is worded like the article's questions than like out-of-scope ones: -1 to 1."""
        index = self._index
        if not len(index.out_of_scope):
            return 0.0
        scores = index.question_ngrams.likeness(self._analyzer.char_ngrams(text))
        own = scores[: len(index.titles)][index.title_articles == article_row]
        nearest = [np.sort(part)[-NEAREST_TITLES:] for part in (own, scores[len(index.titles) :])]
        return float(nearest[0].mean() - nearest[1].mean()) if len(own) else 0.0


def content(retrieval: Retrieval) -> float:
    """Return how much a question says by itself, 0 to 1: the weight of its words, 1 for five telling ones and more."""
    return min(1.0, sum(retrieval.words.values()) / 5)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
