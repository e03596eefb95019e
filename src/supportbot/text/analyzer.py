"""The analyzer: cut text into the words that lexical matching compares.

Text is folded first, because jieba was trained on Simplified text. Codes are taken out before jieba cuts the rest,
because it would split them (`E-1024` → E, -, 1024). Each `Analyzer` owns a jieba tokenizer: the module-wide one is
shared by the whole process and keeps its cache in a world-writable folder.
"""

import contextlib
import logging
import math
import os
import re
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from supportbot.text import han, ngrams
from supportbot.text.folding import normalise
from supportbot.text.pinyin import pinyin_keys

if TYPE_CHECKING:
    import jieba

# What jieba must not cut, in folded text: addresses, letters and words with signs (c++, a-, .net), numbers with their
# sign, per cent or unit, codes and versions with inner signs, Latin words.
_INNER = r"[-_./:+#&']"
_END = rf"(?!{_INNER}?[a-z0-9])"
_LETTER = r"[a-z](?:\+\+(?!\+)|[-+#](?![-+#a-z0-9]))"
_NUMBER = r"\d+(?:,\d{3})*"
_PROTECTED = re.compile(
    r"(?=[-+._a-z\d])(?:"  # for speed: most characters are Chinese
    r"(?P<address>https?://[!-~]*[a-z0-9/]|(?<![a-z0-9_.+-])[a-z0-9_.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+)"
    rf"|(?P<letter>{_LETTER})"
    r"|(?P<named>[0-9]*[a-z][a-z0-9]*\+{1,2}(?![+a-z0-9])|(?<![a-z0-9.])\.[a-z][a-z0-9]*" + _END + ")"
    rf"|(?P<signed>(?<![a-z0-9_.)%+-])[-+]{_NUMBER}(?:(?:\.\d+)?%(?![a-z0-9])|\.\d+{_END}))"
    rf"|(?P<number>{_NUMBER}(?:\.\d+)?(?:%(?![a-z0-9])|[a-z]*{_END}))"
    rf"|(?P<code>[a-z0-9]+(?:{_INNER}(?!(?<=[/:&+]){_LETTER})[a-z0-9]+)+)"
    r"|(?P<word>[a-z0-9]+|\d+))"
)
_UNIT = r"(?:%|[kmgt]i?b(?:ps)?|bps|[kmg]?hz|[kcm]?m|[km]?g|ms|s|min|h|m?l|m?ah|[km]?wh?|[km]?v|px|fps)(?![a-z0-9])"
_SPACED_UNIT = re.compile(rf"([0-9](?<![a-z0-9_.,].)(?<![a-z0-9]-.)[0-9]*(?:[-.,][0-9]+)*) (?={_UNIT})")
_QUANTITY = re.compile(rf"[0-9][-.,0-9]*({_UNIT})")
_CODE = re.compile(r"[0-9.-]*[a-z][a-z.-]*[0-9_][a-z0-9_.-]*")
_RAREST = 3  # occurrences up to which a word is left out of jieba's dictionary
_RARE = 5  # occurrences in jieba's corpus of 60 million words up to which a word counts as rare
_VERSION = re.compile(r"v?\d+(?:\.\d+)+")
_INNER_SIGNS = re.compile(_INNER)
_APOSTROPHE = re.compile(r"(?<=[a-z])[\u2019\u2018\u02bc](?=[a-z])")  # phones type don’t

# English function words are rare in Chinese articles, so BM25 would take them for telling words.
_ENGLISH_STOP_WORDS = """
a am an and any are as at be been but by can cant could did do does doesnt dont for from had has have he her him his
how i if im in into is isnt it its ive me my no not of on or our please she should so some than that the their them
then there these they this to too us was we were what when where which who why will with would you your
"""
_CHINESE_STOP_WORDS = "的了吗呢吧啊呀么喔哦耶嘛和与或及是在我你您他她它们这那就都也还很把被让给请"
_STOP_WORDS = frozenset([*_ENGLISH_STOP_WORDS.split(), *_CHINESE_STOP_WORDS])

VERSION = 4
"""Raise it whenever the same text would give other words; indexes of another version are rebuilt."""

CONCEPT_MARK = "="
"""The first character of the word that stands for a synonym group (`=退款`)."""


class Analyzer:
    """Turn text into the forms that matching compares: the text to embed, words, pinyin keys and n-grams.

    >>> lexicon.general().analyzer(cache_folder).words("怎麼申請退款")
    ['怎么', '申请', '退款', '=申请', '=退款']
    """

    def __init__(
        self,
        words: Iterable[str] = (),
        synonyms: Sequence[Sequence[str]] = (),
        variants: Mapping[str, str] | None = None,
        *,
        cache_folder: Path,
    ) -> None:
        """Take a lexicon, all of it folded, and the folder for jieba's dictionary cache.

        `words` are terms that jieba keeps whole, `synonyms` groups of terms that mean the same, and `variants` single
        characters to replace after folding.
        """
        self._variants = str.maketrans(dict(variants or {}))
        self._cache_folder = cache_folder
        concepts = {self._term(term): CONCEPT_MARK + group[0] for group in synonyms for term in group}
        self._chinese = _Concepts({term: mark for term, mark in concepts.items() if han.RUN.fullmatch(term)})
        self._other = _Concepts({term: mark for term, mark in concepts.items() if not han.RUN.fullmatch(term)})
        self._known = [term for term in [*words, *concepts] if han.RUN.fullmatch(term)]

    def normalise(self, text: str) -> str:
        """Return the form of `text` that is embedded: the same for all scripts, widths and character variants."""
        return normalise(text).translate(self._variants)

    def pinyin(self, text: str) -> list[str]:
        """Return the pinyin keys of `text`, which match wrong characters of the right sound."""
        return pinyin_keys(self.normalise(text))

    def char_ngrams(self, text: str) -> list[str]:
        """Return the characters of `text` in lower case, then its pairs of neighbours."""
        return ngrams.char_ngrams(self.normalise(text).lower())

    def words(self, text: str) -> list[str]:
        """Return the words of `text`, folded and (English) stemmed, then a mark for each synonym group in it."""
        folded = _tidied(self.normalise(text).lower())
        words: list[str] = []
        concepts = [mark for mark, _, _ in self._other.find(_stemmed(folded))]
        end = 0
        for match in _PROTECTED.finditer(folded):
            self._cut_chinese(folded[end : match.start()], words, concepts)
            end = match.end()
            words += _parts(match)
        self._cut_chinese(folded[end:], words, concepts)
        return [word for word in words if word not in _STOP_WORDS] + concepts

    def weight(self, word: str) -> float:
        """Return the weight of a query's word, 0 to 1: low for everyday words, 1 for terms, codes and unknown words.

        It is the idf in jieba's corpus of 60 million words, as a share of that of a rare word. The help centre's own
        corpus is too small to tell: 昨天 may stand in none of its articles and look rarer than any term.
        """
        frequency = 0 if word.startswith(CONCEPT_MARK) else self._jieba.FREQ.get(word, 0)
        if frequency <= _RARE:
            return 1.0
        return math.log(self._jieba.total / frequency) / math.log(self._jieba.total / _RARE)

    @staticmethod
    def is_code(word: str) -> bool:
        """Whether `word`, one of `words`, is a code or a model number: `m077`, `sync-409`, `risk_tk_vintage_w`.

        A code holds a Latin letter and, somewhere after it, a digit or an underscore. So quantities (`5ghz`), ordinals
        (`2nd`), numbers, versions (`6.134.0`), English words, links and mail addresses are none.
        """
        return bool(_CODE.fullmatch(word))

    def warm_up(self) -> None:
        """Load jieba's dictionary now instead of at the first call."""
        self._jieba  # noqa: B018

    def _cut_chinese(self, text: str, words: list[str], concepts: list[str]) -> None:
        """Append the words of `text` and the marks of the synonym groups that it names.

        A synonym must begin and end where words do, or 完成交易 would name 成交.
        """
        for run in han.RUN.findall(text):
            starts, ends = set(), set()
            for word, start, end in self._jieba.tokenize(run, mode="search"):
                words.append(word)
                starts.add(start)
                ends.add(end)
            concepts += [mark for mark, start, end in self._chinese.find(run) if start in starts and end in ends]

    def _term(self, term: str) -> str:
        return _stemmed(_tidied(term.translate(self._variants)))

    @cached_property
    def _jieba(self) -> "jieba.Tokenizer":
        jieba = _import_jieba()
        with contextlib.ExitStack() as stack:
            folder = self._cache_folder
            try:
                dictionary = _trimmed_dictionary(folder, jieba.get_dict_file())
            except OSError:  # a cache that cannot be written: the same words, only a second later
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                dictionary = _trimmed_dictionary(folder, jieba.get_dict_file())
            tokenizer = jieba.Tokenizer(str(dictionary))
            tokenizer.tmp_dir = str(folder)
            tokenizer.initialize()
        for word in self._known:
            tokenizer.add_word(word)
        return tokenizer


class _Concepts:
    """Find the terms of synonym groups in text: the longest at each place, none inside another."""

    def __init__(self, marks: Mapping[str, str]) -> None:
        self._marks = marks
        self._pattern = re.compile(_alternatives(marks)) if marks else None

    def find(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Yield the mark of its group, the start and the end of each term in `text`."""
        if self._pattern:
            for match in self._pattern.finditer(text):
                yield self._marks[match[0]], match.start(), match.end()


def _trimmed_dictionary(folder: Path, source: BinaryIO) -> Path:
    """Return the file in `folder` with jieba's dictionary less its rarest words; write it if it is missing.

    Raise `OSError` if `folder` cannot be written. Of 349,000 words 201,000 occur at most three times in 60 million,
    most of them names. Without them the dictionary loads in a third of the time and memory.
    """
    target = folder / f"dictionary-{VERSION}.txt"
    with source:
        if not target.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            lines = (line for line in source if int(line.split(b" ")[1]) > _RAREST)
            staging = target.with_suffix(f".{os.getpid()}")
            staging.write_bytes(b"".join(lines))
            staging.replace(target)
    return target


def _import_jieba() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its source has invalid escapes, a SyntaxWarning when compiled
        import jieba

    jieba.setLogLevel(logging.CRITICAL)  # else a cache that it cannot write is a traceback on stderr
    return jieba


def _tidied(folded: str) -> str:
    """Return the folded text with plain hyphens and apostrophes, and `5 ghz` as `5ghz`."""
    typed = _APOSTROPHE.sub("'", folded.replace("\u2010", "-").replace("\u2212", "-"))  # typeset hyphen and minus
    return _SPACED_UNIT.sub(r"\1", typed)


def _parts(match: re.Match[str]) -> Iterator[str]:
    """Yield the words of one protected piece: itself, and for `wi-fi` also `wifi`, `wi` and `fi`.

    `-5%` is also `5%`, and `disney+` also `disney`.
    """
    piece = match[0]
    if match.lastgroup == "word":
        if piece not in _STOP_WORDS:  # before its stem: please is pleas
            yield _stem(piece)
        return
    if _VERSION.fullmatch(piece):
        yield piece.lstrip("v")
        return
    joined = _INNER_SIGNS.sub("", piece)
    if "'" in piece and joined in _STOP_WORDS:  # don't
        return
    yield piece
    if match.lastgroup == "code" and not piece[0].isdigit():
        yield joined
        yield from (_stem(part) for part in _INNER_SIGNS.split(piece) if len(part) > 1)
    elif match.lastgroup == "letter" and piece[1] == "-":  # which may be a dash: 方案B-進階
        yield piece[0]
    elif match.lastgroup == "named":  # disney+, .net
        yield _stem(piece.strip(".+"))
    elif match.lastgroup == "signed":
        yield piece[1:]
    elif (quantity := _QUANTITY.fullmatch(piece)) and len(quantity[1]) > 1:
        yield quantity[1]


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    if not (word.isalpha() and word.isascii() and len(word) > 3):
        return word
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


def _stemmed(text: str) -> str:
    return re.sub("[a-z]{4,}", lambda match: _stem(match[0]), text)


def _alternatives(terms: Iterable[str]) -> str:
    """Return a regular expression for the longest of `terms` at a position; Latin terms match only as whole words."""
    tree: dict[str, Any] = {}
    for term in terms:
        node = tree
        for character in term:
            node = node.setdefault(character, {})
        node[""] = {}
    return _tree_pattern(tree, "")


def _tree_pattern(node: Mapping[str, Any], before: str) -> str:
    branches = []
    for character, below in node.items():
        if character:
            start = r"(?<![a-z0-9])" if not before and _is_latin(character) else ""
            branches.append(start + re.escape(character) + _tree_pattern(below, character))
    if "" in node:
        branches.append(r"(?![a-z0-9])" if _is_latin(before) else "")  # last, so that longer terms win
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
