"""What people see: templates, static files and the texts around them. No route and no logic of answering is here.

Static files go out as they lie here; there is no build step. Only the widget's style sheet is put into the widget's
script, since a script tag on somebody else's page can bring no second file along.
"""

import gzip
import hashlib
import json
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
TEMPLATES = FOLDER / "templates"

_STYLE_MARK = '"{{style}}"'


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file as it is sent. `digest` changes with the content."""

    content: bytes
    compressed: bytes
    media_type: str
    digest: str


@cache
def assets() -> dict[str, Asset]:
    """All static files by name."""
    return {path.name: _asset(path) for path in sorted(STATIC.iterdir()) if path.is_file()}


def asset_url(name: str) -> str:
    """The address of a static file, another one for another content. Raises `KeyError`."""
    return f"/static/{name}?v={assets()[name].digest}"


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    if path.name == "widget.js":
        style = (STATIC / "design.css").read_text("utf-8") + (STATIC / "widget.css").read_text("utf-8")
        content = content.decode().replace(_STYLE_MARK, json.dumps(style, ensure_ascii=False)).encode()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    media_type = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Asset(content, gzip.compress(content, 9, mtime=0), media_type, digest)
