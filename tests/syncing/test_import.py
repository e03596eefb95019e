"""`import`, run as people run it: a second import changes nothing, and what people edited stays."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT, Cli, Done

from supportbot.cli import formats
from supportbot.content import articles as articles_room
from supportbot.content.articles import Article
from supportbot.syncing import record

Import = Callable[..., Done]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder of Markdown files: two of one title, one that links to another."""
    folder = tmp_path / "help"
    write(folder / "win" / "install.md", "# 安裝\n\n1. 下載 exe 檔。\n2. 雙擊執行。\n\n詳見[設定](../set.md#語言)。\n")
    write(folder / "mac" / "install.md", "# 安裝\n\n1. 下載 dmg 檔。\n2. 拖曳圖示。\n")
    write(folder / "set.md", "# 設定\n\n打開偏好設定。\n\n選擇語言。\n\n按下儲存。\n")
    return folder


@pytest.fixture
def corpus_of(tmp_path: Path) -> Path:
    return tmp_path / "center"


@pytest.fixture
def bring(cli: Cli, source: Path, corpus_of: Path) -> Import:
    """Run `import` on the source, with more options."""

    def run(*options: str, sources: tuple[Path, ...] = (source,)) -> Done:
        return cli("import", *map(str, sources), "--to", str(corpus_of), *options)

    return run


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def of(corpus: Path, source_id: str) -> Article:
    return next(one for one in articles_room.read_all(corpus) if one.source_id == source_id)


def file_of(corpus: Path, source_id: str) -> Path:
    return corpus / "articles" / f"{of(corpus, source_id).id}.md"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def files(corpus: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in corpus.rglob("*") if path.is_file()}


def changes(done: Done) -> dict[str, list[str]]:
    """The source ids of a plan by kind."""
    found: dict[str, list[str]] = {}
    for change in json.loads(done.out)["changes"]:
        found.setdefault(change["kind"], []).append(change["source_id"])
    return found


# --- identity ------------------------------------------------------------------------------------------------------


def test_two_articles_of_one_title_both_stay_however_often_they_are_imported(bring: Import, corpus_of: Path) -> None:
    assert bring().status == 0
    before = files(corpus_of)
    for _ in range(2):
        done = bring("--replace")
        assert (done.status, "3 articles read, 0 new, 0 replaced" in done.out) == (0, True)
        assert files(corpus_of) == before
    assert "exe" in of(corpus_of, "win/install.md").body
    assert "dmg" in of(corpus_of, "mac/install.md").body


def test_an_article_keeps_its_id_and_what_people_added_when_its_title_changes(
    bring: Import, source: Path, corpus_of: Path
) -> None:
    bring()
    before = of(corpus_of, "set.md").id
    edit(corpus_of / "articles" / f"{before}.md", "complete: true", "complete: true\nquestions: [怎麼改語言]")
    edit(source / "set.md", "# 設定", "# 偏好與語言")
    assert bring("--replace").status == 0
    now = of(corpus_of, "set.md")
    assert (now.id, now.title, now.questions) == (before, "偏好與語言", ("怎麼改語言",))


def test_a_renamed_file_is_the_same_article(bring: Import, source: Path, corpus_of: Path) -> None:
    bring()
    before = of(corpus_of, "win/install.md").id
    (source / "win" / "install.md").rename(source / "win" / "setup.md")
    planned = bring("--plan", "--json")
    assert changes(planned) == {"moved": ["win/setup.md"]}
    assert bring("--replace", "--prune").status == 0
    assert of(corpus_of, "win/setup.md").id == before
    assert len(articles_room.read_all(corpus_of)) == 3


def test_a_file_of_the_same_title_but_another_text_is_another_article(
    bring: Import, source: Path, corpus_of: Path
) -> None:
    bring()
    before = of(corpus_of, "win/install.md").id
    (source / "win" / "install.md").unlink()
    write(source / "linux" / "install.md", "# 安裝\n\n1. 加入套件庫。\n2. 更新清單。\n3. 安裝套件。\n")
    bring("--replace", "--prune")
    assert of(corpus_of, "linux/install.md").id != before
    assert not (corpus_of / "articles" / f"{before}.md").exists()


def test_another_source_with_the_same_titles_touches_nothing(
    bring: Import, source: Path, corpus_of: Path, tmp_path: Path
) -> None:
    bring()
    before = files(corpus_of / "articles")
    write(tmp_path / "other" / "set.md", "# 設定\n\n這是另一個產品。\n")
    done = bring("--replace", "--prune", sources=(tmp_path / "other",))
    assert "1 new, 0 replaced" in done.out
    assert {path: text for path, text in files(corpus_of / "articles").items() if path in before} == before
    assert len(articles_room.read_all(corpus_of)) == 4


def test_a_source_under_another_name_is_known_again(
    bring: Import, source: Path, corpus_of: Path, tmp_path: Path
) -> None:
    bring()
    before = {article.id for article in articles_room.read_all(corpus_of)}
    renamed = source.rename(tmp_path / "help-2026-12")
    edit(renamed / "set.md", "選擇語言", "選擇顯示語言")
    done = bring("--replace", sources=(renamed,))
    assert "0 new, 3 replaced" in done.out
    assert {article.id for article in articles_room.read_all(corpus_of)} == before
    assert {article.source for article in articles_room.read_all(corpus_of)} == {"help-2026-12"}


def test_records_of_one_title_without_ids_are_both_kept(bring: Import, tmp_path: Path, corpus_of: Path) -> None:
    file = tmp_path / "faq.jsonl"
    rows = [
        {"title": "如何退款？", "text": "聯絡客服。", "category": "網購"},
        {"title": "如何退款？", "text": "到門市。"},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    for _ in range(2):
        assert bring("--replace", sources=(file,)).status == 0
        bodies = sorted(article.body for article in articles_room.read_all(corpus_of))
        assert bodies == ["到門市。\n", "聯絡客服。\n"]


def test_records_of_one_title_stay_what_they_are_when_their_order_changes(
    bring: Import, tmp_path: Path, corpus_of: Path
) -> None:
    file = tmp_path / "faq.jsonl"
    rows = [{"title": "如何退款？", "text": "聯絡客服。"}, {"title": "如何退款？", "text": "到門市。"}]
    write(file, "\n".join(json.dumps(row) for row in rows))
    bring(sources=(file,))
    before = {article.id: article.body for article in articles_room.read_all(corpus_of)}
    write(file, "\n".join(json.dumps(row) for row in reversed(rows)))
    assert bring("--replace", sources=(file,)).status == 0
    assert {article.id: article.body for article in articles_room.read_all(corpus_of)} == before


def test_a_record_that_moves_to_another_file_of_an_export_and_changes_is_the_same(
    bring: Import, tmp_path: Path, corpus_of: Path
) -> None:
    def page(number: int, *articles: tuple[int, str, str]) -> None:
        records = [{"id": one, "section_id": 1, "title": title, "body": body} for one, title, body in articles]
        write(tmp_path / "export" / f"articles_{number}.json", json.dumps({"articles": records}))

    first, second = "<p>打開 App</p><p>點擊設定</p><p>登出</p>", "<p>聯絡客服</p>"
    page(1, (901, "如何登出？", first), (902, "退款", second))
    page(2, (903, "換貨", "<p>到門市</p>"), (904, "發票", "<p>填統編</p>"))
    bring(sources=(tmp_path / "export",))
    page(1, (905, "新的", "<p>新文章</p>"), (902, "退款", second))
    page(2, (903, "換貨", "<p>到門市</p>"), (904, "發票", "<p>填統編</p>"), (901, "登出帳號", f"{first}<p>完成</p>"))
    done = bring("--plan", "--json", sources=(tmp_path / "export",))
    assert {kind: len(those) for kind, those in changes(done).items() if kind in ("new", "gone")} == {"new": 1}


def test_an_article_from_before_sources_were_kept_is_known_by_its_title_if_no_other_has_it(
    bring: Import, corpus_of: Path
) -> None:
    own = Article("settings", "設定", "打開偏好設定。\n\n選擇語言。\n\n按下儲存。\n", questions=("怎麼改語言",))
    articles_room.write([own, Article("other", "安裝", "舊的。\n")], corpus_of)
    bring("--replace")
    now = of(corpus_of, "set.md")
    assert (now.id, now.questions) == ("settings", ("怎麼改語言",))
    texts = sorted(one.body for one in articles_room.read_all(corpus_of) if one.title == "安裝")
    assert len(texts) == 3  # two of the source have this title, so it tells nothing


# --- what people changed -------------------------------------------------------------------------------------------


def test_changes_of_both_sides_are_joined_where_they_do_not_touch(bring: Import, source: Path, corpus_of: Path) -> None:
    bring()
    edit(file_of(corpus_of, "set.md"), "打開偏好設定", "打開右上角的偏好設定")
    edit(source / "set.md", "按下儲存", "按下套用")
    assert bring("--replace").status == 0
    assert of(corpus_of, "set.md").body == "打開右上角的偏好設定。\n\n選擇語言。\n\n按下套用。\n"
    assert bring().status == 0  # and it is settled: nothing differs any more


def test_what_only_people_changed_stays(bring: Import, source: Path, corpus_of: Path) -> None:
    bring()
    path = file_of(corpus_of, "set.md")
    edit(path, "complete: true", "complete: true\ncategory: 一般\npinned: [改語言]")
    edit(path, "選擇語言", "選擇您的語言")
    before = path.read_bytes()
    assert bring("--replace").status == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("settle", "body"), [("mine", "我改的。"), ("source", "來源改的。")]
)  # fmt: skip
def test_what_both_changed_is_a_conflict_until_it_is_settled(
    bring: Import, source: Path, corpus_of: Path, settle: str, body: str
) -> None:
    bring()
    edit(file_of(corpus_of, "set.md"), "選擇語言。", "我改的。")
    edit(source / "set.md", "選擇語言。", "來源改的。")
    edit(source / "mac" / "install.md", "拖曳圖示", "拖曳圖示到應用程式")
    for _ in range(2):  # it is named each time
        done = bring("--replace")
        assert done.status == 1
        assert "source and people changed body; yours is kept" in done.err
        assert "我改的。" in of(corpus_of, "set.md").body
    assert "應用程式" in of(corpus_of, "mac/install.md").body  # the others are not held up
    assert bring("--replace", "--on-conflict", settle).status == 0
    assert body in of(corpus_of, "set.md").body
    assert bring().status == 0
    assert body in of(corpus_of, "set.md").body


def test_without_a_record_of_before_a_text_that_differs_is_a_conflict(
    bring: Import, source: Path, corpus_of: Path
) -> None:
    bring()
    (corpus_of / record.FILE_NAME).unlink()
    assert bring("--replace").status == 0  # nothing differs
    (corpus_of / record.FILE_NAME).unlink()
    edit(file_of(corpus_of, "set.md"), "選擇語言", "選擇您的語言")
    assert bring("--replace").status == 1
    assert "您的" in of(corpus_of, "set.md").body


def test_an_article_that_people_removed_stays_out(bring: Import, corpus_of: Path) -> None:
    bring()
    file_of(corpus_of, "set.md").unlink()
    done = bring("--replace")
    assert (done.status, "removed here by hand; stays out" in done.out) == (0, True)
    assert len(articles_room.read_all(corpus_of)) == 2


# --- what is gone --------------------------------------------------------------------------------------------------


def test_what_is_gone_at_the_source_is_named_and_removed_when_told(
    bring: Import, source: Path, corpus_of: Path
) -> None:
    bring()
    (source / "set.md").unlink()
    done = bring("--replace")
    assert "1 gone at the source" in done.out
    assert of(corpus_of, "set.md")
    assert "1 removed" in bring("--replace", "--prune").out
    left = sorted(one.source_id for one in articles_room.read_all(corpus_of))
    assert left == ["mac/install.md", "win/install.md"]
    assert "gone at the source" not in bring("--replace").out


def test_what_is_gone_but_was_edited_is_a_conflict(bring: Import, source: Path, corpus_of: Path) -> None:
    bring()
    edit(file_of(corpus_of, "set.md"), "選擇語言", "選擇您的語言")
    (source / "set.md").unlink()
    done = bring("--replace", "--prune")
    assert done.status == 1
    assert "gone at the source, but edited here (body)" in done.err
    assert of(corpus_of, "set.md")
    assert bring("--replace", "--prune", "--on-conflict", "source").status == 0
    assert len(articles_room.read_all(corpus_of)) == 2


def test_nothing_is_gone_of_a_source_that_could_not_be_read_whole(bring: Import, source: Path, corpus_of: Path) -> None:
    bring()
    (source / "set.md").write_bytes(b"\xff\xfe\xff\xff\xd8")
    done = bring("--replace", "--prune", "--skip-broken")
    assert done.status == 1
    assert "set.md" in done.err
    assert len(articles_room.read_all(corpus_of)) == 3


def test_an_empty_source_removes_nothing(bring: Import, source: Path, corpus_of: Path) -> None:
    bring()
    before = files(corpus_of)
    for path in source.rglob("*.md"):
        path.unlink()
    assert bring("--replace", "--prune").status == 2
    assert files(corpus_of) == before


# --- all or nothing ------------------------------------------------------------------------------------------------


def test_a_plan_writes_nothing(bring: Import, source: Path, corpus_of: Path) -> None:
    planned = bring("--plan", "--json")
    assert planned.status == 0
    assert len(changes(planned)["new"]) == 3
    assert not articles_room.article_files(corpus_of)
    bring()
    before = files(corpus_of)
    edit(source / "set.md", "選擇語言", "選擇顯示語言")
    (source / "mac" / "install.md").unlink()
    assert changes(bring("--plan", "--json", "--prune")) == {"changed": ["set.md"], "removed": ["mac/install.md"]}
    assert "plan: nothing written" in bring("--plan").out
    assert files(corpus_of) == before


def test_one_broken_file_keeps_everything_from_being_written(bring: Import, source: Path, corpus_of: Path) -> None:
    (source / "bad.md").write_bytes("# 壞\n\n".encode() + b"\xff\xff\xff")
    done = bring()
    assert done.status == 2
    assert re.search(r"bad\.md:3: .*; nothing was written", done.err)
    assert not articles_room.article_files(corpus_of)
    done = bring("--skip-broken")
    assert done.status == 1
    assert "bad.md:3" in done.err
    assert len(articles_room.read_all(corpus_of)) == 3


def test_several_broken_files_are_all_named(bring: Import, source: Path) -> None:
    for name in ("bad", "worse"):
        (source / f"{name}.md").write_bytes(b"\xff\xff\xff")
    done = bring()
    assert done.status == 2
    assert "2 articles or files cannot be read" in done.err
    assert "bad.md:1" in done.err
    assert "worse.md:1" in done.err


def test_a_kill_in_the_middle_leaves_what_the_next_import_mends(
    bring: Import, source: Path, corpus_of: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring()
    edit(source / "set.md", "選擇語言", "選擇顯示語言")
    edit(source / "mac" / "install.md", "拖曳圖示", "拖曳圖示到應用程式")

    def killed(*arguments: Any) -> Iterator[None]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(record, "write", killed)  # the articles are written, the record is not
        assert bring("--replace").status
    assert bring("--replace").status == 0
    assert "顯示語言" in of(corpus_of, "set.md").body
    edit(source / "set.md", "選擇顯示語言", "選擇介面語言")
    assert bring("--replace").status == 0
    assert "介面語言" in of(corpus_of, "set.md").body


# --- links, languages, names, options ------------------------------------------------------------------------------


def test_links_between_the_articles_of_a_source_lead_to_the_articles(bring: Import, corpus_of: Path) -> None:
    bring()
    assert f"[設定]({of(corpus_of, 'set.md').id}.md#語言)" in of(corpus_of, "win/install.md").body


def test_a_link_with_the_number_of_an_article_leads_to_it_whatever_words_follow(
    bring: Import, tmp_path: Path, corpus_of: Path
) -> None:
    base = "https://help.test/hc/zh-tw/articles"
    targets = {"短": f"{base}/902", "舊": "/hc/zh-tw/articles/902-%E8%88%8A#top", "別的": f"{base}/999"}
    links = " ".join(f'<a href="{target}">{name}</a>' for name, target in targets.items())
    records = [
        {"id": 901, "section_id": 1, "title": "甲", "body": f"<p>{links}</p>", "html_url": f"{base}/901-甲"},
        {"id": 902, "section_id": 1, "title": "乙", "body": "<p>內容</p>", "html_url": f"{base}/902-乙"},
    ]
    file = tmp_path / "articles.json"
    write(file, json.dumps({"articles": records}))
    bring(sources=(file,))
    assert of(corpus_of, "901").body == f"[短](902.md) [舊](902.md#top) [別的]({base}/999)\n"


def test_only_the_languages_asked_for_are_taken(bring: Import, tmp_path: Path, corpus_of: Path) -> None:
    file = tmp_path / "faq.jsonl"
    rows = [
        {"id": "a", "title": "退款", "text": "聯絡客服。", "locale": "zh-TW"},
        {"id": "b", "title": "Refunds", "text": "Contact us.", "locale": "en-us"},
        {"id": "c", "title": "運費", "text": "免運費。"},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    done = bring("--locale", "zh", sources=(file,))
    assert "left out, as their language was not asked for: en-us 1" in done.out
    assert {one.id for one in articles_room.read_all(corpus_of)} == {"a", "c"}


def test_the_name_of_a_source_can_be_given(bring: Import, corpus_of: Path, source: Path) -> None:
    assert bring("--source", "中心").status == 0
    assert {one.source for one in articles_room.read_all(corpus_of)} == {"中心"}
    assert (
        "--source '中心': expected the name of one source"
        in bring("--source", "中心", sources=(source, source / "set.md")).err
    )


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--on-conflict", "yours"], "--on-conflict 'yours': expected mine or source"),
        (["--encoding", "klingon"], "--encoding 'klingon': expected one such as utf-8"),
        (["--column", "主題"], "--column '主題': expected COLUMN=FIELD"),
    ],
)
def test_options_that_cannot_be_used_are_named(bring: Import, options: list[str], complaint: str) -> None:
    done = bring(*options)
    assert done.status == 2
    assert complaint in done.err


def test_a_copied_source_gives_the_same_corpus(cli: Cli, bring: Import, source: Path, tmp_path: Path) -> None:
    """Ids do not depend on where a source lies."""
    bring()
    copy = shutil.copytree(source, tmp_path / "elsewhere" / "help")
    cli("import", str(copy), "--to", str(tmp_path / "second"))
    names = [sorted(path.name for path in (tmp_path / one / "articles").iterdir()) for one in ("center", "second")]
    assert names[0] == names[1]


def test_the_help_and_the_documentation_tell_what_each_format_carries() -> None:
    page = (PROJECT / "docs" / "import.md").read_text("utf-8")
    for name, carried, not_carried in formats.FORMATS:
        assert f"| {name} | {carried} | {not_carried} |" in page
        assert name in formats.table()


@pytest.mark.parametrize("line", ["[]", "null", "5", '{"id": 1}', '{"id": "x", "title": 5, "body": "x"}'])
def test_a_damaged_line_of_the_record_is_named_in_one_line(bring: Import, corpus_of: Path, line: str) -> None:
    bring()
    with (corpus_of / record.FILE_NAME).open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    before = files(corpus_of)
    done = bring("--replace")
    assert done.status == 2
    assert "imported.jsonl:4: is not a line that an import wrote" in done.err
    assert files(corpus_of) == before


def test_a_plan_for_a_new_corpus_makes_no_folder(bring: Import, corpus_of: Path) -> None:
    assert bring("--plan").status == 0
    assert not corpus_of.exists()


# --- what moved, was swapped, is broken or left over ---------------------------------------------------------------


def test_a_renamed_file_is_known_by_its_text_of_before_though_people_edited_it(
    bring: Import, source: Path, corpus_of: Path
) -> None:
    bring()
    edit(file_of(corpus_of, "set.md"), "title: 設定", "title: 偏好設定")
    edit(file_of(corpus_of, "set.md"), "選擇語言", "選擇中文")
    (source / "set.md").rename(source / "preferences.md")
    done = bring("--replace", "--prune", "--json")
    assert changes(done)["moved"] == ["preferences.md"]
    assert "選擇中文" in of(corpus_of, "preferences.md").body


def test_files_that_swap_their_names_keep_what_people_added(bring: Import, source: Path, corpus_of: Path) -> None:
    bring()
    edit(file_of(corpus_of, "win/install.md"), "complete: true", "complete: true\nquestions: [exe 打不開]")
    (source / "win").rename(source / "x")
    (source / "mac").rename(source / "win")
    (source / "x").rename(source / "mac")
    bring("--replace")
    asked = next(one for one in articles_room.read_all(corpus_of) if one.questions)
    assert "exe" in asked.body
    assert asked.source_id == "mac/install.md"


def test_a_record_known_by_its_title_is_known_by_its_text_when_that_changes(
    bring: Import, tmp_path: Path, corpus_of: Path
) -> None:
    table = tmp_path / "faq.csv"
    write(table, "問題,答案\n怎麼退貨,請到訂單頁按退貨。\n怎麼付款,信用卡或轉帳。\n")
    bring(sources=(table,))
    before = {one.id for one in articles_room.read_all(corpus_of)}
    edit(table, "怎麼退貨", "如何退貨")
    bring("--replace", sources=(table,))
    assert {one.id for one in articles_room.read_all(corpus_of)} == before


def test_a_link_to_an_article_that_cannot_be_read_this_time_stays(bring: Import, source: Path, corpus_of: Path) -> None:
    bring()
    before = of(corpus_of, "win/install.md")
    (source / "set.md").write_bytes(b"\xff\xfe\x00bad\xe9")
    bring("--replace", "--skip-broken")
    assert of(corpus_of, "win/install.md") == before
    (source / "set.md").unlink()
    bring("--replace")
    assert of(corpus_of, "win/install.md") == before
    bring("--replace", "--prune")
    assert "](../set.md#語言)" in of(corpus_of, "win/install.md").body


@pytest.mark.parametrize("place", ["", "articles", ".."])
def test_a_source_that_holds_the_corpus_is_refused(bring: Import, corpus_of: Path, place: str) -> None:
    bring()
    before = files(corpus_of)
    done = bring(sources=(corpus_of / place,))
    assert done.status == 2
    assert "holds the articles of the corpus" in done.err
    assert files(corpus_of) == before


def test_sources_of_one_name_are_told_apart_by_as_many_folders_as_it_takes(
    bring: Import, tmp_path: Path, corpus_of: Path
) -> None:
    places = tuple(tmp_path / place / "help" for place in ("x", "y", "p/x"))
    for number, place in enumerate(places):
        write(place / "a.md", f"# 第{number}篇\n\n內容{number}。\n")
    done = bring(sources=(*places, places[0]))
    assert "used twice" not in done.err
    assert len({one.source for one in articles_room.read_all(corpus_of)}) == 3


def test_what_a_killed_import_left_is_removed(bring: Import, source: Path, corpus_of: Path) -> None:
    bring()
    (corpus_of / ".writing-abc").mkdir()
    write(corpus_of / ".imported.jsonl-123", "")
    edit(source / "set.md", "選擇語言", "選擇中文")
    bring("--replace")
    assert sorted(path.name for path in corpus_of.glob(".*")) == [".lock"]


def test_a_removed_article_comes_back_when_its_line_of_the_record_is_deleted(
    bring: Import, source: Path, corpus_of: Path
) -> None:
    bring()
    file_of(corpus_of, "set.md").unlink()
    assert record.FILE_NAME in bring().out
    kept = [one for one in record.read(corpus_of) if one.source_id != "set.md"]
    record.write(kept, corpus_of)
    bring("--replace")
    assert of(corpus_of, "set.md").title == "設定"


def test_many_conflicts_are_not_a_flood(bring: Import, source: Path, corpus_of: Path) -> None:
    for number in range(60):
        write(source / f"{number}.md", f"# 第{number}篇\n\n內容{number}。\n")
    bring()
    for path in articles_room.article_files(corpus_of):
        path.write_text(path.read_text(encoding="utf-8").replace("內容", "人寫的"), encoding="utf-8")
    for number in range(60):
        edit(source / f"{number}.md", "內容", "新內容")
    done = bring("--replace")
    assert done.status == 1
    assert done.err.count("conflict: ") == 51
    assert "conflict: and 10 more" in done.err


def test_a_full_disk_while_reading_is_one_line(bring: Import, corpus_of: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("supportbot.syncing.spool.pickle.dump", full)
    done = bring()
    assert done.status == 1
    assert "No space left on device" in done.err
    assert not (corpus_of / "articles").exists()
