"""The cohort: questions about anything, against which an index measures what an unrelated question looks like.

It ships with supportbot and is the same for every help centre. Comparing scores with those of a cohort makes them mean
the same on every corpus, as in speaker verification (score normalisation: Auckenthaler, Carey & Lloyd-Thomas 2000).
"""

from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("cohort.txt")


@cache
def questions() -> tuple[str, ...]:
    """Return the questions: customers' of forty trades, everyday ones, in Traditional, Simplified and English."""
    return tuple(filter(None, _FILE.read_text(encoding="utf-8").split("\n")))
