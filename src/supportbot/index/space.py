"""The space of an index, in which questions, chunks and titles are compared.

The vectors of an encoder lie close together, in a direction that tells what sort of text was encoded, not what it is
about. Three things are taken out, so that the cosine of unrelated texts is about 0 with any encoder:

- of chunks, and of titles, their mean;
- of a question, what its form (length, share of Latin words) lets expect of its vector: a linear regression on the
  cohort (`cohort.py`), which holds questions about anything. Compared with titles it is, the more questions of
  customers are among these, the mean of the titles;
- where articles have several questions, the directions in which questions of one article differ: within-class
  covariance normalisation (Hatch, Kajarekar & Stolcke 2006). Questions with the same answer differ in style and
  length, which say nothing about the answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from supportbot.text import han

Vectors = NDArray[np.float32]

PRIOR = 10
"""The number of vectors that the cohort's mean counts for in the mean of chunks, or titles: one chunk has no mean."""

OWN = 0.2
"""The weight, 0 to 1, of the covariance of very many questions against the identity; .1 to .3 did equally well."""

HALF = 200
"""With this many questions their covariance has half of the weight `OWN`: each question more changes little."""

_LATIN_WORD = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Space:
    """The linear maps of one index.

    Attributes:
        form: the coefficients of the regression on a question's form, shape (6, dimension).
        asked: how far titles are questions of customers themselves, 0 to 1, so that these share their mean.
        chunk_mean, title_mean, cohort_mean: each subtracted from the vectors of its sort, shape (dimension,).
        matrix: multiplied where questions are compared with titles, shape (dimension, dimension).

    >>> space = Space.fit(vectors.chunks, vectors.titles, title_articles, cohort.questions, cohort_vectors)
    >>> space.titles(vectors.titles) @ space.as_title("怎麼提幣", vector)
    """

    form: Vectors
    chunk_mean: Vectors
    title_mean: Vectors
    cohort_mean: Vectors
    matrix: Vectors
    asked: float

    @classmethod
    def fit(
        cls, chunks: Vectors, titles: Vectors, owners: NDArray[np.int32], cohort: Sequence[str], encoded: Vectors
    ) -> "Space":
        """Return the space of an index.

        `chunks` and `titles` are their vectors, shape (n, dimension), `owners` the article row of each title,
        `encoded` the vectors of the questions `cohort`.
        """
        shapes = np.array([_form(question) for question in cohort])
        ridge = 1e-3 * len(shapes) * np.eye(shapes.shape[1])
        form = np.linalg.solve(shapes.T @ shapes + ridge, shapes.T @ encoded)
        prior = encoded.mean(axis=0)
        return cls(
            form.astype(np.float32),
            _mean(chunks, prior),
            _mean(titles, prior),
            prior,
            _whitening(titles, owners),
            _asked(owners),
        )

    def question(self, text: str, vector: Vectors) -> Vectors:
        """Return a question's vector, shape (dimension,), to be compared with `chunks`; `text` is what was encoded."""
        return _unit(vector - _form(text) @ self.form)

    def as_title(self, text: str, vector: Vectors) -> Vectors:
        """Return a question's vector, shape (dimension,), to be compared with `titles` and `cohort`."""
        expected = (1 - self.asked) * (_form(text) @ self.form) + self.asked * self.title_mean
        return _unit((vector - expected) @ self.matrix)

    def chunks(self, vectors: Vectors) -> Vectors:
        """Return the vectors of chunks, shape (n, dimension)."""
        return _unit(vectors - self.chunk_mean)

    def titles(self, vectors: Vectors) -> Vectors:
        """Return the vectors of titles, articles' questions and out-of-scope questions, shape (n, dimension)."""
        return _unit((vectors - self.title_mean) @ self.matrix)

    def cohort(self, vectors: Vectors) -> Vectors:
        """Return the vectors of the cohort's questions, shape (n, dimension)."""
        return _unit((vectors - self.cohort_mean) @ self.matrix)

    def save(self, file: Path) -> None:
        """Write the space to `file` (.npz)."""
        np.savez(file, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, file: Path) -> "Space":
        """Return the space that `save` wrote to `file`."""
        stored = np.load(file)
        return cls(**{field.name: stored[field.name] for field in fields(cls)})


def _form(text: str) -> NDArray[np.float32]:
    """Return what the form of a question is, shape (6,): a constant, its length and its share of Latin words."""
    latin = len(_LATIN_WORD.findall(text))
    count = latin + len(han.CHARACTER.findall(text))
    length, share = np.log1p(count), latin / max(count, 1)
    return np.array([1, length, length**2, share, share**2, share == 1], np.float32)


def _asked(owners: NDArray[np.int32]) -> float:
    """Return how much is known of how customers ask, from 0 without any question of an article to 1 with very many."""
    questions = len(owners) - len(np.unique(owners))
    return questions / (questions + HALF)


def _mean(vectors: Vectors, prior: Vectors) -> Vectors:
    mean: Vectors = (vectors.sum(axis=0) + PRIOR * prior) / (len(vectors) + PRIOR)
    return mean


def _whitening(vectors: Vectors, owners: NDArray[np.int32]) -> Vectors:
    """Return the matrix that evens out the directions in which the questions of one article differ."""
    dimension = vectors.shape[1]
    _, article, counts = np.unique(owners, return_inverse=True, return_counts=True)
    several = counts[article] > 1
    if not several.any():
        return np.eye(dimension, dtype=np.float32)
    centres = np.zeros((len(counts), dimension))
    np.add.at(centres, article, vectors)
    scatter = (vectors - centres[article] / counts[article, None])[several]
    covariance = scatter.T @ scatter / len(scatter)
    even = np.trace(covariance) / dimension
    own = OWN * len(scatter) / (len(scatter) + HALF)
    covariance = own * covariance + (1 - own) * even * np.eye(dimension)
    values, directions = np.linalg.eigh(covariance)
    matrix: Vectors = (directions / np.sqrt(values) @ directions.T * np.sqrt(even)).astype(np.float32)
    return matrix


def _unit(vectors: NDArray[np.floating[Any]]) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.ascontiguousarray(vectors / np.maximum(lengths, 1e-12), np.float32)
