"""Pages over HTTP, from a server on loopback."""

import datetime as dt
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from supportbot.errors import SourceError, StorageError
from supportbot.importers import Imported, Options, Problem
from supportbot.importers.page_cache import CachedPage
from supportbot.importers.robots import Robots
from supportbot.importers.urls import FetchError, is_public, normalised
from supportbot.importers.web import Limits, PageCache, read_url

Answer = tuple[int, dict[str, str], bytes]
QUICK = Limits(page_seconds=2, connect_seconds=2, delay_seconds=0.05)


def page(title: str, text: str = "請打開【資產】頁面，點擊【提幣】，再確認地址。", head: str = "") -> bytes:
    main = f"<main><article><h1>{title}</h1><p>{text}</p></article></main>"
    return f'<html lang="zh-TW"><head><title>{title}</title>{head}</head><body>{main}</body></html>'.encode()


def html(title: str, **headers: str) -> Answer:
    return 200, {"Content-Type": "text/html; charset=utf-8", **headers}, page(title)


def xml(text: str) -> Answer:
    return 200, {"Content-Type": "application/xml"}, text.encode()


class Site:
    """A server with an answer a path: a tuple, or a function of the request that returns one or writes it itself."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer | Callable[[BaseHTTPRequestHandler], Answer | None]] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.headers.append({name.lower(): value for name, value in self.headers.items()})
                answer = site.answers.get(self.path, (404, {}, b""))
                given = answer(self) if callable(answer) else answer
                if given is None:
                    self.close_connection = True
                    return
                status, headers, body = given
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: Any) -> None:
                pass  # clients hang up on purpose

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def sitemap(self, *pages: str, path: str = "/sitemap.xml", more: str = "") -> str:
        entries = "".join(f"<url><loc>{one if '://' in one else self.url + one}</loc>{more}</url>\n" for one in pages)
        self.answers[path] = xml(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>')
        return self.url + path


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def pages(tmp_path: Path) -> PageCache:
    return PageCache(tmp_path / "pages")


def read(url: str, pages: PageCache, limits: Limits = QUICK, **given: Any) -> tuple[list[Imported], list[Problem]]:
    found = list(read_url(url, Options(), pages, limits=limits, **{"allow_private": True, **given}))
    return [one for one in found if isinstance(one, Imported)], [one for one in found if isinstance(one, Problem)]


def titles(found: list[Imported]) -> list[str]:
    return [one.article.title for one in found]


# --- what is read ------------------------------------------------------------------------------------------------


def test_a_page_becomes_an_article_with_its_path_as_source_id_and_its_address(site: Site, pages: PageCache) -> None:
    site.answers["/hc/1?lang=zh"] = html("如何提幣？")

    [one], problems = read(f"{site.url}/hc/1?lang=zh#top", pages)

    assert (one.article.title, one.article.source_id) == ("如何提幣？", "/hc/1?lang=zh")
    assert one.article.url == f"{site.url}/hc/1?lang=zh"
    assert "點擊【提幣】" in one.article.body
    assert str(one.path) == f"127.0.0.1:{site.port}/hc/1?lang=zh"
    assert not problems


def test_the_pages_of_a_sitemap_come_in_its_order_with_its_dates_and_nothing_else_is_fetched(
    site: Site, pages: PageCache
) -> None:
    site.answers |= {"/b": html("乙的問題"), "/a": html("甲的問題"), "/c": html("丙的問題")}
    more = '<lastmod>2026-02-03T10:00:00+08:00</lastmod><i:image xmlns:i="urn:i"><i:loc>/x.png</i:loc></i:image>'
    url = site.sitemap("/b", "/a", "/b", more=more)

    found, problems = read(url, pages)

    assert titles(found) == ["乙的問題", "甲的問題"]
    assert {one.article.source_updated for one in found} == {dt.date(2026, 2, 3)}
    assert site.asked == ["/robots.txt", "/sitemap.xml", "/b", "/a"]
    assert not problems


def test_a_sitemap_index_is_followed_packed_ones_too_and_once_only(site: Site, pages: PageCache) -> None:
    site.answers |= {"/1": html("第一題"), "/2": html("第二題"), "/3": html("第三題")}
    site.sitemap("/1", path="/one.xml")
    site.sitemap("/2", "/3", path="/two.xml")
    _, _, inner = site.answers.pop("/two.xml")  # type: ignore[misc]
    site.answers["/two.xml.gz"] = (200, {"Content-Type": "application/x-gzip"}, gzip.compress(inner))
    names = ("/one.xml", "/two.xml.gz", "/index.xml", "/lost.xml", "https://other.example/s.xml")
    entries = "".join(f"<sitemap><loc>{one if '://' in one else site.url + one}</loc></sitemap>" for one in names)
    site.answers["/index.xml"] = xml(f"<sitemapindex>{entries}</sitemapindex>")

    found, problems = read(f"{site.url}/index.xml", pages)

    assert titles(found) == ["第一題", "第二題", "第三題"]
    assert site.asked.count("/index.xml") == 1
    assert [(one.broken, one.path.name) for one in problems] == [(True, "lost.xml"), (False, "index.xml")]
    assert "404" in problems[0].message
    assert "sitemaps on other hosts: 1 left out (the first: https://other.example/s.xml)" in problems[1].message


def test_a_list_of_urls_is_read_line_by_line(site: Site, pages: PageCache) -> None:
    site.answers["/1"] = html("第一題")
    text = f"\ufeff# 常見問題\n{site.url}/1\n\nftp://127.0.0.1/2\nhttps://other.example/3\nhttps://other.example/4\n"
    site.answers["/urls.txt"] = (200, {"Content-Type": "text/plain; charset=utf-8"}, text.encode())

    found, problems = read(f"{site.url}/urls.txt", pages)

    assert titles(found) == ["第一題"]
    assert "no web addresses: 1 left out (the first: line 4, 'ftp://127.0.0.1/2')" in problems[0].message
    assert "pages on other hosts: 2 left out (the first: https://other.example/3)" in problems[1].message
    assert not any(one.broken for one in problems)


def test_chinese_addresses_are_sent_encoded_and_a_page_reached_twice_is_read_once(site: Site, pages: PageCache) -> None:
    site.answers["/%E6%8F%90%E5%B9%A3"] = html("如何提幣？")
    site.answers["/old"] = (301, {"Location": "/%E6%8F%90%E5%B9%A3"}, b"")

    [one], [problem] = read(site.sitemap("/old", "/提幣"), pages)

    assert one.article.source_id == "/old"
    assert one.article.url == f"{site.url}/%E6%8F%90%E5%B9%A3"
    assert f"{site.url}/old" in one.addresses
    assert "read once" in problem.message
    assert not problem.broken


@pytest.mark.parametrize(("canonical", "kept"), [("/2", True), ("https://other.example/2", False)])
def test_the_canonical_address_is_taken_if_it_is_of_the_same_host(
    site: Site, pages: PageCache, canonical: str, kept: bool
) -> None:
    address = site.url + canonical if kept else canonical
    body = page("如何提幣？", head=f'<link rel="canonical" href="{address}">')
    site.answers["/1"] = (200, {"Content-Type": "text/html"}, body)

    [one], _ = read(f"{site.url}/1", pages)

    assert one.article.url == (address if kept else f"{site.url}/1")
    assert one.article.source_id == "/1"


def test_the_encoding_that_the_server_names_is_used(site: Site, pages: PageCache) -> None:
    body = page("如何提幣？", "請打開「資產」頁面，著手確認裏面的地址。").decode().encode("big5hkscs")
    site.answers["/1"] = (200, {"Content-Type": "text/html; charset=Big5"}, body)

    [one], _ = read(f"{site.url}/1", pages)

    assert "著手確認裏面的地址" in one.article.body


# --- the cache ---------------------------------------------------------------------------------------------------


def test_the_second_time_an_unchanged_page_is_not_sent_again(site: Site, pages: PageCache) -> None:
    date = "Tue, 03 Feb 2026 10:00:00 GMT"

    sent = []

    def answer(request: BaseHTTPRequestHandler) -> Answer:
        if request.headers["If-None-Match"] == '"v1"' and request.headers["If-Modified-Since"] == date:
            return 304, {"ETag": '"v1"'}, b""
        sent.append(request.path)
        return html("如何提幣？", ETag='"v1"', **{"Last-Modified": date})

    site.answers["/1"] = answer
    first, _ = read(f"{site.url}/1", pages)
    second, problems = read(f"{site.url}/1", PageCache(pages.folder))
    site.answers["/1"] = html("如何充幣？", ETag='"v2"')
    third, _ = read(f"{site.url}/1", pages)

    assert first == second
    assert sent == ["/1"]
    assert not problems
    assert titles(third) == ["如何充幣？"]
    kept = pages.get(f"{site.url}/1")
    assert kept is not None
    assert kept.etag == '"v2"'


def test_the_connection_is_kept_for_pages_that_did_not_change_too(site: Site, pages: PageCache) -> None:
    connections: set[Any] = set()

    def answer(request: BaseHTTPRequestHandler) -> Answer:
        connections.add(request.client_address)
        return (304, {}, b"") if request.headers["If-None-Match"] else html("題目" + request.path, ETag='"1"')

    site.answers |= {"/1": answer, "/2": answer, "/3": answer}
    url = site.sitemap("/1", "/2", "/3")
    read(url, pages)
    found, _ = read(url, pages)

    assert len(found) == 3
    assert len(connections) == 2


def test_headers_that_cannot_be_sent_back_are_not(site: Site, pages: PageCache) -> None:
    site.answers["/1"] = html("如何提幣？", ETag='"\xe9\x01"')

    assert read(f"{site.url}/1", pages) == read(f"{site.url}/1", pages)
    assert "if-none-match" not in site.headers[-1]


def test_a_damaged_pair_of_the_cache_is_not_used(pages: PageCache) -> None:
    pages.put("http://a.example/", CachedPage(b"text", "text/html", '"1"'))
    pages.put("http://b.example/", CachedPage(b"text", "text/html", '"1"'))
    assert pages.get("http://a.example/") == CachedPage(b"text", "text/html", '"1"')
    first, second = sorted(pages.folder.glob("*.body"))
    first.write_bytes(b"other")
    second.with_suffix(".json").write_bytes(b'{"url": 3')

    assert pages.get("http://a.example/") is None
    assert pages.get("http://b.example/") is None
    assert not list(pages.folder.glob(".writing-*"))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StorageError, match="file"):
        PageCache(tmp_path / "file").put("http://a.example/", CachedPage(b""))


# --- what is not asked -------------------------------------------------------------------------------------------


def test_robots_txt_is_obeyed(site: Site, pages: PageCache) -> None:
    site.answers |= {"/hc/1": html("公開問題"), "/private/2": html("內部問題"), "/hc/3": html("第三個問題")}
    rules = "User-agent: *\nDisallow: /\n\nUser-agent: SupportBot\nAllow: /\nDisallow: /private/\nCrawl-delay: 0.04\n"
    site.answers["/robots.txt"] = (200, {"Content-Type": "text/plain"}, rules.encode())
    before = time.monotonic()

    found, [problem] = read(site.sitemap("/hc/1", "/private/2", "/hc/3"), pages)

    assert titles(found) == ["公開問題", "第三個問題"]
    assert "/private/2" not in site.asked
    assert not problem.broken
    assert "robots.txt does not allow to be read: 1 left out" in problem.message
    assert time.monotonic() - before > 0.12
    with pytest.raises(SourceError, match=r"robots\.txt does not allow"):
        read(f"{site.url}/private/2", pages)


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("User-agent: *\nAllow: /a/\nDisallow: /", "/a/1", True),
        ("User-agent: *\nDisallow: /\nAllow: /a/", "/a/1", True),  # the longest rule counts, not the first
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*/search", "/hc/zh-tw/search?q=1", False),
        ("User-agent: *\nDisallow: /*?sort=", "/hc/1?sort=new", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf.pdf", False),
        ("User-agent: *\nDisallow: /提幣", "/%E6%8F%90%E5%B9%A3", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: other\nUser-agent: supportbot # us\nDisallow: /a", "/a", False),
        ("User-agent: other\nDisallow: /\n", "/a", True),
        ("User-agent: *\nDisallow: /\nUser-agent: supportbot\nDisallow: /b", "/a", True),
        ("Disallow: /\nUser-agent: x", "/a", True),
        ("User-agent: *\nSitemap: /s.xml\nDisallow: /a", "/a", False),
        ("<html>User-agent: *</html>", "/a", True),
    ],
)
def test_the_rules_of_robots_txt_are_those_of_rfc_9309(rules: str, path: str, allowed: bool) -> None:
    assert Robots(rules, "supportbot").allows(path) is allowed


def test_a_rule_full_of_wildcards_takes_no_time() -> None:
    robots = Robots("User-agent: *\nDisallow: /" + "*a" * 200 + "*b$", "supportbot")
    before = time.monotonic()

    assert robots.allows("/" + "a" * 2000)
    assert time.monotonic() - before < 0.5


@pytest.mark.parametrize(("status", "allowed"), [(403, True), (404, True), (429, False), (500, False)])
def test_without_readable_rules_a_fault_of_the_server_forbids_all(
    site: Site, pages: PageCache, status: int, allowed: bool
) -> None:
    site.answers |= {"/1": html("如何提幣？"), "/robots.txt": (status, {}, b"")}
    if allowed:
        assert titles(read(f"{site.url}/1", pages)[0]) == ["如何提幣？"]
        return
    with pytest.raises(SourceError, match=f"robots.txt.*{status}"):
        read(f"{site.url}/1", pages)
    assert "/1" not in site.asked


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://help.example/1", "expected http"),
        ("file:///etc/passwd", "expected http"),
        ("https://user:geheim@help.example/", "user name or password"),
        ("http://[::1/", "expected http"),
        ("http://help.example:99999/", "expected http"),
        ("http://" + "a" * 3000, "at most 2,048"),
        ("http://help.example/\x00", "control characters"),
        ("http://help.example/a\nb", "control characters"),
        ("https:///1", "expected http"),
    ],
)
def test_what_is_no_plain_web_address_is_refused_without_telling_passwords(
    pages: PageCache, url: str, said: str
) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        read(url, pages)
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_address_of_the_own_network_is_refused_unless_it_is_allowed(site: Site, pages: PageCache) -> None:
    site.answers["/1"] = html("如何提幣？")
    for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"):
        with pytest.raises(SourceError, match="private address"):
            read(f"http://{host}:{site.port}/1", pages, allow_private=False)
    assert site.asked == []


PRIVATE = (
    "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 240.0.0.1 "
    "::1 :: fe80::1 fe80::1%eth0 fc00::1 fec0::1 ff02::1 ::ffff:10.0.0.1 64:ff9b::7f00:1"
    " 2002:7f00:1:: ::127.0.0.1 2001:db8::1 2001:0:7f00:1::"
)


@pytest.mark.parametrize(
    "address",
    PRIVATE.split(),
)
def test_no_private_address_counts_as_public(address: str) -> None:
    assert not is_public(address)


def test_public_addresses_count_as_public() -> None:
    assert all(is_public(one) for one in ("1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"))


def test_a_name_that_leads_elsewhere_the_second_time_is_checked_again(
    site: Site, pages: PageCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The name leads to the server (which counts as public here), then into the own network.
    site.answers["/1"] = lambda request: (301, {"Location": "/2", "Connection": "close"}, b"")
    site.answers["/robots.txt"] = (404, {"Connection": "close"}, b"")
    given = iter(["127.0.0.1", "127.0.0.1", "10.0.0.7"])
    asked: list[str] = []

    def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        if host != "help.example":  # an address that was checked already, for the connection itself
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        asked.append(next(given))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (asked[-1], port))]

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    monkeypatch.setattr("supportbot.importers.fetching.is_public", lambda one: one == "127.0.0.1" or is_public(one))

    with pytest.raises(SourceError, match=r"10\.0\.0\.7, a private address"):
        read(f"http://help.example:{site.port}/1", pages, allow_private=False)
    assert asked == ["127.0.0.1", "127.0.0.1", "10.0.0.7"]
    assert site.asked == ["/robots.txt", "/1"]
    assert site.headers[0]["host"] == f"help.example:{site.port}"


@pytest.mark.parametrize("target", ["http://169.254.169.254/latest", "https://other.example/1", "http://127.0.0.1:1/"])
def test_a_redirect_to_another_host_or_port_is_not_followed(site: Site, pages: PageCache, target: str) -> None:
    site.answers |= {"/1": (302, {"Location": target}, b""), "/2": html("第二題")}

    found, [problem] = read(site.sitemap("/1", "/2"), pages)

    assert titles(found) == ["第二題"]
    assert problem.broken
    assert target in problem.message


def test_redirects_have_an_end(site: Site, pages: PageCache) -> None:
    site.answers |= {"/1": (302, {"Location": "/1"}, b""), "/2": (302, {"Location": "file:///etc/passwd"}, b"")}

    _, problems = read(site.sitemap("/1", "/2"), pages)

    assert [one.broken for one in problems] == [True, True]
    assert "more than 5 redirects" in problems[0].message
    assert "expected http" in problems[1].message
    assert site.asked.count("/1") == 6


def test_neither_cookies_nor_credentials_are_sent(site: Site, pages: PageCache) -> None:
    site.answers |= {"/1": html("第一題", **{"Set-Cookie": "session=1"}), "/2": html("第二題")}

    read(site.sitemap("/1", "/2"), pages)

    assert not any({"cookie", "authorization", "referer"} & set(headers) for headers in site.headers)
    assert all(headers["user-agent"].startswith("supportbot") for headers in site.headers)


# --- what goes wrong ---------------------------------------------------------------------------------------------


def test_faults_of_single_pages_are_told_and_the_others_are_read(site: Site, pages: PageCache) -> None:
    site.answers |= {
        "/500": (500, {}, b""),
        "/410": (410, {}, b""),
        "/a.pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF"),
        "/b.png": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
        "/br": (200, {"Content-Type": "text/html", "Content-Encoding": "br"}, b"x"),
        "/cut": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress(page("題"))[:-9]),
        "/ok": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress(page("好的題目"))),
    }

    found, problems = read(site.sitemap("/404", "/410", "/500", "/a.pdf", "/b.png", "/br", "/cut", "/ok"), pages)

    assert titles(found) == ["好的題目"]
    told = {one.path.name: one for one in problems}
    assert {name for name, one in told.items() if one.broken} == {"500", "br", "cut"}
    assert "gone" in told["404"].message
    assert "gone" in told["410"].message
    assert "500 Internal Server Error" in told["500"].message
    assert "pages that are not HTML: 2 left out" in told["sitemap.xml"].message
    assert len(problems) == 6


@pytest.mark.parametrize("packed", [False, True])
def test_a_page_that_is_too_large_is_not_read_to_its_end(site: Site, pages: PageCache, packed: bool) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/html")
        if packed:
            request.send_header("Content-Encoding", "gzip")
        request.end_headers()
        block = gzip.compress(b"a" * 50_000_000) if packed else b"a" * 100_000
        for _ in range(2000):
            request.wfile.write(block)

    site.answers |= {"/1": endless, "/2": html("第二題")}
    before = time.monotonic()

    found, [problem] = read(site.sitemap("/1", "/2"), pages)

    assert titles(found) == ["第二題"]
    assert problem.broken
    assert "larger than 5,000,000 bytes" in problem.message
    assert time.monotonic() - before < 5


def test_a_packed_sitemap_that_is_a_bomb_is_refused(site: Site, pages: PageCache) -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 60_000_000)
    site.answers["/sitemap.xml.gz"] = (200, {"Content-Type": "application/gzip"}, bomb)

    with pytest.raises(SourceError, match="larger than 52,428,800 bytes"):
        read(f"{site.url}/sitemap.xml.gz", pages)


@pytest.mark.parametrize("where", ["head", "body"])
def test_a_server_that_sends_a_byte_now_and_then_is_not_waited_for(site: Site, pages: PageCache, where: str) -> None:
    def slow(request: BaseHTTPRequestHandler) -> None:
        if where == "body":
            request.send_response(200)
            request.send_header("Content-Type", "text/html")
            request.end_headers()
        for _ in range(60):
            request.wfile.write(b"H")
            request.wfile.flush()
            time.sleep(0.05)

    site.answers |= {"/1": slow, "/2": html("第二題")}
    before = time.monotonic()

    found, [problem] = read(site.sitemap("/1", "/2"), pages, Limits(page_seconds=0.4))

    assert titles(found) == ["第二題"]
    assert problem.broken
    assert "within 0.4 s" in problem.message
    assert time.monotonic() - before < 2


def test_a_source_without_answers_is_given_up(site: Site, pages: PageCache) -> None:
    site.answers |= {f"/{number}": lambda request: None for number in range(9)}

    found, problems = read(site.sitemap(*(f"/{number}" for number in range(9))), pages, Limits(silent=2))

    assert not found
    assert [one.broken for one in problems] == [True, True, True]
    assert "2 pages in a row without an answer" in problems[-1].message


def test_the_time_for_all_pages_is_bounded(site: Site, pages: PageCache) -> None:
    def slow(request: BaseHTTPRequestHandler) -> Answer:
        time.sleep(0.15)
        return html("題目" + request.path[1:])

    site.answers |= {f"/{number}": slow for number in range(20)}

    found, problems = read(site.sitemap(*(f"/{number}" for number in range(20))), pages, Limits(total_seconds=0.8))

    assert 0 < len(found) < 8
    assert problems[-1].broken
    assert "are missing" in problems[-1].message


def test_a_busy_server_is_asked_again(site: Site, pages: PageCache) -> None:
    left = [(429, {"Retry-After": "999999"}, b""), (503, {"Retry-After": "soon"}, b"")]
    site.answers["/1"] = lambda request: left.pop() if left else html("如何提幣？")

    assert titles(read(f"{site.url}/1", pages)[0]) == ["如何提幣？"]
    assert site.asked.count("/1") == 3


def test_more_pages_than_are_read_are_told_as_missing(site: Site, pages: PageCache) -> None:
    site.answers |= {f"/{number}": html(f"題目{number}") for number in range(4)}

    found, [problem] = read(site.sitemap("/0", "/1", "/2", "/3"), pages, Limits(pages=2))

    assert len(found) == 2
    assert problem.broken
    assert "more than 2 pages" in problem.message
    assert problem.line == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '<!DOCTYPE urlset [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>&a;</loc></url></urlset>',
            "DOC",
        ),
        ('<!DOCTYPE u [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><urlset>&b;</urlset>', "DOCTYPE"),
        ("<urlset>" + "<a>" * 100_000, "nested"),
        ("<rss><channel/></rss>", "'rss'"),
        ("<urlset><url>", "not well-formed"),
        ("<urlset><url><loc>" + "a" * 1_000_000 + "</loc></url></urlset>", "longer than"),
        ("<urlset></urlset>", "names no pages"),
        ("<urlset>" + "<url><loc>/1</loc></url>" * 60_000 + "</urlset>", "more than 50,000 entries"),
        ("<urlset a='" + "a" * 20_000_000, "not well-formed"),
        ('<?xml version="1.0" encoding="x-none"?><urlset/>', "encoding"),
    ],
)
def test_what_is_no_sitemap_gets_one_line(site: Site, pages: PageCache, text: str, said: str) -> None:
    site.answers["/sitemap.xml"] = xml(text)
    before = time.monotonic()

    with pytest.raises(SourceError, match=said) as caught:
        read(f"{site.url}/sitemap.xml", pages)

    assert "sitemap.xml" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert time.monotonic() - before < 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, {}, b""), "404 Not Found"),
        ((403, {}, b""), "403 Forbidden"),
        ((200, {"Content-Type": "image/png"}, b"x"), "image/png"),
        ((200, {"Content-Type": "text/plain"}, b"https://other.example/1"), "pages on other hosts: 1 left out"),
        ((200, {"Content-Type": "application/gzip"}, gzip.compress(b"") * 1001), "more than 1,000 members"),
        ((200, {"Content-Type": "text/plain"}, b"hello\nworld"), "names no pages"),
        ((304, {}, b""), "304"),
        ((302, {}, b""), "302"),
    ],
)
def test_a_source_that_is_neither_page_nor_list_gets_one_line(
    site: Site, pages: PageCache, answer: Answer, said: str
) -> None:
    site.answers["/1"] = answer

    with pytest.raises(SourceError, match=said):
        read(f"{site.url}/1", pages)


def test_a_page_in_place_of_a_sitemap_is_not_taken_for_the_only_article(site: Site, pages: PageCache) -> None:
    site.answers["/sitemap.xml"] = html("維護中")

    with pytest.raises(SourceError, match="an HTML page; expected a sitemap"):
        read(f"{site.url}/sitemap.xml", pages)


def test_a_server_that_is_not_there_is_named(pages: PageCache) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(SourceError, match="the connection failed"):
        read(f"http://127.0.0.1:{port}/1", pages)


def test_addresses_are_normalised_as_they_are_sent() -> None:
    assert normalised(" HTTPS://Help.Example.:443/提幣?問=1 2#x ") == (
        "https://help.example/%E6%8F%90%E5%B9%A3?%E5%95%8F=1%202"
    )
    assert normalised("http://例子.example") == "http://xn--fsqu00a.example/"
    with pytest.raises(FetchError):
        normalised("javascript:alert(1)")
