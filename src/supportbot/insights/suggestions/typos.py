"""Latin words with one slip of the finger: a letter wrong, missing, too many, or two in the wrong order."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LEAST_LETTERS = 4
"""A shorter word with a slip could be any other."""

MOST_LETTERS = 24


class Vocabulary:
    """Words to be recognised while they are typed; words longer than `MOST_LETTERS` by their first letters."""

    def __init__(self, words: Sequence[str]) -> None:
        padded = [word[:MOST_LETTERS].ljust(MOST_LETTERS + 1, "\0").encode("ascii") for word in words]
        self._letters = np.frombuffer(b"".join(padded), np.uint8).reshape(len(words), MOST_LETTERS + 1)

    def meant(self, typed: str) -> list[tuple[int, int]]:
        """The words, by place, that begin with `typed` (a to z, 0 to 9) but for one slip, and with how many letters."""
        size = len(typed)
        if not LEAST_LETTERS <= size <= MOST_LETTERS or typed.isdigit() or not len(self._letters):
            return []
        letters = np.frombuffer(typed.encode("ascii"), np.uint8)
        same = self._letters[:, :size] == letters
        slip = np.where(same.all(1), size, same.argmin(1))  # where the first letter differs
        wrong = same.sum(1) == size - 1
        missing = _agreeing_ends(self._letters[:, 1 : size + 1] == letters) >= size - slip
        too_many = _agreeing_ends(self._letters[:, : size - 1] == letters[1:]) >= size - 1 - slip
        rows, at = np.arange(len(slip)), np.minimum(slip, size - 2)
        swapped = (
            (same.sum(1) == size - 2)
            & (self._letters[rows, at] == letters[at + 1])
            & (self._letters[rows, at + 1] == letters[at])
        )
        lengths = np.where(wrong | swapped, size, np.where(missing, size + 1, size - 1))
        meant = np.flatnonzero((slip < size) & (wrong | swapped | missing | too_many))
        return list(zip(meant.tolist(), lengths[meant].tolist(), strict=True))


def _agreeing_ends(same: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many of the last columns of each row are all true."""
    count: NDArray[np.int64] = np.where(same.all(1), same.shape[1], same[:, ::-1].argmin(1))
    return count
