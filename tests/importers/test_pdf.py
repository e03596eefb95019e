"""PDF files: steps, headings, wrapped lines, tables, columns, links; what two engines read differently is refused."""

import io
import itertools
import re
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from reportlab.lib import colors, pdfencrypt
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageTemplate,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from supportbot.errors import SourceError
from supportbot.importers.pdf import pages, reader
from supportbot.importers.result import Imported, Options, Problem

STEP = re.compile(r"^\s*(\d+)[.)] (.*)$", re.MULTILINE)
LONG = "打開【資產】頁面並點擊【提幣】按鈕，選擇您要提出的幣種與網路，確認地址與標籤都沒有錯誤之後再送出申請。"
TRADITIONAL, SIMPLIFIED = "MSung-Light", "STSong-Light"


@pytest.fixture(autouse=True, scope="module")
def _fonts() -> None:
    for font in (TRADITIONAL, SIMPLIFIED):
        pdfmetrics.registerFont(UnicodeCIDFont(font))


def style(size: float = 11, font: str = TRADITIONAL, **more: Any) -> ParagraphStyle:
    given = {"leading": size * 1.5, "wordWrap": "CJK", "spaceAfter": 6, **more}
    return ParagraphStyle("made", fontName=font, fontSize=size, **given)


def text(content: str, **more: Any) -> Paragraph:
    return Paragraph(content, style(**more))


def heading(content: str, size: float = 16) -> Paragraph:
    return Paragraph(content, style(size, spaceBefore=10))


def step(content: str, depth: int = 0) -> Paragraph:
    return Paragraph(content, style(leftIndent=18 * (depth + 1), firstLineIndent=-18))


def table(rows: Sequence[Sequence[str]], **more: Any) -> Table:
    looks = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), TRADITIONAL, 10)]
    return Table([list(row) for row in rows], style=[*looks, *more.pop("looks", [])], **more)


def made(tmp_path: Path, flowables: Sequence[Flowable], **more: Any) -> Path:
    path = tmp_path / "help.pdf"
    on_page = more.pop("on_page", lambda canvas, document: None)
    document = SimpleDocTemplate(str(path), pagesize=A4, **more)
    document.build(list(flowables), onFirstPage=on_page, onLaterPages=on_page)
    return path


def read(path: Path) -> tuple[Imported, list[str]]:
    found = list(reader.read(path, Options()))
    (article,) = [one for one in found if isinstance(one, Imported)]
    return article, [one.message for one in found if isinstance(one, Problem)]


def steps_of(body: str) -> list[tuple[int, str]]:
    return [(int(number), content) for number, content in STEP.findall(body)]


# --- what is on the pages -------------------------------------------------------------------------------------------


def test_title_headings_and_paragraphs_without_the_breaks_of_lines(tmp_path: Path) -> None:
    path = made(tmp_path, [heading("如何提幣？", 22), text(LONG * 3), heading("準備工作"), text(LONG), text("短句。")])

    found, problems = read(path)

    assert found.article.title == "如何提幣？"
    assert found.article.body == f"{LONG * 3}\n\n## 準備工作\n\n{LONG}\n\n短句。\n"
    assert found.article.review
    assert sum("marked for review" in one for one in problems) == 1


def test_wrapped_latin_words_get_a_space(tmp_path: Path) -> None:
    sentence = "Open the wallet page and press the withdraw button, then choose the coin and the network you need. " * 4
    path = made(tmp_path, [heading("Withdraw", 20), text(sentence, wordWrap="LTR")])

    assert read(path)[0].article.body == sentence.strip() + "\n"


def test_wrapped_steps_are_whole_and_sub_steps_below_them(tmp_path: Path) -> None:
    path = made(
        tmp_path,
        [
            heading("步驟", 20),
            step(f"1. {LONG}"),
            step("(1) 子步驟一", 1),
            step(f"(2) {LONG}", 1),
            step("2. 確認"),
            text("注意：請稍候。"),
            step(f"3. {LONG}"),
        ],
    )

    found, _ = read(path)

    assert steps_of(found.article.body) == [(1, LONG), (1, "子步驟一"), (2, LONG), (2, "確認"), (3, LONG)]
    assert "   1. 子步驟一\n" in found.article.body
    assert [(one.number, one.text) for one in found.steps or ()] == steps_of(found.article.body)


@pytest.mark.parametrize(
    "signs", ["1、 2、 3、", "① ② ③", "步驟一： 步驟二： 步驟三：", "1) 2) 3)", "第一步： 第二步： 第三步："]
)
def test_steps_by_any_sign(tmp_path: Path, signs: str) -> None:
    path = made(tmp_path, [heading("步驟", 20), *(step(f"{sign}{LONG[:20]}") for sign in signs.split())])

    assert steps_of(read(path)[0].article.body) == [(number, LONG[:20]) for number in (1, 2, 3)]


def test_simplified_text_and_bullets(tmp_path: Path) -> None:
    bullets = [text(f"● 第{n}点说明", font=SIMPLIFIED) for n in "一二"]
    path = made(tmp_path, [text("如何充值？", size=20, font=SIMPLIFIED), *bullets])

    found, _ = read(path)

    assert (found.article.title, found.article.body) == ("如何充值？", "- 第一点说明\n- 第二点说明\n")


def test_headers_footers_and_page_numbers_are_left_out_and_told(tmp_path: Path) -> None:
    def margin(canvas: Any, document: Any) -> None:
        canvas.setFont(TRADITIONAL, 9)
        canvas.drawString(60, 810, "幫助中心手冊")
        canvas.drawString(280, 30, f"第 {document.page} 頁")

    path = made(tmp_path, [heading("手冊", 22), *(text(f"{n}號段落：{LONG}") for n in "甲乙丙" * 20)], on_page=margin)

    found, problems = read(path)

    assert "幫助中心手冊" not in found.article.body
    assert "頁\n" not in found.article.body
    assert any("幫助中心手冊" in one for one in problems)
    assert found.article.body.count(LONG) == 60


def test_a_paragraph_goes_on_over_the_end_of_a_page(tmp_path: Path) -> None:
    filling = [text("一行。") for _ in range(29)]
    path = made(tmp_path, [heading("手冊", 22), *filling, text(LONG * 6)])

    assert LONG * 6 in read(path)[0].article.body


def test_a_table_over_two_pages_is_one_table_with_one_header(tmp_path: Path) -> None:
    rows = [["幣種", "網路", "費用"], *([f"幣{n}", "TRC20|A", "1.5"] for n in range(60))]
    path = made(tmp_path, [heading("費率", 22), table(rows, repeatRows=1), text("以上為準。")])

    body = read(path)[0].article.body

    assert body.count("幣種") == 1
    assert body.count("---") == 3
    assert body.count("| TRC20\\|A | 1.5 |") == 60
    assert body.endswith("\n\n以上為準。\n")


def test_merged_cells_have_their_text_in_every_place(tmp_path: Path) -> None:
    rows = [["網路", "", "費用"], ["幣", "TRC20", "1"], ["", "ERC20", "5"]]
    spans = [("SPAN", (0, 0), (1, 0)), ("SPAN", (0, 1), (0, 2))]
    body = read(made(tmp_path, [heading("費率表一覽說明", 22), text(LONG), table(rows, looks=spans)]))[0].article.body

    lines = [line for line in body.splitlines() if line.startswith("|") and "---" not in line]
    assert lines == ["| 網路 | 網路 | 費用 |", "| 幣 | TRC20 | 1 |", "| 幣 | ERC20 | 5 |"]


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "columns.pdf"
    document = BaseDocTemplate(str(path), pagesize=A4)
    frames = [Frame(40, 60, 245, 720, id="left"), Frame(310, 60, 245, 720, id="right")]
    document.addPageTemplates([PageTemplate(frames=frames)])
    document.build([text(f"{n:02}號{LONG}") for n in range(1, 21)])

    body = read(path)[0].article.body

    numbers = [int(number) for number in re.findall(r"(\d\d)號", body)]
    assert numbers == list(range(1, 21))
    assert body.count(LONG) == 20


def test_links_keep_their_addresses(tmp_path: Path) -> None:
    address = "https://example.com/fees?a=1&amp;b=2"
    path = made(tmp_path, [heading("費率", 22), text(f'詳見<link href="{address}">費率說明</link>一頁。')])

    assert read(path)[0].article.body == "詳見[費率說明](https://example.com/fees?a=1&b=2)一頁。\n"


def test_the_file_says_title_date_and_words(tmp_path: Path) -> None:
    path = made(tmp_path, [text(LONG), text(LONG)], title="提幣手冊", keywords=["提幣", "錢包"])

    article = read(path)[0].article

    assert article.title == "提幣手冊"
    assert article.tags == ("提幣", "錢包")
    assert article.updated == article.source_updated is not None
    assert article.body == f"{LONG}\n\n{LONG}\n"


def test_signs_of_markdown_stay_signs(tmp_path: Path) -> None:
    path = made(tmp_path, [heading("符號", 22), text("請輸入 *123# 與 [確認] 以及 a_b_c 完成此項設定作業。")])

    assert "請輸入 \\*123# 與 \\[確認\\] 以及 a_b_c 完成此項設定作業。" in read(path)[0].article.body


def test_a_long_manual_loses_no_text_and_its_steps_are_kept(tmp_path: Path) -> None:
    """Fidelity: ≥ .95 of the steps with number and text, and every character of the source in its order."""
    flowables: list[Flowable] = [heading("操作手冊", 24)]
    steps: list[tuple[int, str]] = []
    expected = "操作手冊"
    for chapter in range(30):
        title = f"章節{chapter}的說明"
        flowables.append(heading(title))
        expected += title
        for number in range(1, 7):
            content = f"步{chapter}之{number}：{LONG[: 10 + 7 * number]}。"
            flowables.append(step(f"{number}. {content}"))
            steps.append((number, content))
            expected += content
            if number == 3:
                flowables.append(text(f"附註{chapter}：{LONG}"))
                expected += f"附註{chapter}：{LONG}"
    found, _ = read(made(tmp_path, flowables))

    body = found.article.body
    kept = sum(one in steps_of(body) for one in steps)
    assert kept >= 0.95 * len(steps)
    assert [one.number for one in found.steps or ()] == [number for number, _ in steps]
    bare = re.sub(r"^#+ |^\s*\d+[.)] |\s|\\", "", f"# {found.article.title}\n{body}", flags=re.MULTILINE)
    assert bare == re.sub(r"\s", "", expected)


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    path = made(tmp_path, [heading("費率", 22), text(LONG)])

    assert read(path)[0].article == read(path)[0].article


# --- refused in one line --------------------------------------------------------------------------------------------


def refusal(path: Path) -> str:
    with pytest.raises(SourceError) as raised:
        list(reader.read(path, Options()))
    assert "\n" not in str(raised.value)
    assert path.name in str(raised.value)
    return str(raised.value)


def test_a_scan_is_refused(tmp_path: Path) -> None:
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (60, 60), "white").save(picture, "PNG")
    canvas = Canvas(str(tmp_path / "scan.pdf"), pagesize=A4)
    canvas.drawImage(ImageReader(io.BytesIO(picture.getvalue())), 50, 400, 400, 300)
    canvas.save()

    assert "no text (a scan?)" in refusal(tmp_path / "scan.pdf")


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "locked.pdf"), encrypt=pdfencrypt.StandardEncryption("secret"))
    canvas.drawString(50, 500, "A text that nobody can read without the password")
    canvas.save()

    assert "without a password" in refusal(tmp_path / "locked.pdf")


@pytest.mark.parametrize("kept", [0.05, 0.5])
def test_a_truncated_file_is_refused_or_read_as_far_as_both_engines_agree(tmp_path: Path, kept: float) -> None:
    data = made(tmp_path, [heading("費率", 22), *(text(LONG) for _ in range(90))]).read_bytes()
    path = tmp_path / "cut.pdf"
    path.write_bytes(data[: int(len(data) * kept)])

    assert refusal(path)


@pytest.mark.parametrize("data", [b"", b"plain text", b"%PDF-1.7\n%%EOF", b"%PDF-1.4\n" + b"\0" * 5000])
def test_what_is_no_pdf_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(data)

    assert "expected a .pdf file with text" in refusal(path)


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "many.pdf"))
    for _ in range(pages.MAX_PAGES + 1):
        canvas.drawString(50, 500, "page")
        canvas.showPage()
    canvas.save()

    assert f"at most {pages.MAX_PAGES}" in refusal(tmp_path / "many.pdf")


def raw_pdf(path: Path, content: bytes, *more: bytes, resources: bytes = b"") -> Path:
    """Write a PDF of one page by hand; object 5 on are `more`."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>%s>>>>"
        % resources,
        content,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        *more,
    ]
    out, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(out),
    )
    path.write_bytes(out)
    return path


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), more, data)


def test_a_compression_bomb_takes_neither_long_nor_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_SECONDS", 10)
    packed = zlib.compressobj(9)
    bomb = b"".join(packed.compress(b"\0" * 10_000_000) for _ in range(60)) + packed.flush()
    path = raw_pdf(tmp_path / "bomb.pdf", stream(bomb, b"/Filter/FlateDecode"))

    assert "takes too much time or memory" in refusal(path)


def test_forms_that_multiply_are_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_SECONDS", 4)
    forms = []
    for number in range(6, 20):
        resources = b"/Resources<</XObject<</N %d 0 R>>/Font<</F 5 0 R>>>>" % (number + 1)
        forms.append(stream(b"/N Do " * 12, b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]" + resources))
    shown = b"BT /F 12 Tf 50 700 Td (laughing out loud for ever) Tj ET"
    forms.append(stream(shown, b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F 5 0 R>>>>"))
    path = raw_pdf(tmp_path / "forms.pdf", stream(b"/N Do"), *forms, resources=b"/XObject<</N 6 0 R>>")

    assert "takes too much time or memory" in refusal(path)


def test_a_font_that_lies_about_its_characters_is_refused_with_the_page(tmp_path: Path) -> None:
    """Two engines that read different text: one goes by the font's own table, the other by another."""
    different = [chr(code) for code in itertools.islice(itertools.count(0x4E00), 100)]
    with pytest.raises(pages.Unreadable) as raised:
        pages.compare([{"text": one} for one in different], [{"text": one} for one in different], "其他文字" * 25, 3)

    assert raised.value.page == 3
    assert "differently" in str(raised.value)


def test_small_differences_are_told() -> None:
    same = [{"text": one} for one in LONG * 10]

    assert pages.compare(same, same, LONG * 10, 1) == 0
    assert pages.compare(same[1:], same[1:], LONG * 10, 1) == 1


def test_spacers_alone_are_no_text(tmp_path: Path) -> None:
    assert "no text" in refusal(made(tmp_path, [Spacer(10, 10)]))
