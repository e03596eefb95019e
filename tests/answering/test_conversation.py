"""Conversations: follow-ups, new topics, questions back and their choices, on a small corpus and on the real one."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from supportbot.answering.answer import Answer
from supportbot.answering.bot import SupportBot
from supportbot.answering.conversation import LONGEST_TOPIC, MOST_TOPICS, Conversation, Memory
from supportbot.answering.follow_ups import Topic
from supportbot.errors import InputError, QuestionError
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


def articles(answers: list[Answer]) -> list[str | None]:
    return [answer.sources[0].article_id if answer.sources else None for answer in answers]


# --- follow-ups, on the real model --------------------------------------------------------------------------------


def test_a_question_that_needs_the_one_before_is_understood_from_it(talk: Talk) -> None:
    first, then = talk("怎麼新增緊急聯絡人", "那在哪裡設定")
    assert articles([first, then]) == ["emergency-contact", "emergency-contact"]
    assert then.context == "怎麼新增緊急聯絡人"


def test_a_new_topic_is_not_dragged_back(talk: Talk) -> None:
    answers = talk("怎麼新增緊急聯絡人", "集力賺幣的神秘隊友是誰", "人臉識別一直失敗怎麼辦")
    assert articles(answers) == ["emergency-contact", "team-earn-campaign-faq", "face-recognition-failure"]
    assert [answer.context for answer in answers] == [None, None, None]


def test_thanks_between_change_nothing(talk: Talk) -> None:
    first, thanks, then = talk("怎麼新增緊急聯絡人", "好的謝謝！", "那在哪裡設定")
    assert (thanks.outcome, thanks.intent) == ("clarify", "thanks")
    assert articles([then]) == articles([first])
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
    assert len(topics) <= MOST_TOPICS
    resumed = Conversation(bot, conversation.memory)
    assert resumed.ask("怎麼出金").sources == conversation.ask("怎麼出金").sources


def test_neither_secrets_nor_long_stories_are_kept(bot: SupportBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot, "policy", replace(bot.policy, answer_precision=0.0))
    conversation = Conversation(bot, Memory())
    conversation.ask("如何提幣? 密碼是 Abc12345!" + "，還有很多" * 200)
    [topic] = conversation.memory.topics
    assert "Abc12345" not in topic.question
    assert len(topic.question) <= LONGEST_TOPIC


def test_what_cannot_be_encoded_is_not_remembered(bot: SupportBot) -> None:
    conversation = Conversation(bot)
    conversation.ask("如何提幣\ud8b8\x00?")
    assert [topic.question for topic in conversation.memory.topics] == ["如何提幣 ?"]
