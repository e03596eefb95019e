"""Build the index in a process of its own, at low priority, so that answers do not wait for it.

In the serving process a build would hold Python's interpreter lock again and again.
"""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection

from supportbot.errors import SupportBotError
from supportbot.index.build import BuildReport
from supportbot.serving import opening
from supportbot.settings import Settings

NICENESS = 10

_spawning = multiprocessing.get_context("spawn")  # a fork copies locks that other threads hold


def prepare(
    settings: Settings, *, force: bool = False, on_progress: Callable[[int, int], None] = lambda done, total: None
) -> BuildReport | None:
    """Do what `opening.prepare` does in another process. Raises `SupportBotError` with what failed there."""
    receiving, sending = _spawning.Pipe(duplex=False)
    process = _spawning.Process(target=_build, args=(settings, force, sending), name="index-build", daemon=True)
    process.start()
    sending.close()  # else reading would not end when the process does
    try:
        while True:
            kind, value = receiving.recv()
            if kind == "progress":
                on_progress(*value)
            elif kind == "failed":
                raise SupportBotError(value)
            else:
                return value  # type: ignore[no-any-return]
    except EOFError:
        raise SupportBotError("the process that builds the index ended before it was done") from None
    finally:
        receiving.close()
        process.join()
        process.close()


def _build(settings: Settings, force: bool, sending: Connection) -> None:
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    try:
        built = opening.prepare(
            settings,
            encoder=opening.load_encoder(settings),
            force=force,
            on_progress=lambda done, total: sending.send(("progress", (done, total))),
        )
        sending.send(("done", built))
    except SupportBotError as error:
        sending.send(("failed", str(error)))
