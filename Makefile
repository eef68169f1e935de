# `make demo` and `make test` are all that a newcomer needs; both set up what is missing.
PYTHON_IN_VENV = .venv/bin/python
.DEFAULT_GOAL = help
.PHONY: help setup demo test lint accuracy bench bench-night bench-setup bench-reading bench-reports wheel lock ci clean

help: ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: ## make .venv from the lock; a browser where this machine may have one
	@tools/setup.sh

demo: setup ## inspect a made-up city: what was planted against what was found, and a weekly report
	@$(PYTHON_IN_VENV) -m tests.city.demo

test: setup ## all tests
	@$(PYTHON_IN_VENV) -m pytest -n auto --dist loadfile

lint: setup ## ruff, mypy --strict, import-linter
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache

accuracy: setup ## read the labelled pages of a corpus, and count right, wrong, nothing
	@$(PYTHON_IN_VENV) -m tests.accuracy

bench: setup ## measure the crawl beside other tools; BENCH="--pages 300 --rounds 1" for a short one
	@$(PYTHON_IN_VENV) -m benchmarks.crawls $(BENCH)

bench-night: setup ## measure a night over forty sites with one and two processes; NIGHT="--sites 10 --jobs 2"
	@$(PYTHON_IN_VENV) -m benchmarks.night $(NIGHT)

bench-setup: setup ## install the other tools into benchmarks/.tools, and nginx where this machine may have it
	@benchmarks/setup.sh

bench-reading: setup ## measure the reading of pages beside their bare parse
	@$(PYTHON_IN_VENV) -m benchmarks.reading

bench-reports: setup ## make the papers of a quarter with 60 sites and 20,000 findings, in all formats
	@$(PYTHON_IN_VENV) -m benchmarks.reports

wheel: setup ## build the wheel and use it in an empty environment
	@tools/try_wheel.sh

lock: ## make the locks anew (needs uv on the PATH)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements/run.txt
	uv pip compile pyproject.toml --group dev --extra postgresql --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements/dev.txt

ci: lint test wheel demo ## what decides whether a change lands

clean: ## remove what was made here, .venv included
	rm -rf .venv build dist *.egg-info demo-city .mypy_cache .ruff_cache
