"""The help centre: articles, categories, suggestions while typing, and what the site looks like."""

import html
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from supportbot.api.errors import ApiError
from supportbot.api.schemas import (
    ArticleId,
    ArticleOut,
    ArticlePage,
    Category,
    Section,
    Site,
    SiteSettings,
    Suggested,
    WholeArticle,
)
from supportbot.api.security import address
from supportbot.api.service import Here, Service
from supportbot.api.talking import script_of
from supportbot.articles import Article, exact_key
from supportbot.chunks import Chunk
from supportbot.text import scripts
from supportbot.web import colors

router = APIRouter(tags=["help centre"])

Script = Literal["hant", "hans", "latin"]

STARTERS = 4
"""How many questions a visitor is offered to begin with."""


@router.get("/v1/articles")
def list_articles(
    service: Here,
    category: Annotated[str | None, Query(max_length=80)] = None,
    sort: Literal["popular", "updated", "title"] = "popular",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> ArticlePage:
    """Articles, the most read first, or the latest changed, or by title."""
    found = [one for one in service.snapshot.articles if not category or exact_key(one.category) == exact_key(category)]
    if sort == "updated":
        found.sort(key=lambda one: one.updated.toordinal() if one.updated else 0, reverse=True)
    elif sort == "title":
        found.sort(key=lambda one: one.title)
    return ArticlePage(total=len(found), articles=[article_out(service, one) for one in found[offset : offset + limit]])


@router.get("/v1/articles/{article_id}")
def read_article(article_id: ArticleId, service: Here) -> WholeArticle:
    """One article: its parts in reading order, each with an anchor to link to."""
    article, chunks = _whole(service, article_id)
    return WholeArticle(
        **article_out(service, article).model_dump(),
        sections=[_section(chunk) for chunk in chunks],
        index_version=service.snapshot.version,
    )


@router.get("/v1/categories")
def list_categories(service: Here) -> list[Category]:
    """The categories, those with most articles first."""
    counts = Counter(article.category for article in service.snapshot.articles if article.category)
    return [Category(name=name, articles=count) for name, count in counts.most_common()]


@router.get("/v1/suggestions")
def suggest(
    service: Here,
    request: Request,
    q: Annotated[str, Query(max_length=200, description="what was typed so far")] = "",
    script: Script | None = None,
    category: Annotated[str | None, Query(max_length=80)] = None,
    limit: Annotated[int, Query(ge=1, le=20)] = 8,
) -> list[Suggested]:
    """What the typed text may become: titles and questions, whatever script or pinyin it is typed in."""
    service.limits.hit(read=address(request))
    snapshot = service.snapshot
    found = snapshot.suggester.suggest(q, limit=limit, script=script, category=category)
    return [
        Suggested(
            text=one.text,
            article_id=one.article_id,
            title=one.title,
            kind=one.kind,
            marks=list(one.marks),
            url=_url(service, snapshot.index.article(snapshot.index.article_rows[one.article_id])),
        )
        for one in found
    ]


@router.get("/v1/site")
def read_site(service: Here, locale: Annotated[str, Query(max_length=35)] = "") -> Site:
    """What visitors see, as admins set it; `starters` are theirs, else the titles that are read most."""
    stored = service.store.site.get()
    settings = SiteSettings(**{name: stored.get(name) for name in SiteSettings.model_fields})
    titles = [article.title for article in service.snapshot.articles[:STARTERS]]
    return Site(
        **settings.model_dump(),
        starters=[in_script(text, script_of(locale)) for text in settings.suggested_questions or titles],
        style=colors.stylesheet(settings.accent),
    )


@router.api_route("/", methods=["GET", "HEAD"], response_class=HTMLResponse, include_in_schema=False)
def home_page(service: Here) -> HTMLResponse:
    """A plain list of the articles, the most read first."""
    items = (
        f'<li><a href="{html.escape(_url(service, one))}">{html.escape(one.title)}</a></li>'
        for one in service.snapshot.articles
    )
    return HTMLResponse(_document(service.store.site.get().get("name") or "supportbot", ["<ul>", *items, "</ul>"]))


@router.api_route(
    "/articles/{article_id}", methods=["GET", "HEAD"], response_class=HTMLResponse, include_in_schema=False
)
def article_page(article_id: ArticleId, service: Here) -> HTMLResponse:
    """A plain page of an article: where answers link to when it has no page of its own."""
    article, chunks = _whole(service, article_id)
    return HTMLResponse(_document(article.title, _article_lines(article, chunks)))


def in_script(text: str, script: Script | None) -> str:
    """A text of the corpus or the site in the script of the reader."""
    return scripts.convert(text, source=scripts.detect(text), target=script) if script else text


def article_out(service: Service, article: Article) -> ArticleOut:
    """An article as it goes out, without its text."""
    return ArticleOut(
        id=article.id,
        title=article.title,
        category=article.category,
        platforms=list(article.platforms),
        updated=article.updated,
        published=article.published,
        views=article.views,
        complete=article.complete,
        url=_url(service, article),
    )


def _url(service: Service, article: Article) -> str:
    return article.url or service.settings.article_url.replace("{id}", article.id)


def _whole(service: Service, article_id: str) -> tuple[Article, list[Chunk]]:
    snapshot = service.snapshot
    row = snapshot.index.article_rows.get(article_id)
    if row is None:
        raise ApiError(404, "not_found", "there is no such article")
    return snapshot.index.article(row), snapshot.chunks(article_id)


def _section(chunk: Chunk) -> Section:
    return Section.model_validate(
        {
            "anchor": chunk.id,
            "kind": chunk.kind,
            "headings": list(chunk.heading_path),
            "platform": chunk.platform,
            "paragraphs": list(chunk.paragraphs),
            "steps": list(chunk.steps),
            "notes": list(chunk.notes),
        }
    )


def _document(title: str, lines: Iterable[str]) -> str:
    """A whole HTML page around `lines`, which are HTML already."""
    return "\n".join(
        [
            f'<!doctype html><html lang="zh-Hant"><meta charset="utf-8"><title>{html.escape(title)}</title>',
            '<meta name="viewport" content="width=device-width">',
            "<style>body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1.05rem/1.75 system-ui,sans-serif}"
            ".note{border-left:4px solid #c80;padding-left:1rem}</style>",
            f"<main><h1>{html.escape(title)}</h1>",
            *lines,
            "</main></html>",
        ]
    )


def _article_lines(article: Article, chunks: list[Chunk]) -> Iterator[str]:
    """The article as HTML; all text is escaped."""
    if article.updated:
        yield f"<p><small>{article.updated.isoformat()}</small></p>"
    above: tuple[str, ...] = ()
    for chunk in chunks:
        for depth, heading in enumerate(chunk.heading_path):
            if above[: depth + 1] != chunk.heading_path[: depth + 1]:
                level = min(depth + 2, 6)
                yield f"<h{level}>{html.escape(heading)}</h{level}>"
        above = chunk.heading_path
        yield f'<section id="{html.escape(chunk.id)}">'
        yield from (f"<p>{html.escape(line)}</p>" for line in chunk.paragraphs)
        if chunk.steps:
            steps = (f'<li value="{step.number}">{html.escape(step.text)}</li>' for step in chunk.steps)
            yield f"<ol>{''.join(steps)}</ol>"
        yield from (f'<p class="note">{html.escape(note)}</p>' for note in chunk.notes)
        yield "</section>"
