"""The part of a page that is the article: found by rules, and cleared of navigation, forms and what is not shown."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from supportbot.importers.html import conversion

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

# The bodies of articles by the class names of help centres, blogs and documentation generators.
_BODIES = re.compile(
    r"(?:article|entry|post|page|markdown|mdx|doc|docs|kb|help|faq)[-_]{0,2}(?:body|content|text|markdown|entry)"
    r"|markdown|markdown-body|vp-doc|vp-content|theme-doc-markdown|theme-default-content|sl-markdown-content"
    r"|rst-content|md-content|content-body|fr-view|article__body|hentry__content|wiki-content|richtext|rich-text",
    re.IGNORECASE,
)
_UNSEEN = ("script", "style", "template", "noscript", "head", "svg", "canvas", "map", "dialog")
_CONTROLS = ("input", "select", "textarea", "option", "datalist", "progress", "meter", "output")
_NAVIGATION = frozenset({"navigation", "search", "banner", "contentinfo", "complementary", "menu", "menubar", "toolbar"})
_CHROME = re.compile(
    r"(?:.*[-_])?(?:bread-?crumbs?|toc|table-?of-?contents|on-this-page|pagination|pager|pagination-nav|prev-?next|"
    r"related|related-?(?:articles?|posts?|content|topics?)|recommend(?:ed|ation|ations)|recently-viewed|"
    r"feedback|(?:was-?this-?)?helpful|votes?|rating|comments?|comment-list|share|social|sharing|sidebar|skip-?link|"
    r"edit-?(?:this-?page|link|page)|last-?updated|newsletter|cookie|search|navbar|menu|nav|doc-footer|page-footer|"
    r"article-(?:author|meta|footer|subscribe)|entry-(?:meta|footer)|post-(?:meta|footer|navigation)|byline|avatar|"
    r"copy(?:-?(?:button|btn|code))?|back-?to-?top|sr-only|visually-?hidden|screen-reader-text|tableofcontents|"
    r"headerlink|header-?anchor|hash-?link|heading-?anchor|line-?numbers?(?:-rows)?|gutter|linenos?)"
    r"(?:[-_](?:wrapper|container|list|links?|section|block|box|mobile|desktop|area|form|inner|nav|bar|widget))*",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\s*(?:(?:這|这|本)篇?(?:文章|內容|内容|頁面?|页面?)?(?:對您?|对您?)?是否?有(?:幫助|帮助|用)|"
    r"(?:was|did|is) this (?:article|page|answer|information)? ?(?:helpful|useful|answer))",
    re.IGNORECASE,
)
_MOST = 0.4
"""A part with more than this share of the article's text is never taken for navigation by its class names alone."""


def find(soup: "BeautifulSoup") -> "Tag":
    """Return the element that holds the article, by rules from the narrowest to the widest; else the page's body."""
    body = soup.body or soup
    for candidates in (_by_class(body), body.find_all(itemprop="articleBody"), _by_role(body)):
        if (found := _widest(candidates)) is not None:
            return found
    return _by_text(body)


def _by_class(body: "Tag") -> "Iterator[Tag]":
    for node in body.find_all(["div", "section", "article", "main"], class_=True):
        if any(_BODIES.fullmatch(name) for name in node["class"]):
            yield node


def _by_role(body: "Tag") -> "list[Tag]":
    named = body.find_all(["article", "main"]) + body.find_all(attrs={"role": ["main", "article"]})
    named += [one for one in [body.find(id="main-content") or body.find(id="content")] if one is not None]
    with_heading = [node for node in named if node.find("h1") is not None]
    return with_heading or named


def _widest(candidates: "Any") -> "Tag | None":
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
    return node


def clear(node: "Tag") -> list[str]:
    """Take out of `node` what is not the article's text. Return what else than navigation was left out, in words."""
    from bs4 import NavigableString

    told: Counter[str] = Counter()
    for one in node.find_all(string=lambda text: type(text) is not NavigableString):
        one.extract()
    for one in node.find_all(_UNSEEN):
        one.decompose()
    opened = _opened_by_controls(node)
    total = max(_length(node), 1)
    for one in list(node.find_all(True)):
        if one.decomposed:
            continue
        if _is_hidden(one) and not _is_opened(one, opened):
            if _length(one) > 40 and not _is_chrome(one):
                told["hidden part"] += 1
            one.decompose()
        elif one.name == "button":
            if one.get("aria-expanded") is None and one.get("aria-controls") is None and one.get("role") != "tab":
                if one.find_parent(["summary", "h1", "h2", "h3", "h4", "h5", "h6", "dt"]) is None or not _length(one):
                    one.decompose()
        elif one.name in _CONTROLS:
            _replace_control(one, told)
        elif one.name == "img" and not conversion.image_address(one) and one.get("src"):
            told["image without an address of its own (data:)"] += 1
        elif _is_chrome(one) and _length(one) < _MOST * total and one.find("h1") is None:
            one.decompose()
        elif _ASKED.match(one.get_text()[:80]) and _length(one) < 80 and one.name in ("div", "section", "form", "p"):
            one.decompose()
    return [f"{count} {what}{'s' * (count > 1)} left out" for what, count in told.items()]


def _is_chrome(node: "Tag") -> bool:
    """Return whether an element is navigation, or something else around the text, by its name, role or class."""
    if node.name in ("nav", "footer") or node.get("role") in _NAVIGATION:
        return True
    if node.name == "aside":
        return not conversion.is_note(node) and _share_of_links(node) >= 0.5
    if node.name in ("p", "table", "td", "tr", "th", "tbody", "code", "pre", "body", "html", "main", "article"):
        return False
    return any(_CHROME.fullmatch(name) for name in node.get("class") or []) and not conversion.is_note(node)


def _share_of_links(node: "Tag") -> float:
    return sum(_length(link) for link in node.find_all("a")) / max(_length(node), 1)


def _opened_by_controls(node: "Tag") -> set[str]:
    """Return the ids of parts that a click shows."""
    ids = set()
    for one in node.find_all(True):
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
        or any(re.search(r"tab|panel|accordion|collaps|faq|answer", name, re.IGNORECASE) for name in node.get("class") or [])
    )


def _is_hidden(node: "Tag") -> bool:
    if node.get("hidden") is not None or node.get("aria-hidden") == "true":
        return True
    return re.search(r"(?:display:none|visibility:hidden)", str(node.get("style") or "").replace(" ", "").lower()) is not None


def _replace_control(node: "Tag", told: "Counter[str]") -> None:
    if node.name == "input" and node.get("type") == "checkbox" and node.find_parent("li") is not None:
        node.replace_with("[x] " if node.get("checked") is not None else "[ ] ")
        return
    if node.name in ("select", "textarea"):
        told["form field"] += 1
    node.decompose()


def _length(node: "Tag") -> int:
    return len("".join(node.get_text().split()))
