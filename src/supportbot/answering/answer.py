"""The answer: what the bot says to a question, as typed values up to the response."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from supportbot.answering.small_talk import Intent
from supportbot.index.chunking import Step
from supportbot.text.scripts import Script

Outcome = Literal["answer", "clarify", "decline", "handoff"]

CANDIDATES = 10
"""How many articles of the ranking an answer lists."""


@dataclass(frozen=True, slots=True)
class Source:
    """An article that an answer cites, and its nearest passage.

    `url` leads to the passage `quote` where the page is ours; `complete` is false when the article is cut short.
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
    """An article of the ranking behind an answer, with its scores by channel.

    Answers that older versions stored have neither `url` nor `channels`.
    """

    article_id: str
    title: str
    score: float
    url: str = ""
    channels: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """An article to choose from when several are close."""

    article_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot says to a question. `as_dict` gives the fields of the command line and of HTTP.

    Attributes:
        outcome: "answer" (from one article), "clarify" (a question back), "decline" or "handoff" (to a person).
        confidence: the probability, 0 to 1, that the first article answers.
        warning: what has to be read first, when the question shows a secret.
        intent: what the question was, when it was small talk and no question.
        choices: with "clarify", the articles to choose from.
        candidates: the ranking behind it, best first.
        context: the earlier question that this one was understood to go on from.
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

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain values for JSON."""
        return {
            "outcome": self.outcome,
            "confidence": round(self.confidence, 4),
            "text": self.text,
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

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Return the answer that `as_dict` turned into plain values."""
        parts = {
            "steps": tuple(Step(**{**step, "path": tuple(step["path"])}) for step in plain["steps"]),
            "notes": tuple(plain["notes"]),
            "sources": tuple(Source(**source) for source in plain["sources"]),
            "choices": tuple(Choice(**choice) for choice in plain["choices"]),
            "candidates": tuple(Candidate(**other) for other in plain["candidates"]),
            "timings_ms": tuple(plain["timings_ms"].items()),
        }
        return cls(**{**plain, **parts})


def _plain(value: Step | Source | Choice | Candidate) -> dict[str, Any]:
    """The fields of a value; `dataclasses.asdict` would copy each of them deeply, which takes ten times as long."""
    return {name: getattr(value, name) for name in value.__slots__}
