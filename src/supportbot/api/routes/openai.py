"""Routes that speak OpenAI's chat completions protocol, so that existing chat clients can be pointed at the bot.

Answers are Markdown with links to their sources, which `annotations` list as well. Parameters beyond messages and
streaming (temperature, tools …) are accepted and ignored: answers are the articles' own words.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from supportbot.answering.answer import Answer
from supportbot.answering.bot import SupportBot
from supportbot.answering.conversation import Conversation
from supportbot.answering.lines import MARKDOWN, lines
from supportbot.api.errors import ApiError
from supportbot.api.security import Client, needs
from supportbot.api.service import Here, Service
from supportbot.api.streaming import HEADERS
from supportbot.api.turn import scrubbed, take_turn
from supportbot.errors import QuestionError
from supportbot.storage import StoredConversation

router = APIRouter(prefix="/v1", tags=["openai"], dependencies=[Depends(needs("client"))])

MODEL = "supportbot"
EARLIER_TURNS = 6
"""How many earlier questions of the messages are asked again, since the last one may follow up on them."""


class Part(BaseModel):
    """A part of a message; only parts with text are read.

    Example: `{"type": "text", "text": "怎麼提幣？"}`
    """

    type: Annotated[str, StringConstraints(max_length=40)]
    text: Annotated[str, StringConstraints(max_length=20_000)] = ""


class ChatMessage(BaseModel):
    """A message of the conversation so far.

    Example: `{"role": "user", "content": "怎麼提幣？"}`
    """

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: (
        Annotated[str, StringConstraints(max_length=20_000)] | Annotated[list[Part], Field(max_length=50)] | None
    ) = None

    def words(self) -> str:
        """Return the text of the message."""
        if isinstance(self.content, list):
            return " ".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream contains.

    Example: `{"include_usage": true}`
    """

    include_usage: bool = False


class Completion(BaseModel):
    """A request for a chat completion.

    Example: `{"model": "supportbot", "messages": [{"role": "user", "content": "怎麼提幣？"}], "stream": true}`
    """

    model_config = ConfigDict(extra="ignore")

    model: Annotated[str, StringConstraints(max_length=100)] = MODEL
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=200)]
    stream: bool = False
    stream_options: StreamOptions | None = None


@router.get("/models")
def list_models() -> dict[str, Any]:
    """List the only model."""
    return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}]}


@router.post("/chat/completions")
def create_completion(body: Completion, service: Here, client: Client, request: Request) -> Response:
    """Answer the last user message, as a turn of the conversation that the earlier ones are."""
    service.limits.hit(address=client.id)
    asked = [one.words() for one in body.messages if one.role == "user"]
    if body.messages[-1].role != "user" or not asked[-1].strip():
        raise ApiError(422, "invalid", "the last of the messages has to be a user's, with text in it")
    conversation = _conversation(service, asked[:-1])
    turn = take_turn(service, conversation, asked[-1])
    answer, base = turn.answer, str(request.base_url).rstrip("/")
    content = markdown(answer, base, service.snapshot.bot)
    head = {"id": f"chatcmpl-{turn.stored.asked.id}", "created": int(time.time()), "model": MODEL}
    usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    if body.stream:
        with_usage = body.stream_options is not None and body.stream_options.include_usage
        events = _chunks(head, content, usage if with_usage else None)
        return StreamingResponse(events, media_type="text/event-stream", headers=HEADERS)
    said = {
        "role": "assistant",
        "content": content,
        "refusal": None,
        "annotations": _annotations(answer, content, base),
    }
    choice = {"index": 0, "message": said, "finish_reason": "stop", "logprobs": None}
    reply = {**head, "object": "chat.completion", "choices": [choice], "usage": usage, "supportbot": answer.as_dict()}
    return Response(json.dumps(reply, ensure_ascii=False).encode("utf-8", "replace"), media_type="application/json")


def _conversation(service: Service, earlier: list[str]) -> StoredConversation:
    """Return a new conversation with the memory of the earlier questions; the cache has most of their answers."""
    talk = Conversation(service.snapshot)
    for question in earlier[-EARLIER_TURNS:]:
        try:
            talk.ask(question)
        except QuestionError:  # nothing can follow up on an empty or overlong question
            continue
    return replace(service.store.conversations.new(None, "openai"), memory=scrubbed(talk.memory))


def markdown(answer: Answer, base: str, bot: SupportBot) -> str:
    """Return an answer as Markdown, with absolute links to the sources; `base` is the address of the site."""
    written = lines(
        answer,
        MARKDOWN,
        say=bot.messages,
        platforms=bot.index.platforms,
        escape=_plain,
        link=lambda url: _absolute(url, base),
    )
    return "\n".join(text for _, text in written).strip()


def _plain(text: str) -> str:
    """Return text escaped for Markdown."""
    for character in "\\`*_[]<>#|":
        text = text.replace(character, "\\" + character)
    return text


def _absolute(url: str, base: str) -> str:
    return base + url if url.startswith("/") else url


def _annotations(answer: Answer, content: str, base: str) -> list[dict[str, Any]]:
    found = []
    for source in answer.sources:
        url = _absolute(source.url, base)
        link = f"[{_plain(source.title)}]({url})"
        start = max(0, content.rfind(link))
        place = {"start_index": start, "end_index": min(start + len(link), len(content))}
        found.append({"type": "url_citation", "url_citation": {"url": url, "title": source.title, **place}})
    return found


def _chunks(head: Mapping[str, Any], content: str, usage: Mapping[str, int] | None) -> Iterator[bytes]:
    """Yield the answer as chunks, one for each block, and the end mark."""

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
