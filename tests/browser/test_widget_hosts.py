"""The widget on pages of others: hostile styles, strict policies, two copies, commands of the page, hostile texts."""

import pytest
from browsing import Open, Site, still
from playwright.sync_api import expect

from browser.widget_page import NOTHING, STEPS, TABS, Widget, answer_of, block, embed

HOSTILE = [
    "<script>window.hit = 1</script>",
    "<img src=x onerror='window.hit = 1'>",
    "javascript:window.hit=1 [x](javascript:window.hit=1)",
    "abc \u202e txt.exe \u2066 \u202d",
    "Z̸̢̛̗͙͇͎̺̅̓̈́͑͐̕a̷̡̛̛̟̦̻̳̘̅͛̈́̐̚l̸̨̛̙̪̟̖̇̑͒͆̕g̶̨̛̺̱̰̺̈́̑̊̐͝ơ̵̡̛̪̙̫̺͐͛̕" * 3,
    "W" * 2000,
    "請看 https://example.com/" + "a" * 300,
]


def test_hostile_styles_of_the_page_change_nothing(open_page: Open, site: Site) -> None:
    plain, hostile = (embed(open_page, site, page) for page in ("plain.html", "hostile.html"))
    look = """(node) => { const {fontSize, color, backgroundColor, direction, letterSpacing, textTransform} =
        getComputedStyle(node); return {fontSize, color, backgroundColor, direction, letterSpacing, textTransform}; }"""
    boxes = []
    for widget in (plain, hostile):
        widget.open()
        widget.ask(TABS)
        still(widget.page)
        boxes.append([widget.panel.bounding_box(), widget.field.bounding_box(), widget.field.evaluate(look)])
        expect(widget.bot.get_by_role("tabpanel")).to_be_visible()
    assert boxes[0] == boxes[1]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_strict_policy_lets_it_run(open_page: Open, site: Site, theme: str) -> None:
    page = open_page(f"{site.host}/strict.html", theme=theme)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.reload()
    widget = Widget(page, site).open()
    widget.ask(TABS)
    expect(widget.bot.get_by_role("tab")).to_have_count(2)
    expect(widget.panel).to_have_css(
        "background-color", "rgb(255, 255, 255)" if theme == "light" else "rgb(20, 24, 26)"
    )
    widget.ask(NOTHING)
    widget.page.keyboard.press("Escape")
    expect(widget.launcher).to_be_visible()
    assert [one for one in complaints if "favicon" not in one and "404" not in one] == []


def test_two_copies_of_the_script_make_one_widget(open_page: Open, site: Site) -> None:
    widget = embed(open_page, site, options={"copies": 2})
    widget.page.wait_for_load_state("networkidle")
    expect(widget.page.locator("support-bot")).to_have_count(1)
    assert len(widget.heard("ready")) == 1


def test_the_element_of_a_page_comes_before_that_of_the_script(open_page: Open, site: Site) -> None:
    widget = embed(open_page, site, locale="en", options={"element": 1, "position": "left", "theme": "dark"})
    expect(widget.page.locator("support-bot")).to_have_count(1)
    box = widget.open().panel.bounding_box()
    assert box
    assert box["x"] == 20
    expect(widget.panel).to_have_css("background-color", "rgb(20, 24, 26)")
    expect(widget.field).to_have_attribute("placeholder", "Type your question")


def test_an_element_that_comes_later_takes_the_place_of_the_script_s_own(open_page: Open, site: Site) -> None:
    widget = embed(open_page, site)
    widget.page.evaluate(
        """(url) => { const own = document.createElement('support-bot');
            own.setAttribute('url', url); document.body.append(own) }""",
        site.url,
    )
    expect(widget.page.locator("support-bot")).to_have_count(1)
    widget.open().ask(STEPS)


def test_commands_given_before_it_is_there_are_carried_out(open_page: Open, site: Site) -> None:
    widget = embed(open_page, site)
    widget.page.add_init_script(
        """window.supportbot = [
        ['setUser', {name: '小美'}], ['on', 'answer', ({outcome}) => { window.told = outcome }], ['ask', 'QUESTION'],
    ];""".replace("QUESTION", STEPS)
    )
    widget.page.reload()
    expect(widget.panel).to_be_visible()
    expect(widget.log.get_by_text("小美，您好！")).to_be_visible()
    expect(widget.bot).to_have_count(1)
    widget.page.wait_for_function("window.told === 'answer'")


def test_commands_of_both_forms_work_afterwards(open_page: Open, site: Site) -> None:
    widget = embed(open_page, site)
    widget.page.evaluate("supportbot.open()")
    expect(widget.panel).to_be_visible()
    widget.page.evaluate("supportbot.push(['close'])")
    expect(widget.panel).to_be_hidden()
    widget.page.evaluate("supportbot.toggle()")
    expect(widget.panel).to_be_visible()
    widget.page.evaluate("supportbot.push(['toggle'])")
    expect(widget.panel).to_be_hidden()
    widget.page.evaluate("(text) => supportbot.ask(text)", STEPS)
    expect(widget.bot).to_have_count(1)
    widget.page.evaluate("supportbot.setUser({name: '<b>小明</b>'})")
    expect(widget.log.get_by_text("<b>小明</b>，您好！")).to_be_visible()
    widget.page.evaluate("supportbot.on('close', () => { window.closed_ = true })")
    widget.page.keyboard.press("Escape")
    assert widget.page.evaluate("window.closed_")


def test_the_commands_of_the_documentation_s_stub_are_carried_out(open_page: Open, site: Site) -> None:
    widget = embed(open_page, site)
    widget.page.add_init_script("""window.supportbot = new Proxy([], {
        get: (queue, name) => (name in queue ? queue[name] : (...values) => queue.push([name, ...values])),
    }); supportbot.open();""")
    widget.page.reload()
    expect(widget.panel).to_be_visible()


def test_hostile_texts_of_visitors_and_agents_stay_texts(open_page: Open, site: Site) -> None:
    widget = embed(open_page, site).open()
    widget.person.click()
    expect(widget.bot).to_have_count(1)
    for text in HOSTILE:
        widget.send(text)
        expect(widget.log.locator(".pending")).to_have_count(0)
    for text in HOSTILE:
        widget.reply(text)
    expect(widget.visitor).to_have_count(1 + len(HOSTILE))
    expect(widget.agent).to_have_count(len(HOSTILE))
    assert [one.inner_text() for one in widget.agent.locator("bdi:not(.speaker *)").all()][:2] == HOSTILE[:2]
    assert widget.page.evaluate("window.hit") is None
    assert widget.log.locator("script, img").count() == 0
    expect(widget.log.get_by_role("link")).to_have_count(1)
    assert widget.log.evaluate("(log) => log.scrollWidth <= log.clientWidth")


def test_hostile_answers_stay_texts(open_page: Open, site: Site) -> None:
    widget = embed(open_page, site).open()
    widget.page.route("**/v1/chat", lambda route: route.abort())
    poison = HOSTILE[1]
    source = {"article_id": "x", "title": HOSTILE[0], "heading": HOSTILE[5], "url": "javascript:window.hit=1"}
    answer = widget.shows(
        answer_of(
            block("paragraph", f"{poison}\n- {HOSTILE[0]}"),
            block("heading", HOSTILE[5]),
            block("step", HOSTILE[5], 1, platform="app", path=[poison, HOSTILE[3]]),
            block("code", HOSTILE[5], platform=poison),
            block("step", HOSTILE[4], 2, platform="app"),
            block("table", rows=[[poison, HOSTILE[0]], [HOSTILE[5], HOSTILE[2]]]),
            block("code", "\n".join(HOSTILE[:6])),
            block("note", HOSTILE[4]),
            block(poison, poison),
            warning=poison,
            sources=[{**source, "quote": "", "updated": "2026-01-01", "complete": True}],
        )
    )
    expect(answer.get_by_role("tab").last).to_have_text(poison)
    expect(answer.get_by_role("columnheader").first).to_have_text(poison)
    expect(widget.bot.locator(".warning")).to_contain_text(poison)
    expect(widget.bot.locator(".source")).to_contain_text(HOSTILE[0])
    expect(widget.bot.get_by_role("link")).to_have_count(0)
    assert widget.page.evaluate("window.hit") is None
    assert widget.log.evaluate("(log) => log.scrollWidth <= log.clientWidth")


def test_it_follows_the_theme_of_the_page(open_page: Open, site: Site) -> None:
    widget = embed(open_page, site).open()
    expect(widget.panel).to_have_css("background-color", "rgb(255, 255, 255)")
    widget.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    expect(widget.panel).to_have_css("background-color", "rgb(20, 24, 26)")


def test_a_visitor_who_comes_back_is_not_bothered_until_it_is_opened(open_page: Open, site: Site) -> None:
    widget = embed(open_page, site).open()
    widget.ask(STEPS)
    widget.page.keyboard.press("Escape")
    widget.page.reload()
    widget.page.context.set_offline(True)
    widget.page.context.set_offline(False)
    widget.open()
    expect(widget.visitor).to_have_count(1)
    expect(widget.bot).to_have_count(1)


def test_it_is_not_printed(open_page: Open, site: Site) -> None:
    widget = embed(open_page, site).open()
    widget.page.emulate_media(media="print")
    expect(widget.panel).to_be_hidden()
    expect(widget.launcher).to_be_hidden()


def test_nothing_but_the_script_and_the_colours_is_loaded_before_it_is_opened(open_page: Open, site: Site) -> None:
    widget = embed(open_page, site)
    expect(widget.page.locator(".settled")).to_be_attached()
    asked: list[str] = []
    widget.page.on("request", lambda request: asked.append(request.url))
    widget.page.reload()
    expect(widget.page.locator(".settled")).to_be_attached()
    own = [url.removeprefix(site.url).split("?")[0] for url in asked if url.startswith(site.url)]
    assert own == ["/widget.js", "/v1/site"]
