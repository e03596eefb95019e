"""Rate limits: which calls count against which of them, and who counts as one caller."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from service import Running, running
from starlette.testclient import TestClient

from supportbot.settings import Settings


@pytest.fixture
def limited(settings: Settings, one_dictionary: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """A service with two calls a minute of each kind, whose live streams end at once."""
    monkeypatch.setattr("supportbot.api.routes.chat.LIVE_SECONDS", 0)
    two = dict.fromkeys(("visitor_limit", "address_limit", "read_limit"), "2/minute")
    with running(settings, **two) as service:
        yield service


def statuses(service: Running, host: str, count: int, path: str = "/v1/suggestions?q=t") -> list[int]:
    """The statuses of so many reads from an address."""
    client = TestClient(service.app, client=(host, 50_000))
    return [client.get(path).status_code for _ in range(count)]


def test_the_addresses_of_one_ipv6_network_are_one_caller(limited: Running) -> None:
    same = [statuses(limited, f"2001:db8:0:7:{number}::{number}", 1) for number in range(1, 4)]
    assert same == [[200], [200], [429]]
    assert statuses(limited, "2001:db8:0:8::1", 1) == [200]
    assert statuses(limited, "2001:db8::7:1", 1) == [200]


def test_each_ipv4_address_is_a_caller(limited: Running) -> None:
    assert statuses(limited, "192.0.2.1", 3) == [200, 200, 429]
    assert statuses(limited, "192.0.2.2", 1) == [200]


READS = {
    "conversation": ("GET", "/v1/conversations/{conversation_id}", None),
    "events": ("GET", "/v1/conversations/{conversation_id}/events", None),
    "feedback": ("POST", "/v1/conversations/{conversation_id}/messages/{message_id}/feedback", {"verdict": "helpful"}),
    "suggestions": ("GET", "/v1/suggestions?q=t", None),
    "search page": ("GET", "/search?q=提幣", None),
}


@pytest.mark.parametrize("name", READS)
def test_reads_from_an_address_have_an_end(limited: Running, name: str) -> None:
    method, path, body = READS[name]
    reply = limited.ask("如何提幣?")
    headers = {"X-Visitor-Token": reply["visitor_token"]}
    found = [
        limited.client.request(method, path.format(**reply), json=body, headers=headers).status_code for _ in range(3)
    ]
    assert found == [200, 200, 429]
    assert limited.ask("邀請好友規則")["outcome"] == "answer", "questions are counted apart"


def test_requests_for_a_person_count_as_a_visitors_questions(limited: Running) -> None:
    reply = limited.ask("如何提幣?")
    url, headers = f"/v1/conversations/{reply['conversation_id']}/handoff", {"X-Visitor-Token": reply["visitor_token"]}
    assert [limited.client.post(url, json={}, headers=headers).status_code for _ in range(2)] == [200, 429]


def test_votes_on_articles_count_as_questions_of_an_address(limited: Running) -> None:
    url = "/articles/withdraw/feedback?verdict=helpful"
    found = [limited.client.post(url, headers={"Accept": "application/json"}).status_code for _ in range(3)]
    assert found == [200, 200, 429]


def test_each_key_has_its_own_completions(limited: Running) -> None:
    body: Mapping[str, Any] = {"messages": [{"role": "user", "content": "如何提幣?"}]}
    first, second = limited.key("client"), limited.key("client")
    found = [limited.client.post("/v1/chat/completions", json=body, headers=first).status_code for _ in range(3)]
    assert found == [200, 200, 429]
    assert limited.client.post("/v1/chat/completions", json=body, headers=second).status_code == 200


def test_a_live_stream_is_counted_while_it_is_open(running_service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supportbot.api.routes.chat.POLL_SECONDS", 0.02)
    monkeypatch.setattr("supportbot.api.routes.chat.LIVE_SECONDS", 0.1)
    seen: list[int] = []
    messages = type(running_service.service.store.conversations).messages

    def watching(self: Any, *arguments: Any, **more: Any) -> Any:
        seen.append(running_service.service.streams)
        return messages(self, *arguments, **more)

    reply = running_service.ask("如何提幣?")
    monkeypatch.setattr(type(running_service.service.store.conversations), "messages", watching)
    url, headers = f"/v1/conversations/{reply['conversation_id']}/events", {"X-Visitor-Token": reply["visitor_token"]}
    assert running_service.client.get(url, headers=headers).status_code == 200
    assert set(seen) == {1}
    assert len(seen) == 5, "and ends after its time"
    assert running_service.service.streams == 0
