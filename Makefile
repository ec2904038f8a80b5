# Everything here sets itself up: a fresh clone needs Python 3.11 or later and make.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --quiet --disable-pip-version-check
READY = $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: examples help demo test check catalogue real bench clean proof comparison browser

help: ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --constraint constraints.txt --editable '.[demo,dev]'
	@touch $@

demo: $(READY) ## Entra's sequences against the embedded target, with the verdict
	$(BIN)/scim-conformance demo

test: $(READY) ## the project's own tests; Python alone
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

check: $(READY) ## linter, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) ## what the harness itself costs, beside a bare client
	$(BIN)/python -m tests.bench $(WRITE)

catalogue: $(READY) ## docs/catalogue.json and docs/coverage.md, from what the suites declare
	$(BIN)/python -m scim_conformance.cataloguing docs

examples: $(READY) ## scim_conformance/examples.json, which `explain` shows: each scenario against good and bad
	$(BIN)/python -m tests.examples

clean: ## remove what make made
	rm -rf $(VENV) .real build dist

real: $(READY) ## three independent SCIM servers, compared with what is expected of them; needs Node.js and npm
	$(BIN)/python tests/real/run.py

proof: $(READY) ## every defect, every legal variant: writes docs/proof.md; QUICK=1 plays what CI plays
	$(BIN)/python -m tests.proof $(if $(QUICK),--quick)

comparison: $(READY) ## this harness beside other SCIM testers: writes docs/comparison.md; an hour or more
	$(BIN)/python -m tests.comparison

browser: $(READY) ## the reports in Chromium with the network denied; needs Node.js and npm
	$(BIN)/python tests/browser/run.py $(WRITE)
