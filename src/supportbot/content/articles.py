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
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from supportbot.content import front_matter, platforms
from supportbot.content.platforms import Platform, Platforms
from supportbot.errors import EmptyCorpusError, SourceError, StorageError

FOLDER = "articles"
MAX_FILE_BYTES = 1_000_000

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
    front: dict[str, Any] = {}
    for field in dataclasses.fields(Article):
        value = getattr(article, field.name)
        if field.name == "body" or (value == field.default and field.name != "complete"):
            continue
        front[field.name] = list(value) if isinstance(value, tuple) else value
    header = yaml.dump(front, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
    return f"{_FENCE}\n{header}{_FENCE}\n\n{article.body.strip()}\n"


def write(articles: Iterable[Article], corpus: Path) -> None:
    """Write each article to `corpus/articles/<id>.md`, as `write_files` does."""
    write_files(((None, article) for article in articles), corpus)


def write_files(files: Iterable[tuple[Path | None, Article]], corpus: Path) -> None:
    """Write each article to its path, or to `corpus/articles/<id>.md`, after all are complete in a temporary folder.

    Raise `StorageError` if they cannot be written; no file is left half written.
    """
    folder = corpus / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=corpus, prefix=".writing-") as staging:
            targets = []
            for number, (path, article) in enumerate(files):
                with (Path(staging) / str(number)).open("w", encoding="utf-8", newline="\n") as stream:
                    stream.write(render(article))
                    stream.flush()
                    os.fsync(stream.fileno())
                targets.append(path or folder / f"{article.id}.md")
            for number, target in enumerate(targets):
                (Path(staging) / str(number)).replace(target)
    except OSError as error:
        raise StorageError(folder, error) from None
