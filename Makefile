# Two commands on a fresh machine: `make film` and `make test`. Both begin with `make setup`.

QUALITY ?= l
OUTPUT  ?= media/film
READY   := .venv/ready
BROWSER := .venv/browser

.DEFAULT_GOAL := help
.PHONY: help setup film test test-all fuzz lint lint-many style clean

help:           ## this list
	@echo "make film [NETWORK=mine.toml] [QUALITY=l|m|h|p|k] [OUTPUT=$(OUTPUT)]"
	@sed -n 's/^\([a-z-]*\): .*## */  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

setup: $(READY) ## everything that film and test need, once

$(READY): requirements.lock pyproject.toml tools/setup.sh tools/debian.sh
	@sh tools/setup.sh $(READY)

$(BROWSER): $(READY) tools/browser.sh tools/debian.sh
	@sh tools/browser.sh $(BROWSER)

film: $(READY)  ## the whole film, in media/film
	@.venv/bin/backprop film $(if $(NETWORK),--network "$(NETWORK)") --quality $(QUALITY) --output "$(OUTPUT)"

test: $(READY) $(BROWSER) ## all tests, on all cores
	@.venv/bin/python -m pytest -n auto

test-all: $(READY) $(BROWSER) ## all tests, with the slow ones, of which `test` takes a sample
	@.venv/bin/python -m pytest -n auto -m ""

fuzz: $(READY)  ## damaged files and random networks, others each time; BACKPROP_FUZZ=N tries N files, not 20,000
	@.venv/bin/python -m pytest -n auto --hypothesis-profile=fuzz tests/fuzz/fuzz_*.py

lint: $(READY)  ## looks at every chapter on unlike networks, as a viewer would
	@.venv/bin/python -m pytest -n auto tests/chapters/test_scenes.py -k plays

lint-many: $(READY) ## the same on 200 random networks; those with faults are left in media/lint
	@.venv/bin/python -m pytest -n auto tests/lint/lint_networks.py

style: $(READY) ## the style of the code
	@.venv/bin/ruff check

clean:          ## removes what was rendered and cached; the sample and .venv stay
	@[ ! -d media ] || find media -mindepth 1 -maxdepth 1 ! -name sample -exec rm -rf {} +
	@rm -rf .pytest_cache .ruff_cache .hypothesis build
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
