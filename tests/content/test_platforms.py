"""Platforms: the app, the web, and those that a corpus defines; they are known by the words that name them."""

from pathlib import Path

import pytest

from supportbot.content import articles, platforms
from supportbot.content.articles import Article, write
from supportbot.content.platforms import Platforms
from supportbot.errors import InputError, SourceError
from supportbot.index.chunking import split
from supportbot.retrieval.filters import Filters
from supportbot.serving.opening import open_bot
from supportbot.settings import Settings

OWN = """\
version: 1
platforms:
  mini-program:
    labels: {hant: 小程序, latin: In the mini program}
    alone: [小程序]
  counter:
    labels: {hans: 门店柜台, latin: At the counter}
    names: [pos]
    alone: [門市, 臨櫃]
"""


def own(corpus: Path, text: str = OWN) -> Platforms:
    corpus.mkdir(exist_ok=True)
    (corpus / platforms.FILE_NAME).write_text(text, encoding="utf-8")
    return platforms.read(corpus)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("用電腦怎麼付款", {"web"}),
        ("PC端怎麼付款", {"web"}),
        ("手机版在哪里", {"app"}),
        ("在 App 內付款", {"app"}),
        ("App端和網頁版有什麼不同", {"app", "web"}),
        ("手機內存不足", set()),
        ("更新 App", set()),
        ("WebAuthn", set()),
        ("怎麼付款", set()),
    ],
)
def test_a_heading_or_question_names_platforms(text: str, named: set[str]) -> None:
    assert platforms.general().named(text) == named
    assert platforms.general().only(text) == (named.copy().pop() if len(named) == 1 else None)


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("打開 App，點擊【我的】。", ("app",)),
        ("請到 App Store 下載。", ()),
        ("登入網頁版後付款。", ("web",)),
        ("打開網頁。", ()),
        ("下載 (App/Web端)", ()),
        ("App 端與 Web 端都可以。", ("app", "web")),
    ],
)
def test_the_text_of_an_article_mentions_platforms(text: str, mentioned: tuple[str, ...]) -> None:
    assert platforms.general().mentioned(text) == mentioned


def test_a_label_is_given_in_each_script() -> None:
    known = platforms.general()
    assert [known.label("app", script) for script in ("hant", "hans", "latin")] == ["App 端", "App 端", "In the app"]
    assert known.label("kiosk", "hant") == "kiosk"  # of an index that is gone


def test_an_unknown_platform_is_named_with_the_known_ones() -> None:
    platforms.general().require("web")
    with pytest.raises(InputError, match=r"platform 'ios' is unknown; expected one of app, web$"):
        platforms.general().require("ios")


# --- a corpus's own ----------------------------------------------------------------------------------------------


def test_a_corpus_without_the_file_has_the_general_platforms(tmp_path: Path) -> None:
    assert platforms.read(tmp_path) == platforms.general()


def test_a_corpus_defines_its_own_beside_the_general_ones(tmp_path: Path) -> None:
    known = own(tmp_path)
    assert known.ids == ("app", "web", "mini-program", "counter")
    assert known.label("counter", "hant") == "門店櫃檯"
    assert known.named("门市怎么退货") == {"counter"}
    assert known.named("小程序和 App 端") == {"mini-program", "app"}
    assert known.without(["退貨（門市）"]) == known.without(["退貨（小程序）"]) == ("退货",)


def test_a_corpus_may_name_a_general_platform_otherwise(tmp_path: Path) -> None:
    text = "version: 1\nplatforms:\n  web:\n    labels: {hant: 官網, latin: Website}\n    alone: [官網]\n"
    known = own(tmp_path, text)
    assert known.label("web", "hans") == "官网"
    assert known.named("官網") == {"web"}
    assert known.named("電腦版") == set()


def test_headings_put_chunks_on_the_platforms_of_the_corpus(tmp_path: Path) -> None:
    article = Article("a", "退貨", "## 門市\n\n1. 帶發票。\n\n## App 端\n\n1. 點擊退貨。\n")
    assert [chunk.platform for chunk in split(article)] == [None, "app"]
    assert [chunk.platform for chunk in split(article, platforms=own(tmp_path))] == ["counter", "app"]


def test_articles_may_name_the_platforms_of_their_corpus_only(corpus: Path) -> None:
    write([Article("a", "退貨", "帶發票。\n", platforms=("counter",))], corpus)
    with pytest.raises(SourceError, match=r"a\.md:4: platforms: expected a list of app, web, got \['counter'\]"):
        articles.read(corpus)
    own(corpus)
    assert ("counter",) in [article.platforms for article in articles.read(corpus)]


def test_an_index_knows_the_platforms_of_its_corpus_and_is_built_anew_when_they_change(settings: Settings) -> None:
    body = "## 門市\n\n1. 帶發票到櫃台辦理退貨。\n\n## App 端\n\n1. 打開訂單，點擊退貨。\n"
    write([Article("return", "如何退貨？", body)], settings.corpus)
    first = open_bot(settings)
    assert first.index.platforms == platforms.general()
    own(settings.corpus)
    bot = open_bot(settings)
    assert bot.index.version != first.index.version
    assert bot.index.platforms.ids == ("app", "web", "mini-program", "counter")
    (hit,) = [
        hit for hit in bot.search("如何退貨？", filters=Filters(platform="counter")).hits if hit.article.id == "return"
    ]
    assert {bot.index.chunk(row).platform for row, _ in hit.chunks} == {"counter"}


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("  iOS: {labels: {hant: 蘋果, latin: iPhone}}\n", 3, "platform 'iOS': expected an id such as mini-program"),
        ("  7: {labels: {hant: 七, latin: Seven}}\n", 3, "platform 7: expected an id"),
        ("  kiosk: {names: [機台]}\n", 3, "kiosk: expected labels and any of names, alone, mentions"),
        ("  kiosk:\n    labels: {hant: 機台, latin: Kiosk}\n    words: [機台]\n", 3, "kiosk: expected labels and any"),
        ("  kiosk:\n    labels: {hant: 機台}\n", 4, "kiosk: labels: latin is missing"),
        (
            "  kiosk:\n    labels: {hant: 機台, en: Kiosk}\n",
            4,
            "labels: unknown script 'en'; expected hant, hans, latin",
        ),
        (
            "  kiosk:\n    labels: {hant: 機台, latin: Kiosk}\n    alone: 機台\n",
            5,
            "kiosk: alone: expected a list of words",
        ),
        ("  kiosk:\n    labels: {hant: 機台, latin: Kiosk}\n    alone: [7]\n", 5, "expected a list of words, got [7]"),
        ("  - kiosk\n", 2, "platforms: expected entries by id"),
    ],
)
def test_a_fault_is_named_with_its_file_and_line(tmp_path: Path, text: str, line: int, complaint: str) -> None:
    with pytest.raises(SourceError) as fault:
        own(tmp_path, "version: 1\nplatforms:\n" + text)
    assert complaint in str(fault.value)
    assert (fault.value.path, fault.value.line) == (tmp_path / platforms.FILE_NAME, line)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize("text", ["", "version: 1\n", "version: 3\nplatforms: {}\n", "[]"])
def test_another_form_of_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceError, match=r"platforms\.yaml.*(?:expected the keys version and platforms|version: exp)"):
        own(tmp_path, text)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("飛輪課怎麼用app訂位", "app"),
        ("App怎么订", "app"),
        ("在手机上怎么约课", "app"),
        ("用App端订位", "app"),
        ("我的手機號碼要怎麼改", None),
        ("happy hour 怎麼算", None),
        ("从web怎么登录", "web"),
    ],
)
def test_a_question_names_a_platform_among_chinese_words(question: str, named: str | None) -> None:
    assert platforms.general().only(question) == named
