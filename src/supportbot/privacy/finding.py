"""Search a plain form of a text, in which neither full width nor invisible characters hide anything.

Finders read the plain form only; `find` maps the positions of what they find back to the original text.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from supportbot.text.folding import clean

SecretKind = Literal["seed_phrase", "private_key", "password", "api_secret", "verification_code"]
PersonalKind = Literal[
    "card", "national_id", "passport", "email", "phone", "wallet_address", "transaction_hash", "iban"
]
Kind = SecretKind | PersonalKind

REMOVED = "[…]"
"""The replacement of a secret in a question that is still answered."""

STOP = "\ufffc"
"""The replacement of a mark in the plain form. No secret and no context of one reaches across it."""

ANY_CASE = re.IGNORECASE | re.ASCII
"""The flags of most patterns. Without `re.ASCII`, [a-z] would also match İ and ı."""

_MARK = re.compile(
    "|".join(
        re.escape(one) for one in (REMOVED, *(f"[{kind}]" for kind in get_args(SecretKind) + get_args(PersonalKind)))
    )
)
_MOST_PLAIN = 3
_SENTENCE_SIGNS = "，；！？（）"  # these end a password; their ASCII forms may be part of one


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret or personal datum in a text: its kind, and its place `text[start:end]`.

    >>> privacy.secrets("我的密碼是 hunter2，登不進去")
    (Secret(kind='password', start=6, end=13),)
    """

    kind: Kind
    start: int
    end: int


Finder = Callable[[str], Iterable[Secret]]


def mark(kind: Kind) -> str:
    """Return the mark that replaces a secret of this kind in stored text."""
    return f"[{kind}]"


def find(text: str, finders: Iterable[Finder]) -> tuple[Secret, ...]:
    """Return what `finders` find in `text`, from left to right.

    Overlapping finds become one. It has the kind of the find that begins first; if several begin there, of the
    earliest finder.
    """
    form, places = _form(text)
    found: list[Secret] = []
    for one in sorted((one for finder in finders for one in finder(form)), key=lambda one: one.start):
        if found and one.start < found[-1].end:
            found[-1] = Secret(found[-1].kind, found[-1].start, max(found[-1].end, one.end))
        else:
            found.append(one)
    return tuple(Secret(one.kind, places[one.start], places[one.end - 1] + 1) for one in found)


def _form(text: str) -> tuple[str, Sequence[int]]:
    """Return the plain form of `text`, and for each of its characters the index in `text` that it comes from."""
    characters: list[str] = []
    places: list[int] = []
    end = 0
    for match in [*_MARK.finditer(text), None]:
        start = match.start() if match else len(text)
        for place in range(end, start):
            plain = _plain(text[place])
            characters.append(plain)
            places += [place] * len(plain)
        if match:
            characters.append(STOP)
            places.append(start)
            end = match.end()
    return "".join(characters), places


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """Return the plain form of a character: half width, ASCII digits, one dash, one space; "" if it is invisible."""
    if character == "\n" or character in _SENTENCE_SIGNS:
        return character
    category = unicodedata.category(character)
    if category == "Pd" or character == "\N{MINUS SIGN}":
        return "-"
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Me":  # the box around a keycap digit
        return ""
    plain = unicodedata.normalize("NFKC", character)
    if len(plain) > _MOST_PLAIN:  # a ligature of a whole phrase is never part of a secret
        return character
    return clean(f"x{plain}x")[1:-1]
