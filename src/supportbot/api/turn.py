"""A visitor's turn: the conversation is read, the bot asked, and both sides stored in one transaction.

What is stored, remembered and logged went through `redaction.scrub` before.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from supportbot.answering.answer import Answer, Choice
from supportbot.answering.bot import check_question
from supportbot.answering.conversation import Conversation, Memory
from supportbot.answering.follow_ups import Topic
from supportbot.api.errors import ApiError
from supportbot.api.service import Service
from supportbot.privacy import scrub
from supportbot.rephrasing import article_text
from supportbot.serving import Snapshot
from supportbot.storage import StoredConversation, StoredMessage
from supportbot.text import scripts

MOST_TRIES = 5
"""How often a turn is answered anew because another post into the same conversation came first."""

SILENT: tuple[str, ...] = ("waiting", "agent")
"""The states in which a person has the conversation, so that the bot says nothing."""

Reason = Literal["asked_for_person", "no_answer", "not_helpful", "policy", "complaint", "other"]
"""Why a conversation is handed to a person."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of a question: the answer as `Answer.as_dict` gives it, and where it is stored.

    `said` is None while a person has the conversation.
    """

    conversation: StoredConversation
    asked: StoredMessage
    said: StoredMessage | None
    answer: Mapping[str, Any]
    state: str


def take_turn(
    service: Service,
    conversation: StoredConversation,
    question: str,
    *,
    choice: str | None = None,
    script: scripts.Script | None = None,
) -> Turn:
    """Answer a question in a conversation and store it. Raises `QuestionError`, `InputError`, `DatabaseError`.

    Two turns at once into one conversation are put one behind the other; raises `ApiError` (409) when too many come.
    """
    for _ in range(MOST_TRIES):
        turn = _try(service, conversation, question, choice, script)
        if turn is not None:
            return turn
        again = service.store.conversations.get(conversation.id)
        if again is None:  # the visitor's data was deleted meanwhile
            raise ApiError(404, "not_found", "there is no such conversation")
        conversation = again
    raise ApiError(
        409, "conversation_busy", "several questions came at once; send this one again", {"Retry-After": "1"}
    )


def _try(
    service: Service,
    conversation: StoredConversation,
    question: str,
    choice: str | None,
    script: scripts.Script | None,
) -> Turn | None:
    snapshot = service.snapshot
    started = time.perf_counter()
    memory = remembered(conversation.memory)
    if script and not memory.topics:
        memory = replace(memory, script=script)
    handoff_reason = None
    stored: Mapping[str, Any] | None
    if conversation.state in SILENT:
        text = check_question(question)
        said = Answer("handoff", 0.0, "", scripts.detect(text, default=memory.script), snapshot.version)
        answer, stored = said.as_dict(), None
    else:
        talk = Conversation(snapshot, memory)
        said = talk.ask(question, choice=choice)
        memory = talk.memory
        if said.outcome == "answer" and service.rephraser is not None:
            said = _rephrased(service, snapshot, question, said)
        answer = stored = said.as_dict()
        handoff_reason = "asked_for_person" if said.outcome == "handoff" else None
        service.metrics.answered(said.outcome, answer["timings_ms"])
    seconds = time.perf_counter() - started
    shown = question if choice is None else question or said.text
    kept = service.store.conversations.add_turn(
        conversation,
        scrub(shown or choice or ""),
        _scrubbed(stored),
        memory=forgettable(memory),
        milliseconds=round(seconds * 1000, 3),
        handoff_reason=handoff_reason,
    )
    if kept is None:
        return None
    state = "waiting" if handoff_reason else ("bot" if conversation.state == "closed" else conversation.state)
    return Turn(conversation, kept[0], kept[1], answer, state)


def _rephrased(service: Service, snapshot: Snapshot, question: str, answer: Answer) -> Answer:
    """The answer as the language model says it, if every sentence of that stands in the cited article."""
    assert service.rephraser is not None  # noqa: S101 - the caller looked
    source = answer.sources[0]
    text = article_text(snapshot.title(source.article_id), snapshot.chunks(source.article_id))
    found = service.rephraser.rephrase(scrub(question), answer, text)
    service.metrics.rephrased.labels(found.reason or "used").inc()
    return found.answer


def _scrubbed(answer: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """An answer without what the asker showed: only `context` repeats it."""
    if answer is None or answer["context"] is None:
        return answer
    return {**answer, "context": scrub(answer["context"])}


def forgettable(memory: Memory) -> dict[str, Any]:
    """A memory as plain values for JSON, without anything personal."""
    return {
        "topics": [{"question": scrub(topic.question), "article_id": topic.article_id} for topic in memory.topics],
        "asked": scrub(memory.asked),
        "choices": [asdict(choice) for choice in memory.choices],
        "script": memory.script,
    }


def remembered(stored: Mapping[str, Any]) -> Memory:
    """The memory that `forgettable` made plain; an empty one of nothing."""
    if not stored:
        return Memory()
    return Memory(
        tuple(Topic(**topic) for topic in stored["topics"]),
        stored["asked"],
        tuple(Choice(**choice) for choice in stored["choices"]),
        stored["script"],
    )


def script_of(locale: str | None) -> scripts.Script | None:
    """The script of a BCP 47 language tag: zh-TW, zh-Hant-HK, zh-CN, en…; None for no tag."""
    if not locale:
        return None
    parts = re.split(r"[-_]", locale.lower())
    if parts[0] != "zh" and parts[0] != "yue":
        return "latin"
    return "hans" if {"hans", "cn", "sg", "my"} & set(parts) else "hant"
