"""Who is calling, and how often they may: visitors by a signed token, people and programs by a key with a role.

A visitor's token holds a random id and the time it was signed. Whoever has it owns the visitor's conversations.
"""

import ipaddress
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from itsdangerous import BadSignature, URLSafeSerializer
from limits import parse_many

from supportbot.api.errors import ApiError
from supportbot.settings import Settings
from supportbot.storage.conversations import new_id
from supportbot.storage.keys import Key, Role
from supportbot.storage.limits import Hits, Window

LONGEST_TOKEN = 300


@dataclass(frozen=True, slots=True)
class Visitor:
    """A visitor's id, and the token that proves it.

    >>> visitor = tokens.new()
    >>> tokens.read(visitor.token).id == visitor.id
    True
    """

    id: str
    token: str


class Tokens:
    """Signs and reads visitors' tokens.

    >>> tokens = Tokens(settings.secret.get_secret_value(), days=90)
    >>> tokens.read(tokens.new().token)
    """

    def __init__(self, secret: str, days: int) -> None:
        self._serializer = URLSafeSerializer(secret, salt="supportbot.visitor")
        self._seconds = days * 86_400

    def new(self) -> Visitor:
        """Return a new visitor."""
        visitor = new_id("v")
        return Visitor(visitor, str(self._serializer.dumps([visitor, int(time.time())])))

    def read(self, token: str) -> Visitor:
        """Return the visitor of a token. Raises `ApiError` (401) if it is forged or expired.

        A token from the future is accepted: it was signed before the clock was set back.
        """
        try:
            visitor, signed = self._serializer.loads(token) if len(token) <= LONGEST_TOKEN else (None, None)
        except (BadSignature, ValueError, TypeError):
            visitor = signed = None
        if not isinstance(visitor, str) or not isinstance(signed, int):
            raise ApiError(401, "invalid_visitor", "X-Visitor-Token is not one of ours; leave it out to get a new one")
        if time.time() - signed > self._seconds:
            raise ApiError(401, "expired_visitor", "X-Visitor-Token has expired; leave it out to get a new one")
        return Visitor(visitor, token)


class Limits:
    """Rate limits of visitors and addresses; all workers share the counters, which are in the database.

    >>> Limits(store.hits, settings).hit(visitor=visitor.id, address="203.0.113.7")
    """

    def __init__(self, hits: Hits, settings: Settings) -> None:
        self._hits = hits
        self._limits = {
            "visitor": parse_many(settings.visitor_limit),
            "address": parse_many(settings.address_limit),
            "read": parse_many(settings.read_limit),
        }

    def hit(self, **callers: str) -> None:
        """Count a call of each caller, given as visitor=…, address=… or read=….

        Raises `ApiError` (429) with the seconds to wait if there were too many.
        """
        limits = {
            limit.key_for(kind, who)[:160]: limit for kind, who in callers.items() for limit in self._limits[kind]
        }
        counted = self._hits.count([Window(key, limit.get_expiry()) for key, limit in limits.items()])
        for key, limit in limits.items():
            count, expires = counted[key]
            if count > limit.amount:
                wait = str(max(1, int(expires - time.time()) + 1))
                message = f"too many requests: {limit.amount} in {limit.multiples} {limit.GRANULARITY.name} are allowed"
                raise ApiError(429, "too_many_requests", message, {"Retry-After": wait})


def address(request: Request) -> str:
    """Return the caller's address; for IPv6 its /64 network, since a caller has all addresses of one."""
    host = request.client.host if request.client else "unknown"
    try:
        parsed = ipaddress.ip_address(host)
    except ValueError:
        return host[:60]
    if parsed.version == 6:
        return str(ipaddress.ip_network(f"{parsed}/64", strict=False).network_address)
    return str(parsed)


VisitorToken = Annotated[str | None, Header(alias="X-Visitor-Token", description="the token that the first reply gave")]


async def _any_visitor(request: Request, token: VisitorToken = None) -> Visitor:
    tokens: Tokens = request.app.state.service.tokens
    return tokens.read(token) if token else tokens.new()


async def _visitor(request: Request, token: VisitorToken = None) -> Visitor:
    if not token:
        raise ApiError(401, "visitor_required", "X-Visitor-Token is missing; POST /v1/chat gives one")
    return await _any_visitor(request, token)


KnownVisitor = Annotated[Visitor, Depends(_visitor)]
"""The visitor of the request's token; 401 without one."""

AnyVisitor = Annotated[Visitor, Depends(_any_visitor)]
"""The visitor of the request's token, or a new one."""

_bearer = HTTPBearer(scheme_name="key", description="A key: `supportbot keys add`", auto_error=False)


def needs(role: Role) -> Callable[..., Awaitable[Key]]:
    """Return a dependency that gives the request's key; 401 or 403 unless it may do what `role` may."""

    async def check(
        request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    ) -> Key:
        if credentials is None:
            raise ApiError(401, "key_required", "a key is required: Authorization: Bearer …", _CHALLENGE)
        key = await run_in_threadpool(request.app.state.service.store.keys.find, credentials.credentials[:200])
        if key is None:
            raise ApiError(401, "invalid_key", "this key is not known, or was revoked", _CHALLENGE)
        if not key.allows(role):
            raise ApiError(403, "forbidden", f"this needs a key with the role {role}")
        return key  # type: ignore[no-any-return]

    return check


_CHALLENGE = {"WWW-Authenticate": "Bearer"}
Client = Annotated[Key, Depends(needs("client"))]
Agent = Annotated[Key, Depends(needs("agent"))]
Admin = Annotated[Key, Depends(needs("admin"))]
