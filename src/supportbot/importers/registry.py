"""The registry of importers: the built-in ones, and those that other packages add.

A package adds one with an entry point that names an object, or a module, with the members of `Importer`:

```toml
[project.entry-points."supportbot.importers"]
zendesk = "my_package.zendesk"
```
"""

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Protocol, runtime_checkable

from supportbot.errors import InputError, SourceError, SupportBotError
from supportbot.importers import folder, html, ids, json_exports, jsonl, markdown, questions, sheets
from supportbot.importers.docx import reader as docx
from supportbot.importers.listing import reader as listing
from supportbot.importers.pdf import reader as pdf
from supportbot.importers.result import Found, Imported, ImportResult, Options, Problem, read_head

GROUP = "supportbot.importers"


@runtime_checkable
class Importer(Protocol):
    """Reads sources of one format. Each built-in one is a module.

    Attributes:
        ACCEPTS: what it reads, in the words of an error message: "a .jsonl file (one JSON object a line)".
        SUFFIXES: the suffixes of its files, in lower case with the dot; "/" stands for folders.

    >>> list(importers()["jsonl"].read(Path("help-centre.jsonl"), Options()))
    """

    ACCEPTS: str
    SUFFIXES: tuple[str, ...]

    def reads(self, path: Path, text: str) -> bool:
        """Return whether a file has this format, by its first characters; asked if its suffix does not tell."""
        ...

    def read(self, path: Path, options: Options) -> Iterator[Found]:
        """Yield the articles of a source in its order, and the problems that it has.

        A large source is read piece by piece. An article that cannot be read is a `Problem` that says `broken`; raises
        `SourceError`, with the line where there is one, for a source that cannot be read as a whole.
        """
        ...


BUILT_IN: Mapping[str, Importer] = {
    "markdown": markdown,
    "jsonl": jsonl,
    "json": json_exports,
    "sheets": sheets,
    "listing": listing,
    "questions": questions,
    "html": html,
    "docx": docx,
    "pdf": pdf,
    "folder": folder,
}


def importers() -> dict[str, Importer]:
    """Return all importers by name; those of other packages come first, so that one may take over a format.

    Raises `InputError` for one that cannot be loaded or lacks a member.
    """
    added = {}
    for entry in _entry_points(metadata.entry_points, *sys.path):
        named = f"the importer {entry.name!r} ({entry.value})"
        try:
            importer = entry.load()
        except Exception as error:
            raise InputError(f"{named} cannot be loaded: {_line(error)}; mend or uninstall its package") from error
        if not isinstance(importer, Importer):
            missing = [name for name in ("ACCEPTS", "SUFFIXES", "reads", "read") if not hasattr(importer, name)]
            raise InputError(f"{named} has no {', '.join(missing)}; expected the members of {Importer.__qualname__}")
        added[entry.name] = importer
    return {**added, **BUILT_IN}


@lru_cache(maxsize=4)
def _entry_points(finder: Callable[..., Iterable[metadata.EntryPoint]], *_: str) -> tuple[metadata.EntryPoint, ...]:
    """Return the importers that packages on the path name; looking through all packages takes 5 ms."""
    return tuple(finder(group=GROUP))


def read_source(path: Path, *, category: str = "", options: Options | None = None) -> ImportResult:
    """Return the articles of a folder or file; its name, else its content, says which format it has.

    `category` is given to the articles for which the source names none. Raises `SourceError` for what cannot be read.
    """
    found: list[Imported] = []
    problems: list[str] = []
    for one in stream(path, options or Options()):
        if isinstance(one, Imported):
            found.append(one)
        elif one.broken:
            raise SourceError(one.path, one.message, line=one.line)
        else:
            problems.append(str(one))
    articles = [replace(one, category=one.category or category) for one in ids.settle(found)]
    return ImportResult(tuple(articles), tuple(dict.fromkeys(problems)))


def stream(path: Path, options: Options) -> Iterator[Found]:
    """Yield the articles and problems of a folder or file; its name, else its content, says which format it has.

    Raises `SourceError` for what cannot be read.
    """
    name, importer = _importer(path)
    with _blaming(name, path):
        for one in importer.read(path, options):
            if not isinstance(one, Imported | Problem):
                raise SourceError(path, f"the importer {name!r} gave {one!r:.60}; expected an Imported or a Problem")
            yield one


def _importer(path: Path) -> tuple[str, Importer]:
    known = importers()
    *others, last = (importer.ACCEPTS for importer in known.values())
    accepted = f"{', '.join(others)}, or {last}"
    if not path.exists():
        raise SourceError(path, f"does not exist; expected {accepted}")
    suffix = "/" if path.is_dir() else path.suffix.lower()
    candidates = [name for name, importer in known.items() if suffix in importer.SUFFIXES]
    if not candidates or len(candidates) > 1:
        text = read_head(path)
        candidates = [name for name in candidates or known if _reads(name, known[name], path, text)] or candidates[-1:]
    if not candidates:
        raise SourceError(path, f"unknown format; expected {accepted}")
    return candidates[0], known[candidates[0]]


def _reads(name: str, importer: Importer, path: Path, text: str) -> bool:
    with _blaming(name, path):
        return importer.reads(path, text)


@contextlib.contextmanager
def _blaming(name: str, path: Path) -> Iterator[None]:
    """Name the importer of another package in whatever it raises."""
    try:
        yield
    except Exception as error:
        if isinstance(error, SupportBotError) or name in BUILT_IN:
            raise
        raise SourceError(path, f"the importer {name!r} failed: {_line(error)}") from error


def _line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
