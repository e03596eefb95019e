"""The protocol of OpenAI's chat completions, so that existing chat clients can be pointed at the bot.

Answers come as Markdown with links to their sources; `annotations` name these as well. What the protocol has beyond
messages and streaming (temperature, tools…) is accepted and does nothing: answers are the articles' own words.
"""

import json
import time
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from supportbot.answering.conversation import Conversation, Memory
from supportbot.api.errors import ApiError
from supportbot.api.security import Client, needs
from supportbot.api.service import Here, Service
from supportbot.api.streaming import HEADERS
from supportbot.api.turn import forgettable, take_turn
from supportbot.content.messages import Messages
from supportbot.content.platforms import Platforms
from supportbot.errors import QuestionError
from supportbot.storage import StoredConversation

router = APIRouter(prefix="/v1", tags=["openai"], dependencies=[Depends(needs("client"))])

MODEL = "supportbot"
EARLIER_TURNS = 6
"""So many earlier questions are read again, for what the last one may go on from."""


class Part(BaseModel):
    """A part of a message; only text is read."""

    type: Annotated[str, StringConstraints(max_length=40)]
    text: Annotated[str, StringConstraints(max_length=20_000)] = ""


class ChatMessage(BaseModel):
    """A message of the conversation so far."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: (
        Annotated[str, StringConstraints(max_length=20_000)] | Annotated[list[Part], Field(max_length=50)] | None
    ) = None

    def words(self) -> str:
        """The text of the message."""
        if isinstance(self.content, list):
            return " ".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream is to hold."""

    include_usage: bool = False


class Completion(BaseModel):
    """A request for a chat completion."""

    model_config = ConfigDict(extra="ignore")

    model: Annotated[str, StringConstraints(max_length=100)] = MODEL
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=200)]
    stream: bool = False
    stream_options: StreamOptions | None = None


@router.get("/models")
def models() -> dict[str, Any]:
    """The one model there is."""
    return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}]}


@router.post("/chat/completions")
def complete(body: Completion, service: Here, client: Client, request: Request) -> Response:
    """Answer the last user message, in the light of the earlier ones."""
    service.limits.hit(address=client.id)
    asked = [one.words() for one in body.messages if one.role == "user"]
    if body.messages[-1].role != "user" or not asked[-1].strip():
        raise ApiError(422, "invalid", "the last of the messages has to be a user's, with text in it")
    conversation = _conversation(service, asked[:-1])
    turn = take_turn(service, conversation, asked[-1])
    answer = turn.answer
    bot = service.snapshot.bot
    content = markdown(answer, str(request.base_url).rstrip("/"), say=bot.messages, platforms=bot.index.platforms)
    head = {"id": f"chatcmpl-{turn.asked.id}", "created": int(time.time()), "model": MODEL}
    usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    if body.stream:
        with_usage = body.stream_options is not None and body.stream_options.include_usage
        events = _chunks(head, content, usage if with_usage else None)
        return StreamingResponse(events, media_type="text/event-stream", headers=HEADERS)
    said = {
        "role": "assistant",
        "content": content,
        "refusal": None,
        "annotations": _annotations(answer, content, str(request.base_url).rstrip("/")),
    }
    choice = {"index": 0, "message": said, "finish_reason": "stop", "logprobs": None}
    reply = {**head, "object": "chat.completion", "choices": [choice], "usage": usage, "supportbot": answer}
    return Response(json.dumps(reply, ensure_ascii=False).encode("utf-8", "replace"), media_type="application/json")


def _conversation(service: Service, earlier: list[str]) -> StoredConversation:
    """A conversation that remembers the earlier questions; they are asked again, mostly out of memory."""
    talk = Conversation(service.snapshot, Memory())
    for question in earlier[-EARLIER_TURNS:]:
        try:
            talk.ask(question)
        except QuestionError:  # an empty or overlong turn says nothing to go on from
            continue
    new = service.store.conversations.new(None, "openai")
    return StoredConversation(
        **{**{name: getattr(new, name) for name in StoredConversation.__slots__}, "memory": forgettable(talk.memory)}
    )


def markdown(answer: Mapping[str, Any], base: str, *, say: Messages, platforms: Platforms) -> str:
    """Return an answer as Markdown: warning, text, steps, notes, choices, sources as links."""
    script = answer["script"]
    blocks = [f"**{answer['warning']}**"] if answer["warning"] else []
    if answer["text"] != answer["warning"]:
        blocks.append(_plain(answer["text"]))
    if answer["outcome"] == "answer":
        for platform, steps in groupby(answer["steps"], key=lambda step: step["platform"]):
            lines = [f"{step['number']}. {_plain(step['text'])}" for step in steps]
            label = platforms.label(platform, script) if platform else say("steps", script)
            blocks.append("\n".join([f"**{label}**\n", *lines]))
        blocks += [f"> {_plain(note)}" for note in answer["notes"]]
        links = [f"[{_plain(source['title'])}]({_absolute(source['url'], base)})" for source in answer["sources"]]
        if links:
            blocks.append(f"{say('source', script)}: {', '.join(links)}")
    blocks += ["\n".join(f"- {_plain(choice['title'])}" for choice in answer["choices"])] if answer["choices"] else []
    return "\n\n".join(blocks)


def _plain(text: str) -> str:
    """Text whose characters mean themselves in Markdown."""
    for character in "\\`*_[]<>#|":
        text = text.replace(character, "\\" + character)
    return text


def _absolute(url: str, base: str) -> str:
    return base + url if url.startswith("/") else url


def _annotations(answer: Mapping[str, Any], content: str, base: str) -> list[dict[str, Any]]:
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "url": _absolute(source["url"], base),
                "title": source["title"],
                "start_index": max(0, content.rfind("[" + _plain(source["title"]))),
                "end_index": len(content),
            },
        }
        for source in answer["sources"]
    ]


def _chunks(head: Mapping[str, Any], content: str, usage: Mapping[str, int] | None) -> Iterator[bytes]:
    """The answer as chunks, a block each, and the end mark."""

    def chunk(choices: list[dict[str, Any]], **more: Any) -> bytes:
        data = {**head, "object": "chat.completion.chunk", "choices": choices, **more}
        return f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode("utf-8", "replace")

    def delta(value: dict[str, Any], reason: str | None = None) -> bytes:
        return chunk([{"index": 0, "delta": value, "finish_reason": reason, "logprobs": None}])

    yield delta({"role": "assistant", "content": ""})
    blocks = content.split("\n\n")
    for number, block in enumerate(blocks):
        yield delta({"content": block + ("\n\n" if number < len(blocks) - 1 else "")})
    yield delta({}, "stop")
    if usage is not None:
        yield chunk([], usage=dict(usage))
    yield b"data: [DONE]\n\n"
