"""Lines that carry their own numbers become ordered lists with the same numbers, and are counted in the source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from supportbot.importers.counting import steps_of
from supportbot.importers.markdown import simplify


def numbers(body: str) -> list[tuple[int, int]]:
    """Return depth and number of each item of an ordered list, as a reader of the Markdown sees them."""
    found: list[tuple[int, int]] = []
    lists: list[int | None] = []
    for token in MarkdownIt("commonmark").parse(body):
        if token.type in ("ordered_list_open", "bullet_list_open"):
            lists.append(int(token.attrs.get("start", 1)) if token.type[0] == "o" else None)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            lists.pop()
        elif token.type == "list_item_open" and (number := lists[-1]) is not None:
            found.append((len(lists), number))
            lists[-1] = number + 1
    return found


@pytest.mark.parametrize("form", [
    "{}、打開", "{}．打開", "{}.打開", "（{}）打開", "({}) 打開", "{}）打開", "{})打開", "第{}步：打開",
    "第 {} 步 打開",
    "步驟{}：打開", "步骤 {} 打開", "Step {}: 打開", "**Step {}.** 打開", "**步驟{}**：打開", "- （{}）打開",
    "> {}、打開",
])  # fmt: skip
@pytest.mark.parametrize("between", ["\n", "\n\n", "\n\n![圖](a.png)\n\n", "\n\n說明。\n\n"])
def test_each_form_becomes_steps_with_its_numbers_whatever_stands_between(form: str, between: str) -> None:
    text = between.join(form.format(number) for number in (1, 2, 3))
    body = simplify(text).text

    assert [number for _, number in numbers(body)] == [1, 2, 3]
    assert body.count("打開") == 3
    assert "步" not in body


@pytest.mark.parametrize(("text", "body"), [
    ("①甲\n②乙", "1. 甲\n2. 乙\n"),
    ("第一步：甲\n第二步：乙", "1. 甲\n2. 乙\n"),
    ("步驟十：甲\n步驟十一：乙", "10. 甲\n11. 乙\n"),
    ("**第一步：甲**\n**第二步：乙**", "1. **甲**\n2. **乙**\n"),
    ("步驟1\n\n甲\n\n步驟2\n\n乙", "1. 甲\n\n2. 乙\n"),
    ("3、甲\n4、乙", "3. 甲\n4. 乙\n"),
    ("<p>1、甲</p><p>2、乙</p>", "1. 甲\n2. 乙\n"),
    ("甲：<br>1、乙<br>2、丙", "甲：\n\n1. 乙\n2. 丙\n"),
    ("1、甲\n續行\n2、乙", "1. 甲\n   續行\n2. 乙\n"),
    ("1、甲\n- 子\n2、乙", "1. 甲\n   - 子\n2. 乙\n"),
    ("1、甲\n\n圖：\n\n2、乙", "1. 甲\n\n圖：\n\n2. 乙\n"),
    ("1、甲\n2、乙\n\n說明。\n\n1、丙\n2、丁", "1. 甲\n2. 乙\n\n說明。\n\n1. 丙\n2. 丁\n"),
])  # fmt: skip
def test_steps_are_written_as_a_list(text: str, body: str) -> None:
    assert simplify(text).text.replace("\n\n2. 乙", "\n2. 乙") == body.replace("\n\n2. 乙", "\n2. 乙")


def test_a_restart_begins_a_new_list() -> None:
    assert numbers(simplify("1、甲\n2、乙\n1、丙\n2、丁").text) == [(1, 1), (1, 2), (1, 1), (1, 2)]


@pytest.mark.parametrize("text", [
    "1、甲\n（1）子\n（2）丑\n2、乙",
    "1. 甲\n（1）子\n（2）丑\n2. 乙",
    "1. 甲\n   ①子\n   ②丑\n2. 乙",
    "1、甲\n  1、子\n  2、丑\n2、乙",
    "第一步：甲\n1、子\n2、丑\n第二步：乙",
    "（1）甲\n①子\n②丑\n（2）乙",
])  # fmt: skip
def test_a_form_below_another_counts_its_sub_steps(text: str) -> None:
    assert numbers(simplify(text).text) == [(1, 1), (2, 1), (2, 2), (1, 2)]


def test_lists_that_meet_keep_their_numbers() -> None:
    body = simplify("1.打開\n2.關閉\n\n1. 開啟\n2. 輸入\n\n步驟一：甲\n步驟二：乙").text

    assert [number for _, number in numbers(body)] == [1, 2, 1, 2, 1, 2]


@pytest.mark.parametrize("text", [
    "1、單獨一項",
    "3、4 級帳戶\n5、6 級帳戶",
    "1.5 倍\n2.5 倍",
    "1.2.3 版\n1.2.4 版",
    "2024.05.01 發佈\n2025.05.01 更新",
    "三、四線城市\n五、六線城市",
    "一、甲\n二、乙",
    "1、甲\n3、丙",
    "**1、標題**\n\n文\n\n**2、標題**",
    "\\1、甲 1、乙 2、丙",
])  # fmt: skip
def test_what_only_looks_numbered_is_no_step(text: str) -> None:
    body = simplify(text).text

    assert numbers(body) == []
    assert not steps_of(text)


def test_code_and_tables_are_left_alone() -> None:
    text = "```\n1、甲\n2、乙\n```\n\n| a | b |\n| --- | --- |\n| 1、甲 | 乙 |\n| 2、丙 | 丁 |"

    assert simplify(text).text == text + "\n"


def test_sections_that_stand_alone_become_headings() -> None:
    assert simplify("一、準備\n\n請先登入。\n\n二、操作\n\n點擊。").text == (
        "## 一、準備\n\n請先登入。\n\n## 二、操作\n\n點擊。\n"
    )
    assert "#" not in simplify("一、先登入，再操作\n\n說明\n\n二、點擊。\n\n說明").text


def test_steps_of_a_source_are_counted_with_numbers_texts_and_lines() -> None:
    text = (
        "1. **打開** App\n   1. 點擊 [這裡](x)\n\n<ol start='3'><li>三</li><li value='7'>七</li></ol>\n\n"
        "第一步：甲\n\n說明\n\n第二步：乙\n\n<Steps>\n<Step title='安裝'>\n文\n</Step>\n</Steps>\n\n"
        "```\n1. 程式\n```\n<!-- \n1. 註解\n-->\n"
    )

    assert [(step.number, step.text, step.line) for step in steps_of(text, first_line=11)] == [
        (1, "打開 App", 11), (1, "點擊 這裡", 12), (3, "三", 14), (7, "七", 14), (1, "甲", 16), (2, "乙", 20),
        (1, "安裝", 23),
    ]  # fmt: skip


@given(st.lists(st.sampled_from(
    ["1、甲", "2、乙", "3、丙", "（1）丁", "（2）戊", "1. 己", "2. 庚", "文", "", "- 辛", "## 壬", "> 癸", "   子",
     "①丑", "②寅"]
), max_size=12))  # fmt: skip
def test_no_text_is_lost_or_moved_whatever_the_order(lines: list[str]) -> None:
    shown = iter(simplify("\n".join(lines)).text)

    assert all(sign in shown for line in lines for sign in line if sign in "甲乙丙丁戊己庚文辛壬癸子丑寅")


@given(st.lists(st.sampled_from(
    ["1、甲\n2、乙\n3、丙", "（1）丁\n（2）戊", "1、甲\n（1）丁\n（2）戊\n2、乙", "1. 己\n2. 庚\n\n段", "文", "- 辛",
     "## 壬", "> 癸",
     "①丑\n\n圖\n\n②寅", "第一步：子\n1、甲\n2、乙\n第二步：卯", "7、辰"]
), max_size=8), st.sampled_from(["\n", "\n\n"]))  # fmt: skip
def test_the_steps_that_come_out_are_those_of_the_source(parts: list[str], between: str) -> None:
    text = between.join(parts)

    assert [number for _, number in numbers(simplify(text).text)] == [step.number for step in steps_of(text)]
