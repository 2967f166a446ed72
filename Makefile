# Everything goes through scripts/, which work without make as well.
# ARGS goes on to the program or the test runner: make run ARGS="--port 9000", make test-sqlite ARGS="--filter StoreTests"

ARGS ?=
RUNNER_ARGS = $(if $(ARGS),-- $(ARGS))

.DEFAULT_GOAL := help
.PHONY: help setup run build release test test-sqlite test-postgres test-js test-browser test-rules lint format golden \
	bench docs check clean

help: ## shows this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## sets up, builds and starts Assay on http://127.0.0.1:8080 with its data in ./assay-data
	@scripts/run $(ARGS)

test: ## sets up and runs every test; ends with "N passed, N failed, N skipped"
	@scripts/test $(RUNNER_ARGS)

setup: ## installs the system packages that the build and the tests need
	@scripts/setup test

build: ## debug build of the executable
	@scripts/setup build
	@scripts/build debug

release: ## release build of the executable: .build/release/assay
	@scripts/setup build
	@scripts/build release

test-sqlite: ## Swift tests on SQLite alone
	@scripts/test --databases sqlite swift $(RUNNER_ARGS)

test-postgres: ## Swift tests on PostgreSQL alone
	@scripts/test --databases postgres swift $(RUNNER_ARGS)

test-js: ## tests, type check and lint of the web application's modules
	@scripts/test js $(RUNNER_ARGS)

test-browser: ## browser tests in Chromium, with accessibility checks
	@scripts/test browser $(RUNNER_ARGS)

test-rules: ## house rules over the source tree
	@scripts/test rules

lint: ## formatting, house rules, JavaScript and shell scripts
	@scripts/lint

format: ## formats the Swift sources
	@swift format format --in-place --parallel --recursive Package.swift Sources Tests

golden: ## writes docs/api anew from the program
	@scripts/golden

bench: ## measures; ARGS goes to `assay bench`
	@scripts/setup build
	@scripts/build release
	@$${ASSAY_SCRATCH:-.build}/release/assay bench $(ARGS)

docs: ## checks the links, paths and tables of the documents
	@python3 Tests/HouseRules/house_rules.py documents guides docs/

check: lint test ## lint and test

clean: ## removes what was built; keeps ./assay-data
	@rm -rf .build .build-tools
