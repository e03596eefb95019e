"""What all routes share, created once when the app starts."""

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from supportbot.api.metrics import Metrics
from supportbot.api.security import Limits, Tokens
from supportbot.serving import Live, Snapshot
from supportbot.settings import Settings
from supportbot.storage import Store

if TYPE_CHECKING:
    from supportbot.api.console_schemas import HealthOut
    from supportbot.rephrasing import Rephraser


@dataclass(slots=True)
class Service:
    """Settings, store, index and limits of a running service. `stopping` is set when the process is told to stop.

    >>> @router.get("/version")
    ... def read_version(service: Here) -> str:
    ...     return service.snapshot.version
    """

    settings: Settings
    store: Store
    live: Live
    tokens: Tokens
    limits: Limits
    metrics: Metrics
    rephraser: "Rephraser | None"
    stopping: threading.Event = field(default_factory=threading.Event)
    working: list[threading.Thread] = field(default_factory=list)
    """The threads of its jobs."""
    ready: bool = False
    health: "tuple[object, HealthOut] | None" = None
    """The latest health report, and the index version and day that it is of."""
    examining: threading.Lock = field(default_factory=threading.Lock)
    streams: int = 0
    """The number of open live streams; only the event loop changes it, so it needs no lock."""

    @property
    def snapshot(self) -> Snapshot:
        """The index version that serves; take it once in a request."""
        return self.live.current


async def _current(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Here = Annotated[Service, Depends(_current)]
"""The service, for a route."""
