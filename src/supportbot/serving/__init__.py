"""Serving: one bot for many callers at once, and the newest index under them without a pause.

`Live.current` is a `Snapshot`: bot, articles and suggestions of one index version. Whoever took one keeps it for the
whole request, so that no answer mixes two versions.
"""

from supportbot.serving.live import Live
from supportbot.serving.snapshot import Snapshot

__all__ = ["Live", "Snapshot"]
