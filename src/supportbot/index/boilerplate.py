"""Boilerplate: chunks that answer nothing, known by their structure and by their repetition across articles."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from supportbot.content.articles import Article
from supportbot.index.chunking import Chunk
from supportbot.text.folding import exact_key

OWN, REPEATED, EMPTY = range(3)
"""What a chunk is: what its article alone says, a note that many articles repeat, or no answer to anything."""

MANY = 3
"""So many articles that hold a note, or a heading, have it from a template."""

ALIKE = 0.6
"""The share of a text's character pairs that stand in the title, from which it restates the title."""

SHORT = 80
"""The most characters of a text that restates its title, and of a line that names another article."""

_ASKED = re.compile(r"[問问][題题](?:描述|[說说]明)?|症[狀状]|[問问]|questions?|q", re.IGNORECASE)
_ANSWERED = re.compile(
    r"[解回]?答(?:案|[覆复])?|解[決决](?:方法|[辦办]法|方案)?|[處处]理(?:方法|方式)|answers?|a", re.IGNORECASE
)
_RELATED = re.compile(r"相[關关]|延伸|[參参]考|更多|\brelated\b|see also", re.IGNORECASE)


def templated(chunks: Sequence[Chunk]) -> NDArray[np.bool_]:
    """Return which chunks stand below a heading of a template, shape (chunks,): it tells no condition.

    `MANY` articles have it, or it is one of the pair "question" and "answer".

    >>> templated([chunk for article in articles for chunk in chunking.split(article)])
    """
    held = _held((exact_key(chunk.heading), chunk.article_id) for chunk in chunks)
    paired = {chunk.article_id for chunk in chunks if _ASKED.fullmatch(chunk.heading)}
    paired &= {chunk.article_id for chunk in chunks if _ANSWERED.fullmatch(chunk.heading)}

    def is_templated(chunk: Chunk) -> bool:
        pair = _ASKED.fullmatch(chunk.heading) or _ANSWERED.fullmatch(chunk.heading)
        many = len(held[exact_key(chunk.heading)]) >= MANY
        return bool(chunk.heading) and (many or bool(pair and chunk.article_id in paired))

    return np.array(list(map(is_templated, chunks)), bool)


def roles(articles: Sequence[Article], chunks: Sequence[Chunk], below_template: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Return what each chunk is, shape (chunks,).

    `EMPTY` are lists of links to articles or to headings, and the problem that a template states again;
    `below_template` is what `templated` returned. An article of which nothing else would be left keeps its chunks.

    >>> chunks = [chunk for article in articles for chunk in chunking.split(article)]
    >>> roles(articles, chunks, templated(chunks))
    """
    titles = {exact_key(article.title) for article in articles}
    title_of = {article.id: article.title for article in articles}
    headings = _held((chunk.article_id, exact_key(heading)) for chunk in chunks for heading in chunk.heading_path)
    notes = _held((exact_key(chunk.text), chunk.article_id) for chunk in chunks if chunk.kind == "note")

    def role(chunk: Chunk, template: bool) -> int:
        if len(notes[exact_key(chunk.text)]) >= MANY:
            return REPEATED
        asked = template and _ASKED.fullmatch(chunk.heading) and chunk.kind == "text"
        restated = asked or (template and _restates(chunk, title_of[chunk.article_id]))
        return EMPTY if restated or _points_elsewhere(chunk, titles | headings[chunk.article_id]) else OWN

    found = list(map(role, chunks, below_template.tolist()))
    left = {chunk.article_id for chunk, one in zip(chunks, found, strict=True) if one == OWN}
    kept = (one if chunk.article_id in left else OWN for chunk, one in zip(chunks, found, strict=True))
    return np.fromiter(kept, np.int8, len(chunks))


def _held(pairs: Iterable[tuple[str, str]]) -> defaultdict[str, set[str]]:
    """Return what is paired with each key."""
    held: defaultdict[str, set[str]] = defaultdict(set)
    for key, value in pairs:
        held[key].add(value)
    return held


def _points_elsewhere(chunk: Chunk, names: set[str]) -> bool:
    """Return whether a chunk only leads elsewhere.

    Most of its lines name articles or headings, or are bullets that ask, or it lists short lines under "related".
    """
    if chunk.kind != "text":
        return False
    lines = [line for line in chunk.paragraphs if exact_key(line) != exact_key(chunk.heading)]
    bullets = [line for line in lines if line.startswith("- ")]
    asking = [line for line in bullets if line.rstrip().endswith(("?", "？"))]
    naming = [line for line in lines if exact_key(line.removeprefix("- ")) in names]
    if 2 * len(naming) > len(lines) or (len(bullets) >= 2 and 2 * len(asking) > len(bullets)):
        return True
    short = all(len(line) <= SHORT and not line.endswith(("。", "；", ".")) for line in lines)
    return bool(bullets) and len(bullets) == len(lines) and short and _RELATED.search(chunk.heading) is not None


def _restates(chunk: Chunk, title: str) -> bool:
    """Return whether a short text says the title again, or asks what the article is about."""
    text = exact_key(chunk.text)
    if chunk.kind != "text" or len(text) > SHORT:
        return False
    pairs, asks = _pairs(text), chunk.text.rstrip().endswith(("?", "？"))
    return asks or (bool(pairs) and len(pairs & _pairs(exact_key(title))) >= ALIKE * len(pairs))


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}
