"""Sentences: cut long lines where a reader would pause."""

import re
from collections.abc import Iterator

_SENTENCE = re.compile(r"[^。！？!?；;]*[。！？!?；;]+[」』”’）)]*|[^。！？!?；;]+$")
_CLAUSE = re.compile(r"[^，,、\s]*[，,、\s]+|[^，,、\s]+$")


def pieces(line: str, limit: int) -> Iterator[str]:
    """Yield `line` in pieces of at most `limit` characters: cut after sentences, else after commas, else anywhere."""
    if len(line) <= limit:
        yield line
        return
    piece = ""
    for sentence in _sentences(line, limit):
        if piece and len(piece) + len(sentence) > limit:
            yield piece.strip()
            piece = ""
        piece += sentence
    if piece.strip():
        yield piece.strip()


def _sentences(line: str, limit: int) -> Iterator[str]:
    for sentence in _SENTENCE.findall(line):
        if len(sentence) <= limit:
            yield sentence
            continue
        for clause in _CLAUSE.findall(sentence):
            for start in range(0, len(clause), limit):
                yield clause[start : start + limit]
