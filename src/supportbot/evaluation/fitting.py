"""Fits what `tuning.yaml` holds on labelled questions: the channels' weights, then the confidence and its thresholds.

Everything that is reported was measured by cross-validation: on questions that the numbers had not been fitted on.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
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
from supportbot.retrieval.channels import CHANNELS
from supportbot.retrieval.retriever import Retrieval, Retriever

FOLDS = 10
SEED = 0
FEWEST = 30
"""How many questions of each sort, answerable and not, a fit needs at least."""

FEWEST_READINGS = 20
"""How many right and how many wrong readings of follow-ups a fit needs; with fewer the earlier numbers stay."""

PRECISIONS = (0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.975, 0.98, 0.99)
"""The precisions for which a threshold is looked for."""

WITHOUT_OUT_OF_SCOPE = tuple(name for name in FEATURES if name not in LEADS)
"""The features of a ranking where no out-of-scope questions are listed."""

_STRENGTHS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)

SIGNLESS = frozenset({"latin", "content", "certainty"})
"""Features that say what sort of question it is; all others are evidence that an article answers."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with its vector and the articles that answer it: none for an unanswerable one."""

    text: str
    vector: NDArray[np.float32]
    relevant: frozenset[str]
    kind: str


def fit(bot: SupportBot, dataset: Dataset, *, model: str, on_progress: Progress) -> Tuning:
    """The tuning fitted on the data set's questions; new weights are kept only if they are clearly better.

    Raises `SettingsError` when the set has too few questions of one sort.
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
    listed, claimed = _calibration(rows, right, FEATURES)
    unlisted, _ = _calibration(rows, right, WITHOUT_OUT_OF_SCOPE)
    follow_up, follow_up_auroc = _follow_up(bot, retriever, dataset, listed)
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
        with_out_of_scope=listed,
        without_out_of_scope=unlisted,
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
    """The weights that make the right articles most likely, and how many more of them those put first.

    A conditional logit (McFadden 1974): the probability of an article is the softmax over the hits of the weighted sum
    of its channels. The present weights, which serve other help centres as well, stay unless the new ones put more
    right articles first, by more than one standard error, among questions that they were not fitted on.
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
    """The channels of the hits, a row each and the right article's row first; nothing where that was not found."""
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
    """The non-negative weights of greatest likelihood."""
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
    """The logistic regression on the features `names`, and what it claims of each question when fitted on others.

    The strength of its regularisation is the one that claims best.
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
    """Intercept and coefficients of a logistic regression with an L2 penalty on standardised features.

    A feature that is not `free` speaks for the answer or not at all: a negative coefficient could only come from the
    chance of these questions, and would mislead with others. `strength` weighs the data against the penalty.
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
    bot: SupportBot, retriever: Retriever, dataset: Dataset, listed: Calibration
) -> tuple[Calibration, dict[str, float]]:
    """The calibration of a question read together with an earlier one; the one there is, with too few conversations.

    Fitted on what it is asked for in conversations: each last question with every earlier one, where that could change
    the answer. Unanswerable questions after an answerable one, a third as many, show what must not be answered.
    """
    pairs = [(turn, one.turns[-1], one.article) for one in dataset.dialogues for turn in one.turns[:-1]]
    earlier = [query.text for query in dataset.queries.values()]
    by_nearness = sorted(dataset.unanswerable, key=lambda question: question.kind != "near")  # what is hard to tell
    others = [question.text for question in by_nearness][: len(dataset.dialogues) // 3]
    pairs += [(earlier[7 * place % len(earlier)], text, None) for place, text in enumerate(others)]
    wanted = listed.threshold(bot.policy.answer_precision)
    rows, right = [], []
    for context, text, article in pairs:
        alone = retriever.search(text, limit=FOLLOW_UP_HITS)
        certainty = listed.probability(bot.confidence.features(alone))
        together = retriever.search(text, context=context, own_query=alone.query)
        if recognise(context) or (certainty >= wanted and _first(together) == _first(alone)):
            continue
        joint = listed.probability(bot.confidence.features(together))
        rows.append(bot.confidence.follow_up_features(together, alone, joint, certainty))
        right.append(_first(together) == article)
    if min(sum(right), len(right) - sum(right)) < FEWEST_READINGS:
        return bot.tuning.follow_up, {}
    fitted, claimed = _calibration(rows, right, FOLLOW_UP_FEATURES)
    good = [float(value) for value, is_right in zip(claimed, right, strict=True) if is_right]
    bad = [float(value) for value, is_right in zip(claimed, right, strict=True) if not is_right]
    return fitted, {"follow_up_auroc": round(auroc(good, bad) or 0.0, 4)}


def _thresholds(claimed: NDArray[np.float64]) -> dict[float, float]:
    """For each of `PRECISIONS` the lowest probability from which that share is expected right; none where it never is.

    The share expected right is the mean of the probabilities claimed. They are calibrated, and their mean jumps less
    from one set of questions to the next than the share that happened to be right.
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
    """What cross-validation gave: whether the confidence separates, and whether it is a probability."""
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
