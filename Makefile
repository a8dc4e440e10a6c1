# Two commands do everything: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501

.PHONY: run test check unit coverage slow bench bench-models fuzz matching sample docs screens clean

run: $(VENV)/.run
	$(BIN)/python -m streamlit run app.py --server.port=$(PORT)

test: $(VENV)/.dev
	@$(BIN)/python tests/chromium.py
	$(MAKE) check unit

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -n 2
	$(BIN)/lint-imports

unit: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow and not browser" --durations=20 -q
	$(BIN)/python -m pytest tests/e2e -n 2 --dist worksteal -m "not slow" --durations=10 -q

# On its own: counting lines and branches makes the same tests take three times as long.
coverage: $(VENV)/.dev
	$(BIN)/python -m coverage erase
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow and not browser" --cov-config=pyproject.toml --cov=arlib --cov-report=term:skip-covered -q

slow: $(VENV)/.dev
	$(BIN)/python -m pytest -m slow -q
	HYPOTHESIS_PROFILE=full $(BIN)/python -m pytest -m "hypothesis and not slow" -q

bench: $(VENV)/.dev
	$(BIN)/python -m tests.benchmarks
	$(BIN)/python -m tests.benchmarks.pages

bench-models: $(VENV)/.dev
	$(BIN)/python -m tests.benchmarks.models
	$(BIN)/python -m tests.benchmarks.warnings
	$(BIN)/python -m tests.benchmarks.scores
	$(BIN)/python -m tests.benchmarks.forecast

fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz

matching: $(VENV)/.dev
	$(BIN)/python -m tests.matching

sample: $(VENV)/.dev
	$(BIN)/python -m data.generator

docs: $(VENV)/.dev
	$(BIN)/python -m arlib.i18n.definitions > docs/metrics.tmp && mv docs/metrics.tmp docs/metrics.md

screens: $(VENV)/.dev
	$(BIN)/python -m docs.take_screens

$(VENV)/.run: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
