"""The service as agents and admins use it."""

import csv
import io
import time
from collections.abc import Iterator
from typing import Any

import pytest
from service import Running, running

from supportbot.api.routes import health
from supportbot.content import articles as articles_room
from supportbot.content import curation
from supportbot.settings import Settings


@pytest.fixture
def strict(settings: Settings, one_dictionary: None) -> Iterator[Running]:
    """A service that declines everything but what is pinned."""
    changes = {"answer_precision": 1.0, "clarify_precision": 1.0, "benchmark": settings.index / "none"}
    curation.add(settings.corpus, curation.Change("invite", "questions", ASKED))
    with running(settings, **changes) as service:
        yield service


def finished(service: Running, job: str, headers: dict[str, str]) -> dict[str, Any]:
    """A job once it is over."""
    for _ in range(600):
        found: dict[str, Any] = service.client.get(f"/v1/admin/jobs/{job}", headers=headers).json()
        if found["state"] != "running":
            return found
        time.sleep(0.1)
    raise AssertionError("the job does not end")


def settled(service: Running) -> None:
    """Wait until no job runs any more, and the newest index serves."""
    for _ in range(1200):
        if all(job.state != "running" for job in service.service.store.jobs.latest()):
            service.service.live.refresh()
            return
        time.sleep(0.05)
    raise AssertionError("the jobs do not end")


def test_search_is_the_ranking_that_customers_are_answered_from(running_service: Running) -> None:
    agent = running_service.key("agent")
    found = running_service.client.get("/v1/search", params={"q": "提幣要等多久"}, headers=agent).json()
    answered = running_service.ask("提幣要等多久")
    assert [hit["article_id"] for hit in found["hits"]] == [one["article_id"] for one in answered["candidates"]]
    first = found["hits"][0]
    assert set(first["channels"]) == {"dense", "titles", "headings", "bm25_chunk", "bm25_article", "pinyin", "tokens"}
    assert 0 <= first["score"] <= 1
    passages = [passage for hit in found["hits"] for passage in hit["passages"]]
    marked = {one["text"][start:end] for one in passages for start, end in one["marks"]}
    assert "提幣" in marked
    assert {word for word in marked if not set(word) & set("提幣要等多久")} == set()
    only = running_service.client.get("/v1/search", params={"q": "提幣", "category": "活動"}, headers=agent).json()
    assert {hit["article_id"] for hit in only["hits"]} <= {"invite"}
    second = running_service.client.get(
        "/v1/search", params={"q": "提幣", "limit": 1, "offset": 1}, headers=agent
    ).json()
    whole = running_service.client.get("/v1/search", params={"q": "提幣"}, headers=agent).json()
    assert second["hits"] == whole["hits"][1:2]
    for mode in ("dense", "lexical", "pinyin"):
        assert running_service.client.get(f"/v1/search?q=提幣&mode={mode}", headers=agent).status_code == 200
    assert running_service.client.get("/v1/search?q=提幣&mode=magic", headers=agent).status_code == 422


def test_canned_answers_are_the_articles_parts(running_service: Running) -> None:
    found = running_service.client.get("/v1/canned/withdraw", headers=running_service.key("agent")).json()
    assert "打開 App" in found[1]["text"]
    assert found[1]["url"].startswith("/articles/withdraw#")


def test_a_conversation_in_the_wrong_state_is_left_alone(running_service: Running) -> None:
    agent = running_service.key("agent")
    reply = running_service.ask("如何提幣?")
    url = f"/v1/queue/{reply['conversation_id']}"
    assert running_service.client.post(f"{url}/hand-back", headers=agent).json()["error"]["code"] == "wrong_state"
    shown = running_service.client.get(url, headers=agent).json()
    assert shown["messages"][1]["answer"]["candidates"]
    assert running_service.client.post(f"{url}/close", headers=agent).json()["state"] == "closed"
    again = running_service.ask("如何提幣?", reply["visitor_token"], conversation_id=reply["conversation_id"])
    assert (again["outcome"], again["state"]) == ("answer", "bot")
    assert running_service.client.get(f"/v1/queue/c_{'x' * 22}", headers=agent).status_code == 404


def test_the_health_report_is_examined_once_for_each_index_version(
    running_service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, client = running_service.key("agent"), running_service.client
    for number in range(21):
        running_service.ask(f"如何提幣 {number}")
    found = client.get("/v1/report/health", headers=agent).json()
    assert found["figures"]["articles"] == 3
    assert found["version"] == running_service.service.snapshot.version
    expected = found["expectation"]
    assert (expected["basis"], expected["questions"]) == ("recorded", 21)
    assert expected["answered"] + expected["clarified"] + expected["declined"] == pytest.approx(1)
    assert {"kind": "unasked", "article_id": "invite", "title": "邀請好友規則", "detail": "", "others": []} in found[
        "findings"
    ]
    assert found["advice"][0]["command"] == "supportbot tune labels.csv"
    monkeypatch.setattr(health, "examine", None)
    assert client.get("/v1/report/health", headers=agent).json() == found
    assert client.get("/v1/report/health", headers=running_service.key("client")).status_code == 403


def test_gaps_are_grouped_counted_and_exported(strict: Running) -> None:
    agent = strict.key("agent")
    for question in ("卡片怎麼辦理", "卡片怎么办理", "卡片怎麼辦理？", "=HYPERLINK(1)"):
        assert strict.ask(question)["outcome"] == "decline"
    found = strict.client.get("/v1/gaps", headers=agent).json()
    assert [(one["count"], one["declined"]) for one in found] == [(3, 3), (1, 1)]
    assert found[0]["question"] in ("卡片怎麼辦理", "卡片怎么办理", "卡片怎麼辦理？")
    assert found[0]["nearest"]["article_id"]
    table = strict.client.get("/v1/gaps.csv", headers=agent)
    rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert [row["count"] for row in rows] == ["3", "1"]
    assert rows[1]["question"].startswith("'=")
    assert 'filename="gaps.csv"' in table.headers["Content-Disposition"]


def test_the_old_names_of_the_gaps_report_lead_to_it(strict: Running) -> None:
    agent, client = strict.key("agent"), strict.client
    strict.ask("啦啦啦")
    for method, path in (
        ("GET", "?days=7&limit=3"),
        ("GET", ".csv?days=7"),
        ("POST", "/resolve"),
        ("POST", "/preview"),
    ):
        moved = client.request(method, f"/v1/unanswered{path}", headers=agent, follow_redirects=False)
        assert (moved.status_code, moved.headers["Location"]) == (308, f"/v1/gaps{path}")
    assert [one["question"] for one in client.get("/v1/unanswered", headers=agent).json()] == ["啦啦啦"]
    sent = {"action": "unanswered", "question": "啦啦啦"}
    change = client.post("/v1/unanswered/resolve", json=sent, headers=agent).json()
    assert change["action"] == "corpus.out_of_scope"
    assert client.get("/v1/unanswered/more", headers=agent).status_code == 404


def test_a_group_becomes_a_question_of_an_article_and_back(strict: Running) -> None:
    agent, corpus = strict.key("agent"), strict.service.settings.corpus
    before = (corpus / "articles" / "withdraw.md").read_bytes()
    assert strict.ask("怎麼把錢弄出來")["outcome"] == "decline"
    sent = {"action": "pinned", "article_id": "withdraw", "question": "怎麼把錢弄出來"}
    change = strict.client.post("/v1/gaps/resolve", json=sent, headers=agent).json()
    assert change["detail"]["changed"] is True
    settled(strict)
    assert strict.ask("怎麼把錢弄出來")["sources"][0]["article_id"] == "withdraw"
    assert strict.client.get("/v1/gaps", headers=agent).json() == []
    assert "怎麼把錢弄出來" in articles_room.read_article(corpus / "articles" / "withdraw.md").pinned
    reverted = strict.client.post(f"/v1/changes/{change['id']}/revert", headers=agent).json()
    assert reverted["reverted"]
    settled(strict)
    assert (corpus / "articles" / "withdraw.md").read_bytes() == before
    assert strict.ask("怎麼把錢弄出來")["outcome"] == "decline"
    again = strict.client.post(f"/v1/changes/{change['id']}/revert", headers=agent)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "reverted")


def test_a_revert_lists_again_what_was_listed_as_without_answer(strict: Running) -> None:
    agent, corpus = strict.key("agent"), strict.service.settings.corpus
    (corpus / "out_of_scope.yaml").write_text(
        "version: 1\ntopics:\n  錢:\n    - 怎么把钱弄出来?\n    - 別的問題\n", "utf-8"
    )
    before = (corpus / "out_of_scope.yaml").read_bytes()
    sent = {"action": "pinned", "article_id": "withdraw", "question": "怎麼把錢弄出來"}
    change = strict.client.post("/v1/gaps/resolve", json=sent, headers=agent).json()
    settled(strict)
    assert "弄出" not in (corpus / "out_of_scope.yaml").read_text("utf-8")
    strict.client.post(f"/v1/changes/{change['id']}/revert", headers=agent)
    settled(strict)
    after = (corpus / "out_of_scope.yaml").read_bytes()
    assert sorted(after.splitlines()) == sorted(before.splitlines())


def test_a_preview_tells_what_would_change_and_changes_nothing(strict: Running) -> None:
    agent, corpus = strict.key("agent"), strict.service.settings.corpus
    before, version = (corpus / "articles" / "withdraw.md").read_bytes(), strict.service.snapshot.version
    sent = {"action": "pinned", "article_id": "withdraw", "question": "怎麼把錢弄出來", "also": ["怎么把钱弄出来"]}
    started = strict.client.post("/v1/gaps/preview", json=sent, headers=agent)
    assert started.status_code == 202
    job = finished(strict, started.json()["id"], strict.key("admin"))
    assert strict.client.get(f"/v1/jobs/{job['id']}", headers=agent).json() == job
    [file] = job["result"]["files"]
    assert (file["name"], file["removed"]) == ("articles/withdraw.md", [])
    assert any("怎麼把錢弄出來" in line for line in file["added"])
    outcomes = [(one["before"]["outcome"], one["after"]["article_id"]) for one in job["result"]["questions"]]
    assert outcomes == [("decline", "withdraw")] * 2  # the other script is the same question
    assert job["result"]["asked"] > 0
    assert job["result"]["others"] == []
    assert (corpus / "articles" / "withdraw.md").read_bytes() == before
    assert strict.service.snapshot.version == version
    assert strict.ask("怎麼把錢弄出來")["outcome"] == "decline"


def test_a_preview_of_what_cannot_be_says_so(strict: Running) -> None:
    agent = strict.key("agent")
    sent = {"action": "question", "article_id": "withdraw", "question": "邀請好友規則"}
    job = strict.client.post("/v1/gaps/preview", json=sent, headers=agent).json()
    assert "is the title of 'invite'" in finished(strict, job["id"], strict.key("admin"))["result"]["error"]
    missing = {"action": "question", "question": "x"}
    assert strict.client.post("/v1/gaps/preview", json=missing, headers=agent).status_code == 422
    reindexed = strict.client.post("/v1/admin/reindex", headers=strict.key("admin")).json()
    assert strict.client.get(f"/v1/jobs/{reindexed['id']}", headers=agent).status_code == 404


def test_a_key_tells_whose_it_is(running_service: Running) -> None:
    found = running_service.client.get("/v1/key", headers=running_service.key("agent")).json()
    assert (found["name"], found["role"]) == ("test agent", "agent")
    assert "secret" not in found
    assert running_service.client.get("/v1/key", headers=running_service.key("client")).status_code == 403


def test_a_question_can_be_listed_as_without_answer_or_dismissed(strict: Running) -> None:
    agent, corpus = strict.key("agent"), strict.service.settings.corpus
    strict.ask("股票代號是什麼")
    strict.ask("啦啦啦")
    for action, question in (("out_of_scope", "股票代號是什麼"), ("dismiss", "啦啦啦")):
        sent = {"action": action, "question": question}
        assert strict.client.post("/v1/gaps/resolve", json=sent, headers=agent).status_code == 200
    settled(strict)
    assert "股票代號是什麼" in (corpus / "out_of_scope.yaml").read_text("utf-8")
    assert strict.client.get("/v1/gaps", headers=agent).json() == []
    assert [one["action"] for one in strict.client.get("/v1/changes", headers=agent).json()] == [
        "corpus.dismiss",
        "corpus.out_of_scope",
    ]


@pytest.mark.parametrize(
    "sent",
    [
        {"action": "question", "question": "x"},
        {"action": "question", "question": "x", "article_id": "nothing"},
        {"action": "pinned", "question": "\x00", "article_id": "withdraw"},
        {"action": "delete", "question": "x"},
    ],
)
def test_a_change_that_cannot_be_made_changes_nothing(strict: Running, sent: dict[str, Any]) -> None:
    corpus = strict.service.settings.corpus
    before = {path: path.read_bytes() for path in corpus.rglob("*.md")}
    assert strict.client.post("/v1/gaps/resolve", json=sent, headers=strict.key("agent")).status_code == 422
    assert {path: path.read_bytes() for path in corpus.rglob("*.md")} == before
    assert strict.service.store.audit.entries() == []


ASKED = "邀請好友可以拿到什麼"
"""A question of the article `invite`, which the service is certain of."""


def test_reindex_diff_and_rollback(strict: Running) -> None:
    admin = strict.key("admin")
    first = strict.service.snapshot.version
    unchanged = strict.client.post("/v1/admin/reindex", headers=admin)
    assert unchanged.status_code == 202
    assert finished(strict, unchanged.json()["id"], admin)["result"]["unchanged"] is True
    article = strict.service.settings.corpus / "articles" / "invite.md"
    article.write_text(article.read_text("utf-8").replace("20%", "35%"), "utf-8")
    job = finished(strict, strict.client.post("/v1/admin/reindex", headers=admin).json()["id"], admin)
    assert job["state"] == "done"
    assert job["result"]["changed"] == ["invite"]
    second = strict.service.snapshot.version
    assert second == job["result"]["version"] != first
    assert "35%" in strict.ask(ASKED)["text"]
    sent = {"before": first, "after": second}
    diff = finished(strict, strict.client.post("/v1/admin/index/diff", json=sent, headers=admin).json()["id"], admin)
    assert [one["question"] for one in diff["result"]["questions"]] == [ASKED]
    assert "20%" in diff["result"]["questions"][0]["before"]["text"]
    versions = strict.client.post("/v1/admin/index/rollback", json={"version": first}, headers=admin).json()
    assert [(one["name"], one["serving"], one["pinned"]) for one in versions] == [
        (first, True, True),
        (second, False, False),
    ]
    assert "20%" in strict.ask(ASKED)["text"]
    with running(strict.service.settings) as again:  # a restart does not undo it
        assert again.service.snapshot.version == first
    finished(strict, strict.client.post("/v1/admin/reindex", headers=admin).json()["id"], admin)
    assert "35%" in strict.ask(ASKED)["text"]
    for body in ({"version": "000099-00000000"}, {"version": "../../etc"}):
        assert strict.client.post("/v1/admin/index/rollback", json=body, headers=admin).status_code in (404, 422)


def test_a_broken_corpus_fails_the_job_and_the_old_version_serves(strict: Running) -> None:
    admin, version = strict.key("admin"), strict.service.snapshot.version
    (strict.service.settings.corpus / "articles" / "bad.md").write_text("---\nnope: 1\n---\nx\n", "utf-8")
    job = finished(strict, strict.client.post("/v1/admin/reindex", headers=admin).json()["id"], admin)
    assert job["state"] == "failed"
    assert "unknown key 'nope'" in job["result"]["error"]
    assert strict.service.snapshot.version == version
    assert strict.ask(ASKED)["outcome"] == "answer"


def test_keys_are_made_listed_and_revoked(running_service: Running) -> None:
    admin = running_service.key("admin")
    made = running_service.client.post("/v1/admin/keys", json={"name": "小安", "role": "agent"}, headers=admin).json()
    headers = {"Authorization": f"Bearer {made['secret']}"}
    assert running_service.client.get("/v1/queue", headers=headers).status_code == 200
    listed = running_service.client.get("/v1/admin/keys", headers=admin)
    assert made["secret"] not in listed.text
    assert {one["name"] for one in listed.json()} == {"小安", "test admin"}
    assert running_service.client.delete(f"/v1/admin/keys/{made['id']}", headers=admin).json() == {"done": True}
    assert running_service.client.get("/v1/queue", headers=headers).status_code == 401
    own = next(one["id"] for one in listed.json() if one["name"] == "test admin")
    assert running_service.client.delete(f"/v1/admin/keys/{own}", headers=admin).json()["error"]["code"] == "own_key"
    actions = [one["action"] for one in running_service.client.get("/v1/admin/audit", headers=admin).json()]
    assert actions == ["key.revoke", "key.add"]


def test_what_visitors_see_is_set_and_read(running_service: Running) -> None:
    admin = running_service.key("admin")
    sent = {"name": "小助手", "accent": "#0055aa", "suggested_questions": ["如何提幣?"]}
    running_service.client.put("/v1/admin/site", json=sent, headers=admin)
    running_service.client.put("/v1/admin/site", json={"name": None}, headers=admin)
    seen = running_service.client.get("/v1/site").json()
    assert (seen["name"], seen["accent"], seen["suggested_questions"]) == (None, "#0055aa", ["如何提幣?"])
    for bad in ({"accent": "red;}"}, {"unknown": 1}, {"suggested_questions": ["x"] * 9}):
        assert running_service.client.put("/v1/admin/site", json=bad, headers=admin).status_code == 422


def test_statistics_and_metrics_count_what_happened(running_service: Running) -> None:
    admin = running_service.key("admin")
    reply = running_service.ask("如何提幣?")
    running_service.ask("我要真人客服")
    headers = {"X-Visitor-Token": reply["visitor_token"]}
    url = f"/v1/conversations/{reply['conversation_id']}/messages/{reply['message_id']}/feedback"
    running_service.client.post(url, json={"verdict": "helpful"}, headers=headers)
    running_service.client.post("/articles/invite/feedback?verdict=not", follow_redirects=False)
    found = running_service.client.get("/v1/admin/statistics", headers=admin).json()
    [day] = found["days"]
    assert (day["conversations"], day["answered"], day["helpful"], day["handed_over"]) == (2, 1, 1, 1)
    assert found["articles"] == [{"article_id": "withdraw", "title": "如何提幣?", "answers": 1}]
    assert found["milliseconds_p95"] > 0
    assert found["votes"] == [{"article_id": "invite", "title": "邀請好友規則", "helpful": 0, "not_helpful": 1}]
    [speed] = found["speed"]
    assert (speed["day"], speed["p95"]) == (day["day"], found["milliseconds_p95"])
    assert {"question": "如何提幣?", "count": 1} in found["questions"]
    metrics = running_service.client.get("/v1/admin/metrics", headers=admin).text
    assert 'supportbot_answers_total{outcome="answer"} 1.0' in metrics
    assert 'supportbot_requests_total{method="POST",route="/v1/chat",status="200"} 2.0' in metrics
    assert 'supportbot_stage_seconds_count{stage="search"}' in metrics
    assert "supportbot_cache_hits 0.0" in metrics
    assert "supportbot_cache_misses 2.0" in metrics
    assert "提幣" not in metrics


def test_it_is_ready_only_when_everything_is(running_service: Running) -> None:
    assert running_service.client.get("/readyz").json()["index_version"] == running_service.service.snapshot.version
    running_service.service.stopping.set()
    assert running_service.client.get("/readyz").status_code == 503
    assert running_service.client.get("/healthz").status_code == 200
