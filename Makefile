# Everything here sets itself up: a fresh clone needs Python 3.11 or later and make.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --quiet --disable-pip-version-check
READY = $(VENV)/.ready
LOWEST = build/lowest
NEWEST = build/newest

# Hundreds of processes start here: what one of them has compiled the others read.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: contract ids released examples help demo test lowest newest check catalogue real bench clean proof comparison browser

help: ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --constraint constraints.txt --editable '.[demo,dev]'
	@touch $@

demo: $(READY) ## Entra's sequences against the embedded target, with the verdict
	$(BIN)/scim-conformance demo

test: $(READY) ## the project's own tests; Python alone
	$(BIN)/python -m pytest -q -n 3 --dist loadfile

$(LOWEST)/.ready: pyproject.toml tests/lowest.py
	$(PYTHON) -m venv $(LOWEST)
	$(PYTHON) tests/lowest.py > $(LOWEST)/constraints.txt
	$(LOWEST)/bin/python -m pip --quiet --disable-pip-version-check install --constraint $(LOWEST)/constraints.txt --editable '.[demo]'
	@touch $@

lowest: $(LOWEST)/.ready ## the demo and a few tests, with the lowest versions of the dependencies that pyproject.toml allows
	$(LOWEST)/bin/scim-conformance demo --report-dir $(LOWEST)/report
	$(LOWEST)/bin/python -m pytest -q tests/test_pytest_reports.py -k "ours or summary or hear or advice"

newest: pyproject.toml ## the same, with the newest versions that pyproject.toml allows today
	$(PYTHON) -m venv --clear $(NEWEST)
	$(NEWEST)/bin/python -m pip --quiet --disable-pip-version-check install --editable '.[demo]'
	$(NEWEST)/bin/scim-conformance demo --report-dir $(NEWEST)/report
	$(NEWEST)/bin/python -m pytest -q tests/test_pytest_reports.py -k "ours or summary or hear or advice"

check: $(READY) ## linter, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) ## what the harness itself costs, beside a bare client, and a rehearsal of 10,000 users; a quarter of an hour
	$(BIN)/python -m tests.bench $(WRITE)

contract: $(READY) ## what follows from a change of suites or faults: catalogue, examples, proof rows, screens, figures; CHECK=1 only says what is behind
	$(BIN)/python -m tests.contract $(if $(CHECK),--check)

ids: $(READY) ## the next free id of each group of scenarios
	$(BIN)/python -m tests.contract.ids

released: $(READY) ## at a release, before the version rises: write down what it has, so that what comes later is known to be new
	$(BIN)/python -m tests.contract.released

catalogue: $(READY) ## docs/catalogue.json, docs/coverage.md and docs/settings.md, from what the code declares
	$(BIN)/python -m scim_conformance.catalogue.documents docs

examples: $(READY) ## scim_conformance/catalogue/examples.json, which `explain` shows: each scenario against good and bad
	$(BIN)/python -m tests.examples

clean: ## remove what make made
	rm -rf $(VENV) .real build dist

real: $(READY) ## six independent SCIM servers, compared with what is expected of them; needs Node.js and npm; TURN=1 plays three, in turn
	$(BIN)/python tests/real/run.py $(if $(TURN),--turn)

proof: $(READY) ## every defect, every legal variant: writes docs/proof.md; QUICK=1 plays a part of each row, CHANGED=1 of those what CI plays, NEW=1 what the page does not know, ROW=NAME one defect, STANDARDS=1 the suites rfc and security against the legal variants
	$(BIN)/python -m tests.proof $(if $(QUICK),--quick) $(if $(CHANGED),--changed) $(if $(NEW),--new) $(if $(ROW),--row $(ROW)) $(if $(STANDARDS),--standards)

comparison: $(READY) ## this harness beside other SCIM testers: writes docs/comparison.md; an hour or more; PART=3 plays a third
	$(BIN)/python -m tests.comparison $(if $(PART),--part $(PART))

browser: $(READY) ## the reports in Chromium with the network denied; needs Node.js and npm
	$(BIN)/python tests/browser/run.py $(WRITE)
