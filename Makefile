# The project's commands. `make` alone lists them. Every one may be run again at any time.

BOOTSTRAP_PYTHON ?= python3
PYTHON := .venv/bin/python
FIGURES = $(or $(FIGURE),$(filter-out _%,$(basename $(notdir $(wildcard bench/*.py)))))
# Tests and checks read the settings of a developer's machine, whatever the shell has set for a running portal.
PLAIN := env -u PORTAL_DEMO -u PORTAL_PRODUCTION -u DJANGO_DEBUG

.DEFAULT_GOAL := help
.PHONY: help run test check bench environment test-environment

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile
	@echo '  Settings: PORT (8000), PORTAL_HOME (.local), DATABASE_URL and REDIS_URL (else our own are started),'
	@echo '  TESTS="tests/portal -k words" for a part of the tests, FIGURE=name for one benchmark.'

run: environment ## Start the portal with its databases and the demo; Ctrl-C stops it
	@exec $(PYTHON) -m portal.launcher run

test: check ## Check everything, then run every test
	@$(PLAIN) $(PYTHON) -m pytest -n 2 --dist loadgroup $(TESTS)

check: test-environment ## Style, types, templates, imports between floors, missing migrations
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@$(PYTHON) -m djlint templates --lint --quiet
	@.venv/bin/lint-imports
	@$(PLAIN) $(PYTHON) -m portal.launcher with-services --fresh -- $(PYTHON) manage.py makemigrations --check --dry-run

bench: test-environment ## Measure: one line of JSON a figure (FIGURE=name for one)
	@$(PLAIN) $(PYTHON) -m portal.launcher with-services --fresh -- sh -c '$(PYTHON) manage.py migrate --verbosity 0 \
		&& status=0; for figure in $(FIGURES); do $(PYTHON) -m bench.$$figure || status=1; done; \
		$(PYTHON) -m bench._national; exit $$status'

environment: ## Install what running needs: system libraries, uv, Python packages
	@$(BOOTSTRAP_PYTHON) portal/launcher/bootstrap.py

test-environment: ## The same and a browser for the tests
	@$(BOOTSTRAP_PYTHON) portal/launcher/bootstrap.py test
