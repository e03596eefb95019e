"""What every importer hands back, and what they share in reading a file."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from supportbot.content.articles import MAX_FILE_BYTES, Article
from supportbot.errors import SourceError
from supportbot.importers import encodings

MAX_SOURCE_BYTES = 64_000_000
"""A source file larger than this is refused: it is read into memory as a whole."""


MAX_HEAD_BYTES = 200_000
"""By so much of a file its format is told."""

MAX_ARTICLE_BYTES = MAX_FILE_BYTES * 3 // 4
"""Room is left for the front matter and for the signs that Markdown adds."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller says about a source that the source does not say itself.

    Attributes:
        encoding: of a text file, such as `big5-hkscs`; empty to tell it from the content.
        columns: of a table or of JSON records, the name of a column or key → a field of `Article` (`text`: the body).
        selector: a CSS selector for the part of an HTML page that is the article; empty to find it by rules.
    """

    encoding: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    selector: str = ""


@dataclass(frozen=True, slots=True)
class SourceStep:
    """A numbered list item as the source has it, for the report on how faithfully steps came through.

    Importers find these in the source itself, not in the Markdown that they made of it.
    """

    number: int
    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """One article of a source, as an importer gives it.

    Attributes:
        article: with `source_id` set if the source has an id, or a path within itself, for it. Its `id` is final if
            `has_own_id`; else it may be changed to differ from those of other articles.
        path, line: where it stands in the source.
        steps: the numbered items of the source at any depth, in its order; None if they were not counted.
        addresses: under which links of the source may name it, besides `url` and `source_id`.
    """

    article: Article
    path: Path
    line: int | None = None
    has_own_id: bool = False
    steps: tuple[SourceStep, ...] | None = None
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """What was skipped, not carried or ambiguous: a message with its place.

    `broken` says that an article cannot be read: nothing is imported then, unless broken articles are to be skipped.

    >>> str(Problem(Path("faq.csv"), "no answer; skipped", line=3))
    'faq.csv:3: no answer; skipped'
    """

    path: Path
    message: str
    line: int | None = None
    broken: bool = False

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else f"{self.path}"
        return f"{place}: {self.message}"


Found = Imported | Problem


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The articles of a source, in its order.

    `problems` are one-line messages that name file and line of what was skipped, not carried or ambiguous.

    >>> result = read_source(Path("help-centre.jsonl"), category="資產")
    >>> [article.id for article in result.articles], result.problems
    """

    articles: tuple[Article, ...] = ()
    problems: tuple[str, ...] = ()


def read_text(path: Path, encoding: str = "") -> str:
    """The text of a file, line ends as `\\n`: in `encoding`, else UTF-8, UTF-16 with BOM, GB 18030 or Big5.

    Raises `SourceError`, with the line, for what is not such text, or not surely.
    """
    try:
        if path.stat().st_size > MAX_SOURCE_BYTES:
            raise SourceError(path, f"larger than {MAX_SOURCE_BYTES:,} bytes; split the file")
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror or error}") from None
    name = encodings.detect(path, encoding)
    try:
        text = data.decode(name).removeprefix("\ufeff")
    except UnicodeError as error:
        line = data.count(b"\n", 0, getattr(error, "start", 0)) + 1
        reason = getattr(error, "reason", error)
        raise SourceError(path, f"not {name} text ({reason}); {encodings.ADVICE}", line=line) from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise SourceError(path, "holds a NUL character; expected a text file in UTF-8", line=line)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_head(path: Path) -> str:
    """Return the first characters of a text file, as far as they can be read; "" for a folder."""
    if path.is_dir():
        return ""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_HEAD_BYTES)
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror or error}") from None
    if len(data) == MAX_HEAD_BYTES:  # not to end within a character
        data = data[: data.rfind(b"\n") + 1] or data
    try:
        name = encodings.of_stream(io.BytesIO(data), path)
    except SourceError:
        name = "utf-8-sig"
    return data.decode(name, "replace")


def check_size(text: str, path: Path, line: int | None = None) -> None:
    """Raise `SourceError` for the text of an article that would be too large to be read back from the corpus."""
    if len(text) * 4 > MAX_ARTICLE_BYTES and len(text.encode("utf-8", "replace")) > MAX_ARTICLE_BYTES:
        raise SourceError(path, f"an article larger than {MAX_ARTICLE_BYTES:,} bytes; split it", line=line)
