"""Which encoding a text has that does not say so: UTF-8, GB 18030 or Big5, or none that is sure.

UTF-8 is known by its form. What is not UTF-8 is read as GB 18030 and as Big5, and the reading wins whose characters are
likelier by far, by how often each stands in the words of jieba's dictionary. The wrong one reads 帳戶 as 眀め: rare
characters and signs of other scripts. A text too short to tell is refused; a wrong guess would spoil it in silence.
"""

import codecs
import math
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO

from supportbot.errors import SourceError
from supportbot.text.han import CHARACTER

_CHUNK = 1 << 20
_SAMPLE = 1 << 18
_LEGACY = ("gb18030", "big5-hkscs", "cp950")
_MARGIN = 9.0
"""By so much, in natural logarithms, the likelihood of one reading must go beyond that of the other."""

_LOWEST_MEAN = -9.0
"""A text whose characters are less likely than this on average is in neither encoding."""

_RARE = math.log(1e-8)
_SIGN = math.log(2e-3)
_STRANGE = math.log(1e-6)
_SIGNS = frozenset(
    "，。、；：？！（）「」『』【】《》〈〉“”‘’—…·～￥％＋－＝／０１２３４５６７８９①②③④⑤→　＞＜｜•●■★※－"
)


def detect(path: Path, given: str = "") -> str:
    """Return the name of a text file's encoding: `given` if there is one, else told from its bytes.

    Raises `SourceError`, with the line where UTF-8 ends, for a file in no known or sure encoding.
    """
    if given:
        try:
            return codecs.lookup(given).name
        except (LookupError, ValueError):
            message = f"unknown encoding {given!r:.40}; expected one such as utf-8, gb18030, big5-hkscs"
            raise SourceError(path, message) from None
    try:
        with path.open("rb") as stream:
            return of_stream(stream, path)
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror or error}") from None


def of_stream(stream: IO[bytes], path: Path) -> str:
    """Return the name of the encoding of bytes; `path` stands in errors, which are as for `detect`."""
    head = stream.read(4)
    stream.seek(0)
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return name
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    while True:
        chunk = stream.read(_CHUNK)
        before = decoder.getstate()[0]
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            start = max(0, error.start - len(before))
            line += chunk.count(b"\n", 0, start)
            stream.seek(-len(chunk), 1)
            return _legacy(_sample(stream), path, line, error.reason)
        if not chunk:
            return "utf-8"
        line += chunk.count(b"\n")


def _sample(stream: IO[bytes]) -> bytes:
    """Return the bytes from the line on that is not UTF-8, up to a line end."""
    data = stream.read(_SAMPLE)
    end = data.rfind(b"\n") + 1
    return data[:end] if end and len(data) == _SAMPLE else data


def _legacy(data: bytes, path: Path, line: int, reason: str) -> str:
    scores: dict[str, tuple[float, float]] = {}
    for name in _LEGACY:
        if name == "cp950" and "big5-hkscs" in scores:
            continue  # the same but for a few signs
        text = _decoded(data, name)
        if text is not None:
            scores[name] = likelihood(text)
    ranked = sorted(scores, key=lambda name: scores[name][0], reverse=True)
    if ranked:
        best, *others = ranked
        is_sure = all(scores[best][0] - scores[other][0] > _MARGIN for other in others)
        if is_sure and scores[best][1] > _LOWEST_MEAN:
            return best
    raise SourceError(path, f"not UTF-8 text ({reason}), and no other encoding is sure; {ADVICE}", line=line)


ADVICE = "save it as UTF-8, or name its encoding (--encoding gb18030, --encoding big5-hkscs)"


def _decoded(data: bytes, name: str) -> str | None:
    """Return the text of a sample, which may begin and end within a character; None if it is not in this encoding."""
    begin = data.find(b"\n") + 1 if len(data) == _SAMPLE else 0
    try:
        return codecs.getincrementaldecoder(name)().decode(data[begin:], final=len(data) < _SAMPLE)
    except UnicodeDecodeError:
        return None


def likelihood(text: str) -> tuple[float, float]:
    """Return how likely the characters of a text are, as the logarithm for all beyond ASCII together and on average."""
    from opencc import OpenCC

    counts = Counter(OpenCC("t2s").convert(text))
    known = _frequencies()
    total = number = 0.0
    for character, count in counts.items():
        if character < "\x80":
            continue
        if character in _SIGNS:
            weight = _SIGN
        elif CHARACTER.match(character):
            weight = known.get(character, _RARE)
        else:
            weight = _STRANGE
        total += weight * count
        number += count
    return total, total / number if number else 0.0


@cache
def _frequencies() -> dict[str, float]:
    """Return the logarithm of the share of each Han character in the words of jieba's dictionary."""
    import importlib.util

    spec = importlib.util.find_spec("jieba")
    folder = spec.submodule_search_locations[0] if spec and spec.submodule_search_locations else ""
    counts: Counter[str] = Counter()
    for line in _lines(Path(folder) / "dict.txt"):
        word, count, _ = line.split(" ")
        for character in word:
            counts[character] += int(count)
    total = sum(counts.values())
    return {character: max(_RARE, math.log(count / total)) for character, count in counts.items()}


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as stream:
        yield from stream
