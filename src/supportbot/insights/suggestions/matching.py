"""Finds typed letters in many texts at once: numpy over one array of all letters, and lists of where each occurs.

One letter of a text takes one letter typed, or up to six where it was typed by its sound. So what may match is followed
through the typed letters as by an automaton, from each place where the first ones fit, all places together.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from supportbot.insights.suggestions.letters import Letters, is_latin
from supportbot.insights.suggestions.sounds import LONGEST, Keyboard
from supportbot.insights.suggestions.typos import Vocabulary
from supportbot.text.pinyin import fuzzy

_END = " "
"""Stands after each text: no letter is one."""

# Costs. Where a match starts: at the start of the text, of a word, inside, inside a Latin word, which says least.
_PREFIX, _WORD, _INSIDE, _INSIDE_LATIN = 0, 2, 4, 8
# How it was typed: by syllables, by initials, or with a mistake. Characters typed as they are cost nothing.
_SPELLED, _INITIALS, _MISTAKEN = 1, 3, 5
_SCATTERED = 12

NONE = 255
"""The cost of a text that does not match."""

_FEW = 1000
"""Among so many texts, looking at each of their letters is faster than looking up where a letter stands."""

_LEAST_SCATTERED = 4
"""So many characters typed in a row may stand apart in a text, two and two together."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the best match costs in each text, by row; `spans` are all the matches, `best` the number of each text's."""

    costs: NDArray[np.int16]
    best: NDArray[np.int32]
    spans: tuple[NDArray[np.int32], NDArray[np.int32]]

    def span(self, row: int) -> tuple[int, int] | None:
        """Where the best match of a text starts and ends, counted through all texts; None for scattered letters."""
        if self.best[row] < 0:
            return None
        starts, ends = self.spans
        return int(starts[self.best[row]]), int(ends[self.best[row]])


@dataclass(frozen=True, slots=True)
class _Piece:
    """So many typed letters may stand for one of the characters `meant`, at a cost."""

    length: int
    meant: Sequence[int]
    cost: int
    literal: bool = False


_Spans = dict[int, tuple[NDArray[np.int32], NDArray[np.int32]]]
"""Starts and ends of matches by their cost so far."""


class Matcher:
    """Finds what is typed in `texts`; a text is named by its row. Takes 14 bytes a letter.

    Attributes:
        first: the place of each text's first letter, and of the end of the last one.
    """

    def __init__(self, texts: Sequence[Letters]) -> None:
        self._alphabet = [_END, *sorted({letter for text in texts for letter in text.text})]
        self._code = {letter: code for code, letter in enumerate(self._alphabet)}
        self._keyboard = Keyboard(self._alphabet)
        lengths = np.array([len(text.text) + 1 for text in texts], np.int32)
        self.first = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        self._rows = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
        codes = (code for text in texts for code in (*map(self._code.__getitem__, text.text), 0))
        self._codes = np.fromiter(codes, np.min_scalar_type(len(self._alphabet)), len(self._rows))
        gaps = np.fromiter((gap for text in texts for gap in (*text.gaps, 2)), np.uint8, len(self._rows))
        latin = np.array([is_latin(letter) for letter in self._alphabet])[self._codes]
        inside = latin & (gaps == 0)
        self._starts_word = ~inside
        # Nothing but signs between Latin letters, or between others, takes them apart.
        self._adjoins = (gaps < 2) | (latin != np.concatenate([[False], latin[:-1]]))
        self._place_cost = np.where(gaps > 0, _WORD, np.where(inside, _INSIDE_LATIN, _INSIDE)).astype(np.int16)
        self._place_cost[self.first[:-1]] = _PREFIX
        self._index_pairs()
        self._words, self._vocabulary = self._latin_words(latin, gaps)

    def _index_pairs(self) -> None:
        """Set `_order`, all places ordered by the letter there and the next one.

        Each pair of letters is a range of it, from `_pairs[n]` to `_pairs[n + 1]`; `_seconds[n]` is its second letter,
        and a letter's pairs go from `_pairs_of[code]` to `_pairs_of[code + 1]`.
        """
        following = np.append(self._codes[1:], self._codes[:1] * 0)
        order = np.argsort(following, kind="stable")
        self._order = order[np.argsort(self._codes[order], kind="stable")].astype(np.int32)
        firsts, seconds = self._codes[self._order], following[self._order]
        new = np.flatnonzero((np.diff(firsts) != 0) | (np.diff(seconds) != 0)) + 1
        self._pairs = np.concatenate([[0], new, [len(firsts)]])[: len(firsts) + 1]
        self._seconds = seconds[self._pairs[:-1]]
        self._pairs_of = np.searchsorted(firsts[self._pairs[:-1]], np.arange(len(self._alphabet) + 1))

    def text(self, row: int) -> str:
        """The letters of a text."""
        return "".join(self._alphabet[code] for code in self._codes[self.first[row] : self.first[row + 1] - 1].tolist())

    def find(self, typed: Letters, *, tolerant: bool = False, among: NDArray[np.int64] | None = None) -> Found:
        """Where `typed` stands in each text; with `tolerant`, also where it would without a mistake.

        Mistakes are: other characters of the same or nearly the same sound, one slip in a Latin word, and Chinese in
        another order. `among`, rows of texts, saves the time for others, which may or may not be found.
        """
        found = self._best(self._spans(typed, tolerant, self._few(among)))
        if tolerant and len(typed.text) >= _LEAST_SCATTERED and not any(map(is_latin, typed.text)):
            scattered = self._scattered(typed.text) & (found.costs == NONE)
            found.costs[scattered] = _SCATTERED
        return found

    def _spans(self, typed: Letters, tolerant: bool, few: NDArray[np.int32] | None) -> _Spans:
        size = len(typed.text)
        pieces = [list(self._pieces(typed, at, tolerant)) for at in range(size)]
        reached: list[defaultdict[int, list[tuple[NDArray[np.int32], NDArray[np.int32]]]]]
        reached = [defaultdict(list) for _ in range(size + 1)]
        for piece in pieces[0]:
            if piece.length == size:
                starts = self._places(piece.meant, None, few)
                if size == 1 and is_latin(typed.text):  # one letter says too little to look inside words
                    starts = starts[self._place_cost[starts] <= _WORD]
                reached[size][piece.cost].append((starts, starts + 1))
                continue
            for second in pieces[piece.length]:
                starts = self._places(piece.meant, second.meant, few)
                starts = starts[self._may_follow(typed, piece.length, second, starts + 1)]
                reached[piece.length + second.length][max(piece.cost, second.cost)].append((starts, starts + 2))
        for at in range(2, size):
            for cost, (starts, ends) in _joined(reached[at]).items():
                codes = self._codes[ends]
                for piece in pieces[at]:
                    fits = np.flatnonzero(self._table(piece.meant)[codes])
                    fits = fits[self._may_follow(typed, at, piece, ends[fits])]
                    if len(fits):
                        reached[at + piece.length][max(cost, piece.cost)].append((starts[fits], ends[fits] + 1))
        for word, length in self._vocabulary.meant(typed.text) if tolerant and typed.text.isascii() else ():
            starts, longest = self._words[word]
            reached[size][_MISTAKEN].append((starts, starts + min(length, longest)))
        return _joined(reached[size])

    def _may_follow(self, typed: Letters, at: int, piece: _Piece, places: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which of `places`, right behind what matches so far, may be the letter that was typed at `at`.

        Latin words end where they were typed to end. Chinese is often typed without its commas.
        """
        if piece.literal and typed.gaps[at] < 2 and not is_latin(typed.text[at]):
            return np.ones(len(places), np.bool_)
        fitting: NDArray[np.bool_] = (self._starts_word if typed.gaps[at] == 2 else self._adjoins)[places]
        return fitting

    def _pieces(self, typed: Letters, at: int, tolerant: bool) -> Iterator[_Piece]:
        """What the letters typed from `at` on may stand for."""
        letter, size, keyboard = typed.text[at], len(typed.text), self._keyboard
        itself = [self._code[letter]] if letter in self._code else []
        if itself:
            yield _Piece(1, itself, 0, literal=True)
        if not is_latin(letter):
            if tolerant and (meant := _without(itself, keyboard.homophones(letter))):
                yield _Piece(1, meant, _MISTAKEN)
            return
        for end in range(at + 1, min(at + LONGEST, size) + 1):
            if end > at + 1 and typed.gaps[end - 1] == 2:
                return
            piece = typed.text[at:end]
            spelled = (keyboard.begun if end == size else keyboard.spelled).get(piece, [])
            if spelled:
                yield _Piece(end - at, spelled, _SPELLED if end > 1 else _INITIALS)
            if end < size and piece in keyboard.initials:
                yield _Piece(end - at, keyboard.initials[piece], _INITIALS)
            if tolerant and (meant := _without(spelled, keyboard.heard.get(fuzzy(piece), ()))):
                yield _Piece(end - at, meant, _MISTAKEN)

    def _places(
        self, meant: Sequence[int], then: Sequence[int] | None, few: NDArray[np.int32] | None
    ) -> NDArray[np.int32]:
        """Where a letter of `meant` stands before one of `then`, if that is given; of the places `few` if given."""
        if few is not None:
            few = few[self._table(meant)[self._codes[few]]]
            return few if then is None else few[self._table(then)[self._codes[few + 1]]]
        pairs = _ranges(self._pairs_of, meant)
        if then is not None:
            pairs = pairs[self._table(then)[self._seconds[pairs]]]
        return np.sort(self._order[_ranges(self._pairs, pairs)])  # what is done with them runs through memory in order

    def _few(self, among: NDArray[np.int64] | None) -> NDArray[np.int32] | None:
        """The places of all letters of the texts `among`, if they are few enough to look at each."""
        if among is None or len(among) > _FEW:
            return None
        return _ranges(self.first, among).astype("int32")

    def _table(self, meant: Sequence[int]) -> NDArray[np.bool_]:
        table = np.zeros(len(self._code), np.bool_)
        table[meant] = True
        return table

    def _best(self, spans: _Spans) -> Found:
        """The cheapest match of each text."""
        best = np.full(len(self.first) - 1, -1, np.int32)
        if not spans:
            return Found(np.full(len(best), NONE, np.int16), best, (best, best))
        starts = np.concatenate([starts for starts, _ in spans.values()])
        ends = np.concatenate([ends for _, ends in spans.values()])
        costs = np.repeat(np.array(list(spans), np.int16), [len(starts) for starts, _ in spans.values()])
        costs += self._place_cost[starts]
        order = np.argsort(costs, kind="stable")[::-1]
        best[self._rows[starts[order]]] = order  # numpy keeps the last of several values set: the cheapest
        return Found(np.append(costs, np.int16(NONE))[best], best, (starts, ends))

    def _scattered(self, typed: str) -> NDArray[np.bool_]:
        """Which texts hold each character typed beside one of its neighbours: 提幣失敗 in 提幣為何失敗."""
        held = [np.zeros(len(self.first) - 1, np.bool_)]
        for first, second in itertools.pairwise(self._code.get(letter, 0) for letter in typed):
            pair = np.zeros_like(held[0])
            if first and second:
                pair[self._rows[self._places([first], [second], None)]] = True
            held.append(pair)
        held.append(held[0])
        beside: NDArray[np.bool_] = np.all([before | after for before, after in itertools.pairwise(held)], axis=0)
        return beside

    def _latin_words(
        self, latin: NDArray[np.bool_], gaps: NDArray[np.uint8]
    ) -> tuple[list[tuple[NDArray[np.int32], int]], Vocabulary]:
        """Where each Latin word starts and how long it is, and the words in the same order."""
        letters = "".join(map(self._alphabet.__getitem__, self._codes.tolist()))
        ends = np.flatnonzero(np.concatenate([~latin | (gaps > 0), [True]]))
        starts = np.flatnonzero(latin & (gaps > 0))
        places: defaultdict[str, list[int]] = defaultdict(list)
        for start, end in zip(starts.tolist(), ends[np.searchsorted(ends, starts, "right")].tolist(), strict=True):
            places[letters[start:end]].append(start)
        return [(np.array(starts, np.int32), len(word)) for word, starts in places.items()], Vocabulary(list(places))


def _without(less: Sequence[int], codes: Iterable[int]) -> list[int]:
    return sorted(set(codes).difference(less))


def _ranges(bounds: NDArray[np.integer[Any]], numbers: NDArray[np.integer[Any]] | Sequence[int]) -> NDArray[np.int64]:
    """All from `bounds[number]` up to `bounds[number + 1]`, for each of `numbers`."""
    numbers = np.asarray(numbers, np.int64)
    starts, lengths = bounds[numbers], bounds[numbers + 1] - bounds[numbers]
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))


def _joined(found: Mapping[int, Sequence[tuple[NDArray[np.int32], NDArray[np.int32]]]]) -> _Spans:
    joined: _Spans = {}
    for cost, spans in found.items():
        starts, ends = zip(*spans, strict=True)
        joined[cost] = spans[0] if len(spans) == 1 else (np.concatenate(starts), np.concatenate(ends))
    return joined
