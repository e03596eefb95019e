"""The bot: `SupportBot.ask` returns the answer to a question."""

import copy
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from supportbot.answering.answer import CANDIDATES, Answer, Candidate, Choice, Outcome
from supportbot.answering.compose import compose
from supportbot.answering.confidence import Confidence
from supportbot.answering.follow_ups import FOLLOW_UP_HITS, Reading, Topic, best_reading
from supportbot.answering.outline import doubled, is_titled, is_unsure, labels, other_sections, title_of
from supportbot.answering.passages import passages, whole_passage
from supportbot.answering.small_talk import Intent, recognise
from supportbot.answering.vagueness import vagueness
from supportbot.content.links import Links
from supportbot.content.messages import Message, Messages, general
from supportbot.content.tuning import Tuning
from supportbot.embedding.encoder import Encoder
from supportbot.errors import EmptyQuestionError, InputError, LongQuestionError
from supportbot.index.boilerplate import OWN
from supportbot.index.store import Index
from supportbot.privacy import redact, secrets
from supportbot.retrieval.filters import EVERYTHING, Filters
from supportbot.retrieval.hit import Hit
from supportbot.retrieval.reranking import Reranker
from supportbot.retrieval.retriever import Retrieval, Retriever
from supportbot.text import scripts
from supportbot.text.analyzer import Analyzer
from supportbot.text.folding import clean, exact_key

MAX_QUESTION_CHARACTERS = 2000
MOST_CHOICES = 4
CLOSE = 0.7
"""When the bot asks back, it offers the articles that score at least this share of the first one's score."""

NEAR = 0.2
"""The similarity, 0 to 1, from which a passage is near.

On twelve help centres, 90 of 144 everyday questions were asked back about without it, and 23 are with it; the right
article is among the choices for 375 instead of 384 of 480 questions.
"""

MOST_NAMES = 4
"""So many words without an English one among them are a name or a code, not a question in English."""

_ENGLISH = re.compile(
    r"\b(?:how|what|why|when|where|who|which|can|could|do|does|did|is|are|was|will|would|should|may|my|i|you|your|the|an?|"
    r"to|of|for|in|on|with|from|and|or|not|no|it|this|that|me|we|please|help|need|want|hello|hi|thanks)\b",
    re.IGNORECASE,
)

_REPLIES: dict[Intent, Message] = {"greeting": "hello", "thanks": "thanks", "goodbye": "goodbye", "person": "person"}


@dataclass(frozen=True, slots=True)
class Policy:
    """How certain the bot must be to answer, and to ask back.

    Attributes:
        answer_precision: the wanted share of right answers, 0 to 1.
        follow_up_precision: the wanted share of right answers to follow-ups, 0 to 1.
        clarify_precision: the certainty, 0 to 1, below which the bot declines instead of asking back.

    >>> Policy(answer_precision=0.975, follow_up_precision=0.8, clarify_precision=0.65)
    """

    answer_precision: float
    follow_up_precision: float
    clarify_precision: float


class SupportBot:
    """Answer questions from one index. `open_bot` makes a bot from settings.

    >>> bot = SupportBot(index, encoder, analyzer, tuning, Policy(0.975, 0.8, 0.65))
    >>> bot.ask("怎麼新增緊急聯絡人？").text
    """

    def __init__(
        self,
        index: Index,
        encoder: Encoder,
        analyzer: Analyzer,
        tuning: Tuning,
        policy: Policy,
        *,
        messages: Messages | None = None,
        url: Links = Links(),  # noqa: B008 - immutable
        reranker: Reranker | None = None,
    ) -> None:
        """Take the analyzer of the index's lexicon; `url` forms the links to articles."""
        self.index = index
        self.encoder = encoder
        self.analyzer = analyzer
        self.tuning = tuning
        self.policy = policy
        self.messages = messages or general()
        self.url = url
        self._reranker = reranker
        self.retriever = Retriever(index, analyzer, encoder, tuning.weights, reranker)
        self.confidence = Confidence(index, analyzer, tuning)

    def on(self, index: Index) -> "SupportBot":
        """Return the same bot on another index that was built with the same lexicon."""
        other = copy.copy(self)
        other.index = index
        other.retriever = Retriever(index, self.analyzer, self.encoder, self.tuning.weights, self._reranker)
        other.confidence = Confidence(index, self.analyzer, self.tuning)
        return other

    def warm_up(self) -> None:
        """Load the dictionary and the model now instead of in the first question."""
        self.analyzer.warm_up()
        self.encoder.encode_queries(["暖機"])

    def ask(
        self,
        question: str,
        *,
        topics: Sequence[Topic] = (),
        filters: Filters = EVERYTHING,
        script: scripts.Script | None = None,
        region: scripts.Region = "tw",
    ) -> Answer:
        """Return an answer from the best article, a question back, or a refusal.

        `topics` are earlier questions of the same customer, the latest first, which this one may follow up. `filters`
        narrow the search; an article or section that they name answers in any case. `script` is that of the answer if
        the question does not tell, by default that of most articles; `region` tells the forms of Traditional
        characters. Small talk gets a reply; a secret in the question is removed, and `warning` says so.
        Raise `QuestionError` for an empty or overlong question, `InputError` for an unknown article or section.
        """
        text = check_question(question)
        script = self._script(text, script)
        if intent := recognise(text):
            return self._small_talk(intent, script)
        exposed = secrets(text)
        text = redact(text, exposed)
        warning = self.messages("secret_shown", script) if exposed else None
        if warning and not exact_key(text):
            return replace(self._say("decline", warning, script), warning=warning)
        reading = self._read(text, topics, filters)
        request = _Request(script, region, filters, topics[0].article_id if topics else None)
        return replace(self._answer(reading, request), warning=warning)

    def _script(self, question: str, known: scripts.Script | None) -> scripts.Script:
        """Return the script to answer in; `known` is that of the conversation or page.

        A code or name alone (M077, Travel Rule) is no change to English.
        """
        chinese = known if known in ("hant", "hans") else None
        found = scripts.detect(question, default=chinese or self.index.script)
        names = found == "latin" and len(question.split()) <= MOST_NAMES and not _ENGLISH.search(question)
        return chinese if chinese and names else found

    def _read(self, question: str, topics: Sequence[Topic], filters: Filters) -> Reading:
        """Return the reading of a question, by itself or as a follow-up: its ranking and how certain it is."""
        if filters.article is not None:
            self.require_article(filters.article)
            chosen = self.search(question, filters=replace(filters, category=None))
            if not chosen.hits:  # nothing for the platform asked for
                chosen = self.search(question, filters=Filters(article=filters.article, section=filters.section))
            return Reading(chosen, 1.0, trusted=True)
        limit = FOLLOW_UP_HITS if topics else CANDIDATES
        return best_reading(
            self._judge(self.search(question, limit=limit, filters=filters)),
            topics,
            retriever=self.retriever,
            confidence=self.confidence,
            calibration=self.tuning.follow_up,
            precision=self.policy.follow_up_precision,
            filters=filters,
        )

    def search(
        self, question: str, *, limit: int = CANDIDATES, mode: str = "hybrid", filters: Filters = EVERYTHING
    ) -> Retrieval:
        """Return the ranked articles for `question` that `ask` would answer from.

        Raise `QuestionError` for an empty or overlong question, `SettingsError` for an unknown mode.
        """
        return self.retriever.search(check_question(question), limit=limit, mode=mode, filters=filters)

    def declines(self, retrieval: Retrieval) -> bool:
        """Return whether `ask` would decline this ranking: neither answer from it nor ask back."""
        reading = self._judge(retrieval)
        return not (reading.trusted or reading.lacking == "empty" or self._choices(reading))

    def _judge(self, retrieval: Retrieval) -> Reading:
        """Return the reading of a question by itself."""
        certainty = self.confidence.certainty(retrieval)
        wanted = self.confidence.threshold(self.policy.answer_precision)
        enough = bool(retrieval.hits) and certainty >= wanted
        lacking = vagueness(retrieval.question, retrieval.own_query.words)
        if lacking == "topic" and sum(hit.channels.get("bm25_article", 0.0) > 0 for hit in retrieval.hits) < 2:
            lacking = None  # a topic that only one article names says enough
        return Reading(retrieval, certainty, enough and (certainty == 1.0 or not lacking), lacking)

    def _answer(self, reading: Reading, request: "_Request") -> Answer:
        """Answer from a trusted reading; else ask back, or decline."""
        started = time.perf_counter()
        retrieval, script, region = reading.retrieval, request.script, request.region
        if reading.trusted:
            answer = self._composed(reading, request)
        elif reading.lacking == "empty":
            answer = self._say("clarify", self.messages("vague", script), script, reading, region)
        elif choices := self._choices(reading):
            answer = self._say("clarify", self.messages("clarify", script), script, reading, region)
            hits = retrieval.hits[:choices]
            offered = zip(hits, labels([hit.article for hit in hits]), strict=True)
            shown = (Choice(hit.article.id, self._shown(label, hit, script, region)) for hit, label in offered)
            answer = replace(answer, choices=tuple(shown))
        else:
            answer = self._say("decline", self.messages("declined", script), script, reading, region)
        seconds = {
            "embed": retrieval.embed_seconds,
            "search": retrieval.search_seconds,
            "compose": time.perf_counter() - started,
        }
        return replace(answer, timings_ms=tuple((stage, round(value * 1000, 3)) for stage, value in seconds.items()))

    def _choices(self, reading: Reading) -> int:
        """Return how many articles to offer: 2 to 4, those that score `CLOSE` to the first; 0 to decline.

        A question that only names a topic is always asked back. Nothing is offered if the first article shares no word
        with the question and is not near to it.
        """
        hits = reading.retrieval.hits
        sure = reading.certainty >= self.policy.clarify_precision or reading.lacking == "topic"
        if not sure or len(hits) < 2 or not _is_related(hits[0]):
            return 0
        return max(2, sum(hit.score >= CLOSE * hits[0].score for hit in hits[:MOST_CHOICES]))

    def _composed(self, reading: Reading, request: "_Request") -> Answer:
        """Return the answer from the first hit's article, and offer its other sections."""
        retrieval = reading.retrieval
        hit = retrieval.hits[0]
        script, region, filters, latest = request
        found = passages(self.index, retrieval.own_query, hit.article_row)
        ranked = [passage.row for passage in found]
        section = filters.section_rows(self.index)
        if section:  # who asks for it gets it whole, even if it answers nothing
            found = [whole_passage(self.index, row) for row in ranked if row in section]
            found = found or [whole_passage(self.index, row) for row in section]
        own = [row for row in section or self.index.chunk_rows(hit.article_row) if self._is_own(row, found[0].row)]
        content = compose(
            retrieval.question,
            hit.article,
            [self.index.chunk(row) for row in own],
            found,
            templated={self.index.chunk(row).heading for row in own if self.index.chunk_templated[row]},
            article_script=self.index.article_script(hit.article_row),
            script=script,
            region=region,
            platform=filters.platform,
            platforms=self.index.platforms,
            url=lambda chunk_id: self.url(hit.article, chunk_id),
            follow_up=hit.article.id == latest and filters.section is None,
        )
        unsure = section is None and is_unsure(found, content.blocks) and not is_titled(retrieval.question, hit.article)
        twice = doubled(self.index.chunk(row).heading_path for row in ranked)
        offered = map(self.index.chunk, other_sections(self.index, ranked, () if unsure else content.sections))
        choices = tuple(
            Choice(hit.article.id, self._shown(title_of(chunk.heading_path, twice), hit, script, region), chunk.id)
            for chunk in offered
        )
        if unsure and len(choices) > 1:
            title = self._shown(hit.article.title, hit, script, region)
            answer = self._say("clarify", self.messages("outline", script, title=title), script, reading, region)
        else:
            answer = self._say("answer", "", script, reading, region).saying(content.blocks)
            answer = replace(answer, sources=(content.source,))
        return replace(answer, choices=choices, context=retrieval.context or None)

    def _is_own(self, row: int, best: int) -> bool:
        """Return whether a chunk may be shown: it is the best one, or no boilerplate."""
        return row == best or bool(self.index.chunk_roles[row] == OWN)

    def _say(
        self,
        outcome: Outcome,
        text: str,
        script: scripts.Script,
        reading: Reading | None = None,
        region: scripts.Region = "tw",
    ) -> Answer:
        """Return an answer with this text, and with the ranking of `reading` if there is one."""
        certainty = reading.certainty if reading else 0.0
        candidates = tuple(self._candidate(hit, script, region) for hit in reading.retrieval.hits) if reading else ()
        return Answer(outcome, certainty, text, script, self.index.version, candidates=candidates)

    def _candidate(self, hit: Hit, script: scripts.Script, region: scripts.Region) -> Candidate:
        title = self._shown(hit.article.title, hit, script, region)
        channels = {name: round(score, 4) for name, score in hit.channels.items()}
        return Candidate(hit.article.id, title, hit.score, self.url(hit.article), channels)

    def _shown(self, text: str, hit: Hit, script: scripts.Script, region: scripts.Region) -> str:
        """Return a text of the hit's article in the script of the answer."""
        source = self.index.article_script(hit.article_row)
        return scripts.convert(text, source=source, target=script, region=region)

    def _small_talk(self, intent: Intent, script: scripts.Script) -> Answer:
        """Return a fitting reply, which is a question back or the way to a person."""
        outcome: Outcome = "handoff" if intent == "person" else "clarify"
        return replace(self._say(outcome, self.messages(_REPLIES[intent], script), script), intent=intent)

    def unanswerable(self, question: str) -> Answer:
        """Return the answer to a question that `ask` refuses with `QuestionError`, in the question's script."""
        text = clean(question)
        script = scripts.detect(text)
        said = (
            self.messages("long_question", script, length=len(text), limit=MAX_QUESTION_CHARACTERS)
            if text
            else self.messages("empty_question", "hant")
        )
        return self._say("decline", said, script)

    def title(self, article: str, section: str | None = None) -> str:
        """Return the title of an article by id, or the heading of a section of it if that has one.

        Raise `InputError` for an unknown one.
        """
        self.require_article(article)
        rows = Filters(article=article, section=section).section_rows(self.index) or []
        headings = (self.index.chunk(row).heading for row in rows)
        return next(headings, "") or self.index.article(self.index.article_rows[article]).title

    def require_article(self, article: str) -> None:
        """Raise `InputError` unless the index holds an article of this id."""
        if article not in self.index.article_rows:
            raise InputError(f"article {article!r:.80} is not in the index; expected the id of one that is")


class _Request(NamedTuple):
    """What beside the question decides an answer; `latest` is the article of the question before."""

    script: scripts.Script
    region: scripts.Region
    filters: Filters
    latest: str | None


def _is_related(hit: Hit) -> bool:
    """Return whether an article has anything to do with the question: a word in common, or a near passage."""
    return hit.channels.get("bm25_article", 0.0) > 0 or hit.channels.get("dense", 0.0) >= NEAR


def check_question(question: str) -> str:
    """Return the question without unreadable characters. Raise `QuestionError` if it is empty or too long."""
    text = clean(question)
    if not text:
        raise EmptyQuestionError
    if len(text) > MAX_QUESTION_CHARACTERS:
        raise LongQuestionError(len(text), MAX_QUESTION_CHARACTERS)
    return text
