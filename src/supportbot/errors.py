"""Every error that supportbot raises on purpose.

```
SupportBotError               .exit_code 1
├── InputError                .exit_code 2   what a caller sent cannot be used
│   ├── QuestionError                        a question that cannot be answered because of its form
│   │   ├── EmptyQuestionError               no text in it
│   │   └── LongQuestionError .length .limit longer than is read
│   ├── NotFoundError         .what          no article, conversation, key … of this id
│   ├── SettingsError                        a setting or an option
│   ├── SourceError           .path .line    a file: articles, lexicon, import sources, batches
│   └── EmptyCorpusError      .folder
├── ModelError                               the embedding model is missing, damaged or not as expected
├── IndexUnusableError        .reason        the index on disk cannot be served
│   ├── MissingIndexError                    nothing has been built yet
│   ├── StaleIndexError                      articles, lexicon or settings changed since it was built
│   ├── DamagedIndexError                    a file is missing, cut short or altered
│   └── ForeignIndexError                    another model or another version of supportbot built it
├── StorageError              .path          the disk: read-only, full, locked
└── DatabaseError             .reason        the database: lost, locked, full, of another version
```
"""

from pathlib import Path

__all__ = [
    "DamagedIndexError",
    "DatabaseError",
    "EmptyCorpusError",
    "EmptyQuestionError",
    "ForeignIndexError",
    "IndexUnusableError",
    "InputError",
    "LongQuestionError",
    "MissingIndexError",
    "ModelError",
    "NotFoundError",
    "QuestionError",
    "SettingsError",
    "SourceError",
    "StaleIndexError",
    "StorageError",
    "SupportBotError",
]


class SupportBotError(Exception):
    """The base of all. Its text is one line, fit to be shown as it is.

    >>> try:
    ...     bot.ask("")
    ... except SupportBotError as error:
    ...     print(error)
    the question is empty; expected a line of text
    """

    exit_code = 1


class InputError(SupportBotError):
    """What a caller sent cannot be used; the text names the bad value and what would be accepted."""

    exit_code = 2


class QuestionError(InputError):
    """A question that cannot be answered because of its form."""


class EmptyQuestionError(QuestionError):
    """A question without any text in it."""

    def __init__(self) -> None:
        super().__init__("the question is empty; expected a line of text")


class LongQuestionError(QuestionError):
    """A question of `length` characters, more than the `limit`.

    >>> print(LongQuestionError(2400, 2000))
    the question has 2400 characters; expected at most 2000
    """

    def __init__(self, length: int, limit: int) -> None:
        self.length = length
        self.limit = limit
        super().__init__(f"the question has {length} characters; expected at most {limit}")


class NotFoundError(InputError):
    """No article, conversation, key … of the id that was asked for; the service answers 404.

    Attributes:
        what: the kind of thing, as a noun.

    >>> print(NotFoundError("article"))
    there is no such article
    """

    def __init__(self, what: str, message: str = "") -> None:
        self.what = what
        super().__init__(message or f"there is no such {what}")


class SettingsError(InputError):
    """A setting or an option with an unusable value."""


class SourceError(InputError):
    """A file that cannot be read as what it should be.

    Attributes:
        path: the file.
        line: the line of the fault, from 1; None when the whole file is meant.
        message: what is wrong, without the place.

    >>> print(SourceError(Path("queries.jsonl"), "not UTF-8 text", line=3))
    queries.jsonl:3: not UTF-8 text
    """

    def __init__(self, path: Path, message: str, *, line: int | None = None) -> None:
        self.path = path
        self.line = line
        self.message = message
        super().__init__(f"{path}:{line}: {message}" if line else f"{path}: {message}")


class EmptyCorpusError(InputError):
    """A corpus folder without a single article."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"{folder}: no articles; expected Markdown files in {folder / 'articles'}")


class ModelError(SupportBotError):
    """The embedding model is missing, damaged or not what it says it is."""


class IndexUnusableError(SupportBotError):
    """The index on disk cannot be served; `reason` says why in a few words.

    >>> print(StaleIndexError("the lexicon changed since it was built"))
    the index cannot be used: the lexicon changed since it was built
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the index cannot be used: {reason}")


class MissingIndexError(IndexUnusableError):
    """Nothing has been built yet."""


class StaleIndexError(IndexUnusableError):
    """Articles, lexicon or settings changed since the index was built."""


class DamagedIndexError(IndexUnusableError):
    """A file of the index is missing, cut short or altered."""


class ForeignIndexError(IndexUnusableError):
    """Another model or another version of supportbot built the index."""


class StorageError(SupportBotError):
    """The disk does not take what has to be written.

    >>> print(StorageError(Path("index"), OSError(errno.ENOSPC, "No space left on device")))
    index: cannot write: No space left on device
    """

    def __init__(self, path: Path, error: OSError) -> None:
        self.path = path
        super().__init__(f"{path}: cannot write: {error.strerror or error}")


class DatabaseError(SupportBotError):
    """The database cannot be reached, is locked or full, or was made by another version.

    >>> print(DatabaseError("database is locked"))
    the database cannot be used: database is locked
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the database cannot be used: {reason}")
