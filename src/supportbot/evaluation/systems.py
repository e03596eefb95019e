"""Systems to compare: the bot in one of its modes or with another settings file, opened on a data set."""

import hashlib
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

from supportbot import settings as settings_room
from supportbot.answering.bot import SupportBot
from supportbot.content import lexicon, platforms
from supportbot.embedding.encoder import Encoder
from supportbot.errors import IndexUnusableError, SettingsError
from supportbot.evaluation.datasets import Dataset
from supportbot.index import store
from supportbot.index.build import Progress, build, identity
from supportbot.retrieval.retriever import MODES
from supportbot.serving.opening import bot_on
from supportbot.settings import Settings


@dataclass(frozen=True, slots=True)
class System:
    """Settings to open the bot with, and the modes to search in (name of the run → mode).

    `name` is the settings file, or "bot" for the unchanged settings.

    >>> System("bot", settings, {"hybrid": "hybrid", "dense": "dense"})
    """

    name: str
    settings: Settings
    modes: dict[str, str]


def chosen(modes: str, settings: Settings) -> list[System]:
    """Return the systems that `modes` names: modes of retrieval and settings files (`.toml`), separated by commas.

    The first one is the bot with `settings`, even if no mode is named. A settings file overrides only what it names,
    and its system searches in the mode `hybrid`. Raise `SettingsError` for an unknown mode or a broken file.
    """
    names = order(modes)
    files = [name for name in names if name.endswith(".toml")]
    for name in names:
        if name not in MODES and name not in files:
            raise SettingsError(f"mode {name!r} is unknown; expected one of {', '.join(MODES)}, or a .toml file")
    own = System("bot", settings, {name: name for name in names if name not in files})
    return [own, *(System(file, _settings(Path(file), settings), {file: "hybrid"}) for file in files)]


def order(modes: str) -> list[str]:
    """Return the names of the runs in the order of `modes`, each once."""
    return list(dict.fromkeys(filter(None, (name.strip() for name in modes.split(",")))))


def _settings(file: Path, base: Settings) -> Settings:
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    try:
        return settings_room.load(**{**base.model_dump(), **values})
    except SettingsError as error:
        raise SettingsError(f"{file}: {error}") from None


def open_bot(
    dataset: Dataset,
    settings: Settings,
    encoder: Encoder,
    *,
    without: frozenset[str] = frozenset(),
    on_progress: Progress,
) -> SupportBot:
    """Return the bot on the articles of a data set, except those in `without`.

    Use lexicon, platforms, messages and tuning of the corpus that the set belongs to, else those in the set's own
    folder, else the general ones. Keep the index in the cache folder; build it only if it is missing or something
    changed.
    """
    articles = [article for article in dataset.articles if article.id not in without]
    corpus = dataset.help_centre or dataset.folder
    settings = settings.model_copy(update={"corpus": corpus})
    words, known = lexicon.read(corpus), platforms.read(corpus)
    content = hashlib.sha256(repr((articles, dataset.out_of_scope, known)).encode("utf-8", "replace")).hexdigest()
    wanted = identity(encoder, words, content)
    key = hashlib.sha256(repr((dataset.folder.resolve(), encoder.fingerprint)).encode("utf-8", "replace")).hexdigest()
    whole = settings.cache / "evaluation" / f"{dataset.name[:40]}-{key[:12]}"
    folder = whole.with_name(f"{whole.name}-holdout") if without else whole
    try:
        return bot_on(store.load(folder, wanted), encoder, settings)
    except IndexUnusableError:
        if without and whole.is_dir() and not folder.exists():
            shutil.copytree(whole, folder)  # reuses its vectors: only new texts are embedded
    build(
        articles,
        folder,
        out_of_scope=dataset.out_of_scope,
        corpus_digest=content,
        lexicon=words,
        platforms=known,
        analyzer=words.analyzer(settings.cache / "jieba"),
        encoder=encoder,
        on_progress=on_progress,
    )
    return bot_on(store.load(folder, wanted), encoder, settings)
