"""Routes for admins: index versions, sources, jobs, keys, what visitors see, statistics, the audit log."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import PlainTextResponse

from supportbot.api import jobs
from supportbot.api import sources as sources_room
from supportbot.api.console_schemas import (
    AuditEntryOut,
    Diff,
    JobOut,
    KeyOut,
    MadeKey,
    NewKey,
    ReadersVotes,
    Rollback,
    SourceOut,
    SourcesOut,
    Speed,
    Statistics,
    SyncRequest,
    VersionOut,
)
from supportbot.api.errors import ApiError
from supportbot.api.schemas import Done, Id, SiteSettings
from supportbot.api.security import Admin, needs
from supportbot.api.service import Here
from supportbot.errors import IndexUnusableError, InputError, NotFoundError
from supportbot.index import layout
from supportbot.index.layout import Manifest
from supportbot.syncing import sources as sources_file

router = APIRouter(prefix="/v1/admin", tags=["admin"], dependencies=[Depends(needs("admin"))])


@router.post("/reindex", status_code=202)
def reindex(service: Here, admin: Admin, force: bool = False) -> JobOut:
    """Bring the index up to date with the corpus, in the background; `force` builds it anyway."""
    job = jobs.reindex(service, admin.name, force=force)
    service.store.audit.add(admin.name, "reindex", job.id, force=force)
    return JobOut.model_validate(job)


@router.get("/sources")
def list_sources(service: Here) -> SourcesOut:
    """List the sources of the corpus with what the newest sync did, and tell what is wrong with `sources.yaml`."""
    file = service.settings.corpus / sources_file.FILE_NAME
    error, sources = "", []
    try:
        sources = sources_file.read(service.settings.corpus) if file.is_file() else []
    except InputError as fault:
        error = sources_room.one_line(fault)
    articles = Counter(article.source for article in service.snapshot.articles)
    ended = [job for job in service.store.jobs.latest(10, kinds=("sync",)) if job.state != "running"]
    runs: dict[str, dict[str, object]] = {}
    for job in ended:
        for one in (job.result or {}).get("sources", []):
            runs.setdefault(one["name"], {"at": job.updated.isoformat(), "actor": job.actor, **one})
    newest = service.store.jobs.latest(1, kinds=jobs.SYNCS)  # the one that runs is the newest, as it runs alone
    running = newest[0] if newest and newest[0].state == "running" else None
    return SourcesOut(
        file=str(file),
        exists=file.is_file(),
        error=error,
        minutes=service.settings.sync_minutes,
        sources=[
            SourceOut(
                name=source.name,
                place=sources_room.one_line(source.place),
                options=sources_room.options_of(source),
                articles=articles[source.name],
                run=runs.get(source.name),
            )
            for source in sources
        ],
        last=JobOut.model_validate(ended[0]) if ended else None,
        running=JobOut.model_validate(running) if running else None,
    )


@router.post("/sync", status_code=202)
def sync_sources(body: SyncRequest, service: Here, admin: Admin) -> JobOut:
    """Bring corpus and index in step with the sources, in the background; with `plan` only tell what would change."""
    job = jobs.sync(service, admin.name, plan_only=body.plan)
    if job is None:
        raise ApiError(409, "sync_running", "the sources are being read already; wait until that has ended")
    return JobOut.model_validate(job)


@router.get("/jobs")
def list_jobs(service: Here) -> list[JobOut]:
    """List the newest jobs."""
    return [JobOut.model_validate(job) for job in service.store.jobs.latest()]


@router.get("/jobs/{job_id}")
def read_job(job_id: Id, service: Here) -> JobOut:
    """Return the progress of a job, and its result once it is over."""
    return JobOut.model_validate(service.store.jobs.get(job_id))


@router.get("/index")
def list_versions(service: Here) -> list[VersionOut]:
    """List the index versions on disk, oldest first."""
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
        raise NotFoundError("version", error.reason) from None
    service.live.refresh()
    service.store.audit.add(admin.name, "index.rollback", body.version)
    return list_versions(service)


@router.post("/index/diff", status_code=202)
def compare_versions(body: Diff, service: Here, admin: Admin) -> JobOut:
    """Find the benchmark questions that two versions answer differently, in the background."""
    known = {path.name for path in layout.versions(service.settings.index)}
    for version in (body.before, body.after):
        if version not in known:
            expected = f"expected one of {', '.join(sorted(known))}"
            raise NotFoundError("version", f"there is no version {version}; {expected}")
    return JobOut.model_validate(jobs.compare(service, admin.name, body.before, body.after, body.questions))


@router.get("/keys")
def list_keys(service: Here) -> list[KeyOut]:
    """List all keys, without their secrets."""
    return [KeyOut.model_validate(key) for key in service.store.keys.all()]


@router.post("/keys", status_code=201)
def make_key(body: NewKey, service: Here, admin: Admin) -> MadeKey:
    """Make a key. Only this reply holds its secret."""
    key, secret = service.store.keys.add(body.name, body.role)
    service.store.audit.add(admin.name, "key.add", key.id, name=key.name, role=key.role)
    return MadeKey(**asdict(key), secret=secret)


@router.delete("/keys/{key_id}")
def revoke_key(key_id: Id, service: Here, admin: Admin) -> Done:
    """Revoke a key; it stops working at once."""
    if key_id == admin.id:
        raise ApiError(409, "own_key", "this is the key of this very call; revoke it with another one")
    service.store.keys.revoke(key_id)
    service.store.audit.add(admin.name, "key.revoke", key_id)
    return Done()


@router.put("/site")
def set_site(body: SiteSettings, service: Here, admin: Admin) -> SiteSettings:
    """Set what visitors see. What is left out stays; null restores the default."""
    values = body.model_dump(exclude_unset=True)
    service.store.site.set(values)
    service.store.audit.add(admin.name, "site.set", ", ".join(values), **values)
    stored = service.store.site.get()
    return SiteSettings(**{name: stored.get(name) for name in SiteSettings.model_fields})


@router.get("/statistics")
def read_statistics(service: Here, days: Annotated[int, Query(ge=1, le=3650)] = 30) -> Statistics:
    """Return counts by day (UTC), times of answers, and the most frequent articles and questions."""
    last = dt.datetime.now(dt.UTC).date()
    first = last - dt.timedelta(days=days - 1)
    times = service.store.reports.times(first, last)
    by_day: dict[dt.date, list[float]] = {}
    for day, milliseconds in times:
        by_day.setdefault(day, []).append(milliseconds)
    titles = service.snapshot.titles
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
            {"article_id": key, "title": titles.get(key, key), "answers": count}
            for key, count in service.store.reports.articles(first, last)
        ],
        questions=[
            {"question": question, "count": count} for question, count in service.store.reports.questions(first, last)
        ],
        votes=[
            ReadersVotes(article_id=key, title=titles.get(key, key), helpful=one.helpful, not_helpful=one.not_helpful)
            for key, one in sorted(votes.items(), key=lambda vote: (-vote[1].not_helpful, vote[0]))
        ],
    )


@router.get("/audit")
def read_audit(
    service: Here,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> list[AuditEntryOut]:
    """List who did what, latest first."""
    return [AuditEntryOut.model_validate(one) for one in service.store.audit.entries(limit=limit, offset=offset)]


@router.get("/metrics", response_class=PlainTextResponse)
def read_metrics(service: Here) -> PlainTextResponse:
    """Return the Prometheus metrics; scrape them with a key as bearer token."""
    rendered = service.metrics.render(service.snapshot)
    return PlainTextResponse(rendered, media_type="text/plain; version=0.0.4; charset=utf-8")


def _percentile(ordered: Sequence[float], share: int) -> float:
    """Return the value that `share` percent of the ordered values do not exceed."""
    return ordered[len(ordered) * share // 100]
