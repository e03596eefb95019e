"""Chinese text: one form for matching, whatever people type; nothing that they type breaks it."""

import os
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from supportbot.content import lexicon
from supportbot.text import scripts
from supportbot.text.analyzer import CONCEPT_MARK, Analyzer
from supportbot.text.folding import clean, fold, normalise
from supportbot.text.pinyin import pinyin_keys
from supportbot.text.scripts import Script

CORPUS = Path(__file__).parents[2] / "corpus"
BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
INVISIBLE = "\u00ad\u034f\u061c\u115f\u1160\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\u3164\ufe0f\ufeff\uffa0"
WITHDRAW = "=提币"

# Any code point, lone surrogates too; without two that OpenCC simplifies in two steps (薴 苧 苎, 幺麼 幺麽 幺么).
any_text = st.text(st.characters(exclude_characters="薴麼"), max_size=40)
quick = hypothesis_settings(deadline=None, max_examples=300)


@pytest.fixture(scope="module")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("jieba")


@pytest.fixture(scope="module")
def analyzer(cache_folder: Path) -> Analyzer:
    return lexicon.read(CORPUS).analyzer(cache_folder)


def concepts(words: list[str]) -> set[str]:
    return {word for word in words if word.startswith(CONCEPT_MARK)}


def is_harmless(text: str) -> bool:
    """Whether `text` holds no control character, lone surrogate, bidi or zero-width mark, and encodes."""
    text.encode("utf-8")
    return not any(
        unicodedata.category(character) in ("Cc", "Cs")
        or unicodedata.bidirectional(character) in BIDI
        or character in INVISIBLE
        for character in text
    )


# --- folding -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("如何提幣?", "如何提币?"),
        ("如何提幣?", "如何提幣？"),
        ("驗證碼", "验证码"),
        ("ＯＫＸ　達人", "OKX 达人"),
        ("Ｗｉ－Ｆｉ", "Wi-Fi"),
        ("１００％", "100%"),
        ("㊙", "秘"),
        ("ﬁat", "fiat"),
        ("①", "1"),
        ("提\u200b幣", "提幣"),
        ("提\u202e幣\u202c", "提幣"),
        ("提\u2060幣\ufeff", "提幣"),
        ("提幣\ufe0f", "提幣"),
        ("cafe\u0301", "caf\u00e9"),
        ("  提幣\t\n 多久 ", "提幣 多久"),
        ("提幣\u3000多久", "提幣 多久"),
        ("⾦⾦", "金金"),
    ],
)
def test_two_ways_to_write_the_same_text_normalise_to_one(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)
    assert fold(one) == fold(other)


def test_normalise_keeps_case_for_the_encoder_and_fold_does_not() -> None:
    assert normalise("ＯＫＸ 提幣") == "OKX 提币"
    assert fold("ＯＫＸ 提幣") == "okx 提币"


def test_different_words_stay_different() -> None:
    assert len({fold(text) for text in ("提幣", "充幣", "提現", "E-1024", "E-1025", "50%", "5%")}) == 7


@quick
@given(any_text)
@example("\u1100\u115f\u1161 ﷺ İ ß ǅ Ω")
@example("a\u0301\u200d\u0323")
def test_folding_folded_text_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert normalise(normalise(text)) == normalise(text)
    assert fold(fold(text)) == fold(text)


@quick
@given(any_text)
@example("\x00\x07\x1b[31m\x7f\x85")
@example("\ud800提\udfff幣\ud83d")
@example("\u202e\u2066提幣\u2069\u200f\u061c")
@example("\u200b\u200c\u200d\u2060\ufeff\u00ad\u3164\u115f")
@example("ﷺ" * 200)
@example("👩‍👩‍👧‍👦🏳️‍🌈🇹🇼" * 20)
@example("\U000e0041\U000e007f\U000e0100\U0001d173\U0001bca0")
def test_no_input_breaks_folding_and_nothing_invisible_comes_out(text: str) -> None:
    for form in (clean(text), normalise(text), fold(text)):
        assert is_harmless(form)
        assert form == form.strip()
        assert "  " not in form


def test_control_characters_separate_and_invisible_ones_join() -> None:
    assert clean("提幣\x00到賬\ud800多久\n嗎") == "提幣 到賬 多久 嗎"
    assert clean("提\u200d幣\u202e") == "提幣"
    assert clean("\x00\u200b\ud800 ") == ""


def test_cleaning_keeps_what_people_read() -> None:
    assert clean("如何提幣？ 🙂 ＯＫＸ") == "如何提幣？ 🙂 ＯＫＸ"


def test_one_character_that_stands_for_eighteen_does_not_blow_up() -> None:
    started = time.process_time()
    assert len(fold("ﷺ" * 2000)) == 2000 * 18
    assert time.process_time() - started < 2


# --- scripts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("如何提幣?", "hant"),
        ("如何提币?", "hans"),
        ("請問", "hant"),
        ("请问", "hans"),
        ("發", "hant"),
        ("发", "hans"),
        ("How do I withdraw?", "latin"),
        ("E-1024", "latin"),
        ("", "latin"),
        ("？！🙂 123", "latin"),
        ("KYC 要多久", "hant"),  # the same in both: the default
        ("App 闪退", "hans"),
        ("App 閃退", "hant"),
        ("我想提幣，多久到賬？ ok 吗", "hant"),
        ("我想提币，多久到账？ ok 嗎", "hans"),
        ("withdraw 提幣 USDT TRC20 to my wallet", "hant"),
        ("台北後台裡面", "hant"),
        ("\U00020000", "hant"),
    ],
)
def test_the_script_is_that_of_most_telling_characters(text: str, script: Script) -> None:
    assert scripts.detect(text) == script


@pytest.mark.parametrize("text", ["平台", "公里", "只要", "余", "你好"])
def test_characters_that_both_scripts_write_do_not_make_text_simplified(text: str) -> None:
    assert scripts.detect(text, default="hant") == "hant"
    assert scripts.detect(text, default="hans") == "hans"


@quick
@given(any_text)
def test_any_text_has_a_script_and_can_be_shown_in_each(text: str) -> None:
    assert scripts.detect(text) in scripts.SCRIPTS
    cleaned = clean(text)
    for source in scripts.SCRIPTS:
        for target in scripts.SCRIPTS:
            assert isinstance(scripts.convert(cleaned, source=source, target=target), str)


@quick
@given(any_text)
@example("帳戶 发送 里面 裡面 台湾")
def test_text_of_the_askers_script_is_shown_as_it_is(text: str) -> None:
    for script in scripts.SCRIPTS:
        assert scripts.convert(text, source=script, target=script) == text
        assert scripts.convert(text, source=script, target="latin") == text
        assert scripts.convert(text, source="latin", target=script) == text


def test_conversion_changes_characters_and_keeps_words_codes_and_marks() -> None:
    traditional = "1. 打開 OKX App，點擊【C2C 買幣】→ 視頻認證（6.134.0）。"
    simplified = "1. 打开 OKX App，点击【C2C 买币】→ 视频认证（6.134.0）。"
    assert scripts.convert(traditional, source="hant", target="hans") == simplified
    assert scripts.convert(simplified, source="hans", target="hant") == traditional


def test_conversion_chooses_the_character_by_the_word() -> None:
    assert scripts.convert("发送 头发 干净 皇后 后面", source="hans", target="hant") == "發送 頭髮 乾淨 皇后 後面"


# --- words: codes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("錯誤碼E-1024是什麼", "e-1024"),
        ("錯誤碼Ｅ－１０２４", "e-1024"),
        ("請升級到v6.134.0。", "6.134.0"),
        ("版本6.134.0及以上", "6.134.0"),
        ("插件錢包 V3.69.0", "3.69.0"),
        ("換一個Wi-Fi試試", "wifi"),
        ("換一個WIFI試試", "wifi"),
        ("提USDT到賬", "usdt"),
        ("提ＵＳＤＴ到賬", "usdt"),
        ("C2C買幣", "c2c"),
        ("返佣50%嗎", "50%"),
        ("返佣５０％嗎", "50%"),
        ("獎勵1,000元", "1,000"),
        ("打開https://www.okx.com/help?id=1,看看", "https://www.okx.com/help?id=1"),
        ("打開https://www.okx.com/help，看看", "https://www.okx.com/help"),
        ("打開https://www.okx.com/help看看", "https://www.okx.com/help"),
        ("（https://www.okx.com/help）。", "https://www.okx.com/help"),
        ("HTTPS://WWW.OKX.COM/", "https://www.okx.com/"),
        ("聯繫support@okx.com嗎", "support@okx.com"),
        ("聯繫 Support@OKX.com。", "support@okx.com"),
        ("用trc-20還是erc20", "trc-20"),
    ],
)
def test_codes_versions_links_and_addresses_stay_whole(analyzer: Analyzer, text: str, whole: str) -> None:
    assert whole in analyzer.words(text)


def test_a_link_or_mail_address_takes_no_chinese_in_and_gives_no_pieces_out(analyzer: Analyzer) -> None:
    words = analyzer.words("請聯繫support@okx.com或打開https://www.okx.com/help，謝謝")
    assert "谢谢" in words
    assert "联系" in words
    assert {"okx", "okx.com", "www", "https", "help"}.isdisjoint(words)


def test_two_spellings_of_a_code_share_a_word(analyzer: Analyzer) -> None:
    assert analyzer.words("v6.134.0") == analyzer.words("6.134.0") == ["6.134.0"]
    assert set(analyzer.words("Wi-Fi")) & set(analyzer.words("wifi")) >= {"wifi"}
    assert set(analyzer.words("TRC-20")) & set(analyzer.words("trc20")) >= {"trc20"}
    assert set(analyzer.words("E-1024")) & set(analyzer.words("E1024")) == {"e1024"}


def test_other_codes_and_versions_are_other_words(analyzer: Analyzer) -> None:
    assert set(analyzer.words("E-1024")).isdisjoint(analyzer.words("E-1025"))
    assert set(analyzer.words("6.134.0")).isdisjoint(analyzer.words("6.134.1"))
    assert set(analyzer.words("50%")).isdisjoint(analyzer.words("5%"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("為什麼M077不能用", {"m077"}),
        ("错误E1043怎么办", {"e1043"}),
        ("訂單#1043", {"1043"}),
        ("TX0003，F201B", {"tx0003", "f201b"}),
        ("請選X20 Pro", {"x20", "pro"}),
        ("RISK_TK_VINTAGE_W-說明", {"risk_tk_vintage_w", "risk", "vintag"}),
        ("SYNC-409", {"sync-409", "sync409", "sync", "409"}),
        ("SYNC\u2011409", {"sync-409"}),
        ("AB-CD_12.x", {"ab-cd_12.x", "ab", "cd", "12"}),
        ("v2.3.1", {"2.3.1"}),
        ("Node.js", {"node.js", "nodejs", "node"}),
        ("用.NET寫", {".net", "net"}),
        ("ASP.NET", {"asp.net", "net"}),
        ("802.11ax", {"802.11ax"}),
        ("Wi-Fi 6", {"wi-fi", "wifi", "6"}),
        ("1080p", {"1080p"}),
        ("C++的SDK", {"c++", "sdk"}),
        ("Ｃ＋＋", {"c++"}),
        ("C/C++、C#/F#", {"c", "c++", "c#", "f#"}),
        ("Language：C++17", {"c++"}),
        ("A+ 和 A- 的差別", {"a+", "a-"}),
        ("評A-級", {"a-"}),
        ("Disney+會員", {"disney+", "disney"}),
        ("方案B-進階", {"b"}),  # a dash
        ("M077+方案", {"m077"}),
    ],
)
def test_a_code_or_name_keeps_its_signs(analyzer: Analyzer, text: str, words: set[str]) -> None:
    assert words <= set(analyzer.words(text))


@pytest.mark.parametrize("name", ["C++", "C#", "F#", "A+", "A-"])
def test_a_letter_with_a_sign_is_another_word_than_the_letter(analyzer: Analyzer, name: str) -> None:
    others = {"C", "C++", "C#", "F", "F#", "A", "A+", "A-"} - {name}
    assert analyzer.words(name) == [name.lower()]
    assert all(set(analyzer.words(name)).isdisjoint(analyzer.words(other)) for other in others)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-26.95%", ["-26.95%", "26.95%"]),
        ("\u221226.95%", ["-26.95%", "26.95%"]),
        ("（－２６．９５％）", ["-26.95%", "26.95%"]),
        ("26.95 %", ["26.95%"]),
        ("26.95", ["26.95"]),
        ("+5%", ["+5%", "5%"]),
        ("-0.35", ["-0.35", "0.35"]),
        ("-1,234.5", ["-1,234.5", "1,234.5"]),
    ],
)
def test_a_signed_share_or_decimal_is_a_word_with_its_sign_and_one_without(
    analyzer: Analyzer, text: str, words: list[str]
) -> None:
    assert analyzer.words(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A-B", ["a-b", "ab"]),
        ("- 項目", ["项目"]),
        ("-項目", ["项目"]),
        ("1-3天", ["1-3", "天"]),
        ("3% - 5%", ["3%", "5%"]),
        ("3%-5%", ["3%", "5%"]),
        ("9:00-18:00", ["9:00-18:00"]),
        ("9:00 -18:00", ["9:00", "18:00"]),
        ("a - b", ["b"]),
        ("+886 912", ["886", "912"]),
        ("+886-2-1234-5678", ["886-2-1234-5678"]),
        ("1+1", ["1+1"]),
        ("18+", ["18"]),
        ("--help", ["help"]),
        ("C + +", ["c"]),
        ("https://x.com/a-b_c", ["https://x.com/a-b_c"]),
        ("a-b+c@x.com", ["a-b+c@x.com"]),
    ],
)
def test_dashes_lists_ranges_and_prefixes_are_no_signs(analyzer: Analyzer, text: str, words: list[str]) -> None:
    assert analyzer.words(text) == words


@pytest.mark.parametrize(
    ("together", "apart"),
    [
        ("5GHz", "5 GHz"),
        ("2.4GHz頻段", "2.4 GHz 頻段"),
        ("10GB", "10\u00a0GB"),
        ("1-5GB", "1-5 GB"),
        ("12,000mAh", "12,000 mAh"),
        ("100Mbps", "100 Mbps"),
        ("100MB/s", "100 MB/s"),
        ("60fps", "60 fps"),
        ("3m", "3 m"),
        ("65W", "65 W"),
        ("50%", "50 %"),
    ],
)
def test_a_number_with_its_unit_is_one_word_with_and_without_a_space(
    analyzer: Analyzer, together: str, apart: str
) -> None:
    assert analyzer.words(apart) == analyzer.words(together)
    assert "".join(together.lower().split("頻")[0]) in analyzer.words(apart)


def test_a_unit_can_be_asked_for_without_its_number(analyzer: Analyzer) -> None:
    assert "ghz" in set(analyzer.words("幾 GHz")) & set(analyzer.words("5 GHz")) & set(analyzer.words("5GHz"))


@pytest.mark.parametrize("text", ["iPhone 15 Pro", "5 days", "M077 V", "7 members"])
def test_a_word_after_a_number_is_no_unit_unless_it_is_one(analyzer: Analyzer, text: str) -> None:
    assert set(analyzer.words(text)) >= set(analyzer.words(text.split()[-1]))
    assert len(analyzer.words(text)) >= 2


@pytest.mark.parametrize(
    "text", ["M077", "TX0003", "F201B", "RISK_TK_VINTAGE_W", "E1043", "E-1024", "SYNC-409", "X20", "1Z999AA1", "c2c"]
)
def test_codes_and_model_numbers_are_codes(analyzer: Analyzer, text: str) -> None:
    assert analyzer.is_code(analyzer.words(text)[0])


@pytest.mark.parametrize(
    "text",
    [
        *("5GHz", "2.4 GHz", "24h", "100MB/s", "2nd", "10:30am", "50%", "-26.95%", "1,000", "409", "1-3", "6.134.0"),
        *("app", "withdraw", "Wi-Fi", "Node.js", "C++", "A-", "提幣", "https://x.com/m077", "m077@x.com"),
    ],
)
def test_quantities_numbers_versions_words_and_addresses_are_no_codes(analyzer: Analyzer, text: str) -> None:
    assert analyzer.words(text)
    assert not any(map(analyzer.is_code, analyzer.words(text)))


def test_english_words_are_stemmed_and_function_words_dropped(analyzer: Analyzer) -> None:
    assert set(analyzer.words("followers")) == set(analyzer.words("follow following"))
    assert set(analyzer.words("rewards")) == set(analyzer.words("reward"))
    assert set(analyzer.words("How do I withdraw my coins?")) & set(analyzer.words("withdrawing a coin")) >= {
        "withdraw",
        "coin",
    }
    assert analyzer.words("how do I do it, please? I can't, I don't") == []
    assert analyzer.words("我的在嗎") == []


def test_an_apostrophe_typed_on_a_phone_changes_nothing(analyzer: Analyzer) -> None:
    assert analyzer.words("my deposit hasn’t arrived") == analyzer.words("my deposit hasn't arrived")
    assert analyzer.words("I don’t know") == analyzer.words("I don't know") == ["know"]


# --- words: Chinese and concepts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["提幣", "提币", "提現", "提现", "出金", "取款", "withdraw", "Withdrawals", "cash out", "ＷＩＴＨＤＲＡＷ"]
)
def test_synonyms_share_a_concept_across_scripts_and_languages(analyzer: Analyzer, text: str) -> None:
    assert WITHDRAW in analyzer.words(text)


@pytest.mark.parametrize("text", ["充幣", "deposit", "提醒", "出金融卡", "幣", "drawing", "with drawbacks"])
def test_other_words_do_not_name_the_concept(analyzer: Analyzer, text: str) -> None:
    assert WITHDRAW not in analyzer.words(text)


def test_a_concept_begins_and_ends_where_words_do(analyzer: Analyzer) -> None:
    assert "=成交" in analyzer.words("訂單成交了")
    assert "=成交" not in analyzer.words("完成交易")
    assert "=到账" in analyzer.words("提幣什麼時候到賬？")
    assert "=到账" not in analyzer.words("轉到賬戶")


def test_without_a_lexicon_entry_word_boundaries_still_hold(cache_folder: Path) -> None:
    small = Analyzer((), (("成交", "filled"),), cache_folder=cache_folder)
    assert "=成交" in small.words("成交")
    assert "=成交" not in small.words("我完成交易了")


def test_an_english_term_is_found_as_a_whole_word_only(cache_folder: Path) -> None:
    small = Analyzer((), (("代幣", "coin"), ("幣安", "coin base")), cache_folder=cache_folder)
    assert concepts(small.words("a coin.")) == {"=代幣"}
    assert concepts(small.words("我的coin呢")) == {"=代幣"}
    assert concepts(small.words("coinbase")) == set()
    assert concepts(small.words("coin base")) == {"=幣安"}  # the longest, and none inside another


@pytest.mark.parametrize("text", ["帳戶", "賬戶", "账户", "帐户"])
def test_all_spellings_of_account_are_the_same_words(analyzer: Analyzer, text: str) -> None:
    assert analyzer.words(text) == ["账户", "=账户"]
    assert analyzer.normalise(text) == "账户"
    assert analyzer.pinyin(text) == analyzer.pinyin("賬戶")


@pytest.mark.parametrize(
    "question",
    ["如何在 App 端重設雙重驗證？帳號被鎖了", "提幣 USDT（TRC20）要多久到賬？", "「緊急聯絡人」在哪裡添加?"],
)
def test_traditional_simplified_and_full_width_questions_have_the_same_words(analyzer: Analyzer, question: str) -> None:
    simplified = scripts.convert(question, source="hant", target="hans")
    full_width = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in question)
    assert simplified != question
    assert full_width != question
    assert analyzer.words(question) == analyzer.words(simplified) == analyzer.words(full_width)
    assert analyzer.pinyin(question) == analyzer.pinyin(simplified) == analyzer.pinyin(full_width)


def test_a_word_of_the_lexicon_is_kept_whole(analyzer: Analyzer, cache_folder: Path) -> None:
    assert "集力赚币" in analyzer.words("什麼是集力賺幣")
    assert "集力赚币" not in Analyzer(cache_folder=cache_folder).words("什麼是集力賺幣")


def test_everyday_words_weigh_less_than_terms(analyzer: Analyzer) -> None:
    for everyday in ("昨天", "我们", "怎么", "朋友"):
        assert 0 < analyzer.weight(everyday) < 0.7
    for term in ("集力赚币", WITHDRAW, "usdt", "e-1024", "6.134.0"):
        assert analyzer.weight(term) == 1
    assert analyzer.weight("我们") < analyzer.weight("昨天") < analyzer.weight("验证")


@quick
@given(any_text)
@example("ﷺ" * 200)
@example("🙂提幣🙂\x00\ud800\u202e")
def test_any_text_has_words_that_are_harmless_and_weigh_up_to_one(analyzer: Analyzer, text: str) -> None:
    for word in analyzer.words(text):
        assert is_harmless(word)
        assert word.strip() == word != ""
        assert 0 <= analyzer.weight(word) <= 1
    assert analyzer.words(analyzer.normalise(text)) == analyzer.words(text)


def test_emoji_and_invisible_marks_leave_the_words_alone(analyzer: Analyzer) -> None:
    assert analyzer.words("🙂提\u200b幣\u202e👍🏽嗎？") == analyzer.words("提幣嗎")


@pytest.mark.parametrize(
    "piece",
    [
        *(".", "-", "a.", "a+", "a@", "@", "a@b.", "https://", "http://!", "1,", "提幣", "'", "v1."),
        *(
            "1",
            "a",
            "1a",
            "1 g",
            "1-",
            "1--",
            "-1.5",
            "+1%",
            "111,",
            "a++",
            "a/c+",
            ".a",
            "a-",
            "٣",
            "٣,",
            "1 ",
            "1.5-",
        ),
    ],
)
def test_a_long_run_of_anything_is_cut_within_a_second_or_two(analyzer: Analyzer, piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    started = time.process_time()
    for word in analyzer.words(text):
        analyzer.is_code(word)
    assert time.process_time() - started < 3


# --- jieba -------------------------------------------------------------------------------------------------------


def test_jieba_keeps_its_cache_where_told_and_its_global_tokenizer_is_left_alone(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from supportbot.text.analyzer import Analyzer\n"
        "words = Analyzer(['集力赚币'], cache_folder=Path(sys.argv[1])).words('集力賺幣')\n"
        "import jieba; print(words[-1] == '集力赚币', jieba.dt.initialized, jieba.dt.tmp_dir, jieba.dt.FREQ)"
    )
    temporary, cache = tmp_path / "temporary", tmp_path / "new" / "jieba"
    temporary.mkdir()
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, str(cache)],
        env={**os.environ, "TMPDIR": str(temporary), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == ["True", "False", "None", "{}"]
    assert run.stderr == ""
    assert list(temporary.iterdir()) == []
    assert [file for file in cache.iterdir() if file.suffix == ".cache"] != []


def test_a_cache_folder_that_cannot_be_written_costs_a_moment_and_nothing_else(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert Analyzer(cache_folder=tmp_path / "file" / "jieba").words("提幣嗎") != []
    assert capfd.readouterr().err == ""


def test_two_analyzers_do_not_learn_from_each_other(analyzer: Analyzer, cache_folder: Path) -> None:
    assert "神秘队友" in analyzer.words("神秘隊友")
    assert "神秘队友" not in Analyzer(cache_folder=cache_folder).words("神秘隊友")


# --- sounds ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("帳護", "帳戶"),
        ("沖幣", "充幣"),
        ("替幣", "提幣"),
        ("任證", "認證"),
        ("驗正馬", "驗證碼"),
        ("人連", "人臉"),
        ("身份", "身分"),
    ],
)
def test_a_wrong_character_of_the_right_sound_has_the_same_key(analyzer: Analyzer, typed: str, meant: str) -> None:
    assert analyzer.pinyin(typed) == analyzer.pinyin(meant) != []


def test_sounds_that_typists_confuse_are_one() -> None:
    assert pinyin_keys("站户") == pinyin_keys("赞户") == ["zan+hu"]  # zh, z
    assert pinyin_keys("绑定") == pinyin_keys("班定")  # -ng, -n
    assert pinyin_keys("绿色") == ["lv+se"]
    assert pinyin_keys("充币") != pinyin_keys("提币")


def test_keys_pair_neighbours_and_never_reach_across_other_text() -> None:
    assert pinyin_keys("提币提") == ["ti+bi", "bi+ti"]
    assert pinyin_keys("提 币") == pinyin_keys("提,币") == pinyin_keys("提") == pinyin_keys("withdraw") == []


@quick
@given(any_text)
def test_any_text_has_keys_by_sound(analyzer: Analyzer, text: str) -> None:
    for key in analyzer.pinyin(text):
        first, _, second = key.partition("+")
        assert first
        assert second
        assert is_harmless(key)
