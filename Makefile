# Thin wrappers; each line is what you would type yourself.
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: dev test test-slow lint docs bench samples golden

dev:
	python3 -m venv $(VENV)
	$(BIN)/pip install -e '.[dev]'

test:
	$(BIN)/pytest

test-slow:
	$(BIN)/pytest -m slow

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs:
	$(BIN)/python -m docs.generate

golden:
	$(BIN)/pytest --update-golden

samples:
	$(BIN)/python samples/make.py

bench:
	$(BIN)/python -m benchmarks
