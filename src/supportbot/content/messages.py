"""Messages: the bot's own texts, in Traditional Chinese, Simplified Chinese and English.

`messages.yaml` beside this module holds texts for any help centre. A corpus folder may replace some of them by a file
of the same name and form:

```yaml
version: 1
messages:
  person:
    hant: 好的，這就請人工客服來協助您。
    latin: Of course, a person in support will take over.
```

A missing Chinese script is converted from the other one. Each text must have the values in braces of the general text,
such as `{date}`.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from supportbot.content.files import YamlFile
from supportbot.text.folding import clean
from supportbot.text.scripts import SCRIPTS, Script, convert

FILE_NAME = "messages.yaml"

Message = Literal[
    "declined", "nearest", "clarify", "outline", "vague", "person", "hello", "thanks",
    "goodbye", "safety", "secret_shown", "steps",
    "notes", "source", "updated", "incomplete", "sections", "greeting", "prompt", "empty_question", "long_question",
]  # fmt: skip
MESSAGES: tuple[Message, ...] = get_args(Message)


@dataclass(frozen=True, slots=True)
class Messages:
    """The texts of all messages by name and script.

    ```python
    say = messages.read(Path("corpus"))
    say("updated", "latin", date="2026-02-12")  # "updated 2026-02-12"
    ```
    """

    texts: Mapping[Message, Mapping[Script, str]]

    def __call__(self, name: Message, script: Script, **values: object) -> str:
        """Return the message `name` for a customer who writes in `script`, with its values filled in."""
        return self.texts[name][script].format(**values)


@cache
def general() -> Messages:
    """Return the messages for any help centre."""
    return Messages(_texts(Path(__file__).with_name(FILE_NAME), {}))


def read(corpus: Path) -> Messages:
    """Return the messages of a corpus folder: its own, if there are any, in place of the general ones.

    Raise `SourceError` with file and line for an unknown message or script, a text with missing or unknown values in
    braces, and a value that is not text.
    """
    file = corpus / FILE_NAME
    return Messages({**general().texts, **_texts(file, general().texts)}) if file.is_file() else general()


def _texts(path: Path, known: Mapping[Message, Mapping[Script, str]]) -> dict[Message, Mapping[Script, str]]:
    """Return the texts of a file; `known` are those that they replace."""
    file = YamlFile(path)
    found: dict[Message, Mapping[Script, str]] = {}
    for name in file.mapping("messages", "texts by name and script"):
        if name not in MESSAGES:
            raise file.fault(f"unknown message {name!r:.60}; expected one of {', '.join(MESSAGES)}", "messages", name)
        texts = by_script(file, "messages", name)
        wanted = _values(next(iter(known[name].values()))) if known else None
        for script, text in texts.items():
            if wanted is not None and _values(text) != wanted:
                expected = ", ".join(sorted(wanted)) or "nothing"
                message = f"{name}: {script}: expected exactly {expected} in braces, got {text!r:.60}"
                raise file.fault(message, "messages", name, script)
        found[name] = {**known.get(name, {}), **texts}
    return found


def by_script(file: YamlFile, *place: object) -> dict[Script, str]:
    """Return the texts by script at `place` of a file; a missing Chinese one is converted from the other.

    Raise `SourceError` for an unknown script and a value that is not text.
    """
    value = file.data
    for step in place:
        value = value[step]
    name = place[-1]
    if not isinstance(value, dict) or not value:
        raise file.fault(f"{name}: expected texts by script ({', '.join(SCRIPTS)}), got {value!r:.60}", *place)
    for script, text in value.items():
        if script not in SCRIPTS:
            raise file.fault(f"{name}: unknown script {script!r:.60}; expected {', '.join(SCRIPTS)}", *place, script)
        if not isinstance(text, str) or not clean(text):
            raise file.fault(f"{name}: {script}: expected a text, got {text!r:.60}", *place, script)
    chinese: tuple[tuple[Script, Script], ...] = (("hant", "hans"), ("hans", "hant"))
    missing = {to: convert(value[by], source=by, target=to) for by, to in chinese if by in value and to not in value}
    return {**value, **missing}


def _values(text: str) -> frozenset[str] | None:
    """Return the values in braces of a text, such as `{date}`; None if braces do not match."""
    try:
        fields = [field for field in string.Formatter().parse(text) if field[1] is not None]
    except ValueError:
        return None
    return frozenset(
        f"{{{name}{(to and f'!{to}') or ''}{(spec and f':{spec}') or ''}}}" for _, name, spec, to in fields
    )
