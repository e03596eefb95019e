"""The Markdown that an article's chunks were cut from: an index holds only the chunks."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from supportbot.content.articles import FOLDER, Article, article_files, read_article
from supportbot.errors import SourceError
from supportbot.index.chunking import Chunk, split

_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n.*?^---[ \t]*$", re.DOTALL | re.MULTILINE)


def original(article: Article, chunks: Sequence[Chunk], corpus: Path, version: str) -> str | None:
    """The body of an article's file if `chunks`, those of an index version, are what it is cut into; else None.

    The file may have been changed since, or be gone, or an older version may serve.
    """
    file = corpus / FOLDER / f"{article.id}.md"
    body = _body(file if file.exists() else _others(corpus, version).get(article.id, file))
    cut = split(replace(article, body=body)) if body else []
    return body if [one.id for one in cut] == [one.id for one in chunks] else None


def _body(path: Path) -> str | None:
    """What is below the front matter. Parsing that as well, with its many questions, takes longer than a page does."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    front = _FRONT_MATTER.match(text)
    return text[front.end() :] if front else None


@lru_cache(maxsize=2)
def _others(corpus: Path, version: str) -> dict[str, Path]:
    """The files of articles whose name is not their id."""
    found = {}
    for path in article_files(corpus):
        try:
            found[read_article(path).id] = path
        except SourceError:  # whoever edits it is told when the index is built
            continue
    return found
