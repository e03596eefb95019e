"""Selection: the pieces of an article that an answer shows.

Those that probably belong to it (`telling.py`), with what they do not make sense without: steps are shown whole, and so
are lists whose items belong together, short sections, and lines that lead in to something.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, groupby

from supportbot.answering.passages import Passage
from supportbot.answering.telling import ASKS_HOW, ASKS_WHICH
from supportbot.index import pieces
from supportbot.index.chunking import Chunk
from supportbot.index.pieces import Piece
from supportbot.text.folding import fold

SHOWN = 0.07
"""Pieces are shown whose probability is at least this, times the square of the best one's.

The less sure the best piece is, as with a question of two words, the more is shown. Chosen on the dev half of the
labelled questions; with no square, as complete answers show a tenth more that is not asked for.
"""

SHORT = 100
"""A section of at most so many characters is shown whole."""

CLEAR = 0.5
"""With at least this probability the best row of a table, or of a list of labels with values, is what was asked for."""

OF_CLEAR = 0.5
"""Then only those rows are shown whose probability is at least this share of the best one's."""

MANY = 4
"""Of fewer rows, all are shown."""

UNIT_LINE = 30
"""A line of at most so many characters above a table goes with it."""

MOST = 0.5
"""If these would be more than this share of the rows, all are shown."""

_LABELLED = re.compile(r"- [^：:，。；]{1,20}[：:].")
_MOST_LABELLED = 0.8
_RANGE = re.compile(
    r"^(?:- )?[^|｜：:]*\d[^|｜：:]{0,6}?"
    r"(?:以[內内上下外]|[超未不][過过滿满足]|之[內内前後后]|[~～至到–—]\s*[^|｜：:]{0,3}\d)"
)


def selected(question: str, passages: Sequence[Passage], *, follow_up: bool = False) -> dict[str, Chunk]:
    """Return the chunks with pieces to show, with these alone, by their id; the best chunk is always one.

    A `follow_up` that does not ask how gets the steps that it is about: the reader has seen all of them.

    >>> selected("E20 怎麼處理？", passages(bot.index, query, hit.article_row))
    """
    whole_lists = ASKS_WHICH.search(fold(question)) is not None
    whole_steps = not follow_up or ASKS_HOW.search(question) is not None
    least = SHOWN * max(max(passage.told) for passage in passages) ** 2
    found: dict[str, Chunk] = {}
    by_section: dict[tuple[str, ...], list[tuple[Passage, set[int]]]] = {}
    for place, passage in enumerate(passages):
        enough = least if place else min(least, max(passage.told))
        shown = _shown(passage, enough, whole_lists=whole_lists, whole_steps=whole_steps)
        by_section.setdefault(passage.chunk.heading_path, []).append((passage, shown))
    for section in by_section.values():
        short = sum(len(passage.chunk.text) for passage, _ in section) <= SHORT
        any_shown = any(shown for _, shown in section)
        for passage, shown in section:
            places = _filled(passage, shown) if short and any_shown else shown
            if places:
                found[passage.chunk.id] = pieces.only(passage.chunk, sorted(places))
    return found


def _not_barred(passage: Passage) -> set[int]:
    """Return the places of all pieces but the rows for other codes than the one asked for (`telling`)."""
    return {place for place, told in enumerate(passage.told) if told > 0}


def _filled(passage: Passage, shown: set[int]) -> set[int]:
    """Return the places `shown` and all others, but for the rest of lists of which some rows are shown."""
    chosen = [members for members in _lists(pieces.cut(passage.chunk)) if members & shown]
    return shown | _not_barred(passage) - {*chain.from_iterable(chosen)}


def _shown(passage: Passage, least: float, *, whole_lists: bool, whole_steps: bool) -> set[int]:
    """Return the places of the pieces to show of a chunk: those of at least this probability, with their company."""
    whole = pieces.cut(passage.chunk)
    allowed = _not_barred(passage)
    shown = {place for place in allowed if passage.told[place] >= least}
    steps = {place for place, piece in enumerate(whole) if piece.kind == "step"}
    if shown & steps:
        clear = set() if whole_steps else _clear(passage, steps)
        return clear or allowed
    for members in _lists(whole):
        if shown & members:
            cut = not whole_lists and _are_cases([whole[place] for place in members])
            clear = _clear(passage, members) if cut else set()
            shown = shown - members | (clear or members & allowed)
    # From below, so that a line above a table sees its header; then from above, the other way round.
    for place in (*reversed(range(len(whole))), *range(len(whole))):
        if whole[place].kind == "header" or pieces.leads_in(whole[place]) or _is_above_table(whole, place):
            following = {*_following(whole, place)} & allowed
            if shown & following:
                shown.add(place)
            elif place in shown:
                shown |= following
    return shown


def _clear(passage: Passage, members: set[int]) -> set[int]:
    """Return the few places among `members` that clearly are what was asked for; none if they are not so few."""
    best = max(passage.told[place] for place in members)
    clear = {place for place in members if passage.told[place] >= max(OF_CLEAR * best, 1e-9)}
    return clear if best >= CLEAR and len(clear) <= MOST * len(members & _not_barred(passage)) else set()


def _lists(whole: Sequence[Piece]) -> Iterator[set[int]]:
    """Yield the places of the items of each list, and of the rows of each table."""
    for (_, kind), group in groupby(enumerate(whole), key=lambda one: (one[1].block, one[1].kind)):
        if kind in ("item", "row"):
            yield {place for place, _ in group}


def _are_cases(listed: Sequence[Piece]) -> bool:
    """Return whether each row stands for a case that a question may name: in a table, or by its label (`- 北京：8 元`).

    Not if there are few, and not if they stand for ranges (181 天以上), in which no word tells where a number falls.
    """
    labelled = sum(piece.kind == "row" or _LABELLED.match(piece.text) is not None for piece in listed)
    ranges = sum(_RANGE.search(piece.text) is not None for piece in listed)
    return len(listed) >= MANY and labelled > _MOST_LABELLED * len(listed) and ranges < 2


def _is_above_table(whole: Sequence[Piece], place: int) -> bool:
    """Return whether a piece is the short line above a table, which may tell the unit of its numbers."""
    line, below = whole[place], whole[place + 1 : place + 2]
    return line.kind == "line" and len(line.text) <= UNIT_LINE and any(piece.kind == "header" for piece in below)


def _following(whole: Sequence[Piece], place: int) -> Iterator[int]:
    """Yield the places of the pieces of one kind that come next."""
    for other in range(place + 1, len(whole)):
        if whole[other].kind != whole[place + 1].kind:
            return
        yield other
