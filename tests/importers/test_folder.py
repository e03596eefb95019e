"""Folders: every file is read by its importer, everything else is told, and hostile trees do no harm."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from supportbot.content import articles
from supportbot.errors import SourceError
from supportbot.importers import Imported, Options, Problem, read_source, stream
from supportbot.importers.ids import settle

PAGE = "# 標題\n\n內容\n"


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def read(root: Path) -> tuple[dict[str, Imported], list[Problem]]:
    found = list(stream(root, Options()))
    problems = [one for one in found if isinstance(one, Problem)]
    assert all("\n" not in str(problem) for problem in problems)
    return {one.article.source_id: one for one in found if isinstance(one, Imported)}, problems


def lines(root: Path, problems: list[Problem]) -> list[str]:
    return [str(problem).removeprefix(str(root)) for problem in problems]


# --- what is read ------------------------------------------------------------------------------------------------


def test_each_file_goes_to_its_importer_and_is_named_by_its_path(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "b/guide.md": PAGE,
            "a.MDX": PAGE,
            "faq/more.jsonl": '{"id": "q1", "title": "甲", "text": "乙"}\n'
            '{"title": "丙", "text": "丁", "category": "戊"}\n',
            "faq/one.jsonl": '{"title": "己", "text": "庚"}\n',
            "news.txt": "如何註冊?\n打開網站。發佈於 2025年1月1日更新於 2025年1月2日9\n",
        },
    )

    found, problems = read(root)
    assert {name: (one.article.title, one.article.category) for name, one in found.items()} == {
        "a.MDX": ("標題", ""),
        "b/guide.md": ("標題", "b"),
        "faq/more.jsonl#q1": ("甲", "faq"),
        "faq/more.jsonl#bing": ("丙", "戊"),
        "faq/one.jsonl": ("己", "faq"),
        "news.txt": ("如何註冊?", ""),
    }
    assert found["faq/more.jsonl#q1"].has_own_id
    assert problems == []
    assert list(stream(root, Options())) == list(stream(root, Options()))


def test_pages_in_a_folder_of_drafts_are_drafts(tmp_path: Path) -> None:
    found, _ = read(write(tmp_path, {"_posts/a.md": PAGE, "_drafts/b.md": PAGE}))
    assert {name: one.article.draft for name, one in found.items()} == {"_posts/a.md": False, "_drafts/b.md": True}


def test_the_importers_of_other_packages_read_files_of_folders_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Rst:
        ACCEPTS, SUFFIXES = "a .rst file", (".rst",)

        def reads(self, path: Path, text: str) -> bool:
            return False

        def read(self, path: Path, options: Options) -> list[Imported]:
            return [Imported(articles.Article("x", "甲", {"甲.rst": "內容\n"}[path.name]), path)]

    point = SimpleNamespace(name="rst", value="x:y", load=Rst)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [point])
    found, problems = read(write(tmp_path, {"指南/甲.rst": "內容\n", "指南/乙.rst": "內容\n"}))

    assert found["指南/甲.rst"].article.category == "指南"
    assert [(one.broken, lines(tmp_path, [one])) for one in problems] == [
        (True, ["/指南/乙.rst: the importer 'rst' failed: KeyError: '乙.rst'"])
    ]


def test_one_broken_file_is_told_with_its_line_and_the_others_are_read(tmp_path: Path) -> None:
    big = "字" * 2_000_000
    root = write(
        tmp_path,
        {
            "a.md": PAGE, "b.md": "# 標題\n\n".encode() + b"\xff\xfe\xff", "c.md": b"# x\n\n\x00",
            "d.jsonl": '{"x": 1}\n{"b"', "e.md": big, "f.md": PAGE, "g.jsonl": '{"title": "甲", "text": "乙"}\n',
        },
    )  # fmt: skip

    found, problems = read(root)
    assert list(found) == ["a.md", "f.md", "g.jsonl"]
    told = lines(root, [one for one in problems if one.broken])
    assert len(told) == 4
    assert told[0].startswith("/b.md:3: ")
    assert told[1].startswith("/c.md:3: holds a NUL character")
    assert told[2].startswith("/d.jsonl:2: not a JSON object")
    assert told[3].startswith("/e.md: an article larger than")
    with pytest.raises(SourceError, match=r"b\.md:3: "):
        read_source(root)


def test_an_unreadable_file_and_folder_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path, {"a.md": PAGE, "b.md": PAGE, "c/d.md": PAGE})
    read_bytes, scandir = Path.read_bytes, os.scandir

    def refused(path: Path) -> bytes:
        if path.name == "b.md":
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    def closed(path: Path) -> object:
        if Path(path).name == "c":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    monkeypatch.setattr(os, "scandir", closed)
    found, problems = read(root)
    assert list(found) == ["a.md"]
    assert {str(one): one.broken for one in problems} == {
        f"{root / 'c'}: cannot be read: Permission denied": True,
        f"{root / 'b.md'}: cannot be read: Permission denied": True,
    }


# --- what is told ------------------------------------------------------------------------------------------------


def test_what_is_not_read_is_told_by_suffix_and_linked_files_apart(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "a.md": "---\ntitle: 甲\ncomplete: true\n---\n"
            "點 ![右上角](./img/top%20right.png?v=1) 或 [下載](/files/form.zip)。\n",
            "img/top right.png": b"\x89PNG", "static/files/form.zip": b"PK", "img/unused.png": b"\x89PNG",
            "data.foo": "x", "more/data.foo": "x", "LICENSE": "x", "notes.txt": "只是文字",
            "package.json": "{}", "tsconfig.json": "{}", "robots.txt": "x", ".hidden.md": PAGE,
            ".obsidian/x.md": PAGE, "node_modules/y/z.md": PAGE, ".DS_Store": b"\x00", "Thumbs.db": b"\x00",
        },
    )  # fmt: skip

    found, problems = read(root)
    assert list(found) == ["a.md"]
    assert lines(root, problems) == [
        ": folders skipped: .obsidian, node_modules",
        ": linked files are not copied, their links stay: 1 .png, 1 .zip (img/top right.png, static/files/form.zip)",
        ": files that no importer reads; skipped: 2 .foo, 1 without suffix, 1 .png, 1 .txt "
        "(LICENSE, data.foo, img/unused.png, more/data.foo, notes.txt)",
    ]
    assert not any(one.broken for one in problems)


def test_a_kind_of_problem_is_one_line_however_often_it_is_met(tmp_path: Path) -> None:
    root = write(tmp_path, {f"{n:03}.md": f"---\ntitle: 甲{n}\nweight: {n}\n---\n內容\n" for n in range(300)})

    found, problems = read(root)
    assert len(found) == 300
    assert lines(root, problems) == [
        "/000.md:3: front matter: 'weight' is not carried (also in 001.md, 002.md, 003.md, 004.md, 005.md and 294 more)"
    ]


def test_a_json_file_called_like_a_configuration_is_one_unless_it_holds_records(tmp_path: Path) -> None:
    root = write(tmp_path, {"a.md": PAGE, "docs.json": '[{"title": "甲", "body": "乙"}]', "mint.json": '{"name": "x"}'})
    found, problems = read(root)
    told = "\n".join([*found, *lines(root, problems)])  # read, or told as what no importer reads
    assert "docs.json" in told
    assert "mint.json" not in told


def test_a_folder_without_articles_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"a.foo": "x", "package.json": "{}"})
    with pytest.raises(SourceError, match="no articles found; expected Markdown files or others"):
        read_source(tmp_path)


# --- includes ----------------------------------------------------------------------------------------------------


def test_includes_of_every_tool_stand_in_their_place(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "docs/a.mdx": "import Steps from './_steps.mdx';\nimport More from '@site/docs/_parts/more.md'\n\n"
            "# 甲\n\n前\n\n"
            '<Steps name="提幣" />\n\n中\n\n<More></More>\n\n<Snippet file="tip.mdx" />\n\n後\n',
            "docs/_steps.mdx": "---\ntitle: 不是文字\n---\n1. 打開{props.name}\n2. 完成\n",
            "docs/_parts/more.md": "更多內容\n",
            "snippets/tip.mdx": "提示文字\n",
            "snippets/other.mdx": "無人引用\n",
            "b.md": "# 乙\n\n<!--@include: ./part.md{2,3}-->\n\n<!-- @include: ./part.md#區域 -->\n\n"
            "<!--@include: ./part.md#安裝-->\n",
            "part.md": "第一行\n\n第三行\n\n第五行\n"
            "<!-- #region 區域 -->\n區域內\n<!-- #endregion 區域 -->\n\n"
            "## 安裝\n\n安裝內\n\n## 其他\n\n不要\n",
            "c.md": '# 丙\n\n{% include "./.gitbook/includes/note.md" %}\n\n'
            '--8<-- "part.md:5:5"\n\n```\n{% include "x.md" %}\n```\n',
            ".gitbook/includes/note.md": "共用說明\n",
        },
    )

    found, problems = read(root)
    assert list(found) == ["b.md", "c.md", "docs/a.mdx", "part.md", "snippets/other.mdx"]
    assert found["docs/a.mdx"].article.body == "前\n\n1. 打開提幣\n2. 完成\n\n中\n\n更多內容\n\n提示文字\n\n後\n"
    assert found["b.md"].article.body == "第三行\n\n區域內\n\n## 安裝\n\n安裝內\n"
    body = found["c.md"].article.body
    assert body.startswith("共用說明\n\n第五行\n\n```")
    assert '{% include "x.md" %}' in body
    assert problems == []


def test_includes_that_are_missing_lead_out_or_go_in_circles_are_told(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("秘密\n", encoding="utf-8")
    root = write(
        tmp_path / "source",
        {
            "a.md": "# 甲\n\n文\n<!--@include: ./none.md-->\n<!--@include: ../secret.md-->\n"
            "{% include '/etc/passwd' %}\n<!--@include: ./link.md-->\n",
            "b.md": "# 乙\n\n文\n<!--@include: ./c.md-->\n",
            "c.md": "# 丙\n\n丙文\n<!--@include: ./b.md-->\n",
            "_lost.md": "遺失\n",
            "d.md": "# 丁\n\n文\n{% include note.html content='x' %}\n",
            "note.html": "x",
        },
    )
    (root / "link.md").symlink_to(tmp_path / "secret.md")

    found, problems = read(root)
    assert not any("秘密" in one.article.body or "root:" in one.article.body for one in found.values())
    told = "\n".join(lines(root, problems))
    for name in ("./none.md", "../secret.md", "/etc/passwd", "./link.md"):
        assert f"included file '{name}' is not in the source; left out" in told
    assert "included file 'b.md' includes itself; left out" in told
    assert "included file 'note.html' is no Markdown; left out" in told
    assert ": parts that no article includes; skipped: _lost.md" in told


def test_includes_are_bounded_in_depth_and_size(tmp_path: Path) -> None:
    files = {f"_{n}.md": f"第{n}層\n<!--@include: ./_{n + 1}.md-->\n" for n in range(30)}
    files |= {f"_b{n}.md": f"<!--@include: ./_b{n + 1}.md-->\n" * 10 + "文" * 100 for n in range(9)}
    root = write(
        tmp_path,
        {**files, "a.md": "# 甲\n\n<!--@include: ./_0.md-->\n", "b.md": "# 乙\n\n文\n\n<!--@include: ./_b0.md-->\n"},
    )

    begin = time.perf_counter()
    found, problems = read(root)
    assert time.perf_counter() - begin < 20
    assert "第8層" in found["a.md"].article.body
    told = "\n".join(lines(root, problems))
    assert "includes others, more than 10 in one another; left out" in told
    assert "more than 1,000 files or 750,000 bytes are included; the rest is left out" in told


# --- hostile -----------------------------------------------------------------------------------------------------


def test_links_are_not_followed_neither_in_circles_nor_out_of_the_folder(tmp_path: Path) -> None:
    write(tmp_path, {"outside/secret.md": PAGE})
    root = write(tmp_path / "source", {"a/b.md": PAGE})
    (root / "a" / "loop").symlink_to(root)
    (root / "self").symlink_to(root / "self")
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "secret.md").symlink_to(tmp_path / "outside" / "secret.md")
    (root / "gone.md").symlink_to(root / "nothing.md")
    os.mkfifo(root / "pipe.md")

    found, problems = read(root)
    assert list(found) == ["a/b.md"]
    assert lines(root, problems) == [
        ": links and devices are not followed: gone.md, out, pipe.md, secret.md, self and 1 more"
    ]
    (tmp_path / "asked").symlink_to(root)
    assert list(read(tmp_path / "asked")[0]) == ["a/b.md"]


def test_names_with_control_characters_and_lone_surrogates_are_told_and_kept_apart(tmp_path: Path) -> None:
    names = [
        b"a\nb.md",
        b"a\\nb.md",
        b"a\xffb.md",
        b"a  b.md",
        b"a b.md",
        "a\u202eb.md".encode(),
        b"broken\n\xfe.md",
        "👨‍👩‍👧.md".encode(),
    ]
    for name in names:
        content = b"\xff" if name.startswith(b"broken") else f"# 標題\n\n內容 {len(name)}\n".encode()
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as stream_:
            stream_.write(content)

    found, problems = read(tmp_path)
    assert len(found) == len(names) - 1
    assert [one.broken for one in problems] == [True]
    for problem in problems:
        str(problem).encode("utf-8")
    imported = settle(list(found.values()))
    articles.write(imported, tmp_path / "corpus")
    assert articles.read_all(tmp_path / "corpus") == sorted(imported, key=lambda article: f"{article.id}.md")


def test_ten_thousand_files_and_deep_folders_take_seconds(tmp_path: Path) -> None:
    for n in range(100):
        (tmp_path / f"{n}").mkdir()
        for m in range(100):
            (tmp_path / f"{n}" / f"{m}.foo").touch()
    deep = tmp_path / "/".join(["d"] * 300)
    deep.mkdir(parents=True)
    (deep / "a.md").write_text(PAGE, encoding="utf-8")

    begin = time.perf_counter()
    found, problems = read(tmp_path)
    assert time.perf_counter() - begin < 10
    assert list(found) == ["/".join(["d"] * 300) + "/a.md"]
    assert "10000 .foo" in str(problems[-1])


def test_many_pages_take_their_share_of_the_time(tmp_path: Path) -> None:
    page = (
        "---\ntitle: 標題 {n}\nslug: /guide/page-{n}\ntags: [甲, 乙]\nlastmod: 2026-01-02\n---\n\n"
        + "1. 打開【資產】\n2. 完成\n\n說明文字。\n\n" * 5
    )
    write(tmp_path, {f"部{n % 20}/節{n % 7}/page-{n}.md": page.replace("{n}", str(n)) for n in range(400)})

    begin = time.perf_counter()
    found, problems = read(tmp_path)
    assert time.perf_counter() - begin < 400 * 0.0106  # 1,875 in 20 s
    assert (len(found), problems) == (400, [])
