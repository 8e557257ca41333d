# Every target sets up what it needs. `make help` lists them.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := -m pip install --quiet --disable-pip-version-check
LOCKED := --constraint requirements.lock
WORKERS ?= 3
OSCAR := .venv-oscar

# Whoever keeps compiled files from being written has every process compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

# $(1) is the environment, $(2) what goes into it. uv takes a tenth of pip's time, from the registry that pip is told of;
# where uv is not to be had, or does not get there, pip does it.
define install
	@{ test -x $(BIN)/uv || $(BIN)/python $(PIP) $(LOCKED) uv; } \
	 && UV_DEFAULT_INDEX="$${PIP_INDEX_URL:-$$($(BIN)/python -m pip config get global.index-url 2>/dev/null || echo https://pypi.org/simple)}" \
	    UV_HTTP_TIMEOUT=20 UV_HTTP_RETRIES=1 $(BIN)/uv pip install --quiet --no-config --python $(1)/bin/python $(2) \
	 || { echo "uv cannot, so pip does"; $(1)/bin/python $(PIP) $(2); }
endef

.PHONY: help setup demo demo-oscar test check soak bench format lock

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/installed ## make .venv and install Stoep into it, editable

$(VENV)/installed: setup.cfg pyproject.toml requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing Stoep into $(VENV) …"
	$(call install,$(VENV),$(LOCKED) --editable .)
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@echo "installing the development requirements into $(VENV) …"
	$(call install,$(VENV),$(LOCKED) --editable '.[dev]')
	@touch $@

$(OSCAR)/installed: examples/oscar/requirements.lock plugin/shops/oscar/pyproject.toml $(VENV)/installed
	@test -x $(OSCAR)/bin/python || $(PYTHON) -m venv $(OSCAR)
	@echo "installing django-oscar and stoep-oscar into $(OSCAR) …"
	$(call install,$(OSCAR),--requirement examples/oscar/requirements.lock)
	$(call install,$(OSCAR),--no-deps --no-build-isolation --editable plugin/shops/oscar)
	@touch $@

demo: setup ## start Stoep, its worker, the example shop and warehouse
	@$(BIN)/stoep demo

demo-oscar: setup $(OSCAR)/installed ## the same, and a shop of django-oscar
	@$(BIN)/stoep demo --oscar

test: $(VENV)/installed-dev $(OSCAR)/installed ## run every test, PostgreSQL and browser included
	@$(BIN)/python -m tests.browser.chromium
	@HYPOTHESIS_PROFILE=test $(BIN)/python -m pytest -n $(WORKERS) --dist=worksteal -m 'not soak'

soak: $(VENV)/installed-dev $(OSCAR)/installed ## run the long counts
	@$(BIN)/python -m tests.browser.chromium
	@HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -n $(WORKERS) --dist=worksteal

check: $(VENV)/installed-dev ## ruff, mypy, import rules, tsc on static/ when node is there
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --config setup.cfg
	@if command -v npm >/dev/null; then cd tests/browser && npm install --silent --no-audit --no-fund && npx tsc --project tsconfig.json; \
	 else echo "tsc: skipped, because node is not installed"; fi

bench: $(VENV)/installed-dev ## measure, and print the figures of benchmarks/README.md
	@$(BIN)/python -m benchmarks

format: $(VENV)/installed-dev ## format and mend what ruff can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: $(VENV)/installed-dev ## write both requirements.lock anew, from setup.cfg and from that of the shop of Oscar
	@$(BIN)/pip-compile --quiet --extra dev --strip-extras --no-header --no-emit-index-url --no-emit-find-links --output-file requirements.lock setup.cfg
	@sed -i '/^stoep @ file/,+1d' requirements.lock
	@cd examples/oscar && ../../$(BIN)/pip-compile --quiet --strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --output-file requirements.lock requirements.in
