"""The space in which questions are compared with titles and out-of-scope questions.

Questions with the same answer differ in style, length and language, which say nothing about the answer. Within-class
covariance normalisation (Hatch, Kajarekar & Stolcke 2006) shrinks the directions in which questions of one article
differ, and keeps those that tell articles apart.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FEWEST = 100
"""How many questions, of articles that have several, are needed to learn a space."""

SHRINKAGE = 0.8
"""The weight, 0 to 1, of the identity in the covariance; on the dev questions .7 to .9 did equally well."""


@dataclass(frozen=True, slots=True)
class QuerySpace:
    """A learnt linear map of question vectors.

    Attributes:
        mean: subtracted first, shape (dimension,).
        matrix: multiplied then, shape (dimension, dimension).
        learnt: whether there were enough questions to learn from; if not, vectors stay as they are.

    >>> QuerySpace.fit(vectors, owners).place(vectors)
    """

    mean: NDArray[np.float32]
    matrix: NDArray[np.float32]
    learnt: bool

    @classmethod
    def fit(cls, vectors: NDArray[np.float32], owners: NDArray[np.int32]) -> "QuerySpace":
        """Return the space learnt from question vectors, shape (n, dimension), and their article rows, shape (n,)."""
        dimension = vectors.shape[1]
        _, article, counts = np.unique(owners, return_inverse=True, return_counts=True)
        several = counts[article] > 1
        if several.sum() < FEWEST:
            return cls(np.zeros(dimension, np.float32), np.eye(dimension, dtype=np.float32), False)
        centres = np.zeros((len(counts), dimension))
        np.add.at(centres, article, vectors)
        scatter = (vectors - centres[article] / counts[article, None])[several]
        covariance = scatter.T @ scatter / len(scatter)
        even = np.trace(covariance) / dimension
        covariance = (1 - SHRINKAGE) * covariance + SHRINKAGE * even * np.eye(dimension)
        values, directions = np.linalg.eigh(covariance)
        matrix = directions / np.sqrt(values) @ directions.T * np.sqrt(even)
        return cls(vectors.mean(axis=0), matrix.astype(np.float32), True)

    def place(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return unit vectors, shape (n, dimension), in this space, again of length 1."""
        if not self.learnt or not len(vectors):
            return vectors
        placed = (vectors - self.mean) @ self.matrix
        lengths = np.linalg.norm(placed, axis=1, keepdims=True)
        return np.ascontiguousarray(placed / np.maximum(lengths, 1e-12), np.float32)

    def save(self, file: Path) -> None:
        """Write the space to `file` (.npz)."""
        np.savez(file, mean=self.mean, matrix=self.matrix, learnt=self.learnt)

    @classmethod
    def load(cls, file: Path) -> "QuerySpace":
        """Return the space that `save` wrote to `file`."""
        stored = np.load(file)
        return cls(stored["mean"], stored["matrix"], bool(stored["learnt"]))
