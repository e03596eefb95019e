"""The widget as its users meet it, on a page of another site."""

import json
import urllib.request
from collections.abc import Iterable
from typing import Any

from browsing import Open, Site
from playwright.sync_api import Locator, Page, expect

STEPS = "手機換了怎麼重置"
"""A question with one list of steps."""

TABS = "TG官方群真假"
"""A question with steps for the app and for the web."""

NOTHING = "今天天氣如何"
"""A question that no article answers."""

UNCLEAR = (
    "安全",
    "KYC",
    "帳號",
    "OKX",
    "入金卡住,跳出來說因為跨國匯款規定要多驗一道,怎麼解?",
    "达人接的任务发在小红书上算不算数",
    "next of kin",
    "一司兩戶",
    "公司同事小刘的DEX返佣比例比我高一截，他说是级别不一样，还笑我是青铜。我入坑才俩月，天天加班也没空研究，这个邀请总共分几级啊？",
    "又有“客服小姐姐”在飞机上加我，装得跟你们家员工似的，到底有没有照妖镜给我照一下",
    "我只是閉關戒幣三個月沒登入，你們不要一聲不響就跑去煩我媽好嗎，會先問過我吧？",
)
"""Questions that may make the bot ask back: which of them do depends on the corpus and its tuning."""

LISTEN = "addEventListener('supportbot:answer', () => console.log('answered'), {once: true})"
"""Has the page say when an answer is whole: it comes in pieces, and is drawn anew with each."""


class Widget:
    """The widget on an open page: where its parts are, and what a visitor does with it."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site
        self.launcher = page.locator(".launcher")
        self.panel = page.locator("support-bot").get_by_role("dialog")
        self.log = self.panel.get_by_role("log")
        self.field = self.panel.get_by_role("textbox").last
        self.visitor = self.log.locator(".message.visitor")
        self.bot = self.log.locator(".message.bot")
        self.agent = self.log.locator(".message.agent")
        self.person = self.panel.locator("header").get_by_role("button").first

    def open(self) -> "Widget":
        """Open it by its button."""
        self.launcher.click()
        expect(self.panel).to_be_visible()
        return self

    def send(self, text: str) -> None:
        """Write and send, and wait for nothing."""
        self.field.fill(text)
        self.field.press("Enter")

    def ask(self, text: str) -> Locator:
        """Write, send, and give the answer once all of it is there."""
        answer = self.bot.nth(self.bot.count())
        self.page.evaluate(LISTEN)
        with self.page.expect_console_message(lambda message: message.text == "answered"):
            self.send(text)
        expect(answer.locator(".content > *").first).to_be_visible()
        expect(self.log.locator(".pending")).to_have_count(0)
        return answer

    def heard(self, name: str) -> list[Any]:
        """The details of the events of a name that the page heard."""
        return [detail for event, detail in self.page.evaluate("window.heard") if event == name]

    @property
    def kept(self) -> dict[str, Any]:
        """What the widget keeps in the browser."""
        stored = self.page.evaluate("(key) => localStorage.getItem(key)", f"supportbot {self.site.url}")
        return dict(json.loads(stored or "{}"))

    def keep(self, kept: dict[str, Any]) -> None:
        """Put something else in its place."""
        keep = "([key, kept]) => localStorage.setItem(key, JSON.stringify(kept))"
        self.page.evaluate(keep, [f"supportbot {self.site.url}", kept])

    def stored(self) -> dict[str, Any]:
        """The conversation as the service has it."""
        path = f"/v1/conversations/{self.kept['conversation']}"
        return call(self.site, path, headers={"X-Visitor-Token": self.kept["token"]})

    def texts_of(self, author: str) -> list[str]:
        """What an author wrote, as the service has it."""
        return [one["text"] for one in self.stored()["messages"] if one["author"] == author]

    def shows(self, answer: dict[str, Any]) -> Locator:
        """Have an answer stand in the conversation of the open widget, as the service would send it, and give it."""
        self.keep({"token": "t", "conversation": "c"})
        said = {"id": "m", "number": 2, "author": "bot", "text": "", "agent": None, "helpful": None}
        messages = [{**said, "created": "2026-01-01T00:00:00Z", "answer": answer}]
        conversation = {"id": "c", "state": "bot", "messages": messages}
        self.page.route(
            "**/v1/conversations/**",
            lambda route: route.fulfill(json=conversation, headers={"Access-Control-Allow-Origin": "*"}),
        )
        self.page.reload()
        expect(self.bot).to_have_count(1)
        return self.bot

    def reply(self, text: str) -> None:
        """Write as an agent."""
        as_agent(self.site, f"/v1/queue/{self.kept['conversation']}/reply", {"text": text})


def block(kind: str, text: str = "", number: int | None = None, **more: Any) -> dict[str, Any]:
    """A block of an answer."""
    return {"kind": kind, "text": text, "number": number, "path": [], "rows": [], "platform": None, **more}


def answer_of(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An answer that says this."""
    return {
        "outcome": "answer", "confidence": 1, "blocks": list(blocks), "warning": None, "sources": [], "choices": [],
        "candidates": [], "intent": None, "context": None, "script": "hant", "index_version": "", "timings_ms": {},
        **more,
    }  # fmt: skip


def embed(open_page: Open, site: Site, page: str = "plain.html", *, locale: str = "zh-TW", **more: Any) -> Widget:
    """Open a page of another site with the widget on it. `options` are those of tests/browser/hosts/boot.js."""
    options = "".join(f"&{name}={value}" for name, value in more.pop("options", {}).items())
    opened = open_page(f"{site.host}/{page}?service={site.url}&locale={locale}{options}", locale=locale, **more)
    widget = Widget(opened, site)
    expect(widget.launcher).to_have_count(1)
    return widget


def call(site: Site, path: str, body: Any = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """Call the service from outside the browser."""
    data = None if body is None else json.dumps(body).encode()
    sent = {"Content-Type": "application/json", **(headers or {})}
    with urllib.request.urlopen(urllib.request.Request(site.url + path, data, sent)) as reply:
        return dict(json.load(reply))


def as_agent(site: Site, path: str, body: Any) -> dict[str, Any]:
    """Call the service as an agent."""
    return call(site, path, body, {"Authorization": f"Bearer {site.keys['agent']}"})


def first_unclear(site: Site, questions: Iterable[str] = UNCLEAR) -> str:
    """A question to which the bot asks back."""
    return first_offering(site, "clarify", questions)


def first_offering(site: Site, outcome: str, questions: Iterable[str]) -> str:
    """A question that has this outcome, with something to choose from."""
    replies = ((one, call(site, "/v1/chat", {"question": one})) for one in questions)
    return next(one for one, reply in replies if reply["outcome"] == outcome and reply["choices"])
