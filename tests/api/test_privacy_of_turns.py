"""What a turn leaves in the database: nothing personal, in no column of any table."""

import json
from typing import Any

import pytest
from service import Running, running
from sqlalchemy import text

from supportbot.settings import Settings

PHONE = "0912-345-678"
EMAIL = "anna.lee@example.com"


def stored(service: Running) -> str:
    """All rows of all tables."""
    with service.service.store.database.reading() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        rows = [row for name in names for row in connection.execute(text(f"SELECT * FROM {name}")).mappings()]
    return "\n".join(str(dict(row)) for row in rows)


@pytest.mark.parametrize("outcome", ["answer", "clarify", "decline", "handoff"])
def test_nothing_personal_of_a_question_is_stored_whatever_came_of_it(
    settings: Settings, one_dictionary: None, outcome: str
) -> None:
    changes = {
        "answer": {"answer_precision": 0.0},
        "clarify": {"answer_precision": 1.0, "clarify_precision": 0.0},
        "decline": {"answer_precision": 1.0, "clarify_precision": 1.0},
        "handoff": {},
    }[outcome]
    with running(settings, **changes) as service:
        question = f"提幣地址填錯，請打 {PHONE} 或寫信到 {EMAIL}"
        if outcome == "handoff":  # a person has the conversation
            first = service.ask("我要真人客服")
            reply = service.ask(question, first["visitor_token"], conversation_id=first["conversation_id"])
        else:
            reply = service.ask(question)
        assert reply["outcome"] == outcome
        kept = stored(service)
        assert "提幣地址填錯" in kept
        assert PHONE not in kept
        assert EMAIL not in kept


def test_a_choice_of_the_question_that_waited_stores_nothing_personal(settings: Settings, one_dictionary: None) -> None:
    with running(settings, answer_precision=1.0, clarify_precision=0.0) as service:
        back = service.ask(f"提幣的問題，我的電話是 {PHONE}")
        chosen = back["choices"][0]["article_id"]
        token, key = back["visitor_token"], back["conversation_id"]
        assert service.ask("", token, conversation_id=key, choice=chosen)["outcome"] == "answer"
        assert PHONE not in stored(service)


def test_the_earlier_question_that_an_answer_names_is_stored_without_what_is_personal(
    settings: Settings, one_dictionary: None
) -> None:
    """Conversations go on from what an older version stored, which may have known fewer kinds of personal data."""
    with running(settings, answer_precision=1.0, follow_up_precision=0.0) as service:
        first = service.ask("如何提幣?")
        with service.service.store.database.writing() as connection:
            [memory] = connection.execute(text("SELECT memory FROM conversations")).scalars()
            memory = json.dumps(json.loads(memory), ensure_ascii=False).replace("如何提幣?", f"如何提幣? {PHONE}")
            assert PHONE in memory
            connection.execute(text("UPDATE conversations SET memory = :memory"), {"memory": memory})
        reply = service.ask("那要多久呢", first["visitor_token"], conversation_id=first["conversation_id"])
        assert reply["context"].startswith("如何提幣?")
        assert PHONE not in stored(service)


def test_nothing_personal_of_a_completions_earlier_turns_is_stored(settings: Settings, one_dictionary: None) -> None:
    with running(settings, answer_precision=1.0, follow_up_precision=0.0) as service:
        turns = [f"如何提幣? 打給 {PHONE}", f"那要多久呢 {EMAIL}"]
        body: dict[str, Any] = {"messages": [{"role": "user", "content": turn} for turn in turns]}
        response = service.client.post("/v1/chat/completions", json=body, headers=service.key("client"))
        assert response.status_code == 200
        kept = stored(service)
        assert "那要多久呢" in kept
        assert PHONE not in kept
        assert EMAIL not in kept
