"""The numbers of list items, as browsers show them, and the numbered items of a page."""

import re
from typing import TYPE_CHECKING, Any

from supportbot.importers.result import SourceStep
from supportbot.text.folding import clean

if TYPE_CHECKING:
    from bs4 import Tag

_NUMBER = re.compile(r"\s*(-?\d{1,9})\s*")
_INLINE = frozenset(
    re.findall(
        r"\w+",
        "a abbr b bdi bdo big cite code data em font i img input ins kbd label mark nobr q ruby rb rp rt s samp small "
        "span strike strong sub sup time tt u var wbr",
    )
)
_UNREAD = frozenset({"del", "s", "strike", "script", "style"})


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


def steps(node: "Tag", lines: "dict[int, int]") -> tuple[SourceStep, ...]:
    """Return the numbered items in `node`, in order, nested ones too. `lines`: the identity of an item → its line."""
    of = {
        id(item): number_of
        for ordered in [node, *node.find_all("ol")]
        if ordered.name == "ol"
        for number_of, item in numbered(ordered)
    }
    return tuple(
        SourceStep(of[id(item)], first_words(item), lines.get(id(item)))
        for item in node.find_all("li")
        if id(item) in of
    )


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
        elif child.name in _INLINE:
            if _collect(child, parts):
                return True
        elif any(part.strip() for part in parts) or (_collect(child, parts) or any(part.strip() for part in parts)):
            return True
    return False
