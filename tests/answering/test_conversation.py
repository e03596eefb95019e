"""Conversations: follow-ups, new topics, questions back and their choices, on a small corpus and on the real one."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from conftest import Asker

from supportbot.answering.answer import Answer
from supportbot.answering.bot import SupportBot
from supportbot.answering.conversation import Conversation
from supportbot.answering.follow_ups import Topic
from supportbot.content.articles import Article
from supportbot.errors import InputError, QuestionError
from supportbot.retrieval.filters import Filters
from supportbot.retrieval.retriever import Retrieval

pytestmark = pytest.mark.usefixtures("one_dictionary")

Talk = Callable[..., list[Answer]]


@pytest.fixture
def talk(real_bot: SupportBot) -> Talk:
    """Hold a conversation with the bot on the project's own corpus."""

    def hold(*turns: str) -> list[Answer]:
        conversation = Conversation(real_bot)
        return [conversation.ask(turn) for turn in turns]

    return hold


def articles_of(*answers: Answer) -> list[str | None]:
    return [answer.sources[0].article_id if answer.sources else None for answer in answers]


# --- follow-ups, on the real model --------------------------------------------------------------------------------


def test_a_question_that_needs_the_one_before_is_understood_from_it(talk: Talk) -> None:
    first, then = talk("怎麼新增緊急聯絡人", "那在哪裡設定")
    assert articles_of(first, then) == ["emergency-contact", "emergency-contact"]
    assert then.context == "怎麼新增緊急聯絡人"


def test_a_new_topic_is_not_dragged_back(talk: Talk) -> None:
    answers = talk("怎麼新增緊急聯絡人", "集力賺幣的神秘隊友是誰", "人臉識別一直失敗怎麼辦")
    assert articles_of(*answers) == ["emergency-contact", "team-earn-campaign-faq", "face-recognition-failure"]
    assert [answer.context for answer in answers] == [None, None, None]


def test_thanks_between_change_nothing(talk: Talk) -> None:
    first, thanks, then = talk("怎麼新增緊急聯絡人", "好的謝謝！", "那在哪裡設定")
    assert (thanks.outcome, thanks.intent) == ("clarify", "thanks")
    assert articles_of(then) == articles_of(first)
    assert then.context == "怎麼新增緊急聯絡人"


def test_a_follow_up_without_a_word_that_tells_anything_is_in_the_script_of_the_conversation(talk: Talk) -> None:
    answers = talk("怎么添加紧急联系人？", "可以 2 位 吗")  # the second is the same in both scripts
    assert answers[1].script == "hans"


def test_a_question_that_nothing_answers_is_declined_after_one_that_was_answered(talk: Talk) -> None:
    answers = talk("怎麼新增緊急聯絡人", "今天台北會下雨嗎")
    assert [answer.outcome for answer in answers] == ["answer", "decline"]


@pytest.mark.parametrize(
    "noise", ["asdf;;;%%%%ㄅㄆ", "。。。", "?", "qwertyuiop", "ㄅㄆㄇ", "สวัสดี", "9f8a7c6e", "🙈🙈"]
)
def test_noise_is_no_follow_up(talk: Talk, noise: str) -> None:
    assert [answer.outcome for answer in talk("人脸识别一直失败怎么办", noise)] == ["answer", "decline"]


# --- follow-ups, on a small corpus --------------------------------------------------------------------------------


def test_the_setting_decides_how_sure_a_follow_up_must_be(bot_on: Asker, articles: list[Article]) -> None:
    for precision, outcome, context in ((0.0, "answer", "怎麼出金"), (1.0, "decline", None)):
        strict = {"answer_precision": 1.0, "clarify_precision": 1.0}
        conversation = Conversation(bot_on(articles, **strict, follow_up_precision=precision))
        conversation.ask("怎麼出金")
        answer = conversation.ask("那要多久呢")
        assert (answer.outcome, answer.context) == (outcome, context)


def test_a_follow_up_goes_back_to_an_earlier_topic_than_the_last(bot_on: Asker, articles: list[Article]) -> None:
    articles[2] = replace(articles[2], questions=("怎麼邀請朋友",))
    conversation = Conversation(bot_on(articles, answer_precision=1.0, follow_up_precision=0.0))
    for question in ("怎麼出金", "怎麼邀請朋友"):
        assert conversation.ask(question).context is None
    answer = conversation.ask("那地址填錯了呢")
    assert (answer.context, articles_of(answer)) == ("怎麼出金", ["withdraw"])


def test_a_follow_up_of_a_follow_up_is_read_with_the_question_that_names_the_subject(
    bot_on: Asker, articles: list[Article]
) -> None:
    conversation = Conversation(bot_on(articles, answer_precision=1.0, follow_up_precision=0.0))
    for question, context in (("怎麼出金", None), ("那地址填錯了呢", "怎麼出金"), ("那要多久呢", "怎麼出金")):
        assert conversation.ask(question).context == context


def test_a_question_that_is_only_fairly_sure_of_another_article_may_be_a_follow_up(bot_on: Asker) -> None:
    bot = bot_on(
        [
            Article("withdraw", "如何提幣?", "## 提幣地址填錯\n\n無法找回。\n", questions=("提幣地址填錯",)),
            Article("deposit", "充幣說明", "## 地址填錯\n\n聯繫客服。\n", questions=("地址填錯",)),
            Article("invite", "邀請好友規則", "邀請好友註冊，您可獲得 20% 返佣。\n"),
        ],
        answer_precision=0.0,
        follow_up_precision=0.0,
    )
    assert articles_of(bot.ask("那地址填錯了呢")) == ["deposit"]
    conversation = Conversation(bot)
    conversation.ask("如何提幣?")
    answer = conversation.ask("那地址填錯了呢")
    assert (answer.context, articles_of(answer)) == ("如何提幣?", ["withdraw"])
    assert conversation.ask("充幣說明").context is None, "the very title of an article is no follow-up"


def test_the_filters_hold_for_follow_ups_and_choices(bot_on: Asker, articles: list[Article]) -> None:
    bot = bot_on(articles, answer_precision=1.0, follow_up_precision=0.0, clarify_precision=1.0)
    conversation = Conversation(bot)
    conversation.ask("如何提幣?")
    answer = conversation.ask("那地址填錯了呢", filters=Filters(category="活動"))
    assert {one.article_id for one in answer.candidates} <= {"invite"}
    conversation = Conversation(bot)
    conversation.ask("如何提幣?")
    assert {step.platform for step in conversation.ask("那要怎麼弄", filters=Filters(platform="web")).steps} == {"web"}
    assert {step.platform for step in conversation.ask(choice="withdraw", filters=Filters(platform="app")).steps} == {
        "app"
    }


# --- choices ------------------------------------------------------------------------------------------------------


@pytest.fixture
def asking_back(bot: SupportBot, monkeypatch: pytest.MonkeyPatch) -> SupportBot:
    """A bot that answers nothing but what is certain, and asks back about everything."""

    def certainty(retrieval: Retrieval) -> float:
        return 1.0 if retrieval.hits and retrieval.hits[0].pinned else 0.7

    monkeypatch.setattr(bot.confidence, "certainty", certainty)
    monkeypatch.setattr(bot, "policy", replace(bot.policy, answer_precision=0.999))
    return bot


@pytest.mark.parametrize("typed", ["", "第一個", "1", "第1个", "first", "TITLE"])
def test_a_choice_carries_the_question_that_was_asked(asking_back: SupportBot, typed: str) -> None:
    conversation = Conversation(asking_back)
    back = conversation.ask("提幣要等多久呢")
    assert back.outcome == "clarify"
    assert 2 <= len(back.choices) <= 4
    chosen = back.choices[0]
    if typed:
        answer = conversation.ask(chosen.title if typed == "TITLE" else typed)
    else:
        answer = conversation.ask(choice=chosen.article_id)
    assert answer.outcome == "answer"
    assert answer.sources[0].article_id == chosen.article_id
    assert conversation.memory.topics[0] == Topic("提幣要等多久呢", chosen.article_id)
    assert conversation.memory.choices == ()


def test_a_choice_answers_the_question_out_of_that_article(asking_back: SupportBot) -> None:
    conversation = Conversation(asking_back)
    conversation.ask("提幣要等多久呢")
    assert "30 分鐘" in conversation.ask(choice="withdraw-faq").text


def test_another_question_instead_of_a_choice_is_a_question(asking_back: SupportBot) -> None:
    conversation = Conversation(asking_back)
    conversation.ask("提幣要等多久呢")
    assert conversation.ask("邀請好友規則").sources[0].article_id == "invite"


def test_an_article_that_is_not_there_cannot_be_chosen(bot: SupportBot) -> None:
    conversation = Conversation(bot)
    before = conversation.memory
    for choice in ("none", "../withdraw", "\x00"):
        with pytest.raises(InputError, match=r"article '.*' is not in the index"):
            conversation.ask(choice=choice)
    with pytest.raises(QuestionError):
        conversation.ask("")
    assert conversation.memory == before


# --- memory -------------------------------------------------------------------------------------------------------


def test_memory_is_the_whole_state_and_stays_small(bot: SupportBot) -> None:
    conversation = Conversation(bot)
    for question in ("如何提幣?", "邀請好友規則", "提幣常見問題", "怎麼出金", "如何提幣?"):
        conversation.ask(question)
    topics = conversation.memory.topics
    assert [topic.article_id for topic in topics] == ["withdraw", "withdraw-faq", "invite"]
    resumed = Conversation(bot, conversation.memory)
    assert resumed.ask("怎麼出金").sources == conversation.ask("怎麼出金").sources


def test_the_latest_three_topics_are_remembered(bot_on: Asker) -> None:
    names = ("提幣", "充幣", "邀請好友", "身份認證", "重置密碼")
    conversation = Conversation(bot_on([Article(f"a-{n}", name, f"{name}。\n") for n, name in enumerate(names)]))
    for name in names:
        conversation.ask(name)
    assert [topic.article_id for topic in conversation.memory.topics] == ["a-4", "a-3", "a-2"]


def test_neither_secrets_nor_long_stories_are_kept(bot_on: Asker, articles: list[Article]) -> None:
    long = "如何提幣? 密碼是 Abc12345!" + "，還有很多" * 200
    for changes in ({}, {"answer_precision": 1.0, "clarify_precision": 0.0}):  # answered, and asked back
        conversation = Conversation(bot_on(articles, **changes))
        outcome = conversation.ask(long).outcome
        [topic] = conversation.memory.topics
        kept = [topic.question] if outcome == "answer" else [topic.question, conversation.memory.asked]
        assert outcome == ("clarify" if changes else "answer")
        for text in kept:
            assert text.startswith("如何提幣?")
            assert "Abc12345" not in text
            assert len(text) <= 400


def test_what_cannot_be_encoded_is_not_remembered(bot: SupportBot) -> None:
    conversation = Conversation(bot)
    conversation.ask("如何提幣\ud8b8\x00?")
    assert [topic.question for topic in conversation.memory.topics] == ["如何提幣 ?"]
