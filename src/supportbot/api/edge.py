"""The outermost middleware: request id, size limit, security headers, metrics, access log.

Plain ASGI, since Starlette's BaseHTTPMiddleware buffers streams. A body longer than the limit is refused with 413: at
once if it declares its length, else as soon as the limit is reached.
"""

import json
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.exceptions import HTTPException

from supportbot.api.errors import error_body

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

log = logging.getLogger("supportbot.access")

_REQUEST_ID = re.compile(rb"[A-Za-z0-9_.-]{8,64}")

CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
)


class Edge:
    """Wrap an ASGI app; call `observe(method, route, status, seconds)` for every request.

    >>> app.add_middleware(Edge, body_bytes=65_536, origins="https://shop.example", observe=print)
    """

    def __init__(
        self, app: Any, *, body_bytes: int, origins: str, observe: Callable[[str, str, int, float], None]
    ) -> None:
        self._app = app
        self._body_bytes = body_bytes
        self._too_large = f"the body is too large: at most {body_bytes} bytes are read"
        self._observe = observe
        policy = CONTENT_POLICY.format(ancestors=f"'self' {origins}".strip())
        self._headers = [
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"strict-origin-when-cross-origin"),
            (b"content-security-policy", policy.encode("latin-1")),
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
            (b"cross-origin-opener-policy", b"same-origin"),
        ]

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"")
        request_id = given.decode() if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.perf_counter()
        status, seconds = 0, 0.0

        def note() -> None:
            nonlocal status
            if status:
                self._note(scope, status, seconds, request_id)
                status = 0

        async def answer(message: Message) -> None:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                own = [*self._headers, (b"x-request-id", request_id.encode())]
                named = {name for name, _ in message.get("headers", [])}
                message["headers"] = [*message.get("headers", []), *(pair for pair in own if pair[0] not in named)]
                status, seconds = message["status"], time.perf_counter() - started
                await send(message)
            else:
                await send(message)
                note()  # after the first part of the body, so that the client does not wait for it

        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or len(length) > 18 or int(length) > self._body_bytes:
            await self._refuse(answer, request_id)
            return
        seen = 0

        async def bounded() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._body_bytes:
                raise HTTPException(413, self._too_large)  # the only exception that FastAPI passes on from here
            return message

        try:
            await self._app(scope, bounded, answer)
        finally:
            note()  # for a reply that broke off before its body

    async def _refuse(self, answer: Send, request_id: str) -> None:
        body = json.dumps(error_body("too_large", self._too_large, request_id)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await answer({"type": "http.response.start", "status": 413, "headers": [*headers, (b"connection", b"close")]})
        await answer({"type": "http.response.body", "body": body})

    def _note(self, scope: MutableMapping[str, Any], status: int, seconds: float, request_id: str) -> None:
        route = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self._observe(method, route, status, seconds)
        fields = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        log.info("request", extra={"fields": {**fields, "request_id": request_id}})


_METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"})
