"""The Markdown of an article, read from its file: an index holds only the chunks."""

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
    """Return the body of an article's file if it is cut into the same `chunks`, else None.

    The file may have changed or disappeared since the index was built. `version` is the index version.
    """
    file = corpus / FOLDER / f"{article.id}.md"
    body = _body(file if file.exists() else _others(corpus, version).get(article.id, file))
    cut = split(replace(article, body=body)) if body else []
    return body if [one.id for one in cut] == [one.id for one in chunks] else None


def _body(path: Path) -> str | None:
    """Return the text below the front matter, which is not parsed: that takes longer than rendering a page."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    front = _FRONT_MATTER.match(text)
    return text[front.end() :] if front else None


@lru_cache(maxsize=2)
def _others(corpus: Path, version: str) -> dict[str, Path]:
    """Return the files by article id, for those whose name is not their id."""
    found = {}
    for path in article_files(corpus):
        try:
            found[read_article(path).id] = path
        except SourceError:  # reported when the index is built
            continue
    return found
