"""`ask` and `search`: read questions, print answers and hits."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from supportbot.cli.terminal import console
from supportbot.errors import LongQuestionError, QuestionError, SourceError
from supportbot.text import scripts
from supportbot.text.folding import clean

if TYPE_CHECKING:
    from rich.console import Console

    from supportbot.answering.answer import Answer
    from supportbot.answering.bot import SupportBot
    from supportbot.answering.conversation import Conversation
    from supportbot.retrieval.filters import Filters
    from supportbot.retrieval.retriever import Retrieval

STYLES = {
    "warning": "bold red",
    "nearest": "dim",
    "platform": "bold",
    "notes": "bold yellow",
    "note": "yellow",
    "source": "dim",
    "address": "dim",
    "incomplete": "dim",
    "sections": "dim",
}
"""The style of each kind of line of an answer on a terminal."""


def answer_one(
    bot: "SupportBot", asked: "SupportBot | Conversation", question: str, *, filters: "Filters", as_json: bool
) -> None:
    """Ask `asked`, the bot or a conversation with it, and print the answer."""
    answer = asked.ask(question, filters=filters)
    if as_json:
        typer.echo(json.dumps(answer.as_dict(), ensure_ascii=False))
    else:
        _show(bot, answer)


def converse(bot: "SupportBot", *, filters: "Filters", as_json: bool) -> None:
    """Answer each line of standard input as one conversation. On a terminal an empty line ends it."""
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
            answer_one(bot, talk, question, filters=filters, as_json=as_json)
        except LongQuestionError as error:
            typer.echo(say("long_question", script, length=error.length, limit=error.limit), err=True)
        typer.echo()
    if interactive:
        typer.echo(say("goodbye", script))


def read_batch(path: Path) -> list[tuple[Any, list[str]]]:
    """Return the ids and turns of a JSONL file of `{"id", "turns": ["…"]}`; `-` is standard input.

    Check the whole file first. Raise `SourceError`, with file and line, for a broken line.
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


def answer_batch(bot: "SupportBot", conversations: Sequence[tuple[Any, Sequence[str]]], filters: "Filters") -> None:
    """Print the answer to the last turn of each conversation as a line of JSON.

    An empty or overlong question gets the bot's reply to such questions.
    """
    from supportbot.answering.conversation import Conversation

    for identifier, turns in conversations:
        conversation = Conversation(bot)
        for turn in turns:
            try:
                answer = conversation.ask(turn, filters=filters)
            except QuestionError:
                answer = bot.unanswerable(turn)
        typer.echo(json.dumps({"id": _printable(identifier), **answer.as_dict()}, ensure_ascii=False))


def _printable(identifier: Any) -> Any:
    """Return an id with "?" for lone surrogates, which cannot be encoded."""
    return identifier.encode("utf-8", "replace").decode("utf-8") if isinstance(identifier, str) else identifier


def show_hits(bot: "SupportBot", found: "Retrieval", *, mode: str, as_json: bool) -> None:
    """Print the hits of a search as JSON, as a table on a terminal, else as lines separated by tabs."""
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
    from supportbot.answering.lines import lines

    screen = console()
    for kind, text in lines(answer, say=bot.messages, platforms=bot.index.platforms):
        if screen is None:
            typer.echo(text)
        else:
            screen.print(text, style=STYLES.get(kind), markup=False)
