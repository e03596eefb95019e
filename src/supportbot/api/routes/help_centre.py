"""The help centre: articles, categories, suggestions while typing, and what the site looks like."""

from collections import Counter
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

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
from supportbot.api.turn import script_of
from supportbot.content.articles import Article
from supportbot.index.chunking import Chunk
from supportbot.text import scripts
from supportbot.text.folding import exact_key
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
            url=snapshot.bot.url(snapshot.index.article(snapshot.index.article_rows[one.article_id])),
        )
        for one in found
    ]


@router.get("/v1/site")
def read_site(service: Here, locale: Annotated[str, Query(max_length=35)] = "") -> Site:
    """What visitors see, as admins set it; `starters` are theirs, else the titles that are read most."""
    stored = service.store.site.get()
    settings = SiteSettings(**{name: stored.get(name) for name in SiteSettings.model_fields})
    titles = [article.title for article in service.snapshot.articles[:STARTERS]]
    script, platforms = script_of(locale) or "hant", service.snapshot.index.platforms
    return Site(
        **settings.model_dump(),
        safety=service.snapshot.bot.messages("safety", script),
        platforms={platform: platforms.label(platform, script) for platform in platforms.ids},
        starters=[in_script(text, script_of(locale)) for text in settings.suggested_questions or titles],
        style=colors.stylesheet(settings.accent),
    )


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
        url=service.snapshot.bot.url(article),
    )


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
