# What a newcomer needs: `make demo` and `make test`.  Everything else is for those who work on the product.
PYTHON ?= python3
PORT ?= 8000
DATA ?=
JSON ?=
PEOPLE ?=
SIZES ?=
WORKERS ?=
PARTS ?=
OPTIONS ?=
VENV = .venv
BIN = $(VENV)/bin
FIGURES = $(VENV)/figures
unexport PYTHONDONTWRITEBYTECODE  # or each of many processes compiles the product, and pytest its tests, anew
or_say = || echo "$(1)" >> $(FIGURES).failed

.PHONY: help demo run test check template types lint prove faults fix assets bench bench-ledger bench-matching bench-city lock

help:
	@echo "make demo [PORT=8000] [DATA=folder]   a living hub with made-up data"
	@echo "make run [PORT=8000]                  the product on the embedded database, without the demo's data"
	@echo "make test                             every test but those that open every page or address, or kill processes"
	@echo "make check                            all tests, lint, types, imports, migrations: what CI runs"
	@echo "make prove                            what takes hours: who may what, asked whole; every page and journey in every way; tamperings with the ledger; hostile files; answers to requests"
	@echo "make faults [PARTS=…] [OPTIONS=…]     kills, starves and stops its parts under work, and checks that nothing is lost: see docs/operations.md"
	@echo "make fix | assets | bench [JSON=file] | bench-ledger [JSON=file] | bench-matching [PEOPLE=100000] [JSON=file] | lock"
	@echo "make bench-city [SIZES=\"20000 200000\"] [WORKERS=300] [JSON=file]   a city of 32 hubs at work, by how long its past is"

$(VENV)/made: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "OpenMASH needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . 2>/dev/null \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/made-dev: requirements-dev.txt $(VENV)/made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: $(VENV)/made
	@$(BIN)/python -m mash demo --port $(PORT) $(if $(DATA),--data "$(DATA)")

run: $(VENV)/made
	@$(BIN)/python -m mash run --port $(PORT)

test: $(VENV)/made-dev
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not exhaustive"

check: $(VENV)/made-dev
	@$(MAKE) --no-print-directory -j 2 template types lint  # side by side: each of them has use for one core
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

template: $(VENV)/made-dev
	$(BIN)/python -m tests.cluster

types: $(VENV)/made-dev
	$(BIN)/mypy

lint: $(VENV)/made-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/bandit -q -r mash config -ll -ii  # from medium on, in weight and in sureness; what stays says why in its line
	PYTHONPATH=. $(BIN)/lint-imports
	$(BIN)/python -m mash makemigrations --check --dry-run --skip-checks -v0

# Each step goes on where the one before failed; the table at the end names what failed, and then the whole fails.
prove: export MASH_FIGURES = $(FIGURES)
prove: $(VENV)/made-dev
	@rm -f $(FIGURES) $(FIGURES).failed
	MASH_DECISIONS=12600 $(BIN)/python -m pytest -n 0 tests/access --ignore tests/access/test_hostile_requests.py $(call or_say,S1 S5 S13: who may what)
	MASH_HIDDEN=7 $(BIN)/python -m pytest -n 0 tests/test_hidden_changes.py $(call or_say,S2: hidden changes)
	MASH_REQUESTS=200000 $(BIN)/python -m pytest -n 2 --dist load tests/access/test_hostile_requests.py $(call or_say,S6: hostile requests)
	MASH_LEAKS=all $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder tests/test_nothing_leaks.py tests/test_nothing_without_a_line.py tests/check/test_sealed_answers.py $(call or_say,no sealed word and no page without its line)
	MASH_SWEEP=all $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder tests/journeys $(call or_say,every page and journey in every way)
	MASH_CLOCKS=5000 $(BIN)/python -m pytest tests/common/test_clock.py $(call or_say,clocks against each minute)
	MASH_POSTGRES=15 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder tests/partnership tests/ledger $(call or_say,signing in and witnesses on PostgreSQL 15)
	MASH_TAMPERINGS=53 $(BIN)/python -m pytest tests/ledger/test_tampering.py tests/ledger/test_tampering_rows.py $(call or_say,S9: 37 ways of tampering)
	MASH_HOSTILE=all $(BIN)/python -m pytest tests/contact/test_harm.py tests/contact/test_opening_files.py $(call or_say,S6: hostile files)
	MASH_SUBJECT_OUTPUTS=2000 $(BIN)/python -m pytest tests/subject_access/test_nothing_left_out_survives.py $(call or_say,S12: answers to requests)
	MASH_FAULTS=200 $(BIN)/python -m tests.faults.mutations $(call or_say,S3: walls)
	MASH_GUARDS=200 $(BIN)/python -m tests.faults.guarding $(call or_say,S3: guards in Python)
	@$(BIN)/python -m tests.figures $(FIGURES)

faults: $(VENV)/made-dev
	$(BIN)/python -m tests.faults.outages $(PARTS) $(OPTIONS)

fix: $(VENV)/made-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

assets:
	npm ci
	npm run build

bench: $(VENV)/made-dev
	$(BIN)/python -m bench $(if $(JSON),--json "$(JSON)")

bench-ledger: $(VENV)/made-dev
	$(BIN)/python -m bench.ledger $(if $(JSON),--json "$(JSON)")

bench-matching: $(VENV)/made-dev
	$(BIN)/python -m bench.matching $(if $(PEOPLE),--people $(PEOPLE)) $(if $(JSON),--json "$(JSON)")

bench-city: $(VENV)/made-dev
	$(BIN)/python -m bench.city $(if $(SIZES),--sizes $(SIZES)) $(if $(WORKERS),--workers $(WORKERS)) $(if $(JSON),--json "$(JSON)")

lock: $(VENV)/made-dev
	$(BIN)/uv pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --extra dev -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-dev.txt
