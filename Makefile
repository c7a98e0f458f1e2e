# Millrace's commands. `make run` and `make test` are the two a newcomer needs; both install what is missing.

SHELL := /bin/bash
SWIFT ?= swift

# One set of flags for the binary that is run, tested and shipped, so that all three are the same build.
RELEASE := -c release --static-swift-stdlib
SOURCES = $$(git ls-files '*.swift' ':!:*.generated.swift')

.PHONY: run cluster test build setup setup-run setup-cluster setup-test linkage unit-tests server-tests crash fire connect-fire rest-fire faults sim conformance compatibility test-tsan fuzz format lint bench bench-cluster bench-connect bench-rest bench-engine bench-micro bench-peers docs clean help

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-14s %s\n", $$1, $$2 }'

run: setup-run build ## build the server and run it on its default data directory
	@Scripts/run-server .build/release/millrace

cluster: setup-cluster build ## build the server and run three nodes of it on loopback, with the etcd they share
	@Scripts/cluster .build/release/millrace

test: setup-test build linkage ## install the real clients, build the server, run every test
	@Scripts/run-tests all

setup: ## install the system libraries that are missing
	@Scripts/setup build

setup-run: ## the same, and the clients that the first steps use
	@Scripts/setup run

setup-cluster: ## the same, and etcd
	@Scripts/setup cluster

setup-test: ## the same, and the clients that the tests drive
	@Scripts/setup test

build: setup ## the release binary, .build/release/millrace
	@echo "==> building the release server"
	@$(SWIFT) build $(RELEASE) --product millrace

linkage: build ## what an app gets that links LogCore alone
	@Scripts/linkage-test $(RELEASE)

unit-tests: setup ## the tests that start no server
	@Scripts/run-tests unit

server-tests: setup-test build ## real clients against the release binary
	@Scripts/run-tests server

crash: setup-test ## power cuts on real file systems, a hundred of each; needs root
	@Scripts/run-tests crash

fire: setup-test build ## groups whose members join, leave and die at random, two minutes of each protocol and client
	@Scripts/run-tests fire

# ROUNDS is how often a worker is killed or stopped: `make connect-fire ROUNDS=50`.
connect-fire: setup-test build ## workers of a Connect cluster killed and stopped in turn while records move through them
	@MILLRACE_WORKER_ROUNDS=$(or $(ROUNDS),10) Scripts/run-tests connect-fire

rest-fire: setup-test build ## 200 HTTP producers and 200 consumers for two minutes, the REST Proxy killed ten times
	@Scripts/run-tests rest-fire

faults: setup-test build ## nodes killed, paused, cut off and robbed of their disks under load; writes docs/reliability.md
	@Scripts/faults .build/release/millrace

# SEEDS is their number: `make sim SEEDS=100000`.
sim: setup ## the replication's machines under seeded faults, 10,000 runs, and proof that the simulator finds what is broken
	@SEEDS=$(or $(SEEDS),10000) Scripts/sim

conformance: build ## librdkafka's own tests against the release binary, all that need a broker, in a quarter of an hour
	@Scripts/setup conformance
	@Scripts/conformance/run

compatibility: setup-test build ## the tests with real clients, and from what the server saw the table in docs/compatibility.md
	@Scripts/compatibility

test-tsan: setup-test ## the engine's tests under ThreadSanitizer
	@Scripts/test-tsan

# SECONDS is for each target: `make fuzz SECONDS=5`.
fuzz: setup ## made-up inputs for each request, record and file that others write, 60 s each
	@FUZZ_SECONDS=$(or $(SECONDS),$(FUZZ_SECONDS),60) Scripts/fuzz

format: ## rewrite the sources in the house format
	@$(SWIFT) format format --in-place --parallel $(SOURCES)

lint: ## check the sources against the house format
	@$(SWIFT) format lint --strict --parallel $(SOURCES)

bench: build ## this machine's limits and what Millrace reaches of them, written to Benchmarks/results
	@$(SWIFT) build $(RELEASE) --product millrace-bench
	@Scripts/bench

bench-cluster: setup-test build ## three copies beside one, and a node that catches up, in some three minutes
	@$(or $(MILLRACE_PYTHON),.venv/bin/python) Tests/Clients/cluster_figures.py --binary .build/release/millrace

bench-connect: setup-test build ## files into topics and back beside kcat, and 500 connectors in one server, in some ten minutes
	@$(or $(MILLRACE_PYTHON),.venv/bin/python) Tests/Clients/connect_figures.py --binary .build/release/millrace

bench-rest: setup-test build ## the REST Proxy over HTTP beside kcat with the same records, in some five minutes
	@Scripts/setup bench-rest
	@$(or $(MILLRACE_PYTHON),.venv/bin/python) Tests/Clients/rest_figures.py --binary .build/release/millrace

bench-engine: setup ## the engine beside RocksDB, LMDB, SQLite and bare system calls, written to Benchmarks/results
	@Scripts/setup rivals
	@$(SWIFT) build $(RELEASE) --product millrace-bench
	@Scripts/bench-engine

bench-micro: setup ## allocations and instructions of the hot paths, each with its bound, and how long they take
	@Scripts/setup micro
	@Scripts/bench-micro

bench-peers: ## Millrace beside Redis Streams, NATS JetStream and RabbitMQ streams by one ruler, written to Benchmarks/results
	@Scripts/setup peers
	@$(SWIFT) build $(RELEASE) --product millrace-bench
	@Scripts/bench-peers

docs: setup ## the API reference, written to .build/documentation
	@Scripts/build-docs

clean: ## remove everything that was built or installed below this folder
	@rm -rf .build .build-tsan .build-fuzz .build-benchmarks .venv
