"""Secrets and personal data are seen and taken out; what only looks like them stays."""

import json
import random
import time
from pathlib import Path
from typing import NamedTuple, get_args

import pytest

from supportbot.answering.bot import SupportBot
from supportbot.privacy import REMOVED, SecretKind, personal, redact, scrub, secrets

pytestmark = pytest.mark.usefixtures("one_dictionary")

# Test vectors of BIP-39 and of the Wallet Import Format: nobody's keys.
SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"
KEY = "e9873d79c6d87dc0fb6a5778633389f4453213303da61f20bd67fc233aa33262"
WIF = "5Kb8kLf9zgWQnogidDA76MzPL6TsZZY36hWXMssSzNydYXYB9KF"
ETH = "0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe"
XPRV = "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"


@pytest.mark.parametrize(
    ("kind", "text", "left"),
    [
        ("seed_phrase", f"我的助記詞是 {SEED} 這樣安全嗎", f"我的助記詞是 {REMOVED} 這樣安全嗎"),
        ("seed_phrase", SEED.replace(" ", ","), REMOVED),
        ("seed_phrase", SEED.upper(), REMOVED),
        ("seed_phrase", " ".join(f"{n}. {word}" for n, word in enumerate(SEED.split(), 1)), f"1. {REMOVED}"),
        ("seed_phrase", "\n".join(SEED.split()), REMOVED),
        ("seed_phrase", " ".join(SEED.split()[:9]) + " 後面忘了", f"{REMOVED} 後面忘了"),
        ("seed_phrase", "的 一 是 在 不 了 有 和 人 这 中 大", REMOVED),
        ("private_key", f"私鑰 {KEY} 外洩了怎麼辦", f"私鑰 {REMOVED} 外洩了怎麼辦"),
        ("private_key", f"0x{KEY}", REMOVED),
        ("private_key", f"{WIF} 這個匯入不了", f"{REMOVED} 這個匯入不了"),
        ("private_key", XPRV, REMOVED),
        ("password", "我的密碼是 Abc12345! 登不進去", f"我的密碼是 {REMOVED} 登不進去"),
        ("password", "password: hunter2", f"password: {REMOVED}"),
        ("password", "my passcode is 99x88y", f"my passcode is {REMOVED}"),
    ],
)
def test_a_secret_is_taken_out(kind: str, text: str, left: str) -> None:
    found = secrets(text)
    assert [secret.kind for secret in found] == [kind]
    assert redact(text, found) == left


@pytest.mark.parametrize(
    "text",
    [
        "我的密碼是什麼",
        "忘記密碼：怎麼辦",
        "my password is not working.",
        "someone asked for my seed phrase, what should I do about this person now",
        "I want to know when will I get my reward after my friend joins the team",
        f"my tx hash is 0x{KEY}, not arrived",
        f"交易哈希 {KEY} 查不到",
        f"{WIF[:-1]}G",  # its checksum is wrong
        "訂單 20261124083012345678 金額 1,234.56 USDT",
        " ".join(SEED.split()[:8]),
        "",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert secrets(text) == ()
    assert redact(text, ()) == text


def test_several_secrets_are_all_taken_out() -> None:
    text = f"密碼是 Abc12345 私鑰 {KEY} 助記詞 {SEED}"
    assert redact(text, secrets(text)) == f"密碼是 {REMOVED} 私鑰 {REMOVED} 助記詞 {REMOVED}"


class Labelled(NamedTuple):
    """A message, the kinds that are in it, and what of it must not survive."""

    text: str
    kinds: list[str]
    gone: list[str]


PROJECT = Path(__file__).parents[2]


def _rows(path: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (PROJECT / path).read_text(encoding="utf-8").splitlines()]


# Written by hand, in three parts of which the later ones were written against the finished patterns; the numbers are
# test vectors or made up, with valid check digits.
LABELLED = [Labelled(**row) for row in _rows("tests/data/redaction.jsonl")]  # type: ignore[arg-type]


def _survives(gone: str, text: str) -> bool:
    """Whether any six characters in a row of what must be gone are still in `text`."""
    return any(gone[place : place + 6] in text for place in range(max(1, len(gone) - 5)))


def test_what_must_not_be_stored_is_found() -> None:
    positives = [one for one in LABELLED if one.gone]
    missed = [
        one.text
        for one in positives
        if any(_survives(gone, scrub(one.text)) for gone in one.gone)
        or {found.kind for found in (*secrets(one.text), *personal(one.text))} != set(one.kinds)
    ]
    assert len(positives) >= 250
    assert len(missed) <= 0.02 * len(positives), "\n".join(missed)


def test_each_kind_is_found() -> None:
    wanted = {kind for one in LABELLED for kind in one.kinds}
    for kind in wanted:
        texts = [one.text for one in LABELLED if kind in one.kinds]
        found = [text for text in texts if f"[{kind}]" in scrub(text)]
        assert len(found) >= 0.8 * len(texts), kind


def test_lookalikes_survive() -> None:
    lookalikes = [one.text for one in LABELLED if not one.gone]
    altered = [f"{text} -> {scrub(text)}" for text in lookalikes if scrub(text) != text]
    assert len(lookalikes) >= 200
    assert len(altered) <= 0.01 * len(lookalikes), "\n".join(altered)


def test_no_question_of_the_benchmark_is_altered_but_a_key() -> None:
    folder = "corpus/benchmarks/help-zh-hant"
    questions = [row["text"] for name in ("queries", "unanswerable") for row in _rows(f"{folder}/{name}.jsonl")]
    altered = [question for question in questions if scrub(question) != question]
    assert altered == ["0x9f3ac27be04418d0a6f5520c1b7e93da88c4f1e02b6d7735a1909ec4d8b2f617"]


def test_what_is_stored_stays_readable() -> None:
    text = f"我的信箱 amy@gmail.com、電話 0912-345-678，提到 {ETH} 沒到，驗證碼是 482913，密碼：Abc12345"
    assert scrub(text) == (
        "我的信箱 [email]、電話 [phone]，提到 [wallet_address] 沒到，驗證碼是 [verification_code]，密碼：[password]"
    )


def test_alike_questions_become_the_same() -> None:
    assert scrub("地址 15hdFCKgujWHaALK2q7C12JVvgqrhDRwJS 沒到帳") == scrub(f"地址 {ETH} 沒到帳")


def test_personal_data_is_nothing_to_warn_of() -> None:
    text = f"卡號 4532 0786 6661 7605，身分證 A126516764，{ETH}"
    assert [one.kind for one in personal(text)] == ["card", "national_id", "wallet_address"]
    assert secrets(text) == ()


def test_secrets_and_personal_data_are_told_apart() -> None:
    for one in LABELLED:
        assert {found.kind for found in secrets(one.text)} <= set(get_args(SecretKind))
        assert not {found.kind for found in personal(one.text)} & set(get_args(SecretKind))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("驗證碼４８２９１３", "驗證碼[verification_code]"),
        ("驗\u200b證碼 48\u200b29\u200b13", "驗\u200b證碼 [verification_code]"),
        ("ＡＭＹ＠ｇｍａｉｌ．ｃｏｍ", "[email]"),
        ("卡號 ٤٥٣٢٠٧٨٦٦٦٦١٧٦٠٥", "卡號 [card]"),
        ("📞 0912\N{EN DASH}345\N{EN DASH}678", "📞 [phone]"),
        (f"\ufeff{SEED.replace(' ', chr(0x3000))}", "\ufeff[seed_phrase]"),
    ],
)
def test_no_dress_hides_it(text: str, left: str) -> None:
    assert scrub(text) == left


@pytest.mark.parametrize("neighbour", ["0912345678", "+886912345678", "4532078666617605", ETH, "amy@gmail.com"])
def test_each_of_a_list_is_taken_out(neighbour: str) -> None:
    for separator in (" ", "/", "、", ",", "\n"):
        left = scrub(separator.join([neighbour] * 3))
        assert not any(character.isdigit() for character in left), left


def test_scrubbed_text_stays_as_it_is() -> None:
    chance = random.Random(5)
    texts = [one.text for one in LABELLED]
    glued = ["".join(chance.sample(texts, 3)) for _ in range(300)]
    torn = ["".join(text[chance.randrange(len(text)) :] for text in chance.sample(texts, 3)) for _ in range(300)]
    for text in [*texts, *glued, *torn]:
        once = scrub(text)
        assert scrub(once) == once


def test_any_text_can_be_scrubbed() -> None:
    for code in [*range(0x250), *range(0x250, 0x10000, 97), *range(0xD7FF, 0xE001, 64), *range(0x1D000, 0x1F800, 101)]:
        character = chr(code)
        for text in (
            f"A12345678{character} DE8937040044053201300{character} 09123456{character}8 {character}123456(3)",
            f"驗證碼 48{character}913 {character}@gmail.com passport {character}1234567 密碼：{character}",
            f"bc1q{character}w508d6qejxtdg4y5r 15hdFCKgujWHaALK2q7C12JVvgqrhDR{character}JS {character * 20}",
        ):
            once = scrub(f"{text}\n信箱 amy.lee@example.com")
            assert "amy.lee" not in once, hex(code)
            assert scrub(once) == once, hex(code)


@pytest.mark.slow
def test_hostile_text_takes_no_time() -> None:
    pieces = [
        "zoo ",
        "1.",
        "zoo,",
        "密碼是",
        "5",
        'pw"',
        "password is ",
        "eyJ-",
        "sk-",
        "a@",
        "@",
        "a.",
        "+886 ",
        "(02) ",
    ]
    pieces += [
        "0912345678 ",
        "+44 20 7946 0958",
        "護照",
        "DE89 ",
        "A123456(",
        "1 2 ",
        "4111 ",
        "code 123456 ",
        "[card]",
        "ﷺ",
    ]
    pieces += [
        "\u200b",
        "\0",
        "\ud800",
        " ",
        "secret=",
        "a-",
        "1-",
        "bc1",
        "E1234567passport ",
        "482913/",
        "+886 1234 0x",
    ]
    started = time.perf_counter()
    for piece in pieces:
        scrub((piece * 2000)[:2000])
        scrub((piece * 2000)[:2000] + "x")
    assert time.perf_counter() - started < 10
    for piece in ("password", 'pw"', "a@", "eyJ-", "zoo,", "護照", "DE89 "):
        scrub((piece * 100_000)[:100_000])
    assert time.perf_counter() - started < 60


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (f"如何提幣? {SEED}", "安全提醒"),
        (f"如何提币？私钥 {KEY}", "安全提醒"),
        (f"withdraw? password: {KEY}", "Security"),
    ],
)
def test_the_bot_warns_and_answers_what_is_left(bot: SupportBot, question: str, said: str) -> None:
    answer = bot.ask(question)
    assert answer.warning
    assert said in answer.warning
    assert SEED not in str(answer)
    assert KEY not in str(answer)


def test_a_bare_secret_gets_the_warning_alone(bot: SupportBot) -> None:
    answer = bot.ask(SEED)
    assert (answer.outcome, answer.text) == ("decline", answer.warning)
    assert bot.ask("如何提幣?").warning is None


def test_the_bot_warns_of_a_code(bot: SupportBot) -> None:
    answer = bot.ask("如何提幣? 客服要我給驗證碼 482913")
    assert answer.warning
    assert "482913" not in str(answer)
