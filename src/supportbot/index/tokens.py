"""Late interaction: how well a chunk covers each token of a question (Khattab & Zaharia, ColBERT, 2020).

A chunk's one vector tells what it is about. The vectors of its tokens, which know their context, tell whether each
thing that the question names is there, in whatever words. That costs more, so only the best articles are compared by
it.

To take little room, token vectors are projected onto the directions in which those of the cohort differ most; these
depend on nothing but the encoder, so that unchanged chunks keep their vectors in every build.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from supportbot.embedding.encoder import Encoding
from supportbot.index.arrays import save

DIMENSION = 64
"""The dimension after the projection; with 128 and with all 384 the rankings were as good."""


@dataclass(frozen=True, slots=True)
class TokenSpace:
    """The projection of an encoder's token vectors.

    Attributes:
        projection: shape (dimension, DIMENSION or less).
        question_mean: the mean of the projected tokens of questions.

    >>> TokenSpace.fit(encode(encoder, cohort.questions())).project(encoding)
    """

    projection: NDArray[np.float32]
    question_mean: NDArray[np.float32]

    @classmethod
    def fit(cls, cohort: Sequence[Encoding]) -> "TokenSpace":
        """Return the projection onto the principal components of the tokens of the cohort's questions."""
        tokens = np.concatenate([one.tokens for one in cohort])
        centred = tokens - tokens.mean(axis=0) if len(tokens) else tokens
        _, directions = np.linalg.eigh(centred.T @ centred)
        projection = directions[:, ::-1][:, :DIMENSION].astype(np.float32)
        return cls(projection, (tokens @ projection).mean(axis=0) if len(tokens) else projection[0] * 0)

    def project(self, encoding: Encoding) -> NDArray[np.float16]:
        """Return the projected token vectors of a text, shape (tokens, DIMENSION or less)."""
        projected: NDArray[np.float16] = (encoding.tokens @ self.projection).astype(np.float16)
        return projected

    def question(self, encoding: Encoding) -> NDArray[np.float32]:
        """Return the unit vectors of a question's tokens, to be compared with those of chunks."""
        return _unit(encoding.tokens @ self.projection - self.question_mean)


class TokenIndex:
    """The token vectors of all chunks.

    >>> index.tokens.cover(query.tokens, chunk_rows)
    """

    def __init__(self, space: TokenSpace, mean: NDArray[np.float32], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take the `mean` of all token vectors, and the arrays that `build` makes.

        `starts`: the tokens of chunk i are at `starts[i]:starts[i + 1]` of `ids` and `vectors`. `known`: each id once,
        in order, with its `idf` among the chunks.
        """
        self.space = space
        self._mean = mean
        self._arrays = arrays
        self._starts, self._ids, self._vectors = arrays["starts"], arrays["ids"], arrays["vectors"]
        self._known, self._idf = arrays["known"], arrays["idf"]
        self._rarest = np.float32(np.log1p(max(len(self._starts) - 1, 1)))

    @classmethod
    def build(
        cls, space: TokenSpace, ids: Sequence[NDArray[np.int32]], vectors: Sequence[NDArray[np.float16]]
    ) -> "TokenIndex":
        """Index the token ids and the projected token vectors of each chunk."""
        starts = np.concatenate([[0], np.cumsum([len(one) for one in ids])]).astype(np.int64)
        stacked = np.concatenate([np.zeros((0, space.projection.shape[1]), np.float16), *vectors])
        all_ids = np.concatenate([np.zeros(0, np.int32), *ids])
        known, holders = np.unique(np.concatenate([all_ids[:0], *map(np.unique, ids)]), return_counts=True)
        idf = np.log1p(max(len(ids), 1) / (1 + holders)).astype(np.float32)
        mean = stacked.mean(axis=0, dtype=np.float32) if len(stacked) else space.question_mean
        return cls(space, mean, {"starts": starts, "ids": all_ids, "vectors": stacked, "known": known, "idf": idf})

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which must not exist."""
        folder.mkdir()
        np.savez(folder / "space.npz", **asdict(self.space), mean=self._mean)
        for name, values in self._arrays.items():
            save(folder / f"{name}.npy", values)

    @classmethod
    def load(cls, folder: Path) -> "TokenIndex":
        """Return the index that `save` wrote into `folder`; the vectors stay on disk, mapped into memory."""
        stored = np.load(folder / "space.npz")
        space = TokenSpace(stored["projection"], stored["question_mean"])
        names = ("starts", "ids", "vectors", "known", "idf")
        arrays = {name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in names}
        return cls(space, stored["mean"], arrays)

    def __len__(self) -> int:
        return len(self._ids)

    def of_chunk(self, row: int) -> tuple[NDArray[np.int32], NDArray[np.float16]]:
        """Return the token ids and the projected token vectors of a chunk."""
        own = slice(self._starts[row], self._starts[row + 1])
        return self._ids[own], self._vectors[own]

    def weights(self, token_ids: NDArray[np.int32]) -> NDArray[np.float32]:
        """Return the weight of each token of a question, its idf among the chunks; they add up to 1."""
        if not len(self._known):
            return np.zeros(len(token_ids), np.float32)
        places = np.searchsorted(self._known, token_ids).clip(0, len(self._known) - 1)
        idf = np.where(self._known[places] == token_ids, self._idf[places], self._rarest)
        weights: NDArray[np.float32] = (idf / max(float(idf.sum()), 1e-9)).astype(np.float32)
        return weights

    def cover(self, question: NDArray[np.float32], rows: Sequence[int]) -> NDArray[np.float32]:
        """Return how near each token of a question comes to one of each chunk, from -1 to 1, shape (tokens, chunks).

        `question` are its vectors by `TokenSpace.question`.
        """
        lengths = [int(self._starts[row + 1] - self._starts[row]) for row in rows]
        if not len(question) or not all(lengths) or not rows:
            return np.zeros((len(question), len(rows)), np.float32)
        stacked = np.concatenate([self._vectors[self._starts[row] : self._starts[row + 1]] for row in rows])
        nearness = question @ _unit(stacked.astype(np.float32) - self._mean).T
        best: NDArray[np.float32] = np.maximum.reduceat(nearness, np.cumsum([0, *lengths[:-1]]), axis=1)
        return best


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return unit
