"""Suggestions while typing: what is found by which spelling, in which order, and that nothing typed breaks it."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from supportbot.content.articles import Article
from supportbot.insights.suggestions import Suggester, Suggestion

FACE = Article(
    "face", "人臉識別無法通過怎麼辦?", "", category="身份認證", views=400, questions=("刷臉失敗", "KYC 失敗原因")
)
KYC = Article(
    "kyc", "如何完成個人帳號的身份認證?", "", category="身份認證", views=30_000, questions=("身份认证要多久",)
)
DEX = Article("dex", "如何加入 DEX 邀請計劃", "", category="活動", views=300, questions=("Where do I enter the code?",))
PHONE = Article(
    "phone", "更換手機號", "", category="帳戶安全", views=6000, questions=("Two-factor verification", "重新綁定手機")
)
ARTICLES = [FACE, KYC, DEX, PHONE]


@pytest.fixture(scope="module")
def suggester() -> Suggester:
    return Suggester(ARTICLES, variants={"帐": "账"})


def texts(found: tuple[Suggestion, ...]) -> list[str]:
    return [suggestion.text for suggestion in found]


def marked(suggestion: Suggestion) -> list[str]:
    return [suggestion.text[start:end] for start, end in suggestion.marks]


@pytest.mark.parametrize(
    ("typed", "article", "mark"),
    [
        ("人臉", "face", "人臉"),  # the same script
        ("人脸", "face", "人脸"),  # the other script, which is the one shown
        ("dex", "dex", "DEX"),
        ("ＤＥＸ", "dex", "DEX"),
        ("dex邀请", "dex", "DEX 邀请"),
        ("賬號", "kyc", "帳號"),  # a variant of the lexicon
        ("renlian", "face", "人臉"),
        ("renli", "face", "人臉"),  # while typing
        ("ren lian", "face", "人臉"),
        ("ren'lian", "face", "人臉"),
        ("RenLian", "face", "人臉"),
        ("rlsb", "face", "人臉識別"),
        ("renlsb", "face", "人臉識別"),
        ("人lian", "face", "人臉"),
        ("人l", "face", "人臉"),
        ("shoujihao", "phone", "手機號"),
        ("sjhao", "phone", "手機號"),
        ("chongxin", "phone", "重新"),  # 重 is zhong more often
        ("dexyaoqing", "dex", "DEX 邀請"),
        ("twofactor", "phone", "Two-factor"),
        ("enter the", "dex", "enter the"),
        ("證", "kyc", "證"),
    ],
)
def test_it_is_found_and_marked(suggester: Suggester, typed: str, article: str, mark: str) -> None:
    found = suggester.suggest(typed)
    assert mark in [mark for one in found if one.article_id == article for mark in marked(one)]


@pytest.mark.parametrize(
    ("typed", "article", "mark"),
    [
        ("verfication", "phone", "verification"),  # a letter missing
        ("veriffication", "phone", "verification"),  # too many
        ("verifocation", "phone", "verification"),  # wrong
        ("veirfication", "phone", "verification"),  # in the wrong order
        ("verfic", "phone", "verific"),  # while typing
        ("人联识别", "face", "人脸识别"),  # the same sound
        ("身分人正", "kyc", "身份认证"),
        ("sengfen", "kyc", "身份"),  # sh and s, eng and en
        ("手機更換", "phone", "更換手機"),  # in another order
        ("人臉通過", "face", "通過"),  # not side by side
    ],
)
def test_a_mistake_is_forgiven(suggester: Suggester, typed: str, article: str, mark: str) -> None:
    found = suggester.suggest(typed)[0]
    assert found.article_id == article
    assert mark in marked(found)


def test_a_mistake_is_not_looked_for_where_there_is_none() -> None:
    suggester = Suggester([Article("right", "人臉識別", ""), Article("near", "人聯識別", "")])
    assert [one.article_id for one in suggester.suggest("人臉")] == ["right"]
    assert {one.article_id for one in suggester.suggest("renlian")} == {"right", "near"}


@pytest.mark.parametrize("typed", ["KYC 失敗", "失敗 KYC", "失败kyc", "kyc  shibai", "失敗，KYC"])
def test_all_parts_must_match_in_any_order(suggester: Suggester, typed: str) -> None:
    (found,) = suggester.suggest(typed, script="hant")
    assert found == Suggestion("KYC 失敗原因", "face", FACE.title, "question", found.marks)
    assert "".join(marked(found)).replace(" ", "") == "KYC失敗"


@pytest.mark.parametrize("typed", ["天氣預報", "xqzw", "KYC 天氣", "verxxcation", "👍", "?!", "人臉 天氣"])
def test_what_is_nowhere_gets_nothing(suggester: Suggester, typed: str) -> None:
    assert suggester.suggest(typed) == ()


def test_words_are_not_run_together() -> None:
    suggester = Suggester([Article("a", "enter the arena", "")])
    assert suggester.suggest("hear") == ()
    assert suggester.suggest("the are")
    assert suggester.suggest("nter")


def test_only_characters_run_across_signs() -> None:
    suggester = Suggester([Article("a", "等了三次，很慢 (API)", "")])
    assert suggester.suggest("次很")
    assert suggester.suggest("ci hen")
    assert suggester.suggest("cihen") == ()
    assert suggester.suggest("manapi"), "where the script changes no sign is typed"


def test_initials_stand_only_for_whole_syllables_or_for_themselves() -> None:
    suggester = Suggester([Article("a", "賬戶充值", "")])
    for typed in ("zhhcz", "zhangh", "zhcz", "zhchongzhi"):
        assert suggester.suggest(typed), typed
    assert suggester.suggest("zhahu") == suggester.suggest("zhanhuchzx") == ()


def test_starts_come_before_words_before_the_inside() -> None:
    suggester = Suggester(
        [
            Article("inside", "錢包提幣慢", ""),
            Article("latin", "超級 提幣很慢的話要怎麼辦", ""),
            Article("start", "提幣慢得要命到底是怎麼一回事呢", ""),
        ]
    )
    assert [one.article_id for one in suggester.suggest("提幣")] == ["start", "latin", "inside"]


def test_of_equals_titles_then_short_ones_then_viewed_ones_come_first() -> None:
    suggester = Suggester(
        [
            Article("a", "別的", "", questions=("提幣",)),
            Article("b", "提幣慢了怎麼處理才好", "", views=10),
            Article("c", "提幣慢了怎麼辦", "", views=10),
            Article("d", "提幣快了怎麼辦", "", views=1000),
        ]
    )
    assert [one.article_id for one in suggester.suggest("提幣")] == ["d", "c", "b", "a"]


def test_characters_come_before_their_sound() -> None:
    suggester = Suggester([Article("sound", "返佣", "", views=9999), Article("letters", "fan token 是什麼", "")])
    assert [one.article_id for one in suggester.suggest("fan")] == ["letters", "sound"]


def test_an_article_gets_three_unless_it_is_alone() -> None:
    many = Article("many", "提幣", "", questions=tuple(f"提幣問題{n}" for n in range(20)))
    other = Article("other", "如何提幣", "")
    assert len(Suggester([many]).suggest("提幣")) == 8
    found = Suggester([many, other]).suggest("提幣")
    assert [one.article_id for one in found] == ["many"] * 3 + ["other"]


def test_no_text_twice() -> None:
    twins = [Article("a", "提幣", "", questions=("提币", "提 幣?")), Article("b", "提币", "", views=5)]
    assert [one.article_id for one in Suggester(twins).suggest("提幣")] == ["b"]


def test_texts_and_titles_are_in_the_askers_script(suggester: Suggester) -> None:
    assert texts(suggester.suggest("人脸")) == ["人脸识别无法通过怎么办?"]
    assert texts(suggester.suggest("人脸", script="hant")) == ["人臉識別無法通過怎麼辦?"]
    assert texts(suggester.suggest("renlian", script="hans")) == ["人脸识别无法通过怎么办?"]
    assert texts(suggester.suggest("renlian", script="latin")) == ["人臉識別無法通過怎麼辦?"]
    (question,) = (one for one in suggester.suggest("身份", script="hant") if one.kind == "question")
    assert (question.text, question.title) == ("身份認證要多久", KYC.title)


def test_nothing_typed_gets_what_is_viewed_most(suggester: Suggester) -> None:
    found = suggester.suggest("  ")
    assert [one.article_id for one in found] == ["kyc", "phone", "face", "dex"]
    assert {(one.kind, one.marks) for one in found} == {("title", ())}
    assert [one.article_id for one in suggester.suggest("", limit=2, category="身份认证")] == ["kyc", "face"]


def test_a_category_and_a_limit_narrow(suggester: Suggester) -> None:
    assert {one.article_id for one in suggester.suggest("r", category="活動")} <= {"dex"}
    assert [one.article_id for one in suggester.suggest("如何", category="活動")] == ["dex"]
    assert suggester.suggest("如何", category="沒有") == ()
    assert len(suggester.suggest("如何", limit=1)) == 1
    assert suggester.suggest("如何", limit=0) == suggester.suggest("", limit=-1) == ()


@pytest.mark.parametrize(
    "typed",
    [
        "人" * 100_000,
        "zhuang" * 20_000,
        "a b c d e f g h i j k l m n o p q r s t u v w x y z",
        "(?:.*)+[\\",
        "a\x00b",
        "\ud800人臉\udfff",
        "👨‍👩‍👧 人臉",
        "\ufdfa" * 60,  # one character that stands for eighteen
        "e\u0301\u200b\u202e",
        "ﷺ㎏㍱①",
        "ü lü ǜ",
        "각 ᄀ",
    ],
)
def test_whatever_is_typed_is_no_error(suggester: Suggester, typed: str) -> None:
    started = time.perf_counter()
    for one in suggester.suggest(typed):
        assert all(0 <= start < end <= len(one.text) for start, end in one.marks)
    assert time.perf_counter() - started < 5


def test_only_the_first_sixty_characters_count(suggester: Suggester) -> None:
    assert suggester.suggest("人臉" + " " * 58 + "天氣") == suggester.suggest("人臉")


def test_odd_articles_are_no_error() -> None:
    assert Suggester([]).suggest("a") == Suggester([]).suggest("") == ()
    assert Suggester([Article("signs", "?!", ""), Article("empty", "", "")]).suggest("a") == ()
    odd = Suggester([Article("odd", "Café\x00 \ud800 ﷺ ①号", "", category="\ud800")])
    assert marked(odd.suggest("cafe")[0]) == ["Café"]
    assert marked(odd.suggest("1号")[0]) == ["①号"]


def test_threads_may_share_one(suggester: Suggester) -> None:
    typed = ["人臉", "rl", "KYC 失敗", "verfication", ""] * 20
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(suggester.suggest, typed)) == [suggester.suggest(one) for one in typed]
