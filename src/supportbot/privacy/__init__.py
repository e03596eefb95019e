"""Find secrets and personal data in what customers write, and remove them before anything is stored or logged.

`secrets` finds what opens an account or a wallet; a customer who shows one is warned. `personal` finds data that
needs no warning but must not be kept either. `scrub` replaces both by marks such as `[email]`, so that a stored
question stays readable and similar questions stay similar.
"""

from collections.abc import Callable

from supportbot.privacy.finding import REMOVED, Kind, PersonalKind, Secret, SecretKind, find, mark
from supportbot.privacy.personal import PERSONAL_FINDERS
from supportbot.privacy.secrets import SECRET_FINDERS

__all__ = ["REMOVED", "Kind", "PersonalKind", "Secret", "SecretKind", "personal", "redact", "scrub", "secrets"]

_FINDERS = (*SECRET_FINDERS, *PERSONAL_FINDERS)
_MOST_PASSES = 8  # a secret may hide the one next to it; a text that needs more passes is removed as a whole


def secrets(text: str) -> tuple[Secret, ...]:
    """Return the seed phrases, keys, passwords and codes in `text`, from left to right and without overlaps."""
    return find(text, SECRET_FINDERS)


def personal(text: str) -> tuple[Secret, ...]:
    """Return the cards, documents, contacts and addresses in `text`, from left to right and without overlaps."""
    return find(text, PERSONAL_FINDERS)


def redact(text: str, found: tuple[Secret, ...]) -> str:
    """Return `text` with each of `found` replaced by `REMOVED`."""
    return _replaced(text, found, lambda secret: REMOVED)


def scrub(text: str) -> str:
    """Return `text` with each secret and all personal data replaced by a mark that names the kind, such as `[email]`.

    Scrubbing a scrubbed text changes nothing. The time is linear in the length of the text.
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
