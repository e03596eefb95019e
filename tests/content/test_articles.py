"""Articles: Markdown files with front matter; what is wrong in one is named with file and line."""

import dataclasses
import datetime as dt
import errno
import os
import re
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from supportbot.content import articles as room
from supportbot.content.articles import MAX_FILE_BYTES, Article, parse, read, read_all, read_article, render, write
from supportbot.errors import EmptyCorpusError, SourceError, StorageError
from supportbot.text.folding import clean, exact_key

FULL = """\
---
id: emergency-contact
title: 如何添加緊急聯繫人?
category: 帳戶安全
platforms: [app]
published: 2025-07-24
updated: 2026-02-12
views: 244
complete: false
url: https://example.com/help/1?lang=zh_TW#top
questions:
  - 萬一我很久沒登入會通知誰？
pinned: [緊急聯絡人]
excluded: [緊急電話]
---

## 步驟

1. 點擊【確認】。
"""

WHERE = Path("corpus/articles/guide.md")


def with_front(*lines: str) -> str:
    return "\n".join(["---", *lines, "---", "", "內文。", ""])


def put(corpus: Path, name: str, content: str | bytes) -> Path:
    file = corpus / "articles" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def files_in(folder: Path) -> dict[str, str]:
    return {str(f.relative_to(folder)): f.read_text(encoding="utf-8") for f in folder.rglob("*") if f.is_file()}


# --- reading -----------------------------------------------------------------------------------------------------


def test_every_field_of_the_front_matter_is_read() -> None:
    assert parse(FULL, WHERE) == Article(
        id="emergency-contact",
        title="如何添加緊急聯繫人?",
        body="## 步驟\n\n1. 點擊【確認】。\n",
        category="帳戶安全",
        platforms=("app",),
        published=dt.date(2025, 7, 24),
        updated=dt.date(2026, 2, 12),
        views=244,
        complete=False,
        url="https://example.com/help/1?lang=zh_TW#top",
        questions=("萬一我很久沒登入會通知誰？",),
        pinned=("緊急聯絡人",),
        excluded=("緊急電話",),
    )


def test_a_title_and_a_text_are_enough_and_the_file_name_gives_the_id() -> None:
    assert parse(with_front("title: 如何提幣?"), WHERE) == Article("guide", "如何提幣?", "內文。\n")


def test_windows_line_ends_and_byte_order_mark_read_the_same(tmp_path: Path) -> None:
    plain = put(tmp_path, "a.md", FULL)
    windows = put(tmp_path, "b.md", b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode())
    assert read_article(windows) == read_article(plain)


def test_a_line_of_dashes_in_the_text_does_not_end_it() -> None:
    assert parse("---\ntitle: 提幣\n---\n前\n\n---\n\n後\n", WHERE).body == "前\n\n---\n\n後\n"


def test_invisible_characters_in_titles_and_questions_are_taken_out() -> None:
    article = parse(with_front('title: "如何\\u200b提幣\\u202e?"', 'questions: ["怎麼\\u0007出金"]'), WHERE)
    assert (article.title, article.questions) == ("如何提幣?", ("怎麼 出金",))


def test_a_title_of_digits_or_a_date_is_a_title() -> None:
    assert parse(with_front("title: 2025"), WHERE).title == "2025"
    assert parse(with_front("title: 2025-01-02"), WHERE).title == "2025-01-02"


@pytest.mark.parametrize(
    "url", ["https://example.com", "http://example.com/a?b=c#d", "/help/1", "https://例子.com/提幣"]
)
def test_links_to_pages_are_accepted(url: str) -> None:
    assert parse(with_front("title: 提幣", f"url: {url}"), WHERE).url == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "ftp://example.com",
        "example.com/a",
        "https://",
        "'https://example.com/a b'",
        "'https://example.com/\"onclick=x'",
        "'https://example.com/<script>'",
        "42",
        "[https://example.com]",
    ],
)
def test_links_that_are_none_are_refused(url: str) -> None:
    with pytest.raises(SourceError, match=r"guide\.md:3: url: expected http\(s\)://… or /…, got"):
        parse(with_front("title: 提幣", f"url: {url}"), WHERE)


@pytest.mark.parametrize(
    ("content", "line", "complaint"),
    [
        ("", 1, "expected front matter: a first line of ---"),
        ("# 提幣\n\n內文\n", 1, "expected front matter: a first line of ---"),
        ("\n---\ntitle: 提幣\n---\n內文\n", 1, "expected front matter"),
        ("---\ntitle: 提幣\n\n內文\n", 1, "front matter is not closed by a line of ---"),
        ("---\ntitle: 提幣\n---\n\n  \n", 3, "the article has no text below its front matter"),
        ("---\ntitle: 提幣\n---\n一\n二\x00\n", 5, "holds a NUL character"),
        (with_front("title: A: B"), 2, "mapping values are not allowed in this context; quote a value that holds ': '"),
        (with_front("id: x", 'title: "提幣'), 3, "front matter is not valid YAML: found unexpected end of stream"),
        (with_front("title: 提幣", "\tviews: 1"), 3, "front matter is not valid YAML"),
        (with_front("- 提幣"), 2, "front matter: expected lines of `key: value`"),
        (with_front("提幣"), 2, "front matter: expected lines of `key: value`"),
        (with_front("category: 資產"), 1, "title is missing"),
        (with_front(), 1, "title is missing"),
        (with_front("id: x", "title:"), 3, "title is missing"),
        (with_front("id: x", "title: ''"), 3, "title: expected a line of text, got ''"),
        (with_front("id: x", 'title: "\\u200b"'), 3, "title: expected a line of text"),
        (with_front("title: [提幣]"), 2, "title: expected a line of text, got ['提幣']"),
        (with_front("title: true"), 2, "title: expected a line of text, got True"),
        (with_front("title: 提幣", "category: {a: b}"), 3, "category: expected a line of text"),
        (
            with_front("title: 提幣", "autor: 我"),
            3,
            "unknown key 'autor'; expected one of category, complete, description",
        ),
        (with_front("title: 提幣", "body: 我"), 3, "unknown key 'body'"),
        (with_front("title: 提幣", "id: 提幣"), 3, "id: '提幣' is not usable; expected lower-case letters, digits"),
        (with_front("title: 提幣", "id: ../../etc/passwd"), 3, "id: '../../etc/passwd' is not usable"),
        (with_front("title: 提幣", "id: With-Capitals"), 3, "id: 'With-Capitals' is not usable"),
        (with_front("title: 提幣", "id: " + "x" * 81), 3, "is not usable"),
        (with_front("title: 提幣", "id: 7"), 3, "id: 7 is not usable"),
        (with_front("title: 提幣", "id:"), 3, "id: None is not usable"),
        (
            with_front("title: 提幣", "platforms: app"),
            3,
            "platforms: expected a list such as [app, web], got 'app'",
        ),
        (
            with_front("title: 提幣", "platforms: [iOS]"),
            3,
            "platforms: expected a list such as [app, web], got ['iOS']",
        ),
        (with_front("title: 提幣", "platforms: [[app]]"), 3, "platforms: expected a list such as [app, web]"),
        (with_front("title: 提幣", "published: 昨天"), 3, "published: expected a date such as 2026-02-12, got '昨天'"),
        (with_front("title: 提幣", "updated: 2026-02-12 10:00:00"), 3, "updated: expected a date such as 2026-02-12"),
        (
            with_front("title: 提幣", "updated: 20260212"),
            3,
            "updated: expected a date such as 2026-02-12, got 20260212",
        ),
        (with_front("title: 提幣", "updated: 2026-02-30"), 2, "front matter is not valid YAML: day is out of range"),
        (with_front("title: 提幣", "views: -1"), 3, "views: expected a whole number from 0, got -1"),
        (with_front("title: 提幣", "views: 1.5"), 3, "views: expected a whole number from 0, got 1.5"),
        (with_front("title: 提幣", "views: true"), 3, "views: expected a whole number from 0, got True"),
        (with_front("title: 提幣", "views: 9999999999999999"), 3, "views: expected a whole number from 0"),
        (with_front("title: 提幣", "complete: maybe"), 3, "complete: expected true or false, got 'maybe'"),
        (
            with_front("title: 提幣", "questions: 怎麼出金"),
            3,
            "questions: expected a list of questions, got '怎麼出金'",
        ),
        (with_front("title: 提幣", "questions: [1]"), 3, "questions: expected a list of questions, got [1]"),
        (with_front("title: 提幣", "pinned: ['']"), 3, "pinned: expected a list of questions, got ['']"),
        (with_front("title: 提幣", "excluded: [null]"), 3, "excluded: expected a list of questions, got [None]"),
        (with_front("title: " + "[" * 100_000), 2, "front matter is not valid YAML: nested too deeply"),
        (with_front("title: &a 提幣", "category: *a"), 3, "references (*name) are not supported"),
    ],
)
def test_a_fault_is_named_with_its_file_and_line(content: str, line: int, complaint: str) -> None:
    with pytest.raises(SourceError) as fault:
        parse(content, WHERE)
    assert (fault.value.path, fault.value.line) == (WHERE, line)
    assert str(fault.value).startswith(f"{WHERE}:{line}: ")
    assert complaint in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_long_wrong_value_is_cut_short_in_the_message() -> None:
    with pytest.raises(SourceError) as fault:
        parse(with_front("title: 提幣", "platforms: [" + "x" * 10_000 + "]"), WHERE)
    assert len(str(fault.value)) < 200


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    file = put(tmp_path, "big5.md", "---\ntitle: 提幣\n---\n內文\n".encode("big5"))
    with pytest.raises(SourceError, match=r"big5\.md: cannot be read as UTF-8 text"):
        read(tmp_path)
    with pytest.raises(SourceError, match=re.escape(f"{file}: cannot be read as UTF-8 text")):
        read_article(file)


def test_a_file_that_is_too_large_is_named_and_not_read(tmp_path: Path) -> None:
    file = put(tmp_path, "large.md", FULL.encode() + b"x" * MAX_FILE_BYTES)
    with pytest.raises(SourceError, match=r"large\.md: larger than 1,000,000 bytes; split the article"):
        read_article(file)


def test_a_folder_named_like_an_article_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "articles" / "folder.md").mkdir(parents=True)
    put(tmp_path, "folder.md/a.md", FULL)
    assert [article.id for article in read(tmp_path)] == ["emergency-contact"]


# --- a corpus ----------------------------------------------------------------------------------------------------


def test_a_corpus_is_read_by_file_name_with_its_subfolders_and_without_readme_and_hidden_files(tmp_path: Path) -> None:
    put(tmp_path, "b.md", FULL.replace("emergency-contact", "second"))
    put(tmp_path, "a/z.md", FULL.replace("emergency-contact", "first"))
    put(tmp_path, "README.md", "# About this folder\n")
    put(tmp_path, ".#b.md", "an editor's lock")
    put(tmp_path, "notes.txt", "no article")
    assert [article.id for article in read(tmp_path)] == ["first", "second"]


def test_an_id_used_twice_names_both_files(tmp_path: Path) -> None:
    first, second = put(tmp_path, "a.md", FULL), put(tmp_path, "b.md", FULL)
    with pytest.raises(SourceError) as fault:
        read(tmp_path)
    assert str(fault.value) == f"{second}: id 'emergency-contact' is already used by {first}; ids must differ"


def test_the_same_file_name_in_two_folders_is_an_id_used_twice(tmp_path: Path) -> None:
    put(tmp_path, "a/same.md", with_front("title: 甲"))
    put(tmp_path, "b/same.md", with_front("title: 乙"))
    with pytest.raises(SourceError, match=r"b/same\.md: id 'same' is already used by .*a/same\.md"):
        read(tmp_path)


@pytest.mark.parametrize("folders", [(), ("articles",)])
def test_a_corpus_without_articles_says_where_they_are_expected(tmp_path: Path, folders: tuple[str, ...]) -> None:
    for folder in folders:
        (tmp_path / folder).mkdir()
    expected = re.escape(f"{tmp_path}: no articles; expected Markdown files in {tmp_path / 'articles'}")
    with pytest.raises(EmptyCorpusError, match=expected):
        read(tmp_path)
    with pytest.raises(EmptyCorpusError, match=expected):
        room.digest(tmp_path)


def test_the_digest_changes_with_every_content_and_name_and_with_nothing_else(tmp_path: Path) -> None:
    one = put(tmp_path, "a.md", FULL)
    digest = room.digest(tmp_path)
    put(tmp_path, "README.md", "x")
    os.utime(one, (0, 0))
    assert room.digest(tmp_path) == digest
    put(tmp_path, "a.md", FULL + "\n2. 再確認。\n")
    changed = room.digest(tmp_path)
    one.rename(one.with_name("b.md"))
    renamed = room.digest(tmp_path)
    put(tmp_path, "c.md", FULL)
    assert len({digest, changed, renamed, room.digest(tmp_path)}) == 4


# --- writing -----------------------------------------------------------------------------------------------------

lines_of_text = st.text(max_size=30).map(clean).filter(lambda text: any(c.isalnum() for c in text))
questions = st.lists(lines_of_text, max_size=3).map(tuple)
dates = st.none() | st.dates()
bodies = (
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=80)
    .map(lambda text: "\n".join(text.splitlines()).strip() + "\n")
    .filter(str.strip)
)
any_article = st.builds(
    Article,
    id=st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True, alphabet=string.printable),
    title=lines_of_text,
    body=bodies,
    category=st.just("") | lines_of_text,
    platforms=st.sampled_from([(), ("app",), ("web",), ("app", "web")]),
    published=dates,
    updated=dates,
    views=st.integers(0, 10**15 - 1),
    complete=st.booleans(),
    url=st.none() | st.sampled_from(["/help/1", "https://example.com/a?b=c&d=%20#e", "https://例子.com/提幣"]),
    questions=questions,
    pinned=questions,
    excluded=questions,
)


@hypothesis_settings(deadline=None, max_examples=300)
@given(any_article)
@example(Article("x", "yes", "---\n"))
@example(Article("0", "2025-01-01", "# 標題\n\n---\n\n1. 一\n", category="null", questions=("404", "a: b", "- x # y")))
def test_a_rendered_article_parses_back_to_itself(article: Article) -> None:
    assert parse(render(article), WHERE) == article


@hypothesis_settings(deadline=None, max_examples=30)
@given(st.lists(any_article, min_size=1, max_size=4, unique_by=lambda article: article.id))
def test_written_articles_are_read_back(tmp_path_factory: pytest.TempPathFactory, written: list[Article]) -> None:
    corpus = tmp_path_factory.mktemp("corpus")
    write(written, corpus)
    assert sorted(read(corpus), key=lambda article: article.id) == sorted(written, key=lambda article: article.id)
    assert sorted(files_in(corpus)) == sorted(f"articles/{article.id}.md" for article in written)


def test_a_written_file_is_what_a_person_would_write(tmp_path: Path, articles: list[Article]) -> None:
    write(articles[2:], tmp_path)
    assert files_in(tmp_path)["articles/invite.md"] == (
        "---\nid: invite\ntitle: 邀請好友規則\ncategory: 活動\ncomplete: true\nurl: https://example.com/invite\n---\n\n"
        "邀請好友註冊，您可獲得 20% 返佣。\n"
    )


def test_writing_replaces_the_articles_given_and_leaves_the_others(tmp_path: Path, articles: list[Article]) -> None:
    write(articles, tmp_path)
    write([Article("invite", "新規則", "新內容。\n")], tmp_path)
    assert [article.title for article in read(tmp_path)] == ["新規則", "提幣常見問題", "如何提幣?"]


@pytest.mark.parametrize("failing", ["os.fsync", "pathlib.Path.replace", "pathlib.Path.open"])
def test_a_disk_that_fails_leaves_the_old_files_whole_and_nothing_beside_them(
    corpus: Path, articles: list[Article], monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    before = files_in(corpus)

    def full(*args: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(failing, full)
        with pytest.raises(StorageError, match=r"articles: cannot write: No space left on device") as fault:
            write([Article("invite", "新規則", "新內容。\n"), Article("new", "新", "新。\n")], corpus)
    assert fault.value.path == corpus / "articles"
    assert files_in(corpus) == before
    assert [path.name for path in corpus.iterdir()] == ["articles"]


def test_a_disk_that_fails_between_two_files_leaves_each_either_old_or_new(
    corpus: Path, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files_in(corpus)
    replace = Path.replace
    done: list[Path] = []

    def once(self: Path, target: Path) -> Path:
        if done:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        done.append(target)
        return replace(self, target)

    changed = [Article(article.id, article.title, "新內容。\n") for article in articles]
    monkeypatch.setattr(Path, "replace", once)
    with pytest.raises(StorageError, match=r"cannot write: Input/output error"):
        write(changed, corpus)
    after = files_in(corpus)
    assert after.keys() == before.keys()
    assert [name for name in after if after[name] != before[name]] == [f"articles/{done[0].name}"]
    assert all(
        after[f"articles/{article.id}.md"] in (before[f"articles/{article.id}.md"], render(article))
        for article in changed
    )
    assert [path.name for path in corpus.iterdir()] == ["articles"]


@pytest.mark.parametrize("taken", ["corpus", "corpus/articles"])
def test_a_target_that_is_no_folder_is_a_storage_error(tmp_path: Path, articles: list[Article], taken: str) -> None:
    (tmp_path / taken).parent.mkdir(exist_ok=True)
    (tmp_path / taken).write_text("in the way")
    with pytest.raises(StorageError, match=r"articles: cannot write: "):
        write(articles, tmp_path / "corpus")
    assert files_in(tmp_path) == {taken: "in the way"}


# --- exact questions ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", ["緊急 聯絡人？", "紧急联络人", "【緊急聯絡人】", "緊急\u200b聯絡人!"])
def test_spellings_of_one_question_share_a_key(spelling: str) -> None:
    assert exact_key(spelling) == exact_key("緊急聯絡人") != ""


def test_other_questions_have_other_keys() -> None:
    assert exact_key("緊急聯絡人電話") != exact_key("緊急聯絡人")
    assert exact_key("ＫＹＣ 要多久") == exact_key("kyc要多久?")


# --- a file that people edited -------------------------------------------------------------------------------------

BY_HAND = """\
---
# 客服組維護
title: '如何登入？'   # 與 App 一致
questions: [怎麼登錄,   # 簡體
  '進不去帳號']

id: log-in
updated: 2025-03-01  # 改版日
---

# 步驟

1. 打開 App。
"""


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_an_edited_file_keeps_its_comments_order_and_line_breaks(ending: str, mark: str) -> None:
    path = Path("log-in.md")
    changed = dataclasses.replace(parse(BY_HAND, path), updated=dt.date(2025, 4, 1), category="帳戶")
    wanted = BY_HAND.replace("2025-03-01", "2025-04-01").replace("# 與 App 一致\n", "# 與 App 一致\ncategory: 帳戶\n")
    text = mark + BY_HAND.replace("\n", ending)
    assert room.revised(text, path, changed) == mark + wanted.replace("\n", ending)


@hypothesis_settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(
        [BY_HAND, FULL + "文字\n" if FULL.endswith("---\n") else FULL, "---\n{title: 甲, id: x}\n---\n乙\n"]
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "title": st.sampled_from(["新", "a: b # c", "'", "- x"]),
            "body": st.sampled_from(["甲\n", "# 一\n\n---\n\n二\n"]),
            "questions": st.sampled_from([(), ("一",), ("甲: 乙", "# 丙")]),
            "updated": st.sampled_from([None, dt.date(2026, 1, 2)]),
            "draft": st.booleans(),
            "complete": st.booleans(),
            "views": st.integers(0, 9),
        },
    ),
)
def test_a_revised_file_holds_the_article_whatever_its_form_was(text: str, fields: dict[str, Any]) -> None:
    path = Path("x.md")
    changed = dataclasses.replace(parse(text, path), **fields)
    assert parse(room.revised(text, path, changed), path) == changed
    assert room.revised(text, path, parse(text, path)) == text


def test_drafts_are_kept_but_not_read_with_the_published_ones(tmp_path: Path) -> None:
    published, draft = Article("a", "甲", "內文。\n"), Article("b", "乙", "內文。\n", draft=True)
    write([published, draft], tmp_path)
    assert read(tmp_path) == [published]
    assert read_all(tmp_path) == [published, draft]
    write([dataclasses.replace(published, draft=True)], tmp_path)
    with pytest.raises(EmptyCorpusError):
        read(tmp_path)


def test_one_date_in_two_fields_is_read_back(tmp_path: Path) -> None:
    day = dt.date(2026, 2, 12)
    article = Article("a", "甲", "內文。\n", updated=day, source_updated=day)
    write([article], tmp_path)
    assert read(tmp_path) == [article]
