"""Secrets and personal data in what customers write: found, and taken out before anything is stored or logged.

`secrets` open an account, a device or a wallet: the customer who shows one is warned. `personal` data needs no warning
but is not kept. `scrub` puts a mark such as `[email]` in the place of both, so that stored questions stay readable and
alike questions stay alike.
"""

from collections.abc import Callable

from supportbot.privacy.finding import REMOVED, Kind, PersonalKind, Secret, SecretKind, find, mark
from supportbot.privacy.personal import PERSONAL_FINDERS
from supportbot.privacy.secrets import SECRET_FINDERS

__all__ = ["REMOVED", "Kind", "PersonalKind", "Secret", "SecretKind", "personal", "redact", "scrub", "secrets"]

_FINDERS = (*SECRET_FINDERS, *PERSONAL_FINDERS)
_MOST_PASSES = 8  # one secret may hide another that is glued to it; a text that hides them deeper is not worth keeping


def secrets(text: str) -> tuple[Secret, ...]:
    """Return the seed phrases, keys, passwords and codes in `text` from left to right; none overlaps another."""
    return find(text, SECRET_FINDERS)


def personal(text: str) -> tuple[Secret, ...]:
    """Return the cards, documents, contacts and addresses in `text` from left to right; none overlaps another."""
    return find(text, PERSONAL_FINDERS)


def redact(text: str, found: tuple[Secret, ...]) -> str:
    """Return `text` with `REMOVED` in the place of each of `found`."""
    return _replaced(text, found, lambda secret: REMOVED)


def scrub(text: str) -> str:
    """Return `text` fit to be stored: a mark that names the kind in the place of each secret and all personal data.

    Scrubbing what is scrubbed changes nothing. Takes any text, in time linear in its length.
    """
    for _ in range(_MOST_PASSES):
        found = find(text, _FINDERS)
        if not found:
            return text
        text = _replaced(text, found, lambda secret: mark(secret.kind))
    return REMOVED


def _replaced(text: str, found: tuple[Secret, ...], stand_in: Callable[[Secret], str]) -> str:
    parts, end = [], 0
    for secret in found:
        parts += [text[end : secret.start], stand_in(secret)]
        end = secret.end
    return "".join([*parts, text[end:]])
