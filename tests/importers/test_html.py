"""HTML pages become articles: pages in the shape of eight generators, each with what a person sees on it."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from supportbot.importers import Imported, Options, html, stream
from supportbot.index.chunking import parse
from supportbot.syncing.fidelity import StepReport

DATA = Path(__file__).parents[1] / "data" / "importers" / "html"
PAGES = sorted(DATA.glob("*.htm*"))


def truth(page: Path) -> dict[str, Any]:
    """What stands on a page: fields, visible lines, steps, links, images, and what is no part of the article."""
    data: dict[str, Any] = yaml.safe_load(page.with_suffix(".yaml").read_text(encoding="utf-8"))
    return data


def imported(path: Path, options: Options | None = None) -> Imported:
    return next(one for one in stream(path, options or Options()) if isinstance(one, Imported))


def written(folder: Path, body: str, head: str = "") -> Path:
    file = folder / "page.html"
    file.write_text(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>", encoding="utf-8")
    return file


def body_of(folder: Path, body: str) -> str:
    return imported(written(folder, f"<main>{body}</main>")).article.body


def shown(markdown: str) -> str:
    """Return the characters of a Markdown text that people see, without spaces and signs that may be marks."""
    parts = re.split(r"^[ >]*(`{3,})\n(.*?)\n[ >]*\1$", markdown, flags=re.MULTILINE | re.DOTALL)
    for place in range(0, len(parts), 3):
        text = re.sub(
            r"!?\[((?:\\.|[^\[\]\\])*)\]\((?:<[^<>]*>|(?:\\.|[^()\\])*)\)|<(https?:[^<>]*)>", r"\1\2", parts[place]
        )
        text = re.sub(r"^[ >]*(?:#{1,6} |- |\d+[.)] )+|Q：|\| --- ", "", text, flags=re.MULTILINE)
        parts[place] = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
    return re.sub(r"[\s*`~|]", "", "".join(parts))


def missing(lines: Sequence[str], markdown: str) -> list[str]:
    """Return the lines that a text does not hold, in their order."""
    text, at, lost = shown(markdown), 0, []
    for line in lines:
        wanted = re.sub(r"[\s*`~|]", "", line)
        found = text.find(wanted, at)
        if found < 0:
            lost.append(line)
        else:
            at = found
    return lost


# --- pages of known truth ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_gives_its_fields_lines_and_steps_and_nothing_around_them(page: Path) -> None:
    known, one = truth(page), imported(page)
    article = one.article

    for field in ("title", "category", "url", "updated", "published", "locale", "description"):
        if field in known:
            assert getattr(article, field) == known[field], field
    assert list(article.tags) == known.get("tags", [])
    assert missing(known["lines"], article.body) == []
    assert [word for word in known["absent"] if word in article.body] == []
    assert [f"{step.number} {step.text}" for step in one.steps or ()] == known["steps"]
    assert article.source_id == page.name
    assert article.source_updated == article.updated


def test_the_steps_of_all_pages_come_through_with_their_numbers() -> None:
    report = StepReport()
    for page in PAGES:
        report.add(imported(page))

    assert report.steps > 35
    assert report.fidelity >= 0.995, [str(fault) for fault in report.faults]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_and_images_keep_their_addresses(page: Path) -> None:
    known = truth(page)
    markdown = html.to_markdown(page.read_text(encoding="utf-8"))
    links, images = addresses(markdown)
    base = "https://island.example/ops/backup/" if page.stem == "mkdocs" else ""
    wanted = [re.sub(r"^https://island.example/ops/", "../", link) if base else link for link in known["links"]]

    assert [link for link in wanted if link not in links] == []
    assert {address: images.get(address) for address in known["images"]} == known["images"]


def addresses(markdown: str) -> tuple[list[str], dict[str, str]]:
    """Return the addresses of a text's links, and the addresses of its images with their descriptions."""
    nodes = list(parse(markdown).walk())
    links = [str(node.attrs["href"]) for node in nodes if node.type == "link"]
    images = {str(node.attrs["src"]): node.content for node in nodes if node.type == "image"}
    return links, {address: re.sub(r"\\(.)", r"\1", text) for address, text in images.items()}
