"""The examination of a bot: its figures, what to expect of it and how that was measured, findings, and advice."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from supportbot.answering.bot import SupportBot
from supportbot.answering.vagueness import vagueness
from supportbot.content.articles import FOLDER, Article
from supportbot.content.out_of_scope import FILE_NAME as OUT_OF_SCOPE
from supportbot.errors import QuestionError
from supportbot.health.articles import Finding, Kind, read_over

Basis = Literal["labels", "recorded", "left_out", "unknown"]

MOST_TITLES = 300
"""How many titles are asked without their article, and how many different recorded questions, at most."""

FEWEST_RECORDED = 20
"""With fewer recorded questions their shares say little."""

MOST_ADVICE = 10
MOST_NAMED = 3
"""How many articles a piece of advice names; the findings name all."""

WEIGHTS: Mapping[Kind, float] = {
    "cut_short": 1.0,
    "review": 0.9,
    "collides": 0.8,
    "title": 0.6,
    "steps": 0.5,
    "unasked": 0.4,
    "section": 0.2,
}
"""How much a finding costs the readers of its article, 0 to 1: a judgement, by which advice is ordered."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of what the bot answers from.

    Attributes:
        titles_median: titles and questions of an article, the median.
        unasked: articles without a question of their own.
        out_of_scope: lines of `out_of_scope.yaml`.
        scripts: articles by the script that they are written in.

    >>> examine(bot, articles).figures.articles
    """

    articles: int
    chunks: int
    titles_median: float
    unasked: int
    out_of_scope: int
    scripts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What share of customers' questions gets what. All shares lie between 0 and 1; None is not known.

    Attributes:
        basis: how it was measured: on `labels` of this help centre, with cross-validation; on `recorded` questions of
            customers, by the bot's own certainty; on other help centres that were `left_out` of the fit; or `unknown`.
        questions: how many questions it was measured on.
        wanted: the precision that answers are to reach.
        precision: the precision that they are expected to reach.
        answered, clarified, declined: the shares of questions that are answered, asked back about, declined. On
            `labels` and `left_out` they are shares of the questions that an article answers: answered rightly, asked
            back with the right article among the choices, and all others.
        answered_anyway: the share of questions that no article answers and that get an answer.

    >>> examine(bot, articles).expectation.basis
    'left_out'
    """

    basis: Basis
    questions: int
    wanted: float
    precision: float | None = None
    answered: float | None = None
    clarified: float | None = None
    declined: float | None = None
    answered_anyway: float | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """Something that would help.

    Attributes:
        kind: the kind of finding that it mends; or `labels`, label customers' questions and fit on them;
            `out_of_scope`, list questions that no article answers; `gaps`, go through the questions without an answer.
        count: how many articles it is about; for `gaps` how many questions.
        files: the files to edit, relative to the corpus folder; of many articles those most read.
        command: the command to run then.

    >>> Advice("cut_short", 1, ("articles/withdraw.md",), "supportbot index")
    """

    kind: Kind | Literal["labels", "out_of_scope", "gaps"]
    count: int
    files: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True)
class Health:
    """The result of an examination.

    Attributes:
        version: the index version examined.
        titles_asked: how many titles were asked with their own article left out.
        titles_answered: the share of those that another article would answer, wrongly: 0 to 1, None without titles.
        findings: what is wrong with single articles.
        advice: at most ten things that would help, the most helpful first.

    >>> examine(bot, articles.read(corpus)).advice[0].command
    'supportbot tune labels.csv'
    """

    version: str
    figures: Figures
    expectation: Expectation
    titles_asked: int
    titles_answered: float | None
    findings: tuple[Finding, ...]
    advice: tuple[Advice, ...]


def examine(bot: SupportBot, articles: Sequence[Article], recorded: Iterable[tuple[str, int]] = ()) -> Health:
    """Return the health of a bot on `articles`, those of its corpus.

    `recorded` are customers' questions and how often each was asked, the most frequent first.
    """
    expectation, unanswered = _expect(bot, list(recorded)[:MOST_TITLES])
    asked, anyway, collisions = _ask_titles(bot)
    findings = _merged([*read_over(articles), *collisions])
    return Health(
        version=bot.index.version,
        figures=_figures(bot, findings),
        expectation=expectation,
        titles_asked=asked,
        titles_answered=anyway,
        findings=tuple(findings),
        advice=tuple(
            _advise(articles, findings, expectation, (anyway or 0.0, 1 - bot.policy.answer_precision), unanswered)
        ),
    )


def _figures(bot: SupportBot, findings: Sequence[Finding]) -> Figures:
    index = bot.index
    rows = range(index.article_count)
    return Figures(
        articles=index.article_count,
        chunks=len(index),
        titles_median=float(median([index.questions_of(row) for row in rows] or [0])),
        unasked=sum(finding.kind == "unasked" for finding in findings),
        out_of_scope=index.manifest.out_of_scope,
        scripts=dict(Counter(index.article_script(row) for row in rows)),
    )


# --- what to expect -----------------------------------------------------------------------------------------------


def _expect(bot: SupportBot, recorded: Sequence[tuple[str, int]]) -> tuple[Expectation, int]:
    """Return the expectation by the best evidence there is, and how many recorded questions were not answered."""
    data, measured = bot.tuning.data, bot.tuning.measured
    outcomes, precision = _reply(bot, recorded)
    unanswered = outcomes["clarify"] + outcomes["decline"]
    basis: Basis = "unknown" if "answered" not in measured else "labels" if "split" in data else "left_out"
    if basis != "labels" and (total := outcomes.total()) >= FEWEST_RECORDED:
        shares = (outcomes[outcome] / total for outcome in ("answer", "clarify", "decline"))
        return Expectation("recorded", total, bot.policy.answer_precision, precision, *shares), unanswered
    if basis == "unknown":
        return Expectation(basis, 0, bot.policy.answer_precision), unanswered
    answered, offered = measured.get("answered"), measured.get("offered")
    expectation = Expectation(
        basis,
        int(data.get("answerable", 0)) + int(data.get("unanswerable", 0)),
        bot.tuning.answer_precision,
        measured.get("precision"),
        answered,
        offered,
        None if answered is None or offered is None else max(0.0, 1 - answered - offered),
        measured.get("answered_anyway"),
    )
    return expectation, unanswered


def _reply(bot: SupportBot, recorded: Sequence[tuple[str, int]]) -> tuple[Counter[str], float | None]:
    """Return how many of the recorded questions get which outcome, and the mean certainty of the answers, if any."""
    outcomes: Counter[str] = Counter()
    certainty = 0.0
    for question, count in recorded:
        try:
            answer = bot.ask(question)
        except QuestionError:
            continue
        if answer.intent is None:
            outcomes[answer.outcome] += count
            certainty += count * answer.confidence * (answer.outcome == "answer")
    return outcomes, certainty / outcomes["answer"] if outcomes["answer"] else None


def _ask_titles(bot: SupportBot) -> tuple[int, float | None, list[Finding]]:
    """Return how many titles were asked, the share answered without their article, and which do not tell or collide.

    Of many articles every n-th is asked. Without its article a title is a question that no article answers.
    """
    wanted = bot.confidence.threshold(bot.policy.answer_precision)
    step = -(-bot.index.article_count // MOST_TITLES)
    asked, answered, findings = 0, 0, []
    for row in range(0, bot.index.article_count, max(1, step)):
        article = bot.index.article(row)
        try:
            found = bot.search(article.title)
        except QuestionError:
            continue
        asked += 1
        own = next((hit for hit in found.hits if hit.article_row == row), None)
        others = tuple(hit for hit in found.hits if hit is not own)
        left = replace(found, hits=others)
        answered += bool(others) and bot.confidence.certainty(left) >= wanted
        before = max(others, key=lambda hit: hit.score, default=None)
        if vagueness(article.title, found.own_query.words):
            findings.append(Finding("title", article.id, article.title))
        elif before and (own is None or before.score > own.score):  # hits alone are led by the exact title
            findings.append(Finding("collides", article.id, article.title, others=(before.article.id,)))
    return asked, answered / asked if asked else None, findings


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, the gravest kind first, without a second one of the same articles."""
    unique: dict[object, Finding] = {}
    for finding in findings:
        involved = frozenset((finding.article_id, *finding.others))
        subject = involved if finding.kind == "collides" else (finding.article_id, finding.detail)
        unique.setdefault((finding.kind, subject), finding)
    return sorted(unique.values(), key=lambda finding: -WEIGHTS[finding.kind])


# --- advice -------------------------------------------------------------------------------------------------------


def _advise(
    articles: Sequence[Article],
    findings: Sequence[Finding],
    expectation: Expectation,
    anyway: tuple[float, float],
    unanswered: int,
) -> list[Advice]:
    """Return what would help, ordered by the share of readers that it concerns times its weight.

    `anyway` is the share of titles that were answered without their article, and the share that may be.
    """
    readers = {article.id: 1 + article.views for article in articles}
    total = sum(readers.values()) or 1
    gains: list[tuple[float, Advice]] = []
    if expectation.basis != "labels":
        gains.append((1.0, Advice("labels", len(articles), (), "supportbot tune labels.csv")))
    for kind, concerned in _by_advice(findings):
        ids = sorted({one for finding in concerned for one in (finding.article_id, *finding.others)})
        ids.sort(key=lambda one: -readers.get(one, 0))
        share = sum(readers.get(one, 0) for one in ids) / total
        files = tuple(f"{FOLDER}/{one}.md" for one in ids[:MOST_NAMED])
        gains.append((WEIGHTS[kind] * share, Advice(kind, len(ids), files, "supportbot index")))
    if anyway[0] > anyway[1]:
        gains.append((anyway[0], Advice("out_of_scope", 0, (OUT_OF_SCOPE,), "supportbot index")))
    if expectation.basis == "recorded" and unanswered:
        advice = Advice("gaps", unanswered, (), "supportbot serve")
        gains.append((unanswered / expectation.questions, advice))
    return [advice for _, advice in sorted(gains, key=lambda one: -one[0])[:MOST_ADVICE]]


def _by_advice(findings: Iterable[Finding]) -> Iterator[tuple[Kind, list[Finding]]]:
    """Yield the findings that one piece of advice is about: each collision by itself, all others by kind."""
    by_kind: dict[Kind, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_kind[finding.kind].append(finding)
    for kind, found in by_kind.items():
        if kind == "collides":
            yield from ((kind, [finding]) for finding in found)
        else:
            yield kind, found
