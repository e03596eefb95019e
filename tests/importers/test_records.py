"""Records: the names of columns, values in the forms people write, bodies of three kinds, and none lost to another."""

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import pytest

from supportbot.content.articles import Article
from supportbot.errors import InputError
from supportbot.importers import Imported, Options, Problem, bodies, columns, jsonl, read_source, steps
from supportbot.importers import record_values as values
from supportbot.syncing import fidelity


def found(folder: Path, *records: dict[str, Any], options: Options | None = None) -> tuple[list[Imported], list[str]]:
    file = folder / "faq.jsonl"
    file.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    everything = list(jsonl.read(file, options or Options()))
    return (
        [one for one in everything if isinstance(one, Imported)],
        [str(one).removeprefix(f"{file}") for one in everything if isinstance(one, Problem)],
    )


def article(folder: Path, **record: Any) -> Article:
    (one,), _ = found(folder, record)
    return one.article


# --- columns -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("names", "field"), [
    ("標題 标题 問題 题目 主旨 Question SUBJECT name", "title"),
    ("答案 答覆 内容 內容 解答 說明 Answer body_html", "text"),
    ("分類 类别 類別 主題 category", "category"),
    ("相似問法 相似问 同義問句 其他問法 alternative_questions", "questions"),
    ("連結 網址 链接 html_url Html-URL", "url"),
    ("編號 _id", "id"),
    ("標籤 关键词 關鍵字 label_names", "tags"),
    ("瀏覽次數 views", "views"),
    ("語言 locale", "locale"),
    ("平台", "platforms"),
])  # fmt: skip
def test_columns_are_known_by_the_names_that_people_give_them(names: str, field: str) -> None:
    assert [(name, (columns.field_of(name) or ("",))[0]) for name in names.split()] == [
        (name, field) for name in names.split()
    ]


def test_a_row_number_is_no_id() -> None:
    assert columns.field_of("序號") is None
    assert columns.field_of("No.") is None


def test_the_caller_may_name_columns_and_an_unknown_field_is_refused(tmp_path: Path) -> None:
    options = Options(columns={"題": "title", "解": "body", "無": "tags"})
    (one,), problems = found(tmp_path, {"題": "甲", "解": "乙", "title": "丙"}, options=options)

    assert (one.article.title, one.article.body, one.article.questions) == ("甲", "乙\n", ("丙",))
    assert problems == [": no line has the column '無', which the options name"]
    with pytest.raises(InputError, match="column '題': unknown field 'titel'; expected one of id, title, text"):
        found(tmp_path, {"題": "甲"}, options=Options(columns={"題": "titel"}))


def test_several_texts_are_all_kept_and_those_not_known_are_told(tmp_path: Path) -> None:
    record = {"問題": "甲？", "內容": "短文", "答案": "打開 App。", "補充說明": "另外請注意，" * 20}
    (one,), problems = found(tmp_path, record)

    assert one.article.body == "短文\n\n## 答案\n\n打開 App。\n"
    assert problems == [":1: text not carried: '補充說明'; say which field it is to have it"]


def test_a_text_that_is_another_without_its_tags_is_kept_once(tmp_path: Path) -> None:
    assert article(tmp_path, title="甲", body="<p>打開 <b>App</b></p>", content_text="打開 App").body.count("App") == 1


def test_the_number_of_a_category_is_no_name_and_told(tmp_path: Path) -> None:
    (one,), problems = found(tmp_path, {"title": "甲", "text": "乙", "categories": [3, 4]})
    assert one.article.category == ""
    assert problems == [":1: category: only a number, not a name, in 1 line(s); left out"]


# --- values ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", [
    "2026-02-12", "2026-02-12T23:30:00+08:00", "2026/2/12", "2026.02.12", "2026年2月12日", "2026 年 2 月 12 日",
    "20260212", "民國115年2月12日", "Feb 12, 2026", "12 February 2026", 1770854400, "1770854400", 1770854400000,
])  # fmt: skip
def test_dates_are_read_in_the_usual_forms(written: Any, tmp_path: Path) -> None:
    read = article(tmp_path, title="甲", text="乙", updated=written)
    assert (read.updated, read.source_updated) == (dt.date(2026, 2, 12),) * 2


@pytest.mark.parametrize("written", ["2/3/2026", "昨天", -1, "2026-13-40", "9" * 5000, True, "1e999"])
def test_a_date_that_is_none_is_not_guessed(written: Any) -> None:
    assert values.date(written) is None


@pytest.mark.parametrize(("written", "number"), [("1,234", 1234), (7, 7), ("1.2萬", 12_000), ("3k", 3000), (5.0, 5)])
def test_counts(written: Any, number: int) -> None:
    assert values.count(written) == number


@pytest.mark.parametrize(("record", "is_draft"), [
    ({"draft": True}, True), ({"draft": "false"}, False), ({"草稿": "是"}, True), ({"status": "草稿"}, True),
    ({"狀態": "下架"}, True), ({"狀態": "未發佈"}, True), ({"狀態": "已發布"}, False), ({"state": "published"}, False),
    ({"is_published": False}, True), ({"published": False}, True), ({"visibility": "internal"}, True),
    ({"可見性": "公開"}, False), ({"user_segment_id": 7}, True), ({"user_segment_id": None}, False),
    ({"上架": "否"}, True),
])  # fmt: skip
def test_what_is_not_public_is_a_draft(record: dict[str, Any], is_draft: bool, tmp_path: Path) -> None:
    assert article(tmp_path, title="甲", text="乙", **record).draft is is_draft


def test_an_unknown_state_and_a_closed_audience_are_drafts_and_told(tmp_path: Path) -> None:
    (one, other), problems = found(
        tmp_path,
        {"title": "甲", "text": "乙", "status": "怪"},
        {"title": "丙", "text": "丁", "user_segment_id": 5},
    )
    assert one.article.draft
    assert other.article.draft
    assert problems == [
        ":1: status: '怪' is not known in 1 line(s); kept as draft",
        ":2: 1 line(s) only for some users (user_segment_id); kept as draft",
    ]


def test_lists_platforms_locale_and_entities(tmp_path: Path) -> None:
    read = article(
        tmp_path, 標題="如何提幣 &amp; 存幣？", 答案="乙", 相似問法="怎麼提？怎麼存？|提幣", 標籤="入門，提幣、資產",
        平台="App、網頁",
        語言="zh_TW", 分類="資產", 子分類="提幣", 摘要="短",
    )  # fmt: skip
    assert read.title == "如何提幣 & 存幣？"
    assert read.questions == ("怎麼提？", "怎麼存？", "提幣")
    assert (read.tags, read.platforms) == (("入門", "提幣", "資產"), ("app", "web"))
    assert (read.locale, read.category, read.description) == ("zh-tw", "資產 / 提幣", "短")


def test_joined_emoji_of_titles_stay_whole(tmp_path: Path) -> None:
    read = article(tmp_path, title="家庭 👨‍👩‍👧 ❤️", text="乙", tags=["👨‍👩‍👧"], category="家庭 ❤️")
    assert (read.title, read.tags, read.category) == ("家庭 👨‍👩‍👧 ❤️", ("👨‍👩‍👧",), "家庭 ❤️")


# --- bodies ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "form"), [
    ("打開 App\n點擊", "plain"), ("2 * 3 * 4 與 a_b_c <名稱>", "plain"), ("## 標題\n文字", "markdown"),
    ("見 [這裡](/a)", "markdown"),
    ("<p>甲</p>", "html"), ("甲 <b>乙</b>", "html"), ("```\n<p></p>\n```", "markdown"),
    ("<details><summary>甲</summary>乙</details>", "markdown"),
])  # fmt: skip
def test_the_form_of_a_text_is_told_by_its_signs(text: str, form: str) -> None:
    assert bodies.form_of(text) == form


@pytest.mark.parametrize("line", [
    "2 * 3 * 4", "a_b_c _x", "<名稱> <b", "[甲] (乙)", "# 甲", "> 甲", "=== 甲", "---", "a & b &amp; c", "`x", "~~~",
    "| 甲 | 乙", "import x from 'y'", ":::note", "!!! note", "C:\\Users\\a", "{/* x */}", "價格 *含稅*",
])  # fmt: skip
def test_plain_text_shows_the_same_line_by_line(line: str) -> None:
    from markdown_it import MarkdownIt

    body = bodies.convert(f"前\n{line}\n後", "plain").text
    tokens = MarkdownIt("commonmark").parse(body)
    shown = "".join(
        "\n" if child.type.endswith("break") else child.content for token in tokens for child in token.children or []
    )
    assert shown == f"前\n{line}\n後"
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]


def test_lists_of_plain_text_stay_lists_and_breaks_stay_breaks() -> None:
    assert bodies.convert("請：<br>1. 開<br>2. 關", "plain").text == "請：\n\n1. 開\n2. 關\n"


def test_html_without_blocks_keeps_its_lines() -> None:
    assert "甲**乙**\n丙" in bodies.convert("甲<b>乙</b>\n丙").text


def test_a_heading_of_the_text_that_says_something_else_stays(tmp_path: Path) -> None:
    assert article(tmp_path, title="甲", text="# 別的\n\n**乙**").body == "## 別的\n\n**乙**\n"
    assert article(tmp_path, title="甲", text="# 甲\n\n**乙**").body == "**乙**\n"


# --- identity ----------------------------------------------------------------------------------------------------


def test_records_of_one_title_are_all_kept_and_equal_ones_once(tmp_path: Path) -> None:
    one, other = {"title": "安裝", "text": "Windows"}, {"title": "安裝", "text": "macOS"}
    everything, problems = found(tmp_path, one, other, one)

    assert [(each.article.body, each.article.source_id) for each in everything] == [
        ("Windows\n", ""),
        ("macOS\n", "安裝#2"),
    ]
    assert problems == [
        ":2: 1 line(s) with the title of an earlier one, but other content; all are kept, better with ids",
        ":3: 1 line(s) as an earlier one; skipped",
    ]
    assert len({each.id for each in read_source(tmp_path / "faq.jsonl").articles}) == 2


def test_an_id_that_is_used_twice_is_broken_and_the_rest_goes_on(tmp_path: Path) -> None:
    everything, problems = found(
        tmp_path,
        {"id": "a", "title": "甲", "text": "乙"},
        {"id": "a", "title": "丙", "text": "丁"},
        {"id": 7, "title": "戊", "text": "己"},
    )
    assert [(one.article.id, one.has_own_id, one.line) for one in everything] == [("a", True, 1), ("7", False, 3)]
    assert problems == [":2: the id 'a' is used in line 1 too, with another text; ids must differ"]


def test_a_broken_line_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    file = tmp_path / "faq.jsonl"
    file.write_text('{"title": "甲", "text": "乙"}\n{"title": \n{"title": "丙", "text": "丁"}\n', encoding="utf-8")
    everything = list(jsonl.read(file, Options()))

    assert [one.article.title for one in everything if isinstance(one, Imported)] == ["甲", "丙"]
    assert [(one.line, one.broken) for one in everything if isinstance(one, Problem)] == [(2, True)]


# --- steps -------------------------------------------------------------------------------------------------------


def numbered(found: tuple[Any, ...]) -> list[tuple[int, str]]:
    return [(step.number, step.text) for step in found]


def test_steps_are_counted_in_the_text_itself() -> None:
    text = "3. **甲**\n   1) [乙](/b)\n```\n1. 碼\n```\n版本 1.2\n1、丙\n2、丁\n5、孤\n第一步：戊\n第二步：己"
    assert numbered(steps.in_text(text)) == [(3, "甲"), (1, "乙"), (1, "丙"), (2, "丁"), (1, "戊"), (2, "己")]


def test_steps_are_counted_in_html_in_their_order() -> None:
    html = (
        "<p>1、甲</p><p>2、乙</p><ol start='4'><li>丙<ul><li>點<ol><li>子</li></ol></li></ul></li>"
        "<li value='9'>丁 &amp; 戊<li>己</ol><p>3、庚</p>"
    )
    assert numbered(steps.in_html(html)) == [
        (1, "甲"), (2, "乙"), (4, "丙"), (1, "子"), (9, "丁 & 戊"), (10, "己"), (3, "庚"),
    ]  # fmt: skip


@pytest.mark.parametrize("pattern", ["<p", "<a ", "<!--", "  ", "**", "[a", "| -", "1. ", "①", "<ol><li>"])
def test_a_long_hostile_text_is_looked_at_in_seconds(pattern: str) -> None:
    text = (pattern * 200_000)[:200_000]
    begin = time.perf_counter()
    bodies.form_of(text)
    bodies.plain(text)
    steps.in_text(text)
    steps.in_html(text)
    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1.聯絡客服\n2.提供資料", [1, 2]),
        ("<p>可管理：<br>1. 登入密碼<br>2. 交易密碼</p>", [1, 2]),
        ("<p>1) 打開</p><p>2) 關閉</p>", [1, 2]),
        ("<p>2024. 開始</p><p>共 3.5 元</p>", []),
        ("1. 輸入號碼\n※ 請用本人號碼\n2. 完成", [1, 2]),
        ("<ol><li>點 <img src='/a.png' alt='齒輪'> 進入<p>只有管理員可見</p></li></ol>", [1]),
    ],
)
def test_numbers_typed_by_hand_are_steps_on_both_sides(text: str, numbers: list[int], tmp_path: Path) -> None:
    ones, _ = found(tmp_path, {"title": "標題", "text": text})
    report = fidelity.StepReport()
    report.add(ones[0])
    assert [number for number, _ in fidelity.items(ones[0].article.body)] == numbers
    assert (report.kept, report.faults) == (len(numbers), [])


def test_several_columns_of_a_field_may_have_numbers(tmp_path: Path) -> None:
    columns_of = {
        "問題": "如何退貨",
        "相似問法1": "怎麼退",
        "相似問法（2）": "退貨流程",
        "分類一": "訂單",
        "分類二": "退換",
    }
    one = article(tmp_path, **columns_of, 答案="到訂單頁", 更新日="2024/3/5")
    assert one.questions == ("怎麼退", "退貨流程")
    assert (one.category, one.updated) == ("訂單 / 退換", dt.date(2024, 3, 5))


def test_blanks_in_an_address_are_escaped(tmp_path: Path) -> None:
    one = article(tmp_path, title="手冊", text="內容", url="https://a.tw/使用 手冊.pdf")
    assert one.url == "https://a.tw/使用%20手冊.pdf"


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("登入：\n1. 打開\n2. 登入\n登出：\n1. 設定\n2. 登出", [(1, "打開"), (2, "登入"), (1, "設定"), (2, "登出")]),
        ("1. 打開\n   1. 甲\n   2. 乙\n2. 關閉", [(1, "打開"), (1, "甲"), (2, "乙"), (2, "關閉")]),
        ("1.\t打開\n2.\t關閉", [(1, "打開"), (2, "關閉")]),
    ],
)
def test_numbers_in_a_cell_begin_anew_where_people_begin_anew(
    text: str, items: list[tuple[int, str]], tmp_path: Path
) -> None:
    ones, _ = found(tmp_path, {"title": "標題", "text": text})
    report = fidelity.StepReport()
    report.add(ones[0])
    assert [(number, name.split("\n")[0].split()[0]) for number, name in fidelity.items(ones[0].article.body)] == items
    assert report.faults == []


def test_bullets_typed_by_hand_are_lists(tmp_path: Path) -> None:
    assert article(tmp_path, title="付款", text="可用：\n• 信用卡\n●ATM").body == "可用：\n\n- 信用卡\n- ATM\n"


def test_html_that_is_nested_too_deeply_is_a_broken_record_and_the_others_are_read(tmp_path: Path) -> None:
    ones, problems = found(tmp_path, {"title": "深", "text": "<div>" * 20_000 + "x"}, {"title": "好", "text": "內容"})
    assert [one.article.title for one in ones] == ["好"]
    assert problems == [":1: '深': elements inside one another more than 150 deep"]
