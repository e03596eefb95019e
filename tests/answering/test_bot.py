"""The bot as customers meet it: refused questions, and right answers of the real model on the project's articles."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Asker
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from supportbot.answering.answer import CANDIDATES
from supportbot.answering.bot import MAX_QUESTION_CHARACTERS, SupportBot, check_question
from supportbot.content.articles import Article
from supportbot.errors import QuestionError, SettingsError
from supportbot.retrieval.filters import Filters
from supportbot.serving.opening import open_bot
from supportbot.settings import Settings

pytestmark = pytest.mark.usefixtures("one_dictionary")


# --- questions that cannot be answered because of their form ------------------------------------------------------


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\u3000", "\x00", "\u200b\ufeff", "\ud800", "\ufe0f"])
def test_an_empty_question_is_refused(bot: SupportBot, question: str) -> None:
    for refuse in (bot.ask, bot.search, check_question):
        with pytest.raises(QuestionError, match="the question is empty; expected a line of text"):
            refuse(question)
    answer = bot.unanswerable(question)
    assert (answer.outcome, answer.confidence, answer.text) == ("decline", 0.0, "請輸入您的問題。")


def test_a_question_that_is_too_long_is_refused_with_the_limit(bot: SupportBot) -> None:
    assert MAX_QUESTION_CHARACTERS == 2000
    asked = ("answer", "clarify", "decline")
    assert bot.ask("提" * 2000).outcome in asked
    assert bot.ask("提" * 2000 + "\u200b \n").outcome in asked, "what nobody sees does not count"
    for refuse in (bot.ask, bot.search, check_question):
        with pytest.raises(QuestionError, match="the question has 2001 characters; expected at most 2000"):
            refuse("提" * 2001)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("問題" * 1500, "問題太長：有 3000 個字，最多 2000 個字。請說重點。"),
        ("问题" * 1500, "问题太长：有 3000 个字，最多 2000 个字。请说重点。"),
        ("x" * 3000, "The question is too long: 3000 characters, at most 2000. Please shorten it."),
    ],
)
def test_what_to_say_to_an_overlong_question_is_in_its_script(bot: SupportBot, question: str, text: str) -> None:
    answer = bot.unanswerable(question)
    assert (answer.outcome, answer.text, answer.candidates) == ("decline", text, ())
    assert answer.index_version == bot.index.version


def test_an_unknown_mode_is_refused(bot: SupportBot) -> None:
    with pytest.raises(SettingsError, match="mode 'best' is unknown; expected one of hybrid, dense, lexical"):
        bot.search("提幣", mode="best")


@examples(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=80))
def test_whatever_is_typed_gets_an_answer_or_a_question_error(bot: SupportBot, question: str) -> None:
    try:
        answer = bot.ask(question)
    except QuestionError as error:
        assert "the question is empty" in str(error)  # noqa: PT017
        return
    json.dumps(answer.as_dict()).encode("utf-8")
    assert answer.text


def test_what_is_asked_with_invisible_characters_is_answered_as_without(bot: SupportBot) -> None:
    plain = bot.ask("如何提幣?")
    odd = bot.ask("\ufeff如何\u200b提幣?\x00\ud800")
    assert dataclasses.replace(odd, timings_ms=()) == dataclasses.replace(plain, timings_ms=())


def test_a_bot_loads_its_dictionary_when_it_is_warmed_up_and_not_before(settings: Settings) -> None:
    (settings.corpus / "lexicon.yaml").write_text("version: 1\nwords: [外部地址]\n", encoding="utf-8")
    bot = open_bot(settings)
    assert "_jieba" not in vars(bot.analyzer)
    bot.warm_up()
    assert "_jieba" in vars(bot.analyzer)
    assert bot.analyzer.words("外部地址") == ["外部", "地址", "外部地址", "=地址"]


# --- the real model -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "article_id"),
    [
        ("舊手機門號停用了，驗證碼都收不到，要怎麼換成新的號碼？", "security-item-unavailable"),
        ("旧手机号不用了收不到验证码，怎么换绑新号码？", "security-item-unavailable"),
        ("刷臉驗證老是失敗，手機相機權限要開嗎", "face-recognition-failure"),
        ("人脸识别一直过不去怎么办", "face-recognition-failure"),
        ("想設定一位緊急聯絡人，步驟是什麼", "emergency-contact"),
        ("怎么判断联系我的人是不是官方客服", "official-channel-verification"),
        ("有人說我中獎了，要先付手續費才能領，是詐騙嗎", "scam-identification"),
        ("公司可以開幾個企業帳號", "business-account-verification"),
        ("How do I verify that a Telegram account really belongs to OKX?", "official-channel-verification"),
        ("Where can I add an emergency contact in the app?", "emergency-contact"),
        ("身粉認證要怎麼完成", "personal-identity-verification"),
        ("緊急連係人在哪裡設置", "emergency-contact"),
    ],
)
def test_the_right_article_answers_a_question_in_the_customers_own_words(
    real_bot: SupportBot, question: str, article_id: str
) -> None:
    answer = real_bot.ask(question)
    assert answer.candidates[0].article_id == article_id
    assert answer.outcome == "answer", answer.confidence
    assert answer.sources[0].article_id == article_id
    assert 0.5 <= answer.confidence < 1, "none of these is a question that the article lists itself"


@pytest.mark.parametrize(
    "question", ["今天台北會下雨嗎？", "推荐一部好看的科幻电影", "What is the best recipe for apple pie?"]
)
def test_a_question_that_no_article_answers_is_declined_with_the_nearest_articles(
    real_bot: SupportBot, question: str
) -> None:
    answer = real_bot.ask(question)
    assert (answer.outcome, answer.sources, answer.steps) == ("decline", (), ())
    assert answer.confidence < 0.5
    assert len(answer.candidates) == CANDIDATES


def test_the_answer_to_a_how_question_has_the_articles_steps(real_bot: SupportBot) -> None:
    answer = real_bot.ask("请问紧急联系人要怎么添加")
    assert answer.sources[0].article_id == "emergency-contact"
    assert [step.number for step in answer.steps] == [1, 2, 3, 4, 5, 6, 7]
    assert answer.steps[0].path[-1] == "紧急联系人"
    assert {step.platform for step in answer.steps} == {"app"}


def test_a_category_narrows_where_the_real_model_looks(real_bot: SupportBot) -> None:
    assert real_bot.search("怎麼做身份認證").hits[0].article.id == "personal-identity-verification"
    hits = real_bot.search("怎麼做身份認證", filters=Filters(category="機構與企業")).hits
    assert hits[0].article.id in ("business-account-verification", "trust-verification")
    assert {hit.article.category for hit in hits} == {"機構與企業"}


# --- importing and starting ---------------------------------------------------------------------------------------


def test_answering_needs_neither_torch_nor_the_network(bot: SupportBot, tmp_path: Path) -> None:
    """A fresh process answers from the built index with both forbidden."""
    program = """
import socket, sys
from pathlib import Path
def forbidden(*args, **kwargs):
    raise AssertionError("the network was used")
socket.socket.connect = forbidden
sys.modules["torch"] = None
from supportbot.serving.opening import open_bot
from supportbot.settings import load
root = Path(sys.argv[1])
reports = []
settings = load(corpus=root / "corpus", index=root / "index", cache=root / "cache", model="hash")
answer = open_bot(settings, report=reports.append).ask("如何提币?")
print(answer.sources[0].article_id, answer.script, [one for one in reports if one.startswith("index")])
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("withdraw hans []\n", 0), done.stderr


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("xyzzy", Filters(article="invite")),
        ("邀請好友", Filters(article="invite", category="資產")),
        ("提幣", Filters(article="steps", platform="web")),
        ("不要這篇", Filters(article="steps")),
    ],
)
def test_an_article_that_was_chosen_answers_whatever_it_scores(
    bot_on: Asker, articles: list[Article], question: str, filters: Filters
) -> None:
    steps = Article("steps", "提幣步驟", "## App 端\n\n1. 打開 App。\n", platforms=("app",), excluded=("不要這篇",))
    answer = bot_on([*articles, steps], answer_precision=1.0).ask(question, filters=filters)
    assert (answer.outcome, answer.sources[0].article_id) == ("answer", filters.article)
