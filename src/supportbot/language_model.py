"""The language-model client: one chat completion from any OpenAI-compatible server, within a fixed time.

The call is a task that is cancelled when its time is over, wherever it is: name look-up, connection, headers or body.
A time-out of the HTTP client alone would begin again with each byte of a slow server.
"""

import asyncio
import contextlib
import json
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any, Literal

from supportbot.errors import ModelError, SettingsError

Failure = Literal["unavailable", "timeout", "limited", "broken", "empty", "too_long"]
"""Why a call brought no text. "unavailable": not made, after `FAILURES` failures; "limited": HTTP status 429."""

MAX_BYTES = 1_000_000
"""A longer response is not read to its end."""

FAILURES = 3
PAUSE = 30.0
"""After this many failures in a row, no call is made for this many seconds."""


class Failed(Exception):
    """A call brought no text; `reason` says why."""

    def __init__(self, reason: Failure) -> None:
        self.reason: Failure = reason
        super().__init__(reason)


class LanguageModel:
    """A chat model behind an address. Safe to use from several threads.

    Raises `ModelError` if the package `openai` is not installed, and `SettingsError` if `base_url` is not an http(s)
    address.

    >>> model = LanguageModel(base_url="http://127.0.0.1:8080/v1", api_key="", model="qwen3", timeout=4.0)
    >>> model.ask("Reply in one sentence.", "怎麼提幣？", max_tokens=200)
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
                "a language model needs the package openai; install it with `pip install supportbot[llm]`"
            ) from None
        self._openai: Any = openai
        self._base_url, self._api_key, self._model, self._timeout = base_url, api_key, model, timeout
        self._tls = ssl.create_default_context()
        self._clock = clock
        self._lock = threading.Lock()
        self._failures, self._paused_until = 0, 0.0

    def ask(self, system: str, user: str, *, max_tokens: int) -> str:
        """Return the model's text for two messages. Raises `Failed` after `timeout` seconds at the latest."""
        with self._lock:
            if self._failures >= FAILURES and self._clock() < self._paused_until:
                raise Failed("unavailable")
        try:
            # Not asyncio.run: it would wait for a name look-up that goes on in a thread after the time is over.
            with contextlib.closing(asyncio.new_event_loop()) as loop:
                received = loop.run_until_complete(self._complete(system, user, max_tokens))
            text = _content(received)
        except Failed:
            self._note(failed=False)
            raise
        except Exception as error:  # whatever the client raises, the caller goes on without a text
            self._note(failed=True)
            raise Failed(self._reason(error)) from error
        self._note(failed=False)
        return text

    async def _complete(self, system: str, user: str, max_tokens: int) -> bytes:
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        options = {"model": self._model, "messages": messages, "max_tokens": max_tokens, "temperature": 0}
        # Following a redirect would send the question to an address that nobody set.
        http = self._openai.DefaultAsyncHttpxClient(verify=self._tls, follow_redirects=False)
        received = bytearray()
        async with (
            asyncio.timeout(self._timeout),
            self._openai.AsyncOpenAI(
                base_url=self._base_url, api_key=self._api_key or "none", max_retries=0, http_client=http
            ) as client,
            client.chat.completions.with_streaming_response.create(**options) as response,
        ):
            async for piece in response.iter_bytes():
                received += piece
                if len(received) > MAX_BYTES:
                    raise Failed("too_long")
        return bytes(received)

    def _note(self, *, failed: bool) -> None:
        with self._lock:
            self._failures = self._failures + 1 if failed else 0
            self._paused_until = self._clock() + PAUSE

    def _reason(self, error: Exception) -> Failure:
        if isinstance(error, (TimeoutError, self._openai.APITimeoutError)):
            return "timeout"
        return "limited" if isinstance(error, self._openai.RateLimitError) else "broken"


def _content(received: bytes) -> str:
    """Return the text of a chat completion (OpenAI API reference, "The chat completion object")."""
    choice = json.loads(received)["choices"][0]
    if choice.get("finish_reason") == "length":
        raise Failed("too_long")
    content = choice["message"]["content"]
    if content is None or not content.strip():
        raise Failed("empty")
    return str(content)
