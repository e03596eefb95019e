"""Settings: one table of names, defaults and meanings, read from `SUPPORTBOT_*` variables and a TOML file.

An option of a command wins over a variable, a variable over the file, the file over the default. The file is
`supportbot.toml` in the working folder, or the one that `SUPPORTBOT_CONFIG` names.
"""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from supportbot.errors import SettingsError


def _default_cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "supportbot"


class Settings(BaseSettings):
    """All that can be set. Each name in capitals, with `SUPPORTBOT_` in front, is an environment variable."""

    model_config = SettingsConfigDict(env_prefix="SUPPORTBOT_", env_ignore_empty=True, extra="forbid", frozen=True)

    corpus: Path = Field(Path("corpus"), description="folder of the articles and the lexicon")
    index: Path = Field(Path("index"), description="folder of the built index versions")
    cache: Path = Field(default_factory=_default_cache, description="folder for the prepared model and jieba's cache")
    model: str = Field("bundled", description="embedding model: bundled, or a sentence-transformers name or folder")
    runtime: Literal["onnx", "torch"] = Field("onnx", description="onnx: exported once, int8; torch: full precision")
    threads: int = Field(0, ge=0, le=256, description="processor threads for the model; 0 for all")
    article_url: str = Field("/articles/{id}", description="link to an article that has no url of its own")
    tuning: Path | None = Field(None, description="file of `supportbot tune`; the corpus folder's own if not named")
    answer_precision: float = Field(0.975, ge=0, le=1, description="share of the answers that has to be right")
    follow_up_precision: float = Field(0.8, ge=0, le=1, description="the same of follow-ups, which are harder to tell")
    clarify_precision: float = Field(0.65, ge=0, le=1, description="how likely the answer must be to ask back for it")

    @field_validator("article_url")
    @classmethod
    def _has_id(cls, value: str) -> str:
        if "{id}" not in value:
            raise ValueError("must hold {id}, which becomes the article's id")
        return value

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *args: PydanticBaseSettingsSource, **sources: PydanticBaseSettingsSource
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options first, then the environment, then the file."""
        file = Path(os.environ.get("SUPPORTBOT_CONFIG") or "supportbot.toml")
        toml = TomlConfigSettingsSource(settings_cls, toml_file=file)
        return (*(args or tuple(sources.values()))[:2], toml)


def load(**options: Any) -> Settings:
    """The settings, with those `options` that are not None on top.

    Raises `SettingsError` naming the setting, its value and what would be accepted.
    """
    config = os.environ.get("SUPPORTBOT_CONFIG")
    if config and not Path(config).is_file():
        raise SettingsError(f"SUPPORTBOT_CONFIG: no file at {config!r}")
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        fault = error.errors()[0]
        name = ".".join(map(str, fault["loc"])) or "settings"
        if fault["type"] == "extra_forbidden":
            raise SettingsError(
                f"{name}: no such setting; expected one of {', '.join(Settings.model_fields)}"
            ) from None
        raise SettingsError(f"SUPPORTBOT_{name.upper()}={fault['input']!r:.80}: {fault['msg']}") from None
    except ValueError as error:  # a TOML file that is not TOML
        raise SettingsError(f"{config or 'supportbot.toml'}: {error}") from None
