"""Secrets in what customers write: seed phrases, private keys, passwords. They are warned, and it is taken out.

Whoever holds a seed phrase or a private key owns the coins, so what looks like one is taken as one. Transaction
hashes, which look like keys, survive where the text calls them so; a WIF or extended key has a checksum to tell.
Formats: BIP-39 (seed phrases), BIP-32 (extended keys), the Wallet Import Format (base58check).
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

SecretKind = Literal["seed_phrase", "private_key", "password"]

LEAST_WORDS = 9
"""So many words of a BIP-39 list in a row are a seed phrase, whole (12 and more) or in part; prose has fewer."""

REMOVED = "[…]"
"""What stands for a secret in text that goes on."""

_LIST_WORD = re.compile(r"[a-z]{3,8}(?![a-z])|[\u4e00-\u9fff](?![\u4e00-\u9fff])", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;，、；|/_-]*(?:[(（\[#]?\d{1,2}[.)）\]:：、]?[\s,，]*)?", re.ASCII)
_HEX_KEY = re.compile(r"(?<![0-9a-z])(?:0x)?[0-9a-f]{64}(?![0-9a-z])", re.IGNORECASE)
_BASE58 = re.compile(
    r"(?<![0-9A-Za-z])(?:[5KLc9][1-9A-HJ-NP-Za-km-z]{50,51}|[xyz]prv[1-9A-HJ-NP-Za-km-z]{100,112})(?![0-9A-Za-z])"
)
_CALLED_KEY = re.compile(r"私钥|私鑰|密钥|密鑰|private\s*key|secret\s*key|priv\s*key", re.IGNORECASE)
_CALLED_HASH = re.compile(
    r"哈希|雜湊|杂凑|hash|tx\s*id|txn?\b|交易[号號碼码單单]|transaction|區塊|区块|block", re.IGNORECASE
)
_PASSWORD = re.compile(
    r"(?:密[碼码]|口令|password|passwd|passcode|pass\s?phrase|\bpwd|\bpw)"
    r"(?:\s*(?P<sign>[:：=＝])|\s*(?:就?[是為为]|設成|设成|改成|\bis\b|\bwas\b))\s*[「『\"'“]?(?P<value>[!-~]{4,64})",
    re.IGNORECASE,
)
_BASE58_DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that stands in a text from `start` up to `end`."""

    kind: SecretKind
    start: int
    end: int


def secrets(text: str) -> tuple[Secret, ...]:
    """The secrets in `text` from left to right; none inside another."""
    found = sorted([*_seed_phrases(text), *_private_keys(text), *_passwords(text)], key=lambda one: one.start)
    kept: list[Secret] = []
    for secret in found:
        if not kept or secret.start >= kept[-1].end:
            kept.append(secret)
    return tuple(kept)


def redact(text: str, found: tuple[Secret, ...]) -> str:
    """`text` with `REMOVED` in the place of each secret of `found`."""
    parts, end = [], 0
    for secret in found:
        parts += [text[end : secret.start], REMOVED]
        end = secret.end
    return "".join([*parts, text[end:]])


def _seed_phrases(text: str) -> Iterator[Secret]:
    """Runs of words of one BIP-39 list with nothing but separators and numbers between them."""
    start, end, count, language = 0, 0, 0, ""
    for match in _LIST_WORD.finditer(text):
        spoken = _language(match[0].lower())
        joined = bool(language) and spoken == language and _BETWEEN.fullmatch(text, end, match.start()) is not None
        if not joined:
            if count >= LEAST_WORDS:
                yield Secret("seed_phrase", start, end)
            start, count, language = match.start(), 0, spoken
        count += bool(spoken)
        end = match.end()
    if count >= LEAST_WORDS:
        yield Secret("seed_phrase", start, end)


def _private_keys(text: str) -> Iterator[Secret]:
    called_key = _CALLED_KEY.search(text) is not None
    called_hash = _CALLED_HASH.search(text) is not None
    for match in _HEX_KEY.finditer(text):
        if called_key or not called_hash:
            yield Secret("private_key", *match.span())
    for match in _BASE58.finditer(text):
        if _has_checksum(match[0]):
            yield Secret("private_key", *match.span())


def _passwords(text: str) -> Iterator[Secret]:
    for match in _PASSWORD.finditer(text):
        value = match["value"]
        telling = match["sign"] or re.search(r"[\d!-/:-@\[-`{-~]", value.rstrip(".,!?;:)"))  # "my password is wrong"
        if telling and not value.startswith(("http", "//")):
            yield Secret("password", *match.span("value"))


def _language(word: str) -> str:
    """The BIP-39 list that holds `word`: "english" or "chinese", or nothing."""
    if word[0] >= "\u3400":
        return "chinese" if word in _words("chinese_simplified") or word in _words("chinese_traditional") else ""
    return "english" if word in _words("english") else ""


@cache
def _words(language: str) -> frozenset[str]:
    """A BIP-39 word list, as the package mnemonic carries it."""
    from importlib.resources import files

    listed = files("mnemonic").joinpath("wordlist", f"{language}.txt").read_text(encoding="utf-8")
    return frozenset(unicodedata.normalize("NFKC", listed).split())


def _has_checksum(text: str) -> bool:
    """Whether base58check text ends with its own checksum."""
    number = 0
    for character in text:
        number = number * 58 + _BASE58_DIGITS.index(character)
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]
