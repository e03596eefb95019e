"""The space of an index: what makes vectors of one sort alike is taken out, what tells articles apart is kept."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from supportbot.index import cohort
from supportbot.index.space import OWN, Space

RNG = np.random.default_rng(0)
QUESTIONS = [f"{'怎麼退款' * (1 + number % 4)}{number}" for number in range(80)]
ENGLISH = [f"how do I get a refund {number}" for number in range(20)]


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return found


def narrow(count: int, dimension: int = 32) -> NDArray[np.float32]:
    """Vectors that all point roughly the same way, as those of many encoders do."""
    return unit(3 * np.eye(dimension)[0] + RNG.normal(size=(count, dimension)) / np.sqrt(dimension))


def fitted(chunks: NDArray[np.float32], titles: NDArray[np.float32], owners: NDArray[np.int32]) -> Space:
    return Space.fit(chunks, titles, owners, QUESTIONS, narrow(len(QUESTIONS)))


def test_unrelated_texts_are_unlike_although_the_model_finds_all_alike() -> None:
    chunks, titles = narrow(200), narrow(50)
    space = fitted(chunks, titles, np.arange(50, dtype=np.int32))
    question = narrow(1)[0]
    assert (chunks @ question).min() > 0.8
    assert abs(float((space.chunks(chunks) @ space.question("怎麼退款", question)).mean())) < 0.1
    assert abs(float((space.titles(titles) @ space.as_title("怎麼退款", question)).mean())) < 0.1
    assert np.allclose(np.linalg.norm(space.chunks(chunks), axis=1), 1, atol=1e-5)


def test_what_the_form_of_a_question_tells_of_its_vector_is_taken_out() -> None:
    asked = [*QUESTIONS, *ENGLISH]
    shift = np.array([np.eye(32)[1] * len(question) / 10 + np.eye(32)[2] * question.isascii() for question in asked])
    vectors = unit(narrow(len(asked)) + shift)
    space = Space.fit(narrow(20), narrow(20), np.arange(20, dtype=np.int32), asked, vectors)
    placed = np.array([space.question(text, vector) for text, vector in zip(asked, vectors, strict=True)])
    lengths = np.array([len(question) for question in asked])
    assert np.corrcoef(vectors[:, 1], lengths)[0, 1] > 0.5
    assert abs(np.corrcoef(placed[:80, 1], lengths[:80])[0, 1]) < 0.3
    english = placed[80:, 2].mean() - placed[:80, 2].mean()
    assert abs(english) < 0.3 * (vectors[80:, 2].mean() - vectors[:80, 2].mean())


def test_what_differs_between_questions_of_one_article_counts_less() -> None:
    answers = np.eye(16)[:4].repeat(40, axis=0)  # four articles, in four directions
    styles = np.eye(16)[8] * RNG.normal(size=(160, 1))  # every question is asked in a style of its own
    vectors = unit(answers + 1.5 * styles + 0.05 * RNG.normal(size=(160, 16)))
    owners = np.arange(4, dtype=np.int32).repeat(40)
    space = Space.fit(vectors, vectors, owners, QUESTIONS, narrow(len(QUESTIONS), 16))
    plain = replace(space, matrix=np.eye(16, dtype=np.float32))

    def gap(points: NDArray[np.float32]) -> float:
        similarity = points @ points.T
        return float(similarity[owners[:, None] == owners].mean() - similarity.mean())

    assert gap(space.titles(vectors)) > 1.1 * gap(plain.titles(vectors))


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 500])
def test_one_question_more_changes_little(count: int) -> None:
    vectors, owners = narrow(count + 1), (np.arange(count + 1) // 3).astype(np.int32)
    before, after = (fitted(narrow(10), vectors[:size], owners[:size]) for size in (count, count + 1))
    assert np.abs(after.matrix - before.matrix).max() < OWN
    assert np.abs(after.title_mean - before.title_mean).max() < 0.1


def test_an_index_without_anything_has_a_space() -> None:
    none = np.zeros((0, 32), np.float32)
    space = fitted(none, none, np.zeros(0, np.int32))
    assert np.array_equal(space.matrix, np.eye(32))
    assert space.chunks(none).shape == (0, 32)


def test_a_single_chunk_is_not_its_own_mean() -> None:
    space = fitted(narrow(1), narrow(1), np.zeros(1, np.int32))
    assert np.linalg.norm(space.chunks(narrow(1))) == pytest.approx(1)


def test_a_space_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    space = fitted(narrow(50), narrow(200), (np.arange(200) // 10).astype(np.int32))
    space.save(tmp_path / "space.npz")
    again = Space.load(tmp_path / "space.npz")
    assert np.array_equal(again.titles(narrow(3)[:0]), space.titles(narrow(3)[:0]))
    for name in ("form", "chunk_mean", "title_mean", "cohort_mean", "matrix"):
        assert np.array_equal(getattr(again, name), getattr(space, name))


def test_the_cohort_holds_many_questions_each_once_in_three_scripts() -> None:
    questions = cohort.questions()
    assert len(questions) >= 500
    assert len(set(questions)) == len(questions)
    assert all(question == question.strip() and len(question) <= 200 for question in questions)
    assert sum(question.isascii() for question in questions) >= 40
