"""Agents' changes of a corpus: one question more or less, and every other byte as it was."""

import multiprocessing
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from supportbot.content import articles, curation
from supportbot.content import out_of_scope as out_of_scope
from supportbot.content.curation import Change, add, mark_out_of_scope, remove, unmark_out_of_scope
from supportbot.errors import EmptyCorpusError, InputError, SourceError
from supportbot.text.folding import clean, exact_key

HAND_KEPT = """\
---
# kept by hand
title:   'How do I withdraw?'   # the title
id: withdraw
questions:   # what customers typed
  - 怎麼出金
  - "Quoted: yes"   # from a chat
  # not this one: 提幣要錢嗎

platforms: [app, web]
excluded: [ 緊急出金 ]
---

# 步驟\x20\x20

1. 打開 App。
"""


def corpus_of(folder: Path, text: str = HAND_KEPT, **others: str) -> Path:
    """A corpus of one article, `withdraw`, with the file content `text`, and `others` by id."""
    (folder / "articles").mkdir(parents=True, exist_ok=True)
    for name, content in {"withdraw": text, **others}.items():
        (folder / "articles" / f"{name}.md").write_bytes(content.encode("utf-8"))
    return folder


def content(corpus: Path, name: str = "articles/withdraw.md") -> str:
    return (corpus / name).read_bytes().decode("utf-8")


def front(*lines: str) -> str:
    return "\n".join(["---", "title: 如何提幣?", *lines, "---", "text", ""])


def test_one_line_is_added_and_every_other_byte_stays(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path)
    assert add(corpus, Change("withdraw", "questions", "提現: 要怎麼弄？ #急"))
    added = "  - '提現: 要怎麼弄？ #急'\n"
    before, after = HAND_KEPT.split("  # not this one")
    assert content(corpus) == before + added + "  # not this one" + after
    assert articles.read(corpus)[0].questions == ("怎麼出金", "Quoted: yes", "提現: 要怎麼弄？ #急")
    assert remove(corpus, Change("withdraw", "questions", "提現: 要怎麼弄？ #急"))
    assert content(corpus) == HAND_KEPT


def test_a_question_that_is_there_in_another_spelling_is_not_added(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path)
    assert not add(corpus, Change("withdraw", "questions", " 怎么出金？"))
    assert not remove(corpus, Change("withdraw", "questions", "怎么出金？"))
    assert content(corpus) == HAND_KEPT


def test_a_line_in_the_middle_is_taken_out(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path)
    assert remove(corpus, Change("withdraw", "questions", "怎麼出金"))
    assert content(corpus) == HAND_KEPT.replace("  - 怎麼出金\n", "")


@pytest.mark.parametrize(
    "text",
    [
        front(),
        front("questions:"),
        front("questions:  # none so far", "category: 資產"),
        front("questions: []"),
        front("questions: [ ]  # none", "category: 資產"),
        front("questions: [怎麼出金, 'a, b']"),
        front("questions: [", "  怎麼出金,  # first", "  如何出金,", "]"),
        front("questions:", "- 怎麼出金", "category: 資產"),
        front("questions:", "    - 怎麼出金", "    - |", "      兩行", "", "category: 資產"),
        front("category: |", "  資產", "# end"),
        front("questions:", "  - 怎麼出金").replace("\n", "\r\n"),
        "\ufeff" + front("pinned: [出金]"),
        "---\n{title: 如何提幣?, id: withdraw}\n---\ntext",
    ],
)
@pytest.mark.parametrize("field", ["questions", "pinned", "excluded"])
@pytest.mark.parametrize("question", ["USDT 提不出去", "a: b, [c] #d", "123", "- 'x' \"y\" \\"])
def test_adding_and_removing_restores_the_file(tmp_path: Path, text: str, field: curation.Field, question: str) -> None:
    corpus = corpus_of(tmp_path, text)
    before = articles.read(corpus)[0]
    change = Change("withdraw", field, question)
    assert add(corpus, change)
    assert getattr(articles.read(corpus)[0], field) == (*getattr(before, field), question)
    assert remove(corpus, change)
    assert content(corpus) == text


def test_line_endings_are_those_of_the_file(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, HAND_KEPT.replace("\n", "\r\n"))
    add(corpus, Change("withdraw", "questions", "提現"))
    add(corpus, Change("withdraw", "pinned", "提錢"))
    assert content(corpus).count("\r\n") == content(corpus).count("\n") == HAND_KEPT.count("\n") + 3


@settings(max_examples=60, deadline=None)
@example("\u2028a\x85b\x0bc")
@example("= ~ null")
@example("yes")
@example("2026-01-01")
@example("&a *b !c %d @e `f ? g : h")
@example("\U0001f600 \ufffe\udfff x\\n")
@example("x" * 500)
@given(st.text(min_size=1, max_size=60))
def test_any_question_comes_back_as_it_went_in(question: str) -> None:
    key = exact_key(question)
    assume("\0" not in question and key and key not in map(exact_key, ["How do I withdraw?", "怎麼出金", "緊急出金"]))
    with tempfile.TemporaryDirectory() as folder:
        corpus = corpus_of(Path(folder), HAND_KEPT)
        for change in (Change("withdraw", "questions", question), Change("withdraw", "pinned", question)):
            if not add(corpus, change):
                assert key == exact_key("Quoted: yes")
                return
            assert getattr(articles.read(corpus)[0], change.field)[-1] == clean(question)
        assert remove(corpus, Change("withdraw", "pinned", question))
        assert remove(corpus, Change("withdraw", "questions", question))
        assert content(corpus) == HAND_KEPT
        assert mark_out_of_scope(corpus, question, "一般")
        assert not mark_out_of_scope(corpus, question, "一般")
        assert out_of_scope.read(corpus) == (clean(question),)
        assert unmark_out_of_scope(corpus, question)
        assert out_of_scope.read(corpus) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change("nobody", "questions", "提現"), "article 'nobody' is not in the corpus; expected the id"),
        (Change("withdraw", "questions", ""), "question '': expected at most 500 characters"),
        (Change("withdraw", "questions", "？？"), "with a letter or digit"),
        (Change("withdraw", "questions", "長" * 501), "expected at most 500 characters"),
        (Change("withdraw", "questions", "a\0b"), "no NUL"),
        (Change("withdraw", "questions", "how do i WITHDRAW"), "is the title of 'withdraw'"),
        (Change("withdraw", "pinned", "充幣"), "is the title of 'deposit'"),
        (Change("withdraw", "questions", "怎么入金？"), "leads to 'deposit' already"),
        (Change("withdraw", "pinned", "入金"), "leads to 'deposit' already"),
        (Change("withdraw", "pinned", "緊急出金"), "is excluded from 'withdraw'"),
        (Change("withdraw", "excluded", "怎麼出金"), "leads to 'withdraw' already"),
    ],
)
def test_what_cannot_be_added_is_refused(tmp_path: Path, change: Change, said: str) -> None:
    deposit = "---\ntitle: 充幣\nquestions: [怎麼入金]\npinned: [入金]\n---\ntext\n"
    corpus = corpus_of(tmp_path, deposit=deposit)
    with pytest.raises(InputError, match=said):
        add(corpus, change)
    assert (content(corpus), content(corpus, "articles/deposit.md")) == (HAND_KEPT, deposit)


def test_a_question_may_be_excluded_from_one_article_and_lead_to_another(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, deposit="---\ntitle: 充幣\n---\ntext\n")
    assert add(corpus, Change("deposit", "questions", "緊急出金"))


@pytest.mark.parametrize("text", [front("questions: ~"), front("questions: &all []")])
def test_a_list_that_cannot_be_changed_alone_is_left(tmp_path: Path, text: str) -> None:
    corpus = corpus_of(tmp_path, text)
    with pytest.raises(SourceError, match="questions: cannot be changed without changing more"):
        add(corpus, Change("withdraw", "questions", "提現"))
    assert content(corpus) == text


def test_a_question_that_gets_an_article_leaves_the_unanswered_ones(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path)
    listed = (
        "# by hand\nversion: 1\ntopics:\n  提幣:\n    - 提现失败？\n    - 手續費  # often\n  其他: [提現失敗, 稅]\n"
    )
    (corpus / out_of_scope.FILE_NAME).write_text(listed, encoding="utf-8")
    assert add(corpus, Change("withdraw", "excluded", "提現失敗"))
    assert content(corpus, out_of_scope.FILE_NAME) == listed
    remove(corpus, Change("withdraw", "excluded", "提現失敗"))
    assert add(corpus, Change("withdraw", "questions", "提現失敗"))
    left = listed.replace("    - 提现失败？\n", "").replace("提現失敗, ", "")
    assert content(corpus, out_of_scope.FILE_NAME) == left
    with pytest.raises(InputError, match="leads to 'withdraw'"):
        mark_out_of_scope(corpus, "提现失败", "提幣")


@pytest.mark.parametrize(
    "text",
    [
        "# all\nversion: 1\ntopics:\n  提幣:\n    - 手續費  # often\n  # more\n  其他: [稅]\n",
        "version: 1\r\ntopics:\r\n  其他:\r\n  - 稅\r\n",
        "topics:\n  提幣: []\nversion: 1",
        "version: 1\ntopics: {}\n",
        "{version: 1, topics: {其他: [稅]}}\n",
        "version: 1\ntopics:\n  其他:\n    - 稅",
    ],
)
@pytest.mark.parametrize("topic", ["提幣", "新: 主題"])
def test_an_unanswered_question_is_marked_and_unmarked(tmp_path: Path, text: str, topic: str) -> None:
    corpus = corpus_of(tmp_path)
    (corpus / out_of_scope.FILE_NAME).write_bytes(text.encode("utf-8"))
    before = out_of_scope.read(corpus)
    assert mark_out_of_scope(corpus, "提幣: 多久到？", topic)
    assert set(out_of_scope.read(corpus)) == {*before, "提幣: 多久到？"}
    assert not mark_out_of_scope(corpus, "提币 多久到", "其他")
    assert unmark_out_of_scope(corpus, "提币多久到")
    assert content(corpus, out_of_scope.FILE_NAME) == text
    assert not unmark_out_of_scope(corpus, "提币多久到")


def test_the_last_unanswered_question_may_go(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path)
    (corpus / out_of_scope.FILE_NAME).write_text("version: 1\ntopics:\n  其他:  # rest\n    - 稅\n", encoding="utf-8")
    assert unmark_out_of_scope(corpus, "稅")
    assert content(corpus, out_of_scope.FILE_NAME) == "version: 1\ntopics:\n  其他: []  # rest\n"


def test_a_topic_has_to_be_one(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path)
    for topic in ("", "長" * 101):
        with pytest.raises(InputError, match="expected a line of at most 100 characters"):
            mark_out_of_scope(corpus, "稅", topic)
    assert not (corpus / out_of_scope.FILE_NAME).exists()


def test_a_folder_without_articles_is_not_made_a_corpus(tmp_path: Path) -> None:
    with pytest.raises(EmptyCorpusError):
        add(tmp_path / "nowhere", Change("withdraw", "questions", "提現"))
    assert not (tmp_path / "nowhere").exists()


def _add_ten(corpus: Path, writer: int) -> None:
    for number in range(10):
        add(corpus, Change("withdraw", "questions", f"問題 {writer} {number}"))


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path)
    writers = [multiprocessing.get_context("spawn").Process(target=_add_ten, args=(corpus, n)) for n in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert len(articles.read(corpus)[0].questions) == 2 + 30
    assert sorted(path.name for path in (corpus / "articles").iterdir()) == ["withdraw.md"]


def test_the_projects_own_corpus_can_be_changed(tmp_path: Path) -> None:
    own = Path(__file__).parents[2] / "corpus"
    corpus = corpus_of(
        tmp_path, **{file.stem: file.read_text(encoding="utf-8") for file in articles.article_files(own)}
    )
    (corpus / out_of_scope.FILE_NAME).write_bytes((own / out_of_scope.FILE_NAME).read_bytes())
    listed = content(corpus, out_of_scope.FILE_NAME)
    for file in articles.article_files(own)[::5]:
        change = Change(file.stem, "questions", '只為測試: 一句 "引號" 與 #')
        assert add(corpus, change)
        assert len(content(corpus, f"articles/{file.name}").splitlines()) == len(file.read_text().splitlines()) + 1
        assert remove(corpus, change)
        assert (corpus / "articles" / file.name).read_bytes() == file.read_bytes()
    assert mark_out_of_scope(corpus, "只為測試", "鏈上提幣")
    assert unmark_out_of_scope(corpus, "只為測試")
    assert content(corpus, out_of_scope.FILE_NAME) == listed
