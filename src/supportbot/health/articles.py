"""What the articles alone tell, without a model: which are cut short, lack steps or questions, are nearly the same."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from supportbot.content.articles import Article
from supportbot.index import chunking
from supportbot.text.folding import exact_key

Kind = Literal["cut_short", "review", "collides", "title", "steps", "unasked", "section"]

SAME = 0.7
"""Articles whose texts share so much of their shingles (Jaccard similarity, 0 to 1) are nearly the same."""

SHORTEST = 15
"""An article of fewer characters is taken for cut short."""

_SHINGLE = 5
_BROKEN_OFF = re.compile(r"(?:…|\.{3}|。{3}|[:：,，、])\s*$|^\s*(?:[-*+]|\d+[.)、])\s*$")
_ASKS_HOW = re.compile(r"如何|怎[麼么样樣]|步[驟骤]|教[程學学]|流程|\bhow (?:to|do|can)\b|\bsteps?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with an article.

    Attributes:
        kind: `cut_short`; to `review`, as its source does not say everything; `collides` with another; a `title` that
            does not tell; no `steps` though the title asks how; `unasked`, without a question of its own; a `section`
            without text.
        article_id, title: the article.
        detail: the last line of what is cut short, the heading of the section; else empty.
        others: the ids of the articles that it collides with, or that have the same title.

    >>> [finding.kind for finding in read_over(articles)]
    """

    kind: Kind
    article_id: str
    title: str
    detail: str = ""
    others: tuple[str, ...] = ()


def read_over(articles: Sequence[Article]) -> list[Finding]:
    """Return what is wrong with the articles, as far as their text tells."""
    found = [finding for article in articles for finding in _of_one(article)]
    return [*found, *_same_titles(articles), *_same_texts(articles)]


def _of_one(article: Article) -> Iterator[Finding]:
    chunks = chunking.split(article)
    text = "\n".join(chunk.text for chunk in chunks)
    last = article.body.strip().splitlines()[-1].strip()
    if not article.complete or _BROKEN_OFF.search(last) or len(text) < SHORTEST:
        yield Finding("cut_short", article.id, article.title, last[-80:])
    if article.review:
        yield Finding("review", article.id, article.title)
    if _ASKS_HOW.search(article.title) and not any(chunk.steps for chunk in chunks):
        yield Finding("steps", article.id, article.title)
    if not article.questions:
        yield Finding("unasked", article.id, article.title)
    for heading in _empty_sections(article.body):
        yield Finding("section", article.id, article.title, heading)


def _empty_sections(body: str) -> Iterator[str]:
    """Yield the headings that have neither text nor a section below them."""
    if not _may_have_empty_sections(body):
        return  # parsing takes most of the time, and most articles have none
    nodes = [*chunking.parse(body).children, None]
    for node, following in pairwise(nodes):
        if node is None or node.type != "heading":
            continue
        if following is None or (following.type == "heading" and following.tag <= node.tag):
            yield chunking.inline_text(node)


def _may_have_empty_sections(body: str) -> bool:
    """Return whether a heading or the end follows a heading, or a heading may be underlined."""
    lines = [line for line in body.split("\n") if line.strip()]
    starts = [line.lstrip().startswith("#") for line in lines]
    return any(map(all, pairwise([*starts, True]))) or any(
        not line.strip(" \t=") or not line.strip(" \t-") for line in lines
    )


def _same_titles(articles: Sequence[Article]) -> Iterator[Finding]:
    """Yield each article whose title others have as well."""
    holders: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        holders[exact_key(article.title)].append(article)
    for same in holders.values():
        for article in same if len(same) > 1 else ():
            others = tuple(other.id for other in same if other is not article)
            yield Finding("title", article.id, article.title, others=others)


def _same_texts(articles: Sequence[Article]) -> Iterator[Finding]:
    """Yield each pair of articles whose texts are nearly the same (Broder 1997, on all shingles).

    Only neighbours among the articles that hold a shingle are compared, so that the time grows with the text.
    """
    sets = [_shingles(exact_key(article.body)) for article in articles]
    sizes = [len(own) for own in sets]
    holders: dict[str, list[int]] = defaultdict(list)
    for row, own in enumerate(sets):
        for shingle in own:
            holders[shingle].append(row)
    shared = Counter(pair for rows in holders.values() for pair in pairwise(rows))
    for (one, other), _ in shared.most_common():
        smaller, larger = sorted((sizes[one], sizes[other]))
        if smaller < SAME * larger:
            continue  # the smaller one cannot hold enough of the larger
        alike = len(sets[one] & sets[other])
        if alike >= SAME * (smaller + larger - alike):
            yield Finding("collides", articles[one].id, articles[one].title, others=(articles[other].id,))


def _shingles(text: str) -> frozenset[str]:
    return frozenset(text[start : start + _SHINGLE] for start in range(max(1, len(text) - _SHINGLE + 1)))
