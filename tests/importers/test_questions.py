"""Plain text of questions and answers."""

from pathlib import Path

import pytest

from supportbot.errors import SourceError
from supportbot.importers import Imported, Options, Problem, stream


def found(folder: Path, text: str) -> tuple[list[Imported], list[str]]:
    file = folder / "faq.txt"
    file.write_text(text, encoding="utf-8")
    everything = list(stream(file, Options()))
    return (
        [one for one in everything if isinstance(one, Imported)],
        [str(one).removeprefix(str(file)) for one in everything if isinstance(one, Problem)],
    )


@pytest.mark.parametrize(("question", "answer"), [
    ("問：", "答："), ("问:", "答:"), ("Q：", "A："), ("Q1. ", "A1. "), ("q1: ", "a1: "), ("問題：", "解答："),
    ("問題一：", "答案一："),     ("Ｑ：", "Ａ："), ("問題 2：", "回答 2："),
])  # fmt: skip
def test_pairs_by_their_marks(question: str, answer: str, tmp_path: Path) -> None:
    text = f"{question}如何登入？\n{answer}打開 App。\n1. 點擊\n2. 完成\n\n{question}如何登出？\n\n{answer}\n再見。\n"
    (one, other), problems = found(tmp_path, text)
    assert (one.article.title, one.article.body) == ("如何登入？", "打開 App。\n\n1. 點擊\n2. 完成\n")
    assert [(step.number, step.text) for step in one.steps or ()] == [(1, "點擊"), (2, "完成")]
    assert (one.line, other.line, other.article.body) == (1, 6, "再見。\n")
    assert problems == []


def test_headings_are_categories_and_brackets_in_answers_are_text(tmp_path: Path) -> None:
    text = "【帳戶】\n一、登入問題\n\n問：甲？\n答：乙\n\n【注意】\n小心。\n"
    text += "二、註冊問題\n問：丙？\n答：丁\n【資產】\n問：戊？\n答：己\n"
    articles, problems = found(tmp_path, text)
    assert [(one.article.title, one.article.category) for one in articles] == [
        ("甲？", "帳戶 / 登入問題"),
        ("丙？", "帳戶 / 註冊問題"),
        ("戊？", "資產"),
    ]
    assert "【注意】\n小心。" in articles[0].article.body
    assert problems == []


def test_numbered_questions_with_answers_below(tmp_path: Path) -> None:
    text = "1. 如何登入？\n打開 App。\n1. 點擊\n2. 完成\n\n2、如何登出？\n再見。\n"
    (one, other), _ = found(tmp_path, text)
    assert (one.article.title, one.article.body) == ("如何登入？", "打開 App。\n\n1. 點擊\n2. 完成\n")
    assert (other.article.title, other.article.body) == ("如何登出？", "再見。\n")


def test_several_questions_of_one_answer_long_questions_and_pairs_on_one_line(tmp_path: Path) -> None:
    text = "Q: 一？\nQ: 二？\nA: 甲\nQ: 三，\n又三？\nA: 乙\nQ: 四？ A: 丙\nQ:\n五？\nA: 丁\n"
    articles, _ = found(tmp_path, text)
    assert [(one.article.title, one.article.questions, one.article.body) for one in articles] == [
        ("一？", ("二？",), "甲\n"), ("三， 又三？", (), "乙\n"), ("四？", (), "丙\n"), ("五？", (), "丁\n"),
    ]  # fmt: skip


def test_signs_of_plain_text_stay_and_what_is_left_out_is_told(tmp_path: Path) -> None:
    (one,), problems = found(tmp_path, "客服部整理\n問：甲？\n答：2 * 3 * 4 <b> a_b\n問：乙？\n")
    assert one.article.body.replace("\\", "") == "2 * 3 * 4 <b> a_b\n"
    assert problems == [
        ":1: 1 line(s) above the first question not carried: '客服部整理'",
        ":4: '乙？' has no answer; skipped",
    ]


def test_a_text_that_is_neither_is_refused_with_what_is_accepted(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"neither questions nor articles .*; expected .*問：.*發佈於") as caught:
        found(tmp_path, "就是文字\n沒有別的。\n")
    assert "\n" not in str(caught.value)


def test_a_help_centres_list_is_still_read_as_such(tmp_path: Path) -> None:
    (one,), _ = found(tmp_path, "如何登入?\n打開網站。問：甲？答：乙。發佈於 2025年1月1日更新於 2025年1月2日9\n")
    assert (one.article.title, one.article.views) == ("如何登入?", 9)
