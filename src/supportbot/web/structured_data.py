"""What pages tell search engines, as schema.org objects in JSON-LD."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from supportbot.content.articles import Article
from supportbot.index.chunking import Chunk, is_question_heading

Show = Callable[[str], str]


def script_data(*objects: Mapping[str, Any]) -> Markup:
    """Objects as the content of a JSON-LD script: no `<` is left in it that could end the script."""
    graph = {"@context": "https://schema.org", "@graph": list(objects)}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - what could end the script was escaped just now


def breadcrumbs(trail: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The way to a page: names and absolute addresses, the outermost first."""
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": url}
        for place, (name, url) in enumerate(trail, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def website(name: str, url: str, search: str) -> dict[str, Any]:
    """The site with its search, whose address holds {q}."""
    action = {"@type": "SearchAction", "target": search, "query-input": "required name=q"}
    return {"@type": "WebSite", "name": name, "url": url, "potentialAction": action}


def article(one: Article, chunks: Sequence[Chunk], *, url: str, language: str, show: Show) -> dict[str, Any]:
    """An article: questions with answers as a FAQPage, a step list as a HowTo, anything else as an Article."""
    about = {
        "name": show(one.title),
        "url": url,
        "inLanguage": language,
        **({"datePublished": one.published.isoformat()} if one.published else {}),
        **({"dateModified": one.updated.isoformat()} if one.updated else {}),
    }
    pairs = [chunk for chunk in chunks if chunk.kind == "qa" and is_question_heading(chunk.heading)]
    stepped = next((chunk for chunk in chunks if chunk.kind == "steps"), None)
    if pairs:
        return {"@type": "FAQPage", **about, "mainEntity": _questions(pairs, show)}
    if stepped:
        steps = [
            {"@type": "HowToStep", "position": step.number, "text": show(step.text), "url": f"{url}#{stepped.id}"}
            for step in stepped.steps
        ]
        return {"@type": "HowTo", **about, "step": steps}
    return {"@type": "Article", **about, "headline": show(one.title)[:110]}


def _questions(pairs: Sequence[Chunk], show: Show) -> list[dict[str, Any]]:
    """Each question once, with all parts of its answer."""
    answers: dict[str, list[str]] = {}
    for chunk in pairs:
        question = re.sub(r"^\s*[QqＱ問问]\s*\d*\s*[:：]\s*", "", chunk.heading)
        answers.setdefault(question, []).append(chunk.text)
    return [
        {
            "@type": "Question",
            "name": show(question),
            "acceptedAnswer": {"@type": "Answer", "text": show("\n".join(parts))},
        }
        for question, parts in answers.items()
    ]
