"""Languages in the paths of a source: `en/`, `i18n/zh-TW/…`, `page.zh-tw.md`."""

import re
from collections.abc import Collection

_LANGUAGES = frozenset(
    re.findall(
        "..",
        "zhenjakodefresptitruvithidmstrarhefahibntaukplnlsvdafinbnocsskhurobgelhrsrslltlvetcaeuglkakkmnmykmlonesiuruz",
    )
)
# Short names of other things that help centres have folders for.
_OTHER_WORDS = frozenset(["it", "hr", "id", "no", "ms", "my", "si", "ca", "sl", "et", "he", "ar", "pt", "lo"])
_FORM = re.compile(r"([a-z]{2})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|419))?", re.IGNORECASE)
_PREFIX = re.compile(r"(?:docs?|content|pages|help|articles)[-_]", re.IGNORECASE)
_NAMES = {"cn": "zh-cn", "zh-chs": "zh-hans", "zh-cht": "zh-hant"}


def normal(name: str) -> str:
    """Return a language as `Article.locale` has it: lower case with hyphens.

    >>> normal("zh_TW")
    'zh-tw'
    """
    spelled = name.strip().replace("_", "-").lower()
    return _NAMES.get(spelled, spelled)


def of_name(name: str, siblings: Collection[str] = ()) -> str:
    """Return the language that a folder or the end of a file name stands for; "" for none.

    A name that may be another word (`it`, `hr`) is one only if a sibling is one without doubt.
    """
    spelled = name.replace("_", "-").lower()
    if spelled in ("zh-chs", "zh-cht"):
        return normal(name)
    match = _FORM.fullmatch(_PREFIX.sub("", name))
    if not match or match[1].lower() not in _LANGUAGES:
        return ""
    if match[1].lower() in _OTHER_WORDS and not (match[2] or match[3]) and not any(map(of_name, siblings)):
        return ""
    return normal(match[0])
