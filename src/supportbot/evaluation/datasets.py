"""BEIR folders: `corpus.jsonl` (_id, title, text), `queries.jsonl` (_id, text), `qrels/<split>.tsv`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supportbot.articles import Article
from supportbot.errors import SourceError


@dataclass(frozen=True, slots=True)
class Dataset:
    """A labelled set: articles, the questions that are judged, and for each the relevance of articles by id."""

    name: str
    articles: tuple[Article, ...]
    queries: dict[str, str]
    qrels: dict[str, dict[str, int]]


def read(folder: Path, *, queries: str = "queries.jsonl", split: str = "test") -> Dataset:
    """Read a BEIR folder; questions without a judgement are left out.

    Raises `SourceError` with file and line for broken JSON, missing fields, and judgements of unknown ids.
    """
    articles = {
        record["_id"]: Article(id=record["_id"], title=record.get("title") or "", body=record["text"])
        for record in _records(folder / "corpus.jsonl", "_id", "text")
    }
    texts = {record["_id"]: record["text"] for record in _records(folder / queries, "_id", "text")}
    file = folder / "qrels" / f"{split}.tsv"
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_lines(file), 1):
        fields = line.split("\t")
        if number == 1 and fields[0] == "query-id":
            continue
        if len(fields) != 3 or not fields[2].strip().lstrip("-").isdigit():
            raise SourceError(file, "expected query-id, corpus-id and score, separated by tabs", line=number)
        if fields[1] not in articles:
            raise SourceError(file, f"corpus-id {fields[1]!r} is not in corpus.jsonl", line=number)
        if fields[0] in texts:
            qrels.setdefault(fields[0], {})[fields[1]] = int(fields[2])
    return Dataset(folder.name, tuple(articles.values()), {key: texts[key] for key in qrels}, qrels)


def _records(file: Path, *required: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(file), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise SourceError(file, f"not a line of JSON: {error}", line=number) from None
        if not isinstance(record, dict) or not all(isinstance(record.get(key), str) for key in required):
            raise SourceError(file, f"expected an object with the texts {', '.join(required)}", line=number)
        yield record


def _lines(file: Path) -> Iterator[str]:
    try:
        with file.open(encoding="utf-8-sig") as stream:
            for line in stream:
                yield line.rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(file, f"cannot be read: {error}") from None
