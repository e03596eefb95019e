"""Articles: what a help centre publishes, one Markdown file with front matter each, under `corpus/articles/`.

```markdown
---
id: emergency-contact              # lower case, digits, hyphens; the file name without .md when left out
title: 如何添加緊急聯繫人?
category: 帳戶安全
platforms: [app]                   # the platforms it gives instructions for: app, web, those of platforms.yaml
published: 2025-07-24
updated: 2026-02-12
views: 244
complete: true                     # false: the source cuts the article short
url: https://example.com/help/1    # optional; the article's own page
questions: [萬一我很久沒登入會通知誰？]  # optional; other ways to ask what it answers
pinned: [緊急聯絡人]                # optional; exactly these questions always get this article
excluded: [緊急電話]                # optional; exactly these questions never get it
tags: [安全]                        # optional, as the next two: what the source says of it
description: 保護帳戶的聯繫人
locale: zh-tw
draft: true                        # optional; not published: neither found nor shown
review: true                       # optional; imported from a format that does not say everything: a person should look
source: help                       # from here on kept by `supportbot import`: the name of its source, what that calls
source_id: security/contact.md     # the article, and when it was changed there
source_updated: 2026-02-12
---
Markdown: headings, paragraphs, ordered lists for steps, block quotes for notes, `### Q：…？` for questions and answers.
```
"""

import dataclasses
import datetime as dt
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from supportbot.content import front_matter, platforms
from supportbot.content.files import YAML_LOADER
from supportbot.content.platforms import Platform, Platforms
from supportbot.errors import EmptyCorpusError, SourceError, StorageError

FOLDER = "articles"
MAX_FILE_BYTES = 1_000_000
WRITING = ".writing-"
"""How the folders begin in which articles are completed."""

END_OF_SECTION = "<!-- end of section -->"
"""Stands in a body behind sections that were tabs or folded, if what follows belongs to the heading above them."""

_FENCE = "---"


@dataclass(frozen=True, slots=True)
class Article:
    """One help-centre article; `body` is Markdown without the front matter.

    >>> Article("withdraw", "如何提幣？", "1. 打開【資產】\\n2. 點擊【提幣】\\n", category="資產", platforms=("app",))
    """

    id: str
    title: str
    body: str
    category: str = ""
    platforms: tuple[Platform, ...] = ()
    published: dt.date | None = None
    updated: dt.date | None = None
    views: int = 0
    complete: bool = True
    url: str | None = None
    questions: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    description: str = ""
    locale: str = ""
    draft: bool = False
    review: bool = False
    source: str = ""
    source_id: str = ""
    source_updated: dt.date | None = None


def read(corpus: Path) -> list[Article]:
    """Return the published articles of a corpus folder, ordered by file name.

    Raise `SourceError` (file and line) for an invalid article or an id used twice, `EmptyCorpusError` if there is none.
    """
    published = [article for article in read_all(corpus) if not article.draft]
    if not published:
        raise EmptyCorpusError(corpus)
    return published


def read_all(corpus: Path) -> list[Article]:
    """Return the articles of a corpus folder, drafts too, in the order of `article_files`. Raise like `read`."""
    files = article_files(corpus)
    if not files:
        raise EmptyCorpusError(corpus)
    known = platforms.read(corpus)
    owners: dict[str, Path] = {}
    articles = []
    for file in files:
        article = read_article(file, known)
        if article.id in owners:
            raise SourceError(file, f"id {article.id!r} is already used by {owners[article.id]}; ids must differ")
        owners[article.id] = file
        articles.append(article)
    return articles


def article_files(corpus: Path) -> list[Path]:
    """Return the Markdown files that hold the articles of a corpus folder, in order."""
    return sorted(
        path for path in (corpus / FOLDER).rglob("*.md") if path.is_file() and not path.name.startswith((".", "README"))
    )


def digest(corpus: Path) -> str:
    """Return the SHA-256, in hexadecimal, over the names and contents of the article files.

    Raise `EmptyCorpusError` if there is none.
    """
    total = hashlib.sha256()
    files = article_files(corpus)
    if not files:
        raise EmptyCorpusError(corpus)
    for file in files:
        content = file.read_bytes()
        total.update(f"{file.relative_to(corpus).as_posix()}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def read_article(path: Path, known: Platforms | None = None) -> Article:
    """Return the article in a file. `known` are the platforms that it may name; None allows any id.

    Raise `SourceError` with file and line if it is not valid.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise SourceError(path, f"larger than {MAX_FILE_BYTES:,} bytes; split the article")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(path, f"cannot be read as UTF-8 text: {error}") from None
    return parse(text, path, known)


def parse(text: str, path: Path, known: Platforms | None = None) -> Article:
    """Return the article in `text`. `path` stands in errors, and its name is the id if the front matter has none.

    `known` and errors are as for `read_article`.
    """
    if "\x00" in text:
        raise SourceError(path, "holds a NUL character", line=text.count("\n", 0, text.index("\x00")) + 1)
    lines = text.splitlines()
    if not lines or lines[0].rstrip() != _FENCE:
        raise SourceError(path, f"expected front matter: a first line of {_FENCE}", line=1)
    try:
        end = next(i for i, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE)
    except StopIteration:
        raise SourceError(path, f"front matter is not closed by a line of {_FENCE}", line=1) from None
    header = "\n".join(lines[1:end])
    body = "\n".join(lines[end + 1 :]).strip()
    if not body:
        raise SourceError(path, "the article has no text below its front matter", line=end + 1)
    return Article(body=body + "\n", **front_matter.read(header, path, known))


class _Dumper(yaml.SafeDumper):
    """Writes each value whole: an equal date twice would become a reference, which `parse` refuses."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def render(article: Article) -> str:
    """Return an article as file content, front matter and body, which `parse` turns into an equal article."""
    header = "".join(_front_lines(article, name) for name in _FRONT)
    return f"{_FENCE}\n{header}{_FENCE}\n\n{article.body.strip()}\n"


_FRONT = tuple(field.name for field in dataclasses.fields(Article) if field.name != "body")
_DEFAULTS = {field.name: field.default for field in dataclasses.fields(Article)}
_PARTS = re.compile(r"(---[ \t]*\n)(.*?\n)(---[ \t]*(?:\n|\Z))(.*)", re.DOTALL)


def _front_lines(article: Article, name: str) -> str:
    """Return a field as front matter, with its line break; nothing for what need not be said."""
    value = getattr(article, name)
    if name != "complete" and value == _DEFAULTS[name]:
        return ""
    held = {name: list(value) if isinstance(value, tuple) else value}
    return str(yaml.dump(held, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000))


def revised(text: str, path: Path, article: Article) -> str:
    """Return the text of an article's file with what differs in `article`; all other lines stay as people wrote them.

    Where that cannot be done, as in front matter in braces, the file is written anew.
    """
    mark = "\ufeff" * text.startswith("\ufeff")
    plain = text.removeprefix(mark).replace("\r\n", "\n")
    try:
        old, parts = parse(plain, path), _PARTS.fullmatch(plain)
        if parts is None:
            return render(article)
        names = [name for name in _FRONT if getattr(old, name) != getattr(article, name)]
        header = _revised_front(parts[2], names, article)
        body = parts[4] if old.body == article.body else f"\n{article.body.strip()}\n"
        edited = f"{parts[1]}{header}{parts[3].rstrip()}\n{body}"
        kept = edited if parse(edited, path) == article else render(article)
    except (SourceError, yaml.YAMLError):
        kept = render(article)
    return mark + (kept.replace("\n", "\r\n") if "\r\n" in text else kept)


def _revised_front(header: str, names: Sequence[str], article: Article) -> str:
    """Return front matter with these fields of `article`: each in its place, new ones in the order of `render`."""
    lines = header.splitlines(keepends=True)
    for name in names:
        written = _front_lines(article, name)
        root: Any = yaml.compose("".join(lines), YAML_LOADER)
        entries = root.value
        keys = [key.value for key, _ in entries]
        if name in keys:
            place = keys.index(name)
            node = entries[place][1]
            start, end = entries[place][0].start_mark.line, _end(lines, entries, place)
            comment = _COMMENT.match(lines[start], node.end_mark.column) if node.end_mark.line == start else None
            if comment and written.count("\n") == 1:
                written = written.removesuffix("\n") + comment[0]
            lines[start:end] = [written]
        else:
            before = [keys.index(other) for other in _FRONT[: _FRONT.index(name)] if other in keys]
            at = _end(lines, entries, before[-1]) if before else 0
            lines.insert(at, written)
        lines = "".join(lines).splitlines(keepends=True)
    return "".join(lines)


_COMMENT = re.compile(r"[ \t]+#.*\n")


def _end(lines: Sequence[str], entries: Sequence[Any], place: int) -> int:
    """Return the line behind an entry of front matter, without the comments and empty lines below it."""
    end = entries[place + 1][0].start_mark.line if place + 1 < len(entries) else len(lines)
    while end > entries[place][0].start_mark.line + 1 and re.match(r"\s*(?:#|$)", lines[end - 1]):
        end -= 1
    return end


def _content(path: Path | None, article: Article) -> str:
    try:
        return revised(path.read_bytes().decode("utf-8"), path, article) if path else render(article)
    except (FileNotFoundError, UnicodeDecodeError):
        return render(article)


def write(articles: Iterable[Article], corpus: Path) -> None:
    """Write each article to `corpus/articles/<id>.md`, as `write_files` does."""
    write_files(((None, article) for article in articles), corpus)


def write_files(files: Iterable[tuple[Path | None, Article]], corpus: Path) -> None:
    """Write each article to its path, or to `corpus/articles/<id>.md`, after all are complete in a temporary folder.

    A file that is there keeps its lines but for what differs, as `revised` does.
    Raise `StorageError` if they cannot be written; no file is left half written.
    """
    folder = corpus / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=corpus, prefix=WRITING) as staging:
            targets = []
            for number, (path, article) in enumerate(files):
                with (Path(staging) / str(number)).open("w", encoding="utf-8", newline="\n") as stream:
                    stream.write(_content(path, article))
                    stream.flush()
                    os.fsync(stream.fileno())
                targets.append(path or folder / f"{article.id}.md")
            for number, target in enumerate(targets):
                (Path(staging) / str(number)).replace(target)
    except OSError as error:
        raise StorageError(folder, error) from None
