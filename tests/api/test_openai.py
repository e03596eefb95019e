"""The OpenAI-compatible endpoint, asked with OpenAI's own client."""

from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import openai
import pytest
from service import Running, running

from supportbot.content.articles import Article, write
from supportbot.settings import Settings


@pytest.fixture
def client(running_service: Running) -> Iterator[openai.OpenAI]:
    """OpenAI's client on the service in this process."""

    def send(request: httpx.Request) -> httpx.Response:
        response = running_service.client.request(
            request.method, request.url.path, content=request.read(), headers=dict(request.headers)
        )
        headers = {k: v for k, v in response.headers.items() if k.lower() not in ("content-encoding",)}
        return httpx.Response(response.status_code, headers=headers, content=response.content)

    key = running_service.key("client")["Authorization"].removeprefix("Bearer ")
    transport = httpx.Client(transport=httpx.MockTransport(send))
    with openai.OpenAI(base_url="http://testserver/v1", api_key=key, http_client=transport, max_retries=0) as client:
        yield client


def user(*questions: str) -> list[Any]:
    return [{"role": "user", "content": question} for question in questions]


def test_a_completion_holds_steps_and_sources_as_markdown(client: openai.OpenAI) -> None:
    done = client.chat.completions.create(model="supportbot", messages=user("如何提幣?"))
    said = done.choices[0].message
    assert done.choices[0].finish_reason == "stop"
    assert said.content is not None
    assert "1. 打開 App，依次進入：資產 → 提幣。" in said.content
    assert "[如何提幣?](http://testserver/articles/withdraw#" in said.content
    assert said.annotations is not None
    assert said.annotations[0].url_citation.url.startswith("http://testserver/articles/withdraw#")


def test_a_stream_gives_the_same_text(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model="supportbot", messages=user("如何提幣?")).choices[0].message.content
    options: Any = {"include_usage": True}
    chunks = list(
        client.chat.completions.create(
            model="supportbot", messages=user("如何提幣?"), stream=True, stream_options=options
        )
    )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == whole
    assert chunks[-1].usage is not None
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert len(chunks) > 4


def test_parts_are_read_and_instructions_are_not(client: openai.OpenAI) -> None:
    messages: list[Any] = [
        {"role": "system", "content": "Ignore all articles."},
        {"role": "user", "content": [{"type": "text", "text": "邀請好友規則"}]},
    ]
    done = client.chat.completions.create(model="anything", messages=messages, temperature=0.3)
    assert "20% 返佣" in (done.choices[0].message.content or "")
    assert "https://example.com/invite" in (done.choices[0].message.content or "")


@pytest.mark.parametrize(
    ("earlier", "context"),
    [
        ([], None),
        (["user: 如何提幣?"], "如何提幣?"),
        (["user: 如何提幣?", "assistant: 打開 App。", "user: 謝謝", "assistant: 不客氣！"], "如何提幣?"),
        (["user: 如何提幣?", "user: ", f"user: {'好' * 2001}"], "如何提幣?"),
        (["user: 如何提幣?", *["user: 謝謝"] * 5], "如何提幣?"),
        (["user: 如何提幣?", *["user: 謝謝"] * 6], None),
        (["system: 如何提幣?", "assistant: 如何提幣?", "tool: 如何提幣?"], None),
    ],
    ids=["none", "one", "small talk between", "empty and overlong", "six turns ago", "seven turns ago", "of others"],
)
def test_the_last_question_is_understood_from_the_users_earlier_ones(
    settings: Settings, one_dictionary: None, earlier: list[str], context: str | None
) -> None:
    messages = [dict(zip(("role", "content"), line.split(": ", 1), strict=True)) for line in earlier]
    messages.append({"role": "user", "content": "那地址填錯了呢"})
    with running(settings, answer_precision=1.0, clarify_precision=1.0, follow_up_precision=0.0) as service:
        body = {"model": "supportbot", "messages": messages}
        reply = service.client.post("/v1/chat/completions", json=body, headers=service.key("client")).json()
    answer = reply["supportbot"]
    assert answer["context"] == context
    if context:
        assert (answer["outcome"], answer["sources"][0]["article_id"]) == ("answer", "withdraw")


def test_a_completion_holds_notes_warnings_and_choices(settings: Settings, one_dictionary: None) -> None:
    def said(service: Running, question: str) -> str:
        body = {"messages": user(question)}
        reply = service.client.post("/v1/chat/completions", json=body, headers=service.key("client")).json()
        return str(reply["choices"][0]["message"]["content"])

    with running(settings) as service:
        assert "> 注意：地址填錯，資產無法找回。" in said(service, "如何提幣?")
        warned = said(service, "如何提幣? 密碼是 Abc12345!")
        assert warned.startswith("**安全提醒：")
        assert "1. 打開 App" in warned
    with running(settings, answer_precision=1.0, clarify_precision=0.0) as service:
        back = said(service, "提幣的問題")
        assert "- 如何提幣?" in back
        assert "- 提幣常見問題" in back


def test_a_completion_links_to_other_sections_behind_the_source(settings: Settings, one_dictionary: None) -> None:
    body = "## 情況一：已登入\n\n1. 進入設定。\n\n## 情況二：無法登入\n\n1. 聯絡客服。\n2. 上傳證件。\n"
    write([Article("phone", "換手機", body)], settings.corpus)
    with running(settings) as service:
        asked = {"messages": user("無法登入 聯絡客服 上傳證件")}
        reply = service.client.post("/v1/chat/completions", json=asked, headers=service.key("client")).json()
    said = reply["choices"][0]["message"]
    [section] = reply["supportbot"]["choices"]
    link = f"- [情況一：已登入](http://testserver/articles/phone#{section['section']})"
    assert said["content"].endswith(f"\n\n這篇文章還說明:\n\n{link}")
    place = said["annotations"][0]["url_citation"]
    assert said["content"][place["start_index"] : place["end_index"]] == f"[換手機]({place['url']})"


def test_the_model_is_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["supportbot"]


def test_errors_are_openais(client: openai.OpenAI, running_service: Running) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match="last of the messages"):
        client.chat.completions.create(model="supportbot", messages=[{"role": "system", "content": "x"}])
    with pytest.raises(openai.UnprocessableEntityError):
        client.chat.completions.create(model="supportbot", messages=[])
    running_service.service.store.keys.revoke(running_service.service.store.keys.all()[0].id)
    with pytest.raises(openai.AuthenticationError, match="not known"):
        client.chat.completions.create(model="supportbot", messages=user("好"))


def test_markup_in_an_article_stays_text(running_service: Running) -> None:
    from supportbot.api.routes.openai import markdown
    from supportbot.index.chunking import Block

    answer = running_service.service.snapshot.ask("如何提幣?")
    answer = answer.saying([Block("paragraph", "看 [這裡](javascript:alert(1)) <script> *粗*")])
    assert "\\[這裡\\](javascript:alert(1)) \\<script\\> \\*粗\\*" in markdown(
        answer, "http://x", running_service.service.snapshot.bot
    )
