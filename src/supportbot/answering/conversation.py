"""Conversations: one customer's questions in order, and the choices that answer the bot's own.

What 「那用電腦要怎麼弄？」 is about the bot finds out from the topics that a conversation remembers (`SupportBot.ask`).
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol, Self

from supportbot.answering.answer import Answer, Choice
from supportbot.answering.follow_ups import Topic
from supportbot.privacy import redact, secrets
from supportbot.retrieval.filters import EVERYTHING, Filters
from supportbot.text import scripts
from supportbot.text.folding import clean, exact_key

MOST_TOPICS = 3
"""How many topics a follow-up may go back to."""

LONGEST_TOPIC = 400
"""How many characters of a question are kept: enough to tell what it is about."""

_ORDINALS = (
    ("1", "一", "第一個", "第1個", "first", "the first one"),
    ("2", "二", "第二個", "第2個", "second", "the second one"),
    ("3", "三", "第三個", "第3個", "third", "the third one"),
    ("4", "四", "第四個", "第4個", "fourth", "the fourth one"),
)


@dataclass(frozen=True, slots=True)
class Memory:
    """All that a conversation remembers, as plain values that can be stored.

    `topics` has the latest first. `asked` is the question that waits for a choice among `choices`, and `script` the
    script it was asked in.
    """

    topics: tuple[Topic, ...] = ()
    asked: str = ""
    choices: tuple[Choice, ...] = ()
    script: scripts.Script = "hant"

    def as_dict(self) -> dict[str, Any]:
        """Return the memory as plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Return the memory that `as_dict` turned into plain values; an empty one for an empty mapping."""
        parts = {
            "topics": tuple(Topic(**topic) for topic in plain.get("topics", ())),
            "choices": tuple(Choice(**choice) for choice in plain.get("choices", ())),
        }
        return cls(**{**plain, **parts})


class Asked(Protocol):
    """Who answers: `SupportBot`, or what stands for it with the same `ask` and `title`."""

    @property
    def ask(self) -> Callable[..., Answer]:
        """As `SupportBot.ask`."""
        ...

    @property
    def title(self) -> Callable[[str], str]:
        """As `SupportBot.title`."""
        ...


class Conversation:
    """One customer's conversation. `memory` is its whole state: given back, the conversation goes on."""

    def __init__(self, bot: Asked, memory: Memory | None = None) -> None:
        self.bot = bot
        self.memory = memory or Memory()

    def ask(
        self,
        question: str = "",
        *,
        choice: str | None = None,
        filters: Filters = EVERYTHING,
    ) -> Answer:
        """The answer to `question` in this conversation, or to the question that waited for the `choice` of an article.

        A choice is an article's id. One of the offered articles may also be typed: its title, or 「第二個」.
        Raises what `SupportBot.ask` raises; the conversation then stays as it was.
        """
        choice = choice or self._typed(question)
        if choice is not None:
            question = self.memory.asked or clean(question) or self.bot.title(choice)
        answer = self.bot.ask(
            question,
            topics=self.memory.topics,
            filters=filters if choice is None else replace(filters, article=choice),
            script=self.memory.script,
        )
        self.memory = self._remembering(question, answer)
        return answer

    def _typed(self, text: str) -> str | None:
        """The offered article that `text` names, by its title or its place; None when it names none."""
        key = exact_key(text)
        for place, choice in enumerate(self.memory.choices):
            if key in {exact_key(choice.title), *map(exact_key, _ORDINALS[place])}:
                return choice.article_id
        return None

    def _remembering(self, question: str, answer: Answer) -> Memory:
        """The memory after `answer`. Small talk changes nothing; a secret is not kept."""
        if answer.intent:
            return replace(self.memory, script=answer.script)
        text = clean(question)
        kept = redact(text, secrets(text))[:LONGEST_TOPIC]
        memory = Memory(self.memory.topics, script=answer.script)
        if answer.outcome == "clarify":
            memory = replace(memory, asked=kept, choices=answer.choices)
        if not answer.candidates:
            return memory
        # A question that got no answer may be understood all the same once more is asked about it.
        article = answer.candidates[0].article_id
        topic = Topic(answer.context or kept, article)
        others = (other for other in memory.topics if other.article_id != article)
        return replace(memory, topics=(topic, *others)[:MOST_TOPICS])
