"""What people see: templates, static files and the texts around them. No route and no logic of answering is here.

Style sheets go out as they lie in `static/`; scripts are joined from their modules (`joining`). There is no build step.
"""

import gzip
import hashlib
import json
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from supportbot.web.joining import join

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
TEMPLATES = FOLDER / "templates"

_SCRIPTS = ("console/early.js", "console/main.js", "help/main.js", "widget/main.js")
_STYLE_MARK = '"{{style}}"'


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file as it is sent. `digest` changes with the content.

    >>> assets()["help/help.css"].media_type
    'text/css; charset=utf-8'
    """

    content: bytes
    compressed: bytes
    media_type: str
    digest: str


@cache
def assets() -> dict[str, Asset]:
    """Return all files that are served, by their path below `static/`.

    Raises `ValueError` for a script whose modules cannot be joined.
    """
    files = [path for path in sorted(STATIC.rglob("*")) if path.suffix in (".css", ".svg")]
    contents = {path.relative_to(STATIC).as_posix(): path.read_text("utf-8") for path in files}
    scripts = {name: join(STATIC / name) for name in _SCRIPTS}
    # A script tag on somebody else's page can bring no style sheet along: the widget's is in its script.
    style = json.dumps(contents["shared/design.css"] + contents["widget/widget.css"], ensure_ascii=False)
    scripts["widget/main.js"] = scripts["widget/main.js"].replace(_STYLE_MARK, style)
    return {name: _asset(name, content.encode()) for name, content in (contents | scripts).items()}


def asset_url(name: str) -> str:
    """Return the address of a static file, another one for another content. Raises `KeyError`."""
    return f"/static/{name}?v={assets()[name].digest}"


def _asset(name: str, content: bytes) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    media_type = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Asset(content, gzip.compress(content, 9, mtime=0), media_type, digest)
