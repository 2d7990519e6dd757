# Every command of the project. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help run test test-all check format lock messages bench screenshots

python := .venv/bin/python

# Every command starts many processes: without its bytecode each would compile all that it imports, for seconds.
unexport PYTHONDONTWRITEBYTECODE

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

run: ## start RSE with its demo administration: PORT=8000 DATA_DIR=var
	@tools/environment local && exec $(python) -m tools.run

test: ## lint, types, contracts, the whole suite, browser journeys
	@tools/environment test && exec $(python) -m tools.test

test-all: ## make test, and every page in each theme and width
	@tools/environment test && exec $(python) -m tools.test --all

check: ## lint, format, types, contracts, templates, migrations, deployment, catalogues
	@tools/environment test && exec $(python) -m tools.check

format: ## write the code as the linters want it
	@tools/environment test && $(python) -m ruff check --fix --quiet . && $(python) -m ruff format .

lock: ## write requirements/*.txt anew from pyproject.toml
	@tools/environment test && exec $(python) -m tools.lock

messages: ## collect the texts to translate into locale/
	@tools/environment test && exec $(python) -m tools.messages

bench: ## measure beside the floor, on PostgreSQL (see docs/performance.md)
	@tools/environment test && exec $(python) -m tools.bench

screenshots: ## draw the pages for docs/pictures/
	@tools/environment test && exec $(python) -m tools.screenshots
