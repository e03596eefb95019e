"""Language tags (BCP 47), and the language and script that their readers get.

The rule, which `web/static` repeats for scripts: a script subtag wins, then the region, and Chinese without either is
Traditional; any other language is shown in English.
"""

import re
from collections.abc import Mapping
from itertools import takewhile
from typing import Literal, get_args

from supportbot.text.scripts import Script

Locale = Literal["zh-Hant", "zh-Hans", "en"]
LOCALES: tuple[Locale, ...] = get_args(Locale)
SCRIPTS: Mapping[Locale, Script] = {"zh-Hant": "hant", "zh-Hans": "hans", "en": "latin"}

_CHINESE = {"zh", "yue"}
_SCRIPTS: Mapping[str, Script] = {"hant": "hant", "hans": "hans"}
_REGIONS: Mapping[str, Script] = {"cn": "hans", "sg": "hans", "my": "hans", "tw": "hant", "hk": "hant", "mo": "hant"}
_LONGEST_TAG = 35  # enough for every tag without extensions: RFC 5646, section 4.4.1
_LONGEST_HEADER = 500


def script_of(tag: str | None) -> Script | None:
    """Return the script that readers of a language tag get; None for an empty or malformed tag."""
    language, *more = _subtags(tag or "")
    if not re.fullmatch("[a-z]{2,8}", language):
        return None
    if language not in _CHINESE:
        return "latin"
    subtags = list(takewhile(lambda subtag: len(subtag) > 1, more))  # a single letter begins an extension
    return next((known[one] for known in (_SCRIPTS, _REGIONS) for one in subtags if one in known), "hant")


def preferred(header: str) -> Locale | None:
    """Return the language of ours that an Accept-Language header (RFC 9110, 12.5.4) likes best; None if none."""
    weighed: list[tuple[float, int, Locale]] = []
    for place, part in enumerate(header[:_LONGEST_HEADER].split(",")):
        tag, _, more = part.partition(";")
        found = re.search(r"q=([01](?:\.\d{1,3})?)", more)
        weight = float(found[1]) if found else 1.0
        locale = next((one for one in LOCALES if SCRIPTS[one] == script_of(tag)), None)
        if locale and weight > 0 and (locale != "en" or _subtags(tag)[0] == "en"):
            weighed.append((-weight, place, locale))
    return min(weighed)[2] if weighed else None


def _subtags(tag: str) -> list[str]:
    return re.split("[-_]", tag.strip()[:_LONGEST_TAG].lower())
