"""Outline: which other sections of an article are offered below an answer from it."""

from collections.abc import Collection, Sequence

from supportbot.index.boilerplate import OWN
from supportbot.index.store import Index
from supportbot.text.folding import exact_key

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
    title = index.article(int(index.chunk_articles[rows[0]])).title
    known = {"", exact_key(title), *(exact_key(path[-1]) for path in shown if path)}
    offered = []
    for row in own:
        key = exact_key(chunks[row].heading)
        if key not in known and not (is_pair and chunks[row].kind == "qa"):
            known.add(key)
            offered.append(min(one for one in own if chunks[one].heading_path == chunks[row].heading_path))
    return offered[:MOST_OTHER]
