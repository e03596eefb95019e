"""What a corpus says its own way reaches customers: messages and platforms, through every interface."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Cli
from service import Running, running

from supportbot.content.articles import Article, write
from supportbot.settings import Settings

MESSAGES = """\
version: 1
messages:
  person: {hant: 櫃檯人員馬上來。, latin: Our staff will be with you.}
  safety: {hant: 請勿告訴我們卡號。, latin: Never tell us a card number.}
  secret_shown: {hant: 請立刻換密碼。, latin: Change it.}
  steps: {hant: 做法, latin: How}
  source: {hant: 出處, latin: From}
"""
PLATFORMS = """\
version: 1
platforms:
  counter:
    labels: {hant: 門市櫃檯, latin: At the counter}
    alone: [門市]
"""
RETURNS = """\
## 門市

1. 帶發票到櫃檯。

## App 端

1. 打開訂單，點擊退貨。
"""


@pytest.fixture
def shop(corpus: Path) -> Path:
    """A corpus with messages and a platform of its own."""
    write([Article("returns", "如何退貨？", RETURNS, platforms=("counter", "app"))], corpus)
    (corpus / "messages.yaml").write_text(MESSAGES, encoding="utf-8")
    (corpus / "platforms.yaml").write_text(PLATFORMS, encoding="utf-8")
    return corpus


@pytest.fixture
def service(shop: Path, settings: Settings, one_dictionary: None) -> Iterator[Running]:
    with running(settings) as service:
        yield service


def test_visitors_get_labels_and_the_warning_in_their_script(service: Running) -> None:
    for locale, label, safety in (
        ("", "門市櫃檯", "請勿告訴我們卡號。"),
        ("zh-CN", "门市柜台", "请勿告诉我们卡号。"),
        ("en", "At the counter", "Never tell us a card number."),
    ):
        site = service.client.get("/v1/site", params={"locale": locale}).json()
        assert (site["platforms"]["counter"], site["safety"]) == (label, safety)
        assert list(site["platforms"]) == ["app", "web", "counter"]


def test_articles_and_searches_know_the_platforms_of_the_corpus(service: Running) -> None:
    article = service.client.get("/v1/articles/returns").json()
    assert article["platforms"] == ["counter", "app"]
    assert [section["platform"] for section in article["sections"]] == ["counter", "app"]
    agent = service.key("agent")
    found = service.client.get("/v1/search", params={"q": "如何退貨", "platform": "counter"}, headers=agent)
    assert found.json()["hits"][0]["article_id"] == "returns"
    wrong = service.client.get("/v1/search", params={"q": "如何退貨", "platform": "ios"}, headers=agent)
    assert wrong.status_code == 422
    assert "platform 'ios' is unknown; expected one of app, web, counter" in wrong.json()["error"]["message"]


def test_the_pages_offer_the_platforms_of_the_corpus_and_show_its_sections_in_tabs(service: Running) -> None:
    page = service.client.get("/search", params={"q": "如何退貨", "platform": "counter"}).text
    assert '<option value="counter" selected>門市櫃檯</option>' in page
    assert 'role="tablist"' in service.client.get("/articles/returns").text


def test_the_pages_warn_of_a_secret_in_the_words_of_the_corpus(service: Running) -> None:
    assert "請立刻換密碼。" in service.client.get("/search", params={"q": "密碼是 hunter2!x，怎麼退貨"}).text


def test_a_person_is_announced_in_the_words_of_the_corpus(service: Running) -> None:
    reply = service.ask("如何退貨？")
    token = {"X-Visitor-Token": reply["visitor_token"]}
    conversation = f"/v1/conversations/{reply['conversation_id']}"
    service.client.post(f"{conversation}/handoff", json={"reason": "asked_for_person"}, headers=token)
    said = service.client.get(conversation, headers=token).json()["messages"]
    assert said[-1]["text"] == "櫃檯人員馬上來。"


def test_the_openai_endpoint_names_platforms_and_source_in_the_words_of_the_corpus(service: Running) -> None:
    body = {"model": "supportbot", "messages": [{"role": "user", "content": "門市如何退貨？"}]}
    done = service.client.post("/v1/chat/completions", json=body, headers=service.key("client"))
    said = done.json()["choices"][0]["message"]["content"]
    assert "**門市櫃檯**" in said
    assert "出處: [如何退貨？]" in said


def test_the_command_line_does_so_too(shop: Path, cli: Cli) -> None:
    said = cli("ask", "門市如何退貨？")
    assert "門市櫃檯\n  1. 帶發票到櫃檯。" in said.out
    assert "出處: 如何退貨？" in said.out
    assert "請先" not in said.out
    assert cli("search", "退貨", "--platform", "counter").status == 0
    wrong = cli("ask", "退貨", "--platform", "ios")
    assert (wrong.status, wrong.out) == (2, "")
    assert "platform 'ios' is unknown; expected one of app, web, counter" in wrong.err
