"""A reply as Server-Sent Events, part by part; a dropped stream is resumed behind the last event that came.

Events: `start`, then `warning`, `block` for each block, `text` (one for each paragraph), `step`, `note`, `source`,
`choices`, then `done` with the whole reply; `text`, `step` and `note` repeat what the blocks hold, by kind. The id of
an event is the message's id, a colon and the event's number.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from starlette.responses import StreamingResponse

from supportbot.api.schemas import Reply

START = ["conversation_id", "message_id", "question_id", "visitor_token", "state", "outcome", "confidence", "script"]
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def parts(reply: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the events of a reply in order: name and data."""
    yield "start", {name: reply[name] for name in START}
    if reply["warning"]:
        yield "warning", {"text": reply["warning"]}
    for block in reply["blocks"]:
        yield "block", block
    for paragraph in filter(None, reply["text"].split("\n\n")):
        yield "text", {"text": paragraph}
    for name, field in (("step", "steps"), ("note", "notes"), ("source", "sources")):
        for value in reply[field]:
            yield name, value if isinstance(value, dict) else {"text": value}
    if reply["choices"]:
        yield "choices", {"choices": reply["choices"]}
    yield "done", reply


def encode(name: str, data: Mapping[str, Any], key: str = "") -> bytes:
    """Return an event in the format of the HTML standard, section 9.2; `key` is its id."""
    head = f"id: {key}\n" if key else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode("utf-8", "replace")


def stream(reply: Reply, *, after: int = 0) -> StreamingResponse:
    """Return the events of a reply behind number `after`."""
    key = reply.message_id or reply.question_id
    numbered = enumerate(parts(reply.model_dump(mode="json")), 1)
    events = (encode(name, data, f"{key}:{number}") for number, (name, data) in numbered if number > after)
    return StreamingResponse(events, media_type="text/event-stream", headers=HEADERS)


def position(last_event: str | None, key: str) -> int:
    """Return the number in a `Last-Event-ID` header; 0 if it is not an event of the message `key`."""
    if not last_event:
        return 0
    message, _, number = last_event.rpartition(":")
    return int(number) if message == key and number.isascii() and number.isdigit() and len(number) < 6 else 0
