"""Fusion: the scores of several channels put together as one."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from supportbot.index.store import Index


def fuse(channels: Mapping[str, NDArray[np.float32]], weights: Mapping[str, float], count: int) -> NDArray[np.float32]:
    """Return the weighted mean of the channels' scores, shape (count,): between 0 and 1 when they are.

    The weights of channels that are not there (an index without titles, say) fall away, so the rest keeps its scale.
    """
    present = {name: weights[name] for name in channels if weights.get(name)}
    total = sum(present.values())
    fused = np.zeros(count, np.float32)
    for name, weight in present.items():
        fused += np.float32(weight / total) * channels[name]
    return np.minimum(fused, np.float32(1))  # rounding may sum up to a hair more


def weights_for(index: Index, weights: Mapping[str, float]) -> Mapping[str, float]:
    """Return the weights of the channels that this index has.

    Titles that several articles share do not tell them apart: that share of the weight of `titles` goes to `dense`.
    """
    titles = weights.get("titles", 0.0)
    if not titles:
        return weights
    telling = titles * index.telling_titles
    return {**weights, "titles": telling, "dense": weights.get("dense", 0.0) + titles - telling}
