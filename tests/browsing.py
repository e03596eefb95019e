"""What the tests of the pages share: the site under test, and what axe-core says of a page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from load.service import Server
from playwright.sync_api import Page


@dataclass
class Site:
    """A server with everything as customers meet it, and the sites of others that embed the widget."""

    server: Server
    host: str
    """The address of another site, which serves the files of tests/browser/hosts."""

    corpus: Path
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"


Open = Callable[..., Page]
"""Opens a page of the service: `open_page("/", width="phone", theme="dark", locale="en")`."""


STILL = """() => Promise.all([document, document.querySelector("support-bot")?.shadowRoot]
    .flatMap((root) => root?.getAnimations() ?? [])
    .filter((one) => one.effect.getTiming().iterations !== Infinity)
    .map((one) => one.finished.catch(() => null))).then(() => null)"""


def still(page: Page) -> None:
    """Wait until nothing moves or fades but what has no end."""
    page.evaluate(STILL)  # `wait_for_function` would need `unsafe-eval`


def axe_violations(page: Page) -> list[str]:
    """What axe-core finds wrong with a page once it is still, shadow roots included; one line each."""
    still(page)
    found = Axe().run(page)
    return [
        f"{one['id']}: {one['help']}: {', '.join(str(node['target']) for node in one['nodes'][:3])}"
        for one in found.response["violations"]
    ]
