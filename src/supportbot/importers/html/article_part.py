"""The part of a page that is the article: found by rules, and cleared of navigation, forms and what is not shown."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from supportbot.importers.html import conversion, layout_tables, lists, written_lists
from supportbot.importers.html.conversion import classes

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

# The bodies of articles by the class names of help centres, blogs and documentation generators.
_BODIES = re.compile(
    r"(?:.*[-_])?(?:article|entry|post|markdown|mdx|kb|faq)[-_]{0,2}(?:body|content|text|entry)"
    r"|markdown|markdown-body|vp-doc|theme-doc-markdown|theme-default-content|sl-markdown-content|wiki-content",
    re.IGNORECASE,
)
# Names that some pages give to more than the article.
_REGIONS = re.compile(
    r"(?:.*[-_])?(?:page|doc|docs|main|help|content|md)[-_]{0,2}(?:body|content|text)|content|document|fr-view|rich-?text",
    re.IGNORECASE,
)
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
_LABELS = ["summary", "dt", *_HEADINGS]
_UNSEEN = ["script", "style", "template", "noscript", "head", "svg", "canvas", "map", "dialog"]
_CONTROLS = ("input", "select", "textarea", "option", "datalist", "progress", "meter", "output")
_NAVIGATION = frozenset(
    {"navigation", "search", "banner", "contentinfo", "complementary", "menu", "menubar", "toolbar"}
)
# Parts around the text, by the class names of blocks, and by those of any element.
_CHROME = re.compile(
    r"(?:.*[-_])?(?:bread-?crumbs?|toc|table-?of-?contents|on-this-page|pagination|pager|pagination-nav|prev-?next|"
    r"related|related-?(?:articles?|posts?|content|topics?)|recommend(?:ed|ation|ations)|recently-viewed|"
    r"feedback|(?:was-?this-?)?helpful|votes?|rating|comments|comment-list|share(?:daddy)?|social|sharing|sidebar|"
    r"edit-?(?:this-?page|link|page)|last-?updated|newsletter|cookie|search|navbar|menu|nav|doc-footer|page-footer|"
    r"article-(?:author|meta|footer|subscribe)|entry-(?:meta|footer)|post-(?:meta|footer|navigation)|byline)"
    r"(?:[-_](?:wrapper|container|list|links?|section|block|box|mobile|desktop|area|form|inner|nav|bar|widget))*",
    re.IGNORECASE,
)
_CHROME_INLINE = re.compile(
    r"(?:.*[-_])?(?:skip-?link|copy-?(?:button|btn|code)|back-?to-?top|sr-only|visually-?hidden|screen-reader-text|"
    r"footnote-?back(?:ref|link)|header-?link|header-?anchor|hash-?link|heading-?anchor|avatar|byline|last-?updated|"
    r"edit-?this-?page|line-?numbers?(?:-rows)?|gutter|line-?nos?)",
    re.IGNORECASE,
)
_BLOCKS = frozenset({"div", "section", "ul", "ol", "dl", "aside", "header", "details", "form", "fieldset", "figure"})
_AROUND = re.compile(
    r"\s*(?:(?P<asks>(?:這|这|本)篇?(?:文章|內容|内容|頁面?|页面?)?(?:對您?|对您?)?是否?有(?:幫助|帮助|用)|"
    r"(?:was|did|is) this (?:article|page|answer|information)? ?(?:helpful|useful|answer))|"
    r"(?:last |page )?(?:updated|modified)\b|(?:最[後后])?(?:更新|修改)[於于]?)",
    re.IGNORECASE,
)
_MOST_TABS = 100
_MOST = 0.4
"""A part with more than this share of the article's text is never taken for navigation by its class names alone."""


def find(soup: "BeautifulSoup") -> "Tag":
    """Return the element that holds the article, by rules from the narrowest to the widest; else the page's body."""
    body = soup.body or soup
    return next((found for one in _candidates(body) if (found := _widest(one)) is not None), None) or _by_text(body)


def _candidates(body: "Tag") -> "Iterator[Iterable[Tag]]":
    yield _by_class(body, _BODIES)
    yield [one for one in lists.elements(body) if one.get("itemprop") == "articleBody"]
    yield _by_role(body)
    yield _by_class(body, _REGIONS)


def _by_class(body: "Tag", names: re.Pattern[str]) -> "list[Tag]":
    nodes = lists.elements(body, "div", "section", "article", "main")
    return [node for node in nodes if any(names.fullmatch(name) for name in classes(node))]


def _by_role(body: "Tag") -> "list[Tag]":
    held = lists.elements(body)
    named = [one for one in held if one.name in ("article", "main") or one.get("role") in ("article", "main")]
    return [node for node in named if lists.elements(node, "h1")] or named


def _widest(candidates: "Iterable[Tag]") -> "Tag | None":
    """Return the candidate with the most text, if it holds most of the text of all of them."""
    nodes = {id(node): node for node in candidates if node.find_parent(["nav", "footer"]) is None}
    sizes = {key: _length(node) for key, node in nodes.items()}
    if not nodes:
        return None
    best = max(nodes, key=lambda key: sizes[key])
    outer = [key for key in nodes if not any(id(parent) in nodes for parent in nodes[key].parents)]
    return nodes[best] if sizes[best] >= 0.7 * sum(sizes[key] for key in outer) and sizes[best] else None


def _by_text(body: "Tag") -> "Tag":
    """Return the smallest element that holds the text which trafilatura takes for the article, or the whole body."""
    direct = sum(_length(child) for child in body.find_all(["p", "ol", "ul", "h1", "h2", "h3", "dl"], recursive=False))
    if direct * 2 >= _length(body):
        return body
    import trafilatura

    text = trafilatura.extract(str(body), include_comments=False, include_tables=True, favor_recall=True) or ""
    wanted = Counter(re.findall(r"\w", text))
    total = sum(wanted.values())
    node = body
    while total:
        inner = next(
            (
                child
                for child in node.find_all(True, recursive=False)
                if sum((Counter(re.findall(r"\w", child.get_text())) & wanted).values()) >= 0.95 * total
            ),
            None,
        )
        if inner is None or inner.name not in ("div", "section", "article", "main", "td", "table", "tbody", "tr"):
            break
        node = inner
    table = node.find_parent("table") if node.name in ("tbody", "tr") else None
    return table if table is not None else node


def clear(node: "Tag") -> list[str]:
    """Take out of `node` what is not the article's text. Return what else than navigation was left out, in words."""
    from bs4 import Tag

    told: Counter[str] = Counter()
    for text in [one for one in node.descendants if not isinstance(one, Tag) and not conversion.is_shown(one)]:
        text.extract()
    for one in lists.elements(node, *_UNSEEN):
        one.decompose()
    _label_tabs(node)
    _unfold_layouts(node)
    written_lists.settle(node)
    opened = _opened_by_controls(node)
    sizes = _sizes(node)
    most = _MOST * sizes.get(id(node), 0)
    for one in lists.elements(node):
        if one.decomposed:
            continue
        size = sizes.get(id(one), 0)
        if _is_hidden(one) and not _is_opened(one, opened):
            told["hidden part"] += size > 40 and not _is_chrome(one)
            one.decompose()
        elif one.name != "button" and conversion.is_toggle(one) and one.find(_LABELS) is None:
            one.name = "button"
        elif one.name == "button":
            if not conversion.is_toggle(one) and (not size or one.find_parent(_LABELS) is None) and not _is_named(one):
                one.decompose()
        elif one.name in _CONTROLS:
            _replace_control(one, told)
        elif one.name == "img" and not conversion.image_address(one) and one.get("src"):
            told["image embedded in the page (data:)"] += 1
        elif one.name == "span" and "lang" in classes(one) and one.parent and one.parent.find("pre", recursive=False):
            one.decompose()  # the name of a language above its code
        elif (_is_chrome(one) and size <= most and one.find("h1") is None) or (
            size < 60 and one.name in ("div", "section", "form", "p") and _is_around(one)
        ):
            one.decompose()
    return [f"{count} × {what} left out" for what, count in told.items() if count]


def _unfold_layouts(root: "Tag") -> None:
    """Make blocks of tables that only place what they hold; a cell of links beside text is navigation."""
    for table in reversed([one for one in (root, *lists.elements(root)) if one.name == "table"]):
        rows = [row for row in lists.elements(table, "tr") if row.find_parent("table") is table]
        held = [row.find_all(["td", "th"], recursive=False) for row in rows]
        if not layout_tables.places_only(table, max(map(len, held), default=0)):
            continue
        for row in held:
            most = max(map(_length, row), default=0)
            for cell in row:
                is_menu = len(lists.elements(cell, "a")) > 1 and _share_of_links(cell) > 0.9
                if is_menu and _length(cell) * 3 < most:
                    cell["role"] = "navigation"
                cell.name = "div"
        for part in (table, *rows):
            part.name = "div"


def _is_named(control: "Tag") -> bool:
    """Return whether a control is part of a sentence that names it, as in 按 [送出] 按鈕."""
    around = control.parent
    while around is not None and around.name in lists.INLINE:
        around = around.parent
    if around is None or any(map(_CHROME_INLINE.fullmatch, classes(control))):
        return False
    is_text = around.name in ("p", "li", "dd", "td", "th", "blockquote")
    return is_text and any(isinstance(one, str) and re.search(r"\w", one) for one in around.children)


def settle_headings(root: "Tag") -> None:
    """Take out of headings the headings that nothing closed them before, and the links to themselves.

    Such links are signs that show on hovering, or stand around the whole text.
    """
    for heading in reversed(lists.elements(root, *_HEADINGS)):
        if (around := heading.find_parent(_HEADINGS)) is not None:
            around.insert_after(heading.extract())
    for link in lists.elements(root, "a"):
        if not str(link.get("href") or "").startswith("#") or link.find_parent(_HEADINGS) is None:
            continue
        if re.search(r"\w", link.get_text()) and not any(map(_CHROME_INLINE.fullmatch, classes(link))):
            link.unwrap()
        else:
            link.decompose()


def _sizes(node: "Tag") -> dict[int, int]:
    """Return how many characters of text each element holds, by its identity."""
    from bs4 import Tag

    sizes: dict[int, int] = {}
    for one in reversed([node, *lists.elements(node)]):
        sizes[id(one)] = sum(
            sizes[id(child)] if isinstance(child, Tag) else len("".join(str(child).split())) for child in one.children
        )
    return sizes


def _label_tabs(node: "Tag") -> None:
    """Put the label of each tab above its panel, as a heading, where labels and panels can be matched."""
    from bs4 import Tag

    bars = [one for one in lists.elements(node) if _is_tab_bar(one)]
    for bar in bars if len(bars) <= _MOST_TABS else []:
        labels = bar.find_all(role="tab") or bar.find_all("label") or bar.find_all(["button", "li"])
        panels = _panels(node, bar, labels)
        if not labels or len(labels) != len(panels):
            continue
        for label, panel in zip(labels, panels, strict=True):
            heading = Tag(name="h3")
            heading.string = " ".join(label.get_text().split())
            panel.insert(0, heading)
            del panel["hidden"]
            panel["role"] = "tabpanel"
        bar.decompose()


def _is_tab_bar(node: "Tag") -> bool:
    if node.get("role") == "tablist":
        return True
    names = classes(node)
    return any(re.fullmatch(r"(?:.*[-_])?tab(?:s|bed-labels|-list|-nav|-header)?", name) for name in names) and (
        len(node.find_all("label")) > 1 and node.find(["p", "pre", "ol"]) is None
    )


def _panels(node: "Tag", bar: "Tag", labels: "list[Tag]") -> "list[Tag]":
    ids = [str(label.get("aria-controls") or "") for label in labels]
    named = [found for one in ids if one and (found := node.find(id=one)) is not None]
    if named:
        return named
    around: Tag | None = bar.parent
    while around is not None and around is not node.parent:
        panels = around.find_all(role="tabpanel")
        if panels:
            return list(panels)
        around = around.parent
    behind = bar.find_next_sibling()
    return [] if behind is None else behind.find_all(recursive=False)


def _is_chrome(node: "Tag") -> bool:
    """Return whether an element is navigation, or something else around the text, by its name, role or class."""
    if node.name in ("nav", "footer") or node.get("role") in _NAVIGATION:
        return True
    if node.name == "aside":
        return not conversion.is_note(node) and _share_of_links(node) >= 0.5
    names = [*classes(node), str(node.get("id") or "")]
    if any(_CHROME_INLINE.fullmatch(name) for name in names):
        return True
    return node.name in _BLOCKS and any(map(_CHROME.fullmatch, names)) and not conversion.is_note(node)


def _is_around(node: "Tag") -> bool:
    """Return whether a short text asks what readers think of the page, or says when it was changed."""
    match = _AROUND.match(node.get_text())
    return match is not None and (match["asks"] is not None or node.find("time") is not None)


def _share_of_links(node: "Tag") -> float:
    return sum(_length(link) for link in node.find_all("a")) / max(_length(node), 1)


def _opened_by_controls(node: "Tag") -> set[str]:
    """Return the ids of parts that a click shows."""
    ids: set[str] = set()
    for one in lists.elements(node):
        for name in ("aria-controls", "data-target", "data-bs-target", "href"):
            value = str(one.get(name) or "")
            if value and (name != "href" or value.startswith("#")):
                ids.update(part.lstrip("#") for part in value.split())
    return ids


def _is_opened(node: "Tag", opened: set[str]) -> bool:
    return (
        node.get("role") in ("tabpanel", "region")
        or node.get("id") in opened
        or node.get("aria-labelledby") is not None
        or node.get("hidden") == "until-found"
        or any(re.search(r"tab|panel|accordion|collaps|faq|answer", name, re.IGNORECASE) for name in classes(node))
    )


def _is_hidden(node: "Tag") -> bool:
    if node.get("hidden") is not None:
        return True
    if node.get("aria-hidden") == "true":  # hidden from readers' ears only: icons by letters, formulas given twice
        return node.name in ("a", "i") or any(re.search(r"icon|anchor|katex", name) for name in classes(node))
    style = str(node.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style


def _replace_control(node: "Tag", told: "Counter[str]") -> None:
    if node.name == "input" and node.get("type") == "checkbox" and node.find_parent("li") is not None:
        node.replace_with("[x] " if node.get("checked") is not None else "[ ] ")
        return
    if node.name == "input" and node.get("type") in ("button", "submit", "reset") and _is_named(node):
        node.replace_with(str(node.get("value") or ""))
        return
    if node.name in ("select", "textarea"):
        told["form field"] += 1
    node.decompose()


def _length(node: "Tag") -> int:
    return len("".join(node.get_text().split()))
