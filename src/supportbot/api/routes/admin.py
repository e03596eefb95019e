"""Admins: index versions, keys, what visitors see, statistics, the audit log."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import PlainTextResponse

from supportbot.api import jobs
from supportbot.api.errors import ApiError
from supportbot.api.schemas import (
    Change,
    Diff,
    Done,
    Id,
    JobOut,
    KeyOut,
    MadeKey,
    NewKey,
    ReadersVotes,
    Rollback,
    SiteSettings,
    Speed,
    Statistics,
    VersionOut,
)
from supportbot.api.security import Admin, needs
from supportbot.api.service import Here
from supportbot.errors import IndexUnusableError
from supportbot.index import layout
from supportbot.index.layout import Manifest
from supportbot.storage.jobs import Job

router = APIRouter(prefix="/v1/admin", tags=["admin"], dependencies=[Depends(needs("admin"))])


@router.post("/reindex", status_code=202)
def reindex(service: Here, admin: Admin, force: bool = False) -> JobOut:
    """Bring the index up to date with the corpus, in the background."""
    job = jobs.reindex(service, admin.name, force=force)
    service.store.audit.add(admin.name, "reindex", job.id, force=force)
    return job_out(job)


@router.get("/jobs")
def list_jobs(service: Here) -> list[JobOut]:
    """The newest jobs."""
    return [job_out(job) for job in service.store.jobs.latest()]


@router.get("/jobs/{job_id}")
def readjob_out(job_id: Id, service: Here) -> JobOut:
    """How far a job is, and what came of it."""
    job = service.store.jobs.get(job_id)
    if job is None:
        raise ApiError(404, "not_found", "there is no such job")
    return job_out(job)


@router.get("/index")
def list_versions(service: Here) -> list[VersionOut]:
    """The index versions on disk, oldest first."""
    folder = service.settings.index
    current, pinned = service.snapshot.version, layout.is_pinned(folder)
    found = []
    for path in layout.versions(folder):
        try:
            manifest = Manifest.read(path)
        except IndexUnusableError:
            continue
        found.append(
            VersionOut(
                name=path.name,
                serving=path.name == current,
                pinned=pinned and path.name == current,
                articles=manifest.articles,
                chunks=manifest.chunks,
                questions=manifest.titles,
            )
        )
    return found


@router.post("/index/rollback")
def roll_back(body: Rollback, service: Here, admin: Admin) -> list[VersionOut]:
    """Serve an older version until the next build."""
    try:
        layout.roll_back(service.settings.index, body.version)
    except IndexUnusableError as error:
        raise ApiError(404, "not_found", error.reason) from None
    service.live.refresh()
    service.store.audit.add(admin.name, "index.rollback", body.version)
    return list_versions(service)


@router.post("/index/diff", status_code=202)
def diff(body: Diff, service: Here, admin: Admin) -> JobOut:
    """Find out which benchmark questions two versions answer otherwise, in the background."""
    known = {path.name for path in layout.versions(service.settings.index)}
    for version in (body.before, body.after):
        if version not in known:
            raise ApiError(
                404, "not_found", f"there is no version {version}; expected one of {', '.join(sorted(known))}"
            )
    return job_out(jobs.compare(service, admin.name, body.before, body.after, body.questions))


@router.get("/keys")
def list_keys(service: Here) -> list[KeyOut]:
    """All keys, without their secrets."""
    return [KeyOut(**asdict(key)) for key in service.store.keys.all()]


@router.post("/keys", status_code=201)
def make_key(body: NewKey, service: Here, admin: Admin) -> MadeKey:
    """Make a key. Its secret is in this reply and nowhere else."""
    key, secret = service.store.keys.add(body.name, body.role)
    service.store.audit.add(admin.name, "key.add", key.id, name=key.name, role=key.role)
    return MadeKey(**asdict(key), secret=secret)


@router.delete("/keys/{key_id}")
def revoke_key(key_id: Id, service: Here, admin: Admin) -> Done:
    """Revoke a key; it stops working at once."""
    if key_id == admin.id:
        raise ApiError(409, "own_key", "this is the key of this very call; revoke it with another one")
    if not service.store.keys.revoke(key_id):
        raise ApiError(404, "not_found", "there is no such key")
    service.store.audit.add(admin.name, "key.revoke", key_id)
    return Done()


@router.put("/site")
def set_site(body: SiteSettings, service: Here, admin: Admin) -> SiteSettings:
    """Set what visitors see. Values left out stay; null takes one back to its default."""
    values = body.model_dump(exclude_unset=True)
    service.store.site.set(values)
    service.store.audit.add(admin.name, "site.set", ", ".join(values), **values)
    stored = service.store.site.get()
    return SiteSettings(**{name: stored.get(name) for name in SiteSettings.model_fields})


@router.get("/statistics")
def statistics(service: Here, days: Annotated[int, Query(ge=1, le=3650)] = 30) -> Statistics:
    """Counts by day (UTC), the time answers took, the articles that answered most and the questions asked most."""
    last = dt.datetime.now(dt.UTC).date()
    first = last - dt.timedelta(days=days - 1)
    times = service.store.reports.times(first, last)
    by_day: dict[dt.date, list[float]] = {}
    for day, milliseconds in times:
        by_day.setdefault(day, []).append(milliseconds)
    index = service.snapshot.index

    def title(article: str) -> str:
        return index.article(index.article_rows[article]).title if article in index.article_rows else article

    votes = service.store.article_votes.counts(dt.datetime.combine(first, dt.time(), dt.UTC))
    return Statistics(
        days=service.store.reports.days(first, last),
        milliseconds_p50=_percentile([one for _, one in times], 50) if times else None,
        milliseconds_p95=_percentile([one for _, one in times], 95) if times else None,
        speed=[
            Speed(day=day, p50=_percentile(found, 50), p95=_percentile(found, 95))
            for day, found in sorted(by_day.items())
        ],
        articles=[
            {"article_id": key, "title": title(key), "answers": count}
            for key, count in service.store.reports.articles(first, last)
        ],
        questions=[
            {"question": question, "count": count} for question, count in service.store.reports.questions(first, last)
        ],
        votes=[
            ReadersVotes(article_id=key, title=title(key), helpful=one.helpful, not_helpful=one.not_helpful)
            for key, one in sorted(votes.items(), key=lambda vote: (-vote[1].not_helpful, vote[0]))
        ],
    )


@router.get("/audit")
def audit(
    service: Here,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> list[Change]:
    """Who did what, latest first."""
    entries = service.store.audit.entries(limit=limit, offset=offset)
    return [Change.model_validate({name: getattr(one, name) for name in Change.model_fields}) for one in entries]


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(service: Here) -> PlainTextResponse:
    """Prometheus metrics; scrape with a key as bearer token."""
    service.metrics.cache_hits.set(service.snapshot.cache_hits)
    return PlainTextResponse(service.metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _percentile(ordered: Sequence[float], share: int) -> float:
    """The value that `share` percent of the ordered values do not exceed."""
    return ordered[len(ordered) * share // 100]


def job_out(job: Job) -> JobOut:
    """A job as it goes out."""
    fields: dict[str, Any] = {name: getattr(job, name) for name in JobOut.model_fields}
    return JobOut(**fields)
