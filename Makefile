# Everything a newcomer types. `make run` and `make test` set up what is missing by themselves.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
BACKSTAY_SHARED ?= ../shared
export BACKSTAY_SHARED
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
WORKERS ?= 2

.PHONY: help setup run test check bench fmt messages reset pins chromium

help:  ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1 \t/p' $(MAKEFILE_LIST)

setup: .venv/ready .venv/ready-for-tests  ## make .venv with the pinned packages

run: .venv/ready  ## start Backstay on http://127.0.0.1:8000
	@exec $(BIN)/backstay serve

test: .venv/ready-for-tests chromium  ## run the tests, browser journeys included
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

check: .venv/ready-for-tests  ## linters, types, architecture, budgets
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m checks

bench: .venv/ready-for-tests  ## the figures of the documentation, measured here
	$(BIN)/python -m bench

fmt: .venv/ready-for-tests  ## format the code
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

messages: .venv/ready-for-tests  ## gather the texts that people read into the catalogues, and compile them
	$(BIN)/python -m checks.messages

reset: .venv/ready  ## delete the database and the files, to start over
	@$(BIN)/backstay reset --yes

pins: .venv/ready-for-tests  ## compile requirements/*.in to exact versions
	$(BIN)/uv pip compile --quiet --upgrade --no-annotate --no-header requirements/core.in -o requirements/core.txt
	$(BIN)/uv pip compile --quiet --upgrade --no-annotate --no-header requirements/dev.in -o requirements/dev.txt

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Backstay needs Python 3.11 or newer; name one: make setup PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(MAKE) --no-print-directory .venv-module
	$(PYTHON) -m venv .venv

# Debian keeps the venv module in a package of its own.
.PHONY: .venv-module
.venv-module:
	@if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "Python's venv module is missing: installing Debian's python3-venv"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv; \
	else \
	  echo "Python's venv module is missing. On Debian or Ubuntu: sudo apt-get install python3-venv"; exit 1; \
	fi

.venv/ready: requirements/core.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --progress-bar off --disable-pip-version-check -r requirements/core.txt
	$(BIN)/python -m pip install --quiet --progress-bar off --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/ready-for-tests: .venv/ready requirements/dev.txt
	$(BIN)/python -m pip install --quiet --progress-bar off --disable-pip-version-check -r requirements/core.txt -r requirements/dev.txt
	@touch $@

chromium:
	@if command -v chromium >/dev/null || ! command -v apt-get >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then as=; elif sudo -n true 2>/dev/null; then as="sudo -n"; else \
	  echo "chromium is missing: the browser tests will be skipped (sudo apt-get install chromium)"; exit 0; fi; \
	echo "installing Debian's chromium for the browser tests"; \
	{ $$as apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	  $$as apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null; } \
	|| echo "chromium could not be installed: the browser tests will be skipped"
