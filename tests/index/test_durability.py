"""An index survives whatever happens to its builders: kills at any moment, two builds at once, readers meanwhile.

Run as a program, this file is the builder that gets killed: it loads everything once and forks for each build.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from supportbot.content import articles as articles_room
from supportbot.content import tuning
from supportbot.content.articles import Article, write
from supportbot.content.lexicon import Lexicon
from supportbot.embedding.hashing import HashEncoder
from supportbot.errors import MissingIndexError
from supportbot.index import layout, store
from supportbot.index.build import BuildReport, build
from supportbot.index.store import Index
from supportbot.retrieval.retriever import Retriever
from supportbot.text.analyzer import Analyzer

WEIGHTS = tuning.read(tuning.starter()).weights

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="the builder forks")]

KILLS_ANYWHERE = 24
KILLS_IN_THE_SWITCH = 12
KILLS_BY_THE_CLOCK = 6
# What the builder asks of the system, as Python names it: its calls are counted, and it dies at the wanted one.
DISK_CALLS = {"open", "write", "flush", "fsync", "close", "__exit__", "rename", "replace", "mkdir", "unlink", "rmdir"}
DISK_CALLS |= {"flock", "scandir", "listdir", "lstat", "stat", "chmod", "tofile", "save"}


# --- the builder, in a process of its own -------------------------------------------------------------------------


class SlowEncoder(HashEncoder):
    """The hash encoder with a pause, as if there were a model behind it."""

    def __init__(self, pause: float) -> None:
        super().__init__()
        self._pause = pause

    def encode_documents(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        time.sleep(self._pause)
        return super().encode_documents(texts, on_progress)


def build_index(corpus: Path, folder: Path, analyzer: Analyzer, pause: float = 0.0) -> BuildReport:
    return build(
        articles_room.read(corpus),
        folder,
        corpus_digest=articles_room.digest(corpus),
        lexicon=Lexicon(),
        analyzer=analyzer,
        encoder=SlowEncoder(pause),
    )


class Killer:
    """Counts calls to the disk and kills its own process at the one numbered `at`."""

    def __init__(self, at: int) -> None:
        self.calls = 0
        self.last_replace = 0
        self._at = at

    def __call__(self, frame: FrameType, event: str, function: Any) -> None:
        if event == "c_call" and function.__name__ in DISK_CALLS:
            self.calls += 1
            self.last_replace = self.calls if function is os.replace else self.last_replace
            if self.calls == self._at:
                os.kill(os.getpid(), signal.SIGKILL)


def serve(cache: Path) -> None:
    """Reads orders from stdin, a JSON object a line; builds in a fork for each, and says how that ended."""
    import faiss  # noqa: F401 - loaded before the forks, which then need no time for it

    analyzer = Lexicon().analyzer(cache)
    analyzer.warm_up()
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            killer = Killer(order["kill_at"])
            sys.setprofile(killer)
            report = build_index(Path(order["corpus"]), Path(order["index"]), analyzer, order["pause"])
            sys.setprofile(None)
            result = {"calls": killer.calls, "switch": killer.last_replace, "report": asdict(report)}
            Path(order["result"]).write_text(json.dumps(result), encoding="utf-8")
            os._exit(0)
        if order["kill_after"] is not None:
            time.sleep(order["kill_after"])
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


class Builder:
    """A running `serve`."""

    def __init__(self, folder: Path) -> None:
        self._result = folder / "result.json"
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(folder / "jieba")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"},
        )

    def wait_until_ready(self) -> "Builder":
        assert self._read() == "ready"
        return self

    def __enter__(self) -> "Builder":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def start(
        self, corpus: Path, index: Path, *, kill_at: int = 0, kill_after: float | None = None, pause: float = 0.0
    ) -> None:
        assert self._process.stdin is not None
        order = {"corpus": str(corpus), "index": str(index), "result": str(self._result), "pause": pause}
        self._process.stdin.write(json.dumps({**order, "kill_at": kill_at, "kill_after": kill_after}) + "\n")
        self._process.stdin.flush()

    def end(self) -> int:
        """The exit code of the build: 0, or minus the signal that killed it."""
        return int(self._read())

    def result(self) -> Any:
        return json.loads(self._result.read_text(encoding="utf-8"))

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


# --- the tests ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def builders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Builder]]:
    with Builder(tmp_path_factory.mktemp("one")) as one, Builder(tmp_path_factory.mktemp("two")) as two:
        yield [one.wait_until_ready(), two.wait_until_ready()]


@pytest.fixture
def corpora(tmp_path: Path) -> dict[str, Path]:
    """Two states of one corpus: an article that changed, one that went, one that came."""
    common = [
        Article(f"a{number}", f"第{number}篇文章", f"這是第{number}篇。\n\n1. 打開 App。\n") for number in range(5)
    ]
    for state, fee, other in (("old", "0.1%", "充幣"), ("new", "0.2%", "提幣")):
        changed = Article("fees", "手續費是多少?", f"手續費為 {fee}。\n")
        write([*common, changed, Article(f"only-{state}", f"如何{other}?", f"請點擊【{other}】。\n")], tmp_path / state)
    return {state: tmp_path / state for state in ("old", "new")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def state_of(folder: Path, corpora: dict[str, Path], analyzer: Analyzer) -> str:
    """Which corpus the index answers from, all of it checked: "old", "new", or "none" when nothing was built yet."""
    try:
        index = store.load(folder)
    except MissingIndexError:
        return "none"
    digests = {articles_room.digest(corpus): state for state, corpus in corpora.items()}
    state = digests[index.manifest.identity.corpus]
    expected = {article.id for article in articles_room.read(corpora[state])}
    assert {article.id for article in index.articles()} == expected
    hit = Retriever(index, analyzer, HashEncoder(), WEIGHTS).search("手續費是多少?").hits[0]
    assert (hit.article.id, index.chunk(hit.chunks[0][0]).text) == (
        "fees",
        f"手續費為 {'0.1%' if state == 'old' else '0.2%'}。",
    )
    return state


def build_and_check_that_it_is_clean(corpora: dict[str, Path], state: str, folder: Path, analyzer: Analyzer) -> None:
    build_index(corpora[state], folder, analyzer)
    assert state_of(folder, corpora, analyzer) == state
    names = sorted(path.name for path in folder.iterdir())
    assert [name for name in names if name.startswith(".")] == [".lock"], "what killed builds left is gone"
    assert "CURRENT" in names
    kept = [path for path in folder.iterdir() if path.is_dir()]
    assert 1 <= len(kept) <= layout.KEPT_VERSIONS
    for version in kept:
        layout.verify(version, layout.Manifest.read(version))


def kill_at_calls(
    calls: Sequence[int], builder: Builder, corpora: dict[str, Path], folder: Path, analyzer: Analyzer
) -> list[str]:
    """Kill a build of the other corpus at each call, with a whole build after each; tells what served then."""
    serving, after = state_of(folder, corpora, analyzer), []
    for call in calls:
        wanted = "new" if serving == "old" else "old"
        builder.start(corpora[wanted], folder, kill_at=call)
        assert builder.end() == -signal.SIGKILL, f"call {call} was not reached"
        found = state_of(folder, corpora, analyzer)
        assert found in (serving, wanted)
        after.append("switched" if found == wanted else "kept")
        build_and_check_that_it_is_clean(corpora, wanted, folder, analyzer)
        serving = wanted
    return after


def calls_of_a_build(builder: Builder, corpora: dict[str, Path], folder: Path, analyzer: Analyzer) -> tuple[int, int]:
    """How many calls to the disk a build makes, as the kill tests have it build, and which of them is the switch."""
    for state in ("new", "old", "new", "old"):
        build_index(corpora[state], folder, analyzer)
    builder.start(corpora["new"], folder)
    assert builder.end() == 0
    build_index(corpora["old"], folder, analyzer)
    return int(builder.result()["calls"]), int(builder.result()["switch"])


def test_a_build_killed_anywhere_leaves_the_old_or_the_new_version_whole(
    builders: list[Builder], corpora: dict[str, Path], folder: Path, analyzer: Analyzer
) -> None:
    calls, switch = calls_of_a_build(builders[0], corpora, folder, analyzer)
    assert switch > 100
    chosen = sorted(random.Random(7).sample(range(1, calls - 10), KILLS_ANYWHERE))
    after = kill_at_calls(chosen, builders[0], corpora, folder, analyzer)
    assert "kept" in after, "not a single kill came before the switch"


def test_a_build_killed_around_the_switch_leaves_the_old_or_the_new_version_whole(
    builders: list[Builder], corpora: dict[str, Path], folder: Path, analyzer: Analyzer
) -> None:
    calls, switch = calls_of_a_build(builders[0], corpora, folder, analyzer)
    around = range(switch - KILLS_IN_THE_SWITCH // 2, min(switch + KILLS_IN_THE_SWITCH // 2, calls))
    after = kill_at_calls(around, builders[0], corpora, folder, analyzer)
    assert {"kept", "switched"} == set(after)
    for of_one_corpus in (after[::2], after[1::2]):  # two corpora may take different numbers of calls
        assert of_one_corpus == sorted(of_one_corpus), "there is one moment from which the new version serves"


def test_a_build_killed_by_the_clock_leaves_the_old_or_the_new_version_whole(
    builders: list[Builder], corpora: dict[str, Path], folder: Path, analyzer: Analyzer
) -> None:
    build_index(corpora["old"], folder, analyzer)
    moments = random.Random(7)
    serving = "old"
    for _ in range(KILLS_BY_THE_CLOCK):
        wanted = "new" if serving == "old" else "old"
        builders[0].start(corpora[wanted], folder, kill_after=moments.uniform(0, 0.15), pause=0.02)
        assert builders[0].end() in (0, -signal.SIGKILL)
        assert state_of(folder, corpora, analyzer) in (serving, wanted)
        build_and_check_that_it_is_clean(corpora, wanted, folder, analyzer)
        serving = wanted


def test_a_first_build_that_is_killed_leaves_no_index_or_a_whole_one(
    builders: list[Builder], corpora: dict[str, Path], tmp_path: Path, analyzer: Analyzer
) -> None:
    builders[0].start(corpora["old"], tmp_path / "counted")
    assert builders[0].end() == 0
    calls = int(builders[0].result()["calls"])
    after = []
    for number, call in enumerate([1, 3, *range(10, calls, calls // 6), calls]):
        folder = tmp_path / f"index-{number}"
        builders[0].start(corpora["old"], folder, kill_at=call)
        assert builders[0].end() == -signal.SIGKILL
        after.append(state_of(folder, corpora, analyzer))
        build_and_check_that_it_is_clean(corpora, "old", folder, analyzer)
    assert set(after) == {"none", "old"}


def test_two_builds_at_once_both_end_whole_and_each_tells_of_its_own(
    builders: list[Builder], corpora: dict[str, Path], folder: Path, analyzer: Analyzer
) -> None:
    build_index(corpora["old"], folder, analyzer)
    for _ in range(4):
        for builder, state in zip(builders, ("old", "new"), strict=True):
            builder.start(corpora[state], folder, pause=0.03)
        assert [builder.end() for builder in builders] == [0, 0]
        reports = {state: builder.result()["report"] for builder, state in zip(builders, corpora, strict=True)}
        assert reports["old"]["version"] != reports["new"]["version"]
        for state, report in reports.items():
            version = folder / report["version"]
            manifest = layout.Manifest.read(version)
            layout.verify(version, manifest)
            assert manifest.identity.corpus == articles_room.digest(corpora[state])
            assert f"only-{'new' if state == 'old' else 'old'}" not in report["added"]
            assert f"only-{state}" not in report["removed"]
        last = max(reports.values(), key=lambda report: str(report["version"]))
        assert layout.current(folder).name == last["version"]
        assert state_of(folder, corpora, analyzer) in ("old", "new")


def test_a_reader_of_the_old_version_keeps_answering_while_new_ones_are_switched_in(
    builders: list[Builder], corpora: dict[str, Path], folder: Path, analyzer: Analyzer
) -> None:
    build_index(corpora["old"], folder, analyzer)
    index = store.load(folder)
    reader = Retriever(index, analyzer, HashEncoder(), WEIGHTS)
    wrong: list[str] = []
    answered = 0
    done = threading.Event()

    def ask() -> None:
        nonlocal answered
        while not done.is_set():
            for question, expected in [("手續費是多少?", "手續費為 0.1%。"), ("如何充幣?", "請點擊【充幣】。")]:
                text = reader.index.chunk(reader.search(question).hits[0].chunks[0][0]).text
                answered += 1
                if text != expected:
                    wrong.append(text)
            time.sleep(0.002)

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        for number in range(layout.KEPT_VERSIONS + 1):
            builders[0].start(corpora["old" if number % 2 else "new"], folder)
            assert builders[0].end() == 0
            assert store.load(folder).version != index.version
    finally:
        done.set()
        asker.join(timeout=30)
    assert not (folder / index.version).exists(), "its files are deleted by now"
    assert wrong == []
    assert answered > 10
    unread: Index = index
    assert [unread.chunk(row).article_id for row in range(len(unread))] == [
        unread.article(int(row)).id for row in unread.chunk_articles
    ]


def test_opening_an_index_succeeds_at_any_moment_of_a_build(
    builders: list[Builder], corpora: dict[str, Path], folder: Path, analyzer: Analyzer
) -> None:
    build_index(corpora["old"], folder, analyzer)
    seen = set()
    for state in ("new", "old", "new", "old"):
        builders[0].start(corpora[state], folder, pause=0.01)
        until = time.monotonic() + 0.15
        while time.monotonic() < until:
            state_of(folder, corpora, analyzer)
        assert builders[0].end() == 0
        seen.add(state_of(folder, corpora, analyzer))
    assert seen == {"old", "new"}


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
