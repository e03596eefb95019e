"""The lexicon: domain words, synonyms and character variants for lexical matching.

`lexicon.yaml` beside this module holds the entries of all help centres. A corpus folder may add its own `lexicon.yaml`
in the same form:

```yaml
version: 1
words: [點數卡, 星級會員]              # kept whole by jieba
variants: {帐: 账}                   # characters that OpenCC does not unify, in Simplified
synonyms:
  - [退貨, 退換貨, return policy]     # one group: each finds the others
```

Entries are folded when read, so each is written once, in either script.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from supportbot.content.files import YamlFile
from supportbot.text.analyzer import Analyzer
from supportbot.text.folding import fold

FILE_NAME = "lexicon.yaml"
KEYS = ("version", "words", "variants", "synonyms")

EMPTY = Path(__file__).with_name("lexicon_empty.yaml")
"""The lexicon of a new corpus: no entries, and examples in comments."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words, variants and groups of synonyms, all folded.

    >>> lexicon.read(Path("corpus")).analyzer(Path("cache")).words("怎麼提幣")
    """

    version: int = 0
    words: tuple[str, ...] = ()
    variants: tuple[tuple[str, str], ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()

    @property
    def digest(self) -> str:
        """The head of SHA-256 over the entries, 16 hexadecimal digits."""
        content = repr((self.words, self.variants, self.synonyms))
        return hashlib.sha256(content.encode("utf-8")).hexdigest()[:16]

    def over(self, general: "Lexicon") -> "Lexicon":
        """Return `general` with these entries added; in conflicts these win.

        A group of `general` that shares a term with groups here joins the first of them, without the terms that the
        others have. So groups here are never merged.
        """
        variants = {**dict(general.variants), **dict(self.variants)}
        one_form = str.maketrans(variants)
        owner: dict[str, int] = {}
        for number, group in enumerate(self.synonyms):
            owner.update((term.translate(one_form), number) for term in group)
        groups, apart = list(self.synonyms), []
        for group in general.synonyms:
            owners = [owner.get(term.translate(one_form)) for term in group]
            rest = tuple(term for term, number in zip(group, owners, strict=True) if number is None)
            if len(rest) == len(group):
                apart.append(group)
            else:
                groups[min(number for number in owners if number is not None)] += rest
        return Lexicon(
            version=self.version,
            words=tuple(dict.fromkeys([*general.words, *self.words])),
            variants=tuple(variants.items()),
            synonyms=(*apart, *groups),
        )

    def analyzer(self, cache_folder: Path) -> Analyzer:
        """Return an analyzer with this lexicon; `cache_folder` is for jieba's dictionary cache."""
        return Analyzer(self.words, self.synonyms, dict(self.variants), cache_folder=cache_folder)


@cache
def general() -> Lexicon:
    """Return the lexicon of all help centres."""
    return read_file(Path(__file__).with_name(FILE_NAME))


def read(corpus: Path) -> Lexicon:
    """Return the lexicon of a corpus folder: its own entries, if there are any, over the general ones."""
    file = corpus / FILE_NAME
    return read_file(file).over(general()) if file.is_file() else general()


def read_file(path: Path) -> Lexicon:
    """Return the lexicon in one file.

    Raise `SourceError` with file and line for invalid YAML, unknown keys, wrong types, and a term in two groups.
    """
    file = YamlFile(path)
    data = file.data or {}
    if not isinstance(data, dict):
        raise file.fault(f"expected the keys {', '.join(KEYS)}")
    if unknown := [key for key in data if key not in KEYS]:
        raise file.fault(f"unknown key {unknown[0]!r}; expected {', '.join(KEYS)}", unknown[0])

    def terms(values: object, *place: object) -> tuple[str, ...]:
        if not isinstance(values, list):
            raise file.fault(f"{place[0]}: expected a list of terms, got {values!r:.60}", *place)
        for number, value in enumerate(values):
            if not isinstance(value, str | int | float) or isinstance(value, bool) or not fold(str(value)):
                raise file.fault(f"{place[0]}: expected a term, got {value!r:.60}", *place, number)
        return tuple(fold(str(value)) for value in values)

    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise file.fault(f"version: expected a whole number, got {version!r:.60}", "version")
    variants = data.get("variants") or {}
    if not isinstance(variants, dict):
        raise file.fault("variants: expected pairs such as 帐: 账", "variants")
    for pair in variants.items():
        if any(len(fold(str(item))) != 1 for item in pair):
            raise file.fault(f"variants: expected single characters, got {pair!r:.60}", "variants", pair[0])
    groups = data.get("synonyms") or []
    if not isinstance(groups, list):
        raise file.fault("synonyms: expected a list of groups", "synonyms")
    synonyms = tuple(terms(group, "synonyms", number) for number, group in enumerate(groups))
    owner: dict[str, int] = {}
    for number, group in enumerate(synonyms):
        for position, term in enumerate(group):
            if owner.setdefault(term, number) != number:
                raw = groups[number][position]
                raise file.fault(f"synonyms: {raw!r} stands in two groups", "synonyms", number, position)
    return Lexicon(
        version=version,
        words=terms(data.get("words") or [], "words"),
        variants=tuple((fold(str(a)), fold(str(b))) for a, b in variants.items()),
        synonyms=synonyms,
    )
