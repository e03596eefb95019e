"""Front matter of any tool: every key is carried to its field, or told."""

import datetime as dt
import json
import time
from pathlib import Path

import pytest

from supportbot.content.articles import Article
from supportbot.importers import Imported, Options, Problem, markdown
from supportbot.importers.front import body_of
from supportbot.importers.front import read as read_front


def imported(folder: Path, text: str, name: str = "page.md") -> tuple[Imported, list[str]]:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    found = list(markdown.read(file, Options()))
    (one,) = [one for one in found if isinstance(one, Imported)]
    return one, [str(one).removeprefix(f"{file}:") for one in found if isinstance(one, Problem)]


def article(folder: Path, text: str) -> Article:
    one, problems = imported(folder, text)
    assert problems == []
    return one.article


# --- kinds -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "---\ntitle: 退貨說明\ndate: 2024-05-01\ntags: [退貨, 退款]\n---\n",
        "---\ntitle: 退貨說明\ndate: 2024-05-01\ntags:\n- 退貨\n- 退款\n...\n",
        "\n---yaml\ntitle: '退貨說明'\ndate: '2024-05-01T23:30:00-08:00'\ntags: 退貨, 退款\n---\n",
        '+++\ntitle = "退貨說明"\ndate = 2024-05-01T08:00:00Z\ntags = ["退貨", "退款"]\n+++\n',
        '---toml\ntitle = "退貨說明"\ndate = 2024-05-01\ntags = ["退貨", "退款"]\n---\n',
        '{\n "title": "退貨說明",\n "date": "2024-05-01", "tags": ["退貨", "退款"]\n}\n',
        '---json\n{"title": "退貨說明", "date": "2024-05-01", "tags": "退貨、退款"}\n---\n',
        ';;;\n{"title": "退貨說明", "date": "2024/5/1", "tags": ["退貨", "退款"]}\n;;;\n',
    ],
)
def test_each_kind_of_front_matter_is_read_and_is_no_text(tmp_path: Path, header: str) -> None:
    found = article(tmp_path, f"{header}\n內容在此。\n")

    assert (found.title, found.published, found.tags) == ("退貨說明", dt.date(2024, 5, 1), ("退貨", "退款"))
    assert found.body == "內容在此。\n"


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: 退貨: 常見問題", "退貨: 常見問題"),
        ("title: 退貨: 常見: 問題  # 註解", "退貨: 常見: 問題"),
        ("title: @所有人 請看", "@所有人 請看"),
        ("title: `run` 指令", "`run` 指令"),
        ("title: %d 天內退貨", "%d 天內退貨"),
        ("title: 1.10", "1.10"),
        ("title: yes", "yes"),
        ("title: 2024-01-01", "2024-01-01"),
        ("title: 家庭 👨‍👩‍👧 與 ❤️", "家庭 👨‍👩‍👧 與 ❤️"),
        ("title: Q&amp;A &lt;退貨&gt;", "Q&A <退貨>"),
        ("title: >-\n  第一行\n  第二行", "第一行 第二行"),
        ('"title": "引號: 內"', "引號: 內"),
        ("question: 如何退貨？", "如何退貨？"),
    ],
)
def test_a_title_is_what_a_person_reads(tmp_path: Path, line: str, title: str) -> None:
    assert article(tmp_path, f"---\n{line}\ncategory: 售後\n---\n內容\n").title == title
    assert article(tmp_path, f"---\n{line}\ncategory: 售後\n---\n內容\n").category == "售後"


@pytest.mark.parametrize(
    "text",
    [
        "---\n\n兩條線之間的文字\n\n---\n\n其餘\n",
        "---\n沒有結尾\n\n其餘\n",
        "{% hint %}\n其餘\n",
        "{{ 變數 }}\n其餘\n",
        '{"a": 1} 是一個例子\n\n其餘\n',
        "+++ 加號\n\n其餘\n",
    ],
)
def test_what_only_looks_like_front_matter_stays_text(text: str) -> None:
    assert body_of(text) == text


def test_one_faulty_key_is_told_with_its_line_and_the_others_are_carried(tmp_path: Path) -> None:
    one, problems = imported(tmp_path, '---\ntitle: 甲\ntags: [a, "b\ncategory: 乙\ndate: 2024-02-30\n---\n內容\n')

    assert (one.article.title, one.article.category, one.article.published) == ("甲", "乙", None)
    assert len(problems) == 2
    assert problems[0].startswith("3: front matter: 'tags: [a, \"b' is not valid YAML")
    assert problems[1] == "5: date: expected a date such as 2026-02-12, got '2024-02-30'; left out"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("+++\ntitle = 甲\n+++\n內容\n", "1: front matter is not valid TOML ("),
        ("---json\n[1]\n---\n內容\n", "1: front matter is not valid JSON (no mapping); ignored"),
        ('{\n "title": "甲",\n}\n\n內容\n', "1: front matter is not valid JSON ("),
    ],
)
def test_faulty_front_matter_of_other_kinds_is_told(tmp_path: Path, text: str, told: str) -> None:
    _, (problem,) = imported(tmp_path, text)
    assert problem.startswith(told)


# --- keys --------------------------------------------------------------------------------------------------------


def test_every_field_of_an_article_is_carried(tmp_path: Path) -> None:
    one, problems = imported(
        tmp_path,
        "---\ntitle: 重設密碼\nsidebar_label: 密碼\nslug: /account/reset-password\ncanonical: https://example.com/help/7\n"
        "section: 帳戶\nkeywords: [密碼, 登入]\nsummary: 忘記密碼時\nlast_update:\n  date: 2026-02-03\n  author: 甲\n"
        "created_at: 2025-01-02 08:00:00 +0800\nlang: zh_TW\nplatforms: [App]\nviews: 1,234\n"
        "aliases: [忘記密碼怎麼辦, /old/reset]\n---\n1. 打開\n",
    )

    assert problems == []
    assert one.article == Article(
        "account-reset-password", "重設密碼", "1. 打開\n", category="帳戶", platforms=("app",), tags=("密碼", "登入"),
        published=dt.date(2025, 1, 2), updated=dt.date(2026, 2, 3), source_updated=dt.date(2026, 2, 3), views=1234,
        url="https://example.com/help/7", questions=("忘記密碼怎麼辦",), description="忘記密碼時", locale="zh-tw",
        source_id="page.md",
    )  # fmt: skip
    assert one.addresses == ("/account/reset-password", "/old/reset")
    assert not one.has_own_id


@pytest.mark.parametrize(
    "line",
    ["lastUpdated: 2026-02-03", "last_modified_at: 2026-02-03T01:00:00", "lastmod: 2026/2/3", "modified: 2026年2月3日"],
)
def test_the_date_of_the_last_change_has_many_names(tmp_path: Path, line: str) -> None:
    found = article(tmp_path, f"---\ntitle: 甲\n{line}\n---\n內容\n")
    assert found.updated == found.source_updated == dt.date(2026, 2, 3)


@pytest.mark.parametrize(
    ("line", "draft"),
    [
        ("draft: true", True), ("draft: false", False), ("published: false", True), ("published: true", False),
        ("published: 2024-01-01", False), ("status: Draft", True), ("status: published", False), ("status: 草稿", True),
        ("hidden: yes", True), ("unlisted: true", True), ("sidebar:\n  hidden: true", True),
        ("draft: false\nhidden: true", True),
    ],
)  # fmt: skip
def test_drafts_are_known_by_any_tools_key(tmp_path: Path, line: str, draft: bool) -> None:
    assert article(tmp_path, f"---\ntitle: 甲\n{line}\n---\n內容\n").draft is draft


@pytest.mark.parametrize(
    ("lines", "category"),
    [
        ("categories: [帳戶, 安全]", "帳戶 / 安全"),
        ("category: 帳戶", "帳戶"),
        ("group: 帳戶", "帳戶"),
        ("parent: 安全\ngrand_parent: 帳戶", "帳戶 / 安全"),
        ("categories:\n  - name: 帳戶", "帳戶"),
    ],
)
def test_the_category_has_many_names(tmp_path: Path, lines: str, category: str) -> None:
    assert article(tmp_path, f"---\ntitle: 甲\n{lines}\n---\n內容\n").category == category


def test_what_is_not_carried_is_told_once_for_each_key(tmp_path: Path) -> None:
    _, problems = imported(
        tmp_path,
        "---\ntitle: 甲\nsidebar_position: 3\nhead:\n  - [meta, {name: a}]\nstatus: beta\nplatforms: [app, tv]\n"
        "description: 一\nsummary: 二\nempty:\n---\n內容\n",
    )

    assert problems == [
        "7: platforms: 'tv' left out; expected some of app, web",
        "3: front matter: 'sidebar_position' is not carried",
        "4: front matter: 'head' is not carried",
        "6: front matter: 'status' is not carried",
        "9: front matter: 'summary' is not carried",
    ]


def test_a_heading_that_says_more_than_the_title_stays_in_the_text(tmp_path: Path) -> None:
    assert article(tmp_path, "---\ntitle: 退貨\n---\n# 退貨\n\n內容\n").body == "內容\n"
    assert article(tmp_path, "---\ntitle: 退貨\n---\n# 常見問題：退貨\n\n內容\n").body == "## 常見問題：退貨\n\n內容\n"


def test_a_short_name_of_a_navigation_is_the_title_only_of_a_page_without_another(tmp_path: Path) -> None:
    assert article(tmp_path, "---\nsidebar_label: 短\n---\n# 長標題\n\n內容\n").title == "長標題"
    assert article(tmp_path, "---\nsidebar_label: 短\n---\n內容\n").title == "短"


def test_our_own_format_is_taken_as_it_is_and_a_faulty_one_as_any_markdown(tmp_path: Path) -> None:
    one, problems = imported(
        tmp_path, "---\nid: reset\ntitle: 甲\ncomplete: false\nlocale: zh-tw\ndraft: true\n---\n| 表 |\n"
    )
    assert problems == []
    assert one.has_own_id
    assert one.article == Article(
        "reset", "甲", "| 表 |\n", complete=False, locale="zh-tw", draft=True, source_id="page.md"
    )
    one, problems = imported(tmp_path, "---\ntitle: 甲\ncomplete: maybe\ncategory: 乙\nweight: 1\n---\n內容\n")
    assert (one.article.category, one.has_own_id) == ("乙", False)
    assert problems[0].startswith("5: unknown key 'weight'; expected one of ")
    assert problems[1:] == ["5: front matter: 'weight' is not carried"]


# --- hostile -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "a: &a [x,x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)},*{chr(97 + n)}]\n" for n in range(20)),
        "a: " + "[" * 100_000,
        "a: " + "{b: " * 5000 + "}" * 5000,
        "- " * 20_000 + "a: b",
        "a: !!python/object/apply:os.system [exit 1]",
        "? [a, b]\n: c",
        "\n".join(f"k{n}: {n}" for n in range(20_000)),
        "a: b: c\n" * 20_000,
        "x: 'a\n" * 20_000,
        "a: " + "x" * 300_000,
        "a:\n" + " " * 200_000,
    ],
)
def test_hostile_front_matter_takes_no_time_and_hides_no_text(header: str) -> None:
    begin = time.perf_counter()
    front, body, problems = read_front(f"---\ntitle: 甲\n{header}\n---\n內容\n", Path("a.md"))

    assert time.perf_counter() - begin < 5
    assert "內容" in body
    assert len(problems) < 100
    assert all("\n" not in str(problem) and len(str(problem)) < 400 for problem in problems)
    assert front.title in ("甲", "")


@pytest.mark.parametrize(
    "text", ['{"a": ' + "[" * 100_000, json.dumps({"a": 1})[:-1] + "\n", "+++\n" + "a.b" * 9000 + "\n+++\n"]
)
def test_hostile_json_and_toml_never_raise(text: str) -> None:
    begin = time.perf_counter()
    read_front(text, Path("a.md"))
    assert time.perf_counter() - begin < 5
