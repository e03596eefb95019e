"""Cut articles into chunks: the units that are embedded, found and shown.

Headings open sections. In a section each step list, each note and each run of paragraphs is a chunk; a question with
its answer (`### Q：…？`) is one chunk. Step lists are never cut; long runs of paragraphs are cut at sentence ends.
Every chunk carries the headings above it.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from supportbot.content import platforms as platforms_room
from supportbot.content.articles import Article
from supportbot.content.platforms import Platform, Platforms
from supportbot.text.folding import clean
from supportbot.text.sentences import pieces

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

ChunkKind = Literal["text", "steps", "note", "qa"]

MAX_CHARACTERS = 400
"""Longer runs of paragraphs are cut. About 300 tokens, well inside the 512 that encoders take."""

VERSION = 2
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


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk of an article, as plain text without Markdown marks.

    `id` is the head of SHA-256 over the content, 16 hexadecimal digits: an unchanged chunk keeps its id in every build.

    >>> chunking.split(article)[0].text
    """

    id: str
    article_id: str
    kind: ChunkKind
    heading_path: tuple[str, ...]
    platform: Platform | None
    paragraphs: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Paragraphs, numbered steps and notes of the chunk, a line each, without the headings."""
        steps = (f"{step.number}. {step.text}" for step in self.steps)
        return "\n".join([*self.paragraphs, *steps, *self.notes])

    @property
    def heading(self) -> str:
        """The nearest heading above the chunk; empty above the first one."""
        return self.heading_path[-1] if self.heading_path else ""


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
            steps = tuple(replace(step, platform=platform) for step in unit.steps)
            chunk = Chunk(
                "",
                article.id,
                unit.kind,
                section.heading_path,
                platform,
                tuple(unit.paragraphs),
                steps,
                tuple(unit.notes),
            )
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
class _Block:
    kind: Literal["paragraph", "steps", "note"]
    lines: tuple[str, ...]
    first_number: int = 1


@dataclass(frozen=True, slots=True)
class _Section:
    heading_path: tuple[str, ...]
    blocks: tuple[_Block, ...]


def parse(body: str) -> "SyntaxTreeNode":
    """Return the Markdown of an article as a syntax tree; the chunks and the article's page are made from it."""
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    markdown = MarkdownIt("commonmark", {"maxNesting": 20}).enable("table")
    return SyntaxTreeNode(markdown.parse(_without_controls(body)))


def _sections(body: str) -> Iterator[_Section]:
    root = parse(body)
    headings: list[tuple[int, str]] = []
    blocks: list[_Block] = []
    for node in root.children:
        if node.type != "heading":
            blocks.extend(_blocks(node))
            continue
        if blocks:
            yield _Section(tuple(text for _, text in headings), tuple(blocks))
            blocks = []
        level = int(node.tag[1])
        headings = [(other, text) for other, text in headings if other < level]
        if title := inline_text(node):
            headings.append((level, title))
    if blocks:
        yield _Section(tuple(text for _, text in headings), tuple(blocks))


def _without_controls(body: str) -> str:
    """Return `body` without control characters and lone surrogates; indentation stays, as Markdown needs it."""
    lines = (line.expandtabs(4) for line in body.splitlines())
    return "\n".join(line[: len(line) - len(line.lstrip(" "))] + clean(line) for line in lines)


def _blocks(node: "SyntaxTreeNode") -> Iterator[_Block]:
    if node.type == "ordered_list":
        items = tuple("\n".join(lines(item)) for item in node.children)
        if any(items):
            yield _Block("steps", items, int(node.attrs.get("start", 1)))
    elif found := tuple(lines(node)):
        yield _Block("note" if node.type == "blockquote" else "paragraph", found)


def lines(node: "SyntaxTreeNode") -> Iterator[str]:
    """Yield the plain lines below a block node: list items with a dash or number, table cells joined by bars."""
    if node.type in ("paragraph", "heading"):
        yield from filter(None, inline_text(node).split("\n"))
    elif node.type in ("fence", "code_block", "html_block"):
        yield from filter(None, map(clean, node.content.splitlines()))
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
    """Return the text of a paragraph, heading or cell without Markdown marks; line breaks stay."""
    parts = []
    for inline in node.children:
        for child in inline.walk():
            if child.type in ("text", "code_inline", "html_inline"):
                parts.append(child.content)
            elif child.type in ("softbreak", "hardbreak"):
                parts.append("\n")
    return "\n".join(filter(None, (clean(line) for line in "".join(parts).split("\n"))))


# --- sections → units ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Unit:
    kind: ChunkKind
    paragraphs: list[str]
    steps: list[Step]
    notes: list[str]


_QUESTION_HEADING = re.compile(r"^\s*[QqＱ問问]\s*\d*\s*[:：]")
_LEAD_IN = re.compile(r"[:：]\s*$")


def is_question_heading(heading: str) -> bool:
    """Return whether a heading opens a question with its answer (`Q：…`)."""
    return _QUESTION_HEADING.match(heading) is not None


def _units(section: _Section, max_characters: int) -> Iterator[_Unit]:
    heading = section.heading_path[-1] if section.heading_path else ""
    units = list(_cut_long(_by_kind(section.blocks), max_characters))
    if not is_question_heading(heading):
        yield from units
        return
    whole = _Unit("qa", [], [], [])
    for unit in units:
        whole.paragraphs += unit.paragraphs
        whole.steps += unit.steps
        whole.notes += unit.notes
    if sum(map(len, whole.paragraphs)) <= max_characters:
        yield whole
    else:
        yield from (_Unit("qa", unit.paragraphs, unit.steps, unit.notes) for unit in units)


def _by_kind(blocks: Iterable[_Block]) -> Iterator[_Unit]:
    """Yield a unit for each step list, note and run of paragraphs; a line ending in a colon stays with its steps."""
    run: list[str] = []
    for block in blocks:
        if block.kind == "paragraph":
            run += block.lines
            continue
        lead_in = [run.pop()] if block.kind == "steps" and run and _LEAD_IN.search(run[-1]) else []
        if run:
            yield _Unit("text", run, [], [])
            run = []
        if block.kind == "steps":
            steps = [_step(number, text) for number, text in enumerate(block.lines, block.first_number) if text]
            yield _Unit("steps", lead_in, steps, [])
        else:
            yield _Unit("note", [], [], list(block.lines))
    if run:
        yield _Unit("text", run, [], [])


def _cut_long(units: Iterable[_Unit], max_characters: int) -> Iterator[_Unit]:
    for unit in units:
        if unit.kind != "text":
            yield unit
            continue
        for group in _groups(unit.paragraphs, max_characters):
            yield _Unit("text", group, [], [])


def _groups(lines: Sequence[str], limit: int) -> Iterator[list[str]]:
    """Yield groups of lines of at most `limit` characters each; a longer line is cut at sentence ends first."""
    group: list[str] = []
    for line in lines:
        for piece in pieces(line, limit):
            if group and sum(map(len, group)) + len(piece) > limit:
                yield group
                group = []
            group.append(piece)
    if group:
        yield group


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


def _step(number: int, text: str) -> Step:
    return Step(number, text, None, menu_path(text))
