"""What every importer hands back, and what they share in reading a file."""

import codecs
import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from supportbot.content.articles import MAX_FILE_BYTES, Article
from supportbot.errors import SourceError

MAX_SOURCE_BYTES = 64_000_000
"""A source file larger than this is refused: it is read into memory as a whole."""


MAX_ARTICLE_BYTES = MAX_FILE_BYTES * 3 // 4
"""Room is left for the front matter and for the signs that Markdown adds."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The articles of a source, in its order.

    `problems` are one-line messages that name file and line of what was skipped, cut short or ambiguous.

    >>> result = read_source(Path("help-centre.jsonl"), category="資產")
    >>> [article.id for article in result.articles], result.problems
    """

    articles: tuple[Article, ...] = ()
    problems: tuple[str, ...] = ()


def read_text(path: Path) -> str:
    """The text of a UTF-8 file (with or without BOM; UTF-16 with BOM), line ends as `\\n`.

    Raises `SourceError`, with the line, for what is not such text.
    """
    try:
        if path.stat().st_size > MAX_SOURCE_BYTES:
            raise SourceError(path, f"larger than {MAX_SOURCE_BYTES:,} bytes; split the file")
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror or error}") from None
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(path, f"not UTF-8 text ({error.reason}); save it as UTF-8", line=line) from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise SourceError(path, "holds a NUL character; expected a text file in UTF-8", line=line)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def check_size(text: str, path: Path, line: int | None = None) -> None:
    """Raise `SourceError` for the text of an article that would be too large to be read back from the corpus."""
    if len(text) * 4 > MAX_ARTICLE_BYTES and len(text.encode("utf-8", "replace")) > MAX_ARTICLE_BYTES:
        raise SourceError(path, f"an article larger than {MAX_ARTICLE_BYTES:,} bytes; split it", line=line)


def merge(sources: Iterable[tuple[Path, ImportResult]]) -> ImportResult:
    """Return the articles of several sources together; an article that two of them hold alike is kept once.

    Raises `SourceError` when two sources hold different articles with one id or one title.
    """
    owners: dict[str, tuple[Path, Article]] = {}
    titles: dict[str, tuple[Path, Article]] = {}
    articles: list[Article] = []
    problems: list[str] = []
    for path, result in sources:
        problems += result.problems
        fresh = [article for article in result.articles if _is_new(article, path, owners, titles)]
        for article in fresh:
            owners[article.id] = path, article
            titles[article.title] = path, article
        articles += fresh
    return ImportResult(tuple(articles), tuple(dict.fromkeys(problems)))


def _is_new(
    article: Article, path: Path, owners: dict[str, tuple[Path, Article]], titles: dict[str, tuple[Path, Article]]
) -> bool:
    for label, found in (("id", owners.get(article.id)), ("title", titles.get(article.title))):
        if found is None:
            continue
        other_path, other = found
        if dataclasses.replace(article, id=other.id, category=other.category) == other:
            return False
        value = article.id if label == "id" else article.title
        message = f"{label} {value!r:.120} is also used by another article in {other_path}; keep one of them"
        raise SourceError(path, message)
    return True
