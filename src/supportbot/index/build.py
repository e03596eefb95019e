"""Builds a version of the index: only what changed is embedded, and nothing is visible until all of it is there."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from supportbot.content import platforms as platforms_room
from supportbot.content.articles import Article
from supportbot.content.files import locked, new_folder
from supportbot.content.lexicon import Lexicon
from supportbot.content.platforms import Platforms
from supportbot.embedding.encoder import Encoder
from supportbot.errors import IndexUnusableError
from supportbot.index import chunking, layout, records, store
from supportbot.index.bm25 import BM25Index
from supportbot.index.chunking import Chunk
from supportbot.index.dense import DenseIndex, vector_ids
from supportbot.index.layout import Identity, Manifest
from supportbot.index.query_space import QuerySpace
from supportbot.index.store import Index, record_of_article
from supportbot.text import analyzer as analysis
from supportbot.text import scripts
from supportbot.text.analyzer import Analyzer
from supportbot.text.folding import exact_key

Progress = Callable[[int, int], None]
"""Called with what is done and the total."""

FLOOR_SAMPLE = 64


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: ids of the articles that came, changed and went, and counts.

    `embedded` of `texts` texts (chunks, titles, questions) had to be embedded; the rest kept their vectors.
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
    """What an index built now from these parts would be."""
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
    """Index `articles`, and the `out_of_scope` questions, as a new version in `folder` and make it the current one.

    `platforms` are those that headings may name, by default the general ones. `on_progress` gets how many texts are
    embedded and how many there are to embed. A build that fails or is killed leaves the version that served before.
    Raises `StorageError` when the disk does not take the files.
    """
    with locked(folder / layout.LOCK):
        previous = _previous(folder)
        wanted = identity(encoder, lexicon, corpus_digest)
        plan = _Plan(articles, out_of_scope, analyzer, platforms or platforms_room.general())
        vectors = _Vectors(encoder, previous if _same_texts(previous, wanted) else None, on_progress)
        dense, questions, outside = vectors.of(plan)
        space = QuerySpace.fit(questions, plan.title_articles)
        version = layout.next_version(folder, hashlib.sha256(repr(wanted).encode()).hexdigest())
        with new_folder(version) as staging:
            dense.save(staging / "dense.faiss")
            np.save(staging / "questions.npy", np.concatenate([questions, outside]))
            space.save(staging / "space.npz")
            _indexed(plan.title_ids, space.place(questions)).save(staging / "titles.faiss")
            _indexed(plan.out_of_scope_keys, space.place(outside)).save(staging / "out_of_scope.faiss")
            _write(staging, plan, lexicon, analyzer)
            manifest = Manifest(
                identity=wanted,
                dimension=encoder.dimension,
                articles=len(articles),
                chunks=len(plan.chunks),
                titles=len(plan.titles),
                out_of_scope=len(plan.out_of_scope),
                similarity_floor=_similarity_floor(plan, dense, questions, encoder),
                checksums=layout.checksums(staging),
            )
            manifest.write(staging)
        layout.switch(folder, version)
        before = previous.contents() if previous else {}
        now = Index(version, manifest).contents()
    return BuildReport(
        version=version.name,
        articles=len(articles),
        chunks=len(plan.chunks),
        texts=len(plan.chunks) + len(plan.titles) + len(plan.out_of_scope),
        embedded=vectors.embedded,
        added=tuple(sorted(now.keys() - before.keys())),
        changed=tuple(sorted(id for id in now.keys() & before.keys() if now[id] != before[id])),
        removed=tuple(sorted(before.keys() - now.keys())),
    )


def _previous(folder: Path) -> Index | None:
    """The version that serves now, if it can be read at all."""
    try:
        return store.load(folder)
    except IndexUnusableError:
        return None


def _same_texts(previous: Index | None, wanted: Identity) -> bool:
    """Whether the previous version's vectors are of the same model, and so can be kept."""
    return previous is not None and previous.manifest.identity.encoder == wanted.encoder


class _Plan:
    """What is to be indexed: chunks, titles and out-of-scope questions with their ids and the texts to embed."""

    def __init__(
        self, articles: Sequence[Article], out_of_scope: Sequence[str], analyzer: Analyzer, platforms: Platforms
    ) -> None:
        self.articles = articles
        self.platforms = platforms
        self.chunks: list[Chunk] = []
        self.texts: list[str] = []
        self.titles: list[str] = []
        self.article_texts: list[str] = []
        articles_of_chunks, articles_of_titles = [], []
        for row, article in enumerate(articles):
            chunks = chunking.split(article, platforms=platforms)
            self.article_texts.append(_whole(article, chunks))
            for chunk in chunks:
                self.chunks.append(chunk)
                self.texts.append(analyzer.normalise(passage(article.title, chunk)))
                articles_of_chunks.append(row)
            for title in dict.fromkeys(filter(None, _titles(article, analyzer))):
                self.titles.append(title)
                articles_of_titles.append(row)
        self.chunk_articles = np.array(articles_of_chunks, np.int32)
        self.title_articles = np.array(articles_of_titles, np.int32)
        self.chunk_ids = vector_ids([chunk.id for chunk in self.chunks])
        self.embedded = text_keys(self.texts)
        named = (f"{articles[row].id}\0{title}" for row, title in zip(articles_of_titles, self.titles, strict=True))
        self.title_ids = text_keys(named)
        self.title_keys = text_keys(self.titles)
        # By their normal form: two that share it are one question, and would be one id.
        self.out_of_scope = {analyzer.normalise(question): question for question in out_of_scope}
        self.out_of_scope_keys = text_keys(list(self.out_of_scope))


def passage(title: str, chunk: Chunk) -> str:
    """What is embedded and searched for a chunk: the article's title, the headings above it, and its text."""
    return "\n".join(filter(None, [title, " ".join(chunk.heading_path), chunk.text]))


def _whole(article: Article, chunks: Sequence[Chunk]) -> str:
    """All that an article says and is asked, each heading once."""
    headings = dict.fromkeys(heading for chunk in chunks for heading in chunk.heading_path)
    return "\n".join([article.title, *article.questions, *headings, *(chunk.text for chunk in chunks)])


def _titles(article: Article, analyzer: Analyzer) -> Iterator[str]:
    """The texts that ask what the article answers: title, alternative questions, the questions in its headings."""
    for text in (article.title, *article.questions):
        yield analyzer.normalise(text)


def text_keys(texts: "Sequence[str] | Iterator[str]") -> NDArray[np.int64]:
    """63-bit keys of texts, by which a text that was embedded before is known again."""
    return vector_ids([hashlib.sha256(text.encode("utf-8")).hexdigest()[:16] for text in texts])


class _Vectors:
    """Vectors for a plan: those of the previous version where the text is the same, new ones elsewhere."""

    def __init__(self, encoder: Encoder, previous: Index | None, on_progress: Progress) -> None:
        self._encoder = encoder
        self._previous = previous
        self._on_progress = on_progress
        self.embedded = 0

    def of(self, plan: _Plan) -> tuple[DenseIndex, NDArray[np.float32], NDArray[np.float32]]:
        """The vector index of chunks, and the vectors of titles and of out-of-scope questions, shape (n, dimension)."""
        previous = self._previous
        texts = dict(zip(plan.embedded.tolist(), plan.texts, strict=True))
        questions = dict(zip(plan.title_keys.tolist(), plan.titles, strict=True))
        questions |= zip(plan.out_of_scope_keys.tolist(), plan.out_of_scope, strict=True)
        known_texts: dict[int, NDArray[np.float32]] = {}
        known_questions: dict[int, NDArray[np.float32]] = {}
        if previous:  # the keys are in the order in which the vectors were added
            known_texts = dict(zip(previous.embedded.tolist(), previous.dense.vectors, strict=True))
            keys = [*previous.title_keys.tolist(), *previous.out_of_scope.ids.tolist()]
            known_questions = dict(zip(keys, previous.encoded_questions, strict=True))
        new_texts = [key for key in texts if key not in known_texts]
        new_questions = [key for key in questions if key not in known_questions]
        self.embedded = len(new_texts) + len(new_questions)
        self._on_progress(0, self.embedded)
        # A title is compared with questions as a question, not as a passage: it asks what the article answers.
        fresh_questions = self._encoder.encode_queries([questions[key] for key in new_questions])
        known_questions |= zip(new_questions, fresh_questions, strict=True)
        fresh = self._encoder.encode_documents(
            [texts[key] for key in new_texts],
            on_progress=lambda done: self._on_progress(len(new_questions) + done, self.embedded),
        )
        known_texts |= zip(new_texts, fresh, strict=True)
        return (
            _indexed(plan.chunk_ids, self._stacked(plan.embedded, known_texts)),
            self._stacked(plan.title_keys, known_questions),
            self._stacked(plan.out_of_scope_keys, known_questions),
        )

    def _stacked(self, keys: NDArray[np.int64], known: dict[int, NDArray[np.float32]]) -> NDArray[np.float32]:
        return np.array([known[key] for key in keys.tolist()], np.float32).reshape(-1, self._encoder.dimension)


def _indexed(ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> DenseIndex:
    index = DenseIndex(vectors.shape[1])
    index.add(ids, vectors)
    return index


def _similarity_floor(plan: _Plan, dense: DenseIndex, titles: NDArray[np.float32], encoder: Encoder) -> float:
    """The similarity of a question and a chunk that have nothing to do with each other: where a model's scale begins.

    Models differ: unrelated texts score 0.1 with one and 0.8 with another. Measured as the first percentile over the
    pairs of `FLOOR_SAMPLE` titles (chunks, where there are no titles) taken as questions, and as many chunks.
    """
    if not len(dense):
        return 0.0
    questions = titles[_spread(len(titles))]
    if not len(questions):
        questions = encoder.encode_queries([plan.texts[row] for row in _spread(len(plan.texts))])
    similarities = questions @ dense.vectors[_spread(len(dense))].T
    return float(np.clip(np.percentile(similarities, 1), 0.0, 0.95))


def _spread(count: int) -> NDArray[np.int64]:
    """Up to `FLOOR_SAMPLE` places spread evenly over `count`."""
    return np.linspace(0, count - 1, min(FLOOR_SAMPLE, count)).astype(np.int64)


def _write(staging: Path, plan: _Plan, lexicon: Lexicon, analyzer: Analyzer) -> None:
    scripts_of = [scripts.detect(article.title + article.body) for article in plan.articles]
    article_records = map(record_of_article, plan.articles, scripts_of)
    article_offsets = records.write(staging / "articles.jsonl", article_records)
    chunk_offsets = records.write(staging / "chunks.jsonl", map(asdict, plan.chunks))
    np.savez(
        staging / "rows.npz",
        article_offsets=article_offsets,
        chunk_offsets=chunk_offsets,
        chunk_articles=plan.chunk_articles,
        chunk_platforms=np.array([chunk.platform or "" for chunk in plan.chunks], np.str_),
        chunk_ids=plan.chunk_ids,
        embedded=plan.embedded,
        title_ids=plan.title_ids,
        title_keys=plan.title_keys,
        title_articles=plan.title_articles,
    )
    BM25Index.build(map(analyzer.words, plan.texts)).save(staging / "bm25_chunk")
    BM25Index.build(map(analyzer.words, plan.article_texts)).save(staging / "bm25_article")
    BM25Index.build(map(analyzer.pinyin, plan.article_texts)).save(staging / "pinyin")
    listed = [*plan.titles, *plan.out_of_scope]
    BM25Index.build(map(analyzer.char_ngrams, listed), k1=0).save(staging / "ngrams")
    out_of_scope = list(plan.out_of_scope.values())
    (staging / "out_of_scope.json").write_text(json.dumps(out_of_scope, ensure_ascii=False), encoding="utf-8")
    (staging / "lexicon.json").write_text(json.dumps(asdict(lexicon), ensure_ascii=False), encoding="utf-8")
    (staging / "platforms.json").write_text(json.dumps(asdict(plan.platforms), ensure_ascii=False), encoding="utf-8")
    rules: dict[str, dict[str, list[int]]] = {"pinned": {}, "excluded": {}}
    for row, article in enumerate(plan.articles):
        pinned = (article.title, *article.questions, *article.pinned)
        for kind, questions in (("pinned", pinned), ("excluded", article.excluded)):
            for key in dict.fromkeys(filter(None, map(exact_key, questions))):
                rules[kind].setdefault(key, []).append(row)
    (staging / "rules.json").write_text(json.dumps(rules, ensure_ascii=False), encoding="utf-8")
