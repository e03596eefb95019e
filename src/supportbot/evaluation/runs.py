"""Runs: the rankings of a system, and TREC run files to read and write.

A TREC run file has a line for each found document, `query-id Q0 document-id rank score tag`, separated by spaces
(trec_eval's README). As in trec_eval the order is that of the scores, not of the ranks; of two equal scores the later
id comes first.
"""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from supportbot.answering.bot import SupportBot, check_question
from supportbot.content.files import write_atomically
from supportbot.errors import QuestionError, SettingsError, SourceError, StorageError
from supportbot.evaluation.datasets import Dataset, Query, lines
from supportbot.index.build import Progress

Ranking = tuple[tuple[str, float], ...]
"""Article ids with their scores, best first."""


@dataclass(frozen=True, slots=True)
class Run:
    """The rankings of one system, by question id.

    >>> Run("mine", {"q-1": (("article-7", 0.9), ("article-2", 0.4))})
    """

    name: str
    rankings: Mapping[str, Ranking]

    def ranks(self, queries: Collection[str]) -> dict[str, dict[str, float]]:
        """Return scores for ir_measures by question and article: falling with the rank, so without ties."""
        return {
            query: {article: 1 / rank for rank, (article, _) in enumerate(self.rankings.get(query, ()), 1)}
            for query in queries
        }


def retrieve(
    bot: SupportBot, queries: Sequence[Query], modes: Mapping[str, str], *, depth: int, on_progress: Progress
) -> list[Run]:
    """Return a run of each of `modes`, which are by name of the run, `depth` articles deep.

    Each question is encoded once, then searched in every mode. A question that the bot refuses has no ranking.
    """
    rankings: dict[str, dict[str, Ranking]] = {name: {} for name in modes}
    for number, query in enumerate(queries, 1):
        on_progress(number, len(queries))
        try:
            text = check_question(query.text)
        except QuestionError:
            continue
        encoding = bot.retriever.query(text).encoding
        for name, mode in modes.items():
            hits = bot.retriever.search(text, mode=mode, limit=depth, encoding=encoding).hits
            rankings[name][query.id] = tuple((hit.article.id, hit.score) for hit in hits)
    return [Run(name, found) for name, found in rankings.items()]


def read_trec(file: Path, dataset: Dataset) -> Run:
    """Return the run in a TREC file, without questions of the data set that are not judged.

    Raise `SourceError` with file and line for a broken line, a score that is no number, an article ranked twice and ids
    that the data set does not have, and for a file without a ranking of any judged question.
    """
    articles = {article.id for article in dataset.articles}
    found: dict[str, dict[str, float]] = {}
    for number, line in lines(file):
        fields = line.split()
        if len(fields) != 6:
            expected = "expected query-id Q0 document-id rank score tag"
            raise SourceError(file, f"{expected}; got {line!r:.80}", line=number)
        query, _, article, _, written, _ = fields
        try:
            score = float(written)
        except ValueError:
            score = math.nan
        if not math.isfinite(score):
            raise SourceError(file, f"score: expected a number, got {written!r:.40}", line=number)
        for kind, value, known in (("query-id", query, dataset.known), ("document-id", article, articles)):
            if value not in known:
                raise SourceError(
                    file, f"{kind} {value!r:.80} is not in {dataset.name}: another set's run?", line=number
                )
        if query not in dataset.queries:
            continue
        ranked = found.setdefault(query, {})
        if article in ranked:
            raise SourceError(file, f"{article!r:.80} is ranked twice for {query!r:.80}", line=number)
        ranked[article] = score
    if not found:
        raise SourceError(file, f"ranks nothing for the judged questions of {dataset.name}")
    return Run(file.name, {query: _ranked(scores) for query, scores in found.items()})


def _ranked(scores: Mapping[str, float]) -> Ranking:
    by_id = sorted(scores.items(), reverse=True)
    return tuple(sorted(by_id, key=lambda found: -found[1]))


def write_trec(run: Run, folder: Path) -> Path:
    """Write `run` to `folder/<name>.run` and return that path; the scores of a question are distinct and fall.

    Raise `SettingsError` for an id with a space, which the format cannot have, and `StorageError`.
    """
    tag = re.sub(r"[\s/\\]+", "-", run.name).strip("-.")
    content = []
    for query, ranking in run.rankings.items():
        above = math.inf
        for rank, (article, score) in enumerate(ranking, 1):
            if len(f"{query} {article}".split()) != 2:
                raise SettingsError(f"--write-runs: {query!r:.40} or {article!r:.40} holds a space; TREC ids cannot")
            above = min(round(score, 6), above - 1e-6)  # tools read six digits and break ties each in its own way
            content.append(f"{query} Q0 {article} {rank} {above:.6f} {tag}\n")
    file = folder / f"{tag}.run"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(folder, error) from None
    write_atomically(file, "".join(content))
    return file
