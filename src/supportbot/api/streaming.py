"""An answer as Server-Sent Events, part by part, and the position of each, from which a dropped stream goes on.

Events: `start`, then `warning`, `text` (a paragraph each), `step`, `note`, `source`, `choices`, then `done` with the
whole reply. The id of an event is the message's id, a colon and its number.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from starlette.responses import StreamingResponse

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def parts(reply: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The events of a reply in order: name and data."""
    names = (
        "conversation_id",
        "message_id",
        "question_id",
        "visitor_token",
        "state",
        "outcome",
        "confidence",
        "script",
    )
    yield "start", {name: reply.get(name) for name in names}
    if reply["warning"]:
        yield "warning", {"text": reply["warning"]}
    for paragraph in filter(None, reply["text"].split("\n\n")):
        yield "text", {"text": paragraph}
    for name, field in (("step", "steps"), ("note", "notes"), ("source", "sources")):
        for value in reply[field]:
            yield name, value if isinstance(value, dict) else {"text": value}
    if reply["choices"]:
        yield "choices", {"choices": reply["choices"]}
    yield "done", reply


def encode(name: str, data: Mapping[str, Any], key: str = "") -> bytes:
    """One event in the format of the HTML standard; JSON has no line breaks of its own."""
    head = f"id: {key}\n" if key else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode("utf-8", "replace")


def stream(reply: Mapping[str, Any], *, after: int = 0) -> StreamingResponse:
    """The events of a reply behind number `after`."""
    key = reply["message_id"] or reply["question_id"]
    events: Iterable[bytes] = (
        encode(name, data, f"{key}:{number}") for number, (name, data) in enumerate(parts(reply), 1) if number > after
    )
    return StreamingResponse(events, media_type="text/event-stream", headers=HEADERS)


def position(last_event: str | None, key: str) -> int:
    """The number in a `Last-Event-ID` header, 0 where it is none of this message's."""
    if not last_event:
        return 0
    message, _, number = last_event.rpartition(":")
    return int(number) if message == key and number.isascii() and number.isdigit() and len(number) < 6 else 0
