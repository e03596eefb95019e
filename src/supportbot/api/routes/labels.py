"""Routes for labels: which article answers a question, as agents say; `supportbot tune` fits on them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from supportbot.answering.bot import check_question
from supportbot.api.console_schemas import LabelOut, LabelPage, NewLabel
from supportbot.api.schemas import MOST_KIND, Done, Id
from supportbot.api.security import Agent, needs
from supportbot.api.service import Here
from supportbot.errors import EmptyQuestionError
from supportbot.evaluation import labels
from supportbot.privacy import scrub
from supportbot.text.folding import clean, exact_key

router = APIRouter(prefix="/v1", tags=["agents"], dependencies=[Depends(needs("agent"))])


@router.post("/labels")
def set_label(body: NewLabel, service: Here, agent: Agent) -> LabelOut:
    """Store which article answers a question, or that none does, in place of what was said of it before."""
    snapshot, question = service.snapshot, check_question(scrub(body.question))
    if not exact_key(question):
        raise EmptyQuestionError
    if body.article is not None:
        snapshot.article(body.article)
    stored = service.store.labels.set(question, body.article, clean(scrub(body.kind))[:MOST_KIND])
    # Without the question: the log is kept when a visitor's words are deleted.
    service.store.audit.add(agent.name, "label.set", stored.id, article=stored.article, kind=stored.kind)
    return LabelOut.of(stored, snapshot.titles)


@router.get("/labels")
def list_labels(
    service: Here,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> LabelPage:
    """List the labels, latest first."""
    titles, stored = service.snapshot.titles, service.store.labels
    found = [LabelOut.of(one, titles) for one in stored.all(limit=limit, offset=offset)]
    return LabelPage(total=stored.count(), labels=found)


@router.get("/labels.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def export_labels(service: Here) -> Response:
    """Return all labels as the table that `supportbot tune` reads; no cell is a formula."""
    text = labels.write(
        labels.Label(one.question, frozenset([one.article] if one.article else ()), one.kind)
        for one in service.store.labels.all()
    )
    headers = {"Content-Disposition": 'attachment; filename="labels.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.delete("/labels/{label_id}")
def remove_label(label_id: Id, service: Here, agent: Agent) -> Done:
    """Delete a label."""
    service.store.labels.remove(label_id)
    service.store.audit.add(agent.name, "label.remove", label_id)
    return Done()
