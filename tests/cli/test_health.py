"""`supportbot health`: what a team is told, and after a build."""

import json
from pathlib import Path

from conftest import Cli

from supportbot.content import articles
from supportbot.content.articles import Article


def test_it_tells_what_there_is_what_to_expect_and_what_would_help(cli: Cli) -> None:
    done = cli("health")
    assert done.status == 0
    lines = done.out.splitlines()
    assert lines[0].startswith("3 articles (3 hant)")
    assert "expect of customers' questions:" in lines[1]
    assert "other help centres, each left out of the fit" in lines[1], "it says how it was measured"
    assert "supportbot tune labels.csv" in done.out
    assert sum(line[:3].strip().rstrip(".").isdigit() for line in lines) <= 10


def test_json_holds_the_same(cli: Cli) -> None:
    found = json.loads(cli("health", "--json").out)
    assert found["figures"]["articles"] == 3
    assert found["expectation"]["basis"] == "left_out"
    assert 0 < found["expectation"]["precision"] <= 1
    assert 1 <= len(found["advice"]) <= 10


def test_an_article_that_breaks_off_is_named(cli: Cli, corpus: Path) -> None:
    articles.write([Article("cut", "如何轉帳", "轉帳請依照下列步驟：\n")], corpus)
    out = cli("health").out
    assert "finish articles that break off: articles/cut.md" in out
    assert "cut_short  cut (如何轉帳)" in out


def test_a_build_ends_with_its_first_lines(cli: Cli) -> None:
    out = cli("index").out
    assert "expect of customers' questions:" in out
    assert "more: supportbot health" in out
    assert "unchanged" in cli("index").out
