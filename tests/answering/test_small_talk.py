"""Greetings, thanks, goodbyes and requests for a person; a question in polite words stays a question."""

import time

import pytest

from supportbot.answering.bot import SupportBot
from supportbot.answering.small_talk import recognise

pytestmark = pytest.mark.usefixtures("one_dictionary")


@pytest.mark.parametrize(
    ("intent", "texts"),
    [
        (
            "greeting",
            ["你好", "您好！請問一下", "哈囉 有人在嗎", "在吗", "早安", "ｈｅｌｌｏ", "helloooo", "Hi there!", "help"],
        ),
        (
            "thanks",
            ["謝謝你", "非常感謝您的幫忙～", "ok thx", "好的", "收到，謝啦", "👍", "唔該晒", "Thank you so much!!"],
        ),
        ("goodbye", ["掰掰", "再見", "bye bye", "謝謝，再見", "晚安", "thanks a lot, bye"]),
        (
            "person",
            [
                "我要找真人客服",
                "轉人工",
                "请转人工客服谢谢",
                "不要機器人，我要人工",
                "有沒有真人可以跟我說",
                "人工",
                "I want to talk to a human please",
                "can I speak with a real person?",
                "live agent",
            ],
        ),
        (
            None,
            [
                "你好，怎麼提幣",
                "謝謝，可是我還是不會",
                "OK那用電腦呢",
                "客服打電話給我要驗證碼",
                "真人認證失敗",
                "。。。",
                "",
                "?",
                "human verification failed",
                "is this person from support real or a scammer",
                "嗯嗯喔喔啊",
                "我要提幣",
            ],
        ),
    ],
)
def test_small_talk_is_told_from_questions(intent: str | None, texts: list[str]) -> None:
    assert {text: recognise(text) for text in texts} == dict.fromkeys(texts, intent)


def test_hostile_text_takes_no_time() -> None:
    started = time.perf_counter()
    for text in ("謝" * 60, "謝" * 59 + "x", "thanks " * 8 + "x", "!" * 60, "哈" * 2000, "\ud800" * 50):
        recognise(text)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("text", "outcome", "intent", "said"),
    [
        ("你好", "clarify", "greeting", "您好！請直接輸入您的問題"),
        ("谢谢", "clarify", "thanks", "不客气！如果还有其他问题"),
        ("bye", "clarify", "goodbye", "Thank you, goodbye."),
        ("我要真人客服", "handoff", "person", "這就請人工客服來協助您"),
    ],
)
def test_the_bot_replies_in_the_askers_script(bot: SupportBot, text: str, outcome: str, intent: str, said: str) -> None:
    answer = bot.ask(text)
    assert (answer.outcome, answer.intent) == (outcome, intent)
    assert said in answer.text
    assert answer.sources == ()
    assert answer.choices == ()
