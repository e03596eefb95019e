"""Fusion: the scores of several channels put together as one."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


def fuse(channels: Mapping[str, NDArray[np.float32]], weights: Mapping[str, float], count: int) -> NDArray[np.float32]:
    """The weighted mean of the channels' scores, shape (count,): between 0 and 1 when they are.

    Weights of channels that are not there (no titles, say) fall away, so the rest keeps its full scale.
    """
    present = {name: weights[name] for name in channels if weights.get(name)}
    total = sum(present.values())
    fused = np.zeros(count, np.float32)
    for name, weight in present.items():
        fused += np.float32(weight / total) * channels[name]
    return np.minimum(fused, np.float32(1))  # rounding may sum up to a hair more
