"""Follow-ups: a question read together with an earlier one that it goes on from."""

from dataclasses import dataclass

FOLLOW_UP_HITS = 50
"""How many articles are looked at for a question that may go on from an earlier one: among them the earlier one's."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A question and the article nearest to it: what others may go on from."""

    question: str
    article_id: str
