"""Suggestions while a question is typed: titles and alternative questions that hold what was typed so far.

Traditional finds Simplified and the reverse; pinyin and its initials find Chinese; several words are found in any
order. Only where nothing is found, homophones, near sounds and Latin words with one slip of the finger are.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log10
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from supportbot.content.articles import Article
from supportbot.insights.pinyin_search import NO_MATCH, Found, Letter, PinyinSearch, letters
from supportbot.text.folding import clean, exact_key
from supportbot.text.scripts import Script, convert, detect

__all__ = ["MAX_CHARACTERS", "MAX_PER_ARTICLE", "Suggester", "Suggestion"]

Kind = Literal["title", "question"]

MAX_CHARACTERS = 60
"""What is typed counts up to this many characters."""

MAX_PER_ARTICLE = 3
"""The most suggestions of one article, unless it is the only one that matches."""

_LETTERS_PER_TENFOLD_VIEWS = 3
"""Ten times the views make up for this many letters more when equal matches are ordered."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A title, or another question that an article answers, in the asker's script.

    `marks` are the ranges of `text` that match what was typed, in code points: start, and end exclusive.

    >>> Suggester([Article("face", "人臉識別失敗", "")]).suggest("renlian")[0].marks
    ((0, 2),)
    """

    text: str
    article_id: str
    title: str
    kind: Kind
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Text:
    shown: str
    letters: list[Letter]
    article: Article
    kind: Kind

    @property
    def order(self) -> tuple[bool, float, str]:
        """Of texts that match equally well titles come first, then short and much viewed ones."""
        length = len(self.letters) - _LETTERS_PER_TENFOLD_VIEWS * log10(1 + self.article.views)
        return self.kind == "question", length, self.shown


_Match = list[tuple[list[Letter], Found]]
"""The parts of what was typed, and where each stands."""


class Suggester:
    """Suggests titles and alternative questions of `articles`, which need not have their text.

    `variants` are single folded characters that stand for one another, as a lexicon has them. Threads may share it.

    >>> [one.text for one in Suggester([Article("face", "人臉識別失敗", "")]).suggest("renlian")]
    ['人臉識別失敗']
    """

    def __init__(self, articles: Iterable[Article], *, variants: Mapping[str, str] | None = None) -> None:
        self._variants = str.maketrans(dict(variants or {}))
        texts = [
            _Text(clean(text), letters(clean(text), self._variants), article, kind)
            for article in articles
            for kind, text in _texts(article)
        ]
        self._texts = sorted((text for text in texts if text.letters), key=lambda text: text.order)
        self._search = PinyinSearch([text.letters for text in self._texts])
        self._categories = np.array([exact_key(text.article.category) for text in self._texts], object)
        titles = [row for row, text in enumerate(self._texts) if text.kind == "title"]
        self._popular = np.array(sorted(titles, key=lambda row: -self._texts[row].article.views), np.int64)
        convert("人臉", source="hant", target="hans")  # loads OpenCC, for which the first to type would have to wait
        convert("人脸", source="hans", target="hant")

    def suggest(
        self, typed: str, *, limit: int = 8, script: Script | None = None, category: str | None = None
    ) -> tuple[Suggestion, ...]:
        """Return at most `limit` suggestions for `typed`, the best first; the most viewed titles if it is empty.

        A match at the start of a text comes before one at the start of a word, before one inside. `script` is the
        asker's; without it that of `typed` counts, and if that cannot be told, each text stays as it was written.
        `category` restricts the articles. Any text may be typed: what matches nothing gets nothing.
        """
        typed = clean(typed[:MAX_CHARACTERS])
        script = script or detect(typed, default="latin")
        free = np.ones(len(self._texts), np.bool_)
        if category is not None:
            free = self._categories == exact_key(category)
        if not typed:
            chosen = self._chosen(self._popular[free[self._popular]].tolist(), limit)
            return tuple(self._suggestion(row, script, []) for row in chosen)
        wanted = letters(typed, self._variants)[:MAX_CHARACTERS]  # one character may stand for many letters
        matches: dict[int, _Match] = {}
        for parts, tolerant in _attempts(wanted):
            if len(matches) >= limit or (matches and tolerant):
                break
            rows, match = self._match(parts, free, tolerant)
            free[rows] = False
            matches |= dict.fromkeys(rows.tolist(), match)
        return tuple(self._suggestion(row, script, matches[row]) for row in self._chosen(list(matches), limit))

    def _match(
        self, parts: Iterable[list[Letter]], free: NDArray[np.bool_], tolerant: bool
    ) -> tuple[NDArray[np.int64], _Match]:
        """Return the rows of those `free` texts that hold all of `parts`, the best first, and where the parts stand."""
        match: _Match = []
        costs = np.zeros(len(free), np.int16)
        for part in sorted(parts, key=len, reverse=True):  # long ones leave few texts, most often none
            found = self._search.find(part, tolerant=tolerant)
            match.append((part, found))
            costs += found.costs
            free = free & (found.costs < NO_MATCH)
            if not free.any():
                break
        rows = np.flatnonzero(free)
        return rows[np.argsort(costs[rows], kind="stable")], match

    def _chosen(self, rows: Sequence[int], limit: int) -> list[int]:
        """Return the first `limit` of `rows`, no text twice, at most `MAX_PER_ARTICLE` of one article of several."""
        chosen: list[int] = []
        seen: set[tuple[str, ...]] = set()
        taken: Counter[str] = Counter()
        only_one = len({self._texts[row].article.id for row in rows}) == 1
        for row in rows:
            text = self._texts[row]
            key = tuple(letter.folded for letter in text.letters)
            if len(chosen) >= limit:
                break
            if key not in seen and (only_one or taken[text.article.id] < MAX_PER_ARTICLE):
                chosen.append(row)
                seen.add(key)
                taken[text.article.id] += 1
        return chosen

    def _suggestion(self, row: int, script: Script, match: _Match) -> Suggestion:
        text = self._texts[row]
        shown = _in_script(text.shown, script)
        title = _in_script(clean(text.article.title), script)
        return Suggestion(shown, text.article.id, title, text.kind, self._marks(row, shown, match))

    def _marks(self, row: int, shown: str, match: _Match) -> tuple[tuple[int, int], ...]:
        """Return what matches in `shown`, the text of a row in some script."""
        places = [letter.place for letter in letters(shown, self._variants)]
        if len(places) != len(self._texts[row].letters):  # OpenCC may turn one character into two
            return ()
        marked = {
            place
            for part, found in match
            for first, last in self._search.marked(row, part, found)
            for place in range(places[first], places[last] + 1)
        }
        return tuple(_ranges(sorted(marked)))


def _texts(article: Article) -> Iterator[tuple[Kind, str]]:
    yield "title", article.title
    for question in article.questions:
        yield "question", question


def _attempts(wanted: list[Letter]) -> Iterator[tuple[list[list[Letter]], bool]]:
    """Yield what to look for, from the narrowest on: parts that must all be there, and whether with mistakes."""
    parts = _parts(wanted)
    for tolerant in (False, True):
        if parts:
            yield [wanted], tolerant
        if len(parts) > 1:
            yield parts, tolerant


def _parts(typed: Sequence[Letter]) -> list[list[Letter]]:
    """Return the letters between two signs or spaces, Latin ones apart from others; none twice."""
    parts: list[list[Letter]] = []
    for letter in typed:
        if not parts or letter.gap == " " or letter.is_latin != parts[-1][-1].is_latin:
            parts.append([])
        parts[-1].append(letter)
    return list({"".join(letter.folded for letter in part): part for part in parts}.values())


def _in_script(text: str, script: Script) -> str:
    return text if script == "latin" else convert(text, source=detect(text), target=script)


def _ranges(places: list[int]) -> Iterator[tuple[int, int]]:
    """Yield ascending places as ranges of neighbours."""
    for _, group in groupby(enumerate(places), lambda item: item[1] - item[0]):
        run = [place for _, place in group]
        yield run[0], run[-1] + 1
