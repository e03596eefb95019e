"""Follow-ups: whether a question goes on from an earlier one, and what it then means."""

from collections.abc import Sequence
from dataclasses import dataclass

from supportbot.answering.confidence import Confidence
from supportbot.content.tuning import Calibration
from supportbot.retrieval.filters import Filters
from supportbot.retrieval.retriever import Retrieval, Retriever

CERTAIN = 0.99
"""A question with so certain an answer by itself is not read together with earlier ones."""

FOLLOW_UP_HITS = 50
"""How many articles are looked at for a question that may go on from an earlier one: among them the earlier one's."""


@dataclass(frozen=True, slots=True)
class Topic:
    """An earlier question and the id of the article nearest to it."""

    question: str
    article_id: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question may mean.

    Attributes:
        retrieval: the ranking found for it.
        certainty: the probability, 0 to 1, that the first hit answers.
        trusted: whether that is enough to answer.
    """

    retrieval: Retrieval
    certainty: float
    trusted: bool

    @property
    def article_id(self) -> str | None:
        """The id of the article that comes first; None without hits."""
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
    """Return the more certain of `alone`, the question by itself, and the question read together with one of `topics`.

    A question that is certain by itself is not dragged back to an old topic, and what holds no word of any article is
    noise and goes on from nothing. `calibration` was fitted on follow-ups; `precision` is wanted of them.
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
    """Return whether no earlier question could change where a trusted reading leads."""
    return alone.certainty >= CERTAIN or alone.article_id == latest.article_id
