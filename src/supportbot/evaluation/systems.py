"""Systems to compare: the bot in one of its modes, or under another settings file, opened on a data set."""

import hashlib
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from supportbot import settings as settings_room
from supportbot.answering.bot import SupportBot
from supportbot.content import lexicon, platforms
from supportbot.embedding.encoder import Encoder
from supportbot.errors import IndexUnusableError, SettingsError
from supportbot.evaluation.datasets import Dataset
from supportbot.index import store
from supportbot.index.build import build, identity
from supportbot.retrieval.retriever import MODES
from supportbot.serving.opening import bot_on
from supportbot.settings import Settings

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class System:
    """Settings under which the bot is opened, and the modes it is asked in (name of the run → mode).

    `name` is the settings file, or "bot" for the settings as they are.
    """

    name: str
    settings: Settings
    modes: dict[str, str]


def chosen(modes: str, settings: Settings) -> list[System]:
    """The systems that `modes` names: modes of retrieval and settings files (`.toml`), separated by commas.

    The first one is the bot under `settings`, even when no mode is named. A settings file changes what it names and
    leaves the rest as it is; it is asked in the mode that serves customers. Raises `SettingsError`.
    """
    names = list(dict.fromkeys(filter(None, (name.strip() for name in modes.split(",")))))
    files = [name for name in names if name.endswith(".toml")]
    for name in names:
        if name not in MODES and name not in files:
            raise SettingsError(f"mode {name!r} is unknown; expected one of {', '.join(MODES)}, or a .toml file")
    own = System("bot", settings, {name: name for name in names if name not in files})
    return [own, *(System(file, _settings(Path(file), settings), {file: "hybrid"}) for file in files)]


def order(modes: str) -> list[str]:
    """The names of the runs in the order in which `modes` gives them."""
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
    """The bot on the articles of a data set, less those `without`, with the words of its help centre.

    Lexicon and platforms are those of the corpus that the set belongs to, else the general ones and those in the set's
    own folder. Its index is kept in the cache folder and built only when it is not there or something changed.
    """
    articles = [article for article in dataset.articles if article.id not in without]
    corpus = dataset.help_centre or dataset.folder
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
            shutil.copytree(whole, folder)  # its vectors are used again: only what is new gets embedded
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
