# Two commands on a fresh machine: `make train` and `make test`.
# Linux and macOS; on Windows use the pip commands in README.md.

PYTHON ?= python3
# make train TORCH=cpu: PyTorch without CUDA, under 1.5 GB in place of 6.9. Only where it is
# installed for the first time.
TORCH ?=
TORCH_CPU := https://download.pytorch.org/whl/cpu
VENV := .venv
BIN := $(VENV)/bin
# How many processes share the tests, one more than two cores, since some wait for a browser or a
# training; a file's tests stay together, and with them their fixtures.
JOBS ?= 3
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

.PHONY: train check test coverage lint setup weights lock clean

train: setup
	$(BIN)/python train_model.py $(ARGS)

# Networks of the form that ships for reading, anew: about three hours on two cores. Called again
# after a stop, it goes on; `rm -r runs/weights digitnet/weights/finder.state.pt` has it begin anew.
# On a CUDA device the finder's tiles lie in a pool there, and two trainings are not the same
# to the bit.
weights: setup
	begun=$$(ls runs/weights/*-reading/checkpoint.pt 2> /dev/null | tail -n 1); \
	if [ -n "$$begun" ]; \
	then $(BIN)/python -m digitnet train --resume "$${begun%/checkpoint.pt}"; \
	else $(BIN)/python -m digitnet train --recipe reading --runs runs/weights; fi
	$(BIN)/python -m digitnet export $$(ls -d runs/weights/*-reading | tail -n 1) \
	  --out digitnet/weights/digitnet.onnx --force
	$(BIN)/python -m digitnet train-finder --out digitnet/weights/finder.onnx --force
	mv runs/weights/*-reading runs/

# For the work at hand, in under a minute: lint, types and the fast tests. `make test` is the whole.
check: setup lint
	$(PYTEST) -m "not slow" $(ARGS)

test: setup lint
	$(PYTEST) $(ARGS)

# Which lines no test runs. Apart from `make test`: counting lines takes half of its time again.
coverage: setup
	$(PYTEST) --cov --cov-report=term-missing:skip-covered $(ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@if command -v npm > /dev/null; \
	then npm install --silent --no-package-lock --no-audit --no-fund && npm run --silent check; \
	else echo "The page's JavaScript is not checked: npm is not on this machine."; fi

setup: $(VENV)/ready

# The pinned versions; then digitnet itself, editable, without asking for others. By a path that
# type checkers follow too: they do not see what is found by a hook at import.
$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "digitnet needs Python 3.11 or newer; name one: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	@if [ "$(TORCH)" = cpu ]; then \
	  $(BIN)/python -m pip install --quiet --retries 1 --timeout 15 --index-url $(TORCH_CPU) \
	    $$(grep -E '^torch(vision)?==' requirements.lock) 2> /dev/null \
	  || echo "PyTorch's CPU build cannot be had from $(TORCH_CPU); taking the ordinary one."; fi
	$(BIN)/python -m pip install --quiet --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation \
	  --config-settings editable_mode=compat --editable .
	touch $@

# Pins anew from the ranges in pyproject.toml, in an environment of its own. PyTorch's
# own CUDA packages are left out: it pins them itself, and only on Linux.
lock:
	rm -rf $(VENV)-lock
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet '.[dev]' 'setuptools>=77'
	$(VENV)-lock/bin/python -m pip freeze --all --exclude pip --exclude digitnet \
	  | grep -vE '^(nvidia|cuda|triton)' > requirements.lock
	rm -rf $(VENV)-lock

clean:
	rm -rf $(VENV)
