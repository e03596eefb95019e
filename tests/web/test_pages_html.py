"""The pages of the help centre as they are sent, without a browser."""

import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from service import Running, running

from supportbot.content import articles as articles_room
from supportbot.content.articles import Article, write
from supportbot.errors import DatabaseError
from supportbot.index.chunking import split
from supportbot.settings import Settings
from supportbot.storage.votes import Votes
from supportbot.text.locale import LOCALES
from supportbot.web import texts
from supportbot.web.excerpts import excerpt
from supportbot.web.markdown import Document, document

PROJECT = Path(__file__).parents[2]
HTML = {"Accept": "text/html,application/xhtml+xml"}


class Page(HTMLParser):
    """What is in a page: its elements with their attributes, its text, its data blocks."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.scripts: list[str] = []
        self._script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))
        self._script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._script:
            self.scripts.append(data)
        else:
            self.words += data

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        return [found for name, found in self.elements if name == tag and attributes.items() <= {**found}.items()]

    @property
    def ids(self) -> Counter[str]:
        return Counter(str(found["id"]) for _, found in self.elements if "id" in found)

    @property
    def links(self) -> list[str]:
        return [str(found["href"]) for found in self.all("a") if "href" in found]

    @property
    def data(self) -> dict[str, Any]:
        """The structured data by type."""
        return {one["@type"]: one for block in self.scripts if block.strip() for one in json.loads(block)["@graph"]}


def get(service: Running, path: str, status: int = 200, **options: Any) -> Page:
    options.setdefault("headers", HTML)
    response = service.client.get(path, **options)
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"
    assert "style=" not in response.text, "our policy forbids inline styles"
    page = Page(response.text)
    assert all(count == 1 for count in page.ids.values())
    assert not [name for _, found in page.elements for name in found if name.startswith("on")]
    return page


# --- home, categories, the way between pages ---------------------------------------------------------------------


def test_from_the_home_page_everything_can_be_reached_and_answers_head(running_service: Running) -> None:
    page = get(running_service, "/")
    assert {"/articles/withdraw", "/articles/withdraw-faq", "https://example.com/invite"} <= set(page.links)
    assert "2 篇文章" in page.words
    own = [link for link in page.links if link.startswith("/")]
    assert any(link.startswith("/categories/") for link in own)
    for link in [*own, "/robots.txt", "/sitemap.xml", "/search?q=提幣"]:
        assert running_service.client.head(link).status_code == 200, link
    assert page.data["WebSite"]["potentialAction"]["target"] == "http://testserver/search?q={q}"


def test_a_category_lists_its_articles_alone(running_service: Running) -> None:
    for name in ("資產", "%E8%B3%87%E7%94%A2", "资产"):
        page = get(running_service, f"/categories/{name}")
        assert page.all("link", rel="canonical")[0]["href"] == "http://testserver/categories/%E8%B3%87%E7%94%A2"
        assert {"/articles/withdraw", "/articles/withdraw-faq"} <= set(page.links)
        assert "https://example.com/invite" not in page.links
    get(running_service, "/categories/nothing", 404)
    get(running_service, "/categories/+++", 404)


def test_a_category_with_a_slash_has_a_page(settings: Settings, one_dictionary: None) -> None:
    write([Article("fiat", "怎麼入金", "轉帳即可。\n", category="法幣/OTC & <b>")], settings.corpus)
    with running(settings) as service:
        link = next(link for link in get(service, "/").links if link.startswith("/categories/%E6%B3%95"))
        assert "/articles/fiat" in get(service, link).links


def test_search_engines_find_all_pages_that_are_ours(running_service: Running) -> None:
    sitemap = running_service.client.get("/sitemap.xml").text
    assert "<loc>http://testserver/articles/withdraw</loc>" in sitemap
    assert "/categories/%E8%B3%87%E7%94%A2</loc>" in sitemap
    assert "invite" not in sitemap
    assert "Sitemap: http://testserver/sitemap.xml" in running_service.client.get("/robots.txt").text


def test_behind_a_proxy_addresses_are_the_visitors(running_service: Running) -> None:
    page = get(running_service, "/articles/withdraw", headers={**HTML, "Host": "help.example.com"})
    assert page.all("link", rel="canonical")[0]["href"] == "http://help.example.com/articles/withdraw"


def test_unchanged_pages_are_not_sent_again(running_service: Running) -> None:
    client = running_service.client
    for path in ("/", "/articles/withdraw", "/categories/資產"):
        tag = client.get(path).headers["etag"]
        again = client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        english = client.get(path, headers={"If-None-Match": tag, "Accept-Language": "en"})
        assert english.status_code == 200
        assert "Accept-Language" in english.headers["vary"]
    tag = client.get("/").headers["etag"]
    running_service.service.store.site.set({"name": "安心客服"})
    assert "安心客服" in client.get("/", headers={"If-None-Match": tag}).text


def test_the_site_is_named_as_admins_say(running_service: Running) -> None:
    running_service.service.store.site.set({"name": "<b>安心</b>幫助", "greeting": "歡迎來到<i>這裡</i>"})
    page = get(running_service, "/")
    assert "<b>安心</b>幫助" in page.words
    assert "歡迎來到<i>這裡</i>" in page.words
    assert not page.all("b")
    assert "欢迎来到" in get(running_service, "/?lang=zh-Hans").words


# --- languages ---------------------------------------------------------------------------------------------------


ACCEPTED = [
    ("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
    ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
    ("zh-Hans-HK", "zh-Hans"),
    ("zh-Hant-CN", "zh-Hant"),
    ("yue-HK", "zh-Hant"),
    ("en-GB,en;q=0.9,zh-TW;q=0.5", "en"),
    ("fr-FR,en;q=0.3,zh-CN;q=0.7", "zh-Hans"),
    ("en;q=0,zh-CN;q=0.1", "zh-Hans"),
    ("fr", "zh-Hant"),
    ("", "zh-Hant"),
    (";;q=,,en;q=abc", "en"),
    ("*", "zh-Hant"),
]


def test_the_browsers_language_is_taken(running_service: Running) -> None:
    for accept, locale in ACCEPTED:
        page = get(running_service, "/", headers={**HTML, "Accept-Language": accept})
        assert page.all("html")[0]["lang"] == locale, accept


def test_the_switch_wins_and_is_remembered(running_service: Running) -> None:
    client, headers = running_service.client, {**HTML, "Accept-Language": "zh-TW"}
    assert get(running_service, "/?lang=nonsense", headers=headers).all("html", lang="zh-Hant")
    assert not client.cookies
    assert get(running_service, "/search?q=提幣&lang=en", headers=headers).all("html", lang="en")
    assert get(running_service, "/articles/withdraw", headers=headers).all("html", lang="en")
    assert get(running_service, "/?lang=zh-Hans", headers=headers).all("html", lang="zh-Hans")
    page = get(running_service, "/search?q=提幣&category=資產", headers=headers)
    assert page.all("html", lang="zh-Hans")
    assert "?q=%E6%8F%90%E5%B9%A3&category=%E8%B3%87%E7%94%A2&lang=en" in page.links


def test_simplified_readers_see_articles_converted(running_service: Running) -> None:
    page = get(running_service, "/articles/withdraw?lang=zh-Hans")
    for text in ("如何提币?", "资产 → 提币", "填写地址", "注意：地址填错，资产无法找回。"):
        assert text in page.words
    assert "資產" not in page.words
    assert page.all("script", **{"data-locale": "zh-Hans"})


def test_english_readers_are_told_that_articles_are_chinese(running_service: Running) -> None:
    page = get(running_service, "/articles/withdraw?lang=en")
    assert "Articles are available in Chinese only" in page.words
    assert [found for found in page.all("div", lang="zh-Hant") if found.get("class") == "article-body"]
    assert {"如何提幣?" in page.words, "Was this article helpful?" in page.words} == {True}
    home = get(running_service, "/?lang=en")
    assert len(home.all("bdi", lang="zh-Hant")) > 3
    assert "zh-Hant" not in {found.get("lang") for found in get(running_service, "/?lang=zh-Hant").all("bdi")}


def test_each_language_is_an_address_of_its_own(running_service: Running) -> None:
    page = get(running_service, "/articles/withdraw?lang=en")
    url = "http://testserver/articles/withdraw"
    assert page.all("link", rel="canonical")[0]["href"] == f"{url}?lang=en"
    others = {str(found["hreflang"]): found["href"] for found in page.all("link", rel="alternate")}
    assert others == {"zh-Hant": url, "zh-Hans": f"{url}?lang=zh-Hans", "en": f"{url}?lang=en", "x-default": url}


def test_all_texts_exist_in_all_languages_with_the_same_values_to_fill_in() -> None:
    for name, text in texts.texts("zh-Hant").items():
        if name == "chinese_only":
            continue
        braces = [sorted(re.findall(r"{\w+}", texts.texts(locale)[name])) for locale in LOCALES]
        assert braces[0] == braces[1] == braces[2], name
        assert text
        assert all(texts.texts(locale)[name] for locale in LOCALES), name


# --- search ------------------------------------------------------------------------------------------------------


def test_the_search_page_has_the_bots_ranking_with_what_matches_marked(running_service: Running) -> None:
    page = get(running_service, "/search", params={"q": "如何提幣"})
    ranking = [hit.article.id for hit in running_service.service.snapshot.bot.search("如何提幣").hits]
    shown = [link.removeprefix("/articles/") for link in page.links if link.startswith("/articles/")]
    first = list(dict.fromkeys(link.partition("#")[0] for link in shown))
    assert first == [one for one in ranking if one in first]
    assert first[0] == "withdraw"
    assert page.all("mark")
    anchors = {chunk.id for chunk in running_service.service.snapshot.chunks("withdraw")}
    assert anchors & {link.partition("#")[2] for link in shown}
    assert page.all("meta", name="robots")[0]["content"] == "noindex"


def test_filters_narrow_the_search_and_stay_chosen(running_service: Running) -> None:
    page = get(running_service, "/search", params={"q": "提幣", "category": "活動", "platform": "app"})
    assert not [link for link in page.links if link.startswith("/articles/withdraw")]
    chosen = [found["value"] for found in page.all("option") if "selected" in found]
    assert chosen == ["活動", "app"]
    assert "/search?q=%E6%8F%90%E5%B9%A3" in page.links
    assert get(running_service, "/search?q=提幣&category=&platform=nonsense").all("mark")


def test_what_the_bot_would_decline_is_said_plainly(settings: Settings, one_dictionary: None) -> None:
    with running(settings, answer_precision=1.0, clarify_precision=1.0) as service:
        assert service.ask("今天天氣好嗎")["outcome"] == "decline"
        page = get(service, "/search?q=今天天氣好嗎")
    assert "看來沒有文章能直接回答這個問題" in page.words
    assert [found for found in page.all("button") if "data-open-chat" in found]
    with running(settings, answer_precision=0.0) as service:
        assert "看來沒有文章" not in get(service, "/search?q=如何提幣").words


SEARCHED = [
    ("", 422, "請先輸入想找的內容"),
    (" \u200b\x00 ", 422, "請先輸入想找的內容"),
    ("好" * 2001, 422, "最多 2000 個字，您輸入了 2001 個"),
    ("好" * 2000, 200, "搜尋結果"),
    ("提\x00幣", 200, "如何提幣?"),
    ("<script>alert(1)</script>", 200, "<script>alert(1)</script>"),
    ("\u202eabc", 200, "abc"),
]


def test_whatever_is_searched_for_gets_a_kind_page(running_service: Running) -> None:
    for q, status, says in SEARCHED:
        page = get(running_service, "/search", status, params={"q": q})
        assert says in page.words
        assert len(page.all("script")) == 2
        assert page.all("input", type="search")


def test_a_search_without_a_question_invites(running_service: Running) -> None:
    assert "輸入關鍵字" in get(running_service, "/search").words
    assert "請先輸入" in get(running_service, "/search?q=%ED%A0%80%FF", 422).words  # no UTF-8


def test_a_secret_is_warned_of_and_not_shown_again(running_service: Running) -> None:
    seed = "abandon ability able about above absent absorb abstract absurd abuse access accident"
    page = get(running_service, "/search", params={"q": f"我的助記詞是 {seed}，怎麼提幣"})
    assert "安全提醒" in page.words
    assert "abandon" not in page.words + str(page.elements)


def test_searches_are_counted_against_the_read_limit(settings: Settings, one_dictionary: None) -> None:
    with running(settings, read_limit="2/minute") as service:
        assert [service.client.get("/search?q=提幣").status_code for _ in range(3)] == [200, 200, 429]
        page = get(service, "/search?q=提幣", 429)
        assert "請求太頻繁" in page.words
        assert service.client.get("/search?q=提幣", headers=HTML).headers["retry-after"]
        get(service, "/articles/withdraw")


def test_an_excerpt_begins_near_the_first_match() -> None:
    text = "前" * 100 + "。這裡說提幣。" + "後" * 200
    pieces = excerpt(text, [(104, 106)])
    assert pieces[:3] == [("…", False), ("這裡說", False), ("提幣", True)]
    assert pieces[-1] == ("…", False)
    assert excerpt("提幣", [(0, 2)]) == [("提幣", True)]
    assert excerpt("短", []) == [("短", False)]


# --- articles ----------------------------------------------------------------------------------------------------


def test_an_article_shows_its_parts_steps_notes_and_tabs(running_service: Running) -> None:
    page = get(running_service, "/articles/withdraw")
    chunks = running_service.service.snapshot.chunks("withdraw")
    assert [page.ids[chunk.id] for chunk in chunks] == [1] * 4
    assert [found["value"] for found in page.all("li") if "value" in found] == ["1", "2", "3", "1", "2"]
    assert len(page.all("ol", role="list")) == 2
    assert len(page.all("div", role="note")) == 1
    tabs = page.all("a", role="tab")
    assert [found["aria-selected"] for found in tabs] == ["true", "false"]
    assert {str(found["aria-controls"]) for found in tabs} <= set(page.ids)
    contents = [link for link in page.links if link.startswith("#h-")]
    assert {link[1:] for link in contents} <= set(page.ids)
    assert page.all("meta", name="description")[0]["content"].startswith("提幣是把資產")  # type: ignore[union-attr]


def test_every_link_of_an_answer_leads_to_its_place(running_service: Running) -> None:
    article = running_service.client.get("/v1/articles/withdraw-faq").json()
    page = get(running_service, article["url"])
    assert all(page.ids[section["anchor"]] == 1 for section in article["sections"])


@pytest.mark.parametrize("article", articles_room.read(PROJECT / "corpus"), ids=lambda article: article.id)
def test_every_chunk_of_the_corpus_is_an_anchor_exactly_once(article: Article) -> None:
    chunks = split(article)
    for body in (article.body, None):
        page = Page(document(body, chunks).html)
        assert [page.ids[chunk.id] for chunk in chunks] == [1] * len(chunks)
        for chunk in chunks:
            assert spaceless(chunk.steps[0].text if chunk.steps else chunk.text)[:8] in spaceless(page.words)


def spaceless(text: str) -> str:
    return re.sub(r"[\s-]", "", text)


SCRAPS = [
    *(
        "## ",
        "# ",
        "### Q：",
        "#### ",
        "> ",
        "- ",
        "1. ",
        "3. ",
        "  ",
        "\n",
        "\n\n",
        "**",
        "`",
        "```\n",
        "<b>",
        "</div>",
    ),
    *("<script>", "| a | b |\n|---|---|\n| ", " | ", "![x](http://a/b)", "[y](javascript:z)", "&#x202e;", "\ue000"),
    *("字", "字。" * 250, "好，" * 300, "App 端", "Web 端", "說明：\n", "<img onerror=x>", "&lt;", "\u200f", "x" * 500),
]
markdown_text = st.lists(st.sampled_from(SCRAPS), max_size=40).map("".join)


@hypothesis_settings(deadline=None, max_examples=150)
@given(markdown_text)
def test_every_chunk_of_any_article_is_an_anchor_exactly_once(body: str) -> None:
    article = Article("any", "任意", body)
    chunks = split(article)
    for found in (document(body, chunks), document(None, chunks)):
        page = Page(found.html)
        assert [page.ids[chunk.id] for chunk in chunks] == [1] * len(chunks)
        assert all(count == 1 for count in page.ids.values())
        harmless(found, page)


def harmless(found: Document, page: Page) -> None:
    assert not {tag for tag, _ in page.elements} & {"script", "style", "iframe", "img", "object", "form", "input"}
    assert all(re.match(r"https?://|/(?!/)|#", link) for link in page.links)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", found.html)


def test_a_deep_link_into_a_long_paragraph_leads_to_its_place() -> None:
    body = "".join(f"第{number}句話說得很長很長很長很長很長很長很長。" for number in range(60))
    chunks = split(Article("long", "長", body))
    assert len(chunks) > 2
    html = document(body, chunks).html
    for chunk in chunks[1:]:
        assert f'<span class="anchor" id="{chunk.id}"></span>{chunk.paragraphs[0][:12]}' in html


HOSTILE = """\
看 <script>alert(1)</script>\u202e反轉 &#x202e;&rlm; <b onclick="alert(2)">粗體

## <img src=x onerror=alert(3)>

1. 點 <a href="javascript:alert(4)">這裡</a>。[也](javascript:alert(5)) [好](https://example.com/a?b=1&c=2)
2. ![圖](data:image/png;base64,AAAA) ![遠](https://example.com/x.png)
3. <a href="//evil.example">x</a> <a href="data:text/html,x">y</a> <input autofocus onfocus=alert(6)>

<style>body { display: none }</style>

<iframe src="https://evil.example"></iframe></div></main></body></html>

<div style="position:fixed;inset:0" id="main" class="hero">蓋住</div>

> 注意：</div></div><form action="https://evil.example"><button>送出

"""


@pytest.mark.slow
def test_hostile_articles_run_nothing_and_break_nothing(settings: Settings, one_dictionary: None) -> None:
    title = "</title><script>alert(7)</script>標題" + "長" * 10_000
    body = HOSTILE + "x" * 10_000 + "\n"
    write([Article("hostile", title, body, category="<b>類</b>")], settings.corpus)
    with running(settings) as service:
        home, page = get(service, "/"), get(service, "/articles/hostile")
        chunks = service.service.snapshot.chunks("hostile")
        found = get(service, "/search", params={"q": "標題"})
    for one in (home, page, found):
        assert len([script for script in one.all("script") if "src" in script]) == 2
        assert not {tag for tag, _ in one.elements} & {"style", "iframe", "img", "object"}
        assert not [link for link in one.links if not re.match(r"https?://|/(?!/)|#|\?", link)]
        assert not one.all("form", action="https://evil.example")
        assert len(one.all("main")) == 1
    assert [page.ids[chunk.id] for chunk in chunks] == [1] * len(chunks)
    assert "https://example.com/a?b=1&c=2" in page.links
    assert "https://example.com/x.png" in page.links
    assert "標題" in page.words
    assert not re.search("[\u202a-\u202e\u200f]", page.words)
    assert page.data["HowTo"]["name"].startswith("</title><script>alert(7)</script>標題")


def test_an_article_is_shown_whole_although_its_file_has_changed(running_service: Running) -> None:
    settings = running_service.service.settings
    file = settings.corpus / "articles" / "withdraw.md"
    chunks = running_service.service.snapshot.chunks("withdraw")
    for change in (lambda: file.write_text(file.read_text().replace("幣種", "**幣**種類")), file.unlink):
        change()
        page = get(running_service, "/articles/withdraw")
        assert [page.ids[chunk.id] for chunk in chunks] == [1] * 4
        assert "選擇幣種，填寫地址。" in page.words
        assert len(page.all("a", role="tab")) == 2


def test_markdown_is_shown_as_it_is_meant_and_files_need_not_be_named_by_id(
    settings: Settings, one_dictionary: None
) -> None:
    body = "這是**重點**和 `code`。\n\n| 幣種 | 時間 |\n|---|---|\n| BTC | 30 |\n\n- 一\n  - 二\n"
    write([Article("rich", "格式", body)], settings.corpus)
    folder = settings.corpus / "articles"
    (folder / "rich.md").rename(folder / "another-name.md")
    with running(settings) as service:
        page = get(service, "/articles/rich")
    assert len(page.all("strong")) == len(page.all("table")) == 1
    assert len(page.all("th")) == 2


def test_an_article_with_its_own_page_points_there(running_service: Running) -> None:
    page = get(running_service, "/articles/invite")
    assert page.all("link", rel="canonical")[0]["href"] == "https://example.com/invite"
    assert "https://example.com/invite" in page.links
    assert "您可獲得 20% 返佣" in page.words


def test_related_articles_are_others_and_worked_out_once(
    running_service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supportbot.api.routes.pages.RELATED_SCORE", 0.0)
    page = get(running_service, "/articles/withdraw")
    related = page.links[page.links.index("/categories/%E8%B3%87%E7%94%A2") + 1 :]
    assert "/articles/withdraw-faq" in related
    assert "/articles/withdraw" not in page.links
    bot = type(running_service.service.snapshot.bot)
    monkeypatch.setattr(bot, "search", lambda *given, **more: pytest.fail("searched again"))
    assert get(running_service, "/articles/withdraw").links == page.links


def test_structured_data_tells_what_an_article_is(running_service: Running) -> None:
    how = get(running_service, "/articles/withdraw").data
    assert how["HowTo"]["step"][0]["text"] == "打開 App，依次進入：資產 → 提幣。"
    assert [one["name"] for one in how["BreadcrumbList"]["itemListElement"]] == ["首頁", "資產", "如何提幣?"]
    faq = get(running_service, "/articles/withdraw-faq").data["FAQPage"]
    assert [one["name"] for one in faq["mainEntity"]] == ["提幣要等多久？", "可以取消提幣嗎？"]
    assert faq["mainEntity"][0]["acceptedAnswer"]["text"] == "一般 30 分鐘內到賬。"
    assert get(running_service, "/articles/invite").data["Article"]["headline"] == "邀請好友規則"


# --- votes -------------------------------------------------------------------------------------------------------


def test_a_vote_is_kept_and_leads_back_with_thanks(running_service: Running) -> None:
    client = running_service.client
    reply = client.post("/articles/withdraw/feedback?verdict=helpful", headers=HTML, follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (303, "/articles/withdraw?thanks=helpful#feedback")
    page = get(running_service, "/articles/withdraw?thanks=helpful")
    assert "謝謝您的回饋" in page.words
    assert not page.all("form", method="post")
    scripted = client.post("/articles/withdraw/feedback?verdict=not", headers={"Accept": "application/json"})
    assert scripted.json() == {"done": True}
    assert running_service.service.store.article_votes.counts() == {"withdraw": Votes(1, 1)}


REFUSED: list[tuple[str, dict[str, str], int]] = [
    ("/articles/nothing/feedback?verdict=helpful", {}, 404),
    ("/articles/withdraw/feedback?verdict=maybe", {}, 422),
    ("/articles/withdraw/feedback", {}, 422),
    ("/articles/withdraw/feedback?verdict=helpful", {"Sec-Fetch-Site": "cross-site"}, 403),
]


def test_votes_that_are_none_are_refused(running_service: Running) -> None:
    for path, headers, status in REFUSED:
        assert running_service.client.post(path, headers=headers).status_code == status
    assert running_service.service.store.article_votes.counts() == {}


def test_votes_are_limited_by_address(settings: Settings, one_dictionary: None) -> None:
    with running(settings, address_limit="2/minute") as service:
        url = "/articles/withdraw/feedback?verdict=helpful"
        replies = [service.client.post(url, follow_redirects=False).status_code for _ in range(3)]
        assert replies == [303, 303, 429]


# --- errors ------------------------------------------------------------------------------------------------------


def test_browsers_get_errors_as_pages_and_programs_as_json(
    running_service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = get(running_service, "/nowhere", 404)
    assert "找不到這個頁面" in page.words
    assert page.all("input", type="search")
    assert "Page not found" in get(running_service, "/articles/nothing?lang=en", 404).words
    running_service.client.cookies.clear()
    for path, headers in (("/nowhere", {}), ("/v1/articles/nothing", HTML), ("/static/nothing.css", HTML)):
        reply = running_service.client.get(path, headers=headers)
        assert reply.json()["error"]["code"] == "not_found"

    def broken(*given: Any, **more: Any) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr(type(running_service.service.snapshot), "chunks", broken)
    page = get(running_service, "/articles/withdraw", 500, headers={**HTML, "X-Request-ID": "given-id-1"})
    assert "given-id-1" in page.words
    assert "暫時無法提供服務" in page.words
    assert "secret" not in page.words


def test_without_its_database_the_site_says_so(running_service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*given: Any) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(type(running_service.service.store.site), "get", away)
    assert "暫時無法提供服務" in get(running_service, "/", 503).words
    assert running_service.client.get("/", headers=HTML).headers["retry-after"]


# --- what imports bring --------------------------------------------------------------------------------------------


def of_body(body: str) -> str:
    """The HTML of an article of which only `withdraw` has a page."""
    chunks = split(Article("a", "標題", body))
    return str(document(body, chunks, address={"withdraw": "/articles/withdraw"}.get).html)


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("withdraw.md", "/articles/withdraw"),
        ("withdraw.md#fees", "/articles/withdraw#fees"),
        ("https://example.com/withdraw.md", "https://example.com/withdraw.md"),
        ("deposit.md", None),
        ("../withdraw.md", None),
    ],
)
def test_a_link_to_the_file_of_an_article_leads_to_its_page(target: str, address: str | None) -> None:
    hrefs = [found.get("href") for found in Page(of_body(f"見[提幣]({target})。\n")).all("a")]
    assert hrefs == ([address] if address else [None])


def test_a_page_shows_struck_text_as_struck() -> None:
    html = of_body("手續費 ~~5%~~ 3%。\n")
    assert "<s>5%</s> 3%" in html
    assert [chunk.text for chunk in split(Article("a", "標題", "手續費 ~~5%~~ 3%。\n"))] == ["手續費 3%。"]


def test_an_anchor_behind_struck_text_is_at_its_place() -> None:
    body = f"~~{'舊' * 300}~~{'新的規則說明文字。' * 60}第二段從這裡開始。\n"
    chunks = split(Article("a", "標題", body))
    assert len(chunks) > 1
    html = str(document(body, chunks).html)
    for chunk in chunks[1:]:
        assert re.search(rf'id="{chunk.id}"></span>{chunk.text[:6]}', html)


def test_what_follows_tabs_stands_behind_them_and_not_in_the_last() -> None:
    html = of_body(
        "## 提幣\n\n### App 端\n\n打開 App。\n\n### Web 端\n\n登入。\n\n<!-- end of section -->\n\n約 30 分鐘。\n"
    )
    assert html.index("</section></div>") < html.index("約 30 分鐘。")
    assert "end of section" not in html
