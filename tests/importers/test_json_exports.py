"""JSON files: exports of three help desks in the forms that their documentation gives, arrays, and hostile ones."""

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import pytest

from supportbot.errors import SourceError
from supportbot.importers import Imported, Options, Problem, json_exports, read_source, stream

ZENDESK = {
    "id": 360001,
    "url": "https://x.zendesk.com/api/v2/help_center/zh-tw/articles/360001.json",
    "html_url": "https://x.zendesk.com/hc/zh-tw/articles/360001",
    "title": "如何提幣 &amp; 存幣？",
    "name": "如何提幣 &amp; 存幣？",
    "body": "<p>打開 App：</p><ol start='3'><li>點擊<ol><li>資產</li></ol></li><li>完成</li></ol>",
    "locale": "zh-tw",
    "source_locale": "zh-tw",
    "section_id": 11,
    "label_names": ["提幣", "入門"],
    "draft": False,
    "created_at": "2025-01-01T00:00:00Z",
    "updated_at": "2026-01-02T00:00:00Z",
    "edited_at": "2025-12-31T00:00:00Z",
    "vote_sum": 3,
    "user_segment_id": None,
}
INTERCOM = {
    "type": "article",
    "id": "123",
    "title": "標題",
    "description": "摘要",
    "body": "<p>內容</p>",
    "state": "draft",
    "parent_id": 7,
    "parent_type": "collection",
    "default_locale": "zh-TW",
    "updated_at": 1672928610,
    "url": "http://intercom.test/help/zh/articles/123",
    "translated_content": {
        "type": "article_translated_content",
        "en": {"type": "article_content", "title": "Title", "body": "<p>Text</p>", "state": "published"},
    },
}
FRESHDESK = {
    "id": 1,
    "title": "如何登入？",
    "description": "<div>打開 <b>App</b></div>",
    "description_text": "打開 App",
    "status": 1,
    "folder_id": 3,
    "category_id": 4,
    "tags": ["登入"],
    "hits": 12,
}


def write(file: Path, content: object) -> Path:
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return file


def found(file: Path) -> tuple[list[Imported], list[Problem]]:
    everything = list(stream(file, Options()))
    return (
        [one for one in everything if isinstance(one, Imported)],
        [one for one in everything if isinstance(one, Problem)],
    )


# --- help desks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["the same file", "files beside it"])
def test_zendesk_guide(where: str, tmp_path: Path) -> None:
    sections = {"sections": [{"id": 11, "name": "提幣", "category_id": 5}]}
    categories = {"categories": [{"id": 5, "name": "資產"}]}
    if where == "the same file":
        file = write(tmp_path / "export.json", {"count": 1, "articles": [ZENDESK], **sections, **categories})
    else:
        file = write(tmp_path / "articles_1.json", {"count": 1, "next_page": None, "articles": [ZENDESK]})
        for name, group in (("sections.json", sections), ("categories_1.json", categories)):
            assert found(write(tmp_path / name, group)) == ([], [])
    (one,), problems = found(file)

    assert one.article.title == "如何提幣 & 存幣？"
    assert one.article.category == "資產 / 提幣"
    assert (one.article.url, one.article.source_id, one.article.locale) == (ZENDESK["html_url"], "360001", "zh-tw")
    assert (one.article.published, one.article.updated) == (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    assert (one.article.tags, one.article.draft) == (("提幣", "入門"), False)
    assert [(step.number, step.text.split()[0]) for step in one.steps or ()] == [(3, "點擊"), (1, "資產"), (4, "完成")]
    assert [str(one) for one in problems] == [f"{file}: record 1: unknown keys ignored: 'vote_sum'"]


def test_an_article_for_some_users_only_is_a_draft_and_told(tmp_path: Path) -> None:
    (one,), problems = found(
        write(tmp_path / "a.json", {"articles": [{**ZENDESK, "user_segment_id": 77, "vote_sum": 0}]})
    )
    assert one.article.draft
    assert "only for some users (user_segment_id); kept as draft" in str(problems[0])


def test_translations_of_one_article_are_articles_of_their_own(tmp_path: Path) -> None:
    other = {**ZENDESK, "locale": "en-us", "title": "How to withdraw?", "body": "<p>Open the app</p>"}
    articles, _ = found(write(tmp_path / "a.json", {"articles": [ZENDESK, other]}))
    assert [(one.article.locale, one.article.source_id) for one in articles] == [
        ("zh-tw", "360001"),
        ("en-us", "360001:en-us"),
    ]


def test_intercom(tmp_path: Path) -> None:
    collections = [
        {"type": "collection", "id": "7", "name": "登入", "parent_id": "6"},
        {"type": "collection", "id": "6", "name": "帳戶", "parent_id": None},
    ]
    write(tmp_path / "collections.json", {"type": "list", "data": collections})
    (one, other), problems = found(write(tmp_path / "articles.json", {"type": "list", "data": [INTERCOM]}))

    assert (one.article.id, one.has_own_id, one.article.category) == ("123", True, "帳戶 / 登入")
    assert (one.article.draft, one.article.updated, one.article.locale) == (True, dt.date(2023, 1, 5), "zh-tw")
    assert one.article.description == "摘要"
    assert (other.article.title, other.article.locale, other.article.draft) == ("Title", "en", False)
    assert other.article.source_id == "123:en"
    assert problems == []


@pytest.mark.parametrize("beside", [True, False])
def test_freshdesk(beside: bool, tmp_path: Path) -> None:
    record: dict[str, Any] = dict(FRESHDESK)
    if beside:
        write(tmp_path / "folders.json", [{"id": 3, "name": "登入", "category_id": 4}])
        write(tmp_path / "categories.json", [{"id": 4, "name": "帳戶"}])
    else:
        levels = [("folder", 1, "登入"), ("category", 0, "帳戶")]
        record["hierarchy"] = [{"level": level, "type": kind, "data": {"name": name}} for kind, level, name in levels]
    (one,), problems = found(write(tmp_path / "articles.json", [record, {**record, "id": 2, "status": 2}][:1]))

    assert (one.article.body.replace("*", ""), one.article.category) == ("打開 App\n", "帳戶 / 登入")
    assert (one.article.draft, one.article.views, one.article.tags) == (True, 12, ("登入",))
    assert problems == []


def test_categories_above_each_other_in_a_circle_end(tmp_path: Path) -> None:
    sections = [
        {"id": 11, "name": "甲", "parent_section_id": 12},
        {"id": 12, "name": "乙", "parent_section_id": 11},
    ]
    (one,), _ = found(write(tmp_path / "a.json", {"articles": [ZENDESK], "sections": sections}))
    assert one.article.category == "乙 / 甲"


# --- any other ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [
    [{"問題": "甲？", "答案": "乙"}],
    {"faqs": [{"question": "甲？", "answer": "乙"}]},
    {"data": {"items": [{"question": "甲？", "answer": "乙"}]}, "total": 1},
    {"question": "甲？", "answer": "乙", "tags": ["丙"]},
    {"title": {"rendered": "甲？"}, "content": {"rendered": "<p>乙</p>"}, "link": "https://wp.test/a"},
])  # fmt: skip
def test_arrays_and_objects_of_records(content: object, tmp_path: Path) -> None:
    (one,), _ = found(write(tmp_path / "faq.json", content))
    assert (one.article.title, one.article.body) == ("甲？", "乙\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "big5"])
def test_any_encoding(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes('[{"title": "如何註冊帳戶？", "text": "打開網站，點擊右上角的註冊。"}]'.encode(encoding))
    (one,), _ = found(file)
    assert one.article.body == "打開網站，點擊右上角的註冊。\n"


@pytest.mark.parametrize("padding", [0, *range(65_480, 65_540, 3)])
def test_a_half_character_does_no_harm_and_a_whole_one_stays(padding: int, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    text = r'[{"title": "甲\ud800 \ud83d\ude00", "text": "乙\udfff \ud83d\ude00 丙"}]'
    file.write_text(" " * padding + text, encoding="utf-8")
    (one,), _ = found(file)
    (one.article.title + one.article.body).encode("utf-8")
    assert (one.article.title, one.article.body) == ("甲 😀", "乙 😀 丙\n")


@pytest.mark.parametrize(("content", "message"), [
    ('[{"title": "a", "text": "b", "n": NaN}]', "not valid JSON"),
    ('[{"title": "a", "text": "b"}', "not valid JSON"),
    ('[{"title": "a", "text": "b"}] x', "not valid JSON"),
    ('[{"title": "a", "n": ' + "9" * 5000 + "}]", "not valid JSON"),
    ("[" * 200_000, "nested more than 40 levels deep"),
    ('{"a":' * 200_000, "nested more than 40 levels deep"),
    ('{"data":' * 200_000, "nested more than 40 levels deep"),
    ('[{"a": [' + "1," * 100_000 + "1]}]", "a record with more than 20,000 values"),
    ("[]", "no records; expected a .json file"),
    ('{"a": 1}', "no records; expected a .json file"),
    ("7", "expected a JSON array or object, got 7"),
    ("", "not valid JSON"),
])  # fmt: skip
def test_what_cannot_be_read_is_refused_in_one_line_and_soon(content: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(content, encoding="utf-8")
    begin = time.perf_counter()
    with pytest.raises(SourceError, match=message) as caught:
        list(json_exports.read(file, Options()))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400
    assert time.perf_counter() - begin < 5


def test_a_text_that_is_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_exports, "MAX_STRING", 1000)
    with pytest.raises(SourceError, match="a text of more than 1,000 characters"):
        list(stream(write(tmp_path / "a.json", [{"title": "a", "text": "b" * 2000}]), Options()))


def test_one_record_that_is_none_is_broken_and_the_rest_goes_on(tmp_path: Path) -> None:
    articles, problems = found(
        write(tmp_path / "a.json", [1, {"title": "甲", "text": "乙"}, {"title": "丙", "text": ""}])
    )
    assert [one.article.title for one in articles] == ["甲"]
    assert [(one.message, one.broken) for one in problems] == [
        ("record 1: expected an object, got '1'", True),
        ("record 3: '丙' has no text; skipped", False),
    ]


def test_a_broken_file_beside_is_told_and_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "sections.json").write_text("{", encoding="utf-8")
    articles, problems = found(write(tmp_path / "a.json", {"articles": [ZENDESK]}))
    assert len(articles) == 1
    assert "its names of categories are missing" in problems[0].message


@pytest.mark.slow
def test_a_large_export_is_read_piece_by_piece(tmp_path: Path) -> None:
    import tracemalloc

    file = tmp_path / "articles.json"
    with file.open("w", encoding="utf-8") as output:
        output.write('{"articles": [')
        for number in range(1500):
            record = {**ZENDESK, "id": number, "body": f"<p>{number} {'打開設定並點擊確認。' * 200}</p>"}
            output.write(("," if number else "") + json.dumps(record, ensure_ascii=False))
        output.write("]}")
    assert file.stat().st_size > 9_000_000
    list(stream(write(tmp_path / "one.json", [ZENDESK]), Options()))  # what is loaded once
    tracemalloc.start()
    count = sum(isinstance(one, Imported) for one in stream(file, Options()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 1500
    assert peak < 8_000_000


def test_the_whole_way_in(tmp_path: Path) -> None:
    result = read_source(write(tmp_path / "a.json", [{"title": "甲", "text": "乙"}, {"title": "甲", "text": "丙"}]))
    assert len({one.id for one in result.articles}) == 2


def test_translations_of_zendesk_are_articles_and_no_more_public_than_the_article(tmp_path: Path) -> None:
    others = [
        {"id": 9, "locale": "zh-tw", "title": "如何提幣？", "body": "<p>同</p>", "draft": False},
        {
            "id": 10,
            "locale": "zh-cn",
            "title": "如何提币？",
            "body": "<p>打开</p>",
            "draft": False,
            "source_id": 360001,
        },
    ]
    articles, _ = found(write(tmp_path / "a.json", {"articles": [{**ZENDESK, "translations": others}]}))
    assert [(one.article.id, one.article.locale, one.article.draft) for one in articles] == [
        ("360001", "zh-tw", False),
        ("360001-zh-cn", "zh-cn", False),
    ]
    closed = {**ZENDESK, "translations": others, "user_segment_id": 5}
    articles, _ = found(write(tmp_path / "a.json", {"articles": [closed]}))
    assert all(one.article.draft for one in articles)


def test_a_folder_may_hold_exports_on_one_line_and_other_json(tmp_path: Path) -> None:
    write(tmp_path / "articles_1.json", {"articles": [ZENDESK, {**ZENDESK, "id": 360002, "title": "另一篇"}]})
    write(tmp_path / "zh.json", {"home.title": "首頁", "theme": {"text": "深色"}})
    articles, problems = found(tmp_path)
    assert len(articles) == 2
    assert not any(one.broken for one in problems)
    assert any("zh.json" in one.message for one in problems)
