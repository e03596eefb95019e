"""Rich output on a terminal, plain lines when piped; notes and progress on standard error."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from supportbot.embedding.encoder import Encoder
    from supportbot.settings import Settings


def report(line: str) -> None:
    """A note about what is being done."""
    typer.echo(line, err=True)


@contextlib.contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A function that shows (done, total): a bar on a terminal, else a line at the start and at each tenth."""
    if not sys.stderr.isatty():
        yield _tenths(label)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None, visible=False)
        yield lambda done, total: bar.update(task, completed=done, total=total, visible=total > 0)


def load_encoder(settings: "Settings") -> "Encoder":
    """The encoder that the settings name; preparing it, once, is shown as a bar of its parts, or as lines."""
    from supportbot.embedding import encoder as embedding
    from supportbot.serving import opening

    if not sys.stderr.isatty():
        return opening.load_encoder(settings, lambda part: report(f"model: {part}"))
    parts = embedding.parts(settings.model, settings.runtime)
    with progress("preparing the model") as show:
        encoder = opening.load_encoder(settings, lambda part: show(parts.index(part), len(parts)))
    return encoder


def _tenths(label: str) -> Callable[[int, int], None]:
    shown = -1

    def show(done: int, total: int) -> None:
        nonlocal shown
        tenth = 10 * done // total if total else 10
        if total and tenth != shown:
            shown = tenth
            report(f"{label}: {done}/{total}")

    return show


def console() -> "Console | None":
    """The console to draw on, or None when standard output is not a terminal."""
    if not sys.stdout.isatty():
        return None
    from rich.console import Console

    return Console(highlight=False)
