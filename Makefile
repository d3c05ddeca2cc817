PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ONCE   ?=

.PHONY: setup demo ui test browser pictures check format lock bench clean

setup: $(VENV)/.ready  ## .venv with everything, from hashed requirements

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	@$(PYTHON) scripts/setup.py $(VENV)

demo: setup  ## the whole product against a practice AWS; ONCE=1 stops after one round
	@$(BIN)/python scripts/ui.py --if-possible
	@$(BIN)/penstock demo $(if $(ONCE),--once)

ui: setup  ## build the pages; needs Node.js
	@$(BIN)/python scripts/ui.py

test: setup  ## every check and every test
	@$(BIN)/python scripts/test.py

browser: setup  ## the pages in a real Chromium, one test after the other
	@$(BIN)/python -m pytest tests/browser

pictures: setup  ## the pictures of the documents, from the demonstration in a real Chromium
	@$(BIN)/python scripts/pictures.py

check: setup  ## format, lint, types, layers
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports

format: setup
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lock: setup  ## compile requirements/*.txt anew
	@$(BIN)/python scripts/lock.py

bench: setup
	@$(BIN)/python -m benchmarks
