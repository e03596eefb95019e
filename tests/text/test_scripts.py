"""Scripts: which one a text is in, and the characters that readers of the other expect, in Taiwan and in Hong Kong."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from supportbot.text import han, scripts
from supportbot.text.scripts import REGIONS, Region, Script

# Sentences as help centres write them, with what a reader of the region would write, by hand. The converter was tuned
# with the even lines of the file in view; of the odd ones only the totals were looked at.
CONVERSIONS = Path(__file__).with_name("conversions.tsv")
DIRECTIONS = [("hans", "hant-tw"), ("hans", "hant-hk"), ("hant-tw", "hans"), ("hant-hk", "hans")]
MAX_WRONG = 0.005  # of the Han characters

quick = hypothesis_settings(deadline=None, max_examples=300)
# The characters that convert in more than one way or that two scripts share, so that random text is hard.
hard_characters = (
    "了瞭里裡裏后後干乾幹面麵麪发發髮制製历歷曆签簽籤只隻系係繫冲沖衝表錶台臺檯颱复復複覆准準周週余餘著着帳账賬么麼"
)
hard_text = st.text(st.sampled_from(hard_characters + "的不在一两展示解开头皮手电话机送到 3，。A"), max_size=30)
any_text = st.text(st.characters(exclude_characters="薴麼"), max_size=40) | hard_text


def to_traditional(text: str, region: Region = "tw") -> str:
    return scripts.convert(text, source="hans", target="hant", region=region)


def to_simplified(text: str, region: Region = "tw") -> str:
    return scripts.convert(text, source="hant", target="hans", region=region)


def converted(text: str, source: str, target: str) -> str:
    region: Region = "hk" if "hant-hk" in (source, target) else "tw"
    return to_simplified(text, region) if target == "hans" else to_traditional(text, region)


def pairs(half: int) -> list[tuple[str, str, str, str]]:
    lines = CONVERSIONS.read_text("utf-8").splitlines()
    found = []
    for number, line in enumerate(lines, 1):
        if number > 1 and number % 2 == half:
            source, target, text, wanted = line.split("\t")
            found.append((source, target, text, wanted))
    return found


# --- conversion


def test_the_pairs_are_many_and_each_says_one_thing() -> None:
    both = pairs(0) + pairs(1)
    assert len(both) >= 440
    assert len({text for _, _, text, _ in both}) == len(both)
    assert all(len(text) == len(wanted) for _, _, text, wanted in both)
    assert min(Counter((source, target) for source, target, _, _ in pairs(1)).values()) >= 40


@pytest.mark.parametrize("half", [0, 1], ids=["tuned", "test"])
@pytest.mark.parametrize("direction", DIRECTIONS, ids="-".join)
def test_of_a_thousand_characters_five_at_most_are_wrong(direction: tuple[str, str], half: int) -> None:
    wrong = characters = 0
    for source, target, text, wanted in pairs(half):
        if (source, target) == direction:
            shown = converted(text, source, target)
            assert len(shown) == len(wanted), shown
            characters += len(han.CHARACTER.findall(wanted))
            wrong += sum(old != new for old, new in zip(shown, wanted, strict=True))
    assert wrong / characters <= MAX_WRONG, f"{wrong} of {characters}"


@pytest.mark.parametrize(
    ("simplified", "taiwan", "hong_kong"),
    [
        # the faults of before, each by name
        ("页面展示了如何操作", "頁面展示了如何操作", "頁面展示了如何操作"),
        ("免签国家", "免簽國家", "免簽國家"),
        ("因为", "因為", "因為"),
        ("制造日期", "製造日期", "製造日期"),
        ("群组", "群組", "群組"),
        ("发明了新的发型", "發明了新的髮型", "發明了新的髮型"),
        ("浏览历史", "瀏覽歷史", "瀏覽歷史"),
        ("在日历里", "在日曆裡", "在日曆裏"),
        ("面条和面包", "麵條和麵包", "麵條和麵包"),
        ("照着做", "照著做", "照着做"),
        ("身份证", "身份證", "身份證"),
        # the characters of the regions
        ("账户和账单", "帳戶和帳單", "賬戶和賬單"),
        ("尽快", "儘快", "盡快"),
        ("复核", "複核", "覆核"),
        ("说明", "說明", "說明"),
        ("户口", "戶口", "戶口"),
        ("税项", "稅項", "稅項"),
        ("兑换", "兌換", "兌換"),
        ("平台、后台和台湾", "平台、後台和台灣", "平台、後台和台灣"),
        # words end where they do
        ("网页包含下面条款", "網頁包含下面條款", "網頁包含下面條款"),
        ("从头发送", "從頭發送", "從頭發送"),
        ("选手表演", "選手表演", "選手表演"),
        ("填写并发送", "填寫並發送", "填寫並發送"),
        ("不准备续费", "不準備續費", "不準備續費"),
        ("一只猫只能托运", "一隻貓只能託運", "一隻貓只能託運"),
        ("限 2 只，3 周内", "限 2 隻，3 週內", "限 2 隻，3 週內"),
        ("每次 2 只能选一种", "每次 2 只能選一種", "每次 2 只能選一種"),
        ("余小姐的余额", "余小姐的餘額", "余小姐的餘額"),
        ("一出戏", "一齣戲", "一齣戲"),
    ],
)
def test_traditional_readers_get_the_characters_of_their_region(simplified: str, taiwan: str, hong_kong: str) -> None:
    assert to_traditional(simplified) == to_traditional(simplified, "tw") == taiwan
    assert to_traditional(simplified, "hk") == hong_kong


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("照著做", "照着做"),
        ("甚麼", "什么"),
        ("請問為甚麼", "请问为什么"),
        ("甚至", "甚至"),
        ("著名的著作", "著名的著作"),
        ("拿著名片", "拿着名片"),
        ("帳戶、帳篷", "账户、帐篷"),
        ("計畫與動畫", "计划与动画"),
        ("企畫書", "企划书"),
        ("回覆、覆蓋、覆核", "回复、覆盖、复核"),
        ("瞭解與瞭望", "了解与瞭望"),
        ("乾淨與乾坤", "干净与乾坤"),
        ("憑藉與慰藉", "凭借与慰藉"),
        ("羣組在這裏", "群组在这里"),
        ("身份與身分", "身份与身分"),
    ],
)
def test_simplified_readers_get_their_own_characters(traditional: str, simplified: str) -> None:
    for region in REGIONS:
        assert to_simplified(traditional, region) == simplified


def test_one_page_does_not_mix_two_forms_of_a_character() -> None:
    """Also where the text that is converted has Traditional characters of another region in it."""
    assert to_traditional("因爲与因为，這裏与这里") == "因為與因為，這裡與這裡"
    assert to_traditional("因爲与因为，這裡与这里", "hk") == "因為與因為，這裏與這裏"


def test_words_are_the_editors_own() -> None:
    assert to_traditional("软件的程序、视频和短信") == "軟件的程序、視頻和短信"
    assert to_simplified("軟體的程式、影片與簡訊") == "软体的程式、影片与简讯"


def test_text_in_brackets_comes_out_as_it_does_without() -> None:
    for label in ("里程", "复制", "账户余额", "签到"):
        for region in REGIONS:
            assert to_traditional(f"点击【{label}】", region) == f"點擊【{to_traditional(label, region)}】"


@pytest.mark.parametrize(
    "text", ["點擊「發佈後」的頁面", "頭髮乾了", "皇后在後面的公里數", "兩隻貓只能寄養", "牛肉麵的表面"]
)
def test_traditional_text_among_simplified_text_is_left_in_peace(text: str) -> None:
    assert to_traditional(text) == text
    assert to_traditional(f"请按页面，{text}。") == f"請按頁面，{text}。"


@pytest.mark.parametrize(
    "text", ["著名的面包店在里面", "后台只显示了一台", "慰藉、瞭望、乾坤", "覆盖整个账户", "帐篷和征信"]
)
def test_simplified_text_among_traditional_text_is_left_in_peace(text: str) -> None:
    assert to_simplified(text) == text
    assert to_simplified(f"請按頁面，{text}。") == f"请按页面，{text}。"


@pytest.mark.parametrize(("source", "target", "text", "_"), pairs(0) + pairs(1))
def test_converting_a_sentence_twice_is_converting_it_once(source: str, target: str, text: str, _: str) -> None:
    once = converted(text, source, target)
    assert converted(once, source, target) == once


@quick
@given(any_text)
@example("展示了如何 3 只 10周 著名 \ud800 薴 幺麼")
@example("\U00020000里\uf9e8")
def test_any_text_converts_without_error_and_keeps_all_but_han_characters(text: str) -> None:
    def rest(shown: str) -> str:
        return han.CHARACTER.sub("字", shown)

    for region in REGIONS:
        for shown in (to_traditional(text, region), to_simplified(text, region)):
            assert rest(shown) == rest(text)
        for script in scripts.SCRIPTS:
            assert scripts.convert(text, source=script, target=script, region=region) == text


@quick
@given(any_text)
def test_converting_any_text_twice_is_converting_it_once(text: str) -> None:
    for region in REGIONS:
        for convert in (to_traditional, to_simplified):
            once = convert(text, region)
            assert convert(once, region) == once


# --- detection


@pytest.mark.parametrize(
    ("text", "script"),
    [
        # a word that only Simplified text writes so
        ("怎么登出", "hans"),
        ("怎么退款", "hans"),
        ("怎么办", "hans"),
        ("什么是 Travel Rule", "hans"),
        ("什么意思", "hans"),
        ("那么久", "hans"),
        ("这么久", "hans"),
        ("在卡里", "hans"),
        ("里面有什么", "hans"),
        ("放在家里", "hans"),
        ("取消后退款", "hans"),
        ("登出后怎么登入", "hans"),
        ("然后呢", "hans"),
        ("售后在哪里", "hans"),
        ("3 天后送到", "hans"),
        ("后台打不开", "hans"),
        ("干洗多久", "hans"),
        ("可以干洗吗", "hans"),
        ("洗不干净", "hans"),
        ("日志在哪里", "hans"),
        ("台风天送不送", "hans"),
        ("面包能退吗", "hans"),
        ("手表防水吗", "hans"),
        ("剩余流量", "hans"),
        ("余额不足", "hans"),
        ("准时送到", "hans"),
        ("采用何种方式", "hans"),
        ("由于天气", "hans"),
        ("几天到", "hans"),
        ("有几十元", "hans"),
        ("云端在哪", "hans"),
        ("并且退款", "hans"),
        ("制作多久", "hans"),
        ("如何提币?", "hans"),
        ("App 闪退", "hans"),
        ("我要退钱", "hans"),
        # no word of Simplified text: Traditional text has these, and so both have
        ("如何登出", "hant"),
        ("在哪里", "hant"),
        ("平台在哪里", "hant"),
        ("公里", "hant"),
        ("里程", "hant"),
        ("皇后酒店", "hant"),
        ("天后站", "hant"),
        ("太后生日", "hant"),
        ("后里", "hant"),
        ("只要", "hant"),
        ("余先生", "hant"),
        ("若干", "hant"),
        ("面子", "hant"),
        ("志工", "hant"),
        ("台北", "hant"),
        ("限制", "hant"),
        ("周日", "hant"),
        ("KYC 要多久", "hant"),
        # what only Traditional text writes
        ("怎麼登出", "hant"),
        ("什麼是 Travel Rule", "hant"),
        ("這裡和那裡", "hant"),
        ("退款後多久", "hant"),
        ("乾洗多久", "hant"),
        ("日誌在哪裡", "hant"),
        ("甚麼時候", "hant"),
        ("照着做就可以嗎", "hant"),
        ("皇后像廣場後面", "hant"),
        ("我想提幣，怎么提，多久到賬", "hant"),
        # no Chinese
        ("How do I withdraw?", "latin"),
        ("", "latin"),
        ("E-1024 ？！", "latin"),
    ],
)
def test_the_script_of_a_question(text: str, script: Script) -> None:
    assert scripts.detect(text) == script


@pytest.mark.parametrize(
    "text", ["在哪里", "平台", "公里", "如何登出", "里", "么", "后", "干", "志", "台", "只", "皇后"]
)
def test_what_both_scripts_write_decides_nothing(text: str) -> None:
    assert scripts.detect(text, default="hant") == "hant"
    assert scripts.detect(text, default="hans") == "hans"


@pytest.mark.parametrize("text", ["怎么提幣", "我要退钱嗎", "里面沒"])
def test_as_many_votes_for_each_leave_it_open(text: str) -> None:
    assert scripts.detect(text, default="hant") == "hant"
    assert scripts.detect(text, default="hans") == "hans"


def test_a_sentence_is_never_taken_for_the_other_script_and_hardly_one_is_left_open() -> None:
    shown = [(text, source[:4]) for source, _, text, _ in pairs(0) + pairs(1)]
    shown += [(wanted, target[:4]) for _, target, _, wanted in pairs(0) + pairs(1)]
    others: dict[str, Script] = {"hant": "hans", "hans": "hant"}
    assert [text for text, script in shown if scripts.detect(text, default=others[others[script]]) != script] == []
    open_ones = [text for text, script in shown if scripts.detect(text, default=others[script]) != script]
    assert len(open_ones) <= len(shown) / 100, open_ones


@pytest.mark.parametrize("region", REGIONS)
def test_no_character_of_converted_text_counts_as_simplified(region: Region) -> None:
    """The evaluation tells so whether an answer is in the asker's script."""
    for _, target, _, wanted in pairs(0) + pairs(1):
        if target == f"hant-{region}":
            assert {scripts.detect(character) for character in wanted} <= {"hant", "latin"}, wanted


# --- cost


def test_opencc_is_imported_on_first_use_and_jieba_not_at_all() -> None:
    program = """
import sys
from supportbot.text import scripts
assert "opencc" not in sys.modules
scripts.convert("怎么", source="hans", target="hans")
assert "opencc" not in sys.modules
scripts.convert("怎么", source="hans", target="hant")
assert "opencc" in sys.modules and "jieba" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
