"""BLAS threads: the command line limits them for its own process, a program that imports supportbot keeps its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
import faiss, numpy
from threadpoolctl import threadpool_info
threads = lambda: sorted((library["filepath"], library["num_threads"]) for library in threadpool_info())
before = threads()
from supportbot import open_bot
bot = open_bot(corpus=sys.argv[1] + "/corpus", index=sys.argv[1] + "/index", cache=sys.argv[1] + "/cache", model="hash")
bot.warm_up()
print(before != [] and threads() == before)
"""
COMMAND = """
import sys
from supportbot.cli import main
sys.argv = ["supportbot", *sys.argv[1:]]
try:
    main()
finally:
    from threadpoolctl import threadpool_info
    print(max(library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"))
"""


def run(program: str, *arguments: str, **environment: str) -> str:
    own = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], env=own | environment, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-1]


def test_opening_a_bot_leaves_the_threads_of_a_program_alone(corpus: Path, tmp_path: Path) -> None:
    assert run(PROGRAM, str(tmp_path)) == "True"


@pytest.mark.parametrize(("environment", "threads"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "2"}, "2")])
def test_a_command_uses_one_thread_unless_told_otherwise(
    corpus: Path, tmp_path: Path, environment: dict[str, str], threads: str
) -> None:
    places = {f"SUPPORTBOT_{name.upper()}": str(tmp_path / name) for name in ("corpus", "index", "cache")}
    assert run(COMMAND, "ask", "如何提幣?", SUPPORTBOT_MODEL="hash", **places, **environment) == threads
