"""The health of the help centre, as an agent sees it."""

from browsing import Open, Site, axe_violations
from playwright.sync_api import expect

from browser.console_page import SECONDS, as_key, signed_in


def test_the_health_is_shown_with_what_would_help_most(open_page: Open, site: Site) -> None:
    found = as_key(site, "agent", "/v1/report/health")
    page = signed_in(open_page, site, view="health")
    expect(page.locator(".tile").first).to_be_visible(timeout=SECONDS)
    expect(page.get_by_role("heading", name="最有幫助的事")).to_be_visible()
    expect(page.locator(".view-health ol > li")).to_have_count(len(found["advice"]))
    expect(page.locator(".view-health ol")).to_contain_text(found["advice"][0]["command"])
    expect(page.locator(".view-health tbody tr")).to_have_count(min(200, len(found["findings"])))
    assert axe_violations(page) == []
