"""What the bot itself says: complete in every script, and written in that script only."""

from typing import get_args

import pytest

from supportbot.answering.messages import Message, message
from supportbot.text import scripts
from supportbot.text.folding import clean, normalise
from supportbot.text.scripts import SCRIPTS, Script

MESSAGES: tuple[Message, ...] = get_args(Message)
VALUES = {"date": "2026-02-12", "length": "2001", "limit": "2000"}


def say(name: Message, script: Script) -> str:
    return message(name, script, **VALUES)


@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_exists_in_every_script_with_the_same_values_in_it(name: Message) -> None:
    said = {script: say(name, script) for script in SCRIPTS}
    for text in said.values():
        assert clean(text)
        assert not set("{}") & set(text)
    assert len({frozenset(value for value in VALUES.values() if value in text) for text in said.values()}) == 1


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_holds_no_character_of_the_other_script(name: Message) -> None:
    for script in ("hant", "hans"):
        chinese = [character for character in say(name, script) if scripts.detect(character) != "latin"]
        assert {scripts.detect(character, default=script) for character in chinese} <= {script}
    assert scripts.detect(say(name, "latin")) == "latin"


@pytest.mark.parametrize("name", MESSAGES)
def test_traditional_and_simplified_say_the_same(name: Message) -> None:
    assert normalise(say(name, "hant")) == normalise(say(name, "hans"))


def test_the_values_stand_where_the_message_wants_them() -> None:
    assert message("updated", "hant", date="2026-02-12") == "更新於 2026-02-12"
    assert message("updated", "hans", date="2026-02-12") == "更新于 2026-02-12"
    assert message("updated", "latin", date="2026-02-12") == "updated 2026-02-12"
    for script in SCRIPTS:
        text = message("long_question", script, length=2001, limit=2000)
        assert text.index("2001") < text.index("2000")


def test_a_value_with_braces_is_shown_as_it_is() -> None:
    assert message("updated", "latin", date="{limit}") == "updated {limit}"


def test_a_refusal_says_that_no_article_answers_and_names_a_person_to_ask() -> None:
    assert "沒有文章能回答" in message("declined", "hant")
    assert "人工客服" in message("declined", "hant")
    assert "没有文章能回答" in message("declined", "hans")
    assert "no article" in message("declined", "latin")
