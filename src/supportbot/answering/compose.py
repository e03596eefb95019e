"""Compose an answer from the content of one article, the most relevant part first.

Nothing is invented: text, steps and notes are lines of the cited article.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from supportbot.answering.answer import Source
from supportbot.answering.outline import doubled
from supportbot.answering.passages import Passage
from supportbot.answering.selection import selected
from supportbot.content.articles import Article
from supportbot.content.platforms import Platform, Platforms
from supportbot.index.chunking import Block, Chunk, table
from supportbot.text.scripts import Region, Script, convert

QUOTE_CHARACTERS = 160
"""The length of the quote in a source, in characters."""

MOST_SECTIONS = 4

_TELLS_FRAUD = re.compile(
    r"[騙骗].{0,6}(?:手法|套路|流程|過程|过程|伎倆|伎俩|方式)|[騙骗][局術术]|"
    r"(?:[騙骗][徒子]|歹徒|[詐诈][騙骗]集[團团]|犯罪分子)[^。]{0,12}[:：]$|\bscams? (?:work|tactics)",
    re.IGNORECASE,
)
_TELLS_HELP = re.compile(
    r"防|避免|[識识辨]|怎[麼么]辦|怎么办|處理|处理|如何|舉報|举报|報案|报案|保護|保护|\b(?:avoid|report|protect)",
    re.IGNORECASE,
)
_CONFIDED = r"(?:[驗验][證证][碼码]|密[碼码]|助[記记][詞词]|私[鑰钥])"
_ASKS_SAFETY = re.compile(
    r"[詐诈][騙骗]|[騙骗]|釣魚|钓鱼|冒充|假冒|假的|真的[嗎吗]|真[偽伪假]|可疑|盜|盗|被[駭骇黑]|"
    rf"(?:客服|[對对]方|有人|陌生人|[專专][員员]|他[們们]?|她).{{0,8}}(?:要|[問问]|索取|跟我).{{0,8}}{_CONFIDED}|"
    rf"(?:[給给]|告[訴诉]|[說说]|洩[漏露]|泄[漏露])了?.{{0,8}}{_CONFIDED}|{_CONFIDED}.{{0,8}}(?:[給给]了|告[訴诉]|洩[漏露]|泄[漏露])|"
    r"\b(?:scam|phishing|fake|fraud)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Composed:
    """The part of an article that answers a question, in the script of the answer.

    >>> labels = {"article_script": "hant", "script": "hans", "region": "tw", "templated": (), "platform": None}
    >>> labels["platforms"] = platforms.general()
    >>> found = [whole_passage(index, row) for row in index.chunk_rows(0)]
    >>> compose("如何提幣？", article, chunks, found, url=str, **labels).source.title
    '如何提币？'
    """

    blocks: tuple[Block, ...]
    source: Source
    sections: frozenset[tuple[str, ...]]
    """The heading paths of the sections that are shown, as the article has them."""


def compose(
    question: str,
    article: Article,
    chunks: Sequence[Chunk],
    passages: Sequence[Passage],
    *,
    templated: Collection[str],
    article_script: Script,
    script: Script,
    region: Region,
    platform: Platform | None,
    platforms: Platforms,
    url: Callable[[str], str],
    follow_up: bool = False,
) -> Composed:
    """Return the part of `article` that answers `question`, in the script `script` with the characters of `region`.

    `chunks` are those of the article that may be shown, in reading order, `passages` some of them, best first. `url`
    returns the link to a chunk by its id.

    Shown are the pieces that probably belong to the answer, the section of the best passage first. Within a section the
    order is the article's. Steps come from one section only and whole, for all platforms or the one asked for, with its
    notes; a `follow_up` gets those that it asks about. A section stands below its heading if there are several, or if
    the heading may tell a condition: it is not one of the `templated` ones, and the article has others.
    """
    best = passages[0].chunk
    wanted = platform or platforms.only(question)
    shown = _sections(question, article.title, chunks, passages, wanted, platforms, follow_up=follow_up)
    others = {chunk.heading for chunk in chunks if chunk.heading} - {*templated}
    telling = others if len(others) > 1 and best.kind != "qa" else set[str]()
    leading = _leading(question, chunks, passages, telling)
    twice = doubled(chunk.heading_path for chunk in chunks)
    blocks = list(_in_order(shown, leading, article.title, telling, twice, platforms))
    stepped_paths = {chunk.heading_path for chunk in chunks if chunk.steps}  # a note there is about those steps
    over = [chunk for chunk in chunks if _is_above(chunk, best) and chunk.heading_path not in stepped_paths]
    above = [block for chunk in over for block in chunk.blocks]
    tells = any(block.kind in ("paragraph", "table", "code", "heading") for block in (*leading, *blocks))
    kinds = (*(() if tells else ("paragraph",)), *(() if best.kind == "qa" else ("note",)))
    before = [block for block in above if block.kind in kinds and block not in (*leading, *blocks)]
    named = list[Block]()
    if not tells and all(block.kind not in ("paragraph", "heading") for block in (*before, *blocks)):
        tells_it = best.heading not in templated and any(platforms.without([best.heading]))
        named.append(Block("paragraph", best.heading if tells_it else article.title))
    blocks = [*named, *leading, *before, *blocks]

    def show(text: str) -> str:
        return convert(text, source=article_script, target=script, region=region)

    def converted(block: Block) -> Block:
        path, rows = tuple(map(show, block.path)), tuple(tuple(map(show, row)) for row in block.rows)
        return replace(block, text=show(block.text), path=path, rows=rows)

    paths = frozenset(chunk.heading_path for section in shown for chunk in section)
    return Composed(tuple(map(converted, blocks)), _source(article, best, url, show), paths)


def _leading(
    question: str, chunks: Sequence[Chunk], passages: Sequence[Passage], telling: Collection[str]
) -> Sequence[Block]:
    """Return what comes first: the best chunk if it is a note, or the best note on a matter of safety among `chunks`.

    The former stands below its heading if that is a `telling` one and it is no matter of safety.
    """
    best, safety = passages[0].chunk, _ASKS_SAFETY.search(question) is not None
    if best.kind == "note":
        headed = best.heading in telling and not safety
        above = (Block("heading", best.heading, platform=best.platform),) if headed else ()
        return (*above, *best.blocks)
    own = {chunk.id for chunk in chunks}
    notes = (one.chunk.blocks for one in passages if one.chunk.kind == "note" and one.chunk.id in own)
    return next(notes, ()) if safety else ()


def _sections(
    question: str,
    title: str,
    chunks: Sequence[Chunk],
    passages: Sequence[Passage],
    wanted: Platform | None,
    platforms: Platforms,
    *,
    follow_up: bool,
) -> list[list[Chunk]]:
    """Return the sections with pieces to show, best first, their chunks with these pieces alone.

    Steps stand for all platforms or the `wanted` one, and only in the first section that has any. The doings of a fraud
    are no such steps.
    """
    known = {chunk.id for chunk in chunks}
    passages = [passage for passage in passages if passage.chunk.id in known]
    shown = selected(question, passages, follow_up=follow_up)
    sections: list[list[Chunk]] = []
    done, stepped = set[tuple[str, ...]](), False
    for path in dict.fromkeys(passage.chunk.heading_path for passage in passages if passage.chunk.id in shown):
        section = [chunk for chunk in chunks if chunk.heading_path == path]
        own_steps = any(shown[one.id].steps and not _tells_fraud(title, one) for one in section if one.id in shown)
        if path in done or (own_steps and stepped):
            continue
        if own_steps:
            stepped, key = True, platforms.without(path)
            twins = [chunk for chunk in chunks if platforms.without(chunk.heading_path) == key]
            twins = [chunk for chunk in twins if chunk.heading_path not in done]
            section = [chunk for chunk in twins if wanted is None or chunk.platform in (None, wanted)] or section
            # With steps go the same steps for other platforms, and the notes of their section.
            noted = () if follow_up else ("note",)
            shown |= {chunk.id: chunk for chunk in section if chunk.kind in noted or chunk.heading_path != path}
        done |= {chunk.heading_path for chunk in section}
        sections.append([shown[chunk.id] for chunk in section if chunk.id in shown])
    return sections[:MOST_SECTIONS]


def _in_order(
    sections: Sequence[Sequence[Chunk]],
    leading: Sequence[Block],
    title: str,
    telling: Collection[str],
    twice: Collection[str],
    platforms: Platforms,
) -> Iterator[Block]:
    """Yield the blocks of each section, below its heading if there are several or it is `telling`.

    A heading that the article has `twice` stands below the one above it. Leave out the `leading` blocks. What stands
    before the first heading is headed by the article's title, unless it comes first; a platform's name alone is no
    heading, as each block tells its platform. The doings of a fraud are told as bullets: they are no steps to follow.
    """
    opened: tuple[str, ...] = ()
    for place, section in enumerate(sections):
        for (heading, platform), chunks in groupby(section, key=lambda chunk: (chunk.heading, chunk.platform)):
            told = [(block, _tells_fraud(title, chunk)) for chunk in chunks for block in chunk.blocks]
            told = [(block, fraud) for block, fraud in told if block not in leading]
            blocks = [_as_bullet(one) if fraud and one.kind == "step" else one for one, fraud in told]
            heading = heading or (title if place else "")
            if blocks and any(platforms.without([heading])) and (len(sections) > 1 or heading in telling):
                above = section[0].heading_path[-2:-1] if heading in twice else ()
                heads = [Block("heading", one, platform=platform) for one in (*above, heading) if one not in opened]
                opened = above
                blocks = [*(head for head in heads if head not in leading), *_without_label(blocks, heading)]
            yield from _joined(blocks)


def _tells_fraud(title: str, chunk: Chunk) -> bool:
    """Return whether a chunk tells the doings of a fraud, by what stands above it, and no advice against it."""
    above = (title, *chunk.heading_path, *(block.text for block in chunk.blocks[:1] if block.kind == "paragraph"))
    return any(map(_TELLS_FRAUD.search, above)) and not _TELLS_HELP.search(chunk.heading)


def _as_bullet(step: Block) -> Block:
    return Block("paragraph", "- " + step.text.replace("\n", "\n  "), platform=step.platform)


def _without_label(blocks: list[Block], heading: str) -> list[Block]:
    """Return the blocks without the line that stands for their heading, if there is one."""
    label, _, rest = blocks[0].text.partition("\n") if blocks else ("", "", "")
    if label != heading or blocks[0].kind != "paragraph":
        return blocks
    return [*([replace(blocks[0], text=rest)] if rest else []), *blocks[1:]]


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks with a table or list put together again that was cut into several chunks."""
    last: Block | None = None
    for block in blocks:
        if last and last.rows and last.rows[:1] == block.rows[:1]:
            last = replace(table((*last.rows, *block.rows[1:])), platform=last.platform)
        elif last and last.kind == block.kind == "paragraph" and _is_list(last.text) and _is_list(block.text):
            last = replace(last, text=f"{last.text}\n{block.text}")
        else:
            if last:
                yield last
            last = block
    if last:
        yield last


def _is_list(text: str) -> bool:
    return all(line.startswith(("- ", "  ")) for line in text.split("\n"))


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
