"""What `ask` and `search` read and show."""

import itertools
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from supportbot.cli.terminal import console
from supportbot.errors import QuestionError, SourceError
from supportbot.text import scripts
from supportbot.text.folding import clean

if TYPE_CHECKING:
    from rich.console import Console

    from supportbot.answering.answer import Answer
    from supportbot.answering.bot import SupportBot
    from supportbot.answering.conversation import Conversation
    from supportbot.retrieval.retriever import Retrieval


NEAREST_ARTICLES = 3
"""How many articles a refusal offers to people."""


def answer_one(
    bot: "SupportBot", asked: "SupportBot | Conversation", question: str, *, as_json: bool, **where: Any
) -> None:
    """Print the answer of the one that is `asked`: the bot, or a conversation with it."""
    answer = asked.ask(question, **where)
    if as_json:
        typer.echo(json.dumps(answer.as_dict(), ensure_ascii=False))
    else:
        _show(bot, answer)


def converse(bot: "SupportBot", *, as_json: bool, **where: Any) -> None:
    """Answer questions from standard input, a line each, as one conversation, until an empty line or its end."""
    from supportbot.answering.conversation import Conversation

    talk, say = Conversation(bot), bot.messages
    interactive = sys.stdin.isatty()
    script: scripts.Script = "hant"
    if interactive:
        typer.echo(say("greeting", script))
    while True:
        if interactive:
            typer.echo(say("prompt", script), nl=False)
        line = sys.stdin.readline()
        question = clean(line)
        if not line or (interactive and not question):
            break
        if not question:
            continue
        script = scripts.detect(question, default=script)
        try:
            answer_one(bot, talk, question, as_json=as_json, **where)
        except QuestionError:
            from supportbot.answering.bot import MAX_QUESTION_CHARACTERS

            typer.echo(say("long_question", script, length=len(question), limit=MAX_QUESTION_CHARACTERS), err=True)
        typer.echo()
    if interactive:
        typer.echo(say("goodbye", script))


def read_batch(path: Path) -> list[tuple[Any, list[str]]]:
    """The ids and turns of a JSONL file of `{"id", "turns": ["…"]}`; `-` is standard input.

    The whole file is checked before anything is answered. Raises `SourceError` with file and line.
    """
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror}") from None
    return list(_turns(path, content))


def _turns(path: Path, content: bytes) -> Iterator[tuple[Any, list[str]]]:
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise SourceError(path, f"not a line of JSON in UTF-8: {error}", line=number) from None
        if not isinstance(record, dict) or not isinstance(record.get("id"), str | int):
            raise SourceError(path, 'expected {"id": …, "turns": ["…"]}', line=number)
        turns = record.get("turns")
        if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
            raise SourceError(path, f"turns: expected a list of questions, got {turns!r:.60}", line=number)
        yield record["id"], turns


def answer_batch(bot: "SupportBot", conversations: Sequence[tuple[Any, Sequence[str]]], **where: Any) -> None:
    """Answer the last turn of each conversation with a line of JSON; one that cannot be asked gets a decline."""
    from supportbot.answering.conversation import Conversation

    for identifier, turns in conversations:
        conversation = Conversation(bot)
        for turn in turns:
            try:
                answer = conversation.ask(turn, **where)
            except QuestionError:
                answer = bot.unanswerable(turn)
        typer.echo(json.dumps({"id": _printable(identifier), **answer.as_dict()}, ensure_ascii=False))


def _printable(identifier: Any) -> Any:
    """An id as it came, but for lone surrogates, which no encoding can print."""
    return identifier.encode("utf-8", "replace").decode("utf-8") if isinstance(identifier, str) else identifier


def show_hits(bot: "SupportBot", found: "Retrieval", *, mode: str, as_json: bool) -> None:
    """Print the hits of a search: as JSON, as a table on a terminal, or as lines."""
    hits = [
        {
            "rank": rank,
            "article_id": hit.article.id,
            "title": hit.article.title,
            "category": hit.article.category,
            "score": round(hit.score, 4),
            "channels": {name: round(value, 4) for name, value in hit.channels.items()},
            "heading": bot.index.chunk(hit.chunks[0][0]).heading,
            "passage": bot.index.chunk(hit.chunks[0][0]).text,
            "url": bot.url(hit.article),
        }
        for rank, hit in enumerate(found.hits, 1)
    ]
    if as_json:
        result = {
            "question": found.question,
            "mode": mode,
            "words": list(found.words),
            "hits": hits,
            "index_version": bot.index.version,
            "timings_ms": {
                "embed": round(found.embed_seconds * 1000, 3),
                "search": round(found.search_seconds * 1000, 3),
            },
        }
        typer.echo(json.dumps(result, ensure_ascii=False))
    elif screen := console():
        _show_table(screen, hits)
    else:
        for hit in hits:
            passage = str(hit["passage"]).replace("\n", " ")
            typer.echo(f"{hit['rank']}\t{hit['score']:.4f}\t{hit['article_id']}\t{hit['title']}\t{passage[:120]}")


def _show_table(screen: "Console", hits: Sequence[Mapping[str, Any]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for column in ("#", "score", "article", "passage", "channels"):
        table.add_column(column, overflow="fold")
    for hit in hits:
        channels = " ".join(f"{name} {value:.2f}" for name, value in hit["channels"].items())
        passage = hit["passage"].replace("\n", " ")
        named = Text(f"{hit['title']}\n") + Text(hit["article_id"], style="dim")
        table.add_row(str(hit["rank"]), f"{hit['score']:.3f}", named, Text(passage[:140]), Text(channels, style="dim"))
    screen.print(table)


def _show(bot: "SupportBot", answer: "Answer") -> None:
    screen = console()
    if screen is None:
        typer.echo("\n".join(text for text, _ in _lines(bot, answer)))
        return
    for text, style in _lines(bot, answer):
        screen.print(text, style=style, markup=False)


def _lines(bot: "SupportBot", answer: "Answer") -> Iterator[tuple[str, str | None]]:
    """Yield the lines that people read, each with its style on a terminal."""
    script, say, platforms = answer.script, bot.messages, bot.index.platforms
    if answer.warning:
        yield f"! {answer.warning}", "bold red"
    if answer.text != answer.warning:
        yield answer.text, None
    if answer.outcome == "decline" and answer.candidates:
        yield say("nearest", script), "dim"
        yield from ((f"  · {other.title}", None) for other in answer.candidates[:NEAREST_ARTICLES])
    yield from ((f"  {place}. {choice.title}", None) for place, choice in enumerate(answer.choices, 1))
    if answer.outcome != "answer":
        return
    for platform, steps in itertools.groupby(answer.steps, key=lambda step: step.platform):
        yield "", None
        yield platforms.label(platform, script) if platform else say("steps", script), "bold"
        yield from ((f"  {step.number}. {step.text}", None) for step in steps)
    if answer.notes:
        yield "", None
        yield say("notes", script), "bold yellow"
        yield from ((f"  ! {note}", "yellow") for note in answer.notes)
    yield "", None
    for source in answer.sources:
        yield " — ".join(filter(None, [f"{say('source', script)}: {source.title}", source.heading])), "dim"
        updated = say("updated", script, date=source.updated) if source.updated else ""
        yield "  " + " ".join(filter(None, [source.url, updated])), "dim"
        if not source.complete:
            yield "  " + say("incomplete", script), "dim"
