"""The store on SQLite and on a real PostgreSQL: the same tests for both."""

import datetime as dt
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from databases import postgres
from sqlalchemy import inspect, text

from supportbot.answering.answer import Answer, Candidate, Choice, Outcome, Source
from supportbot.answering.conversation import Memory
from supportbot.answering.follow_ups import Topic
from supportbot.errors import DatabaseError, NotFoundError, SettingsError
from supportbot.index.chunking import Step
from supportbot.storage import Store, StoredConversation, StoredMessage, open_store
from supportbot.storage import database as database_module
from supportbot.storage.database import Database
from supportbot.storage.limits import Hits, Window
from supportbot.storage.tables import metadata
from supportbot.storage.votes import Votes


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    with opened.database.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    yield opened
    opened.close()


def answer(outcome: Outcome = "answer", article: str | None = "withdraw", **more: Any) -> Answer:
    step = Step(1, "打開 App", "app", ("資產", "提幣"))
    source = Source(article or "", "如何提幣?", "App 端", "/articles/withdraw#1", "打開 App", "2025-01-02", True)
    return Answer(
        outcome,
        0.5,
        "去這裡",
        "hant",
        "000001-00000000",
        steps=(step,),
        notes=("注意",),
        sources=(source,) if article and outcome == "answer" else (),
        choices=(Choice("invite", "邀請"),),
        candidates=(Candidate(article, "如何提幣?", 0.25, "/articles/withdraw", {"dense": 0.5}),) if article else (),
        **more,
    )


ASKED = Memory((Topic("怎麼提幣", "withdraw"),), "哪一篇", (Choice("invite", "邀請"),), "hans")


def turn(
    store: Store, question: str = "怎麼提幣", said: Answer | None = None, visitor: str = "v_1"
) -> tuple[StoredConversation, StoredMessage, StoredMessage]:
    new = store.conversations.new(visitor)
    kept = store.conversations.add_turn(new, question, said or answer(), memory=ASKED, milliseconds=12.5)
    assert kept is not None
    assert kept.said is not None
    return store.conversations.get(new.id), kept.asked, kept.said


def test_a_turn_comes_back_as_it_was_stored(store: Store) -> None:
    conversation, asked, said = turn(store)
    assert (conversation.state, conversation.revision, conversation.length) == ("bot", 1, 2)
    assert conversation.memory == ASKED
    found = store.conversations.messages(conversation.id)
    assert [(one.author, one.number, one.text) for one in found] == [("visitor", 1, "怎麼提幣"), ("bot", 2, "去這裡")]
    assert found == [asked, said]
    assert found[1].answer == answer()
    assert found[1].created.tzinfo is not None
    assert store.conversations.messages(conversation.id, after=1) == [said]
    assert store.conversations.answer(conversation.id, said.id) == said
    for other in (("c_other", said.id), (conversation.id, asked.id)):
        with pytest.raises(NotFoundError, match="no such answer"):
            store.conversations.answer(*other)


def test_what_a_database_refuses_is_left_out_of_words(store: Store) -> None:
    conversation, _, said = turn(store, "怎\x00麼\ud800提幣")
    store.conversations.rate(said.id, helpful=True, reason=None, comment="\udfff好\x00")
    assert store.conversations.messages(conversation.id)[0].text == "怎麼提幣"
    assert store.visitors.export("v_1")["feedback"][0]["comment"] == "好"


def test_a_turn_on_an_outdated_conversation_is_not_stored(store: Store) -> None:
    conversation, *_ = turn(store)
    assert store.conversations.add_turn(conversation, "二", answer(), memory=Memory(asked="二")) is not None
    assert store.conversations.add_turn(conversation, "三", answer(), memory=Memory(asked="三")) is None
    assert [one.text for one in store.conversations.messages(conversation.id)] == ["怎麼提幣", "去這裡", "二", "去這裡"]
    assert store.conversations.get(conversation.id).memory == Memory(asked="二")


def test_many_writers_into_one_conversation_lose_nothing(store: Store) -> None:
    conversation, *_ = turn(store)
    kept: list[str] = []

    def write(name: str) -> None:
        for number in range(5):
            while True:
                now = store.conversations.get(conversation.id)
                if store.conversations.add_turn(now, f"{name}{number}", answer(), memory=Memory()):
                    kept.append(f"{name}{number}")
                    break

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = store.conversations.messages(conversation.id)
    assert sorted(one.text for one in found if one.author == "visitor") == sorted([*kept, "怎麼提幣"])
    assert [one.number for one in found] == list(range(1, 43))


def test_a_hand_over_and_back(store: Store) -> None:
    conversation, *_ = turn(store)
    conversations = store.conversations
    assert conversations.append(conversation.id, "event", "x", state="agent", expected=("waiting",)) is None
    assert conversations.append(
        conversation.id, "bot", "請稍候", state="waiting", expected=("bot",), handoff_reason="policy"
    )
    waiting = conversations.queue(["waiting"], limit=10, offset=0)
    assert [(one.id, one.handoff_reason, last) for one, last in waiting] == [(conversation.id, "policy", "怎麼提幣")]
    assert conversations.append(conversation.id, "agent", "您好", agent="anna", state="agent")
    assert conversations.queue(["waiting"], limit=10, offset=0) == []
    now = conversations.get(conversation.id)
    assert (now.state, now.agent) == ("agent", "anna")
    assert conversations.add_turn(now, "在嗎", None, memory=Memory())
    assert [one.author for one in conversations.messages(conversation.id)][-2:] == ["agent", "visitor"]


def test_the_second_opinion_replaces_the_first(store: Store) -> None:
    conversation, _, said = turn(store)
    store.conversations.rate(said.id, helpful=True, reason=None, comment=None)
    store.conversations.rate(said.id, helpful=False, reason="wrong", comment="不對")
    assert [one.helpful for one in store.conversations.messages(conversation.id)] == [None, False]


def test_days_and_times_are_counted(store: Store) -> None:
    _, _, good = turn(store)
    turn(store, "二", answer("decline"))
    turn(store, "三", answer("clarify"), visitor="v_2")
    turn(store, "你好", answer("clarify", None, intent="greeting"))
    store.conversations.rate(good.id, helpful=False, reason=None, comment=None)
    today = dt.datetime.now(dt.UTC).date()
    [day] = store.reports.days(today - dt.timedelta(days=1), today)
    assert (day.conversations, day.questions, day.answered, day.clarified, day.declined) == (4, 3, 1, 1, 1)
    assert (day.helpful, day.not_helpful, day.handed_over) == (0, 1, 0)
    assert store.reports.times(today, today) == [(today, 12.5)] * 4
    assert store.reports.articles(today, today) == [("withdraw", 1)]
    assert store.reports.days(today - dt.timedelta(days=9), today - dt.timedelta(days=8)) == []


def test_what_got_no_good_answer_is_listed_with_its_reason(store: Store) -> None:
    _, _, good = turn(store)
    turn(store, "二", answer("decline"))
    turn(store, "三", answer("clarify"))
    turn(store, "好", answer())
    store.conversations.rate(good.id, helpful=False, reason=None, comment=None)
    since = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    found = {(one.text, one.reason, one.nearest) for one in store.reports.gaps(since)}
    assert found == {
        ("怎麼提幣", "disliked", "withdraw"),
        ("二", "declined", "withdraw"),
        ("三", "clarified", "withdraw"),
    }
    store.reports.dismiss(["a", "a", "b"])
    store.reports.dismiss(["b", "c"])
    assert store.reports.dismissals() == {"a", "b", "c"}


def test_a_choice_replies_to_the_offer_and_its_dislike_is_of_the_question(store: Store) -> None:
    conversation, _, offer = turn(store, "提幣", answer("clarify"))
    kept = store.conversations.add_turn(conversation, "如何提幣?", answer(), memory=Memory(), chosen=True)
    assert kept is not None
    assert kept.said is not None
    assert kept.asked.reply_to == offer.id
    since = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    assert [(one.text, one.reason) for one in store.reports.gaps(since)] == [("提幣", "clarified")]
    store.conversations.rate(kept.said.id, helpful=False, reason=None, comment=None)
    assert [(one.text, one.reason) for one in store.reports.gaps(since)] == [("提幣", "disliked")]
    today = dt.datetime.now(dt.UTC).date()
    assert store.reports.questions(today, today) == [("提幣", 1)]


def test_a_choice_below_the_answer_to_a_choice_is_of_the_first_question_too(store: Store) -> None:
    conversation, _, offer = turn(store, "換手機", answer())
    taps = []
    for heading in ("情況二", "情況三"):
        kept = store.conversations.add_turn(
            store.conversations.get(conversation.id), heading, answer(), memory=Memory(), chosen=True
        )
        assert kept is not None
        taps.append(kept)
    assert [tap.asked.reply_to for tap in taps] == [offer.id, offer.id]
    assert taps[-1].said is not None
    store.conversations.rate(taps[-1].said.id, helpful=False, reason=None, comment=None)
    since = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    assert [(one.text, one.reason) for one in store.reports.gaps(since)] == [("換手機", "disliked")]
    today = dt.datetime.now(dt.UTC).date()
    assert store.reports.questions(today, today) == [("換手機", 1)]


def test_an_answer_of_an_older_version_is_read(store: Store) -> None:
    conversation, _, said = turn(store)
    old = answer().as_dict()
    for candidate in old["candidates"]:
        del candidate["url"], candidate["channels"]
    with store.database.writing() as connection:
        change = text("UPDATE messages SET answer = :old WHERE id = :id")
        connection.execute(change, {"old": json.dumps(old), "id": said.id})
    found = store.conversations.answer(conversation.id, said.id).answer
    assert found is not None
    assert found.candidates == (Candidate("withdraw", "如何提幣?", 0.25),)


def test_a_visitor_can_be_exported_and_forgotten(store: Store) -> None:
    conversation, _, said = turn(store)
    store.conversations.rate(said.id, helpful=True, reason=None, comment="好")
    other, *_ = turn(store, visitor="v_2")
    found = store.visitors.export("v_1")
    assert [one["text"] for one in found["messages"]] == ["怎麼提幣", "去這裡"]
    assert found["messages"][1]["answer"] == answer().as_dict()
    assert found["conversations"][0]["memory"] == ASKED.as_dict()
    json.dumps(found)
    assert [one["comment"] for one in found["feedback"]] == ["好"]
    assert store.visitors.forget("v_1") == 1
    assert store.visitors.export("v_1")["messages"] == []
    with pytest.raises(NotFoundError, match="no such conversation"):
        store.conversations.get(conversation.id)
    assert store.conversations.get(other.id)
    with store.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM feedback")).scalar() == 0


def test_only_what_nobody_touched_for_long_is_purged(store: Store) -> None:
    old, *_ = turn(store, visitor="v_gone")
    touched, *_ = turn(store, visitor="v_both")
    of_both, *_ = turn(store, visitor="v_both")
    year_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=365)
    with store.database.writing() as connection:
        for name, column in (("visitors", "created"), ("conversations", "created"), ("conversations", "updated")):
            connection.execute(metadata.tables[name].update().values({column: year_ago}))
    assert store.conversations.add_turn(store.conversations.get(touched.id), "還有一個問題", answer(), memory=Memory())
    new, *_ = turn(store, visitor="v_new")
    assert store.visitors.purge(year_ago - dt.timedelta(days=1)) == 0
    assert store.visitors.purge(year_ago + dt.timedelta(days=1)) == 2
    for gone in (old, of_both):
        with pytest.raises(NotFoundError):
            store.conversations.get(gone.id)
    assert store.conversations.get(new.id)
    assert len(store.conversations.messages(touched.id)) == 4
    with store.database.reading() as connection:
        assert set(connection.execute(text("SELECT id FROM visitors")).scalars()) == {"v_both", "v_new"}


def test_a_key_is_found_by_its_secret_alone(store: Store) -> None:
    key, secret = store.keys.add("anna", "agent")
    assert store.keys.find(secret) == key
    assert store.keys.find(secret + "x") is None
    assert [key.allows(role) for role in ("client", "agent", "admin")] == [True, True, False]
    with store.database.reading() as connection:
        stored = connection.execute(text("SELECT * FROM keys")).mappings().one()
    assert secret not in map(str, stored.values())
    store.keys.revoke(key.id)
    with pytest.raises(NotFoundError, match="no such key"):
        store.keys.revoke(key.id)
    assert store.keys.find(secret) is None


def test_jobs_audit_and_site(store: Store) -> None:
    job = store.jobs.start("reindex", "anna")
    store.jobs.progress(job.id, 3, 9)
    found = store.jobs.get(job.id, kind="reindex")
    assert (found.state, found.done, found.total) == ("running", 3, 9)
    for other, kind in ((job.id, "preview"), ("j_other", None)):
        with pytest.raises(NotFoundError, match="no such job"):
            store.jobs.get(other, kind=kind)
    store.jobs.finish(job.id, {"version": "x"})
    assert [one.state for one in store.jobs.latest()] == ["done"]
    number = store.audit.add("anna", "corpus.question", "withdraw", question="出金")
    store.audit.add("anna", "key.add", "k")
    assert [one.action for one in store.audit.entries()] == ["key.add", "corpus.question"]
    assert [one.detail for one in store.audit.entries(prefix="corpus.")] == [{"question": "出金"}]
    assert store.audit.get(number, prefix="corpus.").subject == "withdraw"
    for entry, prefix in ((number, "key."), (number + 9, "")):
        with pytest.raises(NotFoundError, match="no such change"):
            store.audit.get(entry, prefix=prefix)
    assert store.audit.revert(number)
    assert not store.audit.revert(number)
    store.site.set({"name": "客服", "greeting": "您好"})
    store.site.set({"name": None})
    assert store.site.get() == {"greeting": "您好"}


def test_votes_on_articles_are_counted_and_tell_nothing_of_the_voter(store: Store) -> None:
    for article, helpful in (("withdraw", True), ("withdraw", True), ("withdraw", False), ("invite", False)):
        store.article_votes.add(article, helpful=helpful)
    assert store.article_votes.counts() == {"withdraw": Votes(2, 1), "invite": Votes(0, 1)}
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
    assert store.article_votes.counts(since=soon) == {}
    assert store.article_votes.counts(since=soon - dt.timedelta(hours=1))["withdraw"] == Votes(2, 1)
    assert set(metadata.tables["article_votes"].columns.keys()) == {"id", "article", "helpful", "at"}


def test_a_label_is_added_replaced_listed_and_removed(store: Store) -> None:
    first = store.labels.set("怎麼提幣", "withdraw", "handoff")
    second = store.labels.set("\x00有禮物卡嗎", None)
    assert (second.question, second.article, second.kind) == ("有禮物卡嗎", None, "")
    again = store.labels.set("怎么 提币？", "invite")  # another spelling of one question
    assert (again.id, again.question, again.article, again.kind) == (first.id, "怎么 提币？", "invite", "")
    assert store.labels.all() == [again, second]
    assert store.labels.all(limit=1, offset=1) == [second]
    assert store.labels.count() == 2
    store.labels.remove(second.id)
    assert store.labels.all() == [again]
    with pytest.raises(NotFoundError, match="no such label"):
        store.labels.remove(second.id)


def test_long_questions_that_begin_alike_are_labelled_apart(store: Store) -> None:
    for end in "甲乙":
        store.labels.set("問" * 1999 + end, None)
    assert store.labels.count() == 2


def test_agents_who_label_one_question_at_once_leave_one_label(store: Store) -> None:
    articles = [f"article-{number}" for number in range(8)]
    threads = [threading.Thread(target=store.labels.set, args=("怎麼提幣", article)) for article in articles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [label] = store.labels.all()
    assert label.article in articles


def test_labels_outlive_a_visitor_but_for_those_in_his_words_alone(store: Store) -> None:
    turn(store, "我是王小明怎麼提幣")
    turn(store, "大家都問的問題")
    turn(store, "大家都問的問題", visitor="v_2")
    for question in ("我是王小明，怎麼提幣？", "大家都問的問題", "團隊自己想的問題"):
        store.labels.set(question, "withdraw")
    turn(store, "團隊自己想的問題")  # asked after it was labelled: not the visitor's words
    store.visitors.purge(dt.datetime.now(dt.UTC) - dt.timedelta(days=1))
    assert store.labels.count() == 3
    store.visitors.forget("v_1")
    assert {label.question for label in store.labels.all()} == {"大家都問的問題", "團隊自己想的問題"}


def test_labels_outlive_the_retention(store: Store) -> None:
    turn(store)
    label = store.labels.set("怎麼提幣", "withdraw")
    assert store.visitors.purge(dt.datetime.now(dt.UTC) + dt.timedelta(days=1)) == 1
    assert store.labels.all() == [label]


FIRST_SCHEMA = """
INSERT INTO visitors (id, created) VALUES ('v_old', '2026-01-01');
INSERT INTO conversations (id, visitor, channel, state, revision, length, memory, created, updated)
VALUES ('c_old', 'v_old', 'chat', 'bot', 1, 1, '{}', '2026-01-01', '2026-01-01');
INSERT INTO messages (id, conversation, number, author, text, created)
VALUES ('m_old', 'c_old', 1, 'visitor', '如何提幣', '2026-01-01');
INSERT INTO journal (at, actor, action, subject, detail)
VALUES ('2026-01-01', 'anna', 'corpus.unanswered', '7', '{}')
"""


def test_a_database_of_the_first_schema_gets_the_newest_and_loses_nothing(url: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(database_module.__file__).parent / "migrations"))
    database = Database(url)
    with database.writing() as connection:
        config.attributes["connection"] = connection
        for table in reversed(inspect(connection).get_table_names()) if "postgres" in url else ():
            connection.execute(text(f'DROP TABLE "{table}" CASCADE'))
        command.upgrade(config, "0001")
        for statement in FIRST_SCHEMA.split(";"):
            connection.execute(text(statement))
    database.close()
    store = open_store(url)
    store.article_votes.add("withdraw", helpful=True)
    store.labels.set("怎麼提幣", "withdraw")
    assert [entry.action for entry in store.audit.entries(limit=9)] == ["corpus.out_of_scope"]
    assert store.conversations.get("c_old").surface == "chat"
    assert [message.text for message in store.conversations.messages("c_old")] == ["如何提幣"]
    store.close()


def test_a_job_whose_process_is_gone_is_failed(store: Store) -> None:
    job = store.jobs.start("reindex", "anna")
    with store.database.writing() as connection:
        connection.execute(metadata.tables["jobs"].update().values(updated=job.created - dt.timedelta(hours=1)))
    assert store.jobs.get(job.id).state == "failed"


def test_of_the_jobs_that_are_claimed_one_runs_at_a_time(store: Store) -> None:
    claimed: list[Any] = []
    threads = [
        threading.Thread(target=lambda: claimed.append(store.jobs.claim("sync", "anna", beside=["sync.plan"])))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [job] = [one for one in claimed if one]
    assert store.jobs.claim("sync.plan", "ben", beside=["sync"]) is None
    assert store.jobs.claim("reindex", "ben") is not None
    with store.database.writing() as connection:
        connection.execute(metadata.tables["jobs"].update().values(updated=job.created - dt.timedelta(hours=1)))
    store.jobs.touch(job.id)
    assert store.jobs.claim("sync", "ben") is None, "its process is there again"
    store.jobs.finish(job.id, {})
    store.jobs.touch(job.id)
    assert store.jobs.get(job.id).state == "done"
    assert store.jobs.claim("sync", "anna", since=job.created) is None
    other = store.jobs.claim("sync", "ben", since=job.created)
    assert other
    store.jobs.fail(other.id, "no")
    again = store.jobs.claim("sync", "anna", since=job.created + dt.timedelta(microseconds=1))
    assert again
    assert [one.id for one in store.jobs.latest(kinds=("sync",), actor="anna")] == [again.id, job.id]


def test_of_claimed_jobs_the_newest_are_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supportbot.storage.jobs.MOST_CLAIMED", 3)
    other = store.jobs.start("reindex", "anna")
    for _ in range(6):
        job = store.jobs.claim("sync", "anna")
        assert job
        store.jobs.finish(job.id, {})
    found = store.jobs.latest()
    assert [one.kind for one in found] == ["sync"] * 4 + ["reindex"]
    assert found[-1].id == other.id


def test_hits_are_counted_by_all_and_windows_end(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    hits, others = Hits(store.database), Hits(store.database)

    def counts(counter: Hits, *keys: str) -> list[int]:
        found = counter.count([Window(key, 60) for key in keys])
        return [found[key][0] for key in keys]

    assert [counts(hits, "k"), counts(others, "k", "other"), counts(hits, "other")] == [[1], [2, 1], [2]]
    now = time.time()
    assert now < hits.count([Window("k", 60)])["k"][1] < now + 61
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert counts(hits, "k") == [1]
    monkeypatch.setattr(time, "time", lambda: now - 86_400)  # the clock was set back: nobody waits a day
    assert counts(hits, "k", "other") == [1, 1]
    assert counts(hits, "k") == [2]


def test_opening_again_changes_nothing(url: str, store: Store) -> None:
    conversation, *_ = turn(store)
    again = open_store(url)
    assert again.conversations.get(conversation.id)
    again.close()


def test_the_migrations_give_the_tables(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_database_of_a_newer_version_is_refused(url: str, store: Store) -> None:
    with store.database.writing() as connection:
        newest = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="not known to this version"):
        open_store(url)
    with store.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "expected sqlite:///file.db or postgresql"),
        ("mysql://a@b/c", "mysql is not supported"),
        ("sqlite+nope:///x", "sqlite"),
    ],
)
def test_a_url_that_is_none_is_named(url: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        open_store(url)


def test_a_database_that_is_away_is_an_error_without_its_password() -> None:
    with pytest.raises(DatabaseError) as error:
        open_store("postgresql://someone:hunter2@127.0.0.1:1/x")
    assert "hunter2" not in str(error.value)


def test_a_locked_sqlite_is_an_error_and_nothing_is_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supportbot.storage.database.LOCK_SECONDS", 0.1)
    url = f"sqlite:///{tmp_path / 'locked.db'}"
    holder, other = open_store(url), open_store(url)
    conversation, *_ = turn(holder)
    with holder.database.writing(), pytest.raises(DatabaseError, match="locked"):
        other.conversations.add_turn(conversation, "二", answer(), memory=Memory())
    assert len(other.conversations.messages(conversation.id)) == 2
    assert other.conversations.add_turn(conversation, "二", answer(), memory=Memory())
    holder.close()
    other.close()
