"""The file of drafts, in which a person decides.

```yaml
version: 1
articles:
  withdraw:
    title: 如何提幣？
    questions:
    - text: 幣轉出去以後能不能收回？
      checks: {rank: 1, covered: 0.7, likeness: 0.31}
      accept: false               # true: take it; never: keep it here, so that it is not drafted again
    out_of_scope:
    - text: 提幣手續費可以開發票嗎？
      topic: 資產
      checks: {confidence: 0.12, likeness: 0.4}
      accept: false
```
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml

from supportbot.content import curation
from supportbot.content.curation import MAX_TOPIC_CHARACTERS, Change
from supportbot.content.files import YamlFile, write_atomically
from supportbot.content.out_of_scope import MAX_CHARACTERS
from supportbot.errors import InputError
from supportbot.text.folding import clean, exact_key

FILE_NAME = "drafts.yaml"

Accept = Literal["never"] | bool
"""Whether a draft goes into the corpus; False: not decided."""

Kind = Literal["questions", "out_of_scope"]
KINDS: tuple[Kind, ...] = ("questions", "out_of_scope")

_HEADER = """\
# Drafts of `supportbot enrich`. Edit a text or a topic as you like, and decide with `accept`: true takes the draft,
# never keeps it here so that it is not drafted again, false leaves it open. Then `supportbot enrich --accept` with
# this file writes the ones taken into the corpus. Comments are not kept.
"""
_OPTIONAL: dict[Kind, set[str]] = {"questions": {"checks"}, "out_of_scope": {"checks", "topic"}}


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted question; `topic` is for out-of-scope ones. `checks` has what was measured, for people to read."""

    text: str
    accept: Accept = False
    topic: str = ""
    checks: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drafts of one article: questions that it answers, and questions beside it that no article answers."""

    title: str = ""
    questions: tuple[Draft, ...] = ()
    out_of_scope: tuple[Draft, ...] = ()


class Accepted(NamedTuple):
    """How many drafts were written into the corpus, and a line for each one that was refused."""

    questions: int
    out_of_scope: int
    refused: list[str]


def read(path: Path) -> dict[str, Drafts]:
    """Return the drafts by article id. Raise `SourceError` with file and line for a file that is not as described."""
    file = YamlFile(path)
    found = {}
    for article, held in file.mapping("articles", "drafts by article").items():
        if not isinstance(held, dict) or not held.keys() <= {"title", *KINDS}:
            raise file.fault(f"{article}: expected title, questions and out_of_scope", "articles", article)
        lists = {kind: tuple(_read_list(file, str(article), kind, held.get(kind))) for kind in KINDS}
        found[str(article)] = Drafts(clean(str(held.get("title") or "")), **lists)
    return found


def write(path: Path, drafts: Mapping[str, Drafts]) -> None:
    """Write the drafts of all articles that have any. Raise `StorageError` if the file cannot be written."""
    articles = {
        article: {"title": held.title, **{kind: [_entry(draft) for draft in getattr(held, kind)] for kind in KINDS}}
        for article, held in drafts.items()
        if held.questions or held.out_of_scope
    }
    # Flow style only for the innermost: the checks of a draft in one line.
    content = yaml.safe_dump(
        {"version": 1, "articles": articles},
        allow_unicode=True,
        sort_keys=False,
        width=10_000,
        default_flow_style=None,
    )
    write_atomically(path, _HEADER + content)


def accept(path: Path, corpus: Path) -> Accepted:
    """Write each draft that is accepted into the corpus, and leave the others in the file.

    A draft that the corpus refuses, such as one for an article that is gone, stays in the file. Doing it again changes
    nothing. Raise like `read` and `write`, before anything is written for a file that is not as described.
    """
    drafts = read(path)
    counts, refused, left = dict.fromkeys(KINDS, 0), [], dict(drafts)
    for article, held in drafts.items():
        for kind in KINDS:
            kept = []
            for draft in getattr(held, kind):
                if draft.accept is not True:
                    kept.append(draft)
                    continue
                try:
                    counts[kind] += _add(corpus, article, kind, draft)
                except InputError as error:
                    refused.append(f"{article}: {error}")
                    kept.append(draft)
            changed: Mapping[str, Any] = {kind: tuple(kept)}
            left[article] = replace(left[article], **changed)
    if left != drafts:
        write(path, left)
    return Accepted(counts["questions"], counts["out_of_scope"], refused)


def _add(corpus: Path, article: str, kind: Kind, draft: Draft) -> bool:
    if kind == "questions":
        return curation.add(corpus, Change(article, "questions", draft.text))
    return curation.mark_out_of_scope(corpus, draft.text, draft.topic)


def _entry(draft: Draft) -> dict[str, Any]:
    topic = {"topic": draft.topic} if draft.topic else {}
    return {"text": draft.text, **topic, "checks": dict(draft.checks), "accept": draft.accept}


def _read_list(file: YamlFile, article: str, kind: Kind, listed: Any) -> list[Draft]:
    if not isinstance(listed, list | None):
        raise file.fault(f"{kind}: expected a list of drafts, got {listed!r:.60}", "articles", article, kind)
    drafts = []
    for place, entry in enumerate(listed or []):
        try:
            drafts.append(_read_draft(entry, kind))
        except ValueError as error:
            raise file.fault(f"{kind}: {error}", "articles", article, kind, place) from None
    return drafts


def _read_draft(entry: Any, kind: Kind) -> Draft:
    """Return the draft in an entry. Raise `ValueError` that names what is wrong with it."""
    wanted = {"text", "accept"}
    if not isinstance(entry, dict) or not wanted <= entry.keys() <= wanted | _OPTIONAL[kind]:
        raise ValueError(f"expected text, accept, {', '.join(sorted(_OPTIONAL[kind]))}, got {entry!r:.60}")
    text, accept, topic = entry["text"], entry["accept"], entry.get("topic", "")
    if not isinstance(text, str) or not exact_key(text) or len(clean(text)) > MAX_CHARACTERS:
        raise ValueError(f"text: expected a question of at most {MAX_CHARACTERS} characters, got {text!r:.60}")
    if not isinstance(accept, bool) and accept != "never":
        raise ValueError(f"accept: expected true, false or never, got {accept!r:.60}")
    if not isinstance(topic, str) or len(clean(topic)) > MAX_TOPIC_CHARACTERS:
        raise ValueError(f"topic: expected a line of at most {MAX_TOPIC_CHARACTERS} characters, got {topic!r:.60}")
    checks = entry.get("checks") or {}
    if not isinstance(checks, dict) or not all(isinstance(value, int | float) for value in checks.values()):
        raise ValueError(f"checks: expected numbers by name, got {checks!r:.60}")
    return Draft(clean(text), accept, clean(topic), checks)
