"""Asking a language model, within a time that the server has no say in.

Any server that speaks the OpenAI chat protocol does. The whole call (name look-up, connection, answer) runs in a
thread of its own that is left behind when the time is over, so that a server which sends one byte a second holds
nobody up.
"""

import contextlib
import json
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any, Literal

from supportbot.errors import ModelError, SettingsError

Failure = Literal["unavailable", "timeout", "limited", "broken", "empty", "too_long"]

MOST_BYTES = 1_000_000
"""A response longer than this is not read to its end."""

FAILURES = 3
PAUSE = 30.0
"""After so many failures in a row, no call for so many seconds: a dead server does not slow every answer."""


class Failed(Exception):
    """A call that brought no text; `reason` says why."""

    def __init__(self, reason: Failure) -> None:
        self.reason: Failure = reason
        super().__init__(reason)


class LanguageModel:
    """A chat model behind an address. Safe to use from several threads.

    Raises `ModelError` when the package `openai` is not installed, `SettingsError` for an address without http(s).
    """

    def __init__(
        self, *, base_url: str, api_key: str, model: str, timeout: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if not base_url.startswith(("http://", "https://")):
            raise SettingsError(f"language model: expected an address with http:// or https://, got {base_url!r:.80}")
        try:
            import openai
        except ImportError:
            raise ModelError(
                "rephrasing needs the package openai; install it with `pip install supportbot[llm]`"
            ) from None
        self._openai: Any = openai
        self._base_url, self._api_key, self._model, self._timeout = base_url, api_key, model, timeout
        self._tls = ssl.create_default_context()
        self._breaker = _Breaker(clock)

    def ask(self, system: str, user: str, *, most_tokens: int) -> str:
        """The model's text for two messages. Raises `Failed`, after `timeout` seconds at the latest; nothing else."""
        if not self._breaker.closed:
            raise Failed("unavailable")
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        options = {"model": self._model, "messages": messages, "max_tokens": most_tokens, "temperature": 0}
        call = _Call(self._client, options)
        failure = call.wait(self._timeout)
        self._breaker.note(failed=failure in ("timeout", "limited", "broken"))
        if failure:
            raise Failed(failure)
        return call.text

    def _client(self) -> Any:
        """A client for one call, so that ending it ends nothing else. Redirects would take the question elsewhere."""
        http = self._openai.DefaultHttpxClient(verify=self._tls, follow_redirects=False, timeout=self._timeout)
        return self._openai.OpenAI(
            base_url=self._base_url, api_key=self._api_key or "none", max_retries=0, http_client=http
        )


class _Call:
    """One call in a thread of its own."""

    def __init__(self, connect: Callable[[], Any], options: dict[str, Any]) -> None:
        self._connect, self._options = connect, options
        self._client: Any = None
        self._done, self._over = threading.Event(), threading.Event()
        self._failure: Failure | None = None
        self.text = ""

    def wait(self, timeout: float) -> Failure | None:
        """Make the call; why it failed, or None when `text` is there."""
        threading.Thread(target=self._run, name="rephrasing", daemon=True).start()
        if self._done.wait(timeout):
            return self._failure
        self._over.set()
        threading.Thread(target=self._end, name="rephrasing-end", daemon=True).start()  # it may take its time as well
        return "timeout"

    def _run(self) -> None:
        try:
            self._client = self._connect()
            self.text = _content(self._received())
        except Failed as failed:
            self._failure = failed.reason
        except Exception as error:  # whatever the client raises: the answer goes on without it
            self._failure = _why(error)
        finally:
            self._done.set()
            self._end()

    def _end(self) -> None:
        """Close the connection, on which the other thread may be reading: its next read fails."""
        if self._client is not None:
            with contextlib.suppress(Exception):  # both threads may close it at once
                self._client.close()

    def _received(self) -> bytes:
        with self._client.chat.completions.with_streaming_response.create(**self._options) as response:
            received = bytearray()
            for piece in response.iter_bytes():
                received += piece
                if self._over.is_set():
                    raise Failed("timeout")
                if len(received) > MOST_BYTES:
                    raise Failed("too_long")
        return bytes(received)


class _Breaker:
    """Opens after `FAILURES` in a row for `PAUSE` seconds; the next failure after that opens it again."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0

    @property
    def closed(self) -> bool:
        """Whether calls may be made."""
        with self._lock:
            return self._failures < FAILURES or self._clock() >= self._until

    def note(self, *, failed: bool) -> None:
        """Count a call that was made."""
        with self._lock:
            self._failures = self._failures + 1 if failed else 0
            self._until = self._clock() + PAUSE


def _why(error: Exception) -> Failure:
    """A few words for what the client or the connection raises: openai and httpx name their own alike."""
    name = type(error).__name__
    return "timeout" if "Timeout" in name else "limited" if name == "RateLimitError" else "broken"


def _content(received: bytes) -> str:
    """The text of a chat completion (OpenAI API reference, "The chat completion object")."""
    choice = json.loads(received)["choices"][0]
    if choice.get("finish_reason") == "length":
        raise Failed("too_long")
    content = choice["message"]["content"]
    if content is None or (isinstance(content, str) and not content.strip()):
        raise Failed("empty")
    if not isinstance(content, str):
        raise Failed("broken")
    return content
