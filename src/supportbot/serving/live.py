"""The snapshot that serves, and the thread that replaces it when another index version becomes current."""

import gc
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path

from supportbot.answering.bot import SupportBot
from supportbot.embedding.encoder import Encoder
from supportbot.embedding.pool import EncoderPool
from supportbot.errors import SupportBotError
from supportbot.index import layout, store
from supportbot.serving import opening
from supportbot.serving.snapshot import Snapshot
from supportbot.settings import Settings

WATCH_SECONDS = 1.0
"""How often the thread looks which version is current."""

log = logging.getLogger("supportbot.serving")


class Live:
    """The `current` snapshot of an index folder. Safe to share between threads.

    Every serving process watches the folder by itself: whoever builds or rolls back an index needs to notify nobody.

    >>> live = Live(settings, encoder, report=print)
    >>> live.watch()
    >>> live.current.ask("怎麼提幣").text
    """

    def __init__(self, settings: Settings, encoder: Encoder, report: Callable[[str], None]) -> None:
        """Open the index, and build it first if need be. Raises what `open_bot` raises."""
        self.settings = settings
        self.encoder = encoder
        bot = opening.open_bot(settings, encoder=encoder, report=report)
        bot.warm_up()
        self.current = _warm(bot)
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._refused = ""
        self._watcher = threading.Thread(target=self._watch, name="index-watch", daemon=True)

    def watch(self) -> None:
        """Start watching the index folder."""
        self._watcher.start()

    def close(self) -> None:
        """Stop watching."""
        self._stop.set()

    def refresh(self) -> bool:
        """Serve the version that is current on disk; return True if it changed.

        A version that cannot be served (damaged, of another model) is logged once, and the old snapshot stays.
        """
        with self._lock:
            try:
                newest = layout.current(self.settings.index)
                if newest.name in (self.current.version, self._refused):
                    return False
                self._refused = newest.name
                self.current = _warm(self.open(newest))
            except SupportBotError as error:
                log.warning("index not swapped", extra={"fields": {"reason": str(error)}})
                return False
            self._refused = ""
            gc.collect()  # the old version is part of a reference cycle
            log.info("index swapped", extra={"fields": {"version": self.current.version}})
            return True

    def open(self, version: Path) -> SupportBot:
        """Return a bot on the index version in a folder. Raises `IndexUnusableError`."""
        index = store.load_version(version, encoder=self.encoder.fingerprint)
        own = self.current.bot
        if index.lexicon == own.index.lexicon:  # the dictionary takes a second to load: keep it
            return own.on(index)
        bot = opening.bot_on(index, self.encoder, self.settings)
        bot.warm_up()
        return bot

    def _watch(self) -> None:
        while not self._stop.wait(WATCH_SECONDS):
            try:
                self.refresh()
            except Exception:  # the thread must go on
                log.exception("index watch")


def load_encoder(settings: Settings, *, alone: bool, report: Callable[[str], None]) -> Encoder:
    """Return an encoder that many threads can share. `alone` tells that no other process serves on this machine."""
    whole = opening.load_encoder(settings, report)
    processors = settings.threads or os.cpu_count() or 1
    if settings.model == "hash" or settings.runtime != "onnx" or processors == 1:
        return whole
    single = opening.load_encoder(settings.model_copy(update={"threads": 1}))
    return EncoderPool(whole if alone else single, single, processors)


def _warm(bot: SupportBot) -> Snapshot:
    """Return a snapshot that has searched once, so that the first customer does not wait for lazy loading."""
    snapshot = Snapshot(bot)
    snapshot.bot.search("暖機")
    snapshot.suggester.suggest("暖")
    return snapshot
