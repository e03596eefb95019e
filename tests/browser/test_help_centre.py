"""The help centre as people read it: in a browser, with and without scripts, by mouse and by keyboard."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Open, Site, axe_violations
from load.service import Server
from playwright.sync_api import expect

from supportbot import settings as settings_room
from supportbot.content.articles import Article, read, write
from supportbot.index.chunking import split

TABS = "/articles/official-channel-verification"
STEPS = "/articles/personal-identity-verification"
FACES = "/search?q=人臉識別過不了怎麼辦"
WEATHER = "/search?q=明天台北會下雨嗎"
STATES = ["/", "/categories/帳戶安全", FACES, WEATHER, "/search?q=", TABS, "/nothing-here"]


def chunk_of(site: Site, article_id: str, text: str) -> str:
    """The id of the chunk of an article that holds a text."""
    article = next(one for one in read(site.corpus) if one.id == article_id)
    return next(chunk.id for chunk in split(article) if text in chunk.text)


# --- reading and searching ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_somebody_finds_and_reads_an_article(open_page: Open, scripts: bool) -> None:
    page = open_page("/", java_script_enabled=scripts)
    page.get_by_label("搜尋幫助中心").fill("人臉識別過不了怎麼辦")
    page.get_by_role("button", name="搜尋", exact=True).click()
    expect(page).to_have_title(re.compile("搜尋：人臉識別過不了怎麼辦"))
    first = page.locator(".result").first
    expect(first.get_by_role("heading")).to_have_text("人臉識別無法通過怎麼辦?")
    expect(first.locator("mark").first).to_be_visible()
    first.get_by_role("heading").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("人臉識別無法通過怎麼辦?")
    expect(page.get_by_text("建議您在室內光線溫和的地方認證")).to_be_visible()
    page.get_by_role("link", name="身份認證").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("身份認證")
    page.get_by_role("link", name="如何完成個人帳號的身份認證?").click()
    expect(page).to_have_url(re.compile(STEPS))


def test_filters_narrow_what_is_found(open_page: Open) -> None:
    page = open_page("/search?q=驗證")
    before = page.locator(".result").count()
    page.get_by_label("分類").select_option("機構與企業")
    page.get_by_role("button", name="套用").click()
    page.wait_for_url(re.compile("category=%"))
    expect(page.get_by_label("分類")).to_have_value("機構與企業")
    expect(page.get_by_label("搜尋幫助中心")).to_have_value("驗證")
    results = page.locator(".result")
    assert 0 < results.count() <= before
    expect(results.filter(has_text="機構與企業")).to_have_count(results.count())
    page.goto(page.url.replace("platform=", "platform=web"))
    expect(page.get_by_label("使用的裝置")).to_have_value("web")


def test_what_no_article_answers_is_said_and_the_chat_offered(open_page: Open) -> None:
    page = open_page(WEATHER)
    expect(page.get_by_role("heading", name="看來沒有文章能直接回答這個問題")).to_be_visible()
    expect(page.get_by_role("heading", name="最接近的文章")).to_be_visible()
    page.get_by_role("button", name="開啟對話").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(open_page(FACES).get_by_text("看來沒有文章")).to_have_count(0)


def test_a_passage_leads_to_its_place(open_page: Open) -> None:
    page = open_page("/search?q=怎麼進行視頻認證")
    passage = page.locator(".passage").first
    anchor = str(passage.get_attribute("href")).partition("#")[2]
    passage.click()
    part = page.locator(f"[id='{anchor}']")
    expect(part).to_be_in_viewport()
    expect(page.locator(".part:target")).to_contain_text("視頻認證")


# --- suggestions -------------------------------------------------------------------------------------------------


def test_suggestions_are_walked_through_by_keyboard(open_page: Open) -> None:
    page = open_page("/")
    box = page.get_by_role("combobox", name="搜尋幫助中心")
    box.focus()
    box.fill("renlian")
    listbox = page.get_by_role("listbox", name="搜尋建議")
    expect(listbox).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").first).to_contain_text("個建議")
    option = listbox.get_by_role("option", name="人臉識別無法通過怎麼辦?").first
    for _ in range(8):
        page.keyboard.press("ArrowDown")
        if option.get_attribute("aria-selected") == "true":
            break
    expect(option).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", str(option.get_attribute("id")))
    assert axe_violations(page) == []
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/articles/face-recognition-failure"))


def test_escape_closes_suggestions_and_enter_searches_for_what_was_typed(open_page: Open) -> None:
    page = open_page("/", width="phone")
    box = page.get_by_role("combobox")
    box.press_sequentially("詐騙")
    expect(page.get_by_role("listbox")).to_be_visible()
    expect(page.get_by_role("option").locator("mark").first).to_have_text("詐騙")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("詐騙")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=%E8%A9%90%E9%A8%99"))


def test_a_suggestion_is_chosen_by_mouse_and_in_ones_own_script(open_page: Open) -> None:
    page = open_page("/", locale="zh-CN")
    page.get_by_role("combobox").fill("诈骗")
    page.get_by_role("option", name="如何辨识诈骗手法?").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("如何辨识诈骗手法?")


def test_without_suggestions_searching_works(open_page: Open) -> None:
    page = open_page("/")
    page.route("**/v1/suggestions*", lambda route: route.abort())
    page.get_by_role("combobox").press_sequentially("詐騙")
    page.keyboard.press("Enter")
    expect(page.locator(".result").first).to_be_visible()


# --- an article --------------------------------------------------------------------------------------------------


def test_app_and_web_are_tabs(open_page: Open) -> None:
    page = open_page(TABS)
    app, web = page.get_by_role("tab", name="Telegram App 端"), page.get_by_role("tab", name="Telegram Web 端")
    expect(page.get_by_role("tabpanel", name="Telegram App 端")).to_contain_text("複製用戶名鏈接")
    expect(page.get_by_role("tabpanel")).to_have_count(1)
    app.focus()
    page.keyboard.press("ArrowRight")
    expect(web).to_be_focused()
    expect(web).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tabpanel", name="Telegram Web 端")).to_contain_text("複製鏈接")
    page.keyboard.press("Home")
    expect(app).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Telegram App 端")).to_be_visible()
    web.click()
    expect(app).to_have_attribute("aria-selected", "false")


def test_a_link_into_a_hidden_tab_opens_it(open_page: Open, site: Site) -> None:
    anchor = chunk_of(site, "official-channel-verification", "複製鏈接。")
    page = open_page(f"{TABS}#{anchor}")
    part = page.locator(f"[id='{anchor}']")
    expect(part).to_be_in_viewport()
    expect(page.get_by_role("tab", selected=True)).to_have_text("Telegram Web 端")
    page.get_by_role("tab", name="Telegram App 端").click()
    expect(part).to_be_hidden()
    page.get_by_role("link", name="驗證官方群（Web 端）", exact=True).click()
    expect(page.get_by_role("heading", name="驗證官方群（Web 端）")).to_be_in_viewport()


def test_without_scripts_the_tabs_are_sections(open_page: Open, site: Site) -> None:
    page = open_page(TABS, java_script_enabled=False)
    expect(page.get_by_role("tab")).to_have_count(0)
    for heading in ("Telegram App 端", "Telegram Web 端"):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    expect(page.get_by_text("複製鏈接。")).to_be_visible()


def test_the_contents_lead_to_the_headings(open_page: Open) -> None:
    page = open_page(STEPS)
    page.get_by_role("navigation", name="本文內容").get_by_role("link", name="進行視頻認證（App 端）").click()
    heading = page.get_by_role("heading", name="進行視頻認證（App 端）")
    expect(heading.and_(page.locator(":target"))).to_be_in_viewport()


def test_an_articles_vote_is_thanked_for_without_a_reload(open_page: Open) -> None:
    page = open_page(STEPS)
    page.evaluate("window.stayed = true")
    page.get_by_role("button", name="沒有幫助").click()
    expect(page.get_by_label("謝謝您的回饋").or_(page.locator(".vote"))).to_contain_text("謝謝您的回饋")
    expect(page.locator("#said")).to_have_text("謝謝您的回饋！")
    assert page.evaluate("window.stayed")
    expect(page.get_by_role("button", name="有幫助")).to_have_count(0)


def test_a_vote_without_scripts_comes_back_with_thanks(open_page: Open) -> None:
    page = open_page(STEPS, java_script_enabled=False)
    page.get_by_role("button", name="有幫助", exact=True).click()
    expect(page).to_have_url(re.compile(r"thanks=helpful#feedback"))
    expect(page.get_by_text("謝謝您的回饋！")).to_be_in_viewport()


def test_a_vote_that_did_not_arrive_can_be_sent_again(open_page: Open) -> None:
    page = open_page(STEPS)
    page.route("**/feedback*", lambda route: route.abort())
    page.get_by_role("button", name="有幫助", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("沒有送出，請稍後再試。")
    page.unroute("**/feedback*")
    page.get_by_role("button", name="有幫助", exact=True).click()
    expect(page.locator(".vote")).to_contain_text("謝謝您的回饋")


def test_a_heading_gives_its_link(open_page: Open) -> None:
    page = open_page(STEPS)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".heading", has_text="進行視頻認證").get_by_role("link", name="複製此段連結").click()
    expect(page.locator("#said")).to_have_text("已複製連結")
    expect(page).to_have_url(re.compile("#h-"))
    assert page.evaluate("navigator.clipboard.readText()") == page.url


# --- keyboard, languages, themes, widths -------------------------------------------------------------------------


def test_the_keyboard_alone_leads_from_home_to_an_article(open_page: Open) -> None:
    page = open_page("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到主要內容")).to_be_focused()
    expect(page.get_by_role("link", name="跳到主要內容")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    wanted = page.get_by_role("link", name="如何辨識詐騙手法?").first
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            break
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("如何辨識詐騙手法?")


def test_the_language_is_switched_and_kept(open_page: Open) -> None:
    page = open_page(TABS)
    page.get_by_role("link", name="简体中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("如何正确进行官方渠道验证?")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.get_by_role("link", name="帮助中心").first.click()
    expect(page.get_by_role("heading", name="最近更新")).to_be_visible()
    expect(page.get_by_label("搜索帮助中心")).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_text("Articles are available in Chinese only")).to_be_visible()
    page.get_by_role("link", name="如何正確進行官方渠道驗證?").first.click()
    expect(page.get_by_text("Was this article helpful?")).to_be_visible()
    expect(page.locator(".article-body")).to_have_attribute("lang", "zh-Hant")
    page.get_by_role("link", name="繁體中文").click()
    expect(page.get_by_text("這篇文章有幫助嗎？")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_wrong_anywhere(open_page: Open, site: Site, theme: str) -> None:
    page = open_page("/", theme=theme)
    found = {}
    for path in [*STATES, f"{STEPS}?lang=en"]:
        page.goto(site.url + path)
        found[path] = axe_violations(page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_no_page_scrolls_sideways(open_page: Open, site: Site) -> None:
    page = open_page("/")
    for path in [*STATES, "/?lang=en", f"{STEPS}?lang=en"]:
        page.goto(site.url + path)
        for width in (320, 390, 640, 820, 1280, 1600):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)


def test_lines_of_an_article_have_some_forty_characters(open_page: Open) -> None:
    page = open_page(TABS)
    width = page.locator(".article-body").evaluate(
        "one => one.getBoundingClientRect().width / parseFloat(getComputedStyle(one).fontSize)"
    )
    assert 38 <= width <= 42


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_nothing_moves_while_a_page_loads(open_page: Open, site: Site, width: str) -> None:
    page = open_page("/", width=width)
    anchor = chunk_of(site, "official-channel-verification", "複製鏈接。")
    for path in [*STATES, STEPS, f"{STEPS}?lang=en", f"{TABS}?again#{anchor}"]:
        page.goto(site.url + path)
        shifts = page.evaluate(
            """() => new Promise((done) => {
                let sum = 0;
                new PerformanceObserver((list) => list.getEntries().forEach((one) => { sum += one.value; }))
                    .observe({ type: "layout-shift", buffered: true });
                setTimeout(() => done(sum), 300);
            })"""
        )
        assert shifts == 0, path


def test_an_article_is_printed_without_what_is_for_the_screen(open_page: Open) -> None:
    page = open_page(TABS)
    page.emulate_media(media="print")
    for hidden in (
        page.get_by_role("banner"),
        page.get_by_role("contentinfo"),
        page.get_by_role("tab"),
        page.get_by_role("navigation"),
        page.get_by_text("這篇文章有幫助嗎？"),
        page.locator("support-bot"),
    ):
        expect(hidden.filter(visible=True)).to_have_count(0)
    expect(page.get_by_role("heading", name="Telegram Web 端", exact=True)).to_be_visible()
    expect(page.get_by_text("複製鏈接。")).to_be_visible()
    assert page.locator(".steps > li").first.evaluate("one => getComputedStyle(one).breakInside") == "avoid"


# --- hostile articles --------------------------------------------------------------------------------------------

HOSTILE = """\
看 <script>window.hurt = 1</script>\u202e反轉&#x202e; <b onclick="window.hurt = 2">粗體

## <img src=x onerror="window.hurt = 3">標題 App 端

1. 點 <a href="javascript:window.hurt=4">這裡</a>。[也](javascript:window.hurt=5)
2. ![圖](data:image/png;base64,AAAA) <svg onload="window.hurt=6"></svg>

<style>main { display: none }</style>

<iframe src="data:text/html,x"></iframe></div></main></body>

<div style="position:fixed;inset:0" class="hero" id="said">蓋住</div>

| a | b |
|---|---|
| %s | %s |

[參考](https://example.com/terms)

```
%s
```
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service whose articles mean harm."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    body = HOSTILE % ("x" * 3000, "長" * 3000, "y" * 10_000)
    title = "<img src=x onerror='window.hurt=7'></title>標題" + "w" * 10_000
    write([Article("hostile", title, body, category="<i>類</i>" + "z" * 500)], folder / "corpus")
    server = Server(settings_room.load(corpus=folder / "corpus", index=folder / "index", model="hash"), folder)
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_hostile_articles_run_nothing_and_break_nothing(open_page: Open, hostile: str, width: str) -> None:
    page = open_page(hostile + "/", width=width)
    for path in ("/", "/articles/hostile", "/search?q=標題"):
        page.goto(hostile + path, wait_until="networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.evaluate("window.hurt") is None
        expect(page.get_by_role("contentinfo")).to_be_visible()
    page.goto(hostile + "/articles/hostile")
    expect(page.get_by_text("蓋住")).to_be_visible()
    for text in ("這裡", "也", "粗體"):
        page.locator(".article-body").get_by_text(text).first.click()
    assert page.evaluate("window.hurt") is None
    assert axe_violations(page) == []
    page.emulate_media(media="print")
    after = "getComputedStyle(one, '::after').content"
    assert "https://example.com/terms" in page.get_by_role("link", name="參考").evaluate(
        f"one => {after}.replace('attr(href)', one.getAttribute('href'))"
    )
