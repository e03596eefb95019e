"""When things go wrong: nothing that was typed gets lost, nothing is sent twice, and the visitor is told."""

import re
from collections.abc import Callable

import pytest
from browsing import Open, Site
from playwright.sync_api import Route, expect

from browser.widget_page import NOTHING, STEPS, TABS, Widget, embed

CHAT = "**/v1/chat"
CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}


@pytest.fixture
def widget(open_page: Open, site: Site) -> Widget:
    return embed(open_page, site).open()


def once(answer: Callable[[Route], None]) -> Callable[[Route], None]:
    """Answer the first POST this way, and let the others through."""
    left = [1]

    def handle(route: Route) -> None:
        if route.request.method == "POST" and left:
            left.pop()
            answer(route)
        else:
            route.continue_()

    return handle


def refused(status: int, **headers: str) -> Callable[[Route], None]:
    """An error of the service."""
    code = "question_too_long" if status == 422 else "test"
    body = {"error": {"code": code, "message": "", "request_id": "0"}}
    return lambda route: route.fulfill(status=status, json=body, headers={**CORS, **headers})


def lost_reply(route: Route) -> None:
    """The service gets the question, and its reply gets lost on the way."""
    route.fetch()
    route.abort()


def retry(widget: Widget) -> None:
    widget.log.get_by_role("button", name="重試").click()


def test_offline_it_says_so_and_sends_when_the_network_is_back(widget: Widget) -> None:
    widget.ask(STEPS)
    widget.page.context.set_offline(True)
    expect(widget.panel.get_by_text("目前沒有網路連線")).to_be_visible()
    widget.send(TABS)
    expect(widget.log.get_by_text("未送出：沒有網路連線。")).to_be_visible()
    widget.page.context.set_offline(False)
    expect(widget.bot).to_have_count(2)
    expect(widget.panel.get_by_text("目前沒有網路連線")).to_have_count(0)
    expect(widget.visitor).to_have_count(2)
    assert widget.texts_of("visitor") == [STEPS, TABS]


def test_too_many_questions_wait_as_long_as_the_service_says(widget: Widget) -> None:
    widget.page.route(CHAT, once(refused(429, **{"Retry-After": "4"})))
    widget.send(STEPS)
    button = widget.log.get_by_role("button", name="重試")
    expect(widget.log.get_by_text(re.compile("[1-4] 秒後可以再試"))).to_be_visible()
    expect(button).to_be_disabled()
    expect(widget.log.get_by_text("現在可以再試一次。")).to_be_visible()
    retry(widget)
    expect(widget.bot).to_have_count(1)
    assert widget.texts_of("visitor") == [STEPS]
    assert widget.heard("error") == [{"kind": "limited", "status": 429}]


@pytest.mark.parametrize("status", [500, 503])
def test_a_fault_of_the_service_can_be_tried_again(widget: Widget, status: int) -> None:
    widget.page.route(CHAT, once(refused(status)))
    widget.send(STEPS)
    expect(widget.log.get_by_text("服務暫時出了問題")).to_be_visible()
    retry(widget)
    expect(widget.bot).to_have_count(1)
    expect(widget.log.get_by_text("服務暫時出了問題")).to_have_count(0)
    expect(widget.visitor).to_have_count(1)


def test_a_question_after_one_that_failed_has_its_answer_below_it(widget: Widget) -> None:
    widget.page.route(CHAT, once(refused(500)))
    widget.send(STEPS)
    expect(widget.log.get_by_text("服務暫時出了問題")).to_be_visible()
    widget.ask(TABS)
    messages = widget.log.locator(".message")
    expect(messages.nth(0)).to_contain_text(TABS)
    expect(messages.nth(1).get_by_role("tab")).to_have_count(2)
    expect(messages.nth(2)).to_contain_text(STEPS)
    retry(widget)
    expect(messages).to_have_count(4)
    expect(messages.nth(3).locator(".steps")).to_be_visible()


def test_a_busy_conversation_is_asked_again_by_itself(widget: Widget) -> None:
    widget.page.route(CHAT, once(refused(409, **{"Retry-After": "1"})))
    widget.ask(STEPS)
    expect(widget.visitor).to_have_count(1)


def test_an_answer_that_comes_after_a_new_start_is_not_shown(widget: Widget) -> None:
    held: list[Route] = []
    widget.page.route(CHAT, lambda route: held.append(route))
    with widget.page.expect_request(CHAT):
        widget.send(STEPS)
    expect(widget.log.locator(".pending")).to_be_visible()
    widget.panel.get_by_role("button", name="更多選項").click()
    widget.panel.get_by_role("button", name="重新開始對話").click()
    widget.panel.get_by_role("alertdialog").get_by_role("button", name="重新開始對話").click()
    expect(widget.visitor).to_have_count(0)
    with widget.page.expect_response(CHAT):
        held[0].continue_()
    widget.page.unroute(CHAT)
    widget.ask(TABS)
    assert widget.texts_of("visitor") == [TABS]


def test_a_slow_answer_is_said_to_be_slow(widget: Widget) -> None:
    held: list[Route] = []
    widget.page.route(CHAT, lambda route: held.append(route))
    with widget.page.expect_request(CHAT):
        widget.send(STEPS)
    expect(widget.log.get_by_text("正在查找答案…")).to_be_visible()
    expect(widget.log.get_by_text("比平常久一些")).to_be_visible()
    held[0].continue_()
    expect(widget.bot).to_have_count(1)
    expect(widget.log.locator(".pending")).to_have_count(0)


def test_a_reply_that_gets_lost_is_found_not_asked_for_twice(widget: Widget) -> None:
    widget.ask(STEPS)
    widget.page.route(CHAT, once(lost_reply))
    widget.send(TABS)
    expect(widget.log.get_by_text("未送出")).to_be_visible()
    retry(widget)
    expect(widget.bot.nth(1).get_by_role("tab")).to_have_count(2)
    expect(widget.visitor).to_have_count(2)
    assert widget.texts_of("visitor") == [STEPS, TABS]


@pytest.mark.parametrize("rest_is_there", [True, False])
def test_a_stream_that_breaks_goes_on(widget: Widget, rest_is_there: bool) -> None:
    def broken(route: Route) -> None:
        whole = route.fetch()
        route.fulfill(response=whole, body="\n\n".join(whole.text().split("\n\n")[:4]) + "\n\n")

    if not rest_is_there:
        widget.page.route("**/messages/*/stream", lambda route: route.abort())
    widget.page.route(CHAT, once(broken))
    widget.send(STEPS)
    expect(widget.bot.locator(".source")).to_be_visible()
    expect(widget.bot.locator(".steps > li")).to_have_count(5)
    expect(widget.bot.get_by_role("button", name="沒有幫助")).to_be_visible()
    expect(widget.bot).to_have_count(1)
    assert widget.texts_of("visitor") == [STEPS]


def test_a_question_that_was_on_its_way_at_a_reload_is_neither_lost_nor_doubled(widget: Widget) -> None:
    widget.ask(STEPS)
    widget.page.route(CHAT, once(lost_reply))
    widget.send(TABS)
    expect(widget.log.get_by_text("未送出")).to_be_visible()
    widget.page.route(CHAT, once(refused(500)))
    widget.send(NOTHING)
    expect(widget.log.get_by_text("服務暫時出了問題")).to_be_visible()
    widget.page.reload()
    expect(widget.visitor).to_have_count(3)
    expect(widget.bot).to_have_count(2)
    retry(widget)
    expect(widget.bot).to_have_count(3)
    assert widget.texts_of("visitor") == [STEPS, TABS, NOTHING]


def test_an_expired_token_begins_anew_and_keeps_what_was_typed(widget: Widget, site: Site) -> None:
    widget.ask(STEPS)
    forged = {**widget.kept, "token": "WyJ2Il0.forged"}
    widget.keep(forged)
    widget.send(TABS)
    expect(widget.log.get_by_text("已為您開始新的對話")).to_be_visible()
    expect(widget.visitor).to_have_count(1)
    expect(widget.bot.get_by_role("tab")).to_have_count(2)
    assert widget.texts_of("visitor") == [TABS]


def test_a_conversation_that_was_deleted_begins_anew_after_a_reload(widget: Widget) -> None:
    widget.ask(STEPS)
    widget.field.fill("草稿")
    token = widget.kept["token"]
    widget.page.request.delete(f"{widget.site.url}/v1/visitor", headers={"X-Visitor-Token": token})
    widget.page.reload()
    expect(widget.log.get_by_text("已為您開始新的對話")).to_be_visible()
    expect(widget.field).to_have_value("草稿")
    widget.field.fill("")
    widget.ask(TABS)
    expect(widget.visitor).to_have_count(1)


def test_a_text_that_is_too_long_cannot_be_sent_and_is_kept(widget: Widget) -> None:
    widget.field.fill("長" * 2001)
    expect(widget.panel.get_by_role("alert")).to_contain_text("最多 2000 個字")
    expect(widget.panel.get_by_role("button", name="送出", exact=True)).to_be_disabled()
    widget.field.press("Enter")
    expect(widget.visitor).to_have_count(0)
    widget.page.reload()
    expect(widget.field).to_have_value("長" * 2001)


@pytest.mark.parametrize("status", [413, 422])
def test_what_the_service_refuses_goes_back_into_the_field(widget: Widget, status: int) -> None:
    widget.page.route(CHAT, once(refused(status)))
    widget.send(STEPS)
    expect(widget.panel.get_by_role("alert")).to_contain_text("問題太長")
    expect(widget.field).to_have_value(STEPS)
    expect(widget.visitor).to_have_count(0)


def test_feedback_that_does_not_get_through_can_be_given_again(widget: Widget) -> None:
    answer = widget.ask(STEPS)
    widget.page.route("**/feedback", once(refused(500)))
    helpful = answer.get_by_role("button", name="有幫助", exact=True)
    helpful.click()
    expect(answer.get_by_text("回饋未送出")).to_be_visible()
    helpful.click()
    expect(answer.get_by_text("感謝您的回饋。")).to_be_visible()


def test_without_storage_it_works_as_long_as_the_page_lives(open_page: Open, site: Site) -> None:
    blocked = """for (const name of ["localStorage", "sessionStorage"])
        Object.defineProperty(window, name, {get() { throw new DOMException("blocked", "SecurityError"); }});"""
    widget = embed(open_page, site)
    widget.page.add_init_script(blocked)
    widget.page.reload()
    widget.open()
    widget.ask(STEPS)
    widget.ask(TABS)
    expect(widget.visitor).to_have_count(2)


def test_a_service_that_dies_in_the_middle_loses_nothing(widget: Widget, site: Site) -> None:
    widget.ask(STEPS)
    widget.person.click()
    expect(widget.panel.get_by_text("正在等候人工客服")).to_be_visible()
    try:
        site.server.kill()
        expect(widget.panel.get_by_text("正在重新連線")).to_be_visible()
        widget.send("還有人在嗎？")
        expect(widget.log.get_by_text("未送出：連不上服務。")).to_be_visible()
        widget.field.fill("寫到一半")
        site.server.start()
    finally:
        if not site.server.is_ready():
            site.server.start()
    retry(widget)
    expect(widget.log.locator(".failure, .pending")).to_have_count(0)
    expect(widget.field).to_have_value("寫到一半")
    widget.reply("我在。")
    expect(widget.agent).to_contain_text("我在。")
    expect(widget.panel.get_by_text("正在重新連線")).to_have_count(0)
    assert widget.texts_of("visitor") == [STEPS, "還有人在嗎？"]
