# Every target sets up what it needs: a fresh clone wants Python >= 3.11, git and make, no more.
.DEFAULT_GOAL := help
.PHONY: help setup lock generate test soak check build bench bench-compare corpus mock accept case
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ACCEPTED := $(addprefix tests/,end_to_end/test_cases.py end_to_end/test_hostile.py generator/repair/test_repairs.py)
BENCH = $(if $(ONLY),--only "$(ONLY)") $(if $(ROUNDS),--rounds "$(ROUNDS)") $(if $(JSON),--json "$(JSON)")

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: $(STAMP) ## create .venv from the lock file

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python >= 3.11 is needed: make PYTHON=python3.12 setup")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

lock: ## pin the newest versions that pyproject.toml allows (needs uv)
	uv pip compile pyproject.toml --group dev --python-version 3.11 --universal \
	  --generate-hashes --no-header --upgrade --output-file requirements.lock

generate: $(STAMP) ## write generated/ from specs/ (the main job)
	$(BIN)/sdkgen generate

test: $(STAMP) ## run the tests of the generator, of the runtime and of what is generated
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile
	$(BIN)/python tests/tools/run_generated.py

soak: $(STAMP) ## very many calls at once for a minute, one in ten of which fails
	SOAK_SECONDS=60 $(BIN)/python -m pytest --quiet tests/runtime/transport/test_soak.py

check: $(STAMP) ## format, lint, types, drift of generated/, workflows
	$(BIN)/python tests/tools/run_checks.py

build: $(STAMP) ## make sdist and wheel of all that is published, in dist/
	$(BIN)/python tests/tools/build_packages.py

bench: $(STAMP) ## measure, and print ratios: make bench [ONLY="losant growth"] [ROUNDS=1] [JSON=FILE]
	PYTHONPATH=tests $(BIN)/python -m benchmarks.run $(BENCH)

bench-compare: $(STAMP) ## measure beside another revision: make bench-compare REV=HEAD~5 [ONLY=losant]
	PYTHONPATH=tests $(BIN)/python -m benchmarks.compare "$(REV)" $(BENCH)

corpus: $(STAMP) ## generate from each document of a folder and try it: make corpus CORPUS=DIR [JOBS=2]
	$(BIN)/python tests/tools/corpus.py "$(CORPUS)" --jobs $(or $(JOBS),2)

mock: $(STAMP) ## serve the Losant API from its examples
	$(BIN)/sdkgen mock losant

accept: $(STAMP) ## rewrite the expected output of the cases: review the diff
	$(BIN)/python -m pytest $(ACCEPTED) --quiet --accept

case: $(STAMP) ## start a case: make case NAME=packages/nullable-array
	$(BIN)/python tests/tools/new_case.py "$(NAME)"
