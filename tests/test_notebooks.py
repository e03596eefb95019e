"""The notebooks run from top to bottom, offline, and are kept without outputs."""

import shutil
from pathlib import Path

import pytest

from supportbot.settings import Settings

PROJECT = Path(__file__).parents[1]
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))


def test_there_are_three() -> None:
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
@pytest.mark.filterwarnings("ignore")  # what Jupyter's own libraries warn of is not ours
def test_a_notebook_runs_and_holds_no_outputs(
    path: Path, monkeypatch: pytest.MonkeyPatch, real_bot: object, real_settings: Settings
) -> None:
    import nbformat
    from nbconvert.preprocessors import ExecutePreprocessor

    if not (PROJECT / "index" / "CURRENT").exists():  # the notebooks would build the same once more
        shutil.copytree(real_settings.index, PROJECT / "index", dirs_exist_ok=True)
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call,unused-ignore]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    runner = ExecutePreprocessor(timeout=300, kernel_name="python3")  # type: ignore[no-untyped-call,unused-ignore]
    runner.preprocess(notebook, {"metadata": {"path": str(path.parent)}})
    printed = [output for cell in code for output in cell.outputs if output.output_type == "stream"]
    assert any(output.name == "stdout" for output in printed)
    assert not any("Traceback" in output.text for output in printed)
