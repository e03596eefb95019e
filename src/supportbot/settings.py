"""Settings: one table of names, defaults and meanings.

Each is looked up in this order: options of the command, `SUPPORTBOT_*` environment variables, the TOML file, the
default. The TOML file is `supportbot.toml` in the working folder, or the one that `SUPPORTBOT_CONFIG` names.
"""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from supportbot.errors import SettingsError

KNOWN_SECRET = "supportbot-development-secret"  # noqa: S105 - refused outside development
"""The default secret. It is public, so it may only sign tokens on a developer's own machine."""


def _default_cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "supportbot"


class Settings(BaseSettings):
    """All settings. Each is also an environment variable: its name in capitals, with the prefix `SUPPORTBOT_`.

    ```python
    settings = load(corpus="my-corpus", model="hash")
    settings.threads  # from SUPPORTBOT_THREADS, supportbot.toml or the default, in this order
    ```
    """

    model_config = SettingsConfigDict(env_prefix="SUPPORTBOT_", env_ignore_empty=True, extra="forbid", frozen=True)

    corpus: Path = Field(Path("corpus"), description="folder of the articles and the lexicon")
    index: Path = Field(Path("index"), description="folder of the built index versions")
    cache: Path = Field(default_factory=_default_cache, description="folder for the prepared model and jieba's cache")
    model: str = Field("bundled", description="embedding model: bundled, or a sentence-transformers name or folder")
    runtime: Literal["onnx", "torch"] = Field("onnx", description="onnx: exported once, int8; torch: full precision")
    threads: int = Field(0, ge=0, le=256, description="processor threads for the model; 0 for all")
    article_url: str = Field("/articles/{id}", description="link to an article that has no url of its own")
    tuning: Path | None = Field(None, description="tuning file; by default tuning.yaml in the corpus folder")
    answer_precision: float | None = Field(
        None, ge=0, le=1, description="wanted share of right answers among all answers; by default that of the tuning"
    )
    follow_up_precision: float = Field(0.8, ge=0, le=1, description="the same for follow-up questions")
    clarify_precision: float | None = Field(
        None, ge=0, le=1, description="least confidence at which the bot asks back; by default that of the tuning"
    )
    environment: Literal["development", "production"] = Field(
        "development", description="`production` refuses to start with the default secret"
    )
    secret: SecretStr = Field(
        SecretStr(KNOWN_SECRET), description="signs visitors' tokens; at least 32 random characters"
    )
    host: str = Field("127.0.0.1", description="address to listen on; others than this machine's need `production`")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on; 0 for any free one")
    workers: int = Field(1, ge=1, le=64, description="processes that serve")
    proxies: str = Field("127.0.0.1", description="addresses of reverse proxies whose X-Forwarded-For is trusted")
    database: str = Field("sqlite:///supportbot.db", description="where conversations are stored: SQLite or PostgreSQL")
    origins: str = Field("", description="sites that may call the service and frame its pages, comma-separated")
    visitor_days: int = Field(90, ge=1, le=3650, description="days until a visitor's token expires")
    retention_days: int = Field(
        365, ge=0, le=36500, description="days until an idle conversation is deleted; 0 for never"
    )
    sync_minutes: int = Field(
        0, ge=0, le=525_600, description="minutes between two syncs of the corpus with its sources.yaml; 0 for never"
    )
    visitor_limit: str = Field("20/minute;300/hour", description="questions a visitor may ask")
    address_limit: str = Field("120/minute;2000/hour", description="questions that may come from one address")
    read_limit: str = Field("600/minute", description="searches, suggestions and the like from one address")
    body_bytes: int = Field(65_536, ge=1024, le=10_000_000, description="most bytes in the body of a request")
    benchmark: Path = Field(
        Path("corpus/benchmarks/help-zh-hant"), description="BEIR folder whose questions compare two index versions"
    )
    llm_url: str = Field("", description="OpenAI-compatible language model that may rephrase answers; off if empty")
    llm_key: SecretStr = Field(SecretStr(""), description="key of that service")
    llm_model: str = Field("", description="name of the model there")
    llm_seconds: float = Field(4.0, gt=0, le=60, description="most seconds that an answer waits for it")

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
        """Raise `SettingsError` for a host or a secret that is not safe in this `environment`."""
        secret = self.secret.get_secret_value()
        loopback = self.host in ("127.0.0.1", "::1", "localhost")
        if self.environment == "development" and not loopback:
            raise SettingsError(
                f"SUPPORTBOT_HOST={self.host!r}: in development only this machine may be served; "
                "set SUPPORTBOT_ENVIRONMENT=production and SUPPORTBOT_SECRET"
            )
        if self.environment == "production" and (secret == KNOWN_SECRET or len(secret) < 32):
            raise SettingsError("SUPPORTBOT_SECRET: production needs one of at least 32 random characters")

    def as_environment(self) -> dict[str, str]:
        """Return the settings that were set, as environment variables for a child process."""
        values = {name: getattr(self, name) for name in sorted(self.model_fields_set)}
        return {
            f"SUPPORTBOT_{name.upper()}": value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in values.items()
            if value is not None
        }

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *args: PydanticBaseSettingsSource, **sources: PydanticBaseSettingsSource
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Look in the options first, then in the environment, then in the file."""
        file = Path(os.environ.get("SUPPORTBOT_CONFIG") or "supportbot.toml")
        toml = TomlConfigSettingsSource(settings_cls, toml_file=file)
        return (*(args or tuple(sources.values()))[:2], toml)


def load(**options: Any) -> Settings:
    """Return the settings, with those `options` that are not None on top.

    Raises `SettingsError`, which names the setting, its value and what would be accepted.
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
