"""The public names of the package: complete, sorted, typed, and loaded only when used."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import assert_type

import pytest
from conftest import PROJECT

import supportbot
from supportbot import Settings, SupportBot, open_bot


def test_all_is_sorted_and_each_name_can_be_imported() -> None:
    assert supportbot.__all__ == sorted(supportbot.__all__)
    assert set(supportbot.__all__) <= set(dir(supportbot))
    for name in supportbot.__all__:
        assert getattr(supportbot, name) is not None
    for name in {*supportbot.__all__} - {"__version__"}:
        assert getattr(supportbot, name).__module__.startswith("supportbot.")


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'supportbot' has no attribute 'SupportBots'"):
        supportbot.SupportBots  # type: ignore[attr-defined]  # noqa: B018


def test_the_names_are_imported_on_first_use() -> None:
    program = "import sys; before = {*sys.modules}; import supportbot; supportbot.__version__; dir(supportbot)\n"
    program += "print(sorted({name.partition('.')[0] for name in {*sys.modules} - before}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(re.findall(r"\w+", done.stdout))
    assert "supportbot" in loaded
    assert not loaded & {"numpy", "faiss", "jieba", "onnxruntime", "opencc", "pydantic", "torch", "typer", "yaml"}


def test_a_bot_opens_by_options_or_by_settings(settings: Settings) -> None:
    options = {name: getattr(settings, name) for name in ("corpus", "index", "cache", "model")}
    for bot in (open_bot(**options), open_bot(settings)):
        assert_type(bot, SupportBot)  # by mypy: the names carry their types
        assert isinstance(bot, SupportBot)
        assert bot.ask("如何提幣?").candidates[0].article_id == "withdraw"
    with pytest.raises(TypeError, match="settings or options, not both"):
        open_bot(settings, corpus="elsewhere")
    with pytest.raises(supportbot.SupportBotError, match="corpos: no such setting"):
        open_bot(corpos="corpus")


def test_the_example_of_the_readme_runs_as_it_stands(
    real_bot: SupportBot, real_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```$", (PROJECT / "README.md").read_text("utf-8"), re.M | re.S)
    shutil.copytree(PROJECT / "corpus", tmp_path / "corpus", ignore=shutil.ignore_patterns("benchmarks"))
    shutil.copytree(real_settings.index, tmp_path / "index")
    monkeypatch.chdir(tmp_path)
    names: dict[str, supportbot.Answer] = {}
    exec(example, names)
    assert names["answer"].outcome == "answer"
    assert names["answer"].context
