"""Language tags (BCP 47): the language and script that their readers get.

Chinese: the script subtag decides, else the region, else it is Traditional. Every other language is shown in English.
`web/static/shared` has the same rule in JavaScript.
"""

import re
from collections.abc import Mapping
from typing import Literal, get_args

from supportbot.text.scripts import Region, Script

Locale = Literal["zh-Hant", "zh-Hans", "en"]
LOCALES: tuple[Locale, ...] = get_args(Locale)
SCRIPTS: Mapping[Locale, Script] = {"zh-Hant": "hant", "zh-Hans": "hans", "en": "latin"}

_SIMPLIFIED_REGIONS = {"cn", "sg", "my"}
_HONG_KONG_FORMS = {"hk", "mo"}
_LONGEST_TAG = 35  # enough for every tag without extensions: RFC 5646, section 4.4.1
_LONGEST_HEADER = 500


def locale_of(tag: str) -> Locale | None:
    """Return the locale that a language tag names; None for other languages and malformed tags."""
    language, *subtags = re.split("[-_]", tag.strip()[:_LONGEST_TAG].lower())
    if language == "en":
        return "en"
    if language not in ("zh", "yue"):
        return None
    script = next((subtag for subtag in subtags if subtag in ("hant", "hans")), None)
    simplified = script == "hans" if script else not _SIMPLIFIED_REGIONS.isdisjoint(subtags)
    return "zh-Hans" if simplified else "zh-Hant"


def region_of(tag: str | None) -> Region | None:
    """Return whose forms of Traditional characters readers of a language tag know; None without a tag."""
    if not tag:
        return None
    subtags = re.split("[-_]", tag.strip()[:_LONGEST_TAG].lower())
    return "tw" if _HONG_KONG_FORMS.isdisjoint(subtags) else "hk"


def script_of(tag: str | None) -> Script | None:
    """Return the script for readers of a language tag; None without a tag."""
    return SCRIPTS[locale_of(tag) or "en"] if tag else None


def preferred(header: str) -> Locale | None:
    """Return the locale that an Accept-Language header (RFC 9110, 12.5.4) prefers; None if it names none of ours."""
    weighed: list[tuple[float, int, Locale]] = []
    for place, part in enumerate(header[:_LONGEST_HEADER].split(",")):
        tag, _, more = part.partition(";")
        found = re.search(r"q=([01](?:\.\d{1,3})?)", more)
        weight = float(found[1]) if found else 1.0
        if weight > 0 and (locale := locale_of(tag)):
            weighed.append((-weight, place, locale))
    return min(weighed)[2] if weighed else None
