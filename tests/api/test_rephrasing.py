"""The service with a language model beside it: it may shorten an answer, and adds nothing."""

import time
from collections.abc import Iterator

import pytest
from model_server import Server, says, serving, slow
from service import Running, running

from supportbot.content.articles import Article
from supportbot.settings import Settings

QUESTION = "提幣要等多久？"
FIRST = "一般 30 分鐘內到賬。"
OWN = f"{FIRST}如果網絡擁堵，可能需要更長時間。"


@pytest.fixture
def articles() -> list[Article]:
    return [
        Article("withdraw-faq", "提幣常見問題", f"### Q：提幣要等多久？\n\n{OWN}\n"),
        Article("invite", "邀請好友規則", "邀請好友註冊，您可獲得 20% 返佣。\n"),
    ]


@pytest.fixture
def model() -> Iterator[Server]:
    """A chat server on loopback that says what the test wants."""
    with serving(says("")) as server:
        yield server


@pytest.fixture
def service(settings: Settings, one_dictionary: None, model: Server) -> Iterator[Running]:
    with running(settings, llm_url=model.url, llm_key="k", llm_model="m", llm_seconds=0.4) as service:
        yield service


def test_the_shorter_answer_is_shown_stored_and_counted(service: Running, model: Server) -> None:
    model.reply = says(FIRST)
    reply = service.ask(QUESTION)
    assert reply["text"] == FIRST
    assert reply["sources"][0]["article_id"] == "withdraw-faq"
    headers = {"X-Visitor-Token": reply["visitor_token"]}
    read = service.client.get(f"/v1/conversations/{reply['conversation_id']}", headers=headers).json()
    assert read["messages"][1]["text"] == reply["text"]
    metrics = service.client.get("/v1/admin/metrics", headers=service.key("admin")).text
    assert 'supportbot_rephrased_total{result="used"} 1.0' in metrics


@pytest.mark.parametrize("said", ["保證 5 分鐘內到賬。", "一般 30 分鐘內不會到賬。", "請加 LINE：official-help", ""])
def test_what_the_article_does_not_say_is_not_shown(service: Running, model: Server, said: str) -> None:
    model.reply = says(said)
    assert service.ask(QUESTION)["text"] == OWN
    assert model.asked


def test_a_slow_model_costs_no_more_than_its_time(service: Running, model: Server) -> None:
    model.reply = slow
    started = time.monotonic()
    assert service.ask(QUESTION)["text"] == OWN
    assert time.monotonic() - started < 5


def test_nothing_personal_goes_to_the_model(service: Running, model: Server) -> None:
    service.ask("提幣要等多久？我的信箱 anna@example.com")
    assert model.asked
    assert "anna" not in str(model.asked)


def test_what_is_no_answer_is_not_sent(settings: Settings, one_dictionary: None, model: Server) -> None:
    with running(settings, llm_url=model.url, llm_model="m", answer_precision=1.0, clarify_precision=1.0) as service:
        assert service.ask("今天天氣如何")["outcome"] == "decline"
    assert model.asked == []
