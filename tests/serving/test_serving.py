"""One bot for many: encoding side by side, and the index replaced under load."""

import threading
import time
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from supportbot import settings as settings_room
from supportbot.answering.bot import SupportBot
from supportbot.content.articles import Article, write
from supportbot.embedding.encoder import Encoding
from supportbot.embedding.hashing import HashEncoder
from supportbot.embedding.pool import EncoderPool
from supportbot.errors import MissingIndexError, NotFoundError
from supportbot.index import layout
from supportbot.retrieval.filters import Filters
from supportbot.serving import Live, Snapshot
from supportbot.serving.live import load_encoder as serving_encoder
from supportbot.serving.opening import load_encoder, prepare
from supportbot.settings import Settings


class Slow(HashEncoder):
    """An encoder that takes its time, and tells how many calls were inside at once."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = self.most = self.calls = 0
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str], **options: Any) -> list[Encoding]:
        with self._lock:
            self.calls += 1
            self.inside += 1
            self.most = max(self.most, self.inside)
        time.sleep(0.05)
        with self._lock:
            self.inside -= 1
        return super().encode(texts, **options)


def all_at_once(count: int, work: Callable[[int], object]) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_alone_a_question_gets_all_processors_and_in_company_one_each() -> None:
    whole, single = Slow(), Slow()
    encoder = EncoderPool(whole, single, 2)
    encoder.encode_queries(["一"])
    assert (whole.calls, single.calls) == (1, 0)
    all_at_once(8, lambda number: encoder.encode_queries([str(number)]))
    assert whole.calls + single.calls == 9
    assert single.calls >= 6
    assert whole.most + single.most <= 3
    assert single.most <= 2
    encoder.encode_queries(["二"])
    assert whole.calls >= 2


@pytest.mark.slow
def test_the_real_model_gives_the_same_vectors_side_by_side(tmp_path: Path) -> None:
    settings = settings_room.load()
    encoder = serving_encoder(settings, alone=True, report=lambda line: None)
    alone = load_encoder(settings)
    questions = ["怎麼新增緊急聯絡人", "KYC 失敗", "how to reset my phone number", "被騙了怎麼辦，客服一直不回"]
    expected = alone.encode_queries(questions)
    found: dict[int, object] = {}

    def encode(number: int) -> None:
        found[number] = encoder.encode_queries([questions[number % 4]])[0]

    all_at_once(12, encode)
    for number, vector in found.items():
        assert np.array_equal(np.asarray(vector), expected[number % 4])


@pytest.fixture
def live(settings: Settings, one_dictionary: None) -> Live:
    return Live(settings, HashEncoder(), lambda line: None)


def change(settings: Settings, number: int) -> None:
    """Another state of the corpus, built."""
    body = f"第 {number} 版的內容。\n\n1. 第 {number} 版的步驟。\n"
    write([Article("marker", "版本標記", body)], settings.corpus)
    prepare(settings, encoder=HashEncoder())


def test_a_new_version_is_served_and_an_old_snapshot_stays_whole(live: Live, settings: Settings) -> None:
    old = live.current
    change(settings, 1)
    assert live.current is old
    assert live.refresh()
    assert not live.refresh()
    assert live.current.version != old.version
    assert live.current.ask("版本標記").text == "第 1 版的內容。"
    assert old.ask("如何提幣?").index_version == old.version
    assert live.current.suggester.suggest("版本")
    assert not old.suggester.suggest("版本")


def test_a_version_that_nobody_asks_any_more_is_gone(live: Live, settings: Settings) -> None:
    old = weakref.ref(live.current.index)
    change(settings, 1)
    assert live.refresh()
    assert old() is None


@pytest.mark.slow
def test_no_answer_is_lost_or_mixed_while_versions_change(live: Live, settings: Settings) -> None:
    change(settings, 0)
    live.refresh()
    live.watch()
    stop = threading.Event()
    wrong: list[object] = []
    told: dict[str, str] = {}
    answered = 0

    def ask(_: int) -> None:
        nonlocal answered
        while not stop.is_set():
            answer = live.current.ask("版本標記")
            number = answer.text.split(" ")[1]
            if answer.steps[0].text.split(" ")[1] != number or told.setdefault(answer.index_version, number) != number:
                wrong.append(answer)
            answered += 1

    def swap() -> None:
        for number in range(1, 6):
            change(settings, number)
            live.refresh()
            time.sleep(0.1)
        stop.set()

    swapper = threading.Thread(target=swap)
    swapper.start()
    all_at_once(4, ask)
    swapper.join()
    live.close()
    assert wrong == []
    assert len(told) >= 4
    assert answered > 50


def test_a_damaged_version_is_not_served(live: Live, settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    old = live.current
    change(settings, 1)
    version = layout.current(settings.index)
    (version / "chunks.jsonl").write_bytes(b"{}")
    assert not live.refresh()
    assert not live.refresh()
    assert live.current is old
    assert len([record for record in caplog.records if "not swapped" in record.message]) == 1
    change(settings, 2)
    assert live.refresh()


def test_a_rollback_holds_until_the_next_build(live: Live, settings: Settings) -> None:
    old = live.current.version
    change(settings, 1)
    live.refresh()
    layout.roll_back(settings.index, old)
    assert live.refresh()
    assert live.current.version == old
    assert Live(settings, HashEncoder(), lambda line: None).current.version == old
    with pytest.raises(MissingIndexError):
        layout.roll_back(settings.index, "000099-00000000")
    change(settings, 2)
    assert not layout.is_pinned(settings.index)


def test_remembered_answers_are_those_of_the_same_circumstances(bot: SupportBot) -> None:
    snapshot = Snapshot(bot)
    assert snapshot.ask("如何提幣?") is snapshot.ask("如何提幣?")
    assert snapshot.ask("如何提幣?", filters=Filters(platform="web")) is not snapshot.ask("如何提幣?")
    assert snapshot.ask("手", script="hans").script == "hans"
    assert snapshot.ask("手", script="hant").script == "hant"
    assert (snapshot.cache_hits, snapshot.cache_misses) == (2, 4)


def test_an_article_is_found_by_its_id_with_script_and_chunks(bot: SupportBot) -> None:
    snapshot = Snapshot(bot)
    assert snapshot.article("withdraw").title == snapshot.titles["withdraw"] == "如何提幣?"
    assert snapshot.script("withdraw") == "hant"
    assert [chunk.kind for chunk in snapshot.chunks("withdraw")] == ["text", "steps", "steps", "note"]
    for find in (snapshot.article, snapshot.script, snapshot.chunks):
        with pytest.raises(NotFoundError, match="there is no such article") as error:
            find("none")
        assert error.value.what == "article"


def test_memory_of_answers_has_an_end(bot: SupportBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supportbot.serving.snapshot.MOST_ANSWERS", 2)
    snapshot = Snapshot(bot)
    for question in ("如何提幣?", "邀請好友規則", "提幣常見問題", "如何提幣?"):
        snapshot.ask(question)
    assert snapshot.cache_misses == 4
