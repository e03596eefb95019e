"""The registry of importers: the built-in ones keep one contract, and other packages add their own."""

from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from supportbot.content.articles import Article
from supportbot.errors import InputError, SourceError
from supportbot.importers import Found, Imported, Importer, Options, importers, read_source, registry

LISTING = Path(__file__).parents[1] / "data" / "importers" / "listing.txt"
SOURCES = {
    "markdown": "# 如何註冊？\n\n打開網站。\n",
    "jsonl": '{"title": "如何註冊？", "text": "打開網站。"}\n',
    "json": '[{"title": "如何註冊？", "text": "打開網站。"}]\n',
    "html": "<!DOCTYPE html><h1>如何註冊？</h1><p>打開網站。</p>\n",
    "sheets": "問題,答案\n如何註冊？,打開網站。\n",
    "questions": "問：如何註冊？\n答：打開網站。\n",
    "listing": "如何註冊?\n打開網站。發佈於 2025年1月1日更新於 2025年1月2日9\n",
}


class Csv:
    """An importer as another package has it."""

    ACCEPTS = "a .csv file"
    SUFFIXES = (".csv",)

    def reads(self, path: Path, text: str) -> bool:
        return text.startswith("title,text\n")

    def read(self, path: Path, options: Options) -> Iterator[Found]:
        title, _, text = path.read_text(encoding="utf-8").splitlines()[1].partition(",")
        yield Imported(Article("a", title, text + "\n"), path)


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Stands for packages that are installed: entry points by name, each with what it loads."""

    def add(**loaded: Any) -> None:
        def points(group: str) -> list[Any]:
            assert group == "supportbot.importers"
            return [
                SimpleNamespace(name=n, value=f"package:{n}", load=lambda one=one: one) for n, one in loaded.items()
            ]

        monkeypatch.setattr("importlib.metadata.entry_points", points)

    return add


# --- the contract ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(SOURCES))
def test_an_importer_reads_what_it_says_it_reads_and_gives_the_category_only_where_there_is_none(
    name: str, tmp_path: Path
) -> None:
    importer = importers()[name]
    assert isinstance(importer, Importer)
    assert importer.SUFFIXES[-1] in importer.ACCEPTS or importer.SUFFIXES[0] in importer.ACCEPTS
    assert all(suffix == suffix.lower() and suffix[0] in "./" for suffix in importer.SUFFIXES)
    file = tmp_path / "source"
    file.write_text(SOURCES[name], encoding="utf-8")
    assert [other for other, text in SOURCES.items() if importer.reads(file, text)] == [name]
    (one,) = importer.read(file, Options())
    assert isinstance(one, Imported)
    assert (one.article.title.rstrip("?？"), one.article.body) == ("如何註冊", "打開網站。\n")


@pytest.mark.parametrize("name", list(SOURCES))
def test_an_importer_refuses_what_is_no_text_with_file_and_line(name: str, tmp_path: Path) -> None:
    file = tmp_path / "source"
    file.write_bytes(SOURCES[name].encode() + b"\xff\xfe")
    with pytest.raises(SourceError, match=r"source:\d+: not UTF-8 text"):
        list(importers()[name].read(file, Options()))


# --- importers of others -----------------------------------------------------------------------------------------


def test_another_package_adds_a_format_by_suffix_and_by_content(install: Any, tmp_path: Path) -> None:
    install(csv=Csv())
    for name in ("faq.csv", "faq"):
        (tmp_path / name).write_text("title,text\n如何註冊？,打開網站。\n", encoding="utf-8")
        (article,) = read_source(tmp_path / name, category="帳戶").articles
        assert (article.title, article.category) == ("如何註冊？", "帳戶")
    with pytest.raises(SourceError, match=r"does not exist; expected a \.csv file, a \.md, \.mdx or"):
        read_source(tmp_path / "none")


def test_another_package_may_take_over_a_format(install: Any, tmp_path: Path) -> None:
    class Texts(Csv):
        SUFFIXES = (".txt",)

    install(texts=Texts())
    (tmp_path / "faq.txt").write_text("title,text\n如何註冊？,打開網站。\n", encoding="utf-8")
    assert read_source(tmp_path / "faq.txt").articles[0].id == "a"


def test_what_is_no_importer_is_named_in_one_line(install: Any) -> None:
    install(half=SimpleNamespace(ACCEPTS="x", reads=None))
    with pytest.raises(
        InputError, match=r"^the importer 'half' \(package:half\) has no SUFFIXES, read; expected"
    ) as error:
        read_source(LISTING)
    assert "\n" not in str(error.value)


def test_an_importer_that_cannot_be_loaded_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("broken", "no_such_package.importer", registry.GROUP)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [point])
    with pytest.raises(
        InputError, match=r"the importer 'broken' \(no_such_package\.importer\) cannot be loaded: Module"
    ):
        read_source(LISTING)


@pytest.mark.parametrize(
    ("read", "complaint"),
    [
        (lambda path, options: 1 / 0, r"faq\.csv: the importer 'csv' failed: ZeroDivisionError: division by zero"),
        (lambda path, options: ["甲"], r"faq\.csv: the importer 'csv' gave '甲'; expected an Imported or a Problem"),
    ],
)
def test_an_importer_that_fails_is_named_with_the_file(
    install: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Any, complaint: str
) -> None:
    importer = Csv()
    monkeypatch.setattr(importer, "read", read)
    install(csv=importer)
    (tmp_path / "faq.csv").write_text("title,text\n", encoding="utf-8")
    with pytest.raises(SourceError, match=complaint):
        read_source(tmp_path / "faq.csv")


def test_an_importer_that_fails_to_look_is_named_with_the_file(
    install: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer = Csv()
    monkeypatch.setattr(importer, "reads", lambda path, text: text[10**9])
    install(csv=importer)
    (tmp_path / "faq").write_text("# 標題\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"faq: the importer 'csv' failed: IndexError"):
        read_source(tmp_path / "faq")
