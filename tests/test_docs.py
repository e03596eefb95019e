"""The documentation: its links lead somewhere, its examples run, its glossary names what is there."""

import re
import shutil
from pathlib import Path

import pytest
from conftest import PROJECT

import supportbot

DOCS = PROJECT / "docs"
PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]


def examples(page: str) -> str:
    """Return the Python blocks of a page one after the other, each on the lines that it has in the page."""
    text = (DOCS / page).read_text("utf-8")
    code = re.sub(r"^```python\n(.*?)^```$", lambda block: f"\n{block[1]}\n", text, flags=re.M | re.S)
    kept = {line for block in re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S) for line in block.splitlines()}
    return "\n".join(line if line in kept else "" for line in code.splitlines())


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working folder with the project's corpus, on the hash encoder."""
    shutil.copytree(PROJECT / "corpus", tmp_path / "corpus", ignore=shutil.ignore_patterns("benchmarks"))
    monkeypatch.setenv("SUPPORTBOT_MODEL", "hash")
    monkeypatch.setenv("SUPPORTBOT_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


exec(compile(examples("extending.md"), "docs/extending.md", "exec"))  # pytest collects the tests of that page here


def test_the_examples_of_the_python_interface_run() -> None:
    code = examples("python-api.md")
    exec(compile(code, "docs/python-api.md", "exec"), {})
    for name in supportbot.__all__:
        assert f"`{name}" in (DOCS / "python-api.md").read_text("utf-8"), f"{name} is not described"
