"""The body of a Markdown text: links, images, tables, lists, code and footnotes stand in it, nothing is lost."""

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supportbot.importers.markdown import simplify
from supportbot.importers.tables import to_pipes
from supportbot.text.folding import clean, fold, readable


@pytest.mark.parametrize(("text", "body"), [
    ("[甲](/a)", "[甲](/a)"),
    ("[甲](</a b> 'title')", "[甲](</a b>)"),
    ("[甲](/a(b)c)", "[甲](</a(b)c>)"),
    ("[甲][r]\n\n[r]: https://x.tw/中文?a=1&b=2", "[甲](https://x.tw/中文?a=1&b=2)"),
    ("<https://x.tw/a_b>", "<https://x.tw/a_b>"),
    ("<a@x.tw>", "<a@x.tw>"),
    ("見 https://x.tw/a_b?c=1&copy=2。", "見 https://x.tw/a_b?c=1&copy=2。"),
    ('<a class="b" href="/a?b=1&amp;c=2" target=_blank>甲 <b>乙</b></a>', "[甲 乙](/a?b=1&c=2)"),
    ("<a href='/a'>\n甲\n</a>", "[甲](/a)"),
    ('<a id="anchor"></a>甲', "甲"),
    ('<a href="/a"><img src="b.png" alt="圖"></a>', "[![圖](b.png)](/a)"),
    ("[![圖](b.png)](/a)", "[![圖](b.png)](/a)"),
    ("[甲](javascript:alert(1))", "甲"),
    ("1. 點 ![右上角](a.png)\n2. 點 ![](b.png)", "1. 點 ![右上角](a.png)\n2. 點 ![](b.png)"),
    ('<img alt="右上角" src="a b.png" width=10/>', "![右上角](<a b.png>)"),
    ("![圖](data:image/png;base64,AAAA)", "圖"),
    ("~~舊~~ <del>舊</del> *斜* _斜_ <u>線</u>", "~~舊~~ ~~舊~~ 斜 斜 線"),
    ("**粗**、__粗__", "**粗**、**粗**"),
    ("- [x] 甲\n- [ ] 乙", "- [x] 甲\n- [ ] 乙"),
    ("\\*ST 1\\. \\[甲\\](乙) \\_\\_init\\_\\_", "\\*ST 1. \\[甲\\](乙) \\__init_\\_"),
    ("甲&nbsp;&amp;&lt;b&gt;", "甲 &\\<b>"),
    ("甲  \n乙\\\n丙<br>丁", "甲\n乙\n丙\n丁"),
    ("詞\n: 義一\n: 義二", "詞\n\n義一\n\n義二"),
    ("👨‍👩‍👧 ❤️ 甲\u200b乙\u202e", "👨‍👩‍👧 ❤️ 甲乙"),
    ("<!DOCTYPE html><title>不要</title><style>a{}</style><script>b()</script>甲<!-- 註 -->乙", "甲乙"),
    ("<kbd>Ctrl</kbd>+<code>a&lt;b_</code> <型號> <job_id>", "Ctrl+`a<b_` \\<型號> \\<job_id>"),
    ("甲\r\n乙\r\n\r\n丙", "甲\n乙\n\n丙"),
    ("[TOC]\n\n甲", "甲"),
])  # fmt: skip
def test_what_stands_in_a_line_stays(text: str, body: str) -> None:
    assert simplify(text).text == body + "\n"


@pytest.mark.parametrize(("text", "body"), [
    ("### 甲 {#a}\n\n###### 乙 ##\n\n丙\n---", "### 甲\n\n###### 乙\n\n## 丙"),
    ("3. 甲\n4. 乙\n\n中\n\n5. 丙", "3. 甲\n4. 乙\n\n中\n\n5. 丙"),
    ("1. 甲\n\n<!-- -->\n\n1. 乙", "1. 甲\n\n1) 乙"),
    ("1. 甲\n   1. 子\n   2. 丑\n\n      文\n2. 乙", "1. 甲\n   1. 子\n   2. 丑\n\n      文\n2. 乙"),
    ("- 甲\n\n  3. 子\n  4. 丑", "- 甲\n\n  3. 子\n  4. 丑"),
    ("1. 甲\n\n   ```sh\n   a\n     b\n   ```\n2. 乙", "1. 甲\n\n   ```\n   a\n     b\n   ```\n2. 乙"),
    ("1. 甲\n\n```\na\n```\n\n2. 乙", "1. 甲\n\n```\na\n```\n\n2. 乙"),
    ("> 甲\n> 1. 乙\n>    - 丙\n>\n> ```\n> <a>\n> ```", "> 甲\n>\n> 1. 乙\n>    - 丙\n>\n> ```\n> <a>\n> ```"),
    ("- 甲\n  > 乙", "- 甲\n\n  > 乙"),
    ("````\n```\n<b>\n````", "````\n```\n<b>\n````"),
    ("`<b>` `` a`b `` <!-- `x` -->", "`<b>` ``a`b``"),
    ("```html\n<!-- 留 --><script>留</script>\n```", "```\n<!-- 留 --><script>留</script>\n```"),
    ("<pre><code>a &lt; b\n  <span>c</span></code></pre>", "```\na < b\n  c\n```"),
    ("<ol start=3><li>甲</li><li value='7'>乙<ul><li>丙</li></ul></li><li><p>丁</p><p>戊</p></li></ol>",
     "3. 甲\n\n7) 乙\n   - 丙\n8) 丁\n\n   戊"),
    ("<ol><li>甲</li></ol><ol><li>乙</li></ol>", "1. 甲\n\n1) 乙"),
    ("<ol><li>甲<li>乙</ol>", "1. 甲\n2. 乙"),
    ("<ol>\n  <li>甲\n    <ol>\n      <li>子</li>\n    </ol>\n  </li>\n  <li></li>\n  <li>丙</li>\n</ol>",
     "1. 甲\n   1. 子\n2.\n3. 丙"),
    ("1. 甲\n<br/>\n2. 乙", "1. 甲\n2. 乙"),
    ("<h2>甲 <a href='/a'>乙</a></h2><p>丙</p>", "## 甲 [乙](/a)\n\n丙"),
    ("<a href='/a'><h3>甲</h3><p>乙</p></a>", "### [甲](/a)\n\n乙"),
    ("<dl><dt>詞</dt><dd>義</dd></dl>", "詞\n\n義"),
    ("<blockquote><p>甲</p><p>乙</p></blockquote>丙", "> 甲\n>\n> 乙\n\n丙"),
    ("<iframe src='https://x.tw/v' title='影片'></iframe>", "[影片](https://x.tw/v)"),
    ("<div><div>甲</div>\n\n1. 乙\n\n</div>", "甲\n\n1. 乙"),
    ("<b>App：</b>打開", "**App**：打開"),
])  # fmt: skip
def test_blocks_keep_their_form(text: str, body: str) -> None:
    assert simplify(text).text == body + "\n"


def test_tables_stay_tables() -> None:
    text = "|a|b\\|c|\n|:-|-:|\n|`x\\|y`|1<br>2|\n| [甲](/a) | <ol><li>子</li><li>丑</li></ol> |\n|![圖](i.png)|"

    assert simplify(text).text == (
        "| a | b\\|c |\n| --- | --- |\n| `x\\|y` | 1 2 |\n| [甲](/a) | 1. 子 2. 丑 |\n| ![圖](i.png) |  |\n"
    )


def test_html_tables_become_tables_with_merged_cells_filled() -> None:
    text = (
        "<table><caption>表</caption><thead><tr><th rowspan=2>甲</th><th colspan=2>乙</th></tr></thead>"
        "<tr><td>丙|丁</td><td><a href='/x'>連</a><br>二 &lt;</td></tr>"
        "<tr hidden><td>藏</td></tr><tr><td>戊</td><td>`a|b`</td><td><img src=p.png alt=圖></td></tr></table>"
    )

    assert simplify(text).text == (
        "表\n\n| 甲 | 乙 | 乙 |\n| --- | --- | --- |\n| 甲 | 丙\\|丁 | [連](/x) 二 \\< |\n"
        "| 戊 | `a\\|b` | ![圖](p.png) |\n"
    )


def test_a_table_of_one_column_only_places_its_content() -> None:
    assert simplify("<table><tr><td><ol><li>甲</li><li>乙</li></ol></td></tr></table>").text == "1. 甲\n2. 乙\n"
    assert to_pipes("<table></table>") == ""


def test_a_table_inside_a_step_stays_there() -> None:
    text = "1. 甲\n\n   <table><tr><td>a</td><td>b</td></tr></table>\n2. 乙"

    assert simplify(text).text == "1. 甲\n\n   | a | b |\n   | --- | --- |\n2. 乙\n"


def test_footnotes_stand_at_the_end() -> None:
    text = "甲[^1]，乙[^note]。\n\n[^1]: 註一 [連](/a)\n[^note]: 註二\n    續行\n\n丙"

    assert simplify(text).text == "甲[^1]，乙[^note]。\n\n丙\n\n[^1]：註一 [連](/a)\n\n[^note]：註二\n續行\n"


def test_the_title_is_plain_text_and_what_it_leads_to_is_kept() -> None:
    page = simplify("# ![](i.png) A&nbsp;&amp; `b` **c** C:\\\\x {#id}\n\n文")

    assert page.title == "A & b c C:\\x"
    assert page.blocks == ["![](i.png)", "文"]
    assert simplify("# 甲\n\n# 乙\n\n## 丙").blocks == ["## 乙", "### 丙"]


def test_what_is_not_carried_is_told_once_for_each_kind() -> None:
    lost = simplify("![圖](data:image/png;base64,AA) <img src='data:image/gif;base64,BB'> [甲](javascript:a())").lost

    assert [line.split()[:2] for line in lost] == [["2", "image(s)"], ["1", "link(s)"]]
    assert simplify("![圖](a.png) `data:`").lost == ()


def test_the_first_words_are_without_marks() -> None:
    assert simplify("1. **打開** [頁面](/a)。然後").first_words == "打開 頁面。"


def test_what_people_read_keeps_joiners_and_what_is_matched_does_not() -> None:
    assert readable("👨‍👩‍👧 ❤️ 葛\U000e0100\u200b\u202e\ufeff") == "👨‍👩‍👧 ❤️ 葛\U000e0100"
    assert clean("❤️") == "❤"
    assert fold("👨‍👩‍👧") == fold("👨👩👧")


@given(st.lists(st.sampled_from([
    "甲", "<b>", "</b>", "<ol>", "<li>", "</li>", "</ol>", "\n", "\n\n", "乙", "<table>", "<tr>", "<td>", "</table>",
    "|", "- ",
    "1. ", "> ", "`", "```\n", "丙", "<a href='x'>", "</a>", "<div>", "</div>", ":::note\n", ":::\n", "<details>",
    "<summary>",
    "</summary>", "</details>", "[", "](y)", "丁", "<Tabs>", "<Tab title='戊'>", "</Tab>", "<Steps>",
    "<Step title='己'>", "</Step>",
    "    ", "<h2>", "</h2>", "<pre>", "</pre>", "庚", "!!! note\n", "{% hint %}", "{% endhint %}", "# ", "~~", "**",
    "：",
]), max_size=30))  # fmt: skip
@example(["<summary>", "```\n", "甲"])
def test_no_text_is_lost_whatever_the_marks(parts: list[str]) -> None:
    text = "".join(parts)
    page = simplify(text)
    code = re.sub(r"<table>.*", "", text, flags=re.DOTALL)  # text between the cells of a table is no content
    shown = f"{page.title} {page.text}"

    for sign in "甲乙丙丁庚":
        assert shown.count(sign) >= code.count(sign)


@pytest.mark.parametrize("part", [
    "<a ", "<a {", "<div>", "<ol><li>", "</li>", "`", "`` ` ", "<!--", "{/*", "```\n", "> ", "- ", "1. ", "1、x\n",
    "[", "[[x",
    "![](", "*", "| a ", "<table>", "<table><tr><td>", ":::note\n", "!!! note\n    ", "{% hint %}",
    "<details><summary>",
    "Q：a\n", "[^1]: x\n", "<pre>", "<script>", "<svg ", "<Steps><Step title='x'>", "export const a\n", "一、a\n\n",
    "</x",
])  # fmt: skip
def test_a_long_hostile_text_is_read_in_seconds(part: str) -> None:
    begin = time.perf_counter()
    simplify((part * 60_000)[:60_000])
    assert time.perf_counter() - begin < 5


def test_hidden_rows_of_tables_are_left_out_and_told() -> None:
    page = simplify(
        "<table><tr><th>型號</th><th>價格</th></tr><tr hidden><td>停售</td><td>1</td></tr>"
        "<tr><td>甲</td><td hidden>9</td><td>2</td></tr></table>"
    )
    assert "停售" not in page.text
    assert page.lost == ("2 hidden row(s) or cell(s) of tables left out",)
