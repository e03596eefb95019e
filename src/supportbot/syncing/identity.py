"""Which article of the corpus an imported one is: by source and source id, then by what moved, never by title alone."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from supportbot.content import articles as articles_room
from supportbot.content import platforms
from supportbot.content.articles import Article
from supportbot.errors import SourceError
from supportbot.syncing.reading import Entry, Reading, body_digest, text_digest
from supportbot.text.folding import exact_key


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept in memory of an article in the corpus. `text` is a digest of title and body, `body` of the body."""

    id: str
    path: Path
    source: str
    source_id: str
    title: str
    text: bytes
    body: bytes
    url: str
    locale: str

    @classmethod
    def of(cls, article: Article, path: Path) -> "Known":
        """Return what is kept of an article in the file `path`."""
        return cls(
            article.id,
            path,
            article.source,
            article.source_id,
            exact_key(article.title),
            text_digest(article),
            body_digest(article),
            article.url or "",
            article.locale,
        )


def known_articles(corpus: Path) -> list[Known]:
    """Return the articles of a corpus folder, drafts too; none for a folder without any.

    Raise `SourceError` for an invalid article and for an id used twice.
    """
    allowed = platforms.read(corpus)
    found: dict[str, Known] = {}
    for path in articles_room.article_files(corpus):
        known = Known.of(articles_room.read_article(path, allowed), path)
        if known.id in found:
            raise SourceError(path, f"id {known.id!r} is already used by {found[known.id].path}; ids must differ")
        found[known.id] = known
    return list(found.values())


def match(reading: Reading, known: Sequence[Known], before: Mapping[str, Known]) -> dict[int, Known]:
    """Return, by the number of an entry, the article of the corpus that it is; nothing for new ones.

    `before` has, by id, the articles as their sources last had them: people may have edited title and text since.
    In this order, and each article once:

    1. of several articles of one title in a source, those of the same text: only their order may tell them apart;
    2. within a source, those without ids of their own that changed places, as files that swapped their names;
    3. the same source and source id;
    4. an article without a source that has the id which the source gives;
    5. within a source, what is left on both sides with the same text, then with much the same text and the same title
       or the same id in another file, then with the same text but for the title: it moved;
    6. the same source id in another source of which at least half of the entries are the same: the source was renamed;
    7. an article without a source that has the same title, if no other has it.
    """
    entries = reading.entries

    def alike(entry: Entry, one: Known) -> bool:
        return _alike(reading.spool[entry.place].body, articles_room.read_article(one.path).body)

    matching = _Matching(entries, known)
    was = {one.id: before.get(one.id, one) for one in known}
    shared = Counter((entry.source, entry.title) for entry in entries)
    matching.by(
        lambda entry: (entry.source, entry.text) if shared[entry.source, entry.title] > 1 else None,
        lambda one: (one.source, was[one.id].text) if one.source else None,
    )
    matching.by(
        lambda entry: None if entry.has_own_id else (entry.source, entry.text),
        lambda one: (one.source, was[one.id].text) if one.source else None,
        _swapped(entries, known, was),
    )
    matching.by(
        lambda entry: (entry.source, entry.source_id), lambda one: (one.source, one.source_id) if one.source else None
    )
    matching.by(lambda entry: entry.id if entry.has_own_id else None, lambda one: None if one.source else one.id)
    matching.by(
        lambda entry: (entry.source, entry.text), lambda one: (one.source, was[one.id].text) if one.source else None
    )
    matching.by(
        lambda entry: (entry.source, entry.title),
        lambda one: (one.source, was[one.id].title) if one.source else None,
        alike,
    )
    matching.by(
        lambda entry: _record(entry.source, entry.source_id), lambda one: _record(one.source, one.source_id), alike
    )
    matching.by(
        lambda entry: (entry.source, entry.body), lambda one: (one.source, was[one.id].body) if one.source else None
    )
    renamed = _renamed(entries, list(was.values()), set(reading.sources))
    matching.by(
        lambda entry: (renamed.get(entry.source), entry.source_id),
        lambda one: (one.source, one.source_id) if one.source else None,
    )
    matching.by(lambda entry: entry.title, lambda one: None if one.source else one.title)
    return matching.found


class _Matching:
    def __init__(self, entries: Sequence[Entry], known: Sequence[Known]) -> None:
        self.found: dict[int, Known] = {}
        self._entries = dict(enumerate(entries))
        self._known = {one.id: one for one in known}

    def by(
        self,
        of_entry: Callable[[Entry], Hashable],
        of_known: Callable[[Known], Hashable],
        confirm: Callable[[Entry, Known], bool] = lambda entry, one: True,
    ) -> None:
        """Match what is left on both sides and has a key, not None, that no other has on its side."""
        holders: dict[Hashable, list[Known]] = defaultdict(list)
        for one in self._known.values():
            holders[of_known(one)].append(one)
        keys = {number: of_entry(entry) for number, entry in self._entries.items()}
        counts = Counter(keys.values())
        for number, key in keys.items():
            if key is None or counts[key] > 1 or len(same := holders.get(key, [])) != 1:
                continue
            if confirm(self._entries[number], same[0]):
                self.found[number] = same[0]
                del self._entries[number], self._known[same[0].id]


def _record(source: str, source_id: str) -> tuple[str, str] | None:
    """Return the source and the id that an article has within its file, which is one of several; None without."""
    _, mark, own = source_id.rpartition("#")
    return (source, own) if source and mark and own else None


def _swapped(
    entries: Sequence[Entry], known: Sequence[Known], was: Mapping[str, Known]
) -> Callable[[Entry, Known], bool]:
    """Return whether an entry and an article have each other's place: what was and what is there moved as well."""
    now = {(entry.source, entry.source_id): entry.text for entry in entries}
    then = {(one.source, one.source_id): was[one.id].text for one in known if one.source}
    texts_now, texts_then = set(now.values()), set(then.values())
    return lambda entry, one: (
        now.get((one.source, one.source_id)) in texts_then and then.get((entry.source, entry.source_id)) in texts_now
    )


def _alike(one: str, other: str) -> bool:
    """Return whether half of the lines of the shorter text stand in the other."""
    first, second = ({line.strip() for line in text.split("\n") if line.strip()} for text in (one, other))
    return 2 * len(first & second) >= min(len(first), len(second))


def _renamed(entries: Sequence[Entry], known: Sequence[Known], sources: set[str]) -> Mapping[str, str]:
    """Return, by the name of a source that the corpus does not know, that of the one which it continues."""
    there = {one.source for one in known}
    places: dict[tuple[str, bytes], str] = {}
    for one in known:
        if one.source and one.source not in sources:
            places[one.source_id, one.text] = one.source
    sizes = Counter(entry.source for entry in entries)
    same = Counter(
        (entry.source, places[entry.source_id, entry.text])
        for entry in entries
        if entry.source not in there and (entry.source_id, entry.text) in places
    )
    return {new: old for (new, old), count in same.items() if 2 * count >= sizes[new]}
