"""The answer: what the bot replies to a question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from supportbot.answering.small_talk import Intent
from supportbot.index.chunking import Block, Step, steps_of
from supportbot.text.scripts import Script

Outcome = Literal["answer", "clarify", "decline", "handoff"]

CANDIDATES = 10
"""How many articles of the ranking an answer lists."""


@dataclass(frozen=True, slots=True)
class Source:
    """An article that an answer cites.

    Attributes:
        heading: the heading above the passage nearest to the question; empty for none.
        url: the address of the article; it leads to that passage if the page is ours.
        quote: the start of that passage.
        updated: the date of the last change, in ISO 8601.
        complete: false if the help centre's own text is cut short.

    >>> source = bot.ask("怎麼新增緊急聯絡人？").sources[0]
    >>> source.article_id, source.url, source.quote
    """

    article_id: str
    title: str
    heading: str
    url: str
    quote: str
    updated: str | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article of the ranking behind an answer, with its fused score and its scores by channel, 0 to 1.

    Answers that older versions stored have neither `url` nor `channels`.

    >>> [(one.article_id, one.score) for one in bot.ask("怎麼新增緊急聯絡人？").candidates]
    """

    article_id: str
    title: str
    score: float
    url: str = ""
    channels: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """An article to choose from when several are close, or another section of the article that answered.

    Attributes:
        title: the title of the article, or the heading of the section, in the script of the answer.
        section: the id of the section's first chunk; empty for the whole article.

    >>> answer = conversation.ask("提幣失敗")
    >>> if answer.choices:
    ...     one = answer.choices[0]
    ...     answer = conversation.ask(choice=one.article_id, section=one.section)
    """

    article_id: str
    title: str
    section: str = ""


def text_of(blocks: Sequence[Block]) -> str:
    """Return paragraphs, tables and code as text: each heading but the first in a part of its own.

    Of steps alone, it is the last heading.
    """
    parts: list[list[str]] = [[]]
    heading = ""
    for block in blocks:
        if block.kind == "heading":
            heading = block.text
        elif block.kind in ("paragraph", "table", "code"):
            if heading and parts[0]:
                parts.append([heading])
            heading = ""
            parts[-1].append(block.text)
    return "\n\n".join("\n".join(lines) for lines in parts if lines) or heading


def notes_of(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Return the texts of the notes."""
    return tuple(block.text for block in blocks if block.kind == "note")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot replies to a question. `as_dict` has the fields that the CLI and the HTTP API return.

    Attributes:
        blocks: what it says, in reading order. `text`, `steps` and `notes` are the same by kind.
        outcome: "answer" (from one article), "clarify" (asks back), "decline" or "handoff" (to a person).
        confidence: the probability, 0 to 1, that the first article answers.
        choices: for "clarify", the articles to choose from; for "answer", other sections of the cited article.
        candidates: the ranking behind the answer, best first.
        warning: a text to show first if the question holds a secret.
        intent: the kind of small talk, if the question is nothing else.
        context: the earlier question that this one follows up, if any.
        timings_ms: milliseconds by stage.

    >>> answer = bot.ask("怎麼新增緊急聯絡人？")
    >>> answer.outcome, answer.sources[0].article_id
    ('answer', 'emergency-contact')
    """

    outcome: Outcome
    confidence: float
    text: str
    script: Script
    index_version: str
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    choices: tuple[Choice, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    warning: str | None = None
    intent: Intent | None = None
    context: str | None = None
    timings_ms: tuple[tuple[str, float], ...] = (("embed", 0.0), ("search", 0.0), ("compose", 0.0))
    blocks: tuple[Block, ...] = ()

    def saying(self, blocks: Sequence[Block]) -> Self:
        """Return the answer with these blocks."""
        return replace(self, blocks=tuple(blocks), text=text_of(blocks), steps=steps_of(blocks), notes=notes_of(blocks))

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain values for JSON."""
        return {
            "outcome": self.outcome,
            "confidence": round(self.confidence, 4),
            "text": self.text,
            "blocks": [_listed(block) for block in self.shown],
            "steps": [{**_plain(step), "path": list(step.path)} for step in self.steps],
            "notes": list(self.notes),
            "sources": [_plain(source) for source in self.sources],
            "choices": [_plain(choice) for choice in self.choices],
            "candidates": [{**_plain(other), "score": round(other.score, 4)} for other in self.candidates],
            "warning": self.warning,
            "intent": self.intent,
            "context": self.context,
            "script": self.script,
            "index_version": self.index_version,
            "timings_ms": dict(self.timings_ms),
        }

    @property
    def shown(self) -> tuple[Block, ...]:
        """The blocks; of an answer with none, a text alone or one that an older version stored, those of its fields."""
        if self.blocks or not (self.text or self.steps or self.notes):
            return self.blocks
        steps = (Block("step", one.text, one.number, one.path, platform=one.platform) for one in self.steps)
        return Block("paragraph", self.text), *steps, *(Block("note", note) for note in self.notes)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Return the answer that `plain`, made by `as_dict`, describes."""
        parts = {
            "blocks": tuple(
                Block(**{**block, "path": tuple(block["path"]), "rows": tuple(map(tuple, block["rows"]))})
                for block in plain.get("blocks", ())
            ),
            "steps": tuple(Step(**{**step, "path": tuple(step["path"])}) for step in plain["steps"]),
            "notes": tuple(plain["notes"]),
            "sources": tuple(Source(**source) for source in plain["sources"]),
            "choices": tuple(Choice(**choice) for choice in plain["choices"]),
            "candidates": tuple(Candidate(**other) for other in plain["candidates"]),
            "timings_ms": tuple(plain["timings_ms"].items()),
        }
        found = cls(**{**plain, **parts})
        bare = replace(found, blocks=())
        return bare if bare.shown == found.blocks else found


def _listed(block: Block) -> dict[str, Any]:
    return {**_plain(block), "path": list(block.path), "rows": list(map(list, block.rows))}


def _plain(value: Block | Step | Source | Choice | Candidate) -> dict[str, Any]:
    """Return the fields of a value. `dataclasses.asdict` makes deep copies, which takes ten times as long."""
    return {name: getattr(value, name) for name in value.__slots__}
