"""The file of fitted numbers: what is written is read again, and anything else is named."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from supportbot import settings as settings_room
from supportbot.content import tuning
from supportbot.content.tuning import Calibration, Tuning
from supportbot.errors import SettingsError, SourceError
from supportbot.serving.opening import open_bot
from supportbot.settings import Settings


@pytest.fixture
def tuned() -> Tuning:
    return tuning.read(tuning.starter())


def test_what_is_written_is_read_again(tuned: Tuning, tmp_path: Path) -> None:
    tuned.write(tmp_path / "tuning.yaml")
    assert tuning.read(tmp_path / "tuning.yaml") == tuned


def test_a_probability_follows_the_logistic_function() -> None:
    calibration = Calibration(-1.0, {"titles": 2.0, "margin": 4.0}, {})
    assert calibration.probability({"titles": 0.5, "margin": 0.0, "latin": 9.0}) == 0.5
    assert calibration.probability({"titles": 0.5, "margin": 1.0}) == pytest.approx(0.98201379)
    assert 0 <= Calibration(-1e9, {}, {}).probability({}) < 1e-300
    assert Calibration(1e9, {}, {}).probability({}) == 1


def test_a_threshold_is_the_lowest_that_reaches_the_precision() -> None:
    calibration = Calibration(0.0, {}, {0.9: 0.4, 0.95: 0.6, 0.99: 0.8})
    assert [calibration.threshold(wanted) for wanted in (0.5, 0.9, 0.93, 0.95, 0.99)] == [0.4, 0.4, 0.6, 0.6, 0.8]
    assert calibration.threshold(0.995) == 1  # never reached: only what is certain
    assert calibration.threshold(0) == 0  # nothing is asked of an answer


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("version", 99, "version: expected 4, got 99; delete it, and `supportbot tune` writes it anew"),
        ("model", 7, "model: expected a text, got 7"),
        ("data", [], "data: expected what it was fitted on"),
        ("weights", {}, "weights: expected a number of at least 0 for each channel"),
        ("weights", {"dense": float("nan")}, "weights: dense: expected a number, got nan"),
        (
            "weights",
            {"dense": -1, "titles": 1, "bm25_chunk": 1, "bm25_article": 1, "pinyin": 1},
            "weights: expected a number of at le",
        ),
        (
            "weights",
            {"dense": 0, "titles": 0, "bm25_chunk": 0, "bm25_article": 0, "pinyin": 0},
            "weights: expected a number of at le",
        ),
        ("answer_precision", 7, "answer_precision: expected a share from 0 to 1, got 7"),
        ("clarify_certainty", "x", "clarify_certainty: expected a number, got 'x'"),
        ("confidence", {"intercept": 0}, "expected intercept, coefficients and thresholds"),
        (
            "confidence",
            {"intercept": "x", "coefficients": {}, "thresholds": {0.9: 0.5}},
            "got 'x'",
        ),
        (
            "confidence",
            {"intercept": 0, "coefficients": {}, "thresholds": {}},
            "thresholds: expected probab",
        ),
        (
            "confidence",
            {"intercept": 0, "coefficients": {}, "thresholds": {0.9: 7}},
            "thresholds: expected pro",
        ),
        ("measured", None, "measured: expected numbers by name"),
        ("more", 1, "'more' is unknown; expected fitted, data"),
    ],
)
def test_a_field_that_is_wrong_is_named(tuned: Tuning, tmp_path: Path, field: str, value: object, fault: str) -> None:
    file = tmp_path / "tuning.yaml"
    tuned.write(file)
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump({**data, field: value}), encoding="utf-8")
    with pytest.raises(SourceError) as error:
        tuning.read(file)
    assert fault in str(error.value)
    assert str(file) in str(error.value)


@pytest.mark.parametrize("text", ["", "[]", "version: 2\n", "version: 2\nfitted: [", "\x00"])
def test_what_is_no_tuning_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "tuning.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=r"tuning\.yaml"):
        tuning.read(tmp_path / "tuning.yaml")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"model": "other"}, "fitted for the model other, the settings name hash"),
        ({"model": "hash", "lexicon": "0123"}, "fitted for the lexicon 0123, the corpus has"),
    ],
)
def test_a_file_for_another_model_or_lexicon_is_refused_when_named(
    settings: Settings, tuned: Tuning, tmp_path: Path, change: dict[str, str], fault: str
) -> None:
    file = tmp_path / "mine.yaml"
    tuned.write(file)
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump({**data, **change}), encoding="utf-8")
    named = settings_room.load(**{**settings.model_dump(), "tuning": file})
    with pytest.raises(SettingsError, match=fault):
        open_bot(named)


def test_a_corpus_folder_s_own_file_serves_on_and_says_that_it_does_not_fit(settings: Settings, tuned: Tuning) -> None:
    said: list[str] = []
    tuned.write(settings.corpus / tuning.FILE_NAME)
    bot = open_bot(settings, report=said.append)
    assert bot.tuning == tuned
    assert [line for line in said if "fitted for the model bundled, the settings name hash" in line]
    assert bot.ask("如何提幣?").outcome == "answer"


def test_numbers_fitted_for_another_model_are_noted_when_a_bot_opens(settings: Settings, tuned: Tuning) -> None:
    notes: list[str] = []
    open_bot(settings, report=notes.append)
    (note,) = [note for note in notes if note.startswith("tuning: ")]
    assert "fitted for the model bundled, the settings name hash; thresholds may not hold" in note
    replace(tuned, model="hash").write(settings.corpus / "tuning.yaml")
    notes.clear()
    open_bot(settings, report=notes.append)
    assert not any("the settings name" in note for note in notes)
