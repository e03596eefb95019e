"""Conversations: remember a customer's earlier questions, and take the choice of an offered article or section.

The memory lets `SupportBot.ask` understand follow-ups such as 「那用電腦要怎麼弄？」.
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
"""How many earlier questions are kept in memory."""

LONGEST_TOPIC = 400
"""How many characters of a question are kept in memory."""

_ORDINALS = (
    ("第一個", "第1個", "first", "the first one"),
    ("第二個", "第2個", "second", "the second one"),
    ("第三個", "第3個", "third", "the third one"),
    ("第四個", "第4個", "fourth", "the fourth one"),
)
_NUMBERS = (("1", "一"), ("2", "二"), ("3", "三"), ("4", "四"))


@dataclass(frozen=True, slots=True)
class Memory:
    """All that a conversation remembers; `as_dict` and `from_dict` are for storing it.

    Attributes:
        topics: earlier questions, the latest first.
        asked: the question that waits for a choice, or was answered with other sections on offer; empty for none.
        choices: the articles, or other sections, that were offered for it.
        script: the script of the last answer, or of the page; None if nothing tells yet.
        region: whose forms of Traditional characters the reader is used to.

    >>> Conversation(bot, Memory.from_dict(stored)).ask("那用電腦要怎麼弄？")
    """

    topics: tuple[Topic, ...] = ()
    asked: str = ""
    choices: tuple[Choice, ...] = ()
    script: scripts.Script | None = None
    region: scripts.Region = "tw"

    def as_dict(self) -> dict[str, Any]:
        """Return the memory as plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Return the memory that `plain`, made by `as_dict`, describes; an empty mapping gives an empty memory."""
        parts = {
            "topics": tuple(Topic(**topic) for topic in plain.get("topics", ())),
            "choices": tuple(Choice(**choice) for choice in plain.get("choices", ())),
        }
        return cls(**{**plain, **parts})

    @property
    def is_answered(self) -> bool:
        """Whether `asked` has its answer, and the choices are other sections of the article."""
        return any(choice.section for choice in self.choices)

    def offer(self, article: str, section: str | None = None) -> Choice | None:
        """Return the offered choice of an article, or of a section of it; None if it was not offered."""
        wanted = (article, section or "")
        return next((choice for choice in self.choices if (choice.article_id, choice.section) == wanted), None)

    def asked_for(self, article: str, section: str | None = None) -> str:
        """Return the question that a choice answers; empty if it belongs to none, as that of an older offer."""
        is_waiting = not (self.is_answered or section)
        return self.asked if is_waiting or self.offer(article, section) else ""


class Asked(Protocol):
    """What a conversation needs of a bot: `SupportBot` or anything with the same `ask` and `title`.

    >>> Conversation(Snapshot(bot)).ask("如何提幣？").outcome
    'answer'
    """

    @property
    def ask(self) -> Callable[..., Answer]:
        """The same as `SupportBot.ask`."""
        ...

    @property
    def title(self) -> Callable[[str, str | None], str]:
        """The same as `SupportBot.title`."""
        ...


class Conversation:
    """One customer's conversation. `memory` is its whole state, with which it can be continued later.

    >>> conversation = Conversation(bot)
    >>> conversation.ask("怎麼提幣")
    >>> conversation.ask("那要多久？").context
    '怎麼提幣'
    """

    def __init__(self, bot: Asked, memory: Memory | None = None) -> None:
        self.bot = bot
        self.memory = memory or Memory()

    def ask(
        self,
        question: str = "",
        *,
        choice: str | None = None,
        section: str | None = None,
        filters: Filters = EVERYTHING,
    ) -> Answer:
        """Return the answer to `question`.

        With `choice`, the id of an article, return the answer of that article to the question that waited for a choice;
        with `section` as well, the id of a chunk of it, that of its section. A `question` that is the title or place
        (「第二個」) of an offered article or section is such a choice too. Raise like `SupportBot.ask`; the memory then
        stays as it was.
        """
        section = section or None
        if not (choice or section) and (typed := self._typed(question)):
            choice, section = typed.article_id, typed.section or None
        if choice:
            question = self.memory.asked_for(choice, section) or clean(question) or self.bot.title(choice, section)
            filters = replace(filters, article=choice)
        answer = self.bot.ask(
            question,
            topics=self.memory.topics,
            filters=replace(filters, section=section) if section else filters,
            script=self.memory.script,
            region=self.memory.region,
        )
        self.memory = self._remembering(question, answer)
        return answer

    def _typed(self, text: str) -> Choice | None:
        """Return the offered choice that `text` names by its title or its place; None if it names none."""
        key = exact_key(text)
        for place, choice in enumerate(self.memory.choices):
            # Below an answer, a mere number may reply to something else.
            numbers = () if self.memory.is_answered else _NUMBERS[place]
            if key in map(exact_key, (choice.title, *_ORDINALS[place], *numbers)):
                return choice
        return None

    def _remembering(self, question: str, answer: Answer) -> Memory:
        """Return the memory after `answer`. Small talk changes only the script; secrets are removed."""
        if answer.intent:
            return replace(self.memory, script=answer.script)
        text = clean(question)
        kept = redact(text, secrets(text))[:LONGEST_TOPIC]
        memory = Memory(self.memory.topics, script=answer.script, region=self.memory.region)
        if answer.outcome == "clarify" or answer.choices:
            memory = replace(memory, asked=kept, choices=answer.choices)
        if not answer.candidates:
            return memory
        # Also without an answer: a follow-up may make clear what was meant.
        article = answer.candidates[0].article_id
        if kept == self.memory.asked and self.memory.topics[:1] and self.memory.topics[0].article_id == article:
            return replace(memory, topics=self.memory.topics)  # a choice: what it followed up is still the subject
        topic = Topic(answer.context or kept, article)
        others = (other for other in memory.topics if other.article_id != article)
        return replace(memory, topics=(topic, *others)[:MOST_TOPICS])
