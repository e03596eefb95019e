"""The service: a FastAPI app around the bot. `create_app` returns it, `supportbot serve` runs it."""

import asyncio
import contextlib
import datetime as dt
import gc
import logging
import os
import signal
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from supportbot import __version__, serving, web
from supportbot import settings as settings_room
from supportbot.api import errors, jobs, schedule
from supportbot.api.edge import Edge
from supportbot.api.metrics import Metrics
from supportbot.api.routes import (
    admin,
    agents,
    assets,
    chat,
    console,
    gaps,
    health,
    help_centre,
    labels,
    openai,
    operation,
    pages,
)
from supportbot.api.schemas import ErrorReply
from supportbot.api.security import Limits, Tokens
from supportbot.api.service import Service
from supportbot.serving.live import load_encoder
from supportbot.settings import Settings
from supportbot.storage import open_store

if TYPE_CHECKING:
    from supportbot.rephrasing import Rephraser

__all__ = ["create_app", "served"]

PURGE_SECONDS = 3600
STOP_SECONDS = 3.0
"""How long the jobs may take to end when the service stops."""

log = logging.getLogger("supportbot.api")

_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorReply} for status in (400, 401, 403, 404, 405, 409, 413, 422, 429, 503)
}


def create_app(settings: Settings) -> FastAPI:
    """Return the app; it opens database, model and index when it starts, and closes them when it ends.

    Raises `SettingsError` if the settings are not safe to serve with.
    """
    settings.check_serving()
    web.assets()  # a script that cannot be joined fails here, not at a visitor
    metrics = Metrics(shared="PROMETHEUS_MULTIPROC_DIR" in os.environ)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        service = await asyncio.to_thread(_open, settings, metrics)
        app.state.service = service
        previous = _end_streams_on_signal(service)
        repeated = [asyncio.create_task(one) for one in (_purge(service), schedule.sync_regularly(service))]
        service.live.watch()
        gc.freeze()  # the collector need not visit what is loaded now and stays for good
        service.ready = True
        log.info("ready", extra={"fields": {"index": service.snapshot.version}})
        try:
            yield
        finally:
            service.stopping.set()
            for task in repeated:
                task.cancel()
            await asyncio.to_thread(jobs.wait, service, STOP_SECONDS)
            service.live.close()
            service.store.close()
            gc.unfreeze()
            for number, handler in previous.items():
                signal.signal(number, handler)

    app = FastAPI(
        title="supportbot",
        version=__version__,
        description="Answers customers from a help centre's articles: the right article's own steps, or a plain no.",
        lifespan=lifespan,
        responses=_ERRORS,
        generate_unique_id_function=lambda route: route.name,  # operations are called what their functions are
        docs_url=None,  # its page loads scripts from other hosts, which our content policy forbids
        redoc_url=None,
    )
    errors.install(app, page=pages.error_page)
    for module in (chat, help_centre, pages, assets, console, agents, gaps, health, labels, admin, openai, operation):
        app.include_router(module.router)
    origins = [origin.strip() for origin in settings.origins.split(",") if origin.strip()]
    app.add_middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "X-Visitor-Token", "Last-Event-ID"],
        expose_headers=["X-Request-ID", "Retry-After"],
        max_age=600,
    )

    def observe(method: str, route: str, status: int, seconds: float) -> None:
        metrics.requests.labels(method, route, str(status)).inc()
        metrics.request_seconds.labels(route).observe(seconds)

    app.add_middleware(Edge, body_bytes=settings.body_bytes, origins=" ".join(origins), observe=observe)
    return app


def served() -> FastAPI:
    """Return the app with the settings of the environment: the entry point of each worker process."""
    from supportbot.api import logs

    logs.configure()
    return create_app(settings_room.load())


def _open(settings: Settings, metrics: Metrics) -> Service:
    """Open database, model, dictionary and index, and load all of them."""

    def report(line: str) -> None:
        log.info("starting", extra={"fields": {"what": line}})

    store = open_store(settings.database)
    encoder = load_encoder(settings, alone=settings.workers == 1, report=report)
    live = serving.Live(settings, encoder, report)
    return Service(
        settings=settings,
        store=store,
        live=live,
        tokens=Tokens(settings.secret.get_secret_value(), settings.visitor_days),
        limits=Limits(store.hits, settings),
        metrics=metrics,
        rephraser=_rephraser(settings),
    )


def _rephraser(settings: Settings) -> "Rephraser | None":
    """The language model that the settings name, if they do. Raises `ModelError` without the extra `llm`."""
    if not settings.llm_url:
        return None
    from supportbot.rephrasing import Rephraser

    return Rephraser(
        base_url=settings.llm_url,
        api_key=settings.llm_key.get_secret_value(),
        model=settings.llm_model,
        timeout=settings.llm_seconds,
    )


def _end_streams_on_signal(service: Service) -> dict[int, Any]:
    """End live streams when the process is told to stop: the server waits for open connections."""
    previous: dict[int, Any] = {}

    def chained(number: int, frame: Any) -> None:
        service.stopping.set()
        handler = previous[number]
        if callable(handler):
            handler(number, frame)

    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            previous[number] = signal.getsignal(number)
            signal.signal(number, chained)
        except ValueError:  # not in the main thread, as in tests
            return {}
    return previous


async def _purge(service: Service) -> None:
    """Delete conversations older than the retention, every hour."""
    while service.settings.retention_days:
        before = dt.datetime.now(dt.UTC) - dt.timedelta(days=service.settings.retention_days)
        try:
            gone = await asyncio.to_thread(service.store.visitors.purge, before)
            if gone:
                log.info("purged", extra={"fields": {"conversations": gone}})
        except Exception:  # the next hour tries again
            log.exception("purge")
        await asyncio.sleep(PURGE_SECONDS)
