"""A service for tests: the whole app in this process, on the small corpus and the hash encoder."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from supportbot.api import create_app
from supportbot.api.service import Service
from supportbot.settings import Settings

SECRET = "a secret of the tests, long enough"


@dataclass
class Running:
    """A running app with a client, and what a customer does with it."""

    app: FastAPI
    client: TestClient

    @property
    def service(self) -> Service:
        service: Service = self.app.state.service
        return service

    def ask(self, question: str, token: str = "", **body: Any) -> dict[str, Any]:
        """The reply to a question; anything but 200 fails."""
        headers = {"X-Visitor-Token": token} if token else {}
        response = self.client.post("/v1/chat", json={"question": question, **body}, headers=headers)
        assert response.status_code == 200, response.text
        reply: dict[str, Any] = response.json()
        return reply

    def key(self, role: Any) -> dict[str, str]:
        """Headers with a new key of a role."""
        _, secret = self.service.store.keys.add(f"test {role}", role)
        return {"Authorization": f"Bearer {secret}"}


@contextlib.contextmanager
def running(settings: Settings, **changes: Any) -> Iterator[Running]:
    """The app with these settings, everything answered unless a test wants otherwise."""
    own = {"database": f"sqlite:///{settings.index.parent / 'service.db'}", "answer_precision": 0.0, "secret": SECRET}
    made = type(settings)(**{**settings.model_dump(exclude_unset=True), **own, **changes})
    app = create_app(made)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Running(app, client)
