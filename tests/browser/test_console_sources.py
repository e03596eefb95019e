"""Sources as an admin sees them: none yet, a mistake, the plan, a sync, what went wrong."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Open, Site, axe_violations
from playwright.sync_api import expect

from browser.console_page import SECONDS, as_key, settled, signed_in

GUIDE = "# 如何設定週期提醒\n\n1. 打開 App。\n2. 點擊【提醒】。\n"
RULES = "# 週期提醒的規則\n\n每天最多提醒三次。\n"


@pytest.fixture
def export(site: Site, tmp_path: Path) -> Iterator[Path]:
    """An export of two articles; what syncing leaves in the corpus goes at the end."""
    before = {path: path.read_text("utf-8") for path in site.corpus.rglob("*") if path.is_file()}
    (tmp_path / "help").mkdir()
    (tmp_path / "help" / "guide.md").write_text(GUIDE, "utf-8")
    (tmp_path / "help" / "rules.md").write_text(RULES, "utf-8")
    yield tmp_path / "help"
    settled(site)
    for path in [path for path in site.corpus.rglob("*") if path.is_file() and path not in before]:
        path.unlink()
    for path, text in before.items():
        path.write_text(text, "utf-8")
    as_key(site, "admin", "/v1/admin/reindex", {})
    settled(site)


def name_sources(site: Site, text: str) -> None:
    """Write the `sources.yaml` of the site."""
    (site.corpus / "sources.yaml").write_text(f"version: 1\nsources:\n{text}", "utf-8")


@pytest.mark.usefixtures("export")
def test_without_sources_the_view_says_how_to_name_some(open_page: Open, site: Site) -> None:
    page = signed_in(open_page, site, "admin", "sources")
    expect(page.get_by_role("heading", level=1, name="來源")).to_be_visible()
    expect(page.get_by_text("還沒有設定來源")).to_be_visible()
    expect(page.get_by_text(str(site.corpus / "sources.yaml"))).to_be_visible()
    expect(page.get_by_role("region", name="sources.yaml 範例")).to_contain_text("path: ../export/help")
    expect(page.get_by_role("button", name="立即同步")).to_have_count(0)
    assert axe_violations(page) == []
    name_sources(site, "  help: {path: help, prune: maybe}\n")
    page.reload()
    expect(page.get_by_text("sources.yaml:3: help: prune: expected true or false, got 'maybe'")).to_be_visible()
    expect(page.get_by_role("button", name="立即同步")).to_have_count(0)
    assert axe_violations(page) == []


def test_a_plan_is_shown_and_synced_and_conflicts_come_first(open_page: Open, site: Site, export: Path) -> None:
    name_sources(site, f"  help: {{path: {export}, category: 提醒}}\n")
    page = signed_in(open_page, site, "admin", "search")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("g")
    page.keyboard.press("o")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="help"))
    expect(row).to_contain_text(str(export))
    expect(row).to_contain_text("category: 提醒")
    expect(row).to_contain_text("還沒有同步過")
    page.get_by_role("button", name="顯示計畫").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="同步會做的變更")).to_be_visible(timeout=SECONDS)
    expect(page.get_by_role("heading", name="新增 (2)")).to_be_visible()
    expect(page.get_by_text("這只是計畫，什麼都沒有寫入。")).to_be_visible()
    expect(page.locator(".changes")).to_contain_text("如何設定週期提醒")
    assert not (site.corpus / "imported.jsonl").exists()
    assert axe_violations(page) == []

    page.get_by_role("button", name="立即同步").click()
    expect(page.get_by_role("heading", name="這次同步的變更")).to_be_visible(timeout=SECONDS)
    expect(page.get_by_text("已開始使用")).to_have_count(2)  # below the button, and as the last sync
    last = page.locator(".card").filter(has=page.get_by_role("heading", name="上次同步"))
    expect(last.locator(".changes")).to_contain_text("週期提醒的規則")
    expect(row).to_contain_text("新增 2")
    expect(row).to_contain_text("admin of the tests")
    expect(row.get_by_role("cell").first).to_have_text("2")

    [guide] = [path for path in site.corpus.rglob("*.md") if "點擊【提醒】" in path.read_text("utf-8")]
    guide.write_text(guide.read_text("utf-8").replace("【提醒】", "【我的提醒】"), "utf-8")
    (export / "guide.md").write_text(GUIDE.replace("【提醒】", "【週期提醒】"), "utf-8")
    (export / "rules.md").unlink()
    page.get_by_role("button", name="顯示計畫").click()
    headings = page.locator("[aria-live] .change-group h4")
    expect(headings).to_have_text(["衝突 (1)", "來源已無 (1)"], timeout=SECONDS)
    expect(page.locator("[aria-live] .change-group").first).to_contain_text("來源和您都改了：內文")
    assert axe_violations(page) == []
    page.get_by_role("link", name="設定").click()
    page.get_by_role("tab", name="稽核記錄").click()
    entry = page.get_by_role("row").filter(has_text="同步來源").first
    expect(entry).to_contain_text("admin of the tests")
    expect(entry).to_contain_text('"new":2')
    entry.get_by_text("changes: 2").click()
    expect(entry.get_by_role("listitem").first).to_contain_text("如何設定週期提醒")


def test_what_cannot_be_read_is_named(open_page: Open, site: Site, export: Path) -> None:
    name_sources(site, f"  help: {{path: {export}}}\n  gone: {{path: {export.parent / 'none'}}}\n")
    page = signed_in(open_page, site, "admin", "sources", locale="en", width="phone", theme="dark")
    page.get_by_role("button", name="Sync now").click()
    expect(page.get_by_role("heading", name="What this sync did")).to_be_visible(timeout=SECONDS)
    expect(page.locator(".change-group h3").first).to_have_text("1 item cannot be read")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=re.compile("^gone")))
    row.get_by_text("1 item cannot be read").click()
    expect(row).to_contain_text(str(export.parent / "none"))
    assert axe_violations(page) == []


def test_a_sync_that_runs_already_is_followed(open_page: Open, site: Site, export: Path) -> None:
    name_sources(site, f"  help: {{path: {export}}}\n")
    as_key(site, "admin", "/v1/admin/sync", {"plan": True})
    page = signed_in(open_page, site, "admin", "sources")
    expect(page.get_by_role("heading", name="同步會做的變更")).to_be_visible(timeout=SECONDS)
    expect(page.get_by_role("button", name="立即同步")).to_be_enabled()
