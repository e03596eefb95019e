"""Late interaction: how well a chunk covers each token of a question (Khattab & Zaharia, ColBERT, 2020).

A chunk's one vector tells what it is about. The vectors of its tokens, which know their context, tell whether each
thing that the question names is there, in whatever words. That costs more, so only the best articles are compared by
it.

To take little room, token vectors are projected onto the directions in which those of the cohort differ most, and
rounded to 8 bits; both depend on nothing but the encoder, so that unchanged chunks keep their vectors in every build.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from supportbot.embedding.encoder import Encoding
from supportbot.index.arrays import save

DIMENSION = 64
"""The dimension after the projection; with 128 and with all 384 the rankings were as good."""

LARGEST = 127
"""The largest number of 8 bits."""

ROOM = 1.5
"""How much larger the numbers of passages may be than the largest of the cohort before they are cut."""


@dataclass(frozen=True, slots=True)
class TokenSpace:
    """The projection of an encoder's token vectors.

    Attributes:
        projection: shape (dimension, DIMENSION or less).
        question_mean: the mean of the projected tokens of questions.
        unit: what 1 of the 8 bits is in each direction, shape (DIMENSION or less,).

    >>> TokenSpace.fit(encode(encoder, cohort.questions())).project(encoding)
    """

    projection: NDArray[np.float32]
    question_mean: NDArray[np.float32]
    unit: NDArray[np.float32]

    @classmethod
    def fit(cls, cohort: Sequence[Encoding]) -> "TokenSpace":
        """Return the projection onto the principal components of the tokens of the cohort's questions."""
        tokens = np.concatenate([one.tokens for one in cohort])
        centred = tokens - tokens.mean(axis=0) if len(tokens) else tokens
        _, directions = np.linalg.eigh(centred.T @ centred)
        projection = directions[:, ::-1][:, :DIMENSION].astype(np.float32)
        if not len(tokens):
            return cls(projection, projection[0] * 0, projection[0] * 0 + 1)
        projected = tokens @ projection
        return cls(projection, projected.mean(axis=0), ROOM * np.abs(projected).max(axis=0) / LARGEST)

    def project(self, encoding: Encoding) -> NDArray[np.int8]:
        """Return the projected token vectors of a text in units of `unit`, shape (tokens, DIMENSION or less)."""
        units = encoding.tokens @ self.projection / self.unit
        rounded: NDArray[np.int8] = np.rint(units).clip(-LARGEST, LARGEST).astype(np.int8)
        return rounded

    def question(self, encoding: Encoding) -> NDArray[np.float32]:
        """Return the unit vectors of a question's tokens, to be compared with those of chunks."""
        vectors = encoding.tokens @ self.projection - self.question_mean
        unit: NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
        return unit


class PieceCover(NamedTuple):
    """How well the pieces of some chunks cover the tokens of a question; pieces without a token are left out.

    Attributes:
        chunks: the place of each piece's chunk among those asked about, shape (pieces,).
        pieces: its number in the chunk, from 1; 0 are title and headings.
        near: how near it comes to each token of the question, -1 to 1, shape (tokens, pieces).
        same: whether it has the same token, shape (tokens, pieces).
    """

    chunks: NDArray[np.int64]
    pieces: NDArray[np.int64]
    near: NDArray[np.float32]
    same: NDArray[np.bool_]


class TokenIndex:
    """The token vectors of all chunks.

    >>> index.tokens.cover(query.tokens, chunk_rows)
    """

    def __init__(self, space: TokenSpace, mean: NDArray[np.float32], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take the `mean` of all token vectors, and the arrays that `build` makes.

        `starts`: the tokens of chunk i are at `starts[i]:starts[i + 1]` of `ids`, `pieces`, `vectors` and `lengths`,
        how far each vector is from the mean. `pieces`: the piece of the chunk that a token stands in, from 1, in order;
        0 for title and headings. `known`: each id once, in order, with its `idf` among the chunks.
        """
        self.space = space
        self._mean = mean
        self._arrays = arrays
        self._starts, self._ids = arrays["starts"], arrays["ids"]
        self._pieces = arrays["pieces"]
        self._vectors, self._lengths = arrays["vectors"], arrays["lengths"]
        self._known, self._idf = arrays["known"], arrays["idf"]
        self._rarest = np.float32(np.log1p(max(len(self._starts) - 1, 1)))

    @classmethod
    def build(
        cls,
        space: TokenSpace,
        ids: Sequence[NDArray[np.int32]],
        pieces: Sequence[NDArray[np.uint16]],
        vectors: Sequence[NDArray[np.int8]],
    ) -> "TokenIndex":
        """Index the token ids, their pieces and the projected token vectors of each chunk."""
        starts = np.concatenate([[0], np.cumsum([len(one) for one in ids])]).astype(np.int64)
        stacked = np.concatenate([np.zeros((0, space.projection.shape[1]), np.int8), *vectors])
        all_ids = np.concatenate([np.zeros(0, np.int32), *ids])
        known, holders = np.unique(np.concatenate([all_ids[:0], *map(np.unique, ids)]), return_counts=True)
        idf = np.log1p(max(len(ids), 1) / (1 + holders)).astype(np.float32)
        mean = stacked.mean(axis=0, dtype=np.float32) * space.unit if len(stacked) else space.question_mean
        # Chunk by chunk: all vectors as float32 would take four times the room of the index.
        apart = (np.linalg.norm(one * space.unit - mean, axis=-1) for one in vectors)
        lengths = np.concatenate([np.zeros(0, np.float32), *apart]).astype(np.float32)
        all_pieces = np.concatenate([np.zeros(0, np.uint16), *pieces])
        tokens = {"ids": all_ids, "pieces": all_pieces, "vectors": stacked, "lengths": lengths}
        return cls(space, mean, {"starts": starts, **tokens, "known": known, "idf": idf})

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
        space = TokenSpace(*(stored[field.name] for field in fields(TokenSpace)))
        names = ("starts", "ids", "pieces", "vectors", "lengths", "known", "idf")
        arrays = {name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in names}
        return cls(space, stored["mean"], arrays)

    def __len__(self) -> int:
        return len(self._ids)

    def of_chunk(self, row: int) -> tuple[NDArray[np.int32], NDArray[np.uint16], NDArray[np.int8]]:
        """Return the token ids of a chunk, their pieces, and their vectors by `TokenSpace.project`."""
        own = slice(self._starts[row], self._starts[row + 1])
        return self._ids[own], self._pieces[own], self._vectors[own]

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
        own = self._slices(rows)
        counts = [int(one.stop - one.start) for one in own]
        if not len(question) or not all(counts) or not rows:
            return np.zeros((len(question), len(rows)), np.float32)
        best: NDArray[np.float32] = np.maximum.reduceat(
            self._nearness(question, own), np.cumsum([0, *counts[:-1]]), axis=1
        )
        return best

    def cover_pieces(
        self, question: NDArray[np.float32], token_ids: NDArray[np.int32], rows: Sequence[int]
    ) -> "PieceCover":
        """Return how near each token of a question, vectors and ids, comes to one of each piece of each chunk."""
        own = self._slices(rows)
        none = np.zeros(0, np.int64)
        chunks = np.concatenate([none, *(np.full(one.stop - one.start, place) for place, one in enumerate(own))])
        pieces = np.concatenate([none, *(self._pieces[one] for one in own)])
        if not len(question) or not len(chunks):
            return PieceCover(none, none, np.zeros((len(question), 0), np.float32), np.zeros((len(question), 0), bool))
        opened = np.flatnonzero(np.diff(chunks * (1 << 16) + pieces, prepend=-1))
        ids = np.concatenate([self._ids[one] for one in own])
        return PieceCover(
            chunks[opened],
            pieces[opened],
            np.maximum.reduceat(self._nearness(question, own), opened, axis=1),
            np.logical_or.reduceat(token_ids[:, None] == ids, opened, axis=1),
        )

    def _slices(self, rows: Sequence[int]) -> list[slice]:
        return [slice(int(self._starts[row]), int(self._starts[row + 1])) for row in rows]

    def _nearness(self, question: NDArray[np.float32], own: Sequence[slice]) -> NDArray[np.float32]:
        """Return the cosine of each token of a question and each token of the slices, shape (tokens, tokens)."""
        vectors = np.concatenate([self._vectors[one] for one in own]).astype(np.float32)
        lengths = np.concatenate([self._lengths[one] for one in own])
        # The mean is taken out of the products instead of the vectors, which are many more numbers.
        nearness: NDArray[np.float32] = (question * self.space.unit) @ vectors.T - (question @ self._mean)[:, None]
        nearness /= np.maximum(lengths, np.float32(1e-9))
        return nearness
