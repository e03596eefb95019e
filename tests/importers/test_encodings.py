"""Encodings: UTF-8 by its form; GB 18030 and Big5 told apart on pieces of real text, never wrongly."""

import io
import random
from collections import Counter
from pathlib import Path

import pytest

from supportbot.errors import SourceError
from supportbot.importers import Imported, Options, encodings, lines, stream
from supportbot.importers.result import read_text
from supportbot.text.scripts import convert

CORPUS = Path(__file__).parents[2] / "corpus" / "articles"
TEXT = "如何註冊帳戶？\n打開網站並點擊右上角的註冊。\n"


def pieces() -> list[str]:
    chance = random.Random(7)
    found = []
    for file in sorted(CORPUS.glob("*.md")):
        text = file.read_text(encoding="utf-8")
        for length in (6, 12, 30, 100, 600, 4000):
            for _ in range(3):
                start = chance.randrange(max(1, len(text) - length))
                piece = text[start : start + length]
                if sum("\u4e00" <= character <= "\u9fff" for character in piece) >= 3:
                    found.append(piece)
    return found


def test_no_piece_of_real_text_in_either_script_is_read_wrongly_and_few_are_refused() -> None:
    counts: Counter[str] = Counter()
    wrong = []
    for piece in pieces():
        for text in (convert(piece, source="hans", target="hant"), convert(piece, source="hant", target="hans")):
            for encoding in ("utf-8", "gb18030", "big5-hkscs", "cp950"):
                try:
                    data = text.encode(encoding)
                except UnicodeEncodeError:
                    continue
                try:
                    told = encodings.of_stream(io.BytesIO(data), Path("x"))
                except SourceError:
                    counts["refused"] += 1
                    continue
                counts["read"] += 1
                if data.decode(told) != text:
                    wrong.append((encoding, told, text[:40]))

    assert counts["read"] > 800
    assert wrong == []
    assert counts["refused"] <= counts["read"] * 0.02


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "big5-hkscs"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_text_is_read_in_any_of_them_whole_and_by_lines(encoding: str, end: str, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(TEXT.replace("\n", end).encode(encoding))

    assert read_text(file) == TEXT
    assert list(lines.of(file)) == list(enumerate(TEXT.splitlines(), 1))


@pytest.mark.parametrize(
    "data", [b"caf\xe9 au lait\n", b"\x80\x81\xff\xfe\n", "ﾃｽﾄです".encode("shift-jis"), b"\xa4\xa4"]
)
def test_what_is_not_sure_is_refused_with_advice(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"first\n" + data)

    with pytest.raises(
        SourceError, match=r"a\.txt:2: not UTF-8 text .*save it as UTF-8, or name its encoding"
    ) as caught:
        read_text(file)
    assert "\n" not in str(caught.value)


def test_an_encoding_that_is_given_counts_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes("中".encode("big5"))
    assert read_text(file, "big5") == "中"
    with pytest.raises(SourceError, match="unknown encoding 'klingon'; expected one such as utf-8"):
        read_text(file, "klingon")
    with pytest.raises(SourceError, match=r"not utf-8 text"):
        read_text(file, "utf-8")


def test_a_line_without_an_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE", 1000)
    file = tmp_path / "a.jsonl"
    file.write_text('{"title": "甲", "text": "乙"}\n{"title": "' + "a" * 5000, encoding="utf-8")
    with pytest.raises(SourceError, match=r"a\.jsonl:2: a line of more than 1,000 characters; split it"):
        list(stream(file, Options()))


def test_a_table_in_big5_becomes_articles(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("問題,答案\n如何註冊帳戶？,打開網站並點擊右上角的註冊。\n".encode("big5"))
    (one,) = [one for one in stream(file, Options()) if isinstance(one, Imported)]
    assert one.article.body == "打開網站並點擊右上角的註冊。\n"


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030", "big5"])
def test_what_a_text_is_is_told_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes("如何登入?\n打開網站。發佈於 2025年1月1日更新於 2025年1月2日9\n".encode(encoding))
    (one,) = [one for one in stream(file, Options()) if isinstance(one, Imported)]
    assert one.article.views == 9
