"""`serve`, `bench --service`, `keys` and `forget`."""

import importlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import typer

from supportbot.cli.terminal import load_encoder, progress, report
from supportbot.errors import InputError, NotFoundError
from supportbot.settings import Settings
from supportbot.storage import Store, open_store
from supportbot.storage.keys import ROLES

LOAD_GENERATOR = Path(__file__).parents[3] / "tests" / "load" / "service.py"
GRACE_SECONDS = 30
"""How long open streams may continue after a signal to stop."""


def serve(settings: Settings) -> None:
    """Run the service until a signal stops it.

    Bring model, index and database up to date first, so that the worker processes only open them.
    """
    import uvicorn

    from supportbot.api import logs
    from supportbot.api.protocol import BoundedHeaders
    from supportbot.serving.opening import open_bot

    settings.check_serving()
    open_store(settings.database).close()
    with progress("embedding") as on_progress:
        open_bot(settings, encoder=load_encoder(settings), report=report, on_progress=on_progress)
    report(f"http://{settings.host}:{settings.port}")
    os.environ.update(settings.as_environment())  # for the worker processes
    logs.configure()
    shared = Path(tempfile.mkdtemp(prefix="supportbot-metrics-")) if settings.workers > 1 else None
    if shared:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(shared)
    try:
        uvicorn.run(
            "supportbot.api:served",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            forwarded_allow_ips=settings.proxies,
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=15,
            http=BoundedHeaders,
            server_header=False,
            log_config=None,
            access_log=False,
        )
    finally:
        if shared:
            shutil.rmtree(shared, ignore_errors=True)


def bench(settings: Settings, *, seconds: int, kills: int) -> None:
    """Measure the service under load with `tests/load/service.py`, which only a checkout of the project has.

    Raise `InputError` if that file is missing.
    """
    if not LOAD_GENERATOR.is_file():
        raise InputError(f"bench --service needs a checkout of the project: there is no {LOAD_GENERATOR}")
    sys.path.insert(0, str(LOAD_GENERATOR.parents[1]))
    service = importlib.import_module("load.service")
    from supportbot.api.jobs import benchmark_questions
    from supportbot.content.articles import read

    questions = benchmark_questions(settings.benchmark, read(settings.corpus))
    for line in service.run(settings, questions, seconds=seconds, kills=kills, report=report):
        typer.echo(line)


def add_key(settings: Settings, name: str, role: str) -> None:
    """Create a key and print its secret. Raise `InputError` for an unknown role or a bad name."""
    if role not in ROLES:
        raise InputError(f"role {role!r:.40} is unknown; expected one of {', '.join(ROLES)}")
    if not name.strip() or len(name) > 80:
        raise InputError(f"name {name!r:.90}: expected 1 to 80 characters")
    store = open_store(settings.database)
    key, secret = store.keys.add(name.strip(), role)
    store.audit.add("command line", "key.add", key.id, name=key.name, role=key.role)
    typer.echo(secret)
    report(f"key {key.id}, {key.role}, {key.name}; it is not shown again")


def list_keys(settings: Settings) -> None:
    """Print all keys, without their secrets."""
    for key in open_store(settings.database).keys.all():
        state = f"revoked {key.revoked:%Y-%m-%d}" if key.revoked else "valid"
        typer.echo(f"{key.id}\t{key.role}\t{key.name}\t{key.created:%Y-%m-%d}\t{state}")


def revoke_key(settings: Settings, key: str) -> None:
    """Revoke a key by its id. Raise `InputError` if there is no such valid key."""
    store = open_store(settings.database)
    try:
        store.keys.revoke(key)
    except NotFoundError:
        raise InputError(f"key {key!r:.60}: there is no such valid key; `supportbot keys list` shows them") from None
    store.audit.add("command line", "key.revoke", key)
    typer.echo(f"revoked: {key}")


def forget(settings: Settings, visitor: str) -> None:
    """Delete everything stored about a visitor. Raise `InputError` if there is nothing."""
    store = _known(settings, visitor)
    gone = store.visitors.forget(visitor)
    store.audit.add("command line", "forget", visitor)
    typer.echo(f"deleted: {gone} conversations of {visitor}")


def export_visitor(settings: Settings, visitor: str) -> None:
    """Print everything stored about a visitor as JSON. Raise `InputError` if there is nothing."""
    typer.echo(json.dumps(_known(settings, visitor).visitors.export(visitor), ensure_ascii=False, indent=2))


def _known(settings: Settings, visitor: str) -> Store:
    store = open_store(settings.database)
    if not store.visitors.export(visitor)["conversations"]:
        raise InputError(f"visitor {visitor!r:.60}: nothing is stored; expected an id such as v_…")
    return store
