"""Files that a Markdown page includes: their text is put where the page has them.

| tool | form |
|---|---|
| Docusaurus, Mintlify, any MDX | `import Part from './_part.mdx'` and `<Part />` |
| VitePress | `<!--@include: ./part.md-->`, with `{3,5}` lines or a `#region` |
| GitBook, Jekyll | `{% include "part.md" %}` |
| Mintlify | `<Snippet file="part.mdx" />` |
| MkDocs (pymdownx.snippets) | `--8<-- "part.md"` |

Only files below the source folder are read.
"""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from supportbot.errors import SourceError
from supportbot.importers import front
from supportbot.importers.result import MAX_ARTICLE_BYTES, Problem, read_text
from supportbot.text.folding import clean

MAX_DEPTH = 10
MAX_FILES = 1000
"""For one article."""
_SUFFIXES = (".md", ".mdx", ".markdown", ".txt")
_FOLDERS = ("", "_includes", "includes", "snippets", ".gitbook/includes", "docs", "static", "src")
"""Below the source folder, where tools look for what is included without a path."""

_FENCE = re.compile(r"\s{0,12}(`{3,}(?=[^`]*$)|~{3,})")
_IMPORT = re.compile(r"import\s+([A-Z]\w{0,80})\s+from\s+['\"]([^'\"\n]{1,300}\.(?:mdx?|markdown))['\"]\s*;?\s*$")
_FORMS = re.compile(
    r"<!--[ \t]*@include:[ \t]*(?P<vitepress>[^\n>]{1,300}?)[ \t]*-->"
    r"|\{%-?[ \t]*(?:include|include_relative)[ \t]+"
    r"(?P<liquid>\"[^\"\n]{1,300}\"|'[^'\n]{1,300}'|[^\s%]{1,300})[^%\n]{0,300}%\}"
    r"|<Snippet\b[^<>\n]{0,200}?\bfile=\{?[\"'](?P<snippet>[^\"'\n]{1,300})[\"'][^<>\n]{0,200}/?>(?:[ \t]*</Snippet>)?"
    r"|^[ \t]*-{1,3}8<-{1,3}[ \t]+[\"'](?P<scissors>[^\"'\n]{1,300})[\"'][ \t]*$"
)
_COMPONENT = re.compile(r"<([A-Z]\w{0,80})((?:\s[^<>]{0,1000}?)?)(?:/>|>\s{0,200}</\1>)")
_PROPERTY = re.compile(r"(\w{1,60})=(?:\"([^\"]{0,500})\"|'([^']{0,500})'|\{[\"'`]([^\"'`]{0,500})[\"'`]\})")
_LINES = re.compile(r"(.*?)\{(\d{0,9})(,?)(\d{0,9})\}$")
_ONLY_PARTS = frozenset(["_includes", "_partials", "_snippets", "_layouts"])
_OFTEN_PARTS = frozenset(["snippets", "includes", "partials", "fragments", "shared"])
_MARKS = ("@include", "{%", "<Snippet", "8<-", "import")


def inline(text: str, path: Path, root: Path, included: set[Path], encoding: str = "") -> tuple[str, list[Problem]]:
    """Return the text of a page with all that it includes, and what could not be included.

    The files read are added to `included`.
    """
    if not any(mark in text for mark in _MARKS):
        return text, []
    reader = _Reader(root, included, encoding)
    return reader.inlined(text, path, (path.resolve(),)), reader.problems


def is_partial(path: str) -> bool:
    """Return whether a file, by its path in the source, is only there to be included."""
    *folders, name = path.split("/")
    return (name.startswith("_") and not name.startswith("_index.")) or not _ONLY_PARTS.isdisjoint(folders)


def may_be_partial(path: str) -> bool:
    """Return whether a file, by its path in the source, is no article if another one includes it."""
    return is_partial(path) or any(one.startswith("_") or one in _OFTEN_PARTS for one in path.split("/")[:-1])


class _Reader:
    def __init__(self, root: Path, included: set[Path], encoding: str) -> None:
        self.problems: list[Problem] = []
        self._root = root
        self._included = included
        self._encoding = encoding
        self._left = MAX_ARTICLE_BYTES
        self._files = 0

    def inlined(self, text: str, path: Path, chain: tuple[Path, ...]) -> str:
        parts: dict[str, str] = {}
        lines = []
        for number, line, is_code in _lines(text):
            if is_code:
                lines.append(line)
            elif match := _IMPORT.match(line):
                parts[match[1]] = self._named(match[2], "", path, number, chain)
            else:
                lines.append(_FORMS.sub(partial(self._form, path=path, line=number, chain=chain), line))
        joined = "\n".join(lines)
        return _COMPONENT.sub(lambda tag: _filled(tag, parts), joined) if parts else joined

    def _form(self, form: re.Match[str], path: Path, line: int, chain: tuple[Path, ...]) -> str:
        named = next(filter(None, form.groups()))
        named = named.strip("\"'")
        part = ""
        if form["vitepress"]:
            named, lines, region = _cut(named)
            part = lines or region
        if form["scissors"]:
            named, _, part = named.partition(":")
        return f"\n\n{self._named(named, part, path, line, chain)}\n\n"

    def _named(self, named: str, part: str, path: Path, line: int, chain: tuple[Path, ...]) -> str:
        self._files += 1
        if self._files > MAX_FILES or self._left < 0:
            most = f"{MAX_FILES:,} files or {MAX_ARTICLE_BYTES:,} bytes"
            self._tell(path, line, f"more than {most} are included; the rest is left out")
            return ""
        file = self._file(named, path)
        if file is None:
            self._tell(path, line, f"included file {clean(named)[:80]!r} is not in the source; left out")
        elif file.suffix.lower() not in _SUFFIXES:
            self._tell(path, line, f"included file {clean(named)[:80]!r} is no Markdown; left out")
        else:
            return self._text(file, part, path, line, chain)
        return ""

    def _file(self, named: str, path: Path) -> Path | None:
        """Return the file that a page names, if it is below the source folder."""
        named = re.sub(r"^(?:@site|@|~)/", "/", named)
        places = [path.parent / named] if not named.startswith("/") else []
        places += [self._root / folder / named.lstrip("/") for folder in _FOLDERS]
        first, _, rest = named.lstrip("/").partition("/")
        if first == self._root.name:
            places.append(self._root / rest)
        root = self._root.resolve()
        for place in places:
            try:
                file = place.resolve()
                if file.is_relative_to(root) and file.is_file():
                    return file
            except (OSError, ValueError, RuntimeError):  # a NUL, a name too long, a loop of links
                continue
        return None

    def _text(self, file: Path, part: str, path: Path, line: int, chain: tuple[Path, ...]) -> str:
        name = clean(file.name)[:80]
        self._included.add(file)
        if file in chain or len(chain) > MAX_DEPTH:
            what = "itself" if file in chain else f"others, more than {MAX_DEPTH} in one another"
            self._tell(path, line, f"included file {name!r} includes {what}; left out")
            return ""
        try:
            text = _part(front.body_of(read_text(file, self._encoding)), part)
        except SourceError as error:
            self._tell(path, line, f"included file {name!r}: {error.message}; left out")
            return ""
        if text is None:
            self._tell(path, line, f"included file {name!r} has no part {clean(part)[:80]!r}; left out")
            return ""
        self._left -= len(text)
        return self.inlined(text, file, (*chain, file)).strip("\n")

    def _tell(self, path: Path, line: int, message: str) -> None:
        if all((one.path, one.message) != (path, message) for one in self.problems[-100:]):
            self.problems.append(Problem(path, message, line))


def _lines(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield the lines of a text with their numbers, and whether each is code."""
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        match = _FENCE.match(line)
        yield number, line, bool(fence or match)
        if not fence:
            fence = match[1] if match else ""
        elif match and match[1].startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""


def _cut(named: str) -> tuple[str, str, str]:
    """Return the path, the lines and the region of what VitePress includes: `./a.md#start{1,5}`."""
    lines = ""
    if match := _LINES.fullmatch(named):
        named = match[1]
        lines = f"{match[2]},{match[4]}" if match[3] else f"{match[2]},{match[2]}"
    named, _, region = named.partition("#")
    return named.strip(), lines, region


def _part(text: str, part: str) -> str | None:
    """Return some lines of a text (`3,5`), what is below a heading or within a region; None for what is not there."""
    if not part:
        return text
    lines = text.split("\n")
    if match := re.fullmatch(r"(\d{0,9})[,:](\d{0,9})", part):
        return "\n".join(lines[max(0, int(match[1] or 1) - 1) : int(match[2] or len(lines))])
    name = re.escape(part)
    begin = re.search(rf"^.*(?:#region\s+{name}\b|--8<--\s*\[start:\s*{name}\]).*\n", text, re.MULTILINE)
    if begin:
        end = re.compile(rf"^.*(?:#endregion(?:\s+{name})?\b|--8<--\s*\[end:\s*{name}\]).*$", re.MULTILINE)
        found = end.search(text, begin.end())
        return text[begin.end() : found.start() if found else len(text)]
    for number, line in enumerate(lines):
        heading = re.match(r"(#{1,6})\s+(.*?)\s*(?:\{#([^{}]+)\})?\s*$", line)
        if heading and part in (heading[3], re.sub(r"\s+", "-", heading[2].lower())):
            level = len(heading[1])
            below = (n for n, one in enumerate(lines[number + 1 :], number + 1) if re.match(rf"#{{1,{level}}}\s", one))
            return "\n".join(lines[number : next(below, len(lines))])
    return None


def _filled(tag: re.Match[str], parts: dict[str, str]) -> str:
    """Return the text of an imported component, with the properties that the page gives it."""
    if tag[1] not in parts:
        return tag[0]
    text = parts[tag[1]]
    for name, *forms in _PROPERTY.findall(tag[2]):
        value = "".join(forms).replace("\\", r"\\")
        text = re.sub(rf"\{{\s*(?:props\.)?{name}\s*\}}", value, text)
    return f"\n\n{text}\n\n"
