"""HTML pages become articles: pages in the shape of ten generators, each with what a person sees on it."""

import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from supportbot.errors import SourceError
from supportbot.importers import Imported, Options, Problem, html, read_source, stream
from supportbot.index.chunking import parse
from supportbot.syncing.fidelity import StepReport

DATA = Path(__file__).parents[1] / "data" / "importers" / "html"
PAGES = sorted(DATA.glob("*.htm*"))


def truth(page: Path) -> dict[str, Any]:
    """What stands on a page: fields, visible lines, steps, links, images, and what is no part of the article."""
    data: dict[str, Any] = yaml.safe_load(page.with_suffix(".yaml").read_text(encoding="utf-8"))
    return data


def imported(path: Path, options: Options | None = None) -> Imported:
    return next(one for one in stream(path, options or Options()) if isinstance(one, Imported))


def written(folder: Path, body: str, head: str = "") -> Path:
    file = folder / "page.html"
    file.write_text(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>", encoding="utf-8")
    return file


def body_of(folder: Path, body: str) -> str:
    return imported(written(folder, f"<main>{body}</main>")).article.body


def shown(markdown: str) -> str:
    """Return the characters of a Markdown text that people see, without spaces and signs that may be marks."""
    parts = re.split(r"^[ >]*(`{3,})\n(.*?)\n[ >]*\1$", markdown, flags=re.MULTILINE | re.DOTALL)
    for place in range(0, len(parts), 3):
        text = re.sub(
            r"!?\[((?:\\.|[^\[\]\\])*)\]\((?:<[^<>]*>|(?:\\.|[^()\\])*)\)|<(https?:[^<>]*)>", r"\1\2", parts[place]
        )
        text = re.sub(r"^[ >]*(?:#{1,6} |- |\d+[.)] )+|Q：|\| --- ", "", text, flags=re.MULTILINE)
        parts[place] = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
    return re.sub(r"[\s*`~|]", "", "".join(parts))


def missing(lines: Sequence[str], markdown: str) -> list[str]:
    """Return the lines that a text does not hold, in their order."""
    text, at, lost = shown(markdown), 0, []
    for line in lines:
        wanted = re.sub(r"[\s*`~|]", "", line)
        found = text.find(wanted, at)
        if found < 0:
            lost.append(line)
        else:
            at = found
    return lost


# --- pages of known truth ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_gives_its_fields_lines_and_steps_and_nothing_around_them(page: Path) -> None:
    known, one = truth(page), imported(page)
    article = one.article

    for field in ("title", "category", "url", "updated", "published", "locale", "description"):
        if field in known:
            assert getattr(article, field) == known[field], field
    assert list(article.tags) == known.get("tags", [])
    assert missing(known["lines"], article.body) == []
    assert [word for word in known["absent"] if word in article.body] == []
    assert [f"{step.number} {step.text}" for step in one.steps or ()] == known["steps"]
    assert article.source_id == page.name
    assert article.source_updated == article.updated


def test_the_steps_of_all_pages_come_through_with_their_numbers() -> None:
    report = StepReport()
    for page in PAGES:
        report.add(imported(page))

    assert report.steps > 35
    assert report.fidelity >= 0.995, [str(fault) for fault in report.faults]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_and_images_keep_their_addresses(page: Path) -> None:
    known = truth(page)
    links, images = addresses(imported(page).article.body)

    assert links == known["links"]
    assert images == known["images"]


def addresses(markdown: str) -> tuple[list[str], dict[str, str]]:
    """Return the addresses of a text's links, and the addresses of its images with their descriptions."""
    nodes = list(parse(markdown).walk())
    links = [str(node.attrs["href"]) for node in nodes if node.type == "link"]
    images = {str(node.attrs["src"]): node.content for node in nodes if node.type == "image"}
    return links, {address: re.sub(r"\\(.)", r"\1", text) for address, text in images.items()}


# --- lists ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("source", "expected"), [
    ("<ol><li>一</li></ol><ol><li>新</li></ol>", "1. 一\n\n1) 新\n"),
    ("<ol><li>一</li><li value=5>五</li></ol>", "1. 一\n\n5) 五\n"),
    ("<ol start=3><li>三</li></ol><p>中</p><ol start=4><li>四</li></ol>", "3. 三\n\n中\n\n4. 四\n"),
    ("<ol reversed><li>二<li>一</ol>", "2. 二\n\n1) 一\n"),
    ("<ol><li>一</li><ol><li>子</li></ol><li>二</li></ol>", "1. 一\n   1. 子\n2. 二\n"),
    ("<ol><li>一<ol start=3><li>三</li></ol></li></ol>", "1. 一\n\n   3. 三\n"),
    ("<p>1. 甲<br>2. 乙</p><ol><li>一</li></ol><p>1. 丙</p>", "1. 甲\n2. 乙\n\n1) 一\n\n1. 丙\n"),
    ("<p>第一步：開<br>詳細</p><p>第二步：關</p><ol><li>新</li></ol>", "1. 開\n   詳細\n2. 關\n\n1) 新\n"),
    ("<ol><li>甲<p>1. 不是</p></li></ol>", "1. 甲\n\n   1\\. 不是\n"),
    ("<ol><li><p>一</p><p>續</p></li><li></li><li>三</li></ol>", "1. 一\n\n   續\n2.\n3. 三\n"),
])  # fmt: skip
def test_lists_keep_the_numbers_that_browsers_show(tmp_path: Path, source: str, expected: str) -> None:
    one = imported(written(tmp_path, f"<main>{source}</main>"))
    report = StepReport()
    report.add(one)

    assert re.sub(r"\n+(?= +\d)", "\n", one.article.body) == re.sub(r"\n+(?= +\d)", "\n", expected)
    assert report.steps > 0
    assert report.faults == []


def test_a_step_is_told_by_its_line_in_the_source(tmp_path: Path) -> None:
    one = imported(
        written(tmp_path, "<!-- <li>\n -->\n<main><ol>\n<li>一</li>\n<li>二\n<ol><li>三</li></ol></li></ol></main>")
    )

    assert [(step.number, step.text, step.line) for step in one.steps or ()] == [
        (1, "一", 4),
        (2, "二", 5),
        (1, "三", 6),
    ]


# --- text, links, notes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("source", "expected"), [
    ("<p>點擊<b>【提幣】</b>按鈕</p>", "點擊【**提幣**】按鈕\n"),
    ("<p>點擊<b>提</b><b>幣</b>。</p>", "點擊**提幣**。\n"),
    ("<p>舊價<s>（100）</s>元</p>", "舊價 ~~（100）~~ 元\n"),
    ("<p>第一行\n第二行 and\nthird</p>", "第一行第二行 and third\n"),
    ("<p>a&lt;br&gt;b &amp;lt; C:\\x __init__ {a} <!-- x --></p>", "a\\<br>b \\&lt; C:\\\\x \\__init_\\_ {a}\n"),
    ("<a href='/x'><h3>卡片</h3><p>說明</p></a>", "### [卡片](/x)\n\n說明\n"),
    ("<p><a href='javascript:go()'>開</a><a href='mailto:a@b.tw'>寄</a></p>", "開[寄](mailto:a@b.tw)\n"),
    ("<p>x</p><img data-src='/a.png' src='data:image/gif;base64,R0' alt='圖'>", "x\n\n![圖](/a.png)\n"),
    ("<aside class='note'><p>注意事項</p></aside>", "> 注意事項\n"),
    ("<dl><dt>多久到帳？</dt><dd>一天</dd></dl>", "### Q：多久到帳？\n\n一天\n"),
    ("<details><summary>退款</summary>三天</details>", "### 退款\n\n三天\n"),
    ("<pre><code>&lt;li&gt; # 1. x\n  &lt;!-- y --&gt;</code></pre><p>z</p>",
     "```\n<li> # 1. x\n  <!-- y -->\n```\n\nz\n"),
    ("<p>x<iframe src='https://v.tw/1' title='影片'></iframe></p>", "x\n\n[影片](https://v.tw/1)\n"),
    ("<table><tr><th rowspan=2>甲<td>1<tr><td><a href='/f'>2|3</a></table>",
     "| 甲 | 1 |\n| --- | --- |\n| 甲 | [2\\|3](/f) |\n"),
])  # fmt: skip
def test_what_is_shown_is_written_in_markdown(tmp_path: Path, source: str, expected: str) -> None:
    assert body_of(tmp_path, source) == expected


def test_tabs_get_their_labels_as_headings_and_hidden_panels_are_kept(tmp_path: Path) -> None:
    tabs = "<div role=tablist><button role=tab>App</button><button role=tab>網頁</button></div>"
    panels = "<div role=tabpanel>點頭像</div><div role=tabpanel hidden>點右上角</div>"

    assert body_of(tmp_path, f"<div>{tabs}{panels}</div>") == "### App\n\n點頭像\n\n### 網頁\n\n點右上角\n"


def test_relative_addresses_follow_the_base_of_the_page_only_if_it_has_one(tmp_path: Path) -> None:
    link = "<main><p><a href='../b?x=1'>b</a></p></main>"
    based = imported(written(tmp_path, link, "<base href='https://a.tw/x/y/'>")).article.body
    plain = imported(written(tmp_path, link)).article.body

    assert (based, plain) == ("[b](https://a.tw/x/b?x=1)\n", "[b](../b?x=1)\n")


# --- the part of the page ------------------------------------------------------------------------------------------


def test_the_article_of_a_page_without_any_known_names_is_found_by_its_text(tmp_path: Path) -> None:
    links = "".join(f"<div class=z><a href=/{place}>選單 {place}</a></div>" for place in range(30))
    text = "<p>如何提幣的說明文字，請先登入帳戶並確認身分驗證完成。</p>" * 10
    body = imported(
        written(tmp_path, f"<div>{links}</div><div class=q>{text}<ol><li>登入</li></ol></div>")
    ).article.body

    assert "選單" not in body
    assert body.endswith("1. 登入\n")


def test_a_selector_says_which_part_is_the_article(tmp_path: Path) -> None:
    file = written(tmp_path, "<article>外</article><div class=mine><p>內</p></div>")

    assert imported(file, Options(selector=".mine")).article.body == "內\n"
    for selector, message in ((".none", "no element matches"), ("p[", "is not a CSS selector")):
        with pytest.raises(SourceError, match=message):
            imported(file, Options(selector=selector))


@pytest.mark.parametrize(("head", "heading", "title"), [
    ("<title>提幣 | 星海</title>", "", "提幣"),
    ("<title>x</title><meta property='og:title' content='提幣'>", "", "提幣"),
    ("<title>x</title>", "<h1>提幣<a href='#a'>¶</a></h1>", "提幣"),
    ("", "<h2>提幣</h2>", "提幣"),
])  # fmt: skip
def test_the_title_is_the_heading_or_what_the_page_says_without_its_site(
    tmp_path: Path, head: str, heading: str, title: str
) -> None:
    assert imported(written(tmp_path, f"<main>{heading}<p>內文</p></main>", head)).article.title == title


def test_what_is_left_out_besides_navigation_is_told_once_for_each_kind(tmp_path: Path) -> None:
    hidden = f"<p>文</p><div hidden>{'藏' * 50}</div><p><img src='data:image/png;base64,AA'></p>" * 2
    told = [
        str(one) for one in stream(written(tmp_path, f"<main>{hidden}</main>"), Options()) if isinstance(one, Problem)
    ]

    assert told == [
        f"{tmp_path / 'page.html'}: 2 × hidden part left out",
        f"{tmp_path / 'page.html'}: 2 × image embedded in the page (data:) left out",
    ]


# --- encodings and hostile pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "encoding", "options"), [
    ("<meta charset='gb2312'><main>如何提币</main>", "gb18030", Options()),
    ("<meta http-equiv='Content-Type' content='text/html; charset=big5'><main>如何提幣</main>", "big5hkscs", Options()),
    ("<?xml version='1.0' encoding='gbk'?><html><body>如何提币</body></html>", "gbk", Options()),
    ("<main>如何提幣</main>", "utf-16", Options()),
    ("<main>如何提幣</main>", "big5", Options(encoding="big5")),
    ("<meta charset='big5'><main>如何提幣與充值</main>", "utf-8", Options()),
])  # fmt: skip
def test_the_encoding_is_that_of_the_option_the_page_or_its_bytes(
    tmp_path: Path, text: str, encoding: str, options: Options
) -> None:
    file = tmp_path / "a.html"
    file.write_bytes(text.encode(encoding))

    assert imported(file, options).article.body.startswith("如何提")


@pytest.mark.parametrize(("content", "message"), [
    (b"<main>a\x00b", "NUL"),
    (b"<main>\xff\xfa\x81", "UTF-8"),
    (b"<main>" + b"<div>" * 300 + b"x", "deep"),
    (b"<p>x" * 60_000, "tags"),
    (b"<main>" + b"x" * 12_000_000, "larger than"),
    (b"<main>" + b"x" * 900_000, "larger than"),
    (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><html>&b;</html>", "ENTITY"),
])  # fmt: skip
def test_a_hostile_page_is_refused_with_one_line_in_seconds(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "bad.html"
    file.write_bytes(content)
    begun = time.monotonic()

    with pytest.raises(SourceError, match=message) as caught:
        list(stream(file, Options()))
    assert str(caught.value).startswith(f"{file}")
    assert "\n" not in str(caught.value)
    assert time.monotonic() - begun < 5


def test_a_page_that_scripts_draw_is_refused_and_an_empty_one_is_skipped(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="drawn by scripts"):
        read_source(
            written(tmp_path, "<div id='root'></div><noscript>請啟用 JavaScript</noscript><script src='a.js'></script>")
        )
    assert [str(one) for one in stream(written(tmp_path, "<main></main>"), Options())] == [
        f"{tmp_path / 'page.html'}: no text; skipped"
    ]


def test_lists_deeper_than_markdown_reads_keep_their_text() -> None:
    markdown = html.to_markdown("<ul><li>層" * 40 + "底")

    assert markdown.count("層") == 40
    assert "底" in markdown


def test_many_pages_are_read_fast() -> None:
    contents = [page.read_bytes() for page in PAGES]
    begun = time.monotonic()
    for content in contents * 5:
        assert list(html.page(content, Path("page.html"), Options()))

    assert (time.monotonic() - begun) / (5 * len(contents)) < 0.03


def test_the_article_in_a_layout_of_tables_is_read_without_its_menu(tmp_path: Path) -> None:
    menu = "<td><a href=/1>選單一</a><br><a href=/2>選單二</a></td>"
    text = "<td><font><h1>如何付款</h1>請先登入，並確認收件地址與電話是否正確。<p>1. 選商品<p>2. 結帳</font></td>"
    site = f"<table><tr><td>頁首</td></tr><tr><td><table><tr>{menu}{text}</tr></table></td></tr></table>"
    article = imported(written(tmp_path, site)).article

    assert article.title == "如何付款"
    assert article.body.strip() == "請先登入，並確認收件地址與電話是否正確。\n\n1. 選商品\n2. 結帳"


# --- lists and controls of other makers ----------------------------------------------------------------------------

_WORD = """<p class=MsoListParagraph style='mso-list:l0 level{level} lfo1'><![if !supportLists]><span lang=EN-US
style='mso-list:Ignore'>{mark}<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span><![endif]>
<span lang=ZH-TW>{text}</span></p>"""


def words(*items: tuple[int, str, str]) -> str:
    return "\n".join(_WORD.format(level=level, mark=mark, text=text) for level, mark, text in items)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            words((1, "1.", "打開「訂單」"), (2, "(1)", "全額"), (2, "(2)", "部分"), (1, "2.", "送出")),
            "1. 打開「訂單」\n   1. 全額\n   2. 部分\n2. 送出",
            id="word-numbers",
        ),
        pytest.param(words((1, "·", "三天到帳"), (1, "l", "假日順延")), "- 三天到帳\n- 假日順延", id="word-bullets"),
        pytest.param(
            words((1, "3.", "甲")) + "<p>其間</p>" + words((1, "4.", "乙")),
            "3. 甲\n\n其間\n\n4. 乙",
            id="word-interrupted",
        ),
        pytest.param(
            "<ol class='lst-kix_a-0'><li>開</li></ol><ol class='c1 lst-kix_a-1'><li>按</li><li>放</li></ol>"
            "<ol class='lst-kix_a-0' start=2><li>連</li></ol>",
            "1. 開\n   1. 按\n   2. 放\n2. 連",
            id="google-docs",
        ),
        pytest.param("<p>1. 打開</p><p>2. 關閉</p>", "1. 打開\n2. 關閉", id="typed"),
        pytest.param("<p>做法：<br>1) 打開<br>2) 關閉</p>", "做法：\n\n1. 打開\n2. 關閉", id="typed-in-lines"),
        pytest.param("<p><b>1.</b> 打開</p><p><b>2.</b> 關閉</p>", "1. 打開\n2. 關閉", id="typed-in-bold"),
        pytest.param("<p>2024. 是年份</p>", "2024\\. 是年份", id="no-step"),
        pytest.param("<ol><li>1. 打開</li><li>2、關閉</li></ol>", "1. 打開\n2. 關閉", id="numbered-twice"),
        pytest.param(
            "<ol><li>按 <button>提交</button> 按鈕</li><li>按<input type=submit value=搜尋></li></ol>",
            "1. 按 提交 按鈕\n2. 按搜尋",
            id="button-in-a-sentence",
        ),
        pytest.param(
            "<div><div role=button aria-expanded=false>如何退款？<span>+</span></div>"
            "<div class=faq-answer style='display:none'>找客服</div></div>",
            "### Q：如何退款？\n\n找客服",
            id="question-by-role",
        ),
        pytest.param(
            "<button class=accordion>如何退款？</button><div class=panel>找客服</div>",
            "### Q：如何退款？\n\n找客服",
            id="question-by-class",
        ),
        pytest.param("<p>看 <code><a href='/x'>Report</a></code></p>", "看 [`Report`](/x)", id="link-in-code"),
        pytest.param("<p>x<sup>2</sup> 與 m<sup>2</sup>，見註<sup>1</sup></p>", "x^2 與 m^2，見註1", id="power"),
        pytest.param("<p><ruby>漢<rt>ㄏㄢˋ</rt></ruby></p>", "漢（ㄏㄢˋ）", id="ruby"),
        pytest.param(
            "<table><tr><td width=120><a href=/1>選單一</a><br><a href=/2>選單二</a></td><td><h2>付款</h2>請先登入"
            "並確認收件地址與電話。<p>1. 選商品<p>2. 結帳</td></tr></table>",
            "## 付款\n\n請先登入並確認收件地址與電話。\n\n1. 選商品\n2. 結帳",
            id="table-of-a-layout",
        ),
        pytest.param(
            "<table><tr><td>1、打開</td></tr><tr><td>2、關閉</td></tr></table>",
            "1. 打開\n2. 關閉",
            id="table-of-one-column",
        ),
        pytest.param(
            "".join(
                f"<div><div class=n>{n}</div><div><h3>{text}</h3><p>說明</p></div></div>"
                for n, text in ((1, "開"), (2, "關"))
            ),
            "1. **開**\n\n   說明\n2. **關**\n\n   說明",
            id="numbers-in-elements-of-their-own",
        ),
        pytest.param("<div>1</div><div>2</div>", "1\n\n2", id="numbers-alone"),
        pytest.param("<h2>一<h3>二<p>文", "## 一\n\n### 二\n\n文", id="headings-that-nothing-closes"),
    ],
)
def test_lists_controls_and_layouts_of_other_makers_are_read_as_people_see_them(
    tmp_path: Path, source: str, expected: str
) -> None:
    one = imported(written(tmp_path, f"<main><h1>T</h1>{source}</main>"))
    report = StepReport()
    report.add(one)

    assert one.article.body.strip() == expected
    assert report.fidelity == 1.0, [str(fault) for fault in report.faults]
