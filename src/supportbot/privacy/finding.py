"""How secrets and personal data are looked for: in a form in which neither width nor invisible marks hide anything.

Finders read that form and know nothing of the original; `find` brings what they found back to its place there.
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
"""What stands for a secret in text that goes on."""

STOP = "\ufffc"
"""What stands for a mark in the form that finders read: part of no secret, and no context reaches over it."""

ANY_CASE = re.IGNORECASE | re.ASCII
"""The flags of most patterns: without the second, [a-z] would match İ and ı as well."""

_MARK = re.compile(
    "|".join(
        re.escape(one) for one in (REMOVED, *(f"[{kind}]" for kind in get_args(SecretKind) + get_args(PersonalKind)))
    )
)
_MOST_PLAIN = 3
_SENTENCE_SIGNS = "，；！？（）"  # they end a password, which their ASCII forms do not


@dataclass(frozen=True, slots=True)
class Secret:
    """Something in a text that is not to be kept: it stands there from `start` up to `end`."""

    kind: Kind
    start: int
    end: int


Finder = Callable[[str], Iterable[Secret]]


def mark(kind: Kind) -> str:
    """Return what stands for something of this kind in stored text."""
    return f"[{kind}]"


def find(text: str, finders: Iterable[Finder]) -> tuple[Secret, ...]:
    """Return what `finders` find in `text`, from left to right.

    Finds that overlap become one, of the kind that begins first or, where they begin together, of the first finder.
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
    """Return the form of `text` that finders read, and the place in `text` of each of its characters."""
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
    """Return a character in its plain form: half width, Western digit, `-`, space; empty for an invisible one."""
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
    if len(plain) > _MOST_PLAIN:  # a ligature of a whole phrase: no part of a secret, and text must not grow by it
        return character
    return clean(f"x{plain}x")[1:-1]
