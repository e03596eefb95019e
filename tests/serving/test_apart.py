"""Work in a process of its own: what comes back, what fails there, and how it is ended."""

import importlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from supportbot.errors import SupportBotError
from supportbot.serving.apart import run_apart

WORK = """
import os, time
from pathlib import Path
from supportbot.errors import InputError

def double(number, on_progress):
    on_progress(1, 2)
    return number * 2, os.getpid()

def refuse(on_progress):
    raise InputError("faq.csv:3: no answer")

def die(on_progress):
    os._exit(9)

def hang(file, on_progress):
    Path(file).write_text("begun")
    time.sleep(600)
"""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module with work, which the other process can import."""
    (tmp_path / "apart_work.py").write_text(WORK)
    monkeypatch.syspath_prepend(tmp_path)
    return importlib.import_module("apart_work")


def test_progress_and_result_come_back_from_another_process(work: Any) -> None:
    told: list[tuple[int, int]] = []
    value, process = run_apart(work.double, 21, name="work", on_progress=lambda done, total: told.append((done, total)))
    assert (value, told) == (42, [(1, 2)])
    assert process != os.getpid()


@pytest.mark.parametrize(
    ("name", "line"), [("refuse", "faq.csv:3: no answer"), ("die", "work: its process ended before it was done")]
)
def test_a_failure_is_one_line(work: Any, name: str, line: str) -> None:
    with pytest.raises(SupportBotError) as failed:
        run_apart(getattr(work, name), name="work")
    assert str(failed.value) == line


def test_what_is_not_wanted_any_more_is_ended(work: Any, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    unwanted: Callable[[], bool] = begun.exists
    start = time.monotonic()
    with pytest.raises(SupportBotError, match="work: ended, as the service stops"):
        run_apart(work.hang, str(begun), name="work", unwanted=unwanted)
    assert time.monotonic() - start < 60
