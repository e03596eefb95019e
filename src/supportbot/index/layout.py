"""The files of an index: numbered versions, a manifest in each, and one file that names the current version.

```
index/
├── CURRENT                 the name of the version that serves; replaced by one rename
├── .lock                   held by the process that builds
├── PINNED                  there after a rollback: serve CURRENT although the articles are newer
└── 000002-5f3a9c10/        a version, complete and never changed
    ├── manifest.json       what it was built from, counts, checksums of the files below
    ├── lexicon.json        the lexicon it was built with
    ├── platforms.json      the platforms that its headings may name
    ├── articles.jsonl      one article a line, without its text
    ├── chunks.jsonl        one chunk a line, those of an article together
    ├── rows.npz            offsets of the lines above; article, platform and keys of each chunk, title and question
    ├── chunks.npy          vectors of the chunks, as encoded
    ├── questions.npy       vectors of titles, headings, out-of-scope questions and the cohort, as encoded
    ├── space.npz           the space in which they are compared (`Space`)
    ├── dense.faiss         vectors of the chunks in that space
    ├── titles.faiss        vectors of the titles in that space
    ├── headings.faiss      vectors of the headings and first sentences of the chunks in that space
    ├── out_of_scope.faiss  vectors of the out-of-scope questions in that space
    ├── cohort.faiss        vectors of the cohort in that space
    ├── tokens/             vectors of the tokens of the chunks (`TokenIndex`)
    ├── rules.json          questions pinned to articles, or excluded from them
    ├── bm25_chunk/         BM25 over the words of the chunks
    ├── bm25_article/       BM25 over the words of the articles
    ├── pinyin/             BM25 over the pinyin keys of the articles
    └── ngrams/             BM25 over the character n-grams of titles, then of out-of-scope questions
```
"""

import contextlib
import hashlib
import json
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from supportbot.content.files import sha256, write_atomically
from supportbot.errors import DamagedIndexError, ForeignIndexError, MissingIndexError, StaleIndexError

SCHEMA = 10
"""Raise it whenever the files change their form; indexes of another schema are rebuilt."""

MANIFEST = "manifest.json"
CURRENT = "CURRENT"
PINNED = "PINNED"
LOCK = ".lock"
KEPT_VERSIONS = 3

_VERSION_NAME = re.compile(r"(\d{6,})-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Identity:
    """All that decides what an index holds: two builds with equal identities are the same index.

    >>> Manifest.read(layout.current(folder)).identity.encoder
    'hash-256'
    """

    schema: int
    encoder: str
    """Fingerprint of model and tokeniser."""
    lexicon: str
    """Digest of the lexicon."""
    cutting: int
    """Version of the rules that cut articles into chunks and text into words."""
    corpus: str
    """Digest of the article files and of the out-of-scope questions."""

    def refuse(self, wanted: "Identity") -> None:
        """Raise `ForeignIndexError` or `StaleIndexError` unless this identity equals `wanted`."""
        if (self.schema, self.cutting) != (wanted.schema, wanted.cutting):
            raise ForeignIndexError("another version of supportbot built it")
        if self.encoder != wanted.encoder:
            raise ForeignIndexError(f"it was built with the model {self.encoder}, the settings name {wanted.encoder}")
        if self.lexicon != wanted.lexicon:
            raise StaleIndexError("the lexicon changed since it was built")
        if self.corpus != wanted.corpus:
            raise StaleIndexError("the articles changed since it was built")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `manifest.json` says of a version: its identity, counts, and the SHA-256 of each file by relative path.

    `dimension` is that of the vectors.

    >>> Manifest.read(layout.current(folder)).chunks
    """

    identity: Identity
    dimension: int
    articles: int
    chunks: int
    titles: int
    out_of_scope: int
    checksums: dict[str, str]

    def write(self, folder: Path) -> None:
        """Write the manifest, with a checksum of itself, into a version's folder whose other files are complete."""
        content = {**asdict(self), "checksum": self._checksum()}
        (folder / MANIFEST).write_text(json.dumps(content, indent=2), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read a version's manifest. Raise `DamagedIndexError`, or `ForeignIndexError` for another schema."""
        try:
            data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            identity = data["identity"]
            if identity["schema"] != SCHEMA:
                raise ForeignIndexError(f"it has the schema {identity['schema']}, this version reads {SCHEMA}")
            checksum = data.pop("checksum")
            manifest = cls(**{**data, "identity": Identity(**identity)})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DamagedIndexError(f"{folder.name}/{MANIFEST} cannot be read ({error})") from None
        if checksum != manifest._checksum():
            raise DamagedIndexError(f"{folder.name}/{MANIFEST} was altered")
        return manifest

    def _checksum(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode("utf-8")).hexdigest()


def checksums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in a version's folder by relative path, without the manifest."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): sha256(path) for path in files}


def verify(folder: Path, manifest: Manifest) -> None:
    """Raise `DamagedIndexError` if a file of the version is missing, altered or unknown."""
    try:
        found = checksums(folder)
    except OSError as error:
        raise DamagedIndexError(f"{folder.name}: {error}") from None
    for name in sorted(manifest.checksums.keys() | found.keys()):
        if found.get(name) != manifest.checksums.get(name):
            what = "is missing" if name not in found else "was altered"
            raise DamagedIndexError(f"{folder.name}/{name} {what}")


def current(folder: Path) -> Path:
    """Return the folder of the current version. Raise `MissingIndexError` or `DamagedIndexError`."""
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise MissingIndexError(f"nothing has been built in {folder} yet") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DamagedIndexError(f"{CURRENT} cannot be read ({error})") from None
    if not _VERSION_NAME.fullmatch(name):
        raise DamagedIndexError(f"{CURRENT} names no version: {name!r:.60}")
    if not (folder / name).is_dir():
        raise DamagedIndexError(f"the version {name} is missing")
    return folder / name


def next_version(folder: Path, corpus_digest: str) -> Path:
    """Return the folder for the next version, whose number is the highest so far plus one."""
    numbers = [int(match[1]) for path in versions(folder) if (match := _VERSION_NAME.fullmatch(path.name))]
    return folder / f"{max(numbers, default=0) + 1:06d}-{corpus_digest[:8]}"


def switch(folder: Path, version: Path) -> None:
    """Make `version` the current one; delete all but the newest versions, and what killed builds left behind."""
    write_atomically(folder / CURRENT, version.name + "\n")
    (folder / PINNED).unlink(missing_ok=True)
    for path in versions(folder)[:-KEPT_VERSIONS]:
        if path != version:
            shutil.rmtree(path, ignore_errors=True)
    for path in folder.glob(".*-*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink()


def roll_back(folder: Path, name: str) -> None:
    """Make the version `name` the current one until the next build.

    Raise `MissingIndexError` if there is none of this name, `DamagedIndexError` if it is not whole.
    """
    if name not in [path.name for path in versions(folder)]:
        raise MissingIndexError(f"there is no version {name!r:.60}")
    manifest = Manifest.read(folder / name)
    verify(folder / name, manifest)
    (folder / PINNED).touch()
    write_atomically(folder / CURRENT, name + "\n")


def is_pinned(folder: Path) -> bool:
    """Return whether the current version was rolled back to, and so is to be served although the articles are newer."""
    return (folder / PINNED).exists()


def versions(folder: Path) -> list[Path]:
    """Return the folders of all versions, oldest first."""
    found = [path for path in folder.iterdir() if path.is_dir() and _VERSION_NAME.fullmatch(path.name)]
    return sorted(found, key=lambda path: int(path.name.split("-")[0]))
