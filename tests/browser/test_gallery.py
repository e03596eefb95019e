"""Every page and state as a picture, and none wider than its window or with a barrier that axe-core finds.

`make screenshots` keeps the pictures: both themes in three widths, and the other languages in two of these looks. The
tests, which look at these states elsewhere, take one of each kind.
"""

import itertools
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote

import pytest
from browsing import Open, Site, axe_violations
from playwright.sync_api import Page, expect

from browser.console_page import SECONDS, Visitor
from browser.widget_page import NOTHING, STEPS, TABS, Widget, first_unclear

FOLDER = os.environ.get("SUPPORTBOT_SCREENSHOTS", "")
THEMES = ("light", "dark")
WIDTHS = ("phone", "tablet", "desktop")
LOCALES = ("zh-TW", "zh-CN", "en")

Look = tuple[str, str, str]
LOOKS: list[Look] = list(itertools.product(THEMES, WIDTHS, LOCALES))
PICTURES = [look for look in LOOKS if look[2] == LOCALES[0] or look[:2] in (("light", "desktop"), ("dark", "phone"))]

TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"

PAGES = {
    "home": "/",
    "category": f"/categories/{quote('帳戶安全')}",
    "search": f"/search?q={quote('手機換了怎麼重置')}",
    "search-nothing": f"/search?q={quote('今天天氣如何')}",
    "article": "/articles/emergency-contact",
    "article-tabs": "/articles/official-channel-verification",
    "missing": "/articles/no-such-article",
}


def _open(widget: Widget) -> None:
    expect(widget.log.get_by_role("button")).to_have_count(4)


def _suggestions(widget: Widget) -> None:
    widget.field.press_sequentially("手機")
    expect(widget.panel.locator("mark").first).to_have_text(re.compile("手[機机]"))


def _answer(widget: Widget) -> None:
    widget.ask(STEPS)


def _tabs(widget: Widget) -> None:
    widget.ask(TABS)


def _clarify(widget: Widget) -> None:
    widget.ask(first_unclear(widget.site))


def _decline(widget: Widget) -> None:
    widget.ask(NOTHING)


def _person(widget: Widget) -> None:
    widget.ask(STEPS)
    widget.person.click()
    expect(widget.bot.nth(1)).to_be_visible()
    widget.reply("您好，我是客服小安，已經看到您的問題，正在為您查詢。")
    expect(widget.agent).to_be_visible()


WIDGET: dict[str, Callable[[Widget], None]] = {
    "open": _open,
    "suggestions": _suggestions,
    "answer": _answer,
    "tabs": _tabs,
    "clarify": _clarify,
    "decline": _decline,
    "person": _person,
}

CONSOLE = {
    "search": f"search?q={quote('手機換了怎麼重置')}",
    "queue": "queue",
    "gaps": "gaps",
    "statistics": "statistics",
    "versions": "versions",
    "sources": "sources",
    "settings": "settings",
}


def looks(names: Iterable[str]) -> pytest.MarkDecorator:
    """Each state in all looks for the pictures; for the tests the first one in one look."""
    chosen = [(name, look) for name in names for look in PICTURES] if FOLDER else [(next(iter(names)), LOOKS[-1])]
    return pytest.mark.parametrize(("name", "look"), chosen, ids=["-".join([name, *look]) for name, look in chosen])


def faults(page: Page, name: str, look: Look, *, whole: bool = False) -> list[str]:
    """What is wrong with a page: it does not fit, or has barriers. Its picture is kept if pictures are wanted."""
    page.wait_for_load_state()
    page.wait_for_timeout(500)  # what arrives or moves: live streams never let the network be idle
    if FOLDER:
        file = Path(FOLDER) / f"{'-'.join([name, *look])}.png"
        page.screenshot(path=file, full_page=whole, animations="disabled")
    return [*(["wider than its window"] if page.evaluate(TOO_WIDE) else []), *axe_violations(page)]


@looks(PAGES)
def test_the_help_centre(open_page: Open, name: str, look: Look) -> None:
    theme, width, locale = look
    page = open_page(PAGES[name], theme=theme, width=width, locale=locale)
    assert faults(page, name, look, whole=True) == []


@looks(WIDGET)
def test_the_widget(open_page: Open, site: Site, name: str, look: Look) -> None:
    theme, width, locale = look
    widget = Widget(open_page("/", theme=theme, width=width, locale=locale), site).open()
    WIDGET[name](widget)
    assert faults(widget.page, f"widget-{name}", look) == []


@pytest.fixture(scope="package")
def busy(site: Site) -> None:
    """Customers who asked, were answered, and wait."""
    for question in (STEPS, TABS, NOTHING, "信用卡買幣要手續費嗎", "怎麼把幣賣掉換成台幣"):
        visitor = Visitor(site)
        reply = visitor.ask(question)
        if reply["outcome"] == "answer":
            visitor.rate(reply["message_id"], "helpful")
        else:
            visitor.wait_for_person()


@looks(CONSOLE)
def test_the_console(open_page: Open, site: Site, busy: None, name: str, look: Look) -> None:
    theme, width, locale = look
    page = open_page(f"/console#/{CONSOLE[name]}", theme=theme, width=width, locale=locale)
    if name == "search":
        assert faults(page, "console-sign-in", look) == []
    page.locator("input[type=password]").fill(site.keys["admin"])
    page.keyboard.press("Enter")
    expect(page.locator("input[type=password]")).to_have_count(0)
    expect(page.locator(".loading")).to_have_count(0, timeout=SECONDS)
    assert faults(page, f"console-{name}", look, whole=name in ("statistics", "settings")) == []
