# Needs only Python 3.11 or newer. To name another one: make demo PYTHON=python3.13
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LISTS := pyproject.toml requirements.lock requirements-base.lock

DRAWING := assets/drawings/painter-cat.png
REFERENCE := assets/references/sunflower.png

.PHONY: help demo test test-all dist lint typecheck bench bench-extract bench-train bench-recipes recipes-smoke weights figure figures-page tour systems lock clean .typecheck

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST)

demo: .venv/base.stamp ## install what painting needs, and colour a drawing of assets/
	$(BIN)/attnpaint colorize $(DRAWING) --ref $(REFERENCE) -o demo.png
	@echo "The picture is $(CURDIR)/demo.png"

.PHONY: app
app: .venv/app.stamp ## install what the page needs, and open the page to paint in
	$(BIN)/attnpaint app

test: .venv/dev.stamp ## install, and run the quick tests (minutes)
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow"

.PHONY: test-slow
test-slow: .venv/dev.stamp ## the others: kills, clusters, wheels, exports, servers, long training (many minutes)
	$(BIN)/python -m pytest -n auto --dist loadfile -m slow

test-all: .venv/dev.stamp ## every test (many minutes)
	$(BIN)/python -m pytest -n auto --dist loadfile

LIGHT := $(filter-out %_project_command.py %_unet.py %_changed.py %_models.py %_web_planes.py, $(wildcard tests/test_without_torch.py tests/test_choose_engine.py tests/test_tiny_model.py \
	tests/test_coloring.py tests/test_assign.py tests/test_groups.py tests/test_strip.py tests/test_upsample*.py tests/test_layered_*.py tests/test_palette_*.py \
	tests/test_picture_*.py tests/test_project*.py tests/test_region_samples.py tests/test_extract.py tests/web/test_web_*.py))

.PHONY: test-light
test-light: .venv-light/app.stamp ## paint, read palettes, write layers and serve the page where torch is not installed
	.venv-light/bin/python -c "import importlib.util as u, sys; sys.exit('torch is installed' if u.find_spec('torch') else 0)"
	.venv-light/bin/python -m pytest -m "not slow" $(LIGHT)

.PHONY: fuzz
fuzz: .venv/dev.stamp ## feed 3,000 mutated files to every reader (minutes): a traceback, a hang or 2 GB is a fault
	$(BIN)/python tests/fuzz.py --cases 3000

lint: .venv/dev.stamp .typecheck ## style, and which way imports go
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	cd .typecheck && PYTHONPATH=. ../$(BIN)/lint-imports --config ../pyproject.toml --no-cache

typecheck: .venv/dev.stamp .typecheck ## types
	cd .typecheck && ../$(BIN)/python -m mypy --config-file ../pyproject.toml -p attnpaint

bench: .venv/run.stamp ## seconds for one drawing on this machine
	$(BIN)/python -m attnpaint.inference.benchmark

bench-extract: .venv/dev.stamp ## extract-hist beside scikit-learn, colorgram.py and decoding (minutes); fills the tables of docs
	$(BIN)/python -m attnpaint.extract.benchmark --scale 1000 20000

bench-train: .venv/run.stamp ## images/s of training, beside the ancestor as its authors trained it (minutes)
	$(BIN)/python -m attnpaint.training.benchmark

bench-recipes: .venv/run.stamp ## seconds for one drawing, by every recipe's networks
	$(BIN)/python -m attnpaint.inference.benchmark --recipes

RECIPES := $(notdir $(basename $(wildcard attnpaint/recipes/*.toml)))
SMOKE := --data assets/samples --steps 30 --guide-weights random --set data.size=128 --set data.batch_size=2 --set loss.adversarial_after=0 \
	--set refine.bundles=16 --set training.validate_every=0

recipes-smoke: .venv/dev.stamp ## train every recipe a little on the samples, then compare them (minutes); into runs/smoke, made anew
	rm -rf runs/smoke
	for recipe in $(RECIPES); do \
		second=$$(test $$recipe = two-stage && echo "--set refine.steps=30"); \
		$(BIN)/attnpaint train --recipe $$recipe --out runs/smoke/$$recipe $(SMOKE) $$second || exit 1; \
	done
	$(BIN)/attnpaint evaluate $(RECIPES:%=runs/smoke/%) --data assets/samples --pictures 4 --size 256 --guide-weights random --out runs/smoke/judged

DATA := data
VALIDATION := validation
FINE := --set data.size=512 --set data.batch_size=4 --set optimiser.lr=1.5e-4 --set optimiser.discriminator_lr=1e-4 --set optimiser.warmup=40 \
	--set loss.adversarial_after=0 --set training.ema=0.995
STAGE := --set training.stage_only=true --set optimiser.lr=8e-4 --set optimiser.warmup=60 --set training.ema=0.99 --set data.unknown=0.25

weights: .venv/run.stamp ## train the default model: make weights DATA=folder-or-shards (hours on a CPU); into runs/regions
	$(BIN)/attnpaint train --recipe attnpaint-1 $(DATA:%=--data %) --out runs/256 --steps 6000
	$(BIN)/attnpaint train --recipe attnpaint-1 $(DATA:%=--data %) --out runs/512 --init runs/256 --steps 3500 $(FINE)
	$(BIN)/attnpaint train $(DATA:%=--data %) --data figures:500 --out runs/regions --init runs/512 --steps 2200 $(STAGE)

figure: .venv/dev.stamp chromium ## paint the README's pictures, and take that of the page
	$(BIN)/python assets/figure.py
	$(BIN)/python assets/page_figure.py

figures-page: .venv/dev.stamp ## make docs/figures.webp: the sheet of docs/figures.md (seconds)
	$(BIN)/python docs/figures.py

tour: .venv/dev.stamp ## make docs/tour.md: full size, layers, palettes, batches, frames, as the program does them (minutes)
	$(BIN)/python docs/tour.py

systems: .venv/dev.stamp ## make docs/systems.md: train every recipe for ten processor minutes, and judge them (an hour)
	$(BIN)/python docs/systems.py --data $(DATA) --validation $(VALIDATION)

.PHONY: graph
graph: .venv/dev.stamp ## write the default model's graphs anew: after its weights were replaced (a minute)
	$(BIN)/attnpaint export --onnx attnpaint/weights --force

dist: .venv/dev.stamp ## build sdist and wheel into dist/, twice, and compare them byte by byte
	$(BIN)/python .ci/dist.py

lock: .venv/dev.stamp .venv-light/app.stamp ## write down the versions installed in .venv, and those that painting needs
	$(PIP) freeze --exclude-editable > requirements.lock
	.venv-light/bin/python -m pip --disable-pip-version-check freeze --exclude-editable > requirements-base.lock

clean: ## remove what the others made
	rm -rf .venv .venv-light .typecheck build dist demo.png *.egg-info .*_cache

.venv/bin/python:
	@$(PYTHON) -c "import sys; sys.exit('attnpaint needs Python 3.11 or newer' if sys.version_info < (3, 11) else 0)"
	$(PYTHON) -m venv .venv

.venv/base.stamp: $(LISTS) | .venv/bin/python
	@echo "Installing into .venv."
	$(PIP) install -c requirements-base.lock -e .
	@touch $@

.venv/app.stamp: $(LISTS) | .venv/bin/python
	@echo "Installing into .venv, with the page."
	$(PIP) install -c requirements-base.lock -e ".[app]"
	@touch .venv/base.stamp $@

.venv/run.stamp: $(LISTS) | .venv/bin/python
	@echo "Installing into .venv, with PyTorch, which is large: this can take minutes."
	$(PIP) install -c requirements.lock -e ".[app,train]"
	@touch .venv/base.stamp .venv/app.stamp $@

.venv/dev.stamp: $(LISTS) | .venv/bin/python
	@echo "Installing into .venv, with PyTorch and the tools for tests; this can take minutes."
	$(PIP) install -c requirements.lock -e ".[app,train,dev,wandb]"
	@touch .venv/base.stamp .venv/app.stamp .venv/run.stamp $@

# A second environment, without PyTorch, to see that painting needs none.
.venv-light/app.stamp: $(LISTS)
	$(PYTHON) -m venv .venv-light
	.venv-light/bin/python -m pip --disable-pip-version-check --quiet install -c requirements-base.lock -e ".[app]" httpx pytest pytest-timeout
	@touch $@

# extract/ and eval/ lie outside attnpaint/: tools that read the folders must read an installed copy.
.typecheck: .venv/dev.stamp
	@rm -rf .typecheck build
	@$(PIP) install --no-deps --no-build-isolation --target .typecheck .
	@rm -rf build *.egg-info

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null && command -v chromedriver >/dev/null || { echo "Installing Chromium."; \
		root=$$(test $$(id -u) = 0 || echo sudo); $$root apt-get update -q && $$root apt-get install -q -y --no-install-recommends chromium chromium-driver; }

.PHONY: test-page
test-page: .venv/dev.stamp chromium ## install a headless Chromium, and paint in the page with it
	$(BIN)/python -m pytest -s tests/page

.PHONY: bench-page
bench-page: .venv/dev.stamp chromium ## moves from a painting to a target: make bench-page DATA="SHARD.tar …" PICTURES="NAME …" (minutes)
	$(BIN)/python benchmarks/page_moves.py --data $(DATA) --pictures $(PICTURES)

.PHONY: test-krita
test-krita: .venv/dev.stamp ## install Krita, and paint in it with its plug-in, without a screen (minutes)
	@command -v krita >/dev/null && command -v xvfb-run >/dev/null || { echo "Installing Krita."; \
		root=$$(test $$(id -u) = 0 || echo sudo); $$root apt-get update -q && $$root apt-get install -q -y --no-install-recommends krita python3-pyqt5 xvfb xauth dbus-x11; }
	$(BIN)/python -m pytest -s -n 0 tests/with_krita

.PHONY: test-gimp
test-gimp: .venv/dev.stamp ## install GIMP, and paint in it with its plug-in, without a screen (minutes)
	@command -v gimp >/dev/null || { echo "Installing GIMP."; \
		root=$$(test $$(id -u) = 0 || echo sudo); $$root apt-get update -q && $$root apt-get install -q -y --no-install-recommends gimp; }
	$(BIN)/python -m pytest -s -n 0 tests/with_gimp
