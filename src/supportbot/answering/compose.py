"""Compose an answer from the content of one article, the most relevant part first.

Nothing is invented: text, steps and notes are lines of the cited article.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from supportbot.answering.answer import Source
from supportbot.answering.passages import ASKS_HOW
from supportbot.content.articles import Article
from supportbot.content.platforms import Platform, Platforms
from supportbot.index.chunking import Block, Chunk, table
from supportbot.text.scripts import Script, convert

QUOTE_CHARACTERS = 160
"""The length of the quote in a source, in characters."""

# Sections whose chunk scores at least this share of the best one's are shown with it.
_AS_NEAR = 0.75
# The same if the best chunk is a question with its answer, which mostly says all there is.
_PAIR_ALONE = 0.9
MOST_SECTIONS = 4


@dataclass(frozen=True, slots=True)
class Composed:
    """The part of an article that answers a question, in the script of the answer.

    >>> labels = {"article_script": "hant", "script": "hans", "platform": None, "platforms": platforms.general()}
    >>> compose("如何提幣？", article, chunks, [(chunk, 1.0) for chunk in chunks], url=str, **labels).source.title
    '如何提币？'
    """

    blocks: tuple[Block, ...]
    source: Source


def compose(
    question: str,
    article: Article,
    chunks: Sequence[Chunk],
    nearest: Sequence[tuple[Chunk, float]],
    *,
    article_script: Script,
    script: Script,
    platform: Platform | None,
    platforms: Platforms,
    url: Callable[[str], str],
) -> Composed:
    """Return the part of `article` that answers `question`, in the script `script`.

    `chunks` are all chunks of the article in reading order, `nearest` some of them with their scores (0 to 1), best
    first. `url` returns the link to a chunk by its id. The section of the nearest chunk comes first, then sections
    whose chunks score about as high; a question with its answer that scores clearly highest stands alone. Steps come
    from one section only, for all platforms or the one asked for, with the notes above them. Within a section the order
    is the article's.
    """
    chunks = [chunk for chunk in chunks if not _points_elsewhere(chunk)] or chunks
    ranked = _ranked(question, nearest)
    best = ranked[0]
    wanted = platform or platforms.only(question)
    sections = _sections(chunks, ranked, platform, wanted, platforms)
    stepped = next((section for section in sections if any(chunk.steps for chunk in section)), [])
    shown = [section for section in sections if section is stepped or not any(chunk.steps for chunk in section)]
    leading = list(best.blocks) if best.kind == "note" else []  # the most relevant part is a note: it comes first
    blocks = [*leading, *_in_order(shown, leading)]
    if all(block.kind in ("step", "note", "heading") for block in blocks):
        blocks[:0] = _introduction(chunks, best)
    if best.kind != "qa":
        above = [block for chunk in chunks if _is_above(chunk, best) for block in chunk.blocks]
        blocks += [block for block in above if block.kind == "note" and block not in blocks]

    def show(text: str) -> str:
        return convert(text, source=article_script, target=script)

    def converted(block: Block) -> Block:
        path, rows = tuple(map(show, block.path)), tuple(tuple(map(show, row)) for row in block.rows)
        return replace(block, text=show(block.text), path=path, rows=rows)

    return Composed(tuple(map(converted, blocks)), _source(article, best, url, show))


def _ranked(question: str, nearest: Sequence[tuple[Chunk, float]]) -> list[Chunk]:
    """Return the chunks that score about as high as the best one, best first."""
    how = ASKS_HOW.search(question) is not None
    own = [(chunk, near) for chunk, near in nearest if not _points_elsewhere(chunk)] or nearest
    worth = [(near, chunk) for chunk, near in own]
    highest, best = worth[0]
    share = _PAIR_ALONE if best.kind == "qa" else _AS_NEAR
    ranked = [chunk for value, chunk in worth if value >= share * highest]
    if how and best.kind != "qa" and not any(chunk.steps for chunk in ranked):
        ranked[1:1] = [chunk for _, chunk in worth if chunk.steps][:1]
    return ranked


def _points_elsewhere(chunk: Chunk) -> bool:
    """Return whether a chunk only links to other articles: it has two or more bullets, most of them questions."""
    bullets = [line for line in chunk.paragraphs if line.startswith("- ")]
    asking = [line for line in bullets if line.rstrip().endswith(("?", "？"))]
    return chunk.kind == "text" and len(bullets) >= 2 and 2 * len(asking) > len(bullets)


def _sections(
    chunks: Sequence[Chunk],
    ranked: Sequence[Chunk],
    platform: Platform | None,
    wanted: Platform | None,
    platforms: Platforms,
) -> list[list[Chunk]]:
    """Return the sections of the ranked chunks, best first, each with the same section for other platforms."""
    sections: list[list[Chunk]] = []
    for chunk in ranked:
        if any(chunk in section for section in sections):
            continue
        section = [other for other in chunks if other.heading_path == chunk.heading_path]
        if any(other.steps for other in section):
            key = platforms.without(chunk.heading_path)
            section = [other for other in chunks if other in section or platforms.without(other.heading_path) == key]
        if platform:
            section = [other for other in section if other.platform in (None, platform)] or section
        sections.append(sorted(section, key=lambda other: wanted is not None and other.platform not in (None, wanted)))
    return sections[:MOST_SECTIONS]


def _in_order(sections: Sequence[Sequence[Chunk]], leading: Sequence[Block]) -> Iterator[Block]:
    """Yield the blocks of each section, below its heading if there are several, without the `leading` ones."""
    for section in sections:
        if len(sections) > 1 and section[0].heading:
            yield Block("heading", section[0].heading)
        yield from _joined(block for chunk in section for block in chunk.blocks if block not in leading)


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks with the rows of one table that several chunks hold put together again."""
    last: Block | None = None
    for block in blocks:
        if last and last.rows and last.rows[:1] == block.rows[:1]:
            last = replace(table((*last.rows, *block.rows[1:])), platform=last.platform)
            continue
        if last:
            yield last
        last = block
    if last:
        yield last


def _introduction(chunks: Sequence[Chunk], best: Chunk) -> list[Block]:
    """Return the text for a section without paragraphs: the paragraphs above it, else its heading."""
    above = [block for chunk in chunks if _is_above(chunk, best) for block in chunk.blocks if block.kind == "paragraph"]
    return above or [Block("paragraph", best.heading or best.text.split("\n")[0])]


def _is_above(chunk: Chunk, best: Chunk) -> bool:
    """Return whether the headings of `chunk` are the first ones, but not all, of those of `best`."""
    depth = len(chunk.heading_path)
    return depth < len(best.heading_path) and chunk.heading_path == best.heading_path[:depth]


def _source(article: Article, best: Chunk, url: Callable[[str], str], show: Callable[[str], str]) -> Source:
    quote = best.text.replace("\n", " ")
    return Source(
        article_id=article.id,
        title=show(article.title),
        heading=show(best.heading),
        url=url(best.id),
        quote=show(quote if len(quote) <= QUOTE_CHARACTERS else quote[: QUOTE_CHARACTERS - 1] + "…"),
        updated=article.updated.isoformat() if article.updated else None,
        complete=article.complete,
    )
