"""Output: rich on a terminal, plain lines in a pipe; notes and progress go to standard error."""

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from supportbot.embedding.encoder import Encoder
    from supportbot.index.build import Progress
    from supportbot.settings import Settings


def report(line: str) -> None:
    """Print a note to standard error."""
    typer.echo(line, err=True)


@contextlib.contextmanager
def progress(label: str) -> "Iterator[Progress]":
    """Yield a function of (done, total). It draws a bar on a terminal; elsewhere it prints a line at each tenth."""
    if not sys.stderr.isatty():
        yield _tenths(label)
        return
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None, visible=False)
        yield lambda done, total: bar.update(task, completed=done, total=total, visible=total > 0)


def load_encoder(settings: "Settings") -> "Encoder":
    """Load the encoder that the settings name. If the model must be prepared first, show the progress."""
    from supportbot.embedding import encoder as embedding
    from supportbot.serving import opening

    if not sys.stderr.isatty():
        return opening.load_encoder(settings, lambda part: report(f"model: {part}"))
    parts = embedding.parts(settings.model, settings.runtime)
    with progress("preparing the model") as show:
        encoder = opening.load_encoder(settings, lambda part: show(parts.index(part), len(parts)))
    return encoder


def _tenths(label: str) -> "Progress":
    shown = -1

    def show(done: int, total: int) -> None:
        nonlocal shown
        tenth = 10 * done // total if total else 10
        if total and tenth != shown:
            shown = tenth
            report(f"{label}: {done}/{total}")

    return show


def console() -> "Console | None":
    """Return a console for standard output; None if that is not a terminal."""
    if not sys.stdout.isatty():
        return None
    from rich.console import Console

    return Console(highlight=False)
