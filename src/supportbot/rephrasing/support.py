"""Whether an article says what a rephrasing says: a strict check that no language model has a part in.

Each clause of a sentence must be told by one sentence of the article, each sentence by at most two of one section:
they hold every word that it holds, deny what it denies and nothing else, bind and allow alike, keep their conditions
and tell it in the same order. It is a check of words, not of meaning: it refuses many a good paraphrase, and the
article's own words are shown instead.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from supportbot.content.platforms import platforms_named
from supportbot.rephrasing.clauses import Matcher, Telling
from supportbot.rephrasing.passages import LONGEST_SENTENCE, Clause, Reader, Sentence, Token
from supportbot.rephrasing.wording import PERSONS, REASONS, STANDS_FOR, Kind
from supportbot.text import scripts
from supportbot.text.analyzer import Analyzer

MOST_CHARACTERS = 4000
"""Longer text is not looked at: nothing of it is supported."""

_CANDIDATES = 8
_CONDITION_SHARE = 0.5
"""So much of a condition must be repeated with what hangs on it."""

_BRACKETED = re.compile(r"【([^】]*)】|「([^」]*)」|『([^』]*)』|\[([^\]]*)\]|\"([^\"]*)\"")
_LABEL = r"[^→,:;。、「」『』【】\[\]()\"!?]{1,40}"
_ARROW = re.compile(rf"({_LABEL})[」』】\]\"]?→[「『【\[\"]?(?=({_LABEL}))")


def unsupported(
    text: str, article_text: str, *, script: scripts.Script, analyzer: Analyzer, within: str | None = None
) -> list[str]:
    """The sentences of `text` that `article_text` does not support; empty when it supports all and there is one.

    A list is one sentence with the line that leads in to it. A line that is a heading of the article is no sentence,
    but puts those below it under that heading.

    `article_text` is title and body, Markdown or plain. `script` is that of the text; a sentence with characters that
    only another script has is not supported. With `within`, only sentences of the article that stand in it as well
    support anything: those that were retrieved. Numbers, codes, Latin words, addresses and menu labels must be the
    article's; synonyms count as the analyzer knows them.
    """
    if len(text) > MOST_CHARACTERS:
        return [text]
    reader = Reader(analyzer, [text, article_text if within is None else within])
    article = [sentence for sentence in reader.article(article_text, within) if not sentence.asks]
    title = article_text.lstrip().split("\n", 1)[0].lstrip("# ")
    check = _Check(article, title, reader)
    headings = {reader.heading(text).compact for sentence in article for text in sentence.section}
    refused, latest, under = [], -1, ""
    for sentence in reader.sentences(text):
        fit = len(sentence.text) <= LONGEST_SENTENCE and in_script(sentence.text, script)
        if fit and sentence.compact in headings:
            under = sentence.compact
            continue
        place = check.place(sentence, under) if fit and not sentence.asks else None
        if place is None or (place < latest and sentence.tokens[:1] and sentence.tokens[0].kind == "sequence"):
            refused.append(sentence.text)
        else:
            latest = max(latest, place)
    return refused or ([text] if latest < 0 else [])  # headings alone say nothing


def in_script(text: str, script: scripts.Script) -> bool:
    """Whether `text` has no character that only the other Chinese script has; for "latin", none that is Chinese."""
    if script == "latin":
        return scripts.detect(text) == "latin"
    other: scripts.Script = "hans" if script == "hant" else "hant"
    return all(scripts.detect(character, default=script) != other for character in set(text))


class _Check:
    """Finds what supports a sentence in an article."""

    def __init__(self, article: Sequence[Sentence], title: str, reader: Reader) -> None:
        self._article, self._title, self._reader = article, title, reader
        self._matcher = Matcher(reader, article)

    def place(self, sentence: Sentence, under: str = "") -> int | None:
        """Where in the article the sentences stand that support `sentence`: the number of the first; None without any.

        `under` is the heading, compact, that it has been put under, which must be theirs.
        """
        told = [token for token in sentence.tokens if token.tells]
        if not told:
            return None
        held = [sum(self._matcher.told(token, other) for token in told) for other in self._article]
        near = sorted(range(len(held)), key=lambda number: -held[number])[:_CANDIDATES]
        for chosen in [*((number,) for number in near), *itertools.combinations(sorted(near), 2)]:
            support = [self._article[number] for number in chosen]
            section = support[0].section
            headings = [self._reader.heading(text) for text in (self._title, *section)]
            if any(other.section != section for other in support):
                continue
            if under and not any(under == heading.compact for heading in headings):
                continue
            if Comparison(sentence, support, headings, self._matcher).agrees():
                return chosen[0]
        return None


@dataclass(frozen=True)
class Comparison:
    """A sentence held against those that may support it, and the headings above them."""

    sentence: Sentence
    support: Sequence[Sentence]
    headings: Sequence[Sentence]
    matcher: Matcher

    def agrees(self) -> bool:
        """Whether every check passes."""
        clauses = list(enumerate(self.sentence.clauses))
        return (
            self._labels()
            and self._platform()
            and all(number in self.homes or self._heads(clause) for number, clause in clauses)
            and any(number in self.homes for number, clause in clauses if clause.told)
            and self._conditions()
            and self._sequence()
            and self._lists()
            and self._owners()
            and self._roles()
        )

    @cached_property
    def homes(self) -> dict[int, Telling]:
        """For each clause that the support tells, by its number, how it does."""
        found: dict[int, Telling] = {}
        for number, clause in enumerate(self.sentence.clauses):
            tellings = [Telling(clause, self.sentence, home, self.matcher) for home in self.support]
            if clause.told and not all(telling.denies_alike for telling in tellings if telling.holds):
                continue  # what one of them denies is not to be had from the other
            for telling in tellings:
                if telling.agrees:
                    found[number] = telling
                    break
        return found

    def _heads(self, clause: Clause) -> bool:
        """Whether a clause is a condition or a platform that the headings name: 人臉識別過不了時, 在 Web 端."""
        if not clause.conditional and not platforms_named(self.sentence.folded):
            return False
        return any(Telling(clause, self.sentence, heading, self.matcher).agrees for heading in self.headings)

    def _labels(self) -> bool:
        """What stands in brackets is named so in the article, and each arrow joins what one there joins."""
        texts = [other.compact for other in self.support]
        for match in _BRACKETED.finditer(self.sentence.compact):
            label = next(filter(None, match.groups()), "")
            if not any(label in text for text in texts):
                return False
        joined = [pair for text in texts for pair in _ARROW.findall(text)]
        return all(
            any(_end(left, start) and _start(right, end) for start, end in joined)
            for left, right in _ARROW.findall(self.sentence.compact)
        )

    def _platform(self) -> bool:
        """A platform that is named must be the one that the section is about."""
        named = platforms_named(self.sentence.folded)
        for heading in reversed(self.support[0].section):
            if of := platforms_named(heading):
                return named <= of
        return True

    def _conditions(self) -> bool:
        """What hangs on a condition keeps it, and nothing that the article states plainly becomes a condition."""
        stated = any(clause.conditional for clause in self.sentence.clauses)
        for telling in self.homes.values():
            if not telling.clause.conditional and not self._keeps(telling, stated):
                return False
            for main in telling.aligned[:1]:
                if telling.clause.has("if") and not _may_be_condition(telling.home, main):
                    return False
            if telling.clause.has("before") and not any(other.has("before") for other in telling.aligned):
                return False
            if telling.clause.has("after") and any(other.has("before") for other in telling.aligned):
                return False
        return True

    def _keeps(self, telling: Telling, stated: bool) -> bool:
        """Whether a clause comes with the conditions that the article's clauses hang on, `stated` as such."""
        if any(other.has("if") for other in telling.aligned) and not stated:
            return False
        for main in telling.aligned:
            for either in _alternatives(_hangs_on(telling.home, main)):
                if not any(self._kept(condition) for condition in either):
                    return False
                if not stated and any(condition.has("if") for condition in either):
                    return False
        return not telling.aligned or not telling.aligned[0].label or telling.clause.label

    def _kept(self, condition: Clause) -> bool:
        """Whether the sentence repeats a condition of the article."""
        told = [token for token in self.sentence.tokens if token.tells]
        kept = sum(any(self.matcher.same(token, own) for token in told) for own in condition.told)
        return kept >= _CONDITION_SHARE * len(condition.told)

    def _sequence(self) -> bool:
        """Clauses keep their order where one tells what comes first, or takes words from several."""
        others = [clause for sentence in self.support for clause in sentence.clauses]
        strict = (
            self.sentence.has("sequence")
            or any(other.step or other.has("sequence") for other in self.support)
            or any(len(telling.aligned) > 1 for telling in self.homes.values())
        )
        if not strict:
            return True
        places = [
            next(number for number, other in enumerate(others) if other is telling.aligned[0])
            for _, telling in sorted(self.homes.items())
            if telling.aligned and not telling.clause.label
            if telling.clause.has("after") or not telling.clause.has("if", "when")
        ]
        return places == sorted(places)

    def _lists(self) -> bool:
        """And stays and, or stays or."""
        for first, kind, second in _joined(self.sentence):
            for other in self.support:
                for left, theirs, right in _joined(other):
                    pairs = ((left, right), (right, left))
                    same = any(self.matcher.same(first, one) and self.matcher.same(second, two) for one, two in pairs)
                    if same and theirs != kind:
                        return False
        return not self.sentence.has("or") or any(other.has("or") for other in self.support)

    def _owners(self) -> bool:
        """Whose something is stays so: the sender's name does not become yours."""
        theirs = [pair for other in self.support for pair in _owned(other)]
        for owner, thing in _owned(self.sentence):
            known = [other for other, its in theirs if self.matcher.same(thing, its)]
            if known and not any(
                self.matcher.same(owner, other) or (owner.text not in PERSONS and other.text in STANDS_FOR)
                for other in known
            ):
                return False
        return True

    def _roles(self) -> bool:
        """By whom, to whom and from where something is done stays so."""
        theirs = [(role.text, one) for other in self.support for role, named in _cast(other) for one in named]
        return all(
            any(role.text == other and self.matcher.same(mine[0], one) for other, one in theirs)
            for role, mine in _cast(self.sentence)
        )


def _hangs_on(sentence: Sentence, clause: Clause) -> list[Clause]:
    """The clauses that a clause hangs on: the conditions before it, or with 就 all that is before it."""
    if clause.conditional:
        return []
    number = next(at for at, other in enumerate(sentence.clauses) if other is clause)
    before = [other for other in sentence.clauses[:number] if other.told and other.tokens[0].text not in REASONS]
    if clause.has("then"):
        return [other for other in before if not other.aside and not other.label]
    return [other for other in before if other.conditional]


def _alternatives(conditions: Sequence[Clause]) -> list[list[Clause]]:
    """Conditions, those put together of which one is enough: …，或者…"""
    groups: list[list[Clause]] = []
    for condition in conditions:
        if groups and condition.tokens[0].kind == "or":
            groups[-1].append(condition)
        else:
            groups.append([condition])
    return groups


def _may_be_condition(sentence: Sentence, clause: Clause) -> bool:
    """Whether a clause of the article is a condition there: by itself, or since another one hangs on it."""
    return clause.conditional or clause.label or any(clause in _hangs_on(sentence, other) for other in sentence.clauses)


def _end(mine: str, theirs: str) -> bool:
    return mine.endswith(theirs) or theirs.endswith(mine)


def _start(mine: str, theirs: str) -> bool:
    return mine.startswith(theirs) or theirs.startswith(mine)


def _owned(sentence: Sentence) -> Iterator[tuple[Token, Token]]:
    """Owner and thing of each "X 的 Y"."""
    for owner, of, thing in zip(sentence.tokens, sentence.tokens[1:], sentence.tokens[2:], strict=False):
        if of.kind == "of" and thing.tells and (owner.tells or owner.text in PERSONS | STANDS_FOR):
            yield owner, thing


def _cast(sentence: Sentence) -> Iterator[tuple[Token, list[Token]]]:
    """Each "by", "to", "from" with the next two words, the first of which it goes with."""
    for clause in sentence.clauses:
        for place, token in enumerate(clause.tokens):
            named = [other for other in clause.tokens[place + 1 :] if other.tells or other.text in PERSONS][:2]
            if token.kind == "role" and named:
                yield token, named


def _joined(sentence: Sentence) -> Iterator[tuple[Token, Kind, Token]]:
    """Neighbours in a list, and whether it is one of "and" or of "or"; 、 goes by what ends its list."""
    for clause in sentence.clauses:
        kind: Kind | None = None
        for left, join, right in reversed(list(zip(clause.tokens, clause.tokens[1:], clause.tokens[2:], strict=False))):
            if join.kind in ("and", "or") and left.tells and right.tells:
                kind = kind if join.text == "、" else join.kind
                if kind:
                    yield left, kind, right
