"""What the bot itself says: complete in every script; a corpus says it its own way, and its faults are named."""

from pathlib import Path

import pytest

from supportbot.content import messages
from supportbot.content.messages import MESSAGES, Message, Messages
from supportbot.errors import SourceError
from supportbot.text import scripts
from supportbot.text.folding import clean, normalise
from supportbot.text.scripts import SCRIPTS

CORPUS = Path(__file__).parents[2] / "corpus"
VALUES = {"date": "2026-02-12", "length": "2001", "limit": "2000", "title": "M077"}

both = pytest.mark.parametrize("say", [messages.general(), messages.read(CORPUS)], ids=["general", "the project's"])


def own(corpus: Path, text: str) -> Messages:
    (corpus / messages.FILE_NAME).write_text("version: 1\nmessages:\n" + text, encoding="utf-8")
    return messages.read(corpus)


@both
@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_exists_in_every_script_with_the_same_values_in_it(say: Messages, name: Message) -> None:
    said = {script: say(name, script, **VALUES) for script in SCRIPTS}
    for text in said.values():
        assert clean(text)
        assert not set("{}") & set(text)
    assert len({frozenset(value for value in VALUES.values() if value in text) for text in said.values()}) == 1


@both
@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_holds_no_character_of_the_other_script(say: Messages, name: Message) -> None:
    for script in ("hant", "hans"):
        chinese = [character for character in say(name, script, **VALUES) if scripts.detect(character) != "latin"]
        assert {scripts.detect(character, default=script) for character in chinese} <= {script}
    assert scripts.detect(say(name, "latin", **VALUES)) == "latin"


@both
@pytest.mark.parametrize("name", MESSAGES)
def test_traditional_and_simplified_say_the_same(say: Messages, name: Message) -> None:
    assert normalise(say(name, "hant", **VALUES)) == normalise(say(name, "hans", **VALUES))


def test_the_values_stand_where_the_message_wants_them() -> None:
    say = messages.general()
    assert say("updated", "hant", date="2026-02-12") == "更新於 2026-02-12"
    assert say("updated", "hans", date="2026-02-12") == "更新于 2026-02-12"
    assert say("updated", "latin", date="2026-02-12") == "updated 2026-02-12"
    for script in SCRIPTS:
        text = say("long_question", script, length=2001, limit=2000)
        assert text.index("2001") < text.index("2000")


def test_a_value_with_braces_is_shown_as_it_is() -> None:
    assert messages.general()("updated", "latin", date="{limit}") == "updated {limit}"


def test_a_refusal_says_that_no_article_answers_and_names_a_person_to_ask() -> None:
    say = messages.general()
    assert "沒有文章能回答" in say("declined", "hant")
    assert "人工客服" in say("declined", "hant")
    assert "没有文章能回答" in say("declined", "hans")
    assert "no article" in say("declined", "latin")


def test_only_the_projects_own_messages_speak_of_wallets() -> None:
    general, project = messages.general(), messages.read(CORPUS)
    for name in MESSAGES:
        for script in SCRIPTS:
            assert not [
                word for word in ("助記", "錢包", "钱包", "seed", "wallet") if word in general.texts[name][script]
            ]
    assert "錢包" in project("secret_shown", "hant")
    assert "seed phrase" in project("person", "latin")


# --- a corpus's own ----------------------------------------------------------------------------------------------


def test_a_corpus_without_the_file_has_the_general_messages(tmp_path: Path) -> None:
    assert messages.read(tmp_path) == messages.general()


def test_a_corpus_replaces_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    say = own(tmp_path, "  hello:\n    latin: Welcome to the clinic!\n  updated:\n    hant: 修訂：{date}\n")
    assert say("hello", "latin") == "Welcome to the clinic!"
    assert say("hello", "hant") == messages.general()("hello", "hant")
    assert say("updated", "hant", date=1) == "修訂：1"
    assert say("updated", "latin", date=1) == "updated 1"
    assert say("thanks", "hant") == messages.general()("thanks", "hant")


def test_a_chinese_script_that_is_left_out_is_converted_from_the_other(tmp_path: Path) -> None:
    assert own(tmp_path, "  hello: {hant: 歡迎來電！}\n")("hello", "hans") == "欢迎来电！"
    assert own(tmp_path, "  hello: {hans: 欢迎来电！}\n")("hello", "hant") == "歡迎來電！"
    assert own(tmp_path, "  hello: {hant: 歡迎光臨！, hans: 你好！}\n")("hello", "hans") == "你好！"


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("  greet: {hant: 早}\n", 3, "unknown message 'greet'; expected one of declined, nearest"),
        ("  hello: {zh: 早}\n", 3, "hello: unknown script 'zh'; expected hant, hans, latin"),
        ("  thanks:\n    latin: Hi\n  hello:\n    latin: 7\n", 6, "hello: latin: expected a text, got 7"),
        ("  hello: {latin: ' '}\n", 3, "hello: latin: expected a text, got ' '"),
        ("  hello: 早安\n", 3, "hello: expected texts by script (hant, hans, latin), got '早安'"),
        ("  hello: {}\n", 3, "hello: expected texts by script"),
        ("  updated: {latin: new}\n", 3, "updated: latin: expected exactly {date} in braces, got 'new'"),
        ("  updated:\n    hant: '{date} {time}'\n", 4, "updated: hant: expected exactly {date} in braces"),
        ("  updated: {latin: '{date.year}'}\n", 3, "updated: latin: expected exactly {date} in braces"),
        ("  updated: {latin: '{dat:e}'}\n", 3, "updated: latin: expected exactly {date} in braces"),
        ("  hello: {latin: 'a { b'}\n", 3, "hello: latin: expected exactly nothing in braces"),
        ("  hello: {latin: '{0.__class__}'}\n", 3, "hello: latin: expected exactly nothing in braces"),
        ("  long_question: {latin: '{limit}'}\n", 3, "expected exactly {length}, {limit} in braces"),
        ("  - hello\n", 2, "messages: expected texts by name and script"),
        ("  hello: {latin: [\n", None, "not valid YAML"),
    ],
)
def test_a_fault_is_named_with_its_file_and_line(tmp_path: Path, text: str, line: int | None, complaint: str) -> None:
    with pytest.raises(SourceError) as fault:
        own(tmp_path, text)
    assert complaint in str(fault.value)
    assert "\n" not in str(fault.value)
    assert fault.value.path == tmp_path / messages.FILE_NAME
    if line:
        assert fault.value.line == line


@pytest.mark.parametrize(
    "text", ["", "[]", "version: 1\n", "version: 2\nmessages: {}\n", "version: 1\nmessages: {}\na: 1\n"]
)
def test_another_form_of_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / messages.FILE_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(
        SourceError, match=r"messages\.yaml.*: (?:expected the keys version and messages|version: expected 1)"
    ):
        messages.read(tmp_path)
