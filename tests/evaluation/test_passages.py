"""Labelled passages: read with the set, judged on the right article, reported with the answers."""

import csv
import json
from pathlib import Path

import pytest
from conftest import Cli

BODY = "## 申請\n\n退貨請在七天內申請。\n\n## 運費\n\n退貨的運費由店家負擔。\n"
LABEL = {
    "_id": "p1",
    "text": "退貨運費誰出",
    "article": "refund",
    "passage": "運費由店家負擔",
    "needed": ["退貨的運費由店家負擔。"],
    "unasked": ["七天內申請"],
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    (folder / "articles").mkdir(parents=True)
    (folder / "articles" / "refund.md").write_text(f"---\nid: refund\ntitle: 退貨\n---\n{BODY}", "utf-8")
    with (folder / "questions.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["question", "article"], ["怎麼退貨", "refund"], ["恐龍吃什麼", "none"]])
    return folder


def label(folder: Path, *changes: dict[str, object]) -> None:
    lines = (json.dumps({**LABEL, **change}, ensure_ascii=False) for change in changes)
    (folder / "passages.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


def measured(out: str) -> dict[str, float]:
    rows = (
        line.split() for line in out.splitlines() if line.startswith(("passage_", "condition_", "order_", "nothing_"))
    )
    return {name: float(value) for name, value, *_ in rows}


def test_passages_are_judged_on_their_article(cli: Cli, shop: Path) -> None:
    label(shop, {})
    found = measured(cli("eval", str(shop), "--answers").out)
    assert found["passage_first"] == found["passage_whole"] == 1
    label(shop, {"passage": "此句不在文中", "needed": ["此句不在文中"], "unasked": ["退貨的運費由店家負擔。"]})
    found = measured(cli("eval", str(shop), "--answers").out)
    assert found == {**found, "passage_first": 0, "passage_whole": 0, "passage_only": 0}


def test_a_condition_must_be_told(cli: Cli, shop: Path) -> None:
    label(shop, {"condition": "退貨的運費由店家負擔"}, {"_id": "p2", "condition": "此句不在文中"})
    assert measured(cli("eval", str(shop), "--answers").out)["condition_told"] == 0.5


def test_a_passage_belongs_to_its_split(cli: Cli, shop: Path) -> None:
    label(shop, {"split": "dev"}, {"_id": "p2", "split": "test", "passage": "此句不在文中"})
    assert measured(cli("eval", str(shop), "--answers", "--split", "dev").out)["passage_first"] == 1
    assert measured(cli("eval", str(shop), "--answers", "--split", "test").out)["passage_first"] == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"article": "gone"}, "article 'gone' is not in the set"),
        ({"condition": 1}, "condition: expected a text, got 1"),
        ({"needed": "text"}, "needed: expected a list of texts, got 'text'"),
        ({"unasked": [""]}, "unasked: expected a list of texts, got ['']"),
        ({"passage": 3}, "passage"),
    ],
)
def test_a_broken_label_is_named(cli: Cli, shop: Path, change: dict[str, object], message: str) -> None:
    label(shop, {}, {"_id": "p2", **change})
    done = cli("eval", str(shop), "--answers")
    assert done.status == 2
    assert "passages.jsonl:2: " in done.err
    assert message in done.err
