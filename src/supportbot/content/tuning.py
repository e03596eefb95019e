"""Tuning: the numbers that `supportbot tune` fits on labelled questions and writes to `tuning.yaml`.

These are the weights of the channels, the coefficients that turn a ranking into a probability, and the probabilities at
which answers reach a wanted precision. The file names the data, model and lexicon that it was fitted on.
"""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from supportbot.content.files import YamlFile, write_atomically
from supportbot.errors import SettingsError, SourceError

FILE_NAME = "tuning.yaml"
VERSION = 4
"""Raise it whenever other features are fitted."""

_HEADER = """\
# Written by `supportbot tune`: fitted, not meant to be edited by hand. docs/retrieval.md tells what the numbers mean.
"""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression from the features of a ranking to the probability that its first article answers.

    `thresholds` maps a wanted precision to the lowest probability at which answers reach it, both 0 to 1.

    >>> Calibration(-2.0, {"dense": 4.0}, {0.95: 0.8}).probability({"dense": 0.5})
    0.5
    """

    intercept: float
    coefficients: Mapping[str, float]
    thresholds: Mapping[float, float]

    def probability(self, features: Mapping[str, float]) -> float:
        """Return 1 / (1 + exp(-(intercept + Σ coefficient · feature)))."""
        logit = self.intercept + sum(weight * features[name] for name, weight in self.coefficients.items())
        return 1 / (1 + math.exp(-max(-700.0, min(700.0, logit))))

    def threshold(self, precision: float) -> float:
        """Return the lowest probability at which `precision` is reached; 0 for a precision of 0.

        It is 1, which only pinned articles have, if none reaches it.
        """
        reached = [probability for wanted, probability in self.thresholds.items() if wanted >= precision - 1e-9]
        return min(reached, default=1.0) if precision else 0.0


@dataclass(frozen=True, slots=True)
class Tuning:
    """All fitted numbers, and what they were fitted on.

    Attributes:
        fitted: the date, in ISO 8601.
        data: name, split, SHA-256 and counts of the labelled questions.
        model: its name in the settings (of a folder the last part); int8 and fp32 of one model may share a tuning.
        lexicon: the digest of the lexicon.
        answer_precision: the share of right answers, 0 to 1, to answer at unless the settings name another.
        clarify_certainty: the certainty, 0 to 1, from which to ask back unless the settings name another.
        weights: the weight of each channel in the mode `hybrid`; that of `tokens` counts beside them.
        confidence: for a question by itself.
        follow_up: for a question read together with an earlier one.
        measured: the results of cross-validation on the data.

    >>> tuning.read(tuning.starter()).weights
    """

    fitted: str
    data: Mapping[str, Any]
    model: str
    lexicon: str
    answer_precision: float
    clarify_certainty: float
    weights: Mapping[str, float]
    confidence: Calibration
    follow_up: Calibration
    measured: Mapping[str, float]

    def misfit(self, model: str, lexicon: str) -> str | None:
        """Return why this tuning does not fit a model and the digest of a lexicon; None if it fits."""
        if self.model != (named := Path(model).name):
            return f"fitted for the model {self.model}, the settings name {named}"
        if self.lexicon != lexicon:
            return f"fitted for the lexicon {self.lexicon}, the corpus has {lexicon} since its words were edited"
        return None

    def write(self, path: Path) -> None:
        """Write the file by one rename. Raise `StorageError` if it cannot be written."""
        content = yaml.safe_dump({"version": VERSION, **asdict(self)}, sort_keys=False, allow_unicode=True)
        write_atomically(path, _HEADER + content)


def starter() -> Path:
    """Return the file that comes with supportbot, fitted across help centres: for all without numbers of their own."""
    return Path(__file__).with_name(FILE_NAME)


def read(path: Path) -> Tuning:
    """Return the tuning in a file that `Tuning.write` wrote. Raise `SourceError` that names a wrong field."""
    data = YamlFile(path).data
    if not isinstance(data, dict) or data.get("version") != VERSION:
        found = data.get("version") if isinstance(data, dict) else data
        fault = f"version: expected {VERSION}, got {found!r:.60}"
        raise SourceError(path, f"{fault}; delete it, and `supportbot tune` writes it anew")
    fields = {key: value for key, value in data.items() if key != "version"}
    wanted = Tuning.__dataclass_fields__.keys()
    if fields.keys() != wanted:
        wrong = min(fields.keys() ^ wanted, key=str)
        raise SourceError(
            path, f"{wrong!r:.60} is {'missing' if wrong in wanted else 'unknown'}; expected {', '.join(wanted)}"
        )
    for name in ("model", "lexicon"):
        if not isinstance(fields[name], str):
            raise SourceError(path, f"{name}: expected a text, got {fields[name]!r:.60}")
    if isinstance(fields["fitted"], dt.date):
        fields["fitted"] = fields["fitted"].isoformat()
    if not isinstance(fields["data"], dict):
        raise SourceError(path, f"data: expected what it was fitted on, got {fields['data']!r:.60}")
    weights = _numbers(path, "weights", fields["weights"])
    if min(weights.values(), default=-1) < 0 or not sum(weights.values()):
        raise SourceError(path, "weights: expected a number of at least 0 for each channel, and not only zeros")
    for name in ("answer_precision", "clarify_certainty"):
        if not 0 <= _numbers(path, name, {name: fields[name]})[name] <= 1:
            raise SourceError(path, f"{name}: expected a share from 0 to 1, got {fields[name]!r:.60}")
    for name in ("confidence", "follow_up"):
        fields[name] = _calibration(path, name, fields[name])
    return Tuning(**{**fields, "weights": weights, "measured": _numbers(path, "measured", fields["measured"])})


def choose(named: Path | None, corpus: Path, *, model: str, lexicon: str) -> Tuning:
    """Return the tuning of the file `named` in the settings, else of the corpus folder, else the starter.

    Raise `SettingsError` if the named one does not fit the model and lexicon, `SourceError` like `read`.
    """
    if named is not None:
        tuned = read(named)
        if misfit := tuned.misfit(model, lexicon):
            raise SettingsError(f"{named}: {misfit}; run `supportbot tune`")
        return tuned
    own = corpus / FILE_NAME
    return read(own if own.is_file() else starter())


def _calibration(path: Path, name: str, value: Any) -> Calibration:
    if not isinstance(value, dict) or value.keys() != {"intercept", "coefficients", "thresholds"}:
        raise SourceError(path, f"{name}: expected intercept, coefficients and thresholds, got {value!r:.60}")
    intercept = _numbers(path, name, {"intercept": value["intercept"]})["intercept"]
    coefficients = _numbers(path, f"{name}.coefficients", value["coefficients"])
    table = _numbers(path, f"{name}.thresholds", value["thresholds"])
    if not table or not all(isinstance(key, float) and 0 <= key <= 1 and 0 <= table[key] <= 1 for key in table):
        raise SourceError(path, f"{name}.thresholds: expected probabilities by wanted precision, each from 0 to 1")
    return Calibration(intercept, coefficients, table)


def _numbers(path: Path, name: str, values: Any) -> dict[Any, float]:
    if not isinstance(values, dict):
        raise SourceError(path, f"{name}: expected numbers by name, got {values!r:.60}")
    for key, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise SourceError(path, f"{name}: {key}: expected a number, got {value!r:.60}")
    return {key: float(value) for key, value in values.items()}
