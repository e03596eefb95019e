"""`enrich`: draft questions for articles with a language model, or take the accepted ones into the corpus."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from supportbot.cli.terminal import report
from supportbot.content.articles import Article
from supportbot.enriching import drafts, select
from supportbot.enriching.checking import Checker, Reason
from supportbot.enriching.drafting import propose
from supportbot.errors import InputError, ModelError, SettingsError
from supportbot.language_model import LanguageModel

if TYPE_CHECKING:
    from supportbot.settings import Settings

_DROPPED: dict[Reason, str] = {
    "malformed": "malformed",
    "near_copy": "near copies",
    "not_found": "do not find the article",
    "foreign": "answered by another article",
    "unsupported": "not held by the article",
    "answered": "answered already",
}


def language_model(settings: "Settings", seconds: float) -> LanguageModel:
    """Return the language model of the settings, which may take `seconds` a call. Raise `SettingsError` for none."""
    if not settings.llm_url:
        raise SettingsError("SUPPORTBOT_LLM_URL is empty; expected the address of an OpenAI-compatible service")
    return LanguageModel(
        base_url=settings.llm_url,
        api_key=settings.llm_key.get_secret_value(),
        model=settings.llm_model,
        timeout=seconds,
    )


def chosen(articles: Sequence[Article], ids: Sequence[str]) -> list[Article]:
    """Return the articles with these ids, or all for no ids. Raise `InputError` for an id that is not there."""
    if unknown := set(ids) - {article.id for article in articles}:
        raise InputError(f"article {min(unknown)!r:.80} is not in the corpus; expected the id of one that is")
    return [article for article in articles if not ids or article.id in ids]


def draft(articles: Sequence[Article], model: LanguageModel, checker: Checker, path: Path) -> bool:
    """Draft questions for each article and write them to the file `path`. Return whether all articles got an answer.

    The file is read again when the model has answered, and written for each article: neither an edit meanwhile nor an
    interruption loses anything.
    """
    failed = 0
    for article in articles:
        try:
            proposed = propose(model, article)
        except ModelError as error:
            report(str(error))
            failed += 1
            continue
        kept = read(path)
        found, dropped = select(article, proposed, kept, checker)
        if found != kept.get(article.id):
            drafts.write(path, {**kept, article.id: found})
        typer.echo(_line(article, kept.get(article.id, drafts.Drafts()), found, dropped))
    held = [one for each in read(path).values() for one in (*each.questions, *each.out_of_scope)]
    typer.echo(f"{path}: {sum(one.accept is False for one in held)} drafts to decide on")
    return not failed


def read(path: Path) -> dict[str, drafts.Drafts]:
    """Return the drafts in the file `path`; none if it is not there. Raise like `drafts.read`."""
    return drafts.read(path) if path.exists() else {}


def accept(path: Path, corpus: Path) -> bool:
    """Take the accepted drafts of a file into the corpus. Return whether none was refused."""
    done = drafts.accept(path, corpus)
    for line in done.refused:
        report(line)
    typer.echo(f"{corpus}: {done.questions} questions and {done.out_of_scope} out-of-scope questions added")
    return not done.refused


def _line(article: Article, before: drafts.Drafts, after: drafts.Drafts, dropped: Counter[Reason]) -> str:
    questions, beside = (len(getattr(after, kind)) - len(getattr(before, kind)) for kind in drafts.KINDS)
    why = ", ".join(f"{count} {_DROPPED[reason]}" for reason, count in dropped.most_common())
    return f"{article.id}: {questions} questions, {beside} out of scope" + (f"; dropped: {why}" if why else "")
