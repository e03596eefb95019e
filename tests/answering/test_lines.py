"""An answer as lines, for the terminal and as Markdown."""

from dataclasses import replace
from typing import Any

from supportbot.answering.answer import Answer, Candidate, Choice, Source
from supportbot.answering.lines import MARKDOWN, lines
from supportbot.content import messages, platforms
from supportbot.index.chunking import Step

ANSWER = Answer(
    "answer",
    0.9,
    "提幣是*這樣*的。",
    "hant",
    "000001-00000000",
    steps=(Step(1, "打開 App", "app"), Step(2, "點擊", "app"), Step(1, "登入", "web")),
    notes=("注意地址", "注意網路"),
    sources=(Source("withdraw", "如何提幣", "App 端", "/articles/withdraw#1", "打開", "2025-01-02", False),),
)


GENERAL: Any = {"say": messages.general(), "platforms": platforms.general()}


def plain(answer: Answer) -> str:
    return "\n".join(text for _, text in lines(answer, **GENERAL))


def test_a_terminal_gets_steps_by_platform_notes_and_the_source() -> None:
    assert plain(ANSWER) == (
        "提幣是*這樣*的。\n"
        "\nApp 端\n  1. 打開 App\n  2. 點擊\n"
        "\nWeb 端\n  1. 登入\n"
        "\n請留意\n  ! 注意地址\n  ! 注意網路\n"
        "\n來源: 如何提幣 — App 端\n  /articles/withdraw#1 更新於 2025-01-02\n  這篇文章在來源處並不完整。"
    )


def test_markdown_has_escaped_text_and_links() -> None:
    written = lines(
        ANSWER, MARKDOWN, **GENERAL, escape=lambda text: text.replace("*", "\\*"), link="https://help.example{}".format
    )
    assert "\n".join(text for _, text in written).strip() == (
        "提幣是\\*這樣\\*的。\n\n"
        "**App 端**\n\n1. 打開 App\n2. 點擊\n\n"
        "**Web 端**\n\n1. 登入\n\n"
        "> 注意地址\n\n> 注意網路\n\n"
        "來源: [如何提幣](https://help.example/articles/withdraw#1)"
    )


def test_a_warning_comes_first_and_once() -> None:
    assert plain(replace(ANSWER, warning="小心")).startswith("! 小心\n提幣")
    assert plain(Answer("decline", 0, "小心", "hant", "1", warning="小心")) == "! 小心"


def test_other_sections_are_listed_below_the_source_with_links_where_the_page_is_ours() -> None:
    choices = (Choice("withdraw", "Web 端", "77b0"), Choice("withdraw", "手續費", "9f1c"))
    answer = replace(ANSWER, choices=choices)
    assert plain(answer) == f"{plain(ANSWER)}\n\n這篇文章還說明:\n  · Web 端\n  · 手續費"
    written = "\n".join(text for _, text in lines(answer, MARKDOWN, **GENERAL))
    assert written.endswith(
        "(/articles/withdraw#1)\n\n這篇文章還說明:\n\n"
        "- [Web 端](/articles/withdraw#77b0)\n- [手續費](/articles/withdraw#9f1c)"
    )
    elsewhere = replace(answer, sources=(replace(answer.sources[0], url="https://help.example/withdraw"),))
    written = "\n".join(text for _, text in lines(elsewhere, MARKDOWN, **GENERAL))
    assert written.endswith("(https://help.example/withdraw)\n\n這篇文章還說明:\n\n- Web 端\n- 手續費")


def test_a_question_back_lists_its_choices_and_a_refusal_the_nearest_articles() -> None:
    choices = (Choice("a", "甲"), Choice("b", "乙"))
    back = Answer("clarify", 0.5, "Which?", "latin", "1", choices=choices)
    assert plain(back) == "Which?\n  1. 甲\n  2. 乙"
    assert "\n".join(text for _, text in lines(back, MARKDOWN, **GENERAL)).strip() == "Which?\n\n- 甲\n- 乙"
    nearest = tuple(Candidate(name, name, 0.1) for name in "abcde")
    refusal = Answer("decline", 0.1, "No.", "latin", "1", candidates=nearest)
    assert plain(refusal) == "No.\nThe nearest articles:\n  · a\n  · b\n  · c"
