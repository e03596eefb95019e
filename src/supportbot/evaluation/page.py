"""Write a report as a folder: report.json, report.md, and report.html, a page that loads nothing from elsewhere.

Texts of a data set were written by strangers: they are escaped, in HTML and in Markdown.
"""

import json
import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from supportbot.content.files import new_folder
from supportbot.errors import SettingsError
from supportbot.evaluation import plots
from supportbot.evaluation.report import ReportSection

FILES = ("report.json", "report.md", "report.html")

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def check(folder: Path) -> None:
    """Raise `SettingsError` if `folder` holds anything but an earlier report, or if matplotlib is not installed."""
    plots.check()
    if not folder.exists():
        return
    strangers = sorted(path.name for path in folder.iterdir() if path.name not in FILES) if folder.is_dir() else [""]
    if strangers:
        raise SettingsError(f"--report {folder}: holds {strangers[0] or 'a file'!r}; expected a new folder")


def write(folder: Path, title: str, sections: Sequence[ReportSection], data: dict[str, Any]) -> None:
    """Write all files of a report to `folder`, or none, replacing an earlier report.

    Raise `StorageError` if they cannot be written, and like `check`.
    """
    check(folder)
    with new_folder(folder) as staging:
        as_json = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
        contents = (as_json, markdown(title, sections), html(title, sections))
        for name, content in zip(FILES, contents, strict=True):
            (staging / name).write_bytes(content.encode("utf-8", "replace"))


def html(title: str, sections: Sequence[ReportSection]) -> str:
    """Return the report as a page without scripts, in light and dark, with a table beside each figure."""
    return _TEMPLATES.get_template("report.html").render(title=title, sections=sections)


def markdown(title: str, sections: Sequence[ReportSection]) -> str:
    """Return the report as Markdown. A figure is described in words; its numbers are in the table."""
    parts = [f"# {_plain(title)}"]
    for section in sections:
        parts += [f"## {_plain(section.title)}", _plain(section.text)]
        if section.figure:
            parts.append(f"*Figure: {_plain(section.figure.alt)}*")
        table = section.table
        rule = ["---" if column < table.labels else "--:" for column in range(len(table.headers))]
        rows = [map(_plain, table.headers), rule, *(map(_plain, row) for row in table.rows)]
        parts.append("\n".join(f"| {' | '.join(row)} |" for row in rows))
    return "\n\n".join(parts) + "\n"


def _plain(text: str) -> str:
    """Return Markdown that shows `text` as it is: no mark-up, no link, no cell that ends early."""
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", escape(" ".join(text.split()), quote=False))
