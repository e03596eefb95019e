"""The service against everything that its own description allows, and against questions made to break it."""

import json
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from service import Running, running

from supportbot.answering.bot import SupportBot
from supportbot.answering.conversation import Conversation
from supportbot.errors import QuestionError
from supportbot.privacy import scrub
from supportbot.settings import Settings

pytestmark = pytest.mark.slow

CHECKS = (not_a_server_error, response_schema_conformance, status_code_conformance, content_type_conformance)
FUZZED = 2_000
"""Questions a run; `SUPPORTBOT_FUZZ=100000 pytest -k fuzz` asks more."""


@pytest.fixture(scope="module")
def module_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service of its own for the whole module, without limits, whose live streams end at once."""
    from conftest import QUESTIONS, WITHDRAW

    from supportbot import settings as settings_room
    from supportbot.content.articles import Article, write

    folder = tmp_path_factory.mktemp("hostile")
    write([Article("withdraw", "如何提幣?", WITHDRAW), Article("faq", "常見問題", QUESTIONS)], folder / "corpus")
    settings: Settings = settings_room.load(
        corpus=folder / "corpus",
        index=folder / "index",
        cache=folder / "cache",
        model="hash",
        benchmark=folder / "none",
    )
    limits = dict.fromkeys(("visitor_limit", "address_limit", "read_limit"), "1000000/second")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("supportbot.api.routes.chat.LIVE_SECONDS", 0)
        with running(settings, **limits) as service:
            yield service


@pytest.fixture(scope="module")
def api_schema(module_service: Running) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", module_service.app)


@pytest.fixture(scope="module")
def admin(module_service: Running) -> dict[str, str]:
    """An admin's key, and a visitor's token."""
    token = module_service.ask("如何提幣?")["visitor_token"]
    return {**module_service.key("admin"), "X-Visitor-Token": token}


def operations(schema: Any) -> dict[str, Any]:
    """The operations of a description by their label."""
    return {found.ok().label: found.ok() for found in schema.get_all_operations()}


def test_every_request_the_description_allows_is_answered_as_described(
    api_schema: Any, admin: dict[str, str], module_service: Running
) -> None:
    found = operations(api_schema)
    assert len(found) > 35
    for operation in found.values():

        @given(case=operation.as_strategy())
        @hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        def ask(case: schemathesis.Case[Any]) -> None:
            case.headers.update(admin)
            case.call_and_validate(checks=list(CHECKS))

        ask()
    assert module_service.service.metrics.registry.get_sample_value(
        "supportbot_requests_total", {"method": "POST", "route": "/v1/chat", "status": "200"}
    )


# --- questions ----------------------------------------------------------------------------------------------------

PIECES = (
    "如何提幣", "緊急聯絡人", "KYC", "那個呢", "谢谢", "真人", "\x00", "\ud800", "\u202e", "\u200b", "😀" * 3, "﷽",
    "<script>", "'; DROP TABLE messages;--", "../../etc/passwd", "{{7*7}}", "%s%n", "\\", "\n\n", "1" * 400, "A" * 300,
    "，" * 50, "abandon ability able about above absent absorb abstract absurd", "0x" + "f" * 64, "4111 1111 1111 1111",
    "anna@example.com", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A", "ﬀ", "①②③", "ｋｙｃ", "第二個", "١٢٣", "=1+1", "[a](javascript:x)",
)  # fmt: skip


def hostile_question(chance: random.Random) -> str:
    """Pieces of everything, or characters of any kind."""
    if chance.random() < 0.6:
        return "".join(chance.choice(PIECES) for _ in range(chance.randint(0, 8)))
    return "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randint(0, 60)))


def test_no_question_breaks_the_bot_or_its_redaction(bot: SupportBot) -> None:
    chance = random.Random(int(os.environ.get("SUPPORTBOT_FUZZ_SEED", "0")))
    conversation = Conversation(bot)
    for number in range(int(os.environ.get("SUPPORTBOT_FUZZ", FUZZED))):
        if number % 50 == 0:
            conversation = Conversation(bot)
        question = hostile_question(chance)
        try:
            answer = conversation.ask(question)
        except QuestionError:
            continue
        json.dumps(answer.as_dict(), ensure_ascii=False).encode("utf-8")
        kept = scrub(question)
        assert scrub(kept) == kept


def test_no_question_breaks_the_service(module_service: Running) -> None:
    chance = random.Random(1)
    token, key = "", None
    for number in range(300):
        sent = {"question": hostile_question(chance)[:4000]} | ({"conversation_id": key} if key else {})
        content = json.dumps(sent).encode()
        headers = {"Content-Type": "application/json"} | ({"X-Visitor-Token": token} if token else {})
        response = module_service.client.post("/v1/chat", content=content, headers=headers)
        assert response.status_code in (200, 422), response.text
        if response.status_code == 200 and number % 20 == 0:
            token, key = response.json()["visitor_token"], response.json()["conversation_id"]
