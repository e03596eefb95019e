"""Conversations that wait for a person: seen at once, understood, answered, given back."""

import re

import pytest
from browsing import Open, Site, axe_violations
from playwright.sync_api import Page, expect

from browser.console_page import Visitor, as_key, signed_in, until

DECLINED = "可以買台積電股票嗎"
STEPS = "怎麼新增緊急聯絡人？"


@pytest.fixture
def visitor(site: Site) -> Visitor:
    return Visitor(site)


def opened(open_page: Open, site: Site, visitor: Visitor, **more: str) -> Page:
    """The conversation of a visitor at the console."""
    page = signed_in(open_page, site, view=f"queue/{visitor.conversation}", **more)
    expect(page.locator(".message").first).to_be_visible()
    return page


def test_a_conversation_is_handled_from_beginning_to_end(open_page: Open, site: Site, visitor: Visitor) -> None:
    page = signed_in(open_page, site, view="queue")
    expect(page.get_by_text("從左側選一段對話")).to_be_visible()
    expect(page.locator(".loading")).to_have_count(0)
    visitor.ask(STEPS)
    rated = visitor.ask(DECLINED)
    assert rated["outcome"] == "decline"
    visitor.rate(rated["message_id"], "not")
    visitor.wait_for_person("no_answer")
    visitor.ask("有人在嗎")

    row = page.locator(f'.queue-list a[href$="{visitor.conversation}"]')
    expect(row).to_contain_text("有人在嗎")
    expect(row).to_contain_text("沒有答案")
    expect(row).to_contain_text(re.compile(r"\d+ 秒"))
    expect(row.get_by_text("未讀")).to_have_count(1)
    expect(page.get_by_role("log").filter(has_text="有新的對話在等候")).to_have_count(1)
    expect(page).to_have_title(re.compile(r"^\(\d+\) 等候佇列"))

    row.click()
    messages = page.get_by_role("log", name="對話內容")
    expect(messages).to_contain_text("有人在嗎")
    expect(row.locator(".dot")).to_be_hidden()
    declined = messages.locator(".message").filter(has_text="沒有文章能回答")
    expect(declined).to_contain_text("客戶認為沒有幫助")
    declined.get_by_text("為什麼這樣回答").click()
    expect(declined.get_by_role("table", name="候選文章").get_by_role("row").nth(1)).to_contain_text("語意 0.")
    expect(declined).to_contain_text("索引版本")
    answered = messages.locator(".message").filter(has_text="緊急聯繫人").first
    answered.get_by_text("為什麼這樣回答").click()
    expect(answered.locator(".source").get_by_role("link")).to_have_attribute(
        "href", re.compile("/articles/emergency-contact")
    )

    reply = page.get_by_label("回覆客戶")
    reply.fill("您好，我們沒有賣股票。")
    reply.press("Control+Enter")
    expect(messages.locator(".from-agent")).to_contain_text("我們沒有賣股票")
    expect(reply).to_have_value("")
    assert [(one["author"], one["text"]) for one in visitor.read()["messages"]][-1] == (
        "agent",
        "您好，我們沒有賣股票。",
    )

    visitor.ask("謝謝，那沒事了")
    expect(messages).to_contain_text("那沒事了")

    page.get_by_role("button", name="交還機器人").click()
    expect(messages).to_contain_text("對話交還給機器人")
    expect(row).to_have_count(0)
    assert visitor.read()["state"] == "bot"
    page.get_by_role("button", name="結束對話").click()
    expect(page.get_by_text("對話已結束，不能再回覆")).to_be_visible()
    assert visitor.read()["state"] == "closed"


def test_drafts_are_kept_by_conversation(open_page: Open, site: Site, visitor: Visitor) -> None:
    other = Visitor(site)
    for one in (visitor, other):
        one.ask(DECLINED)
        one.wait_for_person()
    page = opened(open_page, site, visitor)
    page.get_by_label("回覆客戶").fill("寫到一半")
    page.locator(f'.queue-list a[href$="{other.conversation}"]').click()
    expect(page.get_by_label("回覆客戶")).to_have_value("")
    page.reload()
    page.locator(f'.queue-list a[href$="{visitor.conversation}"]').click()
    expect(page.get_by_label("回覆客戶")).to_have_value("寫到一半")


def test_what_a_colleague_did_first_is_said_plainly_and_nothing_is_lost(
    open_page: Open, site: Site, visitor: Visitor
) -> None:
    visitor.ask(DECLINED)
    visitor.wait_for_person()
    page = opened(open_page, site, visitor)
    page.get_by_label("回覆客戶").fill("我來處理")
    page.route("**/v1/queue/*?after=*", lambda route: route.abort())  # it has not heard yet
    as_key(site, "admin", f"/v1/queue/{visitor.conversation}/close", method="POST")
    page.get_by_role("button", name="送出").click()
    expect(page.get_by_role("alert").filter(has_text="狀態剛才變了")).to_be_visible()
    page.unroute("**/v1/queue/*?after=*")
    expect(page.get_by_text("對話已結束，不能再回覆")).to_be_visible()
    expect(page.locator(".reply textarea")).to_have_value("我來處理")


def test_an_article_is_put_into_the_reply_by_keyboard(open_page: Open, site: Site, visitor: Visitor) -> None:
    visitor.ask(DECLINED)
    visitor.wait_for_person()
    page = opened(open_page, site, visitor)
    page.keyboard.press("i")
    expect(page.get_by_role("combobox", name="選擇文章")).to_be_focused()
    page.keyboard.type("緊急聯繫人")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_contain_text("如何添加緊急聯繫人")
    assert axe_violations(page) == []
    page.keyboard.press("Enter")
    part = page.locator(".inserter .part").filter(has_text="九宮格")
    expect(part).to_be_visible()
    part.get_by_role("button").press("Enter")
    reply = page.get_by_label("回覆客戶")
    expect(reply).to_be_focused()
    expect(reply).to_have_value(re.compile(r"^1\. .*九宮格.*/articles/emergency-contact#\w+$", re.S))
    page.keyboard.press("Control+Enter")
    until(lambda: visitor.read()["messages"][-1]["author"] == "agent")


def test_what_a_visitor_writes_stays_text(open_page: Open, site: Site, visitor: Visitor) -> None:
    hostile = (
        '<img src=x onerror="document.title=1"><script>document.title=1</script> \u202egnp.exe [a](javascript:alert(1))'
    )
    visitor.ask("怎麼提幣")
    visitor.wait_for_person()
    visitor.ask(hostile)
    page = opened(open_page, site, visitor)
    message = page.locator(".from-visitor .said").last
    expect(message).to_have_text(hostile)
    last = page.locator(f'.queue-list a[href$="{visitor.conversation}"] .last')
    expect(last).to_be_visible()
    expect(page.locator(".messages img, .messages script, .queue-list img, a[href^=javascript]")).to_have_count(0)
    assert page.title() != "1"
    for place in (message, last):
        assert place.evaluate("(one) => getComputedStyle(one).unicodeBidi") in ("isolate", "plaintext")


def test_a_lost_connection_is_told_and_comes_back(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site, view="queue")
    expect(page.locator(".loading")).to_have_count(0)
    page.route("**/v1/queue?*", lambda route: route.abort())
    expect(page.get_by_role("alert").filter(has_text="連線中斷")).to_be_visible()
    page.unroute("**/v1/queue?*")
    expect(page.get_by_role("alert").filter(has_text="連線中斷")).to_be_hidden()


@pytest.mark.parametrize(("width", "theme"), [("phone", "dark"), ("tablet", "light")])
def test_an_open_conversation_fits_and_is_accessible(
    open_page: Open, site: Site, visitor: Visitor, width: str, theme: str
) -> None:
    visitor.ask(STEPS)
    visitor.wait_for_person()
    page = opened(open_page, site, visitor, width=width, theme=theme)
    page.get_by_text("為什麼這樣回答").click()
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    expect(page.get_by_role("button", name="送出")).to_be_in_viewport()
    if width == "phone":
        page.get_by_role("link", name="返回佇列").click()
        expect(page.locator(f'.queue-list a[href$="{visitor.conversation}"]')).to_be_visible()
        expect(page.locator(".pane")).to_be_hidden()
