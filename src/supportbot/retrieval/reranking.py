"""Reranking: reorder the best hits by a model that reads question and passage together."""

from collections.abc import Sequence
from typing import Protocol

RERANKED = 10
"""How many hits a reranker reorders."""


class Reranker(Protocol):
    """Score passages for a question, e.g. by a cross-encoder.

    `supportbot.testing.RerankerContract` is the test suite that each must pass.

    >>> bot = open_bot(corpus="corpus", reranker=reranker)
    >>> reranker.scores("怎麼提幣", ["提幣：點擊【資產】。", "邀請好友可獲得返佣。"])
    """

    def scores(self, question: str, passages: Sequence[str]) -> Sequence[float]:
        """Return how well each passage answers, from 0 to 1, in the order of `passages`."""
        ...
