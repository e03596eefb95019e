# The two commands of the README: `make run` and `make test`. Both set up what they need.
PYTHON ?= python3
# What pip is told for torch. Elsewhere than on a machine with a CPU build at hand, add where that build is:
#   make run TORCH="torch --index-url <the CPU index that PyTorch's installation page names>"
TORCH ?= torch==2.13.0

BIN := .venv/bin

.PHONY: run test check format screenshots notebooks clean

run: .venv/.installed
	@$(BIN)/supportbot serve

test: .venv/.installed-dev
	$(BIN)/pytest

check: .venv/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Every page and state as pictures in screenshots/: both themes, three widths, three languages.
screenshots: .venv/.installed-dev
	SUPPORTBOT_SCREENSHOTS=screenshots $(BIN)/pytest tests/pages/test_gallery.py

notebooks: .venv/.installed-dev
	$(BIN)/python -m pip install --quiet notebook
	$(BIN)/jupyter notebook notebooks

clean:
	rm -rf .venv index/[0-9]* index/CURRENT index/.lock

# torch goes first: otherwise sentence-transformers would pull its CUDA build, gigabytes that nothing here uses.
.venv/.installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet $(TORCH)
	$(BIN)/python -m pip install --quiet --editable ".[bench,eval,mteb]"
	@touch $@

.venv/.installed-dev: .venv/.installed
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@
