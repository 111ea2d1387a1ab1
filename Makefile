# make run: set up and open the app.  make test: everything that must hold.  make bench: the measured figures.  make soak: the promises, at length.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
# The CPU build of torch where the default index would bring gigabytes of CUDA: make run TORCH_INDEX=<address>
TORCH_INDEX ?=
PIP_TORCH := $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX),)

# Processes that tests run in.
WORKERS ?= 2

export STREAMLIT_BROWSER_GATHER_USAGE_STATS := false
# Compiled modules are kept, also where a container says otherwise: tests start hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test lint types unit e2e chromium soak bench demo clean help

help:
	@sed -n '1p' Makefile

$(VENV)/.installed: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "NeuronView needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check $(PIP_TORCH) "$$(grep '^torch==' requirements.txt)"
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

run: $(VENV)/.installed
	$(BIN)/python -m neuronview serve --port $(PORT)

test: lint types chromium unit

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

unit: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(WORKERS)

e2e: $(VENV)/.installed-dev chromium
	$(BIN)/python -m pytest -n $(WORKERS) -m e2e

chromium: $(VENV)/.installed-dev
	$(BIN)/python -m tests.support.chromium

# The long forms of what docs/guarantees.md promises; their short ones are part of the tests.
soak: $(VENV)/.installed-dev chromium
	$(BIN)/python -m tests.soak.crash --together 2
	$(BIN)/python -m tests.soak.damage --together 2
	$(BIN)/python -m tests.soak.hostile
	$(BIN)/python -m benchmarks.many --clients 50 --seconds 600

bench: $(VENV)/.installed-dev chromium
	$(BIN)/python -m benchmarks

demo: $(VENV)/.installed
	$(BIN)/python -m neuronview demo build --out data/demo

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache test-results
