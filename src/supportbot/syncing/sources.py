"""The sources of a corpus: where its articles come from. `supportbot sync` reads them from `sources.yaml`.

```yaml
version: 1
sources:
  help:                                        # its name: lower case, digits, hyphens
    path: ../export/help                       # a file or folder, from this file on; or
    # url: https://help.example.com/sitemap.xml
    category: 幫助                             # optional: of articles whose source names none
    locales: [zh-tw]                           # optional: only articles in these languages
    encoding: big5-hkscs                       # optional: of text files that are not UTF-8
    columns: {標題文字: title}                  # optional: column or key → field
    selector: .article-body                    # optional: the part of an HTML page that is the article
    prune: true                                # optional: remove articles that are gone at the source
    conflicts: mine                            # optional: mine or source, where both changed; by default neither
```
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from supportbot.content.files import YamlFile
from supportbot.errors import InputError
from supportbot.importers import Options
from supportbot.text.folding import clean

FILE_NAME = "sources.yaml"
NAME = re.compile(r"\w[\w ./-]{0,99}")
URL = re.compile(r"https?://\S+", re.IGNORECASE)
Side = Literal["mine", "source"]
_KEYS = ("path", "url", "category", "locales", "encoding", "columns", "selector", "prune", "conflicts", "private")


@dataclass(frozen=True, slots=True)
class Source:
    """A place that articles come from.

    Attributes:
        name: stands in the front matter of its articles; articles with another one are never taken for its own.
        place: a file or folder, or the URL of a page, a sitemap or a list of URLs.
        category: for articles for which the source names none.
        locales: take only articles in these languages (`zh` takes `zh-tw`), and those that name none; empty for all.
        prune: remove articles that are gone at the source.
        conflicts: which side wins where source and people changed the same; None leaves the article and names it.
        private: whether a URL may lead to addresses of the own network.

    >>> Source.of("export/help-centre.json").name
    'help-centre.json'
    """

    name: str
    place: Path | str
    category: str = ""
    locales: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)
    prune: bool = False
    conflicts: Side | None = None
    private: bool = False

    @classmethod
    def of(cls, place: str, **given: Any) -> "Source":
        """Return the source at a path or URL, with the name that this suggests."""
        if URL.match(place):
            return cls(re.sub(r"^https?://|[?#].*$", "", place, flags=re.IGNORECASE).strip("/")[:100], place, **given)
        path = Path(place)
        return cls(clean(path.resolve().name) or "root", path, **given)

    def takes(self, locale: str) -> bool:
        """Return whether articles in this language are wanted."""
        own = locale.lower().replace("_", "-")
        wanted = [one.lower().replace("_", "-") for one in self.locales]
        return not own or not wanted or any(own == one or own.startswith(f"{one}-") for one in wanted)


def told_apart(sources: Sequence[Source]) -> list[Source]:
    """Return the sources, each place once, with names that differ: those of one name get the folders above in front.

    Of URLs the names get a number.
    """
    apart = list({(source.name, _place(source)): source for source in reversed(sources)}.values())[::-1]
    for depth in range(
        2, max((len(source.place.resolve().parts) for source in apart if isinstance(source.place, Path)), default=0)
    ):
        counts = Counter(source.name for source in apart)
        apart = [
            replace(source, name="/".join(source.place.resolve().parts[-depth:]))
            if counts[source.name] > 1 and isinstance(source.place, Path)
            else source
            for source in apart
        ]
    seen: Counter[str] = Counter()
    for number, source in enumerate(apart):
        seen[source.name] += 1
        if seen[source.name] > 1:
            apart[number] = replace(source, name=f"{source.name} {seen[source.name]}")
    return apart


def _place(source: Source) -> Path | str:
    return source.place.resolve() if isinstance(source.place, Path) else source.place


def read(corpus: Path) -> list[Source]:
    """Return the sources of a corpus folder, in the order of `sources.yaml`.

    Raise `SourceError` with file and line, and `InputError` if there is no such file.
    """
    path = corpus / FILE_NAME
    if not path.is_file():
        raise InputError(f"{path} does not exist; expected a file that names the sources (docs/import.md)")
    file = YamlFile(path)
    return [_source(file, name, entry) for name, entry in file.mapping("sources", "entries by name").items()]


def _source(file: YamlFile, name: object, entry: Any) -> Source:
    place = ("sources", name)
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise file.fault(f"source {name!r:.60}: expected a name such as help-centre", *place)
    if not isinstance(entry, dict) or ("path" in entry) == ("url" in entry):
        raise file.fault(f"{name}: expected either path or url, got {entry!r:.60}", *place)
    for key, value in entry.items():
        if key not in _KEYS:
            raise file.fault(f"{name}: unknown key {key!r:.40}; expected one of {', '.join(_KEYS)}", *place, key)
        if expected := _complaint(key, value):
            raise file.fault(f"{name}: {key}: expected {expected}, got {value!r:.60}", *place, key)
    where = entry.get("url") or (file.path.parent / entry["path"])
    options = Options(entry.get("encoding", ""), entry.get("columns", {}), entry.get("selector", ""))
    given = {key: entry[key] for key in ("category", "prune", "conflicts", "private") if key in entry}
    return Source(name, where, locales=tuple(entry.get("locales", ())), options=options, **given)


def _complaint(key: str, value: Any) -> str:
    """Return what is expected instead of a value; "" if it is usable."""
    is_text = isinstance(value, str) and clean(value) == value != ""
    if key == "url":
        return "" if is_text and URL.fullmatch(value) else "http(s)://…"
    if key == "locales":
        return "" if isinstance(value, list) and all(isinstance(one, str) for one in value) else "a list such as [zh]"
    if key == "columns":
        usable = isinstance(value, dict) and all(isinstance(one, str) for pair in value.items() for one in pair)
        return "" if usable else "a mapping of columns to fields"
    if key in ("prune", "private"):
        return "" if isinstance(value, bool) else "true or false"
    if key == "conflicts":
        return "" if value in ("mine", "source") else "mine or source"
    return "" if is_text else "a line of text"
