"""The parts of a sync: merging, links, the report on steps, the list of sources."""

from dataclasses import replace
from pathlib import Path

import pytest

from supportbot.content.articles import Article
from supportbot.errors import InputError, SourceError
from supportbot.importers import Imported, SourceStep
from supportbot.syncing import Source, sources
from supportbot.syncing.fidelity import StepReport
from supportbot.syncing.links import Addresses, rewritten
from supportbot.syncing.merging import merge

BEFORE = Article("a", "標題", "一\n二\n三\n四\n五\n", category="甲", questions=("問一",), views=3)


# --- merging -------------------------------------------------------------------------------------------------------


def test_each_field_is_merged_by_itself() -> None:
    now = replace(BEFORE, title="新標題", views=9, questions=("問一", "問二"))
    mine = replace(BEFORE, category="乙", questions=("問一", "問三"))
    merged = merge(BEFORE, now, mine)
    expected = replace(BEFORE, title="新標題", views=9, category="乙", questions=("問一", "問三", "問二"))
    assert (merged.article, merged.conflicts) == (expected, ())


def test_lines_that_both_changed_are_a_conflict_and_people_s_stay() -> None:
    now, mine = replace(BEFORE, body="一\n二\n參\n四\n五\n"), replace(BEFORE, body="一\n二\n叁\n四\n五\n")
    merged = merge(BEFORE, now, mine)
    assert (merged.article, merged.conflicts) == (mine, ("body",))
    assert merge(BEFORE, now, now).conflicts == ()  # both made the same change


def test_questions_that_the_source_took_back_go_and_those_of_people_stay() -> None:
    now, mine = replace(BEFORE, questions=()), replace(BEFORE, questions=("問一", "我的"))
    assert merge(BEFORE, now, mine).article.questions == ("我的",)


def test_where_it_comes_from_is_always_what_the_source_says_now() -> None:
    mine = replace(BEFORE, source="old", source_id="1")
    merged = merge(mine, replace(BEFORE, source="new", source_id="2"), mine)
    assert (merged.article.source, merged.article.source_id, merged.conflicts) == ("new", "2", ())


def test_an_unknown_before_keeps_what_people_filled_in() -> None:
    merged = merge(None, replace(BEFORE, category="來源", views=9), replace(BEFORE, category="我的"))
    assert (merged.article.category, merged.article.views, merged.conflicts) == ("我的", 9, ())
    assert merge(None, replace(BEFORE, body="別的\n"), BEFORE).conflicts == ("body",)


# --- links ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def addresses() -> Addresses:
    found = Addresses()
    article = Article(
        "x", "提幣", "…", url="https://help.example.com/hc/zh-tw/articles/1-withdraw", source_id="a/withdraw.md"
    )
    article = replace(article, source="help")
    found.add(0, Imported(article, Path("a/withdraw.md"), addresses=("/guides/withdraw",)))
    found.add(1, Imported(Article("y", "總覽", "…", source="help", source_id="a/index.md"), Path("a/index.md")))
    return found


@pytest.mark.parametrize(
    ("target", "number"),
    [
        ("withdraw.md", 0),
        ("./withdraw", 0),
        ("../a/withdraw.mdx", 0),
        ("/guides/withdraw/", 0),
        ("/docs/zh/guides/withdraw", 0),
        ("/other/withdraw", None),
        ("withdraw.html#fees", 0),
        ("https://help.example.com/hc/zh-tw/articles/1-withdraw#x", 0),
        ("http://www.help.example.com/hc/zh-tw/articles/1-withdraw/", 0),
        (".", 1),
        ("./", 1),
        ("README.md", 1),
        ("deposit.md", None),
        ("../../withdraw.md", None),
        ("https://example.com/withdraw", None),
        ("//help.example.com/x", None),
        ("mailto:a@example.com", None),
        ("javascript:alert(1)", None),
        ("#withdraw", None),
        ("http://[::1", None),
        ("%ff%00", None),
    ],
)
def test_a_link_leads_to_the_article_that_it_names(addresses: Addresses, target: str, number: int | None) -> None:
    article = Article("z", "存幣", "…", source="help", source_id="a/deposit.md")
    found = addresses.resolve(target, article)
    assert (None if found is None else found[0]) == number
    assert target.startswith("http") or addresses.resolve(target, replace(article, source="other")) is None


def test_a_page_s_relative_link_is_read_from_its_own_address(addresses: Addresses) -> None:
    url = "https://help.example.com/hc/zh-tw/articles/2-deposit"
    article = Article("z", "存幣", "…", source="help", source_id="2", url=url)
    assert addresses.resolve("1-withdraw", article) == (0, "")
    assert addresses.resolve("/hc/zh-tw/articles/1-withdraw#a", article) == (0, "#a")


def test_of_translations_at_one_address_a_link_leads_to_that_in_its_own_language() -> None:
    found = Addresses()
    for number, locale in enumerate(("en", "zh-tw")):
        article = Article("x", "提幣", "…", source="help", source_id=f"{locale}/withdraw.md", locale=locale)
        found.add(number, Imported(article, Path("a.md"), addresses=("/withdraw",)))
    asking = Article("y", "存幣", "…", source="help", source_id="zh-tw/deposit.md", locale="zh-tw")
    assert found.resolve("/withdraw", asking) == (1, "")
    assert found.resolve("/withdraw", replace(asking, locale="ja")) is None
    assert found.resolve("/en/withdraw", asking) == (0, "")


def test_links_are_rewritten_and_code_is_not() -> None:
    body = "見[甲](a.md)與[[乙]](<b c.md>)、![圖](a.md)。\n\n`[甲](a.md)`\n\n```\n[甲](a.md)\n```\n\n[丙](c_(1).md)\n"
    told: list[str] = []

    def resolve(target: str) -> str | None:
        told.append(target)
        return None if target == "b c.md" else "z.md"

    assert rewritten(body, resolve).count("](z.md)") == 3
    assert told == ["a.md", "b c.md", "a.md", "c_(1).md"]
    assert "`[甲](a.md)`" in rewritten(body, resolve)
    assert "```\n[甲](a.md)\n```" in rewritten(body, resolve)


@pytest.mark.parametrize("text", ["[" * 50_000, "](" * 50_000, "`" * 50_000, "`a" * 50_000, "](a(" * 20_000])
def test_a_hostile_text_is_searched_for_links_in_time(text: str) -> None:
    assert rewritten(text, lambda target: None) == text


# --- steps ---------------------------------------------------------------------------------------------------------


def imported(body: str, *steps: tuple[int, str]) -> Imported:
    listed = tuple(SourceStep(number, text, line) for line, (number, text) in enumerate(steps, 1))
    return Imported(Article("a", "提幣", body), Path("a.md"), 1, steps=listed)


def test_steps_that_came_through_are_counted_nested_ones_too() -> None:
    report = StepReport()
    body = "1. **打開**設定。\n2. 選擇：\n   1. 甲\n   2. 乙\n\n說明\n\n3. 完成\n"
    report.add(imported(body, (1, "打開設定。"), (2, "選擇："), (1, "甲"), (2, "乙"), (3, "完成")))
    assert (report.steps, report.kept, report.faults, report.fidelity) == (5, 5, [], 1.0)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("1. 打開設定。\n", "a.md:2: '提幣': item 2 of the source is no step of the article: '完成'"),
        ("1. 打開設定。\n\n- 完成\n", "a.md:2: '提幣': item 2 of the source is no step of the article: '完成'"),
        (
            "1. 打開設定。\n\n文字\n\n1. 完成\n",
            "a.md:2: '提幣': item 2 of the source is no step of the article: '完成'",
        ),
        ("1. 完成\n2. 打開設定。\n", "a.md:1: '提幣': item 1 of the source is no step of the article: '打開設定。'"),
        (
            "1. 打開設定。\n2. 完成\n3. 多的\n",
            "a.md:1: '提幣': step 3 of the article is no numbered item of the source: '多的'",
        ),
    ],
)
def test_a_step_that_is_lost_renumbered_moved_or_added_is_named(body: str, fault: str) -> None:
    report = StepReport()
    report.add(imported(body, (1, "打開設定。"), (2, "完成")))
    assert fault in map(str, report.faults)
    assert report.fidelity < 1


def test_a_source_whose_steps_were_not_counted_says_nothing() -> None:
    report = StepReport()
    report.add(Imported(Article("a", "提幣", "1. 打開\n"), Path("a.md")))
    assert (report.steps, report.fidelity) == (0, 1.0)


# --- sources.yaml --------------------------------------------------------------------------------------------------


def listed(folder: Path, entries: str) -> list[Source]:
    (folder / sources.FILE_NAME).write_text(f"version: 1\nsources:\n{entries}", encoding="utf-8")
    return sources.read(folder)


def test_the_list_of_sources_is_read_with_paths_from_the_file_on(tmp_path: Path) -> None:
    files, site = listed(
        tmp_path,
        "  help:\n    path: ../export\n    category: 幫助\n    locales: [zh-tw]\n    columns: {主題: title}\n"
        "  站:\n    url: https://example.com/sitemap.xml\n    prune: true\n    conflicts: mine\n",
    )
    assert (files.name, files.place, files.category) == ("help", tmp_path / "../export", "幫助")
    assert (files.options.columns, files.prune, files.conflicts) == ({"主題": "title"}, False, None)
    assert (site.name, site.place, site.prune, site.conflicts) == (
        "站",
        "https://example.com/sitemap.xml",
        True,
        "mine",
    )


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ("  help: {}\n", r"sources\.yaml:3: help: expected either path or url, got \{\}"),
        ("  help:\n    path: a\n    url: https://x.y\n", r"sources\.yaml:3: help: expected either path or url"),
        ("  help:\n    url: file:///etc/passwd\n", r"sources\.yaml:4: help: url: expected http\(s\)://…"),
        ("  help:\n    path: a\n    prune: ja\n", r"sources\.yaml:5: help: prune: expected true or false, got 'ja'"),
        ("  help:\n    path: a\n    conflicts: both\n", r"sources\.yaml:5: help: conflicts: expected mine or source"),
        ("  help:\n    path: a\n    columns: [a]\n", r"sources\.yaml:5: help: columns: expected a mapping"),
        ("  help:\n    path: a\n    autor: a\n", r"sources\.yaml:5: help: unknown key 'autor'; expected one of path"),
        ("  ../x:\n    path: a\n", r"sources\.yaml:3: source '\.\./x': expected a name"),
        ("  - help\n", r"sources\.yaml:2: sources: expected entries by name"),
    ],
)
def test_a_fault_in_the_list_of_sources_is_named_with_its_line(tmp_path: Path, entries: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        listed(tmp_path, entries)


def test_without_a_list_of_sources_it_says_where_it_would_be(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"sources\.yaml does not exist; expected a file that names the sources"):
        sources.read(tmp_path)


@pytest.mark.parametrize(
    ("locale", "wanted", "taken"),
    [
        ("zh-tw", ("zh",), True),
        ("zh_TW", ("zh-tw",), True),
        ("en", ("zh",), False),
        ("", ("zh",), True),
        ("zhx", ("zh",), False),
    ],
)
def test_languages_are_taken_with_their_regions(locale: str, wanted: tuple[str, ...], taken: bool) -> None:
    assert Source("a", Path("a"), locales=wanted).takes(locale) is taken
