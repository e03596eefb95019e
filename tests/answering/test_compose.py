"""Answers: the cited article's own lines, the right part of it, in the asker's script; or a plain refusal."""

import dataclasses
import datetime as dt
import json
import re
from pathlib import Path

import pytest
from conftest import Asker
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from supportbot.answering.answer import CANDIDATES, Answer
from supportbot.answering.bot import SupportBot
from supportbot.answering.compose import QUOTE_CHARACTERS
from supportbot.content import articles as articles_room
from supportbot.content.articles import Article
from supportbot.content.messages import general
from supportbot.content.platforms import Platform
from supportbot.retrieval.filters import Filters
from supportbot.text.folding import normalise
from supportbot.text.scripts import convert, detect

PROJECT = Path(__file__).parents[2]

# What DESIGN.md promises to the command line, HTTP and Python.
FIELDS = {
    "outcome", "confidence", "blocks", "text", "steps", "notes", "sources", "choices", "candidates", "script",
    "index_version", "timings_ms", "warning", "intent", "context",
}  # fmt: skip
STEP_FIELDS = {"number", "text", "platform", "path"}
SOURCE_FIELDS = {"article_id", "title", "heading", "url", "quote", "updated", "complete"}

pytestmark = pytest.mark.usefixtures("one_dictionary")


@pytest.fixture
def willing(articles: list[Article], bot_on: Asker) -> SupportBot:
    """Such a bot on the three small articles."""
    return bot_on(articles)


@pytest.fixture(scope="module")
def bodies() -> dict[str, str]:
    """The project's articles by id: titles and bodies without Markdown marks and spaces."""
    return {article.id: bare(f"{article.title}\n{article.body}") for article in articles_room.read(PROJECT / "corpus")}


def bare(text: str) -> str:
    """The text without Markdown marks and spaces, in Simplified: some of the articles' own questions are."""
    return re.sub(r"[\s*`>#|\-]", "", normalise(text)).translate(str.maketrans("帐著", "账着"))


def simplified(text: str) -> str:
    return convert(text, source="hant", target="hans")


def shown(answer: Answer) -> list[str]:
    """Every line that the customer reads as the article's."""
    return [*filter(None, answer.text.split("\n")), *(step.text for step in answer.steps), *answer.notes]


def assert_grounded(answer: Answer, body: str) -> None:
    assert answer.outcome == "answer"
    assert answer.text
    for line in shown(answer):
        assert bare(line), answer
        assert bare(line) in body, line
    for step in answer.steps:
        assert all(label in step.text for label in step.path), step
    for source in answer.sources:
        assert bare(source.quote.removesuffix("…")) in body or answer.steps, source.quote
        assert len(source.quote) <= QUOTE_CHARACTERS
        assert bare(source.heading) in body


# --- nothing is invented ------------------------------------------------------------------------------------------


def test_every_line_of_an_answer_is_a_line_of_the_article_it_cites(
    real_bot: SupportBot, bodies: dict[str, str]
) -> None:
    asked = 0
    for article in real_bot.index.articles():
        for question in [article.title, *article.questions[::5]]:
            answer = real_bot.ask(question)
            assert [source.article_id for source in answer.sources] == [article.id]
            assert_grounded(answer, bodies[article.id])
            asked += 1
    assert asked > 150


def test_a_simplified_asker_reads_the_same_answer_converted(real_bot: SupportBot) -> None:
    for article in real_bot.index.articles():
        for question in (article.title, article.questions[0]):
            if detect(simplified(question)) != "hans":
                continue
            hant, hans = real_bot.ask(question), real_bot.ask(simplified(question))
            assert (hant.script, hans.script) == ("hant", "hans")
            assert hans.text == simplified(hant.text)
            assert list(hans.notes) == [simplified(note) for note in hant.notes]
            assert list(hans.steps) == [
                dataclasses.replace(step, text=simplified(step.text), path=tuple(map(simplified, step.path)))
                for step in hant.steps
            ]
            assert hans.sources[0].title == simplified(hant.sources[0].title)
            assert hans.sources[0].quote == simplified(hant.sources[0].quote)
            assert hans.sources[0].url == hant.sources[0].url
            assert [c.title for c in hans.candidates] == [simplified(c.title) for c in hant.candidates]
            assert detect(hans.text) in ("hans", "latin")


def test_a_traditional_asker_of_simplified_articles_and_an_english_asker(bot_on: Asker) -> None:
    bot = bot_on([Article("freeze", "账户被冻结怎么办？", "请联系客服，并提供身份证。\n")])
    answer = bot.ask("賬戶被凍結怎麼辦？")
    assert (answer.text, answer.sources[0].title) == ("請聯繫客服，並提供身份證。", "帳戶被凍結怎麼辦？")
    assert bot.ask("账户被冻结怎么办？").text == "请联系客服，并提供身份证。"
    bot = bot_on([Article("freeze", "KYC 是什么？", "KYC 就是实名认证。\n")])
    english = bot.ask("KYC?")
    assert (english.script, english.text) == ("latin", "KYC 就是实名认证。")


markdown = st.lists(
    st.one_of(
        st.text("一二三四五提幣地址，。 ", min_size=1, max_size=20),
        st.sampled_from(["## App 端", "## Web 端", "## 規則", "### Q：提幣要多久？", "### Q：可以取消嗎？"]),
        st.sampled_from(
            [
                "1. 打開：資產 → 提幣。\n2. 點擊【確認】。",
                "3. 填寫地址。",
                "- 甲\n- 乙",
                "| 幣 | 費 |\n|---|---|\n| 甲 | 1 |",
            ]
        ),
        st.sampled_from(["> 注意：地址填錯，資產無法找回。", "**粗體** 與 `代碼`", "[鏈接](https://example.com)"]),
    ),
    min_size=1,
    max_size=10,
)


@examples(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    blocks=markdown, question=st.sampled_from(["如何提幣？", "App 端怎麼提幣", "提幣地址", "提幣要多久？", "網頁版"])
)
def test_any_article_is_answered_with_its_own_lines_only(bot_on: Asker, blocks: list[str], question: str) -> None:
    body = "提幣。\n\n" + "\n\n".join(blocks)
    bot = bot_on([Article("any", "如何提幣？", body)])
    answer = bot.ask(question)
    if not answer.sources:
        assert answer.candidates == ()
        return
    whole = bare("如何提幣？\n" + re.sub(r"\]\(.*?\)|\[", "", body))
    for line in shown(answer):
        assert bare(line) in whole, line
    steps = [step.text for step in answer.steps]
    assert all(step in {"打開：資產 → 提幣。", "點擊【確認】。", "填寫地址。"} for step in steps)


# --- the right part of the article --------------------------------------------------------------------------------


def test_a_matching_question_and_answer_pair_stands_alone(willing: SupportBot) -> None:
    answer = willing.ask("提幣要等多久？")
    assert (answer.text, answer.steps, answer.notes) == ("一般 30 分鐘內到賬。", (), ())
    assert answer.sources[0].heading == "Q：提幣要等多久？"
    assert answer.sources[0].article_id == "withdraw-faq"
    assert willing.ask("可以取消提幣嗎？").text == "提交後不能取消。"


def test_steps_for_app_and_web_are_kept_apart_with_numbers_and_menu_paths(willing: SupportBot) -> None:
    answer = willing.ask("如何提幣?")
    assert [(step.platform, step.number, step.text, step.path) for step in answer.steps] == [
        ("app", 1, "打開 App，依次進入：資產 → 提幣。", ("資產", "提幣")),
        ("app", 2, "選擇幣種，填寫地址。", ()),
        ("app", 3, "點擊【確認】。", ()),
        ("web", 1, "登入網站，點擊【資產】-【提幣】。", ("資產", "提幣")),
        ("web", 2, "填寫地址並確認。", ()),
    ]
    assert answer.notes == ("注意：地址填錯，資產無法找回。",)
    assert answer.text == "提幣是把資產從平臺轉到外部地址。"


@pytest.mark.parametrize(("platform", "count"), [("app", 3), ("web", 2)])
def test_a_wanted_platform_leaves_only_its_steps(willing: SupportBot, platform: Platform, count: int) -> None:
    answer = willing.ask("如何提幣?", filters=Filters(platform=platform))
    assert [step.platform for step in answer.steps] == [platform] * count
    assert answer.sources[0].article_id == "withdraw"
    assert answer.text == "提幣是把資產從平臺轉到外部地址。", "what stands above the platforms is for both"


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("電腦版如何提幣", "web"),
        ("在 Web 端怎麼提幣？", "web"),
        ("网页版怎么提币", "web"),
        ("App 端如何提幣", "app"),
        ("手機版如何提幣", "app"),
    ],
)
def test_only_the_steps_for_the_platform_that_the_question_names_are_shown(
    willing: SupportBot, question: str, named: str
) -> None:
    answer = willing.ask(question, filters=Filters(article="withdraw"))
    assert {step.platform for step in answer.steps} == {named}
    assert [step.number for step in answer.steps] == ([1, 2, 3] if named == "app" else [1, 2])


def test_notes_above_the_section_are_kept_and_those_of_other_sections_left_out(bot_on: Asker) -> None:
    body = (
        "> 警告：不要把驗證碼告訴任何人。\n\n## 重置手機\n\n> 提示：重置後 24 小時內不能提幣。\n\n"
        "### App 端\n\n1. 點擊【重置手機】。\n\n## 註銷帳戶\n\n> 注意：註銷後無法恢復。\n\n聯繫客服註銷帳戶。\n"
    )
    answer = bot_on([Article("security", "安全設置", body)]).ask("怎樣重置手機")
    assert [step.text for step in answer.steps] == ["點擊【重置手機】。"]
    assert set(answer.notes) == {"警告：不要把驗證碼告訴任何人。", "提示：重置後 24 小時內不能提幣。"}


def test_steps_come_from_one_section_only(bot_on: Asker) -> None:
    body = (
        "## 綁定郵箱\n\n1. 點擊【綁定郵箱】。\n2. 輸入密碼。\n\n## 更換郵箱\n\n1. 點擊【更換郵箱】。\n2. 輸入驗證碼。\n"
    )
    answer = bot_on([Article("mail", "郵箱設置", body)]).ask("怎麼更換郵箱")
    assert [step.text for step in answer.steps] == ["點擊【更換郵箱】。", "輸入驗證碼。"]
    assert answer.sources[0].heading == "更換郵箱"


def test_a_question_that_asks_how_gets_the_steps_where_a_paragraph_is_only_a_little_nearer(bot_on: Asker) -> None:
    body = "## 更換濾芯須知\n\n更換濾芯後不能退換。\n\n## 更換濾芯步驟\n\n1. 點擊【更換濾芯】。\n"
    bot = bot_on([Article("password", "安全設置", body)])
    assert bot.ask("更換濾芯").sources[0].heading == "更換濾芯須知"
    for question in ("如何更換濾芯？", "怎麼更換濾芯", "how to 更換濾芯"):
        answer = bot.ask(question)
        assert answer.sources[0].heading == "更換濾芯步驟", question
        assert [step.text for step in answer.steps] == ["點擊【更換濾芯】。"]


def test_a_paragraph_that_is_much_nearer_is_not_followed_by_steps(bot_on: Asker) -> None:
    body = "## 重置密碼\n\n重置密碼要先驗證郵箱。\n\n## 操作\n\n1. 點擊【重置密碼】。\n2. 輸入新密碼。\n"
    answer = bot_on([Article("password", "安全設置", body)]).ask("如何先驗證郵箱？")
    assert (answer.sources[0].heading, answer.text) == ("重置密碼", "重置密碼要先驗證郵箱。")
    assert answer.steps == ()
    assert [choice.title for choice in answer.choices] == ["操作"]


def test_a_list_of_links_to_other_articles_answers_nothing(bot_on: Asker) -> None:
    links = "- 如何修改密碼？\n- 忘記密碼怎麼辦？\n- 修改密碼後為什麼不能提幣？\n"
    body = f"修改密碼後，二十四小時內不能提幣。\n\n## 相關文章\n\n{links}"
    bot = bot_on([Article("password", "修改密碼", body)])
    for question in ("修改密碼後為什麼不能提幣", "忘記密碼", "修改密碼"):
        answer = bot.ask(question)
        assert answer.text == "修改密碼後，二十四小時內不能提幣。", question
        assert answer.sources[0].heading != "相關文章"
        assert answer.sources[0].quote == answer.text


def test_a_list_that_is_no_list_of_links_is_shown(bot_on: Asker) -> None:
    rules = "- 至少八個字\n- 有數字和字母\n- 忘了怎麼辦？"
    bot = bot_on([Article("password", "修改密碼", f"修改密碼後不能提幣。\n\n## 密碼要求\n\n{rules}\n")])
    assert bot.ask("密碼要求").text == rules
    only = bot_on([Article("password", "相關文章", "- 如何修改密碼？\n- 忘記密碼怎麼辦？\n")])
    assert only.ask("忘記密碼怎麼辦").text == "- 如何修改密碼？\n- 忘記密碼怎麼辦？", "there is nothing else"


def test_a_list_that_starts_later_keeps_its_numbers_and_a_lead_in_its_steps(bot_on: Asker) -> None:
    answer = bot_on([Article("late", "後半流程", "## 後半\n\n請照著做：\n\n3. 填寫地址。\n4. 提交。\n")]).ask(
        "後半怎麼做"
    )
    assert [(step.number, step.text) for step in answer.steps] == [(3, "填寫地址。"), (4, "提交。")]
    assert answer.text == "請照著做："


def test_an_answer_shows_few_sections_of_a_long_article(bot_on: Asker) -> None:
    body = "\n\n".join(f"## 提幣規則{n}\n\n提幣規則第{n}條。" for n in "一二三四五六七八")
    answer = bot_on([Article("rules", "規則", body)]).ask("提幣規則")
    assert 1 < len(answer.text.split("\n\n")) <= 4


def test_an_answer_without_paragraphs_of_its_own_is_led_in_by_its_heading(bot_on: Asker) -> None:
    answer = bot_on([Article("steps", "綁定郵箱", "## 綁定郵箱的步驟\n\n1. 點擊【綁定】。\n")]).ask("綁定郵箱")
    assert answer.text == "綁定郵箱的步驟"
    assert [step.text for step in answer.steps] == ["點擊【綁定】。"]


# --- sources ------------------------------------------------------------------------------------------------------


def test_an_article_without_a_url_gets_the_one_that_the_settings_form(articles: list[Article], bot_on: Asker) -> None:
    bot = bot_on(articles, article_url="https://help.example.com/{id}?from=bot")
    assert bot.ask("如何提幣?").sources[0].url == "https://help.example.com/withdraw?from=bot"
    assert bot.ask("邀請好友規則").sources[0].url == "https://example.com/invite"


def test_a_source_tells_date_completeness_and_a_short_quote(bot_on: Asker) -> None:
    long = "提幣須知，" * 60 + "。"
    article = dataclasses.replace(
        Article("long", "提幣須知", f"{long}\n"), updated=dt.date(2026, 2, 12), complete=False
    )
    source = bot_on([article]).ask("提幣須知").sources[0]
    assert (source.updated, source.complete) == ("2026-02-12", False)
    assert re.fullmatch("/articles/long#[0-9a-f]{16}", source.url)
    assert len(source.quote) == QUOTE_CHARACTERS
    assert source.quote.endswith("…")
    assert long.startswith(source.quote[:-1])


# --- refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "script"), [("這週天氣怎麼樣", "hant"), ("这周天气怎么样", "hans"), ("Will it rain?", "latin")]
)
def test_a_refusal_is_in_the_askers_script_and_offers_the_nearest_articles_only(
    articles: list[Article], bot_on: Asker, question: str, script: str
) -> None:
    more = [Article(f"more-{n}", f"這週活動{n}", "這週有活動。\n") for n in range(5)]
    answer = bot_on([*articles, *more], answer_precision=1.0, clarify_precision=1.0).ask(question)
    assert answer.outcome == "decline"
    assert answer.script == script
    assert answer.text == general()("declined", answer.script)
    assert (answer.steps, answer.notes, answer.sources, answer.choices) == ((), (), (), ())
    assert 1 <= len(answer.candidates) <= CANDIDATES
    assert 0 <= answer.confidence < 1
    if script == "hans":
        assert all(candidate.title == simplified(candidate.title) for candidate in answer.candidates)


def test_the_threshold_decides_between_answer_and_refusal_but_a_pinned_question_is_certain(
    articles: list[Article], bot_on: Asker
) -> None:
    strict = bot_on(articles, answer_precision=1.0, clarify_precision=1.0)
    for question in ("提幣要怎麼做呢", "邀請好友規則"):
        answer = strict.ask(question)
        assert answer.outcome == "decline"
        assert answer.confidence < 1, "not even for a title"
    for question in ("怎麼出金", "怎么出金？"):
        answer = strict.ask(question)
        assert (answer.outcome, answer.confidence) == ("answer", 1.0)
        assert answer.candidates[0].score == 1.0


def test_a_filter_that_leaves_nothing_is_a_refusal_without_candidates(willing: SupportBot) -> None:
    answer = willing.ask("如何提幣?", filters=Filters(category="沒有這一類"))
    assert (answer.outcome, answer.confidence, answer.candidates) == ("decline", 0.0, ())


# --- the contract -------------------------------------------------------------------------------------------------


def assert_contract(answer: Answer) -> None:
    data = answer.as_dict()
    assert json.loads(json.dumps(data)) == data
    assert data.keys() == FIELDS
    assert data["outcome"] in ("answer", "clarify", "decline", "handoff")
    assert 0 <= data["confidence"] <= 1
    assert isinstance(data["text"], str)
    assert data["text"]
    assert all(step.keys() == STEP_FIELDS and step["platform"] in ("app", "web", None) for step in data["steps"])
    assert all(isinstance(label, str) for step in data["steps"] for label in step["path"])
    assert all(isinstance(note, str) for note in data["notes"])
    assert all(source.keys() == SOURCE_FIELDS for source in data["sources"])
    assert all(choice.keys() == {"article_id", "title", "section"} for choice in data["choices"])
    assert all(
        candidate.keys() == {"article_id", "title", "score", "url", "channels"} for candidate in data["candidates"]
    )
    scores = [candidate["score"] for candidate in data["candidates"]]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert data["script"] in ("hant", "hans", "latin")
    assert data["timings_ms"].keys() == {"embed", "search", "compose"}
    assert all(time >= 0 for time in data["timings_ms"].values())
    assert bool(data["sources"]) == (data["outcome"] == "answer")


@pytest.mark.parametrize(
    "question", ["如何提幣?", "提幣要等多久？", "天氣", "how to withdraw", "a", "😀", "提幣" * 900]
)
def test_every_answer_has_the_fields_of_the_contract(willing: SupportBot, bot: SupportBot, question: str) -> None:
    for each in (willing, bot):
        answer = each.ask(question)
        assert_contract(answer)
        assert answer.index_version == each.index.version


def test_the_same_question_gets_the_same_answer(willing: SupportBot) -> None:
    first, second = willing.ask("提幣地址填錯"), willing.ask("提幣地址填錯")
    assert dataclasses.replace(first, timings_ms=()) == dataclasses.replace(second, timings_ms=())
