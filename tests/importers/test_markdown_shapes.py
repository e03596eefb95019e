"""Shapes of Markdown that help centres publish, and what stands in the article."""

import pytest

from supportbot.importers.counting import steps_of
from supportbot.importers.markdown import simplify


def body(text: str) -> str:
    return simplify(text).text.rstrip("\n")


def numbers(text: str) -> list[int]:
    return [step.number for step in steps_of(text)]


def test_an_imported_component_keeps_its_meaning_and_title() -> None:
    text = 'import { Aside } from \'@astrojs/starlight/components\';\n\n<Aside type="caution" title="小心">不要關閉</Aside>'
    assert body(text) == "> 小心\n>\n> 不要關閉"


@pytest.mark.parametrize("mark", ["<b>{}</b>", "<strong>{}</strong>", "**{}**"])
def test_the_question_of_a_bold_summary_is_a_plain_heading(mark: str) -> None:
    text = f"<details><summary>{mark.format('Q3. 可以退嗎？')}</summary>可以。</details>"
    assert body(text) == "### Q3：可以退嗎？\n\n可以。"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("【問】有保固嗎？", "【答】一年。"),
        ("【Q】有保固嗎？", "【A】一年。"),
        ("【问题】有保固嗎？", "【回答】一年。"),
    ],
)
def test_questions_in_lenticular_brackets(question: str, answer: str) -> None:
    assert body(f"{question}\n{answer}") == f"### Q：有保固嗎？\n\n{answer}"


def test_questions_whose_marks_end_with_an_enumeration_comma() -> None:
    assert body("Q6、可以嗎？\nA6、可以。\n\nQ7. 真的？\nA7. 真的。") == (
        "### Q6：可以嗎？\n\nA6、可以。\n\n### Q7：真的？\n\nA7. 真的。"
    )


def test_options_that_only_look_like_answers_stay() -> None:
    text = "方案 Q1. 上半年\n\nA1 紙張\n\nA. 選項"
    assert body(text) == text
