"""Whether the numbered items of a source came through: as many, with the same numbers, in the same order."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

from supportbot.importers import Imported, Problem
from supportbot.index.chunking import inline_text, parse

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

MOST_FAULTS = 1000
"""So many faults are kept; the others are counted."""

_COMPARED = 12
"""Letters by which an item is known again; the number may be part of its text on either side."""


@dataclass(slots=True)
class StepReport:
    """How many numbered items the sources hold, how many of them came through, and which did not.

    >>> report.add(imported)
    >>> f"{report.kept} of {report.steps}"
    '512 of 512'
    """

    steps: int = 0
    kept: int = 0
    faults: list[Problem] = field(default_factory=list)
    more_faults: int = 0

    @property
    def fidelity(self) -> float:
        """The share of items that came through; items that only the articles have count against it."""
        return self.kept / self.steps if self.steps else 1.0

    def add(self, one: Imported) -> None:
        """Compare the items of an article's source with those of its body."""
        if one.steps is None:
            return
        source = [(step.number, _letters(step.text)) for step in one.steps]
        body = _as_in(source, [(number, _letters(text)) for number, text in items(one.article.body)])
        blocks = SequenceMatcher(None, source, body, autojunk=False).get_matching_blocks()
        kept = {block.a + offset for block in blocks for offset in range(block.size)}
        found = {block.b + offset for block in blocks for offset in range(block.size)}
        self.steps += max(len(source), len(body))
        self.kept += len(kept)
        named = f"{one.article.title!r:.60}"
        for place, step in enumerate(one.steps):
            if place not in kept:
                message = f"{named}: item {step.number} of the source is no step of the article: {step.text!r:.40}"
                self._tell(Problem(one.path, message, step.line))
        for place, (number, text) in enumerate(body):
            if place not in found:
                message = f"{named}: step {number} of the article is no numbered item of the source: {text!r:.40}"
                self._tell(Problem(one.path, message, one.line))

    def _tell(self, fault: Problem) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)
        else:
            self.more_faults += 1


def items(body: str) -> list[tuple[int, str]]:
    """Return the numbered items of an article's body, nested ones too, each with its own first lines."""
    if not re.search(r"^[ >]*(?:[-*+] +)*\d{1,9}[.)]", body, re.MULTILINE):
        return []  # parsing takes most of the time, and most articles have no steps
    return list(_items(parse(body)))


def _items(node: "SyntaxTreeNode") -> Iterator[tuple[int, str]]:
    for number, child in enumerate(node.children, int(node.attrs.get("start", 1) or 0) if node.is_nested else 1):
        if node.type == "ordered_list":
            yield number, next((inline_text(one) for one in child.children if one.type == "paragraph"), "")
        yield from _items(child)


def _as_in(source: list[tuple[int, str]], body: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the items of a body as the source has them: one of the two may have more lines of an item."""
    known: dict[int, list[str]] = {}
    for number, text in source:
        known.setdefault(number, []).append(text)

    def same(number: int, text: str) -> str:
        of_number = known.get(number, [])
        return next((one for one in of_number if one and text and (text.startswith(one) or one.startswith(text))), text)

    return [(number, text if text in known.get(number, []) else same(number, text)) for number, text in body]


def _letters(text: str) -> str:
    """Return the first letters and digits of an item, by which it is known again whatever its markup is."""
    return "".join(re.findall(r"[^\W_]+", text[:200]))[:_COMPARED].lower()


def worst(faults: Sequence[Problem], most: int = 20, *, more: int = 0) -> Iterator[str]:
    """Yield the first faults as lines, and how many others there are: the rest and `more`."""
    yield from map(str, faults[:most])
    if len(faults) > most:
        path: Path = faults[most].path
        yield f"and {len(faults) - most + more:,} more, the next in {path}"
