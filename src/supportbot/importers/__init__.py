"""Importers: one module per source format, each of which gives `Article`s. The source's own words are kept.

| source | module |
|---|---|
| a folder, or one `.md`, `.mdx`, `.markdown` file | `markdown` |
| `.jsonl`: one JSON object a line | `jsonl` |
| `.txt`: the run-together list of a help centre | `listing` cuts it into articles, `structure` orders each |
"""

import re
from collections.abc import Iterable
from pathlib import Path

from supportbot.errors import SourceError
from supportbot.importers.result import ImportResult, merge

__all__ = ["ImportResult", "merge", "read_source", "read_sources"]

_ACCEPTED = (
    "a folder of Markdown files, a .md, .mdx or .markdown file, a .jsonl file (one JSON object a line), "
    "or a .txt file with a help centre's list of articles (發佈於 … 更新於 …)"
)


def read_source(path: Path, *, category: str = "") -> ImportResult:
    """The articles of a folder or file; its name, else its content, says which format it has.

    `category` is given to the articles for which the source names none. Raises `SourceError` for what cannot be read.
    """
    from supportbot.importers import jsonl, markdown
    from supportbot.importers.listing import reader as listing

    if not path.exists():
        raise SourceError(path, f"does not exist; expected {_ACCEPTED}")
    if path.is_dir():
        return markdown.read_folder(path, category=category)
    match path.suffix.lower():
        case ".jsonl" | ".ndjson":
            return jsonl.read(path, category=category)
        case ".md" | ".mdx" | ".markdown":
            return markdown.read_file(path, category=category)
        case ".txt":
            return listing.read(path, category=category)
    return _read_by_content(path, category)


def read_sources(paths: Iterable[Path], *, category: str = "") -> ImportResult:
    """The articles of several sources together, as `merge` joins them."""
    return merge((path, read_source(path, category=category)) for path in paths)


def _read_by_content(path: Path, category: str) -> ImportResult:
    from supportbot.importers import jsonl, markdown
    from supportbot.importers.listing import reader as listing
    from supportbot.importers.result import read_text

    text = read_text(path)
    if text.lstrip().startswith("{"):
        return jsonl.read(path, category=category)
    if listing.is_listing(text):
        return listing.read(path, category=category)
    if re.match(r"\s*(?:---\n|#{1,6} )", text):
        return markdown.read_file(path, category=category)
    raise SourceError(path, f"unknown format; expected {_ACCEPTED}")
