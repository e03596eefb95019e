"""Reading text for the check of rephrasings: sentences, their clauses, and what each word does in them."""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from supportbot.rephrasing.wording import (
    ADDRESSES_MODEL,
    AHEAD,
    BACKWARD,
    BEHIND,
    KINDS,
    NEGATIVE,
    NEGATIVE_CHARACTERS,
    NUMERAL,
    SAME_UNIT,
    TIMES,
    UNITS,
    WHOLE,
    Kind,
)
from supportbot.text.analyzer import CONCEPT_MARK, Analyzer
from supportbot.text.folding import exact_key

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]*[」』”’）)]*")
_LIST_MARK = re.compile(r"^\s*(?:[-*•>]\s+|\d{1,3}[.)]\s+)+")
_STEP = re.compile(r"^\s*(\d{1,3})[.)]\s+")
_BULLET = re.compile(r"^\s*[-*•]\s")
_HEADING = re.compile(r"^\s*(#{1,6})\s+(.*)$")
_HASHES = re.compile(r"^[^\S\n]*#[#\s]*", re.MULTILINE)
_MARKS = re.compile(r"\*\*|__|`")
_QUESTION_MARK = re.compile(r"^q\s*\d*\s*:\s*")

_ASKED = re.compile("可不可以|能不能|会不会|要不要|是不是|有没有|可以|能否|能|会")

_ATOM = re.compile(
    r"https?://[!-~]+|[a-z0-9][a-z0-9_+-]*(?:[.@][a-z0-9_+-]+)*@[a-z0-9.-]+"
    r"|[a-z0-9]+(?:[-_./:+#&'@][a-z0-9]+)*"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_SILENT = frozenset(" 「」『』【】[]\"'…—–·.~《》〈〉“”‘’?!-")
_BREAKS = frozenset(",;:。!?()\n|")
_OPENS_CLAUSE = frozenset(["但", "但是", "然而", "而", "却", "不过", "可是", "并", "并且", "然后", "接着", "but"])
_COMPLEMENT = frozenset("到上了着住起出过清见得成动")
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2}
_LONGEST_WORD = 12
_LONGEST_LIST = 12
LONGEST_SENTENCE = 500
"""A longer sentence is not read: it supports nothing."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of folded text: what it does, how it is written there, and where (its first character)."""

    kind: Kind
    text: str
    start: int

    @property
    def tells(self) -> bool:
        """Whether it names something: content or a number."""
        return self.kind in ("word", "number", "undo")


@dataclass(frozen=True, slots=True)
class Denial:
    """A "no" of a clause: its kind, and the words it reaches, the nearest first."""

    kind: Kind
    reach: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """What stands between two commas. `aside` when in brackets, `label` before a colon with more behind it."""

    tokens: tuple[Token, ...]
    aside: bool = False
    label: bool = False

    def has(self, *kinds: Kind) -> bool:
        """Whether a word of one of these kinds stands in it."""
        return any(token.kind in kinds for token in self.tokens)

    @property
    def conditional(self) -> bool:
        """Whether it is a condition or a time: 如果…, …時, …之後."""
        return self.has("if") or (bool(self.tokens) and self.tokens[-1].kind in TIMES)

    @property
    def told(self) -> tuple[Token, ...]:
        """The words that name something."""
        return tuple(token for token in self.tokens if token.tells)

    @property
    def denials(self) -> list[Denial]:
        """Each "no" with the words it reaches: those behind it up to a "then"; of 過不了 the word before it."""
        found = []
        for place, token in enumerate(self.tokens):
            before, behind = self.tokens[:place], self.tokens[place + 1 :]
            if token.text in BACKWARD:
                found.append(Denial("undo", tuple(other for other in reversed(before) if other.tells)))
                continue
            if token.kind not in {*NEGATIVE, "undo"}:
                continue
            if token.text == "不" and before and behind and behind[0].text in _COMPLEMENT:
                found.append(Denial("cannot", before[-1:]))
                continue
            end = next((at for at, other in enumerate(behind) if other.kind == "then"), len(behind))
            found.append(Denial(token.kind, tuple(other for other in behind[:end] if other.tells)))
        return found


@dataclass(frozen=True)
class Sentence:
    """A sentence: as written, folded, and in clauses.

    `section` are the headings above it, `step` the number of the step that it stands in.
    """

    text: str
    folded: str
    clauses: tuple[Clause, ...]
    concepts: frozenset[str]
    section: tuple[str, ...] = ()
    step: int | None = None
    asks: bool = False

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The words of all clauses."""
        return tuple(token for clause in self.clauses for token in clause.tokens)

    def has(self, *kinds: Kind) -> bool:
        """Whether a word of one of these kinds stands in it."""
        return any(clause.has(*kinds) for clause in self.clauses)

    @cached_property
    def compact(self) -> str:
        """Folded, without spaces."""
        return self.folded.replace(" ", "")


@dataclass(frozen=True, slots=True)
class _Block:
    headings: tuple[str, ...]
    text: str
    step: int | None


class Reader:
    """Reads texts with one vocabulary, so that the same words are cut the same way in all of them."""

    def __init__(self, analyzer: Analyzer, texts: Iterable[str]) -> None:
        self._analyzer = analyzer
        self._headings: dict[str, Sentence] = {}
        words = {word for text in texts for line in text.split("\n") for word in analyzer.words(line)}
        self._words = {word for word in words if len(word) > 1 and _HAN.match(word) and self._whole(word)} | WHOLE

    def _whole(self, word: str) -> bool:
        """Whether a word hides no other that counts by itself: 未授權, or what jieba has guessed (會先, 時請)."""
        if NEGATIVE_CHARACTERS.search(word):
            return False
        return not (word[0] in KINDS or word[-1] in KINDS) or self._analyzer.weight(word) < 1

    def fold(self, text: str) -> str:
        """The form in which texts are compared."""
        return self._analyzer.normalise(text).lower()

    def sentences(self, text: str) -> Iterator[Sentence]:
        """The sentences of plain text, read like an article; what tells nothing (可以。) goes with the next one."""
        opening = ""
        for block in _blocks(_HASHES.sub("", _MARKS.sub("", text)).split("\n")):
            for part in _parts(block.text):
                sentence = self.sentence(opening + part)
                opening = "" if sentence.has("word", "number", "undo") else sentence.text + "\n"
                if not opening:
                    yield sentence
        if opening:
            yield self.sentence(opening.rstrip())

    def heading(self, text: str) -> Sentence:
        """A heading or title, read: once, since many sentences stand under it."""
        if text not in self._headings:
            self._headings[text] = self.sentence(text[:LONGEST_SENTENCE])
        return self._headings[text]

    def sentence(self, text: str, section: tuple[str, ...] = (), step: int | None = None) -> Sentence:
        """One sentence, read."""
        folded = self.fold(text)
        concepts = frozenset(word for word in self._analyzer.words(text) if word.startswith(CONCEPT_MARK))
        asks = folded.rstrip(" 」』\"')").endswith("?")
        return Sentence(text, folded, tuple(self._clauses(folded)), concepts, section, step, asks)

    def concepts(self, word: str) -> set[str]:
        """The synonym groups that a word names."""
        return {mark for mark in self._analyzer.words(word) if mark.startswith(CONCEPT_MARK)}

    def article(self, text: str, within: str | None = None) -> Iterator[Sentence]:
        """The sentences of an article (Markdown or plain); lines that speak to a language model are left out.

        A list is one sentence with the line that leads in to it. "可以。" is read together with the sentence behind it,
        and with a question heading above it: each as a further sentence. With `within`, those sentences only that
        stand in that text as well.
        """
        shown = None if within is None else exact_key(within)
        lines = [line for line in _MARKS.sub("", text).split("\n") if not self.addresses_model(line)]
        headings: tuple[str, ...] = ()
        for block in _blocks(lines):
            opens = block.headings != headings
            headings = block.headings
            parts = [part for part in _parts(block.text) if shown is None or exact_key(part) in shown]
            sentences = [self.sentence(part, headings, block.step) for part in parts if len(part) <= LONGEST_SENTENCE]
            yield from sentences
            for answer, behind in itertools.pairwise(sentences):
                if not any(token.tells for token in answer.tokens):
                    yield self.sentence(f"{answer.text}\n{behind.text}", headings)
            if opens and headings and sentences and (answered := self._answered(headings[-1], sentences[0])):
                yield answered

    def addresses_model(self, line: str) -> bool:
        """Whether a line says something that only a language model is meant to read."""
        return ADDRESSES_MODEL.search(self.fold(line)) is not None

    def _answered(self, question: str, answer: Sentence) -> Sentence | None:
        """A question and the plain yes or no to it as one statement; None when it is no question or no such answer."""
        if not self.fold(question).endswith("?"):
            return None
        asked = _QUESTION_MARK.sub("", self.fold(question)).rstrip("?")
        for clause in answer.clauses:
            said = [token.text for token in clause.tokens if token.kind in {*NEGATIVE, "may"}]
            if said and not clause.told:
                place = _ASKED.search(asked)
                told = asked[: place.start()] + said[0] + asked[place.end() :] if place else said[0] + asked
                return replace(self.sentence(told), text=answer.text, section=answer.section)
        return None

    def _clauses(self, folded: str) -> Iterator[Clause]:
        tokens: list[Token] = []
        depth = 0
        for token in self._tokens(folded):
            breaks = token.text in _BREAKS and token.kind == "sign"
            if (breaks or token.text in _OPENS_CLAUSE) and tokens:
                yield Clause(tuple(tokens), depth > 0, token.text == ":" and token.start + 1 < len(folded))
                tokens = []
            if token.text in "()":
                depth = int(token.text == "(")
            if not breaks:
                tokens.append(token)
        if tokens:
            yield Clause(tuple(tokens), depth > 0)

    def _tokens(self, folded: str) -> Iterator[Token]:
        at = 0
        while at < len(folded):
            token = self._token(folded, at)
            if token.text not in _SILENT:
                yield token
            at += len(token.text) or 1

    def _token(self, folded: str, at: int) -> Token:
        """The longest word at a place: a code or number, one of the tables or of the vocabulary, else a character."""
        if atom := _ATOM.match(folded, at):
            number = _NUMBER.fullmatch(atom[0])
            return Token("number" if number else KINDS.get(atom[0], "word"), atom[0], at)
        if numeral := NUMERAL.match(folded, at):
            return Token("number", numeral[0], at)
        for length in range(min(_LONGEST_WORD, len(folded) - at), 0, -1):
            piece = folded[at : at + length]
            if piece in KINDS:
                return Token(KINDS[piece], piece, at)
            if piece in self._words:
                return Token("word", piece, at)
        character = folded[at]
        kind: Kind = "word" if character.isalpha() else "number" if character.isdigit() else "sign"
        return Token(kind, character, at)


def _blocks(lines: Iterable[str]) -> Iterator[_Block]:
    """The lines of an article with the headings above them; a line that ends in a colon takes in the list below it."""
    headings: list[tuple[int, str]] = []
    led: list[str] = []

    def block(text: str, step: int | None = None) -> _Block:
        return _Block(tuple(heading for _, heading in headings), text, step)

    for line in lines:
        plain = _LIST_MARK.sub("", line).strip()
        if led and _BULLET.match(line) and len(led) < _LONGEST_LIST:
            led.append(plain.rstrip("。.；;"))
        elif plain:
            if led:
                yield block("，".join(led))
                led = []
            if heading := _HEADING.match(line):
                headings = [(depth, other) for depth, other in headings if depth < len(heading[1])]
                headings.append((len(heading[1]), heading[2].strip()))
            elif plain.endswith(("：", ":")):
                led = [plain[:-1]]
            else:
                step = _STEP.match(line)
                yield block(plain, int(step[1]) if step else None)
    if led:
        yield block("，".join(led))


def _parts(text: str) -> Iterator[str]:
    """The sentences of a line."""
    return (part.strip() for part in _SENTENCE.findall(text) if part.strip())


def value(numeral: str) -> str:
    """A number in figures: 兩 is 2, 十五 is 15; other text comes back as it is."""
    if numeral[0] not in "一二两三四五六七八九十百千万":
        return numeral
    total, digit = 0, 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in "十百千万":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000, "万": 10000}[character]
            digit = 0
        else:
            return numeral
    return str(total + digit)


def bound(folded: str, token: Token) -> str:
    """What a number is the bound of: "at most", "within" … or nothing."""
    before, behind = folded[max(0, token.start - 20) : token.start], folded[token.start + len(token.text) :][:20]
    names = [name for name, pattern in AHEAD.items() if pattern.search(before)]
    return next(iter([*names, *(name for name, pattern in BEHIND.items() if pattern.match(behind))]), "")


def unit(folded: str, token: Token) -> str:
    """The unit behind a number: 小時, %, usdt … or nothing."""
    found = UNITS.match(folded, token.start + len(token.text))
    return SAME_UNIT.get(found[1], found[1]) if found else ""
