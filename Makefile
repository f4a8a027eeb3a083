# Two commands: `make run` serves the app, `make test` checks everything. Both set up what they need, in .venv.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8501
BIN := .venv/bin
JS_TESTS := $(wildcard tests/js/*.test.js)

.DEFAULT_GOAL := help
.PHONY: help run test lint lint-js js browser bench clean

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

.venv/.installed: requirements.txt | .venv/bin/python
	@echo "Installing the requirements into .venv; the first time takes a few minutes."
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.installed-dev: requirements-dev.txt requirements.txt | .venv/bin/python
	@echo "Installing the requirements of the tests into .venv; the first time takes a few minutes."
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/.installed

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
