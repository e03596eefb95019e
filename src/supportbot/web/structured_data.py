"""What pages tell search engines: schema.org objects as JSON-LD."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from supportbot.content.articles import Article
from supportbot.index.chunking import Chunk, is_question_heading

Show = Callable[[str], str]


def script_data(*objects: Mapping[str, Any]) -> Markup:
    """Return objects as the content of a JSON-LD script, with `<` escaped, which could end the script."""
    graph = {"@context": "https://schema.org", "@graph": list(objects)}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - escaped just now


def breadcrumbs(trail: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the BreadcrumbList of a page; `trail` has names and absolute addresses, the outermost first."""
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": url}
        for place, (name, url) in enumerate(trail, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def website(name: str, url: str, search: str) -> dict[str, Any]:
    """Return the WebSite; `search` is the address of its search, with {q} for the question."""
    action = {"@type": "SearchAction", "target": search, "query-input": "required name=q"}
    return {"@type": "WebSite", "name": name, "url": url, "potentialAction": action}


def article(one: Article, chunks: Sequence[Chunk], *, url: str, language: str, show: Show) -> dict[str, Any]:
    """Return an article: as FAQPage if it has questions, as HowTo if it has steps, else as Article."""
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
    """Return each question once, with all parts of its answer."""
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
