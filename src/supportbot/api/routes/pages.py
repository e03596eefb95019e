"""Routes of the help centre's pages: the articles, and the search that the bot answers from.

The pages work without scripts. Their language is that of `?lang=`, else of the cookie that it sets, else what the
browser prefers.
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from markupsafe import escape

from supportbot.answering.bot import check_question
from supportbot.api.errors import ApiError
from supportbot.api.routes.help_centre import in_script
from supportbot.api.security import address
from supportbot.api.service import Here, Service
from supportbot.content.articles import Article
from supportbot.errors import DatabaseError, EmptyQuestionError, LongQuestionError, NotFoundError
from supportbot.privacy import redact, secrets
from supportbot.retrieval.filters import Filters
from supportbot.retrieval.hit import Hit
from supportbot.retrieval.retriever import Retrieval
from supportbot.serving import Snapshot
from supportbot.text import scripts
from supportbot.text.folding import clean, exact_key
from supportbot.text.locale import LOCALES, SCRIPTS, Locale, preferred
from supportbot.text.marking import marks
from supportbot.web import structured_data, texts
from supportbot.web.excerpts import excerpt
from supportbot.web.markdown import document
from supportbot.web.originals import original
from supportbot.web.rendering import render

router = APIRouter(include_in_schema=False)
log = logging.getLogger("supportbot.api")

ON_HOME = 6
ON_SEARCH = 10
PASSAGES = 2
NEAREST = 3
"""How many articles a search shows when probably none answers."""

WORTH_SHOWING = 0.3
"""A search leaves out articles that score less than this share of the first one's score."""

RELATED = 4
RELATED_SCORE = 0.15
"""An article is related to another one if it scores at least this much for its title."""

LANGUAGE_COOKIE = "lang"
YEAR_SECONDS = 365 * 86_400
GET_AND_HEAD = ["GET", "HEAD"]
CHINESE: Mapping[scripts.Script, str] = {"hant": "zh-Hant", "hans": "zh-Hans"}

Verdict = Literal["helpful", "not"]

_related: WeakKeyDictionary[Snapshot, dict[str, list[str]]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page, with the snapshot, language and site settings that it is rendered with.

    >>> visit.address("/articles/withdraw", "en"), visit.text["help_centre"]
    """

    request: Request
    service: Service
    snapshot: Snapshot
    locale: Locale
    site: Mapping[str, Any]

    @property
    def text(self) -> Mapping[str, str]:
        """The texts of pages in the visitor's language."""
        return texts.texts(self.locale)

    @property
    def base(self) -> str:
        """The address of the site, as the visitor sees it."""
        return str(self.request.base_url).rstrip("/")

    @property
    def name(self) -> str:
        """The name of the site."""
        return self.show(str(self.site.get("name") or self.text["help_centre"]))

    def show(self, text: str) -> str:
        """Return a text of the corpus in the reader's script."""
        return in_script(text, SCRIPTS[self.locale])

    def language(self, text: str) -> str | None:
        """Return the language of a text of the corpus if it differs from the page's."""
        if self.locale != "en":
            return None
        return CHINESE.get(scripts.detect(text))

    def address(self, path: str, locale: Locale | None = None) -> str:
        """Return the absolute address of a page in a language."""
        locale = locale or self.locale
        return f"{self.base}{path}" + ("" if locale == LOCALES[0] else f"?lang={locale}")

    def page_of(self, article_id: str) -> str | None:
        """Return the address of an article's page; None if there is no such article."""
        rows = self.snapshot.index.article_rows
        return self.snapshot.bot.url(self.snapshot.article(article_id)) if article_id in rows else None

    def card(self, article: Article) -> dict[str, Any]:
        """Return what a list shows of an article."""
        return {
            "title": self.show(article.title),
            "url": self.snapshot.bot.url(article),
            "category": self.show(article.category),
            "updated": article.updated,
            "lang": self.language(article.title),
        }


def _visit(service: Service, request: Request) -> Visit:
    return Visit(request, service, service.snapshot, _locale(request), service.store.site.get())


def _locale(request: Request) -> Locale:
    chosen = (request.query_params.get("lang", ""), request.cookies.get(LANGUAGE_COOKIE, ""))
    named = next((locale for wanted in chosen for locale in LOCALES if wanted == locale), None)
    return named or preferred(request.headers.get("accept-language", "")) or LOCALES[0]


# --- pages -------------------------------------------------------------------------------------------------------


@router.api_route("/", methods=GET_AND_HEAD)
def home_page(service: Here, request: Request) -> Response:
    """Show search, categories, the most read articles and the last updated ones."""
    visit = _visit(service, request)
    articles = visit.snapshot.articles
    dated = sorted((one for one in articles if one.updated), key=lambda one: str(one.updated), reverse=True)
    search = f"{visit.base}/search?q={{q}}"
    return _page(
        visit,
        "home.html",
        path="/",
        title=visit.name,
        data=structured_data.script_data(structured_data.website(visit.name, visit.address("/"), search)),
        categories=_categories(visit),
        popular=[visit.card(one) for one in articles[:ON_HOME]],
        recent=[visit.card(one) for one in dated[:ON_HOME]],
        greeting=visit.show(str(visit.site.get("greeting") or "")),
    )


@router.api_route("/categories/{name:path}", methods=GET_AND_HEAD)
def category_page(name: str, service: Here, request: Request) -> Response:
    """Show the articles of a category, the most read first."""
    visit = _visit(service, request)
    key = exact_key(name)
    found = [one for one in visit.snapshot.articles if one.category and _same(one.category, name, key)]
    if not found:
        raise NotFoundError("category")
    category = found[0].category
    path = _category_path(category)
    trail = [(visit.text["home"], visit.address("/")), (visit.show(category), visit.address(path))]
    return _page(
        visit,
        "category.html",
        path=path,
        title=f"{visit.show(category)} · {visit.name}",
        description=visit.text["category_description"].format(name=visit.show(category)),
        data=structured_data.script_data(structured_data.breadcrumbs(trail)),
        category=visit.show(category),
        category_lang=visit.language(category),
        articles=[visit.card(one) for one in found],
        categories=_categories(visit),
    )


@router.api_route("/search", methods=GET_AND_HEAD)
def search_page(
    service: Here, request: Request, q: str | None = None, category: str = "", platform: str = ""
) -> Response:
    """Show the ranking that customers are answered from, and say so if probably no article answers."""
    visit = _visit(service, request)
    show = partial(_search_page, visit, category=category, platform=platform)
    if q is None:
        return show()
    service.limits.hit(read=address(request))
    try:
        question = check_question(q)
    except EmptyQuestionError:
        return show(422, fault=visit.text["search_empty"])
    except LongQuestionError as error:
        fault = visit.text["search_long"].format(limit=error.limit, length=error.length)
        return show(422, fault=fault, question=clean(q)[:200])
    exposed = secrets(question)
    question = redact(question, exposed)
    bot = visit.snapshot.bot
    warning = bot.messages("secret_shown", SCRIPTS[visit.locale]) if exposed else ""
    wanted = platform if platform in visit.snapshot.index.platforms.ids else None
    found = bot.search(question, limit=ON_SEARCH, filters=Filters(category[:80] or None, wanted))
    unsure = bot.declines(found)
    shown = [hit for hit in found.hits if hit.score >= WORTH_SHOWING * found.hits[0].score]
    hits = [_hit(visit, hit, found) for hit in (shown[:NEAREST] if unsure else shown)]
    return show(question=question, warning=warning, hits=hits, unsure=unsure)


def _platforms(visit: Visit) -> dict[str, str]:
    """The label of each platform by its id, in the visitor's language."""
    known = visit.snapshot.index.platforms
    return {one: known.label(one, SCRIPTS[visit.locale]) for one in known.ids}


def _search_page(
    visit: Visit,
    status: int = 200,
    *,
    category: str,
    platform: str,
    question: str = "",
    fault: str = "",
    warning: str = "",
    hits: Sequence[Mapping[str, Any]] | None = None,
    unsure: bool = False,
) -> Response:
    title = visit.text["search_title"].format(question=question[:60]) if question else visit.text["search"]
    return _page(
        visit,
        "search.html",
        status,
        path="/search",
        title=f"{title} · {visit.name}",
        indexed=False,
        question=question,
        fault=fault,
        warning=warning,
        hits=hits,
        unsure=unsure,
        categories=_categories(visit),
        category_key=exact_key(category),
        platform=platform,
        platforms=_platforms(visit),
        unfiltered="/search?" + urlencode({"q": question}),
        nothing_asked=hits is None and not fault,
    )


@router.api_route("/articles/{article_id}", methods=GET_AND_HEAD)
def article_page(article_id: str, service: Here, request: Request, thanks: str = "") -> Response:
    """Show an article, with the id of each chunk as an anchor, which answers link to."""
    visit = _visit(service, request)
    article, source = visit.snapshot.article(article_id), visit.snapshot.script(article_id)
    chunks = visit.snapshot.chunks(article_id)
    script = SCRIPTS[visit.locale]

    def show(text: str) -> str:
        return scripts.convert(text, source=source, target=script)

    path = f"/articles/{article.id}"
    own = article.url and (article.url if article.url.startswith("http") else visit.base + article.url)
    canonical = own or visit.address(path)
    trail = [(visit.text["home"], visit.address("/"))]
    if article.category:
        trail.append((visit.show(article.category), visit.address(_category_path(article.category))))
    language = visit.locale if visit.locale != "en" else CHINESE.get(source, "zh-Hant")
    data = structured_data.script_data(
        structured_data.article(article, chunks, url=canonical, language=language, show=show),
        structured_data.breadcrumbs([*trail, (show(article.title), canonical)]),
    )
    return _page(
        visit,
        "article.html",
        path=path,
        title=f"{show(article.title)[:200]} · {visit.name}",
        description=show(" ".join(chunk.text.replace("\n", " ") for chunk in chunks[:3]))[:150],
        canonical=canonical,
        kind="article",
        data=data,
        article=article,
        own_url=article.url or "",
        heading=show(article.title),
        category=visit.show(article.category),
        category_path=_category_path(article.category),
        content_lang=language if visit.locale == "en" else None,
        document=document(
            original(article, chunks, service.settings.corpus, visit.snapshot.version),
            chunks,
            show=show,
            link_label=visit.text["copy_link"],
            tabs_label=visit.text["platform_tabs"],
            platforms=visit.snapshot.index.platforms,
            address=visit.page_of,
        ),
        related=[visit.card(visit.snapshot.article(one)) for one in _related_to(visit.snapshot, article)],
        thanked=bool(thanks),
    )


@router.post("/articles/{article_id}/feedback")
def vote(article_id: str, verdict: Annotated[Verdict, Query()], service: Here, request: Request) -> Response:
    """Store whether an article helped, and nothing of the reader; go back to it, or reply to a script with JSON."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        raise ApiError(403, "forbidden", "other sites may not vote")
    service.snapshot.article(article_id)
    service.limits.hit(address=address(request))
    service.store.article_votes.add(article_id, helpful=verdict == "helpful")
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"done": True})
    return RedirectResponse(f"/articles/{article_id}?thanks={verdict}#feedback", 303)


@router.api_route("/sitemap.xml", methods=GET_AND_HEAD)
def sitemap(service: Here, request: Request) -> Response:
    """List our pages for search engines, with the day of their last change."""
    visit = _visit(service, request)
    articles = [one for one in visit.snapshot.articles if not one.url]
    newest: dict[str, str] = {}
    for one in visit.snapshot.articles:
        for path in ["/", *([_category_path(one.category)] if one.category else [])]:
            newest[path] = max(newest.get(path, ""), str(one.updated or ""))
    pages = {**newest, **{f"/articles/{one.id}": str(one.updated or "") for one in articles}}
    entries = (
        f"<url><loc>{escape(visit.base + path)}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for path, day in list(pages.items())[:50_000]
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    content = head + "\n".join(entries) + "\n</urlset>\n"
    return Response(content, media_type="application/xml", headers={"Cache-Control": "no-cache"})


@router.api_route("/robots.txt", methods=GET_AND_HEAD)
def robots(request: Request) -> Response:
    """Let search engines read everything except searches and the API."""
    lines = ["User-agent: *", "Disallow: /search", "Disallow: /v1/", f"Sitemap: {request.base_url}sitemap.xml", ""]
    return Response("\n".join(lines), media_type="text/plain; charset=utf-8")


def error_page(request: Request, status: int, headers: Mapping[str, str] | None = None) -> Response | None:
    """Return the page of an error for a browser; None if the request is not for a page, or the page fails as well."""
    path = request.url.path
    if "text/html" not in request.headers.get("accept", "") or path.startswith(("/v1/", "/static/")):
        return None
    service: Service | None = getattr(request.app.state, "service", None)
    if service is None:
        return None
    try:
        site = service.store.site.get()
    except DatabaseError:
        site = {}
    try:
        visit = Visit(request, service, service.snapshot, _locale(request), site)
        said = next(name for name in (f"error_{status}", f"error_{status // 100}xx") if name in visit.text)
        title = visit.text[said]
        page = _page(
            visit,
            "error.html",
            status,
            path="/",
            title=f"{title} · {visit.name}",
            indexed=False,
            heading=title,
            more=visit.text[f"{said}_more"],
            request_id=request.scope.get("state", {}).get("request_id", "") if status >= 500 else "",
        )
    except Exception:
        log.exception("the page of an error failed")
        return None
    page.headers.update(headers or {})
    return page


# --- parts -------------------------------------------------------------------------------------------------------


def _page(
    visit: Visit,
    template: str,
    status: int = 200,
    *,
    path: str,
    title: str,
    description: str = "",
    canonical: str = "",
    kind: str = "website",
    indexed: bool = True,
    data: str = "",
    **values: Any,
) -> Response:
    """Render a page with its head and foot; reply 304 if the browser has it already."""
    request = visit.request
    own = indexed and canonical in ("", visit.address(path))
    content = render(
        template,
        visit=visit,
        t=visit.text,
        locale=visit.locale,
        languages=[(locale, texts.NAMES[locale], _in_language(request, locale, values)) for locale in LOCALES],
        alternates=[(locale, visit.address(path, locale)) for locale in LOCALES] if own else [],
        date=lambda day: texts.date(day, visit.locale),
        site_name=visit.name,
        site_lang=visit.language(visit.name),
        title=title,
        description=description or visit.text["description"],
        canonical=canonical or visit.address(path),
        kind=kind,
        indexed=indexed,
        data=data,
        **values,
    ).encode("utf-8", "replace")
    tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    headers = {
        "Cache-Control": "no-cache",
        "ETag": tag,
        "Vary": "Accept-Language, Cookie",
        "Content-Language": visit.locale,
    }
    known = status == 200 and tag in request.headers.get("if-none-match", "")
    response = Response(status_code=304, headers=headers) if known else HTMLResponse(content, status, headers)
    if request.query_params.get("lang") == visit.locale:
        secure = request.url.scheme == "https"
        response.set_cookie(LANGUAGE_COOKIE, visit.locale, max_age=YEAR_SECONDS, samesite="lax", secure=secure)
    return response


def _in_language(request: Request, locale: Locale, shown: Mapping[str, Any]) -> str:
    """Return the address of the shown page in another language, with the question as redacted."""
    if request.method not in GET_AND_HEAD:
        return f"/?lang={locale}"
    query = {name: value for name, value in request.query_params.items() if name in ("category", "platform")}
    if shown.get("question"):
        query = {"q": shown["question"], **query}
    return "?" + urlencode({**query, "lang": locale}, errors="replace")


def _categories(visit: Visit) -> list[dict[str, Any]]:
    counts = Counter(article.category for article in visit.snapshot.articles if article.category)
    return [
        {
            "name": visit.show(name),
            "value": name,
            "key": exact_key(name),
            "url": _category_path(name),
            "count": count,
            "lang": visit.language(name),
        }
        for name, count in counts.most_common()
    ]


def _category_path(name: str) -> str:
    return f"/categories/{quote(name, safe='')}"


def _same(category: str, wanted: str, key: str) -> bool:
    return category == wanted or bool(key and exact_key(category) == key)


def _related_to(snapshot: Snapshot, article: Article) -> list[str]:
    """Return the ids of the articles found for an article's title; each snapshot searches once."""
    known = _related.setdefault(snapshot, {})
    if article.id not in known:
        found = snapshot.bot.search(article.title[:200], limit=RELATED + 1)
        near = [hit.article.id for hit in found.hits if hit.score >= RELATED_SCORE and hit.article.id != article.id]
        known[article.id] = near[:RELATED]
    return known[article.id]


def _hit(visit: Visit, hit: Hit, found: Retrieval) -> dict[str, Any]:
    """Return what a search shows of a found article: its nearest passages, each with a link."""
    passages = []
    for row, _ in hit.chunks[:PASSAGES]:
        chunk = visit.snapshot.index.chunk(row)
        text = visit.show(chunk.text).replace("\n- ", "\n· ")
        passages.append(
            {
                "heading": visit.show(chunk.heading),
                "pieces": excerpt(text, marks(text, found.words)),
                "url": visit.snapshot.bot.url(hit.article, chunk.id),
            }
        )
    return {**visit.card(hit.article), "passages": passages}
