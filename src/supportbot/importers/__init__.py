"""Importers: one module a source format, each of which gives `Article`s. The source's own words are kept.

| source | module |
|---|---|
| a folder, also of a documentation site | `folder`: `sites` reads its navigation, `locales` its languages |
| `.md`, `.mdx`, `.markdown` | `markdown`: `front` reads front matter, `includes` puts in what a page includes |
| `.jsonl`: one JSON object a line | `jsonl` |
| `.json`: arrays of records, exports of Zendesk Guide, Intercom, Freshdesk | `json_exports` |
| `.csv`, `.tsv`, `.xlsx` | `sheets`, `workbooks` |
| `.txt`: questions and answers | `questions` |
| `.html`, `.htm`, `.xhtml`: one article a page | `html` |
| `.txt`: the run-together list of a help centre | `listing`: `reader` cuts it into articles, `structure` orders each |

`records` makes articles of what has columns or keys: `columns` knows their names, `record_values` their values,
`bodies` their texts. `encodings` tells the encoding of a text file, `archives` guards zip containers.

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
