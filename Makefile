# Everything a newcomer needs: `make test`, `make analyze VIDEO=path`, `make benchmark`.
# Only Python >= 3.11 and make are presumed; all else goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHARED ?= $(or $(MIEN_SHARED),../shared)

.PHONY: setup setup-train test lint types imports unit analyze benchmark train-bundled evaluate-bundled clean

$(VENV)/.ready: pyproject.toml hatch_build.py
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[dev,train]"
	touch $@

setup: $(VENV)/.ready

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports

unit: setup
	$(BIN)/pytest --cov=mien --cov-report=term:skip-covered

test: lint types imports unit

analyze: setup
	@test -n "$(VIDEO)" || { echo 'Which video? make analyze VIDEO=lesson.mp4'; exit 2; }
	$(BIN)/mien analyze "$(VIDEO)" --out $(or $(OUT),out/$(basename $(notdir $(VIDEO))))

benchmark: setup
	$(BIN)/python -m benchmarks.end_to_end --shared $(SHARED) --out benchmarks/results

train-bundled: setup
	$(BIN)/python -m mien.training.bundled --data $(SHARED)/data/fer2013.zip --out runs/bundled-1 --recipe recipes/bundled-1.yaml
	$(BIN)/python -m mien.training.bundled --data $(SHARED)/data/fer2013.zip --out runs/bundled-2 --recipe recipes/bundled-2.yaml
	$(BIN)/python -m mien.export.bundled --data $(SHARED)/data/fer2013.zip --checkpoint runs/bundled-2/best.pt
	$(MAKE) evaluate-bundled

evaluate-bundled: setup
	$(BIN)/python -m mien.evaluation.bundled --data $(SHARED)/data/fer2013.zip

clean:
	rm -rf build dist out .mypy_cache .pytest_cache .ruff_cache
