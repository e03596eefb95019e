"""What admins see and do: figures, index versions, the site, keys, who did what."""

import re
from collections.abc import Iterator

import pytest
from browsing import Open, Site, axe_violations
from playwright.sync_api import Page, expect

from browser.console_page import SECONDS, Visitor, as_key, call, settled, signed_in
from supportbot.web import colors


def test_statistics_show_what_happened(open_page: Open, site: Site) -> None:
    visitor = Visitor(site)
    answered = visitor.ask("怎麼新增緊急聯絡人？")
    visitor.rate(answered["message_id"], "helpful")
    visitor.ask("可以買台積電股票嗎")
    visitor.wait_for_person()
    page = open_page("/articles/emergency-contact")
    page.get_by_role("button", name="沒有幫助").click()
    expect(page.locator("#vote")).to_have_text("謝謝您的回饋！")
    page = signed_in(open_page, site, "admin", "statistics?days=7")
    figures = as_key(site, "admin", "/v1/admin/statistics?days=7")["days"]
    tiles = page.locator(".tile")
    for name, field in (
        ("提問", "questions"),
        ("已回答", "answered"),
        ("沒有文章可答", "declined"),
        ("轉接真人", "handed_over"),
    ):
        tile = tiles.filter(has=page.locator("dt", has_text=name)).first
        expect(tile.locator("strong")).to_have_text(f"{sum(day[field] for day in figures):,}")
    expect(tiles.filter(has_text="中位數")).to_contain_text("ms")
    outcomes = page.get_by_role("figure").filter(has_text="每天的提問與結果")
    expect(outcomes.get_by_role("img")).to_be_visible()
    expect(outcomes.locator("rect.answered > title").last).to_contain_text("已回答")
    outcomes.get_by_text("以表格檢視").click()
    expect(outcomes.get_by_role("row").nth(1)).to_be_visible()
    expect(page.get_by_role("figure").filter(has_text="回答最多的文章")).to_contain_text("如何添加緊急聯繫人")
    expect(page.get_by_role("figure").filter(has_text="最常問的問題")).to_contain_text("股票")
    expect(page.get_by_role("figure").filter(has_text="讀者認為沒有幫助")).to_contain_text("如何添加緊急聯繫人")
    speed = page.get_by_role("figure").filter(has_text="每天的回答時間")
    expect(speed.locator("circle > title").first).to_contain_text("ms")
    assert sum(day["handed_over"] for day in figures) > 0
    expect(
        page.get_by_role("figure").filter(has_text="每天轉接真人的次數").locator("rect.handed_over").first
    ).to_be_attached()
    expect(page.get_by_role("figure").filter(has_text="有幫助的比例").locator("circle")).not_to_have_count(0)
    page.get_by_label("期間").select_option("最近 90 天")
    expect(tiles.first).to_be_visible()
    expect(page).to_have_url(re.compile("days=90"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_plots_are_readable_without_hue(open_page: Open, site: Site, theme: str) -> None:
    Visitor(site).ask("可以買台積電股票嗎")
    page = signed_in(open_page, site, "admin", "statistics?days=7", theme=theme)
    outcomes = page.get_by_role("figure").filter(has_text="每天的提問與結果")
    expect(outcomes.locator(".legend li")).to_have_count(3)
    drawn = outcomes.locator("defs pattern").evaluate_all(
        "(all) => all.map((one) => one.querySelector('path')?.getAttribute('d'))"
    )
    assert len(set(drawn)) == len(drawn) == 3
    dashes = page.locator("polyline").evaluate_all("(all) => all.map((one) => getComputedStyle(one).strokeDasharray)")
    assert "none" in dashes
    assert len(set(dashes)) == 2
    assert axe_violations(page) == []


def test_versions_are_built_compared_and_rolled_back(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site, "admin", "versions")
    rows = page.get_by_role("row").filter(has=page.get_by_role("rowheader"))
    expect(rows.first).to_contain_text("使用中")
    older = rows.first.get_by_role("rowheader").locator(".mono").inner_text()
    page.get_by_label("即使沒有變更也重建").check()
    page.get_by_role("button", name="更新索引").click()
    expect(page.get_by_text("已開始使用")).to_be_visible(timeout=SECONDS)
    expect(rows.nth(1)).to_contain_text(older)
    newest = rows.first.get_by_role("rowheader").locator(".mono").inner_text()
    assert newest != older

    page.get_by_label("問題數").fill("12")
    expect(page.get_by_label("之前")).to_have_value(older)
    expect(page.get_by_label("之後")).to_have_value(newest)
    page.get_by_role("button", name="比較").click()
    expect(page.get_by_text("問了 12 個問題，兩個版本的回答都相同。")).to_be_visible(timeout=SECONDS)

    rows.nth(1).get_by_role("button", name="改用這個版本").click()
    dialog = page.get_by_role("dialog", name=f"改用 {older}？")
    assert axe_violations(page) == []
    dialog.get_by_role("button", name="改用這個版本").click()
    expect(rows.nth(1)).to_contain_text("已鎖定")
    assert Visitor(site).ask("怎麼新增緊急聯絡人？")["index_version"] == older
    page.get_by_label("即使沒有變更也重建").check()
    page.get_by_role("button", name="更新索引").click()
    expect(page.get_by_text("已鎖定")).to_have_count(0, timeout=SECONDS)
    settled(site)
    assert Visitor(site).ask("怎麼新增緊急聯絡人？")["index_version"] != older


def test_different_answers_of_two_versions_are_listed(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site, "admin", "versions")
    short = {"outcome": "decline", "confidence": 0.1, "article_id": None, "heading": None, "text": "抱歉"}
    found = {
        **short,
        "outcome": "answer",
        "confidence": 0.98,
        "article_id": "emergency-contact",
        "heading": "App 端",
        "text": "好的",
    }
    result = {
        "asked": 9,
        "different": 1,
        "questions": [{"question": "緊急聯絡人在哪", "before": short, "after": found}],
    }
    job = {"id": "j_x", "state": "done", "done": 9, "total": 9, "result": result}
    page.route("**/v1/admin/index/diff", lambda route: route.fulfill(status=202, json=job))
    page.get_by_role("button", name="比較").click()
    difference = page.locator(".difference")
    expect(page.get_by_text("9 個問題，1 個的回答不同")).to_be_visible()
    expect(difference.get_by_role("heading")).to_have_text("緊急聯絡人在哪")
    expect(difference.locator(".side").first).to_contain_text("沒有文章可答")
    expect(difference.locator(".side").last).to_contain_text("emergency-contact")


@pytest.fixture
def site_as_it_was(site: Site) -> Iterator[None]:
    yield
    names = ("name", "greeting", "accent", "person_available", "suggested_questions")
    as_key(site, "admin", "/v1/admin/site", dict.fromkeys(names), "PUT")


@pytest.mark.usefixtures("site_as_it_was")
def test_what_visitors_see_is_set(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site, "admin", "settings")
    page.get_by_label("網站名稱").fill("測試幫助中心")
    page.get_by_label("開場問候").fill("您好！")
    page.get_by_label("主色", exact=True).fill("nothing")
    page.get_by_role("button", name="儲存").click()
    expect(page.get_by_role("alert")).to_contain_text("六位色碼")
    page.get_by_label("主色", exact=True).fill("#ffdd00")
    expect(page.locator(".sample").first).to_contain_text("已調整為")
    page.get_by_label("提供真人客服").uncheck()
    for question in ("怎麼驗證身份？", "怎麼新增緊急聯絡人？"):
        page.get_by_role("button", name="新增問題").click()
        page.keyboard.type(question)
    page.get_by_role("button", name="上移").last.click()
    assert axe_violations(page) == []
    page.get_by_role("button", name="儲存").click()
    expect(page.get_by_role("status").filter(has_text="已儲存")).to_be_visible()
    seen = call(site, "/v1/site")
    assert (seen["name"], seen["greeting"], seen["accent"]) == ("測試幫助中心", "您好！", "#ffdd00")
    assert seen["person_available"] is False
    assert seen["suggested_questions"] == ["怎麼新增緊急聯絡人？", "怎麼驗證身份？"]
    page.reload()
    expect(page.get_by_label("網站名稱")).to_have_value("測試幫助中心")
    expect(page.get_by_role("complementary").get_by_text("測試幫助中心")).to_be_visible()


def test_the_preview_of_the_colour_is_what_visitors_get(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site, "admin", "settings")
    for accent in ("#0a6c5e", "#ffdd00", "#ff0000", "#ffffff", "#000000", "#7788aa", "#1e90ff"):
        page.get_by_label("主色", exact=True).fill(accent)
        for place, theme in enumerate(colors.themes(accent)):
            sample = page.locator(".sample").nth(place)
            shown = sample.evaluate(
                "(one) => [one.style.getPropertyValue('--shade'), one.style.getPropertyValue('--ink')]"
            )
            assert shown == [theme.accent, theme.on_accent], accent


def test_a_key_is_made_shown_once_and_revoked(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site, "admin", "settings?tab=access", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="建立", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("請填寫名稱。")
    page.get_by_label("名稱").fill("王小明")
    page.get_by_role("button", name="建立", exact=True).click()
    dialog = page.get_by_role("dialog", name="新金鑰")
    secret = dialog.locator("code").inner_text()
    dialog.get_by_role("button", name="複製").click()
    expect(dialog.get_by_role("status")).to_have_text("已複製")
    assert page.evaluate("navigator.clipboard.readText()") == secret
    assert call(site, "/v1/key", Authorization=f"Bearer {secret}")["name"] == "王小明"
    assert axe_violations(page) == []
    dialog.get_by_role("button", name="我已保存").click()
    expect(page.locator("dialog")).to_have_count(0)  # one that is only closed has no role
    assert secret not in page.content()
    row = page.get_by_role("row").filter(has_text="王小明")
    expect(row).to_contain_text("有效")
    own = page.get_by_role("row").filter(has_text="您的金鑰")
    expect(own.get_by_role("button")).to_have_count(0)
    row.get_by_role("button", name="撤銷").click()
    page.get_by_role("dialog").get_by_role("button", name="撤銷").click()
    expect(page.get_by_role("status").filter(has_text="已撤銷")).to_be_visible()
    expect(row).to_contain_text("已撤銷")
    assert refused(page, site, secret)
    page.get_by_role("tab", name="稽核記錄").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("撤銷金鑰")
    expect(page.get_by_role("row").nth(1)).to_contain_text("admin of the tests")


def refused(page: Page, site: Site, key: str) -> bool:
    """Whether the service no longer takes a key."""
    reply = page.request.get(f"{site.url}/v1/key", headers={"Authorization": f"Bearer {key}"})
    return reply.status == 401
