"""HTML and MDX inside Markdown: tags go, their text stays, and what they mean is said in Markdown."""

import re
from collections.abc import Iterator

from supportbot.importers import tables

_FENCE = re.compile(r"\s{0,12}(`{3,}(?=[^`]*$)|~{3,})")
_CODE_SPAN = re.compile(r"(`+[^`]*`+)")
_IMPORT = re.compile(
    r"import\s[^'\"]{0,200}['\"][^'\"]{1,200}['\"];?\s*$|import\s['\"]|export\s(?:const|default|let|function)\b"
)
_IMPORTED = re.compile(r"[A-Za-z_]\w*")
_TAG = re.compile(r"<(/?)([A-Za-z][\w.-]{0,40})((?:[\s/](?:[^<>\"']|\"[^\"<]{0,500}\"|'[^'<]{0,500}'){0,500})?)>")
_ATTRIBUTE = re.compile(r"\b(?:label|title)=[\"']([^\"']{1,200})[\"']")
_ADMONITION = re.compile(r"\s*:::+\s*(\w*)\s*(.*)$")
_QUESTION_NUMBER = re.compile(r"^\s*[QqＱ]\d{0,3}\s?[.:：、．]\s*")
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
# A tag, or a summary, that goes on in the next line.
_OPEN_TAG = re.compile(r"<[A-Za-z][^<>]*$|<summary[^<>]*>(?![\s\S]*</summary>)")
_MAX_TAG_LINES = 20
_MAX_DEPTH = 6
# A list item or heading whose text begins on the next line (`<li><p>…`).
_EMPTY_MARK = re.compile(r"(^|\n)( {0,18}(?:-|1\.|#{1,6}) )[ \n]{1,50}(?=\S)")
_EXPONENT = re.compile(r"(?<=\d)<sup>(?=\d)")
_ASKS = re.compile(
    r"[?？嗎吗呢]\s*$|如何|怎|什麼|什么|為何|为何|為什麼|为什么|哪|是否|能否|可否|^(?:how|what|why|when|where|which|who|can|do|is)\b",
    re.IGNORECASE,
)
_ANCHOR = re.compile(r"\{#[^{}]{1,100}\}$")

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "p div section article header footer main nav aside table thead tbody tfoot dl dt dd form figure figcaption "
        "blockquote pre body html head tabs details admonition",
    )
)
_INLINE = frozenset(
    re.findall(
        r"\w+",
        "a abbr b big br button center cite code del em font hr i img input ins kbd label mark q s samp small span "
        "strike strong sub sup td th time tr tt u var video source iframe ul ol li h1 h2 h3 h4 h5 h6 summary "
        "tabitem col colgroup caption script style svg path link meta",
    )
)


def to_plain_markdown(text: str) -> str:
    """Return Markdown without HTML tags, MDX components, comments and imports; code stays as it is."""
    writer = _Writer()
    for line, is_code in _whole_tags(_lines(_without_tables(_without_comments(text)))):
        writer.line(line, is_code=is_code)
    return "\n".join(writer.lines)


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the lines of a text, and whether each belongs to a code fence."""
    fence = ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if fence:
            yield line, True
            if match and match[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        else:
            fence = match[1] if match else ""
            yield line, bool(match)


def _whole_tags(lines: Iterator[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """Yield the lines, with a tag that goes over several of them on one."""
    held: list[str] = []
    for line, is_code in lines:
        if held and (is_code or len(held) >= _MAX_TAG_LINES):
            yield from ((other, False) for other in held)
            held = []
        if held:
            held.append(line)
            if not _OPEN_TAG.search(" ".join(held)):
                yield " ".join(held), False
                held = []
        elif not is_code and len(line) < 2000 and _OPEN_TAG.search(line):
            held = [line]
        else:
            yield line, is_code
    yield from ((other, False) for other in held)


def _without_comments(text: str) -> str:
    for opening, closing in (("<!--", "-->"), ("{/*", "*/}")):
        kept: list[str] = []
        start = 0
        while (begin := text.find(opening, start)) >= 0 and (end := text.find(closing, begin)) >= 0:
            kept.append(text[start:begin])
            start = end + len(closing)
        text = "".join([*kept, text[start:]])
    return text


def _without_tables(text: str) -> str:
    """Return the text with HTML tables as Markdown tables."""
    kept: list[str] = []
    start = 0
    for opening in re.finditer(r"<table\b", text, re.IGNORECASE):
        if opening.start() < start:
            continue
        end = text.find("</table>", opening.start())
        if end < 0:
            break
        kept += [text[start : opening.start()], "\n\n", tables.to_pipes(text[opening.start() : end]), "\n\n"]
        start = end + len("</table>")
    return "".join([*kept, text[start:]])


class _Writer:
    """Writes lines without tags; knows which lists and which admonition are open, and which components are imported."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._components: set[str] = set()
        self._lists: list[str] = []
        self._quoting = False

    def line(self, line: str, *, is_code: bool) -> None:
        prefix = "> " if self._quoting else ""
        if is_code:
            self.lines.append(prefix + line)
        elif _IMPORT.match(line):
            self._components.update(name.lower() for name in _IMPORTED.findall(line.split("from")[0]))
        elif admonition := _ADMONITION.match(line):
            self._quoting = bool(admonition[1])
            title = [f"> {admonition[2]}", ">"] if self._quoting and admonition[2] else []
            self.lines += ["", *title]
        else:
            self.lines += [prefix + part for part in _ANCHOR.sub("", self._without_tags(line).rstrip()).split("\n")]

    def _without_tags(self, line: str) -> str:
        is_one_line = line.lstrip().startswith(("|", "#"))
        line = _EXPONENT.sub("^", line)
        segments = _CODE_SPAN.split(line) if line.count("`") % 2 == 0 else [line]
        converted = "".join(
            segment if position % 2 else _TAG.sub(lambda tag: self._replacement(tag, is_one_line), segment)
            for position, segment in enumerate(segments)
        )
        return _EMPTY_MARK.sub(r"\1\2", converted)

    def _replacement(self, tag: re.Match[str], is_one_line: bool) -> str:
        """Return what stands in Markdown for a tag; an unknown one (`<job_id>`) stays as text."""
        closes, name, attributes = tag[1] == "/", tag[2].lower(), tag[3]
        if name not in _BLOCKS and name not in _INLINE and name not in self._components:
            return tag[0]
        if is_one_line:
            return " " if name == "br" else ""
        if name in ("ul", "ol"):
            return self._list(name, closes)
        if name == "li":
            depth = min(len(self._lists), _MAX_DEPTH)
            mark = "1. " if self._lists[-1:] == ["ol"] else "- "
            return "" if closes else f"\n{'   ' * max(0, depth - 1)}{mark}"
        if name == "tabitem" or (name == "admonition" and not closes):
            label = _ATTRIBUTE.search(attributes)
            return f"\n\n{'### ' * (name == 'tabitem')}{label[1]}\n\n" if label else "\n\n"
        return _BREAKS.get((name, closes), "\n\n" if name in _BLOCKS or name in _HEADINGS else "")

    def _list(self, name: str, closes: bool) -> str:
        if closes and self._lists:
            self._lists.pop()
        is_nested = len(self._lists) > 0
        if not closes:
            self._lists.append(name)
        return "\n" if is_nested else "\n\n"


_BREAKS = {
    ("br", False): "\n",
    ("hr", False): "\n\n",
    ("summary", False): "\n\n### Q：",
    ("summary", True): "\n\n",
    **{(name, False): f"\n\n{'#' * int(name[1])} " for name in _HEADINGS},
}


def question(heading: str) -> str:
    """Return the heading of a `<summary>`: `Q：…` without the source's own number, or plain when it asks nothing."""
    if not heading.startswith("Q："):
        return heading
    text = _QUESTION_NUMBER.sub("", heading[2:], count=1).strip()
    return f"Q：{text}" if text != heading[2:].strip() or _ASKS.search(text) else text
