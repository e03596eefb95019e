"""Writes a report as a folder: report.json, report.md, and report.html, a page that needs nothing but itself.

Whatever comes out of a data set is text of strangers: it is escaped, in HTML and in Markdown.
"""

import json
import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from supportbot.content.files import new_folder
from supportbot.errors import SettingsError
from supportbot.evaluation import plots
from supportbot.evaluation.report import Section, Table

FILES = ("report.json", "report.md", "report.html")

_CSS = """\
:root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --faint: #6a7482; --line: #d5dbe3; --band: #f3f5f8;
  --series-1: #1f5fbf; --series-2: #b4460f; --series-3: #18794e; --series-4: #8a3ba8; --series-5: #8a6100;
  --series-6: #b01f5c; --series-7: #0b7285; --series-8: #566070; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9f0; --paper: #12161c; --faint: #98a3b3; --line: #313a47;
  --band: #1b212a; --series-1: #82b1ff; --series-2: #ffa36b; --series-3: #6fd3a0; --series-4: #d9a0f2;
  --series-5: #e5c15c; --series-6: #ff94bd; --series-7: #74d1e2; --series-8: #b3bdca; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.25rem 4rem; color: var(--ink); background: var(--paper);
  font: 16px/1.55 system-ui, "PingFang TC", "Microsoft JhengHei", "Noto Sans CJK TC", sans-serif; }
h1 { margin: 0; font-size: 1.8rem; line-height: 1.25; } h2 { margin: 3rem 0 .4rem; font-size: 1.25rem; }
header p, section > p { margin: .3rem 0 1rem; color: var(--faint); max-width: 60rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; margin: 1rem 0 0; padding: 0; list-style: none; }
a { color: var(--series-1); } :focus-visible { outline: 2px solid var(--series-1); outline-offset: 2px; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { padding: .45rem .8rem; border-top: 1px solid var(--line); text-align: left; vertical-align: top;
  overflow-wrap: anywhere; min-width: 4.5rem; }
thead th { border-top: 0; background: var(--band); white-space: nowrap; } tbody th { font-weight: 600; }
td.value { text-align: right; white-space: nowrap; } th.value { text-align: right; }
figure { margin: 0 0 1.25rem; max-width: 46rem; } figure svg { width: 100%; height: auto; color: var(--ink); }
figcaption { color: var(--faint); font-size: .85rem; }
@media print { body { max-width: none; } section { break-inside: avoid; } }
"""


def check(folder: Path) -> None:
    """Raise `SettingsError` when `folder` holds anything but an earlier report, which the new one replaces."""
    plots.check()
    if not folder.exists():
        return
    strangers = sorted(path.name for path in folder.iterdir() if path.name not in FILES) if folder.is_dir() else [""]
    if strangers:
        raise SettingsError(f"--report {folder}: holds {strangers[0] or 'a file'!r}; expected a new folder")


def write(folder: Path, title: str, sections: Sequence[Section], data: dict[str, Any]) -> None:
    """Write the report to `folder`: all of it by one rename, or nothing. Raises `StorageError` or what `check` does."""
    check(folder)
    with new_folder(folder) as staging:
        contents = (
            json.dumps(data, ensure_ascii=False, indent=2) + "\n",
            markdown(title, sections),
            html(title, sections),
        )
        for name, content in zip(FILES, contents, strict=True):
            (staging / name).write_bytes(content.encode("utf-8", "replace"))


# --- Markdown ----------------------------------------------------------------------------------------------------


def markdown(title: str, sections: Sequence[Section]) -> str:
    """The report as Markdown; figures are told in words, their numbers stand in the tables."""
    parts = [f"# {_marked(title)}"]
    for section in sections:
        parts += [f"## {_marked(section.title)}", _marked(section.text)]
        if section.figure:
            parts.append(f"*Figure: {_marked(section.figure.alt)}*")
        parts.append(_markdown_table(section.table))
    return "\n\n".join(parts) + "\n"


def _markdown_table(table: Table) -> str:
    rule = ["---" if column < table.labels else "--:" for column in range(len(table.headers))]
    rows = [list(map(_marked, table.headers)), rule, *(list(map(_marked, row)) for row in table.rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _marked(text: str) -> str:
    """Text that Markdown shows as it is: no mark-up, no link, no cell that ends early."""
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", escape(" ".join(text.split()), quote=False))


# --- HTML --------------------------------------------------------------------------------------------------------


def html(title: str, sections: Sequence[Section]) -> str:
    """The report as a page: no script, nothing loaded from elsewhere, light and dark, a table beside each figure."""
    links = "".join(f'<li><a href="#s{n}">{escape(section.title)}</a></li>' for n, section in enumerate(sections, 1))
    body = "".join(_section(number, section) for number, section in enumerate(sections, 1))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{escape(title)}</title>
<style>
{_CSS}</style>
</head>
<body>
<header>
<h1>{escape(title)}</h1>
<nav aria-label="Sections"><ul>{links}</ul></nav>
</header>
<main>
{body}</main>
</body>
</html>
"""


def _section(number: int, section: Section) -> str:
    figure = ""
    if section.figure:
        alt = escape(section.figure.alt)
        drawing = section.figure.draw().replace("<svg", f'<svg role="img" aria-label="{alt}"', 1)
        figure = f"<figure>{drawing}<figcaption>{alt}</figcaption></figure>"
    return f"""<section aria-labelledby="s{number}">
<h2 id="s{number}">{escape(section.title)}</h2>
<p>{escape(section.text)}</p>
{figure}
{_html_table(section.title, section.table)}
</section>
"""


def _html_table(title: str, table: Table) -> str:
    kinds = ["" if column < table.labels else ' class="value"' for column in range(len(table.headers))]
    head = "".join(
        f'<th scope="col"{kind}>{escape(text)}</th>' for kind, text in zip(kinds, table.headers, strict=True)
    )
    rows = []
    for row in table.rows:
        first, *rest = row
        cells = "".join(f"<td{kind}>{escape(text)}</td>" for kind, text in zip(kinds[1:], rest, strict=True))
        rows.append(f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>')
    label = escape(title)
    return f"""<div class="scroll" role="region" aria-label="{label}" tabindex="0"><table><caption>{label}</caption>
<thead><tr>{head}</tr></thead>
<tbody>
{chr(10).join(rows)}
</tbody></table></div>"""
