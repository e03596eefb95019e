"""Opening: the encoder that the settings name, the index brought up to date, a bot on it."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from supportbot.answering.bot import Policy, SupportBot
from supportbot.content import articles, lexicon, messages, out_of_scope, platforms, tuning
from supportbot.content.links import Links
from supportbot.content.tuning import Tuning
from supportbot.embedding import encoder as embedding
from supportbot.embedding.encoder import Encoder
from supportbot.errors import IndexUnusableError, InputError, StorageError, SupportBotError
from supportbot.index import layout, store
from supportbot.index.build import BuildReport, Progress, build, identity
from supportbot.index.store import Index
from supportbot.retrieval.reranking import Reranker
from supportbot.settings import Settings, load

Report = Callable[[str], None]
"""Called with a line of text for a person to read."""


def _silent(line: str) -> None:
    pass


def _no_progress(done: int, total: int) -> None:
    pass


def load_encoder(settings: Settings, report: Report = _silent) -> Encoder:
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
    settings: Settings,
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
    words = lexicon.read(corpus)
    if not force and not layout.is_pinned(settings.index):
        try:
            store.check(settings.index, identity(encoder, words, digest))
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
        out_of_scope=out_of_scope.read(corpus),
        platforms=platforms.read(corpus),
        on_progress=on_progress,
    )


def open_bot(
    settings: Settings | None = None,
    *,
    encoder: Encoder | None = None,
    reranker: Reranker | None = None,
    report: Report = _silent,
    on_progress: Progress = _no_progress,
    **options: Any,
) -> SupportBot:
    """Return a bot on an index that is whole and up to date; an index that is not is rebuilt, and `report` told why.

    Without `settings`, load them with `options`, such as `corpus="corpus"`, on top (see `supportbot.settings.load`).
    When the corpus cannot be indexed (a broken article, a read-only disk), an older index of the same model serves on,
    and `report` says why; without one the error is raised. Raises `TypeError` for `settings` together with `options`.
    """
    if settings is None:
        settings = load(**options)
    elif options:
        raise TypeError(f"open_bot takes settings or options, not both; got settings and {', '.join(options)}")
    encoder = encoder or load_encoder(settings)
    bot = bot_on(_newest_index(settings, encoder, report, on_progress), encoder, settings, reranker=reranker)
    own = settings.corpus / tuning.FILE_NAME
    # The numbers that come with supportbot are for any lexicon, but for one model.
    source, words = (str(own), bot.index.lexicon.digest) if own.is_file() else ("tuning", bot.tuning.lexicon)
    if misfit := bot.tuning.misfit(settings.model, words):
        report(f"{source}: {misfit}; thresholds may not hold until `supportbot tune` has run")
    return bot


def bot_on(index: Index, encoder: Encoder, settings: Settings, *, reranker: Reranker | None = None) -> SupportBot:
    """Return the bot on an index, as the settings want it. Raise `SettingsError` or `SourceError` for a bad tuning."""
    tuned = tuning.choose(settings.tuning, settings.corpus, model=settings.model, lexicon=index.lexicon.digest)
    return SupportBot(
        index,
        encoder,
        index.lexicon.analyzer(settings.cache / "jieba"),
        tuned,
        policy_of(settings, tuned),
        messages=messages.read(settings.corpus),
        url=Links(settings.article_url),
        reranker=reranker,
    )


def policy_of(settings: Settings, tuned: Tuning) -> Policy:
    """Return when a bot with these settings answers and asks back; what they leave open the tuning says."""
    precision, certainty = settings.answer_precision, settings.clarify_precision
    return Policy(
        tuned.answer_precision if precision is None else precision,
        settings.follow_up_precision,
        tuned.clarify_certainty if certainty is None else certainty,
    )


def _newest_index(settings: Settings, encoder: Encoder, report: Report, on_progress: Progress) -> Index:
    if layout.is_pinned(settings.index):
        report("index: rolled back to an older version; it serves until the next build")
        return store.load_version(layout.current(settings.index), encoder=encoder.fingerprint)
    try:
        wanted = identity(encoder, lexicon.read(settings.corpus), corpus_digest(settings.corpus))
    except InputError as error:
        return _older_index(settings, encoder, error, report)
    try:
        return store.load(settings.index, wanted)
    except IndexUnusableError as unusable:
        report(f"index: {unusable.reason}; building it")
        try:
            prepare(settings, encoder=encoder, force=True, on_progress=on_progress)
        except (InputError, StorageError) as error:
            return _older_index(settings, encoder, error, report)
    return store.load(settings.index)


def _older_index(settings: Settings, encoder: Encoder, error: SupportBotError, report: Report) -> Index:
    """The index as it lies there, when the corpus cannot be indexed because of `error`; raises that without one."""
    try:
        index = store.load(settings.index)
    except IndexUnusableError:
        raise error from None
    if index.manifest.identity.encoder != encoder.fingerprint:
        raise error
    report(f"index: not up to date ({error}); the older one serves on")
    return index


def corpus_digest(corpus: Path) -> str:
    """Return a digest of the articles, out-of-scope questions and platforms of a corpus folder.

    Raises what reading them raises.
    """
    questions, own = out_of_scope.read(corpus), platforms.read(corpus)
    parts = ["\n".join(questions), repr(own) if own != platforms.general() else ""]
    digests = (hashlib.sha256(part.encode("utf-8")).hexdigest() for part in parts if part)
    return "".join([articles.digest(corpus), *digests])
