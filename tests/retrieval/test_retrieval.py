"""Retrieval: what is found, in which order, and that neither script, width nor garbage changes that."""

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from opencc import OpenCC

from supportbot.answering.bot import SupportBot
from supportbot.content import tuning
from supportbot.content.articles import Article
from supportbot.content.lexicon import Lexicon
from supportbot.embedding.encoder import Encoding
from supportbot.embedding.hashing import HashEncoder
from supportbot.errors import SettingsError
from supportbot.index.build import build
from supportbot.index.store import load
from supportbot.retrieval.channels import CANDIDATES, CHANNELS
from supportbot.retrieval.filters import Filters
from supportbot.retrieval.fusion import fuse, weights_for
from supportbot.retrieval.late import TOKENS
from supportbot.retrieval.retriever import BEST_CHUNKS, MODES, Retriever
from supportbot.text.analyzer import Analyzer

WEIGHTS = tuning.read(tuning.starter()).weights

Searcher = Callable[..., Retriever]

QUESTIONS = [
    "提幣要等多久",
    "怎麼取消提幣？",
    "邀請好友有什麼好處",
    "App 端如何提幣",
    "how to withdraw",
    "帳戶",
    "火星上有沒有人",
]


@pytest.fixture(scope="module")
def index_of(analyzer: Analyzer, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """Indexes articles on the hash encoder and gives what searches them."""

    def searcher(articles: Sequence[Article], out_of_scope: Sequence[str] = ()) -> Retriever:
        folder = tmp_path_factory.mktemp("index")
        lexicon, encoder = Lexicon(), HashEncoder()
        build(
            articles,
            folder,
            corpus_digest="0" * 64,
            lexicon=lexicon,
            analyzer=analyzer,
            encoder=encoder,
            out_of_scope=out_of_scope,
        )
        return Retriever(load(folder), analyzer, HashEncoder(), WEIGHTS)

    return searcher


@pytest.fixture
def retriever(articles: list[Article], index_of: Searcher) -> Retriever:
    return index_of(articles)


def simplified(text: str) -> str:
    return str(OpenCC("t2s").convert(text))


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in text)


def found(retriever: Retriever, question: str, **options: object) -> list[str]:
    filters = Filters(options.pop("category", None), options.pop("platform", None))  # type: ignore[arg-type]
    return [hit.article.id for hit in retriever.search(question, filters=filters, **options).hits]  # type: ignore[arg-type]


# --- words --------------------------------------------------------------------------------------------------------


def crowd(count: int) -> list[Article]:
    """Articles that are all about the same thing, so that every channel finds more than it proposes."""
    return [Article(f"crowd-{n}", f"提幣說明{n}", f"提幣失敗時，畫面會顯示第 {n} 號提示。\n") for n in range(count)]


@pytest.mark.parametrize("code", ["E-1024", "ERR_TIMEOUT", "6.134.0", "0x80070005", "TRC20-USDT"])
def test_an_article_that_alone_holds_a_code_of_the_question_is_found_first(
    articles: list[Article], index_of: Searcher, code: str
) -> None:
    retriever = index_of([*articles, Article("code", "錯誤代碼", f"這個代碼 {code} 表示網絡中斷。\n")])
    for question in (f"出現 {code}", f"{code.lower()}？", full_width(f"畫面顯示 {code} 是什麼意思")):
        assert found(retriever, question)[0] == "code", question
        assert found(retriever, question, mode="lexical")[0] == "code", question


def test_a_hit_by_words_alone_reaches_the_result_when_the_model_sees_nothing_in_it(
    analyzer: Analyzer, tmp_path: Path
) -> None:
    class Blind(HashEncoder):
        """To this model all articles say just what is asked, but the one with the code has nothing to do with it."""

        def encode(self, texts: Sequence[str], **options: Any) -> list[Encoding]:
            vectors = np.eye(self.dimension, dtype=np.float32)
            kinds = [int("网络中断" in text or text == "错误代码") for text in texts]
            none, no_tokens = np.zeros(0, np.int32), np.zeros((0, 256), np.float32)
            return [Encoding(vectors[kind], none, no_tokens, none) for kind in kinds]

    articles = [*crowd(CANDIDATES + 50), Article("code", "錯誤代碼", "代碼 E-1024 表示網絡中斷。\n")]
    build(articles, tmp_path, corpus_digest="0" * 64, lexicon=Lexicon(), analyzer=analyzer, encoder=Blind())
    hits = Retriever(load(tmp_path), analyzer, Blind(), WEIGHTS).search("為什麼顯示 E-1024", limit=1000).hits
    code = next(hit for hit in hits if hit.article.id == "code")
    assert code.channels["dense"] <= hits[0].channels["dense"]
    assert code.channels["bm25_chunk"] > 0
    assert 0 < code.score <= hits[0].score


def test_the_lexical_order_is_that_of_bm25(real_bot: SupportBot, retriever: Retriever) -> None:
    for searcher in (retriever, real_bot.retriever):
        index = searcher.index
        for question in ["提幣到賬時間", "身份認證失敗", "邀請好友返佣", "how to reset my authenticator", "平臺的規則"]:
            result = searcher.search(question, mode="lexical", limit=100)
            scores = index.chunk_words.scores(result.words)
            of_article = np.full(index.article_count, -1.0)
            np.maximum.at(of_article, index.chunk_articles, scores)
            assert [hit.score for hit in result.hits] == sorted((s for s in of_article.tolist() if s > 0), reverse=True)
            for hit in result.hits:
                assert hit.score == pytest.approx(of_article[hit.article_row])
                chunk_scores = [scores[row] for row, _ in hit.chunks]
                assert chunk_scores == sorted(chunk_scores, reverse=True)
                assert hit.chunks[0][1] == pytest.approx(hit.score)


def test_lexical_search_does_not_ask_the_model(articles: list[Article], retriever: Retriever) -> None:
    class NoModel(HashEncoder):
        def encode(self, texts: Sequence[str], **options: Any) -> list[Encoding]:
            raise AssertionError("the model was asked")

    without = Retriever(retriever.index, retriever.analyzer, NoModel(), WEIGHTS)
    assert found(without, "返佣", mode="lexical") == ["invite"]
    with pytest.raises(AssertionError, match="the model was asked"):
        without.search("返佣")


def test_a_wrong_character_of_the_right_sound_still_finds_the_article(index_of: Searcher) -> None:
    articles = [
        Article("account", "帳戶凍結", "帳戶凍結以後，請聯繫客服。\n"),
        Article("fees", "手續費", "手續費每月調整。\n"),
    ]
    hits = index_of(articles).search("章護動結").hits
    assert hits[0].article.id == "account"
    assert hits[0].channels["pinyin"] > 0
    assert hits[0].channels["bm25_article"] == 0


# --- scores -------------------------------------------------------------------------------------------------------


@examples(max_examples=60, deadline=None)
@given(data=st.data())
def test_fused_scores_are_the_weighted_mean_of_the_channels_that_are_there(data: st.DataObject) -> None:
    names = data.draw(
        st.lists(st.sampled_from(["dense", "titles", "bm25_chunk", "bm25_article", "pinyin"]), unique=True)
    )
    count = data.draw(st.integers(0, 5))
    weights = {
        name: data.draw(st.floats(0.01, 1)) for name in ["dense", "titles", "bm25_chunk", "bm25_article", "pinyin"]
    }
    unit = st.floats(0, 1, width=32) | st.just(1.0)
    channels = {name: np.array(data.draw(st.lists(unit, min_size=count, max_size=count)), np.float32) for name in names}
    fused = fuse(channels, weights, count)
    assert fused.shape == (count,)
    assert np.all((fused >= 0) & (fused <= 1))
    total = sum(weights[name] for name in names)
    expected = sum((weights[name] / total * channels[name] for name in names), np.zeros(count))
    assert fused == pytest.approx(expected, abs=1e-5)


def test_a_channel_without_weight_says_nothing_and_a_missing_one_takes_nothing_away() -> None:
    high, low = np.ones(1, np.float32), np.zeros(1, np.float32)
    assert fuse({"bm25_chunk": high, "dense": low}, {"bm25_chunk": 1.0}, 1).tolist() == [1.0]
    assert fuse({"bm25_chunk": high}, {"bm25_chunk": 0.1, "titles": 0.9}, 1).tolist() == [1.0]
    assert fuse({}, {"bm25_chunk": 1.0}, 2).tolist() == [0.0, 0.0]


def test_many_full_scores_never_fuse_to_more_than_one() -> None:
    random = np.random.default_rng(0)
    for _ in range(300):
        weights = {str(name): float(random.uniform(0.01, 1)) for name in range(6)}
        assert fuse({name: np.ones(1, np.float32) for name in weights}, weights, 1)[0] <= 1


def assert_in_scale(retriever: Retriever, question: str) -> None:
    for mode in MODES:
        hits = retriever.search(question, mode=mode, limit=50).hits
        for hit in hits:
            assert 0 <= hit.score <= 1, (question, mode)
            assert hit.channels
            assert set(hit.channels) <= (
                {*CHANNELS, TOKENS} if mode == "hybrid" else {"bm25_chunk" if mode == "lexical" else mode}
            )
            assert all(0 <= score <= 1 for score in hit.channels.values()), (question, mode, hit.channels)
            assert all(0 <= score <= 1 for _, score in hit.chunks)
            assert 1 <= len(hit.chunks) <= BEST_CHUNKS
        unpinned = [hit.score for hit in hits if not hit.pinned and not hit.titled]
        assert unpinned == sorted(unpinned, reverse=True)
        assert len({hit.article.id for hit in hits}) == len(hits)


def test_scores_stay_between_zero_and_one_in_every_mode_and_channel(real_bot: SupportBot, retriever: Retriever) -> None:
    for searcher in (retriever, real_bot.retriever):
        for question in [*QUESTIONS, "如何提幣?", "提幣" * 300, "a", "？"]:
            assert_in_scale(searcher, question)


@pytest.fixture(scope="module")
def small(index_of: Searcher) -> Retriever:
    return index_of([*crowd(3), Article("invite", "邀請好友規則", "邀請好友，可獲得 20% 返佣。\n")])


@examples(max_examples=60, deadline=None)
@given(question=st.text(max_size=60) | st.text("提幣邀請好友規則 eE-1024%？", max_size=30))
def test_whatever_is_typed_is_searched_without_error_and_scored_in_scale(small: Retriever, question: str) -> None:
    assert_in_scale(small, question)


GARBAGE = {
    "emoji": "😀🧧👨‍👩‍👧‍👦🇹🇼",
    "nul": "提幣\x00\x00多久",
    "controls": "\x01\x02\x1b[31m提幣\x7f\u202e",
    "surrogates": "提\ud800幣\udfff",
    "only surrogates": "\ud800\udfff",
    "markup": "<script>alert('提幣')</script><img src=x onerror=alert(1)>",
    "template": "{{7*7}} ${jndi:ldap://x} %s %n '; DROP TABLE articles; --",
    "long": "提幣要等多久？" * 285 + "提幣要等多",
    "one long word": "a" * 2000,
    "ligatures": "ﷺ" * 200,
    "combining": "e" + "\u0301" * 500,
    "zalgo": "提" + "\u0300\u0360\u0489" * 300 + "幣",
    "signs": "？！。，、；：「」…——",
    "spaces": " \t\n\u3000 ",
    "zero width": "\u200b\u200d\ufeff",
    "nothing": "",
    "digits": "1234567890" * 100,
    "rare Han": "𠮷𡃁㐀龘䶮",
    "other scripts": "как вывести деньги الانسحاب 出金方法 출금",
    "private use": "\ue000\uf8ff\U0010ffff",
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_is_searched_without_error(real_bot: SupportBot, small: Retriever, kind: str) -> None:
    assert_in_scale(small, GARBAGE[kind])
    assert found(small, GARBAGE[kind], category="資產", platform="app") == []
    assert all(0 <= hit.score <= 1 for hit in real_bot.retriever.search(GARBAGE[kind]).hits)


def test_invisible_characters_change_nothing(small: Retriever) -> None:
    plain = [(hit.article.id, hit.score) for hit in small.search("邀請好友規則").hits]
    for question in ("邀請\u200b好友\ufeff規則", "\x00邀請好友規則\ud800", " 邀請好友規則\u202e "):
        assert [(hit.article.id, hit.score) for hit in small.search(question).hits] == plain


def test_an_index_of_articles_without_text_finds_nothing_and_does_not_fail(index_of: Searcher) -> None:
    retriever = index_of([Article("bare", "只有標題", "## 只有標題\n")])
    assert found(retriever, "只有標題") == []
    assert found(retriever, "只有標題", platform="app") == []
    for mode in MODES:
        assert found(retriever, "提幣", mode=mode) == []


# --- titles, pinned and excluded questions ------------------------------------------------------------------------


def forms(question: str) -> list[str]:
    return [question, simplified(question), full_width(question), full_width(simplified(question)), f" {question}！？"]


def test_the_title_and_the_questions_of_every_article_rank_it_first_in_every_form(real_bot: SupportBot) -> None:
    for article in real_bot.index.articles():
        for form in [*forms(article.title), *map(simplified, article.questions[:2]), *article.questions[-1:]]:
            hit = real_bot.search(form).hits[0]
            assert hit.article.id == article.id, form
            assert hit.pinned or hit.titled


def test_a_title_ranks_its_article_first_in_every_mode(real_bot: SupportBot) -> None:
    for article in real_bot.index.articles():
        for mode in MODES:
            assert found(real_bot.retriever, article.title, mode=mode)[0] == article.id


PINNED = "我的火星幣去哪了？"


@pytest.mark.parametrize("mode", MODES)
def test_a_pinned_question_finds_its_article_however_little_they_have_in_common(index_of: Searcher, mode: str) -> None:
    far = Article("far", "系統維護公告", "週三凌晨維護。\n", pinned=(PINNED, "提幣失敗時，畫面會顯示"))
    retriever = index_of([*crowd(CANDIDATES + 50), far])
    for question in (*far.pinned, *forms(PINNED)):
        hits = retriever.search(question, mode=mode, limit=1).hits
        assert [(hit.article.id, hit.score, hit.pinned) for hit in hits] == [("far", 1.0, True)], question
    assert found(retriever, "提幣失敗時，畫面會顯示什麼", mode=mode, limit=1) != ["far"], (
        "only the very question is pinned"
    )


def test_an_excluded_question_never_returns_the_article(index_of: Searcher) -> None:
    excluded = "邀請好友拿返佣"
    retriever = index_of(
        [
            Article("invite", "邀請好友", "邀請好友拿返佣。\n", excluded=(excluded,)),
            Article("both", "邀請好友拿返佣", "邀請好友。\n", pinned=(excluded,), excluded=(excluded,)),
            Article("other", "返佣比例", "返佣比例為 20%。\n"),
        ]
    )
    for mode, form in itertools.product(MODES, forms(excluded)):
        assert found(retriever, form, mode=mode) == ["other"], (mode, form)
    assert "invite" in found(retriever, "邀請好友拿返佣多少")


def test_one_question_pinned_to_two_articles_gives_both_first(index_of: Searcher) -> None:
    retriever = index_of(
        [
            Article("one", "甲", "第一篇。\n", pinned=("客服電話",)),
            Article("crowd", "客服電話說明", "客服電話在這裡。\n"),
            Article("two", "乙", "第二篇。\n", questions=("客服電話",)),
        ]
    )
    hits = retriever.search("客服電話").hits
    assert {hit.article.id for hit in hits[:2]} == {"one", "two"}
    assert [hit.pinned for hit in hits] == [True, True, False]


# --- forms, filters, limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question", [*QUESTIONS, "綁定 Google Authenticator 時顯示 E-1024，怎麼辦", "C2C 買幣 5,000 USDT"]
)
def test_traditional_simplified_and_full_width_forms_give_the_same_ranking(
    real_bot: SupportBot, retriever: Retriever, question: str
) -> None:
    for searcher, mode in itertools.product((retriever, real_bot.retriever), MODES):
        rankings = [
            [(hit.article.id, hit.score, tuple(row for row, _ in hit.chunks)) for hit in result.hits]
            for result in (searcher.search(form, mode=mode) for form in forms(question)[:4])
        ]
        assert rankings[0] or mode not in ("hybrid", "dense") or question == "火星上有沒有人"
        assert all(ranking == rankings[0] for ranking in rankings), mode


@pytest.mark.parametrize("mode", MODES)
def test_a_category_leaves_only_its_articles(retriever: Retriever, mode: str) -> None:
    assert "invite" in found(retriever, "邀請好友註冊")
    assert set(found(retriever, "邀請好友註冊提幣", mode=mode, category="資產")) <= {"withdraw", "withdraw-faq"}
    assert found(retriever, "邀請好友註冊提幣", mode=mode, category="活動") == ["invite"]
    assert found(retriever, "邀請好友註冊提幣", mode=mode, category="沒有這一類") == []


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_a_platform_leaves_its_chunks_and_those_of_none(retriever: Retriever, mode: str) -> None:
    question = "提幣時填寫地址並確認，點擊"
    for platform, other in (("app", "web"), ("web", "app")):
        hits = retriever.search(question, mode=mode, filters=Filters(platform=platform)).hits
        assert hits[0].article.id == "withdraw"
        seen = {retriever.index.chunk(row).platform for hit in hits for row, _ in hit.chunks}
        assert platform in seen
        assert None in seen
        assert other not in seen
    assert {
        retriever.index.chunk(row).platform for hit in retriever.search(question).hits for row, _ in hit.chunks
    } == {
        "app",
        "web",
        None,
    }


def test_a_filter_finds_what_other_articles_would_crowd_out(index_of: Searcher) -> None:
    retriever = index_of([*crowd(CANDIDATES + 50), Article("rare", "別的事", "與提幣無關。\n", category="別類")])
    assert found(retriever, "提幣失敗時，畫面會顯示提示", category="別類") == ["rare"]


def test_a_limit_cuts_the_ranking_and_keeps_its_head(retriever: Retriever) -> None:
    whole = found(retriever, "提幣好友")
    assert len(whole) == 3
    for limit in range(4):
        assert found(retriever, "提幣好友", limit=limit) == whole[:limit]


def test_an_unknown_mode_is_refused_with_the_known_ones(retriever: Retriever) -> None:
    with pytest.raises(SettingsError, match="mode 'fuzzy' is unknown; expected one of hybrid, dense, lexical"):
        retriever.search("提幣", mode="fuzzy")


def test_the_search_page_ranks_as_the_chat_answers(real_bot: SupportBot) -> None:
    for question in [*QUESTIONS, "人臉識別一直失敗怎麼辦", "收不到短信驗證碼", "what is KYC"]:
        answer = real_bot.ask(question)
        ranked = [(hit.article.id, hit.score) for hit in real_bot.search(question).hits]
        shown = [(candidate.article_id, candidate.score) for candidate in answer.candidates]
        assert shown == ranked, "whether it answers or declines"


def test_an_encoding_at_hand_is_used_instead_of_asking_the_model(retriever: Retriever) -> None:
    for question in QUESTIONS:
        given = retriever.search(question, encoding=retriever.query(question).encoding).hits
        assert [(hit.article.id, hit.score) for hit in given] == [
            (hit.article.id, hit.score) for hit in retriever.search(question).hits
        ]


def test_a_search_tells_its_words_and_times(retriever: Retriever, tmp_path: Path) -> None:
    result = retriever.search("提幣要等多久")
    assert "提币" in result.words
    assert all(0 < weight <= 1 for weight in result.words.values())
    assert result.words["提币"] > result.words["要"] if "要" in result.words else True
    assert result.embed_seconds >= 0
    assert result.search_seconds > 0


def test_titles_that_articles_share_give_their_weight_to_the_vectors(index_of: Searcher) -> None:
    own = index_of([Article("a", "提幣", "從平臺轉出。"), Article("b", "充幣", "轉入平臺。")])
    shared = index_of([Article("a", "公告", "從平臺轉出。"), Article("b", "公告", "轉入平臺。")])
    half = index_of(
        [Article("a", "公告", "從平臺轉出。"), Article("b", "公告", "轉入平臺。", questions=("充幣", "存入"))]
    )
    assert weights_for(own.index, WEIGHTS) == pytest.approx(WEIGHTS)
    together = WEIGHTS["dense"] + WEIGHTS["titles"]
    assert weights_for(shared.index, WEIGHTS)["titles"] == 0
    assert weights_for(shared.index, WEIGHTS)["dense"] == pytest.approx(together)
    assert weights_for(half.index, WEIGHTS)["titles"] == pytest.approx(WEIGHTS["titles"] / 2)
    assert weights_for(own.index, {"dense": 1.0}) == {"dense": 1.0}
