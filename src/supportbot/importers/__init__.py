"""Importers: one module a source format, each of which gives `Article`s. The source's own words are kept.

| source | module |
|---|---|
| a folder, or one `.md`, `.mdx`, `.markdown` file | `markdown` |
| `.jsonl`: one JSON object a line | `jsonl` |
| `.txt`: the run-together list of a help centre | `listing`: `reader` cuts it into articles, `structure` orders each |

`registry` holds them, and those that other packages add.
"""

from collections.abc import Iterable
from pathlib import Path

from supportbot.importers.registry import Importer, importers, read_source
from supportbot.importers.result import ImportResult, merge

__all__ = ["ImportResult", "Importer", "importers", "merge", "read_source", "read_sources"]


def read_sources(paths: Iterable[Path], *, category: str = "") -> ImportResult:
    """Return the articles of several sources together, as `merge` joins them."""
    return merge((path, read_source(path, category=category)) for path in paths)
