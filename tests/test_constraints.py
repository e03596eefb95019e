"""`.ci/constraints.txt` pins every package that pyproject.toml names, for the Python versions it names."""

import re
import tomllib
from itertools import chain

from conftest import PROJECT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LINES = (PROJECT / ".ci" / "constraints.txt").read_text("utf-8").splitlines()


def test_each_line_is_one_released_version() -> None:
    assert [line for line in LINES if not re.fullmatch(r"[\w.-]+==[0-9][\w.]*", line)] == []


def test_every_dependency_is_pinned_to_a_version_that_it_allows() -> None:
    data = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    project = data["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values(), data["dependency-groups"]["dev"]]
    pins = {canonicalize_name(name): version for name, version in (line.split("==") for line in LINES)}
    for requirement in map(Requirement, chain.from_iterable(lists)):
        pinned = pins.get(canonicalize_name(requirement.name))
        assert pinned is not None, f"{requirement} is not pinned: run make constraints"
        assert pinned in requirement.specifier, f"{requirement} is pinned to {pinned}: run make constraints"
