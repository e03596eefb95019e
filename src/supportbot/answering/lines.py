"""Render an answer as lines of text, for the terminal and as Markdown."""

from collections.abc import Callable, Iterator, Mapping

from supportbot.answering.answer import Answer
from supportbot.content.links import beside
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
    "heading": "\n{text}",
    "platform": "\n{text}",
    "step": "  {number}. {text}",
    "row": "  {text}",
    "code": "{text}",
    "notes": "\n{text}",
    "note": "  ! {text}",
    "source": "\n{label}: {text}{heading}",
    "address": "  {url}{updated}",
    "incomplete": "  {text}",
    "sections": "\n{text}:",
    "section": "  · {text}",
    "linked_section": "  · {text}",
}

MARKDOWN: Mapping[str, str] = {
    "warning": "**{text}**",
    "text": "\n{text}",
    "choices": "",
    "choice": "- {text}",
    "heading": "\n**{text}**\n",
    "platform": "\n**{text}**\n",
    "step": "{number}. {text}",
    "row": "| {text} |",
    "rule": "| {text} |",
    "code": "\n```\n{text}\n```\n",
    "note": "\n> {text}",
    "source": "\n{label}: [{text}]({url})",
    "sections": "\n{text}:\n",
    "section": "- {text}",
    "linked_section": "- [{text}]({url})",
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
    first = True
    for kind, values in _lines(answer, say, platforms):
        if kind in templates:
            text = values.get("text", "")
            values["text"] = text if kind in ("code", "rule") else escape(text)
            values["url"] = link(values.get("url", ""))
            line = templates[kind].format(**values)
            yield kind, line.removeprefix("\n") if first else line
            first = False


def _lines(answer: Answer, say: Messages, platforms: Platforms) -> Iterator[tuple[str, dict[str, str]]]:
    script = answer.script
    if answer.warning:
        yield "warning", {"text": answer.warning}
    if answer.text != answer.warning:
        yield from _said(answer, say, platforms)
    if answer.outcome == "decline" and answer.candidates:
        yield "nearest", {"text": say("nearest", script)}
        for other in answer.candidates[:NEAREST]:
            yield "candidate", {"text": other.title}
    if answer.choices and answer.outcome != "answer":
        yield "choices", {}
        for place, choice in enumerate(answer.choices, 1):
            yield "choice", {"number": str(place), "text": choice.title}
    for source in answer.sources:
        heading = f" — {source.heading}" if source.heading else ""
        label = say("source", script)
        yield "source", {"label": label, "text": source.title, "heading": heading, "url": source.url}
        updated = " " + say("updated", script, date=source.updated) if source.updated else ""
        yield "address", {"url": source.url, "updated": updated}
        if not source.complete:
            yield "incomplete", {"text": say("incomplete", script)}
    if answer.choices and answer.outcome == "answer":
        yield from _other_sections(answer, say)


def _other_sections(answer: Answer, say: Messages) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the lines of the sections on offer, with links to them if the page of the article is ours."""
    page = answer.sources[0].url
    yield "sections", {"text": say("sections", answer.script)}
    for choice in answer.choices:
        url = beside(page, choice.section)
        yield "linked_section" if url != page else "section", {"text": choice.title, "url": url}


def _said(answer: Answer, say: Messages, platforms: Platforms) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the lines of the blocks: steps below the label of their platform, each run of notes below theirs."""
    script = answer.script
    labelled: list[str | None] = []  # the platform of the last step, once there was one
    for place, block in enumerate(answer.shown):
        if block.kind == "step":
            platform = block.platform
            if labelled != [platform]:
                yield "platform", {"text": platforms.label(platform, script) if platform else say("steps", script)}
            labelled = [platform]
            yield "step", {"number": str(block.number), "text": block.text}
        elif block.kind == "note":
            if place == 0 or answer.shown[place - 1].kind != "note":
                yield "notes", {"text": say("notes", script)}
            yield "note", {"text": block.text}
        elif block.kind == "table":
            for number, row in enumerate(block.rows):
                yield "row", {"text": " | ".join(row)}
                if number == 0:
                    yield "rule", {"text": " | ".join("---" for _ in row)}
        else:
            yield "text" if block.kind == "paragraph" else block.kind, {"text": block.text}
