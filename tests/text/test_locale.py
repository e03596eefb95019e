"""Language tags, and the script that their readers get."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportbot.text.locale import LOCALES, locale_of, preferred, region_of, script_of
from supportbot.text.scripts import SCRIPTS, Script

LANGUAGES: dict[str, str | None] = json.loads(
    Path(__file__).parents[1].joinpath("data/languages.json").read_text("utf-8")
)
"""The language of each tag, for the tests of `shared/locale.js` too."""

TAGS: list[tuple[str, Script | None]] = [
    ("zh-Hant-CN", "hant"),
    ("zh-Hant-SG", "hant"),
    ("zh-Hant-MY", "hant"),
    ("zh-Hans-TW", "hans"),
    ("zh-Hans-HK", "hans"),
    ("zh-CN", "hans"),
    ("zh-SG", "hans"),
    ("zh-MY", "hans"),
    ("zh-TW", "hant"),
    ("zh-HK", "hant"),
    ("zh-MO", "hant"),
    ("ZH_hans_tw", "hans"),
    ("zh_cn", "hans"),
    ("zh-yue-HK", "hant"),
    ("yue", "hant"),
    ("yue-CN", "hans"),
    ("yue-Hant-CN", "hant"),
    ("zh", "hant"),
    ("zh-US", "hant"),
    ("zh-TW-u-rg-cnzzzz", "hant"),
    ("en", "latin"),
    ("en-CN", "latin"),
    ("fr-FR", "latin"),
    ("x-klingon", "latin"),
    ("", None),
    ("-", "latin"),
    ("12", "latin"),
    ("💥", "latin"),
    ("zh" * 4000, "latin"),
    (" zh-CN ", "hans"),
]


@pytest.mark.parametrize(("tag", "language"), LANGUAGES.items())
def test_the_language_of_a_tag_is_that_of_the_scripts_of_the_pages(tag: str, language: str | None) -> None:
    assert locale_of(tag) == language


@pytest.mark.parametrize(("tag", "script"), TAGS)
def test_the_script_of_a_tag(tag: str, script: Script | None) -> None:
    assert script_of(tag) == script


@given(st.text() | st.from_regex(r"(zh|yue|en)([-_][A-Za-z0-9]*)*"))
def test_any_text_is_safe(text: str) -> None:
    assert script_of(text) in (None, *SCRIPTS)
    assert preferred(text) in (None, *LOCALES)


def test_what_is_behind_the_length_of_a_tag_does_not_count() -> None:
    assert locale_of("zh" + "-abcdefgh" * 100_000 + "-CN") == "zh-Hant"


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("zh-Hant-CN", "zh-Hant"),
        ("fr-FR,en;q=0.3,zh-CN;q=0.7", "zh-Hans"),
        ("en;q=0,zh-CN;q=0.1", "zh-Hans"),
        ("en-GB;q=0.2, zh-HK;q=0.2", "en"),
        ("fr", None),
        ("*", None),
        ("", None),
        ("zh;q=2,,;;=, en", "zh-Hant"),
        (",".join(["fr"] * 5000 + ["en"]), None),
    ],
)
def test_the_language_that_a_browser_prefers(header: str, locale: str | None) -> None:
    assert preferred(header) == locale


@pytest.mark.parametrize(
    ("tag", "region"),
    [("zh-HK", "hk"), ("zh-Hant-MO", "hk"), ("yue-HK", "hk"), ("zh-TW", "tw"), ("zh", "tw"), (None, None)],
)
def test_the_region_tells_the_forms_of_characters(tag: str | None, region: str | None) -> None:
    assert region_of(tag) == region
