"""Questions that got no good answer, grouped by meaning: what the gaps report lists.

Spellings of one question are folded first. The rest is compared by vectors, in three steps:

- Cosines of sentence vectors lie in a narrow band, and English stands apart from Chinese. So the mean of other
  questions (a background) and the direction in which they vary most are taken out of each vector (Mu & Viswanath
  2018).
- All questions about one subject are near each other, whatever they ask. So two questions count as near by how much
  nearer they are to each other than each is to its neighbours in the background (CSLS: Conneau et al. 2018).
- Groups are made by average linkage.
"""

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from supportbot.text.folding import clean, exact_key, normalise

GapReason = Literal["declined", "clarified", "disliked"]

SIMILARITY = 0.22
"""The similarity from which two questions count as one, less their mean similarity to their neighbourhoods.

On tests/data/groups.jsonl about nine of ten pairs that it groups are right; 0.14 finds twice as many pairs, of which
eight of ten are right.
"""

MIN_BACKGROUND = 200
"""With fewer questions to compare with, only spellings of the same question are grouped."""

NEIGHBOURS = 0.006
"""The share of the background that is a question's neighbourhood: 30 of 5,000, but at least `MIN_NEIGHBOURS`."""

MIN_NEIGHBOURS = 5
MAX_SPELLINGS = 20
_EQUAL = 0.9999
_BLOCK = 256
"""How many rows of similarities are held at a time."""
_MAX_AHEAD = 2
"""No similarity less two neighbourhoods is greater: a cosine is at most 1, a neighbourhood at least -1/2."""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as a customer asked it, when (aware, UTC), why it is here, and the article that was nearest then.

    >>> AskedQuestion("怎麼提幣？", dt.datetime(2026, 5, 1, tzinfo=dt.UTC), "declined", nearest="withdraw")
    """

    text: str
    asked: dt.datetime
    reason: GapReason
    nearest: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one meaning.

    Attributes:
        id: made from the question asked first, so that it stays the same when others join the group.
        question: the one nearest to the mean of all.
        questions: the different spellings, the most frequent first, at most `MAX_SPELLINGS`.
        count: how often they were asked: the sum of `declined`, `clarified` and `disliked`.
        first, last: when the first and the last of them was asked.
        nearest: the id of the article that was nearest most often.

    >>> asked = [AskedQuestion(text, at, "declined", None) for text in ("怎麼提幣？", "怎么提币")]
    >>> [(one.questions, one.count) for one in group(asked, encoder.encode_queries)]
    [(('怎么提币', '怎麼提幣？'), 2)]
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
    """Return `asked` in groups of one meaning, the largest first, then the latest; the order of `asked` has no effect.

    `encode` returns unit vectors, shape (n, dimension), of normalised questions; it is called once, with each question
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
    for rows in _linked(placed, crowding, similarity):
        counts = [len(same[keys[row]]) for row in rows]
        middle = rows[(placed[rows] @ (counts @ placed[rows])).argmax()]
        groups.append(_group(spellings[middle][0], [question for row in rows for question in same[keys[row]]]))
    return sorted(groups, key=lambda group: (-group.count, -group.last.timestamp(), group.id))


def _group(middle: str, questions: Sequence[AskedQuestion]) -> Group:
    first = min(questions, key=lambda question: (question.asked, exact_key(question.text), question.text))
    key = exact_key(first.text) or clean(first.text)
    reasons = Counter(question.reason for question in questions)
    nearest = _by_frequency(question.nearest for question in questions if question.nearest is not None)
    return Group(
        id=hashlib.sha256(key.encode("utf-8")).hexdigest()[:16],
        question=middle,
        questions=tuple(_by_frequency(clean(question.text) for question in questions)[:MAX_SPELLINGS]),
        count=len(questions),
        declined=reasons["declined"],
        clarified=reasons["clarified"],
        disliked=reasons["disliked"],
        first=first.asked,
        last=max(question.asked for question in questions),
        nearest=nearest[0] if nearest else None,
    )


def _by_frequency(texts: Iterable[str]) -> list[str]:
    """Return each text once, the most frequent first."""
    return [text for text, _ in sorted(Counter(texts).items(), key=lambda item: (-item[1], item[0]))]


def _placed(
    vectors: NDArray[np.float32], background: NDArray[np.float32] | None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return unit vectors without what all questions share, shape (n, dimension), and the crowding of each, shape (n,).

    If the background is large enough, the vectors are compared with it alone: otherwise what a thousand customers ask
    in their own words would crowd itself. The crowding is at least the median of the background's. With too little to
    compare with it is infinite, so that no two questions count as one.
    """
    reference = vectors if background is None else background
    if len(reference) < MIN_BACKGROUND and background is not None:
        reference = np.concatenate([background, vectors])
    if len(reference) < MIN_BACKGROUND:
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
    """Return half the mean similarity of each vector to its nearest neighbours in `reference`, equal ones left out."""
    neighbours = max(MIN_NEIGHBOURS, round(NEIGHBOURS * len(reference)))
    crowding = np.empty(len(placed), np.float32)
    for block in _blocks(len(placed)):
        similarities = placed[block] @ reference.T
        similarities[similarities > _EQUAL] = -1
        crowding[block] = np.partition(similarities, -neighbours, axis=1)[:, -neighbours:].mean(axis=1) / 2
    return crowding


def _blocks(count: int) -> list[slice]:
    return [slice(start, start + _BLOCK) for start in range(0, count, _BLOCK)]


def _linked(
    placed: NDArray[np.float32], crowding: NDArray[np.float32], similarity: float
) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of each group: average linkage, cut where the mean similarity of two groups is below `similarity`.

    Rows that no chain of pairs near enough connects cannot come together, so each such component is linked by itself:
    memory grows with the square of the largest one only.
    """
    from scipy.cluster.hierarchy import fcluster, linkage  # scipy takes long to import, and only this report needs it
    from scipy.sparse import csr_array, vstack
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial.distance import squareform

    def ahead(rows: Any, others: Any) -> NDArray[np.float32]:
        similarities: NDArray[np.float32] = placed[rows] @ placed[others].T - crowding[rows, None] - crowding[others]
        return similarities

    near = [csr_array(ahead(block, slice(None)) >= similarity) for block in _blocks(len(placed))]
    for component in _by_label(connected_components(vstack(near), directed=False)[1]):
        if len(component) == 1:
            yield component
            continue
        distances = _MAX_AHEAD - ahead(component, component)
        tree = linkage(squareform(distances, checks=False), "average")
        for members in _by_label(fcluster(tree, _MAX_AHEAD - similarity, "distance")):
            yield component[members]


def _by_label(labels: NDArray[np.int32]) -> list[NDArray[np.int64]]:
    """Return the rows of each label."""
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
