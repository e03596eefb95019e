"""Conversations that nobody touched for the retention are deleted by the running service, and no others."""

import datetime as dt
import time

import pytest
from service import Running, running
from sqlalchemy import text

from supportbot.settings import Settings
from supportbot.storage.visitors import Visitors


def age(service: Running, conversation: str, days: int) -> None:
    """Make a conversation one that was begun and last touched so long ago."""
    then = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    with service.service.store.database.writing() as connection:
        statement = text("UPDATE conversations SET created = :then, updated = :then WHERE id = :id")
        connection.execute(statement, {"then": then.strftime("%Y-%m-%d %H:%M:%S.%f"), "id": conversation})


def left(service: Running, gone: str) -> set[str]:
    """The conversations there are, as soon as `gone` is not among them, or in the end."""
    until = time.monotonic() + 5
    while True:
        with service.service.store.database.reading() as connection:
            found = set(connection.execute(text("SELECT id FROM conversations")).scalars())
        if gone not in found or time.monotonic() > until:
            return found
        time.sleep(0.02)


def test_what_is_older_than_the_retention_is_gone_after_a_start(settings: Settings, one_dictionary: None) -> None:
    with running(settings) as service:
        old, new = (service.ask("如何提幣?")["conversation_id"] for _ in range(2))
        age(service, old, 31)
        age(service, new, 29)
    with running(settings, retention_days=30) as service:
        assert left(service, old) == {new}


def test_it_is_looked_again_and_again_even_after_a_failure(
    settings: Settings, one_dictionary: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supportbot.api.PURGE_SECONDS", 0.05)
    purge, calls = Visitors.purge, []

    def failing(self: Visitors, before: dt.datetime) -> int:
        calls.append(before)
        if len(calls) == 1:
            raise RuntimeError("the disk is away")
        return purge(self, before)

    monkeypatch.setattr(Visitors, "purge", failing)
    with running(settings, retention_days=30) as service:
        for _ in range(2):
            old = service.ask("如何提幣?")["conversation_id"]
            age(service, old, 31)
            assert left(service, old) == set()
    assert len(calls) > 2


def test_a_retention_of_0_days_keeps_everything(
    settings: Settings, one_dictionary: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[dt.datetime] = []
    monkeypatch.setattr(Visitors, "purge", lambda self, before: calls.append(before))
    with running(settings, retention_days=0) as service:
        service.ask("如何提幣?")
    assert calls == []
