"""The documentation: its links lead somewhere, its examples run, its glossary names what is there."""

import re
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT

import supportbot
from supportbot import errors

DOCS = PROJECT / "docs"
PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]


def examples(page: str) -> str:
    """Return the Python blocks of a page as one program, each line where it stands in the page."""
    lines, inside = [], False
    for line in (DOCS / page).read_text("utf-8").splitlines():
        inside = line == "```python" if line.startswith("```") else inside
        lines.append(line if inside and not line.startswith("```") else "")
    return "\n".join(lines)


@pytest.fixture(autouse=True)
def here(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working folder with the small corpus, on the hash encoder; the bot answers however unsure it is."""
    monkeypatch.chdir(tmp_path)
    for name, value in {"MODEL": "hash", "CACHE": str(tmp_path / "cache"), "ANSWER_PRECISION": "0"}.items():
        monkeypatch.setenv(f"SUPPORTBOT_{name}", value)


exec(compile(examples("extending.md"), "docs/extending.md", "exec"))  # pytest collects the tests of that page here


def test_the_examples_of_the_python_interface_run() -> None:
    names: dict[str, Any] = {}
    exec(compile(examples("python-api.md"), "docs/python-api.md", "exec"), names)
    assert names["plain"]["outcome"] == "answer"
    assert names["stored"]["topics"], "the conversation remembers what it was about"
    assert names["answer"].sources[0].article_id in {hit.article.id for hit in names["bot"].search("怎麼設定？").hits}
    assert 0 < len(names["found"].hits) <= 3
    assert names["careful"].policy.answer_precision == 0.99


def test_the_python_interface_describes_every_public_name_and_error() -> None:
    text = (DOCS / "python-api.md").read_text("utf-8")
    for name in (*supportbot.__all__, *errors.__all__):
        assert name in text, f"{name} is not described"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.S)
    targets = re.findall(r"\]\(([^)#\s]+)", text)
    broken = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert not broken, f"{page.name} links to {broken}"


def test_the_glossary_is_in_order_and_names_what_its_modules_hold() -> None:
    table = [line for line in (DOCS / "glossary.md").read_text("utf-8").splitlines() if line.startswith("| ")][1:]
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in table]
    terms = [term.lower() for term, *_ in rows]
    assert len(terms) > 80
    assert terms == sorted(set(terms))
    for term, *_, meaning, where in rows:
        modules = [PROJECT / "src" / "supportbot" / path for path in re.findall(r"`([^`]+)`", where)]
        assert modules, f"{term}: no module"
        source = "\n".join(module.read_text("utf-8") for module in modules)
        for name in re.findall(r"`([^`]+)`", meaning):
            assert re.search(rf"\b{re.escape(name)}\b", source), f"{term}: {name} is not in {where}"


def test_the_architecture_names_every_room_and_what_is_in_the_source() -> None:
    text = (DOCS / "architecture.md").read_text("utf-8")
    source = PROJECT / "src" / "supportbot"
    modules = {file.stem for file in source.glob("*.py")} | {file.parent.name for file in source.glob("*/__init__.py")}
    rooms = {name for name in modules if name[0] != "_"}
    for room in rooms:
        assert f"`{room}`" in text, f"{room} is not described"
    for path in re.findall(r"`([\w/-]+\.\w+)`", text):
        if "/" in path:
            assert (PROJECT / "src" / "supportbot" / path).exists() or (PROJECT / path).exists(), path
