# One command each: `make up` to use it, `make test` to prove it, `make lint` to read it strictly.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 || command -v python3)
LOCK_HASH := $(shell (sha256sum requirements.lock 2>/dev/null || shasum -a 256 requirements.lock) | cut -c1-16)
VENV_STAMP := .venv/.lock-$(LOCK_HASH)
BIN := .venv/bin
TESTS ?= tests
WORKERS ?= 2

.PHONY: help venv up stop test coverage test-fast lint fmt types bench docs lock clean

help:  ## List the commands.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

venv: $(VENV_STAMP)  ## Make .venv from the hashed lock; again only when the lock changes.

$(VENV_STAMP):
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements.lock
	@touch $@

up: venv  ## Start everything on this machine; Ctrl-C stops it.
	@$(BIN)/python -m config.local up

stop: venv  ## Stop the embedded servers and parts that a killed `make up` left behind.
	@$(BIN)/python -m config.local stop --profile local
	@$(BIN)/python -m config.local stop --profile test

test: venv  ## The whole suite, in parallel.
	$(BIN)/pytest $(TESTS) -n $(WORKERS) --dist loadscope $(COVER)

coverage: COVER = --cov
coverage: test  ## The same, at half the speed, and the lines it does not reach.

test-fast: venv  ## The pure tests only: no database.
	$(BIN)/pytest tests/core -q -p no:django

lint: venv  ## Format, style, types, import contracts, migrations, generated files.
	@PATH="$(CURDIR)/$(BIN):$$PATH" .ci/lint

fmt: venv  ## Rewrite to the house format.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

types: venv  ## Types only.
	$(BIN)/mypy

bench: venv  ## The benchmarks, as one table of ratios (SMALL=1 for less than a minute).
	@$(BIN)/python -m bench $(if $(SMALL),--small)

docs: venv  ## Rebuild docs/reference from the code.
	@PATH="$(CURDIR)/$(BIN):$$PATH" .ci/docs

LOCK = $(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

lock:  ## Resolve requirements.in again; what the image installs is a part of it.
	$(LOCK) requirements.in --upgrade -o requirements.lock
	$(LOCK) requirements-run.in --constraint requirements.lock -o requirements-run.lock

clean: venv  ## Remove the environment and all local data.
	@$(BIN)/python -m config.local remove --profile local
	@$(BIN)/python -m config.local remove --profile test
	rm -rf .venv .local .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache staticfiles .coverage*
