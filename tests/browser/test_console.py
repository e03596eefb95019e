"""What every agent does at the console: sign in, search, copy, and go about by keyboard."""

import re

import pytest
from browsing import Open, Site, axe_violations
from playwright.sync_api import Page, expect

from browser.console_page import go, signed_in

QUESTION = "手机换了怎么重置"
ADMINS = ["統計", "索引版本", "設定"]


def test_a_wrong_key_is_refused_and_an_agent_gets_in(open_page: Open, site: Site) -> None:
    page = open_page("/console")
    key = page.get_by_label("金鑰", exact=True)
    expect(key).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("請輸入金鑰。")
    for wrong in ("sb_agent_nobody", "密碼"):
        key.fill(wrong)
        page.get_by_role("button", name="登入").click()
        expect(page.get_by_role("alert")).to_contain_text("不正確")
    key.fill(site.keys["client"])
    page.get_by_role("button", name="登入").click()
    expect(page.get_by_role("alert")).to_contain_text("給程式用的")
    assert axe_violations(page) == []
    key.fill(site.keys["agent"])
    page.get_by_role("button", name="登入").click()
    expect(page.get_by_role("heading", level=1, name="搜尋")).to_be_focused()
    expect(page.get_by_text("agent of the tests")).to_be_visible()
    stored = page.evaluate("[Object.values(localStorage), Object.values(sessionStorage), document.cookie]")
    assert site.keys["agent"] in stored[1]
    assert site.keys["agent"] not in (*stored[0], stored[2])


def test_the_role_decides_which_views_are_there(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site, "agent", "settings")
    views = page.get_by_role("navigation", name="主要功能")
    expect(views.get_by_role("link")).to_have_count(4)
    expect(page.get_by_role("heading", level=1)).to_have_text("搜尋")
    page.get_by_role("button", name="登出").click()
    page.get_by_label("金鑰", exact=True).fill(site.keys["admin"])
    page.keyboard.press("Enter")
    for name in ADMINS:
        expect(views.get_by_role("link", name=name)).to_be_visible()
    page.reload()
    expect(views.get_by_role("link", name="統計")).to_be_visible()


def test_a_key_that_is_refused_later_loses_nothing(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site)
    page.get_by_role("searchbox").fill(QUESTION)
    submit = "document.querySelector('.search-form').requestSubmit()"  # before anything else is refused
    page.evaluate(f"sessionStorage.setItem('console.key', 'sb_agent_revoked'); {submit}")
    again = page.get_by_role("dialog", name="請重新登入")
    expect(again).to_be_visible()
    expect(page.locator("input[type=search]")).to_have_value(QUESTION)
    assert axe_violations(page) == []
    again.get_by_label("金鑰", exact=True).fill(site.keys["agent"])
    again.get_by_role("button", name="登入").click()
    expect(again).to_be_hidden()
    expect(page.get_by_role("searchbox")).to_have_value(QUESTION)
    expect(page.locator(".hit").first).to_contain_text("無法使用怎麼辦")


def test_the_platforms_to_search_for_are_those_of_the_site(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site, view="search?q=群&platform=web")
    platforms = page.get_by_label("平台", exact=True)
    expect(platforms.get_by_role("option")).to_have_text(["全部", "Web 端", "App 端"])
    expect(platforms).to_have_value("web")
    platforms.select_option("App 端")
    expect(page).to_have_url(re.compile("platform=app"))
    expect(page.locator(".hit").first).to_be_visible()


def test_a_search_shows_hits_scores_and_how_it_was_understood(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site)
    page.get_by_role("searchbox").fill(QUESTION)
    page.keyboard.press("Enter")
    first = page.locator(".hit").first
    expect(first.get_by_role("heading")).to_contain_text("無法使用怎麼辦")
    expect(first.locator("mark").first).to_be_visible()
    expect(first.locator(".channels .bar")).to_have_count(7)
    expect(page.get_by_role("list", name="斷詞")).to_contain_text("重置")
    expect(page.locator(".meter")).to_contain_text(re.compile(r"(9\d(\.\d)?|100)%"))
    expect(page).to_have_url(re.compile("q="))
    page.get_by_label("方式").select_option("關鍵字")
    expect(page.locator(".meter")).to_have_count(0)
    expect(page).to_have_url(re.compile("mode=lexical"))
    page.get_by_label("分類").select_option("活動與返佣")
    expect(page.locator(".hit .badge").filter(has_text="帳戶安全")).to_have_count(0)
    expect(page).to_have_url(re.compile("category="))
    page.reload()
    expect(page.get_by_label("方式")).to_have_value("lexical")
    expect(page.get_by_label("分類")).to_have_value("活動與返佣")
    page.go_back()
    expect(page.get_by_label("分類")).to_have_value("")


def test_a_shared_address_opens_the_search_after_signing_in(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site, view=f"search?q={QUESTION}&mode=dense")
    expect(page.locator(".hit").first).to_contain_text("無法使用怎麼辦")
    expect(page.get_by_label("方式")).to_have_value("dense")


def test_pages_of_hits_go_on_and_back(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site, view="search?q=OKX App")
    expect(page.locator(".hit")).to_have_count(10)
    page.get_by_role("button", name="下一頁").click()
    expect(page.locator(".rank").first).to_have_text("11")
    page.get_by_role("button", name="上一頁").click()
    expect(page.locator(".rank").first).to_have_text("1")


def test_steps_are_found_and_copied_by_keyboard_alone(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site, permissions=["clipboard-read", "clipboard-write"])
    page.keyboard.press("/")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    hits = page.locator(".hit")
    expect(hits.first).to_be_visible()
    page.get_by_role("searchbox").press("Tab")
    page.keyboard.press("j")
    expect(hits.first).to_be_focused()
    page.keyboard.press("j")
    expect(hits.nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("c")
    expect(page.get_by_role("status").filter(has_text="已複製")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("1. ")
    assert f"{site.url}/articles/security-item-unavailable#" in copied
    with page.context.expect_page() as opened:
        page.keyboard.press("o")
    expect(opened.value).to_have_url(re.compile("/articles/security-item-unavailable"))


def test_keys_go_to_views_and_explain_themselves(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site, "admin")
    for letter, name in zip("qutves", ["等候佇列", "未解答的問題", "統計", "索引版本", "設定", "搜尋"], strict=True):
        page.keyboard.press("g")
        page.keyboard.press(letter)
        expect(page.get_by_role("heading", level=1, name=name)).to_be_focused()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="鍵盤快速鍵")
    expect(keys.get_by_role("row").filter(has_text="複製步驟和連結")).to_contain_text("c")
    assert axe_violations(page) == []
    keys.get_by_label("使用單鍵快速鍵").uncheck()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page.get_by_role("heading", level=1, name="搜尋")).to_be_visible()


def test_letters_that_are_typed_are_no_keys(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site)
    page.get_by_role("searchbox").press_sequentially("gq?")
    expect(page.get_by_role("searchbox")).to_have_value("gq?")
    expect(page.get_by_role("heading", level=1, name="搜尋")).to_be_visible()


@pytest.mark.parametrize(
    ("locale", "lang", "search", "queue"),
    [
        ("zh-TW", "zh-Hant", "搜尋", "等候佇列"),
        ("zh-CN", "zh-Hans", "搜索", "等候队列"),
        ("en-US", "en", "Search", "Queue"),
    ],
)
def test_it_speaks_the_languages(open_page: Open, site: Site, locale: str, lang: str, search: str, queue: str) -> None:
    page = signed_in(open_page, site, locale=locale)
    assert page.locator("html").get_attribute("lang") == lang
    expect(page.get_by_role("heading", level=1)).to_have_text(search)
    expect(page.get_by_role("link", name=queue)).to_be_visible()


def test_language_and_theme_are_chosen_and_kept(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site)
    page.get_by_label("語言").select_option("English")
    page.get_by_label("Theme").select_option("Dark")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    assert luminance(page) < 40


def luminance(page: Page) -> float:
    """How bright the ground is, 0 to 255."""
    color = page.evaluate("getComputedStyle(document.querySelector('.sidebar')).backgroundColor")
    return max(float(part) for part in re.findall(r"[\d.]+", color)[:3])


def test_on_a_phone_the_navigation_is_a_drawer(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site, "admin", f"search?q={QUESTION}", width="phone")
    expect(page.locator(".hit").first).to_be_visible()
    links = page.get_by_role("navigation", name="主要功能")
    expect(links).to_be_hidden()
    menu = page.get_by_role("button", name="選單")
    menu.click()
    expect(links.get_by_role("link", name="搜尋")).to_be_focused()
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    expect(links).to_be_hidden()
    expect(menu).to_be_focused()
    menu.click()
    links.get_by_role("link", name="統計").click()
    expect(page.get_by_role("heading", level=1, name="統計")).to_be_focused()
    expect(links).to_be_hidden()


def test_nothing_is_wider_than_the_window(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site, "admin", f"search?q={QUESTION}", width="phone", locale="en")
    views = (
        "queue",
        "gaps",
        "statistics",
        "versions",
        "settings",
        "settings?tab=access",
        f"search?q={QUESTION}",
    )
    for view in views:
        go(page, view)
        for width in (320, 640, 820, 1600):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (view, width)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_view_is_accessible(open_page: Open, site: Site, theme: str) -> None:
    page = signed_in(open_page, site, "admin", theme=theme)
    views = [
        f"search?q={QUESTION}",
        "queue",
        "gaps",
        "gaps?tab=changes",
        "statistics",
        "versions",
        "settings",
        "settings?tab=access",
        "settings?tab=audit",
    ]
    for view in views:
        go(page, view)
        expect(page.locator(".view-body")).not_to_be_empty()
        assert axe_violations(page) == [], view


def test_the_page_brings_no_script_of_others_and_cannot_be_framed(open_page: Open, site: Site) -> None:
    page = open_page("/console")
    reply = page.request.get(f"{site.url}/console")
    policy = reply.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style=" not in reply.text()
