"""Render an answer as lines of text, for the terminal and as Markdown."""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

from supportbot.answering.answer import Answer
from supportbot.content.messages import Messages
from supportbot.content.platforms import Platforms

NEAREST = 3
"""How many of the nearest articles a refusal names."""

# Templates by kind of line; kinds without one are left out. A line break in a template makes an empty line.
PLAIN: Mapping[str, str] = {
    "warning": "! {text}",
    "text": "{text}",
    "nearest": "{text}",
    "candidate": "  · {text}",
    "choice": "  {number}. {text}",
    "platform": "\n{text}",
    "step": "  {number}. {text}",
    "notes": "\n{text}",
    "note": "  ! {text}",
    "source": "\n{label}: {text}{heading}",
    "address": "  {url}{updated}",
    "incomplete": "  {text}",
}

MARKDOWN: Mapping[str, str] = {
    "warning": "**{text}**",
    "text": "\n{text}",
    "choices": "",
    "choice": "- {text}",
    "platform": "\n**{text}**\n",
    "step": "{number}. {text}",
    "note": "\n> {text}",
    "source": "\n{label}: [{text}]({url})",
}


def lines(
    answer: Answer,
    templates: Mapping[str, str] = PLAIN,
    *,
    say: Messages,
    platforms: Platforms,
    escape: Callable[[str], str] = str,
    link: Callable[[str], str] = str,
) -> Iterator[tuple[str, str]]:
    """Yield the kind and the text of each line of an answer, from top to bottom.

    `say` has the bot's own messages, `platforms` the labels above steps. `escape` is applied to texts and `link` to
    addresses before they are put into the `templates`.
    """
    for kind, values in _lines(answer, say, platforms):
        if kind in templates:
            values["text"] = escape(values.get("text", ""))
            values["url"] = link(values.get("url", ""))
            yield kind, templates[kind].format(**values)


def _lines(answer: Answer, say: Messages, platforms: Platforms) -> Iterator[tuple[str, dict[str, str]]]:
    script = answer.script
    if answer.warning:
        yield "warning", {"text": answer.warning}
    if answer.text != answer.warning:
        yield "text", {"text": answer.text}
    if answer.outcome == "decline" and answer.candidates:
        yield "nearest", {"text": say("nearest", script)}
        for other in answer.candidates[:NEAREST]:
            yield "candidate", {"text": other.title}
    if answer.choices:
        yield "choices", {}
    for place, choice in enumerate(answer.choices, 1):
        yield "choice", {"number": str(place), "text": choice.title}
    for platform, steps in groupby(answer.steps, key=lambda step: step.platform):
        yield "platform", {"text": platforms.label(platform, script) if platform else say("steps", script)}
        for step in steps:
            yield "step", {"number": str(step.number), "text": step.text}
    if answer.notes:
        yield "notes", {"text": say("notes", script)}
    for note in answer.notes:
        yield "note", {"text": note}
    for source in answer.sources:
        heading = f" — {source.heading}" if source.heading else ""
        label = say("source", script)
        yield "source", {"label": label, "text": source.title, "heading": heading, "url": source.url}
        updated = " " + say("updated", script, date=source.updated) if source.updated else ""
        yield "address", {"url": source.url, "updated": updated}
        if not source.complete:
            yield "incomplete", {"text": say("incomplete", script)}
