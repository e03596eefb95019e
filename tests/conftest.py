"""Fixtures that all tests share: a small corpus on the hash encoder, and the project's own corpus on the real model.

Tests that use `real_bot` are marked `slow`, those in `browser/` are marked `browser`; `make fast` runs the others.
"""

import io
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does; before numpy is imported

from supportbot import settings as settings_room
from supportbot.answering.bot import SupportBot
from supportbot.cli import main
from supportbot.content import lexicon
from supportbot.content.articles import Article, write
from supportbot.content.lexicon import Lexicon
from supportbot.embedding.encoder import Encoder
from supportbot.serving.opening import open_bot
from supportbot.settings import Settings
from supportbot.text.analyzer import Analyzer

if TYPE_CHECKING:
    from service import Running

PROJECT = Path(__file__).parents[1]

WITHDRAW = """\
提幣是把資產從平臺轉到外部地址。

## App 端

1. 打開 App，依次進入：資產 → 提幣。
2. 選擇幣種，填寫地址。
3. 點擊【確認】。

## Web 端

1. 登入網站，點擊【資產】-【提幣】。
2. 填寫地址並確認。

> 注意：地址填錯，資產無法找回。
"""

QUESTIONS = """\
## 常見問題

### Q：提幣要等多久？

一般 30 分鐘內到賬。

### Q：可以取消提幣嗎？

提交後不能取消。
"""


@pytest.hookimpl(tryfirst=True)  # before pytest selects by marker
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "real_bot" in getattr(item, "fixturenames", ()):
            item.add_marker("slow")
        if PROJECT / "tests" / "browser" in item.path.parents:
            item.add_marker("browser")


@pytest.fixture
def articles() -> list[Article]:
    """Three small articles: steps for two platforms, questions and answers, a rule."""
    return [
        Article("withdraw", "如何提幣?", WITHDRAW, category="資產", platforms=("app", "web"), questions=("怎麼出金",)),
        Article("withdraw-faq", "提幣常見問題", QUESTIONS, category="資產"),
        Article(
            "invite",
            "邀請好友規則",
            "邀請好友註冊，您可獲得 20% 返佣。\n",
            category="活動",
            url="https://example.com/invite",
        ),
    ]


@pytest.fixture
def corpus(tmp_path: Path, articles: list[Article]) -> Path:
    """A corpus folder that holds `articles` and no lexicon of its own."""
    write(articles, tmp_path / "corpus")
    return tmp_path / "corpus"


@pytest.fixture
def settings(tmp_path: Path, corpus: Path) -> Settings:
    """Settings for `corpus` on the hash encoder, with everything in the test's own folder."""
    return settings_room.load(corpus=corpus, index=tmp_path / "index", cache=tmp_path / "cache", model="hash")


@pytest.fixture
def bot(settings: Settings) -> SupportBot:
    """A bot on `corpus` and the hash encoder."""
    return open_bot(settings)


Asker = Callable[..., SupportBot]


@pytest.fixture
def bot_on(tmp_path: Path, one_dictionary: None) -> Asker:
    """A bot on the given articles and the hash encoder that answers with the best article, however unsure it is.

    Further arguments are settings; `encoder` takes the place of the hash encoder, `out_of_scope` lists questions.
    """

    def bot(
        articles: Sequence[Article], *, encoder: Encoder | None = None, out_of_scope: Sequence[str] = (), **options: Any
    ) -> SupportBot:
        write(articles, tmp_path / "corpus")
        if out_of_scope:
            listed = json.dumps({"version": 1, "topics": {"其他": list(out_of_scope)}}, ensure_ascii=False)
            (tmp_path / "corpus" / "out_of_scope.yaml").write_text(listed, encoding="utf-8")
        options = {"answer_precision": 0.0, **options}
        folders = {"corpus": tmp_path / "corpus", "index": tmp_path / "index", "cache": tmp_path / "cache"}
        return open_bot(settings_room.load(**folders, model="hash", **options), encoder=encoder)

    return bot


@pytest.fixture(scope="session")
def real_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings for the project's own corpus on the bundled model. An index that is there is copied."""
    index = tmp_path_factory.mktemp("real") / "index"
    if (PROJECT / "index" / "CURRENT").exists():
        shutil.copytree(PROJECT / "index", index)
    return settings_room.load(corpus=PROJECT / "corpus", index=index)


@pytest.fixture(scope="session")
def real_bot(real_settings: Settings) -> SupportBot:
    """The project's own corpus on the bundled model: what a customer meets."""
    return open_bot(real_settings)


@pytest.fixture(scope="session")
def analyzer(tmp_path_factory: pytest.TempPathFactory) -> Analyzer:
    """An analyzer without a lexicon, its dictionary loaded."""
    analyzer = Lexicon().analyzer(tmp_path_factory.mktemp("jieba"))
    analyzer.warm_up()
    return analyzer


@pytest.fixture(scope="session")
def general_analyzer(tmp_path_factory: pytest.TempPathFactory) -> Analyzer:
    """The analyzer of a corpus without a lexicon of its own, its dictionary loaded."""
    analyzer = lexicon.general().analyzer(tmp_path_factory.mktemp("jieba"))
    analyzer.warm_up()
    return analyzer


@pytest.fixture(autouse=True)
def one_dictionary(monkeypatch: pytest.MonkeyPatch, analyzer: Analyzer, general_analyzer: Analyzer) -> None:
    """jieba's dictionary takes a second to load: with this, all bots without a lexicon of their own share one."""
    own = Lexicon.analyzer
    shared = {Lexicon(): analyzer, lexicon.general(): general_analyzer}
    monkeypatch.setattr(Lexicon, "analyzer", lambda self, cache: shared.get(self) or own(self, cache))


class Done(NamedTuple):
    status: int
    out: str
    err: str


Cli = Callable[..., Done]


@pytest.fixture
def cli(tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """The command line in this process, on the small corpus and the hash encoder."""
    monkeypatch.setenv("SUPPORTBOT_CORPUS", str(corpus))
    monkeypatch.setenv("SUPPORTBOT_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("SUPPORTBOT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SUPPORTBOT_MODEL", "hash")
    monkeypatch.setenv("SUPPORTBOT_ANSWER_PRECISION", "0")

    def run(*arguments: str, stdin: str = "") -> Done:
        monkeypatch.setattr(sys, "argv", ["supportbot", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogateescape"))))
        capsys.readouterr()
        status = 0
        try:
            main()
        except SystemExit as stop:
            status = int(stop.code or 0)
        return Done(status, *capsys.readouterr())

    return run


@pytest.fixture
def running_service(settings: Settings, one_dictionary: None) -> "Iterator[Running]":
    """The service on the small corpus and the hash encoder; it answers everything."""
    from service import running

    with running(settings) as service:
        yield service
