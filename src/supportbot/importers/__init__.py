"""Importers: one module a source format, each of which gives `Article`s. The source's own words are kept.

| source | module |
|---|---|
| a folder, or one `.md`, `.mdx`, `.markdown` file | `markdown` |
| `.jsonl`: one JSON object a line | `jsonl` |
| `.html`, `.htm`, `.xhtml`: one article a page | `html` |
| `.txt`: the run-together list of a help centre | `listing`: `reader` cuts it into articles, `structure` orders each |

`registry` holds them, and those that other packages add.
"""

from supportbot.importers.registry import Importer, importers, read_source, stream
from supportbot.importers.result import Found, Imported, ImportResult, Options, Problem, SourceStep

__all__ = [
    "Found",
    "ImportResult",
    "Imported",
    "Importer",
    "Options",
    "Problem",
    "SourceStep",
    "importers",
    "read_source",
    "stream",
]
