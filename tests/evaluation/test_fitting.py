"""Fitting: across help centres, each left out in turn, and for one, however few its labels."""

import csv
from pathlib import Path

import pytest
from conftest import Cli

from supportbot.content import tuning

SUBJECTS = {
    "shop": "訂單 退款 優惠券 發票 運費",
    "bank": "轉帳 存款 貸款 利率 提款卡",
    "city": "戶籍 垃圾車 停車證 身分證 補助",
}


def help_centre(folder: Path, subjects: str) -> Path:
    """A help centre of five articles, with ten questions that they answer and five that nothing answers."""
    rows = []
    for number, subject in enumerate(subjects.split()):
        file = folder / "articles" / f"a{number}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            f"# {subject}說明\n\n{subject}的申請需要三個工作天。\n\n1. 打開【{subject}】。\n2. 送出。\n", "utf-8"
        )
        title = f"{subject}說明"
        rows += [
            [f"怎麼申請{subject}", title, ""],
            [f"{subject}要等幾天", title, ""],
            [f"恐龍{number}吃什麼", "none", "far"],
        ]
    with (folder / "questions.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["question", "article", "kind"], *rows])
    return folder


@pytest.fixture
def centres(tmp_path: Path) -> list[str]:
    return [str(help_centre(tmp_path / name, subjects)) for name, subjects in SUBJECTS.items()]


def test_several_help_centres_are_fitted_together_and_each_is_left_out(
    cli: Cli, centres: list[str], tmp_path: Path
) -> None:
    target = tmp_path / "across.yaml"
    done = cli("tune", *centres, "--to", str(target), "--precision", "0.9", "--clarify", "0.3")
    assert done.status == 0, done.err
    for name in (*SUBJECTS, "mean"):
        assert any(line.split()[:1] == [name] for line in done.out.splitlines()), name
    fitted = tuning.read(target)
    assert (fitted.answer_precision, fitted.clarify_certainty) == (0.9, 0.3)
    assert fitted.data["answerable"] == 30
    assert {"right_first", "answered", "offered", "precision", "auroc", "calibration_error"} <= fitted.measured.keys()


def test_fewer_than_three_are_refused(cli: Cli, centres: list[str], tmp_path: Path) -> None:
    done = cli("tune", *centres[:2], "--to", str(tmp_path / "across.yaml"))
    assert done.status == 2
    assert "2 help centres; fitting across them needs at least 3" in done.err
    assert "expected --to FILE" in cli("tune", *centres).err
    assert not (tmp_path / "across.yaml").exists()


@pytest.mark.parametrize("answerable", [30, 20, 1, 0])
def test_few_labels_of_any_kind_never_silence_the_bot(cli: Cli, corpus: Path, tmp_path: Path, answerable: int) -> None:
    asked = [("怎麼提幣", "withdraw"), ("邀請有什麼好處", "invite"), ("提幣能取消嗎", "withdraw-faq")]
    rows = [f"{asked[n % 3][0]}{n},{asked[n % 3][1]}" for n in range(answerable)]
    rows += [f"恐龍{n}吃什麼,none" for n in range(40 - answerable)]
    table = tmp_path / "labels.csv"
    table.write_text("question,article\n" + "\n".join(rows) + "\n", encoding="utf-8")
    done = cli("tune", str(table))
    assert done.status == 0, done.err
    own, shipped = tuning.read(corpus / "tuning.yaml"), tuning.read(tuning.starter())
    assert own.confidence.thresholds.keys() >= shipped.confidence.thresholds.keys()
    assert max(own.confidence.thresholds.values()) < 1
    assert own.answer_precision == shipped.answer_precision
    if answerable:
        assert "answered_before" in done.out, "it says what was gained"
    more = done.out.partition("to gain more:")[2]
    assert more, "it says what it would take to gain more"
    assert ("no article answers" in more) == (answerable > 0), "40 unanswerable ones are enough"
    assert ("articles that have none yet" in more) == (answerable < 3)


def test_a_source_that_is_not_there_is_named(cli: Cli, centres: list[str], tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Help centres\n", encoding="utf-8")
    for sources in (["nothing.csv"], [*centres, str(tmp_path / "README.md")]):
        done = cli("tune", *sources, "--to", str(tmp_path / "t.yaml"))
        assert done.status == 2
        assert f"{sources[-1]}/corpus.jsonl: cannot be read; expected a BEIR folder" in done.err
