"""Follow-ups: decide whether a question is to be read together with an earlier one."""

from collections.abc import Sequence
from dataclasses import dataclass

from supportbot.answering.confidence import Confidence
from supportbot.answering.vagueness import Vagueness
from supportbot.content.tuning import Calibration
from supportbot.retrieval.filters import Filters
from supportbot.retrieval.retriever import Retrieval, Retriever

CERTAIN = 0.99
"""A question whose own answer is at least this certain (0 to 1) is not read together with earlier ones."""

FOLLOW_UP_HITS = 50
"""How many articles are ranked for a question that may be a follow-up, to have the earlier article among them."""


@dataclass(frozen=True, slots=True)
class Topic:
    """An earlier question and the id of its first article.

    >>> bot.ask("那要多久？", topics=[Topic("怎麼提幣", "withdraw")])
    """

    question: str
    article_id: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A question, by itself or read together with an earlier one, and the ranking it gets.

    Attributes:
        retrieval: the ranking.
        certainty: the probability, 0 to 1, that the first hit answers.
        trusted: whether the certainty suffices to answer.
        lacking: what the question lacks to be answered by itself, if it is vague.

    >>> Reading(retriever.search("如何提幣？"), certainty=0.9, trusted=True).article_id
    'withdraw'
    """

    retrieval: Retrieval
    certainty: float
    trusted: bool
    lacking: Vagueness | None = None

    @property
    def article_id(self) -> str | None:
        """The id of the first article; None without hits."""
        return self.retrieval.hits[0].article.id if self.retrieval.hits else None


def best_reading(
    alone: Reading,
    topics: Sequence[Topic],
    *,
    retriever: Retriever,
    confidence: Confidence,
    calibration: Calibration,
    precision: float,
    filters: Filters,
) -> Reading:
    """Return `alone`, the question by itself, or the question read together with one of `topics` if that is better.

    `calibration` is the one fitted on follow-ups, `precision` the wanted share of right answers to them, 0 to 1. A
    question that is certain by itself, or holds no word of any article, stays alone.
    """
    question = alone.retrieval.question
    known = any(word in retriever.index.article_words for word in alone.retrieval.words)
    if not topics or not known or (alone.trusted and _is_settled(alone, topics[0])):
        return alone
    threshold = calibration.threshold(precision)
    readings = []
    for topic in topics:
        together = retriever.search(
            question, context=topic.question, filters=filters, own_query=alone.retrieval.own_query
        )
        features = confidence.follow_up_features(
            together, alone.retrieval, confidence.certainty(together), alone.certainty
        )
        certainty = calibration.probability(features)
        readings.append(Reading(together, certainty, bool(together.hits) and certainty >= threshold))
    best = max(readings, key=lambda reading: reading.certainty)
    better = not alone.trusted or (best.certainty > alone.certainty and best.article_id != alone.article_id)
    return best if best.trusted and better else alone


def _is_settled(alone: Reading, latest: Topic) -> bool:
    """Return whether `alone` is certain, or leads to the article of the latest topic anyway."""
    return alone.certainty >= CERTAIN or alone.article_id == latest.article_id
