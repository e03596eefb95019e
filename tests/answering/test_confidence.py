"""The evidence that the confidence is computed from, and what it makes of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from supportbot.answering.confidence import FEATURES, Confidence
from supportbot.content import tuning
from supportbot.content.articles import Article
from supportbot.content.lexicon import Lexicon
from supportbot.content.tuning import Calibration
from supportbot.embedding.hashing import HashEncoder
from supportbot.errors import SettingsError
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
    assert follow_up["own_ngram_lead"] == pytest.approx(leads[2])


def test_without_out_of_scope_questions_nothing_is_compared_with_them(judge: Judge) -> None:
    retriever, confidence = judge()
    told = confidence.features(retriever.search(OUTSIDE[0]))
    assert told.keys() == set(FEATURES)
    assert told["ngram_lead"] == 0
    assert told["lead"] == told["titles"]


def test_nothing_found_tells_nothing(judge: Judge) -> None:
    retriever, confidence = judge(*OUTSIDE)
    found = retriever.search("")
    assert confidence.certainty(found) == 0
    assert not any(value for name, value in confidence.features(found).items() if name != "latin")


def test_a_tuning_with_a_feature_that_is_not_known_is_refused(judge: Judge, analyzer: Analyzer) -> None:
    retriever, _ = judge()
    fitted = replace(tuning.read(tuning.starter()), with_out_of_scope=Calibration(0.0, {"luck": 1.0}, {0.9: 0.5}))
    with pytest.raises(SettingsError, match="unknown feature 'luck'; expected dense, titles"):
        Confidence(retriever.index, analyzer, fitted)
