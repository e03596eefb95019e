"""Run work in a process of its own, at low priority, so that answers do not wait for it.

In the serving process it would hold Python's interpreter lock again and again. And a hostile file ends the process that
reads it, not the service.
"""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from supportbot.errors import SupportBotError

NICENESS = 10
LOOK_SECONDS = 0.2
"""So often it is looked whether the work is still wanted."""

_spawning = multiprocessing.get_context("spawn")  # a fork copies locks that other threads hold


def run_apart(
    work: Callable[..., Any],
    *arguments: object,
    name: str,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    unwanted: Callable[[], bool] = lambda: False,
) -> Any:
    """Return `work(*arguments, on_progress)`, called in another process; all that passes between must be picklable.

    Raise `SupportBotError` with what failed there, and if the process ended early or `unwanted` became true.
    """
    receiving, sending = _spawning.Pipe(duplex=False)
    process = _spawning.Process(target=_serve, args=(work, arguments, sending), name=name, daemon=True)
    process.start()
    sending.close()  # else reading would not end when the process does
    try:
        while True:
            while not receiving.poll(LOOK_SECONDS):
                if unwanted():
                    process.terminate()
                    raise SupportBotError(f"{name}: ended, as the service stops")
            kind, value = receiving.recv()
            if kind == "progress":
                on_progress(*value)
            elif kind == "failed":
                raise SupportBotError(value)
            else:
                return value
    except EOFError:
        raise SupportBotError(f"{name}: its process ended before it was done") from None
    finally:
        receiving.close()
        process.join()
        process.close()


def _serve(work: Callable[..., Any], arguments: tuple[object, ...], sending: Connection) -> None:
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    try:
        value = work(*arguments, lambda done, total: sending.send(("progress", (done, total))))
    except SupportBotError as error:
        sending.send(("failed", str(error)))
    else:
        sending.send(("done", value))
