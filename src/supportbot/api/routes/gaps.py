"""The gaps report: what customers asked and got no good answer to; and turning it into the corpus."""

import csv
import datetime as dt
import io
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from supportbot.answering.answer import Choice
from supportbot.api import jobs
from supportbot.api.errors import ApiError
from supportbot.api.routes.admin import job_out
from supportbot.api.schemas import Change, GroupOut, Id, JobOut, Resolve
from supportbot.api.security import Agent, needs
from supportbot.api.service import Here, Service
from supportbot.content import curation
from supportbot.insights.grouping import AskedQuestion, Group, group
from supportbot.storage.audit import Entry
from supportbot.text.folding import exact_key

router = APIRouter(prefix="/v1", tags=["agents"], dependencies=[Depends(needs("agent"))])

CHANGES: Mapping[str, curation.Field] = {"question": "questions", "pinned": "pinned"}
Days = Annotated[int, Query(ge=1, le=3650, description="how many days back")]


@router.get("/gaps")
def report(service: Here, days: Days = 30, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> list[GroupOut]:
    """Declined, asked-back and disliked questions, grouped by meaning, the largest group first."""
    return [_out(service, one) for one in _groups(service, days)[:limit]]


@router.get("/gaps.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def export(service: Here, days: Days = 30) -> Response:
    """The same as a table; cells that a spreadsheet would take for a formula are quoted."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["question", "count", "declined", "clarified", "disliked", "first", "last", "nearest", "spellings"])
    for one in _groups(service, days):
        spellings = " | ".join(one.questions)
        counts = [one.count, one.declined, one.clarified, one.disliked]
        writer.writerow(
            [
                _cell(one.question),
                *counts,
                one.first.isoformat(),
                one.last.isoformat(),
                one.nearest or "",
                _cell(spellings),
            ]
        )
    headers = {"Content-Disposition": 'attachment; filename="gaps.csv"'}
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/gaps/resolve")
def resolve(body: Resolve, service: Here, agent: Agent) -> Change:
    """Make a question one that an article answers, or one known to have no answer, or leave it out of the report.

    What changes the corpus is checked before it is written, and the index is built anew in the background.
    """
    _check(body)
    corpus = service.settings.corpus
    delisted = curation.listed_out_of_scope(corpus, body.question) if body.action in CHANGES else ()
    changed = _carry_out(body, corpus)
    service.store.reports.dismiss([exact_key(text) for text in (body.question, *body.also)])
    number = service.store.audit.add(
        agent.name,
        f"corpus.{body.action}",
        body.article_id or "",
        question=body.question,
        changed=changed,
        delisted=delisted,
    )
    if changed:
        jobs.reindex(service, agent.name)
    return _change(service, number)


@router.post("/gaps/preview", status_code=202)
def preview(body: Resolve, service: Here, agent: Agent) -> JobOut:
    """What `resolve` would change, found out in the background on a copy: lines of files, and answers."""
    _check(body)
    job = jobs.preview(service, agent.name, partial(_carry_out, body), list(dict.fromkeys([body.question, *body.also])))
    return job_out(job)


@router.get("/jobs/{job_id}")
def read_job(job_id: Id, service: Here) -> JobOut:
    """How far a preview is, and what came of it."""
    job = service.store.jobs.get(job_id)
    if job is None or job.kind != "preview":
        raise ApiError(404, "not_found", "there is no such job")
    return job_out(job)


@router.get("/changes")
def changes(service: Here, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> list[Change]:
    """What agents changed, latest first."""
    found = [one for one in service.store.audit.entries(limit=limit) if one.action.startswith("corpus.")]
    return [_change_out(one) for one in found]


@router.post("/changes/{number}/revert")
def revert(number: int, service: Here, agent: Agent) -> Change:
    """Take a change of the corpus back."""
    entry = service.store.audit.get(number) if 0 < number < 2**53 else None
    if entry is None or not entry.action.startswith("corpus."):
        raise ApiError(404, "not_found", "there is no such change")
    if not service.store.audit.revert(number):
        raise ApiError(409, "reverted", "this change was taken back already")
    action, question = entry.action.removeprefix("corpus."), str(entry.detail["question"])
    undone = False
    if entry.detail["changed"] and action in CHANGES:
        change = curation.Change(entry.subject, CHANGES[action], question)
        undone = curation.remove(service.settings.corpus, change)
        for topic, spelling in entry.detail.get("delisted", ()):
            undone |= curation.mark_out_of_scope(service.settings.corpus, spelling, topic)
    elif entry.detail["changed"]:
        undone = curation.unmark_out_of_scope(service.settings.corpus, question)
    service.store.audit.add(agent.name, "revert", str(number), question=question)
    if undone:
        jobs.reindex(service, agent.name)
    return _change(service, number)


def _check(body: Resolve) -> None:
    if body.action in CHANGES and body.article_id is None:
        raise ApiError(422, "invalid", f"article_id is missing; the action {body.action} needs one")


def _carry_out(body: Resolve, corpus: Path) -> bool:
    """Make the change in a corpus folder; whether a file changed."""
    if body.action in CHANGES:
        return curation.add(corpus, curation.Change(str(body.article_id), CHANGES[body.action], body.question))
    if body.action == "out_of_scope":
        return curation.mark_out_of_scope(corpus, body.question, body.topic or "客戶問題")
    return False


def _groups(service: Service, days: int) -> list[Group]:
    since = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    left_out = service.store.reports.dismissals()
    asked = [
        AskedQuestion(one.text, one.asked, one.reason, one.nearest)
        for one in service.store.reports.gaps(since)
        if exact_key(one.text)[:600] not in left_out
    ]
    background = service.snapshot.index.encoded_questions
    return group(asked, service.live.encoder.encode_queries, background=background)


def _out(service: Service, one: Group) -> GroupOut:
    index = service.snapshot.index
    nearest = None
    if one.nearest in index.article_rows:
        nearest = Choice(article_id=one.nearest, title=index.article(index.article_rows[one.nearest]).title)
    return GroupOut(
        id=one.id,
        question=one.question,
        questions=list(one.questions),
        count=one.count,
        declined=one.declined,
        clarified=one.clarified,
        disliked=one.disliked,
        first=one.first,
        last=one.last,
        nearest=nearest,
    )


def _cell(text: str) -> str:
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def _change(service: Service, number: int) -> Change:
    entry = service.store.audit.get(number)
    if entry is None:
        raise ApiError(404, "not_found", "there is no such change")
    return _change_out(entry)


def _change_out(entry: Entry) -> Change:
    return Change.model_validate({name: getattr(entry, name) for name in Change.model_fields})
