# Tradewind: `make run` starts it, `make test` tests it. Nothing else is needed on the machine than
# Python 3.11 or newer and make; a second run does only what changed.

PYTHON ?= python3
PORT ?= 8000
PYTEST_ARGS ?=
# tests of one file stay together; with one worker: make test WORKERS=0
WORKERS ?= 2
CASES ?= 10000
SEED ?= 1
EXAMPLES ?= 200
BIN := .venv/bin

.PHONY: help run test fuzz lint bench catalogs lock wheel clean

help:
	@echo "make run       prepare everything, load the demo company, serve on http://127.0.0.1:$(PORT)"
	@echo "make test      prepare everything, run all tests (PYTEST_ARGS=... adds options)"
	@echo "make fuzz      requests of every kind at the API, acts of every kind on workflows (CASES=10000 SEED=1 EXAMPLES=200)"
	@echo "make lint      ruff, mypy, catalogs, contract tests"
	@echo "make bench     measure start, pages, numbering, background work, Excel and API (BENCH_ARGS=...)"
	@echo "make catalogs  take new strings into the message catalogs"
	@echo "make lock      renew requirements/*.txt from setup.cfg"
	@echo "make wheel     build dist/*.whl"
	@echo "make clean     remove what make made, but no data"

run:
	@$(PYTHON) tools/prepare.py run
	@TRADEWIND_PORT=$(PORT) exec $(BIN)/tradewind serve --prepare

test:
	@$(PYTHON) tools/prepare.py test
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(PYTEST_ARGS)

fuzz:
	@$(PYTHON) tools/prepare.py test
	FUZZ_CASES=$(CASES) FUZZ_SEED=$(SEED) $(BIN)/python -m pytest -q -s tests/plugins/rest/test_fuzz.py
	FUZZ_CASES=$(EXAMPLES) $(BIN)/python -m pytest -q tests/core/workflow/test_case_machine.py tests/core/workflow/test_engine_model.py

lint:
	@$(PYTHON) tools/prepare.py test
	$(BIN)/ruff check .
	$(BIN)/python -m mypy
	$(BIN)/python tools/catalogs.py check
	$(BIN)/python -m pytest -q tests/contract

bench:
	@$(PYTHON) tools/prepare.py test
	$(BIN)/python -m bench $(BENCH_ARGS)

catalogs:
	$(BIN)/python tools/catalogs.py update

lock:
	tools/lock.sh

wheel:
	@$(PYTHON) tools/prepare.py test
	$(BIN)/python -m pip wheel --no-deps --wheel-dir dist .

clean:
	rm -rf .venv node_modules build dist core/static/dist core/static/fonts .pytest_cache .ruff_cache .mypy_cache
	find core plugins -name '*.mo' -delete
