"""Agents say which article answers a question, wherever they meet it; the table of that is what `tune` reads."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from browsing import Open, Site, axe_violations
from playwright.sync_api import Page, expect

from browser.console_page import Visitor, as_key, signed_in

ARTICLE = "如何添加緊急聯繫人?"
STEPS = "怎麼新增緊急聯絡人？"
DECLINED = "公司的停車位可以預約嗎"


@pytest.fixture(autouse=True)
def no_labels(site: Site) -> Iterator[None]:
    yield
    for label in labels(site):
        as_key(site, "agent", f"/v1/labels/{label['id']}", method="DELETE")


def labels(site: Site) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = as_key(site, "agent", "/v1/labels")["labels"]
    return found


def choose(page: Page, title: str) -> None:
    """Choose an article in the dialog."""
    dialog = page.get_by_role("dialog", name="哪一篇文章能回答？")
    dialog.get_by_role("button", name="儲存").click()
    expect(dialog.get_by_role("alert")).to_have_text("請先選擇一篇文章。")
    dialog.get_by_role("combobox", name="文章").fill("緊急聯繫人")
    dialog.get_by_role("option", name=title).click()
    assert axe_violations(page) == []
    dialog.get_by_role("button", name="儲存").click()
    expect(dialog).to_be_hidden()


def test_a_search_is_labelled(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site)
    page.get_by_role("searchbox").fill(STEPS)
    page.keyboard.press("Enter")
    page.locator(".hit").first.get_by_role("button", name="這篇正確").click(timeout=60_000)
    expect(page.get_by_text(f"已標註：「{ARTICLE}」")).to_be_visible()
    assert [(one["question"], one["title"], one["kind"]) for one in labels(site)] == [(STEPS, ARTICLE, "search")]
    row = page.get_by_role("group", name="標註答案")
    row.get_by_role("button", name="沒有答案").click()
    expect(row.get_by_role("status")).to_have_text("已標註：沒有答案")
    assert [one["article"] for one in labels(site)] == [None]
    row.get_by_role("button", name="另選文章…").click()
    choose(page, ARTICLE)
    expect(row.get_by_role("status")).to_have_text(f"已標註：「{ARTICLE}」")
    assert [one["article"] for one in labels(site)] == ["emergency-contact"]
    assert axe_violations(page) == []


def test_a_conversation_that_was_handed_over_is_labelled(open_page: Open, site: Site) -> None:
    visitor = Visitor(site)
    visitor.ask(STEPS)
    visitor.ask(DECLINED)
    visitor.wait_for_person()
    visitor.ask("有人在嗎")
    page = signed_in(open_page, site, view=f"queue/{visitor.conversation}")
    rows = page.get_by_role("group", name="標註答案")
    expect(rows).to_have_count(3)
    rows.nth(0).get_by_role("button", name=f"「{ARTICLE}」正確").click()
    expect(rows.nth(0).get_by_role("status")).to_have_text(f"已標註：「{ARTICLE}」")
    expect(rows.nth(1).get_by_role("button")).to_have_text(["另選文章…", "沒有答案"])
    rows.nth(1).get_by_role("button", name="沒有答案").click()
    expect(rows.nth(1).get_by_role("status")).to_have_text("已標註：沒有答案")
    assert {(one["question"], one["article"], one["kind"]) for one in labels(site)} == {
        (STEPS, "emergency-contact", "handoff"),
        (DECLINED, None, "handoff"),
    }
    assert axe_violations(page) == []


def test_a_label_that_is_not_stored_says_why(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site)
    page.get_by_role("searchbox").fill(STEPS)
    page.keyboard.press("Enter")
    page.route("**/v1/labels", lambda route: route.fulfill(status=503, json={"error": {"code": "unavailable"}}))
    page.get_by_role("group", name="標註答案").get_by_role("button", name="沒有答案").click(timeout=60_000)
    expect(page.get_by_text("服務暫時無法使用")).to_be_visible()
    expect(page.get_by_text("已標註")).to_have_count(0)


def test_the_labels_are_listed_saved_and_removed(open_page: Open, site: Site) -> None:
    assert Visitor(site).ask(DECLINED)["outcome"] == "decline"
    page = signed_in(open_page, site, view="gaps")
    group = page.locator(".group").filter(has=page.get_by_role("heading", name=DECLINED))
    group.get_by_role("button", name="沒有答案", exact=True).click(timeout=60_000)
    expect(group.get_by_role("status")).to_have_text("已標註：沒有答案")
    as_key(site, "agent", "/v1/labels", {"question": "<b>=問</b>", "article": "emergency-contact"})
    page.get_by_role("tab", name="標註").click()
    expect(page.get_by_text("2 個標註")).to_be_visible()
    expect(page.get_by_text("supportbot tune labels.csv")).to_be_visible()
    expect(page).to_have_url(re.compile("tab=labels"))
    assert axe_violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="下載 labels.csv").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert [(row["question"], row["article"]) for row in rows] == [
        ("<b>=問</b>", "emergency-contact"),
        (DECLINED, "none"),
    ]
    card = page.locator(".group").filter(has_text=DECLINED)
    expect(card).to_contain_text("沒有答案")
    card.get_by_role("button", name="移除").click()
    page.get_by_role("dialog").get_by_role("button", name="移除").click()
    expect(card).to_have_count(0)
    assert [one["question"] for one in labels(site)] == ["<b>=問</b>"]
    page.reload()
    expect(page.get_by_text("1 個標註")).to_be_visible()
