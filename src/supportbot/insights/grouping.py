"""Questions that got no good answer, brought together by meaning: what the report for agents lists.

Spellings of the very same question are folded first. The rest is compared by vectors, and there plain cosines will not
do: they lie in a narrow band, English stands apart from Chinese, and all questions about one subject are near each
other, whatever they ask. So the vectors are compared with those of other questions, a background:

- its mean, and the direction in which it varies most, are taken out of each vector (Mu & Viswanath 2018);
- two questions count as one by how far they are nearer to each other than each is to its neighbours in the background
  (the scaling of CSLS: Conneau et al. 2018), so that a crowded subject asks for more.

Average linkage does the rest.
"""

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from supportbot.text.folding import clean, exact_key, normalise

GapReason = Literal["declined", "clarified", "disliked"]

SIMILARITY = 0.22
"""How far two questions must be ahead of their neighbourhoods to count as one.

On tests/data/groups.jsonl about nine of ten pairs brought together are right then; 0.14 finds twice as many, and eight
of ten are right.
"""

FEWEST = 200
"""With fewer questions to compare with, how near unrelated ones are is not known, and only equal ones are grouped."""

NEIGHBOURS = 0.006
"""The share of the background that is a question's neighbourhood: 31 of 5,000, but at least `FEWEST_NEIGHBOURS`."""

FEWEST_NEIGHBOURS = 5
MOST_SPELLINGS = 20
_EQUAL = 0.9999
_ROUNDING = 1e-6
_BLOCK = 256
"""How many rows of similarities are held at a time."""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as a customer asked it, when (aware, UTC), why it is here, and the article that was nearest then."""

    text: str
    asked: dt.datetime
    reason: GapReason
    nearest: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that mean the same.

    Attributes:
        id: of the question that was asked first, so that it stays when others join later.
        question: the one nearest to the middle of them all.
        questions: the different spellings, the most frequent first, at most `MOST_SPELLINGS`.
        count: how often they were asked: `declined`, `clarified` and `disliked` together.
        first, last: when the first and the last of them was asked.
        nearest: the id of the article that was nearest most often.
    """

    id: str
    question: str
    questions: tuple[str, ...]
    count: int
    declined: int
    clarified: int
    disliked: int
    first: dt.datetime
    last: dt.datetime
    nearest: str | None


def group(
    asked: Sequence[AskedQuestion],
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    *,
    background: NDArray[np.float32] | None = None,
    similarity: float = SIMILARITY,
) -> list[Group]:
    """`asked` in groups of one meaning, the largest first, then the latest; the order of `asked` does not matter.

    `encode` gives unit vectors, shape (n, dimension), of normalised questions; it is called once, with each question
    once. `background` are vectors of other questions of the same help centre, shape (m, dimension): its titles,
    alternative and out-of-scope questions. Time grows with the square of the number of distinct questions.
    """
    same: dict[str, list[AskedQuestion]] = defaultdict(list)
    for question in asked:
        same[exact_key(question.text) or clean(question.text)].append(question)
    keys = sorted(same)
    if not keys:
        return []
    spellings = [_by_frequency(clean(question.text) for question in same[key]) for key in keys]
    vectors = encode([normalise(spelled[0]) for spelled in spellings])
    placed, crowding = _placed(vectors, background)
    groups = []
    for component in _components(placed, crowding, similarity):
        for places in _agglomerated(placed[component], crowding[component], similarity):
            rows = component[places]
            counts = [len(same[keys[row]]) for row in rows]
            middle = rows[(placed[rows] @ (counts @ placed[rows])).argmax()]
            members = [question for row in rows for question in same[keys[row]]]
            groups.append(_group(spellings[middle][0], members))
    return sorted(groups, key=lambda group: (-group.count, -group.last.timestamp(), group.id))


def _group(middle: str, questions: Sequence[AskedQuestion]) -> Group:
    first = min(questions, key=lambda question: (question.asked, exact_key(question.text), question.text))
    key = exact_key(first.text) or clean(first.text)
    reasons = Counter(question.reason for question in questions)
    nearest = _by_frequency(question.nearest for question in questions if question.nearest is not None)
    return Group(
        id=hashlib.sha256(key.encode("utf-8")).hexdigest()[:16],
        question=middle,
        questions=tuple(_by_frequency(clean(question.text) for question in questions)[:MOST_SPELLINGS]),
        count=len(questions),
        declined=reasons["declined"],
        clarified=reasons["clarified"],
        disliked=reasons["disliked"],
        first=first.asked,
        last=max(question.asked for question in questions),
        nearest=nearest[0] if nearest else None,
    )


def _by_frequency(texts: Iterable[str]) -> list[str]:
    """Each text once, the most frequent first."""
    return [text for text, _ in sorted(Counter(texts).items(), key=lambda item: (-item[1], item[0]))]


def _placed(
    vectors: NDArray[np.float32], background: NDArray[np.float32] | None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Unit vectors without what all questions share, and how crowded the place of each is, shape (n,).

    The background alone is compared with where it is large enough: then what a thousand customers ask, each in other
    words, is not crowded by itself. A question far from all of the background has at least the usual crowd. With too
    little to compare with, all places are endlessly crowded: no two questions are ahead of that.
    """
    reference = vectors if background is None else background
    if len(reference) < FEWEST and background is not None:
        reference = np.concatenate([background, vectors])
    if len(reference) < FEWEST:
        return vectors, np.full(len(vectors), np.inf, np.float32)
    mean = reference.mean(axis=0)
    widest = np.linalg.eigh(np.cov(reference - mean, rowvar=False))[1][:, -1].astype(np.float32)

    def place(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        flat: NDArray[np.float32] = vectors - mean
        flat -= np.outer(flat @ widest, widest)
        flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-12)
        return flat

    placed, reference = place(vectors), place(reference)
    usual = np.median(_crowding(reference, reference))
    return placed, np.maximum(_crowding(placed, reference), usual)


def _crowding(placed: NDArray[np.float32], reference: NDArray[np.float32]) -> NDArray[np.float32]:
    """Half the mean similarity of each vector to its neighbours in `reference`, equal ones left out, shape (n,)."""
    neighbours = max(FEWEST_NEIGHBOURS, round(NEIGHBOURS * len(reference)))
    crowding = np.empty(len(placed), np.float32)
    for start in range(0, len(placed), _BLOCK):
        similarities = placed[start : start + _BLOCK] @ reference.T
        similarities[similarities > _EQUAL] = -1
        nearest = np.partition(similarities, -neighbours, axis=1)[:, -neighbours:]
        crowding[start : start + _BLOCK] = nearest.mean(axis=1) / 2
    return crowding


def _components(
    placed: NDArray[np.float32], crowding: NDArray[np.float32], similarity: float
) -> Iterator[NDArray[np.int64]]:
    """The rows that hang together by pairs near enough: no group reaches beyond, as its mean similarity is less."""
    labels = np.arange(len(placed))
    for start in range(0, len(placed), _BLOCK):
        block = slice(start, start + _BLOCK)
        near = placed[block] @ placed.T - crowding - crowding[block, None] >= similarity
        for row, others in enumerate(near, start):
            others[row] = True
            found = np.unique(labels[others])
            if len(found) > 1:
                labels[np.isin(labels, found)] = found[0]
    order = np.argsort(labels, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)


def _agglomerated(placed: NDArray[np.float32], crowding: NDArray[np.float32], similarity: float) -> Iterator[list[int]]:
    """The rows of each group: average linkage by nearest-neighbour chains (Murtagh 1983), in memory linear in n.

    The mean similarity of the pairs between two groups is the product of their mean vectors, less their mean crowdings.
    """
    sums, burdens, sizes = placed.copy(), crowding.copy(), np.ones(len(placed), np.float32)
    members = [[row] for row in range(len(placed))]
    chain: list[int] = []
    nearness: list[float] = []  # of each in the chain to the one before

    def close(row: int) -> None:
        """Take out the end of the chain; the last row moves to its place, so that those in use stay together."""
        chain.pop()
        nearness.pop()
        last = len(members) - 1
        for values in (sums, burdens, sizes):
            values[row] = values[last]
        members[row] = members[last]
        members.pop()
        chain[:] = [row if place == last else place for place in chain]

    while members:
        if not chain:
            chain, nearness = [0], [-np.inf]
        top, used = chain[-1], len(members)
        scores = sums[:used] @ (sums[top] / sizes[top]) / sizes[:used]
        scores -= burdens[:used] / sizes[:used] + burdens[top] / sizes[top]
        scores[[top, *chain[:-2]]] = -np.inf  # only rounding could lead back to one of these
        best = int(scores.argmax())
        if scores[best] < similarity:
            yield sorted(members[top])
            close(top)
        elif len(chain) > 1 and (best == chain[-2] or scores[best] <= nearness[-1] + _ROUNDING):
            into = chain[-2]
            for values in (sums, burdens, sizes):
                values[into] += values[top]
            members[into] += members[top]
            close(top)
            chain.pop()
            nearness.pop()
        else:
            chain.append(best)
            nearness.append(float(scores[best]))
