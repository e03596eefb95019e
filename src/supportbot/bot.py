"""The bot: `SupportBot.ask` is the one sentence of the product.

`prepare` brings the index up to date with the corpus, `SupportBot` answers from it. The command line, the service and
the evaluation all go through here.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from supportbot import articles, embedding, lexicon, tuning, unanswered
from supportbot import index as index_room
from supportbot.answers import CANDIDATES, Answer, Candidate, compose, refuse
from supportbot.articles import Platform
from supportbot.confidence import calibration, confidence
from supportbot.embedding import Encoder
from supportbot.errors import IndexUnusableError, InputError, QuestionError, StorageError, SupportBotError
from supportbot.index import Index
from supportbot.index.build import BuildReport, build, identity
from supportbot.lexicon import Lexicon
from supportbot.messages import message
from supportbot.retrieval import Hit, Retrieval, Retriever
from supportbot.text import scripts
from supportbot.text.folding import clean

if TYPE_CHECKING:
    from supportbot.settings import Settings

MAX_QUESTION_CHARACTERS = 2000

Report = Callable[[str], None]
Progress = Callable[[int, int], None]


def _silent(line: str) -> None:
    pass


def _no_progress(done: int, total: int) -> None:
    pass


class SupportBot:
    """Answers questions from a loaded index."""

    def __init__(self, index: Index, encoder: Encoder, settings: "Settings") -> None:
        self.index = index
        self.settings = settings
        self.analyzer = index.lexicon.analyzer(settings.cache / "jieba")
        self.encoder = encoder
        self.tuning = tuning.choose(
            settings.tuning, settings.corpus, model=settings.model, lexicon=index.lexicon.digest
        )
        self.retriever = Retriever(index, self.analyzer, encoder, self.tuning.weights)

    def warm_up(self) -> None:
        """Load model and dictionary now instead of in the first question (side by side they take longer: measured)."""
        self.analyzer.warm_up()
        self.encoder.encode_queries(["暖機"])

    def ask(self, question: str, *, category: str | None = None, platform: Platform | None = None) -> Answer:
        """The answer to `question`: the best article's own content, or a refusal with the nearest articles.

        `category` and `platform` narrow where it is looked for. Raises `QuestionError` for an empty or overlong one.
        """
        text = check_question(question)
        script = scripts.detect(text)
        retrieval = self.search(text, category=category, platform=platform)
        started = time.perf_counter()
        hits = retrieval.hits
        certainty = confidence(retrieval, self.tuning)
        answer = Answer(
            outcome="decline",
            confidence=certainty,
            text=refuse(script),
            script=script,
            index_version=self.index.version,
            candidates=self._candidates(hits, script),
        )
        if hits and certainty >= self._threshold(retrieval, self.settings.answer_precision):
            answer = self._answer(text, hits, certainty, script, platform)
        return _timed(answer, retrieval, time.perf_counter() - started)

    def unanswerable(self, question: str) -> Answer:
        """What to say to a question that `ask` would refuse with `QuestionError`, in the asker's script."""
        text = clean(question)
        script = scripts.detect(text)
        said = (
            message("long_question", script, length=len(text), limit=MAX_QUESTION_CHARACTERS)
            if text
            else message("empty_question", "hant")
        )
        return Answer("decline", 0.0, said, script, self.index.version)

    def search(
        self,
        question: str,
        *,
        limit: int = CANDIDATES,
        mode: str = "hybrid",
        category: str | None = None,
        platform: Platform | None = None,
    ) -> Retrieval:
        """The ranked articles for `question`: what `ask` answers from. Raises like `ask` and `Retriever.search`."""
        text = check_question(question)
        return self.retriever.search(text, limit=limit, mode=mode, category=category, platform=platform)

    def url(self, hit: Hit) -> str:
        """The link of a hit's article: its own, else the one that the settings form from its id."""
        return hit.article.url or self.settings.article_url.replace("{id}", hit.article.id)

    def _threshold(self, retrieval: Retrieval, precision: float) -> float:
        """The confidence from which answers reach `precision`."""
        return calibration(retrieval, self.tuning).threshold(precision)

    def _answer(
        self, question: str, hits: Sequence[Hit], certainty: float, script: scripts.Script, platform: Platform | None
    ) -> Answer:
        hit = hits[0]
        text, steps, notes, source = compose(
            question,
            hit.article,
            [self.index.chunk(row) for row in self.index.chunk_rows(hit.article_row)],
            [(self.index.chunk(row), near) for row, near in hit.chunks],
            article_script=self.index.article_script(hit.article_row),
            script=script,
            platform=platform,
            url=self.url(hit),
        )
        return Answer(
            outcome="answer",
            confidence=certainty,
            text=text,
            script=script,
            index_version=self.index.version,
            steps=steps,
            notes=notes,
            sources=(source,),
            candidates=self._candidates(hits, script),
        )

    def _candidates(self, hits: Sequence[Hit], script: scripts.Script) -> tuple[Candidate, ...]:
        def title(hit: Hit) -> str:
            return scripts.convert(hit.article.title, source=self.index.article_script(hit.article_row), target=script)

        return tuple(Candidate(hit.article.id, title(hit), hit.score) for hit in hits)


def check_question(question: str) -> str:
    """The question cleaned of what cannot be read. Raises `QuestionError` when it is empty or too long."""
    text = clean(question)
    if not text:
        raise QuestionError("the question is empty; expected a line of text")
    if len(text) > MAX_QUESTION_CHARACTERS:
        raise QuestionError(f"the question has {len(text)} characters; expected at most {MAX_QUESTION_CHARACTERS}")
    return text


def load_encoder(settings: "Settings", report: Report = _silent) -> Encoder:
    """The encoder that the settings name; prepares the model first when that has not been done.

    `report` gets each of `embedding.parts` as it begins.
    """
    return embedding.load(
        settings.model,
        runtime=settings.runtime,
        cache_folder=settings.cache,
        threads=settings.threads,
        report=report,
    )


def prepare(
    settings: "Settings",
    *,
    encoder: Encoder,
    force: bool = False,
    report: Report = _silent,
    on_progress: Progress = _no_progress,
) -> BuildReport | None:
    """Bring the index up to date with the corpus; None when it already was. `force` builds a new version anyway.

    `report` is told why the index that is there will not do.
    Raises what reading the corpus and building raise; whatever happens, the version that served keeps serving.
    """
    corpus = settings.corpus
    digest = corpus_digest(corpus)
    words = read_lexicon(corpus)
    if not force:
        try:
            index_room.check(settings.index, identity(encoder, words, digest))
            return None
        except IndexUnusableError as unusable:
            report(f"index: {unusable.reason}; building it")
    return build(
        articles.read(corpus),
        settings.index,
        corpus_digest=digest,
        lexicon=words,
        analyzer=words.analyzer(settings.cache / "jieba"),
        encoder=encoder,
        unanswered=unanswered.read(corpus),
        on_progress=on_progress,
    )


def open_bot(
    settings: "Settings",
    *,
    encoder: Encoder | None = None,
    report: Report = _silent,
    on_progress: Progress = _no_progress,
) -> SupportBot:
    """The bot on an index that is whole and up to date: one that is not is named through `report` and rebuilt.

    When the corpus cannot be indexed (a broken article, a read-only disk), an older index of the same model serves on,
    and `report` says why; without one the error is raised.
    """
    encoder = encoder or load_encoder(settings)
    bot = SupportBot(_newest_index(settings, encoder, report, on_progress), encoder, settings)
    own = settings.corpus / tuning.FILE_NAME
    if own.is_file() and (misfit := bot.tuning.misfit(settings.model, bot.index.lexicon.digest)):
        report(f"{own}: {misfit}; run `supportbot tune`")
    return bot


def _newest_index(settings: "Settings", encoder: Encoder, report: Report, on_progress: Progress) -> Index:
    try:
        wanted = identity(encoder, read_lexicon(settings.corpus), corpus_digest(settings.corpus))
    except InputError as error:
        return _older_index(settings, encoder, error, report)
    try:
        return index_room.load(settings.index, wanted)
    except IndexUnusableError as unusable:
        report(f"index: {unusable.reason}; building it")
        try:
            prepare(settings, encoder=encoder, force=True, on_progress=on_progress)
        except (InputError, StorageError) as error:
            return _older_index(settings, encoder, error, report)
    return index_room.load(settings.index)


def _older_index(settings: "Settings", encoder: Encoder, error: SupportBotError, report: Report) -> Index:
    """The index as it lies there, when the corpus cannot be indexed because of `error`; raises that without one."""
    try:
        index = index_room.load(settings.index)
    except IndexUnusableError:
        raise error from None
    if index.manifest.identity.encoder != encoder.fingerprint:
        raise error
    report(f"index: not up to date ({error}); the older one serves on")
    return index


def corpus_digest(corpus: Path) -> str:
    """What changes when any article or any unanswered question of a corpus folder does. Raises what reading raises."""
    questions = unanswered.read(corpus)
    listed = hashlib.sha256("\n".join(questions).encode("utf-8")).hexdigest() if questions else ""
    return articles.digest(corpus) + listed


def read_lexicon(corpus: Path) -> Lexicon:
    """The lexicon of a corpus folder, or an empty one where there is none."""
    file = corpus / lexicon.FILE_NAME
    return lexicon.read(file) if file.is_file() else Lexicon()


def _timed(answer: Answer, retrieval: Retrieval, compose_seconds: float) -> Answer:
    stages = (("embed", retrieval.embed_seconds), ("search", retrieval.search_seconds), ("compose", compose_seconds))
    return replace(answer, timings_ms=tuple((name, round(seconds * 1000, 3)) for name, seconds in stages))
