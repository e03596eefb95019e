"""The service as a customer meets it."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from service import Running, running
from sqlalchemy import text

from supportbot.content.articles import Article, write
from supportbot.settings import Settings

SEED = "abandon ability able about above absent absorb abstract absurd abuse access accident"


def events(body: str) -> list[tuple[str, str, dict[str, Any]]]:
    """The id, name and data of each event of a stream."""
    found = []
    for block in body.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if line and not line.startswith(":"))
        if "data" in fields:
            found.append((fields.get("id", ""), fields["event"], json.loads(fields["data"])))
    return found


def test_a_question_gets_the_articles_own_answer(running_service: Running) -> None:
    reply = running_service.ask("如何提幣?")
    assert reply["outcome"] == "answer"
    assert [step["text"] for step in reply["steps"]][:2] == [
        "打開 App，依次進入：資產 → 提幣。",
        "選擇幣種，填寫地址。",
    ]
    assert reply["sources"][0]["article_id"] == "withdraw"
    assert running_service.client.get(reply["sources"][0]["url"]).status_code == 200
    direct = running_service.service.snapshot.bot.ask("如何提幣?").as_dict()
    assert {name: reply[name] for name in direct if name != "timings_ms"} == {
        name: value for name, value in direct.items() if name != "timings_ms"
    }


def test_the_answer_follows_the_script_and_the_page(running_service: Running) -> None:
    assert "提币" in running_service.ask("如何提币?")["sources"][0]["title"]
    assert running_service.ask("hello", locale="zh-CN")["script"] == "latin"
    assert running_service.ask("手", locale="zh-CN")["script"] == "hans"
    assert running_service.ask("手", locale="zh-TW")["script"] == "hant"


@pytest.mark.parametrize("locale", ["zh-Hant-CN", "zh-Hant-SG", "zh_Hant_MY", "zh-TW", "zh", "yue"])
def test_readers_of_traditional_get_it_in_chat_and_on_pages(running_service: Running, locale: str) -> None:
    assert running_service.ask("手", locale=locale)["script"] == "hant"
    starters = running_service.client.get("/v1/site", params={"locale": locale}).json()["starters"]
    assert "如何提幣?" in starters
    page = running_service.client.get("/", headers={"Accept-Language": locale.replace("_", "-"), "Accept": "text/html"})
    assert '<html lang="zh-Hant">' in page.text


@pytest.mark.parametrize("locale", ["💥", "-", "zh" + "-x" * 16, "12", "\x00\x00"])
def test_a_locale_that_is_none_is_safe(running_service: Running, locale: str) -> None:
    assert running_service.ask("手", locale=locale)["outcome"]
    assert running_service.client.get("/v1/site", params={"locale": locale}).status_code == 200


def test_a_conversation_goes_on_and_is_read_again(running_service: Running) -> None:
    first = running_service.ask("如何提幣?")
    token, key = first["visitor_token"], first["conversation_id"]
    second = running_service.ask("邀請好友規則", token, conversation_id=key)
    assert (second["conversation_id"], second["visitor_token"]) == (key, token)
    read = running_service.client.get(f"/v1/conversations/{key}", headers={"X-Visitor-Token": token}).json()
    assert read["state"] == "bot"
    assert [(one["number"], one["author"]) for one in read["messages"]] == [
        (1, "visitor"),
        (2, "bot"),
        (3, "visitor"),
        (4, "bot"),
    ]
    assert read["messages"][3]["answer"]["sources"][0]["article_id"] == "invite"
    later = running_service.client.get(f"/v1/conversations/{key}?after=3", headers={"X-Visitor-Token": token}).json()
    assert [one["number"] for one in later["messages"]] == [4]


def test_a_choice_answers_the_question_that_waited(settings: Settings, one_dictionary: None) -> None:
    with running(settings, answer_precision=1.0, clarify_precision=0.0) as service:
        first = service.ask("提幣的問題")
        assert first["outcome"] == "clarify"
        choice = first["choices"][1]["article_id"]
        reply = service.ask("", first["visitor_token"], conversation_id=first["conversation_id"], choice=choice)
        assert reply["outcome"] == "answer"
        assert reply["sources"][0]["article_id"] == choice


@pytest.fixture
def asking_back(settings: Settings, one_dictionary: None) -> Iterator[Running]:
    """A service that always asks back."""
    with running(settings, answer_precision=1.0, clarify_precision=0.0) as service:
        yield service


def chosen(service: Running, **body: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """The reply to the choice of 「提幣常見問題」 after a question back, and its offer."""
    first = service.ask("提幣的問題")
    offer = next(one for one in first["choices"] if one["article_id"] == "withdraw-faq")
    sent = {"choice": offer["article_id"], "conversation_id": first["conversation_id"], **body}
    response = service.client.post("/v1/chat", json=sent, headers={"X-Visitor-Token": first["visitor_token"]})
    assert response.status_code == 200, response.text
    return response.json(), offer


def test_a_choice_without_a_question_is_stored_as_the_title_that_was_chosen(asking_back: Running) -> None:
    reply, offer = chosen(asking_back)
    key, headers = reply["conversation_id"], {"X-Visitor-Token": reply["visitor_token"]}
    read = asking_back.client.get(f"/v1/conversations/{key}", headers=headers).json()["messages"]
    said = [(one["author"], one["text"]) for one in read]
    assert said[2] == ("visitor", offer["title"])
    assert said[3] == ("bot", reply["text"]) != said[2]
    exported = asking_back.client.get("/v1/visitor", headers=headers).json()["messages"]
    assert [one["text"] for one in exported if one["author"] == "visitor"] == ["提幣的問題", offer["title"]]
    asking_back.client.post(f"/v1/conversations/{key}/handoff", json={}, headers=headers)
    [waiting] = asking_back.client.get("/v1/queue", headers=asking_back.key("agent")).json()
    assert waiting["last_message"] == offer["title"]


def test_a_choice_while_a_person_has_the_conversation_is_stored_as_well(asking_back: Running) -> None:
    reply, offer = chosen(asking_back)
    key, headers = reply["conversation_id"], {"X-Visitor-Token": reply["visitor_token"]}
    asking_back.client.post(f"/v1/conversations/{key}/handoff", json={}, headers=headers)
    silent = asking_back.ask("", reply["visitor_token"], conversation_id=key, choice=offer["article_id"])
    assert (silent["outcome"], silent["message_id"]) == ("handoff", None)
    read = asking_back.client.get(f"/v1/conversations/{key}", headers=headers).json()["messages"]
    assert read[-1]["text"] == offer["title"]


@pytest.mark.parametrize("body", [{}, {"question": "提幣常見問題"}], ids=["by id", "by id and title"])
def test_a_choice_is_no_question_of_its_own_in_the_reports(asking_back: Running, body: dict[str, str]) -> None:
    reply, _ = chosen(asking_back, **body)
    agent, admin = asking_back.key("agent"), asking_back.key("admin")
    [gap] = asking_back.client.get("/v1/gaps", headers=agent).json()
    assert (gap["question"], gap["count"], gap["clarified"]) == ("提幣的問題", 1, 1)
    questions = asking_back.client.get("/v1/admin/statistics", headers=admin).json()["questions"]
    assert questions == [{"question": "提幣的問題", "count": 1}]
    url = f"/v1/conversations/{reply['conversation_id']}/messages/{reply['message_id']}/feedback"
    asking_back.client.post(url, json={"verdict": "not"}, headers={"X-Visitor-Token": reply["visitor_token"]})
    [gap] = asking_back.client.get("/v1/gaps", headers=agent).json()
    assert (gap["questions"], gap["count"], gap["disliked"]) == (["提幣的問題"], 1, 1)


def test_a_choice_of_no_article_is_refused(running_service: Running) -> None:
    response = running_service.client.post("/v1/chat", json={"question": "提幣", "choice": "nothing-here"})
    assert response.status_code == 422
    assert "nothing-here" in response.json()["error"]["message"]


PHONE = "## 情況一：已登入\n\n1. 進入設定。\n\n## 情況二：無法登入\n\n1. 聯絡客服。\n2. 上傳證件。\n"


@pytest.fixture
def two_cases(settings: Settings, one_dictionary: None) -> Iterator[Running]:
    """The service with an article of two sections."""
    write([Article("phone", "換手機", PHONE)], settings.corpus)
    with running(settings) as service:
        yield service


def test_another_section_is_offered_and_answers_the_earlier_question(two_cases: Running) -> None:
    first = two_cases.ask("換手機 無法登入 聯絡客服 上傳證件")
    [offer] = first["choices"]
    assert (offer["article_id"], offer["title"]) == ("phone", "情況一：已登入")
    where = {"conversation_id": first["conversation_id"], "choice": "phone", "section": offer["section"]}
    reply = two_cases.ask("", first["visitor_token"], **where)
    assert [step["text"] for step in reply["steps"]] == ["進入設定。"]
    assert [one["title"] for one in reply["choices"]] == ["情況二：無法登入"]
    headers = {"X-Visitor-Token": first["visitor_token"]}
    read = two_cases.client.get(f"/v1/conversations/{first['conversation_id']}", headers=headers).json()["messages"]
    assert read[2]["text"] == "情況一：已登入"
    assert read[3]["answer"]["choices"] == reply["choices"]
    questions = two_cases.client.get("/v1/admin/statistics", headers=two_cases.key("admin")).json()["questions"]
    assert [one["count"] for one in questions] == [1], "the tap is no question of its own"


def test_a_section_is_chosen_by_its_heading_and_comes_in_the_stream(two_cases: Running) -> None:
    first = two_cases.ask("換手機 無法登入 聯絡客服 上傳證件")
    response = two_cases.client.post(
        "/v1/chat",
        json={"question": "情況一：已登入", "conversation_id": first["conversation_id"]},
        headers={"Accept": "text/event-stream", "X-Visitor-Token": first["visitor_token"]},
    )
    found = {name: data for _, name, data in events(response.text)}
    assert [step["text"] for step in found["done"]["steps"]] == ["進入設定。"]
    assert [one["section"] for one in found["choices"]["choices"]] != [""]
    assert list(found) == sorted(found, key=["start", "block", "text", "step", "source", "choices", "done"].index)


def test_a_section_alone_is_stored_as_its_heading(two_cases: Running) -> None:
    section = two_cases.client.get("/v1/articles/phone").json()["sections"][0]["anchor"]
    reply = two_cases.ask("", choice="phone", section=section)
    assert [step["text"] for step in reply["steps"]] == ["進入設定。"]
    headers = {"X-Visitor-Token": reply["visitor_token"]}
    read = two_cases.client.get(f"/v1/conversations/{reply['conversation_id']}", headers=headers).json()["messages"]
    assert read[0]["text"] == "情況一：已登入"


def test_a_section_that_the_article_does_not_have_is_refused(two_cases: Running) -> None:
    section = two_cases.client.get("/v1/articles/phone").json()["sections"][0]["anchor"]
    for body in (
        {"choice": "phone", "section": "0" * 16},
        {"choice": "invite", "section": section},
        {"section": section},
        {"choice": "phone", "section": "../x"},
    ):
        response = two_cases.client.post("/v1/chat", json={"question": "換手機", **body})
        assert response.status_code == 422, body


def test_an_answer_comes_in_parts_and_goes_on_where_it_was_dropped(running_service: Running) -> None:
    response = running_service.client.post(
        "/v1/chat", json={"question": "如何提幣?"}, headers={"Accept": "text/event-stream"}
    )
    assert response.headers["content-type"].startswith("text/event-stream")
    found = events(response.text)
    names = [name for _, name, _ in found]
    assert names[0] == "start"
    assert names[-1] == "done"
    assert {"text", "step", "note", "source"} <= set(names)
    start, done = found[0][2], found[-1][2]
    assert [data for _, name, data in found if name == "step"] == done["steps"]
    token, key, message = start["visitor_token"], start["conversation_id"], start["message_id"]
    for place in (0, 2, len(found) - 1):
        again = running_service.client.get(
            f"/v1/conversations/{key}/messages/{message}/stream",
            headers={"X-Visitor-Token": token, "Last-Event-ID": found[place][0]},
        )
        assert events(again.text) == found[place + 1 :]


@pytest.mark.parametrize("last", ["", "nonsense", "m_x:3", "m_x:99999999999", "x:²"])
def test_a_position_of_another_stream_gives_all_of_it(running_service: Running, last: str) -> None:
    reply = running_service.ask("如何提幣?")
    url = f"/v1/conversations/{reply['conversation_id']}/messages/{reply['message_id']}/stream"
    headers = {"X-Visitor-Token": reply["visitor_token"], "Last-Event-ID": last.encode()}
    found = events(running_service.client.get(url, headers=headers).text)
    assert found[0][1] == "start"


def test_feedback_is_kept_and_can_change(running_service: Running) -> None:
    reply = running_service.ask("如何提幣?")
    headers = {"X-Visitor-Token": reply["visitor_token"]}
    url = f"/v1/conversations/{reply['conversation_id']}/messages/{reply['message_id']}/feedback"
    for verdict, helpful in (("helpful", True), ("not", False)):
        sent = {"verdict": verdict, "reason": "wrong", "comment": "我的電話是 0912-345-678"}
        assert running_service.client.post(url, json=sent, headers=headers).status_code == 200
        read = running_service.client.get(f"/v1/conversations/{reply['conversation_id']}", headers=headers).json()
        assert read["messages"][1]["helpful"] is helpful
    own = f"/v1/conversations/{reply['conversation_id']}/messages/{reply['question_id']}/feedback"
    assert running_service.client.post(own, json={"verdict": "not"}, headers=headers).status_code == 404
    export = running_service.client.get("/v1/visitor", headers=headers).json()
    assert "0912" not in json.dumps(export, ensure_ascii=False)


def test_after_a_hand_over_the_bot_is_silent_until_handed_back(running_service: Running) -> None:
    agent = running_service.key("agent")
    reply = running_service.ask("如何提幣?")
    token, key = reply["visitor_token"], reply["conversation_id"]
    headers = {"X-Visitor-Token": token}
    read = running_service.client.post(
        f"/v1/conversations/{key}/handoff", json={"reason": "not_helpful"}, headers=headers
    ).json()
    assert (read["state"], read["handoff_reason"]) == ("waiting", "not_helpful")
    silent = running_service.ask("如何提幣?", token, conversation_id=key)
    assert (silent["outcome"], silent["text"], silent["message_id"], silent["state"]) == (
        "handoff",
        "",
        None,
        "waiting",
    )
    queue = running_service.client.get("/v1/queue", headers=agent).json()
    assert [(one["id"], one["reason"]) for one in queue] == [(key, "not_helpful")]
    running_service.client.post(f"/v1/queue/{key}/reply", json={"text": "您好，我是小安"}, headers=agent)
    assert running_service.ask("謝謝", token, conversation_id=key)["state"] == "agent"
    running_service.client.post(f"/v1/queue/{key}/hand-back", headers=agent)
    assert running_service.ask("如何提幣?", token, conversation_id=key)["outcome"] == "answer"
    read = running_service.client.get(f"/v1/conversations/{key}", headers=headers).json()
    assert [one["author"] for one in read["messages"]] == [
        "visitor",
        "bot",
        "bot",
        "visitor",
        "agent",
        "visitor",
        "event",
        "visitor",
        "bot",
    ]


def test_asking_for_a_person_in_words_hands_over(running_service: Running) -> None:
    reply = running_service.ask("我要真人客服")
    assert (reply["outcome"], reply["state"]) == ("handoff", "waiting")
    headers = {"X-Visitor-Token": reply["visitor_token"]}
    back = running_service.client.delete(f"/v1/conversations/{reply['conversation_id']}/handoff", headers=headers)
    assert back.json()["state"] == "bot"


def test_an_agents_reply_is_seen_live(running_service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supportbot.api.routes.chat.POLL_SECONDS", 0.05)
    monkeypatch.setattr("supportbot.api.routes.chat.LIVE_SECONDS", 3)
    reply = running_service.ask("我要真人客服")
    agent, key = running_service.key("agent"), reply["conversation_id"]

    def answer() -> None:
        time.sleep(0.3)
        running_service.client.post(f"/v1/queue/{key}/reply", json={"text": "您好"}, headers=agent)
        time.sleep(0.3)
        running_service.service.stopping.set()

    writer = threading.Thread(target=answer)
    writer.start()
    headers = {"X-Visitor-Token": reply["visitor_token"], "Last-Event-ID": "2"}
    found = events(running_service.client.get(f"/v1/conversations/{key}/events", headers=headers).text)
    writer.join()
    assert [(key, name, data["author"], data["text"]) for key, name, data in found] == [
        ("3", "message", "agent", "您好")
    ]


def test_only_so_many_conversations_are_followed_live(
    running_service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supportbot.api.routes.chat.LIVE_SECONDS", 0)
    reply = running_service.ask("如何提幣?")
    url, headers = f"/v1/conversations/{reply['conversation_id']}/events", {"X-Visitor-Token": reply["visitor_token"]}
    assert running_service.client.get(url, headers=headers).status_code == 200
    assert running_service.service.streams == 0
    monkeypatch.setattr("supportbot.api.routes.chat.MOST_STREAMS", 0)
    assert running_service.client.get(url, headers=headers).status_code == 503


def test_nothing_secret_or_personal_is_stored(running_service: Running, tmp_path: Any) -> None:
    reply = running_service.ask(f"我的助記詞是 {SEED}，信箱 anna.lee@example.com，怎麼提幣")
    assert reply["warning"]
    token, key = reply["visitor_token"], reply["conversation_id"]
    running_service.ask("電話 0912-345-678 可以改嗎", token, conversation_id=key)
    stored = []
    with running_service.service.store.database.reading() as connection:
        for table in ("messages", "conversations", "feedback", "audit"):
            stored += [str(dict(row)) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]
    everything = "\n".join(stored)
    assert "提幣" in everything
    for gone in ("abandon", "ability", "anna.lee", "0912"):
        assert gone not in everything


def test_a_visitor_can_take_everything_along_and_be_forgotten(running_service: Running) -> None:
    reply = running_service.ask("如何提幣?")
    headers = {"X-Visitor-Token": reply["visitor_token"]}
    export = running_service.client.get("/v1/visitor", headers=headers).json()
    assert export["messages"][0]["text"] == "如何提幣?"
    assert running_service.client.delete("/v1/visitor", headers=headers).json() == {"done": True}
    assert running_service.client.get("/v1/visitor", headers=headers).json()["messages"] == []
    url = f"/v1/conversations/{reply['conversation_id']}"
    assert running_service.client.get(url, headers=headers).status_code == 404


def test_two_posts_at_once_are_both_answered_and_kept(running_service: Running) -> None:
    first = running_service.ask("如何提幣?")
    token, key = first["visitor_token"], first["conversation_id"]
    threads = [
        threading.Thread(
            target=running_service.ask, args=(f"如何提幣 {number}", token), kwargs={"conversation_id": key}
        )
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    read = running_service.client.get(f"/v1/conversations/{key}", headers={"X-Visitor-Token": token}).json()
    assert sorted(one["text"] for one in read["messages"] if one["author"] == "visitor") == [
        "如何提幣 0",
        "如何提幣 1",
        "如何提幣 2",
        "如何提幣 3",
        "如何提幣?",
    ]
    assert [one["author"] for one in read["messages"]] == ["visitor", "bot"] * 5


def test_a_repeated_question_is_answered_from_memory(running_service: Running) -> None:
    snapshot = running_service.service.snapshot
    one, two = running_service.ask("如何提幣?"), running_service.ask("如何提幣?")
    assert (snapshot.cache_hits, snapshot.cache_misses) == (1, 1)
    different = {"conversation_id", "message_id", "question_id", "visitor_token"}
    assert {k: v for k, v in one.items() if k not in different} == {k: v for k, v in two.items() if k not in different}


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("", "empty_question"),
        ("   \u200b\x00", "empty_question"),
        ("好" * 2001, "question_too_long"),
        ("好" * 5000, "question_too_long"),
    ],
)
def test_a_question_without_words_or_without_end_is_refused(running_service: Running, question: str, code: str) -> None:
    response = running_service.client.post("/v1/chat", json={"question": question})
    assert (response.status_code, response.json()["error"]["code"]) == (422, code)


def test_the_longest_question_is_answered(running_service: Running) -> None:
    assert running_service.ask("好" * 2000)["outcome"]


def test_articles_categories_and_suggestions(running_service: Running) -> None:
    client = running_service.client
    page = client.get("/v1/articles?limit=2").json()
    assert page["total"] == 3
    assert len(page["articles"]) == 2
    assert {one["id"] for one in client.get("/v1/articles", params={"category": "资产"}).json()["articles"]} == {
        "withdraw",
        "withdraw-faq",
    }
    assert client.get("/v1/categories").json()[0] == {"name": "資產", "articles": 2}
    whole = client.get("/v1/articles/withdraw").json()
    assert [section["kind"] for section in whole["sections"]] == ["text", "steps", "steps", "note"]
    assert whole["url"] == "/articles/withdraw"
    assert client.get("/v1/articles/invite").json()["url"] == "https://example.com/invite"
    for typed in ("如何提", "如何提币", "tibi", "出金"):
        found = client.get("/v1/suggestions", params={"q": typed}).json()
        assert "withdraw" in [one["article_id"] for one in found], typed
    assert client.get("/v1/suggestions", params={"q": "zzzz"}).json() == []
    assert client.get("/v1/articles/nothing").status_code == 404
    assert client.get("/v1/articles/..%2f..%2fetc").status_code in (404, 422)
