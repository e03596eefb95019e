"""Route for the health of the help centre: what to expect of the bot, what is wrong with articles, what would help."""

import datetime as dt

from fastapi import APIRouter, Depends

from supportbot.api.console_schemas import HealthOut
from supportbot.api.security import needs
from supportbot.api.service import Here, Service
from supportbot.content import articles
from supportbot.health.examination import MOST_TITLES, examine

router = APIRouter(prefix="/v1", tags=["agents"], dependencies=[Depends(needs("agent"))])

DAYS = 30
"""How far back recorded questions are asked again."""


@router.get("/report/health")
def read_health_report(service: Here) -> HealthOut:
    """Return figures, expectation, findings and advice; examined once a day for each index version."""
    today = dt.datetime.now(dt.UTC).date()
    wanted = (service.snapshot.version, today)
    with service.examining:
        if service.health is None or service.health[0] != wanted:
            service.health = wanted, _examine(service, today)
        return service.health[1]


def _examine(service: Service, today: dt.date) -> HealthOut:
    recorded = service.store.reports.questions(today - dt.timedelta(days=DAYS), today, limit=MOST_TITLES)
    found = examine(service.snapshot.bot, articles.read(service.settings.corpus), recorded)
    return HealthOut.model_validate(found)
