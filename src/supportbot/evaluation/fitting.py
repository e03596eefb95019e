"""Fit the numbers of `tuning.yaml` on labelled questions: channel weights, confidence, thresholds.

All reported figures come from cross-validation: they are measured on questions that were not fitted on.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from supportbot.answering.bot import SupportBot
from supportbot.answering.confidence import FEATURES, FOLLOW_UP_FEATURES, LEADS
from supportbot.answering.follow_ups import FOLLOW_UP_HITS
from supportbot.answering.small_talk import recognise
from supportbot.content.tuning import Calibration, Tuning
from supportbot.errors import SettingsError
from supportbot.evaluation.calibration import auroc, calibration_error, reliability
from supportbot.evaluation.datasets import Dataset
from supportbot.index.build import Progress
from supportbot.retrieval.channels import CHANNELS
from supportbot.retrieval.retriever import Retrieval, Retriever

FOLDS = 10
SEED = 0
FEWEST = 30
"""The least number of answerable, and of unanswerable, questions for a fit."""

FEWEST_READINGS = 20
"""The least number of right, and of wrong, readings of follow-ups for a fit; with fewer the old numbers are kept."""

PRECISIONS = (0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.975, 0.98, 0.99)
"""The precisions for which a threshold is fitted."""

WITHOUT_OUT_OF_SCOPE = tuple(name for name in FEATURES if name not in LEADS)
"""The features of a ranking if the corpus lists no out-of-scope questions."""

_STRENGTHS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)

SIGNLESS = frozenset({"latin", "content", "certainty"})
"""Features that describe the question; their coefficients may be negative. All others are evidence for an answer."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, its vector and the ids of the articles that answer it (none for an unanswerable one)."""

    text: str
    vector: NDArray[np.float32]
    relevant: frozenset[str]
    kind: str


def fit(bot: SupportBot, dataset: Dataset, *, model: str, on_progress: Progress) -> Tuning:
    """Return the tuning fitted on the data set's questions; keep the present weights unless new ones are better.

    `model` is the model's name in the settings. Raise `SettingsError` if the set has fewer than `FEWEST` answerable or
    unanswerable questions.
    """
    asked = _asked(bot, dataset, on_progress)
    answerable = sum(bool(question.relevant) for question in asked)
    if min(answerable, len(asked) - answerable) < FEWEST:
        raise SettingsError(
            f"{dataset.name}, split {dataset.split!r}: {answerable} answerable and {len(asked) - answerable} "
            f"unanswerable questions; fitting needs at least {FEWEST} of each"
        )
    weights, gain = _weights(bot.retriever, asked)
    retriever = Retriever(bot.index, bot.analyzer, bot.encoder, weights)
    found = [retriever.search(question.text, vector=question.vector) for question in asked]
    right = [_first(one) in question.relevant for one, question in zip(found, asked, strict=True)]
    rows = [bot.confidence.features(one) for one in found]
    with_out_of_scope, claimed = _calibration(rows, right, FEATURES)
    without_out_of_scope, _ = _calibration(rows, right, WITHOUT_OUT_OF_SCOPE)
    follow_up, follow_up_auroc = _follow_up(bot, retriever, dataset, with_out_of_scope)
    return Tuning(
        fitted=dt.date.today().isoformat(),
        data={
            "name": dataset.name,
            "split": dataset.split,
            "sha256": dataset.digest,
            "answerable": answerable,
            "unanswerable": len(asked) - answerable,
        },
        model=Path(model).name,
        lexicon=bot.index.lexicon.digest,
        weights=weights,
        with_out_of_scope=with_out_of_scope,
        without_out_of_scope=without_out_of_scope,
        follow_up=follow_up,
        measured={"weights_gain": gain, **_measured(asked, right, claimed), **follow_up_auroc},
    )


def _asked(bot: SupportBot, dataset: Dataset, on_progress: Progress) -> list[_Asked]:
    questions = [(query.text, dataset.relevant(key), "answerable") for key, query in dataset.queries.items()]
    questions += [(question.text, frozenset(), question.kind) for question in dataset.unanswerable]
    asked = []
    for number, (text, relevant, kind) in enumerate(questions, 1):
        asked.append(_Asked(text, bot.retriever.query(text).vector, relevant, kind))
        on_progress(number, len(questions))
    return asked


def _first(found: Retrieval) -> str | None:
    return found.hits[0].article.id if found.hits else None


# --- weights ------------------------------------------------------------------------------------------------------


def _weights(retriever: Retriever, asked: Sequence[_Asked]) -> tuple[dict[str, float], float]:
    """Return the weights of the channels, and the gain of newly fitted ones in the share of right articles first.

    The model is a conditional logit (McFadden 1974): the probability of an article is the softmax over the hits of the
    weighted sum of its channel scores. The present weights, which other help centres use as well, are kept unless the
    cross-validated gain of the new ones is more than one standard error.
    """
    from sklearn.model_selection import KFold

    tables = [table for question in asked if question.relevant for table in _tables(retriever, question)]
    present = np.array([retriever.weights.get(name, 0.0) for name in CHANNELS])
    gains = np.zeros(len(tables))
    for train, held in KFold(FOLDS, shuffle=True, random_state=SEED).split(tables):
        fold = [tables[place] for place in train]
        new = _likeliest(fold)
        gains[held] = [_is_first(new, tables[place]) - _is_first(present, tables[place]) for place in held]
    gain, error = float(gains.mean()), float(gains.std(ddof=1) / np.sqrt(len(gains)))
    chosen = _likeliest(tables) if gain > error else present
    shares = chosen / chosen.sum()
    return {name: round(float(share), 3) for name, share in zip(CHANNELS, shares, strict=True)}, round(gain, 4)


def _tables(retriever: Retriever, question: _Asked) -> list[NDArray[np.float64]]:
    """Return the channel scores of the hits, shape (hits, channels), the right article first; nothing if not found."""
    hits = retriever.search(question.text, vector=question.vector, limit=20).hits
    rows = [[hit.channels.get(name, 0.0) for name in CHANNELS] for hit in hits]
    right = [place for place, hit in enumerate(hits) if hit.article.id in question.relevant]
    if not right or len(hits) < 2:
        return []
    others = [row for place, row in enumerate(rows) if place not in right]
    return [np.array([rows[right[0]], *others])]


def _is_first(weights: NDArray[np.float64], table: NDArray[np.float64]) -> float:
    scores = table @ weights
    return float(scores[0] >= scores.max())


def _log_likelihood(weights: NDArray[np.float64], table: NDArray[np.float64]) -> float:
    scores = table @ weights
    return float(scores[0] - np.logaddexp.reduce(scores))


def _likeliest(tables: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the non-negative weights of greatest likelihood, shape (channels,)."""
    from scipy.optimize import minimize

    def loss(weights: NDArray[np.float64]) -> float:
        return -sum(_log_likelihood(weights, table) for table in tables) / len(tables) + 1e-5 * float(weights @ weights)

    start = np.full(len(CHANNELS), 10.0)
    weights: NDArray[np.float64] = minimize(loss, start, method="L-BFGS-B", bounds=[(0.0, None)] * len(start)).x
    return weights


# --- confidence ---------------------------------------------------------------------------------------------------


def _calibration(
    rows: Sequence[Mapping[str, float]], right: Sequence[bool], names: Sequence[str]
) -> tuple[Calibration, NDArray[np.float64]]:
    """Return the logistic regression on the features `names`, and the cross-validated probability of each question.

    The strength is the one of `_STRENGTHS` with the least cross-validated log loss.
    """
    from sklearn.model_selection import StratifiedKFold

    table, truth = np.array([[row[name] for name in names] for row in rows]), np.array(right)
    free = [name in SIGNLESS for name in names]
    folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(table, truth))

    def claims(strength: float) -> NDArray[np.float64]:
        claimed = np.zeros(len(table))
        for train, held in folds:
            intercept, coefficients = _logistic(table[train], truth[train], free, strength)
            claimed[held] = 1 / (1 + np.exp(-(intercept + table[held] @ coefficients)))
        return claimed

    def loss(claimed: NDArray[np.float64]) -> float:
        return float(-np.log(np.where(truth, claimed, 1 - claimed).clip(1e-12)).mean())

    claimed_by = {strength: claims(strength) for strength in _STRENGTHS}
    best = min(_STRENGTHS, key=lambda strength: loss(claimed_by[strength]))
    intercept, coefficients = _logistic(table, truth, free, best)
    calibration = Calibration(
        intercept=round(intercept, 4),
        coefficients={name: round(float(value), 4) for name, value in zip(names, coefficients, strict=True) if value},
        thresholds=_thresholds(claimed_by[best]),
    )
    return calibration, claimed_by[best]


def _logistic(
    table: NDArray[np.float64], right: NDArray[np.bool_], free: Sequence[bool], strength: float
) -> tuple[float, NDArray[np.float64]]:
    """Return intercept and coefficients of a logistic regression with an L2 penalty on standardised features.

    `table` has the shape (questions, features). Coefficients of features that are not `free` are at least 0: these
    features are evidence for an answer, and a negative coefficient would be overfitting. `strength` is the weight of
    the data against the penalty.
    """
    from scipy.optimize import minimize

    mean, deviation = table.mean(axis=0), table.std(axis=0)
    deviation[deviation == 0] = 1.0
    scaled = (table - mean) / deviation

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logit = values[0] + scaled @ values[1:]
        error = 1 / (1 + np.exp(-logit)) - right
        total = strength * np.logaddexp(0, np.where(right, -logit, logit)).sum() + 0.5 * values[1:] @ values[1:]
        return total, np.concatenate([[strength * error.sum()], strength * scaled.T @ error + values[1:]])

    bounds = [(None, None), *((None, None) if signless else (0.0, None) for signless in free)]
    found = minimize(loss, np.zeros(len(bounds)), jac=True, bounds=bounds, method="L-BFGS-B").x
    coefficients: NDArray[np.float64] = found[1:] / deviation
    return float(found[0] - coefficients @ mean), coefficients


def _follow_up(
    bot: SupportBot, retriever: Retriever, dataset: Dataset, by_itself: Calibration
) -> tuple[Calibration, dict[str, float]]:
    """Return the calibration of a question read together with an earlier one; the present one if data is too scarce.

    `by_itself` is the calibration of a question read by itself. Fit on the last question of each conversation with
    every earlier one, where that could change the answer, and on unanswerable questions after an answerable one, a
    third as many as conversations.
    """
    pairs = [(turn, one.turns[-1], one.article) for one in dataset.dialogues for turn in one.turns[:-1]]
    earlier = [query.text for query in dataset.queries.values()]
    by_nearness = sorted(dataset.unanswerable, key=lambda question: question.kind != "near")  # the hard ones first
    others = [question.text for question in by_nearness][: len(dataset.dialogues) // 3]
    pairs += [(earlier[7 * place % len(earlier)], text, None) for place, text in enumerate(others)]
    wanted = by_itself.threshold(bot.policy.answer_precision)
    rows, right = [], []
    for context, text, article in pairs:
        alone = retriever.search(text, limit=FOLLOW_UP_HITS)
        certainty = by_itself.probability(bot.confidence.features(alone))
        together = retriever.search(text, context=context, own_query=alone.query)
        if recognise(context) or (certainty >= wanted and _first(together) == _first(alone)):
            continue
        joint = by_itself.probability(bot.confidence.features(together))
        rows.append(bot.confidence.follow_up_features(together, alone, joint, certainty))
        right.append(_first(together) == article)
    if min(sum(right), len(right) - sum(right)) < FEWEST_READINGS:
        return bot.tuning.follow_up, {}
    fitted, claimed = _calibration(rows, right, FOLLOW_UP_FEATURES)
    good = [float(value) for value, is_right in zip(claimed, right, strict=True) if is_right]
    bad = [float(value) for value, is_right in zip(claimed, right, strict=True) if not is_right]
    return fitted, {"follow_up_auroc": round(auroc(good, bad) or 0.0, 4)}


def _thresholds(claimed: NDArray[np.float64]) -> dict[float, float]:
    """Return for each of `PRECISIONS` the lowest probability from which the expected precision reaches it, if any.

    The expected precision is the mean of the claimed probabilities. They are calibrated, and their mean varies less
    between sets of questions than the observed share of right answers.
    """
    ordered = np.sort(claimed)[::-1]
    precision = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    thresholds = {}
    for wanted in PRECISIONS:
        reached = np.flatnonzero(precision >= wanted)
        if len(reached):
            thresholds[wanted] = round(float(ordered[reached[-1]]), 4)
    return thresholds


def _measured(asked: Sequence[_Asked], right: Sequence[bool], claimed: NDArray[np.float64]) -> dict[str, float]:
    """Return the cross-validated figures: right articles first, AUROC and calibration error."""
    answerable = np.array([bool(question.relevant) for question in asked])
    near = np.array([question.kind == "near" for question in asked])
    truth = np.array(right)
    values = {
        "right_first": float(truth[answerable].mean()),
        "auroc": auroc(claimed[answerable], claimed[~answerable]),
        "auroc_near": auroc(claimed[answerable], claimed[near]),
        "calibration_error": calibration_error(reliability(claimed, truth)),
    }
    return {name: round(value, 4) for name, value in values.items() if value is not None}
