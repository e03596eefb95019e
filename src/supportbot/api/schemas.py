"""What requests hold and what replies look like. Keys may be added to replies, never renamed or taken away."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from supportbot.answering.answer import Candidate, Choice, Source
from supportbot.api.turn import Reason
from supportbot.index.chunking import Step
from supportbot.storage.reports import Day

Id = Annotated[str, StringConstraints(pattern=r"^[a-z]_[A-Za-z0-9_-]{22}$")]
ArticleId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class Sent(BaseModel):
    """What a caller sends: nothing unknown in it."""

    model_config = ConfigDict(extra="forbid")


class Question(Sent):
    """A question, or the choice of an article that the bot offered."""

    question: Annotated[str, StringConstraints(max_length=4000)] = Field("", examples=["緊急聯絡人怎麼設定？"])
    conversation_id: Id | None = None
    choice: ArticleId | None = Field(None, description="id of an offered article")
    locale: Annotated[str, StringConstraints(max_length=35)] | None = Field(
        None, description="language tag of the page", examples=["zh-TW"]
    )


class Answer(BaseModel):
    """What the bot says."""

    outcome: Literal["answer", "clarify", "decline", "handoff"]
    confidence: float
    text: str
    steps: list[Step]
    notes: list[str]
    sources: list[Source]
    choices: list[Choice]
    candidates: list[Candidate]
    warning: str | None
    intent: str | None
    context: str | None
    script: Literal["hant", "hans", "latin"]
    index_version: str
    timings_ms: dict[str, float]


class Reply(Answer):
    """The answer to a question, and where it stands. `message_id` is null while a person has the conversation."""

    conversation_id: str
    message_id: str | None
    question_id: str
    visitor_token: str
    state: Literal["bot", "waiting", "agent", "closed"]


class Message(BaseModel):
    """A message of a conversation. An "event" tells of a hand-over: its text is what happened."""

    id: str
    number: int
    author: Literal["visitor", "bot", "agent", "event"]
    text: str
    agent: str | None
    created: dt.datetime
    answer: Answer | None
    helpful: bool | None


class ConversationOut(BaseModel):
    """A conversation with its messages."""

    id: str
    state: Literal["bot", "waiting", "agent", "closed"]
    handoff_reason: str | None
    created: dt.datetime
    updated: dt.datetime
    messages: list[Message]


class Feedback(Sent):
    """What a visitor thinks of an answer."""

    verdict: Literal["helpful", "not"]
    reason: Literal["wrong", "incomplete", "unclear", "outdated", "other"] | None = None
    comment: Annotated[str, StringConstraints(max_length=1000)] | None = None


class Handoff(Sent):
    """A wish for a person."""

    reason: Reason = "asked_for_person"


class Done(BaseModel):
    """That something was done."""

    done: bool = True


class ErrorDetail(BaseModel):
    """One fault of a request."""

    field: str
    message: str


class ErrorInfo(BaseModel):
    """What went wrong."""

    code: str
    message: str
    request_id: str
    details: list[ErrorDetail] = []


class ErrorReply(BaseModel):
    """The body of every error."""

    error: ErrorInfo


class ArticleOut(BaseModel):
    """An article of the help centre."""

    id: str
    title: str
    category: str
    platforms: list[str]
    updated: dt.date | None
    published: dt.date | None
    views: int
    complete: bool
    url: str


class Section(BaseModel):
    """A part of an article: what stands under a heading, or one step list, note, question. `anchor` links to it."""

    anchor: str
    kind: Literal["text", "steps", "note", "qa"]
    headings: list[str]
    platform: str | None
    paragraphs: list[str]
    steps: list[Step]
    notes: list[str]


class WholeArticle(ArticleOut):
    """An article with its parts."""

    sections: list[Section]
    index_version: str


class ArticlePage(BaseModel):
    """Some of the articles."""

    total: int
    articles: list[ArticleOut]


class Category(BaseModel):
    """A category and how many articles it has."""

    name: str
    articles: int


class Suggested(BaseModel):
    """A title or question that what was typed may become; `marks` are the ranges of `text` that match."""

    text: str
    article_id: str
    title: str
    kind: Literal["title", "question"]
    marks: list[tuple[int, int]]
    url: str


class SiteSettings(Sent):
    """What visitors see, as admins set it; null takes a value back to its default."""

    name: Annotated[str, StringConstraints(max_length=80)] | None = None
    greeting: Annotated[str, StringConstraints(max_length=500)] | None = None
    accent: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] | None = None
    person_available: bool | None = None
    suggested_questions: Annotated[list[Line], Field(max_length=8)] | None = None


class Site(SiteSettings):
    """What visitors see: the settings, and what follows from them.

    `starters` are questions to begin with, `safety` warns of telling secrets, `platforms` are labels by id; the three
    are in the script of the locale that was asked for.
    """

    starters: list[str]
    safety: str
    platforms: dict[str, str]
    style: str


class Passage(BaseModel):
    """A found passage: `marks` are the ranges of `text` that hold words of the question."""

    heading: str
    anchor: str
    text: str
    marks: list[tuple[int, int]]
    nearness: float


class Hit(BaseModel):
    """A found article with its scores by channel."""

    rank: int
    article_id: str
    title: str
    category: str
    url: str
    score: float
    channels: dict[str, float]
    pinned: bool
    passages: list[Passage]


class Found(BaseModel):
    """A search: how sure the bot would be of the first article, and the hits."""

    question: str
    mode: str
    words: list[str]
    confidence: float
    total: int
    hits: list[Hit]
    index_version: str
    timings_ms: dict[str, float]


class QueueItem(BaseModel):
    """A conversation that waits for a person, or that a person has."""

    id: str
    state: str
    reason: str | None
    waiting_since: dt.datetime | None
    agent: str | None
    last_message: str
    messages: int


class AgentReply(Sent):
    """What an agent writes."""

    text: LongText


class Canned(BaseModel):
    """An answer out of an article, ready to be sent."""

    article_id: str
    title: str
    heading: str
    text: str
    url: str


class GroupOut(BaseModel):
    """Questions of one meaning that got no good answer."""

    id: str
    question: str
    questions: list[str]
    count: int
    declined: int
    clarified: int
    disliked: int
    first: dt.datetime
    last: dt.datetime
    nearest: Choice | None


class Resolve(Sent):
    """What to do with a group: make it an alternative or pinned question of an article, list it as one that nothing
    answers, or leave it out of the report."""

    action: Literal["question", "pinned", "out_of_scope", "dismiss"]
    question: Line
    article_id: ArticleId | None = None
    topic: Line | None = None
    also: Annotated[list[Line], Field(max_length=100)] = Field(
        [], description="other spellings, left out of the report"
    )


class Change(BaseModel):
    """A change of the corpus and whether it was taken back."""

    id: int
    at: dt.datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    reverted: dt.datetime | None


class JobOut(BaseModel):
    """Work that goes on in the background."""

    id: str
    kind: str
    state: Literal["running", "done", "failed"]
    done: int
    total: int
    result: dict[str, Any] | None
    created: dt.datetime
    updated: dt.datetime


class VersionOut(BaseModel):
    """An index version."""

    name: str
    serving: bool
    pinned: bool
    articles: int
    chunks: int
    questions: int


class Rollback(Sent):
    """The version to serve."""

    version: Annotated[str, StringConstraints(pattern=r"^\d{6,12}-[0-9a-f]{8}$")]


class Diff(Sent):
    """Two versions to compare, and how many benchmark questions to ask both."""

    before: Annotated[str, StringConstraints(pattern=r"^\d{6,12}-[0-9a-f]{8}$")]
    after: Annotated[str, StringConstraints(pattern=r"^\d{6,12}-[0-9a-f]{8}$")]
    questions: Annotated[int, Field(ge=1, le=5000)] = 300


class NewKey(Sent):
    """A key to make."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    role: Literal["client", "agent", "admin"]


class KeyOut(BaseModel):
    """A key without its secret."""

    id: str
    name: str
    role: Literal["client", "agent", "admin"]
    created: dt.datetime
    revoked: dt.datetime | None


class MadeKey(KeyOut):
    """A new key; its `secret` is shown this once."""

    secret: str


class Speed(BaseModel):
    """How long the answers of a day took, in milliseconds."""

    day: dt.date
    p50: float
    p95: float


class ReadersVotes(BaseModel):
    """What readers of an article's page said of it."""

    article_id: str
    title: str
    helpful: int
    not_helpful: int


class Statistics(BaseModel):
    """What happened over some days; milliseconds are those of answers. `votes` has the least helpful articles first."""

    days: list[Day]
    milliseconds_p50: float | None
    milliseconds_p95: float | None
    speed: list[Speed]
    articles: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    votes: list[ReadersVotes]
