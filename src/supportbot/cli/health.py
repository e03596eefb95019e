"""`health`: what a team is told of its help centre, as lines."""

import dataclasses
import json
from collections.abc import Iterator

import typer

from supportbot.answering.bot import SupportBot
from supportbot.cli.terminal import load_encoder, progress, report
from supportbot.content import articles
from supportbot.health.examination import Advice, Basis, Expectation, Figures, Health, examine
from supportbot.serving.opening import open_bot
from supportbot.settings import Settings

_MEASURED: dict[Basis, str] = {
    "labels": "measured on {} labelled questions of this help centre, by cross-validation",
    "recorded": "the bot's own certainty on {} recorded questions of customers",
    "left_out": "measured on {} questions to other help centres, each left out of the fit; yours may differ",
    "unknown": "not measured",
}
_ADVICE = {
    "labels": "label customers' questions in a table (question,article) and fit the bot to them",
    "out_of_scope": "list questions that no article answers",
    "gaps": "go through the questions that got no answer, in the console",
    "cut_short": "finish articles that break off",
    "collides": "tell apart two articles that answer the same question, or join them",
    "title": "give titles that tell what the article answers",
    "steps": "write the steps of articles whose titles ask how",
    "unasked": "write questions that customers ask (questions: in the front matter)",
    "section": "fill or remove empty sections",
}


def show(settings: Settings, *, as_json: bool) -> None:
    """Open the bot, examine it and print the result."""
    encoder = load_encoder(settings)
    with progress("embedding") as on_progress:
        bot = open_bot(settings, encoder=encoder, report=report, on_progress=on_progress)
    found = examine(bot, articles.read(settings.corpus))
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(found), ensure_ascii=False))
        return
    for line in (*summary(found), "", *_details(found)):
        typer.echo(line)


def brief(bot: SupportBot, settings: Settings) -> None:
    """Print the first lines of the examination, after a build."""
    for line in summary(examine(bot, articles.read(settings.corpus))):
        typer.echo(line)
    typer.echo("more: supportbot health")


def summary(found: Health) -> list[str]:
    """Return what there is, what to expect of it, and the most helpful advice."""
    lines = [_figures(found.figures), _expectation(found.expectation)]
    if found.titles_answered is not None:
        lines.append(
            f"asked {found.titles_asked} titles with their article left out: {found.titles_answered:.0%} were answered "
            "from another article"
        )
    return [*lines, *(f"would help most: {_advice(one)}" for one in found.advice[:1])]


def _figures(one: Figures) -> str:
    scripts = ", ".join(f"{count} {script}" for script, count in sorted(one.scripts.items()))
    return (
        f"{one.articles} articles ({scripts}), {one.chunks} chunks; titles and questions an article: "
        f"{one.titles_median:g} (median), {one.unasked} articles without a question of their own; "
        f"{one.out_of_scope} out-of-scope questions"
    )


def _expectation(one: Expectation) -> str:
    shares = [
        f"{share:.0%} {what}"
        for share, what in ((one.answered, "answered"), (one.clarified, "asked back"), (one.declined, "declined"))
        if share is not None
    ]
    precision = f", {one.precision:.0%} of the answers right" if one.precision is not None else ""
    how = _MEASURED[one.basis].format(one.questions)
    return (
        f"expect of customers' questions: {', '.join(shares) or 'unknown'}{precision} (wanted {one.wanted:.0%}; {how})"
    )


def _details(found: Health) -> Iterator[str]:
    yield "what would help most:"
    for number, advice in enumerate(found.advice, 1):
        yield f"{number:>2}. {_advice(advice)}"
    if found.findings:
        yield ""
        yield "articles:"
    for finding in found.findings:
        if finding.kind != "unasked":  # most articles of a new help centre
            others = f" with {', '.join(finding.others)}" if finding.others else ""
            detail = f": {finding.detail}" if finding.detail else ""
            yield f"  {finding.kind:<10} {finding.article_id} ({finding.title}){others}{detail}"


def _advice(one: Advice) -> str:
    files = f": {', '.join(one.files)}{' …' if one.count > len(one.files) else ''}" if one.files else ""
    return f"{_ADVICE[one.kind]}{files}; then `{one.command}`"
