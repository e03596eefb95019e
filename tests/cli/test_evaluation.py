"""`eval`, `tune` and `export` from the command line: reports, gates, runs, and what is wrong with their input."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Cli

from supportbot.content.tuning import Tuning
from supportbot.evaluation import page as pages
from supportbot.evaluation.datasets import Dataset
from supportbot.evaluation.report import ReportSection, Table
from supportbot.storage import Store, open_store

pytestmark = pytest.mark.usefixtures("one_dictionary")

HOSTILE = "<script>alert(1)</script>|`x`[a](javascript:alert(1)) 提幣"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small set with slices, unanswerable questions, facts and a conversation."""
    folder = tmp_path / "set"
    (folder / "qrels").mkdir(parents=True)
    files: dict[str, list[dict[str, Any]]] = {
        "corpus": [
            {"_id": "a", "title": "如何提幣", "text": "提幣的步驟：\n\n1. 打開 App。\n2. 點擊提幣。"},
            {"_id": "b", "title": "邀請好友返佣", "text": "邀請好友註冊可得返佣。"},
            {"_id": "c", "title": "忘記密碼", "text": "忘記密碼請重置。"},
        ],
        "queries": [
            {"_id": "1", "text": "如何提幣", "metadata": {"slice": "hant"}},
            {"_id": "2", "text": "邀请好友返佣", "metadata": {"slice": "hans"}},
            {"_id": "3", "text": HOSTILE, "metadata": {"slice": "<b>odd</b>"}},
        ],
        "unanswerable": [{"_id": "u", "text": "今天天氣如何", "kind": "far"}],
        "facts": [{"_id": "1", "fact": "點擊提幣"}],
        "conversations": [
            {"_id": "c1", "turns": ["如何提幣", "謝謝", "邀請好友返佣"], "article": "b", "kind": "switch"}
        ],
    }
    for name, records in files.items():
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    for split in ("dev", "test"):
        rows = "query-id\tcorpus-id\tscore\n1\ta\t1\n2\tb\t1\n3\ta\t1\n"
        (folder / "qrels" / f"{split}.tsv").write_text(rows, encoding="utf-8")
    return folder


def test_a_report_is_three_files_that_say_the_same_and_run_nothing(
    cli: Cli,
    folder: Path,
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    done = cli(
        "eval", str(folder), "--answers", "--report", str(out), "--modes", "hybrid,bm25_chunk", "--differences", "2"
    )
    assert done.status == 0
    for shown in (
        "Ranking",
        "Ranking by slice",
        "Comparison",
        "Answers",
        "Calibration",
        "Time of an answer",
        "p, Holm",
    ):
        assert shown in done.out
    assert sorted(path.name for path in out.iterdir()) == ["report.html", "report.json", "report.md"]
    result = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert result["modes"]["hybrid"]["Success@1"] == 1.0
    assert result["answers"]["bot"]["measures"]["follow_up_accuracy"]["mean"] == 1.0
    assert result["made"]["dataset_sha256"]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") >= 4, "slices, coverage, reliability, latency"
    assert "<script" not in page
    assert "<b>odd" not in page
    assert not re.search(r"(?:src|href)=\"(?!#)", page), "nothing is loaded from elsewhere"
    markdown = (out / "report.md").read_text(encoding="utf-8")
    assert "<script" not in markdown


def test_text_of_strangers_is_shown_as_it_is() -> None:
    sections = [ReportSection(HOSTILE, HOSTILE, Table((HOSTILE, "n"), ((HOSTILE, "1"),)))]
    markdown, html = pages.markdown(HOSTILE, sections), pages.html(HOSTILE, sections)
    for shown in (markdown, html):
        assert "<script" not in shown
        assert "&lt;script" in shown
    assert r"\[a\]" in markdown
    assert r"\|\`x\`" in markdown


def test_a_report_replaces_an_earlier_one_and_nothing_else(cli: Cli, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = ("eval", str(folder), "--modes", "bm25_chunk", "--report", str(out))
    assert cli(*command).status == 0
    assert cli(*command).status == 0
    (out / "thesis.doc").write_text("mine", encoding="utf-8")
    done = cli(*command)
    assert done.status == 2
    assert "holds 'thesis.doc'; expected a new folder" in done.err
    assert (out / "thesis.doc").read_text(encoding="utf-8") == "mine"


def test_a_report_that_cannot_be_written_leaves_nothing_half(
    cli: Cli,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from supportbot.evaluation import page

    def fail(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(page, "html", fail)
    done = cli("eval", str(folder), "--modes", "bm25_chunk", "--report", str(tmp_path / "out"))
    assert done.status == 1
    assert "No space left on device" in done.err
    assert not (tmp_path / "out").exists()


def test_runs_go_out_and_come_back_the_same(cli: Cli, folder: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    first = json.loads(cli("eval", str(folder), "--modes", "hybrid", "--write-runs", str(runs), "--json").out)
    again = json.loads(cli("eval", str(folder), "--modes", "", "--run", str(runs / "hybrid.run"), "--json").out)
    assert again["modes"]["hybrid.run"] == first["modes"]["hybrid"]


@pytest.mark.parametrize(
    ("gates", "status", "said"),
    [
        (["Success@1=1", "coverage=0.5"], 0, ""),
        (["Success@1=1.01"], 1, "gate failed: Success@1: 1.0000 is below 1.01"),
        (["refusal_recall/far=1"], 1, "gate failed: refusal_recall/far: 0.0000 is below 1"),
        (["Success=1"], 2, "--fail-below"),
        (["Success@1=high"], 2, "expected a measure and a number"),
    ],
)
def test_gates_decide_the_exit_status(cli: Cli, folder: Path, gates: list[str], status: int, said: str) -> None:
    options = [part for gate in gates for part in ("--fail-below", gate)]
    done = cli("eval", str(folder), "--modes", "hybrid", "--answers", *options)
    assert done.status == status
    assert said in done.err


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("corpus.jsonl", '{"_id": "a", "text": "x"}\n{"_id": ', "corpus.jsonl:2: not a line of JSON"),
        (
            "queries.jsonl",
            '{"_id": "1", "text": "x"}\n{"_id": "1", "text": "y"}',
            "queries.jsonl:2: _id '1' stands here",
        ),
        ("queries.jsonl", '{"_id": "1", "text": "\u200b"}', "queries.jsonl:1: text: expected a text that is not empty"),
        ("qrels/test.tsv", "9\ta\t1\n", "test.tsv:1: query-id '9' is not in queries.jsonl"),
        (
            "conversations.jsonl",
            '{"_id": "c", "turns": []}',
            "conversations.jsonl:1: turns: expected a list of questions",
        ),
    ],
)
def test_a_broken_set_is_one_line_with_file_and_line(
    cli: Cli,
    folder: Path,
    file: str,
    content: str,
    said: str,
) -> None:
    (folder / file).write_text(content, encoding="utf-8")
    for command in (("eval",), ("tune", "--split", "test")):
        done = cli(command[0], str(folder), *command[1:])
        assert done.status == 2
        assert said in done.err
        assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1 Q0 a 1 nan tag", "score: expected a number, got 'nan'"),
        ("1 Q0 zzz 1 1.0 tag", "document-id 'zzz' is not in set: another set's run?"),
        ("1 a 1.0", "expected query-id Q0 document-id rank score tag"),
    ],
)
def test_a_run_that_does_not_belong_is_named(cli: Cli, folder: Path, tmp_path: Path, line: str, said: str) -> None:
    run = tmp_path / "other.run"
    run.write_text(line + "\n", encoding="utf-8")
    done = cli("eval", str(folder), "--modes", "", "--run", str(run))
    assert (done.status, done.out) == (2, "")
    assert f"other.run:1: {said}" in done.err


# --- tune and export ----------------------------------------------------------------------------------------------


def test_tune_needs_enough_questions_and_writes_nothing_without(cli: Cli, folder: Path, tmp_path: Path) -> None:
    done = cli("tune", str(folder), "--to", str(tmp_path / "tuned.yaml"))
    assert done.status == 2
    assert "4 questions; fitting needs at least 30" in done.err
    assert not (tmp_path / "tuned.yaml").exists()


def test_tune_writes_a_file_that_names_its_data_and_serves(
    cli: Cli,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = ["提幣", "返佣", "密碼"]
    queries = [{"_id": str(n), "text": f"{words[n % 3]}的問題{n}"} for n in range(60)]
    others = [{"_id": f"u{n}", "text": f"天氣{n}度{n * 7}", "kind": "near" if n % 2 else "far"} for n in range(40)]
    for name, records in (("queries", queries), ("unanswerable", others)):
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    (folder / "facts.jsonl").unlink()
    rows = "".join(f"{n}\t{'abc'[n % 3]}\t1\n" for n in range(60))
    (folder / "qrels" / "dev.tsv").write_text(rows, encoding="utf-8")
    target = tmp_path / "tuned.yaml"
    done = cli("tune", str(folder), "--to", str(target))
    assert done.status == 0, done.err
    assert "auroc" in done.out
    content = target.read_text(encoding="utf-8")
    assert "sha256:" in content
    assert "answerable: 60" in content
    monkeypatch.setenv("SUPPORTBOT_TUNING", str(target))
    assert cli("ask", "如何提幣?").status == 0
    monkeypatch.setenv("SUPPORTBOT_TUNING", str(tmp_path / "none.yaml"))
    assert cli("ask", "如何提幣?").status == 2


@pytest.fixture
def collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store that `--collected` reads."""
    url = f"sqlite:///{tmp_path / 'labels.db'}"
    monkeypatch.setenv("SUPPORTBOT_DATABASE", url)
    return open_store(url)


def test_tune_fits_on_what_agents_labelled_but_for_articles_that_are_gone(
    cli: Cli, collected: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collected.labels.set("=提幣怎麼做", "withdraw", "handoff")
    collected.labels.set("有賣禮物卡嗎", None)
    collected.labels.set("舊的問題", "gone")
    asked: list[Dataset] = []

    def fit(bot: object, data: Dataset, prior: Tuning, **more: object) -> Tuning:
        asked.append(data)
        return prior

    monkeypatch.setattr("supportbot.evaluation.fitting.fit", fit)
    target = tmp_path / "tuned.yaml"
    done = cli("tune", "--collected", "--to", str(target))
    assert done.status == 0, done.err
    assert "left out: labels of articles that are gone: gone" in done.err
    assert target.exists()
    [data] = asked
    [query] = data.queries.values()
    assert (query.text, sorted(data.relevant(query.id))) == ("=提幣怎麼做", ["withdraw"])
    assert [one.text for one in data.unanswerable] == ["有賣禮物卡嗎"]


def test_tune_without_labels_says_where_they_come_from(cli: Cli, collected: Store, tmp_path: Path) -> None:
    target = tmp_path / "tuned.yaml"
    collected.labels.set("舊的問題", "gone")
    done = cli("tune", "--collected", "--to", str(target))
    assert done.status == 2
    assert "--collected: no label of an article that is there; agents collect labels in the console" in done.err
    assert not target.exists()


@pytest.mark.parametrize("arguments", [(), ("labels.csv", "--collected")])
def test_tune_takes_either_a_table_or_what_was_collected(cli: Cli, arguments: tuple[str, ...]) -> None:
    done = cli("tune", *arguments)
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "expected either a table or folders of labelled questions, or --collected" in done.err


def test_export_gives_the_corpus_of_a_benchmark_and_eval_holds_it_to_the_articles(
    cli: Cli,
    corpus: Path,
    folder: Path,
) -> None:
    inside = corpus / "benchmarks" / "own"
    (inside / "qrels").mkdir(parents=True)
    file = inside / "corpus.jsonl"
    assert cli("export", "--to", str(file)).status == 0
    (inside / "queries.jsonl").write_text('{"_id": "1", "text": "怎麼出金"}', encoding="utf-8")
    (inside / "qrels" / "test.tsv").write_text("1\twithdraw\t1\n", encoding="utf-8")
    found: Callable[[], Any] = lambda: cli("eval", str(inside), "--modes", "titles", "--json")  # noqa: E731
    assert json.loads(found().out)["modes"]["titles"]["Success@1"] == 1.0, "by the article's alternative question"
    file.write_text(file.read_text(encoding="utf-8").replace("邀請好友規則", "別的標題"), encoding="utf-8")
    done = found()
    assert done.status == 2
    assert "'invite' is not as in" in done.err
    assert "supportbot export" in done.err
