"""Measures of a confidence: whether it separates right from wrong, whether it is a probability, and its thresholds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions with a confidence between `low` and `high`: their mean confidence and the share `right`.

    >>> reliability(np.array([0.92, 0.98]), np.array([True, False]))
    (Bin(low=0.9, high=1.0, count=2, confidence=0.95, right=0.5),)
    """

    low: float
    high: float
    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Point:
    """Coverage and precision at a threshold on the confidence.

    `coverage` is the share of the answerable questions that reach the threshold. `precision` is the share of right
    answers among all questions that reach it, answerable or not.

    >>> curve(np.array([0.9, 0.4]), right=np.array([True, False]), answerable=np.array([True, True]))[0]
    Point(threshold=0.9, coverage=0.5, precision=1.0)
    """

    threshold: float
    coverage: float
    precision: float


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Return the area under the ROC curve, ties counted as half; None if either sequence is empty."""
    if not len(positive) or not len(negative):
        return None
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score([1] * len(positive) + [0] * len(negative), [*positive, *negative]))


def reliability(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """Return the bins, of equal width, that have questions. `confidence` and `right` have the shape (questions,)."""
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
    """Return the expected calibration error (Guo et al. 2017): the mean gap of confidence and share right."""
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.confidence - one.right) for one in bins) / total


def curve(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], answerable: NDArray[np.bool_]
) -> tuple[Point, ...]:
    """Return coverage and precision at each confidence that occurs, from the highest threshold down.

    All arguments have the shape (questions,). The curve is empty if no question is answerable.
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
    """Return the point of greatest coverage whose precision is at least `wanted`; None if no threshold reaches it."""
    return max((point for point in points if point.precision >= wanted), key=lambda point: point.coverage, default=None)
