"""Secrets are seen and taken out; what only looks like one stays."""

import time

import pytest

from supportbot.bot import SupportBot
from supportbot.redaction import REMOVED, redact, secrets

pytestmark = pytest.mark.usefixtures("one_dictionary")

# Test vectors of BIP-39 and of the Wallet Import Format: nobody's keys.
SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"
KEY = "e9873d79c6d87dc0fb6a5778633389f4453213303da61f20bd67fc233aa33262"
WIF = "5Kb8kLf9zgWQnogidDA76MzPL6TsZZY36hWXMssSzNydYXYB9KF"
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


def test_hostile_text_takes_no_time() -> None:
    started = time.perf_counter()
    for text in ("zoo " * 500, "1." * 1000, "zoo" + " 1" * 900, "密碼是" * 600, "5" * 2000, "zoo," + "," * 1900):
        secrets(text)
    assert time.perf_counter() - started < 1


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
