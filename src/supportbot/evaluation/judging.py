"""What is fitted on: the labelled questions of help centres, and the rankings that they get."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from supportbot.answering.bot import SupportBot
from supportbot.answering.confidence import FEATURES
from supportbot.content.tuning import Calibration
from supportbot.embedding.encoder import Encoding
from supportbot.evaluation.datasets import ANSWERABLE, Dataset
from supportbot.index.build import Progress
from supportbot.retrieval.channels import CHANNELS
from supportbot.retrieval.late import COMPARED, TOKENS
from supportbot.retrieval.retriever import Retrieval, Retriever

LEFT_OUT = "left out"
"""The kind of an answerable question whose articles are taken out of its ranking, so that nothing answers it."""

FOREIGN = "foreign"
"""The kind of a question that customers of another help centre ask."""

ANSWERABLE_SHARE = 0.6
LEFT_OUT_SHARE = 0.15
"""What the answerable questions count in a fit, whatever their numbers, and what those of `LEFT_OUT` do if there are
few unanswerable ones, which share the rest.
"""

FOREIGN_SHARE = 0.1
"""What the questions of other help centres count besides."""

MANY_UNANSWERABLE = 100
"""With so many unanswerable questions those of `LEFT_OUT` count half of that."""

LEAST_WEIGHT = 0.05
"""The weight of a channel in the search for candidates if it has none."""

WEIGHED = (*CHANNELS, TOKENS)
"""What a weight is fitted for."""

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A labelled question, its encoding and the ids of the articles that answer it (none for an unanswerable one).

    >>> ask(bot, dataset, on_progress)[0].relevant
    frozenset({'withdraw'})
    """

    text: str
    encoding: Encoding
    relevant: frozenset[str]
    kind: str


@dataclass(frozen=True, slots=True)
class HelpCentre:
    """A help centre with labelled questions: the bot on its articles, the data set, and its questions encoded.

    >>> HelpCentre("shop", bot, dataset, ask(bot, dataset, on_progress))
    """

    name: str
    bot: SupportBot
    dataset: Dataset
    asked: Sequence[Asked]

    @property
    def family(self) -> str:
        """The name without what follows a plus: "shop+added" is "shop" in another state, and left out with it."""
        return self.name.partition("+")[0]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the confidence is fitted on: a row for each ranking.

    Attributes:
        kinds: the kind of each question, shape (rows,).
        table: the features, shape (rows, features).
        right: whether the first article answers, shape (rows,).
        offered: whether one of the first four does, shape (rows,).

    >>> judge(centre, weights).right.mean()
    """

    kinds: NDArray[np.str_]
    table: Table
    right: NDArray[np.bool_]
    offered: NDArray[np.bool_]

    @property
    def counts(self) -> NDArray[np.float64]:
        """How much each row counts; all together count 1."""
        answerable, left_out, foreign = (self.kinds == kind for kind in (ANSWERABLE, LEFT_OUT, FOREIGN))
        unanswerable = self.asked & ~answerable
        share = LEFT_OUT_SHARE * MANY_UNANSWERABLE / (MANY_UNANSWERABLE + unanswerable.sum())
        counts = np.zeros(len(self.kinds))
        for rows, part in (
            (answerable, ANSWERABLE_SHARE),
            (left_out, share),
            (unanswerable, 1 - ANSWERABLE_SHARE - share),
            (foreign, FOREIGN_SHARE),
        ):
            counts[rows] = part / max(rows.sum(), 1)
        shares: NDArray[np.float64] = counts / counts.sum()
        return shares

    @property
    def asked(self) -> NDArray[np.bool_]:
        """Which rows are rankings as the customers of this help centre get them, shape (rows,)."""
        asked: NDArray[np.bool_] = ~np.isin(self.kinds, (LEFT_OUT, FOREIGN))
        return asked

    def claims(self, calibration: Calibration) -> NDArray[np.float64]:
        """Return the certainty of each ranking by a calibration, shape (rows,)."""
        rows = (dict(zip(FEATURES, row, strict=True)) for row in self.table.tolist())
        return np.array([calibration.probability(row) for row in rows])


def ask(bot: SupportBot, dataset: Dataset, on_progress: Progress) -> list[Asked]:
    """Return all questions of a data set, encoded."""
    questions = [(query.text, dataset.relevant(key), ANSWERABLE) for key, query in dataset.queries.items()]
    questions += [(question.text, frozenset(), question.kind) for question in dataset.unanswerable]
    asked = []
    for number, (text, relevant, kind) in enumerate(questions, 1):
        asked.append(Asked(text, bot.retriever.query(text).encoding, relevant, kind))
        on_progress(number, len(questions))
    return asked


def judge(centre: HelpCentre, weights: Mapping[str, float]) -> Judged:
    """Return the rankings of all questions with these weights, those of answerable ones also without their articles."""
    retriever = Retriever(centre.bot.index, centre.bot.analyzer, centre.bot.encoder, weights)
    confidence = centre.bot.confidence
    rows: list[tuple[str, Mapping[str, float], bool, bool]] = []
    for one in centre.asked:
        found = retriever.search(one.text, encoding=one.encoding)
        offered = any(hit.article.id in one.relevant for hit in found.hits[:4])
        rows.append((one.kind, confidence.features(found), first(found) in one.relevant, offered))
        if one.relevant:
            others = tuple(hit for hit in found.hits if hit.article.id not in one.relevant)
            rows.append((LEFT_OUT, confidence.features(replace(found, hits=others)), False, False))
    return Judged(
        np.array([kind for kind, *_ in rows]),
        np.array([[features[name] for name in FEATURES] for _, features, *_ in rows]),
        np.array([right for _, _, right, _ in rows]),
        np.array([offered for *_, offered in rows]),
    )


def first(found: Retrieval) -> str | None:
    """Return the id of the first article of a ranking; None if it is empty."""
    return found.hits[0].article.id if found.hits else None


def tables(centre: HelpCentre, present: Mapping[str, float]) -> list[Table]:
    """Return the tables of all answerable questions; every channel takes part, also one that has no weight yet."""
    weights = {name: present.get(name) or LEAST_WEIGHT for name in WEIGHED}
    retriever = Retriever(centre.bot.index, centre.bot.analyzer, centre.bot.encoder, weights)
    return [table for one in centre.asked for table in _tables(retriever, one)]


def _tables(retriever: Retriever, question: Asked) -> list[Table]:
    """Return the channel scores of the hits, shape (hits, channels), the right article first; nothing if not found."""
    if not question.relevant:
        return []
    hits = retriever.search(question.text, encoding=question.encoding, limit=COMPARED).hits
    rows = [[hit.channels.get(name, 0.0) for name in WEIGHED] for hit in hits]
    right = [place for place, hit in enumerate(hits) if hit.article.id in question.relevant]
    if not right or len(hits) < 2:
        return []
    others = [row for place, row in enumerate(rows) if place not in right]
    return [np.array([rows[right[0]], *others])]
