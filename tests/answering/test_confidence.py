"""Confidence: what the listed out-of-scope questions do to it."""

from collections.abc import Sequence

from conftest import Asker

from supportbot.content.articles import Article

QUESTIONS = ("提幣要多久", "邀請好友有什麼好處", "提幣的稅怎麼報", "今天天氣如何")


def listed(count: int) -> list[str]:
    """So many different questions that no article answers."""
    return [f"第 {number} 期的稅怎麼報" for number in range(count)]


def test_a_handful_of_listed_out_of_scope_questions_is_as_good_as_none(
    bot_on: Asker, articles: Sequence[Article]
) -> None:
    without = [bot_on(articles).ask(question).confidence for question in QUESTIONS]
    assert [bot_on(articles, out_of_scope=listed(5)).ask(question).confidence for question in QUESTIONS] == without


def test_what_is_like_hundreds_of_listed_out_of_scope_questions_is_declined(
    bot_on: Asker, articles: Sequence[Article]
) -> None:
    outside = "第 7 期提幣的稅怎麼報"
    without = bot_on(articles).ask(outside).confidence
    bot = bot_on(articles, out_of_scope=listed(300), answer_precision=0.5, clarify_precision=0.5)
    found = bot.ask(outside)
    assert found.outcome == "decline"
    assert found.confidence < 0.5 * without
    assert bot.ask("怎麼取消提幣？").confidence > found.confidence
