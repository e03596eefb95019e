"""What `import` does: read every source, keep what people added by hand, write all or nothing."""

import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path

import typer

from supportbot import importers
from supportbot.cli.terminal import report
from supportbot.content import articles as corpus_room
from supportbot.content import lexicon
from supportbot.content.articles import Article
from supportbot.content.files import write_atomically
from supportbot.errors import EmptyCorpusError, InputError
from supportbot.index.chunking import split
from supportbot.text.folding import exact_key

HAND_MADE = ("id", "category", "url", "questions", "pinned", "excluded")
"""What a re-import must not lose: fields that people edit and sources do not carry."""


def run(sources: Sequence[Path], to: Path, *, category: str, replace: bool, known: Path) -> None:
    """Import `sources` into the corpus folder `to`; `known` is the corpus whose hand-made fields are carried over.

    Raises `SourceError` for a source that cannot be read, and `InputError` when an article that is there already
    would change and `replace` is not set. Nothing is written then.
    """
    result = importers.read_sources(sources, category=category)
    for problem in result.problems:
        report(f"note: {problem}")
    if not result.articles:
        raise InputError(f"no articles in {', '.join(map(str, sources))}")
    there = _articles_of(to)
    imported = _with_hand_made(result.articles, [*there, *(_articles_of(known) if known != to else [])])
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
    """Return the imported articles; hand-made fields that they lack come from the known article of the same title."""
    by_title = {exact_key(article.title): article for article in reversed(list(known))}
    merged = []
    for article in imported:
        other = by_title.get(exact_key(article.title))
        missing = [name for name in HAND_MADE if name == "id" or not getattr(article, name)] if other else []
        merged.append(dataclasses.replace(article, **{name: getattr(other, name) for name in missing}))
    return merged


def _start_lexicon(corpus: Path) -> None:
    """Give a corpus folder that has no lexicon an empty one, with examples, to be filled."""
    file = corpus / lexicon.FILE_NAME
    if not file.exists():
        write_atomically(file, lexicon.EMPTY.read_text(encoding="utf-8"))
