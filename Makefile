# Two commands: `make run` serves the app, `make test` checks everything. Both set up what they need, in .venv.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8501
BIN := .venv/bin
JS_TESTS := $(wildcard tests/js/*.test.js)
PIP := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check
TORCH = $(shell grep '^torch==' requirements.txt)
CPU_BUILDS := https://download.pytorch.org/whl/cpu
UV := uv==0.13.9
LOCKING = --quiet $(UPGRADE) --config-file requirements-lock.toml --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help run test lint lint-js js browser bench lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.installed ## serve the app at http://localhost:8501 (PORT=8600 elsewhere; HOST=0.0.0.0 for other machines too)
	@exec $(BIN)/streamlit run app.py --server.address "$(HOST)" --server.port "$(PORT)" --browser.serverAddress localhost

# One thread a process: the workers share the cores.
test: lint js browser ## run every check: style, types, JavaScript, Python and browser tests
	OMP_NUM_THREADS=1 $(BIN)/pytest -n auto --maxprocesses 8 -m 'not browser'
	OMP_NUM_THREADS=1 $(BIN)/pytest -m browser -rs

lint: .venv/.installed-dev lint-js ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lint-js:
	@if ! command -v npm >/dev/null; then echo "JavaScript's style and types SKIPPED: npm is not installed."; \
	elif ! $(MAKE) --silent node_modules/.installed; then echo "JavaScript's style and types SKIPPED: npm could not install what checks them."; \
	else npm run --silent lint; fi

js: ## run the JavaScript tests
ifeq ($(JS_TESTS),)
	@echo "JavaScript tests: none here."
else
	@if command -v node >/dev/null; then node --test $(JS_TESTS); else \
		echo "JavaScript tests SKIPPED: Node is not installed."; fi
endif

browser: .venv/.installed-dev
	@$(BIN)/python -m tests.browser.chromium

bench: .venv/.installed-dev ## measure permviz beside its peers, as ratios
	$(BIN)/python -m benchmarks

clean: ## remove caches (the environment stays: rm -r .venv removes it)
	rm -rf .mypy_cache .pytest_cache .ruff_cache build dist *.egg-info
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

# The locks hold all that torch needs too, so that an index with its builds alone will do: docs/decisions/0020.
define install
	@$(PIP) --no-deps --require-hashes -r $(1)
	@if [ "$$(uname -s)" = Linux ]; then $(PIP) --index-url $(CPU_BUILDS) --retries 0 --timeout 10 $(TORCH) 2>/dev/null \
		|| echo "No CPU build of torch from its own index: the default build, which may bring CUDA, gigabytes."; fi
	@$(PIP) $(TORCH)
endef

.venv/.installed: requirements.lock requirements.txt | .venv/bin/python
	@echo "Installing the requirements into .venv; the first time takes a few minutes."
	$(call install,requirements.lock)
	@touch $@

.venv/.installed-dev: requirements-dev.lock requirements-dev.txt requirements.lock requirements.txt | .venv/bin/python
	@echo "Installing the requirements of the tests into .venv; the first time takes a few minutes."
	$(call install,requirements-dev.lock)
	@touch $@ .venv/.installed

# UPGRADE=--upgrade looks for newer versions of what is not pinned; without it they stay as they are.
lock: ## make the locks anew after a change of the requirements
	@$(PYTHON) -m venv build/uv && build/uv/bin/python -m pip install --quiet --disable-pip-version-check $(UV)
	build/uv/bin/uv pip compile $(LOCKING) requirements.txt --output-file requirements.lock
	build/uv/bin/uv pip compile $(LOCKING) requirements-dev.txt --constraint requirements.lock --output-file requirements-dev.lock

node_modules/.installed: package.json package-lock.json
	@echo "Installing ESLint and TypeScript into node_modules."
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { \
		echo "permviz needs Python 3.11 or newer and found no '$(PYTHON)'. Install one, or name it: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "permviz needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Name another: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot create environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
