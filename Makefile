# One word per action; each makes .venv itself. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PACKAGES := schemas messaging generator detector sandbox

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint fmt types bench chaos campaign docs up down lock clean

help: ## list the actions
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit("Python 3.11 or newer is needed, this is %d.%d; name another with: make PYTHON=python3.12 ..." % v[:2])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

setup: $(READY) ## install everything into .venv

demo: $(READY) ## payments scored live, embedded: no Docker, no Java
	$(BIN)/fraud-sandbox run $(ARGS)

lint: $(READY) ## check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

fmt: $(READY) ## mend style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(READY) ## check types
	$(BIN)/mypy

test: lint types ## run every check: lint, types, tests (on the real broker and registry where Java is present)
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not chaos and not campaign" $(ARGS)

chaos: $(READY) ## the long campaign of kill -9 against exactly-once
	$(BIN)/python -m pytest -m chaos $(ARGS)

campaign: $(READY) ## the long search for counterexamples
	$(BIN)/python -m pytest -m campaign $(ARGS)

bench: $(READY) ## measure speed; figures with their conditions go to docs/benchmarks.md
	$(BIN)/python -m benchmarks $(ARGS)

docs: $(READY) ## write the generated pages again
	$(BIN)/python -m docs $(ARGS)

up: ## docker compose up: real Kafka, real Schema Registry, generator, detector
	docker compose up --build --wait

down: ## stop and remove what `make up` started
	docker compose --profile alerts down

lock: ## pin requirements.txt and requirements-run.txt again (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --group dev --all-extras pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements.txt pyproject.toml -o requirements-run.txt

clean: ## remove .venv and caches
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
