"""Routes for the gaps report: the questions that got no good answer, and changes of the corpus that mend it."""

import csv
import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from supportbot.answering.answer import Choice
from supportbot.api import jobs
from supportbot.api.console_schemas import AuditEntryOut, GroupOut, JobOut, Resolve
from supportbot.api.errors import ApiError
from supportbot.api.schemas import Id
from supportbot.api.security import Agent, needs
from supportbot.api.service import Here, Service
from supportbot.content import curation
from supportbot.errors import NotFoundError
from supportbot.insights.grouping import Group, group
from supportbot.storage.tables import LONGEST_KEY
from supportbot.text.cells import guarded
from supportbot.text.folding import exact_key

router = APIRouter(prefix="/v1", tags=["agents"], dependencies=[Depends(needs("agent"))])

CHANGES: Mapping[str, curation.Field] = {"question": "questions", "pinned": "pinned"}
CORPUS = "corpus."
"""Before the action of each change of the corpus in the audit log."""

Days = Annotated[int, Query(ge=1, le=3650, description="how many days back")]


@router.get("/gaps")
def list_gaps(service: Here, days: Days = 30, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> list[GroupOut]:
    """List declined, asked-back and disliked questions, grouped by meaning, the largest group first."""
    return [_out(service, one) for one in _groups(service, days)[:limit]]


@router.get("/gaps.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def export_gaps(service: Here, days: Days = 30) -> Response:
    """Return the report as a table; cells that a spreadsheet would take for a formula are quoted."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["question", "count", "declined", "clarified", "disliked", "first", "last", "nearest", "spellings"])
    for one in _groups(service, days):
        counts = [one.count, one.declined, one.clarified, one.disliked]
        dates = [one.first.isoformat(), one.last.isoformat()]
        writer.writerow([guarded(one.question), *counts, *dates, one.nearest or "", guarded(" | ".join(one.questions))])
    headers = {"Content-Disposition": 'attachment; filename="gaps.csv"'}
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/gaps/resolve")
def resolve_gap(body: Resolve, service: Here, agent: Agent) -> AuditEntryOut:
    """Make a question one that an article answers, list it as out of scope, or leave it out of the report.

    A change of the corpus is checked before it is written, and the index is then built in the background.
    """
    _check(body)
    corpus = service.settings.corpus
    delisted = curation.listed_out_of_scope(corpus, body.question) if body.action in CHANGES else ()
    changed = _carry_out(body, corpus)
    service.store.reports.dismiss([exact_key(text) for text in (body.question, *body.also)])
    entry = service.store.audit.add(
        agent.name,
        CORPUS + body.action,
        body.article_id or "",
        question=body.question,
        changed=changed,
        delisted=delisted,
    )
    if changed:
        jobs.reindex(service, agent.name)
    return AuditEntryOut.model_validate(service.store.audit.get(entry))


@router.post("/gaps/preview", status_code=202)
def preview_gap(body: Resolve, service: Here, agent: Agent) -> JobOut:
    """Try on a copy, in the background, which lines of files and which answers `resolve` would change."""
    _check(body)
    job = jobs.preview(service, agent.name, partial(_carry_out, body), list(dict.fromkeys([body.question, *body.also])))
    return JobOut.model_validate(job)


@router.get("/jobs/{job_id}")
def read_preview(job_id: Id, service: Here) -> JobOut:
    """Return the progress of a preview, and its result once it is over."""
    return JobOut.model_validate(service.store.jobs.get(job_id, kind="preview"))


@router.get("/changes")
def list_changes(service: Here, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> list[AuditEntryOut]:
    """List the changes of the corpus that agents made, latest first."""
    return [AuditEntryOut.model_validate(one) for one in service.store.audit.entries(prefix=CORPUS, limit=limit)]


@router.post("/changes/{number}/revert")
def revert_change(number: int, service: Here, agent: Agent) -> AuditEntryOut:
    """Revert a change of the corpus."""
    if not 0 < number < 2**53:  # the database's integers end there
        raise NotFoundError("change")
    entry = service.store.audit.get(number, prefix=CORPUS)
    if not service.store.audit.revert(number):
        raise ApiError(409, "reverted", "this change was taken back already")
    action, question = entry.action.removeprefix(CORPUS), str(entry.detail["question"])
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
    return AuditEntryOut.model_validate(service.store.audit.get(number))


@router.get("/unanswered", include_in_schema=False)
@router.get("/unanswered.csv", include_in_schema=False)
@router.post("/unanswered/resolve", include_in_schema=False)
@router.post("/unanswered/preview", include_in_schema=False)
def follow_new_name(request: Request) -> RedirectResponse:
    """Redirect the old paths of the gaps report, so that agents' scripts keep working."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(request.url.path.replace("unanswered", "gaps", 1) + query, 308)


def _check(body: Resolve) -> None:
    if body.action in CHANGES and body.article_id is None:
        raise ApiError(422, "invalid", f"article_id is missing; the action {body.action} needs one")


def _carry_out(body: Resolve, corpus: Path) -> bool:
    """Make the change in a corpus folder; return whether a file changed."""
    if body.action in CHANGES:
        return curation.add(corpus, curation.Change(str(body.article_id), CHANGES[body.action], body.question))
    if body.action == "out_of_scope":
        return curation.mark_out_of_scope(corpus, body.question, body.topic or "客戶問題")
    return False


def _groups(service: Service, days: int) -> list[Group]:
    since = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    dismissed = service.store.reports.dismissals()
    asked = [one for one in service.store.reports.gaps(since) if exact_key(one.text)[:LONGEST_KEY] not in dismissed]
    background = service.snapshot.index.encoded_questions
    return group(asked, service.live.encoder.encode_queries, background=background)


def _out(service: Service, one: Group) -> GroupOut:
    titles = service.snapshot.titles
    nearest = Choice(one.nearest, titles[one.nearest]) if one.nearest in titles else None
    return GroupOut.model_validate({**asdict(one), "nearest": nearest})
