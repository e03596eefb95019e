"""Pieces: the smallest parts of a chunk that an answer may show or leave out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from supportbot.index.chunking import LEADS_IN, Block, Chunk, table

PieceKind = Literal["line", "item", "step", "header", "row", "note", "code"]


@dataclass(frozen=True, slots=True)
class Piece:
    """The smallest part of a chunk that an answer may show or leave out.

    A line of a paragraph, an item of a list with what belongs to it, a step, a row of a table, a note, or code.
    `block` is the place of its block in the chunk. The texts of all pieces in order are the lines of the chunk's text.

    >>> [piece.text for piece in cut(chunk)]
    """

    kind: PieceKind
    text: str
    block: int


def cut(chunk: Chunk) -> tuple[Piece, ...]:
    """Return the pieces of a chunk, in order."""
    found: list[Piece] = []
    for place, block in enumerate(chunk.blocks):
        if block.kind == "table":
            kinds: list[PieceKind] = ["header", *(["row"] * (len(block.rows) - 1))]  # type: ignore[list-item]
            found += (Piece(kind, " | ".join(row), place) for kind, row in zip(kinds, block.rows, strict=True))
        elif block.kind == "step":
            found.append(Piece("step", f"{block.number}. {block.text}", place))
        elif block.kind in ("note", "code"):
            found.append(Piece("note" if block.kind == "note" else "code", block.text, place))
        else:
            found += (Piece("item" if _is_item(text) else "line", text, place) for text in _items(block.text))
    return tuple(found)


def _items(text: str) -> Iterator[str]:
    """Yield the lines of a paragraph, each item of a list with the indented lines below it."""
    item: list[str] = []
    for line in text.split("\n"):
        if item and not (line.startswith("  ") and _is_item(item[0])):
            yield "\n".join(item)
            item = []
        item.append(line)
    yield "\n".join(item)


def _is_item(text: str) -> bool:
    return text.startswith("- ")


def leads_in(piece: Piece) -> bool:
    """Return whether a piece is a line that leads in to what follows."""
    return piece.kind == "line" and LEADS_IN.search(piece.text) is not None


def only(chunk: Chunk, shown: Sequence[int]) -> Chunk:
    """Return the chunk with the pieces at these places alone."""
    whole = cut(chunk)
    if len(shown) == len(whole):
        return chunk
    blocks = []
    for place, group in groupby((whole[place] for place in shown), key=lambda piece: piece.block):
        blocks.append(_only(chunk.blocks[place], whole, [*group]))
    return replace(chunk, blocks=tuple(blocks))


def _only(block: Block, whole: Sequence[Piece], own: Sequence[Piece]) -> Block:
    if block.kind == "table":
        members = [piece for piece in whole if piece.block == own[0].block]
        rows = tuple(row for piece, row in zip(members, block.rows, strict=True) if any(piece is one for one in own))
        return replace(table(rows), platform=block.platform)
    return replace(block, text="\n".join(piece.text for piece in own)) if block.kind == "paragraph" else block
