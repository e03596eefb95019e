"""axe-core finds nothing wrong with any state of the widget, in both themes."""

from typing import Any

import pytest
from browsing import Open, Site, axe_violations
from playwright.sync_api import Route, expect

from browser.widget_page import NOTHING, STEPS, TABS, Widget, answer_of, block, embed, first_unclear

themes = pytest.mark.parametrize("theme", ["light", "dark"])


def check(widget: Widget, state: str) -> None:
    """Nothing wrong."""
    assert axe_violations(widget.page) == [], state


@themes
def test_what_visitors_meet_has_no_barriers(open_page: Open, site: Site, theme: str) -> None:
    widget = embed(open_page, site, theme=theme)
    expect(widget.page.locator(".settled")).to_be_attached()
    check(widget, "closed")
    widget.open()
    expect(widget.log.get_by_role("button")).to_have_count(4)
    check(widget, "open")
    widget.field.press_sequentially("手機")
    expect(widget.panel.locator("mark").first).to_have_text("手機")  # no earlier list
    widget.field.press("ArrowDown")
    check(widget, "suggestions")
    widget.field.fill("")
    answer = widget.ask(TABS)
    check(widget, "answered")
    answer.get_by_role("button", name="沒有幫助").click()
    expect(answer.get_by_role("radio").first).to_be_focused()
    check(widget, "feedback")
    answer.get_by_role("button", name="送出回饋").click()
    expect(answer.get_by_text("感謝您的回饋。")).to_be_visible()
    check(widget, "thanked")
    widget.ask(first_unclear(site))
    widget.ask(NOTHING)
    check(widget, "clarified and declined")
    widget.panel.get_by_role("button", name="更多選項").click()
    check(widget, "menu")
    widget.panel.get_by_role("button", name="重新開始對話").click()
    check(widget, "question")


@themes
@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_an_answer_with_blocks_of_all_kinds_has_no_barriers(
    open_page: Open, site: Site, theme: str, width: str
) -> None:
    def parts(name: str, platform: str | None = None) -> list[dict[str, Any]]:
        rows = [[name, "網路", "最小提幣數量", "手續費", "到賬時間"], ["BTC", *["0.001 BTC"] * 4]]
        return [
            block("heading", "建立", platform=platform),
            block("paragraph", "請先：\n- 登入\n  - App", platform=platform),
            block("step", "執行：\n- 一次", 1, platform=platform),
            block("code", "curl https://example.com/" + "a" * 200, platform=platform),
            block("step", "核對：", 2, platform=platform),
            block("table", rows=rows, platform=platform),
            block("note", "小心", platform=platform),
            block("step", "完成", 3, platform=platform),
        ]

    said = answer_of(*parts("1"), *parts("2", "app"), *parts("3"), *parts("4", "app"), *parts("5", "web"))
    widget = embed(open_page, site, theme=theme, width=width).open()
    expect(widget.shows(said).get_by_role("tab")).to_have_count(2)
    check(widget, "all kinds")


@themes
def test_trouble_and_waiting_have_no_barriers(open_page: Open, site: Site, theme: str) -> None:
    widget = embed(open_page, site, theme=theme, width="phone").open()
    held: list[Route] = []
    widget.page.route("**/v1/chat", lambda route: held.append(route))
    with widget.page.expect_request("**/v1/chat"):
        widget.send(STEPS)
    expect(widget.log.locator(".pending")).to_be_visible()
    check(widget, "waiting for the answer")
    held[0].fulfill(status=500, json={})
    expect(widget.log.get_by_role("alert")).to_be_visible()
    check(widget, "error")
    widget.page.unroute("**/v1/chat")
    widget.field.fill("長" * 2001)
    check(widget, "too long")
    widget.field.fill("")
    widget.person.click()
    expect(widget.panel.get_by_text("正在等候人工客服")).to_be_visible()
    expect(widget.bot).to_contain_text("人工客服來協助您")
    check(widget, "waiting for a person")
    widget.reply("您好")
    expect(widget.agent).to_have_count(1)
    check(widget, "agent")
    widget.page.context.set_offline(True)
    expect(widget.panel.get_by_text("目前沒有網路連線")).to_be_visible()
    check(widget, "offline")


def test_nothing_moves_for_those_who_want_it_still(open_page: Open, site: Site) -> None:
    widget = embed(open_page, site, reduced_motion="reduce").open()
    held: list[Route] = []
    widget.page.route("**/v1/chat", lambda route: held.append(route))
    with widget.page.expect_request("**/v1/chat"):
        widget.send(STEPS)
    expect(widget.log.locator(".pending")).to_be_visible()  # whose dots would go on and on
    running = "document.querySelector('support-bot').shadowRoot.getAnimations()"
    moving = f"{running}.filter((one) => one.effect.getComputedTiming().activeDuration > 1).length"
    assert widget.page.evaluate(moving) == 0
    held[0].continue_()
    expect(widget.bot.locator(".steps li").first).to_be_visible()
    assert widget.page.evaluate(moving) == 0


def test_what_only_colour_told_has_an_edge_in_the_reader_s_own_colours(open_page: Open, site: Site) -> None:
    widget = embed(open_page, site, forced_colors="active").open()
    widget.field.press_sequentially("手機")
    expect(widget.panel.locator("mark").first).to_have_text("手機")  # no earlier list
    widget.field.press("ArrowDown")
    chosen = widget.panel.get_by_role("option", selected=True)
    assert chosen.evaluate("(element) => getComputedStyle(element).outlineStyle") == "solid"
    for part in (widget.launcher, widget.panel.locator(".send")):
        assert part.evaluate("(element) => getComputedStyle(element).borderTopStyle") == "solid"


@pytest.mark.parametrize("width", [320, 640, 1600])
def test_nothing_is_cut_off_at_any_width(open_page: Open, site: Site, width: int) -> None:
    widget = embed(open_page, site, locale="en")
    widget.page.set_viewport_size({"width": width, "height": 500})
    widget.open().ask(TABS)
    box = widget.panel.bounding_box()
    assert box
    assert 0 <= box["x"] <= box["x"] + box["width"] <= width
    assert 0 <= box["y"] <= box["y"] + box["height"] <= 500
    assert widget.log.evaluate("(log) => log.scrollWidth <= log.clientWidth")
    targets = [one.bounding_box() for one in widget.panel.locator("button:visible, a:visible").all()]
    assert min(min(target["width"], target["height"]) for target in targets if target) >= 24
