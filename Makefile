# Everything a checkout needs is made on first use: only Python 3.11+ and a package registry are required.
PYTHON ?= python3

.PHONY: help demo quick t test fuzz bench site environments practice clean

help:
	@echo "make demo      set everything up and walk through the scenarios on a practice tenant; RAW=1 shows the cmdlets"
	@echo "make quick     style, types and unit tests; about a minute"
	@echo "make t F=...   the tests whose names match, as in: make t F='test_gate and loop'"
	@echo "make test      everything that has to hold before a change is good"
	@echo "make fuzz      all drawn cases, of which make test takes a share; about half an hour"
	@echo "make bench     how long the scenarios take, as ratios to empty tasks"
	@echo "make site      the documentation site, in build/site/html"
	@echo "make practice  a practice tenant to play with, for docs/tutorial.md"

environments:
	@$(PYTHON) tools/environments.py

demo:
	@$(PYTHON) tools/demo.py $(if $(RAW),--raw)

quick:
	@$(PYTHON) tools/check.py --quick

t:
	@$(PYTHON) tools/environments.py newest > /dev/null
	@.venv/newest/bin/python -m pytest -k "$(F)"

test:
	@$(PYTHON) tools/check.py

fuzz:
	@FUZZ=whole $(PYTHON) tools/check.py fuzz

bench:
	@$(PYTHON) tools/bench.py
	@$(PYTHON) tools/bench_tenants.py

site:
	@$(PYTHON) tools/environments.py newest > /dev/null
	@.venv/newest/bin/python tools/docs_site.py

practice:
	@$(PYTHON) tools/practice.py

clean:
	rm -rf build .venv
