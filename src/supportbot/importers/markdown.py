"""Markdown files. Our own articles are taken as they are, all others are simplified.

Simplified means: front matter of any kind or none, the first `#` heading as title, `<details>` as question and answer,
HTML and MDX tags removed, tabs and what is folded as sections one level below the heading above them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from supportbot.content import articles
from supportbot.content.articles import Article
from supportbot.errors import SourceError
from supportbot.importers import (
    counting,
    front,
    ids,
    includes,
    markup,
    numbering,
    pairs,
    shortcodes,
    tags,
    verbatim,
    wikilinks,
)
from supportbot.importers.front import Front
from supportbot.importers.result import Found, Imported, Options, Problem, check_size, read_text
from supportbot.text.folding import exact_key, readable

ACCEPTS = "a .md, .mdx or .markdown file"
SUFFIXES: tuple[str, ...] = (".md", ".mdx", ".markdown")
_MAX_TITLE = 200
_BLOCK_ESCAPE = re.compile(r"\A(\d{0,9})\\([.)#>+=-])")  # not needed where no block can begin
_INLINE_IMAGE = re.compile(r"(?:\]\(\s*<?|\bsrc\s*=\s*[\"'{]{0,2})data:", re.IGNORECASE)
_SCRIPT_LINK = re.compile(r"(?:\]\(\s*<?|\bhref\s*=\s*[\"'{]{0,2})(?:javascript|vbscript):", re.IGNORECASE)
_SHOWN = re.compile(r"!?\[([^\[\]]*)\]\((?:<[^<>]*>|[^()]*)\)")
_CHECKBOX = re.compile(r"\A\\\[([ xX])\\\] ")
_HEADING = re.compile(r"\A#+ (.*)\Z")
_FOOTNOTE_MARK = re.compile(r"\\\[(\^[^\[\]\s\\]{1,60})\\\]")


def reads(path: Path, text: str) -> bool:
    """Return whether `text` begins with front matter or a heading."""
    return re.match(r"\s*(?:---(?:json|toml|yaml)?\n|\+\+\+\n|#{1,6} )", text) is not None


def read(path: Path, options: Options) -> Iterator[Found]:
    """Yield the article of a Markdown file. Raises `SourceError` for one that is no text."""
    yield from read_page(path, options, path.parent, set())


def read_page(path: Path, options: Options, root: Path, included: set[Path]) -> Iterator[Found]:
    """Yield the article of a Markdown file below the folder `root`, and what of it is not carried.

    The files that it includes are put in their places, if they are below `root`, and added to `included`. The addresses
    of the article are those of its front matter. Raises `SourceError` for a file that is no text.
    """
    text = read_text(path, options.encoding)
    check_size(text, path)
    header, body, problems = front.read(text, path)
    yield from problems
    if len(header.title) > _MAX_TITLE:
        yield Problem(path, f"the title is cut after {_MAX_TITLE} characters", 1)
    article = None
    steps = counting.steps_of(body, header.line)
    if header.is_ours:
        try:
            article = articles.parse(text, path)
        except SourceError as error:
            yield Problem(path, f"{error.message}; read as any Markdown", error.line)
            header, problems = front.meant(header, text, path)
            yield from problems
    is_own = article is not None and "id" in header.raw
    if article is None:
        inlined, problems = includes.inline(body, path, root, included, options.encoding)
        yield from problems
        check_size(inlined, path)
        steps = steps if inlined == body else counting.steps_of(inlined, header.line)
        page = simplify(inlined)
        yield from (Problem(path, lost, header.line) for lost in page.lost)
        article = _article(header, page, path)
    if not markup.has_text(article.body):
        yield Problem(path, "no text; skipped", header.line)
        return
    check_size(article.body, path)
    article = replace(article, source_id=article.source_id or path.relative_to(root).as_posix())
    yield Imported(article, path, has_own_id=is_own, steps=steps, addresses=header.addresses)


def _article(header: Front, page: "Page", path: Path) -> Article:
    title = _title(header, page, path)
    heading = [f"## {page.title}"] if page.title and exact_key(page.title) not in exact_key(title) else []
    return Article(
        id=ids.made_of(header.given_id, title),
        title=title,
        body=markup.join([*heading, *page.blocks]),
        category=header.category,
        platforms=header.platforms or markup.platforms_of(title, page.text),
        published=header.published,
        updated=header.updated,
        views=header.views,
        url=header.url,
        questions=header.questions,
        tags=header.tags,
        description=header.description,
        locale=header.locale,
        draft=header.draft,
        source_updated=header.updated or header.published,
    )


def _title(header: Front, page: "Page", path: Path) -> str:
    candidates = [header.title, page.title or "", header.label, page.first_words, path.stem]
    return next((title for one in candidates if (title := readable(one[:_MAX_TITLE]))), "-")


# --- Markdown → the Markdown of articles ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """A Markdown text, simplified: its first `#` heading and the blocks below; `lost` tells what is not carried.

    >>> simplify("# 如何提幣？\\n\\n打開<b>資產</b>。")
    Page(title='如何提幣？', blocks=['打開資產。'])
    """

    title: str | None
    blocks: list[str]
    lost: tuple[str, ...] = field(default=(), repr=False)

    @property
    def text(self) -> str:
        """All blocks as an article's body."""
        return markup.join(self.blocks)

    @property
    def first_words(self) -> str:
        """The first heading, or the first sentence, without marks."""
        first = next((block for block in self.blocks if re.search(r"\w", block)), "")
        line = _SHOWN.sub(r"\1", first.split("\n")[0])
        line = re.sub(r"^(?:[#>-]+|\d+[.)])\s+|\\(?=[!-/:-@\[-`{-~])|\*\*|~~", "", line)
        return re.split(r"(?<=[。！？!?])", line, maxsplit=1)[0]


def simplify(text: str) -> Page:
    """Return any Markdown, with or without HTML, as the Markdown that articles are written in."""
    text, code = verbatim.protect("\n".join(map(_readable_line, re.split(r"\r\n?|\n", text))))
    text = wikilinks.as_links(shortcodes.as_components(text))
    lines = numbering.as_lists(pairs.as_headings(tags.plain_lines(text)))
    root = SyntaxTreeNode(_parser().parse(verbatim.restore(lines, code)))
    top = [node for node in root.children if node.type == "heading" and node.tag == "h1"]
    title = _plain(top[0]) if top else ""
    deeper = 1 if len(top) > 1 else 0
    nodes = [node for node in root.children if not top or node is not top[0]]
    # A title is plain text: what its links and images lead to stands below it.
    carried = [_span(one) for one in (top[0].walk() if top else ()) if one.type in ("image", "link")]
    blocks = [*filter(None, [" ".join(carried)]), *_with_ends(_all_blocks(nodes, deeper))]
    return Page(readable(title) or None, blocks, tuple(_lost(text)))


def _with_ends(blocks: Sequence[str]) -> Iterator[str]:
    """Yield the blocks; the end of a section is marked where something else than a heading follows."""
    for block, following in pairwise([*blocks, "#"]):
        if block != verbatim.END:
            yield block
        elif following != verbatim.END and not following.startswith("#"):
            yield articles.END_OF_SECTION


def _lost(text: str) -> Iterator[str]:
    if images := len(_INLINE_IMAGE.findall(text)):
        yield f"{images} image(s) written into the text itself (data:) left out; their descriptions stay"
    if scripts := len(_SCRIPT_LINK.findall(text)):
        yield f"{scripts} link(s) that run a script left out; their texts stay"


class _Parser(MarkdownIt):
    """Takes the addresses of links as they stand in the source."""

    def normalizeLink(self, url: str) -> str:
        return url

    def normalizeLinkText(self, link: str) -> str:
        return link

    def validateLink(self, url: str) -> bool:
        return True


@cache
def _parser() -> MarkdownIt:
    """Return a parser to which indented text is no code, as HTML and MDX indent at will."""
    parser = _Parser("commonmark", {"html": False, "maxNesting": 60})
    return parser.enable(["table", "strikethrough"]).disable("code")


def _readable_line(line: str) -> str:
    if line.isprintable():
        return line
    return " ".join(readable(word) for word in line.expandtabs(4).split(" "))  # code keeps its columns


def _blocks(node: SyntaxTreeNode, deeper: int = 0) -> list[str]:
    match node.type:
        case "heading":
            level = min(max(int(node.tag[1]) + deeper, 2), 6)
            heading = " ".join(_inline(node).split())
            return [f"{'#' * level} {heading}"] if heading else []
        case "paragraph":
            return [text] if (text := _inline(node)) and text != verbatim.APART else []
        case "bullet_list":
            return [rows] if (rows := _list(node, "")) else []
        case "blockquote":
            inner = _nested(node)
            return [markup.quote(inner)] if inner else []
        case "fence" | "code_block":
            return [verbatim.fenced(node.content)] if node.content.strip() else []
        case "table":
            return [rows] if (rows := _table(node)) else []
        case _:
            return []


def _all_blocks(nodes: Iterable[SyntaxTreeNode], deeper: int = 0) -> list[str]:
    """Return the blocks of neighbours; where two ordered lists meet, the signs behind their numbers differ."""
    blocks: list[str] = []
    sign = ""
    after = 0  # the number that would go on with the list above
    for node in nodes:
        if node.type == "ordered_list":
            first = int(node.attrs.get("start", 1))
            goes_on = bool(sign) and first == after
            sign = sign if goes_on else {"": node.markup, ".": ")", ")": "."}[sign]
            found = [rows] if (rows := _list(node, sign)) else []
            after = first + len(node.children)
            if goes_on and found:
                blocks[-1] += f"\n{found.pop()}"
        else:
            found = _blocks(node, deeper)
            sign = "" if found else sign
        blocks += found
    return blocks


def _nested(node: SyntaxTreeNode) -> str:
    """Return the blocks inside a quote or a list item; headings cannot stand there and become bold lines."""
    text = ""
    for block in _all_blocks(node.children):
        if block == verbatim.END:
            continue
        is_tight = node.type == "list_item" and block.startswith(("- ", "1. ", "1) "))
        text += ("\n" if is_tight else "\n\n") + _HEADING.sub(_bold, block, count=1)
    return text.lstrip("\n")


def _bold(heading: re.Match[str]) -> str:
    return heading[1] if "**" in heading[1] else f"**{heading[1]}**"


def _list(node: SyntaxTreeNode, sign: str) -> str:
    lines = []
    first = int(node.attrs.get("start", 1))
    for number, item in enumerate(node.children, first):
        mark = f"{number}{sign} " if sign else "- "
        text = _nested(item)
        if text or sign:  # an empty step keeps the numbers of those below
            text = _CHECKBOX.sub(r"[\1] ", text, count=1)
            lines.append((mark + markup.indent(text, len(mark))).rstrip())
    return "\n".join(lines)


def _table(node: SyntaxTreeNode) -> str:
    rows = [[_cell(cell) for cell in row.children] for part in node.children for row in part.children]
    if not any(any(row) for row in rows):
        return ""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)


def _cell(node: SyntaxTreeNode) -> str:
    text = _BLOCK_ESCAPE.sub(r"\1\2", _inline(node).replace("\n", " "), count=1)
    return re.sub(r"\\?\|", r"\\|", text)


def _plain(node: SyntaxTreeNode) -> str:
    """Return the text of a heading without any marks."""
    inline = [one for one in node.walk() if one.type in ("text", "code_inline", "softbreak", "hardbreak")]
    return "".join(one.content or " " for one in inline)


def _inline(node: SyntaxTreeNode) -> str:
    """Return the text of a paragraph, heading or cell, with bold, struck, code, links and images as Markdown."""
    lines = "".join(map(_span, node.children)).split("\n")
    return _FOOTNOTE_MARK.sub(r"[\1]", "\n".join(filter(None, map(readable, lines))))


def _span(node: SyntaxTreeNode) -> str:
    if node.type == "text":
        return markup.escape(node.content)
    if node.type == "code_inline":
        return verbatim.span(node.content)
    if node.type in ("softbreak", "hardbreak"):
        return "\n"
    inner = "".join(map(_span, node.children))
    match node.type:
        case "strong":
            return inner if "**" in inner or not inner.strip() else f"**{inner}**"
        case "s":
            return f"~~{inner}~~"
        case "image":
            return markup.image(inner, str(node.attrs.get("src", "")))
        case "link":
            address = str(node.attrs.get("href", ""))
            if node.info == "auto":
                return f"<{address.removeprefix('mailto:')}>"
            return markup.link(inner, address)
        case _:
            return inner
