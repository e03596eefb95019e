"""Settings: one table of names, defaults and meanings, read from `SUPPORTBOT_*` variables and a TOML file.

An option of a command wins over a variable, a variable over the file, the file over the default. The file is
`supportbot.toml` in the working folder, or the one that `SUPPORTBOT_CONFIG` names.
"""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from supportbot.errors import SettingsError

KNOWN_SECRET = "supportbot-development-secret"  # noqa: S105 - refused outside development
"""The secret that everybody knows: good for trying things out on one's own machine."""


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
    environment: Literal["development", "production"] = Field(
        "development", description="`production` refuses to start with a secret that everybody knows"
    )
    secret: SecretStr = Field(
        SecretStr(KNOWN_SECRET), description="signs visitors' tokens; at least 32 random characters"
    )
    host: str = Field("127.0.0.1", description="address to listen on; others than this machine's need `production`")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on; 0 for any free one")
    workers: int = Field(1, ge=1, le=64, description="processes that serve")
    proxies: str = Field("127.0.0.1", description="addresses of reverse proxies whose X-Forwarded-For is believed")
    database: str = Field("sqlite:///supportbot.db", description="where conversations are stored: SQLite or PostgreSQL")
    origins: str = Field("", description="sites that may call the service and frame its pages, comma-separated")
    visitor_days: int = Field(90, ge=1, le=3650, description="days until a visitor's token expires")
    retention_days: int = Field(365, ge=0, le=36500, description="days until untouched conversations go; 0 for never")
    visitor_limit: str = Field("20/minute;300/hour", description="questions a visitor may ask")
    address_limit: str = Field("120/minute;2000/hour", description="questions that may come from one address")
    read_limit: str = Field("600/minute", description="searches, suggestions and the like from one address")
    body_bytes: int = Field(65_536, ge=1024, le=10_000_000, description="longest body of a request")
    benchmark: Path = Field(
        Path("corpus/benchmarks/help-zh-hant"), description="questions by which two index versions are compared"
    )
    llm_url: str = Field("", description="OpenAI-compatible language model that may rephrase answers; off if empty")
    llm_key: SecretStr = Field(SecretStr(""), description="key of that service")
    llm_model: str = Field("", description="name of the model there")
    llm_seconds: float = Field(4.0, gt=0, le=60, description="longest that an answer waits for it")

    @field_validator("visitor_limit", "address_limit", "read_limit")
    @classmethod
    def _is_a_limit(cls, value: str) -> str:
        from limits import parse_many

        try:
            parse_many(value)
        except ValueError:
            raise ValueError('expected limits such as "20/minute;300/hour"') from None
        return value

    @field_validator("article_url")
    @classmethod
    def _has_id(cls, value: str) -> str:
        if "{id}" not in value:
            raise ValueError("must hold {id}, which becomes the article's id")
        return value

    def check_serving(self) -> None:
        """Raise `SettingsError` unless these settings are fit to be served with: a secret of one's own in the open."""
        secret = self.secret.get_secret_value()
        at_home = self.host in ("127.0.0.1", "::1", "localhost")
        if self.environment == "development" and not at_home:
            raise SettingsError(
                f"SUPPORTBOT_HOST={self.host!r}: in development only this machine may be served; "
                "set SUPPORTBOT_ENVIRONMENT=production and SUPPORTBOT_SECRET"
            )
        if self.environment == "production" and (secret == KNOWN_SECRET or len(secret) < 32):
            raise SettingsError("SUPPORTBOT_SECRET: production needs one of at least 32 random characters")

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
        shown = "…" if name in ("secret", "llm_key") else f"{fault['input']!r:.80}"
        raise SettingsError(f"SUPPORTBOT_{name.upper()}={shown}: {fault['msg']}") from None
    except ValueError as error:  # a TOML file that is not TOML
        raise SettingsError(f"{config or 'supportbot.toml'}: {error}") from None
