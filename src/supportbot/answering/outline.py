"""Outline: which sections of an article are offered below an answer from it, or in its place."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from supportbot.answering.passages import Passage
from supportbot.content.articles import Article
from supportbot.index.boilerplate import OWN
from supportbot.index.chunking import Block
from supportbot.index.store import Index
from supportbot.text.folding import exact_key

UNSURE = 0.35
"""Below this share of its passages it is unsure that the best section answers: it does in 26 of 100 cases."""

LONG = 500
"""Several sections of at most so many characters are shown all the same: 88 times in 100 they hold the answer."""

MOST_OTHER = 4
"""The most sections that are offered below an answer."""


def other_sections(index: Index, rows: Sequence[int], shown: Collection[tuple[str, ...]]) -> list[int]:
    """Return the sections of an article that its answer does not show, best first: the row of the first chunk of each.

    `rows` are the chunks of the article, best first, `shown` the heading paths of the sections that the answer shows. A
    section is offered by its heading, so that has to tell something: it is not templated, not the title, and no two are
    the same. Other questions of an article are no other cases of the one that was answered: below such an answer, they
    are not offered.

    >>> rows = [passage.row for passage in passages(index, query, article_row)]
    >>> [index.chunk(row).heading for row in other_sections(index, rows, {("App 端",)})]
    ['Web 端']
    """
    chunks = {row: index.chunk(row) for row in rows}
    own = [row for row in chunks if index.chunk_roles[row] == OWN and not index.chunk_templated[row]]
    is_pair = all(chunk.kind == "qa" for chunk in chunks.values() if chunk.heading_path in shown)
    twice = doubled(chunk.heading_path for chunk in chunks.values())
    title = index.article(int(index.chunk_articles[rows[0]])).title
    known = {"", exact_key(title), *(exact_key(title_of(path, twice)) for path in shown)}
    offered = []
    for row in own:
        key = exact_key(title_of(chunks[row].heading_path, twice))
        if key not in known and not (is_pair and chunks[row].kind == "qa"):
            known.add(key)
            offered.append(min(one for one in own if chunks[one].heading_path == chunks[row].heading_path))
    return offered[:MOST_OTHER]


def doubled(paths: Iterable[tuple[str, ...]]) -> set[str]:
    """Return the headings that stand below several others: alone they do not tell the section.

    >>> doubled([("月繳會員", "暫停會籍"), ("年繳會員", "暫停會籍"), ("轉讓",)])
    {'暫停會籍'}
    """
    above = {(path[-1], path[:-1]) for path in paths if path}
    return {heading for heading, count in Counter(heading for heading, _ in above).items() if count > 1}


def labels(articles: Sequence[Article]) -> list[str]:
    """Return the titles of articles to choose from; those of one title with what tells them apart in brackets.

    That is the category, else the folder in their source, else the day of the last change.

    >>> labels([Article("a", "安裝", "…", category="Windows"), Article("b", "安裝", "…", category="Mac")])
    ['安裝（Windows）', '安裝（Mac）']
    """
    same: dict[str, list[Article]] = {}
    for article in articles:
        same.setdefault(exact_key(article.title), []).append(article)
    telling = {article.id: _telling(article, same[exact_key(article.title)]) for article in articles}
    return [f"{one.title}（{telling[one.id]}）" if telling[one.id] else one.title for one in articles]


def _telling(article: Article, same: Sequence[Article]) -> str:
    """Return the first mark of an article that no other of the same title has; "" if it needs none or has none."""
    marks: tuple[Callable[[Article], str], ...] = (
        lambda one: one.category,
        lambda one: " / ".join(one.source_id.partition("#")[0].split("/")[:-1]),
        lambda one: str(one.updated or ""),
    )
    for mark in marks if len(same) > 1 else ():
        if len({mark(one) for one in same}) == len(same):
            return mark(article)
    return ""


def title_of(path: tuple[str, ...], twice: Collection[str]) -> str:
    """Return the heading of a section, with the one above it if the article has it `twice`.

    >>> title_of(("月繳會員", "暫停會籍"), {"暫停會籍"})
    '月繳會員：暫停會籍'
    """
    return "：".join(path[-2:] if path and path[-1] in twice else path[-1:])


def is_unsure(passages: Sequence[Passage], blocks: Sequence[Block]) -> bool:
    """Return whether it is so unsure which section of an article answers, and so long to read them all, that one asks.

    `passages` are those of the article, best first, `blocks` what the answer would show.

    >>> is_unsure(passages(index, query, article_row), composed.blocks)
    """
    path = passages[0].chunk.heading_path
    share = sum(passage.share for passage in passages if passage.chunk.heading_path == path)
    return share < UNSURE and sum(len(block.text) for block in blocks) > LONG


def is_titled(question: str, article: Article) -> bool:
    """Return whether a question is the title of the article, or one of its questions: then it asks for all of it.

    >>> is_titled("如何提幣", article)
    """
    return exact_key(question) in map(exact_key, (article.title, *article.questions))
