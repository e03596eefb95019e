"""Judge the bot's answers to the questions of a labelled set.

The outcome of an answer is answer, clarify, decline or handoff. Decline and handoff count as refusals. A clarify (the
bot asks back) counts as neither an answer nor a refusal.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supportbot.answering.answer import Answer, Outcome
from supportbot.answering.bot import SupportBot
from supportbot.answering.conversation import Conversation
from supportbot.content.articles import Article
from supportbot.errors import QuestionError
from supportbot.evaluation import calibration, faithfulness
from supportbot.evaluation.calibration import Bin, Point
from supportbot.evaluation.datasets import ANSWERABLE, HOLDOUT, Dataset, Dialogue
from supportbot.evaluation.measures import Estimate, share
from supportbot.index.build import Progress
from supportbot.retrieval.filters import Filters
from supportbot.text.folding import exact_key

REFUSED: tuple[Outcome, ...] = ("decline", "handoff")

MEASURES: Mapping[str, str] = {
    "coverage": "answerable questions that get an answer",
    "right_article": "answers to answerable questions that cite the right article",
    "precision": "answers to any question, answerable or not, that cite the right article",
    "coverage_at_precision": "answerable questions that get an answer at the threshold for the wanted precision",
    "fact_shown": "answers from the right article that show the expected words",
    "fact_reached": "questions with expected words whose answer shows them",
    "passage_first": "questions with a labelled passage whose answer holds it in the first section shown",
    "passage_whole": "the same whose answer shows every piece that is needed",
    "passage_only": "pieces of other passages that the answer does not show",
    "condition_told": "questions with a passage that holds under a condition whose answer says which",
    "order_kept": "answers whose blocks stand in the article's order, but for a note that comes first",
    "nothing_repeated": "answers that show no block more often than the article",
    "steps_complete": "answers with steps whose step lists are complete and in order",
    "groundedness": "sentences shown that are in the cited article",
    "script_fidelity": "answers entirely in the script of the question",
    "refusal_recall": "unanswerable questions that are refused",
    "refusal_precision": "refused questions that no article answers",
    "choice_right": "clarifying questions that offer the right article",
    "follow_up_accuracy": "conversations whose last answer cites the right article, or refuses where none answers",
    "follow_up_fact_shown": "last answers of conversations that show the expected words",
    "auroc": "pairs of an answerable and an unanswerable question that the confidence orders rightly",
}
"""The measures of answers, and what each is a share of. All are between 0 and 1; higher is better."""

BY_KIND = ("refusal_recall", "auroc", "follow_up_accuracy")
"""The measures that are also reported for each kind of question, e.g. `refusal_recall/near`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The judgement of one answer.

    `right`: the first article of the ranking answers the question. `cited`: the article shown answers it.
    A field that does not apply is None: `fact_shown` without expected words, `steps_whole` without steps.

    >>> [one.id for one in experiment.answers["bot"].asked if one.outcome == "answer" and not one.cited]
    """

    id: str
    kind: str
    outcome: Outcome
    confidence: float
    article: str | None
    right: bool
    cited: bool
    choice_right: bool | None
    fact_shown: bool | None
    steps_whole: bool | None
    in_script: bool | None
    sentences: int
    ungrounded: tuple[str, ...]
    milliseconds: float
    stages: Mapping[str, float]
    order_kept: bool | None = None
    nothing_repeated: bool | None = None


@dataclass(frozen=True, slots=True)
class Latency:
    """Answer times in ms: the median and the 95th percentile, in total and for each stage.

    >>> experiment.answers["bot"].latency.p95
    """

    p50: float
    p95: float
    stages: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """The measures, curves, times and single judgements of one system's answers.

    `measures` has the names of `MEASURES`, and `NAME/KIND` for those in `BY_KIND`. A measure without any question to
    compute it from is left out. The AUROC has no interval: its `low` and `high` equal its value.

    >>> experiment.answers["bot"].measures["coverage"].mean
    >>> experiment.answers["bot"].measures["refusal_recall/near"].low
    """

    outcomes: Mapping[str, Mapping[str, int]]
    measures: Mapping[str, Estimate]
    slices: Mapping[str, Mapping[str, Estimate]]
    wanted_precision: float
    operating_point: Point | None
    curve: tuple[Point, ...]
    bins: tuple[Bin, ...]
    calibration_error: float
    brier: float
    latency: Latency
    asked: tuple[Asked, ...]
    dialogues: tuple[Asked, ...]


def ask_all(bot: SupportBot, dataset: Dataset, *, on_progress: Progress) -> list[Asked]:
    """Ask every question of the set, answerable or not, one at a time, and return the judgements."""
    articles = {article.id: article for article in dataset.articles}
    todo = [(query.id, query.text, ANSWERABLE) for query in dataset.queries.values()]
    todo += [(query.id, query.text, query.kind) for query in dataset.unanswerable]
    found = []
    for number, (identifier, text, kind) in enumerate(todo, 1):
        relevant = dataset.relevant(identifier) if kind == ANSWERABLE else frozenset[str]()
        answer, milliseconds = _timed(bot.ask, bot, text)
        fact = dataset.facts.get(identifier) if kind == ANSWERABLE else None
        found.append(_judged(identifier, text, kind, answer, relevant, fact, articles, milliseconds))
        on_progress(number, len(todo))
    return found


def ask_held_out(bot: SupportBot, dataset: Dataset, *, on_progress: Progress) -> list[Asked]:
    """Ask a bot whose index lacks the held-out articles, and return the judgements.

    Questions that only held-out articles answer have no answer for this bot.
    """
    if dataset.holdout is None:
        return []
    articles = {article.id: article for article in dataset.articles}
    found = []
    for number, query in enumerate(dataset.queries.values(), 1):
        relevant = dataset.relevant(query.id) - dataset.holdout.articles
        if relevant or query.id in dataset.holdout.queries:
            answer, milliseconds = _timed(bot.ask, bot, query.text)
            kind = ANSWERABLE if relevant else HOLDOUT
            found.append(_judged(query.id, query.text, kind, answer, relevant, None, articles, milliseconds))
        on_progress(number, len(dataset.queries))
    return found


def converse_all(bot: SupportBot, dataset: Dataset, *, on_progress: Progress) -> list[Asked]:
    """Hold every conversation of the set, each as a new one, and return the judgements of the last answers."""
    articles = {article.id: article for article in dataset.articles}
    found = []
    for number, dialogue in enumerate(dataset.dialogues, 1):
        conversation = Conversation(bot)
        for turn in dialogue.turns:
            answer, milliseconds = _timed(conversation.ask, bot, turn)
        found.append(_judged_dialogue(dialogue, answer, articles, milliseconds))
        on_progress(number, len(dataset.dialogues))
    return found


def ask_passages(bot: SupportBot, dataset: Dataset, *, on_progress: Progress) -> dict[str, Estimate]:
    """Answer every question with a labelled passage from its article, and return the measures of passages.

    The article is given, so that the choice of passages is judged and not that of articles.
    """
    first, whole, only, told = list[bool](), list[bool](), list[bool](), list[bool]()
    for number, one in enumerate(dataset.passages, 1):
        answer = bot.ask(one.text, filters=Filters(article=one.article))
        everything = faithfulness.key_of(answer.shown)
        first.append(exact_key(one.passage) in faithfulness.key_of(faithfulness.first_section(answer.shown)))
        whole.append(all(exact_key(piece) in everything for piece in one.needed))
        only += (exact_key(piece) not in everything for piece in one.unasked)
        if one.condition:  # a platform is told by the label of its blocks
            platform = bot.index.platforms.only(one.condition)
            labelled = any(block.platform == platform for block in answer.shown) if platform else False
            told.append(labelled or exact_key(one.condition) in everything)
        on_progress(number, len(dataset.passages))
    found = {
        "passage_first": _share(first),
        "passage_whole": _share(whole),
        "passage_only": _share(only),
        "condition_told": _share(told),
    }
    return {name: value for name, value in found.items() if value}


def _timed(ask: Callable[[str], Answer], bot: SupportBot, text: str) -> tuple[Answer, float]:
    """Return the answer and its time in ms. A question that cannot be asked gets the reply that customers get."""
    started = time.perf_counter()
    try:
        answer = ask(text)
    except QuestionError:
        answer = bot.unanswerable(text)
    return answer, (time.perf_counter() - started) * 1000


def _judged_dialogue(dialogue: Dialogue, answer: Answer, articles: Mapping[str, Article], milliseconds: float) -> Asked:
    relevant = frozenset([dialogue.article] if dialogue.article else [])
    last = dialogue.turns[-1]
    return _judged(dialogue.id, last, dialogue.kind, answer, relevant, dialogue.fact, articles, milliseconds)


def _judged(
    identifier: str,
    question: str,
    kind: str,
    answer: Answer,
    relevant: frozenset[str],
    fact: str | None,
    articles: Mapping[str, Article],
    milliseconds: float,
) -> Asked:
    answered = answer.outcome == "answer"
    article = answer.sources[0].article_id if answered and answer.sources else None
    first = article or (answer.candidates[0].article_id if answer.candidates else None)
    cited = articles[article] if article else None
    sentences = faithfulness.sentences(answer) if answered else []
    missing = faithfulness.ungrounded(answer, cited) if cited else sentences
    clarifies = answer.outcome == "clarify" and bool(relevant)
    return Asked(
        id=identifier,
        kind=kind,
        outcome=answer.outcome,
        confidence=answer.confidence,
        article=article,
        right=first in relevant,
        cited=article in relevant,
        choice_right=any(choice.article_id in relevant for choice in answer.choices) if clarifies else None,
        fact_shown=answered and faithfulness.shows(fact, answer) if fact else None,
        steps_whole=faithfulness.steps_whole(answer, cited) if cited and answer.steps else None,
        order_kept=faithfulness.in_order(answer, cited) if cited else None,
        nothing_repeated=not faithfulness.repeats(answer, cited) if cited else None,
        in_script=faithfulness.in_script(answer, question),
        sentences=len(sentences),
        ungrounded=tuple(missing),
        milliseconds=milliseconds,
        stages=dict(answer.timings_ms),
    )


# --- from judgements to measures ---------------------------------------------------------------


def summarise(
    asked: Sequence[Asked],
    held_out: Sequence[Asked],
    dialogues: Sequence[Asked],
    *,
    passages: Mapping[str, Estimate] | None = None,
    dialogue_articles: Mapping[str, str | None],
    slices: Mapping[str, Sequence[str]],
    precision: float,
) -> AnswerReport:
    """Return the measures, curves and times of judged answers.

    `passages` are measures by `ask_passages`. `precision` is the one at which `coverage_at_precision` is read.
    `dialogue_articles` maps each conversation's id to the article that answers its last question, or to None. `slices`
    maps a name to question ids.
    """
    confidence = np.array([one.confidence for one in asked])
    right = np.array([one.right for one in asked], bool)
    answerable = np.array([one.kind == ANSWERABLE for one in asked], bool)
    curve = calibration.curve(confidence, right, answerable)
    point = calibration.at_precision(curve, precision)
    measures = {
        **_shares(asked),
        **(passages or {}),
        **_shares_of_dialogues(dialogues, dialogue_articles),
        **_separation(asked, held_out),
    }
    if answerable.any():
        count = int(answerable.sum())
        measures["coverage_at_precision"] = share(round((point.coverage if point else 0.0) * count), count)
    bins = calibration.reliability(confidence, right)
    by_id = {one.id: one for one in asked if one.kind == ANSWERABLE}
    return AnswerReport(
        outcomes=_outcomes(asked),
        measures={name: measures[name] for name in _ordered(measures)},
        slices={name: _shares([by_id[query] for query in ids if query in by_id]) for name, ids in slices.items()},
        wanted_precision=precision,
        operating_point=point,
        curve=curve,
        bins=bins,
        calibration_error=calibration.calibration_error(bins),
        brier=float(np.mean((confidence - right) ** 2)),
        latency=_latency(asked),
        asked=tuple(asked),
        dialogues=tuple(dialogues),
    )


def _shares(asked: Sequence[Asked]) -> dict[str, Estimate]:
    answerable = [one for one in asked if one.kind == ANSWERABLE]
    unanswerable = [one for one in asked if one.kind != ANSWERABLE]
    answers = [one for one in asked if one.outcome == "answer"]
    found = {
        "coverage": _share(one.outcome == "answer" for one in answerable),
        "right_article": _share(one.cited for one in answerable if one.outcome == "answer"),
        "precision": _share(one.cited for one in answers),
        "fact_shown": _share(bool(one.fact_shown) for one in answers if one.cited and one.fact_shown is not None),
        "fact_reached": _share(one.fact_shown for one in answerable if one.fact_shown is not None),
        "steps_complete": _share(one.steps_whole for one in asked if one.steps_whole is not None),
        "order_kept": _share(one.order_kept for one in asked if one.order_kept is not None),
        "nothing_repeated": _share(one.nothing_repeated for one in asked if one.nothing_repeated is not None),
        "script_fidelity": _share(one.in_script for one in asked if one.in_script is not None),
        "refusal_recall": _share(one.outcome in REFUSED for one in unanswerable),
        "refusal_precision": _share(one.kind != ANSWERABLE for one in asked if one.outcome in REFUSED),
        "choice_right": _share(one.choice_right for one in asked if one.choice_right is not None),
    }
    if sentences := sum(one.sentences for one in asked):
        found["groundedness"] = share(sentences - sum(len(one.ungrounded) for one in asked), sentences)
    for kind in _kinds(unanswerable):
        of_kind = (one.outcome in REFUSED for one in unanswerable if one.kind == kind)
        found[f"refusal_recall/{kind}"] = _share(of_kind)
    return {name: value for name, value in found.items() if value}


def _shares_of_dialogues(dialogues: Sequence[Asked], articles: Mapping[str, str | None]) -> dict[str, Estimate]:
    def accurate(one: Asked) -> bool:
        return one.cited if articles[one.id] else one.outcome in REFUSED

    found = {"follow_up_accuracy": _share(map(accurate, dialogues))}
    for kind in _kinds(dialogues):
        found[f"follow_up_accuracy/{kind}"] = _share(accurate(one) for one in dialogues if one.kind == kind)
    found["follow_up_fact_shown"] = _share(one.fact_shown for one in dialogues if one.fact_shown is not None)
    return {name: value for name, value in found.items() if value}


def _separation(asked: Sequence[Asked], held_out: Sequence[Asked]) -> dict[str, Estimate]:
    """Return the AUROC overall, by kind, and of held-out questions against those the smaller index still answers."""
    found: dict[str, Estimate] = {}

    def measure(name: str, group: Sequence[Asked], kind: str | None) -> None:
        positive = [one.confidence for one in group if one.kind == ANSWERABLE]
        negative = [one.confidence for one in group if one.kind != ANSWERABLE and kind in (None, one.kind)]
        value = calibration.auroc(positive, negative)
        if value is not None:
            found[name] = Estimate(value, value, value, len(positive) + len(negative))

    measure("auroc", asked, None)
    for kind in _kinds(one for one in asked if one.kind != ANSWERABLE):
        measure(f"auroc/{kind}", asked, kind)
    measure(f"auroc/{HOLDOUT}", held_out, HOLDOUT)
    return found


def _share(flags: Iterable[bool | None]) -> Estimate | None:
    values = [bool(flag) for flag in flags]
    return share(sum(values), len(values)) if values else None


def _kinds(asked: Iterable[Asked]) -> list[str]:
    return sorted({one.kind for one in asked})


def _outcomes(asked: Sequence[Asked]) -> dict[str, dict[str, int]]:
    """Return how often each kind of question had each outcome."""
    found: dict[str, dict[str, int]] = {}
    for one in asked:
        counts = found.setdefault(one.kind, {"answer": 0, "clarify": 0, "decline": 0, "handoff": 0})
        counts[one.outcome] += 1
    return found


def _ordered(names: Iterable[str]) -> list[str]:
    places = {name: place for place, name in enumerate(MEASURES)}
    return sorted(names, key=lambda name: (places[name.split("/")[0]], name))


def _latency(asked: Sequence[Asked]) -> Latency:
    def percentiles(values: NDArray[np.float64]) -> tuple[float, float]:
        return float(np.percentile(values, 50)), float(np.percentile(values, 95))

    stages = dict.fromkeys(stage for one in asked for stage in one.stages)
    return Latency(
        *percentiles(np.array([one.milliseconds for one in asked])),
        {stage: percentiles(np.array([one.stages.get(stage, 0.0) for one in asked])) for stage in stages},
    )
