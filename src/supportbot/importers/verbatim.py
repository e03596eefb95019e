"""What of a text is no running text: code is put aside while the rest is converted, comments and scripts are left out.

Each piece of code leaves a mark of characters that no text has, and comes back in its place with `restore`.
"""

import html
import re
from collections.abc import Iterable

from supportbot.content.articles import END_OF_SECTION
from supportbot.importers import markup

INLINE = re.compile("\ufdd0(\\d+)\ufdd1")
BLOCK = re.compile("\ufdd2(\\d+)\ufdd3")
APART = "\ufdd7"
"""A line of its own that keeps two lists apart; it shows nothing."""

END = "\ufdd9"
"""A line of its own: a section ends that was a tab or folded."""

TITLE = "\ufdd8"
"""Begins a line that was a heading: it is neither a step nor a question, however it begins."""

_NO_CHARACTERS = re.compile("[\ufdd0-\ufdef]")  # Unicode keeps them free for such use

_START = re.compile(
    r"\\[!-/:-@\[-`{-~]"
    r"|^(?P<lead>[ ]*(?:(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ ]))[ ]*)*)(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})(?P<info>[^\n]*)"
    r"|(?P<ticks>`+)"
    r"|(?P<comment><!--|\{/\*|<!\[CDATA\[)"
    r"|<(?P<raw>script|style|title|svg|pre)(?=[\s>/])[^<>]{0,2000}>"
    r"|<code(?:\s[^<>]{0,500})?>(?P<code>[^<>`]{1,2000})</code>"
    r"|(?P<address>\]\(<[^<>\n]{1,2000}>)"
    r"|<!doctype\b[^<>]{0,500}>|<\?xml\b[^<>]{0,500}\?>",
    re.IGNORECASE | re.MULTILINE,
)
_CLOSING = {"<!--": "-->", "{/*": "*/}", "<![CDATA[": "]]>"}
_LABEL = re.compile(r"\[([^\[\]]{1,100})\]|\btitle=[\"']([^\"']{1,200})[\"']")
_BLANK = re.compile(r"\n[ >]*(?=\n)")
_MARKER = re.compile(r"[-*+]|\d{1,9}[.)]")


def protect(text: str) -> tuple[str, list[str]]:
    """Return the text with marks for its code, without comments and scripts; and the code."""
    return _Protector(_NO_CHARACTERS.sub("", text)).run()


def restore(lines: Iterable[str], kept: list[str]) -> str:
    """Return the lines with the code in place of its marks; a block stands as deep as its mark."""
    return "\n".join(_restored(line, kept) for line in lines).replace(TITLE, "")


def continued(lead: str) -> str:
    """Return what stands before the further lines of a list item or quote that begins with `lead`."""
    return _MARKER.sub(lambda marker: " " * len(marker[0]), lead)


def fenced(content: str) -> str:
    """Return a code block that shows `content`."""
    longest = max((len(run) for run in re.findall(r"`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{content.rstrip()}\n{fence}"


def span(content: str) -> str:
    """Return a code span that shows `content`."""
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", content)), default=0) + 1)
    space = " " if content.startswith("`") or content.endswith("`") else ""
    return f"{ticks}{space}{content}{space}{ticks}"


class _Protector:
    def __init__(self, text: str) -> None:
        self._text = text
        self._kept: list[str] = []
        self._parts: list[str] = []
        self._never: set[str] = set()  # closings that do not come any more
        self._paragraph = 0  # where the paragraph ends, and which runs of backticks nothing closes in it
        self._unclosed: set[str] = set()

    def run(self) -> tuple[str, list[str]]:
        place = 0
        while match := _START.search(self._text, place):
            self._parts.append(self._text[place : match.start()])
            written, place = self._piece(match)
            self._parts.append(written)
        self._parts.append(self._text[place:])
        return "".join(self._parts), self._kept

    def _piece(self, match: re.Match[str]) -> tuple[str, int]:
        """Return what a piece becomes, and the place behind it."""
        if match["fence"]:
            return self._fence(match)
        if match["ticks"]:
            end = self._closed(match["ticks"], match.end())
            if end is None:
                return match[0], match.end()
            return self._mark(re.sub(r"\n[ >]*", " ", self._text[match.start() : end])), end
        if match["comment"]:
            return self._comment(match)
        if match["raw"]:
            return self._raw(match)
        if match["code"]:
            return self._mark(span(html.unescape(match["code"]).replace("\n", " "))), match.end()
        if match["address"]:
            return self._mark(match[0]), match.end()
        return match[0] if match[0].startswith("\\") else "", match.end()

    def _mark(self, code: str) -> str:
        self._kept.append(code)
        return f"\ufdd0{len(self._kept) - 1}\ufdd1"

    def _block(self, content: str) -> str:
        self._kept.append(fenced(content))
        return f"\ufdd2{len(self._kept) - 1}\ufdd3"

    def _closed(self, ticks: str, place: int) -> int | None:
        """Return the place behind the ticks that close a code span in its paragraph; None if nothing does."""
        if place > self._paragraph:
            end = _BLANK.search(self._text, place)
            self._paragraph = end.start() if end else len(self._text)
            self._unclosed.clear()
        if ticks in self._unclosed:
            return None
        closing = re.compile(rf"(?<!`){ticks}(?!`)").search(self._text, place, self._paragraph)
        if closing is None:
            self._unclosed.add(ticks)
        return closing.end() if closing else None

    def _comment(self, match: re.Match[str]) -> tuple[str, int]:
        closing = _CLOSING[match["comment"].upper()]
        end = -1 if closing in self._never else self._text.find(closing, match.end())
        if end < 0:
            self._never.add(closing)
            return match[0], match.end()
        if closing == "]]>":
            return html.escape(self._text[match.end() : end], quote=False), end + len(closing)
        start = self._text.rfind("\n", 0, match.start()) + 1
        before = self._text[start : match.start()]
        end += len(closing)
        if self._text[match.start() : end] == END_OF_SECTION:
            return f"\n\n{END}\n\n", end
        if before.strip() or self._text[end : end + 1] not in ("\n", ""):
            return "", end
        return f"\n{before}{APART}\n", end  # in Markdown, a comment on lines of its own ends a list

    def _raw(self, match: re.Match[str]) -> tuple[str, int]:
        name = match["raw"].lower()
        if match[0].endswith("/>"):
            return "", match.end()
        end = (
            None if name in self._never else re.compile(f"</{name}\\s*>", re.IGNORECASE).search(self._text, match.end())
        )
        if end is None:
            self._never.add(name)
            return match[0], match.end()
        if name != "pre":
            return "", end.end()
        content = re.sub(r"<br\s*/?>", "\n", self._text[match.end() : end.start()])
        shown = html.unescape(re.sub(r"</?[A-Za-z][^<>]{0,500}>", "", content)).strip("\n")
        return self._block(shown) if shown.strip() else "", end.end()

    def _fence(self, match: re.Match[str]) -> tuple[str, int]:
        lead, fence = match["lead"], match["fence"]
        quotes = lead.count(">")
        lines = []
        place = match.end() + 1
        while place < len(self._text):
            end = self._text.find("\n", place)
            line = self._text[place : end if end >= 0 else len(self._text)]
            if quotes and not line.lstrip(" ").startswith(">"):
                break
            place += len(line) + 1
            bare = line.lstrip(" >" if quotes else " ")
            if bare.startswith(fence) and not bare.rstrip().strip(fence[0]):
                break
            lines.append(_within(line, lead, quotes))
        title = ""
        if label := _LABEL.search(match["info"]):
            title = f"{lead}{markup.escape(label[1] or label[2])}\n"
            lead = continued(lead)
        code = self._block("\n".join(lines)) if "".join(lines).strip() else ""
        return title + lead + code, min(place - 1, len(self._text))


def _within(line: str, lead: str, quoted: int) -> str:
    """Return a line of a block of code without what stands before all its lines."""
    for _ in range(quoted):
        line = re.sub(r"^[ ]*>[ ]?", "", line, count=1)
    deep = len(lead) if not quoted else len(lead) - lead.rindex(">") - 2
    return line[min(len(line) - len(line.lstrip(" ")), max(deep, 0)) :]


def _restored(line: str, kept: list[str]) -> str:
    if "\ufdd2" not in line and "\ufdd0" not in line:
        return line
    if line.lstrip(" >").startswith("|"):
        row = BLOCK.sub(lambda mark: span(" ".join(kept[int(mark[1])].split("\n")[1:-1])), line)
        return INLINE.sub(lambda mark: re.sub(r"\\?\|", r"\\|", kept[int(mark[1])]), row)
    line = INLINE.sub(lambda mark: kept[int(mark[1])], line)
    block = BLOCK.search(line)
    if block is None:
        return line
    lead = line[: block.start()]
    return lead + kept[int(block[1])].replace("\n", "\n" + continued(lead))
