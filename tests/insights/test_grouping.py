"""Questions that mean the same come together; those that share only a subject do not."""

import datetime as dt
import itertools
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from supportbot.answering.bot import SupportBot
from supportbot.embedding.hashing import HashEncoder
from supportbot.insights.grouping import MAX_SPELLINGS, AskedQuestion, GapReason, Group, group

if TYPE_CHECKING:
    from numpy.typing import NDArray

MONDAY = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
LABELLED = [
    json.loads(line) for line in (Path(__file__).parents[1] / "data" / "groups.jsonl").read_text("utf-8").splitlines()
]


def asked(text: str, hours: int = 0, reason: GapReason = "declined", nearest: str | None = None) -> AskedQuestion:
    return AskedQuestion(text, MONDAY + dt.timedelta(hours=hours), reason, nearest)


class Plane:
    """An encoder of made vectors: a number in the text is its meaning, what follows is noise, and "middle" none."""

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension
        self.texts: list[str] = []

    def __call__(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        self.texts += texts
        vectors = [self._meaning(int(text.split()[0])) + 0.1 * self._noise(text) for text in texts]
        return np.array([vector / np.linalg.norm(vector) for vector in vectors], np.float32)

    def _meaning(self, number: int) -> "NDArray[np.float64]":
        return np.random.default_rng(number).normal(size=self.dimension)

    def _noise(self, text: str) -> "NDArray[np.float64]":
        if text.endswith("middle"):
            return np.zeros(self.dimension)
        return np.random.default_rng(list(text.encode())).normal(size=self.dimension)

    @property
    def background(self) -> "NDArray[np.float32]":
        return self([f"{number} background" for number in range(1000, 1400)])


def test_spellings_of_one_question_are_one_even_with_nothing_to_compare() -> None:
    questions = [
        asked("提幣要多久？", 3, "disliked", "withdraw"),
        asked("提币 要多久", 1, nearest="deposit"),
        asked("提幣要多久？", 2, "clarified", "withdraw"),
        asked("怎麼入金", 9),
    ]
    first, second = group(questions, HashEncoder().encode_queries)
    assert first == Group(
        id=first.id,
        question="提幣要多久？",
        questions=("提幣要多久？", "提币 要多久"),
        count=3,
        declined=1,
        clarified=1,
        disliked=1,
        first=MONDAY + dt.timedelta(hours=1),
        last=MONDAY + dt.timedelta(hours=3),
        nearest="withdraw",
    )
    assert (second.question, second.count, second.nearest) == ("怎麼入金", 1, None)
    assert first.id != second.id


def test_nothing_asked_gives_no_groups() -> None:
    assert group([], Plane()) == []


def test_what_means_the_same_comes_together_the_largest_first() -> None:
    encode = Plane()
    questions = [asked(f"{number} {letter}", number) for number in range(6) for letter in "abcdefgh"[: number + 1]]
    groups = group(questions, encode, background=encode.background)
    assert [(found.count, {text[0] for text in found.questions}) for found in groups] == [
        (number + 1, {str(number)}) for number in reversed(range(6))
    ]


def test_of_two_equally_large_groups_the_later_comes_first() -> None:
    groups = group([asked("1 a", 1), asked("2 a", 5), asked("3 a", 3)], Plane())
    assert [found.question for found in groups] == ["2 a", "3 a", "1 a"]


def test_the_order_of_the_questions_does_not_matter() -> None:
    encode = Plane()
    questions = [asked(f"{number % 9} {number}", number % 4, nearest=f"article-{number % 3}") for number in range(60)]
    groups = group(questions, encode, background=encode.background)
    assert len(groups) == 9
    for seed in range(3):
        random.Random(seed).shuffle(questions)
        assert group(questions, encode, background=encode.background) == groups


def test_the_id_stays_when_others_join_later() -> None:
    encode = Plane()
    questions = [asked("1 a", 0), asked("1 b", 1), asked("2 a", 2)]
    ids = {found.questions[0][0]: found.id for found in group(questions, encode, background=encode.background)}
    questions += [asked(f"1 {number}", 3 + number) for number in range(30)]
    grown = group(questions, encode, background=encode.background)
    assert {found.questions[0][0]: found.id for found in grown} == ids
    assert (grown[0].count, len(grown[0].questions)) == (32, MAX_SPELLINGS)


def test_the_question_shown_is_the_one_in_the_middle() -> None:
    encode = Plane()
    questions = [asked(f"1 {letter}") for letter in ("a", "b", "middle", "x", "y")]
    assert group(questions, encode, background=encode.background)[0].question == "1 middle"


def test_each_distinct_question_is_encoded_once_in_its_normal_form() -> None:
    encode = Plane()
    group([asked("1 提幣"), asked("1 提币！"), asked("２ 提幣"), asked("1 提幣")], encode)
    assert encode.texts == ["1 提币", "2 提币"]


@pytest.mark.parametrize("text", ["", "\0", "？？", "\ud800", "\u200b", "長" * 100_000, "a" * 2000])
def test_any_text_may_have_been_asked(text: str) -> None:
    (found,) = group([asked(text), asked(text)], HashEncoder().encode_queries)
    assert found.count == 2
    found.question.encode("utf-8")


def test_what_thousands_ask_in_their_own_words_is_one_group() -> None:
    encode = Plane()
    questions = [asked(f"{number % 2} {number}", number) for number in range(2000)]
    groups = group(questions, encode, background=encode.background)
    assert [found.count for found in groups] == [1000, 1000]


def test_labelled_groups_are_found_by_the_real_model(real_bot: SupportBot) -> None:
    texts = [(one["id"], text) for one in LABELLED for text in one["questions"]]
    assert sum(len(one["questions"]) > 1 for one in LABELLED) >= 40
    assert sum(len(one["questions"]) == 1 for one in LABELLED) >= 60

    def encode(questions: Sequence[str]) -> "NDArray[np.float32]":
        return real_bot.encoder.encode_queries([real_bot.analyzer.normalise(question) for question in questions])

    groups = group([asked(text) for _, text in texts], encode, background=real_bot.index.encoded_questions)
    label = {text: name for name, text in texts}
    together = [pair for found in groups for pair in itertools.combinations(found.questions, 2)]
    right = sum(label[one] == label[other] for one, other in together)
    wanted = sum(len(one["questions"]) * (len(one["questions"]) - 1) // 2 for one in LABELLED)
    assert right / len(together) >= 0.85
    assert right / wanted >= 0.09
