"""What a page says of itself: title, category, address, dates, language, tags; by HTML, Open Graph and JSON-LD."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from supportbot.importers.html.conversion import classes
from supportbot.importers.html.lists import elements
from supportbot.text.folding import clean, fold

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_MAX_TITLE = 200
_MAX_JSON_LD = 1_000_000
_SITE = re.compile(r"\s+[|–—·•»:-]\s+|\s*[|｜]\s*")
_HOME = re.compile(
    r"(?:.{0,6}(?:首頁|首页|主頁|主页)|home ?page|(?:.{0,12} )?home|all collections|»|/)?$", re.IGNORECASE
)
_HOME_PATH = re.compile(r"/?(?:hc/?)?(?:[a-z]{2}(?:[-_][a-z]{2,4})?/?)?$", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of its article.

    >>> Metadata(title="如何提幣？", category="資產 / 提幣", url="https://example.com/hc/1")
    """

    title: str = ""
    category: str = ""
    url: str | None = None
    addresses: tuple[str, ...] = ()
    published: dt.date | None = None
    updated: dt.date | None = None
    tags: tuple[str, ...] = ()
    description: str = ""
    locale: str = ""


def read(soup: "BeautifulSoup", heading: str, address: str) -> Metadata:
    """Return what a page says of itself. `heading` is that of its article, "" without one; `address` is the page's."""
    meta = _meta(soup)
    data = list(_json_ld(soup))
    title = heading or _title(soup, meta)
    canonical = next(
        (one["href"] for one in elements(soup, "link") if "canonical" in (one.get("rel") or ()) and one.get("href")), ""
    )
    given = [urljoin(address, str(one).strip()) for one in (canonical, meta.get("og:url", "")) if one]
    urls = list(dict.fromkeys(one for one in [*given, address] if _is_address(one)))
    article = next((one for one in data if "Article" in str(one.get("@type")) or "dateModified" in one), {})
    times = [one for one in elements(soup, "time") if one.get("datetime")]
    updated = [meta.get("article:modified_time"), meta.get("og:updated_time"), article.get("dateModified")]
    updated += [one["datetime"] for one in times if re.search(r"updat|modif|更新|修改", _context(one), re.IGNORECASE)]
    published = [meta.get("article:published_time"), article.get("datePublished")]
    published += [one["datetime"] for one in times if re.search(r"publish|發[佈布]|发布", _context(one), re.IGNORECASE)]
    unsaid = [one["datetime"] for one in times]
    words = [*re.split(r"[,，、;；]", meta.get("keywords", "")), *meta.get("article:tag", "").split("\n")]
    html = soup.find("html")
    return Metadata(
        title=title,
        category=_category(soup, data, title, meta),
        url=urls[0] if urls else None,
        addresses=tuple(urls[1:]),
        published=_first_date(published),
        updated=_first_date(updated) or (_first_date(unsaid) if len(unsaid) == 1 else None),
        tags=tuple(dict.fromkeys(word for word in map(clean, words) if fold(word)))[:50],
        description=clean(meta.get("description", "") or meta.get("og:description", ""))[:1000],
        locale=clean(str(html.get("lang") or html.get("xml:lang") or "") if html else "").lower()[:20],
    )


def _meta(soup: "BeautifulSoup") -> dict[str, str]:
    found: dict[str, str] = {}
    for one in elements(soup, "meta"):
        name = str(one.get("property") or one.get("name") or one.get("itemprop") or "").lower()
        content = str(one.get("content") or "").strip()
        if name == "article:tag" and name in found:
            found[name] += f"\n{content}"
        elif name and content:
            found.setdefault(name, content)
    return found


def _json_ld(soup: "BeautifulSoup") -> Iterator[dict[str, Any]]:
    for script in elements(soup, "script"):
        if not str(script.get("type") or "").lower().startswith("application/ld+json"):
            continue
        text = script.get_text()
        if len(text) > _MAX_JSON_LD:
            continue
        try:
            value = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for one in value if isinstance(value, list) else [value]:
            graph = one.get("@graph") if isinstance(one, dict) else None
            yield from (part for part in (graph if isinstance(graph, list) else [one]) if isinstance(part, dict))


def _title(soup: "BeautifulSoup", meta: dict[str, str]) -> str:
    given = clean(meta.get("og:title", ""))
    titles = [one for one in elements(soup, "title") if one.find_parent("svg") is None]
    whole = clean(titles[0].get_text()) if titles else ""
    text = given or whole
    site = clean(meta.get("og:site_name", ""))
    parts = _SITE.split(text)
    if len(parts) > 1 and (not given or (site and fold(parts[-1]) in (fold(site), "")) or given == whole):
        separators = list(_SITE.finditer(text))
        text = text[: separators[-1].start()]
    return text[:_MAX_TITLE]


def _category(soup: "BeautifulSoup", data: list[dict[str, Any]], title: str, meta: dict[str, str]) -> str:
    for one in data:
        if one.get("@type") == "BreadcrumbList" and (levels := _between(_listed_trail(one), title)):
            return " / ".join(levels)
    for node in filter(_is_breadcrumbs, elements(soup)):
        if levels := _between(_shown_trail(node), title):
            return " / ".join(levels)
    return clean(meta.get("article:section", ""))


def _listed_trail(data: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Return the levels of JSON-LD breadcrumbs: name, address, whether it is the page itself."""
    items = data.get("itemListElement")
    items = [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []
    items.sort(key=lambda one: int(one["position"]) if str(one.get("position")).isdecimal() else 0)
    trail = []
    for one in items:
        item = one.get("item")
        inner = item if isinstance(item, dict) else {"@id": item if isinstance(item, str) else ""}
        name = one.get("name") or inner.get("name")
        trail.append((clean(str(name or "")), str(inner.get("@id") or inner.get("url") or ""), False))
    return trail


def _is_breadcrumbs(node: "Tag") -> bool:
    label = str(node.get("aria-label") or "")
    names = classes(node)
    return bool(re.search(r"breadcrumb|麵包屑|面包屑", label, re.IGNORECASE)) or any(
        re.fullmatch(r"(?:.*[-_])?bread-?crumbs?(?:[-_]?(?:list|nav|container|trail))?", name, re.IGNORECASE)
        for name in names
    )


def _shown_trail(node: "Tag") -> list[tuple[str, str, bool]]:
    levels = node.find_all("li") or node.find_all(["a", "span"])
    trail = []
    for level in levels:
        if level.name == "span" and level.find_parent("a") is not None:
            continue
        link = level if level.name == "a" else level.find("a")
        text = re.sub(r"^[\s/>›»·→|]+|[\s/>›»·→|]+$", "", clean(level.get_text()))
        is_current = any(one.get("aria-current") == "page" for one in (level, *level.find_all(True)))
        trail.append((text, str(link.get("href") or "") if link is not None else "", is_current))
    return trail


def _between(trail: list[tuple[str, str, bool]], title: str) -> list[str]:
    """Return the names between the home page and the article."""
    while trail and (_HOME.match(trail[0][0]) or (trail[0][1] and _is_home(trail[0][1]))):
        trail = trail[1:]
    own = [place for place, (name, _, is_current) in enumerate(trail) if is_current or fold(name) == fold(title)]
    trail = trail[: own[-1]] if own else trail
    return list(dict.fromkeys(name for name, _, _ in trail if name))


def _is_home(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.scheme in ("http", "https", "")) and _HOME_PATH.match(parts.path) is not None and not parts.query


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and re.search(r"[\s<>\"'`\\]", value) is None


def _context(time: "Tag") -> str:
    parent = time.parent
    words = [*classes(time), str(time.get("itemprop") or "")]
    if parent is not None:
        words += [*classes(parent), parent.get_text()[:100]]
    return " ".join(words)


def _first_date(values: list[Any]) -> dt.date | None:
    for value in values:
        if match := _DATE.match(str(value or "").strip()):
            try:
                return dt.date.fromisoformat(match[0])
            except ValueError:
                continue
    return None
