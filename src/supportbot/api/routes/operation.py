"""For those who run the service: is it alive, is it ready."""

from fastapi import APIRouter
from pydantic import BaseModel

from supportbot.api.errors import ApiError
from supportbot.api.service import Here

router = APIRouter(tags=["operation"])


class Health(BaseModel):
    """That the process answers, and which index version it serves."""

    status: str
    index_version: str | None = None


@router.get("/healthz")
async def alive(service: Here) -> Health:
    """The process answers."""
    return Health(status="alive")


@router.get("/readyz")
def ready(service: Here) -> Health:
    """Model, dictionary and index are warm, and the database answers; else 503."""
    if not service.ready or service.stopping.is_set():
        raise ApiError(503, "unavailable", "not ready", {"Retry-After": "1"})
    service.store.database.check()
    return Health(status="ready", index_version=service.snapshot.version)
