"""One turn of a conversation: a question is answered, and both sides are stored in one transaction.

This is where the HTTP routes meet the bot:

    route → take_turn → Conversation.ask → SupportBot.ask → Retriever.search → confidence → compose
                      → scrub → Conversations.add_turn

What is stored and remembered went through `privacy.scrub`.
"""

import time
from dataclasses import dataclass, replace

from supportbot.answering.answer import Answer
from supportbot.answering.bot import check_question
from supportbot.answering.conversation import Conversation, Memory
from supportbot.api.errors import ApiError
from supportbot.api.service import Service
from supportbot.privacy import scrub
from supportbot.serving import Snapshot
from supportbot.storage import StoredConversation, StoredTurn
from supportbot.text import scripts
from supportbot.text.folding import clean

MOST_TRIES = 5
"""How often a turn is answered again because another one came first."""

SILENT = ("waiting", "agent")
"""The states in which a person has the conversation, and the bot says nothing."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer to a question, as the visitor gets it, and what was stored of both.

    >>> turn = take_turn(service, service.store.conversations.new(visitor.id), "如何提幣？")
    >>> turn.answer.outcome, turn.stored.state
    ('answer', 'bot')
    """

    answer: Answer
    stored: StoredTurn


def take_turn(
    service: Service,
    conversation: StoredConversation,
    question: str,
    *,
    choice: str | None = None,
    section: str | None = None,
    script: scripts.Script | None = None,
    region: scripts.Region | None = None,
) -> Turn:
    """Answer a question in a conversation, and store both.

    `choice` is the id of an article to answer from, `section` that of a chunk of it to answer from its section; the
    question may then be empty. `script` is that of the visitor's page, `region` whose Traditional characters they know.
    Turns that come at once are answered one after the other. Raises `QuestionError`, `InputError` if there is no
    article `choice` or it has no such `section`, `NotFoundError` if the conversation was deleted, `ApiError` (409) if
    other turns come first `MOST_TRIES` times, and `DatabaseError`.
    """
    for _ in range(MOST_TRIES):
        turn = _try(service, conversation, question, choice, section, script, region)
        if turn is not None:
            return turn
        conversation = service.store.conversations.get(conversation.id)
    raise ApiError(
        409, "conversation_busy", "several questions came at once; send this one again", {"Retry-After": "1"}
    )


def _try(
    service: Service,
    conversation: StoredConversation,
    question: str,
    choice: str | None,
    section: str | None,
    script: scripts.Script | None,
    region: scripts.Region | None,
) -> Turn | None:
    """Take the turn; return None if the conversation changed meanwhile."""
    started = time.perf_counter()
    snapshot, memory = service.snapshot, conversation.memory
    if script and not memory.topics:
        memory = replace(memory, script=script)
    if region:
        memory = replace(memory, region=region)
    talk = Conversation(snapshot, memory)
    written = question if choice is None or clean(question) else _chosen_title(snapshot, memory, choice, section)
    silent = conversation.state in SILENT
    if silent:
        spoken = scripts.detect(check_question(written), default=memory.script or snapshot.index.script)
        answer = Answer("handoff", 0.0, "", spoken, snapshot.version)
    else:
        answer = talk.ask(question, choice=choice, section=section)
        if answer.outcome == "answer" and service.rephraser is not None:
            answer = _rephrased(service, written, answer)
        service.metrics.answered(answer)
    stored = service.store.conversations.add_turn(
        conversation,
        scrub(written),
        None if silent else replace(answer, context=answer.context and scrub(answer.context)),
        memory=scrubbed(talk.memory),
        chosen=choice is not None and bool(memory.asked_for(choice, section)),
        milliseconds=round((time.perf_counter() - started) * 1000, 3),
        handoff_reason="asked_for_person" if answer.outcome == "handoff" and not silent else None,
    )
    return Turn(answer, stored) if stored else None


def _chosen_title(snapshot: Snapshot, memory: Memory, choice: str, section: str | None) -> str:
    """Return the title of a chosen article or section, as it was offered if it was. Raises `InputError`."""
    offered = memory.offer(choice, section)
    return offered.title if offered else snapshot.title(choice, section)


def _rephrased(service: Service, question: str, answer: Answer) -> Answer:
    """Return `answer`, shortened by the language model if that succeeds, and count what came of it."""
    assert service.rephraser is not None  # noqa: S101 - the caller looked
    found = service.rephraser.rephrase(question, answer)
    service.metrics.rephrased.labels(found.result).inc()
    return found.answer


def scrubbed(memory: Memory) -> Memory:
    """Return a memory without secrets and personal data."""
    topics = tuple(replace(topic, question=scrub(topic.question)) for topic in memory.topics)
    return replace(memory, topics=topics, asked=scrub(memory.asked))
