"""Importing: what a help centre exports becomes articles, with nothing lost and every doubt told."""

import contextlib
import datetime as dt
import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportbot.content.articles import FOLDER, Article, parse, read, render, write
from supportbot.errors import SourceError
from supportbot.importers import ImportResult, read_source
from supportbot.importers.ids import slug
from supportbot.importers.listing.structure import to_markdown

DATA = Path(__file__).parents[1] / "data" / "importers"
LISTING = DATA / "listing.txt"
STAMP = "發佈於 2025年1月1日更新於 2025年1月2日"


def listing(folder: Path, text: str) -> ImportResult:
    file = folder / "listing.txt"
    file.write_text(text, encoding="utf-8")
    return read_source(file)


def by_title(result: ImportResult, word: str) -> Article:
    return next(article for article in result.articles if word in article.title)


# --- the listing: cutting the page into articles ---------------------------------------------------------------


def test_each_article_of_a_run_together_page_keeps_its_title_dates_and_views() -> None:
    found = [(a.title, a.published, a.updated, a.views) for a in read_source(LISTING).articles]

    assert found == [
        ("星海會員說明", dt.date(2025, 3, 8), dt.date(2026, 1, 5), 7),
        ("如何修改登入郵箱?", dt.date(2025, 5, 1), dt.date(2026, 2, 9), 12345),
        ("訂單退款常見問題", dt.date(2024, 12, 31), dt.date(2026, 2, 9), 88),
        ("如何辨認官方客服?", dt.date(2024, 8, 8), dt.date(2025, 11, 3), 1903),
        ("2FA 驗證碼無法使用怎麼辦?", dt.date(2023, 4, 5), None, 5),
        ("企業開戶需要什麼文件?", dt.date(2022, 6, 6), dt.date(2026, 1, 1), 0),
    ]


def test_no_character_of_the_texts_is_lost_and_their_order_stays() -> None:
    lines = LISTING.read_text(encoding="utf-8").splitlines()[4:]
    marks = re.compile(r"[一二三四]、|\d\s?[、.](?!\d)|[QA][:：]")  # these may become structure
    for line, article in zip(lines, read_source(LISTING).articles, strict=True):
        text = marks.sub("", re.split("[發发][佈布]", line)[0])
        body = iter(re.findall(r"\w", article.body))
        lost = [character for character in re.findall(r"\w", text) if character not in body]
        assert not lost, f"{article.title}: {''.join(lost)}"


def test_articles_that_the_page_cuts_short_are_marked_and_told_with_their_line() -> None:
    result = read_source(LISTING)

    assert [article.complete for article in result.articles] == [False, True, False, False, False, False]
    told = "\n".join(result.problems)
    assert f"{LISTING}:4: '星海會員說明' seems to be cut short: it ends with the heading '如何升級會員?'" in told
    assert f"{LISTING}:6: '訂單退款常見問題' seems to be cut short: it begins with an answer" in told
    assert f"{LISTING}:9: '企業開戶需要什麼文件?' seems to be cut short: its numbering begins with 3" in told


def test_what_is_imported_reads_back_from_the_corpus_unchanged(tmp_path: Path) -> None:
    result = read_source(LISTING)
    write(result.articles, tmp_path)

    assert sorted(read(tmp_path), key=lambda a: a.id) == sorted(result.articles, key=lambda a: a.id)


@pytest.mark.parametrize("change", [
    lambda text: "\ufeff" + text,
    lambda text: text.replace("\n", "\r\n"),
    lambda text: text.replace("\n", "\n\n"),
    lambda text: text.replace("發佈於", "\n发布于：").replace("更新於", "\n更新于 "),
    lambda text: text.replace("全部", "\u200bAll\u202e"),
])  # fmt: skip
def test_byte_order_marks_line_ends_blank_lines_and_other_spellings_change_nothing(
    tmp_path: Path, change: Callable[[str], str]
) -> None:
    file = tmp_path / "listing.txt"
    file.write_bytes(change(LISTING.read_text(encoding="utf-8")).encode("utf-8"))

    assert read_source(file).articles == read_source(LISTING).articles


@pytest.mark.parametrize(("navigation", "title"), [
    ("", "如何註冊?"),
    ("全部\n常見問題\n公告\n", "如何註冊?"),
    ("All\nGuides and tutorials\nNews\n", "註冊說明"),
])  # fmt: skip
def test_navigation_above_the_first_article_is_left_out(tmp_path: Path, navigation: str, title: str) -> None:
    result = listing(tmp_path, f"{navigation}{title}\n打開網站,點擊【註冊】。{STAMP}9")

    assert [(article.title, article.body) for article in result.articles] == [(title, "打開網站,點擊【註冊】。\n")]


def test_a_page_that_kept_its_line_breaks_reads_the_same(tmp_path: Path) -> None:
    result = listing(
        tmp_path,
        f"全部\n如何註冊?\n如何開始?\n打開網站。\n1. 點擊【註冊】。\n2. 輸入郵箱。\n完成後即可登入。\n"
        f"{STAMP}\n9\n如何登出?\n點擊【登出】。\n{STAMP}\n3\n",
    )

    assert [(article.title, article.views) for article in result.articles] == [("如何註冊?", 9), ("如何登出?", 3)]
    assert result.articles[0].body == (
        "## 如何開始?\n\n打開網站。\n\n1. 點擊【註冊】。\n2. 輸入郵箱。\n\n完成後即可登入。\n"
    )


@pytest.mark.parametrize(("behind", "views", "title"), [
    ("12如何登出?", 12, "如何登出?"),
    ("1,234如何登出?", 1234, "如何登出?"),
    ("1.2萬如何登出?", 12000, "如何登出?"),
    ("3万次浏览 如何登出?", 30000, "如何登出?"),
    ("5個人帳號如何登出?", 5, "個人帳號如何登出?"),
    ("如何登出?", 0, "如何登出?"),
    ("52026年有什麼活動?", 5, "2026年有什麼活動?"),
    ("73 個步驟教您登出", 7, "3 個步驟教您登出"),
    ("62FA 是什麼?", 6, "2FA 是什麼?"),
])  # fmt: skip
def test_views_and_the_title_glued_behind_them_are_told_apart(
    tmp_path: Path, behind: str, views: int, title: str
) -> None:
    result = listing(tmp_path, f"如何註冊?\n打開網站。{STAMP}{behind}\n點擊右上角。{STAMP}8")

    assert (result.articles[0].views, result.articles[1].title) == (views, title)


def test_a_number_that_could_be_views_or_title_is_told(tmp_path: Path) -> None:
    result = listing(tmp_path, f"如何註冊?\n打開網站。{STAMP}73 個步驟教您登出\n點擊右上角。{STAMP}8")

    assert result.problems == (
        f"{tmp_path / 'listing.txt'}:2: ambiguous number behind the dates of '如何註冊?': "
        "taken for 7 views and a title that begins with '3 個步驟教您登出'",
    )


@pytest.mark.parametrize("behind", ["\n100 USDT 如何領取?", "100 USDT 如何領取?"])
def test_a_number_that_stands_apart_from_the_dates_is_told(tmp_path: Path, behind: str) -> None:
    result = listing(tmp_path, f"如何註冊?\n打開網站。{STAMP}{behind}\n點擊右上角。{STAMP}8")

    assert "ambiguous number behind the dates of '如何註冊?': taken for 100 views" in result.problems[0]


def test_a_date_inside_a_sentence_does_not_end_an_article(tmp_path: Path) -> None:
    result = listing(tmp_path, f"活動公告\n本公告發佈於 2025年1月1日,以此為準。{STAMP}8")

    assert [article.body for article in result.articles] == ["本公告發佈於 2025年1月1日,以此為準。\n"]


def test_what_cannot_be_read_of_a_page_is_told(tmp_path: Path) -> None:
    result = listing(
        tmp_path,
        f"如何註冊?點擊【註冊】即可完成。{STAMP}1空白\n{STAMP}2日期有誤\n內容。發佈於 2025年2月30日3\n頁尾文字",
    )

    assert [article.title for article in result.articles] == ["如何註冊?", "日期有誤"]
    assert result.articles[1].published is None
    told = "\n".join(result.problems)
    assert "a title runs into its text; cut behind '如何註冊?'" in told
    assert "'空白' has no text; skipped" in told
    assert "'2025年2月30日' is not a date" in told
    assert "text without dates behind the last article; skipped: '頁尾文字'" in told


def test_a_page_without_dates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"listing\.txt: neither questions nor articles .*expected .*問：.*發佈於"):
        listing(tmp_path, "全部\n只有文字")


def test_one_title_with_two_texts_is_refused_and_a_repeated_article_is_kept_once(tmp_path: Path) -> None:
    once = f"如何註冊?\n打開網站。{STAMP}1"
    assert len(listing(tmp_path, f"{once}\n{once}").articles) == 1
    with pytest.raises(SourceError, match=r"listing\.txt:3: the title '如何註冊\?' is used in line 1 too"):
        listing(tmp_path, f"{once}\n如何註冊?\n打開 App。{STAMP}1")


# --- the listing: a run-together text gets its structure back --------------------------------------------------


def test_platform_marks_become_headings_and_their_numbers_steps() -> None:
    article = by_title(read_source(LISTING), "登入郵箱")

    assert article.platforms == ("app", "web")
    assert article.body == (
        "修改郵箱前,請先準備好手機。\n\n"
        "## 什麼是登入郵箱?\n\n登入郵箱用來接收驗證碼。\n\n"
        "## 如何操作?\n\n### 在 App 端\n\n"
        "1. 打開星海 App,點擊 【頭像】 - 【設定】 - 【帳號安全】。\n"
        "2. 輸入新郵箱後 再點擊【下一步】。 請確認郵箱可以收信。\n"
        "3. 把驗證碼填入,點擊【完成】。\n\n"
        "修改後 24 小時內不能提現。\n\n> 注意：每月只能修改一次。\n\n"
        "### Web 端\n\n點擊右上角【頭像】→【帳號安全】,依提示操作。\n"
    )


def test_questions_and_answers_become_pairs() -> None:
    assert by_title(read_source(LISTING), "退款").body == (
        "退款會在 3 天內到帳。\n\n### Q：退款要收手續費嗎?\n\n不收。\n\n"
        "### Q：可以只退一部分嗎？\n\n可以,請在訂單頁選擇商品。\n"
    )


def test_sections_labels_and_lists_become_markdown() -> None:
    result = read_source(LISTING)

    assert by_title(result, "會員").body == (
        "## 什麼是星海會員?\n\n星海會員是為常客準備的計劃。加入後每次消費都會累積點數。\n\n"
        "## 會員有哪些好處\n\n- **生日禮金**：每年生日當月贈送 50 點\n- **專屬客服**：全年無休,平均 1.5 分鐘內回應\n\n"
        "## 如何升級會員?\n"
    )
    assert by_title(result, "企業").body == (
        "申請企業帳戶時,請提供以下信息:\n\n- 公司註冊證書\n- 董事名單\n- 受益人名單\n\n"
        "3. **上傳負責人證件**：正反面都要清楚。\n4. **簽署並上傳授權書**：授權書需蓋章\n\n審核約需三天。\n"
    )


def test_a_first_step_that_lost_its_number_is_step_one() -> None:
    assert by_title(read_source(LISTING), "客服").body == (
        "1. 官方客服不會索取您的密碼。\n2. 不要把驗證碼告訴任何人。\n\n以下是常見的騙局:\n\n"
        "1. **假客服**：對方自稱客服,要求轉帳。\n2. **假中獎**：對方說您中獎了,要先付稅。\n\n"
        "遇到可疑情況,請立即聯繫我們。更多問題,請參考相關文章:\n\n- 如何修改密碼?\n- 收不到驗證碼怎麼辦?\n"
    )


def test_glued_headings_bullets_cases_and_notes_are_found() -> None:
    assert by_title(read_source(LISTING), "2FA").body == (
        "請將 App 升級至 6.134.0 及以上版本,並把插件更新至 3.69.0。\n\n"
        "## 優惠計算規則\n\n實際折扣 = 總折扣 - 手續費,最高 50%。\n\n例如:\n\n- 總折扣為 10%;\n- 手續費為 1.5%。\n\n"
        "## 情況二:已更換手機\n\n1. 打開星海 App—【我的】—【安全】;\n2. 點擊【重置驗證器】;\n3. 輸入郵箱驗證碼。\n\n"
        "> 溫馨提示：重置後請重新登入。\n"
    )


@pytest.mark.parametrize("text", [
    "請升級至 6.134.0 及以上版本,插件至 3.69.0。",
    "手續費為 1.5,最高 50%,支持 1、2、3 級帳戶。",
    "二、三線城市的用戶也可參加,每週一、週二更新。",
    "共有 12 個等級,第 3、4 級可享優惠。",
    "詳見圖1、圖2。",
    "路徑為【我的】-【設定】 - 【安全】—【密碼】→【修改】。",
    "版本號 v2.1.3-beta(2024.11.30)。",
])  # fmt: skip
def test_versions_decimals_enumerations_and_menu_paths_stay_in_their_sentence(text: str) -> None:
    assert to_markdown(text).markdown == text + "\n"


@pytest.mark.parametrize(("text", "markdown"), [
    ("步驟如下：1）打開。2）關閉。", "步驟如下：\n\n1. 打開。\n2. 關閉。\n"),
    ("①打開。②關閉。", "1. 打開。\n2. 關閉。\n"),
    ("第一步:打開。第二步:關閉。", "1. 打開。\n2. 關閉。\n"),
    ("一、請先打開首頁,再登入。二、請點擊設定,再關閉。", "1. 請先打開首頁,再登入。\n2. 請點擊設定,再關閉。\n"),
    ("１、打開。２、關閉。", "1. 打開。\n2. 關閉。\n"),
    ("1、打開。注:要快。2、關閉。", "1. 打開。\n   > 注意：要快。\n2. 關閉。\n"),
    ("问：可以吗？答：可以。", "### Q：可以吗？\n\n可以。\n"),
    ("Web端:點擊首頁。", "## Web 端\n\n點擊首頁。\n"),
    ("*星號* <b> [連結](x)", "\\*星號\\* \\<b> \\[連結\\](x)\n"),
])  # fmt: skip
def test_other_ways_to_number_and_mark_are_understood(text: str, markdown: str) -> None:
    assert to_markdown(text).markdown == markdown


def test_a_gap_in_the_numbers_is_told_and_the_numbers_stay() -> None:
    body = to_markdown("1、打開。2、點擊。4、關閉。")

    assert body.faults == ("its numbering goes from 2 to 4; something is missing",)
    assert body.markdown == "1. 打開。\n2. 點擊。\n\n4) 關閉。\n"


@given(st.text(alphabet="甲乙一二三1234.、:：? 。;()【】-QA注App端\n#>*", max_size=60))
def test_any_text_keeps_its_words_in_order(text: str) -> None:
    body = iter(to_markdown("\n".join(line.strip() for line in text.split("\n"))).markdown)

    assert all(character in body for character in re.findall("[甲乙]", text))


# --- ids -------------------------------------------------------------------------------------------------------


def test_ids_are_readable_stable_and_short() -> None:
    assert slug("如何修改 OKX 登入郵箱?") == slug("如何修改 OKX 登入郵箱?") == "ru-he-xiu-gai-okx-deng-ru-you-xiang"
    assert re.fullmatch(r"article-[0-9a-f]{8}", slug("？！"))
    long = slug("如何" * 100)
    assert len(long) <= 60
    assert long.endswith(("ru", "he"))


def test_titles_with_the_same_sound_get_ids_that_differ(tmp_path: Path) -> None:
    result = listing(tmp_path, f"登入帳號\n甲。{STAMP}1登入賬號\n乙。{STAMP}1")
    swapped = listing(tmp_path, f"登入賬號\n乙。{STAMP}1登入帳號\n甲。{STAMP}1")

    ids = [article.id for article in result.articles]
    assert len(set(ids)) == 2
    assert ids == [article.id for article in reversed(swapped.articles)]


# --- Markdown --------------------------------------------------------------------------------------------------


def test_our_own_articles_are_taken_as_they_are(tmp_path: Path, articles: list[Article]) -> None:
    write(articles, tmp_path)
    expected = [replace(article, source_id=f"{article.id}.md") for article in articles]
    assert sorted(read_source(tmp_path / FOLDER).articles, key=lambda a: a.id) == sorted(expected, key=lambda a: a.id)


def test_pages_of_a_documentation_site_become_plain_articles() -> None:
    result = read_source(DATA / "guides", category="文件")

    article = by_title(result, "建立主機")
    assert (article.id, article.category) == ("jian-li-zhu-ji", "文件")
    assert article.body == (
        "請參考[價目表](/pricing)。單位為 2^30 位元組，指令為 `run <name>`。\n\n"
        "## 開始之前\n\n> 請先註冊。\n\n"
        "### 網頁\n\n1. 點擊**建立**。\n   ![圖](https://example.com/a.png)\n2. 選擇 \\<型號>。\n\n"
        "### 命令列\n\n```\nmk host   <name>  # 註解\n```\n\n"
        "| 型號 | 記憶體 | 價格 |\n| --- | --- | --- |\n| 小型 | 8 GB | 5 元 |\n| 大型 | 64 GB | 40 元 |\n\n"
        "##### 更深的標題\n\n###### Q1：可以退費嗎？\n\n可以，請[聯繫客服](/contact)。\n\n<!-- end of section -->\n\n"
        "| 日期 | 時間 |\n| --- | --- |\n| 週一 | 09:00 |\n| 週二 | 10:00 |\n"
    )
    assert article.updated == dt.date(2026, 1, 2)


def test_pages_without_text_or_with_broken_front_matter_are_told() -> None:
    result = read_source(DATA / "guides")

    assert f"{DATA / 'guides' / 'empty.md'}:4: no text; skipped" in result.problems
    broken = f"""{DATA / "guides" / "broken.md"}:2: front matter: 'title: "沒有' is not valid YAML"""
    assert [problem for problem in result.problems if problem.startswith(broken)]
    assert by_title(result, "沒有前言").body == "內容還在。\n"


def test_a_fault_in_our_own_front_matter_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: 甲乙\ncomplete: maybe\n---\n內容\n", encoding="utf-8")

    assert read_source(tmp_path).problems == (
        f"{tmp_path / 'a.md'}:3: complete: expected true or false, got 'maybe'; read as any Markdown",
    )


def test_files_with_the_same_title_all_come_in(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.md").write_text(f"# 總覽\n\n{name} 的內容\n", encoding="utf-8")

    result = read_source(tmp_path)
    assert len({article.id for article in result.articles}) == 2


# --- JSON Lines ------------------------------------------------------------------------------------------------


def write_lines(folder: Path, *records: object) -> Path:
    file = folder / "faq.jsonl"
    file.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    return file


def test_json_lines_become_articles(tmp_path: Path) -> None:
    record = {
        "_id": "a-1",
        "title": "如何註冊？",
        "text": "打開 App。\n\n1. 點擊\n2. 完成",
        "url": "https://example.com/1",
        "category": "帳戶",
        "questions": ["怎麼開戶？"],
        "updated": "2026-02-12T08:00:00Z",
        "views": "1,234",
    }
    other = {"question": "如何登出？", "answer": "<p>點擊<b>登出</b>。</p>", "author": "甲"}
    file = write_lines(tmp_path, record, other)

    result = read_source(file)
    assert result.articles[0] == Article(
        "a-1", "如何註冊？", "打開 App。\n\n1. 點擊\n2. 完成\n", category="帳戶", views=1234,
        updated=dt.date(2026, 2, 12), url="https://example.com/1", questions=("怎麼開戶？",), source_id="a-1",
        source_updated=dt.date(2026, 2, 12),
    )  # fmt: skip
    assert (result.articles[1].id, result.articles[1].body) == ("ru-he-deng-chu", "點擊**登出**。\n")
    assert result.problems == (f"{file}:2: unknown keys ignored: 'author'",)


def test_a_missing_title_is_taken_from_the_text_and_a_line_without_text_is_skipped(tmp_path: Path) -> None:
    file = write_lines(tmp_path, {"text": "打開網站即可註冊。然後登入。"}, {"title": "空白", "text": " "})

    result = read_source(file)
    assert [article.title for article in result.articles] == ["打開網站即可註冊。"]
    assert result.problems == (
        f"{file}:2: '空白' has no text; skipped",
        f"{file}:1: title missing in 1 line(s); taken from the first words of the text",
    )


@pytest.mark.parametrize(("line", "message"), [
    ('{"title": ', r"faq\.jsonl:2: not a JSON object: .* expected one object a line"),
    ("[1]", r"faq\.jsonl:2: expected a JSON object, got \[1\]"),
    ('{"views": ' + "9" * 5000 + "}", r"faq\.jsonl:2: not a usable JSON object: a number is too long"),
    ('{"a": ' + "[" * 100_000, r"faq\.jsonl:2: not a usable JSON object: nested too deeply"),
    ('{"id": "a", "title": "乙", "text": "丙"}', r"faq\.jsonl:2: the id 'a' is used in line 1 too"),
])  # fmt: skip
def test_a_broken_line_is_refused_with_its_number(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "faq.jsonl"
    file.write_text('{"id": "a", "title": "甲", "text": "甲"}\n' + line, encoding="utf-8")

    with pytest.raises(SourceError, match=message):
        read_source(file)


def test_hidden_characters_and_wrong_values_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "faq.jsonl"
    file.write_text(
        r'{"id": 7, "title": "甲\u0000\ud800\u202e乙", "text": "丙\u0000\udfff丁", "views": -1, '
        r'"url": "javascript:x", "published": "x"}',
        encoding="utf-8",
    )  # fmt: skip
    (article,) = read_source(file).articles

    assert (article.id, article.title, article.body) == ("7", "甲 乙", "丙 丁\n")
    assert (article.views, article.url, article.published) == (0, None, None)
    assert len(read_source(file).problems) == 3
    assert parse(render(article), file) == article


# --- any source ------------------------------------------------------------------------------------------------


def test_the_content_says_what_a_file_without_a_known_name_is(tmp_path: Path) -> None:
    contents = {"a": '{"title": "甲", "text": "乙"}', "b": f"標題?\n內容。{STAMP}1", "c": "# 標題\n\n內容"}
    for name, text in contents.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert len(read_source(tmp_path / name).articles) == 1


@pytest.mark.parametrize(("name", "content", "message"), [
    ("a.xyz", b"nothing", "unknown format; expected a \\.md, \\.mdx or \\.markdown file"),
    ("a.txt", "甲\n乙".encode() + b"\xff\xfe", r"a\.txt:2: not UTF-8 text"),
    ("a.md", b"# a\n\x00", r"a\.md:2: holds a NUL character"),
    ("a.jsonl", b"\n", r"a\.jsonl: no lines"),
    ("a.md", b"a" * 5_000_000, "larger than"),
    ("a.txt", b"t?\n" + b"a" * 5_000_000 + STAMP.encode(), r"a\.txt:\d: an article larger than"),
])  # fmt: skip
def test_what_is_no_source_is_refused_in_one_line(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(SourceError, match=message) as caught:
        read_source(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_missing_files_and_folders_without_articles_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist; expected"):
        read_source(tmp_path / "none.txt")
    with pytest.raises(SourceError, match="no articles found"):
        read_source(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("pattern", [
    "1、", "甲 ", "一、", "【", "Q:", "A:", " 注:甲", "甲甲? ", "發佈於", "(1)", "甲:", "◦ ", "以下: 甲 ",
    "更新於 2025年1月1日",
])  # fmt: skip
def test_a_long_hostile_text_is_read_in_seconds(tmp_path: Path, pattern: str) -> None:
    begin = time.perf_counter()
    with contextlib.suppress(SourceError):
        listing(tmp_path, f"標題?\n{(pattern * 100_000)[:100_000]}{STAMP}1\n{(pattern * 1_000_000)[:1_000_000]}")
    assert time.perf_counter() - begin < 10
