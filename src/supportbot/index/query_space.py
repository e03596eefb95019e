"""The space in which questions are compared: stretched where the questions of one article differ, it is narrowed.

Two questions with one answer differ in directions that say nothing about the answer: style, length, language. Their
scatter within articles shows which directions these are. Dividing by it (within-class covariance normalisation: Hatch,
Kajarekar & Stolcke 2006) leaves what tells articles apart.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FEWEST = 100
"""How many questions of articles with several are needed: fewer say too little about how questions differ."""

SHRINKAGE = 0.8
"""How far the scatter is drawn towards an even one; chosen on the dev questions, where .7 to .9 did equally well."""


@dataclass(frozen=True, slots=True)
class QuerySpace:
    """Vectors less `mean`, shape (dimension,), times `matrix`, shape (dimension, dimension), at length 1.

    `learnt` tells whether there were enough questions; else vectors stay as they are.
    """

    mean: NDArray[np.float32]
    matrix: NDArray[np.float32]
    learnt: bool

    @classmethod
    def fit(cls, vectors: NDArray[np.float32], owners: NDArray[np.int32]) -> "QuerySpace":
        """The space for question vectors, shape (n, dimension), of the articles `owners`, shape (n,)."""
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
        """Unit vectors, shape (n, dimension), in this space; again of length 1."""
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
        """The space in `file`, as `save` wrote it."""
        stored = np.load(file)
        return cls(stored["mean"], stored["matrix"], bool(stored["learnt"]))
