"""Pieces: which lines, items, steps and rows of an article belong to the answer."""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from supportbot.index.pieces import leads_in
from supportbot.index.store import Index
from supportbot.retrieval.channels import Query
from supportbot.text.folding import fold

ASKS_HOW = re.compile(
    r"如何|怎麼|怎么|怎樣|怎样|怎辦|怎办|點樣|点样|點做|咋|哪裡|哪里|哪兒|哪儿|在哪|步驟|步骤|流程|教我|教學|教学|"
    r"\bhow\b|\bwhere\b|\bsteps?\b",
    re.IGNORECASE,
)
CODE = re.compile(r"(?=.*[0-9])(?=.*[a-z])[a-z0-9_-]+|[0-9]{3,}")
"""What is a code among the words of a question: E03, 429; not the 7 of 7 天."""

# What a question asks for, and what a piece has that tells it; in folded text, which is in Simplified characters.
_KINDS = tuple(
    (re.compile(asked), re.compile(told))
    for asked, told in (
        (r"多少|几钱|几多|费|钱|元|价|收|\b(?:how much|price|cost|fee)", r"元|块|\$|费|%|免|价"),
        (
            r"多久|几时|何时|几天|几点|什么时候|时间|多长|期限|最晚|最快|\b(?:when|how long)\b",
            r"\d\s*(?:日|天|小时|分|秒|周|个月|年|时|点|:)|工作[日天]|[上下]午|每[日天周月]|随时|[立实]时|即[时刻]",
        ),
        (
            r"谁|边个|找哪|联[络系]|电话|哪里|哪儿|边度|地[址点]|\b(?:where|who|contact)\b",
            r"\d{3,}[- ]?\d{3,}|@|[路街楼号]",
        ),
        (r"为什么|为何|为啥|怎会|点解|原因|咋|\bwhy\b", r"因|由于|为了|以免|避免"),
        (
            r"可以|可唔可以|能|得唔得|可不可|行不行|吗|使唔使|要不要|需不需|是否|\b(?:can|may)\b",
            r"可|能|须|需|不|未|无|非|禁",
        ),
    )
)
ASKS_WHICH = re.compile(
    r"哪些|文件|材料|证件|要带|准备|资料|什么条件|有咩|\bwhich\b|\bdocuments?\b",
)
"""Whether folded text asks for all that a list has."""

_ROW_LABEL = re.compile(r"(?:- )?([^|:：，。；]{1,20}?)\s*[|:]")
NAMED, UNNAMED = 0.9, 0.3
"""The least probability of a row that is named by its label, and the largest of the others."""

MANY = 8
"""Only of so many rows or more, some are named by a word of their label."""

_LABEL = re.compile(r"(?:- )?([0-9]+)\s*[|:：]")

_LONGEST = 200
"""From so many characters on all pieces count as equally long."""

# A logit, fitted by `tests/help_centres/fit_pieces.py` on questions whose pieces are labelled.
_WEIGHTS: Mapping[str, float] = {
    "cover": 2.87,
    "cover_below": -0.26,
    "telling_cover": -3.92,
    "telling_cover_below": 3.11,
    "same": 1.10,
    "words": -1.95,
    "telling_words": 7.39,
    "code": 0.70,
    "share": 0.71,
    "cover_lacking": -1.45,
    "cover_below_lacking": 11.58,
    "telling_cover_lacking": 0.28,
    "telling_cover_below_lacking": 8.24,
    "same_lacking": -0.77,
    "words_lacking": 1.08,
    "telling_words_lacking": 2.44,
    "share_lacking": -0.38,
    "item": -0.84,
    "line": -0.56,
    "step": 0.84,
    "note": 0.45,
    "lead_in": -1.53,
    "headless": 0.30,
    "length": -0.26,
    "place": 0.03,
    "kind": 0.16,
    "listed": 1.91,
    "how_step": 1.36,
    "other_step": -0.52,
}
_BIAS = -0.25


def telling(index: Index, query: Query, passages: Sequence[tuple[int, float]]) -> dict[int, NDArray[np.float64]]:
    """Return how probably each piece of each chunk belongs to the answer, 0 to 1, by chunk row.

    A code of the question names items of lists, or rows of tables: the others do not belong to it, 0. A word names rows
    of a long table by their labels.

    `passages` are the chunks of one article with their shares, as `passages.passages` returns them.

    >>> telling(bot.index, query, passages(bot.index, query, hit.article_row))
    """
    rows = sorted(row for row, _ in passages)
    values = features(index, query, passages)
    scores = sum((_WEIGHTS[name] * one for name, one in values.items()), start=np.full(1, _BIAS))
    probable = 1 / (1 + np.exp(-scores))
    _bar(probable, index, rows, values["code"])
    _name(probable, index, rows, query)
    cuts = np.cumsum([len(index.pieces(row)) for row in rows])[:-1]
    return dict(zip(rows, np.split(probable, cuts), strict=True))


def _bar(probable: NDArray[np.float64], index: Index, rows: Sequence[int], code: NDArray[np.float64]) -> None:
    """Set all items and table rows to 1 or 0 if some have the code asked for."""
    listed = np.array([piece.kind in ("item", "row") for row in rows for piece in index.pieces(row)], bool)
    if code[listed].any():
        probable[listed] = code[listed]


def _name(probable: NDArray[np.float64], index: Index, rows: Sequence[int], query: Query) -> None:
    """Set the table rows, and items, whose labels a word of the question names to `NAMED` or more, others to less.

    Each list or table counts by itself, if it has at least `MANY` labels and a quarter of them or less have the word.
    """
    lists = defaultdict[tuple[int, int], list[tuple[int, str]]](list)
    pieces = ((row, piece) for row in rows for piece in index.pieces(row))
    for place, (row, piece) in enumerate(pieces):
        label = _ROW_LABEL.match(_folded(piece.text)) if piece.kind in ("item", "row") else None
        if label:
            lists[row, piece.block].append((place, label[1]))
    for labelled in lists.values():
        named = set[int]()
        for word in query.words if len(labelled) >= MANY else ():
            held = [place for place, label in labelled if len(word) > 1 and holds_word(label, word)]
            named |= {*held} if len(held) <= len(labelled) / 4 else set()
        for place, _ in labelled if named else ():
            probable[place] = max(probable[place], NAMED) if place in named else min(probable[place], UNNAMED)


def features(index: Index, query: Query, passages: Sequence[tuple[int, float]]) -> dict[str, NDArray[np.float64]]:
    """Return the features of the pieces of some chunks, in reading order, each of shape (pieces,).

    - `cover`: how well the piece covers the question's tokens, rare ones counting more; `cover_below`: the same for the
      piece with title and headings above it;
    - `telling_cover`, `telling_cover_below`: the same with each token weighted by how much better the best piece covers
      it than all do;
    - `same`: the share of the question's tokens that it has;
    - `words`: the share of the question's words that it has; `telling_words`: the same, rare ones in this article
      counting more;
    - `code`: 1 if it has a code of the question that few pieces have;
    - `share`: the logarithm of the chunk's share;
    - `item`, `line`, `step`, `note`: its kind; `lead_in`: 1 if it leads in to what follows; `headless`: 1 above the
      first heading; `length`, `place`: how long it is, how far down it stands, 0 to 1;
    - `kind`: 1 if it has what the question asks for: an amount, a time, a place or number, a reason, a permission;
    - `listed`: 1 for items if it is asked which; `how_step`, `other_step`: 1 for steps if it is asked how, or not.

    Names with `_lacking` are the same minus the largest value in the article.
    """
    rows = sorted(row for row, _ in passages)
    shares = dict(passages)
    pieces = [(row, piece) for row in rows for piece in index.pieces(row)]
    texts = [_folded(piece.text) for _, piece in pieces]
    asked = _folded(query.text)
    found = {**_cover(index, query, rows), **_words(query, texts)}
    found["share"] = np.log([max(shares[row], 1e-6) for row, _ in pieces])
    for name in (
        "cover",
        "cover_below",
        "telling_cover",
        "telling_cover_below",
        "same",
        "words",
        "telling_words",
        "share",
    ):
        found[f"{name}_lacking"] = found[name] - found[name].max()
    for kind in ("item", "line", "step", "note"):
        found[kind] = np.array([float(piece.kind == kind) for _, piece in pieces])
    found["lead_in"] = np.array([float(leads_in(piece)) for _, piece in pieces])
    found["headless"] = np.array([float(not index.chunk(row).heading_path) for row, _ in pieces])
    found["length"] = np.array([min(len(text), _LONGEST) / _LONGEST for text in texts])
    found["place"] = np.arange(len(pieces)) / len(pieces)
    wanted = [kind for kind, (question, _) in enumerate(_KINDS) if question.search(asked)]
    found["kind"] = np.array([float(any(kind in _told(text) for kind in wanted)) for text in texts])
    found["listed"] = found["item"] * (ASKS_WHICH.search(asked) is not None)
    found["how_step"] = found["step"] * (ASKS_HOW.search(query.text) is not None)
    found["other_step"] = found["step"] - found["how_step"]
    return found


def _cover(index: Index, query: Query, rows: Sequence[int]) -> dict[str, NDArray[np.float64]]:
    """Return the features that compare tokens. A piece without tokens is like nothing."""
    encoding = query.encoding
    cover = index.tokens.cover_pieces(query.tokens, encoding.token_ids, rows)
    starts = np.cumsum([0, *(len(index.pieces(row)) for row in rows)])
    near = np.full((len(query.tokens), starts[-1]), -1.0)
    above = np.full((len(query.tokens), len(rows)), -1.0)
    same = np.zeros((len(query.tokens), starts[-1]))
    own = cover.pieces > 0
    above[:, cover.chunks[~own]] = cover.near[:, ~own]
    places = starts[cover.chunks[own]] + cover.pieces[own] - 1
    near[:, places], same[:, places] = cover.near[:, own], cover.same[:, own]
    below = np.maximum(near, np.repeat(above, np.diff(starts), axis=1))
    weights = index.tokens.weights(encoding.token_ids)
    return {
        "cover": weights @ near,
        "cover_below": weights @ below,
        "telling_cover": _emphasised(weights, near) @ near,
        "telling_cover_below": _emphasised(weights, below) @ below,
        "same": weights @ same,
    }


def _emphasised(weights: NDArray[np.float32], near: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights times how much better the best piece covers each token than all do, with the sum 1."""
    telling: NDArray[np.float64] = weights * (near.max(axis=1) - near.mean(axis=1))
    return telling / max(float(telling.sum()), 1e-6)


def _words(query: Query, texts: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """Return the features that look for the words of the question."""
    whole = sum(query.words.values()) or 1.0
    words, telling, code = np.zeros(len(texts)), np.zeros(len(texts)), np.zeros(len(texts))
    for word, weight in query.words.items():
        holds = np.array([holds_word(text, word) for text in texts])
        if not holds.any():
            continue
        words += holds * weight / whole
        telling += holds * weight / whole * math.log(len(texts) / holds.sum()) / math.log(1 + len(texts))
        if CODE.fullmatch(word) and holds.sum() <= max(1, len(texts) / 4):
            code = np.maximum(code, holds)
        elif word.isdecimal():  # a short number is a code where it is the label of a row: 12 | 電池過熱
            labels = (_LABEL.match(text) for text in texts)
            code = np.maximum(code, [label is not None and label[1] == word for label in labels])
    return {"words": words, "telling_words": telling, "code": code}


def holds_word(text: str, word: str) -> bool:
    """Return whether folded text has a word of a question; Latin ones and numbers only as a whole."""
    if not word.isascii():
        return word in text
    return word in text and re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None


@lru_cache(maxsize=1 << 14)
def _folded(text: str) -> str:
    return fold(text)


@lru_cache(maxsize=1 << 14)
def _told(text: str) -> frozenset[int]:
    """Return the places in `_KINDS` of what a folded text tells."""
    return frozenset(kind for kind, (_, told) in enumerate(_KINDS) if told.search(text))
