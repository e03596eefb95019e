"""Measures of rankings in the notation of ir_measures, with 95 % intervals of their means.

The interval is the percentile bootstrap over questions (Efron & Tibshirani 1993). Shares, and means of only zeros or
only ones, which a bootstrap cannot vary, get Wilson's interval.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from supportbot.errors import SettingsError
from supportbot.evaluation.runs import Run

DEFAULT = "nDCG@10 RR@10 R@10 Success@1"

CONFIDENCE = 0.95
RESAMPLES = 2000
BATCH = 2_000_000
"""The most numbers that a resampling holds in memory at once."""

LEAST_DEPTH = 10
DEEPEST = 100
"""The depth of rankings for a measure without cut-off, such as AP."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over `count` questions and its confidence interval, `CONFIDENCE` wide.

    >>> share(9, 10)
    Estimate(mean=0.9, low=0.5958499732047615, high=0.9821237869049271, count=10)
    """

    mean: float
    low: float
    high: float
    count: int


def parse(notation: str) -> dict[str, Any]:
    """Return the measures in `notation`, such as "nDCG@10 RR@10", by name. Spaces or commas separate them.

    Raise `SettingsError` for one that is unknown or that no installed package computes, or without ir_measures.
    """
    try:
        import ir_measures
    except ImportError:
        raise SettingsError("eval needs ir_measures: pip install 'supportbot[eval]'") from None
    found = {}
    for name in re.split(r"[\s,]+(?![^()]*\))", notation.strip(", \t\n")):
        try:
            measure = ir_measures.parse_measure(name)
            _calculate([measure], {"q": {"a": 1}}, {"q": {"a": 1.0}})  # some can be parsed but not computed
        except Exception:
            expected = "expected names such as nDCG@10, RR@10, R@10, P@5, Success@1, AP"
            raise SettingsError(f"measure {name!r:.40} is unknown or cannot be computed; {expected}") from None
        found[str(measure)] = measure
    return found


def depth(measures: Mapping[str, Any]) -> int:
    """Return the depth of rankings that `measures` need: the greatest cut-off, at least 10; 100 if one has none."""
    cutoffs = [measure.params.get("cutoff", DEEPEST) for measure in measures.values()]
    return int(max([LEAST_DEPTH, *cutoffs]))


def by_question(
    run: Run, qrels: Mapping[str, Mapping[str, int]], measures: Mapping[str, Any]
) -> dict[str, NDArray[np.float64]]:
    """Return each measure's value of each question, in the order of `qrels`; 0 for a question without a ranking."""
    place = {query: row for row, query in enumerate(qrels)}
    values = {name: np.zeros(len(place)) for name in measures}
    found = {query: ranking for query, ranking in run.ranks(qrels).items() if ranking}
    if found:
        for query, name, value in _calculate(list(measures.values()), {query: qrels[query] for query in found}, found):
            values[name][place[query]] = value if math.isfinite(value) else 0.0
    return values


def _calculate(measures: Sequence[Any], qrels: Any, run: Any) -> list[tuple[str, str, float]]:
    import ir_measures

    return [(one.query_id, str(one.measure), float(one.value)) for one in ir_measures.iter_calc(measures, qrels, run)]


def estimate(values: NDArray[np.float64], *, seed: int) -> Estimate:
    """Return the mean of `values`, shape (questions,), with its interval. Raise `ValueError` if there are none."""
    if not len(values):
        raise ValueError("no values to take the mean of")
    if bool(np.all(values == 0)) or bool(np.all(values == 1)):
        return share(int(values.sum()), len(values))
    mean = float(values.mean())
    if bool(np.all(values == values[0])):
        return Estimate(mean, mean, mean, len(values))
    found = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        batch=max(1, BATCH // len(values)),
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Estimate(mean, float(found.low), float(found.high), len(values))


def share(hits: int, count: int) -> Estimate:
    """Return the share `hits / count` with Wilson's interval (1927). Raise `ValueError` if `count` is 0."""
    interval = stats.binomtest(hits, count).proportion_ci(CONFIDENCE, method="wilson")
    return Estimate(hits / count, max(0.0, float(interval.low)), min(1.0, float(interval.high)), count)
