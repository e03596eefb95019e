"""The lines of a text file, one after the other, for formats whose files may be larger than memory."""

from collections.abc import Iterator
from pathlib import Path

from supportbot.errors import SourceError
from supportbot.importers import encodings

MAX_STREAM_BYTES = 1_000_000_000
"""A file larger than this is refused, even one that is read piece by piece."""

MAX_LINE = 4_000_000
"""A line of more characters is refused: no article is so large."""


def check_stream(path: Path) -> None:
    """Raise `SourceError` for a file that cannot be read, or that is too large to be read piece by piece."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror or error}") from None
    if size > MAX_STREAM_BYTES:
        raise SourceError(path, f"larger than {MAX_STREAM_BYTES:,} bytes; split the file")


def of(path: Path, encoding: str = "") -> Iterator[tuple[int, str]]:
    """Yield the number and the text of each line, without its end.

    The encoding is `encoding`, else told from the content. Raises `SourceError`, with the line, for what is no text,
    and for a line that is too long.
    """
    check_stream(path)
    name = encodings.detect(path, encoding)
    number = 0
    try:
        with path.open(encoding="utf-8-sig" if name == "utf-8" else name) as stream:
            while line := stream.readline(MAX_LINE + 1):
                number += 1
                if len(line) > MAX_LINE:
                    raise SourceError(path, f"a line of more than {MAX_LINE:,} characters; split it", line=number)
                if "\x00" in line:
                    raise SourceError(path, "holds a NUL character; expected a text file in UTF-8", line=number)
                yield number, line.removesuffix("\n")
    except UnicodeError as error:
        reason = getattr(error, "reason", error)
        message = f"not {name} text ({reason}); {encodings.ADVICE}"
        raise SourceError(path, message, line=number + 1) from None
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror or error}") from None
