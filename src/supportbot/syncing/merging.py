"""The source before, the source now, and what people made of it: one article, or a conflict."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from supportbot.content.articles import Article

OF_SOURCE = frozenset({"source", "source_id", "source_updated"})
"""Fields that say where an article comes from: always those of the source now."""

OF_PEOPLE = frozenset(
    {"category", "url", "questions", "pinned", "excluded", "platforms", "tags", "description", "review"}
)
"""Fields that people fill in; without a record of what the source said before, theirs stay if they are filled."""

_NAMES = tuple(one.name for one in fields(Article) if one.name != "id")


@dataclass(frozen=True, slots=True)
class Merged:
    """An article with the changes of both sides; of the fields in `conflicts` both changed the same: people's stays.

    >>> merge(before, now, mine).conflicts
    ('body',)
    """

    article: Article
    conflicts: tuple[str, ...] = ()


def merge(before: Article | None, now: Article, mine: Article) -> Merged:
    """Return the article in the corpus, `mine`, with what the source changed from `before` to `now`.

    `before` is None if it is not known: then title and body conflict if they differ.
    """
    values: dict[str, Any] = {}
    conflicts: list[str] = []
    for name in _NAMES:
        new, own = getattr(now, name), getattr(mine, name)
        if name in OF_SOURCE or new == own:
            values[name] = new
        elif before is None:
            values[name] = own if name in ("title", "body") or (name in OF_PEOPLE and own) else new
            conflicts += [name] * (name in ("title", "body"))
        elif own == (old := getattr(before, name)):
            values[name] = new
        elif new == old:
            values[name] = own
        else:
            merged = _both(name, old, new, own)
            values[name] = own if merged is None else merged
            conflicts += [name] * (merged is None)
    return Merged(replace(mine, **values), tuple(conflicts))


def _both(name: str, old: Any, new: Any, own: Any) -> Any:
    """Return the value with the changes of both sides; None if they changed the same."""
    if isinstance(own, tuple):
        return (*(one for one in own if one in new or one not in old), *(one for one in new if one not in (*own, *old)))
    if name == "views":
        return new
    return _lines(old.split("\n"), new.split("\n"), own.split("\n")) if name == "body" else None


def _lines(old: Sequence[str], new: Sequence[str], own: Sequence[str]) -> str | None:
    """Return the lines with the changes of both sides; None where these touch."""
    from merge3 import Merge3

    merged: list[str] = []
    for group in Merge3(old, own, new).merge_groups():
        if group[0] == "conflict":
            return None
        merged += group[1]
    return "\n".join(merged)
