"""Sync with the sources every so many minutes: one process of all that share the database does it."""

import asyncio
import datetime as dt
import logging

from supportbot.api import jobs
from supportbot.api.service import Service
from supportbot.storage.tables import now
from supportbot.syncing.sources import FILE_NAME

ACTOR = "schedule"
MINUTE_SECONDS = 60.0
log = logging.getLogger("supportbot.schedule")


async def sync_regularly(service: Service) -> None:
    """Start a sync whenever `sync_minutes` have passed since the last one by schedule, or since this process began."""
    pause = dt.timedelta(seconds=service.settings.sync_minutes * MINUTE_SECONDS)
    since = now()
    while pause:
        await asyncio.sleep(min(pause, max(dt.timedelta(), since + pause - now())).total_seconds())
        try:
            since = await asyncio.to_thread(_sync_if_due, service, pause)
        except Exception:  # the next time tries again
            log.exception("schedule")
            since = now()


def _sync_if_due(service: Service, pause: dt.timedelta) -> dt.datetime:
    """Start a sync unless one was started during the pause; return the time from which the next pause counts."""
    if not (service.settings.corpus / FILE_NAME).is_file():
        return now()
    job = jobs.sync(service, ACTOR, since=now() - pause)
    if job:
        return job.created
    last = service.store.jobs.latest(1, kinds=("sync",), actor=ACTOR)
    return last[0].created if last and last[0].created > now() - pause else now()  # else somebody's runs just now
