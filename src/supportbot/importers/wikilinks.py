"""Links of wikis and Obsidian (`[[page#part|text]]`, `![[image.png|200]]`) as links and images of Markdown."""

import re
from pathlib import PurePosixPath

from supportbot.importers import markup

_WIKILINK = re.compile(r"(?<![\\\[])(!?)\[\[(?![\s\]])([^\[\]\n|\\]{1,300})(?:\\?\|([^\[\]\n]{0,300}))?\]\](?![\](])")
_CONTENTS = frozenset(["toc", "_toc_"])
_IMAGES = frozenset([".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".avif"])
_SIZE = re.compile(r"\d+(?:x\d+)?")


def as_links(text: str) -> str:
    """Return a text, its code put aside, with its wiki links as links of Markdown.

    >>> as_links("見 [[退貨#步驟|退貨步驟]]")
    '見 [退貨步驟](退貨#步驟)'
    """
    return _WIKILINK.sub(_link, text) if "[[" in text else text


def _link(match: re.Match[str]) -> str:
    target, shown = match[2].strip(), (match[3] or "").strip()
    if target.lower() in _CONTENTS or not re.search(r"[^\W\d_]", target):
        return match[0]
    if match[1] and PurePosixPath(target).suffix.lower() in _IMAGES:
        return markup.image("" if _SIZE.fullmatch(shown) else markup.escape(shown), target)
    return markup.link(markup.escape(shown or target.lstrip("#")), target)
