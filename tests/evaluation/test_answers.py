"""Judging answers: what is grounded, whole and in the asker's script, and what the shares count."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from supportbot.answering.answer import Answer, Choice
from supportbot.answering.bot import SupportBot
from supportbot.content.articles import Article
from supportbot.evaluation import answering, datasets, experiment, faithfulness
from supportbot.evaluation.answering import AnswerReport, Asked
from supportbot.evaluation.experiment import Plan
from supportbot.index.chunking import split
from supportbot.settings import Settings

PROJECT = Path(__file__).parents[2]

BODY = """\
提幣前請先完成 [身分驗證](https://example.com/kyc)，**全程**約 3 分鐘。

## App 端

1. 打開 App，進入資產。
2. 點擊提幣。

![截圖](picture.png)

3. 點擊【確認】。

> 注意：地址填錯，資產無法找回。
"""


@pytest.fixture
def article() -> Article:
    return Article("withdraw", "如何提幣?", BODY)


@pytest.fixture
def answer(bot: SupportBot) -> Answer:
    """The real answer to the exact title of an article with steps for two platforms and a note."""
    answer = bot.ask("如何提幣?")
    assert answer.outcome == "answer"
    assert answer.steps
    return answer


# --- faithfulness ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["如何提幣?", "如何提币?", "提幣常見問題", "邀请好友规则"])
def test_what_the_bot_shows_is_grounded_whole_and_in_the_askers_script(
    bot: SupportBot, articles: list[Article], question: str
) -> None:
    answer = bot.ask(question)
    cited = next(article for article in articles if article.id == answer.sources[0].article_id)
    assert faithfulness.sentences(answer)
    assert faithfulness.ungrounded(answer, cited) == []
    assert faithfulness.steps_whole(answer, cited)
    assert faithfulness.in_script(answer, question)


def test_a_sentence_that_the_article_does_not_hold_is_found(answer: Answer, articles: list[Article]) -> None:
    invented = replace(
        answer, text=answer.text + "\n手續費為零。", notes=(*answer.notes, "僅限週一。提幣是把資產從平臺轉到外部地址。")
    )
    assert faithfulness.ungrounded(invented, articles[0]) == ["手續費為零", "僅限週一"]
    step = replace(answer.steps[0], text="打開 App，依次進入：資產 → 充幣。")
    assert faithfulness.ungrounded(replace(answer, steps=(step, *answer.steps[1:])), articles[0])
    assert faithfulness.ungrounded(answer, articles[2])  # another article


def test_markdown_width_and_script_make_no_sentence_ungrounded(answer: Answer, article: Article) -> None:
    shown = replace(
        answer,
        script="hans",
        text="提币前请先完成 身分验证，全程约 ３ 分钟。",
        steps=tuple(replace(step, platform="app") for chunk in split(article) for step in chunk.steps),
        notes=("注意：地址填错，资产无法找回。",),
        sources=(replace(answer.sources[0], quote="1. 打開 App，進入資產。 2. 點擊提"),),
    )
    assert faithfulness.ungrounded(shown, article) == []
    assert faithfulness.steps_whole(shown, article)


def test_steps_are_whole_from_the_first_to_the_last_in_order(answer: Answer, articles: list[Article]) -> None:
    steps = answer.steps
    assert [step.number for step in steps] == [1, 2, 3, 1, 2]
    for broken in (steps[:2], steps[1:3], (steps[0], steps[2], steps[1]), steps[:4], (*steps[:3], steps[4])):
        assert not faithfulness.steps_whole(replace(answer, steps=broken), articles[0])
    for whole in (steps[:3], steps[3:], (*steps[3:], *steps[:3])):
        assert faithfulness.steps_whole(replace(answer, steps=whole), articles[0])
    renamed = (replace(steps[0], text="別的一步。"), *steps[1:])
    assert not faithfulness.steps_whole(replace(answer, steps=renamed), articles[0])


def test_a_list_that_goes_on_after_a_picture_is_one_list(answer: Answer, article: Article) -> None:
    steps = tuple(step for chunk in split(article) for step in chunk.steps)
    assert [step.number for step in steps] == [1, 2, 3]
    assert faithfulness.steps_whole(replace(answer, steps=steps), article)
    assert not faithfulness.steps_whole(replace(answer, steps=steps[:2]), article)


def test_an_expected_fact_is_found_in_any_script_and_width_and_only_where_it_is_shown(answer: Answer) -> None:
    shown = replace(answer, text="", steps=(), notes=("一般 30 分鐘內到賬。",))
    assert faithfulness.shows("３０ 分鐘", shown)
    assert faithfulness.shows("30 分钟内", shown)
    assert not faithfulness.shows("40 分鐘", shown)
    assert not faithfulness.shows("如何提幣", shown)  # the title of the source is no part of the answer


def test_the_script_is_that_of_the_question(answer: Answer) -> None:
    assert faithfulness.in_script(answer, "如何提幣")
    assert faithfulness.in_script(answer, "如何提币") is False
    assert faithfulness.in_script(answer, "how to withdraw") is None
    assert faithfulness.in_script(
        replace(answer, notes=("平台裡的著作",)), "幣"
    )  # proper Traditional that OpenCC rewrites
    assert faithfulness.in_script(replace(answer, notes=("账户",)), "幣") is False


def test_nothing_of_the_projects_own_corpus_is_invented(real_bot: SupportBot) -> None:
    from supportbot.content import articles as room

    articles = {article.id: article for article in room.read(PROJECT / "corpus")}
    for article in articles.values():
        for question in (article.title, *article.questions[:2]):
            answer = real_bot.ask(question)
            if answer.outcome == "answer":
                cited = articles[answer.sources[0].article_id]
                assert faithfulness.ungrounded(answer, cited) == []
                assert faithfulness.steps_whole(answer, cited)


# --- asking ------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set whose questions are titles, which are always answered, and noise, which never is."""
    folder = tmp_path / "asked"
    (folder / "qrels").mkdir(parents=True)
    (folder / "holdout").mkdir()
    corpus = [
        {
            "_id": "a",
            "title": "如何提幣",
            "text": "提幣要等多久？\n\n1. 打開 App。\n2. 點擊提幣。\n\n> 注意：地址填錯無法找回。\n",
        },
        {"_id": "b", "title": "邀請好友返佣", "text": "邀請好友註冊，可獲得返佣。"},
        {"_id": "c", "title": "忘記密碼", "text": "忘記密碼請到登入頁重置。"},
    ]
    files: dict[str, list[Any]] = {
        "corpus": corpus,
        "queries": [
            {"_id": "1", "text": "如何提幣", "metadata": {"slice": "hant"}},
            {"_id": "2", "text": "邀请好友返佣", "metadata": {"slice": "hans"}},
            {"_id": "3", "text": "忘記密碼", "metadata": {"slice": "hant"}},
        ],
        "unanswerable": [
            {"_id": "u1", "text": "。。。！", "kind": "noise"},
            {"_id": "u2", "text": "長" * 3000, "kind": "noise"},
            {"_id": "u3", "text": "邀請好友返佣", "kind": "near"},  # an exact title: will be answered, wrongly
        ],
        "facts": [{"_id": "1", "fact": "点击提币"}, {"_id": "2", "fact": "沒有這句"}],
    }
    for name, records in files.items():
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text("1\ta\t1\n2\tb\t1\n3\tc\t1\n", encoding="utf-8")
    (folder / "holdout" / "docs.txt").write_text("c\n", encoding="utf-8")
    (folder / "holdout" / "queries.txt").write_text("3\n", encoding="utf-8")
    return folder


@pytest.fixture
def judged(folder: Path, settings: Settings, one_dictionary: None) -> AnswerReport:
    strict = settings.model_copy(update={"clarify_precision": 1.0})
    found = experiment.run(datasets.read(folder), Plan(modes="", answers=True, precision=0.7), strict)
    return found.answers["bot"]


def test_answers_are_judged_as_customers_get_them(judged: AnswerReport) -> None:
    means = {name: round(estimate.mean, 4) for name, estimate in judged.measures.items()}
    assert means["coverage"] == 1.0
    assert means["right_article"] == 1.0
    assert means["precision"] == 0.75  # three right, one to an unanswerable question
    assert means["fact_shown"] == means["fact_reached"] == 0.5
    assert means["steps_complete"] == means["groundedness"] == means["script_fidelity"] == 1.0
    assert means["refusal_recall"] == round(2 / 3, 4)
    assert means["refusal_recall/noise"] == 1.0
    assert means["refusal_recall/near"] == 0.0
    assert means["refusal_precision"] == 1.0
    noise = [one.confidence for one in judged.asked if one.kind == "noise"]
    assert max(noise) < min(one.confidence for one in judged.asked if one.kind == "answerable")
    assert means["auroc"] == round(17 / 18, 4)
    assert means["coverage_at_precision"] == 1.0
    assert judged.outcomes["answerable"] == {"answer": 3, "clarify": 0, "decline": 0, "handoff": 0}
    assert judged.slices["hant"]["coverage"].count == 2
    assert "auroc/holdout" in judged.measures
    assert 0 < judged.latency.p50 <= judged.latency.p95
    assert set(judged.latency.stages) == {"embed", "search", "compose"}
    assert [one.id for one in judged.asked if one.fact_shown is False] == ["2"]


def test_held_out_articles_are_not_found(folder: Path, settings: Settings, one_dictionary: None) -> None:
    from supportbot.evaluation import systems
    from supportbot.serving.opening import load_encoder

    data = datasets.read(folder)
    assert data.holdout
    bot = systems.open_bot(
        data, settings, load_encoder(settings), without=data.holdout.articles, on_progress=lambda done, total: None
    )
    asked = answering.ask_held_out(bot, data, on_progress=lambda done, total: None)
    assert {one.id: one.kind for one in asked} == {"1": "answerable", "2": "answerable", "3": "holdout"}
    assert "c" not in {article.id for article in bot.index.articles()}


# --- shares ------------------------------------------------------------------------------------------------------


@pytest.fixture
def one() -> Callable[..., Asked]:
    """A question that was answered rightly, but for what is said otherwise."""
    right = Asked("1", "answerable", "answer", 0.9, "a", True, True, None, None, None, True, 1, (), 5.0, {"embed": 1.0})
    return lambda **changes: replace(right, **changes)


def means(
    asked: list[Asked], dialogues: list[Asked] | None = None, articles: dict[str, str | None] | None = None
) -> dict[str, float]:
    found = answering.summarise(asked, [], dialogues or [], dialogue_articles=articles or {}, slices={}, precision=0.9)
    return {name: estimate.mean for name, estimate in found.measures.items()}


def test_a_clarify_is_neither_an_answer_nor_a_refusal(one: Callable[..., Asked]) -> None:
    clarify = {"outcome": "clarify", "article": None, "cited": False}
    found = means(
        [
            one(),
            one(id="2", choice_right=True, **clarify),
            one(id="3", choice_right=False, right=False, **clarify),
            one(id="u", kind="near", right=False, **clarify),
            one(id="v", kind="near", right=False, outcome="handoff", article=None, cited=False),
        ]
    )
    assert found["coverage"] == pytest.approx(1 / 3)
    assert found["precision"] == 1.0
    assert found["refusal_recall"] == 0.5  # the hand-over is a refusal, the clarify is not
    assert found["refusal_precision"] == 1.0
    assert found["choice_right"] == 0.5


def test_conversations_count_what_their_last_question_got(one: Callable[..., Asked]) -> None:
    found = means(
        [one()],
        [
            one(id="c1", kind="follow-up", fact_shown=True),
            one(id="c2", kind="follow-up", cited=False, fact_shown=False),
            one(id="c3", kind="change", outcome="decline", article=None, cited=False),
            one(id="c4", kind="change", outcome="clarify", article=None, cited=False),
        ],
        {"c1": "a", "c2": "a", "c3": None, "c4": None},
    )
    assert found["follow_up_accuracy"] == found["follow_up_accuracy/change"] == 0.5
    assert found["follow_up_fact_shown"] == 0.5


def test_groundedness_counts_sentences(one: Callable[..., Asked]) -> None:
    assert means([one(sentences=4, ungrounded=("x",)), one(id="2", sentences=6)])["groundedness"] == 0.9


def test_a_question_back_is_judged_by_its_choices(bot: SupportBot, articles: list[Article]) -> None:
    clarify = replace(
        bot.ask("如何提幣?"), outcome="clarify", steps=(), sources=(), choices=(Choice("invite", "邀請"),)
    )
    by_id = {article.id: article for article in articles}
    for relevant, right in ((frozenset(["invite"]), True), (frozenset(["withdraw"]), False), (frozenset[str](), None)):
        found = answering._judged("1", "提幣", "answerable", clarify, relevant, None, by_id, 1.0)
        assert found.choice_right is right
        assert not found.cited
