"""Folding: give all spellings of one text the same form, for matching. What people read is never folded.

`normalise` unifies width, compatibility forms, Traditional and Simplified, and drops invisible characters; encoders get
this form. `fold` also lowers the case, for words.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

# Control characters and lone surrogates become a space (they separate); zero-width and bidi marks vanish.
_SEPARATORS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffd]+")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
# The same without what has a part in how its neighbours look: zero-width joiner, variation selectors.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]+"
)
# Simplified forms of one Traditional character: 帳戶 is 账户 there, and 照著做 is 照着做.
_ONE_FORM = str.maketrans("帐著", "账着")
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """Return the text without control characters, lone surrogates and invisible marks, spaces collapsed.

    The result encodes to UTF-8 without error and is safe to log and to print.
    """
    return _SPACES.sub(" ", _SEPARATORS.sub(" ", _INVISIBLE.sub("", text))).strip()


def readable(text: str) -> str:
    """Return what `clean` returns, but with joiners and variation selectors kept: people see 👨‍👩‍👧 and ❤️ by them.

    Matching needs `clean`, in which they are gone.
    """
    return _SPACES.sub(" ", _SEPARATORS.sub(" ", _UNSEEN.sub("", text))).strip()


@lru_cache(maxsize=256)  # one query is normalised for its vector, words, pinyin keys and exact key
def normalise(text: str) -> str:
    """Return the text cleaned, in NFKC and Simplified characters; case is kept."""
    simplified: str = _simplifier().convert(clean(unicodedata.normalize("NFKC", clean(text))))
    return simplified


def fold(text: str) -> str:
    """Return the form in which words are compared: `normalise`, then lower case."""
    return normalise(text).lower()


def exact_key(question: str) -> str:
    """Return what all spellings of one question share: the folded text without spaces and punctuation.

    >>> exact_key("如何 提幣？") == exact_key("如何提币")
    True
    """
    return re.sub(r"[\W_]+", "", fold(question)).translate(_ONE_FORM)


@cache
def _simplifier() -> "OpenCC":
    from opencc import OpenCC

    return OpenCC("t2s")
