"""Gives a run-together text its Markdown structure back: headings, steps, bullets, notes, questions and answers.

Nothing is added but punctuation, nothing is lost but the marks that became structure, and the order stays.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from supportbot.importers import markup
from supportbot.importers.listing import markers
from supportbot.importers.listing.markers import Part
from supportbot.importers.listing.pieces import (
    CASE,
    Piece,
    clauses,
    cut,
    is_title,
    joined,
    label_of,
    names_topic,
    own_pieces,
    run_of,
    split_title,
)

_ACTION = re.compile(r"【|點擊|点击|點選|点选|打開|打开|選擇|选择|輸入|输入|進入|进入")
_MAX_BULLET = 80
_MAX_CHILDREN = 20  # notes and bullets between two steps; more are a list of their own


@dataclass(frozen=True, slots=True)
class Structured:
    """A body as Markdown. `faults` say why it seems to be cut short; none when it looks complete.

    >>> to_markdown("1、打開【資產】2、點擊【提幣】").markdown
    '1. 打開【資產】\\n2. 點擊【提幣】\\n'
    """

    markdown: str
    faults: tuple[str, ...] = ()


def to_markdown(text: str) -> Structured:
    """Return the Markdown of a run-together text, whose lines are cleaned already."""
    marked = markers.cut(text)
    builder = _Builder(_sections_as_steps(marked.parts))
    builder.build()
    return Structured(markup.join(builder.blocks), tuple(dict.fromkeys([*marked.faults, *builder.faults])))


def _sections_as_steps(parts: Sequence[Part]) -> list[Part]:
    """Return the parts with sections as numbers where `一、二、` number sentences, not titles."""
    sections = [part for part in parts if part.kind == "section"]
    if len(sections) < len(parts) - 1 or not sections:
        return list(parts)
    if any(is_title(first.text) or first.is_question for part in sections for first in cut(part.text)[:1]):
        return list(parts)
    return [
        Part("number", part.mark, part.text, part.number, "section") if part.kind == "section" else part
        for part in parts
    ]


@dataclass(slots=True)
class _Item:
    number: int
    pieces: list[Piece]
    children: list[str] = field(default_factory=list)


class _Builder:
    """Turns parts into blocks from first to last; knows which headings are open."""

    def __init__(self, parts: list[Part]) -> None:
        self.blocks: list[str] = []
        self.faults: list[str] = []
        self._parts = parts
        self._section = False  # below a `一、` heading
        self._topic = False  # below another `##` heading
        self._platform = 0  # the level of the platform heading above, 0 for none
        self._cases = 0
        self._ends_open = False

    def build(self) -> None:
        position = 0
        if self._first_step_lost_its_mark():
            self._parts[0] = Part("number", "", self._parts[0].text, 1, self._parts[1].style)
        while position < len(self._parts):
            position = self._part(position)
        self._check_end()

    def _first_step_lost_its_mark(self) -> bool:
        """Return whether the text begins inside step 1, so that the first mark found is 2."""
        if len(self._parts) < 2 or self._parts[0].kind != "text":
            return False
        first = cut(self._parts[0].text)
        plain = not any(piece.is_question or piece.is_lead_in or piece.glued for piece in first)
        return self._parts[1].kind == "number" and self._parts[1].number == 2 and plain and len(first) <= 3

    def _check_end(self) -> None:
        last = self.blocks[-1] if self.blocks else ""
        if last.startswith("#"):
            self.faults.append(f"it ends with the heading {last.lstrip('# ')!r:.60} and no text below")
        elif self._ends_open or re.search(r"[,，、:：;；(（【「]$", last):
            self.faults.append(f"it ends in the middle: {last[-20:]!r}")

    # --- parts ---------------------------------------------------------------------------------------------

    def _part(self, position: int) -> int:
        """Write the part at `position` with the parts that belong to it. Return the position behind them."""
        part = self._parts[position]
        match part.kind:
            case "number":
                return self._steps(position)
            case "bullet":
                return self._bullets(position)
            case "question":
                return self._question(position)
            case "section" | "subsection":
                self._titled(part, position)
            case "platform":
                self._platform_heading(part.mark)
                self._prose(self._pieces(position), position)
            case "note":
                self._note(position)
            case "answer":
                self._prose(self._pieces(position), position, answer=True)
            case _:
                self._prose(self._pieces(position), position)
        return position + 1

    def _pieces(self, position: int) -> list[Piece]:
        return cut(self._parts[position].text, before_list=self._list_follows(position))

    def _list_follows(self, position: int) -> bool:
        return any(part.kind == "number" for part in self._parts[position + 1 : position + 2])

    def _titled(self, part: Part, position: int) -> None:
        title, rest = split_title(self._pieces(position))
        if not title:
            self._paragraph(part.mark)
        elif part.kind == "section":
            self._section, self._topic, self._platform = True, False, 0
            self._heading(2, title)
        else:
            self._heading(3 if self._section else 2, title)
        self._prose(rest, position)

    def _platform_heading(self, mark: str) -> None:
        name = re.sub(r"([A-Za-z0-9]+)\s?(?=[端版])", r"\1 ", mark.strip("【】 :："))
        self._platform = 3 if self._section or self._topic else 2
        self._heading(self._platform, name.strip())

    def _question(self, position: int) -> int:
        part = self._parts[position]
        pieces = self._pieces(position)
        answered = any(other.kind == "answer" for other in self._parts[position + 1 : position + 2])
        if answered and len(part.text) <= 200:
            pieces = [Piece(joined(pieces))]
        title, rest = split_title(pieces, limit=200)
        self._heading(3, f"Q：{title}" if title else "Q")
        self._prose(rest, position, answer=True)
        return position + 1

    def _note(self, position: int) -> None:
        name = self._parts[position].mark.rstrip(":： ")
        name = "注意" if name == "注" else name
        pieces = self._pieces(position)
        if not pieces:
            self._paragraph(f"{name}：")
            return
        self.blocks.append(markup.quote(markup.escape(f"{name}：{pieces[0].text}")))
        self._prose(pieces[1:], position)

    def _bullets(self, position: int) -> int:
        items: list[str] = []
        while position < len(self._parts) and self._parts[position].kind == "bullet":
            pieces = self._pieces(position)
            position += 1
            is_last = position == len(self._parts) or self._parts[position].kind != "bullet"
            own, rest = own_pieces(pieces) if is_last else (pieces, [])
            items.append(_bullet(joined(own)))
            if is_last:
                self.blocks.append("\n".join(items))
                self._prose(rest, position - 1)
        return position

    # --- numbered steps ------------------------------------------------------------------------------------

    def _steps(self, position: int) -> int:
        items, position = self._items(position)
        firsts = [item.pieces[0] if item.pieces else Piece("") for item in items]
        titled = all(is_title(first.text) and len(item.pieces) > 1 for first, item in zip(firsts, items, strict=True))
        self._ends_open = not items[-1].pieces and position == len(self._parts)
        if all(first.is_question for first in firsts) or (titled and self._section):
            for item in items:
                self._heading(3, item.pieces[0].text)
                self._prose(item.pieces[1:], position - 1)
                self.blocks += item.children
            return position
        own, rest = own_pieces(items[-1].pieces, titled=titled)
        lines = [_step(item, item.pieces, titled=titled) for item in items[:-1]]
        lines.append(_step(items[-1], own, titled=titled))
        self._step_list(lines)
        self._prose(rest, position - 1)
        return position

    def _items(self, position: int) -> tuple[list[_Item], int]:
        """Return the steps of one list, with the notes and bullets that stand between them."""
        first = self._parts[position]
        items = [_Item(first.number, self._pieces(position))]
        position += 1
        while position < len(self._parts):
            part = self._parts[position]
            if self._continues(part, first, items[-1]):
                items.append(_Item(part.number, self._pieces(position)))
            elif self._belongs_to_step(position, first, items[-1]):
                text = joined(self._pieces(position))
                name = "注意" if part.mark.rstrip(":： ") == "注" else part.mark.rstrip(":： ")
                child = _bullet(text) if part.kind == "bullet" else markup.quote(markup.escape(f"{name}：{text}"))
                items[-1].children.append(child)
            else:
                break
            position += 1
        return items, position

    @staticmethod
    def _continues(part: Part, first: Part, last: _Item) -> bool:
        return part.kind == "number" and part.style == first.style and part.number == last.number + 1

    def _belongs_to_step(self, position: int, first: Part, last: _Item) -> bool:
        """Return whether the note or bullet at `position` stands between two steps of the list."""
        if self._parts[position].kind not in ("note", "bullet"):
            return False
        nearby = self._parts[position : position + _MAX_CHILDREN]
        following = (part for part in nearby if part.kind not in ("note", "bullet"))
        after = next(following, None)
        return after is not None and self._continues(after, first, last)

    # --- text without marks --------------------------------------------------------------------------------

    def _prose(self, pieces: Sequence[Piece], part: int, *, answer: bool = False) -> None:
        """Write blocks of text, which end the part at `part`.

        In an answer only headings that are glued to the sentence before count as such.
        """
        position = 0
        listing = False  # below a line that ends in a colon
        while position < len(pieces):
            piece = pieces[position]
            more = position + 1 < len(pieces) or self._list_follows(part)
            if taken := self._write_list(pieces, position, listing=listing):
                position += taken
                continue
            if self._write_heading(piece, more=more, listing=listing, answer=answer):
                listing = False
            else:
                self._paragraph(piece.text)
                listing = piece.is_lead_in
            position += 1

    def _write_list(self, pieces: Sequence[Piece], position: int, *, listing: bool) -> int:
        """Write the list that begins at `position`, if one does. Return how many pieces it took."""
        run = run_of(pieces, position, lambda piece: piece.is_question)
        if len(run) > (1 if listing else 2):
            self._bullet_list(piece.text for piece in run)
            return len(run)
        run = run_of(pieces, position, _is_labelled)
        if len(run) > (0 if listing else 1):
            self.blocks.append("\n".join(_bullet(piece.text) for piece in run))
            return len(run)
        run = clauses(pieces, position)
        if len(run) > 1:
            self._clause_list(run)
            return len(run)
        run = run_of(pieces, position, _is_fragment) if listing else []
        if run:
            self._bullet_list(piece.text for piece in run)
        return len(run)

    def _write_heading(self, piece: Piece, *, more: bool, listing: bool, answer: bool) -> bool:
        """Write `piece` as a heading and return whether it is one. `more`: something follows it."""
        case = CASE.match(piece.text)
        if case and (more or is_title(piece.text[case.end() :])) and len(piece.text) <= 30 and not piece.is_sentence:
            self._check_case(case)
            self._topic_heading(piece.text)
        elif (piece.is_question and (piece.glued or not answer)) or _is_glued_title(piece, more=more):
            self._topic_heading(piece.text)
        elif not (answer or listing) and more and self._after_sentence() and is_title(piece.text, 12):
            self._heading(3 if self._section or self._platform else 2, piece.text)
            self._topic = self._topic or not (self._section or self._platform)
        else:
            return False
        return True

    def _after_sentence(self) -> bool:
        """Return whether what was written last is over, so that a title may follow."""
        last = self.blocks[-1] if self.blocks else ""
        return not last or last.startswith(("#", ">", "- ")) or Piece(last).is_sentence or _is_list(last)

    def _check_case(self, case: re.Match[str]) -> None:
        number = markers.numeral(case[1])
        if number > self._cases + 1:
            self.faults.append(f"{case[0].strip(':： ')!r} is the first of its kind; what stood before is missing")
        self._cases = number

    def _topic_heading(self, text: str) -> None:
        below = self._section or self._platform == 2
        if not below:
            self._topic, self._platform = True, 0
        self._heading(3 if below else 2, text)

    def _heading(self, level: int, text: str) -> None:
        self.blocks.append(f"{'#' * level} {markup.escape(text)}")

    def _paragraph(self, text: str) -> None:
        self.blocks.append(markup.escape(text))

    def _bullet_list(self, texts: Iterable[str]) -> None:
        self.blocks.append("\n".join(f"- {markup.escape(text)}" for text in texts))

    def _step_list(self, lines: Sequence[str]) -> None:
        """Write an ordered list; below another one it counts with `1)`, or Markdown would take both for one list."""
        if self.blocks and re.match(r"\d+\.", self.blocks[-1]):
            lines = [line.replace(".", ")", 1) for line in lines]
        self.blocks.append("\n".join(lines))

    def _clause_list(self, run: Sequence[Piece]) -> None:
        """Write clauses that end in semicolons: as steps if most say what to do, else as bullets."""
        if sum(_ACTION.search(piece.text) is not None for piece in run) > len(run) / 2:
            self._step_list([f"{number}. {markup.escape(piece.text)}" for number, piece in enumerate(run, 1)])
        else:
            self._bullet_list(piece.text for piece in run)


def _step(item: _Item, pieces: Sequence[Piece], *, titled: bool) -> str:
    """Return one step as a list item; its title or label is set in bold."""
    label = label_of(joined(pieces))
    if titled and len(pieces) > 1:
        label = pieces[0].text, joined(pieces[1:])
    line = _labelled_text(*label) if label else markup.escape(joined(pieces))
    mark = f"{item.number}. "
    children = "".join(f"\n{' ' * len(mark)}{markup.indent(child, len(mark))}" for child in item.children)
    return f"{mark}{line}".rstrip() + children


def _bullet(text: str) -> str:
    label = label_of(text)
    return f"- {_labelled_text(*label) if label else markup.escape(text)}"


def _labelled_text(label: str, text: str) -> str:
    return f"**{markup.escape(label)}**：{markup.escape(text)}"


def _is_list(block: str) -> bool:
    return re.match(r"(?:-|\d+[.)]) ", block) is not None


def _is_labelled(piece: Piece) -> bool:
    return not piece.glued and label_of(piece.text) is not None and not CASE.match(piece.text)


def _is_glued_title(piece: Piece, *, more: bool) -> bool:
    return piece.glued and is_title(piece.text) and (more or names_topic(piece.text))


def _is_fragment(piece: Piece) -> bool:
    """Return whether a piece below a lead-in is one of the things it lists."""
    ends = piece.is_sentence or piece.is_lead_in or piece.glued
    return not ends and not CASE.match(piece.text) and len(piece.text) <= _MAX_BULLET
