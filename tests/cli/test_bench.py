"""`supportbot bench`: every figure is there, measured on a small corpus."""

import json
import re
from pathlib import Path

import pytest
from conftest import Cli

from supportbot.cli import serving
from supportbot.evaluation import speed


@pytest.mark.slow
def test_bench_gives_each_figure_beside_its_yardstick(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "ROUNDS", 1)
    done = cli("bench", "--sizes", "50", "--json")
    assert done.status == 0, done.err
    figures = {figure["name"]: figure for figure in json.loads(done.out)}
    for stage in ("imports", "index", "jieba", "model", "answer"):
        assert figures[f"  of it {stage}"]["value"] >= 0
    for name in ("supportbot --help, cold", "supportbot ask, cold", "answering, peak memory"):
        assert figures[name]["value"] > 0
        assert figures[name]["most"] > 0
    for name in ("search by vector and words, 50 chunks", "whole retrieval, 50 chunks", "rebuild with nothing changed"):
        assert figures[name]["ratio"] > 0
    assert cli("bench", "--sizes", "50").out.count("\n") == len(figures)


@pytest.mark.slow
def test_bench_puts_the_service_under_load(cli: Cli) -> None:
    done = cli("bench", "--service", "--seconds", "3", "--kills", "1")
    assert done.status == 0, done.err
    assert re.search(r"^service time .* × \(median of \d+\)$", done.out, re.M)
    assert re.search(r"^throughput .* × *$", done.out, re.M)
    assert re.search(r"^mixed load +[1-9]\d* requests .*: 0 errors, 0 answers of two versions", done.out, re.M)
    assert re.search(r"^kills +1 under load: .* 0 lost, database ok$", done.out, re.M)


def test_the_load_generator_needs_a_checkout(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "LOAD_GENERATOR", tmp_path / "load" / "service.py")
    done = cli("bench", "--service")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("supportbot: error: bench --service needs a checkout of the project: there is no ")


def test_the_load_needs_enough_questions(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORTBOT_BENCHMARK", str(tmp_path / "none"))
    done = cli("bench", "--service")
    assert done.status == 2
    assert f"needs 240 different questions; {tmp_path / 'none'} gives 4" in done.err
