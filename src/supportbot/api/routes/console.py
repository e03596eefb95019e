"""The page of the agent console. What it shows comes from the API, with the key that somebody signs in with."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from supportbot.api.edge import CONTENT_POLICY
from supportbot.api.service import Here
from supportbot.web.rendering import render

router = APIRouter(include_in_schema=False)

# Stricter than other pages: whoever may embed the widget may still not frame the console.
HEADERS = {"Cache-Control": "no-cache", "Content-Security-Policy": CONTENT_POLICY.format(ancestors="'none'")}


@router.api_route("/console", methods=["GET", "HEAD"])
def console(service: Here) -> HTMLResponse:
    """The console: search, queue, out-of-scope questions, and what admins need."""
    name = service.store.site.get().get("name") or ""
    return HTMLResponse(render("console.html", name=name), headers=HEADERS)
