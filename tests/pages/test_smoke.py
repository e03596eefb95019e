from browsing import Open, Site, axe_violations


def test_the_home_page_opens(open_page: Open, site: Site) -> None:
    page = open_page("/")
    page.screenshot(path="/tmp/home.png")
    assert axe_violations(page) == []
