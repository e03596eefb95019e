"""The JSON of requests and replies; that of agents and admins is in `console_schemas.py`.

Keys may be added to replies, never renamed or removed.

A model whose name ends in `Out` is the JSON of a value that another room calls by the name before it.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from supportbot.answering.answer import Answer, Candidate, Choice, Source
from supportbot.index.chunking import Block, Step
from supportbot.storage import StoredConversation, StoredMessage
from supportbot.storage.conversations import HandoffReason, State

Id = Annotated[str, StringConstraints(pattern=r"^[a-z]_[A-Za-z0-9_-]{22}$")]
ArticleId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]
SectionId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
VersionName = Annotated[str, StringConstraints(pattern=r"^\d{6,12}-[0-9a-f]{8}$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
MOST_KIND = 80
FeedbackReason = Literal["wrong", "incomplete", "unclear", "outdated", "other"]


class Sent(BaseModel):
    """The body of a request, without unknown keys.

    >>> Rollback.model_validate({"version": "000012-3fa94c1e", "force": True})  # raises ValidationError
    """

    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    """A model that `model_validate` makes from the attributes of a value.

    >>> AuditEntryOut.model_validate(store.audit.entries(limit=1, offset=0)[0])
    """

    model_config = ConfigDict(from_attributes=True)


class Question(Sent):
    """A question, or the choice of an article or section that the bot offered.

    Example: `{"question": "緊急聯絡人怎麼設定？", "locale": "zh-TW"}`
    """

    question: str = Field("", description="at most 2,000 characters", examples=["緊急聯絡人怎麼設定？"])
    conversation_id: Id | None = None
    choice: ArticleId | None = Field(None, description="id of an offered article")
    section: SectionId | None = Field(None, description="with choice: the offered section of that article")
    locale: Annotated[str, StringConstraints(max_length=35)] | None = Field(
        None, description="language tag of the page", examples=["zh-TW"]
    )


class AnswerOut(Out):
    """What the bot says: the one JSON of an `Answer`, new or stored.

    Example: `{"outcome": "answer", "text": "…", "sources": [{"article_id": "emergency-contact", …}], …}`
    """

    outcome: Literal["answer", "clarify", "decline", "handoff"]
    confidence: float
    blocks: list[Block] = Field(
        description="what it says, in reading order; text, steps and notes hold the same by kind"
    )
    text: str
    steps: list[Step]
    notes: list[str]
    sources: list[Source]
    choices: list[Choice] = Field(
        description="articles to choose from when it asks back; below an answer other sections of the cited article"
    )
    candidates: list[Candidate]
    warning: str | None
    intent: str | None
    context: str | None
    script: Literal["hant", "hans", "latin"]
    index_version: str
    timings_ms: dict[str, float]

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return value.as_dict() if isinstance(value, Answer) else value


class Reply(AnswerOut):
    """The answer to a question, and where it is stored. `message_id` is null while a person has the conversation.

    Example: `{"outcome": "answer", "text": "…", "conversation_id": "c_…", "message_id": "m_…", "state": "bot", …}`
    """

    conversation_id: str
    message_id: str | None
    question_id: str
    visitor_token: str
    state: State

    @classmethod
    def of(cls, answer: Answer, **where: str | None) -> Self:
        """Return the reply with an answer; `where` has the other fields."""
        return cls.model_validate({**answer.as_dict(), **where})


class MessageOut(Out):
    """A message of a conversation. The text of an "event" is the name of what happened: `back_to_bot`, `closed`.

    Example: `{"id": "m_…", "number": 3, "author": "agent", "text": "您好", "agent": "Anna", "answer": null, …}`
    """

    id: str
    number: int
    author: Literal["visitor", "bot", "agent", "event"]
    text: str
    agent: str | None
    created: dt.datetime
    answer: AnswerOut | None
    helpful: bool | None


class ConversationOut(Out):
    """A conversation with its messages.

    Example: `{"id": "c_…", "state": "waiting", "handoff_reason": "asked_for_person", "messages": […], …}`
    """

    id: str
    state: State
    handoff_reason: HandoffReason | None
    created: dt.datetime
    updated: dt.datetime
    messages: list[MessageOut]

    @classmethod
    def of(cls, conversation: StoredConversation, messages: Iterable[StoredMessage]) -> Self:
        """Return a conversation with some of its messages."""
        own = {name: getattr(conversation, name) for name in cls.model_fields if name != "messages"}
        return cls(**own, messages=[MessageOut.model_validate(message) for message in messages])


class Feedback(Sent):
    """What a visitor thinks of an answer.

    Example: `{"verdict": "not", "reason": "outdated", "comment": "按鈕已經改名了"}`
    """

    verdict: Literal["helpful", "not"]
    reason: FeedbackReason | None = None
    comment: Annotated[str, StringConstraints(max_length=1000)] | None = None


class Handoff(Sent):
    """A request for a person.

    Example: `{"reason": "asked_for_person"}`
    """

    reason: HandoffReason = "asked_for_person"


class Done(BaseModel):
    """Confirmation that something was done.

    Example: `{"done": true}`
    """

    done: bool = True


class ErrorDetail(BaseModel):
    """One fault of a request.

    Example: `{"field": "body.verdict", "message": "Field required"}`
    """

    field: str
    message: str


class ErrorInfo(BaseModel):
    """What failed, as a code for programs and a message for people.

    Example: `{"code": "not_found", "message": "there is no such article", "request_id": "5f0c2a9be1d47386"}`
    """

    code: str
    message: str
    request_id: str
    details: list[ErrorDetail] = []


class ErrorReply(BaseModel):
    """The body of every error.

    Example: `{"error": {"code": "not_found", "message": "there is no such article", "request_id": "…"}}`
    """

    error: ErrorInfo


class ArticleOut(Out):
    """An article of the help centre.

    Example: `{"id": "emergency-contact", "title": "如何添加緊急聯繫人?", "category": "帳戶安全", "views": 244, …}`
    """

    id: str
    title: str
    category: str
    platforms: list[str]
    updated: dt.date | None
    published: dt.date | None
    views: int
    complete: bool
    url: str


class ArticleSection(Out):
    """A chunk of an article: text under a heading, a step list, a note, or a question. `anchor` links to it.

    Example: `{"anchor": "09f773b139afa219", "kind": "steps", "headings": ["添加緊急聯繫人的步驟", "App 端"], …}`
    """

    anchor: str = Field(validation_alias="id")
    kind: Literal["text", "steps", "note", "qa"]
    headings: list[str] = Field(validation_alias="heading_path")
    platform: str | None
    paragraphs: list[str]
    steps: list[Step]
    notes: list[str]


class WholeArticle(ArticleOut):
    """An article with its sections.

    Example: `{"id": "emergency-contact", "sections": [{"kind": "text", …}], "index_version": "…", …}`
    """

    sections: list[ArticleSection]
    index_version: str


class ArticlePage(BaseModel):
    """A page of a list of articles; `total` counts all of them.

    Example: `{"total": 15, "articles": [{"id": "emergency-contact", …}]}`
    """

    total: int
    articles: list[ArticleOut]


class Category(BaseModel):
    """A category and the number of its articles.

    Example: `{"name": "帳戶安全", "articles": 4}`
    """

    name: str
    articles: int


class Suggested(BaseModel):
    """A title or question that completes what was typed; `marks` are the ranges of `text` that match.

    Example: `{"text": "如何添加緊急聯繫人?", "article_id": "emergency-contact", "kind": "title", "marks": [[4, 6]], …}`
    """

    text: str
    article_id: str
    title: str
    kind: Literal["title", "question"]
    marks: list[tuple[int, int]]
    url: str


class SiteSettings(Sent):
    """What visitors see, as admins set it; null stands for the default.

    Example: `{"name": "說明中心", "accent": "#0b57d0", "person_available": true}`
    """

    name: Annotated[str, StringConstraints(max_length=80)] | None = None
    greeting: Annotated[str, StringConstraints(max_length=500)] | None = None
    accent: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] | None = None
    person_available: bool | None = None
    suggested_questions: Annotated[list[Line], Field(max_length=8)] | None = None


class Site(SiteSettings):
    """What visitors see: the settings, and what follows from them.

    `starters` are questions to begin with, `safety` warns of telling secrets, `platforms` are labels by id; the three
    are in the script of the locale that was asked for.

    Example: `{"name": "說明中心", "starters": ["如何添加緊急聯繫人?"], "platforms": {"app": "App 端"}, …}`
    """

    starters: list[str]
    safety: str
    platforms: dict[str, str]
    style: str
