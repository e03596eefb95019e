"""Find secrets: seed phrases, private keys, passwords, API secrets, verification codes.

Whoever holds a seed phrase or a private key owns the coins, so whatever looks like one counts as one. A transaction
hash looks like a key and is none if the text speaks of hashes. Formats: BIP-39 (seed phrases), BIP-32 (extended
keys), the Wallet Import Format (base58check).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from supportbot.privacy.checksums import base58_bytes, is_base58check
from supportbot.privacy.finding import ANY_CASE, STOP, Secret
from supportbot.privacy.numbers import is_counted, is_money, is_reference
from supportbot.text.han import BASIC

LEAST_WORDS = 9
"""This many words of a BIP-39 list in a row are a seed phrase or a part of one, which has 12 or more words."""

_LIST_WORD = re.compile(rf"(?<![a-z])[a-z]{{3,8}}(?![a-z])|(?!第\d|(?<=\d)[個个])[{BASIC}](?![{BASIC}])", ANY_CASE)
_BETWEEN = re.compile(rf"(?:[^\w{STOP}]|[_第])*\d{{0,2}}(?:[^\w{STOP}]|[_個个])*")
_WIDEST_GAP = 24

HEX_KEY = re.compile(r"(?<![0-9a-z])(?:0x)?[0-9a-f]{64}(?![0-9a-z])", ANY_CASE)
_BASE58_KEY = re.compile(
    r"(?<![0-9A-Za-z])(?:[5KLc9][1-9A-HJ-NP-Za-km-z]{50,51}|[xyz]prv[1-9A-HJ-NP-Za-km-z]{100,112})(?![0-9A-Za-z])"
)
_CALLED_KEY = re.compile(r"[私密金][鑰钥]|private\s*key|secret\s*key|priv\s*key", ANY_CASE)
_CALLED_HASH = re.compile(
    r"哈希|[雜杂][湊凑]|hash|tx\s*id|txn?(?![a-z])|交易(?:[號号碼码單单]|[編编][號号])|transaction|[區区][塊块]|block",
    ANY_CASE,
)

_PASSWORD = re.compile(
    r"(?:密[碼码]|口令|password|passwd|passcode|pass\s?phrase|(?<![a-z])(?:pass(?=\s?[:=])|pwd|psw|pw|pin)(?![a-z]))"
    r"[\"'」』]?"
    r"[我記记得一直都打輸输入填用寫写應应該该本來来以前之現现在就\s]{0,8}"
    r"(?:(?P<sign>[是為为係]?\s?[:=])|(?P<verb>[是為为係叫]|[設设改換换]成|(?<![a-z])(?:is|was)(?![a-z]))|)"
    r"\s{0,4}[「『\"'“(（<]?(?<![a-z])(?P<value>[!-~]{4,64})",
    ANY_CASE,
)
_REST = re.compile(r"[!-~]*")
_SIGN_OR_DIGIT = re.compile(r"[\d!-/:-@\[-`{-~]")
_LETTER_AND_DIGIT = re.compile(r"(?=[!-~]{6})(?=[^0-9]*[0-9])[^a-z]*[a-z]", ANY_CASE)

_CALLED_SECRET = re.compile(
    r"(?:api|app|client|access|secret|auth|密|金)[\s_-]?(?:secret|key|token|[鑰钥])|(?<![a-z])(?:secret|bearer)(?![a-z])",
    ANY_CASE,
)
_TOKEN = re.compile(r"(?<![\w+/-])[\w+/-]{24,}={0,2}(?![\w=])", re.ASCII)
_TOKEN_REACH = 32
"""How far before a token the word for secret or key may be, in characters."""
_KNOWN_TOKEN = re.compile(
    r"(?<![\w-])(?:sk-[\w-]{20,}|[sr]k_(?:live|test)_\w{16,}|gh[opsur]_\w{36,}|github_pat_\w{22,}|glpat-[\w-]{20,}"
    r"|xox[abprs]-[\w-]{10,}|A[KS]IA[0-9A-Z]{16}|AIza[\w-]{35}|hf_\w{30,}|\d{8,10}:AA[\w-]{33}"
    r"|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,})(?![\w-])",
    re.ASCII,
)

_CODE = re.compile(
    r"(?:(?<![0-9A-Za-z])|(?<=[cC]ode)|(?<=OTP)|(?<=otp))(?:G-)?"
    r"(?P<digits>\d{4,8}|\d{3}[ -]\d{3}|\d{4}[ -]\d{4}|\d(?: \d){5}(?! \d))"
    r"(?![0-9A-Za-z]|[.:/-]\d|,\d{3}(?!\d)| ?[-~/] ?\d)"
)
_INSIDE_NUMBER = re.compile(r"\d\s?[.:/~-]\s?$|[#.]$")
_CALLED_CODE = re.compile(
    r"[驗验][證证]?[碼码]|校[驗验][碼码]|[認认][證证][碼码]|[動动][態态](?:密?[碼码]|口令)|[簡简短][訊讯信][碼码]|安全[碼码]"
    r"|一次性密[碼码]|(?:二次|[兩两]步|[雙双][重因]|谷歌|google ?)[驗验][證证]"
    r"|[驗验][證证]器|(?<![a-z])(?:otp|totp|2fa|authenticator|one[\s-]?time\s(?:password|code)"
    r"|(?:verification|verify|security|auth|authentication|confirmation|sms|login|email|text|enter)\s?code)"
    r"(?![a-z])",
    ANY_CASE,
)
_MERE_CODE = re.compile(
    r"(?<!invite )(?<!invitation )(?<!referral )(?<!promo )(?<!gift )(?<!card )(?<!coupon )(?<!voucher )(?<!discount )"
    r"(?<!zip )(?<!postal )(?<!country )(?<!area )(?<!error )(?<!status )(?<!response )(?<!qr )(?<!swift )(?<!bank )"
    r"(?<![a-z])code(?:\s(?:is|was))?[\s:=]{0,3}$",
    ANY_CASE,
)
_ERROR = re.compile(r"(?:[錯错][誤误]|[報报][錯错]|error)[\s:]{0,3}$", ANY_CASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NEAR, _FAR = 14, 40
"""How near a code the word for it must be, in characters: for any code, and for the usual six digits."""


def seed_phrases(text: str) -> Iterator[Secret]:
    """Find runs of words of one BIP-39 list, separated only by punctuation and by their numbers."""
    start, end, count, language = 0, 0, 0, ""
    for match in _LIST_WORD.finditer(text):
        spoken = _language(match[0].lower())
        near = bool(language) and spoken == language and match.start() - end <= _WIDEST_GAP
        joined = near and _BETWEEN.fullmatch(text, end, match.start()) is not None
        if not joined:
            if count >= LEAST_WORDS:
                yield Secret("seed_phrase", start, end)
            start, count, language = match.start(), 0, spoken
        count += bool(spoken)
        end = match.end()
    if count >= LEAST_WORDS:
        yield Secret("seed_phrase", start, end)


def private_keys(text: str) -> Iterator[Secret]:
    """Find 64 hexadecimal digits unless the text speaks of hashes, and WIF and extended keys with a valid checksum."""
    if not is_hash_talk(text):
        for match in HEX_KEY.finditer(text):
            yield Secret("private_key", *match.span())
    for match in _BASE58_KEY.finditer(text):
        if is_base58check(base58_bytes(match[0])):
            yield Secret("private_key", *match.span())


def is_hash_talk(text: str) -> bool:
    """Return whether `text` speaks of transactions or hashes and not of keys."""
    return _CALLED_HASH.search(text) is not None and _CALLED_KEY.search(text) is None


def passwords(text: str) -> Iterator[Secret]:
    """Find what follows a word for password and a sign or verb; without these, only mixed letters and digits."""
    match = _PASSWORD.search(text)
    while match:
        value = match["value"]
        if match["sign"]:
            telling = True
        elif match["verb"]:  # "my password is wrong" tells nothing
            telling = _SIGN_OR_DIGIT.search(value.rstrip(".,!?;:)")) is not None
        else:
            telling = _LETTER_AND_DIGIT.match(value) is not None
        telling = telling and not value.startswith(("http", "//"))
        end = match.start("value")  # the value may be the word for the next password
        if telling and (rest := _REST.match(text, match.end())):
            yield Secret("password", end, rest.end())
            end = rest.end()
        match = _PASSWORD.search(text, end)


def api_secrets(text: str) -> Iterator[Secret]:
    """Find long random tokens after a word for secret or API key, and tokens with the prefix of a known service."""
    for match in _KNOWN_TOKEN.finditer(text):
        yield Secret("api_secret", *match.span())
    for match in _TOKEN.finditer(text):
        before = text[max(0, match.start() - _TOKEN_REACH) : match.start()].rpartition(STOP)[2]
        if _CALLED_SECRET.search(before) and _is_random(match[0]):
            yield Secret("api_secret", *match.span())


def verification_codes(text: str) -> Iterator[Secret]:
    """Find codes of four to eight digits, also in two halves, with a word for code before or after them."""
    if not (_CALLED_CODE.search(text) or "code" in text.lower()):
        return
    for match in _CODE.finditer(text):
        start, end = match.span("digits")
        before = text[max(0, start - _FAR) : start].rpartition(STOP)[2]
        after = text[end : end + _FAR].partition(STOP)[0]
        if not _is_called_code(match["digits"], before, after) or _INSIDE_NUMBER.search(before[-3:]):
            continue
        if not (is_reference(text, start) or is_money(text, start, end) or is_counted(text, end)):
            yield Secret("verification_code", start, end)


def _is_called_code(digits: str, before: str, after: str) -> bool:
    usual = len(digits) == 6 or not digits.isdigit()
    if not usual and _ERROR.search(before):
        return False
    if _YEAR.fullmatch(digits) and not re.search(r"[:=是為为係]\s*$", before):
        return False
    reach = _FAR if usual else _NEAR
    called = [len(before) - match.end() for match in _CALLED_CODE.finditer(before)]
    called += [match.start() for match in _CALLED_CODE.finditer(after)]
    if any(distance <= reach for distance in called):
        return True
    return usual and _MERE_CODE.search(before) is not None


def _is_random(token: str) -> bool:
    """Return whether a token has letters and digits, and is no wallet address (0x…, or base58 with a checksum)."""
    if token.startswith(("0x", "0X")) or not re.search(r"\d", token) or not re.search(r"[A-Za-z]", token):
        return False
    try:
        return not is_base58check(base58_bytes(token))
    except ValueError:
        return True


def _language(word: str) -> str:
    """Return the BIP-39 language of `word`, "english" or "chinese"; "" if no list has it."""
    if not word.isascii():
        return "chinese" if word in _words("chinese_simplified") or word in _words("chinese_traditional") else ""
    return "english" if word in _words("english") else ""


@cache
def _words(language: str) -> frozenset[str]:
    """Return a BIP-39 word list from the data of the package mnemonic."""
    from importlib.resources import files

    listed = files("mnemonic").joinpath("wordlist", f"{language}.txt").read_text(encoding="utf-8")
    return frozenset(unicodedata.normalize("NFKC", listed).split())


SECRET_FINDERS = (seed_phrases, private_keys, api_secrets, verification_codes, passwords)
