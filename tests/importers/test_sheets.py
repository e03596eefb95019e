"""Tables: headers wherever they stand, separators, quotes, merged cells, links, hidden rows, and hostile files."""

import csv
import datetime as dt
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from supportbot.content.articles import Article
from supportbot.errors import SourceError
from supportbot.importers import Imported, Options, Problem, archives, stream


def found(file: Path, **options: Any) -> tuple[list[Imported], list[str]]:
    everything = list(stream(file, Options(**options)))
    return (
        [one for one in everything if isinstance(one, Imported)],
        [str(one).removeprefix(str(file)) for one in everything if isinstance(one, Problem)],
    )


def table(folder: Path, text: str, name: str = "faq.csv", **options: Any) -> tuple[list[Imported], list[str]]:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return found(file, **options)


def by_title(found: list[Imported]) -> dict[str, Article]:
    return {one.article.title: one.article for one in found}


# --- .csv --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["faq.csv", "faq.tsv"])
def test_the_separator_is_told_by_the_header(separator: str, name: str, tmp_path: Path) -> None:
    text = "分類,問題,答案\n帳戶,如何登入？,打開\n".replace(",", separator)
    (one,), problems = table(tmp_path, text, name)
    assert (one.article.title, one.article.body, one.article.category) == ("如何登入？", "打開\n", "帳戶")
    assert problems == []


def test_a_title_above_the_header_line_breaks_in_quotes_and_row_numbers(tmp_path: Path) -> None:
    text = '\ufeff常見問題一覽,,\n\n分類,問題,答案\n帳戶,如何？,"請：\n1. 點, ""這裡""\n2. 完成"\n'
    text += "帳戶,空白,\n帳戶,第三？,好\n"
    (one, other), problems = table(tmp_path, text)

    assert (one.line, one.article.body) == (4, '請：\n\n1. 點, "這裡"\n2. 完成\n')
    assert [(step.number, step.text) for step in one.steps or ()] == [(1, '點, "這裡"'), (2, "完成")]
    assert other.line == 8
    assert problems == [":7: '空白' has no text; skipped"]


def test_excels_line_for_the_separator_is_no_row(tmp_path: Path) -> None:
    (one,), _ = table(tmp_path, "sep=;\n問題;答案\n甲;乙\n")
    assert (one.line, one.article.title) == (3, "甲")


def test_an_empty_category_is_that_of_the_row_above_and_told(tmp_path: Path) -> None:
    articles, problems = table(
        tmp_path, "分類,子分類,問題,答案\n帳戶,登入,一？,甲\n,,二？,乙\n資產,,三？,丙\n,提幣,四？,丁\n"
    )
    assert [one.article.category for one in articles] == ["帳戶 / 登入", "帳戶 / 登入", "資產", "資產 / 提幣"]
    assert problems == [":3: category empty in 3 row(s); taken from the row above"]


def test_columns_that_the_caller_names(tmp_path: Path) -> None:
    (one,), _ = table(tmp_path, "甲欄,乙欄\n如何？,這樣\n", columns={"甲欄": "title", "乙欄": "text"})
    assert (one.article.title, one.article.body) == ("如何？", "這樣\n")


def test_columns_of_one_name_and_columns_without_are_not_lost(tmp_path: Path) -> None:
    (one,), problems = table(tmp_path, "問題,答案,答案,\n如何？,這樣,那樣,旁註\n")
    assert re.findall(r"[這那]樣|旁註", one.article.body) == ["這樣", "那樣"]
    assert problems == [":2: unknown keys ignored: 'column D'"]


def test_a_row_with_too_many_cells_is_broken_and_the_rest_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('問題,答案\n一？,打開 App,然後點擊\n"二？"x,乙\n三？,丙\n', encoding="utf-8")
    everything = list(stream(file, Options()))
    assert [(one.line, one.broken) for one in everything if isinstance(one, Problem)] == [(2, True), (3, True)]
    assert [one.article.title for one in everything if isinstance(one, Imported)] == ["三？"]


@pytest.mark.parametrize(("text", "message"), [
    ("a,b\n1,2\n", r"no header row that names a title and a text; begins with 'a', 'b'; expected names such as 問題"),
    ("", "no header row .* begins with nothing"),
    ('問題,答案\n甲,"乙\n丙,丁\n', r"faq\.csv:2: a quotation mark is not closed"),
    ("問題,答案\n甲,\x00乙\n", r"faq\.csv:2: holds a NUL character"),
    ('問題,答案\n甲,"' + "長" * 1_100_000 + '"\n', r"faq\.csv:2: .*more than 1,000,000 characters"),
])  # fmt: skip
def test_a_table_that_cannot_be_read_is_refused_in_one_line(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        table(tmp_path, text)
    assert "\n" not in str(caught.value)


def test_a_table_of_a_thousand_rows_comes_in_whole(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    with file.open("w", encoding="utf-8", newline="") as output:
        writer = csv.writer(output)
        writer.writerow(["id", "問題", "答案"])
        writer.writerows([f"q-{number}", f"問題 {number}", f"第 {number}\n\n1. 甲\n2. 乙"] for number in range(1000))
    articles, problems = found(file)
    assert [one.article.id for one in articles] == [f"q-{number}" for number in range(1000)]
    assert all(len(one.steps or ()) == 2 for one in articles)
    assert problems == []


# --- .xlsx -------------------------------------------------------------------------------------------------------


def workbook(file: Path, **sheets: Callable[[Any], None]) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, fill in sheets.items():
        fill(book.create_sheet(name))
    book.save(file)
    return file


def test_a_workbook_with_merged_cells_links_dates_and_hidden_rows(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["常見問題一覽"])
        sheet.merge_cells("A1:F1")
        sheet.append(["分類", "問題", "相似問法", "答案", "更新日期", "瀏覽次數"])
        sheet.append(
            [
                "登入",
                "如何登入？",
                "怎麼登入\n登入方法",
                "1. 打開 App\n2. 點擊【登入】",
                dt.datetime(2026, 2, 12),
                1234.0,
            ]
        )
        sheet.append([None, 404, None, "見說明 A*B*C"])
        sheet.merge_cells("A3:A4")
        sheet["D4"].hyperlink = "https://a.test/x?y=1"
        sheet.append(["註冊", "比例？", None, 0.5])
        sheet["D5"].number_format = "0%"
        sheet.append(["註冊", "公式？", None, "=1+1"])
        sheet.append(["註冊", "隱藏？", None, "文字"])
        sheet.row_dimensions[7].hidden = True
        sheet["B7"].hyperlink = "https://a.test/7"

    everything, problems = found(workbook(tmp_path / "faq.xlsx", 工作表1=fill))
    articles = by_title(everything)

    assert [one.line for one in everything] == [3, 4, 5, 7]
    login = articles["如何登入？"]
    assert (login.body, login.updated, login.views) == ("1. 打開 App\n2. 點擊【登入】\n", dt.date(2026, 2, 12), 1234)
    assert (login.questions, login.category) == (("怎麼登入", "登入方法"), "登入")
    assert articles["404"].category == "登入"
    assert articles["比例？"].body == "50%\n"
    assert (articles["隱藏？"].draft, articles["隱藏？"].url) == (True, "https://a.test/7")
    assert [problem for problem in problems if "工作表1" in problem] == [
        ":6: sheet '工作表1': '公式？' has no text; skipped",
        ": sheet '工作表1': 1 formula(s) have no stored value; open and save it in a spreadsheet",
    ]
    assert ":7: 1 hidden row(s); kept as drafts" in problems


def test_the_link_of_a_cell_stands_in_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from supportbot.importers import bodies, markdown

    given: list[str] = []

    def convert(text: str, form: str | None = None) -> markdown.Page:
        given.append(text)
        return markdown.simplify(text)

    monkeypatch.setattr(bodies, "convert", convert)

    def fill(sheet: Any) -> None:
        sheet.append(["問題", "答案"])
        sheet.append(["甲？", "見 A*B"])
        sheet["B2"].hyperlink = "https://a.test/x#y"
        sheet.append(["乙？", "第一行\n第二行"])
        sheet["B3"].hyperlink = "https://a.test/z"

    found(workbook(tmp_path / "faq.xlsx", Sheet1=fill))
    assert given == ["[見 A&#42;B](<https://a.test/x#y>)", "第一行\n第二行\n\n<https://a.test/z>"]


def test_sheets_are_categories_each_with_its_own_header(tmp_path: Path) -> None:
    def chinese(sheet: Any) -> None:
        sheet.append(["編號", "問題", "答案"])
        sheet.append([1, "一？", "甲"])
        sheet.append(["進階"])
        sheet.merge_cells("A3:C3")
        sheet.append([2, "二？", "乙"])

    def english(sheet: Any) -> None:
        sheet.append(["note"])
        sheet.append(["Answer", "Question", "id"])
        sheet.append(["c", "three?", 1])

    def hidden(sheet: Any) -> None:
        sheet.sheet_state = "hidden"

    file = workbook(
        tmp_path / "faq.xlsx", 帳戶=chinese, 資產=english, 清單=hidden, 說明=lambda sheet: sheet.append(["x"])
    )
    articles, problems = found(file)

    assert [(one.article.category, one.article.source_id) for one in articles] == [
        ("帳戶", "1"),
        ("帳戶 / 進階", "2"),
        ("資產", "資產/1"),
    ]
    assert problems == [": the hidden sheet '清單' is not read", ": the sheet '說明' has no header row; not read"]


def put(file: Path, name: str, content: bytes | str) -> Path:
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file


@pytest.mark.parametrize(("name", "content", "message"), [
    ("xl/vbaProject.bin", b"x", "holds macros"),
    ("xl/bomb.xml", b"<a>" + b" " * 20_000_000, "unpacks to over 200 times its size"),
    ("xl/a.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///a">]><a>&b;</a>', "document type"),
    ("xl/a.xml", b"<a><!--" + b"x" * 262_140 + b"--><!DOCTYPE a></a>", "document type"),
    ("xl/a.xml", "<a/>".encode("utf-16"), "no XML in UTF-8"),
])  # fmt: skip
def test_a_workbook_that_may_do_harm_is_refused(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", A=lambda sheet: sheet.append(["問題", "答案"]))
    with pytest.raises(SourceError, match=message) as caught:
        list(stream(put(file, name, content), Options()))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("name", "content", "message"), [
    ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "encrypted, or of an old binary format"),
    ("a.xlsx", b"nothing", r"no zip container; expected a \.xlsx file"),
    ("a.xlsm", b"x", r"\.xlsm: may hold macros; save it as \.xlsx or \.csv"),
    ("a.xls", b"x", r"\.xls: a format that is not read; save it as \.xlsx or \.csv"),
])  # fmt: skip
def test_what_is_no_workbook_is_refused(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=message):
        list(stream(tmp_path / name, Options()))


def test_a_zip_that_is_no_workbook_or_is_cut_short_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="damaged"):
        list(stream(put(tmp_path / "a.xlsx", "a.txt", "x"), Options()))
    file = workbook(tmp_path / "b.xlsx", A=lambda sheet: sheet.append(["問題", "答案"]))
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(SourceError, match=r"b\.xlsx: "):
        list(stream(file, Options()))


def test_archives_have_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = workbook(tmp_path / "a.xlsx", A=lambda sheet: sheet.append(["問題", "答案"]))
    archives.check(file, "a .xlsx file")
    with monkeypatch.context() as patch:
        patch.setattr(archives, "MAX_TOTAL_BYTES", 500)
        with pytest.raises(SourceError, match="unpacks to more than 500 bytes"):
            archives.check(file, "a .xlsx file")
    with monkeypatch.context() as patch:
        patch.setattr(archives, "MAX_ENTRIES", 3)
        with pytest.raises(SourceError, match=r"holds \d+ parts; expected a \.xlsx file of at most 3"):
            archives.check(file, "a .xlsx file")


def test_a_sheet_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from supportbot.importers import workbooks

    monkeypatch.setattr(workbooks, "MAX_PART_BYTES", 1000)
    with pytest.raises(SourceError, match=r"has more than 1,000 bytes; split it, or save it as \.csv"):
        list(stream(workbook(tmp_path / "a.xlsx", A=lambda sheet: sheet.append(["問題", "答案"])), Options()))


def test_merged_cells_without_end_are_refused(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["問題", "答案"])
        sheet.append(["甲", "乙"])
        sheet.merged_cells.add("A3:ZZ900000")

    with pytest.raises(SourceError, match="more than 200,000 merged cells"):
        list(stream(workbook(tmp_path / "a.xlsx", A=fill), Options()))
