"""The lexicon: one file of domain words, synonyms and character variants that help-centre people edit.

It feeds jieba, lexical matching and evaluation. The file is `corpus/lexicon.yaml`:

```yaml
version: 1
words: [集力賺幣, 助力人]            # kept whole by jieba
variants: {帐: 账}                   # characters that OpenCC leaves apart, in Simplified
synonyms:
  - [提幣, 提現, 出金, withdraw]     # one group: whoever writes one finds the others
```

Entries are folded on reading, so each is written once, in any script.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from supportbot.content.files import read_yaml
from supportbot.errors import SourceError
from supportbot.text.analyzer import Analyzer
from supportbot.text.folding import fold

FILE_NAME = "lexicon.yaml"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Domain words, all folded. `digest` identifies the content; it changes when any entry does."""

    version: int = 0
    words: tuple[str, ...] = ()
    variants: tuple[tuple[str, str], ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the entries, as 16 hexadecimal digits."""
        content = repr((self.words, self.variants, self.synonyms))
        return hashlib.sha256(content.encode("utf-8")).hexdigest()[:16]

    def analyzer(self, cache_folder: Path) -> Analyzer:
        """An analyzer that knows these words; `cache_folder` receives jieba's dictionary cache."""
        return Analyzer(self.words, self.synonyms, dict(self.variants), cache_folder=cache_folder)


def starter() -> Path:
    """The lexicon that comes with supportbot: in the wheel beside this module, in a checkout under `corpus/`."""
    installed = Path(__file__).with_name(FILE_NAME)
    return installed if installed.is_file() else Path(__file__).parents[3] / "corpus" / FILE_NAME


def read(path: Path) -> Lexicon:
    """Read and check a lexicon file.

    Raises `SourceError` with file and line for broken YAML, unknown keys, wrong types, and a term in two groups.
    """
    data, text = read_yaml(path)
    data = data or {}

    def line_of(term: object) -> int | None:
        item = re.compile(rf"(?<![^\s\[{{,\"']){re.escape(str(term))}(?![^\s\]}},:\"'])")
        lines = [number for number, line in enumerate(text.split("\n"), 1) if item.search(line.partition(" #")[0])]
        return lines[-1] if lines else None

    if not isinstance(data, dict):
        raise SourceError(path, "expected the keys version, words, variants, synonyms")
    if unknown := data.keys() - {"version", "words", "variants", "synonyms"}:
        key = min(map(str, unknown))
        raise SourceError(path, f"unknown key {key!r}; expected version, words, variants, synonyms", line=line_of(key))

    def terms(values: object, where: str) -> tuple[str, ...]:
        if not isinstance(values, list):
            raise SourceError(path, f"{where}: expected a list of terms, got {values!r:.60}")
        for value in values:
            if not isinstance(value, str | int | float) or isinstance(value, bool) or not fold(str(value)):
                raise SourceError(path, f"{where}: expected a term, got {value!r:.60}", line=line_of(value))
        return tuple(fold(str(value)) for value in values)

    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise SourceError(path, f"version: expected a whole number, got {version!r:.60}", line=line_of("version"))
    variants = data.get("variants") or {}
    if not isinstance(variants, dict):
        raise SourceError(path, "variants: expected pairs such as 帐: 账", line=line_of("variants"))
    for pair in variants.items():
        if any(len(fold(str(item))) != 1 for item in pair):
            raise SourceError(path, f"variants: expected single characters, got {pair!r:.60}", line=line_of(pair[0]))
    groups = data.get("synonyms") or []
    if not isinstance(groups, list):
        raise SourceError(path, "synonyms: expected a list of groups")
    synonyms = tuple(terms(group, "synonyms") for group in groups)
    owner: dict[str, int] = {}
    for number, group in enumerate(synonyms):
        for raw, term in zip(groups[number], group, strict=True):
            if owner.setdefault(term, number) != number:
                raise SourceError(path, f"synonyms: {raw!r} stands in two groups", line=line_of(raw))
    return Lexicon(
        version=version,
        words=terms(data.get("words") or [], "words"),
        variants=tuple((fold(str(a)), fold(str(b))) for a, b in variants.items()),
        synonyms=synonyms,
    )
