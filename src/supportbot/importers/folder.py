"""Folders: every file below is given to the importer of its suffix; what none reads is told.

The navigation of a documentation tool gives categories, languages and addresses (`sites`), else the folders' names do.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from supportbot.errors import SourceError
from supportbot.importers import includes, markdown, sites
from supportbot.importers.result import Found, Imported, Options, Problem, read_head
from supportbot.text.folding import clean

if TYPE_CHECKING:
    from supportbot.importers.registry import Importer

ACCEPTS = "a folder of such files (also of a documentation site)"
SUFFIXES: tuple[str, ...] = ("/",)

MAX_FILES = 200_000
_SKIPPED = frozenset(["node_modules", "__pycache__", "bower_components", "__MACOSX"])
_CLUTTER = frozenset(["thumbs.db", "desktop.ini"])
_ASKED = frozenset([".txt", ".json", ".xml"])
"""Suffixes of many things besides articles: a file is read only if its content is what an importer reads."""
_LINKED = re.compile(
    r"\]\(\s*<?([^)>\s\"']{1,500})|\b(?:src|href)=[\"']([^\"']{1,500})|^\[[^\]\n]{1,100}\]:\s*<?(\S{1,500})", re.M
)
_NAMED = 5


def reads(path: Path, text: str) -> bool:
    """Return whether `path` is a folder."""
    return path.is_dir()


def read(path: Path, options: Options) -> Iterator[Found]:
    """Yield the articles of all files below a folder, in the order of their paths, then what is not carried.

    A file that cannot be read is a `Problem` that says `broken`; raises `SourceError` for a folder without any article.
    """
    for one in _found(path, options):
        is_line = isinstance(one, Imported) or clean(str(one.path)) == str(one.path)
        yield one if is_line else replace(one, path=Path(_printable(str(one.path))))


def _found(root: Path, options: Options) -> Iterator[Found]:
    tree = _Tree.of(root)
    yield from tree.problems
    site = sites.Site.read(root, [*tree.files, *tree.others], tree.hidden)
    yield from site.problems
    reader = _Reader(root, options, tree, site)
    yield from reader.articles()
    yield from reader.rest()


# --- what is in the folder -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Tree:
    """The paths of the files below a folder: those to read, other ones, and folders that are not looked into."""

    files: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, root: Path) -> "_Tree":
        """Return the tree of a folder; links are not followed. Raises `SourceError` if it has too many files."""
        tree = cls()
        links: list[str] = []
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(root / folder) as entries:
                    ordered = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                reason = f"cannot be read: {error.strerror or error}"
                if not folder:
                    raise SourceError(root, reason) from None
                tree.problems.append(Problem(root / folder, reason, broken=True))
                continue
            below: list[str] = []
            for entry in ordered:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_symlink():
                    links.append(path)
                elif entry.is_dir(follow_symlinks=False):
                    is_skipped = entry.name.startswith(".") or entry.name in _SKIPPED
                    (tree.hidden if is_skipped else below).append(path)
                elif not entry.is_file(follow_symlinks=False):
                    links.append(path)  # a pipe or a device
                elif entry.name.startswith(".") or sites.is_configuration(root, path):
                    tree.others.append(path)
                elif entry.name.lower() not in _CLUTTER:
                    tree.files.append(path)
            if len(tree.files) + len(tree.others) > MAX_FILES:
                raise SourceError(root, f"more than {MAX_FILES:,} files; import its folders one by one")
            waiting += reversed(below)
        tree.files.sort(key=lambda path: path.split("/"))
        tree.others.sort()
        if links:
            tree.problems.append(Problem(root, f"links and devices are not followed: {_names(links)}"))
        if skipped := [
            path for path in tree.hidden if not path.endswith((".vitepress", ".vuepress", ".git", ".gitbook"))
        ]:
            tree.problems.append(Problem(root, f"folders skipped: {_names(skipped)}"))
        return tree


def _names(paths: list[str]) -> str:
    shown = ", ".join(_printable(path) for path in paths[:_NAMED])
    return f"{shown} and {len(paths) - _NAMED} more" if len(paths) > _NAMED else shown


def _printable(path: str) -> str:
    """Return a path as one line of text that a corpus can hold, and that differs from that of all other paths."""
    if clean(path) == path and "\\" not in path:
        return path
    shown = "".join(
        char if clean(char) == char and char != "\\" else char.encode("unicode_escape").decode() if char != " " else " "
        for char in path
    )
    return re.sub("(?<= ) | $|^ ", r"\\x20", shown)


# --- the articles --------------------------------------------------------------------------------------------------


class _Reader:
    """Reads the files of a tree, and remembers what is to be told of all of them."""

    def __init__(self, root: Path, options: Options, tree: _Tree, site: sites.Site) -> None:
        self._root = root
        self._options = options
        self._tree = tree
        self._site = site
        self._included: set[Path] = set()
        self._partials: list[str] = []
        self._unread: list[str] = []
        self._linked: set[str] = set()
        self._told: dict[str, list[Problem]] = {}
        self._found = 0

    def articles(self) -> Iterator[Found]:
        """Yield the articles, and the files that are broken."""
        from supportbot.importers import registry

        importers = registry.importers()
        # What may be a part of others is read when these are known.
        for path in sorted(self._tree.files, key=includes.may_be_partial):
            file = self._root / path
            suffix = file.suffix.lower()
            able = [importer for importer in importers.values() if suffix in importer.SUFFIXES]
            is_markdown = able[:1] == [markdown]
            if is_markdown and includes.is_partial(path):
                self._partials.append(path)
                continue
            if includes.may_be_partial(path) and file.resolve() in self._included:
                continue
            if not able or (suffix in _ASKED and not self._is_asked_for(file, able)):
                self._unread.append(path)
                continue
            found = (
                markdown.read_page(file, self._options, self._root, self._included)
                if is_markdown
                else _named(registry.stream(file, self._options), path)
            )
            try:
                for one in found:
                    if isinstance(one, Imported):
                        self._found += 1
                        yield self._placed(one, path)
                    elif one.broken:
                        yield one
                    else:
                        self._told.setdefault(one.message, []).append(one)
            except SourceError as error:
                self._found += 1
                yield Problem(error.path, error.message, error.line, broken=True)

    def _is_asked_for(self, file: Path, able: list["Importer"]) -> bool:
        try:
            head = read_head(file)
        except SourceError:
            return True  # its importer says what is wrong
        return any(importer.reads(file, head) for importer in able)

    def _placed(self, one: Imported, path: str) -> Imported:
        """Return an article with what its place in the folder says of it."""
        article = one.article
        self._linked.update(_links(article.body))
        own = tuple(one.addresses)
        place = self._site.place(path, own)
        article = replace(
            article,
            category=article.category or place.category,
            locale=article.locale or place.locale,
            draft=article.draft or "_drafts" in path.split("/"),
            source_id=_printable(article.source_id),
        )
        is_record = article.source_id.startswith(f"{_printable(path)}#")
        urls = tuple(address for address in own if address.startswith("http"))
        addresses = own if is_record else (*place.addresses, *urls)
        return replace(one, article=article, addresses=tuple(dict.fromkeys(addresses)))

    def rest(self) -> Iterator[Problem]:
        """Yield what is to be told of all files: each kind of thing in one line."""
        for message, problems in self._told.items():
            first = problems[0]
            names = list(dict.fromkeys(_printable(self._below(one.path)) for one in problems if one.path != first.path))
            also = f" (also in {_names(names)})" if names else ""
            yield replace(first, message=f"{message}{also}")
        if lost := [path for path in self._partials if (self._root / path).resolve() not in self._included]:
            yield Problem(self._root, f"parts that no article includes; skipped: {_names(lost)}")
        linked = [path for path in self._unread if path.split("/")[-1] in self._linked]
        if linked:
            yield Problem(self._root, f"linked files are not copied, their links stay: {_counted(linked)}")
        if other := [path for path in self._unread if path not in set(linked)]:
            yield Problem(self._root, f"files that no importer reads; skipped: {_counted(other)}")
        if not self._found:
            raise SourceError(self._root, "no articles found; expected Markdown files or others that an importer reads")

    def _below(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix() if path.is_relative_to(self._root) else str(path)


def _named(found: Iterator[Found], path: str) -> Iterator[Found]:
    """Yield what one file gives, its articles named by the path and, if it holds several, their own ids."""
    first: Imported | None = None
    is_one = True
    for one in found:
        if not isinstance(one, Imported):
            yield one
        elif first is None and is_one:
            first = one
        else:
            if first is not None:
                yield _with_source_id(first, path, is_one=False)
                first, is_one = None, False
            yield _with_source_id(one, path, is_one=False)
    if first is not None:
        yield _with_source_id(first, path, is_one=True)


def _with_source_id(one: Imported, path: str, *, is_one: bool) -> Imported:
    own = one.article.source_id
    if own == path.split("/")[-1]:  # the importer of the file names it by its name alone
        own = ""
    if not is_one:
        own = own or one.article.id
    return replace(one, article=replace(one.article, source_id=f"{path}#{own}" if own else path))


def _links(body: str) -> Iterator[str]:
    """Yield the file names that a text links."""
    for match in _LINKED.finditer(body):
        address = next(filter(None, match.groups()))
        yield unquote(re.split("[?#]", address)[0]).split("/")[-1]


def _counted(paths: list[str]) -> str:
    """Return how many files there are of each suffix, and the names of the first."""
    counts = Counter(Path(path).suffix.lower() or "without suffix" for path in paths)
    shown = ", ".join(f"{count} {clean(suffix)[:20]}" for suffix, count in counts.most_common(30))
    return f"{shown} ({_names(paths)})"
