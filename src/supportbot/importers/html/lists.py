"""The numbers of list items, as browsers show them, and the numbered items of a page."""

import re
from collections.abc import Container
from typing import TYPE_CHECKING, Any, NamedTuple

from supportbot.importers.result import SourceStep
from supportbot.importers.steps import in_text
from supportbot.text.folding import clean

if TYPE_CHECKING:
    from bs4 import Tag

_NUMBER = re.compile(r"\s*(-?\d{1,9})\s*")
INLINE = frozenset(
    re.findall(
        r"\w+",
        "a abbr b bdi bdo big cite code data em font i img input ins kbd label mark nobr q ruby rb rp rt s samp small "
        "span strike strong sub sup time tt u var wbr",
    )
)
APART = frozenset({"li", "table", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary", "button", "figcaption"})
"""Elements in which a number at the start of a line stays text: a step there would be one of another list."""

# **第一步**：…, **步驟一：…**, **1、**…
_BOLD_NUMBER = re.compile(r"^\*\*(?=第|步|step)|^\*\*([^*]{1,8})\*\*", re.IGNORECASE)
_TYPED = re.compile(r"\d{1,3}[.)]\s")
_YEARS = 1000
"""From this number on a typed number is no step: `2026. …` begins with a year."""

_UNCOUNTED = APART - {"li"}
_BLOCK, _BREAK = "\ue000", "\ue001"
MARKS = {"b": "**", "strong": "**", "a": "[", "s": "~~", "del": "~~", "strike": "~~", "code": "`", "kbd": "`"}
"""Elements that begin with a mark in Markdown, so that no number in them begins a line."""

_UNREAD = frozenset({"del", "s", "strike", "script", "style"})


def elements(root: "Tag", *names: str) -> "list[Tag]":
    """Return the elements inside `root`, of these names or all, in order; `find_all` takes ten times as long."""
    from bs4 import Tag

    return [one for one in root.descendants if isinstance(one, Tag) and (not names or one.name in names)]


def items(ordered: "Tag") -> "list[Tag]":
    """Return the items of a list: its `li`, those in a stray element between too, not those of lists inside it."""
    found = []
    for child in ordered.find_all(recursive=False):
        if child.name == "li":
            found.append(child)
        elif child.name not in ("ol", "ul"):
            found += items(child)
    return found


def numbered(ordered: "Tag") -> "list[tuple[int, Tag]]":
    """Return the items of an `ol`, each with its number by `start`, `value` and `reversed`."""
    found = items(ordered)
    step = -1 if ordered.get("reversed") is not None else 1
    first = number(ordered.get("start"))
    next_number = first if first is not None else len(found) if step < 0 else 1
    result = []
    for item in found:
        own = number(item.get("value"))
        current = next_number if own is None else own
        result.append((max(current, 0), item))
        next_number = current + step
    return result


def number(value: Any) -> int | None:
    """Return an attribute as a whole number; None if it is none."""
    match = _NUMBER.fullmatch(value) if isinstance(value, str) else None
    return int(match[1]) if match else None


def steps(node: "Tag", lines: dict[int, int]) -> tuple[SourceStep, ...]:
    """Return the numbered items in `node`, in order, nested ones too, and the lines that carry numbers themselves.

    `lines`: the identity of an item → its line in the source.
    """
    of = {
        id(item): number_of
        for ordered in [node, *elements(node, "ol")]
        if ordered.name == "ol"
        for number_of, item in numbered(ordered)
    }
    listed = [
        SourceStep(of[id(item)], first_words(item), lines.get(id(item)))
        for item in elements(node, "li")
        if id(item) in of
    ]
    loose = _loose_lines(node, of)
    text = "\n".join(_BOLD_NUMBER.sub(r"\1", one.text) for one in loose)
    written = {step.line or 0: step for step in in_text(text, 0) if step.number < _YEARS}
    placed = [(place, 1, step) for place, step in enumerate(listed)]
    placed += [(loose[at].items, 0, _with_rest(step, at, loose, written)) for at, step in written.items()]
    return tuple(step for _, _, step in sorted(placed, key=lambda one: one[:2]))


class _Line(NamedTuple):
    """A line of text: how many list items stand before it, and whether it goes on in the paragraph of the last one."""

    text: str
    items: int
    goes_on: bool


def _with_rest(step: SourceStep, at: int, loose: list[_Line], written: Container[int]) -> SourceStep:
    """Return a numbered line with the lines below that belong to its paragraph."""
    end = at + 1
    while end < len(loose) and loose[end].goes_on and end not in written:
        end += 1
    rest = " ".join(one.text for one in loose[at + 1 : end])
    return SourceStep(step.number, f"{step.text} {rest}".strip())


def _loose_lines(node: "Tag", numbers: dict[int, int]) -> list[_Line]:
    """Return the lines of text outside of tables, headings and code; those that have a number already are marked."""
    from bs4 import Tag

    found: list[_Line] = []
    parts: list[str] = []
    passed = 0
    after_break = in_item = False
    walk: list[tuple[Any, bool, bool]] = [(node, False, False)]
    while walk:
        one, is_apart, is_item = walk.pop()
        if one in (_BLOCK, _BREAK):
            if text := " ".join("".join(parts).split()):
                text = f"\\{text}" if in_item and _TYPED.match(text) else text
                found.append(_Line(text, passed, after_break))
            after_break = one is _BREAK
            parts.clear()
        elif isinstance(one, Tag) and one.name == "br":
            walk.append((_BREAK, is_apart, is_item))
        elif isinstance(one, Tag):
            passed += id(one) in numbers
            is_apart, is_item = is_apart or one.name in _UNCOUNTED, is_item or one.name == "li"
            mark = MARKS.get(one.name) or ("" if one.name in INLINE else _BLOCK)
            around = [(mark, is_apart, is_item)] if mark else []
            own = [("\\", is_apart, is_item)] if id(one) in numbers else []
            walk += [*around, *[(child, is_apart, is_item) for child in reversed(one.contents)], *own, *around]
        elif not is_apart:
            parts.append(str(one))
            in_item = is_item
    return found


def first_words(item: "Tag") -> str:
    """Return the text of an item up to the first block in it that follows text."""
    parts: list[str] = []
    _collect(item, parts)
    return clean("".join(parts))


def _collect(node: "Tag", parts: list[str]) -> bool:
    """Add the text of `node` to `parts`; return whether it has ended."""
    from bs4 import Tag

    for child in node.children:
        if not isinstance(child, Tag):
            parts.append(str(child))
        elif child.name in _UNREAD:
            continue
        elif child.name == "br":
            parts.append(" ")
        elif child.name in INLINE:
            if _collect(child, parts):
                return True
        elif any(part.strip() for part in parts) or (_collect(child, parts) or any(part.strip() for part in parts)):
            return True
    return False
