# The two commands of the README: `make run` and `make test`. Both set up what they need.
PYTHON ?= python3
# Exact versions of all packages, for Python 3.11 and 3.12. `CONSTRAINTS=` takes the newest that pyproject.toml allows.
CONSTRAINTS ?= .ci/constraints.txt
# What pip is told for torch. Elsewhere than on a machine with a CPU build at hand, add where that build is:
#   make run TORCH="torch --index-url <the CPU index that PyTorch's installation page names>"
TORCH ?= torch

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet $(if $(CONSTRAINTS),--constraint $(CONSTRAINTS))
FAST := $(BIN)/pytest --numprocesses=auto -m "not slow and not browser"

.PHONY: run test fast check check-js format screenshots notebooks constraints clean

run: .venv/.installed
	@$(BIN)/supportbot serve

test: .venv/.installed-dev
	$(BIN)/pytest

# Under a minute on two cores: no real model, no process of its own, no browser.
fast: .venv/.installed-dev
	$(FAST)

check: .venv/.installed-dev check-js
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(FAST) --cov --cov-fail-under=90

# Types, lint and tests of the JavaScript, where there is a node that they run on.
check-js:
	@if node --disable-warning=none -e "" 2>/dev/null; then \
	  cd tests/js && { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent; } && npm run --silent check; \
	else echo "node 20.19 or newer is not installed: the JavaScript is not checked"; fi

format: .venv/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Every page and state as pictures in screenshots/: both themes, three widths, three languages.
screenshots: .venv/.installed-dev
	SUPPORTBOT_SCREENSHOTS=screenshots $(BIN)/pytest tests/browser/test_gallery.py

notebooks: .venv/.installed-dev
	$(PIP) notebook
	OPENBLAS_NUM_THREADS=1 $(BIN)/jupyter notebook notebooks

# Writes down the versions that are installed. To take newer ones: `make clean`, then `make constraints CONSTRAINTS=`.
constraints: .venv/.installed-dev
	$(BIN)/python -m pip list --format=freeze --exclude-editable --exclude pip | sed 's/+.*//' > .ci/constraints.txt

clean:
	rm -rf .venv tests/js/node_modules index/[0-9]* index/CURRENT index/.lock

# torch goes first: otherwise sentence-transformers would pull its CUDA build, gigabytes that nothing here uses.
.venv/.installed: pyproject.toml $(CONSTRAINTS)
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(PIP) $(TORCH)
	$(PIP) --editable ".[bench,eval,mteb]"
	@touch $@

.venv/.installed-dev: .venv/.installed
	$(PIP) --group dev
	@touch $@
