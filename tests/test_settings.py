"""Settings: from options, variables, a file and defaults, in that order; a wrong one is named with what is accepted."""

from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT
from pydantic import SecretStr

from supportbot.errors import SettingsError
from supportbot.settings import Settings, load


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder and no variable set."""
    for name in [*(f"SUPPORTBOT_{name.upper()}" for name in Settings.model_fields), "SUPPORTBOT_CONFIG"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def file(content: str, path: str = "supportbot.toml") -> Path:
    Path(path).write_text(content, encoding="utf-8")
    return Path(path)


def test_without_anything_set_the_project_layout_and_the_bundled_model_are_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/caches")
    settings = load()
    assert (settings.corpus, settings.index) == (Path("corpus"), Path("index"))
    assert settings.cache == Path("/var/caches/supportbot")
    assert (settings.model, settings.runtime, settings.threads) == ("bundled", "onnx", 0)
    assert settings.article_url == "/articles/{id}"
    assert settings.answer_precision is None, "that of the tuning"


def test_without_a_cache_variable_the_cache_is_in_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "/home/anna")
    assert load().cache == Path("/home/anna/.cache/supportbot")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("corpus", "/data/語料", Path("/data/語料")),
        ("index", "/data/index", Path("/data/index")),
        ("cache", "/data/cache", Path("/data/cache")),
        ("model", "intfloat/multilingual-e5-small", "intfloat/multilingual-e5-small"),
        ("runtime", "torch", "torch"),
        ("threads", "4", 4),
        ("article_url", "https://example.com/{id}", "https://example.com/{id}"),
        ("answer_precision", "0.7", 0.7),
        ("environment", "production", "production"),
        ("port", "9000", 9000),
        ("database", "postgresql://bot@db/support", "postgresql://bot@db/support"),
        ("visitor_limit", "5/minute", "5/minute"),
        ("retention_days", "0", 0),
    ],
)
def test_every_setting_can_be_given_as_a_variable_in_the_file_and_as_an_option(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: object
) -> None:
    assert getattr(load(**{name: value}), name) == value
    file(f"{name} = {text}" if isinstance(value, int | float) else f'{name} = "{text}"')
    assert getattr(load(), name) == value
    Path("supportbot.toml").unlink()
    monkeypatch.setenv(f"SUPPORTBOT_{name.upper()}", text)
    assert getattr(load(), name) == value


def test_the_readme_has_a_row_for_every_setting() -> None:
    rows = [line for line in (PROJECT / "README.md").read_text("utf-8").splitlines() if "`SUPPORTBOT_" in line]
    listed = [tuple(cell.strip().strip("`") for cell in row.strip("|").split("|")) for row in rows if row[0] == "|"]
    assert [name for name, _, _ in listed] == [f"SUPPORTBOT_{name.upper()}" for name in Settings.model_fields]
    for (_, default, meaning), field in zip(listed, Settings.model_fields.values(), strict=True):
        value = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        assert meaning == (field.description or "").strip("`")
        if field.default_factory is None:
            assert default == ("" if value is None else str(value))


def test_an_option_wins_over_a_variable_and_a_variable_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    file("threads = 1\nmodel = 'hash'\n")
    assert load().threads == 1
    monkeypatch.setenv("SUPPORTBOT_THREADS", "2")
    assert load().threads == 2
    settings = load(threads=3)
    assert settings.threads == 3
    assert settings.model == "hash"  # what nothing above names still comes from the file


def test_an_option_that_was_not_given_leaves_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORTBOT_THREADS", "2")
    assert load(threads=None, corpus=None).threads == 2


def test_the_file_can_lie_elsewhere_and_then_the_one_here_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    file("threads = 1\nmodel = 'hash'\n")
    monkeypatch.setenv("SUPPORTBOT_CONFIG", str(file("threads = 5\n", "other.toml")))
    assert (load().threads, load().model) == (5, "bundled")


def test_a_named_file_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORTBOT_CONFIG", "missing.toml")
    with pytest.raises(SettingsError, match=r"^SUPPORTBOT_CONFIG: no file at 'missing\.toml'$"):
        load()


def test_variables_of_other_programs_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORTBOT_OF_ANOTHER_KIND", "1")
    monkeypatch.setenv("CORPUS", "/elsewhere")
    assert load().corpus == Path("corpus")


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("threads", "many", "Input should be a valid integer"),
        ("threads", "-1", "Input should be greater than or equal to 0"),
        ("threads", "1000", "Input should be less than or equal to 256"),
        ("runtime", "jax", "Input should be 'onnx' or 'torch'"),
        ("answer_precision", "2", "Input should be less than or equal to 1"),
        ("answer_precision", "-0.1", "Input should be greater than or equal to 0"),
        ("answer_precision", "nan", "Input should be"),
        ("answer_precision", "high", "Input should be a valid number"),
        ("port", "70000", "less than or equal to 65535"),
        ("visitor_limit", "often", 'limits such as "20/minute;300/hour"'),
        ("environment", "test", "Input should be 'development' or 'production'"),
        ("article_url", "https://example.com/", "must hold {id}, which becomes the article's id"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_accepted(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, accepted: str
) -> None:
    def complaint(**options: Any) -> str:
        with pytest.raises(SettingsError) as fault:
            load(**options)
        return str(fault.value)

    monkeypatch.setenv(f"SUPPORTBOT_{name.upper()}", value)
    by_variable = complaint()
    assert by_variable.startswith(f"SUPPORTBOT_{name.upper()}='{value}': ")
    assert accepted in by_variable
    assert "\n" not in by_variable
    monkeypatch.delenv(f"SUPPORTBOT_{name.upper()}")
    assert complaint(**{name: value}) == by_variable
    file(f"{name} = '{value}'")
    assert complaint() == by_variable


def test_a_setting_that_does_not_exist_is_named_with_those_that_do() -> None:
    expected = r"^corpos: no such setting; expected one of corpus, index, cache, model, runtime, threads, article_url"
    with pytest.raises(SettingsError, match=expected):
        load(corpos="x")
    file("corpos = 'x'\n")
    with pytest.raises(SettingsError, match=expected):
        load()


@pytest.mark.parametrize(
    "content", [b"threads: 4\n", b"threads = \n", b"threads = '\xff'\n", b"threads = 1\nthreads = 2\n"]
)
def test_a_file_that_is_not_toml_is_named(content: bytes) -> None:
    Path("supportbot.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"^supportbot\.toml: "):
        load()


def test_a_named_file_that_is_not_toml_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORTBOT_CONFIG", str(file("{}", "other.toml")))
    with pytest.raises(SettingsError, match=r"^other\.toml: "):
        load()


def test_settings_do_not_change_once_read() -> None:
    settings = load()
    with pytest.raises(ValueError, match="frozen"):
        settings.threads = 3


@pytest.mark.parametrize("name", ["corpus", "index", "cache", "model"])
def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    default = getattr(load(), name)
    monkeypatch.setenv(f"SUPPORTBOT_{name.upper()}", "")
    assert getattr(load(), name) == default


def test_an_empty_name_of_the_file_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    file("threads = 1\n")
    monkeypatch.setenv("SUPPORTBOT_CONFIG", "")
    assert load().threads == 1


def test_a_secret_is_not_shown_when_something_is_wrong_with_it_or_else(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "hunter2" not in repr(load(secret="hunter2", llm_key="hunter2"))
    file("secret = ['hunter2']\n")
    with pytest.raises(SettingsError) as fault:
        load()
    assert "hunter2" not in str(fault.value)
