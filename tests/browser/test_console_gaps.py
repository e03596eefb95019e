"""A question that nothing answered becomes part of an article: previewed, confirmed, and taken back."""

import csv
import io
import re
from pathlib import Path

import pytest
from browsing import Open, Site, axe_violations
from playwright.sync_api import Locator, Page, expect

from browser.console_page import SECONDS, Visitor, as_key, settled, signed_in, until

ARTICLE = "如何添加緊急聯繫人?"
SIDE = {"outcome": "decline", "confidence": 0.1, "article_id": None, "heading": None, "text": "抱歉"}
PREVIEWED = {
    "id": "j_previewed",
    "state": "done",
    "done": 9,
    "total": 9,
    "result": {
        "files": [{"name": "out_of_scope.yaml", "added": ["  - 新的"], "removed": ["  - 舊的"]}],
        "questions": [{"question": "今天午餐吃什麼", "before": SIDE, "after": SIDE}],
        "asked": 9,
        "different": 1,
        "others": [{"question": "別的問題", "before": SIDE, "after": SIDE}],
    },
}
"""What the service says of a change that a real preview would take long to find."""


def group_of(page: Page, question: str) -> Locator:
    """The card of a question in the report."""
    return page.locator(".group").filter(has=page.get_by_role("heading", name=question))


def reported(open_page: Open, site: Site, *questions: str) -> Page:
    """The report after somebody asked these questions in vain."""
    for question in questions:
        assert Visitor(site).ask(question)["outcome"] == "decline"
    page = signed_in(open_page, site, view="gaps")
    expect(page.locator(".group").first).to_be_visible(timeout=SECONDS)
    return page


@pytest.fixture
def article(site: Site) -> Path:
    return site.corpus / "articles" / "emergency-contact.md"


def test_a_question_is_added_to_an_article_and_taken_back(open_page: Open, site: Site, article: Path) -> None:
    question = "辦公室可以帶寵物嗎"
    before = article.read_bytes()
    page = reported(open_page, site, question, question)
    group = group_of(page, question)
    expect(group.locator(".group-count")).to_have_text("2次")
    expect(group).to_contain_text("未回答 2")
    expect(group).to_contain_text("最接近：")

    group.get_by_role("button", name="加入文章").click()
    dialog = page.get_by_role("dialog", name="把問題加入文章")
    expect(dialog.get_by_label("問題的寫法")).to_have_value(question)
    dialog.get_by_role("combobox", name="文章").fill("緊急聯繫人")
    dialog.get_by_role("option", name=ARTICLE).click()
    dialog.get_by_label("指定問題").check()
    expect(dialog.get_by_role("button", name="確認並套用")).to_be_hidden()
    dialog.get_by_role("button", name="預覽變更").click()
    apply = dialog.get_by_role("button", name="確認並套用")
    expect(apply).to_be_focused(timeout=SECONDS)
    expect(dialog.locator(".diff figcaption")).to_have_text("articles/emergency-contact.md")
    expect(dialog.locator(".diff .added").last).to_contain_text(question)
    difference = dialog.locator(".difference").filter(has_text=question).first
    expect(difference.locator(".side").first).to_contain_text("沒有文章可答")
    expect(difference.locator(".side").last).to_contain_text("已回答")
    assert axe_violations(page) == []
    assert article.read_bytes() == before  # nothing happened yet

    dialog.get_by_label("其他問法").check()
    expect(apply).to_be_hidden()
    expect(dialog.get_by_text("內容已修改，請重新預覽")).to_be_visible()
    dialog.get_by_label("指定問題").check()
    expect(dialog.get_by_text("內容已修改，請重新預覽")).to_be_hidden()
    apply.click()
    expect(dialog).to_be_hidden()
    expect(group).to_have_count(0, timeout=SECONDS)
    assert question in article.read_text("utf-8")
    until(lambda: Visitor(site).ask(question)["outcome"] == "answer")

    page.get_by_role("tab", name="變更記錄").click()
    change = page.locator(".group").filter(has_text=question).first
    expect(change).to_contain_text("agent of the tests")
    change.get_by_role("button", name="還原").click()
    page.get_by_role("dialog").get_by_role("button", name="還原").click()
    expect(change).to_contain_text("已還原")
    expect(change.get_by_role("button", name="還原")).to_have_count(0)
    settled(site)
    assert article.read_bytes() == before
    until(lambda: Visitor(site).ask(question)["outcome"] == "decline")


def test_a_question_is_listed_as_having_no_answer(open_page: Open, site: Site) -> None:
    question = "今天午餐吃什麼"
    listed = site.corpus / "out_of_scope.yaml"
    before = listed.read_bytes()
    page = reported(open_page, site, question)
    page.route("**/v1/gaps/preview", lambda route: route.fulfill(status=202, json=PREVIEWED))
    group = group_of(page, question)
    group.get_by_role("button", name="確定沒有答案").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("主題").fill("")
    dialog.get_by_role("button", name="預覽變更").click()
    expect(dialog.get_by_role("alert")).to_have_text("請填寫主題。")
    dialog.get_by_label("主題").fill("閒聊")
    dialog.get_by_role("button", name="預覽變更").click()
    expect(dialog.locator(".diff .removed")).to_contain_text("舊的")
    expect(dialog.locator(".note").filter(has_text="1 個的回答會改變")).to_be_visible()
    expect(dialog.locator(".difference").filter(has_text="別的問題")).to_contain_text("之後")
    assert axe_violations(page) == []
    dialog.get_by_role("button", name="確認並套用").click()
    expect(group).to_have_count(0, timeout=SECONDS)
    assert question in listed.read_text("utf-8")
    change = as_key(site, "agent", "/v1/changes")[0]
    as_key(site, "agent", f"/v1/changes/{change['id']}/revert", method="POST")
    settled(site)
    assert listed.read_bytes() == before


def test_a_question_is_dismissed(open_page: Open, site: Site) -> None:
    question = "公司年會抽獎幾點開始"
    page = reported(open_page, site, question)
    group = group_of(page, question)
    group.get_by_role("button", name="忽略").click()
    dialog = page.get_by_role("dialog", name="從報告中忽略")
    dialog.get_by_role("button", name="取消").click()
    expect(group).to_be_visible()
    group.get_by_role("button", name="忽略").click()
    dialog.get_by_role("button", name="忽略").click()
    expect(group).to_have_count(0, timeout=SECONDS)


def test_the_report_is_exported(open_page: Open, site: Site) -> None:
    page = reported(open_page, site, "幫我寫一首詩")
    with page.expect_download() as download:
        page.get_by_role("button", name="匯出 CSV").click()
    assert download.value.suggested_filename.startswith("gaps-")
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert "幫我寫一首詩" in {row["question"] for row in rows}
    page.get_by_label("期間").select_option("最近 7 天")
    expect(page.locator(".group").first).to_be_visible(timeout=SECONDS)
    expect(page).to_have_url(re.compile("days=7"))


def test_what_fails_is_said_and_tried_again(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site, view="search")
    page.route("**/v1/gaps?*", lambda route: route.fulfill(status=503, json={"error": {"code": "unavailable"}}))
    page.get_by_role("link", name="未解答的問題").click()
    expect(page.get_by_role("alert")).to_contain_text("服務暫時無法使用")
    page.unroute("**/v1/gaps?*")
    page.get_by_role("button", name="再試一次").click()
    expect(page.locator(".group, .empty").first).to_be_visible(timeout=SECONDS)
