"""Find personal data: cards, documents, contacts, wallet addresses and transactions.

Numbers with check digits are verified; numbers without count only if the text names what they are. The package
phonenumbers (Google's libphonenumber) validates phone numbers. Wallet addresses are base58check, bech32 (BIP-173,
BIP-350) or hexadecimal with 0x.
"""

import re
from collections.abc import Iterator

from supportbot.privacy.checksums import (
    BITCOIN_DIGITS,
    RIPPLE_DIGITS,
    base58_bytes,
    is_base58check,
    is_bech32,
    is_hong_kong_id,
    is_iban,
    is_luhn,
    is_resident_id,
    is_taiwan_id,
)
from supportbot.privacy.finding import ANY_CASE, STOP, Secret
from supportbot.privacy.numbers import is_money, is_reference
from supportbot.privacy.secrets import HEX_KEY, is_hash_talk
from supportbot.text.han import HAN

PHONE_REGIONS = ("TW", "CN", "HK", "US")
"""The regions whose phone numbers are recognised without a country code."""

_CONTEXT = 20
"""How near a number the word for card or phone must be, in characters."""

_AT = re.compile("@")
_LOCAL_PART_BACKWARDS = re.compile(r"[a-z0-9_%+'-][a-z0-9._%+'-]{0,63}", ANY_CASE)
_HAN_PART_BACKWARDS = re.compile(f"[{HAN}]{{1,20}}")
_DOMAIN = re.compile(r"(?:[a-z0-9][a-z0-9-]{0,62}\.){1,8}[a-z]{2,24}(?![a-z0-9])", ANY_CASE)
_HAN_DOMAIN = re.compile(
    rf"(?:[{HAN}a-z0-9-]{{1,63}}\.){{1,8}}(?:台[灣湾]|中[國国]|香港|公司|[網网][絡络址店])", ANY_CASE
)

_DIGITS = re.compile(r"\d+", re.ASCII)
_CALLED_CARD = re.compile(
    r"卡(?![在住了著着到])|(?<![a-z])(?:card|visa|mastercard|jcb|amex|unionpay|debit|credit)(?![a-z])",
    ANY_CASE,
)
_CARD = re.compile(r"4\d{15}(?:\d{3})?|5[1-5]\d{14}|3[47]\d{13}|6[0245]\d{14,17}|81\d{14,17}|35\d{14}")
_CARD_GROUPS = {(4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 4, 4, 4, 2), (4, 4, 4, 4, 1), (4, 6, 5), (6, 13), (4, 6, 4)}
_SECURITY_DIGITS = re.compile(
    r"(?:(?<![a-z])(?:cvv2?|cvc2?|csc)|安全[碼码])[\s:是為为]{0,4}(?P<digits>\d{3,4})(?![0-9a-z])", ANY_CASE
)

_RESIDENT_ID = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}[ -]?(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[0-9Xx]"
    r"(?![0-9A-Za-z])"
)
_TAIWAN_ID = re.compile(r"(?<![0-9A-Za-z])[A-Z][1289]\d{8}(?![0-9A-Za-z])", ANY_CASE)
_HONG_KONG_ID = re.compile(
    r"(?<![0-9A-Za-z])[A-Z]{1,2}(?: ?(?=\d{6} ?[(（]))?\d{6}(?: ?(?P<open>[(（]) ?[0-9A][)）]|[0-9A](?![0-9A-Za-z]))",
    ANY_CASE,
)
_CALLED_ID = re.compile(r"身[份分][證证]|(?<![a-z])(?:hkid|id card|identity card)(?![a-z])", ANY_CASE)
_PASSPORT_AFTER = re.compile(
    rf"(?:[護护]照|(?<![a-z])passport)(?:[^0-9A-Za-z\n{STOP}]|(?<![a-z])(?:no|num|number|is|was)(?![a-z])){{0,14}}"
    r"(?P<number>[a-z]{1,2}\d{6,9}|\d{9})(?![0-9a-z])",
    ANY_CASE,
)
_PASSPORT_BEFORE = re.compile(
    rf"(?<![0-9a-z])(?P<number>[a-z]{{1,2}}\d{{7,9}})(?=[^0-9A-Za-z\n{STOP}]{{0,6}}(?:[護护]照|passport(?![a-z])))",
    ANY_CASE,
)

_PHONE = re.compile(
    r"(?P<international>(?:\+|(?<![0-9A-Za-z])00[ -]?(?=[1-9])) ?\(?\d{1,3}\)?(?:[ .()/-]{0,2}\d){6,13})(?!\d)"
    r"|(?<![0-9A-Za-z+])(?<!\d\.)(?P<local>09\d\d(?: ?[./-] ?| )?\d{3}(?: ?[./-] ?| )?\d{3}"
    r"|1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\(0\d{1,3}\) ?\d{3,4}[ -]?\d{3,4}|0\d{1,2}[ -]\d{3,4}[ -]\d{3,4}|0\d{1,3}-\d{7,8}"
    r"|(?:\(\d{3}\) ?|\d{3}[.-])\d{3}[.-]\d{4})(?![0-9A-Za-z]|\.\d)"
    r"|(?<![0-9A-Za-z+])(?<!\d[.,-])(?P<called>\(?\d{1,4}\)?(?:[ .-]?\d){5,12})(?![0-9A-Za-z]|[.,-]\d)",
    re.ASCII,
)
_SHORTEST_ABROAD = 8
_CALLED_PHONE = re.compile(
    r"手[機机]|[電电][話话]|[門门][號号]|[聯联][絡络系]|[聯联][繫系]|微信|打[給给來来]|[簡简短][訊讯信]|(?<![單单照證证卡])[號号][碼码]"
    r"|(?<![a-z])(?:whats\s?app|telegram|line|tel|phone|mobile|cell|call|sms|fax)(?![a-z])",
    ANY_CASE,
)

_HEX_ADDRESS = re.compile(r"(?<![0-9A-Za-z])0x[0-9a-f]{40}(?![0-9A-Za-z])", ANY_CASE)
_BASE58_ADDRESS = re.compile(r"(?<![0-9A-Za-z])[1-9A-HJ-NP-Za-km-z]{25,44}(?![0-9A-Za-z])")
_BECH32_ADDRESS = re.compile(r"(?<![0-9A-Za-z])[a-z]{1,12}1[02-9ac-hj-np-z]{6,100}(?![0-9A-Za-z])", ANY_CASE)
_IBAN = re.compile(r"(?<![0-9A-Za-z])(?=(?P<account>[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30})(?![A-Z0-9]))", ANY_CASE)


def emails(text: str) -> Iterator[Secret]:
    """Find e-mail addresses: an @ between a local part and a domain."""
    for match in _AT.finditer(text):
        at = match.start()
        backwards, domain = text[max(0, at - 64) : at][::-1], text[at + 1 : at + 255]
        local, rest = _LOCAL_PART_BACKWARDS.match(backwards), _DOMAIN.match(domain)
        if not (local and rest):
            local = local or _HAN_PART_BACKWARDS.match(backwards)
            rest = _HAN_DOMAIN.match(domain)
        if local and rest:
            yield Secret("email", at - local.end(), at + 1 + rest.end())


def cards(text: str) -> Iterator[Secret]:
    """Find card numbers (13 to 19 digits, grouped or not, that pass the Luhn test) and named card security codes."""
    for match in _SECURITY_DIGITS.finditer(text):
        yield Secret("card", *match.span("digits"))
    groups: list[tuple[int, int]] = []
    for match in _DIGITS.finditer(text):
        if groups and text[groups[-1][1] : match.start()] not in {" ", "-", " - ", "."}:
            groups.clear()
        groups = [*groups[-5:], match.span()]
        # The longest run that ends here; what goes on with another group is tried again there.
        for first in range(len(groups)):
            if _is_card(text, groups[first:]):
                yield Secret("card", groups[first][0], groups[-1][1])
                break


def documents(text: str) -> Iterator[Secret]:
    """Find identity numbers of mainland China, Taiwan and Hong Kong by their check digits."""
    for match in _RESIDENT_ID.finditer(text):
        if is_resident_id(re.sub("[ -]", "", match[0]).upper()):
            yield Secret("national_id", *match.span())
    for match in _TAIWAN_ID.finditer(text):
        if is_taiwan_id(match[0].upper()):
            yield Secret("national_id", *match.span())
    for match in _HONG_KONG_ID.finditer(text):
        called = match["open"] or _CALLED_ID.search(text, max(0, match.start() - _CONTEXT), match.start())
        if called and is_hong_kong_id(re.sub("[^0-9A-Z]", "", match[0].upper())):
            yield Secret("national_id", *match.span())


def passports(text: str) -> Iterator[Secret]:
    """Find passport numbers next to the word for passport."""
    for pattern in (_PASSPORT_AFTER, _PASSPORT_BEFORE):
        for match in pattern.finditer(text):
            if not is_reference(text, match.start("number")):
                yield Secret("passport", *match.span("number"))


def phones(text: str) -> Iterator[Secret]:
    """Find valid phone numbers that are written like one, or that have a word for phone near them."""
    match = _PHONE.search(text)
    while match:
        end = match.start() + len(_phone(text, match))
        if end > match.start():
            yield Secret("phone", match.start(), end)
        else:  # what follows the first digits may be a number by itself
            first = _DIGITS.search(text, match.start())
            end = first.end() if first else match.end()
        match = _PHONE.search(text, end)


def wallet_addresses(text: str) -> Iterator[Secret]:
    """Find wallet addresses: 0x and 40 digits (Ethereum), valid checksum (Bitcoin …), or 32 base58 bytes (Solana)."""
    for match in _HEX_ADDRESS.finditer(text):
        yield Secret("wallet_address", *match.span())
    for match in _BASE58_ADDRESS.finditer(text):
        if _is_base58_address(match[0]):
            yield Secret("wallet_address", *match.span())
    for match in _BECH32_ADDRESS.finditer(text):
        if is_bech32(match[0]):
            yield Secret("wallet_address", *match.span())


def transaction_hashes(text: str) -> Iterator[Secret]:
    """Find runs of 64 hexadecimal digits in a text that speaks of hashes; elsewhere they count as private keys."""
    if is_hash_talk(text):
        for match in HEX_KEY.finditer(text):
            yield Secret("transaction_hash", *match.span())


def ibans(text: str) -> Iterator[Secret]:
    """Find IBANs with the length of their country and valid check digits, grouped or not."""
    for match in _IBAN.finditer(text):
        account = match["account"]
        while account and not is_iban(account.replace(" ", "").upper()):
            account = account.rpartition(" ")[0]  # the last group belongs to something else
        if account:
            yield Secret("iban", match.start(), match.start() + len(account))


def _is_card(text: str, groups: list[tuple[int, int]]) -> bool:
    if not 13 <= sum(last - first for first, last in groups) <= 19:
        return False
    start, end = groups[0][0], groups[-1][1]
    number = "".join(text[slice(*group)] for group in groups)
    if number[0] == "0" or re.match("[A-Za-z]", text[start - 1 : start]) or not is_luhn(number):
        return False
    called = _CALLED_CARD.search(text, max(0, start - _CONTEXT), end + _CONTEXT) is not None
    grouped = len(groups) > 1 and tuple(last - first for first, last in groups) in _CARD_GROUPS
    if is_reference(text, start) and not grouped:
        return False
    return called or ((grouped or len(groups) == 1) and _CARD.fullmatch(number) is not None)


def _phone(text: str, match: re.Match[str]) -> str:
    """Return the phone number at the start of `match`, a match of `_PHONE`; "" if there is none."""
    number = match[0]
    if number[0] != "+" and (is_reference(text, match.start()) or is_money(text, *match.span())):
        return ""
    if match["international"]:
        while len(number) >= _SHORTEST_ABROAD and not _is_phone(number, international=True):
            number = number.rstrip("0123456789").rstrip(" .()/-")  # the last group belongs to something else
        return number if len(number) >= _SHORTEST_ABROAD else ""
    return number if (match["local"] or _is_called_phone(text, *match.span())) and _is_phone(number) else ""


def _is_called_phone(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _CONTEXT) : start].rpartition(STOP)[2]
    after = text[end : end + _CONTEXT].partition(STOP)[0]
    return _CALLED_PHONE.search(before) is not None or _CALLED_PHONE.search(after) is not None


def _is_phone(number: str, *, international: bool = False) -> bool:
    """Return whether the number is valid abroad or, unless `international`, in one of `PHONE_REGIONS`."""
    import phonenumbers

    digits = re.sub(r"\D", "", number)
    abroad = [("+" + digits.removeprefix("00"), None)]
    local = [(digits, region) for region in PHONE_REGIONS]
    for spelled, region in abroad if international else [*local, *abroad]:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(spelled, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


def _is_base58_address(text: str) -> bool:
    raw = base58_bytes(text)
    if len(raw) == 32:
        return len(text) >= 43 and re.search(r"\d", text) is not None
    return any(
        len(raw) == 25 and is_base58check(raw)
        for digits in (BITCOIN_DIGITS, RIPPLE_DIGITS)
        if (raw := base58_bytes(text, digits))
    )


PERSONAL_FINDERS = (
    ibans,
    wallet_addresses,
    transaction_hashes,
    emails,
    documents,
    passports,
    cards,
    phones,
)
