"""Measures of a confidence: AUROC, reliability, and coverage and precision at each threshold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions with a confidence between `low` and `high`: their mean confidence and the share `right`."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Point:
    """Coverage and precision at one threshold on the confidence.

    `coverage` is the share of the answerable questions that reach the threshold. `precision` is the share of right
    answers among all questions that reach it, answerable or not.
    """

    threshold: float
    coverage: float
    precision: float


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Return the area under the ROC curve; None if either list is empty.

    That is the share of pairs in which the positive has the higher value; ties count half.
    """
    if not len(positive) or not len(negative):
        return None
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score([1] * len(positive) + [0] * len(negative), [*positive, *negative]))


def reliability(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """Return the non-empty ones of ten bins of equal width over the confidence.

    `confidence` and `right` have the shape (questions,).
    """
    places = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(
            low=place / BINS,
            high=(place + 1) / BINS,
            count=int(inside.sum()),
            confidence=float(confidence[inside].mean()),
            right=float(right[inside].mean()),
        )
        for place in range(BINS)
        if (inside := places == place).any()
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error (Guo et al. 2017).

    That is the mean over the bins, weighted by their size, of |mean confidence - share right|.
    """
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.confidence - one.right) for one in bins) / total


def curve(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], answerable: NDArray[np.bool_]
) -> tuple[Point, ...]:
    """Return coverage and precision at every confidence above 0 that occurs, from the highest threshold down.

    All three arrays have the shape (questions,). Return nothing if no question is answerable.
    """
    if not answerable.any():
        return ()
    order = np.argsort(-confidence, kind="stable")
    scores = confidence[order]
    last = np.flatnonzero(np.append(scores[1:] != scores[:-1], True))  # equal confidences pass a threshold together
    coverage = np.cumsum(answerable[order])[last] / answerable.sum()
    precision = np.cumsum(right[order])[last] / (last + 1)
    points = zip(scores[last].tolist(), coverage.tolist(), precision.tolist(), strict=True)
    return tuple(Point(*point) for point in points if point[0] > 0)


def at_precision(points: Sequence[Point], wanted: float) -> Point | None:
    """Return the point of greatest coverage with a precision of at least `wanted`; None if there is none."""
    return max((point for point in points if point.precision >= wanted), key=lambda point: point.coverage, default=None)
