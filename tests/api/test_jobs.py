"""Work in the background: one piece at a time, whoever starts it."""

import itertools
import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest
from service import Running

from supportbot.embedding.encoder import Encoding
from supportbot.embedding.hashing import HashEncoder


def test_no_job_begins_before_the_one_before_it_has_ended(
    running_service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    for thread in threading.enumerate():  # jobs that services of other tests left behind
        if thread.name.startswith("job-"):
            thread.join(60)
    encode, working = HashEncoder.encode, []

    def slow(self: HashEncoder, texts: Sequence[str], **options: Any) -> list[Encoding]:
        if threading.current_thread().name.startswith("job-"):
            working.append(threading.current_thread())
            time.sleep(0.02)
        return encode(self, texts, **options)

    admin, version = running_service.key("admin"), running_service.service.snapshot.version
    monkeypatch.setattr(HashEncoder, "encode", slow)
    sent = {"before": version, "after": version, "questions": 5}
    jobs = [running_service.client.post("/v1/admin/index/diff", json=sent, headers=admin).json() for _ in range(3)]
    states, until = ["running"], time.monotonic() + 120
    while "running" in states and time.monotonic() < until:
        time.sleep(0.02)
        found = [running_service.client.get(f"/v1/admin/jobs/{job['id']}", headers=admin).json() for job in jobs]
        states = [job["state"] for job in found]
    assert states == ["done"] * 3
    assert [thread for thread, _ in itertools.groupby(working)] == list(dict.fromkeys(working))
    assert len(set(working)) == 3
