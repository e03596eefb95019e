"""`health`, and what `import` and `index` say at their end: figures, what to expect, findings, what would help."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

import typer

from supportbot.answering.bot import SupportBot
from supportbot.cli.terminal import console
from supportbot.content import articles as articles_room
from supportbot.content.articles import Article
from supportbot.health.articles import Finding, Kind, read_over
from supportbot.health.examination import Advice, Expectation, Health, examine
from supportbot.settings import Settings

MOST_SHOWN = 20
"""How many findings are listed; `--json` has all of them."""

_KINDS = {
    "cut_short": "cut short",
    "review": "to be reviewed",
    "collides": "collides with",
    "title": "title does not tell",
    "steps": "asks how, has no numbered steps",
    "unasked": "no question of its own",
    "section": "section without text",
}

_NOUNS: dict[Kind, str] = {
    "cut_short": "cut short",
    "review": "to be reviewed",
    "collides": "that collide",
    "title": "with a title that does not tell",
    "steps": "without steps",
    "unasked": "without a question",
    "section": "empty sections",
}

_BASES = {
    "labels": "measured on {n} labelled questions of this help centre, cross-validated",
    "recorded": "measured on {n} recorded questions of customers, by the bot's own certainty",
    "left_out": "not measured here: these are the means of other help centres, left out of the fit ({n} questions)",
    "unknown": "not measured: there are no labelled questions yet",
}

_ADVICE = {
    "labels": "label 30 or more questions of customers (columns question,article; no article: none answers), then fit",
    "out_of_scope": "list questions that customers ask and no article answers",
    "gaps": "{n} questions of customers got no answer: go through them in the console, under Unanswered",
    "cut_short": "complete the articles that are cut short ({n})",
    "review": "look over articles that were imported from a PDF ({n}), then take out `review: true`",
    "collides": "merge these articles, or make title and text tell them apart",
    "title": "give articles a title that tells them apart ({n})",
    "steps": "write steps as a numbered list, a step an item ({n} articles)",
    "unasked": "add questions in customers' words to `questions:`, the most read articles first ({n} have none)",
    "section": "write or remove sections without text ({n} articles)",
}


def run(bot: SupportBot, settings: Settings, *, as_json: bool) -> None:
    """Examine a bot and print its health."""
    health = examine(bot, articles_room.read(settings.corpus))
    if as_json:
        typer.echo(json.dumps(asdict(health), ensure_ascii=False))
        return
    _heading("Figures")
    for line in _figures(health):
        typer.echo(line)
    _heading("What to expect")
    for line in _expectation(health):
        typer.echo(line)
    _heading(f"Findings: {_counts(health.findings)}")
    _list([finding for finding in health.findings if finding.kind != "unasked"])
    _heading("What would help most")
    for number, advice in enumerate(health.advice, 1):
        typer.echo(f"{number:>2}. {_advised(advice, settings)}")


def show_brief(bot: SupportBot, settings: Settings) -> None:
    """Print the health of a bot in a few lines."""
    health = examine(bot, articles_room.read(settings.corpus))
    expected = _expectation(health)
    typer.echo(f"health: {_counts(health.findings)}")
    typer.echo(f"expected: {expected[0]} ({expected[1]})")
    for advice in health.advice[:2]:
        typer.echo(f"helps: {_advised(advice, settings)}")
    typer.echo("all of it: supportbot health")


def show_articles(found: Sequence[Article], corpus: object) -> None:
    """Print what the articles alone tell, in a few lines."""
    questions = sum(len(article.questions) for article in found)
    typer.echo(f"health: {len(found)} articles, {questions / max(1, len(found)):.1f} questions an article")
    typer.echo(f"health: {_counts(read_over(found))}")
    typer.echo(f"what to expect of the bot, and what would help: supportbot health --corpus {corpus}")


def _figures(health: Health) -> list[str]:
    figures = health.figures
    scripts = ", ".join(f"{count} {script}" for script, count in figures.scripts.items())
    return [
        f"articles: {figures.articles} ({scripts}), {figures.chunks} chunks",
        f"titles and questions an article: {figures.titles_median:g} (median), {figures.unasked} without a question",
        f"lines in out_of_scope.yaml: {figures.out_of_scope}",
    ]


def _expectation(health: Health) -> list[str]:
    expected = health.expectation
    lines = [_shares(expected), _BASES[expected.basis].format(n=expected.questions)]
    if expected.answered_anyway is not None:
        lines.append(f"answers {expected.answered_anyway:.0%} of the questions that no article answers")
    if health.titles_answered is not None:
        lines.append(
            f"answers {health.titles_answered:.0%} of {health.titles_asked} titles from another article "
            "if their own is taken away"
        )
    return lines


def _shares(expected: Expectation) -> str:
    shares = {"answers": expected.answered, "asks back": expected.clarified}
    if expected.declined is not None:
        shares["declines" if expected.basis == "recorded" else "declines or misses"] = expected.declined
    parts = [f"{name} {share:.0%}" for name, share in shares.items() if share is not None]
    if expected.precision is not None:
        parts.append(f"{expected.precision:.1%} of answers right")
    return ", ".join([*parts, f"{expected.wanted:.1%} of answers are to be right"])


def _counts(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.kind for finding in findings)
    return ", ".join(f"{counts[kind]} {_NOUNS[kind]}" for kind in _NOUNS if counts[kind]) or "nothing to mend"


def _list(findings: Sequence[Finding]) -> None:
    for finding in findings[:MOST_SHOWN]:
        more = ", ".join(finding.others) or finding.detail
        typer.echo(f"{finding.article_id}  {finding.title}: {_KINDS[finding.kind]}{f' {more}' if more else ''}")
    if len(findings) > MOST_SHOWN:
        typer.echo(f"and {len(findings) - MOST_SHOWN} more: supportbot health --json")


def _advised(advice: Advice, settings: Settings) -> str:
    files = ", ".join(f"{settings.corpus}/{file}" for file in advice.files)
    more = " …" if advice.kind not in ("out_of_scope", "gaps", "labels") and advice.count > len(advice.files) else ""
    what = _ADVICE[advice.kind].format(n=advice.count)
    return f"{what}: {f'edit {files}{more}; ' if files else ''}{advice.command}"


def _heading(text: str) -> None:
    screen = console()
    if screen is None:
        typer.echo(f"\n{text}")
    else:
        screen.print(f"\n{text}", style="bold", markup=False)
