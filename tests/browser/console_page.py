"""The console as an agent uses it, and visitors who write to the service meanwhile."""

import json
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from browsing import Open, Site
from playwright.sync_api import Page, expect

SECONDS = 600_000
"""How long a job may take, in Playwright's milliseconds: the machine that tests is busy."""


def signed_in(open_page: Open, site: Site, role: str = "agent", view: str = "search", **more: Any) -> Page:
    """A page of the console after somebody signed in with the key of this role."""
    page = open_page(f"/console#/{view}", **more)
    page.locator("input[type=password]").fill(site.keys[role])
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation").first.or_(page.locator(".menu-button"))).not_to_have_count(0)
    return page


def go(page: Page, view: str) -> None:
    """Go to another view by its address, and wait until it has what it shows."""
    moved = "new Promise((done) => addEventListener('hashchange', done, {once: true}))"
    page.evaluate(f"(to) => {{ location.hash = to; return {moved}; }}", f"#/{view}")
    expect(page.locator(".loading, .stale")).to_have_count(0, timeout=SECONDS)


def call(site: Site, path: str, body: Any = None, *, method: str | None = None, **headers: str) -> Any:
    """A call of the API; its JSON."""
    request = urllib.request.Request(
        site.url + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
        method=method,
    )
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)


def as_key(site: Site, role: str, path: str, body: Any = None, method: str | None = None) -> Any:
    """A call with the key of a role."""
    return call(site, path, body, method=method, Authorization=f"Bearer {site.keys[role]}")


def until(true: Callable[[], bool], seconds: float = SECONDS / 1000) -> None:
    """Wait for something that the page does not show."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it does not come true"
        time.sleep(0.2)


def settled(site: Site) -> None:
    """Wait until no job runs, and the newest index serves."""

    def quiet() -> bool:
        return all(job["state"] != "running" for job in as_key(site, "admin", "/v1/admin/jobs"))

    until(quiet)


@dataclass
class Visitor:
    """Somebody who chats with the service."""

    site: Site
    token: str = ""
    conversation: str = ""

    def ask(self, question: str) -> Any:
        """Ask in one conversation; the reply."""
        body = {"question": question} | ({"conversation_id": self.conversation} if self.conversation else {})
        reply = call(self.site, "/v1/chat", body, **self._headers())
        self.token, self.conversation = reply["visitor_token"], reply["conversation_id"]
        return reply

    def wait_for_person(self, reason: str = "no_answer") -> None:
        """Ask for a person."""
        call(self.site, f"/v1/conversations/{self.conversation}/handoff", {"reason": reason}, **self._headers())

    def rate(self, message: str, verdict: str) -> None:
        """Say what an answer was worth."""
        path = f"/v1/conversations/{self.conversation}/messages/{message}/feedback"
        call(self.site, path, {"verdict": verdict}, **self._headers())

    def read(self) -> Any:
        """The conversation as the visitor has it."""
        return call(self.site, f"/v1/conversations/{self.conversation}", **self._headers())

    def _headers(self) -> dict[str, str]:
        return {"X_Visitor_Token": self.token} if self.token else {}
