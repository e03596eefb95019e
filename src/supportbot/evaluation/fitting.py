"""Fit the numbers of `tuning.yaml` on labelled questions: channel weights, confidence, thresholds.

`fit_across` fits them on many help centres at once, for all that have no labels of their own; what it reports is
measured on help centres that were left out. `fit` fits them for one help centre, starting from those: the fewer its
labels, the less they move. What it reports comes from cross-validation."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from supportbot.answering.bot import SupportBot
from supportbot.answering.confidence import FEATURES, FOLLOW_UP_FEATURES
from supportbot.answering.follow_ups import FOLLOW_UP_HITS
from supportbot.answering.small_talk import recognise
from supportbot.content.tuning import Calibration, Tuning
from supportbot.embedding.encoder import Encoding
from supportbot.errors import SettingsError
from supportbot.evaluation.calibration import auroc, calibration_error, reliability
from supportbot.evaluation.datasets import ANSWERABLE, Dataset
from supportbot.index.build import Progress
from supportbot.retrieval.channels import CHANNELS
from supportbot.retrieval.late import COMPARED, TOKENS
from supportbot.retrieval.retriever import Retrieval, Retriever

FOLDS = 10
SEED = 0
FEWEST = 30
"""The least number of labelled questions for a fit."""

FEWEST_CENTRES = 3
"""The least number of help centres to fit across: one is left out, and of the others one again."""

FEWEST_READINGS = 20
"""The least number of right, and of wrong, readings of follow-ups for a fit; with fewer the old numbers are kept."""

PRECISIONS = (0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.965, 0.97, 0.975, 0.98, 0.99)
"""The precisions for which a threshold is fitted."""

LEFT_OUT = "left out"
"""The kind of an answerable question whose articles are taken out of its ranking, so that nothing answers it."""

ANSWERABLE_SHARE = 0.6
LEFT_OUT_SHARE = 0.15
"""What the answerable questions count in a fit, whatever their numbers, and what those of `LEFT_OUT` do if there are
few unanswerable ones, which share the rest.
"""

MANY_UNANSWERABLE = 100
"""With so many unanswerable questions those of `LEFT_OUT` count half of that."""

LEAST_WEIGHT = 0.05
"""The weight of a channel in the search for candidates if it has none."""

_STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
_WEIGHED = (*CHANNELS, TOKENS)

SIGNLESS = frozenset({"latin", "content", "certainty", "missing"})
"""Features that describe the question; their coefficients may be negative. All others are evidence for an answer."""

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
        answerable, left_out = self.kinds == ANSWERABLE, self.kinds == LEFT_OUT
        unanswerable = ~answerable & ~left_out
        share = LEFT_OUT_SHARE * MANY_UNANSWERABLE / (MANY_UNANSWERABLE + unanswerable.sum())
        counts = np.zeros(len(self.kinds))
        for rows, part in (
            (answerable, ANSWERABLE_SHARE),
            (left_out, share),
            (unanswerable, 1 - ANSWERABLE_SHARE - share),
        ):
            counts[rows] = part / max(rows.sum(), 1)
        shares: NDArray[np.float64] = counts / counts.sum()
        return shares

    @property
    def asked(self) -> NDArray[np.bool_]:
        """Which rows are rankings as customers get them, shape (rows,): not `LEFT_OUT`."""
        asked: NDArray[np.bool_] = self.kinds != LEFT_OUT
        return asked


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
        rows.append((one.kind, confidence.features(found), _first(found) in one.relevant, offered))
        if one.relevant:
            others = tuple(hit for hit in found.hits if hit.article.id not in one.relevant)
            rows.append((LEFT_OUT, confidence.features(replace(found, hits=others)), False, False))
    return Judged(
        np.array([kind for kind, *_ in rows]),
        np.array([[features[name] for name in FEATURES] for _, features, *_ in rows]),
        np.array([right for _, _, right, _ in rows]),
        np.array([offered for *_, offered in rows]),
    )


def _first(found: Retrieval) -> str | None:
    return found.hits[0].article.id if found.hits else None


# --- many help centres --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How a help centre fares with the numbers fitted on the others.

    Attributes:
        right_first: the share of answerable questions whose first article is right.
        answered: the share of answerable questions that get the right article's answer.
        offered: the share of answerable questions that are asked back with the right article among the choices.
        precision: the share of right answers among all answers.
        answered_anyway: the share of unanswerable questions that get an answer.
        auroc, auroc_near, auroc_left_out: of answerable against unanswerable, near unanswerable, left-out questions.
        calibration_error: the expected calibration error.

    >>> fit_across(centres, start, model="bundled")[1]["shop"].answered
    """

    right_first: float
    answered: float
    offered: float
    precision: float
    answered_anyway: float
    auroc: float
    auroc_near: float
    auroc_left_out: float
    calibration_error: float


def fit_across(
    centres: Sequence[HelpCentre],
    start: Tuning,
    *,
    model: str,
    on_progress: Progress = lambda done, total: None,
) -> tuple[Tuning, dict[str, LeftOut]]:
    """Return the tuning fitted on all help centres, and how each fares with that fitted on the others.

    `start` gives the wanted precision of answers and the certainty from which to ask back. Each help centre counts the
    same. The numbers for follow-ups are fitted on the one with the most conversations.
    """
    if (count := len({centre.family for centre in centres})) < FEWEST_CENTRES:
        raise SettingsError(f"{count} help centres; fitting across them needs at least {FEWEST_CENTRES}")
    judged: dict[str, LeftOut] = {}
    claims: list[NDArray[np.float64]] = []
    rights: list[NDArray[np.bool_]] = []
    answers: list[NDArray[np.bool_]] = []
    tables = {centre.name: _all_tables(centre, start.weights) for centre in centres}
    for number, centre in enumerate(centres):
        on_progress(number, len(centres) + 1)
        weights, calibration = _across([other for other in centres if other.family != centre.family], tables)
        own = judge(centre, weights)
        judged[centre.name], own_claims = _left_out(own, calibration, start)
        answers.append(own_claims[own.asked] >= calibration.threshold(start.answer_precision))
        claims.append(own_claims[own.asked])
        rights.append(own.right[own.asked])
    on_progress(len(centres), len(centres) + 1)
    weights, calibration = _across(centres, tables)
    talkative = max(centres, key=lambda centre: len(centre.dataset.dialogues))
    retriever = Retriever(talkative.bot.index, talkative.bot.analyzer, talkative.bot.encoder, weights)
    follow_up, follow_up_auroc = _follow_up(talkative.bot, retriever, talkative.dataset, calibration)
    on_progress(len(centres) + 1, len(centres) + 1)
    measured = {}
    for name in LeftOut.__dataclass_fields__:
        values = [value for one in judged.values() if not np.isnan(value := getattr(one, name))]
        if values:
            measured[name] = round(float(np.mean(values)), 4)
    # Of all questions together: ten bins of sixty questions, or the few answers of one help centre, mostly hold chance.
    pooled = reliability(np.concatenate(claims), np.concatenate(rights))
    measured["calibration_error"] = round(calibration_error(pooled), 4)
    shares = [(answered.mean(), (answered & right).mean()) for answered, right in zip(answers, rights, strict=True)]
    answered_share, right_share = np.mean(shares, axis=0)
    measured["precision"] = round(float(right_share / answered_share), 4) if answered_share else 0.0
    talkative = max(centres, key=lambda centre: len(centre.dataset.dialogues))
    retriever = Retriever(talkative.bot.index, talkative.bot.analyzer, talkative.bot.encoder, weights)
    follow_up, follow_up_auroc = _follow_up(talkative.bot, retriever, talkative.dataset, calibration)
    on_progress(len(centres) + 1, len(centres) + 1)
    measured = {}
    for name in LeftOut.__dataclass_fields__:
        values = [value for one in judged.values() if not np.isnan(value := getattr(one, name))]
        if values:
            measured[name] = round(float(np.mean(values)), 4)
    # Of all questions together: ten bins of sixty questions, or the few answers of one help centre, mostly hold chance.
    claimed, right = np.concatenate(claims), np.concatenate(rights)
    measured["calibration_error"] = round(calibration_error(reliability(claimed, right)), 4)
    measured["precision"] = round(float(right[np.concatenate(answers)].mean()), 4)
    fitted = Tuning(
        fitted=dt.date.today().isoformat(),
        data={
            "name": ", ".join(centre.name for centre in centres),
            "answerable": sum(bool(one.relevant) for centre in centres for one in centre.asked),
            "unanswerable": sum(not one.relevant for centre in centres for one in centre.asked),
        },
        model=Path(model).name,
        lexicon=centres[0].bot.index.lexicon.digest,
        answer_precision=start.answer_precision,
        clarify_certainty=start.clarify_certainty,
        weights=weights,
        confidence=calibration,
        follow_up=follow_up,
        measured={**measured, **follow_up_auroc},
    )
    return fitted, judged


def _across(
    centres: Sequence[HelpCentre], tables: Mapping[str, Sequence[Table]]
) -> tuple[dict[str, float], Calibration]:
    """Return the weights and the confidence fitted on help centres that count the same; `tables` are by their names."""
    weights = _shares(_likeliest([tables[centre.name] for centre in centres]))
    judged = [judge(centre, weights) for centre in centres]
    table = np.concatenate([one.table for one in judged])
    right = np.concatenate([one.right for one in judged])
    counts = np.concatenate([one.counts for one in judged]) * len(table) / len(judged)
    families = sorted({centre.family for centre in centres})
    groups = np.repeat([families.index(one.family) for one in centres], [len(one.right) for one in judged])
    calibration, claimed = _calibration(table, right, FEATURES, counts=counts, groups=groups)
    asked = np.concatenate([one.asked for one in judged])
    return weights, replace(calibration, thresholds=_thresholds(claimed[asked], counts[asked]))


def _left_out(judged: Judged, calibration: Calibration, start: Tuning) -> tuple[LeftOut, NDArray[np.float64]]:
    claimed = _claims(judged, calibration)
    answerable, left_out = judged.kinds == ANSWERABLE, judged.kinds == LEFT_OUT
    unanswerable, near = ~answerable & ~left_out, judged.kinds == "near"
    answered = claimed >= calibration.threshold(start.answer_precision)
    back = ~answered & (claimed >= start.clarify_certainty)
    asked = judged.asked

    def separated(others: NDArray[np.bool_]) -> float:
        area = auroc(claimed[answerable].tolist(), claimed[others].tolist())
        return np.nan if area is None else area

    figures = LeftOut(
        right_first=float(judged.right[answerable].mean()),
        answered=float((answered & judged.right)[answerable].mean()),
        offered=float((back & judged.offered)[answerable].mean()),
        precision=float(judged.right[answered & asked].mean()) if (answered & asked).any() else np.nan,
        answered_anyway=float(answered[unanswerable].mean()) if unanswerable.any() else np.nan,
        auroc=separated(unanswerable),
        auroc_near=separated(near),
        auroc_left_out=separated(left_out),
        calibration_error=calibration_error(reliability(claimed[asked], judged.right[asked])),
    )
    return figures, claimed


# --- one help centre ----------------------------------------------------------------------------------------------


def fit(bot: SupportBot, dataset: Dataset, prior: Tuning, *, model: str, on_progress: Progress) -> Tuning:
    """Return the tuning fitted on the data set's questions, as near to `prior` as their number demands.

    `model` is the model's name in the settings. Raise `SettingsError` if the set has fewer than `FEWEST` questions.
    """
    centre = HelpCentre(dataset.name, bot, dataset, ask(bot, dataset, on_progress))
    answerable = sum(bool(one.relevant) for one in centre.asked)
    if len(centre.asked) < FEWEST:
        raise SettingsError(
            f"{dataset.name}, split {dataset.split!r}: {len(centre.asked)} questions; fitting needs at least {FEWEST}"
        )
    weights, gain = _weights(centre, prior.weights)
    judged = judge(centre, weights)
    counts = judged.counts * len(judged.right)
    calibration, claimed = _calibration(judged.table, judged.right, FEATURES, counts=counts, prior=prior.confidence)
    asked = judged.asked
    calibration = replace(calibration, thresholds=_blended(claimed[asked], counts[asked], prior.confidence))
    retriever = Retriever(bot.index, bot.analyzer, bot.encoder, weights)
    follow_up, follow_up_auroc = _follow_up(bot, retriever, dataset, calibration)
    before = _claims(judged, prior.confidence)
    return Tuning(
        fitted=dt.date.today().isoformat(),
        data={
            "name": dataset.name,
            "split": dataset.split,
            "sha256": dataset.digest,
            "answerable": answerable,
            "unanswerable": len(centre.asked) - answerable,
        },
        model=Path(model).name,
        lexicon=bot.index.lexicon.digest,
        answer_precision=prior.answer_precision,
        clarify_certainty=prior.clarify_certainty,
        weights=weights,
        confidence=calibration,
        follow_up=follow_up,
        measured={
            "weights_gain": gain,
            **_measured(judged, claimed, calibration, prior),
            **{f"{name}_before": value for name, value in _measured(judged, before, prior.confidence, prior).items()},
            **follow_up_auroc,
        },
    )


def _claims(judged: Judged, calibration: Calibration) -> NDArray[np.float64]:
    """Return the certainty of each ranking by a calibration, shape (rows,)."""
    rows = (dict(zip(FEATURES, row, strict=True)) for row in judged.table.tolist())
    return np.array([calibration.probability(row) for row in rows])


def _weights(centre: HelpCentre, present: Mapping[str, float]) -> tuple[dict[str, float], float]:
    """Return the weights of the channels, and the gain of newly fitted ones in the share of right articles first.

    The present weights, which other help centres use as well, are kept unless the cross-validated gain of the new ones
    is more than one standard error.
    """
    from sklearn.model_selection import KFold

    tables = _all_tables(centre, present)
    if len(tables) < FOLDS:
        return dict(present), 0.0
    now = np.array([present.get(name, 0.0) for name in _WEIGHED])
    gains = np.zeros(len(tables))
    for train, held in KFold(FOLDS, shuffle=True, random_state=SEED).split(tables):
        new = _likeliest([[tables[place] for place in train]])
        gains[held] = [_is_first(new, tables[place]) - _is_first(now, tables[place]) for place in held]
    gain, error = float(gains.mean()), float(gains.std(ddof=1) / np.sqrt(len(gains)))
    return (_shares(_likeliest([tables])) if gain > error else dict(present)), round(gain, 4)


def _shares(weights: Table) -> dict[str, float]:
    """Return weights by channel; those of `CHANNELS` add up to 1, and that of the tokens is in proportion."""
    return {name: round(float(weight / weights[:-1].sum()), 3) for name, weight in zip(_WEIGHED, weights, strict=True)}


def _all_tables(centre: HelpCentre, present: Mapping[str, float]) -> list[Table]:
    """Return the tables of all answerable questions; every channel takes part, also one that has no weight yet."""
    weights = {name: present.get(name) or LEAST_WEIGHT for name in _WEIGHED}
    retriever = Retriever(centre.bot.index, centre.bot.analyzer, centre.bot.encoder, weights)
    return [table for one in centre.asked for table in _tables(retriever, one)]


def _tables(retriever: Retriever, question: Asked) -> list[Table]:
    """Return the channel scores of the hits, shape (hits, channels), the right article first; nothing if not found."""
    if not question.relevant:
        return []
    hits = retriever.search(question.text, encoding=question.encoding, limit=COMPARED).hits
    rows = [[hit.channels.get(name, 0.0) for name in _WEIGHED] for hit in hits]
    right = [place for place, hit in enumerate(hits) if hit.article.id in question.relevant]
    if not right or len(hits) < 2:
        return []
    others = [row for place, row in enumerate(rows) if place not in right]
    return [np.array([rows[right[0]], *others])]


def _is_first(weights: Table, table: Table) -> float:
    scores = table @ weights
    return float(scores[0] >= scores.max())


def _likeliest(groups: Sequence[Sequence[Table]]) -> Table:
    """Return the non-negative weights of greatest likelihood, shape (channels,); each group of tables counts the same.

    The model is a conditional logit (McFadden 1974): the probability of an article is the softmax over the hits of the
    weighted sum of its channel scores.
    """
    from scipy.optimize import minimize

    tables = [table for group in groups for table in group]
    counts = np.concatenate([np.full(len(group), 1 / len(group) / len(groups)) for group in groups if group])
    stacked = np.zeros((len(tables), max(map(len, tables)), len(_WEIGHED)))
    missing = np.zeros(stacked.shape[:2])
    for place, table in enumerate(tables):
        stacked[place, : len(table)] = table
        missing[place, len(table) :] = -np.inf

    def loss(weights: Table) -> tuple[float, Table]:
        scores = stacked @ weights + missing
        share = np.exp(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))
        expected = (share[:, :, None] * stacked).sum(axis=1)
        total = 1e-4 * weights @ weights - counts @ np.log(share[:, 0].clip(1e-300))
        return float(total), 2e-4 * weights - counts @ (stacked[:, 0] - expected)

    start = np.full(len(_WEIGHED), 5.0)
    found: Table = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(start)).x
    return found


# --- confidence ---------------------------------------------------------------------------------------------------


def _calibration(
    table: Table,
    right: NDArray[np.bool_],
    names: Sequence[str],
    *,
    counts: NDArray[np.float64] | None = None,
    groups: NDArray[np.int64] | None = None,
    prior: Calibration | None = None,
) -> tuple[Calibration, NDArray[np.float64]]:
    """Return the logistic regression on the features `names`, and the cross-validated probability of each row.

    `counts` tells how much each row counts. Rows of one of `groups` are held out together. The coefficients are drawn
    to those of `prior`, or to 0. The strength is the one of `_STRENGTHS` with the least cross-validated log loss.
    """
    from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

    counts = np.ones(len(table)) if counts is None else counts
    free = [name in SIGNLESS for name in names]
    if groups is None:
        rare = min(right.sum(), (~right).sum()) < FOLDS
        kind = KFold if rare else StratifiedKFold
        folds = list(kind(FOLDS, shuffle=True, random_state=SEED).split(table, right))
    else:
        folds = list(GroupKFold(min(FOLDS // 2, len(np.unique(groups)))).split(table, right, groups))
    start = (prior.intercept, np.array([prior.coefficients.get(name, 0.0) for name in names])) if prior else None

    def claims(strength: float) -> NDArray[np.float64]:
        claimed = np.zeros(len(table))
        for train, held in folds:
            intercept, coefficients = _logistic(table[train], right[train], counts[train], free, strength, start)
            claimed[held] = 1 / (1 + np.exp(-(intercept + table[held] @ coefficients)))
        return claimed

    def loss(claimed: NDArray[np.float64]) -> float:
        return float(-(counts * np.log(np.where(right, claimed, 1 - claimed).clip(1e-12))).sum())

    claimed_by = {strength: claims(strength) for strength in _STRENGTHS}
    best = min(_STRENGTHS, key=lambda strength: loss(claimed_by[strength]))
    intercept, coefficients = _logistic(table, right, counts, free, best, start)
    calibration = Calibration(
        intercept=round(intercept, 4),
        coefficients={name: round(float(value), 4) for name, value in zip(names, coefficients, strict=True) if value},
        thresholds=_thresholds(claimed_by[best], counts),
    )
    return calibration, claimed_by[best]


def _logistic(
    table: Table,
    right: NDArray[np.bool_],
    counts: NDArray[np.float64],
    free: Sequence[bool],
    strength: float,
    start: tuple[float, NDArray[np.float64]] | None,
) -> tuple[float, NDArray[np.float64]]:
    """Return intercept and coefficients of a logistic regression with an L2 penalty on standardised features.

    `table` has the shape (rows, features). The penalty is on the distance from `start`, intercept and coefficients, or
    without it on the coefficients. Those of features that are not `free` are at least 0: these features are evidence
    for an answer, and a negative coefficient would be overfitting. `strength` is the weight of the data against it.
    """
    from scipy.optimize import minimize

    mean, deviation = table.mean(axis=0), table.std(axis=0)
    deviation[deviation < 1e-9] = 1.0
    scaled = (table - mean) / deviation
    anchor = np.zeros(table.shape[1] + 1)
    drawn = np.ones(len(anchor))
    if start is None:
        drawn[0] = 0
    else:
        anchor = np.concatenate([[start[0] + start[1] @ mean], start[1] * deviation])

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logit = values[0] + scaled @ values[1:]
        error = counts * (1 / (1 + np.exp(-logit)) - right)
        away = drawn * (values - anchor)
        total = strength * (counts * np.logaddexp(0, np.where(right, -logit, logit))).sum() + 0.5 * away @ away
        return total, np.concatenate([[strength * error.sum()], strength * scaled.T @ error]) + away

    bounds = [(None, None), *((None, None) if signless else (0.0, None) for signless in free)]
    found = minimize(loss, anchor, jac=True, bounds=bounds, method="L-BFGS-B").x
    coefficients: NDArray[np.float64] = found[1:] / deviation
    return float(found[0] - coefficients @ mean), coefficients


def _thresholds(claimed: NDArray[np.float64], counts: NDArray[np.float64]) -> dict[float, float]:
    """Return for each of `PRECISIONS` the lowest probability from which the expected precision reaches it, if any.

    The expected precision is the mean of the claimed probabilities. They are calibrated, and their mean varies less
    between sets of questions than the observed share of right answers.
    """
    order = np.argsort(-claimed)
    precision = np.cumsum((claimed * counts)[order]) / np.cumsum(counts[order])
    thresholds = {}
    for wanted in PRECISIONS:
        reached = np.flatnonzero(precision >= wanted)
        if len(reached):
            thresholds[wanted] = round(float(claimed[order][reached[-1]]), 4)
    return thresholds


def _blended(claimed: NDArray[np.float64], counts: NDArray[np.float64], prior: Calibration) -> dict[float, float]:
    """Return the thresholds on own questions, drawn to those of `prior`; where one has none, the other's."""
    own, share = _thresholds(claimed, counts), len(claimed) / (len(claimed) + ENOUGH)
    blended = {}
    for wanted in PRECISIONS:
        old = prior.threshold(wanted)
        if old < 1 or wanted in own:
            mine = own.get(wanted, old)
            blended[wanted] = round(share * mine + (1 - share) * (old if old < 1 else mine), 4)
    return blended


ENOUGH = 200
"""With so many labelled questions the thresholds are half their own, half those of the prior."""


def _follow_up(
    bot: SupportBot, retriever: Retriever, dataset: Dataset, by_itself: Calibration
) -> tuple[Calibration, dict[str, float]]:
    """Return the calibration of a question read together with an earlier one; the present one if data is too scarce.

    `by_itself` is the calibration of a question read by itself. Fit on the last question of each conversation with
    every earlier one, where that could change the answer, and on unanswerable questions after an answerable one, a
    third as many as conversations.
    """
    pairs = [(turn, one.turns[-1], one.article) for one in dataset.dialogues for turn in one.turns[:-1]]
    earlier = [query.text for query in dataset.queries.values()]
    by_nearness = sorted(dataset.unanswerable, key=lambda question: question.kind != "near")  # the hard ones first
    others = [question.text for question in by_nearness][: len(dataset.dialogues) // 3]
    pairs += [(earlier[7 * place % len(earlier)], text, None) for place, text in enumerate(others)]
    wanted = by_itself.threshold(bot.policy.answer_precision)
    rows, right = [], []
    for context, text, article in pairs:
        alone = retriever.search(text, limit=FOLLOW_UP_HITS)
        certainty = by_itself.probability(bot.confidence.features(alone))
        together = retriever.search(text, context=context, own_query=alone.query)
        if recognise(context) or (certainty >= wanted and _first(together) == _first(alone)):
            continue
        joint = by_itself.probability(bot.confidence.features(together))
        rows.append(bot.confidence.follow_up_features(together, alone, joint, certainty))
        right.append(_first(together) == article)
    if min(sum(right), len(right) - sum(right)) < FEWEST_READINGS:
        return bot.tuning.follow_up, {}
    table = np.array([[row[name] for name in FOLLOW_UP_FEATURES] for row in rows])
    fitted, claimed = _calibration(table, np.array(right), FOLLOW_UP_FEATURES)
    good = [float(value) for value, is_right in zip(claimed, right, strict=True) if is_right]
    bad = [float(value) for value, is_right in zip(claimed, right, strict=True) if not is_right]
    return fitted, {"follow_up_auroc": round(auroc(good, bad) or 0.0, 4)}


def _measured(
    judged: Judged, claimed: NDArray[np.float64], calibration: Calibration, wanted: Tuning
) -> dict[str, float]:
    """Return the figures at the precision and the certainty to ask back that `wanted` names."""
    answerable, near, asked = judged.kinds == ANSWERABLE, judged.kinds == "near", judged.asked
    unanswerable = asked & ~answerable
    answered = asked & (claimed >= calibration.threshold(wanted.answer_precision))
    back = ~answered & (claimed >= wanted.clarify_certainty)
    values = {
        "right_first": float(judged.right[answerable].mean()) if answerable.any() else None,
        "answered_right": float((answered & judged.right)[answerable].mean()) if answerable.any() else None,
        "offered": float((back & judged.offered)[answerable].mean()) if answerable.any() else None,
        "precision": float(judged.right[answered].mean()) if answered.any() else None,
        "auroc": auroc(claimed[answerable].tolist(), claimed[unanswerable].tolist()),
        "auroc_near": auroc(claimed[answerable].tolist(), claimed[near].tolist()),
        "calibration_error": calibration_error(reliability(claimed[asked], judged.right[asked])),
    }
    return {name: round(value, 4) for name, value in values.items() if value is not None}
