# The only place where commands are written down; the README and .ci/run call it.

PYTHON ?= $(or $(shell command -v python3.11),$(shell command -v python3))
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PORT ?= 8000
SOURCES := evalhub rubrics tasks reviews tests manage.py
# What the tools need to load the settings; production takes its own from the environment.
TOOL_ENV := DJANGO_SETTINGS_MODULE=tests.settings EVALHUB_DATA_DIR=var/check

.PHONY: help demo test bench check format lock screenshots clean

help:  ## say what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: .venv/demo.stamp  ## run the product on this machine [PORT=8000] [RESET=1] [IMAGES=folder]
	@exec $(BIN)/python -m evalhub.demo --port "$(PORT)" $(if $(RESET),--reset) $(if $(IMAGES),--images "$(IMAGES)")

test: .venv/dev.stamp  ## run the test suite on SQLite and on PostgreSQL [ARGS="-k claim"]
	$(BIN)/python -m tests.run -n 2 $(ARGS)

bench: .venv/dev.stamp  ## measure at a million tasks, targets beside figures [ARGS="--small"]
	$(BIN)/python -m tests.bench $(ARGS)

faults: .venv/dev.stamp  ## kill, cut and fill up what the product stands on [ARGS="FT1 CC3"]
	$(BIN)/python -m tests.faults $(ARGS)

check: .venv/dev.stamp  ## run every linter, the type checker and the checks of Django
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(TOOL_ENV) $(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(TOOL_ENV) $(BIN)/python manage.py makemigrations --check --dry-run
	$(TOOL_ENV) $(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/docker-compose --env-file docker/sample.env config -q

format: .venv/dev.stamp  ## put the sources into their one format
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

lock: .venv/dev.stamp  ## pin the requirements anew
	$(PIP) install --quiet uv
	for name in base demo dev; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  requirements/$$name.in --output-file requirements/$$name.txt; done

screenshots: .venv/dev.stamp  ## make the pictures of the README and docs anew
	$(BIN)/python -m tests.screenshots

clean:  ## remove the virtual environment and the demo's data
	rm -rf .venv var

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Install Python 3.11 or later first."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is too old: evalhub needs Python 3.11 or later. Name one with PYTHON=path."; exit 1; }
	@echo "Making the virtual environment …"
	@$(PYTHON) -m venv .venv || \
	  { rm -rf .venv; echo "Python could not make a virtual environment. On Debian: apt install python3-venv."; exit 1; }

.venv/demo.stamp: requirements/demo.txt | .venv/bin/python
	@echo "Installing what the demo needs …"
	@$(PIP) install --require-hashes --requirement requirements/demo.txt
	@touch $@

.venv/dev.stamp: requirements/dev.txt | .venv/bin/python
	@echo "Installing what the tests and checks need …"
	@$(PIP) install --quiet --require-hashes --requirement requirements/dev.txt
	@touch $@ .venv/demo.stamp
