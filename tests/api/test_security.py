"""Nobody is let in who should not be, and every refusal looks the same."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from service import SECRET, Running, running
from sqlalchemy import event

from supportbot import settings as settings_room
from supportbot.api import create_app
from supportbot.api.errors import ApiError
from supportbot.api.security import Tokens
from supportbot.errors import SettingsError
from supportbot.settings import KNOWN_SECRET, Settings

PUBLIC = {"customers", "help centre", "operation"}
ROLES = {"agents": "agent", "admin": "admin", "openai": "client"}
LOWER: dict[str, Any] = {"agent": "client", "admin": "agent"}


def operations(service: Running) -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path with its placeholders filled, and description of every operation of the OpenAPI."""
    found = []
    for path, methods in service.app.openapi()["paths"].items():
        for method, operation in methods.items():
            filled = path.replace("{number}", "1").replace("{article_id}", "withdraw")
            for name in ("conversation_id", "message_id", "job_id", "key_id"):
                filled = filled.replace("{" + name + "}", f"{name[0]}_{'x' * 22}")
            found.append((method.upper(), filled, operation))
    return found


def is_error(body: Any) -> bool:
    """Whether a body is the one error body that there is."""
    return (
        isinstance(body, dict)
        and set(body) == {"error"}
        and set(body["error"]) - {"details"} == {"code", "message", "request_id"}
        and len(body["error"]["request_id"]) >= 8
    )


def test_every_route_asks_for_the_role_it_is_for(running_service: Running) -> None:
    seen = set()
    for method, path, operation in operations(running_service):
        [tag] = operation["tags"]
        seen.add(tag)
        if tag in PUBLIC:
            assert "security" not in operation, path
            continue
        role = ROLES[tag]
        assert operation["security"] == [{"key": []}], path
        refused = running_service.client.request(method, path, json={})
        assert (refused.status_code, is_error(refused.json())) == (401, True), path
        forged = running_service.client.request(method, path, json={}, headers={"Authorization": "Bearer sb_admin_x"})
        assert forged.status_code == 401, path
        if role in LOWER:
            low = running_service.client.request(method, path, json={}, headers=running_service.key(LOWER[role]))
            assert (low.status_code, is_error(low.json())) == (403, True), path
        right = running_service.client.request(method, path, json={}, headers=running_service.key(role))
        assert right.status_code not in (401, 403), path
    assert seen == PUBLIC | set(ROLES)


def test_a_revoked_key_opens_nothing(running_service: Running) -> None:
    key, secret = running_service.service.store.keys.add("anna", "admin")
    headers = {"Authorization": f"Bearer {secret}"}
    assert running_service.client.get("/v1/queue", headers=headers).status_code == 200
    running_service.service.store.keys.revoke(key.id)
    assert running_service.client.get("/v1/queue", headers=headers).status_code == 401


def test_another_visitors_conversation_is_as_good_as_none(running_service: Running) -> None:
    mine, other = running_service.ask("如何提幣?"), running_service.ask("如何提幣?")
    key, message = mine["conversation_id"], mine["message_id"]
    headers = {"X-Visitor-Token": other["visitor_token"]}
    client = running_service.client
    tried = [
        client.get(f"/v1/conversations/{key}", headers=headers),
        client.get(f"/v1/conversations/{key}/messages/{message}/stream", headers=headers),
        client.get(f"/v1/conversations/{key}/events", headers=headers),
        client.post(f"/v1/conversations/{key}/handoff", json={}, headers=headers),
        client.delete(f"/v1/conversations/{key}/handoff", headers=headers),
        client.post(f"/v1/conversations/{key}/messages/{message}/feedback", json={"verdict": "not"}, headers=headers),
        client.post("/v1/chat", json={"question": "好", "conversation_id": key}, headers=headers),
        client.post("/v1/chat", json={"question": "好", "conversation_id": key}),
    ]
    assert [response.status_code for response in tried] == [404] * len(tried)
    absent = client.get(f"/v1/conversations/c_{'x' * 22}", headers=headers)
    assert {k: v for k, v in absent.json()["error"].items() if k != "request_id"} == {
        k: v for k, v in tried[0].json()["error"].items() if k != "request_id"
    }


NOWHERE = [
    ("GET", "/v1/articles/none", "article"),
    ("GET", "/v1/canned/none", "article"),
    ("GET", "/articles/none", "article"),
    ("GET", "/categories/none", "category"),
    ("GET", f"/v1/queue/c_{'x' * 22}", "conversation"),
    ("POST", f"/v1/queue/c_{'x' * 22}/close", "conversation"),
    ("GET", f"/v1/conversations/c_{'x' * 22}", "conversation"),
    ("GET", f"/v1/jobs/j_{'x' * 22}", "job"),
    ("GET", f"/v1/admin/jobs/j_{'x' * 22}", "job"),
    ("DELETE", f"/v1/admin/keys/k_{'x' * 22}", "key"),
    ("POST", "/v1/changes/7/revert", "change"),
    ("POST", "/v1/changes/0/revert", "change"),
    ("POST", f"/v1/changes/{10**30}/revert", "change"),
]


def test_what_is_not_there_is_refused_in_one_form(running_service: Running) -> None:
    reply = running_service.ask("如何提幣?")
    own = f"/v1/conversations/{reply['conversation_id']}/messages"
    lost = [("POST", f"{own}/{key}/feedback", "answer") for key in (f"m_{'x' * 22}", reply["question_id"])]
    lost.append(("GET", f"{own}/{reply['question_id']}/stream", "answer"))
    headers = {**running_service.key("admin"), "X-Visitor-Token": reply["visitor_token"]}
    for method, path, what in [*NOWHERE, *lost]:
        response = running_service.client.request(method, path, json={"verdict": "not"}, headers=headers)
        assert response.status_code == 404, path
        error = response.json()["error"]
        assert (error["code"], error["message"]) == ("not_found", f"there is no such {what}"), path


@pytest.mark.parametrize("token", ["x", "a.b.c", "é", "x" * 5000, "WyJ2XzEiLDBd.AAAA", '["v_1",1]'])
def test_a_forged_token_is_refused(running_service: Running, token: str) -> None:
    headers = {"X-Visitor-Token": token.encode()}
    response = running_service.client.post("/v1/chat", json={"question": "好"}, headers=headers)  # type: ignore[arg-type]
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "invalid_visitor"


def test_tokens_of_another_secret_and_old_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = Tokens(SECRET, 30)
    token = tokens.new().token
    assert tokens.read(token).token == token
    with pytest.raises(ApiError) as error:
        Tokens("another secret, long enough to be one", 30).read(token)
    assert error.value.code == "invalid_visitor"
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 31 * 86_400)
    with pytest.raises(ApiError) as error:
        tokens.read(token)
    assert error.value.code == "expired_visitor"
    monkeypatch.setattr(time, "time", lambda: now - 31 * 86_400)  # the clock was set back
    assert tokens.read(token).token == token


def test_too_many_questions_are_refused_with_the_time_to_wait(settings: Settings, one_dictionary: None) -> None:
    with running(settings, visitor_limit="3/minute", address_limit="5/minute", read_limit="2/minute") as service:
        token = service.ask("一")["visitor_token"]
        service.ask("二", token)
        service.ask("三", token)
        refused = service.client.post("/v1/chat", json={"question": "四"}, headers={"X-Visitor-Token": token})
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_requests")
        assert 1 <= int(refused.headers["Retry-After"]) <= 61
        service.ask("五")
        again = service.client.post("/v1/chat", json={"question": "六"})  # a new visitor from the same address
        assert again.status_code == 429
        assert [service.client.get("/v1/suggestions?q=t").status_code for _ in range(3)] == [200, 200, 429]
        other = create_app(service.service.settings)  # another worker on the same database
        from starlette.testclient import TestClient

        with TestClient(other) as client:
            assert client.post("/v1/chat", json={"question": "七"}).status_code == 429


def test_every_reply_has_its_id_and_the_security_headers(running_service: Running) -> None:
    for path, status in (("/healthz", 200), ("/v1/queue", 401), ("/nowhere", 404), ("/articles/withdraw", 200)):
        response = running_service.client.get(path)
        assert response.status_code == status
        assert len(response.headers["X-Request-ID"]) >= 8
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
        assert "object-src 'none'" in response.headers["Content-Security-Policy"]
        assert "server" not in response.headers
    given = running_service.client.get("/healthz", headers={"X-Request-ID": "my-own-id-1"})
    assert given.headers["X-Request-ID"] == "my-own-id-1"
    hostile = running_service.client.get("/healthz", headers={"X-Request-ID": "a b<script>"})
    assert "script" not in hostile.headers["X-Request-ID"]


def test_only_named_sites_may_call_and_frame(settings: Settings, one_dictionary: None) -> None:
    with running(settings, origins="https://help.example.com, https://b.example.com") as service:
        mine = service.client.get("/v1/site", headers={"Origin": "https://help.example.com"})
        assert mine.headers["Access-Control-Allow-Origin"] == "https://help.example.com"
        assert "https://help.example.com https://b.example.com" in mine.headers["Content-Security-Policy"]
        other = service.client.get("/v1/site", headers={"Origin": "https://evil.example.com"})
        assert "Access-Control-Allow-Origin" not in other.headers
        for method, path in (("POST", "/v1/chat"), ("DELETE", "/v1/visitor"), ("GET", "/v1/visitor")):
            asked = {
                "Origin": "https://b.example.com",
                "Access-Control-Request-Method": method,
                "Access-Control-Request-Headers": "authorization, content-type, x-visitor-token, last-event-id",
            }
            allowed = service.client.options(path, headers=asked)
            assert (allowed.status_code, allowed.headers["Access-Control-Allow-Origin"]) == (200, asked["Origin"])
        shown = mine.headers["Access-Control-Expose-Headers"]
        assert {"X-Request-ID", "Retry-After"} <= set(shown.split(", ")), "what a widget on another site reads"
        asked = {"Origin": "https://evil.example.com", "Access-Control-Request-Method": "POST"}
        assert service.client.options("/v1/chat", headers=asked).status_code == 400


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b'{"question": "\xff\xfe"}', "application/json", 400),
        (b'{"question": ', "application/json", 422),
        (b"[" * 60_000, "application/json", 400),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "application/json", 400),
        (b'{"question": "x", "conversation_id": ' + b"9" * 6000 + b"}", "application/json", 400),
        (b'{"question": 1}', "application/json", 422),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b"", "application/json", 422),
        (b"question=x", "application/x-www-form-urlencoded", 422),
        (b'{"question": "x"}', "text/plain", 422),
        (b'{"question": "x", "choice": "../../etc/passwd"}', "application/json", 422),
        (b'{"question": "x", "conversation_id": "c_1\' OR 1=1"}', "application/json", 422),
        (b'{"question": "x", "locale": "' + b"z" * 400 + b'"}', "application/json", 422),
        (b'{"question": "\\ud800\\u0000"}', "application/json", 422),
        (b'{"question": "' + b"x" * 70_000 + b'"}', "application/json", 413),
    ],
)
def test_a_body_that_is_none_is_refused_in_one_form(
    running_service: Running, content: bytes, kind: str, status: int
) -> None:
    response = running_service.client.post("/v1/chat", content=content, headers={"Content-Type": kind})
    assert response.status_code == status, response.text[:300]
    assert is_error(response.json())
    assert "Traceback" not in response.text
    assert "/src/" not in response.text


def test_a_body_without_a_length_is_cut_off_where_it_is_too_long(running_service: Running) -> None:
    def endless() -> Any:
        yield b'{"question": "'
        for _ in range(100):
            yield b"x" * 10_000

    response = running_service.client.post("/v1/chat", content=endless(), headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["error"]["code"]) == (413, "too_large")


def test_an_error_inside_tells_nothing(running_service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret detail: /home/anna")

    monkeypatch.setattr(type(running_service.service.store.conversations), "new", broken)
    response = running_service.client.post("/v1/chat", json={"question": "好"})
    assert response.status_code == 500
    assert is_error(response.json())
    assert "anna" not in response.text


def test_a_lost_database_is_503_and_the_service_comes_back(running_service: Running, tmp_path: Path) -> None:
    database = running_service.service.store.database
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE messages RENAME TO away")
    response = running_service.client.post("/v1/chat", json={"question": "如何提幣?"})
    assert (response.status_code, response.json()["error"]["code"]) == (503, "unavailable")
    assert response.headers["Retry-After"]
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO messages")
    assert running_service.ask("如何提幣?")["outcome"] == "answer"


def test_a_full_disk_is_503_and_what_was_stored_stays(running_service: Running) -> None:
    reply = running_service.ask("如何提幣?")
    token, key = reply["visitor_token"], reply["conversation_id"]
    engine = running_service.service.store.database.engine
    with running_service.service.store.database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one() + 4

    def full(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")  # room for a few answers, and no more

    event.listen(engine, "connect", full)
    engine.dispose()
    statuses = set()
    for number in range(60):  # until that is used up
        body = {"question": f"如何提幣 {number}", "conversation_id": key}
        response = running_service.client.post("/v1/chat", json=body, headers={"X-Visitor-Token": token})
        statuses.add(response.status_code)
        if response.status_code != 200:
            assert is_error(response.json())
            break
    assert statuses == {200, 503}
    event.remove(engine, "connect", full)
    engine.dispose()
    read = running_service.client.get(f"/v1/conversations/{key}", headers={"X-Visitor-Token": token}).json()
    assert [one["author"] for one in read["messages"]] == ["visitor", "bot"] * (number + 1)
    running_service.ask("如何提幣?", token, conversation_id=key)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"environment": "production"}, "SUPPORTBOT_SECRET"),
        ({"environment": "production", "secret": "short"}, "SUPPORTBOT_SECRET"),
        ({"environment": "production", "secret": KNOWN_SECRET}, "SUPPORTBOT_SECRET"),
        ({"host": "0.0.0.0"}, "SUPPORTBOT_HOST"),
    ],
)
def test_it_does_not_start_in_the_open_with_a_secret_that_everybody_knows(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        create_app(settings_room.load(**changes))


def test_it_starts_in_production_with_a_secret_of_its_own() -> None:
    settings = settings_room.load(environment="production", secret="s" * 32, host="0.0.0.0")
    create_app(settings)
    assert "s" * 32 not in repr(settings)


def test_logs_hold_no_words_of_visitors(running_service: Running, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    running_service.ask("我的祕密問題 anna@example.com")
    running_service.client.post("/v1/chat", json={"question": "祕密", "conversation_id": "x"})
    lines = [json.dumps({**record.__dict__, "args": None, "exc_info": None}, default=str) for record in caplog.records]
    assert any("/v1/chat" in line for line in lines)
    assert not any("祕密" in line or "\\u7955" in line or "anna" in line for line in lines if "httpx" not in line)
