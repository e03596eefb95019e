"""Lists that word processors and editors write in ways of their own, made into lists of HTML."""

import re
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any

from supportbot.importers import numbering
from supportbot.importers.html import lists
from supportbot.text.folding import clean

if TYPE_CHECKING:
    from bs4 import Tag
    from bs4.element import NavigableString

_DOTTED = re.compile(r"^(\d{1,3})([.)])(?=\s|$)")
_LEVEL = re.compile(r"mso-list:\s*l\d+\s+level(\d)", re.IGNORECASE)
_CARD = re.compile(r"0?[1-9]\d?[.、]?")
_LETTERED = re.compile(r"[(（]?(?:[A-Za-z]|[ivxIVX]{1,5})[.)）、]")


def settle(root: "Tag") -> None:
    """Make lists of what word processors write instead of them, and take out numbers that are written twice."""
    _join_levels(root)
    _word_lists(root)
    _cards(root)
    for ordered in lists.elements(root, "ol"):
        _drop_written_numbers(ordered)


def _join_levels(root: "Tag") -> None:
    """Put lists of a deeper level, which Google Docs writes behind one another, into the item above."""
    above: dict[str, tuple[int, Tag]] = {}
    for ordered in lists.elements(root, "ol", "ul"):
        match = re.search(r"\b(lst-\S+)-(\d)(?:\s|$)", " ".join(ordered.get("class") or ()))
        if match is None:
            continue
        name, level = match[1], int(match[2])
        before = ordered.find_previous_sibling()
        found = above.get(name)
        above[name] = (level, ordered)
        while found is not None and before is not None and level > found[0] and before in (found[1], *found[1].parents):
            if held := lists.items(found[1]):
                held[-1].append(ordered.extract())
            break


def _word_lists(root: "Tag") -> None:
    """Make lists of paragraphs that Word wrote with their marks as text (`mso-list:Ignore`)."""
    from bs4 import Tag

    open_lists: list[tuple[int, Tag]] = []
    last: Tag | None = None
    counts: dict[int, int] = {}
    if not any(map(_is_list_mark, lists.elements(root, "span"))):
        return
    for paragraph in lists.elements(root, "p", "h1", "h2", "h3", "h4", "h5", "h6"):
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


def _cards(root: "Tag") -> None:
    """Make lists of blocks that begin with a number in an element of its own and count on from one another."""
    from bs4 import Tag

    for around in reversed([root, *lists.elements(root, "div", "section", "article", "main", "body")]):
        run: list[Tag] = []
        for child in [one for one in around.children if isinstance(one, Tag)]:
            number = _number_of(_own_number(child))
            if number != len(run) + 1:
                _as_list(run)
                run = []
            if number == len(run) + 1:
                run.append(child)
        _as_list(run)


def _number_of(sign: "Tag | None") -> int:
    return int(re.sub(r"\D", "", sign.get_text())) if sign is not None else 0


def _own_number(block: "Tag") -> "Tag | None":
    """Return the element of a block that shows its number alone, before other text."""
    if block.name not in ("div", "section", "article"):
        return None
    texts = list(islice((one for one in block.strings if one.strip()), 2))
    if len(texts) < 2 or not _CARD.fullmatch(texts[0].strip()):
        return None
    around = {id(one) for one in texts[1].parents}
    alone = [one for one in takewhile(lambda one: one is not block, texts[0].parents) if id(one) not in around]
    return alone[-1] if alone else None


def _as_list(blocks: "list[Tag]") -> None:
    from bs4 import Tag

    if len(blocks) < 2:
        return
    made = Tag(name="ol")
    blocks[0].insert_before(made)
    for block in blocks:
        if (sign := _own_number(block)) is not None:
            sign.decompose()
        block.name = "li"
        made.append(block.extract())


def _is_list_mark(node: "Tag") -> bool:
    return node.name == "span" and "mso-list:ignore" in str(node.get("style") or "").lower().replace(" ", "")


def _next_element(node: "Tag") -> Any:
    behind = node.next_sibling
    while behind is not None and not getattr(behind, "name", None) and not clean(str(behind)):
        behind = behind.next_sibling
    return behind


def _drop_written_numbers(ordered: "Tag") -> None:
    """Take the numbers out of the texts of a list whose items all begin with their own."""
    held: list[tuple[NavigableString, re.Match[str]]] = []
    for number_of, item in lists.numbered(ordered):
        text = next((one for one in item.find_all(string=True) if one.strip()), None)
        match = re.match(r"\s*(\d{1,3})\s*[.、．:：)）]\s*|\s*(\d{1,3})\s*$", text) if text is not None else None
        if (
            text is None
            or match is None
            or int(match[1] or match[2]) != number_of
            or clean(item.get_text()) == clean(match[0])
        ):
            return
        held.append((text, match))
    for text, match in held:
        text.replace_with(text[match.end() :])
