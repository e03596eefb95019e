"""Compose an answer from the content of one article, the most relevant part first.

Nothing is invented: text, steps and notes are lines of the cited article.
"""

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from supportbot.answering.answer import Source
from supportbot.answering.passages import ASKS_HOW
from supportbot.content.articles import Article
from supportbot.content.platforms import Platform, Platforms
from supportbot.index.chunking import Block, Chunk, table
from supportbot.text.folding import fold
from supportbot.text.scripts import Region, Script, convert

QUOTE_CHARACTERS = 160
"""The length of the quote in a source, in characters."""

# Sections whose chunk scores at least this share of the best one's are shown with it.
_AS_NEAR = 0.1
# The same if the best chunk is a question with its answer, which mostly says all there is.
_PAIR_ALONE = 0.25
# From this share of the probability on, the best section comes first, and others after it; below, all in their order.
_CLEAR = 0.5
MOST_SECTIONS = 4

LONG_TABLE = 8
"""From so many rows on, only those of a table are shown that tell what was asked, if any does; by a code from 3 on."""

_TELLS_FRAUD = re.compile(
    r"[騙骗].{0,6}(?:手法|套路|流程|過程|过程|伎倆|伎俩|方式)|[騙骗]局|\bscams? (?:work|tactics)", re.IGNORECASE
)
_TELLS_HELP = re.compile(
    r"防|避免|[識识辨]|怎[麼么]辦|怎么办|處理|处理|如何|舉報|举报|報案|报案|保護|保护|\b(?:avoid|report|protect)",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?=.*[0-9])(?=.*[a-z])[a-z0-9_-]+|[0-9]{3,}")  # E03, 429; not the 7 of 7 天
_ROW = re.compile(r"- [^：:，。；]{1,20}[：:].")
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
    >>> compose("如何提幣？", {}, article, chunks, [(chunk, 1.0) for chunk in chunks], url=str, **labels).source.title
    '如何提币？'
    """

    blocks: tuple[Block, ...]
    source: Source
    sections: frozenset[tuple[str, ...]]
    """The heading paths of the sections that are shown, as the article has them."""


def compose(
    question: str,
    words: Mapping[str, float],
    article: Article,
    chunks: Sequence[Chunk],
    nearest: Sequence[tuple[Chunk, float]],
    *,
    templated: Collection[str],
    article_script: Script,
    script: Script,
    region: Region,
    platform: Platform | None,
    platforms: Platforms,
    url: Callable[[str], str],
) -> Composed:
    """Return the part of `article` that answers `question`, in the script `script` with the characters of `region`.

    `words` are those of the question with their weights. `chunks` are the chunks of the article that may be shown, in
    reading order, `nearest` some of them with their scores (0 to 1), best first. `url` returns the link to a chunk by
    its id.

    The section of the nearest chunk comes first if it clearly is, then sections whose chunks score about as high; else
    all these in the article's order. A question with its answer that scores clearly highest stands alone. Steps come
    from one section only, for all platforms or the one asked for, with the notes above them. Within a section the order
    is the article's. A section stands below its heading if there are several, or if the heading may tell a condition:
    it is not one of the `templated` ones, and the article has others.
    """
    ranked = _ranked(question, nearest)
    best = ranked[0]
    wanted = platform or platforms.only(question)
    sections = _sections(chunks, ranked, platform, wanted, platforms)
    stepped = next((section for section in sections if any(chunk.steps for chunk in section)), [])
    shown = [section for section in sections if section is stepped or not any(chunk.steps for chunk in section)]
    if nearest[0][1] < _CLEAR:
        shown.sort(key=lambda section: min(map(chunks.index, section)))
    else:  # what stands before the first heading would follow the answer without saying what it is about
        shown = [section for section in shown if section is shown[0] or section[0].heading]
    leading = _leading(question, nearest)
    others = {chunk.heading for chunk in chunks if chunk.heading} - {*templated}
    telling = others if len(others) > 1 and best.kind != "qa" else set[str]()
    blocks = [_telling_rows(block, words) for block in _in_order(shown, leading, article.title, telling, platforms)]
    stepped_paths = {chunk.heading_path for chunk in chunks if chunk.steps}  # a note there is about those steps
    over = [chunk for chunk in chunks if _is_above(chunk, best) and chunk.heading_path not in stepped_paths]
    above = [block for chunk in over for block in chunk.blocks]
    tells = any(block.kind in ("paragraph", "table", "code") for block in (*leading, *blocks))
    kinds = (*(() if tells else ("paragraph",)), *(() if best.kind == "qa" else ("note",)))
    before = [block for block in above if block.kind in kinds and block not in (*leading, *blocks)]
    if not tells and all(block.kind not in ("paragraph", "heading") for block in (*before, *blocks)):
        named = article.title if best.heading in templated else best.heading
        before.insert(0, Block("paragraph", named or best.text.split("\n")[0]))
    blocks = [*leading, *before, *blocks]

    def show(text: str) -> str:
        return convert(text, source=article_script, target=script, region=region)

    def converted(block: Block) -> Block:
        path, rows = tuple(map(show, block.path)), tuple(tuple(map(show, row)) for row in block.rows)
        return replace(block, text=show(block.text), path=path, rows=rows)

    paths = frozenset(chunk.heading_path for section in shown for chunk in section)
    return Composed(tuple(map(converted, blocks)), _source(article, best, url, show), paths)


def _leading(question: str, nearest: Sequence[tuple[Chunk, float]]) -> Sequence[Block]:
    """Return what comes first: the best chunk if it is a note, or the best note on a matter of safety."""
    if nearest[0][0].kind == "note":
        return nearest[0][0].blocks
    notes = (chunk.blocks for chunk, _ in nearest if chunk.kind == "note")
    return next(notes, ()) if _ASKS_SAFETY.search(question) else ()


def _telling_rows(block: Block, words: Mapping[str, float]) -> Block:
    """Return a long table, or list of bullets, with only the rows that tell what was asked, if any does.

    These are the rows with the words of the question that most rows do not have; of bullets, which may all belong to
    the answer, those with its codes and numbers, unless they are rows as well: a label and its values (`- 北京：8 元`).
    """
    if block.kind == "table":
        header, *rows = block.rows
        kept = _telling([" ".join(row) for row in rows], words)
        return replace(table((header, *(rows[place] for place in kept))), platform=block.platform)
    lines = block.text.split("\n")
    if block.kind == "paragraph" and _is_list(block.text):
        labelled = sum(_ROW.match(line) is not None for line in lines) > 0.8 * len(lines)
        telling = {word: weight for word, weight in words.items() if labelled or _CODE.fullmatch(word)}
        return replace(block, text="\n".join(lines[place] for place in _telling(lines, telling)))
    return block


def _telling(rows: Sequence[str], words: Mapping[str, float]) -> Sequence[int]:
    """Return the places of the rows with the rare ones of `words`; of all rows if they are few, or have none."""
    asked = {word: weight for word, weight in words.items() if len(rows) >= LONG_TABLE or _CODE.fullmatch(word)}
    texts = [fold(row) for row in rows] if asked and len(rows) > 2 else []
    worth = np.zeros(len(rows))
    for word, weight in asked.items() if texts else ():
        whole = rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" if word.isascii() else re.escape(word)
        holds = np.array([re.search(whole, text) is not None for text in texts])
        if 0 < holds.sum() <= max(1, len(rows) / 4):
            worth += holds * weight * math.log(len(rows) / holds.sum())
    return np.flatnonzero(worth >= 0.7 * worth.max()).tolist() if worth.any() else range(len(rows))


def _ranked(question: str, nearest: Sequence[tuple[Chunk, float]]) -> list[Chunk]:
    """Return the chunks that score about as high as the best one, best first."""
    how = ASKS_HOW.search(question) is not None
    best, highest = nearest[0]
    share = _PAIR_ALONE if best.kind == "qa" else _AS_NEAR
    ranked = [chunk for chunk, value in nearest if value >= share * highest]
    if how and best.kind != "qa" and not any(chunk.steps for chunk in ranked):
        ranked[1:1] = [chunk for chunk, _ in nearest if chunk.steps][:1]
    return ranked


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


def _in_order(
    sections: Sequence[Sequence[Chunk]],
    leading: Sequence[Block],
    title: str,
    telling: Collection[str],
    platforms: Platforms,
) -> Iterator[Block]:
    """Yield the blocks of each section, below its heading if there are several or it is `telling`.

    Leave out the `leading` ones. What stands before the first heading is headed by the article's title, unless it comes
    first; a platform's name alone is no heading, as each block tells its platform. The doings of a fraud are told as
    bullets: they are no steps to follow.
    """
    for place, section in enumerate(sections):
        fraud = any(_TELLS_FRAUD.search(one) for one in (title, *section[0].heading_path))
        advice = _TELLS_HELP.search(section[0].heading)
        for (heading, platform), chunks in groupby(section, key=lambda chunk: (chunk.heading, chunk.platform)):
            blocks = [block for chunk in chunks for block in chunk.blocks if block not in leading]
            heading = heading or (title if place else "")
            if any(platforms.without([heading])) and (len(sections) > 1 or heading in telling):
                yield Block("heading", heading, platform=platform)
                blocks = _without_label(blocks, heading)
            yield from _joined(
                _as_bullet(one) if fraud and not advice and one.kind == "step" else one for one in blocks
            )


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
