"""Real pages in a real browser: Debian's chromium, a real server process, the project's own corpus and model.

All is started once for this folder and ended with it: Playwright's synchronous interface keeps an event loop running,
which tests of other folders must not meet.
"""

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from browsing import Open, Site
from load.service import Server
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from supportbot import settings as settings_room
from supportbot.settings import Settings
from supportbot.storage import open_store

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
PATIENCE = 30_000
"""How long something may take, in Playwright's milliseconds: the machine that tests is busy."""

WIDTHS = {"phone": (390, 844), "tablet": (820, 1180), "desktop": (1280, 800)}
# As root chromium starts only without its sandbox; the others keep it from calling anybody.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM:
        return
    skip = pytest.mark.skip(reason="chromium is not installed: `apt-get install chromium` to test the pages")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(skip)


class _HostPages(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """A file as it lies there; in a strict page, which may run no script of its own, `{{service}}` is filled in."""
        if "strict" not in self.path:
            super().do_GET()
            return
        text = Path(self.translate_path(self.path)).read_text("utf-8")
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.replace("{{service}}", self.server.own).encode())  # type: ignore[attr-defined]

    def end_headers(self) -> None:
        """With the policy that a page names by its file name."""
        if "strict" in self.path:
            own = self.server.own  # type: ignore[attr-defined]
            policy = f"default-src 'none'; script-src {own}; connect-src {own}; img-src {own} data:; style-src 'self'"
            self.send_header("Content-Security-Policy", f"{policy}; require-trusted-types-for 'script'")
        super().end_headers()


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, real_bot: object, real_settings: Settings) -> Iterator[Site]:
    """The real service on a copy of the project's corpus; `keys` holds one of each role."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(PROJECT / "corpus", folder / "corpus", ignore=shutil.ignore_patterns("benchmarks"))
    shutil.copytree(real_settings.index, folder / "index")
    settings = settings_room.load(corpus=folder / "corpus", index=folder / "index")
    host = ThreadingHTTPServer(("127.0.0.1", 0), partial(_HostPages, directory=str(HERE / "hosts")))
    server = Server(settings, folder)
    host.own = f"http://127.0.0.1:{server.port}"  # type: ignore[attr-defined]
    threading.Thread(target=host.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{host.server_address[1]}"
    server.environment |= {"SUPPORTBOT_ORIGINS": address, "SUPPORTBOT_BENCHMARK": str(folder / "none")}
    server.start()
    store = open_store(server.database)
    keys = {role: store.keys.add(f"{role} of the tests", role)[1] for role in ("client", "agent", "admin")}
    store.close()
    yield Site(server, address, folder / "corpus", keys)
    server.stop()
    host.shutdown()
    host.server_close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Open]:
    """Opens a page of the service in a fresh profile, see `browsing.Open`. An error of a script fails the test."""
    contexts: list[BrowserContext] = []
    problems: list[Error] = []

    def note(error: Error) -> None:
        problems.append(error)

    def run(
        path: str = "/", *, width: str = "desktop", theme: Any = "light", locale: str = "zh-TW", **more: Any
    ) -> Page:
        wide, high = WIDTHS[width]
        context = browser.new_context(
            viewport={"width": wide, "height": high}, color_scheme=theme, locale=locale, **more
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", note)
        page.goto(path if path.startswith("http") else site.url + path)
        return page

    yield run
    for context in contexts:
        context.close()
    assert not problems
