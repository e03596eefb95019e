"""Data sets, runs, measures and comparisons: what an evaluator relies on, with numbers worked out by hand."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from supportbot.content import articles, lexicon
from supportbot.errors import InputError, SettingsError, SourceError
from supportbot.evaluation import calibration, comparing, datasets, experiment, gates, measures, runs, systems
from supportbot.evaluation.experiment import Plan
from supportbot.evaluation.runs import Run
from supportbot.settings import Settings

CORPUS = [
    {"_id": "a", "title": "如何提幣", "text": "1. 打開 App。\n2. 點擊提幣。\n"},
    {"_id": "b", "title": "邀請好友", "text": "邀請好友註冊，可獲得返佣。"},
    {"_id": "c", "title": "", "text": "忘記密碼請到登入頁重置。"},
]
QUERIES = [
    {"_id": "1", "text": "如何提幣", "metadata": {"slice": "hant", "size": 4}},
    {"_id": "2", "text": "邀请好友返佣", "metadata": {"slice": "hans"}},
    {"_id": "3", "text": "忘記密碼", "metadata": {"slice": "hant"}},
    {"_id": "4", "text": "沒有人評過"},
]
QRELS = "query-id\tcorpus-id\tscore\n1\ta\t1\n2\tb\t2\n2\ta\t0\n3\tc\t1\n"


def jsonl(records: list[Any]) -> str:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data set of three articles and three judged questions."""
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(jsonl(CORPUS), encoding="utf-8")
    (folder / "queries.jsonl").write_text(jsonl(QUERIES), encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text(QRELS, encoding="utf-8")
    return folder


# --- data sets ---------------------------------------------------------------------------------------------------


def test_a_beir_folder_is_read_with_its_optional_files(folder: Path) -> None:
    optional: dict[str, list[Any]] = {
        "unanswerable": [
            {"_id": "u1", "text": "今天天氣", "kind": "far"},
            {"_id": "u2", "text": "別的題", "kind": "near", "split": "dev"},
        ],
        "facts": [{"_id": "1", "fact": "點擊提幣"}],
        "conversations": [
            {"_id": "c1", "turns": ["提幣", "然後呢"], "article": "a", "fact": None, "kind": "follow-up"}
        ],
    }
    for name, records in optional.items():
        (folder / f"{name}.jsonl").write_text(jsonl(records), encoding="utf-8")
    (folder / "holdout").mkdir()
    (folder / "holdout" / "docs.txt").write_text("a\n", encoding="utf-8")
    (folder / "holdout" / "queries.txt").write_text("1\n", encoding="utf-8")
    data = datasets.read(folder)
    assert list(data.queries) == ["1", "2", "3"]  # 4 has no judgement
    assert data.relevant("2") == {"b"}  # a was judged and found wanting
    assert [one.id for one in data.unanswerable] == ["u1"]  # u2 is of another split
    assert data.facts == {"1": "點擊提幣"}
    assert data.dialogues[0].turns == ("提幣", "然後呢")
    assert data.holdout
    assert data.holdout.articles == {"a"}
    assert data.slices() == {"hans": ["2"], "hant": ["1", "3"]}
    assert data.slices("size") == {"(none)": ["2", "3"], "4": ["1"]}


def test_the_digest_tells_sets_apart(folder: Path) -> None:
    before = datasets.read(folder).digest
    assert datasets.read(folder).digest == before
    (folder / "facts.jsonl").write_text('{"_id": "1", "fact": "x"}', encoding="utf-8")
    assert datasets.read(folder).digest != before


def test_a_translation_may_hold_fewer_questions_than_are_judged(folder: Path) -> None:
    (folder / "queries_en.jsonl").write_text('{"_id": "1", "text": "withdraw"}', encoding="utf-8")
    assert list(datasets.read(folder, queries="queries_en.jsonl").queries) == ["1"]


def test_a_document_without_text_is_found_by_its_title(folder: Path) -> None:
    (folder / "corpus.jsonl").write_text(
        jsonl([*CORPUS, {"_id": "d", "title": "只有標題", "text": ""}]), encoding="utf-8"
    )
    assert datasets.read(folder).articles[-1].body == "只有標題"


def test_metadata_of_the_corpus_become_fields_of_the_articles(folder: Path) -> None:
    metadata = {"questions": ["怎麼出金"], "category": "資產", "platforms": ["app"], "url": "https://example.com/1"}
    (folder / "corpus.jsonl").write_text(jsonl([{**CORPUS[0], "metadata": metadata}, *CORPUS[1:]]), encoding="utf-8")
    article = datasets.read(folder).articles[0]
    assert (article.questions, article.category, article.platforms) == (("怎麼出金",), "資產", ("app",))


def test_a_sample_is_spread_evenly_and_no_larger_than_asked(folder: Path) -> None:
    data = datasets.read(folder)
    assert list(data.sample(2).queries) == ["1", "2"]
    assert data.sample(2).qrels.keys() == data.sample(2).queries.keys()
    assert data.sample(None).queries == data.sample(99).queries == data.queries


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("corpus.jsonl", '{"_id": "a", "text": "x"}\n{broken', r"corpus.jsonl:2: not a line of JSON"),
        ("corpus.jsonl", '["a"]', r"corpus.jsonl:1: expected an object"),
        ("corpus.jsonl", "[" * 100_000, r"corpus.jsonl:1: not a line of JSON"),
        ("corpus.jsonl", '{"_id": 7, "text": "x"}', r"corpus.jsonl:1: _id: expected a text .*got 7"),
        ("corpus.jsonl", '{"_id": "a\\u0000", "text": "x"}', r"corpus.jsonl:1: _id: expected a text without control"),
        ("corpus.jsonl", '{"_id": "\\ud800", "text": "x"}', r"corpus.jsonl:1: _id: expected a text without control"),
        ("corpus.jsonl", '{"_id": "a"}', r"corpus.jsonl:1: title and text: expected texts"),
        ("corpus.jsonl", '{"_id": "a", "text": "x"}\n\n{"_id": "a", "text": "y"}', r"corpus.jsonl:3: _id 'a' stands"),
        ("corpus.jsonl", '{"_id": "a", "text": "x", "metadata": 1}', r"corpus.jsonl:1: metadata: expected an object"),
        (
            "corpus.jsonl",
            '{"_id": "a", "text": "x", "metadata": {"platforms": ["iOS"]}}',
            "expected a list of ids such as app, web",
        ),
        ("corpus.jsonl", "\n", r"corpus.jsonl: is empty"),
        ("queries.jsonl", '{"_id": "1", "text": "x"}\n{"_id": "2", "text": " \\u200b"}', r"queries.jsonl:2: text: exp"),
        ("queries.jsonl", '{"_id": "1", "text": null}', r"queries.jsonl:1: text: expected a text that is not empty"),
        ("queries.jsonl", "", r"queries.jsonl: is empty"),
        ("qrels/test.tsv", "1\tzzz\t1\n", r"test.tsv:1: corpus-id 'zzz' is not in corpus.jsonl"),
        ("qrels/test.tsv", "1\ta\t1\n9\ta\t1\n", r"test.tsv:2: query-id '9' is not in queries.jsonl"),
        ("qrels/test.tsv", "1\ta\tyes\n", r"test.tsv:1: expected query-id, corpus-id and a whole number"),
        ("qrels/test.tsv", "1 0 a 1\n", r"test.tsv:1: expected query-id, corpus-id and a whole number"),
        ("qrels/test.tsv", "1\ta\t1\n1\ta\t0\n", r"test.tsv:2: '1' and 'a' are judged twice, differently"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\n", r"test.tsv: judges none of the questions"),
        ("qrels/test.tsv", "1\ta\t0\n", r"test.tsv: judges none of the questions"),
        (
            "unanswerable.jsonl",
            '{"_id": "u", "text": "x", "kind": "answerable"}',
            r"unanswerable.jsonl:1: kind 'answera",
        ),
        ("facts.jsonl", '{"_id": "99", "fact": "x"}', r"facts.jsonl:1: _id '99' is no question of queries.jsonl"),
        ("conversations.jsonl", '{"_id": "c", "turns": []}', r"conversations.jsonl:1: turns: expected a list"),
        (
            "conversations.jsonl",
            '{"_id": "c", "turns": ["x"], "article": "z"}',
            r"conversations.jsonl:1: article 'z' is",
        ),
    ],
)
def test_a_broken_set_is_refused_with_file_and_line(folder: Path, file: str, content: str, message: str) -> None:
    (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=message) as caught:
        datasets.read(folder)
    assert "\n" not in str(caught.value)


def test_text_that_is_not_utf_8_and_files_that_are_not_there_are_named(folder: Path) -> None:
    (folder / "queries.jsonl").write_bytes(b'{"_id": "1", "text": "x"}\n\xff\xfe')
    with pytest.raises(SourceError, match=r"queries.jsonl:2: not UTF-8 text"):
        datasets.read(folder)
    (folder / "queries.jsonl").write_text(jsonl(QUERIES), encoding="utf-8")
    with pytest.raises(SourceError, match=r"train.tsv: cannot be read: No such file"):
        datasets.read(folder, split="train")
    with pytest.raises(SourceError, match=r"docs.txt: cannot be read"):
        datasets.read(folder, holdout=folder / "none")


def test_an_unknown_key_to_cut_by_names_those_that_are_there(folder: Path) -> None:
    with pytest.raises(SettingsError, match=r"'colour': no question of tiny has it; expected one of size, slice"):
        datasets.read(folder).slices("colour")


# --- runs --------------------------------------------------------------------------------------------------------


def test_a_run_that_is_written_is_read_back_in_the_same_order(folder: Path, tmp_path: Path) -> None:
    data = datasets.read(folder)
    run = Run("some/mode x", {"1": (("b", 0.5), ("a", 0.5), ("c", 0.4999999)), "2": (("c", 1e-9),), "3": ()})
    file = runs.write_trec(run, tmp_path / "runs")
    assert file.name == "some-mode-x.run"
    rows = [line.split(" ") for line in file.read_text(encoding="utf-8").splitlines()]
    assert [row[:4] for row in rows[:3]] == [["1", "Q0", "b", "1"], ["1", "Q0", "a", "2"], ["1", "Q0", "c", "3"]]
    scores = [float(row[4]) for row in rows[:3]]
    assert scores[0] > scores[1] > scores[2]
    again = runs.read_trec(file, data)
    assert [article for article, _ in again.rankings["1"]] == ["b", "a", "c"]


def test_scores_decide_the_order_of_a_run_and_of_equal_ones_the_later_id_goes_first(folder: Path) -> None:
    file = folder / "other.run"
    file.write_text("1 Q0 a 1 0.1 t\n1 Q0 b 2 7e1 t\n1 Q0 c 3 0.1 t\n4 Q0 a 1 1 t\n", encoding="utf-8")
    run = runs.read_trec(file, datasets.read(folder))
    assert [article for article, _ in run.rankings["1"]] == ["b", "c", "a"]
    assert "4" not in run.rankings  # of the set, yet not judged


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1 Q0 a 1 0.5", "expected query-id Q0 document-id rank score tag"),
        ("1 Q0 a 1 nan t", "score: expected a number, got 'nan'"),
        ("1 Q0 a 1 inf t", "score: expected a number"),
        ("1 Q0 a 1 high t", "score: expected a number, got 'high'"),
        ("q77 Q0 a 1 0.5 t", "query-id 'q77' is not in tiny: another set's run?"),
        ("1 Q0 z9 1 0.5 t", "document-id 'z9' is not in tiny"),
        ("1 Q0 b 2 0.5 t", "'b' is ranked twice for '1'"),
    ],
)
def test_a_broken_run_is_refused_with_file_and_line(folder: Path, line: str, message: str) -> None:
    file = folder / "broken.run"
    file.write_text(f"1 Q0 b 1 0.9 t\n{line}\n", encoding="utf-8")
    with pytest.raises(SourceError, match=rf"broken.run:2: .*{message.replace('?', '.')}"):
        runs.read_trec(file, datasets.read(folder))


def test_a_run_that_ranks_nothing_that_is_judged_is_refused(folder: Path) -> None:
    file = folder / "empty.run"
    file.write_text("4 Q0 a 1 0.9 t\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"empty.run: ranks nothing for the judged questions of tiny"):
        runs.read_trec(file, datasets.read(folder))


def test_an_id_with_a_space_cannot_go_into_a_run_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"'a b' holds a space"):
        runs.write_trec(Run("x", {"1": (("a b", 1.0),)}), tmp_path)
    assert not list(tmp_path.iterdir())


# --- measures ----------------------------------------------------------------------------------------------------


def test_measures_are_those_of_the_field() -> None:
    """One right at rank 2, one at rank 1, one not found at all: worked out by hand."""
    run = Run("x", {"1": (("b", 0.9), ("a", 0.1)), "2": (("b", 0.3),), "3": ()})
    qrels = {"1": {"a": 1}, "2": {"b": 2, "a": 0}, "3": {"c": 1}}
    found = measures.by_question(run, qrels, measures.parse("nDCG@10 RR@10, R@1 Success@1 AP P(rel=2)@1 Judged@10"))
    assert found["nDCG@10"].tolist() == pytest.approx([1 / np.log2(3), 1, 0])
    assert found["RR@10"].tolist() == [0.5, 1, 0]
    assert found["R@1"].tolist() == found["Success@1"].tolist() == [0, 1, 0]
    assert found["AP"].tolist() == [0.5, 1, 0]
    assert found["P(rel=2)@1"].tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    "notation", ["nDCG@", "recall at 5", "RR@10 Foo", "alpha_nDCG@10", "", "__import__('os')", "R@-1"]
)
def test_an_unknown_measure_is_named(notation: str) -> None:
    with pytest.raises(SettingsError, match=r"measure .* is unknown or cannot be computed; expected names such as"):
        measures.parse(notation)


def test_rankings_are_as_deep_as_the_measures_look() -> None:
    assert measures.depth(measures.parse("RR@5")) == 10
    assert measures.depth(measures.parse("R@50 RR@10")) == 50
    assert measures.depth(measures.parse("AP")) == 100


def test_intervals_hold_the_mean_narrow_with_more_questions_and_repeat_with_the_seed() -> None:
    few = np.random.default_rng(1).random(20)
    many = np.tile(few, 20)
    small, large = measures.estimate(few, seed=3), measures.estimate(many, seed=3)
    assert small.low < small.mean < small.high
    assert large.high - large.low < (small.high - small.low) / 3
    assert measures.estimate(few, seed=3) == small


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    inside = 0
    for seed in range(200):
        found = measures.estimate(rng.beta(2, 1, 60), seed=seed)
        inside += found.low <= 2 / 3 <= found.high
    assert 0.90 <= inside / 200 <= 0.99


def test_nothing_but_ones_is_no_certainty() -> None:
    """Wilson's lower bound for 10 of 10 is 1 / (1 + 1.96² / 10)."""
    found = measures.estimate(np.ones(10), seed=0)
    assert found.low == pytest.approx(1 / (1 + 1.959964**2 / 10), abs=1e-4)
    assert found.high == 1
    assert measures.estimate(np.zeros(1), seed=0).high < 1


# --- comparisons -------------------------------------------------------------------------------------------------


def test_the_randomisation_test_is_exact_for_few_questions() -> None:
    """Three questions all won by as much: 2 of the 8 sign patterns are as extreme."""
    assert comparing.randomisation_test(np.array([0.5, 0.5, 0.5, 0.0]), seed=0) == pytest.approx(2 / 8)
    assert comparing.randomisation_test(np.array([0.0, 0.0]), seed=0) == 1
    assert comparing.randomisation_test(np.array([0.5]), seed=0) == 1


def test_equal_systems_are_seldom_told_apart_and_unequal_ones_are() -> None:
    rng = np.random.default_rng(0)
    chance = [comparing.randomisation_test(rng.normal(0, 1, 40), seed=seed) < 0.05 for seed in range(100)]
    assert sum(chance) <= 12
    assert comparing.randomisation_test(rng.normal(0.8, 1, 40), seed=0) < 0.01


def test_holm_corrects_step_down() -> None:
    assert comparing.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert comparing.holm([0.9, 0.8]) == [1.0, 1.0]
    assert comparing.holm([]) == []


def test_every_system_is_compared_with_the_first() -> None:
    values = {
        name: {"RR@10": np.array(row)} for name, row in {"a": [1.0, 0.5, 0], "b": [0, 0.5, 1], "c": [0, 0, 0]}.items()
    }
    found = comparing.compare(values, seed=0)
    assert [(one.system, one.baseline, one.won, one.lost, one.same) for one in found] == [
        ("b", "a", 1, 1, 1),
        ("c", "a", 0, 2, 1),
    ]
    assert found[1].difference.mean == pytest.approx(-0.5)


# --- calibration -------------------------------------------------------------------------------------------------


def test_auroc_counts_pairs_in_the_right_order() -> None:
    assert calibration.auroc([0.9, 0.4], [0.5, 0.4]) == pytest.approx((1 + 1 + 0 + 0.5) / 4)
    assert calibration.auroc([], [0.5]) is None


def test_calibration_error_is_the_gap_by_bin() -> None:
    bins = calibration.reliability(np.array([0.05, 0.95, 0.95, 1.0]), np.array([False, True, True, False]))
    assert [(one.low, one.count) for one in bins] == [(0.0, 1), (0.9, 3)]
    assert calibration.calibration_error(bins) == pytest.approx((0.05 + abs(2.9 - 2)) / 4)


def test_coverage_is_the_most_that_a_threshold_gives_at_the_wanted_precision() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.7, 0.2, 0.0])
    right = np.array([True, True, True, False, True, False])
    answerable = np.array([True, True, True, False, True, True])
    points = calibration.curve(confidence, right, answerable)
    assert [(point.threshold, point.coverage) for point in points] == [(0.9, 0.2), (0.8, 0.4), (0.7, 0.6), (0.2, 0.8)]
    assert (found := calibration.at_precision(points, 0.8))
    assert (found.threshold, found.coverage, found.precision) == (0.2, 0.8, 0.8)
    assert (strict := calibration.at_precision(points, 1.0))
    assert strict.coverage == 0.4
    assert calibration.at_precision(points[2:], 1.0) is None


# --- experiments -------------------------------------------------------------------------------------------------


@pytest.fixture
def evaluate(folder: Path, settings: Settings, one_dictionary: None) -> Callable[..., experiment.Experiment]:
    """Carry out a plan on the tiny set with the hash encoder."""
    return lambda **plan: experiment.run(datasets.read(folder), Plan(**plan), settings)


def test_modes_channels_and_settings_files_are_measured_and_compared(
    evaluate: Callable[..., experiment.Experiment], tmp_path: Path
) -> None:
    other = tmp_path / "other.toml"
    other.write_text('answer_precision = 0.8\nmodel = "hash"\n', encoding="utf-8")
    found = evaluate(modes=f"lexical, hybrid,titles,{other}", measures="RR@10 Success@1")
    assert list(found.estimates) == ["lexical", "hybrid", "titles", str(other)]
    assert found.estimates["hybrid"]["RR@10"].mean == 1.0
    assert found.estimates[str(other)] == found.estimates["hybrid"]
    assert {one.baseline for one in found.comparisons} == {"lexical"}
    assert found.slices["hant"]["hybrid"]["RR@10"].count == 2
    assert found.systems[str(other)]["settings"]["answer_precision"] == 0.8


def test_an_experiment_repeats_exactly(evaluate: Callable[..., experiment.Experiment]) -> None:
    one, two = (evaluate(modes="hybrid,pinyin") for _ in range(2))
    assert (one.estimates, one.comparisons) == (two.estimates, two.comparisons)


def test_a_run_file_is_judged_alone_without_opening_a_model(folder: Path, settings: Settings) -> None:
    def no_model(settings: Settings) -> Any:
        raise AssertionError

    file = folder / "theirs.run"
    file.write_text("1 Q0 a 1 0.9 t\n2 Q0 a 1 0.9 t\n", encoding="utf-8")
    plan = Plan(modes="", run_files=(file,), measures="Success@1")
    found = experiment.run(datasets.read(folder), plan, settings, load_encoder=no_model)
    assert found.values["theirs.run"]["Success@1"].tolist() == [1, 0, 0]  # 3 is not ranked: it counts as missed


def test_the_index_of_a_set_is_kept_and_follows_its_content(
    folder: Path, settings: Settings, one_dictionary: None
) -> None:
    from supportbot.serving.opening import load_encoder

    embedded: list[int] = []

    def version() -> str:
        data, encoder = datasets.read(folder), load_encoder(settings)
        return systems.open_bot(
            data, settings, encoder, on_progress=lambda done, total: embedded.append(total)
        ).index.version

    first = version()
    embedded.clear()
    assert version() == first
    assert not embedded
    (folder / "corpus.jsonl").write_text(jsonl([*CORPUS[:2], {**CORPUS[2], "text": "改過的文字"}]), encoding="utf-8")
    assert version() != first
    assert set(embedded) == {2}  # the chunk, and its first sentence


def test_a_set_that_stands_alone_has_the_general_lexicon_and_a_help_centres_set_that_of_its_corpus(
    folder: Path, settings: Settings, one_dictionary: None
) -> None:
    from supportbot.evaluation.datasets import write_corpus
    from supportbot.serving.opening import load_encoder

    def groups(folder: Path) -> set[tuple[str, ...]]:
        encoder = load_encoder(settings)
        bot = systems.open_bot(datasets.read(folder), settings, encoder, on_progress=lambda done, total: None)
        return {*bot.index.lexicon.synonyms} - {*lexicon.general().synonyms}

    (settings.corpus / "lexicon.yaml").write_text("version: 1\nsynonyms:\n  - [提幣, 出金]\n", encoding="utf-8")
    assert groups(folder) == set()
    (folder / "lexicon.yaml").write_text("version: 1\nsynonyms:\n  - [返佣, 回饋]\n", encoding="utf-8")
    assert groups(folder) == {("返佣", "回馈")}
    about_it = settings.corpus / "benchmarks" / "own"
    shutil.copytree(folder / "qrels", about_it / "qrels")
    (about_it / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\twithdraw\t1\n", encoding="utf-8")
    shutil.copy(folder / "queries.jsonl", about_it)
    write_corpus(articles.read(settings.corpus), about_it / "corpus.jsonl")
    assert groups(about_it) == {("提币", "出金")}


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ({"modes": "hybrid,magic"}, "mode 'magic' is unknown; expected one of .*hybrid.*, or a .toml file"),
        ({"modes": "/no/such.toml"}, "/no/such.toml: cannot be read: No such file"),
        ({"modes": ""}, "nothing to evaluate; expected --modes, --run or --answers"),
        ({"slices": "none"}, "no question of tiny has it; expected one of size, slice"),
        ({"measures": "Foo@1"}, "measure 'Foo@1' is unknown"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(
    evaluate: Callable[..., experiment.Experiment], plan: dict[str, Any], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        evaluate(**plan)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("model = ", "other.toml: cannot be read: "),
        ("colour = 1", "other.toml: colour: no such setting; expected one of corpus, index"),
        ('runtime = "magic"', "other.toml: SUPPORTBOT_RUNTIME='magic'"),
    ],
)
def test_a_broken_settings_file_is_named(
    evaluate: Callable[..., experiment.Experiment], tmp_path: Path, content: str, message: str
) -> None:
    (tmp_path / "other.toml").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=message):
        evaluate(modes=f"hybrid,{tmp_path / 'other.toml'}")


def test_gates_name_what_is_below_and_what_was_not_measured() -> None:
    found = gates.parse(["Success@1=0.95", "RR@10 = 0.5", "auroc/near=0.9", "coverage=.1"])
    assert [gate.of_answers for gate in found] == [False, False, True, True]
    values = {"Success@1": 0.9, "RR@10": 0.5, "coverage": 0.2}
    assert gates.failures(found, values) == [
        "Success@1: 0.9000 is below 0.95",
        "auroc/near: not measured, wanted at least 0.9",
    ]


@pytest.mark.parametrize("text", ["Success@1", "=0.5", "Success@1=high", "Success@1=nan", "speed=0.5", ""])
def test_a_gate_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="--fail-below"):
        gates.parse([text])


def test_changes_go_from_most_won_to_most_lost(folder: Path, settings: Settings) -> None:
    data = datasets.read(folder)
    for name, rows in {"x": "1 Q0 b 1 2 t\n1 Q0 a 2 1 t\n2 Q0 b 1 1 t\n", "y": "1 Q0 a 1 1 t\n3 Q0 c 1 1 t\n"}.items():
        (folder / name).write_text(rows, encoding="utf-8")
    plan = Plan(modes="", run_files=(folder / "x", folder / "y"), measures="RR@10")
    found = experiment.run(data, plan, settings)
    assert found.changes(found.comparisons[0]) == [("3", 0.0, 1.0), ("1", 0.5, 1.0), ("2", 1.0, 0.0)]
    with pytest.raises(SettingsError, match=r"two systems are called 'x'"):
        experiment.run(data, replace(plan, run_files=(folder / "x", folder / "x")), settings)
