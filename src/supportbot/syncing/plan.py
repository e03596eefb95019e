"""What a sync would do, and doing it."""

import contextlib
import dataclasses
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from supportbot.content import articles as articles_room
from supportbot.content import lexicon
from supportbot.content.articles import FOLDER, WRITING, Article
from supportbot.content.curation import LOCK
from supportbot.content.files import locked, write_atomically
from supportbot.errors import StorageError
from supportbot.importers import Imported, ids
from supportbot.syncing import record
from supportbot.syncing.identity import Known, known_articles, match
from supportbot.syncing.links import Addresses, rewritten
from supportbot.syncing.merging import OF_PEOPLE, OF_SOURCE, Merged, merge
from supportbot.syncing.reading import Entry, Reading
from supportbot.syncing.sources import Side
from supportbot.text.folding import exact_key

Kind = Literal["new", "changed", "moved", "same", "gone", "removed", "conflict", "left out"]
KINDS: tuple[Kind, ...] = ("new", "changed", "moved", "gone", "removed", "conflict", "left out", "same")


@dataclass(frozen=True, slots=True)
class Change:
    """What a sync does to one article.

    Attributes:
        kind: `gone` is gone at its source and stays, `removed` is gone and is removed, `left out` was removed from the
            corpus by people and stays out; of a `conflict` the source's changes that nobody contradicts are taken.
        fields: which fields change; of a conflict, those that both sides changed.
        before: of a moved article, its source id before.
        place: where `Reading.spool` has the article to write; None for nothing to write.

    >>> [change.id for change in plan.changes if change.kind == "conflict"]
    """

    kind: Kind
    id: str
    title: str
    source: str
    source_id: str
    fields: tuple[str, ...] = ()
    before: str = ""
    place: int | None = None
    path: Path | None = None


@dataclass(slots=True)
class Plan:
    """The changes of a sync in the order of the sources, then what is gone.

    `recorded` has, by article id, where the spool has the article as its source has it now; None where the record of
    before stays, as a conflict is not settled.
    """

    changes: list[Change] = field(default_factory=list)
    recorded: dict[str, int | None] = field(default_factory=dict)
    links: int = 0

    def of(self, *kinds: Kind) -> list[Change]:
        """Return the changes of these kinds."""
        return [change for change in self.changes if change.kind in kinds]

    @property
    def counts(self) -> dict[Kind, int]:
        """How many changes there are of each kind that has one."""
        counts = Counter(change.kind for change in self.changes)
        return {kind: counts[kind] for kind in KINDS if counts[kind]}


@contextlib.contextmanager
def held(corpus: Path) -> Iterator[None]:
    """Lock the corpus against other writers, from planning to the end of `apply`."""
    with locked(corpus / LOCK):
        yield


def make_plan(
    reading: Reading, corpus: Path, *, prune: bool = False, conflicts: Side | None = None, known: Sequence[Article] = ()
) -> Plan:
    """Return what bringing `corpus` in step with the sources would do; write nothing.

    `prune` and `conflicts` hold for all sources, beside what each says. `known` are articles of another corpus, whose
    hand-made fields a new article of the same title gets. Raise `SourceError` for a corpus that is not valid.
    """
    return _Planning(reading, corpus, prune, conflicts, known).plan()


class _Planning:
    def __init__(
        self, reading: Reading, corpus: Path, prune: bool, conflicts: Side | None, known: Sequence[Article]
    ) -> None:
        self._reading = reading
        self._prune = prune
        self._side = conflicts
        self._plan = Plan()
        self._others_there = Addresses()
        self._there = known_articles(corpus)
        self._recorded = {article.id: article for article in self._slim_record(corpus)}
        self._corpus = corpus
        self._others = _by_title(known)
        self._matched = match(reading, self._there, self._was)

    def _slim_record(self, corpus: Path) -> Iterator[Article]:
        """Yield the record without the bodies, which the spool keeps; `views` holds their place there."""
        self._before: dict[str, int] = {}
        self._was: dict[str, Known] = {}
        for article in record.read(corpus):
            self._before[article.id] = self._reading.spool.add(article)
            self._was[article.id] = Known.of(article, corpus)
            yield dataclasses.replace(article, body="")

    def plan(self) -> Plan:
        entries = self._reading.entries
        settled = self._settled_ids()
        matched = {known.id for known in self._matched.values()}
        gone = [self._gone(one) for one in self._there if one.id not in matched and self._is_gone(one)]
        absent = matched | {change.id for change in gone if change.kind == "removed"}
        self._unread = [one for one in self._there if one.id not in absent]
        for number, one in enumerate(self._unread):
            self._others_there.add(number, _as_imported(one))
        removed = self._removed_by_people()
        for number, entry in enumerate(entries):
            identifier = settled[number]
            if number not in self._matched and (out := removed.get((entry.source, entry.source_id))):
                self._plan.changes.append(self._left_out(out, entry))
                continue
            now = self._with_links(dataclasses.replace(self._reading.spool[entry.place], id=identifier), settled)
            known = self._matched.get(number)
            self._plan.changes.append(self._new(now) if known is None else self._met(now, known))
        self._plan.changes += gone
        return self._plan

    def _settled_ids(self) -> list[str]:
        """Return the id of each entry: that of the article that it is, else its own, made to differ from all others."""
        entries = self._reading.entries
        taken = {one.id for one in self._there}
        counts = Counter(entry.id for number, entry in enumerate(entries) if number not in self._matched)
        settled = []
        for number, entry in enumerate(entries):
            known = self._matched.get(number)
            identifier = known.id if known else self._named_like(entry)
            if known is None and (identifier in taken or (counts[entry.id] > 1 and identifier == entry.id)):
                identifier = ids.with_hash(entry.id, f"{entry.source}\n{entry.source_id}")
            taken.add(identifier)
            settled.append(identifier)
        return settled

    def _named_like(self, entry: Entry) -> str:
        other = None if entry.has_own_id else self._others.get(entry.title)
        return other.id if other else entry.id

    def _removed_by_people(self) -> dict[tuple[str, str], Article]:
        """Return, by source and source id, the articles of the record that are not in the corpus any more."""
        there = {one.id for one in self._there}
        if not there:  # the whole corpus was deleted, to begin anew
            return {}
        return {(one.source, one.source_id): one for one in self._recorded.values() if one.id not in there}

    def _left_out(self, before: Article, entry: Entry) -> Change:
        self._plan.recorded[before.id] = None
        now = self._reading.spool[entry.place]
        return Change("left out", before.id, now.title, entry.source, entry.source_id)

    def _with_links(self, article: Article, settled: Sequence[str]) -> Article:
        def resolve(target: str) -> str | None:
            found, ids_of = self._reading.addresses.resolve(target, article), settled
            if found is None:  # an article that was not read this time, as it is broken or of another source
                found, ids_of = self._others_there.resolve(target, article), [one.id for one in self._unread]
            if found is None:
                return None
            self._plan.links += 1
            return f"{ids_of[found[0]]}.md{found[1]}"

        return dataclasses.replace(article, body=rewritten(article.body, resolve))

    def _new(self, now: Article) -> Change:
        other = self._others.get(exact_key(now.title))
        filled = {name: getattr(other, name) for name in OF_PEOPLE if other and not getattr(now, name)}
        self._plan.recorded[now.id] = self._reading.spool.add(now)
        place = self._reading.spool.add(dataclasses.replace(now, **filled))
        return Change("new", now.id, now.title, now.source, now.source_id, place=place)

    def _met(self, now: Article, known: Known) -> Change:
        """Return the change of an article that is in the corpus."""
        mine = articles_room.read_article(known.path)
        place = self._before.get(known.id)
        before = None if place is None else self._reading.spool[place]
        merged = merge(before, now, mine)
        side = self._side or self._reading.sources[now.source].conflicts
        if merged.conflicts and side == "source":
            taken = {name: getattr(now, name) for name in merged.conflicts}
            merged = Merged(dataclasses.replace(merged.article, **taken))
        elif merged.conflicts and side == "mine":
            merged = Merged(merged.article)
        names = tuple(one.name for one in dataclasses.fields(Article))
        fields = tuple(name for name in names if getattr(merged.article, name) != getattr(mine, name))
        # The record of before stays while a conflict is open, so that the next import finds it again.
        settled = not merged.conflicts and before != now
        self._plan.recorded[known.id] = self._reading.spool.add(now) if settled else None
        moved = bool(known.source) and (known.source, known.source_id) != (now.source, now.source_id)
        own_fields = tuple(name for name in fields if name not in OF_SOURCE)
        kind: Kind = "conflict" if merged.conflicts else "moved" if moved else "changed" if own_fields else "same"
        return Change(
            kind=kind,
            id=known.id,
            title=merged.article.title,
            source=now.source,
            source_id=now.source_id,
            fields=merged.conflicts or own_fields,
            before=known.source_id if moved else "",
            place=self._reading.spool.add(merged.article) if fields else None,
            path=known.path,
        )

    def _is_gone(self, one: Known) -> bool:
        return one.source in self._reading.sources and one.source not in self._reading.incomplete

    def _gone(self, one: Known) -> Change:
        """Return the change of an article that its source has no more: removed if wanted, unless people edited it."""
        place = self._before.get(one.id)
        mine = articles_room.read_article(one.path)
        before = None if place is None else self._reading.spool[place]
        source = self._reading.sources[one.source]
        names = (name.name for name in dataclasses.fields(Article))
        edited = tuple(name for name in names if before is None or getattr(before, name) != getattr(mine, name))
        side = self._side or source.conflicts
        wanted = self._prune or source.prune
        if wanted and edited and side is None:
            self._plan.recorded[one.id] = None
            return Change("conflict", one.id, mine.title, one.source, one.source_id, fields=("gone", *edited))
        removed = wanted and (not edited or side == "source")
        kind: Kind = "removed" if removed else "gone"
        return Change(kind, one.id, mine.title, one.source, one.source_id, path=one.path if removed else None)


def _as_imported(one: Known) -> Imported:
    """Return an article of the corpus as links may name it."""
    article = Article(one.id, "", "", url=one.url, source=one.source, source_id=one.source_id, locale=one.locale)
    return Imported(article, one.path)


def _by_title(articles: Sequence[Article]) -> dict[str, Article]:
    """Return the articles by title, without those whose title another one has."""
    counts = Counter(exact_key(article.title) for article in articles)
    return {key: article for article in articles if counts[key := exact_key(article.title)] == 1}


def _clear(corpus: Path) -> None:
    """Remove what an import that was killed left unfinished."""
    for left in corpus.glob(f".{record.FILE_NAME}-*"):
        with contextlib.suppress(OSError):
            left.unlink()
    for folder in corpus.glob(f"{WRITING}*"):
        shutil.rmtree(folder, ignore_errors=True)


def apply(plan: Plan, reading: Reading, corpus: Path) -> None:
    """Write the articles of a plan, remove those that are to go, then write the record.

    A process that is killed on the way leaves whole articles and the record of before; the next sync ends the work.
    Raise `StorageError` if something cannot be written.
    """
    _clear(corpus)
    spool = reading.spool
    places = [(change.path, change.place) for change in plan.changes if change.place is not None]
    articles_room.write_files(((path, spool[place]) for path, place in places), corpus)
    removed = plan.of("removed")
    try:
        for change in removed:
            if change.path is not None:
                change.path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(corpus / FOLDER, error) from None
    gone = {change.id for change in removed}
    if any(place is not None for place in plan.recorded.values()) or gone:
        before = (article for article in record.read(corpus) if plan.recorded.get(article.id) is None)
        kept = {article.id: spool.add(article) for article in before if article.id not in gone}
        now = {**kept, **{key: place for key, place in plan.recorded.items() if place is not None}}
        record.write((spool[now[key]] for key in sorted(now)), corpus)
    file = corpus / lexicon.FILE_NAME
    if not file.exists():
        write_atomically(file, lexicon.EMPTY.read_text(encoding="utf-8"))
