"""A temporary file of articles: an export may be larger than the memory that an import may take."""

import contextlib
import pickle
import tempfile
from pathlib import Path
from typing import Self

from supportbot.content.articles import Article
from supportbot.errors import StorageError


class Spool:
    """Articles on disk, each found again by the number that `add` returned. A context manager.

    Pickle is safe here: the file has no name, and only this process reads it.

    >>> with Spool() as spool:
    ...     spool[spool.add(article)] == article
    True
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="supportbot-import-")  # noqa: SIM115 - closed by `__exit__`

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(OSError):  # what a full disk could not take is not needed any more
            self._file.close()

    def add(self, article: Article) -> int:
        """Store an article and return its number. Raise `StorageError` if the disk is full."""
        try:
            place = self._file.seek(0, 2)
            pickle.dump(article, self._file, pickle.HIGHEST_PROTOCOL)
        except OSError as error:
            raise StorageError(Path(tempfile.gettempdir()), error) from None
        return place

    def __getitem__(self, place: int) -> Article:
        try:
            self._file.seek(place)  # writes what `add` left in memory
        except OSError as error:
            raise StorageError(Path(tempfile.gettempdir()), error) from None
        article: Article = pickle.load(self._file)  # noqa: S301 - written by `add`
        return article
