"""The check digits of cards, documents, bank accounts and wallet addresses: what tells them from other numbers."""

import hashlib
import re
from collections.abc import Sequence

BITCOIN_DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
"""The digits of base58 in the order of Bitcoin, which most others use."""

RIPPLE_DIGITS = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
"""The digits of base58 in the order of the XRP Ledger."""

_BECH32_DIGITS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_RESIDUES = {1, 0x2BC830A3}  # BIP-173, BIP-350
_TAIWAN_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"  # from 10
_IBAN_LENGTHS = {
    country: int(length)
    for country, length in re.findall(
        r"([A-Z]{2})(\d\d)",
        """
    AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24
    FI18 FK18 FO18
    FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21
    LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22
    RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30""",
    )
}


def is_luhn(digits: str) -> bool:
    """Return whether the last of `digits` checks the others: cards (ISO/IEC 7812-1)."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(value - 9 * (value > 9) for value in doubled)) % 10 == 0


def is_resident_id(number: str) -> bool:
    """Return whether 17 digits and a digit or X are a Chinese resident identity number (GB 11643, MOD 11-2)."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17]


def is_taiwan_id(number: str) -> bool:
    """Return whether a letter and 9 digits are an identity number of Taiwan, a citizen's or a resident's."""
    letter = _TAIWAN_LETTERS.index(number[0]) + 10
    total = letter // 10 + letter % 10 * 9 + int(number[9])
    return (
        total + sum(int(digit) * weight for digit, weight in zip(number[1:9], range(8, 0, -1), strict=True))
    ) % 10 == 0


def is_hong_kong_id(number: str) -> bool:
    """Return whether one or two letters, 6 digits and a digit or A are an identity card number of Hong Kong."""
    values = [int(character, 36) for character in number]
    if len(values) == 8:
        values.insert(0, 36)  # a space before a single letter
    return sum(value * weight for value, weight in zip(values, range(9, 0, -1), strict=True)) % 11 == 0


def is_iban(account: str) -> bool:
    """Return whether capital letters and digits are a bank account number (ISO 13616; lengths of the IBAN registry)."""
    if _IBAN_LENGTHS.get(account[:2]) != len(account):
        return False
    return int("".join(str(int(character, 36)) for character in account[4:] + account[:4])) % 97 == 1


def base58_bytes(text: str, digits: str = BITCOIN_DIGITS) -> bytes:
    """Return the bytes of base58 `text`; leading zeros are bytes of their own. Raises `ValueError` for other text."""
    number = 0
    for character in text:
        number = number * 58 + digits.index(character)
    zeros = len(text) - len(text.lstrip(digits[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def is_base58check(raw: bytes) -> bool:
    """Return whether the last four bytes check the others: the start of their double SHA-256."""
    return hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def is_bech32(text: str) -> bool:
    """Return whether `text`, in one case, is bech32 with a valid checksum (BIP-173, BIP-350)."""
    prefix, _, data = text.lower().rpartition("1")
    if text not in {text.lower(), text.upper()} or not set(data) <= set(_BECH32_DIGITS):
        return False
    expanded = [ord(character) >> 5 for character in prefix] + [0] + [ord(character) & 31 for character in prefix]
    return _polymod([*expanded, *map(_BECH32_DIGITS.index, data)]) in _BECH32_RESIDUES


def _polymod(values: Sequence[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_BECH32_GENERATORS):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum
