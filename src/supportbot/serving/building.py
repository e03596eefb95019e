"""Build the index in a process of its own."""

from collections.abc import Callable

from supportbot.index.build import BuildReport, Progress
from supportbot.serving import opening
from supportbot.serving.apart import run_apart
from supportbot.settings import Settings


def prepare(
    settings: Settings,
    *,
    force: bool = False,
    on_progress: Progress = lambda done, total: None,
    unwanted: Callable[[], bool] = lambda: False,
) -> BuildReport | None:
    """Do what `opening.prepare` does in another process. Raises `SupportBotError` with what failed there."""
    built: BuildReport | None = run_apart(
        _build, settings, force, name="index-build", on_progress=on_progress, unwanted=unwanted
    )
    return built


def _build(settings: Settings, force: bool, on_progress: Progress) -> BuildReport | None:
    return opening.prepare(settings, encoder=opening.load_encoder(settings), force=force, on_progress=on_progress)
