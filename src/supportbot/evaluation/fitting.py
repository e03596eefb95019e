"""Fit the numbers of `tuning.yaml` on labelled questions: channel weights, confidence, thresholds.

`fit_across` fits them on many help centres at once, for all that have no labels of their own; what it reports is
measured on help centres that were left out. `fit` fits them for one help centre, starting from those: the fewer its
labels, the less they move. What it reports comes from cross-validation.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from supportbot.answering.bot import SupportBot
from supportbot.answering.confidence import FEATURES, FOLLOW_UP_FEATURES
from supportbot.answering.follow_ups import FOLLOW_UP_HITS
from supportbot.answering.small_talk import recognise
from supportbot.content.tuning import Calibration, Tuning
from supportbot.errors import SettingsError
from supportbot.evaluation.calibration import auroc, calibration_error, reliability
from supportbot.evaluation.datasets import ANSWERABLE, Dataset
from supportbot.evaluation.judging import (
    FOREIGN,
    LEFT_OUT,
    WEIGHED,
    HelpCentre,
    Judged,
    Table,
    ask,
    first,
    judge,
    tables,
)
from supportbot.evaluation.regression import FOLDS, PRECISIONS, SEED, calibrate, likeliest, thresholds
from supportbot.index.build import Progress
from supportbot.retrieval.retriever import Retriever

FEWEST = 30
"""The least number of labelled questions for a fit."""

FEWEST_CENTRES = 3
"""The least number of help centres to fit across: one is left out, and of the others one again."""

FEWEST_READINGS = 20
"""The least number of right, and of wrong, readings of follow-ups for a fit; with fewer the old numbers are kept."""

FOREIGN_QUESTIONS = 20
"""How many questions of the others each help centre is asked in a fit across them."""

ENOUGH = 200
"""With so many labelled questions weights and thresholds are half their own, half those of the prior."""

ENOUGH_UNANSWERABLE = 40
"""How many unanswerable questions `to_gain_more` asks for: with fewer a threshold rests on a handful of them."""

FIGURES: Mapping[str, str] = {
    "right_first": "answerable questions whose first article is right",
    "answered": "answerable questions that get the right article's answer",
    "offered": "answerable questions that are asked back with the right article among the first four",
    "precision": "answers that are right",
    "answered_anyway": "unanswerable questions that get an answer",
    "auroc": "pairs of an answerable and an unanswerable question that the certainty orders rightly",
    "auroc_near": "the same with near unanswerable questions",
    "auroc_left_out": "the same with questions whose articles are left out",
    "auroc_foreign": "the same with questions to other help centres",
    "calibration_error": "the expected calibration error",
}
"""What is measured of a fit, and what each is a share of."""


# --- many help centres --------------------------------------------------------------------------------------------


def fit_across(
    centres: Sequence[HelpCentre],
    start: Tuning,
    *,
    model: str,
    on_progress: Progress = lambda done, total: None,
) -> tuple[Tuning, dict[str, dict[str, float]]]:
    """Return the tuning fitted on all help centres, and the `FIGURES` of each with that fitted on the others.

    `start` gives the wanted precision of answers and the certainty from which to ask back. Each help centre counts the
    same. The numbers for follow-ups are fitted on the one with the most conversations.
    """
    if (count := len({centre.family for centre in centres})) < FEWEST_CENTRES:
        raise SettingsError(f"{count} help centres; fitting across them needs at least {FEWEST_CENTRES}")
    ranked = {centre.name: tables(centre, start.weights) for centre in centres}
    centres = [_asked_by_others(centre, centres) for centre in centres]
    found: dict[str, dict[str, float]] = {}
    claims: list[NDArray[np.float64]] = []
    rights: list[NDArray[np.bool_]] = []
    answers: list[NDArray[np.bool_]] = []
    for number, centre in enumerate(centres):
        on_progress(number, len(centres) + 1)
        weights, calibration = _across([other for other in centres if other.family != centre.family], ranked)
        judged = judge(centre, weights)
        claimed = judged.claims(calibration)
        found[centre.name] = _figures(judged, claimed, calibration, start)
        claims.append(claimed[judged.asked])
        rights.append(judged.right[judged.asked])
        answers.append(claims[-1] >= calibration.threshold(start.answer_precision))
    on_progress(len(centres), len(centres) + 1)
    weights, calibration = _across(centres, ranked)
    talkative = max(centres, key=lambda centre: len(centre.dataset.dialogues))
    retriever = Retriever(talkative.bot.index, talkative.bot.analyzer, talkative.bot.encoder, weights)
    follow_up, follow_up_auroc = _follow_up(talkative.bot, retriever, talkative.dataset, calibration)
    on_progress(len(centres) + 1, len(centres) + 1)
    own = [one for centre in centres for one in centre.asked if one.kind != FOREIGN]
    fitted = Tuning(
        fitted=dt.date.today().isoformat(),
        data={
            "name": ", ".join(centre.name for centre in centres),
            "answerable": sum(bool(one.relevant) for one in own),
            "unanswerable": sum(not one.relevant for one in own),
        },
        model=Path(model).name,
        lexicon=centres[0].bot.index.lexicon.digest,
        answer_precision=start.answer_precision,
        clarify_certainty=start.clarify_certainty,
        weights=weights,
        confidence=calibration,
        follow_up=follow_up,
        measured={**_means(list(found.values()), claims, rights, answers), **follow_up_auroc},
    )
    return fitted, found


def _asked_by_others(centre: HelpCentre, centres: Sequence[HelpCentre]) -> HelpCentre:
    """Return the help centre with questions of the others, which it hardly answers, at even distances among them."""
    others = [one for other in centres if other.family != centre.family for one in other.asked if one.relevant]
    picked = others[:: max(1, len(others) // FOREIGN_QUESTIONS)][:FOREIGN_QUESTIONS]
    foreign = [replace(one, relevant=frozenset[str](), kind=FOREIGN) for one in picked]
    return replace(centre, asked=[*centre.asked, *foreign])


def _across(
    centres: Sequence[HelpCentre], ranked: Mapping[str, Sequence[Table]]
) -> tuple[dict[str, float], Calibration]:
    """Return the weights and the confidence fitted on help centres that count the same; `ranked` are their tables."""
    weights = _shares(likeliest([ranked[centre.name] for centre in centres]))
    judged = [judge(centre, weights) for centre in centres]
    table = np.concatenate([one.table for one in judged])
    right = np.concatenate([one.right for one in judged])
    counts = np.concatenate([one.counts for one in judged]) * len(table) / len(judged)
    families = sorted({centre.family for centre in centres})
    groups = np.repeat([families.index(one.family) for one in centres], [len(one.right) for one in judged])
    calibration, claimed = calibrate(table, right, FEATURES, counts=counts, groups=groups)
    asked = np.concatenate([one.asked for one in judged])
    return weights, replace(calibration, thresholds=thresholds(claimed[asked], counts[asked]))


def _means(
    found: Sequence[Mapping[str, float]],
    claims: Sequence[NDArray[np.float64]],
    rights: Sequence[NDArray[np.bool_]],
    answers: Sequence[NDArray[np.bool_]],
) -> dict[str, float]:
    """Return the mean of each figure over help centres.

    Those that would mostly hold chance in one help centre are of all together: the calibration error (ten bins of
    sixty questions), and the precision (a handful of answers), to which each help centre counts the same.
    """
    means = {
        name: round(float(np.mean([one[name] for one in found if name in one])), 4)
        for name in FIGURES
        if any(name in one for one in found)
    }
    pooled = reliability(np.concatenate(claims), np.concatenate(rights))
    means["calibration_error"] = round(calibration_error(pooled), 4)
    answered = float(np.mean([one.mean() for one in answers]))
    right = float(np.mean([(one & right).mean() for one, right in zip(answers, rights, strict=True)]))
    means["precision"] = round(right / answered, 4) if answered else 0.0
    return means


# --- one help centre ----------------------------------------------------------------------------------------------


def fit(bot: SupportBot, dataset: Dataset, prior: Tuning, *, model: str, on_progress: Progress) -> Tuning:
    """Return the tuning fitted on the data set's questions, as near to `prior` as their number demands.

    `model` is the model's name in the settings. Raise `SettingsError` if the set has fewer than `FEWEST` questions.
    """
    centre = HelpCentre(dataset.name, bot, dataset, ask(bot, dataset, on_progress))
    answerable = sum(bool(one.relevant) for one in centre.asked)
    if len(centre.asked) < FEWEST:
        raise SettingsError(
            f"{dataset.name}, split {dataset.split!r}: {len(centre.asked)} questions; fitting needs at least {FEWEST}"
        )
    weights, gain = _weights(centre, prior.weights)
    judged = judge(centre, weights)
    counts = judged.counts * len(judged.right)
    calibration, claimed = calibrate(judged.table, judged.right, FEATURES, counts=counts, prior=prior.confidence)
    own = thresholds(claimed[judged.asked], counts[judged.asked])
    calibration = replace(calibration, thresholds=_blended(own, int(judged.asked.sum()), prior.confidence))
    retriever = Retriever(bot.index, bot.analyzer, bot.encoder, weights)
    follow_up, follow_up_auroc = _follow_up(bot, retriever, dataset, calibration)
    before = _figures(judged, judged.claims(prior.confidence), prior.confidence, prior)
    halves = [_half(judged, place, prior) for place in (0, 1)]
    return Tuning(
        fitted=dt.date.today().isoformat(),
        data={
            "name": dataset.name,
            "split": dataset.split,
            "sha256": dataset.digest,
            "answerable": answerable,
            "unanswerable": len(centre.asked) - answerable,
        },
        model=Path(model).name,
        lexicon=bot.index.lexicon.digest,
        answer_precision=prior.answer_precision,
        clarify_certainty=prior.clarify_certainty,
        weights=weights,
        confidence=calibration,
        follow_up=follow_up,
        measured={
            "weights_gain": gain,
            **_figures(judged, claimed, calibration, prior),
            **{f"{name}_before": value for name, value in before.items()},
            **_with_half(halves),
            **follow_up_auroc,
        },
    )


def _half(judged: Judged, place: int, prior: Tuning) -> dict[str, float]:
    """Return the figures of a fit of the confidence on every other question, from the first or the second on."""
    question = np.cumsum(judged.kinds != LEFT_OUT)
    own = question % 2 == place
    half = Judged(judged.kinds[own], judged.table[own], judged.right[own], judged.offered[own])
    counts = half.counts * len(half.right)
    calibration, claimed = calibrate(half.table, half.right, FEATURES, counts=counts, prior=prior.confidence)
    found = thresholds(claimed[half.asked], counts[half.asked])
    blended = _blended(found, int(half.asked.sum()), prior.confidence)
    return _figures(half, claimed, replace(calibration, thresholds=blended), prior)


def _with_half(halves: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the mean share of questions answered rightly with half of the labels; nothing without any."""
    answered = [one["answered"] for one in halves if "answered" in one]
    return {"answered_with_half": round(float(np.mean(answered)), 4)} if answered else {}


def to_gain_more(dataset: Dataset, fitted: Tuning) -> list[str]:
    """Return a line for each thing that would gain most: which labels are few, and what more of them would bring."""
    labelled = set().union(*(dataset.relevant(key) for key in dataset.queries))
    silent = [article.id for article in dataset.articles if article.id not in labelled]
    near = sum(question.kind == "near" for question in dataset.unanswerable)
    lines = []
    if (none := len(dataset.unanswerable)) < ENOUGH_UNANSWERABLE:
        lines.append(
            f"label {ENOUGH_UNANSWERABLE - none} more questions that no article answers "
            f"({none} so far, {near} near ones): they decide from which certainty on the bot may answer"
        )
    if silent:
        some = ", ".join(silent[:3])
        lines.append(f"label questions to {len(silent)} articles that have none yet, such as {some}")
    answered, half = fitted.measured.get("answered"), fitted.measured.get("answered_with_half")
    if answered is not None and half is not None:
        lines.append(
            f"twice as many labels: with half of these {half:.1%} of answerable questions got the right answer, "
            f"with all {answered:.1%}"
        )
    return lines


def _weights(centre: HelpCentre, present: Mapping[str, float]) -> tuple[dict[str, float], float]:
    """Return the weights of the channels, and the gain of newly fitted ones in the share of right articles first.

    The present weights, which other help centres use as well, are kept unless the cross-validated gain of the new ones
    is more than one standard error. The new ones are drawn to them.
    """
    from sklearn.model_selection import KFold

    ranked = tables(centre, present)
    if len(ranked) < FOLDS:
        return dict(present), 0.0
    now = np.array([present.get(name, 0.0) for name in WEIGHED])
    share = len(ranked) / (len(ranked) + ENOUGH)

    def drawn(fitted: Sequence[Table]) -> dict[str, float]:
        new = _shares(likeliest([fitted]))
        return {name: round(share * new[name] + (1 - share) * present.get(name, 0.0), 3) for name in WEIGHED}

    gains = np.zeros(len(ranked))
    for train, held in KFold(FOLDS, shuffle=True, random_state=SEED).split(ranked):
        new = np.array(list(drawn([ranked[place] for place in train]).values()))
        gains[held] = [_is_first(new, ranked[place]) - _is_first(now, ranked[place]) for place in held]
    gain, error = float(gains.mean()), float(gains.std(ddof=1) / np.sqrt(len(gains)))
    return (drawn(ranked) if gain > error else dict(present)), round(gain, 4)


def _shares(weights: Table) -> dict[str, float]:
    """Return weights by channel; those of `CHANNELS` add up to 1, and that of the tokens is in proportion."""
    return {name: round(float(weight / weights[:-1].sum()), 3) for name, weight in zip(WEIGHED, weights, strict=True)}


def _is_first(weights: Table, table: Table) -> float:
    scores = table @ weights
    return float(scores[0] >= scores.max())


def _blended(own: Mapping[float, float], labels: int, prior: Calibration) -> dict[float, float]:
    """Return the thresholds on own questions, drawn to those of `prior`; where one has none, the other's."""
    share = labels / (labels + ENOUGH)
    blended = {}
    for wanted in PRECISIONS:
        old = prior.threshold(wanted)
        if old < 1 or wanted in own:
            mine = own.get(wanted, old)
            blended[wanted] = round(share * mine + (1 - share) * (old if old < 1 else mine), 4)
    return blended


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
        if recognise(context) or (certainty >= wanted and first(together) == first(alone)):
            continue
        joint = by_itself.probability(bot.confidence.features(together))
        rows.append(bot.confidence.follow_up_features(together, alone, joint, certainty))
        right.append(first(together) == article)
    if min(sum(right), len(right) - sum(right)) < FEWEST_READINGS:
        return bot.tuning.follow_up, {}
    table = np.array([[row[name] for name in FOLLOW_UP_FEATURES] for row in rows])
    fitted, claimed = calibrate(table, np.array(right), FOLLOW_UP_FEATURES)
    good = [float(value) for value, is_right in zip(claimed, right, strict=True) if is_right]
    bad = [float(value) for value, is_right in zip(claimed, right, strict=True) if not is_right]
    return fitted, {"follow_up_auroc": round(auroc(good, bad) or 0.0, 4)}


# --- figures ------------------------------------------------------------------------------------------------------


def _figures(
    judged: Judged, claimed: NDArray[np.float64], calibration: Calibration, wanted: Tuning
) -> dict[str, float]:
    """Return the `FIGURES` at the precision and the certainty to ask back that `wanted` names, if there is any."""
    answerable, asked = judged.kinds == ANSWERABLE, judged.asked
    unanswerable = asked & ~answerable
    answered = claimed >= calibration.threshold(wanted.answer_precision)
    back = ~answered & (claimed >= wanted.clarify_certainty)

    def share(those: NDArray[np.bool_], among: NDArray[np.bool_]) -> float | None:
        return float(those[among].mean()) if among.any() else None

    def separated(others: NDArray[np.bool_]) -> float | None:
        return auroc(claimed[answerable].tolist(), claimed[others].tolist())

    values = {
        "right_first": share(judged.right, answerable),
        "answered": share(answered & judged.right, answerable),
        "offered": share(back & judged.offered, answerable),
        "precision": share(judged.right, answered & asked),
        "answered_anyway": share(answered, unanswerable),
        "auroc": separated(unanswerable),
        "auroc_near": separated(judged.kinds == "near"),
        "auroc_left_out": separated(judged.kinds == LEFT_OUT),
        "auroc_foreign": separated(judged.kinds == FOREIGN),
        "calibration_error": calibration_error(reliability(claimed[asked], judged.right[asked])),
    }
    return {name: round(value, 4) for name, value in values.items() if value is not None}
