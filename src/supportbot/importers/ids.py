"""Article ids made from titles: readable, short, and always the same for the same title."""

import hashlib
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeGuard

from supportbot.content.articles import Article
from supportbot.content.front_matter import ID
from supportbot.errors import SourceError
from supportbot.importers.result import Imported
from supportbot.text.han import HAN

MAX_LENGTH = 60
_SYLLABLE_OR_WORD = re.compile(f"[a-z0-9]+|[{HAN}]")


def made_of(given: object, title: str) -> str:
    """Return the id that a source gives, if it can be one; else one made of it, or of the title when there is none."""
    if is_own(given):
        return given
    return slug(str(given) if isinstance(given, str | int) and str(given).strip() else title)


def is_own(given: object) -> TypeGuard[str]:
    """Return whether what a source gives can be the id of an article as it is."""
    return isinstance(given, str) and ID.fullmatch(given) is not None


def slug(title: str) -> str:
    """Return the id of a title: Latin words, digits and the pinyin of Han characters; else `article-` and a hash."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # single characters suffice; its phrases load slowly
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


def settle(found: Sequence[Imported]) -> list[Article]:
    """Return the articles with ids that differ: made ids that collide all get a hash of what tells them apart.

    Raises `SourceError` for ids of the sources themselves that are used twice.
    """
    counts = Counter(one.article.id for one in found)
    own: set[str] = set()
    articles = []
    for one in found:
        article = one.article
        if one.has_own_id and article.id in own:
            message = f"two of its articles have the id {article.id!r}; ids must differ"
            raise SourceError(one.path, message, line=one.line)
        if one.has_own_id:
            own.add(article.id)
        elif counts[article.id] > 1:
            article = replace(article, id=with_hash(article.id, f"{article.title}\n{article.source_id}"))
        articles.append(article)
    return articles


def with_hash(identifier: str, key: str) -> str:
    """Return an id that differs from others made of the same title: with a hash of `key`."""
    digest = _digest(key)
    return f"{identifier[: MAX_LENGTH - len(digest) - 1].rstrip('-')}-{digest}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
