"""The numbers of list items, as browsers show them, and the numbered items of a page."""

import re
from collections.abc import Container
from typing import TYPE_CHECKING, Any, NamedTuple

from supportbot.importers import numbering
from supportbot.importers.html import cells
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
_HEADING = re.compile(r"h[1-6]|summary|dt|pre")
_DOTTED = re.compile(r"^(\d{1,3})([.)])(?=\s|$)")
_LEVEL = re.compile(r"mso-list:\s*l\d+\s+level(\d)", re.IGNORECASE)
_LETTERED = re.compile(r"[(（]?(?:[A-Za-z]|[ivxIVX]{1,5})[.)）、]")


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
        for ordered in [node, *node.find_all("ol")]
        if ordered.name == "ol"
        for number_of, item in numbered(ordered)
    }
    listed = [
        SourceStep(of[id(item)], first_words(item), lines.get(id(item)))
        for item in node.find_all("li")
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


def settle(root: "Tag") -> None:
    """Make lists of what word processors write instead of them, and take out numbers that are written twice."""
    _join_levels(root)
    _word_lists(root)
    for ordered in root.find_all("ol"):
        _drop_written_numbers(ordered)


def _join_levels(root: "Tag") -> None:
    """Put lists of a deeper level, which Google Docs writes behind one another, into the item above."""
    above: dict[str, tuple[int, Tag]] = {}
    for ordered in root.find_all(["ol", "ul"], class_=re.compile(r"^lst-")):
        match = re.search(r"\b(lst-\S+)-(\d)(?:\s|$)", " ".join(ordered["class"]))
        if match is None:
            continue
        name, level = match[1], int(match[2])
        before = ordered.find_previous_sibling()
        found = above.get(name)
        above[name] = (level, ordered)
        while found is not None and before is not None and level > found[0] and before in (found[1], *found[1].parents):
            if held := items(found[1]):
                held[-1].append(ordered.extract())
            break


def _word_lists(root: "Tag") -> None:
    """Make lists of paragraphs that Word wrote with their marks as text (`mso-list:Ignore`)."""
    from bs4 import Tag

    open_lists: list[tuple[int, Tag]] = []
    last: Tag | None = None
    counts: dict[int, int] = {}
    for paragraph in root.find_all(["p", "h1", "h2", "h3", "h4", "h5", "h6"]):
        style = str(paragraph.get("style") or "")
        sign = paragraph.find(_is_list_mark)
        if sign is None or paragraph.name != "p":
            if sign is not None:
                sign.insert_after(" ")
            continue
        written = "".join(sign.get_text().split())
        match = _LEVEL.search(style)
        level = int(match[1]) if match else 1
        sign.decompose()
        marker = numbering.marker(_DOTTED.sub(r"\1\\\2", written))
        if marker is not None:
            number_of: int | None = marker.number
        elif _LETTERED.fullmatch(written) and written not in ("o", "l"):
            number_of = counts.get(level, 0) + 1
        else:
            number_of = None
        if last is None or _next_element(last) is not paragraph:
            open_lists = []
        while open_lists and open_lists[-1][0] > level:
            open_lists.pop()
        name = "ul" if number_of is None else "ol"
        if open_lists and open_lists[-1][0] == level and open_lists[-1][1].name != name:
            open_lists.pop()
        if not open_lists or open_lists[-1][0] < level:
            made = Tag(name=name)
            if open_lists:
                open_lists[-1][1].find_all("li", recursive=False)[-1].append(made)
            else:
                paragraph.insert_before(made)
            open_lists.append((level, made))
            counts[level] = 0
        item = Tag(name="li")
        if number_of is not None:
            item["value"] = str(number_of)
            counts[level] = number_of
        open_lists[-1][1].append(item)
        last = open_lists[0][1]
        paragraph.name = "div"
        item.append(paragraph.extract())


def _is_list_mark(node: "Tag") -> bool:
    return node.name == "span" and "mso-list:ignore" in str(node.get("style") or "").lower().replace(" ", "")


def _next_element(node: "Tag") -> Any:
    behind = node.next_sibling
    while behind is not None and not getattr(behind, "name", None) and not clean(str(behind)):
        behind = behind.next_sibling
    return behind


def _drop_written_numbers(ordered: "Tag") -> None:
    """Take the numbers out of the texts of a list whose items all begin with their own."""
    held = []
    for number_of, item in numbered(ordered):
        text = next((one for one in item.find_all(string=True) if one.strip()), None)
        match = re.match(r"\s*(\d{1,3})\s*[.、．:：)）]\s*|\s*(\d{1,3})\s*$", text) if text is not None else None
        if match is None or int(match[1] or match[2]) != number_of or clean(item.get_text()) == clean(match[0]):
            return
        held.append((text, match))
    for text, match in held:
        text.replace_with(text[match.end() :])
