"""A guard for sources that are zip containers (`.docx`, `.xlsx`): what may do harm is refused before it is opened."""

import re
import zipfile
import zlib
from pathlib import Path
from typing import IO

from supportbot.errors import SourceError

MAX_FILE_BYTES = 64_000_000
MAX_ENTRIES = 5_000
MAX_TOTAL_BYTES = 300_000_000
"""The parts of a container may together have so many bytes once unpacked."""

MAX_RATIO = 200
"""A part may unpack to so many times its size, if it is larger than `_SMALL_BYTES`."""

_SMALL_BYTES = 4_000_000
_CHUNK = 1 << 18
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XML_NAME = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)
_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"'])?")
_FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LONGEST = len(b"<!DOCTYPE") - 1


def check(path: Path, kind: str) -> None:
    """Raise `SourceError`, in one line, for a file that is no safe container of a `kind` such as "a .docx file".

    Safe means: a whole zip file without passwords and macros, within the limits above, whose XML parts are UTF-8 and
    declare no document type, so that no entity can be expanded or fetched. Nothing is kept in memory.
    """
    try:
        with path.open("rb") as stream:
            _check_stream(stream, path, kind)
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror or error}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise SourceError(path, f"damaged: {_line(error)}; expected {kind}") from None


def _check_stream(stream: IO[bytes], path: Path, kind: str) -> None:
    size = stream.seek(0, 2)
    stream.seek(0)
    if size > MAX_FILE_BYTES:
        raise SourceError(path, f"larger than {MAX_FILE_BYTES:,} bytes; split the file")
    if stream.read(len(_OLE)) == _OLE:
        raise SourceError(path, f"encrypted, or of an old binary format; save it without a password as {kind}")
    stream.seek(0)
    if not zipfile.is_zipfile(stream):
        raise SourceError(path, f"no zip container; expected {kind}")
    with zipfile.ZipFile(stream) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise SourceError(path, f"holds {len(entries):,} parts; expected {kind} of at most {MAX_ENTRIES:,}")
        if len({entry.filename for entry in entries}) < len(entries):
            raise SourceError(path, f"holds two parts of one name; expected {kind}")
        if sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
            raise _too_large(path, kind)
        total = 0
        for entry in entries:
            total += _check_entry(archive, entry, MAX_TOTAL_BYTES - total, path, kind)


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int, path: Path, kind: str) -> int:
    """Return the size of a part, which is unpacked to be sure: what the container says of it may be a lie."""
    name = entry.filename
    if entry.flag_bits & 1:
        raise SourceError(path, f"encrypted ({name!r:.60}); save it without a password as {kind}")
    if name.lower().rpartition("/")[2] in ("vbaproject.bin", "vbadata.xml"):
        raise SourceError(path, f"holds macros ({name!r:.60}); save it without macros as {kind}")
    if entry.file_size > max(_SMALL_BYTES, MAX_RATIO * entry.compress_size):
        raise SourceError(path, f"{name!r:.60} unpacks to over {MAX_RATIO} times its size; expected {kind}")
    is_xml = _XML_NAME.search(name) is not None
    size, rest = 0, b""
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            if is_xml and not size:
                declared = _DECLARATION.match(chunk)
                if not declared or (declared[1] or b"utf-8").lower() not in (b"utf-8", b"us-ascii"):
                    raise SourceError(path, f"{name!r:.60} is no XML in UTF-8; expected {kind}")
            size += len(chunk)
            if size > limit:
                raise _too_large(path, kind)
            if is_xml and _FORBIDDEN.search(rest + chunk):
                raise SourceError(path, f"{name!r:.60} declares a document type or an entity; expected {kind} without")
            rest = chunk[-_LONGEST:]
    return size


def _too_large(path: Path, kind: str) -> SourceError:
    return SourceError(path, f"unpacks to more than {MAX_TOTAL_BYTES:,} bytes; expected {kind} that is smaller")


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
