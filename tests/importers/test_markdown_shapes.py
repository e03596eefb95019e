"""Shapes of Markdown that help centres publish, and what stands in the article."""

import time
from pathlib import Path

import pytest

from supportbot.importers import Imported, Options, front, stream
from supportbot.importers.counting import steps_of
from supportbot.importers.markdown import simplify
from supportbot.syncing.links import Addresses


def body(text: str) -> str:
    return simplify(text).text.rstrip("\n")


def numbers(text: str) -> list[int]:
    return [step.number for step in steps_of(text)]


def test_an_imported_component_keeps_its_meaning_and_title() -> None:
    text = 'import { Aside } from "@astrojs/starlight";\n\n<Aside type="caution" title="小心">不要關閉</Aside>'
    assert body(text) == "> 小心\n>\n> 不要關閉"


@pytest.mark.parametrize("mark", ["<b>{}</b>", "<strong>{}</strong>", "**{}**"])
def test_the_question_of_a_bold_summary_is_a_plain_heading(mark: str) -> None:
    text = f"<details><summary>{mark.format('Q3. 可以退嗎？')}</summary>可以。</details>"
    assert body(text) == "### Q3：可以退嗎？\n\n可以。"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("【問】有保固嗎？", "【答】一年。"),
        ("【Q】有保固嗎？", "【A】一年。"),
        ("【问题】有保固嗎？", "【回答】一年。"),
    ],
)
def test_questions_in_lenticular_brackets(question: str, answer: str) -> None:
    assert body(f"{question}\n{answer}") == f"### Q：有保固嗎？\n\n{answer}"


def test_questions_whose_marks_end_with_an_enumeration_comma() -> None:
    assert body("Q6、可以嗎？\nA6、可以。\n\nQ7. 真的？\nA7. 真的。") == (
        "### Q6：可以嗎？\n\nA6、可以。\n\n### Q7：真的？\n\nA7. 真的。"
    )


def test_options_that_only_look_like_answers_stay() -> None:
    text = "方案 Q1. 上半年\n\nA1 紙張\n\nA. 選項"
    assert body(text) == text


@pytest.mark.parametrize("spaces", [2, 3, 4])
@pytest.mark.parametrize("end", ["\n", "\n\n"])
def test_sub_steps_are_nested_however_far_they_are_indented(spaces: int, end: str) -> None:
    lines = ["1. 一", f"{' ' * spaces}1. 甲", f"{' ' * spaces}2. 乙", "2. 二", f"{' ' * spaces}- 丙", "3. 三"]
    text = end.join(lines)
    assert body(text).split("\n") == ["1. 一", "   1. 甲", "   2. 乙", "2. 二", "   - 丙", "3. 三"]
    assert numbers(text) == [1, 1, 2, 2, 3]


def test_what_is_not_meant_as_a_sub_list_stays() -> None:
    assert body(" 9. 九\n10. 十\n  說明") == "9. 九\n10. 十\n    說明"
    assert body("1. 一\n  2. 二\n  3. 三") == "1. 一\n2. 二\n3. 三"


def test_latin_words_directly_behind_a_number_are_steps() -> None:
    assert body("1.App 首頁\n2.iOS 用戶\n3.wifi設定") == "1. App 首頁\n2. iOS 用戶\n3. wifi設定"
    assert body("Step1打開\nStep2登入") == "1. 打開\n2. 登入"


@pytest.mark.parametrize("text", ["1.png\n2.png", "1.example.com\n2.example.com", "1.5 倍\n2.5 倍", "1.x 版\n2.x 版"])
def test_names_and_versions_are_no_steps(text: str) -> None:
    assert body(text) == text
    assert numbers(text) == []


def test_lists_in_notes_and_tabs_of_mkdocs_are_counted_as_they_are_read() -> None:
    note = '!!! warning "重要"\n    請先：\n\n    1. 甲\n    2. 乙\n\n        !!! note\n            1. 丙\n'
    text = note + '\n=== "iOS"\n\n    1. 丁\n    2. 戊\n'
    assert [(step.number, step.text) for step in steps_of(text)] == [
        (1, "甲"),
        (2, "乙"),
        (1, "丙"),
        (1, "丁"),
        (2, "戊"),
    ]


def test_a_list_that_goes_on_below_a_rule_is_one_list() -> None:
    assert body("1. 打開\n\n---\n\n2. 關閉") == "1. 打開\n2. 關閉"
    assert body("1. 打開\n\n---\n\n1. 關閉") == "1. 打開\n\n1) 關閉"


def test_wiki_links_are_links_and_images() -> None:
    text = "見 [[退貨]]、[[退貨#步驟|退貨步驟]]。\n\n1. 點 ![[鈕.png|200]]\n2. 看 ![[圖 1.png|說明]]\n\n"
    text += "| a | [[退貨\\|退]] |\n|---|---|"
    assert body(text) == (
        "見 [退貨](退貨)、[退貨步驟](退貨#步驟)。\n\n1. 點 ![](鈕.png)\n2. 看 ![說明](<圖 1.png>)\n\n"
        "| a | [退](退貨) |\n| --- | --- |"
    )


@pytest.mark.parametrize("text", ["`[[退貨]]`", "[[退貨]](https://example.com)"])
def test_double_brackets_that_are_no_wiki_links_stay(text: str) -> None:
    assert "](退貨)" not in body(text)


def test_a_wiki_link_leads_to_a_page_of_another_folder(tmp_path: Path) -> None:
    for name, text in {"甲/退貨.md": "# 退貨\n\n內容", "乙/換貨.md": "# 換貨\n\n見 [[退貨#步驟]]。"}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text, "utf-8")
    known = Addresses()
    found = [one for one in stream(tmp_path, Options()) if isinstance(one, Imported)]
    for number, one in enumerate(found):
        known.add(number, one)
    page = next(one.article for one in found if one.article.title == "換貨")
    place = next(number for number, one in enumerate(found) if one.article.title == "退貨")
    assert known.resolve("退貨#步驟", page) == (place, "#步驟")


def test_marks_of_hugo_are_what_they_show() -> None:
    text = '{{< notice tip "提醒" >}}\n先備份\n{{< /notice >}}\n\n{{% steps %}}\n1. 甲\n2. 乙\n{{% /steps %}}\n'
    text += '\n{{< figure src="/b.png" alt="說明圖" caption="圖一" >}}\n\n見 [付款]({{< relref "pay.md" >}})'
    assert body(text) == "> 提醒\n>\n> 先備份\n\n1. 甲\n2. 乙\n\n![說明圖](/b.png)\n\n圖一\n\n見 [付款](pay.md)"
    assert [(step.number, step.text) for step in steps_of(text)] == [(1, "甲"), (2, "乙")]


def test_marks_of_hexo_and_jekyll_are_what_they_show() -> None:
    text = "{% note warning %}\n注意\n{% endnote %}\n\n{% asset_img a.png 圖 %} 與 {% post_link pay 付款頁 %}\n\n"
    text += "[x]({% link _posts/a.md %})\n{: .note }"
    assert body(text) == "> 注意\n\n![圖](a.png) 與 [付款頁](pay)\n\n[x](_posts/a.md)"


def test_code_keeps_marks_of_generators() -> None:
    text = '`{{< ref "a.md" >}}` 與 {{ 變數 }}'
    assert body(text) == text


def test_a_shortcode_that_is_not_known_loses_nothing() -> None:
    assert body("按 {{< kbd >}}Ctrl{{< /kbd >}} 鍵") == "按 Ctrl 鍵"
    assert "youtube abc" in body("{{< youtube abc >}}")


def test_categories_within_a_category_are_carried() -> None:
    header, _, problems = front.read("---\ncategories:\n- [說明, 物流]\n- 運送\n---\n文", Path("a.md"))
    assert (header.category, problems) == ("說明 / 物流 / 運送", [])


def test_a_shortcode_of_spaces_takes_no_time() -> None:
    begin = time.monotonic()
    assert simplify("{{<a " + " " * 500_000).text
    assert time.monotonic() - begin < 3


@pytest.mark.parametrize("opening", ["<!--", "{/*", "<pre>", "<script "])
def test_steps_are_counted_in_no_time_among_marks_that_nothing_closes(opening: str) -> None:
    begin = time.monotonic()
    assert numbers("1. 甲\n\n<!-- \n1. 乙\n-->\n\n" + opening * 50_000) == [1]
    assert time.monotonic() - begin < 5
