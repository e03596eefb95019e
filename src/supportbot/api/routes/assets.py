"""Static files of the pages, the widget's script, and the site's colours as a style sheet."""

from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import Response

from supportbot import web
from supportbot.api.service import Here
from supportbot.errors import NotFoundError
from supportbot.web import Asset, colors

router = APIRouter(include_in_schema=False)

FOREVER = "public, max-age=31536000, immutable"
FIVE_MINUTES = "public, max-age=300"

Encodings = Annotated[str, Header(alias="accept-encoding")]
Known = Annotated[str, Header(alias="if-none-match")]


@router.api_route("/widget.js", methods=["GET", "HEAD"])
def widget(encodings: Encodings = "", known: Known = "") -> Response:
    """The chat widget, for a script tag on any page."""
    reply = _reply(web.assets()["widget/main.js"], FIVE_MINUTES, encodings, known)
    reply.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return reply


@router.api_route("/static/{name:path}", methods=["GET", "HEAD"])
def static(
    name: str, v: Annotated[str, Query(max_length=64)] = "", encodings: Encodings = "", known: Known = ""
) -> Response:
    """A static file; under the address that names its content it may be kept forever."""
    asset = web.assets().get(name)
    if asset is None:
        raise NotFoundError("file")
    return _reply(asset, FOREVER if v == asset.digest else "no-cache", encodings, known)


@router.get("/site.css")
def site_style(service: Here) -> Response:
    """The accent that admins set, in shades that can be read."""
    style = colors.stylesheet(service.store.site.get().get("accent"))
    return Response(style, media_type="text/css; charset=utf-8", headers={"Cache-Control": "no-cache"})


def _reply(asset: Asset, caching: str, encodings: str, known: str) -> Response:
    tag = f'"{asset.digest}"'
    headers = {"Cache-Control": caching, "ETag": tag, "Vary": "Accept-Encoding"}
    if tag in known:
        return Response(status_code=304, headers=headers)
    if "gzip" in encodings:
        headers["Content-Encoding"] = "gzip"
        return Response(asset.compressed, media_type=asset.media_type, headers=headers)
    return Response(asset.content, media_type=asset.media_type, headers=headers)
