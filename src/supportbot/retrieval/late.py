"""Late interaction: compare the best articles by the tokens of the question (`index/tokens.py`)."""

from collections.abc import Sequence
from dataclasses import replace

from supportbot.index.store import Index
from supportbot.retrieval.channels import Query
from supportbot.retrieval.hit import Hit

TOKENS = "tokens"
"""The name of this comparison among the weights and in `Hit.channels`."""

COMPARED = 10
"""How many articles are compared."""

PASSAGES = 3
"""How many chunks of each, the nearest ones, are compared; with 8 the rankings were the same."""


def compare_tokens(index: Index, query: Query, hits: Sequence[Hit], weight: float) -> tuple[Hit, ...]:
    """Return the hits in the order of their scores with the similarity of tokens, which counts `weight` against 1.

    Only the first `COMPARED` can rise; the others keep their order behind them. Pinned and titled hits
    stay first. Without token vectors the hits stay as they are.
    """
    if not weight or not query.encoded or not len(query.encoding.token_ids) or not index.tokens:
        return tuple(hits)
    compared = hits[:COMPARED]
    passages = [[row for row, _ in hit.chunks[:PASSAGES]] for hit in compared]
    covered = index.tokens.cover(query.tokens, [row for rows in passages for row in rows])
    similarity = iter((index.tokens.weights(query.encoding.token_ids) @ covered).clip(0).tolist())
    best = {hit.article_row: max(next(similarity) for _ in rows) for hit, rows in zip(compared, passages, strict=True)}
    scored = [
        replace(
            hit,
            score=1.0 if hit.pinned else (hit.score + weight * best.get(hit.article_row, 0.0)) / (1 + weight),
            channels={**hit.channels, TOKENS: best.get(hit.article_row, 0.0)},
        )
        for hit in hits
    ]
    first = sorted(scored[:COMPARED], key=lambda hit: hit.rank)
    return (*first, *scored[COMPARED:])
