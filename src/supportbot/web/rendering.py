"""Templates to HTML. All that is put in is escaped, unless it went through a sanitiser before."""

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from supportbot.web import TEMPLATES, asset_url


def render(template: str, **values: Any) -> str:
    """A template of `templates/` with these values. Raises `jinja2.UndefinedError` for a value that is missing."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = asset_url
    return environment
