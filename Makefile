# Everything runs from .venv, which the first target makes from the lock. `make help` lists the verbs.
.DEFAULT_GOAL := help
.PHONY: help install demo up down test test-live check bench lock ui sample clean format
PY := .venv/bin/python
export VIDEO SUBTITLES
# Without compiled modules every process start takes seconds more.
export PYTHONDONTWRITEBYTECODE :=

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' Makefile

install: ## Make .venv from the lock (every other target does this first)
	@sh tools/bootstrap.sh

demo: install ## Start everything, run a workflow on a video, print the result (VIDEO=... SUBTITLES=... for yours)
	@$(PY) -m media_ai.cli demo

up: install ## Start PostgreSQL and Airflow in the background
	@$(PY) -m media_ai.cli up

down: ## Stop what `make up` started
	@test ! -x $(PY) || $(PY) -m media_ai.cli down

test: install ## Run the whole suite, real PostgreSQL and Airflow included
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-live: install ## Ask the real services whose MEDIA_AI_* are set; writes build/live-differences.json
	@$(PY) -m pytest --confcutdir=tests/live tests/live

check: install ## Format, lint, types, import contracts
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@PYTHONPATH=.:include .venv/bin/lint-imports --no-cache

format: install ## Format the code and mend what the linter can
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

bench: install ## Measure against baselines in the same run, print the ratios
	@$(PY) -m tests.perf

LOCKED := $(PY) -m uv pip compile --quiet --overrides requirements.overrides --generate-hashes --python-version 3.11 \
  --python-platform linux --no-annotate --custom-compile-command "make lock"
lock: install ## Compile requirements.in and requirements-dev.in into the two locks
	@$(LOCKED) requirements.in -o requirements.txt
	@$(LOCKED) requirements-dev.in --constraints requirements.txt -o requirements-dev.txt

ui: install ## Build the pages inside Airflow into plugins/media_ai_ui/dist (brings its own Node)
	@sh plugins/media_ai_ui/build.sh

sample: install ## Rebuild the sample video (apt: espeak-ng fonts-lato fonts-wqy-microhei)
	@$(PY) -m tools.make_sample

clean: down ## Remove the virtual environment and caches; keeps .media-ai (your data)
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
