"""Pieces: every line of a chunk is in one, and a chunk can be cut down to some."""

import pytest

from supportbot.content.articles import Article
from supportbot.index import pieces
from supportbot.index.chunking import Chunk, split

BODY = """請先對照下表：

- E01：進水壓力不足
  請檢查進水閥。
- E02：漏水

| 型號 | 保固 |
| --- | --- |
| M1 | 1 年 |
| M2 | 2 年 |

1. 打開設定。
2. 輸入：

```
reset
  now
```

> 注意：不要拔電源。
"""


@pytest.fixture(scope="module")
def chunks() -> list[Chunk]:
    return split(Article("codes", "錯誤代碼", BODY))


def test_the_pieces_of_a_chunk_are_its_lines(chunks: list[Chunk]) -> None:
    found = [[(piece.kind, piece.text) for piece in pieces.cut(chunk)] for chunk in chunks]
    assert found == [
        [
            ("line", "請先對照下表："),
            ("item", "- E01：進水壓力不足\n  請檢查進水閥。"),
            ("item", "- E02：漏水"),
            ("header", "型號 | 保固"),
            ("row", "M1 | 1 年"),
            ("row", "M2 | 2 年"),
        ],
        [("step", "1. 打開設定。"), ("step", "2. 輸入："), ("code", "reset\n  now")],
        [("note", "注意：不要拔電源。")],
    ]
    for chunk in chunks:
        assert "\n".join(piece.text for piece in pieces.cut(chunk)) == chunk.text
    assert [pieces.leads_in(piece) for piece in pieces.cut(chunks[0])] == [True, False, False, False, False, False]


def test_a_chunk_with_some_pieces_alone_keeps_its_id_and_their_order(chunks: list[Chunk]) -> None:
    part = pieces.only(chunks[0], [0, 2, 3, 5])
    assert part.id == chunks[0].id
    assert [block.text for block in part.blocks] == ["請先對照下表：", "- E02：漏水", "型號 | 保固\nM2 | 2 年"]
    assert part.blocks[2].rows == (("型號", "保固"), ("M2", "2 年"))
    assert pieces.only(chunks[1], [0, 1, 2]) == chunks[1]
