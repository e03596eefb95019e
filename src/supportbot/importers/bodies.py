"""The body of a record in the Markdown of articles: Markdown, HTML or plain text, told apart by their signs."""

import re
from typing import Literal

from supportbot.importers import markdown, markup, steps
from supportbot.importers.markdown import Page
from supportbot.importers.result import SourceStep
from supportbot.text.folding import fold

Form = Literal["markdown", "html", "plain"]

_BLOCK_TAG = re.compile(
    r"</(?:p|div|ul|ol|li|table|tr|td|th|h[1-6]|blockquote|pre|section|article|figure|dl|header|main)\s*>"
    r"|\A\s{0,1000}<(?:!doctype|html|body|p|div|ul|ol|table|h[1-6]|section|article|figure|blockquote)\b[^<>]*>",
    re.IGNORECASE,
)
_INLINE_TAG = re.compile(
    r"<(?:a|b|i|u|strong|em|span|font|code|kbd|sub|sup|s|del|mark|small|label)(?:\s[^<>]*)?>[^<]*</"
    r"|<(?:img|iframe)\s[^<>]+>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s*/?>\n?", re.IGNORECASE)
# What people write only in Markdown.
_MARKDOWN = re.compile(
    r"^#{1,6} \S|^ {0,12}(?:```|~~~)|\*\*[^\s*][^*\n]*\*\*|!?\[[^\[\]\n]*\]\([^()\s]+(?:\s\"[^\"\n]*\")?\)"
    r"|^[ \t]{0,12}\|?(?:[ \t]{0,40}:?-{3,}:?[ \t]{0,40}\|)+|`[^`\n]+`|^:::|^> |\\[\\`*_\[\]<]|<(?:details|summary)\b",
    re.MULTILINE,
)
_SIGNS = re.compile(r"[\\`*\[\]<{_~&]")
_BLOCK_START = re.compile(r"(?m)^([ \t]*)(?:([#>=|!:])|(import|export)\b)")
_RULE = re.compile(r"(?m)^([ \t]*)([-+])(?=[ \t]*(?:[-+][ \t]*)*$)")
_BULLET = re.compile(r"(?m)^([ \t]*)(?:\* |[•●▪◦■◆][ \t]*)(?=\S)")
_TYPED = re.compile(r"(?m)^([ \t]*\d{1,3})([.)])[ \t]+(?=\S)")


def form_of(text: str) -> Form:
    """Return the form that a text has by its signs.

    >>> form_of("1. 打開\\n2. 點擊 [這裡](/a)"), form_of("<p>打開</p>"), form_of("2 * 3 * 4")
    ('markdown', 'html', 'plain')
    """
    is_markdown = _MARKDOWN.search(text) is not None
    if not is_markdown and (_BLOCK_TAG.search(text) or _INLINE_TAG.search(text)):
        return "html"
    if is_markdown and re.match(r"\s*<(?!details|summary)[a-z!]", text, re.IGNORECASE) and _BLOCK_TAG.search(text):
        return "html"
    return "markdown" if is_markdown else "plain"


def convert(text: str, form: Form | None = None) -> Page:
    """Return a text as title and blocks of an article. `form` is how the source says that it is written, if it does.

    Raises `ValueError` for HTML that is nested too deeply.
    """
    form = form or form_of(text)
    if form == "html":
        from supportbot.importers import html

        return markdown.simplify(html.to_markdown(_with_lines(text)))
    if form == "plain":
        text = plain(text)
    return markdown.simplify(text)


def steps_of(text: str, form: Form | None = None, line: int | None = None) -> tuple[SourceStep, ...]:
    """Return the numbered items of a text; `line` is where it begins in its file, if it stands there as it is."""
    form = form or form_of(text)
    if form == "html":
        return steps.in_html(_with_lines(text), line)
    return steps.in_text(text, line, lists=form == "markdown")


def plain(text: str) -> str:
    """Return plain text as Markdown that shows the same, line by line; lists (`- `, `• `, `1. `) are lists.

    Numbers typed by hand may begin anew below any line, so they are not yet a list of Markdown, which would count on;
    `numbering` makes the lists. Signs become entities: what reads a Markdown dialect cannot take them for markup.
    """
    text = _BULLET.sub(r"\1- ", _BREAK.sub("\n", text))
    text = _SIGNS.sub(_entity, text)
    text = _BLOCK_START.sub(lambda match: match[1] + _entity_of(match[2] or match[3]), text)
    text = _RULE.sub(lambda match: match[1] + _entity_of(match[2]), text)
    return _TYPED.sub(r"\1\\\2 ", text)


def _entity(sign: re.Match[str]) -> str:
    return f"&#{ord(sign[0])};"


def _entity_of(word: str) -> str:
    return f"&#{ord(word[0])};{word[1:]}"


def _with_lines(text: str) -> str:
    """Return HTML whose line ends count: where it has no tags of blocks, people broke the lines themselves."""
    if _BLOCK_TAG.search(text):
        return text
    return _BREAK.sub("\n", text).replace("\n", "<br>\n")


def titled(page: Page, title: str) -> Page:
    """Return a page whose own title stays as a heading if it says something else than the record's `title`."""
    if page.title and title and fold(page.title) != fold(title):
        return Page(page.title, [f"## {markup.escape(page.title)}", *page.blocks])
    return page
