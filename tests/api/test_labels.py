"""Labels over HTTP: what agents say of questions, as a list and as the table that `supportbot tune` reads."""

from pathlib import Path
from typing import Any

import pytest
from service import Running

from supportbot.content import articles
from supportbot.evaluation import labels

PHONE = "0912-345-678"


def label(service: Running, key: dict[str, str], **body: Any) -> dict[str, Any]:
    """The label that is stored."""
    response = service.client.post("/v1/labels", json=body, headers=key)
    assert response.status_code == 200, response.text
    stored: dict[str, Any] = response.json()
    return stored


def test_a_label_is_stored_replaced_listed_and_removed(running_service: Running) -> None:
    client, agent = running_service.client, running_service.key("agent")
    first = label(running_service, agent, question="錢怎麼出去", article="withdraw", kind="handoff")
    assert (first["title"], first["kind"]) == ("如何提幣?", "handoff")
    second = label(running_service, agent, question="有賣禮物卡嗎", article=None)
    assert (second["article"], second["title"]) == (None, None)
    again = label(running_service, agent, question="钱怎么出去？", article=None)
    assert again["id"] == first["id"]
    assert client.get("/v1/labels", headers=agent).json() == {"total": 2, "labels": [again, second]}
    page = client.get("/v1/labels?limit=1&offset=1", headers=agent).json()
    assert page == {"total": 2, "labels": [second]}
    assert client.delete(f"/v1/labels/{first['id']}", headers=agent).json() == {"done": True}
    assert client.delete(f"/v1/labels/{first['id']}", headers=agent).status_code == 404
    assert client.get("/v1/labels", headers=agent).json()["total"] == 1


def test_the_audit_log_has_who_labelled_without_the_words(running_service: Running) -> None:
    agent = running_service.key("agent")
    stored = label(running_service, agent, question="我是王小明，錢怎麼出去", article="withdraw")
    running_service.client.delete(f"/v1/labels/{stored['id']}", headers=agent)
    entries = running_service.service.store.audit.entries(prefix="label.")
    assert [(one.actor, one.action, one.subject) for one in entries] == [
        ("test agent", "label.remove", stored["id"]),
        ("test agent", "label.set", stored["id"]),
    ]
    assert entries[1].detail == {"article": "withdraw", "kind": ""}


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE", "CSV"])
@pytest.mark.parametrize(("role", "status"), [(None, 401), ("client", 403)])
def test_only_agents_label(running_service: Running, method: str, role: str | None, status: int) -> None:
    path = {"CSV": "/v1/labels.csv", "DELETE": f"/v1/labels/l_{'x' * 22}"}.get(method, "/v1/labels")
    headers = running_service.key(role) if role else {}
    sent = {"question": "問", "article": None} if method == "POST" else None
    reply = running_service.client.request(method.replace("CSV", "GET"), path, headers=headers, json=sent)
    assert reply.status_code == status
    assert running_service.service.store.labels.count() == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"question": "問" * 2001, "article": None}, 422, "question_too_long"),
        ({"question": "", "article": None}, 422, "empty_question"),
        ({"question": "？！\u200b", "article": None}, 422, "empty_question"),
        ({"question": "問"}, 422, "invalid"),  # forgotten is not "none"
        ({"question": "問", "article": ""}, 422, "invalid"),
        ({"question": "問", "article": "nobody"}, 404, "not_found"),
        ({"question": "問", "article": "../../etc/passwd"}, 422, "invalid"),
        ({"question": "問", "article": None, "kind": "x" * 81}, 422, "invalid"),
        ({"question": "問", "article": None, "more": 1}, 422, "invalid"),
        ({"question": ["問"], "article": None}, 422, "invalid"),
    ],
)
def test_what_is_no_label_is_refused_and_nothing_is_stored(
    running_service: Running, body: dict[str, Any], status: int, code: str
) -> None:
    reply = running_service.client.post("/v1/labels", json=body, headers=running_service.key("agent"))
    assert (reply.status_code, reply.json()["error"]["code"]) == (status, code)
    assert running_service.service.store.labels.count() == 0
    assert running_service.service.store.audit.entries(prefix="label.") == []


def test_nothing_personal_is_stored(running_service: Running) -> None:
    agent = running_service.key("agent")
    stored = label(running_service, agent, question=f"錢怎麼出去，打給我 {PHONE}", article=None, kind=PHONE)
    assert PHONE not in str(stored)
    assert "錢怎麼出去" in stored["question"]
    assert PHONE not in running_service.client.get("/v1/labels.csv", headers=agent).text


def test_the_table_is_what_tune_reads(running_service: Running, tmp_path: Path) -> None:
    client, agent = running_service.client, running_service.key("agent")
    wanted: dict[str, tuple[str | None, str]] = {
        "=HYPERLINK(1) 怎麼用": ("withdraw", "=kind"),
        '<script>alert("1")</script>,': (None, ""),
        "第一行\n第二行": ("invite", "gap"),
    }
    for question, (article, kind) in wanted.items():
        label(running_service, agent, question=question, article=article, kind=kind)
    reply = client.get("/v1/labels.csv", headers=agent)
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="labels.csv"' in reply.headers["Content-Disposition"]
    assert "\n'=HYPERLINK" in reply.text
    table = tmp_path / "labels.csv"
    table.write_bytes(reply.content)
    found = labels.read(table, articles.read(running_service.service.settings.corpus))
    assert {one.question: (next(iter(one.articles), None), one.kind) for one in found} == {
        " ".join(question.split()): one for question, one in wanted.items()
    }


def test_a_label_of_an_article_that_is_gone_is_still_listed(running_service: Running) -> None:
    running_service.service.store.labels.set("舊的問題", "gone")
    [found] = running_service.client.get("/v1/labels", headers=running_service.key("agent")).json()["labels"]
    assert (found["article"], found["title"]) == ("gone", "gone")


def test_a_visitor_who_leaves_takes_his_words_along(running_service: Running) -> None:
    reply = running_service.ask("我是王小明，錢怎麼出去")
    label(running_service, running_service.key("agent"), question="我是王小明，錢怎麼出去", article="withdraw")
    headers = {"X-Visitor-Token": reply["visitor_token"]}
    assert running_service.client.delete("/v1/visitor", headers=headers).status_code == 200
    assert running_service.service.store.labels.count() == 0
