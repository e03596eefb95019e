"""The JSON of what agents and admins send and get: search, queue, reports, labels, jobs, keys, statistics.

As in `schemas.py`, keys may be added to replies, never renamed or removed.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from supportbot.answering.answer import Choice
from supportbot.api.schemas import MOST_KIND, ArticleId, Line, LongText, Out, Sent, VersionName
from supportbot.health.examination import Basis
from supportbot.storage.conversations import HandoffReason, State
from supportbot.storage.keys import Role
from supportbot.storage.labels import StoredLabel
from supportbot.storage.reports import Day


class Passage(BaseModel):
    """A found passage; `marks` are the ranges of `text` that match words of the question.

    Example: `{"heading": "App 端", "anchor": "09f773b139afa219", "text": "…", "marks": [[4, 6]], "nearness": 0.87}`
    """

    heading: str
    anchor: str
    text: str
    marks: list[tuple[int, int]]
    nearness: float


class Hit(BaseModel):
    """A found article with its scores by channel.

    Example: `{"rank": 1, "article_id": "emergency-contact", "score": 0.91, "channels": {"dense": 0.87}, …}`
    """

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
    """The result of a search; `confidence` is the probability that the first article answers.

    Example: `{"question": "緊急聯絡人", "mode": "hybrid", "confidence": 0.98, "hits": [{"rank": 1, …}], …}`
    """

    question: str
    mode: str
    words: list[str]
    confidence: float
    total: int
    hits: list[Hit]
    index_version: str
    timings_ms: dict[str, float]


class QueueItem(BaseModel):
    """A conversation that waits for a person or that a person has.

    Example: `{"id": "c_…", "state": "waiting", "reason": "asked_for_person", "last_message": "我要找真人", …}`
    """

    id: str
    state: State
    reason: HandoffReason | None
    waiting_since: dt.datetime | None
    agent: str | None
    last_message: str
    messages: int


class AgentReply(Sent):
    """A message of an agent.

    Example: `{"text": "您好，我來幫您。"}`
    """

    text: LongText


class Canned(BaseModel):
    """A part of an article, as a text that an agent may send.

    Example: `{"article_id": "emergency-contact", "heading": "什麼是緊急聯繫人", "text": "…", …}`
    """

    article_id: str
    title: str
    heading: str
    text: str
    url: str


class GroupOut(Out):
    """A group of the gaps report: questions of one meaning that got no good answer.

    Example: `{"id": "8c1f0e5a7b2d9346", "question": "可以改暱稱嗎", "count": 7, "declined": 5, "clarified": 2, …}`
    """

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


class FiguresOut(Out):
    """Counts of what the bot answers from.

    Example: `{"articles": 50, "chunks": 310, "titles_median": 4, "unasked": 12, "out_of_scope": 80, …}`
    """

    articles: int
    chunks: int
    titles_median: float
    unasked: int
    out_of_scope: int
    scripts: dict[str, int]


class ExpectationOut(Out):
    """What share of customers' questions gets what, each 0 to 1 or null, and how that was measured.

    Example: `{"basis": "recorded", "questions": 412, "wanted": 0.93, "precision": 0.95, "answered": 0.71, …}`
    """

    basis: Basis
    questions: int
    wanted: float
    precision: float | None
    answered: float | None
    clarified: float | None
    declined: float | None
    answered_anyway: float | None


class FindingOut(Out):
    """What is wrong with an article.

    Example: `{"kind": "collides", "article_id": "withdraw", "title": "如何提幣?", "others": ["withdraw-web"], …}`
    """

    kind: str
    article_id: str
    title: str
    detail: str
    others: list[str]


class AdviceOut(Out):
    """Something that would help: files to edit, relative to the corpus folder, and the command to run then.

    Example: `{"kind": "cut_short", "count": 2, "files": ["articles/withdraw.md", …], "command": "supportbot index"}`
    """

    kind: str
    count: int
    files: list[str]
    command: str


class HealthOut(Out):
    """The health of the help centre; `titles_answered` is the share of titles that other articles would answer.

    Example: `{"version": "000012-3fa94c1e", "figures": {…}, "expectation": {…}, "findings": […], "advice": […], …}`
    """

    version: str
    figures: FiguresOut
    expectation: ExpectationOut
    titles_asked: int
    titles_answered: float | None
    findings: list[FindingOut]
    advice: list[AdviceOut]


def _renamed(action: Any) -> Any:
    return "out_of_scope" if action == "unanswered" else action  # its name in earlier versions


class Resolve(Sent):
    """What to do with a group: make it an alternative or pinned question of an article, list it as out of scope, or
    leave it out of the report.

    Example: `{"action": "question", "question": "怎麼登記家人的電話", "article_id": "emergency-contact"}`
    """

    action: Annotated[Literal["question", "pinned", "out_of_scope", "dismiss"], BeforeValidator(_renamed)]
    question: Line
    article_id: ArticleId | None = None
    topic: Line | None = None
    also: Annotated[list[Line], Field(max_length=100)] = Field(
        [], description="other spellings, left out of the report as well"
    )


class NewLabel(Sent):
    """Which article answers a question; null if none does. `kind` groups labels.

    Example: `{"question": "怎麼登記家人的電話", "article": "emergency-contact", "kind": "handoff"}`
    """

    question: str = Field(description="at most 2,000 characters")
    article: ArticleId | None
    kind: Annotated[str, StringConstraints(max_length=MOST_KIND)] = ""


class LabelOut(BaseModel):
    """A label; `title` is that of the article, or its id if there is no such article any more.

    Example: `{"id": "l_…", "question": "怎麼登記家人的電話", "article": "emergency-contact", "kind": "", …}`
    """

    id: str
    question: str
    article: str | None
    title: str | None
    kind: str
    at: dt.datetime

    @classmethod
    def of(cls, label: StoredLabel, titles: Mapping[str, str]) -> Self:
        """Return a label with the title of its article."""
        return cls(**asdict(label), title=label.article and titles.get(label.article, label.article))


class LabelPage(BaseModel):
    """A page of the list of labels; `total` counts all of them.

    Example: `{"total": 212, "labels": [{"id": "l_…", "question": "怎麼登記家人的電話", …}]}`
    """

    total: int
    labels: list[LabelOut]


class AuditEntryOut(Out):
    """What somebody did, for instance a change of the corpus, and when it was reverted, if it was.

    Example: `{"id": 12, "actor": "Anna", "action": "key.add", "detail": {"name": "Ben", "role": "agent"}, …}`
    """

    id: int
    at: dt.datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    reverted: dt.datetime | None


class JobOut(Out):
    """A job in the background.

    Example: `{"id": "j_…", "kind": "reindex", "state": "running", "done": 120, "total": 480, "result": null, …}`
    """

    id: str
    kind: str
    state: Literal["running", "done", "failed"]
    done: int
    total: int
    result: dict[str, Any] | None
    actor: str
    created: dt.datetime
    updated: dt.datetime


class SourceOut(BaseModel):
    """A source of `sources.yaml`; `articles` are those that serve, `run` is its part of the newest sync that read it.

    `place` has neither login nor query; `options` are those that are set.
    Example: `{"name": "help", "place": "export/help", "options": {"prune": true}, "articles": 48, "run": null}`
    """

    name: str
    place: str
    options: dict[str, Any]
    articles: int
    run: dict[str, Any] | None


class SourcesOut(BaseModel):
    """The sources of the corpus, the newest sync that has ended, and the job that runs now.

    `file` is the path of `sources.yaml`; `error` tells what is wrong with it, and is empty if it is missing: then
    `exists` is false. `minutes` is the time between two syncs by schedule, 0 for none.
    Example: `{"file": "corpus/sources.yaml", "exists": true, "error": "", "minutes": 60, "sources": […], …}`
    """

    file: str
    exists: bool
    error: str
    minutes: int
    sources: list[SourceOut]
    last: JobOut | None
    running: JobOut | None


class SyncRequest(Sent):
    """Whether only a plan is wanted.

    Example: `{"plan": true}`
    """

    plan: bool = False


class VersionOut(BaseModel):
    """An index version.

    Example: `{"name": "000012-3fa94c1e", "serving": true, "articles": 15, "chunks": 96, "questions": 640, …}`
    """

    name: str
    serving: bool
    pinned: bool
    articles: int
    chunks: int
    questions: int


class Rollback(Sent):
    """The index version to serve.

    Example: `{"version": "000012-3fa94c1e"}`
    """

    version: VersionName


class Diff(Sent):
    """Two index versions to compare, and the number of benchmark questions to ask both.

    Example: `{"before": "000011-9b07d2c4", "after": "000012-3fa94c1e", "questions": 300}`
    """

    before: VersionName
    after: VersionName
    questions: Annotated[int, Field(ge=1, le=5000)] = 300


class NewKey(Sent):
    """The name and role of a new key.

    Example: `{"name": "Anna", "role": "agent"}`
    """

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    role: Role


class KeyOut(Out):
    """A key without its secret.

    Example: `{"id": "k_…", "name": "Anna", "role": "agent", "created": "2026-02-12T08:30:00Z", "revoked": null}`
    """

    id: str
    name: str
    role: Role
    created: dt.datetime
    revoked: dt.datetime | None


class MadeKey(KeyOut):
    """A new key with its secret, which is shown only once.

    Example: `{"id": "k_…", "name": "Anna", "role": "agent", "secret": "sb_agent_…", …}`
    """

    secret: str


class Speed(BaseModel):
    """How long the answers of a day took: percentiles in milliseconds.

    Example: `{"day": "2026-02-12", "p50": 8.4, "p95": 21.7}`
    """

    day: dt.date
    p50: float
    p95: float


class ReadersVotes(BaseModel):
    """How many readers an article helped, and how many it did not.

    Example: `{"article_id": "emergency-contact", "title": "如何添加緊急聯繫人?", "helpful": 31, "not_helpful": 4}`
    """

    article_id: str
    title: str
    helpful: int
    not_helpful: int


class Statistics(BaseModel):
    """Counts over some days; milliseconds are those of answers; `votes` has the least helpful articles first.

    Example: `{"days": [{"day": "2026-02-12", "questions": 84, …}], "milliseconds_p50": 8.4, "votes": […], …}`
    """

    days: list[Day]
    milliseconds_p50: float | None
    milliseconds_p95: float | None
    speed: list[Speed]
    articles: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    votes: list[ReadersVotes]
