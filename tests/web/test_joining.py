"""Modules become one script: in the right order, each with names of its own, and nothing that is not understood."""

import shutil
import subprocess
from pathlib import Path

import pytest

from supportbot.web.joining import join

MAIN = """
import { twice, Box } from "./parts/box.js";
import { one } from "./one.js";

const secret = 1;
console.log(twice(one), new Box(secret).size);
"""
BOX = """
import { one } from "../one.js";

/** Twice. */
export const twice = (n) => n * 2;

const secret = 40 + one;
export class Box {
  size =
    /** @type {number} */ (secret);
}

/** The last comment of the file. */
"""
ONE = """
// console.log("a comment");
export const one = 1;
console.log("once");
"""


def written(folder: Path, main: str = MAIN, box: str = BOX) -> Path:
    (folder / "parts").mkdir()
    (folder / "main.js").write_text(main)
    (folder / "parts" / "box.js").write_text(box)
    (folder / "one.js").write_text(ONE)
    return folder / "main.js"


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
def test_each_module_runs_once_and_keeps_its_names_to_itself(tmp_path: Path) -> None:
    script = join(written(tmp_path))
    ran = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["once", "2", "41"]


def test_comments_that_begin_a_line_are_not_served(tmp_path: Path) -> None:
    script = join(written(tmp_path))
    assert "a comment" not in script
    assert "Twice" not in script


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('import { twice } from "./nowhere.js";', "no module .*nowhere.js"),
        ('import { thrice } from "./parts/box.js";', "box.js does not export thrice"),
        ('import { Box, twice as double } from "./parts/box.js";', "cannot be joined: import"),
        ('import * as box from "./parts/box.js";', "cannot be joined"),
        ('import "./parts/box.js";', "cannot be joined"),
        ('import { one } from "left-pad";', "cannot be joined"),
        ("export default 1;", "cannot be joined: export default"),
        ("export let state = 1;", "cannot be joined"),
        ("export { secret };", "cannot be joined"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        join(written(tmp_path, main=line + "\n"))


def test_modules_that_import_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"circle: main.js -> box.js -> main.js"):
        join(written(tmp_path, box='import { a } from "../main.js";\nexport const twice = 2;\n'))
