"""Measure speed as ratios to yardsticks that are measured in the same run, because machines differ and drift.

The yardsticks are encoding a question alone, sentence-transformers in full precision, FAISS and bm25s alone, and a
full build. Needs the extra `bench` (bm25s).
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from supportbot.answering.bot import SupportBot
from supportbot.content.articles import Article
from supportbot.content.lexicon import Lexicon
from supportbot.embedding import encoder as embedding
from supportbot.embedding.encoder import Encoder
from supportbot.errors import SettingsError
from supportbot.index import store
from supportbot.index.bm25 import best_rows
from supportbot.index.build import build
from supportbot.serving.opening import Report, load_encoder, open_bot, prepare
from supportbot.settings import Settings
from supportbot.text.analyzer import Analyzer

ROUNDS = 5
"""How often each call is timed; the median is used."""

CHUNKS_PER_ARTICLE = 5
WORDS_PER_CHUNK = 60


@dataclass(frozen=True, slots=True)
class Result:
    """A figure and its yardstick, both in `unit`; `most` is the limit of the ratio, or of a figure without one.

    >>> Result("warm answer", 6.0, "ms", "encoding alone", 5.0, most=1.3).ratio
    1.2
    """

    name: str
    value: float
    unit: str
    yardstick: str = ""
    yardstick_value: float = 0.0
    most: float | None = None

    @property
    def ratio(self) -> float | None:
        """Return the figure divided by its yardstick; None without one."""
        return self.value / self.yardstick_value if self.yardstick_value else None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {**asdict(self), "ratio": self.ratio}

    def line(self) -> str:
        """Return one line of text."""
        shown = f"{self.name:<46} {self.value:10.2f} {self.unit}"
        if self.ratio is not None:
            shown += f"   / {self.yardstick} {self.yardstick_value:.2f} = {self.ratio:.3f}"
        if self.most is not None:
            shown += f"   (at most {self.most:g}{'' if self.ratio is not None else ' ' + self.unit})"
        return shown


def run(settings: Settings, sizes: Sequence[int], report: Report) -> list[Result]:
    """Measure everything, which takes minutes; search among each of `sizes` chunks.

    Call `report` with a line when a part starts. Raise `SettingsError` if bm25s is not installed.
    """
    try:
        import bm25s  # noqa: F401
    except ImportError:
        raise SettingsError("bench needs bm25s: pip install 'supportbot[bench]'") from None
    bot = open_bot(settings, report=report)
    questions = _questions(bot)
    bot.warm_up()
    report("starting from cold")
    results = list(_cold(settings))
    report("encoding a question")
    results += _encoding(settings, questions, report)
    report("answering")
    results.append(_answering(f"warm answer, {len(bot.index)} chunks", bot, questions, most=1.3))
    report("rebuilding")
    results.append(_rebuilding(settings, report))
    for size in sizes:
        report(f"searching {size} chunks")
        with tempfile.TemporaryDirectory() as folder:
            large = _synthetic_bot(bot, settings.cache / "jieba", size, Path(folder))
            if size == 10_000:
                results.append(_answering(f"warm answer, {size} chunks", large, questions, most=1.6))
            results += _searching(large, questions, size)
    return results


def _questions(bot: SupportBot) -> list[str]:
    """Return titles and alternative questions of the corpus: texts as long as customers' questions."""
    return [question for article in bot.index.articles() for question in (article.title, *article.questions)][:60]


def _median_ms(calls: Sequence[Callable[[], object]]) -> list[float]:
    """Return the median time of each call in ms. The calls take turns, so that drift affects all alike."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for call, taken in zip(calls, times, strict=True):
            started = time.perf_counter()
            call()
            taken.append((time.perf_counter() - started) * 1000)
    return [statistics.median(taken) for taken in times]


def _encoding(settings: Settings, questions: Sequence[str], report: Report) -> Iterator[Result]:
    threads = settings.threads or os.cpu_count() or 1
    ours = load_encoder(settings)
    full = embedding.load(settings.model, runtime="torch", cache_folder=settings.cache, threads=threads, report=report)

    def encode(encoder: Encoder) -> Callable[[], object]:
        return lambda: [encoder.encode_queries([question]) for question in questions]

    for encoder in (ours, full):
        encode(encoder)()
    fast, slow = _median_ms([encode(ours), encode(full)])
    count = len(questions)
    name = f"encoding a question, {threads} threads"
    yield Result(name, fast / count, "ms", "sentence-transformers fp32", slow / count, 0.35)


def _answering(name: str, bot: SupportBot, questions: Sequence[str], most: float) -> Result:
    """Compare whole answers with the encoding alone, question by question in turn."""
    encoder, normalise = bot.encoder, bot.analyzer.normalise
    texts = [normalise(question) for question in questions]
    for question in questions:
        bot.ask(question)
    pairs = [
        _median_ms([lambda q=question: bot.ask(q), lambda t=text: encoder.encode_queries([t])])  # type: ignore[misc]
        for question, text in zip(questions, texts, strict=True)
    ]
    whole, bare = (statistics.mean(column) for column in zip(*pairs, strict=True))
    return Result(name, whole, "ms", "bare encoding", bare, most)


def _searching(bot: SupportBot, questions: Sequence[str], size: int) -> Iterator[Result]:
    """Compare our index, and the whole retrieval, with FAISS and bm25s alone.

    The index does the same as they do: find the ten nearest chunks by vector and by words, for a question that is
    already encoded and split into words. The whole retrieval also splits the question, searches the other channels,
    fuses the scores and reads the articles from disk.
    """
    import bm25s
    import faiss

    index = bot.index
    flat = faiss.IndexFlatIP(index.manifest.dimension)
    flat.add(index.dense.vectors)
    raw = bm25s.BM25(method="lucene")
    raw.index([_words(index.chunk(row).text) for row in range(len(index))], show_progress=False)
    encodings = [bot.retriever.query(question).encoding for question in questions]
    words = [list(dict.fromkeys(bot.analyzer.words(question))) for question in questions]
    weights = [{word: bot.analyzer.weight(word) for word in cut} for cut in words]
    k = min(10, len(index))

    def ours() -> None:
        for encoding, weighted in zip(encodings, weights, strict=True):
            index.dense.search(encoding.vector, k)
            best_rows(index.chunk_words.scores(weighted), k)

    def whole() -> None:
        for question, encoding in zip(questions, encodings, strict=True):
            bot.retriever.search(question, encoding=encoding)

    def theirs() -> None:
        for encoding, cut in zip(encodings, words, strict=True):
            flat.search(encoding.vector[None], k)
            raw.retrieve([cut], k=k, show_progress=False)

    for call in (ours, whole, theirs):
        call()
    same, all_of_it, raw_both = (taken / len(questions) for taken in _median_ms([ours, whole, theirs]))
    yield Result(f"search by vector and words, {size} chunks", same, "ms", "raw FAISS + raw bm25s", raw_both, 1.5)
    yield Result(f"whole retrieval, {size} chunks", all_of_it, "ms", "raw FAISS + raw bm25s", raw_both)


def _rebuilding(settings: Settings, report: Report) -> Result:
    encoder = load_encoder(settings, report)
    with tempfile.TemporaryDirectory() as folder:
        apart = settings.model_copy(update={"index": Path(folder) / "index"})
        started = time.perf_counter()
        prepare(apart, encoder=encoder)
        full = time.perf_counter() - started
        (again,) = _median_ms([lambda: prepare(apart, encoder=encoder)])
    return Result("rebuild with nothing changed", again / 1000, "s", "full build", full, 0.05)


def _cold(settings: Settings) -> Iterator[Result]:
    """Time whole processes: help, and one answer with its stages and its peak memory."""
    command = [sys.executable, "-m", "supportbot"]
    environment = {**os.environ, **settings.as_environment()}

    def process(*arguments: str) -> Callable[[], subprocess.CompletedProcess[str]]:
        return lambda: subprocess.run(arguments, env=environment, check=True, capture_output=True, text=True)  # noqa: S603

    helped, asked = _median_ms([process(*command, "--help"), process(*command, "ask", "怎麼聯絡客服")])
    yield Result("supportbot --help, cold", helped / 1000, "s", most=0.5)
    yield Result("supportbot ask, cold", asked / 1000, "s", most=2.0)
    *stages, memory = process(sys.executable, "-c", _STAGES)().stdout.splitlines()
    for line in stages:
        stage, seconds = line.split("\t")
        yield Result(f"  of it {stage}", float(seconds), "s")
    yield Result("answering, peak memory", float(memory), "MB", most=400)


# What `supportbot ask` does, stage by stage: a line `stage<tab>seconds` each, then the peak memory in MB.
_STAGES = """
import resource, time
started = time.perf_counter()
def stage(name):
    global started
    print(name, time.perf_counter() - started, sep="\\t")
    started = time.perf_counter()
import faiss, numpy, onnxruntime, opencc, tokenizers
from supportbot import open_bot
stage("imports")
bot = open_bot()
stage("index")
bot.analyzer.warm_up()
stage("jieba")
bot.warm_up()
stage("model")
bot.ask("怎麼聯絡客服")
stage("answer")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def _synthetic_bot(bot: SupportBot, cache: Path, size: int, folder: Path) -> SupportBot:
    """Return a bot on `size` chunks of random words and vectors, with the real model and real words for questions."""
    random_ = random.Random(size)  # noqa: S311
    vocabulary = sorted(
        {word for row in range(len(bot.index)) for word in bot.analyzer.words(bot.index.chunk(row).text)}
    )
    frequency = [1 / (rank + 1) for rank in range(len(vocabulary))]
    random_.shuffle(vocabulary)

    def article(number: int, chunks: int) -> Article:
        drawn = (random_.choices(vocabulary, frequency, k=WORDS_PER_CHUNK) for _ in range(chunks))
        body = "".join(f"## {number}-{part}\n\n{' '.join(words)}\n\n" for part, words in enumerate(drawn))
        return Article(id=f"synthetic-{number}", title=f"{random_.choice(vocabulary)} {number}", body=body)

    counts = [min(CHUNKS_PER_ARTICLE, size - start) for start in range(0, size, CHUNKS_PER_ARTICLE)]
    build(
        [article(number, count) for number, count in enumerate(counts)],
        folder,
        corpus_digest=f"{size:08x}",
        lexicon=Lexicon(),
        analyzer=_ReadyCut(cache_folder=cache),
        encoder=_RandomEncoder(bot.index.manifest.dimension),
    )
    return bot.on(store.load(folder))


class _ReadyCut(Analyzer):
    """Splits synthetic text, whose words are cut and folded already, at its spaces: jieba would take a minute."""

    def normalise(self, text: str) -> str:
        return text

    def words(self, text: str) -> list[str]:
        return _words(text)


def _words(text: str) -> list[str]:
    return text.split()


class _RandomEncoder:
    """Returns random unit vectors: the cost of a search does not depend on their meaning."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._random = np.random.default_rng(0)

    @property
    def fingerprint(self) -> str:
        return "random"

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_documents(texts)

    def encode_documents(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        vectors = self._random.standard_normal((len(texts), self.dimension)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors
