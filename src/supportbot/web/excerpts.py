"""Short excerpts of found passages, with what matches marked."""

from collections.abc import Iterator, Sequence

LONGEST = 150
_BEFORE = 30
"""The number of characters shown before the first match."""


def excerpt(text: str, marks: Sequence[tuple[int, int]], *, longest: int = LONGEST) -> list[tuple[str, bool]]:
    """Return the pieces of an excerpt that begins shortly before the first of `marks`, and whether each is marked."""
    first = marks[0][0] if marks else 0
    start = 0 if len(text) <= longest or first <= _BEFORE else _line_start(text, first)
    end = min(len(text), start + longest)
    pieces = list(_pieces(text, [mark for mark in marks if mark[1] > start and mark[0] < end], start, end))
    before, after = [("…", False)] * (start > 0), [("…", False)] * (end < len(text))
    return [*before, *pieces, *after]


def _line_start(text: str, at: int) -> int:
    """Return where an excerpt with `at` begins: with its line or sentence if that is near."""
    near = max(0, at - _BEFORE)
    found = max(text.rfind(stop, near, at) for stop in "\n。；！？，")
    return found + 1 if found >= 0 else near


def _pieces(text: str, marks: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[tuple[str, bool]]:
    for first, last in marks:
        if first > start:
            yield text[start:first], False
        yield text[max(first, start) : min(last, end)], True
        start = min(last, end)
    if start < end:
        yield text[start:end], False
