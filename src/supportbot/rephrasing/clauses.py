"""One clause of a rephrasing held against the one sentence of the article that has to tell it."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from supportbot.rephrasing.passages import Clause, Denial, Reader, Sentence, Token, bound, unit, value
from supportbot.rephrasing.wording import (
    ALIKE,
    FIRM,
    FIRST,
    FREE,
    LITERAL,
    NEGATIVE,
    OTHERS,
    PERSONS,
    SAME,
    TIMES,
    Kind,
)

_LEAST_PART = 0.5
"""A clause that only lends some words must lend at least this share of its own."""
_MOST_PARTS = 3
_MOST_ORDERED = 60
_LONGEST_MOVED = 3

_ORDERED: frozenset[Kind] = frozenset({"word", "undo", "number", "sign", "role", "before", "after"})
_PARTS = re.compile(r"[/@:#&+]")


class Matcher:
    """Knows which words of the article say the same as a word of the text."""

    def __init__(self, reader: Reader, article: Sequence[Sentence]) -> None:
        self._reader = reader
        self._article = article
        self._concepts: dict[str, set[str]] = {}

    def same(self, token: Token, other: Token) -> bool:
        """Whether `other`, of the article, says what `token` says: the same word, a longer one, an everyday synonym."""
        if token.kind == "number":
            return other.kind == "number" and value(other.text) == value(token.text)
        mine, theirs = token.text, other.text
        if mine == theirs or (mine in SAME and SAME[mine] == SAME.get(theirs)):
            return True
        if mine.isascii() or theirs.isascii():
            return mine.isascii() and mine in _PARTS.split(theirs)
        if not (token.tells and other.tells) or other.kind == "number":
            return False
        return theirs.startswith(mine) or (len(mine) > 1 and theirs.endswith(mine))

    def found(self, token: Token, tokens: Iterable[Token]) -> bool:
        """Whether one of `tokens` says the same."""
        return any(self.same(token, other) for other in tokens)

    def told(self, token: Token, sentence: Sentence) -> bool:
        """Whether a sentence holds a word, or one of its synonym group."""
        return self.found(token, sentence.tokens) or bool(self.concepts(token) & sentence.concepts)

    def concepts(self, token: Token) -> set[str]:
        """The synonym groups of a word; none if the article has the word itself, since it then means just that one."""
        if token.text not in self._concepts:
            exact = token.kind != "word" or token.text.isascii()
            known = exact or any(token.text in other.compact for other in self._article)
            self._concepts[token.text] = set() if known else self._reader.concepts(token.text)
        return self._concepts[token.text]


@dataclass(frozen=True)
class Telling:
    """A clause and the sentence, its home, that has to tell it."""

    clause: Clause
    sentence: Sentence
    home: Sentence
    matcher: Matcher

    @property
    def agrees(self) -> bool:
        """Whether the home tells the clause."""
        if not self.clause.told:
            return self._plain()
        return (
            self.holds
            and self._numbers()
            and self.denies_alike
            and self._duties()
            and self._actor()
            and self._parts()
            and self._turn()
            and self._ordered()
        )

    @cached_property
    def holds(self) -> bool:
        """Whether the home has every word of the clause that tells something or changes what is told."""
        return all(self.matcher.told(token, self.home) for token in self.clause.tokens if _is_literal(token))

    @cached_property
    def aligned(self) -> list[Clause]:
        """The clauses of the home that hold what the clause tells: the fewest, by taking the best again and again."""
        left = list(self.clause.told)
        chosen: list[Clause] = []
        while left and len(chosen) < _MOST_PARTS:
            best = max(self.home.clauses, key=lambda other: sum(self.matcher.found(one, other.tokens) for one in left))
            remaining = [token for token in left if not self.matcher.found(token, best.tokens)]
            if len(remaining) == len(left):
                break
            chosen.append(best)
            left = remaining
        return chosen

    def _plain(self) -> bool:
        """A clause that says no more than yes or no stands by itself in the home as well."""
        said = [token.kind for token in self.clause.tokens if token.kind in {*NEGATIVE, "may"}]
        plain = [token.kind for other in self.home.clauses if not other.told for token in other.tokens]
        return all(any(alike(kind, other) for other in plain) for kind in said)

    def _numbers(self) -> bool:
        """Numbers keep their unit and their bound: at most 5, within 24 hours."""
        known = {_figure(self.home, token) for token in self.home.tokens if token.kind == "number"}
        return all(_figure(self.sentence, token) in known for token in self.clause.tokens if token.kind == "number")

    @cached_property
    def denies_alike(self) -> bool:
        """The same is denied: each "no" has its like at the same word, and none is left out."""
        mine = self.clause.denials
        theirs = [denial for other in self.aligned for denial in other.denials]
        if len(mine) > len(theirs):
            return False
        for denial in mine:
            if not any(alike(denial.kind, other.kind) and self._denies_same(denial, other) for other in theirs):
                return False
            if denial.kind != "undo" and not all(self._denied(one) for one in denial.reach if one.kind == "word"):
                return False
        return not any(self._left_out(denial, mine) for denial in theirs)

    def _denies_same(self, mine: Denial, theirs: Denial) -> bool:
        """Whether two denials have the same nearest words; they may change places, come behind 把… or be left out."""
        if not mine.reach or not theirs.reach:
            return not mine.reach and not theirs.reach
        nearest, own = mine.reach[0], theirs.reach[0]
        if self.matcher.same(nearest, own):
            return True
        if any(self.matcher.same(token, own) for token in mine.reach):
            return _handles(self.clause) or self.matcher.found(nearest, theirs.reach)
        left_out = not any(self.matcher.same(token, own) for token in self.clause.tokens)
        return left_out and self.matcher.found(nearest, theirs.reach[1:3])

    def _left_out(self, theirs: Denial, mine: Sequence[Denial]) -> bool:
        """Whether the clause says what the article denies, and does not deny it."""
        alikes = [token for denial in mine if alike(denial.kind, theirs.kind) for token in denial.reach]
        for nearest in theirs.reach[:1]:
            if any(self.matcher.same(token, nearest) for token in self.clause.tokens):
                return not any(self.matcher.same(token, nearest) for token in alikes)
        return not alikes and any(self.matcher.found(token, theirs.reach) for token in self.clause.told)

    def _denied(self, token: Token) -> bool:
        """Whether a word that is denied stands in a clause with a denial, in brackets, or names what comes denied."""
        holding = [other for other in self.aligned if self.matcher.found(token, other.tokens)]
        return not holding or any(other.denials or other.aside or self._topic(other) for other in holding)

    def _topic(self, clause: Clause) -> bool:
        """密碼等私密信息，請不要告訴任何人: the first clause is what the second one denies."""
        if clause.has("may", "must", "if", "then", "role"):
            return False
        behind = next(at for at, other in enumerate(self.home.clauses) if other is clause) + 1
        return behind < len(self.home.clauses) and bool(self.home.clauses[behind].denials)

    def _duties(self) -> bool:
        """Must, may, only and perhaps stay what they are."""
        if not self.aligned:
            return True
        clause, main = self.clause, self.aligned[0]
        for kind in ("hedge", "advise", "only"):
            if clause.has(kind) and not any(other.has(kind) for other in self.home.clauses):
                return False
        if main.has("only") and not self.sentence.has("only") and not clause.denials:
            return False
        leads = [other for other in self.home.clauses if other.label or other is main]
        if any(other.has("hedge") for other in leads) and not self.sentence.has("hedge"):
            return False
        denied = any(other.has(*NEGATIVE) for other in self.home.clauses if not other.conditional)
        if clause.has("may") and not main.has("may") and not clause.denials and denied:
            return False
        if any(token.text in FIRM for token in clause.tokens) and not any(other.has("must") for other in self.aligned):
            return False
        if clause.has("must") and main.has("may", "advise") and not main.denials and not main.has("must"):
            return False
        bound_to = main.has("must") and not main.has("may") and not main.denials
        return not (bound_to and clause.has("may") and not clause.has("must") and not clause.denials)

    def _actor(self) -> bool:
        """Nobody else does what the article has somebody do.

        A clause that adds a person, or begins with a word which the article's main clause does not have, must keep the
        words that the article's clauses begin with.
        """
        if any(map(self._takes_place, self.clause.tokens, self.clause.tokens[1:])):
            return False
        added = [
            one for one in self.clause.tokens if one.text in PERSONS and not self.matcher.found(one, self.home.tokens)
        ]
        if added and any(token.text in OTHERS for token in self.home.tokens):
            return False
        first = next(_names(self.clause.tokens), None)
        if first is None or not self.aligned or not (added or not self.matcher.found(first, self.aligned[0].tokens)):
            return True
        starts = [own for other in self.aligned if (own := next(_names(other.tokens), None))]
        return all(any(self.matcher.same(token, own) for token in self.sentence.tokens) for own in starts)

    def _takes_place(self, person: Token, behind: Token) -> bool:
        """Whether "you" stands where the article names somebody else: 發件人居住的國家, 您居住的國家."""
        if person.text not in PERSONS or not behind.tells:
            return False
        tokens = self.home.tokens
        before = [one for one, other in itertools.pairwise(tokens) if self.matcher.same(behind, other)]
        named = [one for one in before if one.kind == "word" or one.text in PERSONS]
        return len(named) == len(before) > 0 and not any(
            self.matcher.same(token, one) for one in named for token in self.sentence.tokens
        )

    def _parts(self) -> bool:
        """A clause that adds words to those of the main one adds most of what it tells, not a number or a name."""
        for number, other in enumerate(self.aligned[1:], 1):
            told = [one for earlier in self.aligned[:number] for one in earlier.told]
            new = [token for token in self.clause.told if not self.matcher.found(token, told)]
            lent = sum(any(self.matcher.same(token, own) for token in new) for own in other.told)
            if lent < _LEAST_PART * len(other.told):
                return False
        return True

    def _turn(self) -> bool:
        """What comes first does not come next."""
        mine = {token.text in FIRST for token in self.clause.tokens if token.kind == "sequence"}
        theirs = {token.text in FIRST for one in self.aligned[:1] for token in one.tokens if token.kind == "sequence"}
        return not mine or not theirs or bool(mine & theirs)

    def _ordered(self) -> bool:
        """The words stand in the article's order, but for one part that its own marks may put elsewhere."""
        mine: list[tuple[int, list[int]]] = []
        for place, token in enumerate(self.clause.tokens):
            if token.text not in FREE and (token.kind in _ORDERED or token.text in PERSONS):
                at = [number for number, other in enumerate(self.home.tokens) if self.matcher.same(token, other)]
                if at:
                    mine.append((place, at))
        if len(mine) > _MOST_ORDERED:
            return False
        return _rises(mine) or any(
            _rises(mine[start : start + length])
            and _rises(mine[:start] + mine[start + length :])
            and self._movable(mine[start : start + length])
            for length in range(1, _LONGEST_MOVED + 1)
            for start in range(len(mine) - length + 1)
        )

    def _movable(self, part: Sequence[tuple[int, Sequence[int]]]) -> bool:
        """Whether a part may stand elsewhere: 在…, …時, what is not to be done (個人信息不要提供), an object with 把.

        `part` has the place of each of its words in the clause, and its places in the home.
        """
        tokens, known = self.clause.tokens, self.home.tokens
        before = tokens[part[0][0] - 1].text if part[0][0] else ""
        behind = tokens[part[-1][0] + 1].text if part[-1][0] + 1 < len(tokens) else ""
        stays = any(place and known[place - 1].text == before for place in part[0][1])
        located = stays and before in ("在", "于", "对")
        timed = behind in ("时", "的时候") and not any(other.has(*TIMES, "sequence") for other in self.home.clauses)
        forbidden = not behind and any(
            place + 1 < len(known) and known[place + 1].kind == "dont" for place in part[-1][1]
        )
        return located or timed or forbidden or _handles(self.clause) != any(map(_handles, self.aligned))


def alike(one: Kind, other: Kind) -> bool:
    """Whether two kinds of word may stand for each other."""
    return one == other or frozenset({one, other}) in ALIKE


def _is_literal(token: Token) -> bool:
    """Whether the article must have just this word: all that tells something, and what changes what is told."""
    return token.tells or token.kind in ("role", "sign", "all", "even", "reason", "done") or token.text in LITERAL


def _names(tokens: Iterable[Token]) -> Iterator[Token]:
    """The words that may name who does something."""
    return (token for token in tokens if token.kind in ("word", "undo") or token.text in PERSONS)


def _figure(sentence: Sentence, token: Token) -> tuple[str, str, str]:
    return value(token.text), bound(sentence.folded, token), unit(sentence.folded, token)


def _handles(clause: Clause) -> bool:
    return any(token.text in ("把", "将") for token in clause.tokens)


def _rises(places: Sequence[tuple[int, Sequence[int]]]) -> bool:
    """Whether one place of each can be taken so that they rise: always the first that is behind the last one."""
    last = -1
    for _, options in places:
        behind = [place for place in options if place > last]
        if not behind:
            return False
        last = min(behind)
    return True
