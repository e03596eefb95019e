"""Article ids made from titles: readable, short, and always the same for the same title."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from supportbot.content.articles import Article
from supportbot.content.front_matter import ID
from supportbot.text.han import HAN

MAX_LENGTH = 60
_SYLLABLE_OR_WORD = re.compile(f"[a-z0-9]+|[{HAN}]")


@dataclass(frozen=True, slots=True)
class Draft:
    """An article before its id is final.

    `key` tells articles apart whose titles give one id; None when the source itself gives the id.

    >>> [article.id for article in settle([Draft(article, key="資產/1"), Draft(article, key="資產/2")])]
    """

    article: Article
    key: str | None
    line: int = 1


def made_of(given: object, title: str) -> str:
    """Return the id that a source gives, if it can be one; else one made of it, or of the title when there is none."""
    if isinstance(given, str) and ID.fullmatch(given):
        return given
    return slug(str(given) if isinstance(given, str | int) and str(given).strip() else title)


def slug(title: str) -> str:
    """Return the id of a title: Latin words, digits and the pinyin of Han characters; else `article-` and a hash."""
    from pypinyin import lazy_pinyin

    words: list[str] = []
    length = -1
    for word in _SYLLABLE_OR_WORD.findall(unicodedata.normalize("NFKC", title[:400]).lower()):
        # Character by character: readings of whole phrases depend on which dictionaries are loaded.
        reading = word if word.isascii() else "".join(lazy_pinyin([word]))
        sound = re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", reading).lower())
        if not words:
            sound = sound[:MAX_LENGTH]
        if not sound:
            continue
        if length + 1 + len(sound) > MAX_LENGTH:
            break
        words.append(sound)
        length += 1 + len(sound)
    return "-".join(words) or f"article-{_digest(title)}"


def settle(drafts: Sequence[Draft]) -> list[Article]:
    """Return the articles with ids that differ: made ids that collide all get a hash of their key, given ids stay."""
    counts = Counter(draft.article.id for draft in drafts)
    return [
        draft.article
        if draft.key is None or counts[draft.article.id] == 1
        else replace(draft.article, id=_with_hash(draft.article.id, draft.key))
        for draft in drafts
    ]


def _with_hash(identifier: str, key: str) -> str:
    digest = _digest(key)
    return f"{identifier[: MAX_LENGTH - len(digest) - 1].rstrip('-')}-{digest}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
