"""The HTML that mammoth makes of a marked document, with headings, nested lists, quotes and code as the marks say."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree, html

from supportbot.importers.docx.marked import IMAGE, LINK, MARK, Mark, Picture

_SIGN = re.compile(f"{MARK[0]}(\\d+){MARK[1]}")
_IMAGE = re.compile(f"{IMAGE[0]}(\\d+){IMAGE[1]}")
_TOLERANCE = 120  # twentieths of a point
_BEFORE = re.compile(r"[\w]$")
_AFTER = re.compile(r"^[\w]")
_HEADINGS = {"title": "h1", 1: "h2", 2: "h3"}


@dataclass(slots=True)
class _Open:
    """A list item that further paragraphs may belong to."""

    level: int
    tag: str
    list: html.HtmlElement
    item: html.HtmlElement
    number: int
    indent: int
    list_id: str


def to_html(converted: str, marks: Sequence[Mark], images: Sequence[Picture], links: Sequence[str], top: int) -> str:
    """Return the HTML of a whole document; a heading of level `top` becomes `<h2>`, deeper ones `<h3>`.

    `converted` is what mammoth made of the document to which `marks`, `images` and `links` belong.
    """
    root = html.fragment_fromstring(converted, create_parent="div")
    _set_links(root, links)
    _set_images(root, images)
    _unwrap_unusable_bold(root)
    out = html.Element("div")
    builder = _Builder(out)
    for element in list(root):
        mark = _take_mark(element, marks)
        if mark is None:
            builder.add(element)
        elif mark.kind in ("title", "heading"):
            builder.heading(element, 0 if mark.kind == "title" else max(mark.level - top + 1, 1))
        elif mark.kind in ("item", "bullet"):
            builder.item(element, mark)
        elif mark.kind in ("code", "quote"):
            builder.grouped(element, mark)
        elif not _is_empty(element):
            builder.paragraph(element, mark)
    builder.finish()
    return "".join(html.tostring(child, encoding="unicode") for child in out)


class _Builder:
    """Puts blocks under one another, those of list items into lists.

    What stands between two items is kept back until it is known whether a sub-step follows: then it belongs to the item
    above, else it stands between two lists.
    """

    def __init__(self, out: html.HtmlElement) -> None:
        self._out = out
        self._open: list[_Open] = []
        self._between: list[html.HtmlElement] = []

    def add(self, element: html.HtmlElement) -> None:
        (self._between if self._open else self._out).append(element)

    def heading(self, element: html.HtmlElement, level: int) -> None:
        self.finish()
        element.tag = f"h{min(level, 2) + 1}"
        for bold in list(element.iter("strong", "br")):
            if bold.tag == "br":
                bold.tail = f" {bold.tail or ''}"
            bold.drop_tag()
        self._out.append(element)

    def paragraph(self, element: html.HtmlElement, mark: Mark) -> None:
        """Add a paragraph; one as far to the right as the text of the last item belongs to that."""
        while not self._between and self._open and mark.indent:
            if self._open[-1].indent and mark.indent >= self._open[-1].indent - _TOLERANCE:
                self._open[-1].item.append(element)
                return
            if len(self._open) == 1:
                break
            self._open.pop()
        self.add(element)

    def grouped(self, element: html.HtmlElement, mark: Mark) -> None:
        """Add a paragraph of code or of a quote, to the one before if that is of the same kind."""
        tag = "pre" if mark.kind == "code" else "blockquote"
        siblings = self._between if self._open else self._out
        last = siblings[-1] if len(siblings) else None
        if tag == "pre":
            element = html.Element("pre")
            element.text = mark.text
        if last is None or last.tag != tag:
            group = html.Element(tag)
            if tag == "pre":
                group.text = mark.text
            else:
                group.append(element)
            self.add(group)
        elif tag == "pre":
            last.text = f"{last.text}\n{mark.text}"
        else:
            last.append(element)

    def item(self, element: html.HtmlElement, mark: Mark) -> None:
        tag = "ol" if mark.kind == "item" else "ul"
        while self._open and not _goes_on(self._open[-1], mark) and not _goes_below(self._open[-1], mark):
            if len(self._open) == 1:
                break
            self._open.pop()
        above = self._open[-1] if self._open else None
        below = above is not None and _goes_below(above, mark)
        if above and below:
            for block in self._between:
                above.item.append(block)
            self._between = []
        same = None if below else above
        if same and self._between:
            self._out.extend(self._flushed()) if len(self._open) == 1 else self._keep_inside()
            same = None
            if self._open:
                self._open.pop()
        elif same and not (same.list_id == mark.list_id and same.tag == tag and mark.number in (None, same.number + 1)):
            self._open.pop()
            same = None
        if not same:
            parent = self._open[-1].item if self._open else self._out
            same = _Open(mark.level, tag, html.Element(tag), element, 0, 0, mark.list_id)
            if mark.number is not None:
                same.list.set("start", str(mark.number))
            parent.append(same.list)
            self._open.append(same)
        same.item, same.indent = html.Element("li"), mark.indent
        if mark.number is not None:
            same.number = mark.number
            same.item.set("value", str(mark.number))
        same.list.append(same.item)
        same.item.append(element)

    def finish(self) -> None:
        """Close all lists."""
        self._out.extend(self._flushed())

    def _flushed(self) -> list[html.HtmlElement]:
        between, self._between, self._open = self._between, [], []
        return between

    def _keep_inside(self) -> None:
        """Put what stands between two sub-steps below the step above them."""
        for block in self._between:
            self._open[-2].item.append(block)
        self._between = []


def _goes_on(one: _Open, mark: Mark) -> bool:
    """Return whether an item stands on the level of an open one."""
    if one.list_id == mark.list_id or not (one.indent and mark.indent):
        return one.level == mark.level
    return abs(one.indent - mark.indent) <= _TOLERANCE


def _goes_below(one: _Open, mark: Mark) -> bool:
    """Return whether an item is a sub-step of an open one: by its level in the same list, else by its indent."""
    if one.list_id == mark.list_id or not (one.indent and mark.indent):
        return mark.level > one.level
    return mark.indent > one.indent + _TOLERANCE


def _take_mark(element: html.HtmlElement, marks: Sequence[Mark]) -> Mark | None:
    match = _SIGN.match(element.text or "")
    if not match:
        return None
    element.text = (element.text or "")[match.end() :].lstrip()
    return marks[int(match[1])]


def _is_empty(element: html.HtmlElement) -> bool:
    return not element.text_content().strip() and element.find(".//img") is None


def _set_links(root: html.HtmlElement, links: Sequence[str]) -> None:
    for link in list(root.iter("a")):
        address = link.get("href", "").removeprefix("#").removeprefix(LINK)
        if address.isdecimal():
            link.set("href", links[int(address)])
        else:
            link.drop_tag()


def _set_images(root: html.HtmlElement, images: Sequence[Picture]) -> None:
    """Put an image wherever its sign stands in a text."""
    for element in list(root.iter()):
        for place in ("text", "tail"):
            text = getattr(element, place) or ""
            if IMAGE[0] not in text:
                continue
            first, *others = _IMAGE.split(text)
            setattr(element, place, first)
            parent = element if place == "text" else element.getparent()
            position = 0 if place == "text" else parent.index(element) + 1
            for index, tail in zip(others[::2], others[1::2], strict=True):
                picture = images[int(index)]
                image = html.Element("img", src=picture.name, alt=picture.alt)
                image.tail = tail
                parent.insert(position, image)
                position += 1


def _unwrap_unusable_bold(root: html.HtmlElement) -> None:
    """Drop bold and struck that Markdown cannot show: `點擊**【資產】**後` (CommonMark 0.31, 6.2: flanking)."""
    for element in list(root.iter("strong", "em", "s")):
        text = element.text_content()
        if text != text.strip():
            _move_spaces_out(element)
            text = text.strip()
        before = _text_before(element)
        after = element.tail or ""
        opens = re.match(r"\w", text) or not _BEFORE.search(before)
        closes = re.search(r"\w$", text) or not _AFTER.match(after)
        if not text or not (opens and closes):
            element.drop_tag()


def _move_spaces_out(element: html.HtmlElement) -> None:
    """Put the spaces at both ends of an element's plain text around it."""
    text = element.text or ""
    bare = text.strip()
    if bare == text or len(element):
        return
    lead, _, trail = text.partition(bare) if bare else ("", "", text)
    element.text, element.tail = bare, trail + (element.tail or "")
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        previous.tail = (previous.tail or "") + lead
    elif parent is not None:
        parent.text = (parent.text or "") + lead


def _text_before(element: etree._Element) -> str:
    previous = element.getprevious()
    if previous is not None:
        return previous.tail or ("" if previous.tag == "br" else previous.text_content())
    parent = element.getparent()
    if parent is None:
        return ""
    return parent.text or (_text_before(parent) if parent.tag in ("strong", "em", "s", "a", "sup", "sub") else "")
