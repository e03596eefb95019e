"""Fusion: combine the scores of several channels (weighted mean)."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from supportbot.index.store import Index


def fuse(channels: Mapping[str, NDArray[np.float32]], weights: Mapping[str, float], count: int) -> NDArray[np.float32]:
    """Return the weighted mean of the channels' scores, from 0 to 1, shape (count,).

    Weights of channels that are not among `channels` are ignored.
    """
    present = {name: weights[name] for name in channels if weights.get(name)}
    total = sum(present.values())
    fused = np.zeros(count, np.float32)
    for name, weight in present.items():
        fused += np.float32(weight / total) * channels[name]
    return np.minimum(fused, np.float32(1))  # rounding may give slightly more


def weights_for(index: Index, weights: Mapping[str, float]) -> Mapping[str, float]:
    """Return the weights for this index: the share of titles that several articles have moves from `titles` to `dense`.

    Such titles do not tell articles apart.
    """
    titles = weights.get("titles", 0.0)
    if not titles:
        return weights
    telling = titles * index.telling_titles
    return {**weights, "titles": telling, "dense": weights.get("dense", 0.0) + titles - telling}
