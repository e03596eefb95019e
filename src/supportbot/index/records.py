"""Records in a file of JSON lines, each read when it is asked for, so that opening takes no time."""

import json
import mmap
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def write(path: Path, records: Iterable[dict[str, Any]]) -> NDArray[np.int64]:
    """Write records to `path`, one JSON object a line. Return the byte offsets of the lines and of the end."""
    offsets = [0]
    with path.open("wb") as stream:
        for record in records:
            line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"
            stream.write(line)
            offsets.append(offsets[-1] + len(line))
    return np.array(offsets, np.int64)


class Records:
    """The records in a file that `write` wrote, by row.

    >>> Records(path, offsets)[0]["id"]
    """

    def __init__(self, path: Path, offsets: NDArray[np.int64]) -> None:
        with path.open("rb") as stream:
            self._content: mmap.mmap | bytes = (
                mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""
            )
        self._offsets = offsets
        self._get = lru_cache(maxsize=4096)(self._read)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, row: int) -> dict[str, Any]:
        return self._get(int(row))

    def _read(self, row: int) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(self._content[self._offsets[row] : self._offsets[row + 1]])
        return record
