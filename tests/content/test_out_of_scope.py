"""`corpus/out_of_scope.yaml`: questions that no article answers."""

from pathlib import Path

import pytest

from supportbot import settings as settings_room
from supportbot.content import out_of_scope as out_of_scope
from supportbot.errors import SourceError
from supportbot.serving.opening import load_encoder, prepare
from supportbot.settings import Settings


def write(corpus: Path, text: str) -> None:
    corpus.mkdir(exist_ok=True)
    (corpus / out_of_scope.FILE_NAME).write_text(text, encoding="utf-8")


def test_questions_are_read_in_order_each_once(tmp_path: Path) -> None:
    first, second = "提幣: [提錯鏈怎麼辦？, 手續費多少]", "其他: [手續費多少, Tax report?]"
    write(tmp_path, f"version: 1\ntopics:\n  {first}\n  {second}\n")
    assert out_of_scope.read(tmp_path) == ("提錯鏈怎麼辦？", "手續費多少", "Tax report?")


def test_the_file_is_optional(tmp_path: Path) -> None:
    assert out_of_scope.read(tmp_path) == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "expected the keys version and topics"),
        ("version: 1\n", "expected the keys version and topics"),
        ("version: 1\ntopics: {}\nmore: 1\n", "expected the keys version and topics"),
        ("version: 7\ntopics: {}\n", ":1: version: expected 1, got 7"),
        ("version: 1\ntopics: [a]\n", "topics: expected lists of questions by topic"),
        ("version: 1\ntopics:\n  提幣: 一個問題\n", ":3: 提幣: expected a list of questions, got '一個問題'"),
        ("version: 1\ntopics:\n  提幣:\n    - 12\n", ":4: 提幣: expected a question of at most 500 characters, got 12"),
        ("version: 1\ntopics:\n  提幣:\n    - ' '\n", "expected a question of at most 500 characters"),
        ("version: 1\ntopics:\n  提幣:\n    - " + "長" * 501, ":4: 提幣: expected a question"),
        ("version: 1\ntopics:\n  a: [b\n", "not valid YAML"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, text: str, fault: str) -> None:
    write(tmp_path, text)
    with pytest.raises(SourceError) as error:
        out_of_scope.read(tmp_path)
    assert fault in str(error.value)
    assert "\n" not in str(error.value)


def test_a_changed_list_makes_a_new_index_that_embeds_only_what_is_new(settings: Settings) -> None:
    encoder = load_encoder(settings)
    prepare(settings, encoder=encoder)
    write(settings.corpus, "version: 1\ntopics:\n  提幣: [提錯鏈怎麼辦？, 手續費多少]\n")
    built = prepare(settings, encoder=encoder)
    assert built is not None
    assert built.embedded == 2
    assert prepare(settings, encoder=encoder) is None
    write(settings.corpus, "version: 1\ntopics:\n  提幣: [手續費多少]\n")
    again = prepare(settings_room.load(**settings.model_dump()), encoder=encoder)
    assert again is not None
    assert again.embedded == 0
