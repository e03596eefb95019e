"""Files: atomic writing, locks, checksums, and safe reading of YAML."""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import yaml

from supportbot.errors import SourceError, StorageError

_MAX_YAML_DEPTH = 20
_TOO_DEEP = "nested too deeply"
# libyaml reads ten times faster; some builds of PyYAML come without it.
YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(text: str) -> Any:
    """Return the data in YAML `text`. Raise `yaml.YAMLError`, or `ValueError` for an impossible date.

    Deep nesting is refused, as libyaml crashes on it, and so are references (`*name`), as a few can fill the memory.
    """
    try:
        _refuse_hostile(text)
    except yaml.MarkedYAMLError as error:
        if "nesting depth" in (error.problem or ""):  # libyaml reads ahead, and newer ones refuse by themselves
            error.problem = _TOO_DEEP
        raise
    return yaml.load(text, Loader=YAML_LOADER)  # noqa: S506 - a safe loader


def _refuse_hostile(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=YAML_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        problem = _TOO_DEEP if depth > _MAX_YAML_DEPTH else ""
        if isinstance(event, yaml.AliasEvent):
            problem = "references (*name) are not supported"
        if problem:  # the stubs tell the marks of libyaml from those of PyYAML
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=cast("yaml.error.Mark", event.start_mark))


class YamlFile:
    """A YAML file: its `path`, its `data`, and the line of each value for errors.

    >>> file = YamlFile(Path("corpus/platforms.yaml"))
    >>> raise file.fault("expected an id", "platforms", "Mini Program")
    """

    def __init__(self, path: Path) -> None:
        """Read the file. Raise `SourceError`, with the line if known, if it cannot be read or is not valid YAML."""
        self.path = path
        try:
            self._text = path.read_text(encoding="utf-8-sig")
            self.data = parse_yaml(self._text)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else None
            raise SourceError(path, f"not valid YAML: {error.problem}", line=line) from None
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise SourceError(path, f"cannot be read: {str(error).splitlines()[0]}") from None

    def mapping(self, key: str, expected: str) -> dict[Any, Any]:
        """Return the mapping under `key` of a file with just this key and `version: 1`.

        `expected` describes the mapping in errors. Raise `SourceError` for anything else.
        """
        if not isinstance(self.data, dict) or self.data.keys() != {"version", key}:
            raise self.fault(f"expected the keys version and {key}")
        version, held = self.data["version"], self.data[key]
        if version != 1:
            raise self.fault(f"version: expected 1, got {version!r:.60}", "version")
        if not isinstance(held, dict):
            raise self.fault(f"{key}: expected {expected}, got {held!r:.60}", key)
        return held

    def fault(self, message: str, *place: object) -> SourceError:
        """Return the error for the value at `place`, given as keys and positions from the top, with its line."""
        node, line = yaml.compose(self._text, Loader=YAML_LOADER), None
        for step in place:
            if isinstance(node, yaml.MappingNode):
                key, node = next(((key, value) for key, value in node.value if key.value == str(step)), (None, None))
                line = key.start_mark.line + 1 if key else line
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                node = node.value[step]
                line = node.start_mark.line + 1
        return SourceError(self.path, message, line=line)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextlib.contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Yield a folder to fill, which replaces `target` by one rename at the end; delete it after an error.

    Raise `StorageError` if it cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    except OSError as error:
        raise StorageError(target, error) from None
    try:
        yield staging
        for path in [*staging.rglob("*"), staging]:
            _sync(path)
        staging.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        staging.rename(target)
        _sync(target.parent)
    except OSError as error:
        raise StorageError(target, error) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def write_atomically(path: Path, content: str) -> None:
    """Write `content` to `path` by one rename. Raise `StorageError` if it cannot be written."""
    staging = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        with staging.open("w", encoding="utf-8") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        staging.replace(path)
        _sync(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            staging.unlink()
        raise StorageError(path, error) from None


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait for the lock file `path` and hold it. The system frees it if this process is killed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("a")
    except OSError as error:
        raise StorageError(path, error) from None
    with stream:
        _lock(stream.fileno())
        yield


def _lock(descriptor: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: without the lock, two builds at once do double work, yet each stays whole
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
