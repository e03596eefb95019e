"""Cut articles into chunks: the units that are embedded, found and shown.

Headings open sections. In a section each step list, each note and each run of paragraphs is a chunk; a question with
its answer (`### Q：…？`) is one chunk. Step lists are never cut; long runs of paragraphs are cut at sentence ends.
Every chunk carries the headings above it.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeVar

from supportbot.content import platforms as platforms_room
from supportbot.content.articles import END_OF_SECTION, Article
from supportbot.content.platforms import Platform, Platforms
from supportbot.text.folding import readable
from supportbot.text.sentences import pieces

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

ChunkKind = Literal["text", "steps", "note", "qa"]

MAX_CHARACTERS = 400
"""Longer runs of paragraphs are cut. About 300 tokens, well inside the 512 that encoders take."""


VERSION = 5
"""Raise it whenever the same articles would be cut differently; indexes of another version are rebuilt."""


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step. `path` is the menu path that it names, outermost menu first; empty for none.

    >>> Step(1, "點擊【頭像】→【安全設置】", path=("頭像", "安全設置"))
    """

    number: int
    text: str
    platform: Platform | None = None
    path: tuple[str, ...] = ()


BlockKind = Literal["heading", "paragraph", "step", "note", "table", "code"]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of an article as it is shown: plain text without Markdown marks, in the article's own order.

    Attributes:
        text: its lines; of a table its rows, the cells joined by bars.
        number, path: of a step, its number and the menu path that it names.
        rows: of a table, the cells, the header first.
        platform: what it holds for; None for all.

    >>> Block("step", "點擊【確認】。", number=3)
    """

    kind: BlockKind
    text: str
    number: int | None = None
    path: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    platform: Platform | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk of an article.

    `id` is the head of SHA-256 over the content, 16 hexadecimal digits: an unchanged chunk keeps its id in every build.

    >>> chunking.split(article)[0].text
    """

    id: str
    article_id: str
    kind: ChunkKind
    heading_path: tuple[str, ...]
    platform: Platform | None
    blocks: tuple[Block, ...] = ()

    @property
    def text(self) -> str:
        """Its lines in order, without the headings; steps with their numbers."""
        return "\n".join(f"{one.number}. {one.text}" if one.kind == "step" else one.text for one in self.blocks)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The lines that belong to no step and no note."""
        own = (one.text for one in self.blocks if one.kind in ("paragraph", "table", "code"))
        return tuple(line for text in own for line in text.split("\n") if line)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its steps."""
        return steps_of(self.blocks)

    @property
    def notes(self) -> tuple[str, ...]:
        """The lines of its notes."""
        return tuple(line for one in self.blocks if one.kind == "note" for line in one.text.split("\n"))

    @property
    def heading(self) -> str:
        """The nearest heading above the chunk; empty above the first one."""
        return self.heading_path[-1] if self.heading_path else ""


def steps_of(blocks: Iterable[Block]) -> tuple[Step, ...]:
    """Return the steps among the blocks."""
    return tuple(Step(one.number or 0, one.text, one.platform, one.path) for one in blocks if one.kind == "step")


def split(article: Article, *, platforms: Platforms | None = None, max_characters: int = MAX_CHARACTERS) -> list[Chunk]:
    """Return the chunks of an article in reading order, whatever its Markdown is like.

    `platforms` are those that its headings may name, by default the general ones.
    """
    platforms = platforms or platforms_room.general()
    only_platform = article.platforms[0] if len(article.platforms) == 1 else None
    chunks: list[Chunk] = []
    seen: dict[str, int] = {}
    for section in _sections(article.body):
        platform = _platform(section.heading_path, platforms) or only_platform
        for unit in _units(section, max_characters):
            blocks = tuple(replace(block, platform=platform) for block in unit.blocks)
            chunk = Chunk("", article.id, unit.kind, section.heading_path, platform, blocks)
            occurrence = seen[chunk.text] = seen.get(chunk.text, 0) + 1
            chunks.append(replace(chunk, id=_content_id(chunk, occurrence)))
    return chunks


def _content_id(chunk: Chunk, occurrence: int) -> str:
    content = "\x1f".join(
        [chunk.article_id, chunk.kind, chunk.platform or "", *chunk.heading_path, chunk.text, str(occurrence)]
    )
    return hashlib.sha256(content.encode("utf-8")).hexdigest()[:16]


# --- Markdown → sections of blocks -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Section:
    heading_path: tuple[str, ...]
    blocks: tuple[Block, ...]


def parse(body: str) -> "SyntaxTreeNode":
    """Return the Markdown of an article as a syntax tree; the chunks and the article's page are made from it."""
    from markdown_it.tree import SyntaxTreeNode

    return SyntaxTreeNode(_parser().parse(_without_controls(body)))


@cache
def _parser() -> "MarkdownIt":
    """Return the parser; making one takes as long as parsing a short article."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"maxNesting": 20}).enable(["table", "strikethrough"])


def _sections(body: str) -> Iterator[_Section]:
    root = parse(body)
    headings: list[tuple[int, str]] = []
    blocks: list[Block] = []
    for node in root.children:
        found: list[tuple[tuple[int, str] | None, Sequence[Block]]]
        if ends_section(node):
            if blocks:
                yield _Section(tuple(text for _, text in headings), tuple(blocks))
                blocks = []
            headings = headings[:-1]
            continue
        if node.type == "heading":
            found = [((int(node.tag[1]), inline_text(node)), ())]
        elif node.type == "paragraph":
            found = [((_LABEL_LEVEL, label) if label else None, own) for label, own in _labelled(node)]
        else:
            found = [(None, list(_blocks(node)))]
        for opened, own in found:
            if opened and blocks:
                yield _Section(tuple(text for _, text in headings), tuple(blocks))
                blocks = []
            if opened:
                headings = [(other, text) for other, text in headings if other < opened[0]]
                headings += [opened] if opened[1] else []
            blocks.extend(own)
    if blocks:
        yield _Section(tuple(text for _, text in headings), tuple(blocks))


def ends_section(node: "SyntaxTreeNode") -> bool:
    """Return whether a node is the mark by which a section ends before the next heading."""
    return node.type == "html_block" and node.content.strip() == END_OF_SECTION


def _labelled(node: "SyntaxTreeNode") -> Iterator[tuple[str, list[Block]]]:
    """Yield the parts of a paragraph, each with the line that stands for a heading, or with "".

    One that opens with "note:" or "warning:" is a note. A line stands for a heading if it is bold as a whole and no
    sentence, if it opens bold and leads in to something (`**學生**，另備：`), or if it opens a question (`Q：…`).
    It stays in the text.
    """
    shown = inline_text(node).split("\n")
    written = [line.strip() for line in node.children[0].content.split("\n")] if node.children else []
    parts: list[tuple[str, list[str]]] = []
    for place, line in enumerate(filter(None, shown)):
        mark = written[place] if len(written) == len(shown) else ""
        bold = _BOLD.fullmatch(mark) is not None and not line.endswith(_SENTENCE_ENDS)
        if bold or _OPENS_BOLD.fullmatch(mark) or is_question_heading(line) or _ASKED.match(line):
            parts.append((line, [line]))
        elif parts:
            parts[-1][1].append(line)
        else:
            parts.append(("", [line]))
    for label, lines in parts:
        text = "\n".join(lines)
        yield label, [Block("note" if _NOTE.match(text) and not label else "paragraph", text)]


def _without_controls(body: str) -> str:
    """Return `body` without control characters and lone surrogates; indentation stays, as Markdown needs it."""
    lines = (line.expandtabs(4) for line in body.splitlines())
    return "\n".join(line[: len(line) - len(line.lstrip(" "))] + readable(line) for line in lines)


def _blocks(node: "SyntaxTreeNode") -> Iterator[Block]:
    if node.type == "ordered_list":
        for number, item in enumerate(node.children, int(node.attrs.get("start", 1))):
            if text := "\n".join(lines(item)):
                yield Block("step", text, number=number, path=menu_path(text))
    elif node.type == "table":
        rows = tuple(tuple(map(inline_text, row.children)) for part in node.children for row in part.children)
        yield table(rows)
    elif node.type in ("fence", "code_block"):
        if node.content.strip():
            yield Block("code", node.content.strip("\n"))  # its indentation may mean something
    elif text := "\n".join(lines(node)):
        yield Block("note" if node.type == "blockquote" else "paragraph", text)


def table(rows: tuple[tuple[str, ...], ...]) -> Block:
    """Return the block of a table."""
    return Block("table", "\n".join(map(" | ".join, rows)), rows=rows)


def lines(node: "SyntaxTreeNode") -> Iterator[str]:
    """Yield the plain lines below a block node: list items with a dash or number, table cells joined by bars."""
    if node.type in ("paragraph", "heading"):
        yield from filter(None, inline_text(node).split("\n"))
    elif node.type in ("fence", "code_block", "html_block"):
        yield from filter(None, map(readable, node.content.splitlines()))
    elif node.type == "tr":
        yield " | ".join(inline_text(cell) for cell in node.children)
    elif node.type in ("bullet_list", "ordered_list"):
        for number, item in enumerate(node.children, int(node.attrs.get("start", 1) or 1)):
            mark = "-" if node.type == "bullet_list" else f"{number}."
            for position, line in enumerate(lines(item)):
                yield f"{mark} {line}" if position == 0 else f"  {line}"
    else:
        for child in node.children:
            yield from lines(child)


def inline_text(node: "SyntaxTreeNode") -> str:
    """Return the text of a paragraph, heading or cell without Markdown marks and struck text; line breaks stay."""
    parts = []
    for inline in node.children:
        for child in unstruck(inline):
            if child.type in ("text", "code_inline", "html_inline"):
                parts.append(child.content)
            elif child.type in ("softbreak", "hardbreak"):
                parts.append("\n")
    return "\n".join(filter(None, (readable(line) for line in "".join(parts).split("\n"))))


def unstruck(node: "SyntaxTreeNode") -> Iterator["SyntaxTreeNode"]:
    """Yield a node and all below it but what is struck (`~~5%~~`): what does not hold any more."""
    yield node
    for child in node.children:
        if child.type != "s":
            yield from unstruck(child)


# --- sections → units ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Unit:
    kind: ChunkKind
    blocks: list[Block]


_LABEL_LEVEL = 7
"""The level of a line that stands for a heading: below all real ones."""

_BOLD = re.compile(r"(\*\*|__)(?=\S)(?:(?!\1).){1,40}\1[:：]?")
_OPENS_BOLD = re.compile(r"(\*\*|__)(?=\S)(?:(?!\1).){1,40}\1[^。！!；;]{0,20}[:：]")
_NOTE = re.compile(
    r"(?:⚠\ufe0f?\s*)?(?:請|请)?(?:特別|特别)?(?:注意|警告|重要|提醒|小提醒|[溫温]馨提[示醒]|提示)(?:事[項项])?\s*[：:]\s*\S"
)
_SENTENCE_ENDS = ("。", "！", "!", "；", "，", ",")
_QUESTION_HEADING = re.compile(r"^\s*[QqＱ問问]\s*\d*\s*[:：]")
_ASKED = re.compile(r"^\s*[問问][題题]\s*\d*\s*[:：]\s*\S")
LEADS_IN = re.compile(r"[:：]\s*$")
"""The end of a line that leads in to what follows."""


def is_question_heading(heading: str) -> bool:
    """Return whether a heading opens a question with its answer (`Q：…`)."""
    return _QUESTION_HEADING.match(heading) is not None


def _units(section: _Section, max_characters: int) -> Iterator[_Unit]:
    heading = section.heading_path[-1] if section.heading_path else ""
    units = list(_cut_long(_by_kind(section.blocks), max_characters))
    if not is_question_heading(heading):
        yield from units
        return
    blocks = [block for unit in units for block in unit.blocks]
    if sum(len(block.text) for block in blocks if block.kind == "paragraph") <= max_characters:
        yield _Unit("qa", blocks)
    else:
        yield from (_Unit("qa", unit.blocks) for unit in units)


def _by_kind(blocks: Iterable[Block]) -> list[_Unit]:
    """Return a unit for each step list, note and run of other blocks; a line ending in a colon stays with its steps.

    Steps that go on counting after something else, such as an example, belong to the list before it, with what stands
    between; so does what a last step leads in to.
    """
    units: list[_Unit] = []
    for block in blocks:
        last = units[-1] if units else None
        if block.kind == "step":
            going_on = _counting(units, block.number)
            if going_on is not None:
                between = [one for unit in units[going_on:] for one in unit.blocks]
                units[going_on:] = [_Unit("steps", [*between, block])]
            else:
                units.append(_Unit("steps", [*_lead_in(units), block]))
        elif block.kind == "note":
            units.append(_Unit("note", [block]))
        elif last and (last.kind == "text" or (last.kind == "steps" and _leads_in(last.blocks[-1]))):
            last.blocks.append(block)
        else:
            units.append(_Unit("text", [block]))
    return units


def _counting(units: Sequence[_Unit], number: int | None) -> int | None:
    """Return the place of the last step list if `number` goes on counting there."""
    for place in range(len(units) - 1, -1, -1):
        if units[place].kind == "steps":
            last = next(one.number for one in reversed(units[place].blocks) if one.kind == "step")
            return place if number is not None and last is not None and last < number else None
    return None


def _leads_in(block: Block) -> bool:
    return block.kind in ("paragraph", "step") and LEADS_IN.search(block.text) is not None


def _lead_in(units: list[_Unit]) -> list[Block]:
    """Take the last line of the last unit, and return it as a block, if it leads in to what follows."""
    last = units[-1].blocks[-1] if units and units[-1].kind == "text" else None
    if last is None or last.kind != "paragraph" or not _leads_in(last):
        return []
    *before, line = last.text.split("\n")
    units[-1].blocks[-1:] = [replace(last, text="\n".join(before))] if before else []
    if not units[-1].blocks:
        units.pop()
    return [replace(last, text=line)]


def _cut_long(units: Iterable[_Unit], max_characters: int) -> Iterator[_Unit]:
    for unit in units:
        if unit.kind != "text":
            yield unit
            continue
        for group in _groups(unit.blocks, max_characters):
            yield _Unit("text", group)


def _groups(blocks: Sequence[Block], limit: int) -> Iterator[list[Block]]:
    """Yield groups of blocks of at most `limit` characters each; longer blocks are cut first."""
    group: list[Block] = []
    for block in blocks:
        for piece in _pieces(block, limit):
            if group and sum(len(one.text) for one in group) + len(piece.text) > limit:
                yield group
                group = []
            group.append(piece)
    if group:
        yield group


def _pieces(block: Block, limit: int) -> Iterator[Block]:
    """Yield a block in pieces: paragraphs at lines and sentence ends, tables at rows, each below the header."""
    if len(block.text) <= limit:
        yield block
        return
    if block.kind == "table":
        header, *rows = block.rows
        for some in _runs(rows, limit, lambda row: sum(map(len, row))):
            yield table((header, *some))
        return
    lines = [piece for line in block.text.split("\n") for piece in pieces(line, limit)]
    for part in _runs(lines, limit, len):
        yield replace(block, text="\n".join(part))


_Part = TypeVar("_Part")


def _runs(parts: Iterable[_Part], limit: int, size: Callable[[_Part], int]) -> Iterator[list[_Part]]:
    """Yield runs of neighbours of at most `limit` together, or of one that is larger."""
    run: list[_Part] = []
    for part in parts:
        if run and sum(map(size, run)) + size(part) > limit:
            yield run
            run = []
        run.append(part)
    if run:
        yield run


# --- platforms and menu paths ----------------------------------------------------------------------------------


def _platform(heading_path: Sequence[str], platforms: Platforms) -> Platform | None:
    """Return the platform of the nearest heading that names any; None if that names several, or none does."""
    for heading in reversed(heading_path):
        if named := platforms.named(heading):
            return next(iter(named)) if len(named) == 1 else None
    return None


_ARROW = r"\s*(?:→|->|➔|➜|»|›|⇒)\s*"
_DASH = r"\s*[-－—–>＞]+\s*"
_LABEL = r"[^\s，。；：、！？,;:!?→»›()（）【】「」\n][^，。；：、！？,;:!?→»›()（）【】「」\n]{0,30}?"
_PATH_END = r"[，。；：、！？,;:!?()（）」】\n]"
_BRACKETED = r"[【「\[]\s*([^】」\]\n]{1,40}?)\s*[】」\]]"
_BRACKET_PATH = re.compile(rf"{_BRACKETED}(?:(?:{_ARROW}|{_DASH}){_BRACKETED})+")
_ARROW_PATH = re.compile(
    rf"(?:{_BRACKETED}|{_LABEL})(?:{_ARROW}(?:{_BRACKETED}|{_LABEL}(?=\s*(?:→|->|➔|➜|»|›|⇒|{_PATH_END}|$))))+"
)
_VERB = re.compile(
    r"^.*(?:點擊|点击|點選|点选|點開|点开|打開|打开|進入|进入|前往|選擇|选择|依次|依序|按下|然後|然后|再到|到|在)\s*(?=\S)"
)


def menu_path(text: str) -> tuple[str, ...]:
    """Return the longest menu path that a step names.

    >>> menu_path("點擊頭像 → 安全設置")
    ('頭像', '安全設置')
    """
    best: tuple[str, ...] = ()
    for pattern in (_ARROW_PATH, _BRACKET_PATH):
        for match in pattern.finditer(text):
            labels = re.split(rf"{_ARROW}|(?<=[】」\]]){_DASH}(?=[【「\[])", match[0])
            path = [label.strip(" \t\n\u3000【】「」[]") for label in labels]
            path[0] = _VERB.sub("", path[0]) or path[0]
            if len(path) > len(best) and all(path):
                best = tuple(path)
    return best
