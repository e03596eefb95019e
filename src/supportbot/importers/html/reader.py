"""A page as an article: from bytes to text, to the article's part, to Markdown, with what the page says of itself."""

import codecs
import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from supportbot.content.articles import Article
from supportbot.errors import SourceError
from supportbot.importers import encodings, ids, markdown, markup
from supportbot.importers.html import article_part, conversion, lists, metadata
from supportbot.importers.result import Found, Imported, Options, Problem, check_size
from supportbot.text.folding import clean

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

ACCEPTS = "a .html, .htm or .xhtml file"
SUFFIXES: tuple[str, ...] = (".html", ".htm", ".xhtml")

MAX_BYTES = 10_000_000
MAX_TAGS = 50_000
_MAX_TITLE = 200
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
# What browsers read under these names (https://encoding.spec.whatwg.org/#names-and-labels).
_CODECS = {
    **dict.fromkeys(("gb2312", "gbk", "gb_2312-80", "x-gbk", "csgb2312"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "cn-big5", "x-x-big5"), "big5hkscs"),
    **dict.fromkeys(("iso-8859-1", "latin1", "us-ascii", "ascii"), "cp1252"),
    **dict.fromkeys(("shift_jis", "sjis", "x-sjis"), "cp932"),
    **dict.fromkeys(("utf-16", "utf-16le", "utf-16be", "unicode"), "utf-8"),  # said in ASCII, so it cannot be true
}
_BEGINNING = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_ITEM_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1|\Z)|<li\b", re.DOTALL | re.IGNORECASE)
_EMPTY_TAG = re.compile(
    r"<(?!(?:br|hr|img|input|link|meta|area|base|col|embed|source|track|wbr)\b)(\w+)([^<>]{0,500}?)/>"
)


def reads(path: Path, text: str) -> bool:
    """Return whether `text` begins as an HTML page does."""
    return (
        re.match(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", text, re.I | re.S)
        is not None
    )


def read(path: Path, options: Options) -> Iterator[Found]:
    """Yield the article of an HTML file. Raises `SourceError` for a file that cannot be read."""
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror or error}") from None
    if size > MAX_BYTES:
        raise SourceError(path, f"larger than {MAX_BYTES:,} bytes; expected the HTML of one article")
    yield from page(content, path, options)


def page(content: str | bytes, where: Path, options: Options, url: str = "") -> Iterator[Found]:
    """Yield the article of an HTML page that stands at `where`, and what of it was not carried.

    Args:
        content: the page; of bytes the encoding is told by a BOM, `options.encoding`, `<meta charset>`, else UTF-8.
        where: what messages name; a file or an address.
        options: `selector` says which element is the article.
        url: the page's address, which its relative canonical address refers to.

    Raises `SourceError` for a page that cannot be read, and for a selector that is none.
    """
    from bs4 import BeautifulSoup

    text = _text(content, where, options.encoding)
    _check(text, where)
    if re.match(r"\s*<\?xml|\s*<!doctype[^>]*xhtml", text, re.IGNORECASE):
        text = _EMPTY_TAG.sub(r"<\1\2></\1>", text)
    soup = BeautifulSoup(text, "lxml")
    _check_depth(soup, where)
    lines = _lines(text, soup)
    article_part.settle_headings(soup)
    node = _selected(soup, where, options.selector) if options.selector else article_part.find(soup)
    heading = _heading(soup, node)
    data = metadata.read(soup, clean(heading.get_text())[:_MAX_TITLE] if heading is not None else "", url)
    by_scripts = _is_drawn_by_scripts(soup)
    _make_absolute(soup, node)
    left_out = article_part.clear(node)
    if heading is not None and not heading.decomposed:
        heading.decompose()
    check_size(node.get_text(), where)
    steps = lists.steps(node, lines)
    simplified = markdown.simplify(conversion.convert(node, deeper=1 if node.find("h1") else 0))
    body = markup.join(simplified.blocks)
    if by_scripts:
        yield Problem(where, "its text is drawn by scripts; save the page as the browser shows it", broken=True)
        return
    if not markup.has_text(body):
        yield Problem(where, "no text; skipped")
        return
    check_size(body, where)
    title = data.title or simplified.title or simplified.first_words[:_MAX_TITLE] or where.stem
    article = Article(
        id=ids.made_of(None, title),
        title=title,
        body=body,
        category=data.category,
        platforms=markup.platforms_of(title, body),
        published=data.published,
        updated=data.updated,
        url=data.url,
        tags=data.tags,
        description=data.description,
        locale=data.locale,
        source_id=where.name if not url else "",
        source_updated=data.updated,
    )
    yield Imported(article, where, steps=steps, addresses=data.addresses)
    yield from (Problem(where, what) for what in left_out)


def _text(content: str | bytes, where: Path, encoding: str) -> str:
    if isinstance(content, str):
        return conversion.SURROGATES.sub("\ufffd", content)
    name = encodings.detect(where, encoding) if encoding else _said(content)
    if not name:
        name = encodings.of_stream(io.BytesIO(content), where)
    try:
        return content.decode(name)
    except UnicodeError as error:
        line = content.count(b"\n", 0, getattr(error, "start", 0)) + 1
        raise SourceError(where, f"not {name} text; {encodings.ADVICE}", line=line) from None


def _said(content: bytes) -> str:
    """Return the encoding that a page names, as browsers read the name; "" if it names none that can be right."""
    head = content[:4096]
    match = _XML_ENCODING.match(head) or _CHARSET.search(head)
    said = match[1].decode("ascii").lower() if match else ""
    if not said or content.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _is_utf8(content):
        return ""  # pages saved anew often keep the name that they had before
    try:
        return codecs.lookup(_CODECS.get(said, said)).name
    except LookupError:
        return ""


def _is_utf8(content: bytes) -> bool:
    """Return whether bytes are UTF-8 with so many signs beyond ASCII that it is no chance."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(content) - len(text) > 8


def _check(text: str, where: Path) -> None:
    if len(text) > MAX_BYTES:
        raise SourceError(where, f"larger than {MAX_BYTES:,} characters; expected the HTML of one article")
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise SourceError(where, "holds a NUL character; expected an HTML page", line=line)
    if entity := re.search(r"<!ENTITY\b", text[: 1 << 20]):
        line = text.count("\n", 0, entity.start()) + 1
        raise SourceError(where, "declares entities (<!ENTITY); expected an HTML page without them", line=line)
    if text.count("<") > MAX_TAGS:
        raise SourceError(where, f"more than {MAX_TAGS:,} tags; expected the HTML of one article")


def _check_depth(soup: "BeautifulSoup", where: Path) -> None:
    if conversion.is_too_deep(soup):
        raise SourceError(where, conversion.TOO_DEEP)


def _lines(text: str, soup: "BeautifulSoup") -> dict[int, int]:
    """Return the line of each list item by its identity; nothing if they cannot be told apart."""
    items = lists.elements(soup, "li")
    starts = [match.start() for match in _ITEM_TAG.finditer(text) if match[0][:3].lower() == "<li"]
    if len(starts) != len(items):
        return {}
    lines, line, at = {}, 1, 0
    for item, start in zip(items, starts, strict=True):
        line += text.count("\n", at, start)
        at = start
        lines[id(item)] = line
    return lines


def _selected(soup: "BeautifulSoup", where: Path, selector: str) -> "Tag":
    from soupsieve import SelectorSyntaxError

    try:
        node = soup.select_one(selector)
    except (SelectorSyntaxError, NotImplementedError, ValueError):
        raise SourceError(
            where, f"selector {selector!r:.80} is not a CSS selector; expected one like 'article'"
        ) from None
    if node is None:
        raise SourceError(where, f"no element matches the selector {selector!r:.80}")
    return node


def _heading(soup: "BeautifulSoup", node: "Tag") -> "Tag | None":
    """Return the heading that is the article's title: the first `h1` inside it, else one of the page."""
    inside = (
        node if node.name == "h1" else next((one for one in lists.elements(node, "h1") if clean(one.get_text())), None)
    )
    if inside is not None:
        return inside
    outside = [one for one in soup.find_all("h1") if not _is_of_site(one)]
    named = clean(soup.title.get_text()) if soup.title else ""
    said = [one for one in outside if (text := clean(one.get_text())) and text in named]
    return next(iter(said), None) or next((one for one in reversed(outside) if clean(one.get_text())), None)


def _is_of_site(heading: "Tag") -> bool:
    """Return whether a heading stands in the head or foot of the page rather than of its article."""
    around = heading.find_parent(["nav", "footer", "header", "article", "main"])
    return (
        around is not None
        and around.name not in ("article", "main")
        and around.find_parent(["article", "main"]) is None
    )


def _is_drawn_by_scripts(soup: "BeautifulSoup") -> bool:
    """Return whether a page has scripts, next to no text, and an element that they fill."""
    if soup.body is None or not lists.elements(soup, "script") or not any(map(_is_filled, lists.elements(soup.body))):
        return False
    shown = [
        text for text in soup.body.find_all(string=True) if text.find_parent(["script", "style", "noscript"]) is None
    ]
    return len("".join("".join(shown).split())) < 80


def _is_filled(node: "Tag") -> bool:
    return node.get("id") in ("app", "root", "__next", "__nuxt", "___gatsby", "main", "container", "mount") and (
        len(node.get_text().split()) < 10 and node.find(["p", "ol", "ul", "h1", "h2", "table"]) is None
    )


def _make_absolute(soup: "BeautifulSoup", node: "Tag") -> None:
    """Join the addresses of a page that has a `<base>` with it."""
    base = next((one for one in lists.elements(soup, "base") if one.get("href")), None)
    if base is None:
        return
    for one in lists.elements(node):
        for name in ("href", "src", "data-src"):
            if (value := one.get(name)) and isinstance(value, str) and not value.startswith("#"):
                with contextlib.suppress(ValueError):
                    one[name] = urljoin(str(base["href"]), value)
