"""The evidence that the confidence is computed from, and what it makes of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Asker

from supportbot.answering.confidence import FEATURES, Confidence
from supportbot.content import tuning
from supportbot.content.articles import Article
from supportbot.content.lexicon import Lexicon
from supportbot.content.tuning import Calibration
from supportbot.embedding.hashing import HashEncoder
from supportbot.errors import SettingsError
from supportbot.index import cohort
from supportbot.index.build import build
from supportbot.index.store import load
from supportbot.retrieval.retriever import Retriever
from supportbot.text.analyzer import Analyzer

ARTICLES = [Article("fees", "提幣手續費怎麼算", "按鏈收取。\n"), Article("time", "提幣要多久到賬", "約半小時。\n")]
OUTSIDE = [f"股票的手續費怎麼{verb}" for verb in "繳收退"]

Judge = Callable[..., tuple[Retriever, Confidence]]


@pytest.fixture
def judge(tmp_path: Path, analyzer: Analyzer) -> Judge:
    """A retriever on two articles and some out-of-scope questions, and the confidence that judges its rankings."""

    def run(*out_of_scope: str) -> tuple[Retriever, Confidence]:
        folder = tmp_path / str(len(out_of_scope))
        build(
            ARTICLES,
            folder,
            corpus_digest="any",
            lexicon=Lexicon(),
            analyzer=analyzer,
            encoder=HashEncoder(),
            out_of_scope=out_of_scope,
        )
        index, fitted = load(folder), tuning.read(tuning.starter())
        return Retriever(index, analyzer, HashEncoder(), fitted.weights), Confidence(index, analyzer, fitted)

    return run


def test_wording_like_an_out_of_scope_question_speaks_against_the_article(judge: Judge) -> None:
    retriever, confidence = judge(*OUTSIDE)
    questions = ("提幣的手續費怎麼算", "股票的手續費怎麼算", OUTSIDE[0])
    leads = [confidence.features(retriever.search(question))["ngram_lead"] for question in questions]
    assert 1 > leads[0] > 0 > leads[1] > leads[2] > -1
    alone, together = retriever.search(OUTSIDE[0]), retriever.search(OUTSIDE[0], context="提幣")
    assert confidence.features(together)["ngram_lead"] > leads[2]
    follow_up = confidence.follow_up_features(together, alone, 0.5, 0.5)
    assert -1 < follow_up["own_ngram_lead"] < 0


def test_without_out_of_scope_questions_articles_are_compared_with_the_cohort(judge: Judge) -> None:
    retriever, confidence = judge()
    asked = ("提幣要多久到賬", cohort.questions()[0])
    own, foreign = (confidence.features(retriever.search(question)) for question in asked)
    assert own.keys() == foreign.keys() == set(FEATURES)
    assert own["cohort_lead"] > 0 > foreign["cohort_lead"]
    assert own["lead"] == foreign["lead"] == 0


def test_nothing_found_tells_nothing(judge: Judge) -> None:
    retriever, confidence = judge(*OUTSIDE)
    found = replace(retriever.search(""), hits=())
    assert confidence.certainty(found) == 0
    assert not any(value for name, value in confidence.features(found).items() if name not in ("latin", "content"))


def test_a_tuning_with_a_feature_that_is_not_known_is_refused(judge: Judge, analyzer: Analyzer) -> None:
    retriever, _ = judge()
    fitted = replace(tuning.read(tuning.starter()), confidence=Calibration(0.0, {"luck": 1.0}, {0.9: 0.5}))
    with pytest.raises(SettingsError, match="unknown feature 'luck'; expected dense, titles"):
        Confidence(retriever.index, analyzer, fitted)


QUESTIONS = ("提幣要多久", "邀請好友有什麼好處", "提幣的稅怎麼報", "今天天氣如何")


def listed(count: int) -> list[str]:
    """So many different questions that no article answers."""
    return [f"第 {number} 期的稅怎麼報" for number in range(count)]


@pytest.mark.parametrize("count", [1, 5, 99, 100, 199, 200, 299])
def test_one_more_out_of_scope_question_changes_little(bot_on: Asker, articles: Sequence[Article], count: int) -> None:
    def confidences(lines: int) -> list[float]:
        bot = bot_on(articles, out_of_scope=listed(lines))
        return [bot.ask(question).confidence for question in QUESTIONS]

    assert confidences(count + 1) == pytest.approx(confidences(count), abs=0.05)


def test_what_is_like_hundreds_of_listed_out_of_scope_questions_is_declined(
    bot_on: Asker, articles: Sequence[Article]
) -> None:
    outside = "第 7 期提幣的稅怎麼報"
    without = bot_on(articles).ask(outside).confidence
    bot = bot_on(articles, out_of_scope=listed(300), answer_precision=0.9, clarify_precision=0.5)
    found = bot.ask(outside)
    assert found.outcome == "decline"
    assert found.confidence < 0.5 * without
    assert bot.ask("怎麼取消提幣？").confidence > found.confidence


@pytest.mark.parametrize("code", ["M077", "TX0003", "F201B", "RISK_TK_VINTAGE_W", "SYNC-409"])
def test_a_code_that_stands_in_exactly_one_article_is_an_answer(bot_on: Asker, code: str) -> None:
    others = [
        Article(f"a{number}", f"第 {number} 篇說明", f"價格與退貨的規則第 {number} 條。\n") for number in range(8)
    ]
    priced = Article("prices", "價目表", f"{code} 的價格是 120 元。\n")
    bot = bot_on([*others, priced], answer_precision=0.94)
    for question in (code, f"{code} 價格", f"為什麼{code.lower()}不能退貨"):
        answer = bot.ask(question)
        assert (answer.outcome, answer.candidates[0].article_id) == ("answer", "prices"), question
        assert answer.confidence < 1
    twice = Article("again", "另一張價目表", f"{code} 也在這裡。\n")
    assert bot_on([*others, priced, twice], answer_precision=1.0).ask(code).confidence < 0.95


def test_an_exact_title_is_not_certain_and_twins_even_less(bot_on: Asker, articles: list[Article]) -> None:
    assert 0.95 <= bot_on(articles).ask("邀請好友規則").confidence < 1
    twin = replace(articles[2], id="twin", body="舊的規則，已停用。\n")
    assert bot_on([*articles, twin]).ask("邀請好友規則").confidence < 0.95
