"""Pages that were fetched before, with what a server needs to say that they have not changed."""

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from supportbot.errors import StorageError


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A page as a server once gave it, and the values of its headers; "" for those that it did not send."""

    body: bytes
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""


class PageCache:
    """A folder with two files a URL, named by its hash: the body, and its headers with a digest of the body.

    A pair that is incomplete, altered, of another URL or with headers that cannot be sent counts as absent.

    >>> pages = PageCache(Path("pages"))
    >>> pages.put("https://help.example/1", CachedPage(b"<h1>1</h1>", "text/html", etag='"a1"'))
    >>> pages.get("https://help.example/1").etag
    '"a1"'
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, url: str) -> CachedPage | None:
        """Return what was kept of a URL, or None."""
        body_file, headers_file = self._files(url)
        try:
            headers = json.loads(headers_file.read_bytes())
            body = body_file.read_bytes()
            if headers.pop("url") != url or headers.pop("sha256") != hashlib.sha256(body).hexdigest():
                return None
            page = CachedPage(body, **headers)
        except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
            return None
        known = (page.content_type, page.etag, page.last_modified)
        return (
            page if all(isinstance(value, str) and value.isascii() and value.isprintable() for value in known) else None
        )

    def put(self, url: str, page: CachedPage) -> None:
        """Keep a page in place of what was kept of its URL. Raises `StorageError` if the disk does not take it."""
        body_file, headers_file = self._files(url)
        headers = {**asdict(page), "url": url, "sha256": hashlib.sha256(page.body).hexdigest()}
        del headers["body"]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._write(body_file, page.body)
            self._write(headers_file, json.dumps(headers).encode())
        except OSError as error:
            raise StorageError(self.folder, error) from None

    def _files(self, url: str) -> tuple[Path, Path]:
        name = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:40]
        return self.folder / f"{name}.body", self.folder / f"{name}.json"

    def _write(self, path: Path, data: bytes) -> None:
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".writing-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
