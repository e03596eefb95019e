"""Routes for the help centre: articles, categories, suggestions while typing, the look of the site."""

from collections import Counter
from dataclasses import asdict, replace
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from supportbot.api.schemas import (
    ArticleId,
    ArticleOut,
    ArticlePage,
    ArticleSection,
    Category,
    Site,
    SiteSettings,
    Suggested,
    WholeArticle,
)
from supportbot.api.security import address
from supportbot.api.service import Here
from supportbot.content.articles import Article
from supportbot.serving import Snapshot
from supportbot.text import scripts
from supportbot.text.folding import exact_key
from supportbot.text.locale import script_of
from supportbot.web import colors

router = APIRouter(tags=["help centre"])

STARTERS = 4
"""The number of questions that a visitor is offered to start with."""


@router.get("/v1/articles")
def list_articles(
    service: Here,
    category: Annotated[str | None, Query(max_length=80)] = None,
    sort: Literal["popular", "updated", "title"] = "popular",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> ArticlePage:
    """List the articles, of one category if wanted: the most read first, the last updated first, or by title."""
    snapshot = service.snapshot
    found = [one for one in snapshot.articles if not category or exact_key(one.category) == exact_key(category)]
    if sort == "updated":
        found.sort(key=lambda one: one.updated.toordinal() if one.updated else 0, reverse=True)
    elif sort == "title":
        found.sort(key=lambda one: one.title)
    page = [_article_out(snapshot, one) for one in found[offset : offset + limit]]
    return ArticlePage(total=len(found), articles=page)


@router.get("/v1/articles/{article_id}")
def read_article(article_id: ArticleId, service: Here) -> WholeArticle:
    """Return an article with its sections in reading order, each with an anchor to link to."""
    snapshot = service.snapshot
    return WholeArticle(
        **_article_out(snapshot, snapshot.article(article_id)).model_dump(),
        sections=[ArticleSection.model_validate(chunk) for chunk in snapshot.chunks(article_id)],
        index_version=snapshot.version,
    )


@router.get("/v1/categories")
def list_categories(service: Here) -> list[Category]:
    """List the categories, those with most articles first."""
    counts = Counter(article.category for article in service.snapshot.articles if article.category)
    return [Category(name=name, articles=count) for name, count in counts.most_common()]


@router.get("/v1/suggestions")
def list_suggestions(
    service: Here,
    request: Request,
    q: Annotated[str, Query(max_length=200, description="what was typed so far")] = "",
    script: scripts.Script | None = None,
    category: Annotated[str | None, Query(max_length=80)] = None,
    limit: Annotated[int, Query(ge=1, le=20)] = 8,
) -> list[Suggested]:
    """List titles and questions that complete what was typed, in any script or in pinyin."""
    service.limits.hit(read=address(request))
    snapshot = service.snapshot
    found = snapshot.suggester.suggest(q, limit=limit, script=script, category=category)
    return [Suggested(**asdict(one), url=snapshot.bot.url(snapshot.article(one.article_id))) for one in found]


@router.get("/v1/site")
def read_site(service: Here, locale: Annotated[str, Query(max_length=35)] = "") -> Site:
    """Return what visitors see; without questions from admins, `starters` are the titles that are read most."""
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


def in_script(text: str, script: scripts.Script | None) -> str:
    """Return a text of the corpus or the site in the script of the reader."""
    return scripts.convert(text, source=scripts.detect(text), target=script) if script else text


def _article_out(snapshot: Snapshot, article: Article) -> ArticleOut:
    return ArticleOut.model_validate(replace(article, url=snapshot.bot.url(article)))
