"""The HTML of an article as Markdown that `markdown.simplify` reads: nothing visible is lost, numbers stay.

markdownify does the walk and the plain elements; what it would lose or misread is said here: numbers of lists, blocks
in items, spanning cells, questions, notes, links around blocks, media, and text that Markdown or MDX would take for
markup.
"""

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from supportbot.content.articles import END_OF_SECTION
from supportbot.importers import markup, numbering, tables, tags
from supportbot.importers.html import layout_tables, lists, written_lists

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

MAX_DEPTH = 150
"""Elements inside one another; a page that goes deeper is not one that people wrote."""

TOO_DEEP = f"elements inside one another more than {MAX_DEPTH} deep"

MAX_LISTS = 15
"""Lists and quotes inside one another; what stands deeper is text of the item above, as Markdown parsers end there."""

SURROGATES = re.compile("[\ud800-\udfff]")

# Bold and struck text are marked by these until the whole text is there: Markdown knows such marks by their neighbours.
_BOLD, _BOLD_END, _STRUCK, _STRUCK_END = "\ue000", "\ue001", "\ue002", "\ue003"
_MARKED = re.compile("[\ue000-\ue003]")

# Text that Markdown, MDX or a template would take for markup. Entities, as backslashes do not stop tags.
_SPECIAL = re.compile(r"[\\`*_\[\]<>&{}|~]|(?<=:):(?=:)|(?<=!)!(?=!)|(?<=\?)\?(?=\?)|(?<==)=(?==)")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "{": "&#123;", "}": "&#125;"} | {
    one: f"&#{ord(one)};" for one in ":!?="
}
_LINE_START = re.compile(r"(\s*)(?:(\d{1,9})([.)])(?=\s|$)|([#+=-])|(im|ex)(?=port\s))")
_TYPED = re.compile(r"\s*(\d{1,3})[.)]\s+(?=\S)")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_WIDE = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef"
_BREAK_IN_HAN = re.compile(f"(?<=[{_WIDE}])[ \\t]*[\\r\\n][ \\t\\r\\n]*(?=[{_WIDE}])")

_NOTES = frozenset(re.findall(r"\w+", "note tip info warning danger caution important hint notice attention"))
_NOTE_WORDS = frozenset({"admonition", "callout", "alert", "hint", "infobox", "aside"})
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-url", "data-image-src")
# What has a power, such as 10³, x² or m²; a number behind anything else is a footnote.
_BASE = re.compile(r"(?:\d|(?<![A-Za-z])(?:[cdkm]?m|[A-Za-z]))$")
_ARROW = re.compile(r"\s*\\?[+＋−▼▾⌄›»✕×]\s*$")
_EXPONENT = re.compile(r"[-−+]?\d")


def to_markdown(fragment: str) -> str:
    """Return a piece of HTML, such as the body that an export holds, as Markdown. What is not read is left out.

    Raises `ValueError` for one whose elements are nested too deeply.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(SURROGATES.sub("\ufffd", fragment), "lxml")
    if is_too_deep(soup):
        raise ValueError(TOO_DEEP)
    for one in soup(["script", "style", "template", "noscript", "head"]):
        one.decompose()
    written_lists.settle(soup)
    return convert(soup)


def is_too_deep(soup: "BeautifulSoup") -> bool:
    """Return whether elements stand inside one another more than `MAX_DEPTH` deep."""
    from bs4 import Tag

    level: list[Tag] = [soup]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in node.children if isinstance(child, Tag)]
    return bool(level)


def convert(node: "Tag | BeautifulSoup", *, deeper: int = 0) -> str:
    """Return a parsed piece of HTML as Markdown; `deeper` is added to the levels of headings. The tree is changed."""
    _flatten(node)
    _take_links_out_of_code(node)
    marks = _settle_lists(node)
    text: str = _converter()(marks, deeper).process_tag(node)
    return _marks_as_markdown(text).strip("\n") + "\n"


def _flatten(root: "Tag") -> None:
    """Put what stands too deep into its parent as text: the walk and Markdown parsers go only so far."""
    from bs4.element import Tag

    level: list[tuple[Tag, int]] = [(root, 0)]
    depth = 0
    while level:
        depth += 1
        below = []
        for node, lists_around in level:
            inside = lists_around + (node.name in ("ol", "ul", "blockquote", "dl"))
            if depth > MAX_DEPTH or inside > MAX_LISTS:
                node.replace_with(f" {node.get_text(' ')} ")
            else:
                below += [(child, inside) for child in node.children if isinstance(child, Tag)]
        level = below


def is_shown(text: Any) -> bool:
    """Return whether a piece of text is read: no comment, declaration, script or the like."""
    from bs4.element import NavigableString, RubyParenthesisString, RubyTextString

    return type(text) in (NavigableString, RubyTextString, RubyParenthesisString)


def _take_links_out_of_code(root: "Tag") -> None:
    """Put links around the code that they stand in, as links in Markdown's code are none."""
    for code in lists.elements(root, "code", "kbd", "samp"):
        links = [one for one in lists.elements(code, "a") if one.get("href")]
        if links and code.find_parent("pre") is None:
            for link in links:
                inner = code.copy_self()
                inner.extend(list(link.contents))
                link.append(inner)
            code.unwrap()


# --- lists: numbers and the mark behind them -----------------------------------------------------------------------


def _settle_lists(root: "Tag") -> dict[int, str]:
    """Return the marks of list items, and of texts that begin a line with a number, by their identity.

    Lists that stand between items go into the item above. Two lists that follow one another, or numbers that jump
    inside one, would be read as one list that counts on; the sign behind the number, `.` or `)`, tells them apart.
    """
    for one in root.find_all(["ol", "ul"]):
        above = one.find_previous_sibling()
        if one.parent is not None and one.parent.name in ("ol", "ul") and above is not None and above.name == "li":
            above.append(one.extract())
    marker = _Marker()
    marker.walk(root)
    return marker.marks


class _Marker:
    """Goes through a tree in the order of its text, and knows with which sign the last list was written.

    >>> marker = _Marker()
    >>> marker.walk(soup)
    >>> marker.marks[id(soup.li)]
    '1. '
    """

    def __init__(self) -> None:
        self.marks: dict[int, str] = {}
        self._closed = ""  # the sign of the numbered list that has just ended, with nothing behind it yet
        self._is_line_start = True
        self._typed = (0, "")  # the last number that stood in a text, and the sign that it got

    def walk(self, root: "Tag") -> None:
        """Set the marks of all that is in `root`."""
        from bs4 import Tag

        ahead: list[tuple[Any, bool, str]] = [(root, False, "")]
        while ahead:
            node, is_apart, ending = ahead.pop()
            if ending:
                self._closed = ending if ending in ".)" else self._closed
                self._is_line_start = True
            elif not isinstance(node, Tag):
                self._text(node, is_apart)
            else:
                is_apart = is_apart or node.name in lists.APART or node.name in lists.MARKS
                is_block = node.name in _BLOCKS
                self._is_line_start = self._is_line_start or is_block
                sign = self._list(node) if node.name == "ol" else ""
                if is_block:
                    ahead.append((node, is_apart, sign or "block"))
                ahead += [(child, is_apart, "") for child in reversed(node.contents)]

    def _list(self, ordered: "Tag") -> str:
        """Mark the items of a list; return the sign of its last one."""
        sign = _other(self._closed)
        expected = None
        for number, item in lists.numbered(ordered):
            if expected is not None and number != expected:
                sign = _other(sign)
            self.marks[id(item)] = f"{number}{sign} "
            expected = number + 1
        return sign

    def _text(self, text: Any, is_apart: bool) -> None:
        if not text.strip():
            return
        if self._is_line_start:
            typed = None if is_apart else _TYPED.match(text)
            if typed:
                number = int(typed[1])
                last, sign = self._typed
                if not sign or number != last + 1 or (self._closed and sign != self._closed):
                    sign = _other(self._closed)
                self.marks[id(text)] = f"{number}{sign} "
                self._typed = number, sign
                self._closed = sign
            else:
                self._closed = "." if not is_apart and numbering.marker(text.strip()) else ""
        self._is_line_start = False


def _other(sign: str) -> str:
    return ")" if sign == "." else "."


# --- bold and struck text ------------------------------------------------------------------------------------------


def _marks_as_markdown(text: str) -> str:
    """Return the text with `**` and `~~` where Markdown can read them; signs at the edge of bold text move outside.

    In 點擊**【資產】**按鈕 no bold would be read: a mark between a letter and a sign belongs to the letter.
    """
    if not _MARKED.search(text):
        return text
    for opening, closing, mark in ((_BOLD, _BOLD_END, "**"), (_STRUCK, _STRUCK_END, "~~")):
        text = _outermost(text, opening, closing)
        text = re.sub(f"{closing}{opening}", "", text)
        text = re.sub(
            f"{opening}([^{opening}]*?){closing}",
            lambda match, mark=mark: _marked(match, mark),  # type: ignore[misc]
            text,
        )
    return _MARKED.sub("", text)


def _outermost(text: str, opening: str, closing: str) -> str:
    depth = 0
    parts = []
    for part in re.split(f"([{opening}{closing}])", text):
        if part == opening:
            depth += 1
            part = opening if depth == 1 else ""
        elif part == closing:
            depth -= 1
            part = closing if depth == 0 else ""
        parts.append(part)
    return "".join(parts)


def _marked(match: re.Match[str], mark: str) -> str:
    inner = match[1]
    if not _MARKED.sub("", inner).strip():
        return inner
    whole, start, end = match.string, match.start(), match.end()
    head = re.match(r"\s*", inner)[0]  # type: ignore[index]
    tail = re.search(r"\s*$", inner)[0]  # type: ignore[index]
    core = inner[len(head) : len(inner) - len(tail)]
    before = head[-1:] or _neighbour(whole, start - 1, -1)
    behind = tail[:1] or _neighbour(whole, end, 1)
    if "\n\n" in core:
        return inner
    leading = re.match(r"[^\w\s\\\[\]`!&<>*~\ue000-\ue003]+", core)
    trailing = re.search(r"[^\w\s\\\[\]()`;&<>*~\ue000-\ue003]+$", core)
    if mark == "**" and ((leading and _is_letter(before)) or (trailing and _is_letter(behind))):
        if leading:
            head, core, before = head + leading[0], core[leading.end() :], leading[0][-1]
        if trailing and len(trailing[0]) <= len(core):
            tail, core, behind = trailing[0] + tail, core[: len(core) - len(trailing[0])], trailing[0][0]
    bare = _MARKED.sub("", core)
    if not bare.strip():
        return head + core + tail
    opens = _is_letter(bare[0]) or not _is_letter(before)
    closes = _is_letter(bare[-1]) or not _is_letter(behind)
    if opens and closes:
        return f"{head}{mark}{core}{mark}{tail}"
    if mark == "**":
        return head + core + tail
    return f"{head}{'' if opens else ' '}{mark}{core}{mark}{'' if closes else ' '}{tail}"


def _neighbour(text: str, at: int, step: int) -> str:
    while 0 <= at < len(text) and _MARKED.match(text[at]):
        at += step
    return text[at] if 0 <= at < len(text) else ""


def _is_letter(character: str) -> bool:
    """Return whether a character is neither space nor sign, so that a mark beside it opens or closes."""
    import unicodedata

    return bool(character) and not character.isspace() and unicodedata.category(character)[0] not in "PS"


# --- the converter -------------------------------------------------------------------------------------------------


def address(value: Any) -> str:
    """Return an address as it stands in a link: spaces and brackets that would end the link are escaped."""
    text = re.sub(r"[\t\r\n]", "", value if isinstance(value, str) else "").strip()
    text = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    text = re.sub(r"&(?=#?\w{1,31};)", "&amp;", text)
    return text.replace(" ", "%20").replace("<", "%3C").replace(">", "%3E").replace("`", "%60")


def classes(node: "Tag") -> list[str]:
    """Return the class names of an element."""
    given: Any = node.get("class") or []
    return given.split() if isinstance(given, str) else list(given)


def is_note(node: "Tag") -> bool:
    """Return whether an element is a note beside the text, by its role or its class names."""
    if node.name not in ("div", "aside", "section", "p", "blockquote"):
        return False
    if node.get("role") == "note":
        return True
    names = [name.lower() for name in classes(node)]
    return any(name in _NOTES or not _NOTE_WORDS.isdisjoint(re.split(r"[-_]+", name)) for name in names) and not any(
        re.search(r"title|heading|icon|content|body|link|bar|close", name) for name in names
    )


def is_toggle(button: "Tag") -> bool:
    """Return whether a control shows what stands below it, so that its label is a heading."""
    if button.name != "button" and button.get("role") != "button":
        return False
    if button.get("aria-expanded") is not None or button.get("aria-controls") is not None:
        return True
    return any(re.search(r"accordion|collaps|toggle|faq|question", name, re.IGNORECASE) for name in classes(button))


@cache
def _converter() -> Any:
    """Return the class that writes Markdown. It stands inside a function so that markdownify loads when it is used."""
    from bs4.element import NavigableString
    from markdownify import MarkdownConverter

    base: Any = MarkdownConverter  # its stubs leave out the walk

    class Converter(base):  # type: ignore[misc]
        """One conversion: the marks of the list items, and by how much headings are lowered."""

        def __init__(self, marks: dict[int, str], deeper: int) -> None:
            super().__init__(heading_style="ATX", bullets="-", wrap=False, autolinks=False)
            self._marks = marks
            self._deeper = deeper

        # Text

        def process_text(self, el: Any, parent_tags: Any = None) -> str:
            if not is_shown(el):
                return ""
            parents = parent_tags or set()
            if "pre" in parents:
                return str(el)
            text = _SPACE.sub(" ", _joined(_MARKED.sub("", el)))
            if _begins_block(el):
                text = text.lstrip(" ")
            if _ends_block(el):
                text = text.rstrip(" ")
            if mark := self._marks.get(id(el)):
                return mark + _escape(_TYPED.sub("", text, count=1))
            return text if "_noformat" in parents else _escape(text)

        def convert_br(self, el: Any, text: str, parent_tags: Any) -> str:
            return ("\n" if "pre" in parent_tags or "_inline" not in parent_tags else " ") + text

        def _marking(opening: str, closing: str) -> Any:
            def convert(self: Any, el: Any, text: str, parent_tags: Any) -> str:
                return text if "_noformat" in parent_tags or not text.strip() else f"{opening}{text}{closing}"

            return convert

        convert_b = convert_strong = _marking(_BOLD, _BOLD_END)
        convert_del = convert_s = convert_strike = _marking(_STRUCK, _STRUCK_END)

        def convert_em(self, el: Any, text: str, parent_tags: Any) -> str:
            return text

        convert_i = convert_em
        convert_sub = convert_em

        def convert_sup(self, el: Any, text: str, parent_tags: Any) -> str:
            before = el.previous_sibling
            is_power = isinstance(before, NavigableString) and _BASE.search(before) and _EXPONENT.match(text)
            return f"^{text}" if is_power else text

        def convert_q(self, el: Any, text: str, parent_tags: Any) -> str:
            return f"「{text}」" if re.search(f"[{_WIDE}]", text) else f'"{text}"'

        def convert_rt(self, el: Any, text: str, parent_tags: Any) -> str:
            return text if el.parent.find("rp") else f"（{text}）"

        def convert_pre(self, el: Any, text: str, parent_tags: Any) -> str:
            code = re.sub(r"\A *\n|\s+\Z", "", text)
            if not code.strip():
                return ""
            longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
            fence = "`" * max(3, longest + 1)
            return f"\n\n{fence}\n{code}\n{fence}\n\n"

        # Links and media

        def convert_a(self, el: Any, text: str, parent_tags: Any) -> str:
            href = address(el.get("href"))
            if "_noformat" in parent_tags or not href or href.lower().startswith("javascript:") or not text.strip():
                return text
            if re.search(r"\n\n|^#|^\s*(?:-|\d+[.)]|>|\|) ", text.strip("\n"), re.MULTILINE):
                # A link around blocks: on the first line that has text.
                return re.sub(
                    r"^([#>\s]*(?:(?:-|\d+[.)])\s)?)(?=.*\w)(.+)$",
                    rf"\1[\2]({_literal(href)})",
                    text,
                    count=1,
                    flags=re.M,
                )
            head, core, tail = re.fullmatch(r"(\s*)(.*?)(\s*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
            return f"{head}[{_SPACE.sub(' ', core)}]({href}){tail}"

        def convert_img(self, el: Any, text: str, parent_tags: Any) -> str:
            alt = _SPACE.sub(" ", el.get("alt") or "").strip()
            source = image_address(el)
            if not source or (alt and not re.search(r"\w", alt) and "emoji" in " ".join(classes(el))):
                return _escape(alt)
            return f"![{_escape(alt)}]({address(source)})"

        def convert_iframe(self, el: Any, text: str, parent_tags: Any) -> str:
            source = el.get("src") or el.get("data-src") or el.get("data")
            if not source:
                first = el.find("source", src=True)
                source = first["src"] if first else ""
            if not source or source.startswith(("about:", "javascript:", "data:")):
                return text
            name = _SPACE.sub(" ", el.get("title") or el.get("aria-label") or "").strip() or source
            return f"\n\n[{_escape(name)}]({address(source)})\n\n"

        convert_video = convert_audio = convert_embed = convert_object = convert_iframe

        # Blocks

        def convert_hN(self, n: int, el: Any, text: str, parent_tags: Any) -> str:
            text = _SPACE.sub(" ", text).strip()
            if "_inline" in parent_tags or not text:
                return f" {text} "
            return f"\n\n{'#' * min(n + self._deeper, 6)} {text}\n\n"

        def convert_div(self, el: Any, text: str, parent_tags: Any) -> str:
            text = text.strip(" \n")
            if "_inline" in parent_tags:
                return f" {text} "
            if "pre" in parent_tags:
                return f"\n{text}" if el.previous_sibling else text
            if not text:
                return ""
            return f"\n\n{markup.quote(text) if is_note(el) else text}\n\n"

        convert_p = convert_article = convert_section = convert_main = convert_header = convert_footer = convert_div
        convert_figure = convert_figcaption = convert_caption = convert_address = convert_center = convert_div
        convert_aside = convert_nav = convert_form = convert_fieldset = convert_legend = convert_div
        convert_hgroup = convert_dl = convert_dd = convert_menu = convert_tabs = convert_body = convert_html = (
            convert_div
        )

        def convert_details(self, el: Any, text: str, parent_tags: Any) -> str:
            whole = self.convert_div(el, text, parent_tags)
            is_section = el.find("summary", recursive=False) is not None and not {"li", "_inline"} & {*parent_tags}
            return f"{whole}{END_OF_SECTION}\n\n" if is_section else whole

        def convert_blockquote(self, el: Any, text: str, parent_tags: Any) -> str:
            text = text.strip(" \n")
            if "_inline" in parent_tags or not text:
                return f" {text} "
            return f"\n\n{markup.quote(text)}\n\n"

        def convert_summary(self, el: Any, text: str, parent_tags: Any) -> str:
            text = re.sub(r"^#+ ", "", _SPACE.sub(" ", text).strip())
            return f"\n\n### {tags.question(text)}\n\n" if text and "_inline" not in parent_tags else f" {text} "

        def convert_button(self, el: Any, text: str, parent_tags: Any) -> str:
            return self.convert_summary(el, _ARROW.sub("", text), parent_tags) if is_toggle(el) else text

        def convert_dt(self, el: Any, text: str, parent_tags: Any) -> str:
            text = re.sub(r"^#+ ", "", _SPACE.sub(" ", text).strip())
            if not text or "_inline" in parent_tags:
                return f" {text} "
            asked = tags.question(text)
            return f"\n\n### {asked}\n\n" if asked != text else f"\n\n{_BOLD}{text}{_BOLD_END}\n\n"

        def convert_li(self, el: Any, text: str, parent_tags: Any) -> str:
            text = text.strip(" \n")
            if "_inline" in parent_tags:
                return f" • {text} " if text else " "
            mark = self._marks.get(id(el), "- ")
            if not text and mark == "- ":
                return ""
            return f"\n\n{mark}{markup.indent(text, len(mark))}\n\n"

        def convert_list(self, el: Any, text: str, parent_tags: Any) -> str:
            return f" {text} " if "_inline" in parent_tags else f"\n\n{text.strip(chr(10))}\n\n"

        convert_ul = convert_ol = convert_list

        def convert_table(self, el: Any, text: str, parent_tags: Any) -> str:
            if "_inline" in parent_tags:
                return f" {text} "
            rows = [row for row in el.find_all("tr") if row.find_parent("table") is el]
            held = [row.find_all(["td", "th"], recursive=False) for row in rows]
            caption = "".join(self.process_tag(one) for one in el.find_all("caption", recursive=False))
            if layout_tables.is_layout(el):
                blocks = (self._block(cell) for row in held for cell in row)
                return f"{caption}\n\n" + "\n\n".join(filter(None, blocks)) + "\n\n"
            spread = tables.spread(
                [(self._cell(one), tables.span(one.get("rowspan")), tables.span(one.get("colspan"))) for one in row]
                for row in held
            )
            return f"{caption}\n\n{tables.pipes([row for row in spread if any(row)])}\n\n"

        def _cell(self, cell: "Tag") -> str:
            text = "".join(self.process_element(child, {"td", "_inline"}) for child in cell.children)
            return re.sub(r"(?<!\\)\|", r"\\|", _SPACE.sub(" ", text).strip())

        def _block(self, cell: "Tag") -> str:
            text = "".join(self.process_element(child, {"td"}) for child in cell.children).strip(" \n")
            return f"{_BOLD}{text}{_BOLD_END}" if cell.name == "th" and text and "\n" not in text else text

    return Converter


def _joined(text: str) -> str:
    """Return the text of an element with line breaks between Chinese characters gone: they part no words."""
    return _BREAK_IN_HAN.sub("", text)


_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure "
        "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary "
        "table tabs tbody td tfoot th thead tr ul",
    )
)


def _begins_block(text: Any) -> bool:
    before = text.previous_sibling
    return getattr(before, "name", None) in _BLOCKS if before is not None else text.parent.name in _BLOCKS


def _ends_block(text: Any) -> bool:
    behind = text.next_sibling
    return getattr(behind, "name", None) in _BLOCKS if behind is not None else text.parent.name in _BLOCKS


def _escape(text: str) -> str:
    text = _SPECIAL.sub(lambda match: _ENTITIES.get(match[0]) or "\\" + match[0], text)
    match = _LINE_START.match(text)
    if match is None:
        return text
    space, digits, sign, other, word = match.groups()
    start = f"{digits}\\{sign}" if digits else f"\\{other}" if other else f"&#{ord(word[0])};{word[1:]}"
    return f"{space}{start}{text[match.end() :]}"


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\")


def image_address(image: "Tag") -> str:
    """Return the address of an image that is a file of its own, loaded late or not; "" if it has none."""
    candidates = [image.get(name) for name in (*_LAZY, "src")]
    for name in ("srcset", "data-srcset"):
        candidates += str(image.get(name) or "").strip().split(" ")[:1]
    return next((str(one).strip() for one in candidates if one and not str(one).strip().startswith("data:")), "")
