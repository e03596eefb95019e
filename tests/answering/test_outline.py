"""The other sections of an article: which are offered below an answer, and how one of them is chosen."""

from dataclasses import replace
from typing import Any

import pytest
from conftest import Asker

from supportbot.answering.answer import Answer, Choice
from supportbot.answering.bot import SupportBot
from supportbot.answering.conversation import Conversation, Memory
from supportbot.content.articles import Article
from supportbot.errors import InputError
from supportbot.retrieval.filters import Filters
from supportbot.text.scripts import convert

pytestmark = pytest.mark.usefixtures("one_dictionary")

PHONE = """\
更換手機前請先備份。

## 情況一：您已登入

1. 進入設定。
2. 換手機。

## 情況二：您無法登入

1. 聯絡客服。
2. 上傳證件。

## 情況三：號碼已停用

1. 申訴門號。
2. 等候審核。
"""
CASES = ["情況一：您已登入", "情況二：您無法登入", "情況三：號碼已停用"]
ASKED = "無法登入 聯絡客服 上傳證件"


@pytest.fixture
def phone(bot_on: Asker, articles: list[Article]) -> SupportBot:
    """A bot on an article with three cases, and on the small corpus."""
    return bot_on([Article("phone", "換手機", PHONE), *articles])


def offered(answer: Answer) -> list[str]:
    return [choice.title for choice in answer.choices]


def headings(answer: Answer) -> list[str]:
    return [source.heading for source in answer.sources]


def steps(answer: Answer) -> list[str]:
    return [step.text for step in answer.steps]


# --- what is offered ----------------------------------------------------------------------------------------------


def test_the_sections_that_an_answer_does_not_show_are_offered(phone: SupportBot) -> None:
    answer = phone.ask(ASKED)
    assert headings(answer) == [CASES[1]]
    assert sorted(offered(answer)) == [CASES[0], CASES[2]]
    rows = phone.index.chunk_rows(phone.index.article_rows["phone"])
    first_chunks = {phone.index.chunk(row).heading: phone.index.chunk(row).id for row in rows}
    assert {choice.article_id for choice in answer.choices} == {"phone"}
    assert all(choice.section == first_chunks[choice.title] for choice in answer.choices)


def test_a_heading_is_offered_in_the_script_of_the_answer(phone: SupportBot) -> None:
    wanted = {convert(CASES[place], source="hant", target="hans") for place in (0, 2)}
    assert {*offered(phone.ask("无法登录 联络客服 上传证件", script="hans"))} == wanted


def test_the_nearest_sections_come_first_and_four_at_most(bot_on: Asker) -> None:
    sections = "".join(
        f"## 情況{name}\n\n1. {name}號{thing}。\n\n"
        for name, thing in zip("甲乙丙丁戊己庚", "一二三四五六七", strict=True)
    )
    answer = bot_on([Article("cases", "七種情況", sections + "## 換卡\n\n1. 重新插入晶片卡。\n")]).ask(
        "重新插入晶片卡 換卡 戊號五"
    )
    assert headings(answer) == ["換卡"]
    assert len(answer.choices) == 4
    assert offered(answer)[0] == "情況戊"


def test_a_section_that_is_shown_is_not_offered(bot_on: Asker, articles: list[Article]) -> None:
    bot = bot_on(articles)
    assert offered(bot.ask("如何提幣?")) == []
    [other] = bot.ask("如何提幣?", filters=Filters(platform="app")).choices
    assert other.title == "Web 端"


def test_an_article_with_one_section_or_of_questions_offers_nothing(bot_on: Asker, articles: list[Article]) -> None:
    bot = bot_on([*articles, Article("card", "遺失卡片", "## 掛失\n\n撥打客服電話。\n")])
    for question in ("遺失卡片", "邀請好友規則", "可以取消提幣嗎？"):
        answer = bot.ask(question)
        assert (answer.outcome, answer.choices) == ("answer", ()), question


def test_below_the_answer_to_a_question_a_section_that_is_none_is_offered(bot_on: Asker) -> None:
    body = (
        "## Q：積分會過期嗎？\n\n一年後過期。\n\n## Q：積分能轉讓嗎？\n\n不能轉讓。\n\n## 兌換流程\n\n1. 打開商城。\n"
    )
    answer = bot_on([Article("points", "積分", body)]).ask("積分會過期嗎？")
    assert answer.text == "一年後過期。"
    assert offered(answer) == ["兌換流程"]


def test_neither_headings_that_tell_nothing_nor_boilerplate_are_offered(bot_on: Asker) -> None:
    def body(number: int) -> str:
        return (
            f"## 原因\n\n網路{number}不穩。\n\n## 機型{number}\n\n1. 重開機{number}。\n\n"
            f"## 故障{number}\n\n再看一次。\n\n## 情況{number}\n\n1. 拔電{number}。\n\n"
            f"## 相關文章\n\n- 故障1\n- 故障2\n"
        )

    bot = bot_on([Article(f"broken-{number}", f"故障{number}", body(number)) for number in range(1, 4)])
    answer = bot.ask("重開機1 機型1")
    assert headings(answer) == ["機型1"]
    assert offered(answer) == ["情況1"], "neither a template's heading, nor the title, nor a list of links"


def test_headings_of_the_same_words_are_offered_with_those_above_them(bot_on: Asker) -> None:
    body = "## 安裝\n\n1. 下載。\n\n## 甲\n\n### 重設\n\n1. 長按甲鍵。\n\n## 乙\n\n### 重設\n\n1. 長按乙鍵。\n"
    bot = bot_on([Article("device", "裝置", body)])
    assert sorted(offered(bot.ask("下載 安裝"))) == ["乙：重設", "甲：重設"]
    conversation = Conversation(bot)
    conversation.ask("下載 安裝")
    assert steps(conversation.ask("乙：重設")) == ["長按乙鍵。"]


# --- how one is chosen --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", "HEADING", "第一個", "第1个", "the first one"])
def test_a_chosen_section_answers_the_earlier_question(phone: SupportBot, typed: str) -> None:
    conversation = Conversation(phone)
    one = conversation.ask(ASKED).choices[0]
    if typed:
        answer = conversation.ask(one.title if typed == "HEADING" else typed)
    else:
        answer = conversation.ask(choice=one.article_id, section=one.section)
    assert (answer.outcome, headings(answer)) == ("answer", [one.title])
    assert steps(answer) in (["進入設定。", "換手機。"], ["申訴門號。", "等候審核。"])
    assert conversation.memory.asked == ASKED
    assert CASES[1] in offered(answer), "the section that was shown first can be chosen again"
    assert one.title not in offered(answer)


@pytest.mark.parametrize("typed", ["1", "一", "２", "二"])
def test_a_mere_number_below_an_answer_chooses_nothing(phone: SupportBot, typed: str) -> None:
    conversation = Conversation(phone)
    conversation.ask(ASKED)
    conversation.ask(typed)
    assert conversation.memory.asked != ASKED


def test_a_section_shows_its_own_lines_only(phone: SupportBot) -> None:
    rows = phone.index.chunk_rows(phone.index.article_rows["phone"])
    for row in rows:
        chunk = phone.index.chunk(row)
        answer = phone.ask(ASKED, filters=Filters(article="phone", section=chunk.id))
        assert steps(answer) == [step.text for step in chunk.steps]
        assert headings(answer) == [chunk.heading]


def test_a_section_of_another_platform_than_asked_for_can_be_chosen(bot_on: Asker, articles: list[Article]) -> None:
    conversation = Conversation(bot_on(articles))
    app = Filters(platform="app")
    [web] = conversation.ask("如何提幣?", filters=app).choices
    answer = conversation.ask(choice=web.article_id, section=web.section, filters=app)
    assert {step.platform for step in answer.steps} == {"web"}


def test_a_section_that_answers_nothing_can_be_read(bot_on: Asker) -> None:
    body = "## 重設\n\n長按電源鍵。\n\n## 相關文章\n\n- 如何重設\n- 如何開機\n"
    bot = bot_on([Article("reset", "如何重設", body), Article("start", "如何開機", "按一下電源鍵。\n")])
    links = bot.index.chunk(bot.index.chunk_rows(bot.index.article_rows["reset"])[-1])
    answer = bot.ask("如何重設", filters=Filters(article="reset", section=links.id))
    assert (headings(answer), answer.text) == (["相關文章"], links.text)


def test_an_older_offer_is_answered_by_its_own_heading(phone: SupportBot) -> None:
    conversation = Conversation(phone)
    one = conversation.ask(ASKED).choices[0]
    conversation.ask("邀請好友規則")
    answer = conversation.ask(choice=one.article_id, section=one.section)
    assert headings(answer) == [one.title]
    assert conversation.memory.asked == one.title


def test_a_follow_up_keeps_its_subject_when_a_section_is_chosen(phone: SupportBot) -> None:
    conversation = Conversation(phone)
    one = conversation.ask(ASKED).choices[0]
    conversation.memory = replace(conversation.memory, asked="那要多久")
    conversation.ask(choice=one.article_id, section=one.section)
    assert conversation.memory.topics[0].question == ASKED


@pytest.mark.parametrize("given", [{"choice": "phone", "section": "0" * 16}, {"choice": "invite"}, {}])
def test_a_section_of_another_article_or_of_none_is_refused(phone: SupportBot, given: dict[str, Any]) -> None:
    conversation = Conversation(phone)
    section = conversation.ask(ASKED).choices[0].section
    before = conversation.memory
    with pytest.raises(InputError, match=r"^section '[0-9a-f]{16}' is not in .*; expected .*$"):
        conversation.ask("換手機", **{"section": section, **given})
    assert conversation.memory == before


def test_an_older_memory_and_an_older_answer_are_read(phone: SupportBot) -> None:
    old = {"article_id": "phone", "title": "換手機"}
    memory = Memory.from_dict({"topics": [], "asked": ASKED, "choices": [old], "script": None, "region": "tw"})
    assert memory.choices == (Choice("phone", "換手機", ""),)
    assert headings(Conversation(phone, memory).ask("1")) == [CASES[1]], "an offered article is chosen as before"
    plain = phone.ask(ASKED).as_dict()
    plain["choices"] = [old]
    assert Answer.from_dict(plain).choices == memory.choices
    conversation = Conversation(phone)
    conversation.ask(ASKED)
    assert Memory.from_dict(conversation.memory.as_dict()) == conversation.memory


# --- instead of an answer -----------------------------------------------------------------------------------------

LINES = "退款會退回原付款方式，退款時間依發卡銀行而定，請耐心等候並留意銀行的退款通知。"
REFUNDS = "".join(
    f"## {name}\n\n{LINES}{name}的退款請見帳單明細，{name}部分依當期公告辦理。{LINES}{LINES}\n\n"
    for name in ("超商取貨", "宅配到府", "門市自取", "海外直送", "預購商品", "禮物卡")
)


def test_where_no_section_is_sure_and_all_are_long_the_customer_chooses(bot_on: Asker) -> None:
    conversation = Conversation(bot_on([Article("refund", "退款說明", REFUNDS)]))
    outline = conversation.ask("退款時間 退款通知")
    assert (outline.outcome, outline.text) == ("clarify", "「退款說明」分成幾個部分，請問您想看哪一個？")
    assert len(outline.choices) == 4
    assert all(choice.section and choice.article_id == "refund" for choice in outline.choices)
    answer = conversation.ask(outline.choices[1].title)
    assert (answer.outcome, headings(answer)) == ("answer", [outline.choices[1].title])


def test_who_asks_by_title_or_names_a_section_gets_an_answer(bot_on: Asker) -> None:
    bot = bot_on([Article("refund", "退款說明", REFUNDS)])
    assert bot.ask("退款說明").outcome == "answer"
    assert bot.ask("海外直送的退款").sources[0].heading == "海外直送"
    short = bot_on([Article("refund", "退款說明", "".join(f"## {name}\n\n退款三天。\n\n" for name in "甲乙丙丁"))])
    assert short.ask("退款要幾天").outcome == "answer", "so little is read faster than chosen from"
