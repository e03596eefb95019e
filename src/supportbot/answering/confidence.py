"""Confidence: the probability that the first article of a ranking answers the question.

A logistic regression on features of the ranking gives it. `supportbot tune` fits the coefficients on labelled
questions, a third of which have no answer (content/tuning.py, evaluation/fitting.py).
"""

import numpy as np

from supportbot.content.tuning import Tuning
from supportbot.errors import SettingsError
from supportbot.index.dense import DenseIndex
from supportbot.index.store import NEAREST_TITLES, Index
from supportbot.retrieval.channels import CHANNELS, Query
from supportbot.retrieval.late import PASSAGES, TOKENS
from supportbot.retrieval.retriever import Retrieval
from supportbot.text.analyzer import Analyzer
from supportbot.text.scripts import detect

FEATURES = (
    *CHANNELS,
    TOKENS,
    "weakest",
    "tokens_margin",
    "margin",
    "agreement",
    "coverage",
    "missing",
    "asked",
    "cohort_lead",
    "lead",
    "wide_lead",
    "ngram_lead",
    "code",
    "content",
    "latin",
)
FOLLOW_UP_FEATURES = (
    "joint_certainty",
    "own_coverage",
    "own_lead",
    "own_ngram_lead",
    "behind",
    "content",
    "certainty",
)

WIDE = 10
"""How many questions, of an article and outside, `wide_lead` compares."""

MANY_QUESTIONS = 10
MANY_OUT_OF_SCOPE = 50
"""With so many questions of an article, or out of scope, the features that rest on them count half: one question more
changes little, and a few decide nothing.
"""


NAMED = 0.95
"""The least certainty, 0 to 1, of the only article whose title was typed exactly, or that holds a code of the question.

Customers pick titles from suggestions. Of 16 questions to the help centres of `tests/help_centres` with a code that
only one article holds, 15 are answered by it.
"""


class Confidence:
    """Judge rankings of one index by the coefficients of a tuning.

    >>> Confidence(index, analyzer, tuning).certainty(retriever.search("怎麼提幣"))
    """

    def __init__(self, index: Index, analyzer: Analyzer, tuning: Tuning) -> None:
        """Raise `SettingsError` if the tuning has a coefficient for an unknown feature."""
        for fitted, known in ((tuning.confidence, FEATURES), (tuning.follow_up, FOLLOW_UP_FEATURES)):
            if unknown := fitted.coefficients.keys() - set(known):
                name = min(unknown, key=str)
                raise SettingsError(f"tuning: unknown feature {name!r:.60}; expected {', '.join(known)}")
        self._index = index
        self._analyzer = analyzer
        self._tuning = tuning

    def certainty(self, retrieval: Retrieval) -> float:
        """Return the probability, 0 to 1, that the first hit answers.

        It is 0 without hits, 1 for the only article that the question is pinned to, and at least `NAMED` for the only
        one of this title, or with a code of the question.
        """
        hits = retrieval.hits
        if not hits:
            return 0.0
        if hits[0].pinned and not any(hit.pinned for hit in hits[1:]):
            return 1.0
        features = self.features(retrieval)
        found = self._tuning.confidence.probability(features)
        titled = hits[0].titled and not any(hit.titled for hit in hits[1:])
        return max(found, NAMED) if titled or features["code"] else found

    def threshold(self, precision: float) -> float:
        """Return the lowest certainty, 0 to 1, at which answers reach `precision`."""
        return self._tuning.confidence.threshold(precision)

    def features(self, retrieval: Retrieval) -> dict[str, float]:
        """Return the features of a ranking, which mean the same on every corpus. Without hits most are 0.

        The scores of the first hit by channel, and:

        - `weakest`: how near the worst covered quarter of the question's tokens comes to it;
        - `margin`, `tokens_margin`: its score less that of the second hit, and its similarity of tokens less the best
          of the others;
        - `agreement`: the share of the channels that rank it first among the hits;
        - `coverage`, `missing`: the share of the query's words, by weight, that the article holds, and the weight of
          the rarest one that it does not;
        - `asked`: `titles`, the more questions of its own the article has;
        - `cohort_lead`: the similarity of the article's questions less that of the cohort's;
        - `lead`, `wide_lead`: the same against out-of-scope questions, by the nearest 3 or 10, and `ngram_lead` by
          character n-grams: the more of them are listed;
        - `code`: 1 if the article alone holds a code of the question;
        - `content`, `latin`: how much the question says, and 1 for one without Chinese.
        """
        hits, query, index = retrieval.hits, retrieval.query, self._index
        by_itself = {"content": content(retrieval), "latin": float(detect(retrieval.question) == "latin")}
        if not hits:
            return {**dict.fromkeys(FEATURES, 0.0), **by_itself}
        first, channels = hits[0], hits[0].channels
        row = first.article_row
        best = [score >= max(hit.channels.get(name, 0.0) for hit in hits) for name, score in channels.items()]
        titles = channels.get("titles", 0.0)
        outside = self._nearest(index.out_of_scope, query, WIDE)
        missing = [weight for word, weight in query.words.items() if not index.article_words.holds(word, row)]
        total = sum(query.words.values()) or 1.0
        asked, listed = max(index.questions_of(row) - 1, 0), index.manifest.out_of_scope
        known, heard = asked / (asked + MANY_QUESTIONS), listed / (listed + MANY_OUT_OF_SCOPE)
        return {
            **{name: channels.get(name, 0.0) for name in (*CHANNELS, TOKENS)},
            "weakest": self._weakest(retrieval),
            "tokens_margin": channels.get(TOKENS, 0.0)
            - max((hit.channels.get(TOKENS, 0.0) for hit in hits[1:]), default=0.0),
            "margin": first.score - (hits[1].score if len(hits) > 1 else 0.0),
            "agreement": sum(best) / len(best),
            "coverage": 1 - sum(missing) / total,
            "missing": max(missing, default=0.0),
            "asked": known * titles,
            "cohort_lead": titles - _mean(self._nearest(index.cohort, query, NEAREST_TITLES)),
            "lead": heard * (titles - _mean(outside[:NEAREST_TITLES])),
            "wide_lead": heard * (self._wide_titles(query, row) - _mean(outside)),
            "ngram_lead": heard * self._ngram_lead(query.text, row),
            "code": float(any(self._stands_only_in(word, row) for word in query.words)),
            **by_itself,
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
            - _mean(self._nearest(index.out_of_scope, alone.query, NEAREST_TITLES)),
            "own_ngram_lead": 0.0 if row is None else self._ngram_lead(question.text, row),
            "behind": (own.score if own else 0.0) - (alone.hits[0].score if alone.hits else 0.0),
            "content": content(alone),
            "certainty": certainty,
        }

    def _stands_only_in(self, word: str, article_row: int) -> bool:
        """Return whether `word` is a code that this article alone holds."""
        return self._analyzer.is_code(word) and self._index.article_words.holders(word).tolist() == [article_row]

    def _weakest(self, retrieval: Retrieval) -> float:
        """Return the mean similarity of the quarter of the question's tokens that the first hit covers worst."""
        encoding = retrieval.query.encoding
        chunks = [row for row, _ in retrieval.hits[0].chunks[:PASSAGES]]
        covered = self._index.tokens.cover(retrieval.query.tokens, chunks)
        if not covered.size:
            return 0.0
        best = covered[:, (self._index.tokens.weights(encoding.token_ids) @ covered).argmax()]
        return float(np.sort(best)[: max(1, len(best) // 4)].mean())

    @staticmethod
    def _nearest(questions: DenseIndex, query: Query, count: int) -> list[float]:
        """Return the similarity of the nearest `count` questions, best first; none if there are none."""
        if not len(questions):
            return []
        nearest: list[float] = questions.search(query.placed_as_title, count)[1].clip(0, 1).tolist()
        return nearest

    def _wide_titles(self, query: Query, article_row: int) -> float:
        """Return the mean similarity of the article's `WIDE` nearest titles and questions; 0 without any."""
        rows = np.array([article_row], np.int32)
        return float(self._index.title_scores(query.near_titles, rows, WIDE)[0].clip(0, 1))

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
