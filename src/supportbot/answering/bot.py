"""The bot: `SupportBot.ask` is the one sentence of the product.

`prepare` brings the index up to date with the corpus, `SupportBot` answers from it. The command line, the service and
the evaluation all go through here.
"""

import copy
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from supportbot.answering.answer import CANDIDATES, Answer, Candidate, Choice, Outcome
from supportbot.answering.compose import compose, refuse
from supportbot.answering.confidence import calibration, confidence, follow_up_features
from supportbot.answering.follow_ups import FOLLOW_UP_HITS, Topic
from supportbot.answering.messages import Message, message
from supportbot.answering.small_talk import Intent, recognise
from supportbot.content import tuning
from supportbot.content.articles import Article
from supportbot.content.platforms import Platform
from supportbot.embedding.encoder import Encoder
from supportbot.errors import InputError, QuestionError
from supportbot.index.store import Index
from supportbot.privacy import redact, secrets
from supportbot.retrieval.retriever import Hit, Retrieval, Retriever
from supportbot.text import scripts
from supportbot.text.folding import clean, exact_key

if TYPE_CHECKING:
    from supportbot.settings import Settings

MAX_QUESTION_CHARACTERS = 2000
_REPLIES: dict[Intent, Message] = {"greeting": "hello", "thanks": "thanks", "goodbye": "goodbye", "person": "person"}
MOST_CHOICES = 4
CLOSE = 0.7
"""Articles that score at least this share of the first one's are offered with it when the bot asks back."""

CERTAIN = 0.99
"""A question with so certain an answer by itself is not read together with earlier ones."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a question may mean: a ranking, the probability that its first article answers, and if that is enough."""

    retrieval: Retrieval
    certainty: float
    trusted: bool

    @property
    def leads_to(self) -> str | None:
        """The id of the article that comes first."""
        return self.retrieval.hits[0].article.id if self.retrieval.hits else None


class SupportBot:
    """Answers questions from a loaded index."""

    def __init__(self, index: Index, encoder: Encoder, settings: "Settings") -> None:
        self.index = index
        self.settings = settings
        self.analyzer = index.lexicon.analyzer(settings.cache / "jieba")
        self.encoder = encoder
        self.tuning = tuning.choose(
            settings.tuning, settings.corpus, model=settings.model, lexicon=index.lexicon.digest
        )
        self.retriever = Retriever(index, self.analyzer, encoder, self.tuning.weights)

    def on(self, index: Index) -> "SupportBot":
        """The same bot on another index that was built with the same lexicon."""
        other = copy.copy(self)
        other.index = index
        other.retriever = Retriever(index, self.analyzer, self.encoder, self.tuning.weights)
        return other

    def warm_up(self) -> None:
        """Load model and dictionary now instead of in the first question (side by side they take longer: measured)."""
        self.analyzer.warm_up()
        self.encoder.encode_queries(["暖機"])

    def ask(
        self,
        question: str,
        *,
        topics: Sequence[Topic] = (),
        article: str | None = None,
        script: scripts.Script = "hant",
        category: str | None = None,
        platform: Platform | None = None,
    ) -> Answer:
        """The answer to `question`: the best article's own content, a question back, or a plain refusal.

        `topics` are what the same customer asked before, the latest first: a question that has no answer by itself may
        go on from one of them. `article`, by id, was chosen by the customer: it answers. `script` is that of the answer
        if the question's own cannot be told. `category` and `platform` narrow where an answer is looked for.
        Greetings, thanks and requests for a person get a reply; a secret in the question is taken out and warned of.
        Raises `QuestionError` for an empty or overlong question, `InputError` for an article that is not there.
        """
        text = check_question(question)
        script = scripts.detect(text, default=script)
        if intent := recognise(text):
            return self._small_talk(intent, script)
        exposed = secrets(text)
        text = redact(text, exposed)
        warning = message("secret_shown", script) if exposed else None
        if warning and not exact_key(text):
            return replace(self._say("decline", warning, script), warning=warning)
        if article is not None:
            self.require_article(article)
            reading = _Reading(self.search(text, platform=platform, article=article), 1.0, True)
        else:
            reading = self._understood(text, topics, category, platform)
        return replace(self._judged(reading, script, platform), warning=warning)

    def _understood(
        self, text: str, topics: Sequence[Topic], category: str | None, platform: Platform | None
    ) -> "_Reading":
        """The more certain of: the question by itself, and as going on from one of the topics.

        A new topic, which is certain by itself, is not dragged back to an old one, and what is no question is read
        together with none.
        """
        alone = self.search(text, limit=FOLLOW_UP_HITS if topics else CANDIDATES, category=category, platform=platform)
        by_itself = self._by_itself(alone)
        understood = any(word in self.index.article_words for word in alone.words)  # else it is noise, not a follow-up
        if not topics or not understood or (by_itself.trusted and self._settled(by_itself, topics[0])):
            return by_itself
        wanted = self.tuning.follow_up.threshold(self.settings.follow_up_precision)
        readings = []
        for topic in topics:
            together = self.search(
                text, context=topic.question, category=category, platform=platform, own_vector=alone.vector
            )
            joint = confidence(together, self.tuning)
            found = self.tuning.follow_up.probability(follow_up_features(together, alone, joint, by_itself.certainty))
            readings.append(_Reading(together, found, bool(together.hits) and found >= wanted))
        best = max(readings, key=lambda reading: reading.certainty)
        better = not by_itself.trusted or (best.certainty > by_itself.certainty and best.leads_to != by_itself.leads_to)
        return best if best.trusted and better else by_itself

    def _by_itself(self, retrieval: Retrieval) -> "_Reading":
        """A question read without any other."""
        certainty = confidence(retrieval, self.tuning)
        wanted = calibration(retrieval, self.tuning).threshold(self.settings.answer_precision)
        return _Reading(retrieval, certainty, bool(retrieval.hits) and certainty >= wanted)

    def _settled(self, by_itself: "_Reading", latest: Topic) -> bool:
        """Whether no earlier question could change where a trusted reading leads."""
        return by_itself.certainty >= CERTAIN or by_itself.leads_to == latest.article_id

    def _judged(self, reading: "_Reading", script: scripts.Script, platform: Platform | None) -> Answer:
        """Answer from a trusted reading; else ask back or decline."""
        started = time.perf_counter()
        retrieval, hits = reading.retrieval, reading.retrieval.hits
        if reading.trusted:
            answer = self._answer(retrieval, reading.certainty, script, platform)
        elif self._asks_back(reading):
            close = self._close(hits)
            answer = self._say("clarify", message("clarify", script), script, hits, reading.certainty)
            choices = (Choice(one.article_id, one.title) for one in answer.candidates[:close])
            answer = replace(answer, choices=tuple(choices))
        else:
            answer = self._say("decline", refuse(script), script, hits, reading.certainty)
        return _timed(answer, retrieval, time.perf_counter() - started)

    def title(self, article: str) -> str:
        """The title of an article by id. Raises `InputError` for one that is not there."""
        self.require_article(article)
        return self.index.article(self.index.article_rows[article]).title

    def require_article(self, article: str) -> None:
        """Raise `InputError` unless the index holds an article of this id."""
        if article not in self.index.article_rows:
            raise InputError(f"article {article!r:.80} is not in the index; expected the id of one that is")

    def _small_talk(self, intent: Intent, script: scripts.Script) -> Answer:
        """A fitting reply, which is a question back or the way to a person."""
        outcome: Outcome = "handoff" if intent == "person" else "clarify"
        return replace(self._say(outcome, message(_REPLIES[intent], script), script), intent=intent)

    def _say(
        self, outcome: Outcome, text: str, script: scripts.Script, hits: Sequence[Hit] = (), certainty: float = 0.0
    ) -> Answer:
        """What the bot itself says, with the ranking behind it."""
        version, candidates = self.index.version, self._candidates(hits, script)
        return Answer(outcome, certainty, text, script, version, candidates=candidates)

    def unanswerable(self, question: str) -> Answer:
        """What to say to a question that `ask` would refuse with `QuestionError`, in the asker's script."""
        text = clean(question)
        script = scripts.detect(text)
        said = (
            message("long_question", script, length=len(text), limit=MAX_QUESTION_CHARACTERS)
            if text
            else message("empty_question", "hant")
        )
        return self._say("decline", said, script)

    def search(
        self,
        question: str,
        *,
        limit: int = CANDIDATES,
        mode: str = "hybrid",
        context: str = "",
        category: str | None = None,
        platform: Platform | None = None,
        article: str | None = None,
        own_vector: NDArray[np.float32] | None = None,
    ) -> Retrieval:
        """The ranked articles for `question`: what `ask` answers from. Raises like `ask` and `Retriever.search`."""
        text = check_question(question)
        return self.retriever.search(
            text,
            limit=limit,
            mode=mode,
            context=context,
            category=category,
            platform=platform,
            article=article,
            own_vector=own_vector,
        )

    def url(self, article: Article, anchor: str = "") -> str:
        """The link of an article: its own, else the one that the settings form from its id.

        It leads to the chunk whose id is the `anchor` where the page is ours: those of other sites know no such anchor.
        """
        url = article.url or self.settings.article_url.replace("{id}", article.id)
        ours = not article.url and url.startswith("/")
        return f"{url}#{anchor}" if anchor and ours else url

    def declines(self, retrieval: Retrieval) -> bool:
        """Whether this ranking is so uncertain that `ask` would neither answer from it nor ask back."""
        reading = self._by_itself(retrieval)
        return not reading.trusted and not self._asks_back(reading)

    def _asks_back(self, reading: "_Reading") -> bool:
        return reading.certainty >= self.settings.clarify_precision and self._close(reading.retrieval.hits) > 0

    def _close(self, hits: Sequence[Hit]) -> int:
        """How many articles are about as near as the first: two to four to choose from, 0 when there is but one."""
        close = sum(hit.score >= CLOSE * hits[0].score for hit in hits[:MOST_CHOICES])
        return max(2, close) if len(hits) > 1 else 0

    def _answer(
        self, retrieval: Retrieval, certainty: float, script: scripts.Script, platform: Platform | None
    ) -> Answer:
        hit = retrieval.hits[0]
        text, steps, notes, source = compose(
            retrieval.question,
            hit.article,
            [self.index.chunk(row) for row in self.index.chunk_rows(hit.article_row)],
            [(self.index.chunk(row), near) for row, near in hit.chunks],
            article_script=self.index.article_script(hit.article_row),
            script=script,
            platform=platform,
            url=partial(self.url, hit.article),
        )
        return Answer(
            outcome="answer",
            confidence=certainty,
            text=text,
            script=script,
            index_version=self.index.version,
            steps=steps,
            notes=notes,
            sources=(source,),
            candidates=self._candidates(retrieval.hits, script),
            context=retrieval.context or None,
        )

    def _candidates(self, hits: Sequence[Hit], script: scripts.Script) -> tuple[Candidate, ...]:
        def title(hit: Hit) -> str:
            return scripts.convert(hit.article.title, source=self.index.article_script(hit.article_row), target=script)

        def channels(hit: Hit) -> dict[str, float]:
            return {name: round(score, 4) for name, score in hit.channels.items()}

        return tuple(
            Candidate(hit.article.id, title(hit), hit.score, self.url(hit.article), channels(hit)) for hit in hits
        )


def check_question(question: str) -> str:
    """The question cleaned of what cannot be read. Raises `QuestionError` when it is empty or too long."""
    text = clean(question)
    if not text:
        raise QuestionError("the question is empty; expected a line of text")
    if len(text) > MAX_QUESTION_CHARACTERS:
        raise QuestionError(f"the question has {len(text)} characters; expected at most {MAX_QUESTION_CHARACTERS}")
    return text


def _timed(answer: Answer, retrieval: Retrieval, compose_seconds: float) -> Answer:
    stages = (("embed", retrieval.embed_seconds), ("search", retrieval.search_seconds), ("compose", compose_seconds))
    return replace(answer, timings_ms=tuple((name, round(seconds * 1000, 3)) for name, seconds in stages))
