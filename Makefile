# SPDX-License-Identifier: Apache-2.0
# What a fresh machine needs: the Swift toolchain (6.3), git, and python3 with pip; on Linux
# SQLite's headers, too, which are installed where that is allowed.

HONE = .build/release/hone
EXAMPLES = closing-brackets reversed-lists name-badges

.PHONY: demo test neon sanitize fuzz build system lint format clean

demo: build ## Build, fetch the model, and compare three ways of answering three tasks.
	@$(HONE) models pull smollm2-135m
	@for task in $(EXAMPLES); do \
	  echo; $(HONE) solve Examples/$$task.json --strategy zero-shot,icl,ttt || exit 1; \
	done

test: system ## Fetch the model and run every test. Release: the numeric suites are slow without -O.
	@swift build -c release --product hone
	@$(HONE) models pull smollm2-135m
	@swift test -c release

neon: ## The NEON kernels against plain C, on another machine than arm64 under qemu.
	@Tools/kernels/check-neon.sh

sanitize: ## The kernels against plain C under ASan, UBSan and TSan.
	@Tools/kernels/sanitize.sh

fuzz: system ## 18,000 mutated files of all formats under ASan; no crash, hang or huge allocation.
	@Fuzz/run

build: system
	@swift build -c release --product hone

system: ## SQLite's headers, on a Linux that has none.
	@if [ "$$(uname)" = Linux ] && [ ! -e /usr/include/sqlite3.h ]; then \
	  echo "installing libsqlite3-dev"; \
	  (apt-get update -qq && apt-get install -qqy libsqlite3-dev) > /dev/null \
	    || { echo "SQLite's headers are missing: install libsqlite3-dev (Debian, Ubuntu)"; exit 1; }; \
	fi

lint: ## The formatter's rules, as CI checks them.
	@swift format lint --strict --recursive Sources Tests Benchmarks Fuzz/Sources \
	  Fuzz/Package.swift Package.swift

format:
	@swift format --in-place --recursive Sources Tests Benchmarks Fuzz/Sources \
	  Fuzz/Package.swift Package.swift

clean:
	@rm -rf .build
