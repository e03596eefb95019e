"""Word documents: the numbers that Word shows, nested steps, tables, links, notes, and one line for hostile files."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from supportbot.errors import SourceError
from supportbot.importers.docx import reader
from supportbot.importers.docx.numbering import spelled
from supportbot.importers.result import Imported, Options, Problem

STEP = re.compile(r"^\s*(\d+)[.)] (.*)$", re.MULTILINE)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645"
    "400000000049454e44ae426082"
)


class Made:
    """A document made by a test, and what it knows of the truth."""

    def __init__(self) -> None:
        self.document = docx.Document()
        self.abstract = 900

    def text(self, text: str, style: str | None = None) -> Any:
        return self.document.add_paragraph(text, style=style)

    def numbering(self, *levels: tuple[str, str], extra: str = "") -> int:
        """Add a list whose levels have these number formats and texts; return its numId."""
        self.abstract += 1
        made = "".join(
            f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>{extra}'
            f'<w:pPr><w:ind w:left="{480 * (index + 1)}" w:hanging="480"/></w:pPr></w:lvl>'
            for index, (form, text) in enumerate(levels)
        )
        root = self.document.part.numbering_part.element
        first = root.find(qn("w:num"))
        abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{self.abstract}">{made}</w:abstractNum>'
        first.addprevious(parse_xml(abstract))
        return self.list_of(self.abstract)

    def list_of(self, abstract: int, override: str = "") -> int:
        root = self.document.part.numbering_part.element
        number = 500 + len(root.findall(qn("w:num")))
        xml = f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{override}</w:num>'
        root.append(parse_xml(xml))
        return number

    def item(self, text: str, number: int, level: int = 0) -> Any:
        paragraph = self.text(text)
        xml = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(xml))
        return paragraph

    def link(self, paragraph: Any, text: str, address: str) -> None:
        relationship = paragraph.part.relate_to(
            address, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink", is_external=True
        )
        xml = f'<w:hyperlink {nsdecls("w", "r")} r:id="{relationship}"><w:r><w:t>{text}</w:t></w:r></w:hyperlink>'
        paragraph._p.append(parse_xml(xml))

    def raw(self, xml: str) -> None:
        body = self.document.element.body
        body.insert(len(body) - 1, parse_xml(xml.replace("<w:p>", f"<w:p {nsdecls('w', 'r', 'wp', 'a', 'pic')}>", 1)))


Make = Callable[[Made], None]


def imported(tmp_path: Path, make: Make, name: str = "help.docx") -> tuple[Imported, list[str]]:
    made = Made()
    make(made)
    path = tmp_path / name
    made.document.save(str(path))
    return read_file(path)


def read_file(path: Path) -> tuple[Imported, list[str]]:
    found = list(reader.read(path, Options()))
    (article,) = [one for one in found if isinstance(one, Imported)]
    return article, [one.message for one in found if isinstance(one, Problem)]


def body_of(tmp_path: Path, make: Make) -> str:
    return imported(tmp_path, make)[0].article.body


def steps_of(body: str) -> list[tuple[int, str]]:
    return [(int(number), text) for number, text in STEP.findall(body)]


# --- numbers --------------------------------------------------------------------------------------------------------


def test_an_interrupted_list_counts_on(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        made.text("打開錢包", "List Number")
        made.text("點擊提幣", "List Number")
        made.text("若看不到按鈕，請更新。")
        made.text("輸入地址", "List Number")

    found, _ = imported(tmp_path, make)

    assert steps_of(found.article.body) == [(1, "打開錢包"), (2, "點擊提幣"), (3, "輸入地址")]
    assert "\n\n若看不到按鈕，請更新。\n\n3" in found.article.body
    assert [(step.number, step.text) for step in found.steps or ()] == steps_of(found.article.body)


def test_a_list_that_starts_anew_begins_with_one_and_stays_apart_from_the_one_before(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        first = made.numbering(("decimal", "%1."))
        override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
        second = made.list_of(made.abstract, override)
        for text, number in (("甲", first), ("乙", first), ("丙", second), ("丁", second)):
            made.item(text, number)

    body = body_of(tmp_path, make)

    assert steps_of(body) == [(1, "甲"), (2, "乙"), (1, "丙"), (2, "丁")]
    assert _lists(body) == 2


def test_two_lists_of_one_numbering_count_together_and_a_start_is_kept(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        first = made.numbering(("decimal", "%1、"))
        same = made.list_of(made.abstract)
        five = made.list_of(made.abstract, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>')
        for text, number in (("甲", first), ("乙", same), ("丙", five), ("丁", five)):
            made.item(text, number)

    assert steps_of(body_of(tmp_path, make)) == [(1, "甲"), (2, "乙"), (5, "丙"), (6, "丁")]


def test_sub_steps_stay_below_their_step_and_restart_with_each(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        number = made.numbering(("decimal", "%1."), ("lowerLetter", "(%2)"), ("lowerRoman", "%3."))
        for text, level in (("甲", 0), ("甲一", 1), ("甲二", 1), ("深", 2), ("乙", 0), ("乙一", 1)):
            made.item(text, number, level)

    found, problems = imported(tmp_path, make)

    assert found.article.body == "1. 甲\n   1. 甲一\n   2. 甲二\n      1. 深\n2. 乙\n   1. 乙一\n"
    assert any("'(a)'" in one for one in problems)
    assert [step.number for step in found.steps or ()] == [1, 1, 2, 1, 2, 1]


def test_a_level_that_never_restarts_counts_on_below_the_next_step(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        number = made.numbering(("decimal", "%1."), ("decimal", "%2."), extra='<w:lvlRestart w:val="0"/>')
        for text, level in (("甲", 0), ("甲一", 1), ("乙", 0), ("乙二", 1)):
            made.item(text, number, level)

    assert steps_of(body_of(tmp_path, make)) == [(1, "甲"), (1, "甲一"), (2, "乙"), (2, "乙二")]


def test_a_picture_between_a_step_and_its_sub_steps_stays_with_the_step(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        number = made.numbering(("decimal", "%1."), ("decimal", "%1.%2"))
        made.item("甲", number)
        made.text("見下圖：")
        made.item("甲一", number, 1)
        made.item("乙", number)

    assert body_of(tmp_path, make) == "1. 甲\n\n   見下圖：\n   1. 甲一\n2. 乙\n"


def test_numbers_come_through_a_style_and_what_it_is_based_on(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        number = made.numbering(("decimal", "步驟%1"))
        style = made.document.styles.add_style("操作步驟", 1)
        style.element.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="{number}"/></w:numPr>')
        )
        derived = made.document.styles.add_style("操作步驟緊", 1)
        derived.base_style = style
        made.text("打開", "操作步驟")
        made.text("點擊", "操作步驟緊")
        off = made.text("不編號", "操作步驟")
        off._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="0"/></w:numPr>'))

    body = body_of(tmp_path, make)

    assert steps_of(body) == [(1, "打開"), (2, "點擊")]
    assert "不編號" in body


@pytest.mark.parametrize(
    ("form", "number", "shown"),
    [
        ("chineseCountingThousand", 21, "二十一"),
        ("taiwaneseCountingThousand", 10, "十"),
        ("taiwaneseCountingThousand", 105, "一百零五"),
        ("ideographTraditional", 3, "丙"),
        ("ideographLegalTraditional", 2, "貳"),
        ("ideographDigital", 20, "二〇"),
        ("decimalEnclosedCircle", 12, "⑫"),
        ("upperRoman", 14, "XIV"),
        ("lowerLetter", 28, "bb"),
        ("decimalZero", 7, "07"),
        ("decimalFullWidth", 12, "１２"),
        ("someFutureFormat", 4, "4"),
    ],
)
def test_number_formats_are_spelled_as_word_does(form: str, number: int, shown: str) -> None:
    assert spelled(number, form) == shown


@pytest.mark.parametrize(
    "form", ["chineseCounting", "taiwaneseCountingThousand", "ideographTraditional", "upperLetter"]
)
def test_steps_of_any_number_format_are_steps_and_the_form_is_told(tmp_path: Path, form: str) -> None:
    def make(made: Made) -> None:
        number = made.numbering((form, "%1、"))
        made.item("打開", number)
        made.item("點擊", number)

    found, problems = imported(tmp_path, make)

    assert steps_of(found.article.body) == [(1, "打開"), (2, "點擊")]
    assert any("the form of numbers" in one for one in problems)


def test_numbers_that_were_typed_are_steps(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        for text in ("1、打開", "（1）選幣種", "（2）選網路", "2、確認", "步驟三：送出", "2024年起適用", "1.5 倍槓桿"):
            made.text(text)

    found, _ = imported(tmp_path, make)

    steps = [(1, "打開"), (1, "選幣種"), (2, "選網路"), (2, "確認"), (3, "送出")]
    assert steps_of(found.article.body) == steps
    assert [(step.number, step.text) for step in found.steps or ()] == steps
    assert "   1. 選幣種\n   2. 選網路\n" in found.article.body
    assert "2024年起適用" in found.article.body
    assert "1.5 倍槓桿" in found.article.body


def test_a_numbered_heading_keeps_its_number(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        number = made.numbering(("taiwaneseCountingThousand", "%1、"))
        made.text("提幣教學", "Title")
        for text in ("準備", "操作"):
            made.item(text, number).style = made.document.styles["Heading 1"]
            made.text("內文")

    body = body_of(tmp_path, make)

    assert "## 一、 準備" in body
    assert "## 二、 操作" in body


# --- the rest of a document -----------------------------------------------------------------------------------------


def test_title_headings_dates_and_words_of_the_file(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        properties = made.document.core_properties
        properties.modified, properties.keywords = dt.datetime(2026, 2, 12, 8, 0), "提幣, 錢包；安全"
        properties.category, properties.language = "資產", "zh-TW"
        made.text("如何提幣？", "Title")
        made.text("準備", "Heading 1")
        made.text("細節", "Heading 2")
        made.text("內文")

    article = imported(tmp_path, make)[0].article

    assert article.title == "如何提幣？"
    assert article.body == "## 準備\n\n### 細節\n\n內文\n"
    assert (article.category, article.locale, article.tags) == ("資產", "zh-tw", ("提幣", "錢包", "安全"))
    assert (article.updated, article.source_updated) == (dt.date(2026, 2, 12), dt.date(2026, 2, 12))
    assert article.source_id == "help.docx"


@pytest.mark.parametrize("name", ["標題 1", "标题 1"])
def test_headings_with_chinese_style_names(tmp_path: Path, name: str) -> None:
    def make(made: Made) -> None:
        made.document.styles.add_style(name, 1)
        made.text("如何入金", name)
        made.text("內文")

    article = imported(tmp_path, make)[0].article

    assert (article.title, article.body) == ("如何入金", "內文\n")


def test_without_a_title_the_file_name_stands_in(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        made.text("甲", "Heading 1")
        made.text("一")
        made.text("乙", "Heading 1")
        made.text("二")

    article = imported(tmp_path, make, "常見問題.docx")[0].article

    assert (article.title, article.body) == ("常見問題", "## 甲\n\n一\n\n## 乙\n\n二\n")


def test_a_table_with_merged_cells_has_their_text_in_every_place(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        table = made.document.add_table(3, 3)
        for row, texts in enumerate((("網路", "", "費用"), ("幣種", "TRC20", "1"), ("", "ERC20", "5"))):
            for column, text in enumerate(texts):
                table.cell(row, column).text = text
        table.cell(0, 0).merge(table.cell(0, 1))
        table.cell(1, 0).merge(table.cell(2, 0))

    lines = body_of(tmp_path, make).splitlines()

    assert [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "---" not in line] == [
        ["網路", "網路", "費用"],
        ["幣種", "TRC20", "1"],
        ["幣種", "ERC20", "5"],
    ]


def test_a_table_of_one_cell_is_a_box_whose_steps_stay_steps(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        cell = made.document.add_table(1, 1).cell(0, 0)
        cell.text = "注意"
        cell.add_paragraph("打開", style="List Number")
        cell.add_paragraph("點擊", style="List Number")

    assert body_of(tmp_path, make) == "注意\n\n1. 打開\n2. 點擊\n"


def test_links_keep_their_addresses_also_those_of_fields(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        made.link(made.text("請看 "), "費率", "https://example.com/fees?a=1&amp;b=2".replace("&amp;", "&"))
        field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
        code = 'HYPERLINK "https://example.com/kyc" \\o "提示"'
        made.raw(
            f"<w:p>{field.format('begin')}<w:r><w:instrText>{code}</w:instrText></w:r>{field.format('separate')}"
            f"<w:r><w:t>身份驗證</w:t></w:r>{field.format('end')}<w:r><w:t>教學</w:t></w:r></w:p>"
        )
        made.raw(
            '<w:p><w:fldSimple w:instr="HYPERLINK https://example.com/x"><w:r><w:t>簡單</w:t></w:r></w:fldSimple></w:p>'
        )

    body = body_of(tmp_path, make)

    assert "[費率](https://example.com/fees?a=1&b=2)" in body
    assert "[身份驗證](https://example.com/kyc)教學" in body
    assert "[簡單](https://example.com/x)" in body
    assert "HYPERLINK" not in body


def test_an_image_stands_in_its_step_with_its_text_and_is_told(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        paragraph = made.text("點擊", "List Number")
        paragraph.add_run().add_picture(io.BytesIO(PNG))
        paragraph._p.find(".//" + qn("wp:docPr")).set("descr", "右上角")
        paragraph.add_run("圖示")

    found, problems = imported(tmp_path, make)

    assert found.article.body == "1. 點擊![右上角](image1.png)圖示\n"
    assert any("1 images: not carried" in one for one in problems)
    assert [step.text for step in found.steps or ()] == ["點擊圖示"]


def test_insertions_are_taken_and_deletions_comments_and_hidden_text_are_not_but_told(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        made.raw(
            "<w:p><w:r><w:t>請</w:t></w:r><w:ins w:id='1' w:author='a'><w:r><w:t>立即</w:t></w:r></w:ins>"
            "<w:del w:id='2' w:author='a'><w:r><w:delText>不要</w:delText></w:r></w:del><w:r><w:t>提幣</w:t></w:r>"
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>機密</w:t></w:r></w:p>"
        )
        made.raw("<w:p><w:pPr><w:rPr><w:del w:id='3' w:author='a'/></w:rPr></w:pPr><w:r><w:t>前半</w:t></w:r></w:p>")
        made.text("後半")
        made.document.add_comment(made.text("有註解").runs, text="誰寫的？", author="a")

    found, problems = imported(tmp_path, make)

    assert found.article.body == "請立即提幣\n\n前半後半\n\n有註解\n"
    told = "\n".join(problems)
    assert "deleted text" in told
    assert "hidden text" in told
    assert "comments" in told


def test_footnotes_stand_at_the_end_with_their_numbers_and_links(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        made.raw(
            '<w:p><w:r><w:t>手續費</w:t></w:r><w:r><w:footnoteReference w:id="7"/></w:r>'
            "<w:r><w:t>如下</w:t></w:r></w:p>"
        )

    made = Made()
    make(made)
    plain = tmp_path / "plain.docx"
    made.document.save(str(plain))
    notes = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:id="7"><w:p><w:r><w:footnoteRef/></w:r>'
        "<w:r><w:t>依網路而定。</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    path = tmp_path / "notes.docx"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    relationship = f'<Relationship Id="rNotes" Type="{kind}" Target="footnotes.xml"/></Relationships>'
    _rewrite(
        plain,
        path,
        {"word/_rels/document.xml.rels": lambda text: text.replace("</Relationships>", relationship)},
        {"word/footnotes.xml": notes},
    )

    body = read_file(path)[0].article.body.replace("\\", "")

    assert body == "手續費[1]如下\n\n> [1] 依網路而定。\n"


def test_nothing_that_is_shown_is_lost(tmp_path: Path) -> None:
    """Content controls, formulas, text boxes, nested tables, breaks, symbols, readings."""
    box = (
        '<w:p><w:r><w:t>框外</w:t></w:r><w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textbox>'
        "<w:txbxContent><w:p><w:r><w:t>框內文字</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    math = (
        '<w:p><w:r><w:t>公式 </w:t></w:r><m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
        "<m:r><m:t>a+b</m:t></m:r></m:oMath></w:p>"
    )

    def make(made: Made) -> None:
        made.raw(box)
        made.raw(math)
        made.raw(
            "<w:p><w:sdt><w:sdtContent><w:r><w:t>控制項</w:t></w:r></w:sdtContent></w:sdt><w:r><w:br/><w:t>次行</w:t>"
            '</w:r><w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'
            "<w:r><w:ruby><w:rubyBase><w:r><w:t>幣</w:t></w:r>"
            "</w:rubyBase><w:rt><w:r><w:t>ㄅㄧˋ</w:t></w:r></w:rt></w:ruby></w:r></w:p>"
        )
        outer = made.document.add_table(1, 2)
        outer.cell(0, 0).text = "外"
        outer.cell(0, 1).add_table(1, 1).cell(0, 0).text = "內表"

    body = body_of(tmp_path, make)

    for text in ("框外", "框內文字", "公式 a+b", "控制項\n次行", "幣(", "外", "內表"):
        assert text in body, text


def test_bold_that_markdown_cannot_show_leaves_no_stars(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        paragraph = made.text("點擊")
        paragraph.add_run("【資產】").bold = True
        paragraph.add_run("後再 ")
        paragraph.add_run("確認").bold = True
        made.text("").add_run("小標題").bold = True
        made.text("").add_run("舊制").font.strike = True

    assert body_of(tmp_path, make) == "點擊【資產】後再 **確認**\n\n**小標題**\n\n~~舊制~~\n"


def test_signs_of_markdown_in_the_text_stay_signs(tmp_path: Path) -> None:
    text = "# 不是標題 *星* _底線_ [括號] <b> `碼` 1. &amp; | ~~"

    body = body_of(tmp_path, lambda made: made.text(text) and None)

    from markdown_it import MarkdownIt

    inline = MarkdownIt("commonmark").parse(body)[1]
    assert "".join(child.content for child in inline.children or ()) == text


def test_headers_and_the_table_of_contents_are_told(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        made.document.sections[0].header.paragraphs[0].text = "內部文件"
        made.document.styles.add_style("TOC 1", 1)
        made.text("準備\t3", "TOC 1")
        made.text("內文")

    found, problems = imported(tmp_path, make)

    assert found.article.body == "內文\n"
    assert any("header" in one for one in problems)
    assert any("table of contents" in one for one in problems)


def test_a_long_manual_loses_no_line_and_no_step(tmp_path: Path) -> None:
    """Fidelity over many lists of all kinds: ≥ .995 of the steps, ≤ .1 % of the lines lost."""
    lines: list[str] = []
    steps: list[tuple[int, str]] = []

    def make(made: Made) -> None:
        for chapter in range(60):
            number = made.numbering(("decimal", "%1."), ("lowerLetter", "%2)"))
            made.text(f"第 {chapter} 章的標題", "Heading 1")
            for step in range(1, 8):
                text = f"章 {chapter} 步 {step}：點擊【資產】，再按「確認」。"
                made.item(text, number)
                steps.append((step, text))
                lines.append(text)
                if step % 3 == 0:
                    for sub in (1, 2):
                        made.item(f"細項 {chapter}-{step}-{sub}", number, 1)
                        steps.append((sub, f"細項 {chapter}-{step}-{sub}"))
                if step % 4 == 0:
                    made.text(f"插入的說明 {chapter}-{step}；請留意。")
                    lines.append(f"插入的說明 {chapter}-{step}；請留意。")

    found, _ = imported(tmp_path, make)

    assert steps_of(found.article.body) == steps
    assert [(step.number, step.text) for step in found.steps or ()] == steps
    position = -1
    for line in lines:
        after = found.article.body.find(line, position + 1)
        assert after > position, line
        position = after


def test_importing_twice_gives_the_same(tmp_path: Path) -> None:
    def make(made: Made) -> None:
        made.text("打開", "List Number")

    assert imported(tmp_path, make)[0].article == imported(tmp_path, make)[0].article


# --- hostile files --------------------------------------------------------------------------------------------------


def _rewrite(
    source: Path, target: Path, change: dict[str, Callable[[str], str]], more: dict[str, str] | None = None
) -> None:
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            data = before.read(name)
            after.writestr(name, change[name](data.decode()) if name in change else data)
        for name, text in (more or {}).items():
            after.writestr(name, text)


def _plain(tmp_path: Path) -> Path:
    made = Made()
    made.text("打開", "List Number")
    path = tmp_path / "plain.docx"
    made.document.save(str(path))
    return path


def _document(change: Callable[[str], str]) -> dict[str, Callable[[str], str]]:
    return {"word/document.xml": change}


XML_BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("name", "change", "more"),
    [
        ("XML bomb", _document(lambda text: text.replace("<w:document", XML_BOMB + "<w:document", 1)), {}),
        ("external entity", _document(lambda text: text.replace("<w:document", OUTSIDE + "<w:document", 1)), {}),
        ("macros", {}, {"word/vbaProject.bin": "x"}),
        ("zip bomb", {}, {"word/media/image9.xml": "<x>" + " " * 60_000_000 + "</x>"}),
        ("deep", _document(lambda text: text.replace("<w:body>", "<w:body>" + "<w:sdt><w:sdtContent>" * 2000, 1)), {}),
        ("cut", _document(lambda text: text[: len(text) // 2]), {}),
        ("no body", _document(lambda text: re.sub(r"<w:body>.*</w:body>", "", text, flags=re.DOTALL)), {}),
    ],
)
def test_a_hostile_document_is_refused_in_one_line(
    tmp_path: Path, name: str, change: dict[str, Callable[[str], str]], more: dict[str, str]
) -> None:
    path = tmp_path / "hostile.docx"
    _rewrite(_plain(tmp_path), path, change, more)

    with pytest.raises(SourceError) as raised:
        list(reader.read(path, Options()))

    assert "\n" not in str(raised.value)
    assert "hostile.docx" in str(raised.value)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b"plain text"])
def test_a_file_that_is_no_document_is_refused_and_says_what_would_be_accepted(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.docx"
    path.write_bytes(data)

    with pytest.raises(SourceError, match=r"a \.docx file"):
        list(reader.read(path, Options()))


def test_a_truncated_container_is_refused(tmp_path: Path) -> None:
    data = _plain(tmp_path).read_bytes()
    path = tmp_path / "cut.docx"
    path.write_bytes(data[: len(data) // 2])

    with pytest.raises(SourceError, match=r"a \.docx file"):
        list(reader.read(path, Options()))


def test_a_document_of_a_million_characters_is_refused_by_size(tmp_path: Path) -> None:
    made = Made()
    for _ in range(60):
        made.text("幣" * 10_000)
    path = tmp_path / "large.docx"
    made.document.save(str(path))

    with pytest.raises(SourceError, match="split it"):
        list(reader.read(path, Options()))


def _lists(body: str) -> int:
    from markdown_it import MarkdownIt

    return sum(token.type == "ordered_list_open" for token in MarkdownIt("commonmark").parse(body))
