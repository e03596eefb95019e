"""Tables of labels as people save them from a spreadsheet: what is read, and what is refused with its line."""

import re
from pathlib import Path

import pytest

from supportbot.content.articles import Article
from supportbot.errors import SourceError
from supportbot.evaluation.labels import MOST_CHARACTERS, Label, read, write

ARTICLES = [
    Article("withdraw", "如何提幣?", "正文"),
    Article("cancel", "取消訂單", "正文"),
    Article("either", "買|賣", "正文"),
    Article("twin-a", "常見問題", "正文"),
    Article("twin-b", "常見問題", "正文"),
]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "labels.csv"


def labels_of(table: Path, content: str | bytes) -> list[Label]:
    table.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(table, ARTICLES)


def fault_of(table: Path, content: str | bytes) -> str:
    """The error for a table, which is one line."""
    with pytest.raises(SourceError) as error:
        labels_of(table, content)
    text = str(error.value)
    assert "\n" not in text
    return text.removeprefix(f"{table.parent}/")


@pytest.mark.parametrize(
    ("cell", "ids"),
    [
        ("withdraw", {"withdraw"}),
        ("如何提幣?", {"withdraw"}),
        (" 如何 提币？ ", {"withdraw"}),  # a title in another spelling
        ("withdraw|取消訂單", {"withdraw", "cancel"}),
        ("withdraw | cancel | withdraw", {"withdraw", "cancel"}),
        ("買|賣", {"either"}),  # a title with the sign in it
        ("買|withdraw", None),
        ("twin-a", {"twin-a"}),
        *((none, set()) for none in ("", "none", "None", "NONE", "無", "无", "沒有", "没有", "無答案", "-", " - ")),
    ],
)
def test_an_article_is_named_by_id_or_title_or_none(table: Path, cell: str, ids: set[str] | None) -> None:
    content = f"question,article\n問,{cell}\n"
    if ids is None:
        assert "'買' is no article; expected an id, a title, or none" in fault_of(table, content)
    else:
        assert labels_of(table, content) == [Label("問", frozenset(ids), "")]


ROWS = "question,article,kind\n提幣多久,withdraw,時間\n有禮物卡嗎,none,\n"
READ = [Label("提幣多久", frozenset({"withdraw"}), "時間"), Label("有禮物卡嗎", frozenset(), "")]


@pytest.mark.parametrize(
    "content",
    [
        ROWS.encode(),
        ROWS.encode("utf-8-sig"),
        ROWS.encode("utf-16"),
        b"\xfe\xff" + ROWS.encode("utf-16-be"),
        ROWS.replace(",", "\t").encode(),
        ROWS.replace(",", "\t").encode("utf-16"),  # "Unicode text" of a spreadsheet
        ROWS.replace("\n", "\r\n").encode(),
        ROWS.replace("question,article,kind", "問題,文章,類型").encode(),
        ROWS.replace("question,article,kind", "问题,答案,类型").encode(),
        ROWS.replace("question,article,kind", " Question , ARTICLE,Kind").encode(),
        b"note,kind,article,question\n,\xe6\x99\x82\xe9\x96\x93,withdraw,\xe6\x8f\x90\xe5\xb9\xa3\xe5\xa4\x9a\xe4\xb9\x85\n"
        b"\n,,,\n,,,\xe6\x9c\x89\xe7\xa6\xae\xe7\x89\xa9\xe5\x8d\xa1\xe5\x97\x8e\n",  # other order, blank lines
        ROWS.replace("提幣多久", '"提幣多久"').encode(),
        ROWS.replace("提幣多久", "提幣\u200b多久\x00").encode(),
        ROWS.encode() + "提幣多久？,如何提幣?,別的\n".encode(),  # twice, the same
    ],
)
def test_the_forms_that_spreadsheets_save_are_read(table: Path, content: bytes) -> None:
    assert labels_of(table, content) == READ


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "labels.csv:1: has no column 'question'"),
        ("question,kind\n問,x\n", "labels.csv:1: has no column 'article'; expected question, article"),
        ("question,article\n", "labels.csv: is empty; expected a question a line"),
        ("question,article\n\n ,\n", "labels.csv: is empty"),
        ("question,article\n問,withdraw\n二,nobody\n", "labels.csv:3: article 'nobody' is no article"),
        ("question,article\n問,常見問題\n", "labels.csv:2: article '常見問題' is the title of several articles"),
        ("question,article\n問,withdraw\n二,none\n問？,none\n", "labels.csv:4: '問？' is labelled twice, differently"),
        ("question,article\n,withdraw\n", "labels.csv:2: question '': expected words, at most 2000 characters"),
        ("question,article\n？！,withdraw\n", "labels.csv:2: question '？！': expected words"),
        (f"question,article\n{'問' * (MOST_CHARACTERS + 1)},none\n", "labels.csv:2: question '問問"),
        (f"question,article\n問,{'a' * 200_000}\n", "labels.csv:2: not a table: field larger than field limit"),
        ('question,article\n"問,withdraw\n二,none\n', "labels.csv:3: not a table: unexpected end of data"),
        ('question,article\n"問"題,withdraw\n', "labels.csv:2: not a table"),
        (b"question,article\n\xff\xfe\x00,withdraw\n", "labels.csv:2: not UTF-8 text; save it as CSV UTF-8"),
        (ROWS.encode("big5"), "labels.csv:2: not UTF-8 text"),
        (b"PK\x03\x04\x14\x00\x06\x00\x00\x00!\x00\x9f\xcd", "labels.csv:1: not UTF-8 text"),  # an .xlsx file
        (b"\x00" * 64, "labels.csv:1: has no column 'question'"),
        (b"\xff\xfe\x00", "labels.csv:1: not UTF-8 text"),
    ],
)
def test_what_cannot_be_used_is_one_line_with_its_line(table: Path, content: str | bytes, fault: str) -> None:
    text = fault_of(table, content)
    assert fault in text
    assert len(text) < 250


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=re.escape("none.csv: cannot be read: No such file")):
        read(tmp_path / "none.csv", ARTICLES)


@pytest.mark.parametrize(
    "question", ["=1+1 怎麼算", "+886 怎麼填", "-5 元", "@客服 在嗎", "'引號 在前", '有"引號",逗號', "<b>問</b>"]
)
def test_what_is_written_is_read_again_and_holds_no_formula(table: Path, question: str) -> None:
    labels = [
        Label(question, frozenset({"withdraw", "cancel"}), "=kind"),
        Label("沒有的問題", frozenset(), ""),
    ]
    content = write(labels)
    assert not re.search(r'(?:^|[,\n])"?[=+\-@]', content.removeprefix("\ufeff"))
    assert labels_of(table, content) == labels
