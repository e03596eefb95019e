"""Platforms: where instructions apply, such as the app and the web, and the words that name them.

`platforms.yaml` beside this module has the general ones and describes the form. A corpus folder may add others:

```yaml
version: 1
platforms:
  mini-program:
    labels: {hant: 小程序, latin: In the mini program}
    alone: [小程序]
```
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from supportbot.content.files import YamlFile
from supportbot.content.messages import by_script
from supportbot.errors import InputError
from supportbot.text.folding import clean
from supportbot.text.scripts import SCRIPTS, Script, convert

FILE_NAME = "platforms.yaml"

Platform = str
"""The id of a platform: `app`, `web`, or one that a corpus defines."""

ID = re.compile(r"[a-z][a-z0-9-]{0,19}")
WORDS = ("names", "alone", "mentions")


@dataclass(frozen=True)
class Platforms:
    """The known platforms: by id the label in each script, and the words that name it (`names`, `alone`, `mentions`).

    >>> platforms.general().named("App 端如何提幣？")
    {'app'}
    """

    labels: Mapping[Platform, Mapping[Script, str]]
    words: Mapping[Platform, Mapping[str, Sequence[str]]]

    @property
    def ids(self) -> tuple[Platform, ...]:
        """The ids, the general ones first."""
        return tuple(self.labels)

    def require(self, platform: str) -> None:
        """Raise `InputError` if this is not the id of a known platform."""
        if platform not in self.labels:
            raise InputError(f"platform {platform!r:.60} is unknown; expected one of {', '.join(self.ids)}")

    def label(self, platform: Platform, script: Script) -> str:
        """Return the label above the steps for a platform; the id if the platform is not known (any more)."""
        return self.labels[platform][script] if platform in self.labels else platform

    def named(self, text: str) -> set[Platform]:
        """Return the platforms that a heading or a question names (App 端, 電腦版, web …)."""
        text = _simplified(text)
        return {platform for platform, (pattern, _) in self._patterns.items() if pattern.search(text)}

    def only(self, text: str) -> Platform | None:
        """Return the platform that a heading or a question names; None if it names several or none."""
        named = self.named(text)
        return named.pop() if len(named) == 1 else None

    def mentioned(self, text: str) -> tuple[Platform, ...]:
        """Return the platforms that the text of an article gives instructions for."""
        text = self._side_by_side.sub(" ", _simplified(text))
        return tuple(platform for platform, (_, pattern) in self._patterns.items() if pattern.search(text))

    def without(self, heading_path: Sequence[str]) -> tuple[str, ...]:
        """Return headings, in Simplified, without platform names: equal for the same section of each platform."""
        heading_path = [_simplified(heading) for heading in heading_path]
        for pattern, _ in self._patterns.values():
            heading_path = [pattern.sub("", heading) for heading in heading_path]
        return tuple(re.sub(r"[\s（）()【】:：]", "", heading) for heading in heading_path)

    @cached_property
    def endpoint(self) -> str:
        """A regular expression, to be used ignoring case, for a platform's name followed by 端 or 版."""
        latin, han = self._names
        return rf"(?:{latin}|{han}|{convert(han, source='hans', target='hant')})\s?(?:端|版)"

    @cached_property
    def _names(self) -> tuple[str, str]:
        return _alternatives(name for words in self.words.values() for name in words["names"])

    @cached_property
    def _side_by_side(self) -> re.Pattern[str]:
        """The pattern for two platforms at once (App/Web 端), which does not tell whose steps follow."""
        latin, _ = self._names
        return re.compile(rf"{latin}\s?端?\s?[/／、]\s?{latin}\s?端?", re.IGNORECASE)

    @cached_property
    def _patterns(self) -> dict[Platform, tuple[re.Pattern[str], re.Pattern[str]]]:
        """For each platform the pattern for headings and questions that name it, and that for texts that mention it."""
        patterns = {}
        for platform, words in self.words.items():
            (latin, han), (latin_alone, han_alone), (mentions, _) = (_alternatives(words[kind]) for kind in WORDS)
            whole = rf"(?<![a-z]){latin}(?![a-z])"  # no \b: there is none between Latin and Han
            named = (
                rf"(?<![a-z]){latin}\s*(?:端|版|内)|{han}(?:端|版)|{han_alone}(?:端|版)?|(?<![a-z]){latin_alone}(?![a-z])"
                rf"|^\s*【?(?:在|于)?\s*{whole}|[用在从]\s*{whole}|{whole}\s*(?:怎|如何|点样|上|里)|{han}(?:上|里)"
            )
            other_name = r"\s?(?:store|key|id|secret|name)\b"  # App Store
            mentioned = rf"(?<![a-z]){mentions}(?![a-z])(?!{other_name})|(?<![a-z]){latin}\s?(?:端|版)|{han}(?:端|版)"
            patterns[platform] = (re.compile(named, re.IGNORECASE), re.compile(mentioned, re.IGNORECASE))
        return patterns


@cache
def general() -> Platforms:
    """Return the general platforms."""
    return _read_file(Path(__file__).with_name(FILE_NAME))


def read(corpus: Path) -> Platforms:
    """Return the platforms of a corpus folder: the general ones and its own, which replace general ones of the same id.

    Raise `SourceError` with file and line.
    """
    file = corpus / FILE_NAME
    if not file.is_file():
        return general()
    own = _read_file(file)
    return Platforms({**general().labels, **own.labels}, {**general().words, **own.words})


def _read_file(path: Path) -> Platforms:
    file = YamlFile(path)
    labels, words = {}, {}
    for platform, entry in file.mapping("platforms", "entries by id").items():
        place = ("platforms", platform)
        if not isinstance(platform, str) or not ID.fullmatch(platform):
            raise file.fault(f"platform {platform!r:.60}: expected an id such as mini-program", *place)
        if not isinstance(entry, dict) or not {"labels"} <= entry.keys() <= {"labels", *WORDS}:
            raise file.fault(f"{platform}: expected labels and any of {', '.join(WORDS)}, got {entry!r:.60}", *place)
        labels[platform] = by_script(file, *place, "labels")
        if missing := [script for script in SCRIPTS if script not in labels[platform]]:
            raise file.fault(f"{platform}: labels: {missing[0]} is missing", *place, "labels")
        for kind in WORDS:
            if not _are_words(entry.get(kind) or []):
                raise file.fault(f"{platform}: {kind}: expected a list of words, got {entry[kind]!r:.60}", *place, kind)
        words[platform] = {kind: entry.get(kind) or [] for kind in WORDS}
    return Platforms(labels, words)


def _are_words(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) and clean(value) for value in values)


def _alternatives(words: Iterable[str]) -> tuple[str, str]:
    """Return regular expressions for the Latin words and for the others, in Simplified."""
    simplified = sorted(map(_simplified, words), key=len, reverse=True)
    latin, han = ([re.escape(word) for word in simplified if word.isascii() == ascii] for ascii in (True, False))
    return f"(?:{'|'.join(latin) or '(?!)'})", f"(?:{'|'.join(han) or '(?!)'})"


def _simplified(text: str) -> str:
    return convert(text, source="hant", target="hans")
