"""Syncing: bring a corpus in step with its sources, and keep what people edited.

| module | what it does |
|---|---|
| `sources` | the sources of a corpus: those of the command line, or of `sources.yaml` |
| `reading` | read sources into a `Reading`: every article once, with what was told, on disk rather than in memory |
| `links` | links between imported articles |
| `fidelity` | whether the numbered items of a source came through, with their numbers and in order |
| `record` | `imported.jsonl`: each article as its source last had it |
| `identity` | which article of the corpus an imported one is |
| `merging` | the source before, the source now, and what people made of it: one article, or a conflict |
| `plan` | what a sync would do, and doing it |
"""

from supportbot.syncing.plan import Change, Plan, apply, make_plan
from supportbot.syncing.reading import Reading, read
from supportbot.syncing.sources import Source

__all__ = ["Change", "Plan", "Reading", "Source", "apply", "make_plan", "read"]
