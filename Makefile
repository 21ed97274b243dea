# SPDX-License-Identifier: Apache-2.0
# What a fresh machine needs: the Swift toolchain (6.3), git, and python3 with pip.

HONE = .build/release/hone
EXAMPLES = closing-brackets reversed-lists name-badges

.PHONY: demo test build lint format clean

demo: build ## Build, fetch the model, and compare three ways of answering three tasks.
	@$(HONE) models pull smollm2-135m
	@for task in $(EXAMPLES); do \
	  echo; $(HONE) solve Examples/$$task.json --strategy zero-shot,icl,ttt || exit 1; \
	done

test: ## Fetch the model and run every test. Release: the numeric suites are slow without -O.
	@swift build -c release --product hone
	@$(HONE) models pull smollm2-135m
	@swift test -c release

build:
	@swift build -c release --product hone

lint: ## The formatter's rules, as CI checks them.
	@swift format lint --strict --recursive Sources Tests Benchmarks Package.swift

format:
	@swift format --in-place --recursive Sources Tests Benchmarks Package.swift

clean:
	@rm -rf .build
