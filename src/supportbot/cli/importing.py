"""`import`: read every source, keep hand-made fields, write all articles or none."""

import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path

import typer

from supportbot import importers
from supportbot.cli import health
from supportbot.cli.terminal import report
from supportbot.content import articles as corpus_room
from supportbot.content import lexicon
from supportbot.content.articles import Article
from supportbot.content.files import write_atomically
from supportbot.errors import EmptyCorpusError, InputError
from supportbot.index.chunking import split
from supportbot.text.folding import exact_key

HAND_MADE = ("id", "category", "url", "questions", "pinned", "excluded")
"""Fields that people edit and sources do not have; a new import keeps them."""


def run(sources: Sequence[Path], to: Path, *, category: str, replace: bool, known: Path) -> None:
    """Import `sources` into the corpus folder `to`, with the hand-made fields of the articles in `to` and `known`.

    Raise `SourceError` if a source cannot be read, and `InputError` if an existing article would change without
    `replace`. Write nothing in either case.
    """
    results = [importers.read_source(source, category=category) for source in sources]
    for problem in (problem for result in results for problem in result.problems):
        report(f"note: {problem}")
    read = [article for result in results for article in result.articles]
    if not read:
        raise InputError(f"no articles in {', '.join(map(str, sources))}")
    there = _articles_of(to)
    imported = _with_hand_made(read, [*there, *(_articles_of(known) if known != to else [])])
    before = {article.id: article for article in there}
    changed = [article for article in imported if before.get(article.id) not in (None, article)]
    if changed and not replace:
        named = ", ".join(article.id for article in changed[:5]) + (" …" if len(changed) > 5 else "")
        raise InputError(f"{to}: {len(changed)} articles are there and differ ({named}); --replace overwrites them")
    new = [article for article in imported if article.id not in before]
    corpus_room.write([*new, *changed], to)
    _start_lexicon(to)
    for article in imported:
        sign = "+" if article.id not in before else "~" if article in changed else "="
        steps = sum(len(chunk.steps) for chunk in split(article))
        typer.echo(f"{sign} {article.id}  {article.title}  ({_described(article, steps)})")
    typer.echo(f"{to}: {len(imported)} articles read, {len(new)} new, {len(changed)} replaced")
    health.show_articles(corpus_room.read(to), to)


def _described(article: Article, steps: int) -> str:
    parts = [
        f"updated {article.updated}" if article.updated else "no date",
        f"{article.views:,} views",
        f"{steps} steps",
        "" if article.complete else "cut short at the source",
    ]
    return ", ".join(filter(None, parts))


def _articles_of(corpus: Path) -> list[Article]:
    try:
        return corpus_room.read(corpus)
    except EmptyCorpusError:
        return []


def _with_hand_made(imported: Iterable[Article], known: Iterable[Article]) -> list[Article]:
    """Return the imported articles; take missing hand-made fields from the known article of the same title."""
    by_title = {exact_key(article.title): article for article in reversed(list(known))}
    merged = []
    for article in imported:
        other = by_title.get(exact_key(article.title))
        missing = [name for name in HAND_MADE if name == "id" or not getattr(article, name)] if other else []
        merged.append(dataclasses.replace(article, **{name: getattr(other, name) for name in missing}))
    return merged


def _start_lexicon(corpus: Path) -> None:
    """Write a lexicon without entries, with examples in comments, unless there is one."""
    file = corpus / lexicon.FILE_NAME
    if not file.exists():
        write_atomically(file, lexicon.EMPTY.read_text(encoding="utf-8"))
