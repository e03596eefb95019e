"""Cuts a run of text into the blocks it once was: a space where Chinese needs none is a line break that was lost."""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from supportbot.importers.listing.markers import SENTENCE_END
from supportbot.text import han

_STOPS = re.compile(rf"[{SENTENCE_END}][)）」』”’]*")
_CLOSERS = ")）」』”》%"
_OPENERS = "「『“《"
# A line does not end in these, and the next does not begin with these: there the space is only a space.
_UNFINISHED = re.compile(r"(?:[後后時时的和與与或並并及請请在了為为爲是到將将把被若如以從从向對对於于]|以及|或者)$")
_CONTINUES = re.compile(r"(?:[再並并或則则就及和與与才的]|即可|後|后)")
_OPENS_CLAUSE = re.compile(
    r"(?:請|请|若|如果|當|当|在|為了|为了|但|而|您|我|因此|所以|然後|然后|點擊|点击|打開|打开|進入|进入)"
)
_TITLE_NOUN = re.compile(
    r"(?:規則|规则|標準|标准|方式|方法|步驟|步骤|流程|說明|说明|介紹|介绍|指南|問題|问题|原因|條件|条件|要求|事項|事项|手法"
    r"|權益|权益|好處|好处|等級|等级|資格|资格|範圍|范围|詳情|详情|文章|處理|处理)$"
)
_LEADS_IN = re.compile(
    r"以下|如下|下列|下方|包括|分別|分别|有助|我們|我们|您|請|请|[,，、]|(?:需要|提供|文章|手法|方式|步驟|步骤)\s?[:：]$"
)
CASE = re.compile(
    r"(?:情況|情况|情形|場景|场景|方法|方式|方案)\s?([一二三四五六七八九十]{1,2}|\d{1,2})(?:\s?[:：]\s?|(?=\s|$))"
)
"""The name of one of several cases: 「情況二:…」."""

_GLUED_CASE = re.compile(rf"(?<=[{SENTENCE_END}])(?={CASE.pattern})")
MAX_TITLE = 24
MAX_QUESTION = 40
MAX_LABEL = 12


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of text. `glued`: no space stood before it although the sentence before was over.

    >>> Piece("如何提幣？").is_question
    True
    """

    text: str
    glued: bool = False
    new_line: bool = False

    @property
    def is_sentence(self) -> bool:
        """Whether it ends like a sentence."""
        return self.text.rstrip(_CLOSERS + "】")[-1:] in tuple(SENTENCE_END + ".")

    @property
    def is_question(self) -> bool:
        """Whether it is one short question, as headings are."""
        text = self.text
        return text[-1:] in ("?", "？") and 4 <= len(text) <= MAX_QUESTION and not re.search(r"[。；;：:]", text)

    @property
    def is_lead_in(self) -> bool:
        """Whether it announces what follows."""
        return self.text[-1:] in (":", "：")


def is_title(text: str, limit: int = MAX_TITLE) -> bool:
    """Return whether a text could be a heading: short, one phrase, not the beginning or the rest of a sentence."""
    return (
        2 <= len(text) <= limit
        and han.CHARACTER.search(text) is not None
        and not re.search(r"[。，,；;：:？?！!…【】→]", text)
        and text[0] not in "(（「『“《"
        and not _OPENS_CLAUSE.match(text)
        and not _UNFINISHED.search(text)
    )


def names_topic(text: str) -> bool:
    """Return whether a title ends in a noun that headings like to end in (規則, 流程, 常見問題)."""
    return is_title(text) and _TITLE_NOUN.search(text) is not None


def label_of(text: str) -> tuple[str, str] | None:
    """Return label and text, `("生日禮金", "每年…")` of 「生日禮金:每年…」; None where none begins it."""
    match = re.match(rf"([^。，,；;：:？?！!【】\n]{{2,{MAX_LABEL + 4}}})[:：]\s?(?![/\d])(\S.*)", text, re.DOTALL)
    if not match or not han.CHARACTER.search(match[1]) or len(match[1].replace(" ", "")) > MAX_LABEL:
        return None
    if re.match(r"例如|比如|示例|舉例|举例|例", match[1]) or re.search(r"[為为爲是]$", match[1]):
        return None
    return match[1].strip(), match[2]


def cut(text: str, *, before_list: bool = False) -> list[Piece]:
    """Return the blocks of a text between two marks. `before_list`: a list follows, so the end may be its title."""
    pieces: list[Piece] = []
    for line in text.split("\n"):
        spaced = list(_cut_at_spaces(line.strip()))
        for position, block in enumerate(spaced):
            ends_line = position == len(spaced) - 1
            cases = _at_cases(block)
            glued = [*cases[:-1], *_cut_off_heading(cases[-1], may_be_plain=not ends_line or before_list)]
            pieces += [
                Piece(part, glued=nth > 0, new_line=bool(pieces) and position == nth == 0)
                for nth, part in enumerate(glued)
            ]
    return [piece for piece in pieces if piece.text]


def _cut_at_spaces(line: str) -> list[str]:
    blocks: list[str] = []
    start = 0
    depth = 0
    scanned = 0
    for match in re.finditer(" ", line):
        at = match.start()
        for character in line[scanned:at]:
            if character in "(（【「『《“":
                depth += 1
            elif character in ")）】」』》”":
                depth = max(0, depth - 1)
            elif character in "。！？":
                depth = 0  # a bracket that is still open was never closed
        scanned = at
        if at and at + 1 < len(line) and _breaks(line, start, at, depth):
            blocks.append(line[start:at].strip())
            start = at + 1
    return [*blocks, line[start:].strip()]


def _breaks(line: str, start: int, at: int, depth: int) -> bool:
    """Return whether the space at `at` stands where a line break was."""
    left, right = line[at - 1], line[at + 1]
    if left in SENTENCE_END or (left in _CLOSERS and line[at - 2 : at - 1] in tuple(SENTENCE_END)):
        return depth == 0
    if left in ":：":
        fragment = line[max(start, at - MAX_LABEL * 2) : at]
        return at - start > MAX_LABEL * 2 or len(fragment) > 9 or _LEADS_IN.search(fragment) is not None
    if depth or not (han.CHARACTER.match(left) or left in _CLOSERS):
        return False
    tail = line[max(start, at - MAX_TITLE) : at]
    if right.isascii() and right.isalpha():
        fragment = _STOPS.split(tail)[-1]
        return len(fragment) <= MAX_LABEL and " " not in fragment and names_topic(fragment)
    if not (han.CHARACTER.match(right) or right in _OPENERS):
        return False
    return not _UNFINISHED.search(tail) and not _CONTINUES.match(line, at + 1)


def _at_cases(block: str) -> list[str]:
    """Return a block cut before the cases that are glued to the sentence before."""
    cuts = [0, *(match.start() for match in _GLUED_CASE.finditer(block)), len(block)]
    return [block[start:end] for start, end in itertools.pairwise(cuts)]


def _cut_off_heading(block: str, *, may_be_plain: bool) -> list[str]:
    """Return the heading that is glued to the end of a block, cut off: 「…恢復。更多規則」, 「…信息。如何修改?」."""
    window = block[-MAX_QUESTION - 2 :].rstrip()
    body = window[:-1] if window[-1:] in ("?", "？") else window
    stops = list(_STOPS.finditer(body))
    if not stops or stops[-1].end() == len(window):
        return [block]
    tail = window[stops[-1].end() :]
    is_heading = Piece(tail).is_question or (is_title(tail) and (may_be_plain or names_topic(tail)))
    return [block[: len(block) - len(tail)], tail] if is_heading else [block]


# --- pieces of one item, and runs of like pieces ---------------------------------------------------------------


def split_title(pieces: Sequence[Piece], *, limit: int = 40) -> tuple[str, list[Piece]]:
    """Return the title at the beginning (up to the question mark, else the first piece) and what follows it."""
    if not pieces:
        return "", []
    first = pieces[0].text
    question = re.match(r"[^。？?！!]{2,200}[?？]+(?:【[^】]{1,20}】)?", first)
    title = question[0] if question else first
    if len(title) > limit or (not question and pieces[0].is_sentence):
        return "", list(pieces)
    remainder = first[len(title) :].strip()
    return title, [*([Piece(remainder)] if remainder else []), *pieces[1:]]


def own_pieces(pieces: Sequence[Piece], *, titled: bool = False) -> tuple[list[Piece], list[Piece]]:
    """Return what of the text behind the last mark of a list is still the item, and what comes after the list."""
    end = 0
    for position, piece in enumerate(pieces):
        if position > 0 and (piece.glued or piece.new_line or piece.is_question):
            break
        end = position + 1
        if piece.is_sentence or (titled and position == 1):
            break
    return list(pieces[:end]), list(pieces[end:])


def joined(pieces: Sequence[Piece]) -> str:
    """Return the pieces as one line, with the spaces they had."""
    return "".join(f"{'' if piece.glued else ' '}{piece.text}" for piece in pieces).strip()


def run_of(pieces: Sequence[Piece], start: int, belongs: Callable[[Piece], bool]) -> list[Piece]:
    """Return the pieces from `start` on for which `belongs` holds."""
    return list(itertools.takewhile(belongs, (pieces[position] for position in range(start, len(pieces)))))


def clauses(pieces: Sequence[Piece], start: int) -> list[Piece]:
    """Return the pieces from `start` on that end in semicolons, with the one that ends the sentence."""
    run = run_of(pieces, start, lambda piece: piece.text[-1:] in (";", "；"))
    return [*run, *pieces[start + len(run) : start + len(run) + 1]] if run else []
