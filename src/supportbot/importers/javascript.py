"""The literals of a JavaScript or TypeScript configuration, read without running it: objects, lists and texts.

Names, calls and functions stand for what they give, as far as that is a literal: `defineConfig({…})` for its object,
`function sidebar() { return […] }` for its list. What cannot be told is None.
"""

import re
from typing import Any

_TOKEN = re.compile(
    r"\s+|//[^\n]*|/\*[\s\S]*?\*/"
    r"|(?P<text>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`)"
    r"|(?P<word>[\w$]+|[^\x00-\x7f]+)"
    r"|(?P<sign>=>|\.\.\.|\?\.|[\s\S])"
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\s\S]))")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\n": ""}
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None, "undefined": None}
_MAX_DEPTH = 60
_MAX_VALUES = 200_000
MAX_LENGTH = 500_000
"""Of all files together."""


class Module:
    """The definitions of one or several files.

    >>> Module("const items = ['a', 'b']; export default { sidebar: items }").exported()
    [{'sidebar': ['a', 'b']}]
    """

    def __init__(self, *texts: str) -> None:
        """Find the definitions. Raises `ValueError` for texts that are longer than any configuration."""
        if sum(map(len, texts)) > MAX_LENGTH:
            raise ValueError(f"more than {MAX_LENGTH:,} characters")
        self._tokens: list[tuple[str, str]] = []
        self._definitions: dict[str, int] = {}
        self._exports: list[int] = []
        self._closings: dict[int, int] = {}
        self._values = 0
        for text in texts:
            begin = len(self._tokens)
            self._tokens += [
                (kind, match[kind]) for match in _TOKEN.finditer(text) if (kind := match.lastgroup) is not None
            ]
            self._tokens.append(("end", ";"))
            self._match_brackets(begin)
            self._find_definitions(begin)

    def exported(self) -> list[Any]:
        """Return what the files export: by default, or by name."""
        return [self._value(place, 0)[0] for place in self._exports]

    def _match_brackets(self, begin: int) -> None:
        opened: list[int] = []
        for place in range(begin, len(self._tokens)):
            kind, sign = self._tokens[place]
            if kind == "sign" and sign in _CLOSING:
                opened.append(place)
            elif kind == "sign" and sign in ")]}" and opened:
                self._closings[opened.pop()] = place

    def _find_definitions(self, begin: int) -> None:
        """Note where the value of each `const name = …`, `function name() {…}` and export begins."""
        words = [word if kind != "text" else "" for kind, word in self._tokens]
        for place in range(begin, len(words) - 1):
            word, name = words[place], words[place + 1]
            if word in ("const", "let", "var"):
                # `const name: Type = …`: the value is behind the `=`.
                for at in range(place + 2, min(place + 60, len(words))):
                    if words[at] in (";", "const", "let", "var", "function"):
                        break
                    if words[at] == "=":
                        self._definitions.setdefault(name, at + 1)
                        if words[place - 1] == "export":
                            self._exports.append(at + 1)
                        break
            elif word == "function" and re.match(r"[\w$]", name):
                self._definitions.setdefault(name, place)
            elif (word, name) in (("export", "default"), ("exports", "=")):
                self._exports.append(place + 2)
            elif word == "exports" and name == "." and words[place + 3 : place + 4] == ["="]:
                self._exports.append(place + 4)

    def _at(self, place: int) -> str:
        if not 0 <= place < len(self._tokens):
            return ";"
        kind, word = self._tokens[place]
        return "" if kind == "text" else word

    def _end(self, place: int) -> int:
        """Return where the bracket at `place` is closed."""
        return self._closings.get(place, len(self._tokens) - 1)

    def _value(self, place: int, depth: int) -> tuple[Any, int]:
        """Return the value that begins at `place`, and the place behind it: a comma, or what closes or ends it."""
        self._values += 1
        if depth > _MAX_DEPTH or self._values > _MAX_VALUES:
            return None, self._skip(place)
        value, behind = self._operand(place, depth)
        while self._at(behind) == "+":
            other, behind = self._operand(behind + 1, depth)
            value = value + other if isinstance(value, str) and isinstance(other, str) else value
        return value, self._skip(behind)

    def _skip(self, place: int) -> int:
        """Return the place of the next sign that ends a value: `as const`, `|| other` and the like are passed over."""
        while place < len(self._tokens) and self._at(place) not in (",", ";", ")", "]", "}"):
            if self._at(place) in ("const", "let", "var", "export", "function", "import"):
                break
            place = self._end(place) + 1 if self._at(place) in _CLOSING else place + 1
        return place

    def _operand(self, place: int, depth: int) -> tuple[Any, int]:
        kind, word = self._tokens[place] if place < len(self._tokens) else ("end", ";")
        if kind == "text":
            return _text(word), place + 1
        if kind == "word":
            return self._word(word, place, depth)
        if word == "{":
            return self._object(place, depth), self._end(place) + 1
        if word == "[":
            return self._list(place, depth), self._end(place) + 1
        if word == "(":
            end = self._end(place)
            if self._at(end + 1) == "=>":
                return self._body(end + 2, depth)
            return self._value(place + 1, depth + 1)[0], end + 1
        return None, place

    def _word(self, word: str, place: int, depth: int) -> tuple[Any, int]:
        after = self._at(place + 1)
        if word in ("await", "new", "async", "return"):
            return self._operand(place + 1, depth)
        if word == "function":
            return self._function(place, depth)
        if word in _CONSTANTS:
            return _CONSTANTS[word], place + 1
        if after == "=>":
            return self._body(place + 2, depth)
        if after == "(":
            return self._call(word, place, depth)
        if word.isascii() and word.isdigit():
            return word, place + 1
        if word in self._definitions:
            return self._value(self._definitions[word], depth + 1)[0], place + 1
        return None, place + 1

    def _call(self, word: str, place: int, depth: int) -> tuple[Any, int]:
        """Return what a function gives that is defined here; of any other its first object, list or text."""
        end = self._end(place + 1)
        if word in self._definitions:
            return self._value(self._definitions[word], depth + 1)[0], end + 1
        given = self._values_until(place + 2, end, depth)
        found = next((one for one in given if isinstance(one, dict | list)), None)
        if isinstance(found, dict):
            found = {**found, "()": word}
        return found if found is not None else next((one for one in given if isinstance(one, str)), None), end + 1

    def _function(self, place: int, depth: int) -> tuple[Any, int]:
        while place < len(self._tokens) and self._at(place) not in ("(", ";"):
            place += 1
        body = self._end(place) + 1
        while body < len(self._tokens) and self._at(body) not in ("{", ";"):
            body += 1
        return self._body(body, depth)

    def _body(self, place: int, depth: int) -> tuple[Any, int]:
        """Return what a function gives whose body begins at `place`."""
        if self._at(place) != "{":
            return self._value(place, depth + 1)
        end = self._end(place)
        for at in range(place + 1, end):
            if self._at(at) == "return":
                return self._value(at + 1, depth + 1)[0], end + 1
        return None, end + 1

    def _values_until(self, place: int, end: int, depth: int) -> list[Any]:
        found: list[Any] = []
        while place < end:
            spread = self._at(place) == "..."
            value, behind = self._value(place + spread, depth + 1)
            if not spread:
                found.append(value)
            elif isinstance(value, list):
                found += value
            place = max(behind, place) + 1
        return found

    def _list(self, place: int, depth: int) -> list[Any]:
        return self._values_until(place + 1, self._end(place), depth)

    def _object(self, place: int, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        end = self._end(place)
        place += 1
        while place < end:
            kind, word = self._tokens[place]
            if word == "...":
                value, behind = self._value(place + 1, depth + 1)
                found.update(value if isinstance(value, dict) else {})
            elif kind == "sign":  # `[computed]: …`, or a comma too many
                behind = self._skip(place)
            else:
                key = _text(word) if kind == "text" else word
                after = self._at(place + 1)
                if after == ":":
                    found[key], behind = self._value(place + 2, depth + 1)
                elif after == "(":
                    found[key], behind = self._function(place + 1, depth + 1)
                    behind = self._skip(behind)
                else:
                    found[key], behind = self._value(place, depth + 1)
            place = max(behind, place) + (self._at(behind) in (",", ";") or behind <= place)
        return found


def _text(literal: str) -> str:
    def shown(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        if code:
            return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else ""
        return _LETTERS.get(match[4], match[4])

    return _ESCAPE.sub(shown, literal[1:-1])
