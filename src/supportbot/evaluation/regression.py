"""Regressions: the numbers of `tuning.yaml` from rankings whose right article is known."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from supportbot.content.tuning import Calibration
from supportbot.evaluation.judging import WEIGHED, Table

FOLDS = 10
SEED = 0

PRECISIONS = (0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.965, 0.97, 0.975, 0.98, 0.99)
"""The precisions for which a threshold is fitted."""

SIGNLESS = frozenset({"latin", "content", "certainty", "missing"})
"""Features that describe the question; their coefficients may be negative. All others are evidence for an answer."""

_STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


def likeliest(groups: Sequence[Sequence[Table]]) -> Table:
    """Return the non-negative weights of greatest likelihood, shape (channels,); each group of tables counts the same.

    The model is a conditional logit (McFadden 1974): the probability of an article is the softmax over the hits of the
    weighted sum of its channel scores.
    """
    from scipy.optimize import minimize

    tables = [table for group in groups for table in group]
    counts = np.concatenate([np.full(len(group), 1 / len(group) / len(groups)) for group in groups if group])
    stacked = np.zeros((len(tables), max(map(len, tables)), len(WEIGHED)))
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

    start = np.full(len(WEIGHED), 5.0)
    found: Table = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(start)).x
    return found


def calibrate(
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
        thresholds=thresholds(claimed_by[best], counts),
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


def thresholds(claimed: NDArray[np.float64], counts: NDArray[np.float64]) -> dict[float, float]:
    """Return for each of `PRECISIONS` the lowest probability from which the expected precision reaches it, if any.

    The expected precision is the mean of the claimed probabilities. They are calibrated, and their mean varies less
    between sets of questions than the observed share of right answers.
    """
    order = np.argsort(-claimed)
    precision = np.cumsum((claimed * counts)[order]) / np.cumsum(counts[order])
    found = {}
    for wanted in PRECISIONS:
        reached = np.flatnonzero(precision >= wanted)
        if len(reached):
            found[wanted] = round(float(claimed[order][reached[-1]]), 4)
    return found
