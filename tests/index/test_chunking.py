"""Chunks: an article cut into units that are found and shown; steps stay together, nothing gets lost."""

import re
import time
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from supportbot.content.articles import Article
from supportbot.content.platforms import Platform, general
from supportbot.index.chunking import MAX_CHARACTERS, Chunk, is_question_heading, menu_path, split
from supportbot.text.folding import clean


def cut(body: str, *platforms: Platform) -> list[Chunk]:
    return split(Article("guide", "指南", body, platforms=platforms))


def steps_of(chunk: Chunk) -> list[tuple[int, str]]:
    return [(step.number, step.text) for step in chunk.steps]


def without_spaces(text: str) -> str:
    return re.sub(r"\s", "", text)


# --- what becomes a chunk ----------------------------------------------------------------------------------------


def test_each_step_list_note_and_run_of_paragraphs_is_a_chunk_below_its_headings(articles: list[Article]) -> None:
    chunks = split(articles[0])
    assert [(chunk.kind, chunk.heading_path, chunk.platform) for chunk in chunks] == [
        ("text", (), None),
        ("steps", ("App 端",), "app"),
        ("steps", ("Web 端",), "web"),
        ("note", ("Web 端",), "web"),
    ]
    assert chunks[1].text == "1. 打開 App，依次進入：資產 → 提幣。\n2. 選擇幣種，填寫地址。\n3. 點擊【確認】。"
    assert [step.path for step in chunks[1].steps] == [("資產", "提幣"), (), ()]
    assert chunks[3].notes == ("注意：地址填錯，資產無法找回。",)


def test_a_question_and_its_answer_are_one_chunk(articles: list[Article]) -> None:
    chunks = split(articles[1])
    assert [(chunk.kind, chunk.heading, chunk.text) for chunk in chunks] == [
        ("qa", "Q：提幣要等多久？", "一般 30 分鐘內到賬。"),
        ("qa", "Q：可以取消提幣嗎？", "提交後不能取消。"),
    ]
    assert {chunk.heading_path[0] for chunk in chunks} == {"常見問題"}


def test_an_answer_keeps_its_steps_and_notes_with_it() -> None:
    (chunk,) = cut("### Q：怎麼提幣？\n\n這樣做：\n\n1. 打開資產。\n2. 點擊提幣。\n\n> 注意：地址要對。\n\n完成。\n")
    assert chunk.kind == "qa"
    assert chunk.paragraphs == ("這樣做：", "完成。")
    assert steps_of(chunk) == [(1, "打開資產。"), (2, "點擊提幣。")]
    assert chunk.notes == ("注意：地址要對。",)


def test_a_long_answer_becomes_several_chunks_of_the_same_question() -> None:
    chunks = cut("### Q：為什麼？\n\n" + "因為審核需要時間。" * 100)
    assert len(chunks) > 1
    assert {(chunk.kind, chunk.heading) for chunk in chunks} == {("qa", "Q：為什麼？")}
    assert "".join(chunk.text for chunk in chunks) == "因為審核需要時間。" * 100


@pytest.mark.parametrize(
    "heading", ["Q：可以嗎？", "Q: 可以嗎？", "Ｑ：可以嗎？", "q1：可以嗎？", "問：可以嗎？", "问 2: 可以嗎？"]
)
def test_question_headings_are_known_by_their_mark(heading: str) -> None:
    assert is_question_heading(heading)


@pytest.mark.parametrize("heading", ["可以嗎？", "QR：碼", "問題：一", "FAQ：常見", ""])
def test_other_headings_are_no_questions(heading: str) -> None:
    assert not is_question_heading(heading)


def test_the_line_that_leads_in_stays_with_its_steps() -> None:
    before, chunk = cut("先看這裡。\n\n請這樣做：\n\n1. 打開。\n2. 點擊。\n")
    assert (before.kind, before.text) == ("text", "先看這裡。")
    assert (chunk.kind, chunk.paragraphs, steps_of(chunk)) == ("steps", ("請這樣做：",), [(1, "打開。"), (2, "點擊。")])


def test_steps_are_numbered_as_in_the_article() -> None:
    (from_three,) = cut("3. 上傳照片。\n4. 掃描文件。\n5. 簽署。\n")
    assert steps_of(from_three) == [(3, "上傳照片。"), (4, "掃描文件。"), (5, "簽署。")]
    (with_gap,) = cut("1. 打開。\n2.\n3. 點擊。\n")
    assert steps_of(with_gap) == [(1, "打開。"), (3, "點擊。")]
    (from_zero,) = cut("0. 準備。\n1. 打開。\n")
    assert steps_of(from_zero) == [(0, "準備。"), (1, "打開。")]


def test_a_step_keeps_what_stands_below_it() -> None:
    (chunk,) = cut("1. 填寫：\n\n   - 姓名\n   - 地址\n\n   > 要真實。\n\n2. 提交。\n")
    assert steps_of(chunk) == [(1, "填寫：\n- 姓名\n- 地址\n要真實。"), (2, "提交。")]


def test_however_many_and_long_the_steps_they_stay_together() -> None:
    lines = [f"{n}. 第{n}步，{'點擊這裡再點擊那裡。' * 20}" for n in range(1, 81)]
    (chunk,) = cut("\n".join(lines))
    assert [step.number for step in chunk.steps] == list(range(1, 81))
    assert chunk.text == "\n".join(lines)


def test_bullets_tables_code_and_html_are_text() -> None:
    body = "- 甲\n- 乙\n  - 丙\n\n| 等級 | 返佣 |\n|---|---|\n| 1 | 50% |\n\n```\nerror 404\n```\n\n<b>粗</b>\n"
    (chunk,) = cut(body)
    assert chunk.paragraphs == ("- 甲", "- 乙", "  - 丙", "等級 | 返佣", "1 | 50%", "error 404", "<b>粗</b>")


def test_code_keeps_its_lines_and_their_indentation() -> None:
    (chunk,) = cut("先這樣：\n\n```yaml\na:\n  - b\n\nc: 1\n```\n\n    indented\n")
    assert [(block.kind, block.text) for block in chunk.blocks] == [
        ("paragraph", "先這樣："),
        ("code", "a:\n  - b\n\nc: 1"),
        ("code", "indented"),
    ]


def test_marks_of_markdown_are_not_shown_and_links_keep_their_text() -> None:
    (chunk,) = cut("**粗**和*斜*和`碼`，[此處](https://example.com)，![圖](a.png)  \n下一行 \\* &amp;\n")
    assert chunk.paragraphs == ("粗和斜和碼，此處，圖", "下一行 * &")


def test_a_deeper_heading_stands_below_the_higher_and_ends_with_it() -> None:
    chunks = cut("# 一\n\n甲\n\n### 二\n\n乙\n\n## 三\n\n丙\n\n# 四\n\n丁\n")
    assert [chunk.heading_path for chunk in chunks] == [("一",), ("一", "二"), ("一", "三"), ("四",)]


@pytest.mark.parametrize(
    "body", ["", "1.\n", "> \n", "- \n", "## 標題\n", "[a]: https://example.com\n", "\x00\u200b\n", "***\n"]
)
def test_what_shows_nothing_gives_no_chunk(body: str) -> None:
    assert cut(body) == []


def test_control_characters_and_lone_surrogates_do_not_reach_the_chunks() -> None:
    chunks = cut("## 提\x07幣\n\n甲\x00乙\ud800丙\u202e\n\n1. 打\u200b開\x1b[31m。\n")
    assert [chunk.heading for chunk in chunks] == ["提 幣", "提 幣"]
    assert [chunk.text for chunk in chunks] == ["甲 乙 丙", "1. 打開 [31m。"]


# --- long text ---------------------------------------------------------------------------------------------------


def test_long_text_is_cut_after_sentences() -> None:
    chunks = cut("您可以在平臺上提幣。" * 100)
    assert len(chunks) == 3
    assert all(chunk.text.endswith("提幣。") for chunk in chunks)


def test_a_sentence_without_end_is_cut_after_commas_and_at_worst_anywhere() -> None:
    assert all(chunk.text.endswith("提幣，") for chunk in cut("您可以提幣，" * 100))
    assert [len(chunk.text) for chunk in cut("幣" * 1000)] == [400, 400, 200]


def test_closing_quotes_stay_with_their_sentence() -> None:
    chunks = cut("他說：「您可以在平臺上提幣。」" * 60)
    assert len(chunks) > 1
    assert all(chunk.text.startswith("他說") and chunk.text.endswith("。」") for chunk in chunks)


def test_the_limit_can_be_chosen() -> None:
    article = Article("guide", "指南", "您可以提幣。\n\n您可以充幣。\n")
    assert [chunk.text for chunk in split(article, max_characters=6)] == ["您可以提幣。", "您可以充幣。"]
    assert [chunk.text for chunk in split(article, max_characters=12)] == ["您可以提幣。\n您可以充幣。"]


# --- ids ---------------------------------------------------------------------------------------------------------


def test_an_id_depends_on_the_content_only_and_is_the_same_in_every_build() -> None:
    (chunk,) = cut("## 提幣\n\n1. 打開。\n")
    assert chunk.id == "5c013b2dc5d8477d"


def test_an_unchanged_unit_keeps_its_id_when_others_come_and_go() -> None:
    before = cut("## 提幣\n\n一般 30 分鐘。\n\n## 充幣\n\n一般 10 分鐘。\n")
    after = cut("## 新的\n\n內容。\n\n## 充幣\n\n一般 10 分鐘。\n")
    assert before[1].id == after[1].id
    assert before[0].id not in {chunk.id for chunk in after}


def test_the_same_words_elsewhere_have_another_id() -> None:
    same = [
        *cut("一樣。\n\n> 一樣。\n\n一樣。\n\n## 別處\n\n一樣。\n"),
        *cut("一樣。\n", "app"),
        *split(Article("other", "指南", "一樣。\n")),
    ]
    assert {chunk.text for chunk in same} == {"一樣。"}
    assert len({chunk.id for chunk in same}) == len(same) == 6


# --- platforms ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "platform"),
    [
        ("App 端", "app"),
        ("APP端", "app"),
        ("【在 App 端】", "app"),
        ("驗證官方群（App 端）", "app"),
        ("手機版", "app"),
        ("移动端", "app"),
        ("Web 端", "web"),
        ("web端操作", "web"),
        ("電腦版", "web"),
        ("网页端", "web"),
        ("App 端 / Web 端", None),
        ("如何提幣", None),
        ("更新 OKX App", None),
        ("WebAuthn", None),
    ],
)
def test_a_heading_names_the_platform_of_its_steps(heading: str, platform: Platform | None) -> None:
    (chunk,) = cut(f"## {heading}\n\n1. 打開。\n")
    assert chunk.platform == platform
    assert [step.platform for step in chunk.steps] == [platform]


def test_the_nearest_heading_that_names_a_platform_decides() -> None:
    chunks = cut("# App 端\n\n甲\n\n## 步驟\n\n乙\n\n## 在 Web 端\n\n丙\n\n## App 端和 Web 端\n\n丁\n")
    assert [chunk.platform for chunk in chunks] == ["app", "app", "web", None]


def test_an_article_for_one_platform_says_it_for_all_its_chunks_unless_a_heading_differs() -> None:
    assert [chunk.platform for chunk in cut("甲\n\n## Web 端\n\n乙\n", "app")] == ["app", "web"]
    assert [chunk.platform for chunk in cut("甲\n\n## Web 端\n\n乙\n", "app", "web")] == [None, "web"]


def test_a_question_names_platforms_too() -> None:
    assert general().named("用電腦怎麼提幣") == {"web"}
    assert general().named("手機版在哪裡") == {"app"}
    assert general().named("App端和網頁版有什麼不同") == {"app", "web"}
    assert general().named("怎麼提幣") == set()


def test_the_same_section_of_two_platforms_compares_equal_without_them() -> None:
    app, web = ("Telegram App 端", "驗證官方群（App 端）"), ("Telegram Web 端", "驗證官方群（Web 端）")
    assert general().without(app) == general().without(web) == ("Telegram", "验证官方群")


# --- menu paths --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("頭像 → 安全設置", ("頭像", "安全設置")),
        ("頭像→安全設置→緊急聯繫人。", ("頭像", "安全設置", "緊急聯繫人")),
        ("打開 App，依次進入：資產 → 提幣。", ("資產", "提幣")),
        ("點擊資產 → 提幣，然後填寫地址", ("資產", "提幣")),
        ("「頭像 → 安全設置」", ("頭像", "安全設置")),
        ("「頭像」→「安全設置」", ("頭像", "安全設置")),
        ("【頭像】→【安全設置】", ("頭像", "安全設置")),
        ("登入網站，點擊【資產】-【提幣】。", ("資產", "提幣")),
        ("點擊 【個人資料和設置】 - 【安全設置】 - 【高級安全設置】", ("個人資料和設置", "安全設置", "高級安全設置")),
        ("【資產】－【提幣】", ("資產", "提幣")),
        ("【資產】——【提幣】", ("資產", "提幣")),
        ("選擇【我的】-【C2C 視頻認證】-【立即認證】", ("我的", "C2C 視頻認證", "立即認證")),
        ("[Assets] - [Withdraw]", ("Assets", "Withdraw")),
        ("Assets -> Withdraw", ("Assets", "Withdraw")),
        ("資產　→　提幣", ("資產", "提幣")),
        ("資產 » 提幣", ("資產", "提幣")),
        ("資產›提幣", ("資產", "提幣")),
        ("资产 ➜ 提币", ("资产", "提币")),
        ("【資產】→ 提幣 -> 「確認」", ("資產", "提幣", "確認")),
        ("點擊資產→提幣，再點擊資產→充幣→確認", ("資產", "充幣", "確認")),
        ("【交易】-【交易廣場】-【個人主頁】 - 在個人暱稱下方", ("交易", "交易廣場", "個人主頁")),
    ],
)
def test_a_menu_path_is_found_in_the_ways_people_write_it(text: str, path: tuple[str, ...]) -> None:
    assert menu_path(text) == path


@pytest.mark.parametrize(
    "text",
    [
        "",
        "點擊【確認】。",
        "點擊【確認】，然後【提交】。",
        "選擇 USDT-TRC20",
        "實際返佣比例 = 總返佣比例 - 優惠比例",
        "更換 Wi-Fi 再試",
        "10 USDC × (50% - 10%) = 4 USDC",
        "→",
        "提幣 →",
        "→ 提幣",
        "【】-【】",
        "2025-07-24",
    ],
)
def test_a_step_without_a_menu_has_no_path(text: str) -> None:
    assert menu_path(text) == ()


@pytest.mark.parametrize(
    "piece",
    [
        "【",
        "】",
        "→",
        "A→",
        "A",
        "A ",
        "【 ",
        "[",
        "【A",
        "【A】",
        "【A】-",
        "【A】→",
        "-【",
        "「A」 ",
        "- ",
        "->",
        "在",
        "點擊",
        "a→b→c ",
    ],
)
def test_no_text_makes_the_search_for_a_menu_path_slow(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    started = time.process_time()
    menu_path(text)
    assert time.process_time() - started < 1.5


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["[", "![", "*", "**a", "> ", "- ", "1. ", "`", "<", "|a", "a|b\n", "#\n", "a，", "。", "- a\n", "\t"]
)
def test_no_markdown_makes_cutting_slow(piece: str) -> None:
    body = (piece * 50_000)[:50_000]
    started = time.process_time()
    cut(body)
    assert time.process_time() - started < 10


@hypothesis_settings(deadline=None, max_examples=200)
@given(st.text(st.sampled_from("【】「」[]→-> 　資產提幣點擊在，。App\n"), max_size=60))
def test_every_label_of_a_path_stands_in_the_text(text: str) -> None:
    path = menu_path(text)
    assert len(path) != 1
    for label in path:
        assert label.strip() == label != ""
        assert label in text


# --- any article -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Block:
    """A block of Markdown: `marks` is its heading level, the first number of its list, or nothing."""

    kind: str
    texts: tuple[str, ...]
    mark: int = 0

    def markdown(self, delimiter: str) -> str:
        match self.kind:
            case "heading":
                return f"{'#' * self.mark} {self.texts[0]}"
            case "steps":  # lists that follow each other need different marks, else they are one
                return "\n".join(f"{n}{delimiter} {text}" for n, text in enumerate(self.texts, self.mark))
            case "bullets":
                return "\n".join(f"{'-' if delimiter == '.' else '*'} {text}" for text in self.texts)
            case "note":
                return "\n".join(f"> {text}" for text in self.texts) + "\n\n<!-- -->"
        return "\n".join(self.texts)


words = st.text(st.sampled_from("提幣充值確認地址您的，。：？；！ abcXYZ"), min_size=1, max_size=25).map(
    lambda text: f"文{clean(text)}字"
)
long_lines = st.builds(lambda text, times: text * times, words, st.sampled_from([1, 1, 1, 5, 60]))
several = st.lists(long_lines, min_size=1, max_size=4).map(tuple)
titles = words | words.map(lambda text: "Q：" + text) | st.sampled_from(["App 端", "Web 端", "App 端 / Web 端"])
blocks = st.one_of(
    st.builds(lambda title, level: Block("heading", (title,), level), titles, st.integers(1, 6)),
    st.builds(lambda texts: Block("paragraph", texts), several),
    st.builds(lambda texts: Block("bullets", texts), several),
    st.builds(lambda texts: Block("note", texts), several),
    st.builds(lambda texts, first: Block("steps", texts, first), several, st.integers(1, 12)),
)


@hypothesis_settings(deadline=None, max_examples=200)
@given(st.lists(blocks, min_size=1, max_size=10))
def test_every_word_of_an_article_is_in_its_chunks_below_its_headings_and_no_step_list_is_cut(
    parts: list[Block],
) -> None:
    body = "\n\n".join(part.markdown(".)"[i % 2]) for i, part in enumerate(parts))
    chunks = cut(body)
    headings: list[tuple[int, str]] = []
    for part in parts:
        if part.kind == "heading":
            headings = [(level, title) for level, title in headings if level < part.mark]
            headings.append((part.mark, part.texts[0]))
            continue
        here = [chunk for chunk in chunks if chunk.heading_path == tuple(title for _, title in headings)]
        if part.kind == "steps":
            numbered = list(enumerate(part.texts, part.mark))
            assert any(
                steps_of(chunk)[start : start + len(numbered)] == numbered
                for chunk in here
                for start in range(len(chunk.steps))
            )
        elif part.kind == "note":
            assert any("\n".join(part.texts) in "\n".join(chunk.notes) for chunk in here)
        else:
            shown = without_spaces("".join("".join(chunk.paragraphs) for chunk in here))
            for text in part.texts:
                assert without_spaces(text) in shown
    for chunk in chunks:
        if chunk.kind == "text":
            assert sum(map(len, chunk.paragraphs)) <= MAX_CHARACTERS
            assert not chunk.steps
            assert not chunk.notes


pieces = st.sampled_from("\n\t\r\u2028\x00\ud800|[)-。：→\\") | st.sampled_from(
    [
        "# ",
        "## Q：",
        "1. ",
        "3) ",
        "- ",
        "> ",
        "```",
        "    ",
        "\n\n",
        "|-|-|\n",
        "**",
        "](",
        "<b>",
        "<!--",
        "提幣",
        "***",
    ]
)


@hypothesis_settings(deadline=None, max_examples=300)
@given(
    st.text(st.characters(), max_size=200)
    | st.lists(
        pieces,
        max_size=40,
    ).map("".join)
)
@example("1. " * 50)
@example("> " * 50 + "深")
@example("### Q：問？\n\n1.\n")
@example("甲" * 2000 + "\n" + "乙，" * 500)
def test_any_text_at_all_can_be_cut(body: str) -> None:
    chunks = cut(body)
    assert chunks == cut(body)
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    for chunk in chunks:
        assert re.fullmatch(r"[0-9a-f]{16}", chunk.id)
        assert chunk.article_id == "guide"
        assert without_spaces(chunk.text)
        chunk.text.encode("utf-8")
        assert all(chunk.heading_path)
        if chunk.kind == "text":
            assert sum(map(len, chunk.paragraphs)) <= MAX_CHARACTERS
        assert bool(chunk.steps) or chunk.kind != "steps"
        assert bool(chunk.notes) or chunk.kind != "note"


@pytest.mark.parametrize(
    "text", ["注意：地址填錯無法找回。", "**警告：** 不要轉帳。", "⚠️ 温馨提示：请带证件。", "請注意：週一公休。"]
)
def test_a_paragraph_that_says_so_is_a_note(text: str) -> None:
    before, chunk = cut(f"先這樣。\n\n{text}\n")
    assert (before.kind, chunk.kind) == ("text", "note")
    assert cut("注意事項\n\n重要的是地址。\n")[0].kind == "text"


def test_what_follows_tabs_belongs_to_the_heading_above_them() -> None:
    body = (
        "## 提幣\n\n### App 端\n\n1. 打開 App。\n\n### Web 端\n\n1. 登入網站。\n\n"
        "<!-- end of section -->\n\n完成後約 30 分鐘到賬。\n\n## 取消\n\n不能取消。\n"
    )
    found = [(chunk.heading_path, chunk.platform, chunk.text) for chunk in split(Article("a", "標題", body))]
    assert found == [
        (("提幣", "App 端"), "app", "1. 打開 App。"),
        (("提幣", "Web 端"), "web", "1. 登入網站。"),
        (("提幣",), None, "完成後約 30 分鐘到賬。"),
        (("取消",), None, "不能取消。"),
    ]
    assert [chunk.text for chunk in split(Article("a", "標題", "甲\n\n<!-- end of section -->\n\n乙\n"))] == [
        "甲",
        "乙",
    ]
