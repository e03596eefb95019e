"""Comparison of two systems on the same questions.

The test is the two-sided paired randomisation (permutation) test on the difference of means, as Smucker, Allan &
Carterette (2007) recommend for retrieval. If the systems were equal, either could have had either value of a question,
so the signs of the differences are flipped at random. The p values of one evaluation are corrected by Holm (1979).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from supportbot.evaluation.measures import BATCH, Estimate, estimate

PERMUTATIONS = 9999
"""The number of random sign flips in a test. If there are fewer possible flips, all are tried: the test is exact."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparison of `system` with `baseline` by one measure.

    `difference` is the mean of system minus baseline with its interval, `p` the two-sided p value, `corrected` the p
    value after Holm's correction. `won`, `lost` and `same` count questions.

    >>> for one in experiment.comparisons:
    ...     print(one.system, one.baseline, one.measure, one.difference.mean, one.corrected)
    """

    system: str
    baseline: str
    measure: str
    difference: Estimate
    p: float
    corrected: float
    won: int
    lost: int
    same: int


def compare(values: Mapping[str, Mapping[str, NDArray[np.float64]]], *, seed: int) -> tuple[Comparison, ...]:
    """Compare each system with the first by each measure; `values` are by system and measure, shape (questions,)."""
    baseline, *others = values
    found = []
    for system in others:
        for measure, ours in values[system].items():
            difference = ours - values[baseline][measure]
            won, lost = int((difference > 0).sum()), int((difference < 0).sum())
            p = randomisation_test(difference, seed=seed)
            mean = estimate(difference, seed=seed)
            found.append(Comparison(system, baseline, measure, mean, p, p, won, lost, len(difference) - won - lost))
    corrected = holm([comparison.p for comparison in found])
    return tuple(replace(comparison, corrected=p) for comparison, p in zip(found, corrected, strict=True))


def randomisation_test(difference: NDArray[np.float64], *, seed: int) -> float:
    """Return the two-sided p value of paired differences, shape (questions,), under equal systems; 1 if all are 0."""
    difference = difference[difference != 0]  # flipping the sign of 0 changes nothing
    if len(difference) < 2:
        return 1.0
    result = stats.permutation_test(
        (difference,),
        lambda values, axis: np.sum(values, axis=axis),
        permutation_type="samples",
        n_resamples=PERMUTATIONS,
        batch=max(1, BATCH // len(difference)),
        alternative="two-sided",
        rng=np.random.default_rng(seed),
    )
    return float(result.pvalue)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p values corrected for multiple tests by Holm's step-down method, which scipy does not have."""
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        corrected[place] = highest
    return corrected
