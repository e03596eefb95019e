"""Questions without content get a question back, never an article."""

import pytest
from conftest import Asker

from supportbot.content.articles import Article

ARTICLES = [
    Article("refund", "退款多久到帳", "退款三天到帳。為什麼要等？因為銀行要處理。\n"),
    Article("refund-how", "怎麼申請退款", "點擊【訂單】→【退款】。怎麼用優惠券？見下。\n"),
    Article("broken", "打不開怎麼辦", "重新啟動。錯誤代碼 E1043 表示網路中斷。\n"),
]


@pytest.mark.parametrize(
    "question",
    [
        "怎么用",
        "怎麼弄",
        "为什么",
        "為什麼",
        "有什么用",
        "可以吗",
        "在哪裡",
        "多久",
        "多少錢",
        "可以教我嗎",
        "沒反應",
        "失敗",
        "打不開",
        "我有問題想問",
        "how",
        "why",
    ],
)
def test_a_question_without_a_subject_is_asked_back_without_choices(bot_on: Asker, question: str) -> None:
    answer = bot_on(ARTICLES).ask(question)
    assert (answer.outcome, answer.sources, answer.choices) == ("clarify", (), ())
    assert answer.text == bot_on(ARTICLES).messages("vague", answer.script)


@pytest.mark.parametrize("question", ["退款", "退款？", "refund"])
def test_a_lone_topic_is_asked_back_with_choices(bot_on: Asker, question: str) -> None:
    answer = bot_on(ARTICLES).ask(question)
    assert answer.outcome == "clarify"
    assert 2 <= len(answer.choices) <= 4
    assert answer.sources == ()


@pytest.mark.parametrize("question", ["怎麼退款", "退款多久", "E1043", "申請退款"])
def test_a_question_that_says_what_it_is_about_is_answered(bot_on: Asker, question: str) -> None:
    assert bot_on(ARTICLES).ask(question).outcome == "answer"


def test_a_topic_that_no_article_holds_is_no_topic(bot_on: Asker) -> None:
    assert bot_on(ARTICLES, answer_precision=1.0, clarify_precision=1.0).ask("恐龍").outcome == "decline"


def test_what_the_team_pinned_is_answered_however_short(bot_on: Asker) -> None:
    pinned = Article("kyc", "如何完成身份認證", "上傳證件。\n", pinned=("KYC",))
    assert bot_on([*ARTICLES, pinned]).ask("KYC").sources[0].article_id == "kyc"
