"""The numbers that Word shows in front of paragraphs: ECMA-376 part 1, 17.9 (numbering) and 17.7 (styles).

A paragraph names a list (`numId`) and a level (`ilvl`), itself or through its style. Lists of one `abstractNum` count
on together, over whatever stands between their paragraphs, until a `startOverride` begins them anew.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAX_LEVELS = 9
_MAX_NUMBER = 100_000
_MAX_CHAIN = 50

_HAN = "〇一二三四五六七八九"
_HAN_FORMAL = {"trad": "零壹貳參肆伍陸柒捌玖", "simp": "零壹贰叁肆伍陆柒捌玖"}
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Number:
    """What Word shows in front of a paragraph.

    Attributes:
        number: None for bullets and fixed texts.
        label: as it is shown, such as `1.2` or `（三）`; of a bullet its sign.
        list_id: the same for all paragraphs that count together.
        indent: of the paragraph's text, in twentieths of a point, as the list says.

    >>> Number(level=0, number=3, label="三、", list_id="4", indent=480)
    """

    level: int
    number: int | None
    label: str
    list_id: str
    indent: int | None = None

    @property
    def is_plain(self) -> bool:
        """Return whether the label shows the number in Arabic digits."""
        return self.number is None or str(self.number) in self.label


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style with what it has of its own; `based_on` names the style for all else."""

    name: str
    based_on: str
    properties: etree._Element | None


class Styles:
    """The paragraph styles of a document.

    >>> Styles(root_of_styles_xml).chain("Heading1")
    """

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, Style] = {}
        self.default = ""
        for style in root.iterfind(f"{W}style") if root is not None else ():
            if style.get(f"{W}type", "paragraph") not in ("paragraph", "numbering"):
                continue
            identifier = style.get(f"{W}styleId", "")
            if style.get(f"{W}default") in ("1", "true", "on") and style.get(f"{W}type") == "paragraph":
                self.default = self.default or identifier
            made = Style(value(style, "name"), value(style, "basedOn"), style.find(f"{W}pPr"))
            self._styles.setdefault(identifier, made)

    def chain(self, identifier: str) -> list[tuple[str, Style]]:
        """Return a style and those that it is based on, the nearest first."""
        found: dict[str, Style] = {}
        name = identifier or self.default
        while name in self._styles and name not in found and len(found) < _MAX_CHAIN:
            found[name] = self._styles[name]
            name = found[name].based_on
        return list(found.items())


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    restart: int | None = None
    style: str = ""
    is_legal: bool = False
    indent: int | None = None


@dataclass(slots=True)
class _List:
    """A `num`: the list that it stands for, its levels, and where it begins them anew."""

    abstract: str
    levels: Mapping[int, _Level]
    overrides: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the numbered paragraphs of a document, which must be given in their order.

    >>> numbering = Numbering(root_of_numbering_xml, styles)
    >>> [number.label for paragraph in paragraphs if (number := numbering.next(paragraph))]
    """

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self._root = root
        self._styles = styles
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    def next(self, paragraph: etree._Element) -> Number | None:
        """Return the number of the next paragraph, None for one without."""
        place = self._place(paragraph.find(f"{W}pPr"))
        if place is None or place[0] not in self._lists:
            return None
        list_id, index = place
        one = self._lists[list_id]
        level = one.levels.get(index)
        if level is None:
            return None
        counts = self._counts.setdefault(one.abstract, [None] * MAX_LEVELS)
        counts[index] = self._count(list_id, one, index, level, counts[index])
        for deeper in range(index + 1, MAX_LEVELS):
            restart = one.levels.get(deeper, _Level()).restart
            if restart is None or index < restart:
                counts[deeper] = None
        number, label = self._label(one, index, level, counts)
        return Number(index, number, label, one.abstract, level.indent)

    def _count(self, list_id: str, one: _List, index: int, level: _Level, before: int | None) -> int:
        override = one.overrides.get(index)
        if override is not None and (list_id, index) not in self._begun:
            self._begun.add((list_id, index))
            return override
        if before is None:
            return level.start if override is None else override
        return min(before + 1, _MAX_NUMBER)

    def _label(self, one: _List, index: int, level: _Level, counts: list[int | None]) -> tuple[int | None, str]:
        if level.form == "bullet":
            return None, level.text

        def shown(match: re.Match[str]) -> str:
            of = int(match[1]) - 1
            its = one.levels.get(of, _Level())
            count = counts[of]
            form = "decimal" if level.is_legal and its.form != "none" else its.form
            return spelled(its.start if count is None else count, form)

        label = re.sub("%([1-9])", shown, level.text)
        counted = f"%{index + 1}" in level.text and level.form != "none"
        return (counts[index] if counted else None), label

    def _place(self, properties: etree._Element | None) -> tuple[str, int] | None:
        """Return list and level of a paragraph: its own, else those of its style."""
        style = value(properties, "pStyle")
        direct = properties.find(f"{W}numPr") if properties is not None else None
        list_id = value(direct, "numId")
        if list_id == "0":
            return None
        if list_id:
            return list_id, _index(value(direct, "ilvl"))
        for name, one in self._styles.chain(style):
            numbering = one.properties.find(f"{W}numPr") if one.properties is not None else None
            if numbering is None or not (list_id := value(numbering, "numId")):
                continue
            if list_id == "0":
                return None
            linked = self._lists[list_id].levels.items() if list_id in self._lists else ()
            names = (name, *(other for other, _ in self._styles.chain(style)))
            index = next((index for index, level in linked if level.style and level.style in names), None)
            own = value(direct, "ilvl") or value(numbering, "ilvl")
            return list_id, _index(own) if index is None else index
        return None

    @cached_property
    def _lists(self) -> dict[str, _List]:
        if self._root is None:
            return {}
        abstract = {one.get(f"{W}abstractNumId", ""): one for one in self._root.iterfind(f"{W}abstractNum")}
        named = {num.get(f"{W}numId", ""): value(num, "abstractNumId") for num in self._root.iterfind(f"{W}num")}
        lists = {}
        for num in self._root.iterfind(f"{W}num"):
            identifier = self._linked(value(num, "abstractNumId"), abstract, named)
            if identifier not in abstract:
                continue
            levels = dict(_levels(abstract[identifier]))
            overrides = {}
            for override in num.iterfind(f"{W}lvlOverride"):
                index = _index(override.get(f"{W}ilvl", ""))
                levels.update((index, level) for _, level in _levels(override))
                if start := value(override, "startOverride"):
                    overrides[index] = _int(start, 1)
            lists[num.get(f"{W}numId", "")] = _List(identifier, levels, overrides)
        return lists

    def _linked(self, identifier: str, abstract: Mapping[str, etree._Element], named: Mapping[str, str]) -> str:
        """Return the abstract list itself or that of the list style which it links to."""
        for _ in range(_MAX_CHAIN):
            link = value(abstract.get(identifier), "numStyleLink")
            chain = self._styles.chain(link) if link else []
            properties = chain[0][1].properties if chain else None
            numbering = properties.find(f"{W}numPr") if properties is not None else None
            target = named.get(value(numbering, "numId"))
            if not target or target == identifier:
                return identifier
            identifier = target
        return identifier


def _levels(parent: etree._Element) -> Iterator[tuple[int, _Level]]:
    for lvl in parent.iterfind(f"{W}lvl"):
        restart = value(lvl, "lvlRestart")
        form = lvl.find(f"{W}numFmt")
        if form is None and (alternative := lvl.find(".//{*}Fallback")) is not None:
            form = alternative.find(f"{W}numFmt")
        yield (
            _index(lvl.get(f"{W}ilvl", "")),
            _Level(
                start=_int(value(lvl, "start"), 0 if lvl.find(f"{W}start") is None else 1),
                form=form.get(f"{W}val", "decimal") if form is not None else "decimal",
                text=value(lvl, "lvlText"),
                restart=_int(restart, 0) if restart else None,
                style=value(lvl, "pStyle"),
                is_legal=is_on(lvl.find(f"{W}isLgl")),
                indent=indent(lvl.find(f"{W}pPr")),
            ),
        )


def indent(properties: etree._Element | None) -> int | None:
    """Return how far to the right the text of a paragraph stands, in twentieths of a point; None if nothing says."""
    ind = properties.find(f"{W}ind") if properties is not None else None
    if ind is None:
        return None
    given = ind.get(f"{W}left") or ind.get(f"{W}start")
    if given is None and (characters := ind.get(f"{W}leftChars") or ind.get(f"{W}startChars")):
        given = str(_int(characters, 0) * 12 // 5)  # hundredths of a character of 12 points
    return _int(given, 0) if given else None


def value(parent: etree._Element | None, name: str) -> str:
    """Return the `w:val` of a child, "" without one."""
    child = parent.find(f"{W}{name}") if parent is not None else None
    return child.get(f"{W}val", "") if child is not None else ""


def is_on(element: etree._Element | None) -> bool:
    """Return whether a switch such as `<w:b/>` is there and not turned off."""
    return element is not None and element.get(f"{W}val", "1") not in ("0", "false", "off", "none")


def _index(text: str) -> int:
    return min(max(_int(text, 0), 0), MAX_LEVELS - 1)


def _int(text: str, default: int) -> int:
    return int(text) if re.fullmatch(r"-?[0-9]{1,6}", text) else default


# --- number formats (17.18.59) --------------------------------------------------------------------------------------


def spelled(number: int, form: str) -> str:
    """Return a number in one of Word's formats; in Arabic digits for one that is not known.

    >>> spelled(12, "taiwaneseCountingThousand"), spelled(3, "ideographTraditional"), spelled(4, "upperRoman")
    ('十二', '丙', 'IV')
    """
    if number < 0 or form in ("none", "bullet"):
        return "" if form in ("none", "bullet") else str(number)
    match form:
        case "decimalZero":
            return f"{number:02}"
        case "upperLetter" | "lowerLetter" if number:
            letters = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 20)
            return letters.upper() if form == "upperLetter" else letters
        case "upperRoman" | "lowerRoman" if 0 < number < 4000:
            roman = _roman(number)
            return roman.upper() if form == "upperRoman" else roman
        case "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if 0 < number <= 20:
            return chr(ord("①") + number - 1)
        case "decimalEnclosedParen" if 0 < number <= 20:
            return chr(ord("⑴") + number - 1)
        case "decimalEnclosedFullstop" if 0 < number <= 20:
            return chr(ord("⒈") + number - 1)
        case "decimalFullWidth" | "decimalFullWidth2":
            return str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        case "ideographTraditional" if 0 < number <= len(_STEMS):
            return _STEMS[number - 1]
        case "ideographZodiac" if 0 < number <= len(_BRANCHES):
            return _BRANCHES[number - 1]
        case "ideographDigital" | "taiwaneseDigital" | "japaneseDigitalTenThousand":
            return "".join(_HAN[int(digit)] for digit in str(number))
        case "ideographLegalTraditional":
            return _han(number, _HAN_FORMAL["trad"], "拾佰仟")
        case "chineseLegalSimplified":
            return _han(number, _HAN_FORMAL["simp"], "拾佰仟")
        case "ideographEnclosedCircle" if 0 < number <= 10:
            return chr(ord("㊀") + number - 1)
        case _ if form in _HAN_FORMS:
            return _han(number, _HAN, "十百千")
        case _:
            return str(number)


_HAN_FORMS = frozenset(
    ("chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand", "japaneseCounting")
)


def _roman(number: int) -> str:
    parts = []
    for size, sign in _ROMAN:
        parts.append(sign * (number // size))
        number %= size
    return "".join(parts)


def _han(number: int, digits: str, units: str) -> str:
    """Return a number below 10,000 in Chinese, such as 一百零五 and 十二."""
    if number == 0 or number > 9999:
        return digits[0] if number == 0 else "".join(digits[int(digit)] for digit in str(number))
    signs = ["", *units]
    text, gap = "", False
    for position in range(3, -1, -1):
        digit = number // 10**position % 10
        if digit:
            text += ("零" if gap and text else "") + digits[digit] + signs[position]
        gap = digit == 0
    return text[1:] if text.startswith(digits[1] + units[0]) else text
