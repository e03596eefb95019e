"""Serving: one bot for many callers at once, on the newest index, which is swapped without a pause.

`Live.current` is a `Snapshot`: the bot, articles and suggestions of one index version. A request takes it once, so that
no answer mixes two versions.
"""

from supportbot.serving.live import Live
from supportbot.serving.snapshot import Snapshot

__all__ = ["Live", "Snapshot"]
