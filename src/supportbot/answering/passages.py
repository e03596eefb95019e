"""Passages: which chunks of an article answer a question.

The ranking of articles compares chunks of all of them. Within one article all chunks are about the same subject, so
what they share tells nothing: here each part of the question counts by how much the chunks of this article differ in
it.
"""

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from supportbot.answering.telling import ASKS_HOW, telling
from supportbot.index.boilerplate import EMPTY, REPEATED
from supportbot.index.chunking import Chunk
from supportbot.index.store import Index
from supportbot.retrieval.channels import BM25Chunk, Dense, Query
from supportbot.text.folding import fold

_HAN_PAIR = re.compile(r"[\u4e00-\u9fff]{2}")
_LATIN = re.compile(r"[a-z0-9][a-z0-9_-]*")
_CODES = re.compile(r"[A-Za-z]*[-_]?\d[A-Za-z\d_-]*")

# Fitted as a conditional logit on the dev half of 400 questions whose passage is labelled (`passages.jsonl` of
# `tests/help_centres` and of our benchmark), with the chunks of the right article as alternatives.
_WEIGHTS = {"dense": 2.7, "bm25_chunk": 0.9, "tokens": 4.8, "telling_tokens": 8.1, "telling_words": 3.1, "steps": 0.8}

# What a note that many articles repeat scores less: it rarely answers a question about one of them.
_RARELY = 2.0


class Passage(NamedTuple):
    """A chunk of the article that answers.

    Attributes:
        row: the row of the chunk.
        chunk: the chunk.
        share: its share of the probability that it answers, among those of its article.
        told: how probably each of its pieces (`pieces.cut`) belongs to the answer, 0 to 1.

    >>> Passage(0, chunk, 1.0, (0.9, 0.1))
    """

    row: int
    chunk: Chunk
    share: float
    told: tuple[float, ...]


def passages(index: Index, query: Query, article_row: int) -> list[Passage]:
    """Return the passages of an article, best first, without those that answer nothing (`index/boilerplate.py`).

    >>> passages(bot.index, retrieval.own_query, retrieval.hits[0].article_row)
    """
    shares = ranked(index, query, article_row)
    told = telling(index, query, shares)
    found = [Passage(row, index.chunk(row), share, tuple((told[row] * (share > 0)).tolist())) for row, share in shares]
    return sorted(found, key=lambda passage: not any(passage.told))  # what has nothing to show is not the best


def whole_passage(index: Index, row: int) -> Passage:
    """Return the passage of a chunk that is shown whole, whatever is asked.

    >>> whole_passage(bot.index, 0).told
    """
    return Passage(row, index.chunk(row), 1.0, (1.0,) * len(index.pieces(row)))


def ranked(index: Index, query: Query, article_row: int) -> list[tuple[int, float]]:
    """Return the rows of the chunks of `passages`, best first, with their shares.

    >>> ranked(bot.index, retrieval.own_query, retrieval.hits[0].article_row)
    """
    rows = np.array(index.chunk_rows(article_row))
    rows = rows[index.chunk_roles[rows] != EMPTY]
    features = _features(index, query, rows)
    scores = sum(weight * features[name] for name, weight in _WEIGHTS.items())
    scores -= _RARELY * (index.chunk_roles[rows] == REPEATED)
    shares = np.exp(scores - np.max(scores)) * ~_of_other_cases(index, query, rows.tolist())
    shares /= shares.sum()
    order = np.argsort(-shares, kind="stable")
    return [(int(rows[place]), float(shares[place])) for place in order]


def _of_other_cases(index: Index, query: Query, rows: Sequence[int]) -> NDArray[np.bool_]:
    """Return which chunks are about another case than the one that the question names.

    Sections are cases of one thing if they have the same heading below different ones (月繳 > 暫停, 年繳 > 暫停), or
    headings that differ in a code or number alone (T30, T50). If some of them have terms of the question above them
    that others lack, the others are not meant.
    """
    paths = [index.chunk(row).heading_path for row in rows]
    cases = defaultdict[tuple[str, ...], set[tuple[str, ...]]](set)
    for path in {*paths}:
        if len(path) > 1:
            cases[path[-1:]].add(path)
        masked = tuple(_CODES.sub("#", heading) for heading in path)
        if masked != path:
            cases[("#", *masked)].add(path)
    asked = _terms(query.text)
    others = set[tuple[str, ...]]()
    for case in cases.values():
        named = {path: _terms(" ".join(path)) & asked for path in case}
        common = set[str].intersection(*named.values())
        if any(held - common for held in named.values()):
            others |= {path for path, held in named.items() if not held - common}
    found = np.array([path in others for path in paths])
    return found & ~found.all()  # a question that names several against each other names none


def _terms(text: str) -> set[str]:
    """Return the pairs of neighbouring Han characters of a text, its Latin words and its numbers."""
    folded = fold(text)
    pairs = {folded[at : at + 2] for at in range(len(folded) - 1) if _HAN_PAIR.match(folded, at)}
    return pairs | {*_LATIN.findall(folded)}


def _features(index: Index, query: Query, rows: NDArray[np.int64]) -> dict[str, NDArray[np.floating]]:
    """Return the features of each chunk, 0 to 1.

    The scores of the channels `dense` and `bm25_chunk`, and:

    - `tokens`: how well the chunk covers the question's tokens (`TokenIndex.cover`);
    - `telling_tokens`: the same with each token weighted by how much better the best chunk covers it than the others
      do;
    - `telling_words`: the share of the question's words that it holds, rare ones in this article counting more;
    - `steps`: 1 for steps, if it is asked how.
    """
    chunks = [index.chunk(int(row)) for row in rows]
    encoding = query.encoding
    covered = index.tokens.cover(query.tokens, rows.tolist()) if len(index.tokens) else np.zeros((0, len(rows)))
    weights = index.tokens.weights(encoding.token_ids) if len(covered) else np.zeros(0)
    telling = weights * (covered.max(axis=1) - covered.mean(axis=1)) if len(covered) else weights
    asks_how = ASKS_HOW.search(query.text) is not None
    return {
        "dense": Dense(index, query).scores(rows),
        "bm25_chunk": BM25Chunk(index, query).scores(rows),
        "tokens": weights @ covered,
        "telling_tokens": telling / max(float(telling.sum()), 1e-9) @ covered,
        "telling_words": _telling_words(index, query, rows),
        "steps": np.array([float(asks_how and bool(chunk.steps)) for chunk in chunks]),
    }


def _telling_words(index: Index, query: Query, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    most = math.log(1 + len(rows)) * sum(query.words.values()) or 1.0
    found = np.zeros(len(rows))
    for word, weight in query.words.items():
        holders = index.chunk_words.holders(word)
        # The chunks of an article are neighbours, so few holders are among them.
        own = holders[holders.searchsorted(rows[0]) : holders.searchsorted(rows[-1], side="right")]
        places = rows.searchsorted(own)
        places = places[rows[places] == own]
        if len(places):
            found[places] += weight * math.log(1 + len(rows) / len(places))
    return found / most
