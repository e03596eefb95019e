"""An article's Markdown as safe HTML, with an anchor for every chunk of the article.

Chunks hold the lines of an article completely and in order. So a chunk begins behind as many characters as the chunks
before it hold: usually at a block, which then becomes a part with the chunk's id, otherwise within a block, where an
empty anchor is inserted. The structure of the HTML is written here; the contents are sanitised.
"""

import hashlib
import re
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from itertools import groupby, takewhile
from typing import TYPE_CHECKING, Any

import nh3
from markupsafe import Markup

from supportbot.content import platforms as platforms_room
from supportbot.content.platforms import Platforms
from supportbot.index.chunking import Chunk, ends_section, inline_text, lines, parse, unstruck

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

DEEPEST = 6
TAGS = {
    *("a", "b", "br", "code", "del", "em", "i", "kbd", "s", "strong", "sub", "sup", "u"),
    *("blockquote", "dd", "dl", "dt", "hr", "li", "ol", "p", "pre", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_HREF = re.compile(r"https?://|/(?!/)|#", re.IGNORECASE)
# Characters that change the direction of text or are invisible; Markdown's entities can produce them.
_DIRECTION = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ARTICLE_FILE = re.compile(r"([a-z0-9-]{1,80})\.md((?:#.*)?)")
_NOTES = {"警告": " danger", "提示": " plain"}
_MARK = f"\ue000{secrets.token_hex(8)}-{{}}\ue001"
"""Stands for an anchor until the text is sanitised; random, so that no article can contain it."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading for the table of contents; `depth` is 1 for the outermost ones.

    >>> document("## 步驟", []).headings
    (Heading(id='h-481ac003', text=Markup('步驟'), depth=1),)
    """

    id: str
    text: Markup
    depth: int


@dataclass(frozen=True, slots=True)
class Document:
    """The HTML of an article and its headings.

    >>> document(article.body, chunking.split(article)).html
    """

    html: Markup
    headings: tuple[Heading, ...]


@dataclass(slots=True)
class _Outline:
    """What stands under a heading: its parts (chunk id and blocks), and the outlines of the headings below it."""

    level: int
    depth: int
    title: str = ""
    text: str = ""
    id: str = ""
    parts: list[tuple[str, list[str]]] = field(default_factory=list)
    children: list["_Outline"] = field(default_factory=list)


def document(
    body: str | None,
    chunks: Sequence[Chunk],
    *,
    show: Callable[[str], str] = str,
    link_label: str = "#",
    tabs_label: str = "App / Web",
    platforms: Platforms | None = None,
    address: Callable[[str], str | None] = lambda article_id: None,
) -> Document:
    """Return the HTML of an article's `body`, with an anchor for each of `chunks`, which were cut from it.

    Without a body it is made of the chunks, which hold plain text. `show` turns text into the reader's script.
    `link_label` names the link of a heading to itself, `tabs_label` the tabs that sections for different platforms
    become; `platforms` are those that headings may name, by default the general ones. `address` gives the page of an
    article by its id: links in the body name articles by their files, `withdraw.md`.
    """
    root = _of_chunks(chunks, show) if body is None else _of_body(body, chunks, show, address)
    labels = (escape(link_label), escape(tabs_label))
    return Document(Markup(_html(root, *labels, platforms or platforms_room.general())), tuple(_headings(root)))  # noqa: S704 - sanitised below


def _of_body(
    body: str, chunks: Sequence[Chunk], show: Callable[[str], str], address: Callable[[str], str | None]
) -> "_Outline":
    starts = deque(_starts(chunks))
    root = _Outline(0, 0)
    stack, seen, ids = [root], 0, set[str]()
    for node in _linked(parse(body), address).children:
        if node.type == "heading":
            _open(stack, node, show, ids)
            continue
        if ends_section(node):
            if len(stack) > 1:  # a section without a heading beside the one that ends
                stack[-1] = _Outline(stack[-1].level, stack[-1].depth)
                stack[-2].children.append(stack[-1])
            continue
        size = _size(_chunked(node))
        inside: list[tuple[int, str]] = []
        while starts and starts[0][0] < seen + size:
            place, key = starts.popleft()
            if place == seen:
                stack[-1].parts.append((key, []))
            else:
                inside.append((place - seen, key))
        if not stack[-1].parts:
            stack[-1].parts.append(("", []))
        stack[-1].parts[-1][1].append(_block(node, inside, show))
        seen += size
    return root


def _linked(root: "SyntaxTreeNode", address: Callable[[str], str | None]) -> "SyntaxTreeNode":
    """Return the tree with links to the files of articles leading to their pages."""
    for node in root.walk():
        if node.type == "link" and node.nester_tokens:
            attributes = node.nester_tokens.opening.attrs
            if (file := _ARTICLE_FILE.fullmatch(str(attributes.get("href")))) and (page := address(file[1])):
                attributes["href"] = page + file[2]
    return root


def _of_chunks(chunks: Sequence[Chunk], show: Callable[[str], str]) -> "_Outline":
    stack, ids = [root := _Outline(0, 0)], set[str]()
    above: tuple[str, ...] = ()
    for chunk in chunks:
        pairs = zip(above, chunk.heading_path, strict=False)
        shared = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
        del stack[shared + 1 :]
        for level, title in enumerate(chunk.heading_path[shared:], shared + 1):
            _push(stack, level, title, escape(show(title)), ids)
        above = chunk.heading_path
        stack[-1].parts.append((chunk.id, list(_plain_blocks(chunk, show))))
    return root


def _plain_blocks(chunk: Chunk, show: Callable[[str], str]) -> Iterator[str]:
    for is_step, blocks in groupby(chunk.blocks, key=lambda block: block.kind == "step"):
        if is_step:
            items = (_step(block.number or 0, escape(show(block.text))) for block in blocks)
            yield f'<ol class="steps" role="list">{"".join(items)}</ol>'
            continue
        for block in blocks:
            for line in block.text.split("\n"):
                text = f"<p>{escape(show(line))}</p>"
                note = f'<div class="note{_NOTES.get(line[:2], "")}" role="note">{text}</div>'
                yield note if block.kind == "note" else text


def _starts(chunks: Iterable[Chunk]) -> Iterator[tuple[int, str]]:
    """Yield how many characters of the article come before each chunk, and its id."""
    seen, header = 0, None
    for chunk in chunks:
        yield seen, chunk.id
        for block in chunk.blocks:
            repeated = block.rows[:1] if block.rows[:1] == header else ()  # above each part of a table that was cut
            seen += _size([block.text]) - _size([" | ".join(row) for row in repeated])
            header = block.rows[:1] or None


def _chunked(node: "SyntaxTreeNode") -> Iterator[str]:
    """Yield the lines of a block as chunks hold them: those of a step list have no numbers."""
    for part in node.children if node.type == "ordered_list" else [node]:
        yield from lines(part)


def _size(texts: Iterable[str]) -> int:
    """Return the number of characters without spaces, since chunking drops some of those."""
    return sum(len(text) - len(re.findall(r"\s", text)) for text in texts)


# --- sections ----------------------------------------------------------------------------------------------------


def _open(stack: list[_Outline], node: "SyntaxTreeNode", show: Callable[[str], str], ids: set[str]) -> None:
    """Begin the outline of a heading; one without text only ends deeper ones."""
    level = int(node.tag[1])
    while stack[-1].level >= level:
        stack.pop()
    if not (title := inline_text(node)):
        return
    _convert(node, show)
    text = _sanitised(_rendered(node.children), set()).strip() or escape(show(title))
    _push(stack, level, title, text, ids)


def _push(stack: list[_Outline], level: int, title: str, text: str, ids: set[str]) -> None:
    path = "\x1f".join([*(section.title for section in stack), title])
    key = base = "h-" + hashlib.sha256(path.encode()).hexdigest()[:8]
    number = 2
    while key in ids:
        key, number = f"{base}-{number}", number + 1
    ids.add(key)
    section = _Outline(level, stack[-1].depth + 1, title, text, key)
    stack[-1].children.append(section)
    stack.append(section)


def _headings(section: _Outline) -> Iterator[Heading]:
    if section.id:
        yield Heading(section.id, Markup(section.text), section.depth)  # noqa: S704 - sanitised in `_open`
    for child in section.children:
        yield from _headings(child)


def _html(section: _Outline, link_label: str, tabs_label: str, platforms: Platforms) -> str:
    pieces = []
    if section.id:
        tag = f"h{min(section.depth + 1, DEEPEST)}"
        link = f'<a class="heading-link" href="#{section.id}" aria-label="{link_label}"></a>'
        pieces.append(f'<div class="heading"><{tag} id="{section.id}">{section.text}</{tag}>{link}</div>')
    for key, blocks in section.parts:
        name = f' id="{key}"' if key else ""
        pieces.append(f'<div class="part"{name}>{"".join(blocks)}</div>')
    for group in _groups(section.children, platforms):
        inner = [_html(child, link_label, tabs_label, platforms) for child in group]
        pieces += inner if len(group) == 1 else [_tabs(group, inner, tabs_label)]
    return "\n".join(pieces)


def _groups(sections: Sequence[_Outline], platforms: Platforms) -> Iterator[list[_Outline]]:
    """The sections in order, those together that say the same for different platforms."""
    group: list[_Outline] = []
    for section in sections:
        if group and not _twins(group, section, platforms):
            yield group
            group = []
        group.append(section)
    if group:
        yield group


def _twins(group: Sequence[_Outline], section: _Outline, platforms: Platforms) -> bool:
    named = [platforms.only(one.title) for one in (*group, section)]
    same = platforms.without([group[0].title]) == platforms.without([section.title])
    return same and None not in named and len(set(named)) == len(named)


def _tabs(group: Sequence[_Outline], inner: Sequence[str], label: str) -> str:
    """Return sections as tabs; without scripts the style sheet stacks them."""
    tabs = (
        f'<a role="tab" id="tab-{one.id}" href="#{one.id}" aria-controls="panel-{one.id}"'
        f' aria-selected="{"false" if number else "true"}">{one.text}</a>'
        for number, one in enumerate(group)
    )
    panels = (
        f'<section class="platform" id="panel-{one.id}"{"" if number else " data-selected"}>{html}</section>'
        for number, (one, html) in enumerate(zip(group, inner, strict=True))
    )
    return (
        f'<div class="platforms"><div class="tabs" role="tablist" aria-label="{label}">{"".join(tabs)}</div>'
        f"{''.join(panels)}</div>"
    )


# --- blocks ------------------------------------------------------------------------------------------------------


def _block(node: "SyntaxTreeNode", anchors: Sequence[tuple[int, str]], show: Callable[[str], str]) -> str:
    """Return a top-level block as HTML; each of `anchors` is an id behind a number of characters of the block."""
    kind = _NOTES.get(_first_word(node), "")
    if anchors:
        _mark(node, anchors)
    _convert(node, show)
    if node.type == "ordered_list":
        html = _steps(node)
    elif node.type == "blockquote":
        html = f'<div class="note{kind}" role="note">{_sanitised(_rendered(node.children))}</div>'
    else:
        html = _sanitised(_rendered([node]))
    return _anchored(html, [key for _, key in anchors]) if anchors else html


def _mark(node: "SyntaxTreeNode", anchors: Iterable[tuple[int, str]]) -> None:
    """Put a mark into the text of a block for each anchor, except in raw HTML, where it could get lost."""
    waiting = deque(anchors)
    for leaf, before in _leaves(node):
        seen = before
        for one in unstruck(leaf):
            if one.token is None or one.type not in ("text", "code_inline", "html_inline", "fence", "code_block"):
                continue
            pieces = []
            for character in one.token.content:
                while waiting and waiting[0][0] <= seen and one.type != "html_inline":
                    pieces.append(_MARK.format(waiting.popleft()[1]))
                pieces.append(character)
                seen += not character.isspace()
            one.token.content = "".join(pieces)


def _anchored(html: str, keys: Iterable[str]) -> str:
    """Return sanitised HTML with anchors in place of the marks; an anchor whose mark got lost comes first."""
    left = dict.fromkeys(keys, True)

    def anchor(match: re.Match[str]) -> str:
        return f'<span class="anchor" id="{match[1]}"></span>' if left.pop(match[1], False) else ""

    html = re.sub(_MARK.format("([0-9a-f]+)"), anchor, html)
    return "".join(f'<span class="anchor" id="{key}"></span>' for key in left) + html


def _first_word(node: "SyntaxTreeNode") -> str:
    """Return the first two characters of a block, which tell the kind of a note."""
    return next(lines(node), "")[:2]


def _steps(node: "SyntaxTreeNode") -> str:
    items = [
        _step(number, _sanitised(_rendered(item.children)))
        for number, item in enumerate(node.children, int(node.attrs.get("start", 1)))
    ]
    return f'<ol class="steps" role="list">{"".join(items)}</ol>'


def _step(number: int, html: str) -> str:
    return f'<li value="{number}"><span class="number">{number}</span>{html}</li>'


def _convert(node: "SyntaxTreeNode", show: Callable[[str], str]) -> None:
    for one in node.walk():
        if one.type in ("text", "code_inline", "fence", "code_block") and one.token:
            one.token.content = show(one.token.content)


def _leaves(node: "SyntaxTreeNode", before: int = 0) -> Iterator[tuple["SyntaxTreeNode", int]]:
    """Yield the blocks below a node that hold text, and how many characters of its lines come before each."""
    if node.type in ("paragraph", "heading", "fence", "code_block", "html_block", "tr"):
        yield node, before
        return
    for number, child in enumerate(node.children, int(node.attrs.get("start", 1) or 1) if node.is_nested else 1):
        size = _size(lines(child))
        mark = {"bullet_list": "-", "ordered_list": f"{number}."}.get(node.type, "") if size else ""
        yield from _leaves(child, before + len(mark))
        before += len(mark) + size


def _rendered(nodes: Iterable["SyntaxTreeNode"]) -> str:
    markdown = _markdown()
    tokens = [token for node in nodes for token in node.to_tokens()]
    return str(markdown.renderer.render(tokens, markdown.options, {}))


@cache
def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    markdown.add_render_rule("image", _image_link)
    return markdown


def _image_link(renderer: Any, tokens: Sequence[Any], at: int, options: Any, env: Any) -> str:
    """Return an image as a link to it: our policy loads none from other sites, and without a size it moves the page."""
    text = renderer.renderInlineAsText(tokens[at].children or [], options, env)
    source = str(tokens[at].attrs["src"])
    return f'<a href="{escape(source)}">{escape(text or source)}</a>'


def _sanitised(html: str, tags: set[str] = TAGS) -> str:
    clean = nh3.clean(
        html,
        tags=tags,
        attributes=ATTRIBUTES,
        attribute_filter=_only_safe,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
    )
    return _DIRECTION.sub("", clean)


def _only_safe(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return value if _HREF.match(value) else None
    return value if attribute == "rel" or re.fullmatch(r"\d{1,4}", value) else None
