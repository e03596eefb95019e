"""Read sources into a `Reading`: every article once, and what has to be told of them."""

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from supportbot.content.articles import FOLDER, Article
from supportbot.errors import InputError, SourceError
from supportbot.importers import Found, Imported, Problem, stream
from supportbot.importers.web import PageCache, read_url
from supportbot.syncing.fidelity import StepReport
from supportbot.syncing.links import Addresses, without_targets
from supportbot.syncing.sources import Source
from supportbot.syncing.spool import Spool
from supportbot.text.folding import clean, exact_key

MOST_PROBLEMS = 1000
"""So many problems are kept; the others are counted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept in memory of an article that was read; `Reading.spool` has the article itself at `place`.

    `source_id` tells it from the other articles of its source. `text` is a digest of title and body, `body` of the
    body alone.
    """

    place: int
    source: str
    source_id: str
    id: str
    has_own_id: bool
    title: str
    text: bytes
    body: bytes
    path: Path
    line: int | None


@dataclass(slots=True)
class Reading:
    """The articles of several sources, and what has to be told of them.

    Attributes:
        sources: the names of the sources that were read.
        incomplete: the names of those of which something could not be read: nothing counts as gone there.
        broken: what could not be read; `broken_of` has it by the name of the source.
        notes: what was skipped, not carried or ambiguous; `more_notes` counts those beyond the first thousand.
        locales: how many articles there are in each language, and how many of a language that was not wanted.
    """

    spool: Spool
    entries: list[Entry] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    incomplete: set[str] = field(default_factory=set)
    broken: list[Problem] = field(default_factory=list)
    broken_of: dict[str, list[Problem]] = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)
    more_notes: int = 0
    steps: StepReport = field(default_factory=StepReport)
    addresses: Addresses = field(default_factory=Addresses)
    locales: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    def tell(self, problem: Problem) -> None:
        """Keep a problem."""
        if problem.broken:
            self.broken.append(problem)
        elif len(self.notes) < MOST_PROBLEMS:
            self.notes.append(problem)
        else:
            self.more_notes += 1


def pages_of(corpus: Path) -> Path:
    """Return the folder that remembers fetched pages."""
    return corpus / ".pages"


def read(sources: Sequence[Source], spool: Spool, *, pages: Path) -> Reading:
    """Read all sources. What cannot be read stands in `broken`. `pages` is the folder that remembers fetched pages."""
    reading = Reading(spool)
    seen: dict[tuple[str, str], bytes] = {}
    texts: dict[bytes, tuple[str, str]] = {}
    for source in sources:
        reading.sources[source.name] = source
        before, held = len(reading.broken), len(reading.entries)
        for one in _found(source, pages):
            if isinstance(one, Problem):
                reading.tell(one)
            else:
                _take(one, source, reading, seen, texts)
        reading.broken_of[source.name] = reading.broken[before:]
        # Nothing at all is more likely a mistake than a help centre that was given up: do not take it for gone.
        if len(reading.broken) > before or len(reading.entries) == held:
            reading.incomplete.add(source.name)
    return reading


def _found(source: Source, pages: Path) -> Iterator[Found]:
    try:
        if isinstance(source.place, Path):
            _refuse_corpus(source.place, pages.parent)
            yield from stream(source.place, source.options)
        else:
            yield from read_url(source.place, source.options, PageCache(pages), allow_private=source.private)
    except SourceError as error:
        yield Problem(error.path, error.message, error.line, broken=True)


def _refuse_corpus(place: Path, corpus: Path) -> None:
    """Raise `SourceError` for a source that holds articles of the corpus: each import would double them."""
    source, articles = place.resolve(), (corpus / FOLDER).resolve()
    if articles.is_relative_to(source) or source.is_relative_to(articles):
        raise SourceError(place, f"holds the articles of the corpus {corpus}; take a folder that does not")


def _take(
    one: Imported,
    source: Source,
    reading: Reading,
    seen: dict[tuple[str, str], bytes],
    texts: dict[bytes, tuple[str, str]],
) -> None:
    """Add an article to the reading, unless it is there already or in a language that is not wanted."""
    article = one.article
    if not source.takes(article.locale):
        reading.left_out[article.locale.lower()] += 1
        return
    own = article.source_id
    source_id = clean(own) or exact_key(article.title) or article.id
    article = replace(article, source=source.name, source_id=source_id, category=article.category or source.category)
    whole = hashlib.sha256(repr(article).encode("utf-8", "surrogatepass")).digest()
    if whole in seen.values() and seen.get((source.name, source_id)) == whole:
        return
    if (source.name, source_id) in seen:
        article = replace(article, source_id=_another(article, seen))
        what = f"the id {own!r:.60}" if own else f"the title {article.title!r:.60}"
        reading.tell(Problem(one.path, f"{what} is used twice with different texts; both are kept", one.line))
    seen[source.name, article.source_id] = whole
    text = text_digest(article)
    if (same := texts.setdefault(text, (source.name, article.source_id)))[0] != source.name:
        message = f"{article.title!r:.60} is the same article as {same[1]!r:.80} of {same[0]!r:.60}; kept once"
        reading.tell(Problem(one.path, message, one.line))
        return
    reading.locales[article.locale.lower()] += 1
    reading.steps.add(one)
    reading.addresses.add(len(reading.entries), replace(one, article=article))
    reading.entries.append(
        Entry(
            place=reading.spool.add(article),
            source=source.name,
            source_id=article.source_id,
            id=article.id,
            has_own_id=one.has_own_id,
            title=exact_key(article.title),
            text=text,
            body=body_digest(article),
            path=one.path,
            line=one.line,
        )
    )


def _another(article: Article, seen: dict[tuple[str, str], bytes]) -> str:
    """Return an id within the source that no other article has: by its category, else by a number."""
    by_category = [f"{article.source_id} ({article.category})"] if article.category else []
    numbered = (f"{article.source_id} #{number}" for number in itertools.count(2))
    return next(one for one in itertools.chain(by_category, numbered) if (article.source, one) not in seen)


def text_digest(article: Article) -> bytes:
    """Return a digest of an article's title and body, the same before and after its links lead to articles."""
    return hashlib.sha256(
        f"{article.title}\0{without_targets(article.body)}".encode("utf-8", "surrogatepass")
    ).digest()[:16]


def body_digest(article: Article) -> bytes:
    """Return a digest of an article's body, like `text_digest`."""
    return text_digest(replace(article, title=""))


def refuse_broken(reading: Reading) -> None:
    """Raise `InputError` if something could not be read: one fault as it is, several by their number."""
    if not reading.broken:
        return
    first = reading.broken[0]
    if len(reading.broken) == 1:
        raise SourceError(first.path, f"{first.message}; nothing was written", line=first.line)
    raise InputError(
        f"{len(reading.broken)} articles or files cannot be read (the first: {first}); nothing was written; "
        "--skip-broken imports the rest"
    )
