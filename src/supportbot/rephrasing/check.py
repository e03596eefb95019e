"""The extractive check: which sentences of an answer a language model may leave out.

The model's reply is compared with the answer's text and never shown. Every sentence of the reply must be a folded
substring of the text that begins and ends where sentences of the text do; otherwise the whole reply is refused. What
is shown is cut out of the text itself, so the reply can add no character to it.

A cut may also change what is said. So the text is cut only between units:

- A sentence is whole: a condition, an exception or a "not" may stand in any of its clauses.
- A section with a list, a question, or a line that leads in to the next one is one unit.
- A sentence joins the unit before it if it refers back ("但…", "否則…", "此時…"), if the last sentence there is very
  short ("可以。") or refers forward ("…以下…"), or if a bracket or quote is open.

The first unit of the text always stays, since it is the nearest to the question, and so does the first unit of each
section that is shown, since it may hold the heading. Units keep the order of the text.
"""

import re
from itertools import accumulate

from supportbot.text.folding import exact_key, fold

_SHORTEST = 8
"""A sentence with fewer letters and digits is not shown without the next one."""

_STOPS = ("。", "！", "!", ".")
# A question mark ends no sentence: the answer belongs to the question.
_SENTENCE = re.compile(r"\n*[^。！!\n]*[。！!]*")
_LIST_ITEM = re.compile(r"\s|[-*•]|\d+[.)、]")
# Openings of sentences that limit, follow or refer to the one before, and words that announce the next one; folded.
_REFERS_BACK = re.compile(
    r"\W*(?:但|不过|然而|可是|只是|除|否则|反之|例外|此|这|那|该|其|他|她|它|上述|以上|届时|因此|所以|然后|接着|随后|最后|再"
    r"|(?:but|however|except|unless|otherwise|this|that|these|those|it|they|then|so|finally)\b)|\("
)
_REFERS_FORWARD = re.compile(r"以下|下列|下面|如下|\b(?:following|below)\b")


def units(text: str) -> list[list[list[str]]]:
    """Return the sections of `text`, each as a list of units, each unit as a list of sentences.

    Sections are separated by empty lines. A unit is shown or left out as a whole.
    """
    return [_units(section) for section in text.split("\n\n")]


def extract(reply: str, text: str) -> str:
    """Return the part of `text` that `reply` quotes, or "" if the reply says nothing or anything else."""
    sections = units(text)
    sentences = [
        (number, place, sentence)
        for number, section in enumerate(sections)
        for place, unit in enumerate(section)
        for sentence in unit
    ]
    keys = [exact_key(sentence) for *_, sentence in sentences]
    folded = "".join(keys)
    bounds = {offset: number for number, offset in enumerate(accumulate(map(len, keys), initial=0))}
    kept: set[tuple[int, int]] = set()
    for key in filter(None, map(exact_key, _SENTENCE.findall(reply))):
        start = next((at for at in bounds if folded.startswith(key, at) and at + len(key) in bounds), None)
        if start is None:
            return ""
        kept.update(sentences[number][:2] for number in range(bounds[start], bounds[start + len(key)]))
    if not kept:
        return ""
    kept |= {(0, 0), *((number, 0) for number, _ in kept)}
    shown = (
        "".join(sentence for place, unit in enumerate(section) if (number, place) in kept for sentence in unit)
        for number, section in enumerate(sections)
    )
    return "\n\n".join(part.strip() for part in shown if part)


def _units(section: str) -> list[list[str]]:
    sentences = [sentence for sentence in _SENTENCE.findall(section) if sentence]
    if not all(line.endswith(_STOPS) and not _LIST_ITEM.match(line) for line in section.split("\n")):
        return [sentences]
    found: list[list[str]] = []
    for sentence in sentences:
        if found and (_REFERS_BACK.match(fold(sentence)) or _needs_next(found[-1])):
            found[-1].append(sentence)
        else:
            found.append([sentence])
    return found


def _needs_next(unit: list[str]) -> bool:
    """Return whether the last sentence is very short or refers forward, or whether a bracket or quote is open."""
    key, text = exact_key(unit[-1]), "".join(unit)
    is_open = len(re.findall("[（(「『【“]", text)) > len(re.findall("[）)」』】”]", text)) or text.count('"') % 2 == 1
    return len(key) < _SHORTEST or _REFERS_FORWARD.search(fold(unit[-1])) is not None or is_open
