"""What a team is told of its articles and of the bot on them."""

from dataclasses import replace

import pytest
from conftest import Asker

from supportbot.content.articles import Article
from supportbot.health.articles import read_over
from supportbot.health.examination import MOST_ADVICE, examine

BODY = "資產提出後，一般三十分鐘內到賬，節假日順延。\n"


def kinds(*articles: Article) -> dict[str, set[str]]:
    """The kinds of findings by article, less that of articles without questions of their own."""
    found: dict[str, set[str]] = {article.id: set() for article in articles}
    for finding in read_over(articles):
        if finding.kind != "unasked":
            found[finding.article_id].add(finding.kind)
    return found


@pytest.mark.parametrize(
    "ending", ["請依照下列步驟：", "然後點擊確認，", "其他方式請見…", "其他方式請見......", "1. 打開 App\n2."]
)
def test_an_article_that_breaks_off_is_cut_short(ending: str) -> None:
    assert kinds(Article("a", "到賬時間", f"{BODY}\n{ending}\n")) == {"a": {"cut_short"}}


def test_an_article_that_its_source_or_its_length_cuts_short_is_one_too() -> None:
    whole = Article("whole", "到賬時間", BODY)
    assert kinds(whole, replace(whole, id="b", title="乙", body="另一篇的內文也夠長，這裡寫完了。\n", complete=False))[
        "b"
    ] == {"cut_short"}
    assert kinds(Article("c", "到賬時間", "詳見官網。\n")) == {"c": {"cut_short"}}
    assert kinds(whole) == {"whole": set()}


def test_an_article_that_an_import_marked_is_to_be_reviewed() -> None:
    assert kinds(Article("a", "到賬時間", BODY, review=True)) == {"a": {"review"}}


@pytest.mark.parametrize("title", ["如何提幣?", "怎么提币", "怎樣提幣", "提幣步驟", "提币教程", "How to withdraw"])
def test_a_title_that_asks_how_wants_steps(title: str) -> None:
    assert kinds(Article("a", title, BODY)) == {"a": {"steps"}}
    assert kinds(Article("a", title, f"{BODY}\n1. 打開【資產】。\n2. 點擊【提幣】。\n")) == {"a": set()}


def test_a_section_without_text_is_named() -> None:
    body = f"{BODY}\n## 費用\n\n## 時間\n\n### 工作日\n\n三十分鐘。\n\n## 其他\n"
    found = [one.detail for one in read_over([Article("a", "到賬時間", body)]) if one.kind == "section"]
    assert found == ["費用", "其他"]


def test_articles_of_the_same_title_or_nearly_the_same_text_are_named_together() -> None:
    first = Article("a", "如何聯繫？", BODY * 3 + "1. 打開。\n")
    same_title = Article("b", "如何联系", "這一篇談的是別的事情，與上一篇無關。\n\n1. 打電話。\n")
    same_text = Article("c", "到賬時間", BODY * 3 + "1. 打開它。\n")
    found = {(one.kind, one.article_id, one.others) for one in read_over([first, same_title, same_text])}
    assert {("title", "a", ("b",)), ("title", "b", ("a",)), ("collides", "a", ("c",))} <= found
    assert sum(kind == "collides" for kind, *_ in found) == 1


def test_figures_count_what_the_bot_answers_from(bot_on: Asker, articles: list[Article]) -> None:
    figures = examine(bot_on(articles, out_of_scope=["可以分期嗎", "有門市嗎"]), articles).figures
    assert (figures.articles, figures.unasked, figures.out_of_scope) == (3, 2, 2)
    assert figures.titles_median == 1
    assert figures.chunks > 3
    assert figures.scripts == {"hant": 3}


def test_a_title_of_everyday_words_does_not_tell(bot_on: Asker, articles: list[Article]) -> None:
    vague = Article("vague", "問題", "這一篇談的是別的事情，與其他的無關。\n")
    found = examine(bot_on([*articles, vague]), [*articles, vague]).findings
    assert [one.article_id for one in found if one.kind == "title"] == ["vague"]


def test_a_title_that_finds_another_article_first_collides(bot_on: Asker) -> None:
    other = Article("other", "提幣", "提幣地址 " * 3 + "在這裡。\n")
    best = Article("best", "提幣地址在哪裡", "提幣地址 " * 20 + "在這裡。\n", questions=("提幣", "提幣地址"))
    found = examine(bot_on([other, best]), [other, best]).findings
    assert ("other", ("best",)) in {(one.article_id, one.others) for one in found if one.kind == "collides"}


def test_titles_are_asked_without_their_article(bot_on: Asker, articles: list[Article]) -> None:
    anyway = examine(bot_on(articles), articles)  # answers however unsure it is
    assert anyway.titles_asked == 3
    assert anyway.titles_answered == pytest.approx(2 / 3)  # for the third nothing else is found
    assert "out_of_scope" not in {advice.kind for advice in anyway.advice}  # no precision is wanted
    strict = examine(bot_on(articles, answer_precision=1.0), articles)
    assert strict.titles_answered == 0


def test_labels_count_before_recorded_questions_and_those_before_other_help_centres(
    bot_on: Asker, articles: list[Article]
) -> None:
    bot = bot_on(articles)
    recorded = [("如何提幣", 15), ("邀請好友規則", 5), ("你好", 7), ("", 1)]
    own = {"answered": 0.7, "precision": 0.95, "offered": 0.2}
    others = {"answered": 0.6, "offered": 0.25, "precision": 0.93, "answered_anyway": 0.1}

    def expected(measured: dict[str, float], recorded: list[tuple[str, int]]) -> tuple[object, ...]:
        data = {"split": "labels"} if measured is own else {}  # `tune` names the split of own labels
        bot.tuning = replace(bot.tuning, measured=measured, data=data)
        found = examine(bot, articles, recorded).expectation
        return found.basis, found.answered, found.clarified, found.declined and round(found.declined, 6)

    assert expected(own, recorded) == ("labels", 0.7, 0.2, 0.1)
    assert expected(others, recorded) == ("recorded", 1.0, 0.0, 0.0)
    assert expected(others, recorded[1:]) == ("left_out", 0.6, 0.25, 0.15)
    assert expected({}, []) == ("unknown", None, None, None)
    found = examine(bot, articles, recorded).expectation
    assert found.questions == 20  # neither small talk nor what is no question
    assert found.precision is not None
    assert 0 < found.precision <= 1


def test_advice_is_short_and_starts_with_what_concerns_most_readers(bot_on: Asker, articles: list[Article]) -> None:
    cut = Article("cut", "費率表", "各幣種的手續費如下：\n", views=5000)
    bot = bot_on([*articles, cut])
    bot.tuning = replace(bot.tuning, measured={"answered": 0.7}, data={"split": "labels"})
    advice = examine(bot, [*articles, cut]).advice
    assert (advice[0].kind, advice[0].files, advice[0].command) == (
        "cut_short",
        ("articles/cut.md",),
        "supportbot index",
    )
    assert "labels" not in {one.kind for one in advice}
    many = [Article(f"a{n}", "如何提幣", f"{BODY * 4}第{n}篇，點擊確認，") for n in range(30)]
    found = examine(bot_on(many), many)
    assert len(found.advice) == MOST_ADVICE
    assert found.advice[0].command == "supportbot tune labels.csv"


def test_a_help_centre_of_one_article_is_examined(bot_on: Asker) -> None:
    alone = Article("alone", "🎉", "只有這一篇文章，內容寫得夠長。\n")
    found = examine(bot_on([alone]), [alone])
    assert found.figures.articles == 1
    assert found.titles_answered == 0
