"""The Markdown that importers write: plain text kept plain, and blocks put under one another."""

import re
from collections.abc import Iterable

from supportbot.content import platforms
from supportbot.content.platforms import Platform

# What Markdown would read as markup inside a line, and what it would read as a block at the start of one.
_INLINE = re.compile(r"[\\`*\[\]<]|(?<!\w)_|_(?!\w)|&(?=#?\w{1,31};)")
_BLOCK_START = re.compile(r"[#>+=|~-](?=[\s#>+=|~:-]|$)|:(?=::)")
_NUMBER_START = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_UNSAFE = re.compile(r"\s*(?:javascript|vbscript|data):", re.IGNORECASE)
_HEADING = re.compile(r"#{1,6}\s")


def escape(text: str) -> str:
    """Return plain text as Markdown that shows exactly this text: signs that would become markup get a backslash."""
    return "\n".join(_escape_line(line) for line in text.split("\n"))


def _escape_line(line: str) -> str:
    line = _INLINE.sub(lambda match: "\\" + match[0], line)
    if _BLOCK_START.match(line):
        return "\\" + line
    return _NUMBER_START.sub(r"\1\\\2", line, count=1) if line[:1].isdigit() else line


def link(text: str, address: str) -> str:
    """Return a link, `text` being Markdown; only the text if the address is none that a page should open."""
    if not text.strip() or not address.strip() or _UNSAFE.match(address):
        return text
    return f"[{text}]({_destination(address)})"


def image(alt: str, address: str) -> str:
    """Return an image; only its description, being Markdown, if the image stands in the address itself."""
    return alt if _UNSAFE.match(address) else f"![{alt}]({_destination(address)})"


def _destination(address: str) -> str:
    address = re.sub(r"\\(?=[!-/:-@\[-`{-~])|&(?=#?\w{1,31};)", r"\\\g<0>", " ".join(address.split()))
    if re.search(r"[\s()<>]", address) is None and address:
        return address
    return f"<{address.replace('<', '%3C').replace('>', '%3E')}>"


def quote(text: str) -> str:
    """Return `text` as a block quote."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def indent(text: str, width: int) -> str:
    """Return every line but the first moved to the right, for what stands below a list item."""
    lines = text.split("\n")
    return "\n".join([lines[0], *(" " * width + line if line else "" for line in lines[1:])])


def join(blocks: Iterable[str]) -> str:
    """Return blocks with one blank line between them, as an article's body."""
    return "\n\n".join(block for block in blocks if block.strip()).strip() + "\n"


def platforms_of(title: str, body: str) -> tuple[Platform, ...]:
    """Return the platforms that an article is for by its title, or by two or more of its headings; () for all."""
    known = platforms.general()
    named = known.named(title)
    if not named:
        headings = [line for line in body.split("\n") if _HEADING.match(line)]
        named = set().union(*(known.named(_HEADING.sub("", line)) for line in headings))
        named = named if len(named) > 1 else set()
    return tuple(platform for platform in known.ids if platform in named)


def has_text(body: str) -> bool:
    """Return whether a body says anything below its headings."""
    return any(re.search(r"\w", line) for line in body.split("\n") if not _HEADING.match(line))
