"""Routes for whoever runs the service: is it alive, is it ready."""

from fastapi import APIRouter
from pydantic import BaseModel

from supportbot.api.errors import ApiError
from supportbot.api.service import Here

router = APIRouter(tags=["operation"])


class Health(BaseModel):
    """The state of the process, and the index version that it serves.

    Example: `{"status": "ready", "index_version": "…"}`
    """

    status: str
    index_version: str | None = None


@router.get("/healthz")
async def check_alive(service: Here) -> Health:
    """Reply whenever the process runs."""
    return Health(status="alive")


@router.get("/readyz")
def check_ready(service: Here) -> Health:
    """Reply if model, dictionary and index are loaded and the database answers; else 503."""
    if not service.ready or service.stopping.is_set():
        raise ApiError(503, "unavailable", "not ready", {"Retry-After": "1"})
    service.store.database.check()
    return Health(status="ready", index_version=service.snapshot.version)
