"""What visitors do with the widget: ask, choose, rate, look for a person, come back."""

import re

import pytest
from browsing import Open, Site
from playwright.sync_api import expect

from browser.widget_page import (
    NOTHING,
    STEPS,
    TABS,
    UNCLEAR,
    Widget,
    answer_of,
    as_agent,
    block,
    call,
    embed,
    first_offering,
    first_unclear,
)


@pytest.fixture
def widget(open_page: Open, site: Site) -> Widget:
    return embed(open_page, site).open()


def test_a_question_gets_steps_notes_and_the_article_they_come_from(widget: Widget, site: Site) -> None:
    answer = widget.ask(STEPS)
    steps = answer.locator(".steps > li")
    expect(steps.nth(1).locator(".number")).to_have_text("2")
    expect(steps.nth(1)).to_contain_text("重置")
    expect(answer.locator(".note").first).to_contain_text("24 小時")
    source = answer.get_by_role("link", name=re.compile("無法使用怎麼辦"))
    expect(source).to_have_attribute("target", "_blank")
    expect(source).to_contain_text("2026年3月3日")
    with widget.page.context.expect_page() as opened:
        source.click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("無法使用怎麼辦")
    assert opened.value.url.startswith(f"{site.url}/articles/security-item-unavailable#")


def test_an_answer_is_in_the_order_of_its_article(widget: Widget) -> None:
    answer = widget.shows(
        answer_of(
            block("step", "執行：", 1),
            block("code", "curl https://example.com/" + "a" * 200),
            block("step", "核對費用：", 2),
            block("table", rows=[["幣種", "網路", "最小提幣數量", "手續費", "到賬時間"], ["BTC", *["0.001 BTC"] * 4]]),
            block("step", "完成。", 3),
            block("heading", "取消"),
            block("step", "點擊【取消】。", 1),
        )
    )
    lists = answer.locator(".steps")
    expect(lists).to_have_count(2)
    expect(lists.first.locator("> li")).to_have_count(3)
    code, table = answer.locator("pre"), answer.get_by_role("group", name="表格: 幣種")
    expect(lists.first.locator("> li").nth(0).locator("pre")).to_have_count(1)
    expect(lists.first.locator("> li").nth(1).get_by_role("columnheader")).to_have_count(5)
    for box in (code, table):
        box.focus()
        assert box.evaluate("(one) => one.scrollWidth > one.clientWidth")
        box.press("ArrowRight")
        expect(box).not_to_have_js_property("scrollLeft", 0)
    assert widget.log.evaluate("(log) => log.scrollWidth <= log.clientWidth")
    words = answer.inner_text()
    assert sorted(places := [words.index(one) for one in ("執行", "curl", "費用", "BTC", "完成", "取消")]) == places


def test_that_an_article_is_incomplete_is_no_business_of_visitors(widget: Widget) -> None:
    source = {"article_id": "x", "title": "T", "heading": "", "url": "/articles/x", "quote": "", "updated": None}
    answer = widget.shows(answer_of(block("paragraph", "好"), sources=[{**source, "complete": False}]))
    expect(answer.locator(".source .muted")).to_have_text("來源")


def test_the_page_is_told_what_happens(widget: Widget) -> None:
    widget.ask(STEPS)
    assert len(widget.heard("ready")) == len(widget.heard("open")) == 1
    assert widget.heard("question")[0]["text"] == STEPS
    answer = widget.heard("answer")[0]
    assert answer["outcome"] == "answer"
    assert answer["sources"][0]["article_id"] == "security-item-unavailable"
    assert "visitor_token" not in answer
    widget.page.keyboard.press("Escape")
    assert len(widget.heard("close")) == 1


def test_steps_for_two_platforms_are_in_tabs(widget: Widget) -> None:
    answer = widget.ask(TABS)
    app, browser = answer.get_by_role("tab").all()
    expect(app).to_have_attribute("aria-selected", "true")
    expect(answer.get_by_role("tabpanel")).to_contain_text("群組頭像")
    app.press("ArrowRight")
    expect(browser).to_be_focused()
    expect(browser).to_have_attribute("aria-selected", "true")
    expect(answer.get_by_role("tabpanel")).to_have_attribute("aria-labelledby", browser.get_attribute("id") or "")
    browser.press("Home")
    expect(app).to_be_focused()


def test_platforms_and_safety_are_in_the_words_of_the_site(widget: Widget, site: Site) -> None:
    def expect_words(locale: str) -> None:
        told = call(site, f"/v1/site?locale={locale}")
        expect(widget.bot.get_by_role("tab")).to_have_text(list(told["platforms"].values()))
        expect(widget.panel.locator(".hint")).to_have_text(told["safety"])

    widget.ask(TABS)
    expect_words("zh-TW")
    widget.panel.get_by_role("button", name="更多選項").click()
    widget.panel.get_by_role("button", name="English").click()
    expect_words("en")
    widget.page.reload()
    expect_words("en")


def test_without_the_words_of_the_site_platforms_go_by_their_ids(open_page: Open, site: Site) -> None:
    widget = embed(open_page, site)
    widget.page.route("**/v1/site?*", lambda route: route.abort())
    widget.page.reload()
    widget.open().ask(TABS)
    expect(widget.bot.get_by_role("tab")).to_have_text(["app", "web"])
    expect(widget.panel.locator(".hint")).to_have_text("")


def test_when_the_bot_asks_back_a_choice_answers(widget: Widget, site: Site) -> None:
    asked_back = widget.ask(first_unclear(site))
    choice = asked_back.locator("button.choice").first
    title = choice.inner_text()
    choice.click()
    expect(widget.visitor.last).to_contain_text(title)
    answer = widget.bot.nth(1)
    expect(answer.locator(".source-title")).to_have_text(title)
    assert widget.texts_of("visitor")[-1] == title


def test_another_section_of_the_article_is_chosen_below_an_answer(widget: Widget, site: Site) -> None:
    first = widget.ask(first_offering(site, "answer", (STEPS, TABS, *UNCLEAR)))
    expect(first.get_by_role("heading", name="這篇文章還說明")).to_be_visible()
    section = first.locator("button.choice").first
    heading = section.inner_text()
    article = first.locator(".source-title").inner_text()
    section.click()
    answer = widget.bot.nth(1)
    expect(answer.locator(".source-title")).to_have_text(article)
    expect(answer.locator(".source-heading")).to_have_text(heading)
    assert widget.texts_of("visitor")[-1] == heading


def test_when_nothing_answers_the_nearest_articles_and_a_person_are_offered(widget: Widget) -> None:
    declined = widget.ask(NOTHING)
    expect(declined).to_contain_text("沒有文章能回答")
    expect(declined.get_by_role("link").first).to_have_attribute("href", re.compile(r"^http.*/articles/[a-z0-9-]+$"))
    expect(declined.get_by_role("button", name="沒有幫助")).to_have_count(0)
    declined.get_by_role("button", name="人工客服").click()
    expect(widget.panel.get_by_text("正在等候人工客服")).to_be_visible()
    assert widget.stored()["state"] == "waiting"
    assert widget.stored()["handoff_reason"] == "no_answer"


def test_small_talk_asks_for_no_opinion(widget: Widget) -> None:
    expect(widget.ask("你好")).to_contain_text("請直接輸入")
    expect(widget.panel.get_by_text("這個回答有幫助嗎？")).to_have_count(0)


def test_a_secret_is_warned_of_before_all_else(widget: Widget) -> None:
    answer = widget.ask("我的密碼是 Qwer1234! 手機換了怎麼重置")
    expect(answer.locator(".content > *").first).to_contain_text("安全提醒")


def test_that_an_answer_helped_arrives(widget: Widget) -> None:
    answer = widget.ask(STEPS)
    answer.get_by_role("button", name="有幫助", exact=True).click()
    expect(answer.get_by_text("感謝您的回饋。")).to_be_visible()
    assert widget.stored()["messages"][-1]["helpful"] is True
    widget.page.reload()
    expect(widget.bot.get_by_text("感謝您的回饋。")).to_be_visible()


def test_why_an_answer_did_not_help_arrives_and_a_person_is_offered(widget: Widget, site: Site) -> None:
    answer = widget.ask(STEPS)
    answer.get_by_role("button", name="沒有幫助").click()
    answer.get_by_text("看不明白").click()
    answer.get_by_label("補充說明").fill("第三步在哪裡？")
    answer.get_by_role("button", name="送出回饋").click()
    expect(answer.get_by_text("還是沒有解決嗎？")).to_be_visible()
    assert widget.stored()["messages"][-1]["helpful"] is False
    told = widget.heard("feedback")[-1]
    assert (told["verdict"], told["reason"], told["comment"]) == ("not", "unclear", "第三步在哪裡？")
    answer.get_by_role("button", name="人工客服").click()
    expect(widget.panel.get_by_text("正在等候人工客服")).to_be_visible()
    assert widget.stored()["handoff_reason"] == "not_helpful"


def test_an_answer_is_copied_with_its_steps_and_link(widget: Widget) -> None:
    widget.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer = widget.ask(STEPS)
    answer.get_by_role("button", name="複製").click()
    expect(widget.page.locator("support-bot").get_by_text("已複製")).to_be_attached()
    copied = widget.page.evaluate("navigator.clipboard.readText()")
    assert "\n2. " in copied
    assert f"{widget.site.url}/articles/security-item-unavailable" in copied


def test_an_agents_reply_arrives_live_and_the_conversation_goes_back_to_the_bot(widget: Widget, site: Site) -> None:
    widget.ask(STEPS)
    widget.person.click()
    expect(widget.panel.get_by_text("正在等候人工客服")).to_be_visible()
    expect(widget.field).to_be_focused()
    widget.send("我的手機掉了")
    expect(widget.visitor.nth(1)).to_contain_text("我的手機掉了")
    expect(widget.log.locator(".pending")).to_have_count(0)
    expect(widget.bot).to_have_count(2)  # the answer, and that a person will come; nothing since
    widget.reply("您好，我是小林，請看 https://example.com/help。")
    expect(widget.agent).to_contain_text("您好，我是小林")
    expect(widget.agent).to_contain_text("agent of the tests")
    expect(widget.agent.get_by_role("link")).to_have_attribute("href", "https://example.com/help")
    expect(widget.panel.get_by_text("agent of the tests 正在為您服務")).to_be_visible()
    as_agent(site, f"/v1/queue/{widget.kept['conversation']}/hand-back", {})
    expect(widget.log.get_by_text("助理已回到對話")).to_be_visible()
    widget.ask(TABS)
    expect(widget.visitor).to_have_count(3)
    assert widget.texts_of("visitor") == [STEPS, "我的手機掉了", TABS]
    assert [one["state"] for one in widget.heard("handoff")] == ["waiting", "agent", "bot"]


def test_whoever_waits_can_go_back_to_the_bot(widget: Widget) -> None:
    widget.person.click()
    expect(widget.bot.last).to_contain_text("人工客服來協助您")
    widget.panel.get_by_role("button", name="改由助理回答").click()
    expect(widget.log.get_by_text("助理已回到對話")).to_be_visible()
    expect(widget.person).to_be_visible()
    widget.ask(STEPS)
    assert widget.stored()["state"] == "bot"


def test_a_reply_while_it_is_closed_is_counted_on_the_button(widget: Widget) -> None:
    widget.person.click()
    expect(widget.bot).to_have_count(1)
    widget.panel.get_by_role("button", name="關閉").click()
    widget.reply("還在嗎？")
    expect(widget.page.get_by_role("button", name="開啟線上客服 (1 則新訊息)")).to_be_visible()
    widget.page.reload()  # nobody opened it yet
    expect(widget.page.get_by_role("button", name="開啟線上客服 (1 則新訊息)")).to_be_visible()
    widget.open()
    expect(widget.agent).to_contain_text("還在嗎？")
    widget.panel.get_by_role("button", name="關閉").click()
    expect(widget.page.get_by_role("button", name="開啟線上客服", exact=True)).to_be_visible()


def test_a_reload_brings_everything_back(widget: Widget) -> None:
    widget.ask(TABS)
    widget.ask(NOTHING)
    widget.field.fill("還沒送出")
    widget.page.reload()
    expect(widget.panel).to_be_visible()
    expect(widget.visitor).to_have_count(2)
    expect(widget.bot).to_have_count(2)
    expect(widget.bot.first.get_by_role("tab")).to_have_count(2)
    expect(widget.field).to_have_value("還沒送出")
    widget.field.fill("")
    widget.ask(STEPS)
    assert widget.texts_of("visitor") == [TABS, NOTHING, STEPS]


def test_what_was_begun_stays_when_the_visitor_looks_at_the_page_again(widget: Widget) -> None:
    answer = widget.ask(TABS)
    answer.get_by_role("tab").last.click()
    answer.get_by_role("button", name="沒有幫助").click()
    answer.get_by_label("補充說明").fill("寫到一半")
    with widget.page.expect_response("**/v1/conversations/*?after=*"):
        widget.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    widget.page.evaluate("(text) => supportbot.ask(text)", NOTHING)
    expect(widget.bot).to_have_count(2)
    expect(answer.get_by_label("補充說明")).to_have_value("寫到一半")
    expect(answer.get_by_role("tab").last).to_have_attribute("aria-selected", "true")


def test_who_reads_further_up_is_told_of_new_messages(widget: Widget) -> None:
    widget.ask(TABS)
    widget.person.click()
    expect(widget.bot).to_have_count(2)
    widget.log.evaluate("(log) => log.scrollTo(0, 0)")
    widget.reply("請問您在哪一頁？")
    latest = widget.panel.get_by_role("button", name="新訊息")
    latest.click()
    expect(widget.agent).to_be_in_viewport()
    expect(latest).to_be_hidden()


def test_the_page_s_question_leaves_the_draft_alone(widget: Widget) -> None:
    widget.field.fill("寫到一半")
    widget.page.evaluate("(text) => supportbot.ask(text)", STEPS)
    expect(widget.bot).to_have_count(1)
    expect(widget.field).to_have_value("寫到一半")


def test_a_new_chat_begins_after_a_question(widget: Widget) -> None:
    widget.ask(STEPS)
    first = widget.kept["conversation"]
    menu = widget.panel.get_by_role("button", name="更多選項")
    menu.click()
    widget.panel.get_by_role("button", name="重新開始對話").click()
    widget.panel.get_by_role("alertdialog").get_by_role("button", name="取消").click()
    expect(widget.visitor).to_have_count(1)
    menu.click()
    widget.panel.get_by_role("button", name="重新開始對話").click()
    widget.panel.get_by_role("alertdialog").get_by_role("button", name="重新開始對話").click()
    expect(widget.visitor).to_have_count(0)
    expect(widget.log.get_by_role("button").first).to_be_visible()
    widget.ask(TABS)
    assert widget.kept["conversation"] != first
    assert widget.texts_of("visitor") == [TABS]


def test_a_starter_is_asked_with_one_click(widget: Widget) -> None:
    starter = widget.log.get_by_role("button").first
    question = starter.inner_text()
    starter.click()
    expect(widget.visitor).to_contain_text(question)
    expect(widget.field).to_be_focused()
    expect(widget.bot).to_have_count(1)


def test_suggestions_are_chosen_by_keyboard(widget: Widget) -> None:
    widget.field.press_sequentially("緊急聯")
    options = widget.panel.get_by_role("option")
    expect(options.first.locator("mark").first).to_have_text("緊急聯")  # no earlier list
    widget.field.press("ArrowDown")
    widget.field.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(widget.field).to_have_attribute("aria-activedescendant", options.nth(1).get_attribute("id") or "")
    wanted = options.nth(1).inner_text()
    widget.field.press("Enter")
    expect(widget.visitor).to_contain_text(wanted)
    expect(options).to_have_count(0)
    widget.field.press_sequentially("手機")
    expect(options.first).to_be_visible()
    widget.field.press("Escape")
    expect(options).to_have_count(0)
    expect(widget.panel).to_be_visible()
    expect(widget.field).to_have_value("手機")


def test_what_is_typed_after_a_suggestion_was_chosen_is_sent_as_typed(widget: Widget) -> None:
    widget.field.press_sequentially("手機")
    expect(widget.panel.get_by_role("option").first).to_be_visible()
    widget.page.route("**/v1/suggestions?**", lambda route: route.abort())
    widget.field.press("ArrowDown")
    widget.send(STEPS)
    expect(widget.visitor).to_contain_text(STEPS)


def test_enter_that_takes_a_word_of_an_input_method_sends_nothing(widget: Widget) -> None:
    widget.field.fill("ㄕㄡˇ")
    for event in ("{isComposing: true}", "{keyCode: 229}"):
        script = (
            f"(field) => field.dispatchEvent(new KeyboardEvent('keydown', {{key: 'Enter', bubbles: true, ...{event}}}))"
        )
        widget.field.evaluate(script)
    expect(widget.field).to_have_value("ㄕㄡˇ")
    expect(widget.visitor).to_have_count(0)


def test_everything_goes_by_keyboard_alone(open_page: Open, site: Site) -> None:
    widget = embed(open_page, site)
    press = widget.page.keyboard.press
    for _ in range(2):
        press("Tab")
    expect(widget.launcher).to_be_focused()
    press("Enter")
    expect(widget.field).to_be_focused()
    widget.page.keyboard.type(STEPS)
    press("Enter")
    expect(widget.bot).to_have_count(1)
    expect(widget.log.locator(".feedback")).to_be_visible()
    not_helpful = widget.bot.get_by_role("button", name="沒有幫助")
    for _ in range(12):
        press("Shift+Tab")
        if not_helpful.evaluate("(node) => node.getRootNode().activeElement === node"):
            break
    press("Enter")
    expect(widget.bot.get_by_role("radio").first).to_be_focused()
    press("Escape")
    expect(widget.panel).to_be_hidden()
    expect(widget.launcher).to_be_focused()


def test_focus_comes_back_to_where_it_was(open_page: Open, site: Site) -> None:
    widget = embed(open_page, site)
    helper = widget.page.get_by_role("button", name="聯絡客服")
    helper.focus()
    widget.page.evaluate("supportbot.open()")
    expect(widget.field).to_be_focused()
    widget.page.keyboard.press("Escape")
    expect(helper).to_be_focused()


@pytest.mark.parametrize(
    ("locale", "title", "placeholder", "said"),
    [
        ("zh-TW", "線上客服", "請輸入問題", "來源"),
        ("zh-CN", "在线客服", "请输入问题", "来源"),
        ("en-GB", "Support", "Type your question", "Source"),
    ],
)
def test_it_speaks_the_language_of_the_page(
    open_page: Open, site: Site, locale: str, title: str, placeholder: str, said: str
) -> None:
    widget = embed(open_page, site, locale=locale).open()
    expect(widget.panel.get_by_role("heading", name=title)).to_be_visible()
    expect(widget.field).to_have_attribute("placeholder", placeholder)
    expect(widget.ask(STEPS).locator(".source")).to_contain_text(said)


def test_the_language_can_be_changed_and_stays_so(widget: Widget) -> None:
    widget.ask(STEPS)
    widget.field.fill("draft")
    widget.panel.get_by_role("button", name="更多選項").click()
    widget.panel.get_by_role("button", name="English").click()
    expect(widget.panel.get_by_role("button", name="Talk to a person").or_(widget.person)).to_be_visible()
    expect(widget.bot.get_by_text("Did this help?")).to_be_visible()
    expect(widget.field).to_have_value("draft")
    widget.page.reload()
    expect(widget.bot.get_by_text("Did this help?")).to_be_visible()


@pytest.mark.parametrize("language", ["zh-TW", "zh-CN", "en"])
def test_a_person_can_be_asked_for_first_thing(open_page: Open, site: Site, language: str) -> None:
    widget = embed(open_page, site, locale=language).open()
    widget.person.click()
    expect(widget.panel.locator(".strip")).to_be_visible()
    assert widget.stored()["state"] == "waiting"


def test_on_a_phone_it_fills_the_screen_and_keeps_the_focus(open_page: Open, site: Site) -> None:
    widget = embed(open_page, site, width="phone").open()
    box = widget.panel.bounding_box()
    assert box
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    expect(widget.log.get_by_role("button")).to_have_count(4)
    for _ in range(15):
        widget.page.keyboard.press("Tab")
        assert widget.page.evaluate("document.activeElement.localName") == "support-bot"
    widget.ask(TABS)
    assert widget.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert widget.log.evaluate("(log) => log.scrollWidth <= log.clientWidth")


def test_an_admins_name_greeting_and_colour_are_shown(widget: Widget, site: Site) -> None:
    page = widget.page
    given = {
        "name": "小島幫助中心",
        "greeting": "嗨，島民。",
        "accent": "#7a1fa2",
        "person_available": False,
        "suggested_questions": ["手機掉了怎麼辦？"],
        "starters": ["手機掉了怎麼辦？"],
        "style": ":root,:host{--accent:#7a1fa2;--on-accent:#fff}",
    }
    page.route("**/v1/site?**", lambda route: route.fulfill(json=given, headers={"Access-Control-Allow-Origin": "*"}))
    page.reload()
    expect(widget.panel.get_by_role("heading", name="小島幫助中心")).to_be_visible()
    expect(widget.log).to_contain_text("嗨，島民。")
    expect(widget.log.get_by_role("button", name="手機掉了怎麼辦？")).to_be_visible()
    expect(widget.panel.get_by_role("button", name="人工客服")).to_have_count(0)
    widget.panel.get_by_role("button", name="關閉").click()
    expect(widget.launcher).to_have_css("background-color", "rgb(122, 31, 162)")
