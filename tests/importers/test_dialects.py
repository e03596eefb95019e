"""The forms of documentation tools mean the same in the body: notes, tabs, steps, folded questions, cards."""

import pytest

from supportbot.content.articles import Article
from supportbot.importers import markup
from supportbot.importers.html import to_markdown
from supportbot.importers.markdown import simplify
from supportbot.index import chunking


def body(text: str) -> str:
    return simplify(text).text.rstrip("\n")


@pytest.mark.parametrize("text", [
    "> [!NOTE] 標題\n> 甲\n>\n> - 乙",
    ":::note[標題]\n甲\n\n- 乙\n:::",
    "::: tip 標題\n甲\n\n- 乙\n:::",
    ':::caution{title="標題"}\n甲\n\n- 乙\n:::',
    ":::warning 標題 {.class}\n甲\n- 乙\n:::",
    '!!! note "標題"\n    甲\n\n    - 乙',
    '??? warning "標題"\n    甲\n\n    - 乙',
    "<Aside type='caution' title=\"標題\">\n甲\n\n- 乙\n</Aside>",
    "<Callout title='標題'>\n  甲\n\n  - 乙\n</Callout>",
])  # fmt: skip
def test_notes_become_block_quotes_that_begin_with_their_title(text: str) -> None:
    assert body(f"前\n\n{text}\n\n後") == "前\n\n> 標題\n>\n> 甲\n>\n> - 乙\n\n後"


@pytest.mark.parametrize("text", [
    "> [!WARNING]\n> 甲", ":::info\n甲\n:::", "!!! tip\n    甲", "<Note>甲</Note>", "<Warning>\n\n甲\n\n</Warning>",
    "<Tip>\n    甲\n</Tip>", '{% hint style="info" %}\n甲\n{% endhint %}',
])  # fmt: skip
def test_a_note_without_a_title_gets_none(text: str) -> None:
    assert body(text) == "> 甲"


def test_notes_nest_and_end_where_they_end() -> None:
    assert body("::::note\n外\n:::tip\n內\n:::\n外\n::::\n後") == "> 外\n>\n> > 內\n>\n> 外\n\n後"
    assert body("!!! note\n    外\n    !!! tip\n        內\n後") == "> 外\n>\n> > 內\n\n後"
    assert body("<Note>外<Tip>內</Tip></Note>後") == "> 外\n>\n> > 內\n\n後"


def test_what_stands_in_a_step_stays_in_it() -> None:
    text = (
        "1. 甲\n\n   :::tip\n   註\n   :::\n\n2. 乙\n   <details>\n   <summary>如何？</summary>\n\n   這樣。\n"
        "   </details>\n3. 丙\n   !!! warning\n       警告\n4. 丁"
    )

    assert body(text) == "1. 甲\n\n   > 註\n2. 乙\n\n   **Q：如何？**\n\n   這樣。\n3. 丙\n\n   > 警告\n4. 丁"


@pytest.mark.parametrize("text", [
    '<Tabs groupId="a">\n  <TabItem value="app" label="App">\n\n  1. 甲\n  2. 乙\n\n  </TabItem>\n'
    '  <TabItem value="Web">\n    丙\n  </TabItem>\n</Tabs>',
    '<Tabs values={[{label: "App", value: "a"}, {label: "Web", value: "b"}]}>\n<TabItem value="a">\n\n1. 甲\n2. 乙\n\n'
    '</TabItem>\n<TabItem value="b">丙</TabItem>\n</Tabs>',
    "<Tabs>\n  <Tab title='App'>\n    1. 甲\n    2. 乙\n  </Tab>\n  <Tab title='Web'>丙</Tab>\n</Tabs>",
    "<Tabs items={['App', 'Web']}>\n<Tabs.Tab>\n\n1. 甲\n2. 乙\n\n</Tabs.Tab>\n<Tabs.Tab>丙</Tabs.Tab>\n</Tabs>",
    '{% tabs %}\n{% tab title="App" %}\n1. 甲\n2. 乙\n{% endtab %}\n\n'
    '{% tab title="Web" %}\n丙\n{% endtab %}\n{% endtabs %}',
    '=== "App"\n\n    1. 甲\n    2. 乙\n\n=== "Web"\n\n    丙',
    ":::tabs\n== App\n1. 甲\n2. 乙\n== Web\n丙\n:::",
    "::: tabs\n@tab App\n1. 甲\n2. 乙\n@tab Web\n丙\n:::",
])  # fmt: skip
def test_tabs_become_sections_that_tell_platforms(text: str) -> None:
    page = body(f"import Tabs from '@theme/Tabs';\n\n{text}\n")

    assert page == "### App\n\n1. 甲\n2. 乙\n\n### Web\n\n丙"
    assert markup.platforms_of("如何登入？", page) == ("app", "web")


def test_a_heading_inside_a_tab_stays_in_the_tab() -> None:
    text = "<Tabs>\n<TabItem label='App'>\n\n## 準備\n\n甲\n\n### Step 1. 打開\n\n乙\n\n</TabItem>\n</Tabs>\n"

    page = body(text)
    assert page == "### App\n\n**準備**\n\n甲\n\n**Step 1. 打開**\n\n乙"
    chunks = chunking.split(Article("a", "標題", page))
    assert [chunk.platform for chunk in chunks] == ["app"] * len(chunks)


@pytest.mark.parametrize("text", [
    "<Steps>\n  <Step title='安裝'>\n    執行：\n\n    ```bash\n    a\n      b\n    ```\n  </Step>\n"
    "  <Step title='登入'>\n    1. 子\n    2. 丑\n  </Step>\n</Steps>",
    "<Step title='安裝'>\n執行：\n```\na\n  b\n```\n</Step>\n<Step title='登入'>\n1. 子\n2. 丑\n</Step>",
])  # fmt: skip
def test_steps_of_components_are_numbered(text: str) -> None:
    assert body(text) == "1. 安裝\n\n   執行：\n\n   ```\n   a\n     b\n   ```\n2. 登入\n   1. 子\n   2. 丑"


def test_steps_of_gitbook_and_of_starlight_are_numbered() -> None:
    gitbook = "{% stepper %}\n{% step %}\n## 一\n做一\n{% endstep %}\n{% step %}\n## 二\n做二\n{% endstep %}"
    starlight = "<Steps>\n\n1. 一\n\n   <Aside>註</Aside>\n\n2. 二\n\n</Steps>"

    assert body(gitbook) == "1. **一**\n\n   做一\n2. **二**\n\n   做二"
    assert body(starlight) == "1. 一\n\n   > 註\n2. 二"


def test_lists_of_neighbouring_components_keep_their_numbers() -> None:
    assert body("<Tabs>\n\n1. 甲\n\n</Tabs>\n<Steps>\n\n1. 乙\n\n</Steps>") == "1. 甲\n\n1) 乙"


@pytest.mark.parametrize(("text", "shown"), [
    ('<Card title="甲" icon="x" href="/a">\n  乙\n</Card>', "[甲](/a)\n\n乙"),
    ('<LinkCard title="甲" href="/a" description="乙" />', "[甲](/a)\n\n乙"),
    ('<CardGroup cols={2}>\n<Card title="甲">乙</Card>\n</CardGroup>', "甲\n\n乙"),
    ('<Frame caption="圖說">\n  <img src="/a.png" alt="畫面" />\n</Frame>', "![畫面](/a.png)\n\n圖說"),
    ('這是<Tooltip tip="說明">名詞</Tooltip>。', "這是名詞（說明）。"),
    ('<Expandable title="屬性">\n甲\n</Expandable>', "### 屬性\n\n甲"),
    ('<ParamField path="id" type="string" required>\n  識別碼\n</ParamField>', "**id** string\n\n識別碼"),
    ('<Update label="2024-10" description="v1">\n甲\n</Update>', "### 2024-10\n\nv1\n\n甲"),
    ('甲 <Badge type="tip" text="測試版" /> <Badge>新</Badge>', "甲 測試版 新"),
    ("<FileTree>\n- src/\n  - a.md\n</FileTree>", "- src/\n  - a.md"),
    ('<Unknown label="甲" caption="乙">丙</Unknown>', "甲\n\n乙\n\n丙"),
    ('<Unknown title="甲" alt="乙" onClick={() => x} style={{a: 1}} />', "甲 乙"),
    ('<My.Link href="/a">甲</My.Link>', "[甲](/a)"),
    ("{/* 註 */}甲 <>乙</>{' '}丙", "甲 乙 丙"),
    ('{% content-ref url="a.md" %}\n[甲](a.md)\n{% endcontent-ref %}', "[甲](a.md)"),
    ('{% content-ref url="a.md" %}\n{% endcontent-ref %}', "[a.md](a.md)"),
    ('{% embed url="https://x.tw" caption="影片" %}', "[影片](https://x.tw)"),
    ('{% embed url="https://x.tw" %}\n甲\n{% endembed %}', "[https://x.tw](https://x.tw)\n\n甲"),
    ("::: code-group\n```sh [npm]\na\n```\n```sh [yarn]\nb\n```\n:::", "npm\n\n```\na\n```\n\nyarn\n\n```\nb\n```"),
    ('```js title="a.js" {1}\na\n```', "a.js\n\n```\na\n```"),
    ("{% 不明 %} `{% hint %}`", "{% 不明 %} `{% hint %}`"),
])  # fmt: skip
def test_other_components_keep_their_texts_and_addresses(text: str, shown: str) -> None:
    assert body(text) == shown


def test_imports_and_exports_go_and_imported_components_too() -> None:
    text = "import {\n  A,\n} from 'x';\n"
    text += "import Foo from './foo'\nexport const x = {\n  a: 1,\n};\n\n甲<Foo />乙 <Name> <A>丙</A>"

    assert body(text) == "甲乙 \\<Name> 丙"


@pytest.mark.parametrize("text", [
    "**Q：如何退費？**\n\n聯繫客服。",
    "<details>\n<summary>如何退費？</summary>\n\n聯繫客服。\n\n</details>",
    "<details><summary><b>Q：如何退費？</b></summary>聯繫客服。</details>",
    "<Accordion title='如何退費？'>\n  聯繫客服。\n</Accordion>",
    "::: details 如何退費？\n聯繫客服。\n:::",
    '??? question "如何退費？"\n    聯繫客服。',
    "**Q：** 如何退費？\n\n答：聯繫客服。",
    "問：如何退費？\n答：聯繫客服。",
    "Q. 如何退費？\nA: 聯繫客服。",
    "- **Q: 如何退費？** A: 聯繫客服。",
    "- Q: 如何退費？\n  A: 聯繫客服。",
    "Q: 如何退費？ A: 聯繫客服。",
    "**問題：** 如何退費？\n**解答：** 聯繫客服。",
    "Q:\n如何退費？\nA:\n聯繫客服。",
])  # fmt: skip
def test_questions_become_headings_with_their_answers_below(text: str) -> None:
    heading, answer = body(text).replace("**", "").split("\n\n", 1)

    assert heading == "### Q：如何退費？"
    assert answer.endswith("聯繫客服。")
    (chunk,) = chunking.split(Article("a", "標題", body(text)))
    assert (chunk.kind, chunk.heading) == ("qa", "Q：如何退費？")


def test_a_question_keeps_its_number_and_a_title_that_asks_nothing_is_a_heading() -> None:
    assert body("<details><summary> Q1. 費率 </summary>1%</details>") == "### Q1：費率\n\n1%"
    assert body("<details><summary>費率</summary>1%</details>") == "### 費率\n\n1%"
    assert body("Q2：費率？\nA2：1%") == "### Q2：費率？\n\nA2：1%"


@pytest.mark.parametrize(
    "text", ["Q：沒有答案\n\n文", "**Q：沒有答案**", "QA：測試\nA：文", "問題：登入失敗\n\n請重試。", "A：只有答案"]
)
def test_what_no_answer_follows_stays_as_it_is(text: str) -> None:
    assert "#" not in body(text)


TABS = (
    '<Tabs>\n<TabItem label="App">\n\n1. 打開。\n\n</TabItem>\n'
    '<TabItem label="Web">\n\n1. 登入。\n\n</TabItem>\n</Tabs>\n'
)


def test_tabs_stand_below_their_heading_and_what_follows_them_does_not_belong_to_the_last() -> None:
    body = simplify(f"# 標題\n\n### SSH\n\n{TABS}\n等三天。\n\n## 下一節\n\n{TABS}").text
    assert body == (
        "### SSH\n\n#### App\n\n1. 打開。\n\n#### Web\n\n1. 登入。\n\n<!-- end of section -->\n\n等三天。\n\n"
        "## 下一節\n\n### App\n\n1. 打開。\n\n### Web\n\n1. 登入。\n"
    )
    assert simplify(body).text == body


def test_what_follows_folded_questions_is_no_part_of_the_last_answer() -> None:
    folded = "<details><summary>可以退嗎？</summary>\n\n可以。\n\n</details>\n"
    assert simplify(f"{folded}\n{folded}\n以上。\n").text == (
        "### Q：可以退嗎？\n\n可以。\n\n### Q：可以退嗎？\n\n可以。\n\n<!-- end of section -->\n\n以上。\n"
    )
    page = "<details><summary>可以退嗎？</summary><p>可以。</p></details><p>以上。</p>"
    assert simplify(to_markdown(page)).text == "### Q：可以退嗎？\n\n可以。\n\n<!-- end of section -->\n\n以上。\n"
