"""Build a version of the index. Only changed texts are embedded, and readers see the version once it is complete."""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from supportbot.content import platforms as platforms_room
from supportbot.content.articles import Article
from supportbot.content.files import locked, new_folder
from supportbot.content.lexicon import Lexicon
from supportbot.content.platforms import Platforms
from supportbot.embedding.encoder import Encoder, encode
from supportbot.errors import IndexUnusableError
from supportbot.index import arrays, boilerplate, chunking, cohort, layout, pieces, records, store
from supportbot.index.bm25 import BM25Index
from supportbot.index.chunking import Chunk
from supportbot.index.dense import DenseIndex
from supportbot.index.layout import Identity, Manifest
from supportbot.index.space import Space
from supportbot.index.store import Index, record_of_article
from supportbot.index.tokens import TokenIndex, TokenSpace
from supportbot.text import analyzer as analysis
from supportbot.text import scripts
from supportbot.text.analyzer import Analyzer
from supportbot.text.folding import exact_key

Progress = Callable[[int, int], None]
"""Called with what is done and the total."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        version: the name of the new version.
        texts: the number of chunks, titles, headings and questions.
        embedded: how many of them had to be embedded; the others kept their vectors.
        added, changed, removed: ids of articles, compared with the version before.

    >>> report = opening.prepare(settings, encoder=encoder, force=True)
    >>> report.version, report.added
    ('000001-fada8ccf', ('invite', 'withdraw'))
    """

    version: str
    articles: int
    chunks: int
    texts: int
    embedded: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def identity(encoder: Encoder, lexicon: Lexicon, corpus_digest: str) -> Identity:
    """Return the identity of an index that is built from these parts."""
    return Identity(
        schema=layout.SCHEMA,
        encoder=encoder.fingerprint,
        lexicon=lexicon.digest,
        cutting=chunking.VERSION * 1000 + analysis.VERSION,
        corpus=corpus_digest,
    )


def build(
    articles: Sequence[Article],
    folder: Path,
    *,
    corpus_digest: str,
    lexicon: Lexicon,
    analyzer: Analyzer,
    encoder: Encoder,
    out_of_scope: Sequence[str] = (),
    platforms: Platforms | None = None,
    on_progress: Progress = lambda done, total: None,
) -> BuildReport:
    """Index `articles` and the `out_of_scope` questions as a new version in `folder`, and make it the current one.

    `platforms` are those that headings may name, by default the general ones. `on_progress` gets the number of texts
    embedded so far and the number to embed. If the build fails or is killed, the version before still serves.
    Raise `StorageError` if files cannot be written.
    """
    with locked(folder / layout.LOCK):
        previous = _previous(folder)
        wanted = identity(encoder, lexicon, corpus_digest)
        content = _Content(articles, out_of_scope, analyzer, platforms or platforms_room.general())
        vectors = _embed(content, encoder, previous, on_progress)
        space = Space.fit(vectors.chunks, vectors.titles, content.title_articles, content.cohort, vectors.cohort)
        version = layout.next_version(folder, hashlib.sha256(repr(wanted).encode()).hexdigest())
        with new_folder(version) as staging:
            arrays.save(staging / "chunks.npy", vectors.chunks)
            arrays.save(
                staging / "questions.npy",
                np.concatenate([vectors.titles, vectors.headings, vectors.out_of_scope, vectors.cohort]),
            )
            space.save(staging / "space.npz")
            vectors.tokens.save(staging / "tokens")
            DenseIndex.build(space.chunks(vectors.chunks)).save(staging / "dense.faiss")
            DenseIndex.build(space.titles(vectors.titles)).save(staging / "titles.faiss")
            DenseIndex.build(space.titles(vectors.headings)).save(staging / "headings.faiss")
            DenseIndex.build(space.titles(vectors.out_of_scope)).save(staging / "out_of_scope.faiss")
            DenseIndex.build(space.cohort(vectors.cohort)).save(staging / "cohort.faiss")
            _write(staging, content, lexicon, analyzer)
            manifest = Manifest(
                identity=wanted,
                dimension=encoder.dimension,
                articles=len(articles),
                chunks=len(content.chunks),
                titles=len(content.titles),
                out_of_scope=len(content.out_of_scope),
                checksums=layout.checksums(staging),
            )
            manifest.write(staging)
        layout.switch(folder, version)
        before = previous.contents() if previous else {}
        now = Index(version, manifest).contents()
    return BuildReport(
        version=version.name,
        articles=len(articles),
        chunks=len(content.chunks),
        texts=len(content.chunks) + len(content.titles) + len(content.headings) + len(content.out_of_scope),
        embedded=vectors.embedded,
        added=tuple(sorted(now.keys() - before.keys())),
        changed=tuple(sorted(id for id in now.keys() & before.keys() if now[id] != before[id])),
        removed=tuple(sorted(before.keys() - now.keys())),
    )


def _previous(folder: Path) -> Index | None:
    """Return the version that serves now; None if it cannot be read."""
    try:
        return store.load(folder)
    except IndexUnusableError:
        return None


_SENTENCE_END = re.compile(r"[。！？!?\n]")
MOST_OF_SENTENCE = 60
"""How many characters of a first sentence are embedded; it shall tell the subject, as a question does."""


class _Content:
    """What is indexed: chunks, titles and out-of-scope questions, with the texts to embed and their keys, by row."""

    def __init__(
        self, articles: Sequence[Article], out_of_scope: Sequence[str], analyzer: Analyzer, platforms: Platforms
    ) -> None:
        self.articles = articles
        self.platforms = platforms
        self.chunks: list[Chunk] = []
        self.chunk_texts: list[str] = []
        self.chunk_ends: list[list[int]] = []
        self.titles: list[str] = []
        self.article_texts: list[str] = []
        self.headings: list[str] = []
        articles_of_chunks, articles_of_titles, articles_of_headings = [], [], []
        for row, article in enumerate(articles):
            chunks = chunking.split(article, platforms=platforms)
            self.article_texts.append(_whole(article, chunks))
            self.chunks += chunks
            self.chunk_texts += (analyzer.normalise(passage(article.title, chunk)) for chunk in chunks)
            self.chunk_ends += (_ends(article.title, chunk, analyzer) for chunk in chunks)
            articles_of_chunks += [row] * len(chunks)
            titles = dict.fromkeys(filter(None, map(analyzer.normalise, (article.title, *article.questions))))
            self.titles += titles
            articles_of_titles += [row] * len(titles)
            told = (heading for chunk in chunks for heading in _headings(article.title, chunk))
            headings = [text for text in dict.fromkeys(map(analyzer.normalise, told)) if text and text not in titles]
            self.headings += headings
            articles_of_headings += [row] * len(headings)
        self.chunk_articles = np.array(articles_of_chunks, np.int32)
        self.heading_articles = np.array(articles_of_headings, np.int32)
        self.title_articles = np.array(articles_of_titles, np.int32)
        # Each once by its normal form, which is what is embedded.
        self.out_of_scope = list(dict.fromkeys(map(analyzer.normalise, out_of_scope)))
        self.cohort = list(map(analyzer.normalise, cohort.questions()))
        # With where their pieces end: an unchanged text that is cut otherwise is embedded again.
        self.chunk_keys = _keys([f"{text}{ends}" for text, ends in zip(self.chunk_texts, self.chunk_ends, strict=True)])
        self.title_keys = _keys(self.titles)
        self.heading_keys = _keys(self.headings)
        self.outside_keys = _keys([*self.out_of_scope, *self.cohort])


def passage(title: str, chunk: Chunk) -> str:
    """Return the text to embed and search for a chunk: the article's title, the headings above it, and its text."""
    return "\n".join(filter(None, [_above(title, chunk), chunk.text]))


def _above(title: str, chunk: Chunk) -> str:
    return "\n".join(filter(None, [title, " ".join(chunk.heading_path)]))


def _ends(title: str, chunk: Chunk, analyzer: Analyzer) -> list[int]:
    """Return where title with headings, and each piece of the chunk, end in its normalised passage."""
    texts = [_above(title, chunk), *(piece.text for piece in pieces.cut(chunk))]
    return list(accumulate(len(analyzer.normalise(text)) + 1 for text in texts))


def _headings(title: str, chunk: Chunk) -> list[str]:
    """Return what a chunk tells of what it answers: the title with its heading, and its first sentence."""
    sentence = _SENTENCE_END.split(chunk.text, maxsplit=1)[0][:MOST_OF_SENTENCE]
    return [f"{title} {chunk.heading}".strip(), sentence]


def _whole(article: Article, chunks: Sequence[Chunk]) -> str:
    """Return title, questions, headings (each once) and text of an article."""
    headings = dict.fromkeys(heading for chunk in chunks for heading in chunk.heading_path)
    return "\n".join([article.title, *article.questions, *headings, *(chunk.text for chunk in chunks)])


def _keys(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return 63-bit keys, the head of SHA-256, by which the next build knows texts that are embedded already."""
    return np.array([int(hashlib.sha256(text.encode()).hexdigest()[:16], 16) >> 1 for text in texts], np.int64)


class _Vectors(NamedTuple):
    """Vectors by row, each of shape (n, dimension), and how many texts had to be embedded for them."""

    chunks: NDArray[np.float32]
    titles: NDArray[np.float32]
    headings: NDArray[np.float32]
    out_of_scope: NDArray[np.float32]
    cohort: NDArray[np.float32]
    tokens: TokenIndex
    embedded: int


def _embed(
    content: _Content, encoder: Encoder, previous: Index | None, on_progress: Callable[[int, int], None]
) -> _Vectors:
    """Return the vectors of all texts: those of the previous version where it has them, new ones for the rest.

    The cohort is not counted in `embedded`, as it is the same for every corpus.
    """
    listed = len(content.out_of_scope)
    cohort_keys = content.outside_keys[listed:]
    questions = dict(zip(content.title_keys.tolist(), content.titles, strict=True))
    questions |= zip(content.heading_keys.tolist(), content.headings, strict=True)
    questions |= zip(content.outside_keys[:listed].tolist(), content.out_of_scope, strict=True)
    texts = dict(zip(content.chunk_keys.tolist(), content.chunk_texts, strict=True))
    ends = dict(zip(content.chunk_keys.tolist(), content.chunk_ends, strict=True))
    known_questions: dict[int, NDArray[np.float32]] = {}
    known_texts: dict[int, _Passage] = {}
    usable = previous and previous.manifest.identity.encoder == encoder.fingerprint
    if previous and usable and np.array_equal(previous.outside_keys[previous.manifest.out_of_scope :], cohort_keys):
        parts = (previous.title_keys, previous.heading_keys, previous.outside_keys)
        keys = [key for part in parts for key in part.tolist()]
        known_questions = dict(zip(keys, previous.encoded_questions, strict=True))
        for row, key in enumerate(previous.chunk_keys.tolist()):
            known_texts[key] = _Passage(previous.encoded_chunks[row], *previous.tokens.of_chunk(row))
        space = previous.tokens.space
    else:
        encoded = encode(encoder, content.cohort)
        known_questions = {key: one.vector for key, one in zip(cohort_keys.tolist(), encoded, strict=True)}
        space = TokenSpace.fit(encoded)
    new_texts = [key for key in texts if key not in known_texts]
    new_questions = [key for key in questions if key not in known_questions]
    total = len(new_texts) + len(new_questions)
    on_progress(0, total)
    # A title is compared with questions as a question, not as a passage: it asks what the article answers.
    question_vectors = encoder.encode_queries([questions[key] for key in new_questions])
    known_questions |= zip(new_questions, question_vectors, strict=True)
    encodings = encode(
        encoder,
        [texts[key] for key in new_texts],
        documents=True,
        on_progress=lambda done: on_progress(len(new_questions) + done, total),
    )
    for key, one in zip(new_texts, encodings, strict=True):
        order = np.argsort(one.ends, kind="stable")
        places = np.searchsorted(ends[key], one.ends[order]).astype(np.uint16)
        known_texts[key] = _Passage(one.vector, one.token_ids[order], places, space.project(one)[order])
    passages = [known_texts[key] for key in content.chunk_keys.tolist()]

    def stacked(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        return np.array(vectors, np.float32).reshape(-1, encoder.dimension)

    outside = stacked([known_questions[key] for key in content.outside_keys.tolist()])
    return _Vectors(
        stacked([one.vector for one in passages]),
        stacked([known_questions[key] for key in content.title_keys.tolist()]),
        stacked([known_questions[key] for key in content.heading_keys.tolist()]),
        outside[:listed],
        outside[listed:],
        TokenIndex.build(
            space,
            [one.token_ids for one in passages],
            [one.pieces for one in passages],
            [one.tokens for one in passages],
        ),
        total,
    )


class _Passage(NamedTuple):
    """The vector of a chunk, and the ids, pieces and projected vectors of its tokens."""

    vector: NDArray[np.float32]
    token_ids: NDArray[np.int32]
    pieces: NDArray[np.uint16]
    tokens: NDArray[np.int8]


def _write(staging: Path, content: _Content, lexicon: Lexicon, analyzer: Analyzer) -> None:
    scripts_of = [scripts.detect(article.title + article.body) for article in content.articles]
    article_records = map(record_of_article, content.articles, scripts_of)
    article_offsets = records.write(staging / "articles.jsonl", article_records)
    chunk_offsets = records.write(staging / "chunks.jsonl", map(asdict, content.chunks))
    templated = boilerplate.templated(content.chunks)
    np.savez(
        staging / "rows.npz",
        article_offsets=article_offsets,
        chunk_offsets=chunk_offsets,
        chunk_articles=content.chunk_articles,
        chunk_roles=boilerplate.roles(content.articles, content.chunks, templated),
        chunk_templated=templated,
        chunk_platforms=np.array([chunk.platform or "" for chunk in content.chunks], np.str_),
        chunk_keys=content.chunk_keys,
        title_articles=content.title_articles,
        title_keys=content.title_keys,
        heading_articles=content.heading_articles,
        heading_keys=content.heading_keys,
        outside_keys=content.outside_keys,
    )
    BM25Index.build(map(analyzer.words, content.chunk_texts)).save(staging / "bm25_chunk")
    BM25Index.build(map(analyzer.words, content.article_texts)).save(staging / "bm25_article")
    BM25Index.build(map(analyzer.pinyin, content.article_texts)).save(staging / "pinyin")
    asked = [*content.titles, *content.out_of_scope]
    BM25Index.build(map(analyzer.char_ngrams, asked), k1=0).save(staging / "ngrams")
    rules: dict[str, dict[str, list[int]]] = {"pinned": {}, "titled": {}, "excluded": {}}
    for row, article in enumerate(content.articles):
        pinned = (*article.questions, *article.pinned)
        for kind, questions in (("pinned", pinned), ("titled", (article.title,)), ("excluded", article.excluded)):
            for key in dict.fromkeys(filter(None, map(exact_key, questions))):
                rules[kind].setdefault(key, []).append(row)
    for name, value in (("lexicon", asdict(lexicon)), ("platforms", asdict(content.platforms)), ("rules", rules)):
        (staging / f"{name}.json").write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
