"""Asking back: when the bot does, how many articles it offers, and how one of them is chosen."""

from collections.abc import Sequence

import pytest
from conftest import Asker

from supportbot.answering.conversation import Conversation
from supportbot.content.articles import Article

OTHERS = [
    Article("invite", "邀請好友規則", "邀請好友註冊，您可獲得返佣。\n"),
    Article("card", "信用卡申請", "申請信用卡要填寫表格。\n"),
    Article("kyc", "身份認證", "上傳證件照片，等待審核結果。\n"),
    Article("mail", "綁定郵箱", "在安全頁面輸入郵箱和驗證碼。\n"),
]
QUESTION = "提幣失敗的原因是什麼"


def about_failure(count: int) -> Sequence[Article]:
    """Articles that are about equally near to `QUESTION`."""
    more = ["", "請稍候再試。", "也可以聯繫客服。"]
    return [
        Article(f"failure-{n}", f"提幣失敗的原因{name}", f"提幣失敗的原因{name}：請核對地址。{more[n % 3]}\n")
        for n, name in zip(range(count), "甲乙丙丁戊己", strict=False)
    ]


@pytest.mark.parametrize(("near", "offered"), [(1, 2), (2, 2), (3, 3), (4, 4), (6, 4)])
def test_two_to_four_articles_are_offered_those_that_are_about_as_near(bot_on: Asker, near: int, offered: int) -> None:
    bot = bot_on([*about_failure(near), *OTHERS], answer_precision=1.0, clarify_precision=0.0)
    answer = bot.ask(QUESTION)
    assert answer.outcome == "clarify"
    ranked = [(candidate.article_id, candidate.title) for candidate in answer.candidates]
    assert [(choice.article_id, choice.title) for choice in answer.choices] == ranked[:offered]
    assert {choice.article_id for choice in answer.choices[:near]} <= {f"failure-{n}" for n in range(near)}


def test_where_there_is_nothing_to_choose_from_nothing_is_asked(bot_on: Asker) -> None:
    answer = bot_on(about_failure(1), answer_precision=1.0, clarify_precision=0.0).ask(QUESTION)
    assert (answer.outcome, answer.choices) == ("decline", ())
    assert len(answer.candidates) == 1


def test_the_setting_decides_from_which_confidence_on_the_bot_asks_back(bot_on: Asker) -> None:
    articles = [*about_failure(2), *OTHERS]
    confidence = bot_on(articles, answer_precision=1.0).ask(QUESTION).confidence
    assert 0.05 < confidence < 0.98
    for least, outcome in ((confidence - 0.01, "clarify"), (confidence + 0.01, "decline")):
        assert bot_on(articles, answer_precision=1.0, clarify_precision=least).ask(QUESTION).outcome == outcome
    assert bot_on(articles, answer_precision=0.0, clarify_precision=0.0).ask(QUESTION).outcome == "answer"


@pytest.mark.parametrize(
    ("typed", "place"),
    [("2", 1), ("二", 1), ("第二個", 1), ("second", 1), ("３", 2), ("第三个", 2), ("第四個", 3), ("the fourth one", 3)],
)
def test_each_offered_article_can_be_chosen_by_its_place(bot_on: Asker, typed: str, place: int) -> None:
    conversation = Conversation(
        bot_on([*about_failure(4), *OTHERS], answer_precision=1.0, clarify_precision=0.0, follow_up_precision=1.0)
    )
    offered = conversation.ask(QUESTION).choices
    answer = conversation.ask(typed)
    assert answer.outcome == "answer"
    assert answer.sources[0].article_id == offered[place].article_id


def test_a_place_beyond_the_offered_ones_is_no_choice(bot_on: Asker) -> None:
    conversation = Conversation(
        bot_on([*about_failure(2), *OTHERS], answer_precision=1.0, clarify_precision=0.0, follow_up_precision=1.0)
    )
    assert len(conversation.ask(QUESTION).choices) == 2
    assert conversation.ask("第三個").outcome != "answer"


def test_what_has_nothing_to_do_with_any_article_is_declined_however_low_the_bar(bot_on: Asker) -> None:
    bot = bot_on([*about_failure(4), *OTHERS], answer_precision=1.0, clarify_precision=0.0)
    for question in ("恐龍滅絕了", "how to cook rice", "asdf qwer"):
        assert bot.ask(question).outcome == "decline", question


# --- articles of one title -----------------------------------------------------------------------------------------


def same_title(**fields: Sequence[str]) -> list[Article]:
    """Articles of one title that differ in these fields."""
    rows = zip(*fields.values(), strict=True)
    return [
        Article(f"a{number}", "安裝與更新", f"安裝與更新：第{number}種。\n", **dict(zip(fields, row, strict=True)))
        for number, row in enumerate(rows)
    ]


@pytest.mark.parametrize(
    ("articles", "shown"),
    [
        (same_title(category=["Windows", "Mac"]), {"安裝與更新（Windows）", "安裝與更新（Mac）"}),
        (
            same_title(category=["客戶端"] * 2, source_id=["win/install.md", "mac/install.md"]),
            {"安裝與更新（win）", "安裝與更新（mac）"},
        ),
        (same_title(source_id=["a.md", "b.md"]), {"安裝與更新"}),
    ],
    ids=["by category", "by folder", "by nothing"],
)
def test_articles_of_one_title_are_told_apart_when_the_bot_asks_back(
    bot_on: Asker, articles: list[Article], shown: set[str]
) -> None:
    bot = bot_on([*articles, *OTHERS], answer_precision=1.0, clarify_precision=0.0)
    answer = bot.ask("怎麼安裝與更新")
    assert answer.outcome == "clarify"
    assert {choice.title for choice in answer.choices if choice.article_id.startswith("a")} == shown
