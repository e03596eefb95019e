"""The extractive check: what a reply can bring to the customer is the article's own text, and never out of context."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from supportbot.content.articles import read_article
from supportbot.index.chunking import split
from supportbot.rephrasing.check import extract, units
from supportbot.text import scripts

CORPUS = Path(__file__).parents[2] / "corpus"
JUDGED = Path(__file__).parents[1] / "data" / "rephrasing.jsonl"

FIRST = "提幣一般在 30 分鐘內到賬。"
CONGESTED = "如果網絡擁堵，到賬可能需要更長時間。"
LOST = "地址填錯，資產無法找回！"
FORBIDDEN = "以下情況不可以提幣：\n- 餘額不足\n- 把密碼告訴他人"
FEE = "手續費\n每筆提幣收取 1.5 USDT。VIP 用戶免費。"
TEXT = f"{FIRST}{CONGESTED}\n{LOST}\n\n{FORBIDDEN}\n\n{FEE}"


def article_text(name: str) -> str:
    """Everything an article says, in sections under their headings, as an answer shows it."""
    sections: dict[tuple[str, ...], list[str]] = {}
    for chunk in split(read_article(CORPUS / "articles" / f"{name}.md")):
        sections.setdefault(chunk.heading_path, [*chunk.heading_path[-1:]]).append(chunk.text)
    return "\n\n".join("\n".join(lines) for lines in sections.values())


def sentences(text: str) -> list[str]:
    return [sentence.strip() for section in units(text) for unit in section for sentence in unit]


def is_cut_out(shown: str, text: str) -> bool:
    """Whether all sentences of `shown` stand in `text`, in this order."""
    rest = iter(sentences(text))
    return all(sentence in rest for sentence in sentences(shown))


def judged(*, kept: bool) -> list[Any]:
    cases = map(json.loads, JUDGED.read_text(encoding="utf-8").splitlines())
    return [pytest.param(case, id=case["text"][:16]) for case in cases if case["kept"] is kept]


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (FIRST, FIRST),
        (f"{FIRST}{LOST}", f"{FIRST}\n{LOST}"),
        (LOST, f"{FIRST}\n{LOST}"),  # the first unit always stays
        (f"{LOST}{FIRST}", f"{FIRST}\n{LOST}"),  # and so does the order of the article
        (FIRST * 3, FIRST),
        (TEXT, TEXT),
        ("提幣一般在30分鐘內到賬", FIRST),
        ("提币一般在 30 分钟内到账。", FIRST),
        (f"# **{FIRST}** 😊\u202e\x00", FIRST),
        (f"{FIRST[:-1]}，{CONGESTED}", f"{FIRST}{CONGESTED}"),  # two neighbours as one sentence
        ("餘額不足", f"{FIRST}\n\n{FORBIDDEN}"),  # an item brings its list and what leads in to it
        ("把密碼告訴他人。", f"{FIRST}\n\n{FORBIDDEN}"),
        ("VIP 用戶免費。", f"{FIRST}\n\n{FEE}"),  # a section keeps its heading
        ("每筆提幣收取 15 USDT。", f"{FIRST}\n\n{FEE}"),  # digits match folded; what is shown is the article's 1.5
    ],
)
def test_what_a_reply_quotes_is_shown_in_the_articles_own_characters(reply: str, shown: str) -> None:
    assert extract(reply, TEXT) == shown


@pytest.mark.parametrize(
    "reply",
    [
        "",
        " \n\u200b。！",
        "😊",
        "您好！" + FIRST,
        FIRST + "詳情見 https://evil.example/a",
        "提幣一般在 10 分鐘內到賬。",
        "提幣一般不在 30 分鐘內到賬。",
        "提幣在 30 分鐘內到賬。",  # generally
        "提幣一般在 30 分鐘內到賬嗎？",
        "提幣一般在 30 分鐘內到賬，我們保證賠償。",
        "到賬可能需要更長時間。",  # if the network is congested
        "如果網絡擁堵，",
        "資產無法找回！",
        "可以提幣：",  # a substring that says the opposite
        "可以提幣",
        "可以",
        "不",
        "到賬。如果網絡擁堵，到賬可能需要更長時間。",  # the tail of one sentence and the next
        "提幣一般在 30 分鐘內到賬。如果網絡擁堵",
        "提幣",
        "USDT。VIP",
        "免費。",
        "Withdrawals usually arrive within 30 minutes.",
        "出金は30分以内です。",
        "<script>alert(1)</script>" + FIRST,
        f"[{FIRST}](https://evil.example)",
    ],
)
def test_a_reply_that_says_anything_else_is_refused(reply: str) -> None:
    assert extract(reply, TEXT) == ""


@pytest.mark.parametrize(
    ("text", "kept_together"),
    [
        ("每天提幣免費，次數不限。但 VIP 0 用戶除外。", True),
        ("每天提幣免費，次數不限。\n不過，VIP 0 用戶除外。", True),
        ("每天提幣免費，次數不限。（VIP 0 用戶除外。）", True),
        ("每天提幣免費，次數不限。否則收取 5 USDT。", True),
        ("帳戶可能會受到臨時限制。此時可以聯繫客服。", True),
        ("非常抱歉，不可以。認證之後不能更改身份信息。", True),
        ("可以取消這筆提幣訂單嗎？提交之後不可以取消。", True),
        ("已經認證的用戶：\n每天最多可以提幣十次。", True),
        ("已經認證的用戶看這裡\n每天最多可以提幣十次。", True),
        ("下面的行為都是禁止的。\n- 把密碼告訴其他人。\n- 點擊來源不明的鏈接。", True),
        ("提幣免費（每天五次（含）以內。超過的須付費）。", True),
        ('請不要相信"提幣一律免費。現在就匯款"這樣的消息。', True),
        ("已經認證的用戶請看以下說明。每天最多可以提幣十次。", True),
        ("請先填寫提幣的地址和數量。然後點擊【確認】。", True),
        ("提幣免費（每天五次以內。超過的部分必須付費）。充幣一般也不收費。", False),
        ("Withdrawals are free of charge.\nHowever, VIP 0 pays a fee.", True),
        ("Withdrawals are free of charge.\nDeposits take ten minutes.", False),
        ("每天提幣免費，次數不限。充幣一般十分鐘內到賬。", False),
    ],
)
def test_a_sentence_stays_with_what_it_depends_on(text: str, kept_together: bool) -> None:
    (section,) = units(text)
    assert (len(section) == 1) is kept_together
    assert "".join(sentence for unit in section for sentence in unit) == text


def test_a_section_keeps_its_beginning() -> None:
    section = "尚未認證的用戶請注意！\n每天最多可以提幣十次。\n充錯網絡的資產無法找回。"
    assert extract("充錯網絡的資產無法找回。", f"{FIRST}\n\n{section}") == (
        f"{FIRST}\n\n尚未認證的用戶請注意！\n充錯網絡的資產無法找回。"
    )


@pytest.mark.parametrize("case", judged(kept=False))
def test_what_an_article_does_not_say_word_for_word_is_refused(case: dict[str, Any]) -> None:
    assert extract(case["text"], article_text(case["article"])) == ""


@pytest.mark.parametrize("case", judged(kept=True))
def test_what_an_article_says_word_for_word_is_kept(case: dict[str, Any]) -> None:
    text = article_text(case["article"])
    shown = extract(case["text"], text)
    assert shown
    assert is_cut_out(shown, text)


@pytest.mark.parametrize("name", [path.stem for path in sorted((CORPUS / "articles").glob("*.md"))])
def test_a_copy_of_an_article_is_the_article_in_either_script(name: str) -> None:
    text = article_text(name)
    assert extract(text, text) == text
    assert extract(scripts.convert(text, source="hant", target="hans"), text) == text


_PIECES = [*TEXT, *TEXT.split("。"), *TEXT.split("\n"), FIRST, CONGESTED, FORBIDDEN, FEE, "不", "免費", "5", "x", "("]


@hypothesis_settings(deadline=None, max_examples=500)
@given(st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=3)), max_size=8))
def test_no_reply_adds_or_reorders_anything(pieces: list[str]) -> None:
    shown = extract("".join(pieces), TEXT)
    assert not shown or is_cut_out(shown, TEXT)


@pytest.mark.parametrize(
    "piece", ["提", "提幣。", "不", "30", "【", "「」", "（", "（）", "，", "。", "- a\n", "\n", "但。", "如果"]
)
def test_hostile_text_takes_no_time(piece: str) -> None:
    started = time.perf_counter()
    long = piece * (4000 // len(piece))
    extract(long * 2, TEXT)
    extract(FIRST, f"{FIRST}\n{long}")
    extract(long, long)
    assert time.perf_counter() - started < 5
