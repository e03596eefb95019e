"""Labelled data sets: BEIR folders (Thakur et al. 2021) with optional files of our own.

```
set/
├── corpus.jsonl         {"_id", "title", "text"}; optional "metadata" {"category", "platforms", "questions", "url"}
├── queries.jsonl        {"_id", "text"}; optional "metadata" {…}, whose keys group the results into slices
├── qrels/<split>.tsv    query-id, corpus-id, score: the questions to ask and the documents that answer them
├── unanswerable.jsonl   optional: {"_id", "text", "kind"}, questions that no document answers: near, far, noise
├── passages.jsonl       optional: {"_id", "text", "article", "passage", "needed", "unasked", "condition"}, pieces of it
├── facts.jsonl          optional: {"_id" of a query, "fact"}, words that its answer must show
├── conversations.jsonl  optional: {"_id", "turns": […], "article": id or null, "fact", "kind"}; the last turn is judged
├── out_of_scope.yaml    optional: out-of-scope questions for the index, as in a corpus folder
└── holdout/             optional: docs.txt, queries.txt; without these documents these questions have no answer
```

A help centre that was never prepared for supportbot is a set as well: a folder with `questions.csv`, a table of labels
(`labels.py`), and `articles/`, which any importer reads, and maybe `passages.jsonl`. A table alone is about the
articles of the corpus.

A record of `unanswerable.jsonl`, `passages.jsonl` or `conversations.jsonl` may name its "split"; without one it belongs
to all splits. A set in the folder `benchmarks/` of a corpus is asked of that corpus, with its alternative questions and
its out-of-scope list. Its `corpus.jsonl` is for other tools and must hold the same articles.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from supportbot.content import articles as articles_room
from supportbot.content import out_of_scope
from supportbot.content import platforms as platforms_room
from supportbot.content.articles import Article
from supportbot.content.files import sha256, write_atomically
from supportbot.errors import SettingsError, SourceError
from supportbot.evaluation import labels
from supportbot.importers.registry import read_source
from supportbot.text.folding import clean

QUERIES = "queries.jsonl"
PASSAGES = "passages.jsonl"
TABLE = "questions.csv"
ANSWERABLE = "answerable"
HOLDOUT = "holdout"
BENCHMARKS = "benchmarks"
"""The folder of a corpus that holds the labelled sets about it."""

RESERVED_KINDS = (ANSWERABLE, HOLDOUT)
"""Kinds that no file may use: questions with an answer, and questions whose articles are held out."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Query:
    """A question of the set.

    >>> Query("q1", "怎麼提幣？", {"slice": "colloquial"})
    """

    id: str
    text: str
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """A question that no document of the set answers; `kind` is near, far, noise or another word.

    >>> Unanswerable("u1", "API key 建好之後多久不用會失效？", "near")
    """

    id: str
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A question whose passage is labelled. All pieces are text of the article without Markdown marks.

    Attributes:
        article: the id of the article that answers it.
        passage: a piece of the passage that answers it, which the article has once.
        needed: pieces without which the answer is not complete.
        unasked: pieces that have nothing to do with the question.
        condition: the piece that says under which condition the passage holds; empty for none.

    >>> Passage("p1", "E20 是什麼？", "error-codes", "排水異常", needed=("原因：排水異常",), unasked=("進水異常",))
    """

    id: str
    text: str
    article: str
    passage: str
    needed: tuple[str, ...]
    unasked: tuple[str, ...]
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Questions asked one after the other; `article` answers the last one, or is None if none does.

    >>> Dialogue("c1", ("緊急聯絡人怎麼設", "填錯了還能改嗎"), "emergency-contact", "隨時回到這裡更新", "follow-up")
    """

    id: str
    turns: tuple[str, ...]
    article: str | None
    fact: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class Holdout:
    """Articles to leave out of the index, and the questions that then have no answer, by id.

    >>> Holdout(articles=frozenset({"emergency-contact"}), queries=frozenset({"q0007"}))
    """

    articles: frozenset[str]
    queries: frozenset[str]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A labelled set. Make one with `read`.

    Attributes:
        queries: the questions with a judgement above 0, by id.
        qrels: their judgements, by question id and article id.
        known: the ids of all questions in all splits; a run file may name any of them.
        digest: the SHA-256 over all files that were read.
        unanswerable: questions to ask that must be refused.
        out_of_scope: the questions of `out_of_scope.yaml`, which go into the index.
        help_centre: the corpus folder that the set is about; None for a set on its own.

    >>> dataset = read(Path("corpus/benchmarks/help-zh-hant"), split="dev")
    >>> dataset.queries["q0002"].text, dataset.relevant("q0002")
    """

    name: str
    folder: Path
    split: str
    queries_file: str
    articles: tuple[Article, ...]
    queries: Mapping[str, Query]
    qrels: Mapping[str, Mapping[str, int]]
    known: frozenset[str]
    digest: str
    unanswerable: tuple[Unanswerable, ...] = ()
    out_of_scope: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    passages: tuple[Passage, ...] = ()
    dialogues: tuple[Dialogue, ...] = ()
    holdout: Holdout | None = None
    help_centre: Path | None = None

    def relevant(self, query: str) -> frozenset[str]:
        """Return the ids of the articles that answer a question."""
        return frozenset(article for article, score in self.qrels[query].items() if score > 0)

    def sample(self, most: int | None) -> "Dataset":
        """Return the set with at most `most` questions of each sort, spread evenly; with all of them for None."""
        chosen = {query.id: query for query in _spread(list(self.queries.values()), most)}
        return replace(
            self,
            queries=chosen,
            qrels={query: self.qrels[query] for query in chosen},
            unanswerable=tuple(_spread(self.unanswerable, most)),
            dialogues=tuple(_spread(self.dialogues, most)),
        )

    def slices(self, key: str | None = None) -> dict[str, list[str]]:
        """Return the question ids by the value of the metadata key `key`.

        None stands for the key "slice"; return nothing if no question has that one.
        Raise `SettingsError` for any other key that no question has.
        """
        keys = sorted({name for query in self.queries.values() for name in query.metadata})
        if key is None and "slice" not in keys:
            return {}
        key = key or "slice"
        if key not in keys:
            there = f"expected one of {', '.join(keys)}" if keys else "its questions have no metadata"
            raise SettingsError(f"--slices {key!r}: no question of {self.name} has it; {there}")
        found: dict[str, list[str]] = {}
        for query in self.queries.values():
            found.setdefault(clean(str(query.metadata.get(key, "(none)"))), []).append(query.id)
        return dict(sorted(found.items()))


def read(
    folder: Path,
    *,
    queries: str = QUERIES,
    split: str = "test",
    holdout: Path | None = None,
    corpus: Path | None = None,
) -> Dataset:
    """Read a BEIR folder with its optional files; `holdout` is a folder to use instead of the set's own.

    `folder` may also be a help centre with `questions.csv`, or such a table about the articles of `corpus`.
    Leave out questions without a judgement above 0. Use the title of a document that has no text as its text.
    Raise `SourceError`, with file and line, for broken JSON, missing or unusable fields, ids used twice, judgements
    of unknown ids, and a set without documents or judged questions.

    >>> read(Path("corpus/benchmarks/help-zh-hant"), split="dev").relevant("q0002")
    """
    if folder.is_file() and corpus:
        return _of_table(folder, articles_room.read(corpus), corpus, split, help_centre=corpus)
    if not folder.is_dir():
        expected = f"a BEIR folder, a help centre with {TABLE}, or a table of labels"
        raise SourceError(folder / "corpus.jsonl", f"cannot be read; expected {expected}")
    if (folder / TABLE).is_file():
        return _of_table(folder / TABLE, read_source(folder / articles_room.FOLDER).articles, folder, split)
    corpus_file, queries_file, qrels_file = folder / "corpus.jsonl", folder / queries, folder / "qrels" / f"{split}.tsv"
    articles = _unique(corpus_file, _article)
    help_centre = folder.resolve().parents[1] if folder.resolve().parent.name == BENCHMARKS else None
    if help_centre and (help_centre / articles_room.FOLDER).is_dir():
        articles = _own(help_centre, corpus_file, articles)
    else:
        help_centre = None
    asked = _unique(queries_file, _query)
    files = [corpus_file, queries_file, qrels_file]
    known = frozenset(asked)
    if queries != QUERIES and (folder / QUERIES).is_file():  # a translation may hold fewer questions than are judged
        known |= _unique(folder / QUERIES, _query).keys()
    qrels = _qrels(qrels_file, known, articles.keys())
    judged = {query: scores for query, scores in qrels.items() if query in asked and max(scores.values()) > 0}
    if not judged:
        raise SourceError(qrels_file, f"judges none of the questions of {queries_file.name}")

    def optional(name: str, reader: Callable[[Path, int, dict[str, Any]], tuple[str, T]]) -> dict[str, T]:
        file = folder / name
        if not file.exists():
            return {}
        files.append(file)
        return _unique(file, reader)

    def of_split(file: Path, number: int, record: dict[str, Any]) -> bool:
        return _text(file, number, record, "split", default=split) == split

    def unanswerable(file: Path, number: int, record: dict[str, Any]) -> tuple[str, Unanswerable | None]:
        key, text = _id(file, number, record), _text(file, number, record, "text")
        kind = clean(_text(file, number, record, "kind", default="unanswerable"))
        if kind in RESERVED_KINDS:
            raise SourceError(
                file, f"kind {kind!r} is taken; expected near, far, noise or a word of yours", line=number
            )
        return key, Unanswerable(key, text, kind) if of_split(file, number, record) else None

    def fact(file: Path, number: int, record: dict[str, Any]) -> tuple[str, str]:
        key = _id(file, number, record)
        if key not in known:
            raise SourceError(file, f"_id {key!r:.80} is no question of {QUERIES}", line=number)
        return key, _text(file, number, record, "fact")

    def dialogue(file: Path, number: int, record: dict[str, Any]) -> tuple[str, Dialogue | None]:
        turns, article = record.get("turns"), record.get("article")
        if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) and clean(turn) for turn in turns):
            raise SourceError(file, f"turns: expected a list of questions, got {turns!r:.60}", line=number)
        if article is not None and (not isinstance(article, str) or article not in articles):
            raise SourceError(file, f"article {article!r:.80} is not in corpus.jsonl", line=number)
        shown = _text(file, number, record, "fact") if record.get("fact") is not None else None
        kind = clean(_text(file, number, record, "kind", default="follow-up"))
        found = Dialogue(_id(file, number, record), tuple(turns), article, shown, kind)
        return found.id, found if of_split(file, number, record) else None

    unanswerable_records = optional("unanswerable.jsonl", unanswerable)
    if (folder / PASSAGES).is_file():
        files.append(folder / PASSAGES)
    facts = optional("facts.jsonl", fact)
    dialogues = optional("conversations.jsonl", dialogue)
    corpus = help_centre or folder
    if (corpus / out_of_scope.FILE_NAME).exists():
        files.append(corpus / out_of_scope.FILE_NAME)
    held_out = holdout or folder / "holdout"
    left_out = None
    if holdout or held_out.is_dir():
        documents, questions = held_out / "docs.txt", held_out / "queries.txt"
        left_out = Holdout(_ids(documents, articles.keys(), "corpus.jsonl"), _ids(questions, known, QUERIES))
        files += [documents, questions]
    return Dataset(
        name=folder.resolve().name,
        folder=folder,
        split=split,
        queries_file=queries,
        articles=tuple(articles.values()),
        queries={query: asked[query] for query in judged},
        qrels=judged,
        known=known,
        digest=_digest(files),
        unanswerable=tuple(found for found in unanswerable_records.values() if found),
        out_of_scope=out_of_scope.read(corpus),
        facts=facts,
        passages=_passages(folder / PASSAGES, articles.keys(), split),
        dialogues=tuple(found for found in dialogues.values() if found),
        holdout=left_out,
        help_centre=help_centre,
    )


def _of_table(
    table: Path, articles: Sequence[Article], folder: Path, split: str, *, help_centre: Path | None = None
) -> Dataset:
    """Return the set of the labels in a table about `articles`, which come from `folder`."""
    queries: dict[str, Query] = {}
    qrels: dict[str, dict[str, int]] = {}
    unanswerable = []
    for number, label in enumerate(labels.read(table, articles), 1):
        key = f"q{number:04d}"
        if label.articles:
            queries[key] = Query(key, label.question, {"slice": label.kind} if label.kind else {})
            qrels[key] = dict.fromkeys(sorted(label.articles), 1)
        else:
            kind = "unanswerable" if label.kind in ("", *RESERVED_KINDS) else label.kind
            unanswerable.append(Unanswerable(key, label.question, kind))
    return Dataset(
        name=folder.resolve().name,
        folder=folder,
        split=table.stem,
        queries_file=table.name,
        articles=tuple(articles),
        queries=queries,
        qrels=qrels,
        known=frozenset(queries),
        digest=_digest([table]),
        unanswerable=tuple(unanswerable),
        out_of_scope=out_of_scope.read(folder),
        help_centre=help_centre,
        passages=_passages(table.with_name(PASSAGES), {article.id for article in articles}, split),
    )


def _passages(file: Path, articles: Collection[str], split: str) -> tuple[Passage, ...]:
    """Return the labelled passages of a split, of all splits if it is empty; none without the file."""
    if not file.is_file():
        return ()

    def passage(file: Path, number: int, record: dict[str, Any]) -> tuple[str, Passage | None]:
        article = _text(file, number, record, "article")
        if article not in articles:
            raise SourceError(file, f"article {article!r:.80} is not in the set", line=number)
        pieces: dict[str, tuple[str, ...]] = {}
        for name in ("needed", "unasked"):
            value = record.get(name, [])
            if not isinstance(value, list) or not all(isinstance(one, str) and clean(one) for one in value):
                raise SourceError(file, f"{name}: expected a list of texts, got {value!r:.60}", line=number)
            pieces[name] = tuple(value)
        condition = record.get("condition", "")
        if not isinstance(condition, str):
            raise SourceError(file, f"condition: expected a text, got {condition!r:.60}", line=number)
        found = Passage(
            _id(file, number, record),
            _text(file, number, record, "text"),
            article,
            _text(file, number, record, "passage"),
            **pieces,
            condition=condition,
        )
        own = _text(file, number, record, "split", default=split) if split else split
        return found.id, found if own == split else None

    return tuple(one for one in _unique(file, passage).values() if one)


def lines(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a UTF-8 file that are not blank, each with its number from 1. Raise `SourceError`."""
    try:
        with file.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
                if text.strip():
                    yield number, text
    except UnicodeDecodeError:
        raise SourceError(file, "not UTF-8 text", line=number) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise SourceError(file, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None


def write_corpus(articles: Iterable[Article], file: Path) -> None:
    """Write articles as a BEIR `corpus.jsonl`, completely or not at all. Raise `StorageError`."""
    records = ({"_id": article.id, "title": article.title, "text": article.body} for article in articles)
    write_atomically(file, "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))


def _own(corpus: Path, file: Path, listed: Mapping[str, Article]) -> dict[str, Article]:
    """Return the articles of the corpus that the set is about. Raise `SourceError` if `corpus.jsonl` differs."""
    own = {article.id: article for article in articles_room.read(corpus)}
    for key in sorted(own.keys() | listed.keys()):
        here, there = own.get(key), listed.get(key)
        if here is None or there is None or (here.title, here.body) != (there.title, there.body):
            raise SourceError(file, f"{key!r:.80} is not as in {corpus}; write the file anew with `supportbot export`")
    return own


# --- records -----------------------------------------------------------------------------------------------------


def _unique(file: Path, reader: Callable[[Path, int, dict[str, Any]], tuple[str, T]]) -> dict[str, T]:
    """Return what `reader` makes of each JSON object of a file, by id. Raise `SourceError`, also for an empty file."""
    found: dict[str, T] = {}
    for number, line in lines(file):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise SourceError(file, f"not a line of JSON: {error}", line=number) from None
        if not isinstance(record, dict):
            raise SourceError(file, f"expected an object, got {line!r:.60}", line=number)
        key, value = reader(file, number, record)
        if key in found:
            raise SourceError(file, f"_id {key!r:.80} stands here a second time; ids must differ", line=number)
        found[key] = value
    if not found:
        raise SourceError(file, "is empty; expected a JSON object a line")
    return found


def _id(file: Path, number: int, record: dict[str, Any]) -> str:
    value = record.get("_id")
    if not isinstance(value, str) or not value or value != clean(value):
        raise SourceError(file, f"_id: expected a text without control characters, got {value!r:.60}", line=number)
    return value


def _text(file: Path, number: int, record: dict[str, Any], key: str, *, default: str | None = None) -> str:
    value = record.get(key, default)
    if not isinstance(value, str) or not clean(value):
        raise SourceError(file, f"{key}: expected a text that is not empty, got {value!r:.60}", line=number)
    return value


def _metadata(file: Path, number: int, record: dict[str, Any]) -> dict[str, Any]:
    metadata = record.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise SourceError(file, f"metadata: expected an object, got {metadata!r:.60}", line=number)
    return metadata


def _query(file: Path, number: int, record: dict[str, Any]) -> tuple[str, Query]:
    key = _id(file, number, record)
    return key, Query(key, _text(file, number, record, "text"), _metadata(file, number, record))


def _article(file: Path, number: int, record: dict[str, Any]) -> tuple[str, Article]:
    key = _id(file, number, record)
    title, text = record.get("title") or "", record.get("text")
    if not isinstance(title, str) or not isinstance(text, str):
        raise SourceError(file, f"title and text: expected texts, got {title!r:.30} and {text!r:.30}", line=number)
    metadata = _metadata(file, number, record)
    category, url = metadata.get("category") or "", metadata.get("url")
    platforms, questions = metadata.get("platforms") or [], metadata.get("questions") or []
    if not isinstance(category, str) or not isinstance(url, str | None):
        raise SourceError(file, "metadata: category and url: expected texts", line=number)
    ids = platforms_room.ID
    if not isinstance(platforms, list) or not all(isinstance(one, str) and ids.fullmatch(one) for one in platforms):
        raise SourceError(file, "metadata: platforms: expected a list of ids such as app, web", line=number)
    if not isinstance(questions, list) or not all(isinstance(question, str) for question in questions):
        raise SourceError(file, "metadata: questions: expected a list of texts", line=number)
    return key, Article(
        id=key,
        title=clean(title),
        body=text if text.strip() else title,
        category=clean(category),
        url=url,
        platforms=tuple(platforms),
        questions=tuple(filter(None, map(clean, questions))),
    )


# --- ids and judgements ------------------------------------------------------------------------------------------


def _qrels(file: Path, queries: frozenset[str], articles: Any) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for number, line in lines(file):
        fields = [part.strip() for part in line.split("\t")]
        if number == 1 and fields[0] == "query-id":
            continue
        if len(fields) != 3 or not fields[2].removeprefix("-").isdecimal() or len(fields[2]) > 9:
            expected = "expected query-id, corpus-id and a whole number, separated by tabs"
            raise SourceError(file, f"{expected}; got {line!r:.80}", line=number)
        query, article, score = fields
        if article not in articles:
            raise SourceError(file, f"corpus-id {article!r:.80} is not in corpus.jsonl", line=number)
        if query not in queries:
            raise SourceError(file, f"query-id {query!r:.80} is not in {QUERIES}", line=number)
        if qrels.setdefault(query, {}).setdefault(article, int(score)) != int(score):
            raise SourceError(file, f"{query!r:.80} and {article!r:.80} are judged twice, differently", line=number)
    return qrels


def _ids(file: Path, known: Any, where: str) -> frozenset[str]:
    found = set()
    for number, line in lines(file):
        if line.strip() not in known:
            raise SourceError(file, f"{line.strip()!r:.80} is not in {where}", line=number)
        found.add(line.strip())
    if not found:
        raise SourceError(file, "is empty; expected an id a line")
    return frozenset(found)


def _digest(files: Sequence[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        total.update(f"{file.parent.name}/{file.name}\0{sha256(file)}\n".encode("utf-8", "replace"))
    return total.hexdigest()


def _spread(items: Sequence[T], most: int | None) -> list[T]:
    """Return at most `most` items at even distances; all of them for None."""
    if most is None or most >= len(items):
        return list(items)
    return [items[place * len(items) // most] for place in range(most)]
