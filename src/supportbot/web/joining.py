"""Join ES modules into one classic script when it is served: pages load one file, and there is no build step.

Every module becomes a function that returns its exports, so equal names in two modules do not clash.
"""

import re
from pathlib import Path

_IMPORT = re.compile(r'import \{ (\w+(?:, \w+)*) \} from "(\.{1,2}/[\w./-]+\.js)";')
_EXPORT = re.compile(r"export (?:const|class|(?:async )?function\*?) (\w+)")
_COMMENT = re.compile(r"^ *(?://[^\n]*|/\*(?:(?!\*/).)*\*/)\n", re.MULTILINE | re.DOTALL)


def join(entry: Path) -> str:
    """Return `entry` and all modules that it imports as one script, without the comments that begin a line.

    Two forms are understood, each on a line of its own: `import { a, b } from "./x.js";`, and `export` in front of a
    `const`, `class` or `function`. Raises `ValueError` for any other import or export, for a module or name that is
    missing, and for modules that import each other in a circle.
    """
    exports: dict[Path, list[str]] = {}
    bodies: list[str] = []

    def add(path: Path, importers: tuple[Path, ...]) -> None:
        if path in importers:
            circle = " -> ".join(one.name for one in (*importers, path))
            raise ValueError(f"modules import each other in a circle: {circle}")
        if path in exports:
            return
        if not path.is_file():
            raise ValueError(f"there is no module {path}")
        names: list[str] = []
        lines: list[str] = []
        for line in _COMMENT.sub("", path.read_text("utf-8")).splitlines():
            if imported := _IMPORT.fullmatch(line):
                other = (path.parent / imported[2]).resolve()
                add(other, (*importers, path))
                if missing := set(imported[1].split(", ")) - set(exports[other]):
                    raise ValueError(f"{path}: {other.name} does not export {', '.join(sorted(missing))}")
                line = f"const {{ {imported[1]} }} = {_name(other, exports)};"
            elif exported := _EXPORT.match(line):
                names.append(exported[1])
                line = line.removeprefix("export ")
            elif line.startswith(("import ", "import{", "export ", "export{")):
                raise ValueError(f"{path}: cannot be joined: {line}")
            lines.append(line)
        exports[path] = names
        body = "\n".join(lines)
        bodies.append(f"const {_name(path, exports)} = (() => {{\n{body}\nreturn {{ {', '.join(names)} }};\n}})();\n")

    add(entry.resolve(), ())
    return f'(() => {{\n"use strict";\n{"".join(bodies)}}})();\n'


def _name(path: Path, exports: dict[Path, list[str]]) -> str:
    return f"module{list(exports).index(path)}"
