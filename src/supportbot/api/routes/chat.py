"""Routes for customers: ask, read a conversation, rate an answer, ask for a person."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from supportbot.api import streaming
from supportbot.api.errors import ApiError
from supportbot.api.schemas import ConversationOut, Done, Feedback, Handoff, Id, MessageOut, Question, Reply
from supportbot.api.security import AnyVisitor, KnownVisitor, Visitor, address
from supportbot.api.service import Here, Service
from supportbot.api.turn import SILENT, take_turn
from supportbot.errors import NotFoundError
from supportbot.privacy import scrub
from supportbot.storage import StoredConversation
from supportbot.text.locale import region_of, script_of

router = APIRouter(prefix="/v1", tags=["customers"])

LIVE_SECONDS = 600
"""A live stream ends after so long; the client opens it again behind the last event."""

POLL_SECONDS = 0.7
MOST_STREAMS = 500
"""The most live streams of a process; each of them polls the database."""

_EVENT_STREAM = {"text/event-stream": {"schema": {"type": "string"}}}


@router.post("/chat", response_model=Reply, responses={200: {"content": _EVENT_STREAM}})
def ask(
    body: Question,
    visitor: AnyVisitor,
    service: Here,
    request: Request,
    accept: Annotated[str, Header()] = "",
) -> Reply | StreamingResponse:
    """Ask a question, or choose what was offered. With `Accept: text/event-stream` the answer comes in parts."""
    service.limits.hit(address=address(request), visitor=visitor.id)
    if body.conversation_id:
        conversation = _own(service, visitor, body.conversation_id)
    else:
        conversation = service.store.conversations.new(visitor.id)
    script, region = script_of(body.locale), region_of(body.locale)
    turn = take_turn(
        service,
        conversation,
        body.question,
        choice=body.choice,
        section=body.section,
        script=script,
        region=region,
    )
    asked, said, state = turn.stored
    reply = Reply.of(
        turn.answer,
        conversation_id=asked.conversation,
        message_id=said.id if said else None,
        question_id=asked.id,
        visitor_token=visitor.token,
        state=state,
    )
    return streaming.stream(reply) if "text/event-stream" in accept else reply


@router.get("/conversations/{conversation_id}")
def read_conversation(
    conversation_id: Id,
    visitor: KnownVisitor,
    service: Here,
    request: Request,
    after: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> ConversationOut:
    """Return a conversation with at most 200 messages behind place `after`."""
    service.limits.hit(read=address(request))
    conversation = _own(service, visitor, conversation_id)
    return ConversationOut.of(conversation, service.store.conversations.messages(conversation.id, after=after))


@router.get("/conversations/{conversation_id}/messages/{message_id}/stream", response_class=StreamingResponse)
def resume_answer(
    conversation_id: Id,
    message_id: Id,
    visitor: KnownVisitor,
    service: Here,
    last_event_id: Annotated[str | None, Header(max_length=100)] = None,
) -> StreamingResponse:
    """Return the rest of an answer whose stream was dropped: the events behind `Last-Event-ID`."""
    conversation = _own(service, visitor, conversation_id)
    said = service.store.conversations.answer(conversation.id, message_id)
    if said.answer is None:
        raise NotFoundError("answer")
    reply = Reply.of(
        said.answer,
        conversation_id=conversation.id,
        message_id=said.id,
        question_id=said.reply_to,
        visitor_token=visitor.token,
        state=conversation.state,
    )
    return streaming.stream(reply, after=streaming.position(last_event_id, said.id))


@router.get("/conversations/{conversation_id}/events", response_class=StreamingResponse)
async def follow_conversation(
    conversation_id: Id,
    visitor: KnownVisitor,
    service: Here,
    request: Request,
    after: Annotated[int, Query(ge=0, le=10**9)] = 0,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> StreamingResponse:
    """Follow a conversation live: each new message is an event `message`, with its number as id."""
    await run_in_threadpool(service.limits.hit, read=address(request))
    conversation = await run_in_threadpool(_own, service, visitor, conversation_id)
    if service.streams >= MOST_STREAMS:
        raise ApiError(503, "unavailable", "too many conversations are followed live; try again", {"Retry-After": "10"})
    start = int(last_event_id) if last_event_id and last_event_id.isascii() and last_event_id.isdigit() else after
    events = _live(service, conversation.id, start)
    return StreamingResponse(events, media_type="text/event-stream", headers=streaming.HEADERS)


@router.post("/conversations/{conversation_id}/messages/{message_id}/feedback")
def rate_answer(
    conversation_id: Id, message_id: Id, body: Feedback, visitor: KnownVisitor, service: Here, request: Request
) -> Done:
    """Say whether an answer helped; a later rating replaces an earlier one."""
    service.limits.hit(read=address(request))
    conversation = _own(service, visitor, conversation_id)
    said = service.store.conversations.answer(conversation.id, message_id)
    comment = scrub(body.comment) if body.comment else None
    service.store.conversations.rate(said.id, helpful=body.verdict == "helpful", reason=body.reason, comment=comment)
    return Done()


@router.post("/conversations/{conversation_id}/handoff")
def ask_for_person(conversation_id: Id, body: Handoff, visitor: KnownVisitor, service: Here) -> ConversationOut:
    """Ask for a person. The bot is silent until a person hands the conversation back."""
    conversation = _own(service, visitor, conversation_id)
    service.limits.hit(visitor=visitor.id)
    if conversation.state not in SILENT:
        text = service.snapshot.bot.messages("person", conversation.memory.script or service.snapshot.index.script)
        service.store.conversations.append(
            conversation.id, "bot", text, state="waiting", expected=("bot", "closed"), handoff_reason=body.reason
        )
    return _newest(service, conversation.id)


@router.delete("/conversations/{conversation_id}/handoff")
def stop_waiting(conversation_id: Id, visitor: KnownVisitor, service: Here) -> ConversationOut:
    """Go on with the bot instead of waiting for a person."""
    conversation = _own(service, visitor, conversation_id)
    service.store.conversations.append(conversation.id, "event", "back_to_bot", state="bot", expected=("waiting",))
    return _newest(service, conversation.id)


@router.get("/visitor")
def export_visitor(visitor: KnownVisitor, service: Here) -> dict[str, Any]:
    """Return everything that is stored of this visitor."""
    return service.store.visitors.export(visitor.id)


@router.delete("/visitor")
def forget_visitor(visitor: KnownVisitor, service: Here) -> Done:
    """Delete everything that is stored of this visitor."""
    service.store.visitors.forget(visitor.id)
    return Done()


def _newest(service: Service, key: str) -> ConversationOut:
    """Return a conversation with its newest 200 messages."""
    conversation = service.store.conversations.get(key)
    last = service.store.conversations.messages(key, after=max(0, conversation.length - 200))
    return ConversationOut.of(conversation, last)


def _own(service: Service, visitor: Visitor, key: str) -> StoredConversation:
    """Return a conversation of this visitor. Raises `NotFoundError`, also for that of another visitor."""
    conversation = service.store.conversations.get(key)
    if conversation.visitor != visitor.id:
        raise NotFoundError("conversation")
    return conversation


async def _live(service: Service, key: str, after: int) -> AsyncIterator[bytes]:
    """Yield new messages as events. The database is polled, since another worker may have stored them."""
    service.streams += 1
    silent = 0.0
    try:
        yield b"retry: 2000\n\n"
        for _ in range(int(LIVE_SECONDS / POLL_SECONDS)):
            for stored in await run_in_threadpool(service.store.conversations.messages, key, after=after):
                after, silent = stored.number, 0.0
                data = MessageOut.model_validate(stored).model_dump(mode="json")
                yield streaming.encode("message", data, str(after))
            if service.stopping.is_set():
                return
            await asyncio.sleep(POLL_SECONDS)
            silent += POLL_SECONDS
            if silent > 15:
                silent = 0.0
                yield b": still here\n\n"
    finally:
        service.streams -= 1
