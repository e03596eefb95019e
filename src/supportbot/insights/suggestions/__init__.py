"""Suggestions while a question is typed: titles and alternative questions that hold what was typed so far.

Traditional finds Simplified and the reverse, pinyin or its initials find Chinese (`renlian`, `rl` and `人lian` 人臉),
several words are found in any order; where nothing is, homophones, near sounds and Latin words with one slip of the
finger are. First comes what starts with what was typed, then where a word does, then the rest.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import log10
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from supportbot.content.articles import Article
from supportbot.insights.suggestions.letters import Letters, letters, places
from supportbot.insights.suggestions.matching import NONE, Found, Matcher
from supportbot.text.folding import clean, exact_key
from supportbot.text.scripts import Script, convert, detect

__all__ = ["MOST_CHARACTERS", "MOST_OF_ONE_ARTICLE", "Suggester", "Suggestion"]

Kind = Literal["title", "question"]

MOST_CHARACTERS = 60
"""So many characters of what was typed count."""

MOST_OF_ONE_ARTICLE = 3
"""So many suggestions of one article at most, unless it is the only one that matches."""

_WORTH_OF_VIEWS = 3
"""Ten times the views outweigh so many more letters."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A title, or another question that an article answers, in the asker's script.

    `marks` are the ranges of `text` that match what was typed, in code points: start, and end exclusive.
    """

    text: str
    article_id: str
    title: str
    kind: Kind
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Text:
    shown: str
    article: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Match:
    """The `rows` of the texts that match, the best first, and where each part of what was typed stands in them."""

    rows: NDArray[np.int64]
    parts: list[tuple[Letters, Found]]


class Suggester:
    """Suggests titles and alternative questions of `articles`, which need not have their text.

    `variants` are single folded characters that stand for one another, as a lexicon has them. Nothing changes after
    it is built: threads may share it.
    """

    def __init__(self, articles: Iterable[Article], *, variants: Mapping[str, str] | None = None) -> None:
        self._variants = str.maketrans(dict(variants or {}))
        self._articles = list(articles)
        pairs = [(text, found) for text in self._all_texts() if (found := self._letters(text.shown)).text]
        pairs.sort(key=lambda pair: self._standing(*pair))  # so that of texts that match equally well the first wins
        self._texts = [text for text, _ in pairs]
        self._matcher = Matcher([found for _, found in pairs])
        numbers: dict[str, int] = {}
        self._same = [numbers.setdefault(found.text, len(numbers)) for _, found in pairs]
        self._owners = np.array([text.article for text in self._texts], np.int32)
        self._categories = [exact_key(article.category) for article in self._articles]
        titles = [row for row, text in enumerate(self._texts) if text.kind == "title"]
        self._popular = np.array(sorted(titles, key=lambda row: -self._article(row).views), np.int64)
        convert("人臉", source="hant", target="hans")  # loads OpenCC, for which the first to type would have to wait
        convert("人脸", source="hans", target="hant")

    def suggest(
        self, typed: str, *, limit: int = 8, script: Script | None = None, category: str | None = None
    ) -> tuple[Suggestion, ...]:
        """At most `limit` suggestions for what was `typed`, the best first; the most viewed titles for nothing typed.

        `script` is the asker's; without it that of `typed` counts, and if that cannot be told, each text stays as it
        was written. `category` narrows to its articles. Any text may be typed: what matches nothing gets nothing.
        """
        typed = clean(typed[:MOST_CHARACTERS])
        script = script or detect(typed, default="latin")
        free = self._of_category(category)
        if not typed:
            chosen = self._chosen(self._popular[free[self._popular]], limit)
            return tuple(self._shown(row, script, []) for row in chosen)
        wanted = self._letters(typed)[:MOST_CHARACTERS]  # one character may stand for many letters
        if limit < 1 or not wanted.text or not free.any():
            return ()
        matches: list[_Match] = []
        for parts, tolerant in _attempts(wanted):
            found = sum(len(match.rows) for match in matches)
            if found >= limit or (found and tolerant):
                break
            matches.append(match := self._match(parts, free, tolerant))
            free[match.rows] = False
        suggestions = []
        for row in self._chosen(np.concatenate([match.rows for match in matches]), limit):
            match = next(match for match in matches if row in match.rows)
            suggestions.append(self._shown(row, script, match.parts))
        return tuple(suggestions)

    def _of_category(self, category: str | None) -> NDArray[np.bool_]:
        """Which texts are of articles of a category; all for none given."""
        if category is None:
            return np.ones(len(self._texts), np.bool_)
        wanted = exact_key(category)
        return np.array([key == wanted for key in self._categories], np.bool_)[self._owners]

    def _match(self, parts: list[Letters], free: NDArray[np.bool_], tolerant: bool) -> _Match:
        """The texts, of those that are `free`, that hold all of `parts`."""
        costs = np.zeros(len(free), np.int16)
        found: list[tuple[Letters, Found]] = []
        for part in sorted(parts, key=lambda part: -len(part.text)):  # the long ones leave few texts for the others
            where = self._matcher.find(part, tolerant=tolerant, among=np.flatnonzero(free))
            found.append((part, where))
            costs += where.costs
            free = free & (where.costs < NONE)
            if not free.any():
                break
        rows = np.flatnonzero(free)
        return _Match(rows[np.argsort(costs[rows], kind="stable")], found)

    def _chosen(self, rows: NDArray[np.int64], limit: int) -> list[int]:
        """The first `limit` of `rows` without texts that are the same and without too many of one article."""
        owners = self._owners[rows]
        most = limit if (owners == owners[:1]).all() else MOST_OF_ONE_ARTICLE
        chosen: list[int] = []
        seen: set[int] = set()
        taken: Counter[int] = Counter()
        while len(rows) and len(chosen) < limit:
            for row in rows[: 4 * limit].tolist():
                owner = self._texts[row].article
                if len(chosen) < limit and taken[owner] < most and self._same[row] not in seen:
                    chosen.append(row)
                    seen.add(self._same[row])
                    taken[owner] += 1
            rows = rows[4 * limit :]
            full = [owner for owner, count in taken.items() if count >= most]
            rows = rows[~np.isin(self._owners[rows], full)]
        return chosen

    def _shown(self, row: int, script: Script, matching: list[tuple[Letters, Found]]) -> Suggestion:
        article, text = self._article(row), self._texts[row]
        shown = _in_script(text.shown, script)
        marks = self._marks(row, shown, matching)
        return Suggestion(shown, article.id, _in_script(clean(article.title), script), text.kind, marks)

    def _marks(self, row: int, shown: str, matching: list[tuple[Letters, Found]]) -> tuple[tuple[int, int], ...]:
        """What matches in `shown`, the text of a row in some script."""
        text, where = self._matcher.text(row), places(shown)
        if len(where) != len(text):  # OpenCC may turn one character into two
            return ()
        marked: set[int] = set()
        offset = int(self._matcher.first[row])
        for typed, found in matching:
            span = found.span(row)
            for start, end in [(span[0] - offset, span[1] - offset)] if span else _pairs(typed.text, text):
                marked.update(range(where[start], where[end - 1] + 1))
        return tuple(_ranges(sorted(marked)))

    def _all_texts(self) -> Iterator[_Text]:
        for number, article in enumerate(self._articles):
            yield _Text(clean(article.title), number, "title")
            for question in article.questions:
                yield _Text(clean(question), number, "question")

    def _standing(self, text: _Text, found: Letters) -> tuple[bool, float, str]:
        """What puts one text before another that matches equally well: titles, short ones, those much viewed."""
        views = self._articles[text.article].views
        return text.kind == "question", len(found.text) - _WORTH_OF_VIEWS * log10(1 + views), text.shown

    def _article(self, row: int) -> Article:
        return self._articles[self._texts[row].article]

    def _letters(self, text: str) -> Letters:
        return letters(text, self._variants)


def _attempts(wanted: Letters) -> Iterator[tuple[list[Letters], bool]]:
    """What to look for, from the narrowest to the widest: parts that must all be there, and whether with mistakes."""
    parts = list(wanted.parts())
    for tolerant in (False, True):
        yield [wanted], tolerant
        if len(parts) > 1:
            yield parts, tolerant


def _in_script(text: str, script: Script) -> str:
    return text if script == "latin" else convert(text, source=detect(text), target=script)


def _pairs(typed: str, text: str) -> Iterator[tuple[int, int]]:
    """Where each pair of neighbours in `typed` stands in `text`."""
    for pair in map("".join, pairwise(typed)):
        if (start := text.find(pair)) >= 0:
            yield start, start + 2


def _ranges(places: list[int]) -> Iterator[tuple[int, int]]:
    """Ascending places as ranges of neighbours."""
    start = 0
    for at in range(1, len(places) + 1):
        if at == len(places) or places[at] > places[at - 1] + 1:
            yield places[start], places[at - 1] + 1
            start = at
