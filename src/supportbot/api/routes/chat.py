"""Customers: ask, read the conversation again, say what an answer was worth, ask for a person."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse

from supportbot.api import streaming
from supportbot.api.errors import ApiError
from supportbot.api.schemas import ConversationOut, Done, Feedback, Handoff, Id, Message, Question, Reply
from supportbot.api.security import AnyVisitor, KnownVisitor, Visitor, address
from supportbot.api.service import Here, Service
from supportbot.api.turn import SILENT, Turn, remembered, script_of, take_turn
from supportbot.privacy import scrub
from supportbot.storage import StoredConversation, StoredMessage

router = APIRouter(prefix="/v1", tags=["customers"])

LIVE_SECONDS = 600
"""After so long a live stream ends; the client opens it again, from the last event on."""

POLL_SECONDS = 0.7
MOST_STREAMS = 500
"""So many live streams a process holds open; each looks into the database once in a while."""

_EVENT_STREAM = {"text/event-stream": {"schema": {"type": "string"}}}


@router.post("/chat", responses={200: {"model": Reply, "content": _EVENT_STREAM}})
def chat(
    body: Question,
    visitor: AnyVisitor,
    service: Here,
    request: Request,
    accept: Annotated[str, Header()] = "",
) -> Response:
    """Ask a question, or choose an offered article. With `Accept: text/event-stream` the answer comes in parts."""
    service.limits.hit(address=address(request), visitor=visitor.id)
    if body.conversation_id:
        conversation = _own(service, visitor, body.conversation_id)
    else:
        conversation = service.store.conversations.new(visitor.id)
    turn = take_turn(service, conversation, body.question, choice=body.choice, script=script_of(body.locale))
    reply = _reply(turn, visitor)
    if "text/event-stream" in accept:
        return streaming.stream(reply)
    return Response(json.dumps(reply, ensure_ascii=False).encode("utf-8", "replace"), media_type="application/json")


@router.get("/conversations/{conversation_id}")
def read_conversation(
    conversation_id: Id,
    visitor: KnownVisitor,
    service: Here,
    request: Request,
    after: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> ConversationOut:
    """A conversation with up to 200 messages behind place `after`."""
    service.limits.hit(read=address(request))
    conversation = _own(service, visitor, conversation_id)
    return conversation_out(conversation, service.store.conversations.messages(conversation.id, after=after))


@router.get("/conversations/{conversation_id}/messages/{message_id}/stream", response_class=StreamingResponse)
def resume(
    conversation_id: Id,
    message_id: Id,
    visitor: KnownVisitor,
    service: Here,
    last_event_id: Annotated[str | None, Header(max_length=100)] = None,
) -> StreamingResponse:
    """The rest of an answer whose stream was dropped: the events behind `Last-Event-ID`."""
    conversation = _own(service, visitor, conversation_id)
    said = service.store.conversations.message(conversation.id, message_id)
    if said is None or said.answer is None:
        raise ApiError(404, "not_found", "there is no such answer")
    turn_reply = {
        **said.answer,
        "conversation_id": conversation.id,
        "message_id": said.id,
        "question_id": said.reply_to,
        "visitor_token": visitor.token,
        "state": conversation.state,
    }
    return streaming.stream(turn_reply, after=streaming.position(last_event_id, said.id))


@router.get("/conversations/{conversation_id}/events", response_class=StreamingResponse)
async def follow(
    conversation_id: Id,
    visitor: KnownVisitor,
    service: Here,
    request: Request,
    after: Annotated[int, Query(ge=0, le=10**9)] = 0,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> StreamingResponse:
    """The conversation as it goes on: each new message as an event `message`; the id is its number."""
    await run_in_threadpool(service.limits.hit, read=address(request))
    conversation = await run_in_threadpool(_own, service, visitor, conversation_id)
    if service.streams >= MOST_STREAMS:
        raise ApiError(503, "unavailable", "too many conversations are followed live; try again", {"Retry-After": "10"})
    start = int(last_event_id) if last_event_id and last_event_id.isascii() and last_event_id.isdigit() else after
    events = _live(service, conversation.id, start)
    return StreamingResponse(events, media_type="text/event-stream", headers=streaming.HEADERS)


@router.post("/conversations/{conversation_id}/messages/{message_id}/feedback")
def rate(
    conversation_id: Id, message_id: Id, body: Feedback, visitor: KnownVisitor, service: Here, request: Request
) -> Done:
    """Say whether an answer helped; a second time replaces the first."""
    service.limits.hit(read=address(request))
    conversation = _own(service, visitor, conversation_id)
    said = service.store.conversations.message(conversation.id, message_id)
    if said is None or said.author not in ("bot", "agent"):
        raise ApiError(404, "not_found", "there is no such answer")
    comment = scrub(body.comment) if body.comment else None
    service.store.conversations.rate(said.id, helpful=body.verdict == "helpful", reason=body.reason, comment=comment)
    return Done()


@router.post("/conversations/{conversation_id}/handoff")
def ask_for_person(conversation_id: Id, body: Handoff, visitor: KnownVisitor, service: Here) -> ConversationOut:
    """Ask for a person. From now on the bot is silent, until a person hands the conversation back."""
    conversation = _own(service, visitor, conversation_id)
    service.limits.hit(visitor=visitor.id)
    if conversation.state not in SILENT:
        text = service.snapshot.bot.messages("person", remembered(conversation.memory).script)
        service.store.conversations.append(
            conversation.id, "bot", text, state="waiting", expected=("bot", "closed"), handoff_reason=body.reason
        )
    return _now(service, conversation.id)


@router.delete("/conversations/{conversation_id}/handoff")
def stop_waiting(conversation_id: Id, visitor: KnownVisitor, service: Here) -> ConversationOut:
    """Go on with the bot instead of waiting for a person."""
    conversation = _own(service, visitor, conversation_id)
    service.store.conversations.append(conversation.id, "event", "back_to_bot", state="bot", expected=("waiting",))
    return _now(service, conversation.id)


@router.get("/visitor")
def export(visitor: KnownVisitor, service: Here) -> dict[str, Any]:
    """Everything that is stored of this visitor."""
    return service.store.visitors.export(visitor.id)


@router.delete("/visitor")
def forget(visitor: KnownVisitor, service: Here) -> Done:
    """Delete everything that is stored of this visitor."""
    service.store.visitors.forget(visitor.id)
    return Done()


def conversation_out(conversation: StoredConversation, messages: list[StoredMessage]) -> ConversationOut:
    """A conversation as it goes out."""
    return ConversationOut(
        id=conversation.id,
        state=conversation.state,
        handoff_reason=conversation.handoff_reason,
        created=conversation.created,
        updated=conversation.updated,
        messages=[message_out(message) for message in messages],
    )


def message_out(message: StoredMessage) -> Message:
    """A message as it goes out."""
    return Message.model_validate({name: getattr(message, name) for name in Message.model_fields})


def _now(service: Service, key: str) -> ConversationOut:
    conversation = service.store.conversations.get(key)
    if conversation is None:
        raise ApiError(404, "not_found", "there is no such conversation")
    last = service.store.conversations.messages(key, after=max(0, conversation.length - 200))
    return conversation_out(conversation, last)


def _own(service: Service, visitor: Visitor, key: str) -> StoredConversation:
    """A conversation of this visitor; another one's is as good as none."""
    conversation = service.store.conversations.get(key)
    if conversation is None or conversation.visitor != visitor.id:
        raise ApiError(404, "not_found", "there is no such conversation")
    return conversation


def _reply(turn: Turn, visitor: Visitor) -> Mapping[str, Any]:
    return {
        **turn.answer,
        "conversation_id": turn.conversation.id,
        "message_id": turn.said.id if turn.said else None,
        "question_id": turn.asked.id,
        "visitor_token": visitor.token,
        "state": turn.state,
    }


async def _live(service: Service, key: str, after: int) -> AsyncIterator[bytes]:
    """New messages as they come, looked for in the database, since another worker may have stored them."""
    service.streams += 1
    silent = 0.0
    try:
        yield b"retry: 2000\n\n"
        for _ in range(int(LIVE_SECONDS / POLL_SECONDS)):
            for message in await run_in_threadpool(service.store.conversations.messages, key, after=after):
                after, silent = message.number, 0.0
                yield streaming.encode("message", message_out(message).model_dump(mode="json"), str(after))
            if service.stopping.is_set():
                return
            await asyncio.sleep(POLL_SECONDS)
            silent += POLL_SECONDS
            if silent > 15:
                silent = 0.0
                yield b": still here\n\n"
    finally:
        service.streams -= 1
