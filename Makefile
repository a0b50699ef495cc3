# The front door. Everything real is in tools/ and tests/; this lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.PHONY: help demo test test-unit test-integration test-e2e check cluster-up cluster-down \
        cluster-status images clean

help: ## list the targets
	@grep -hE '^[a-zA-Z_%-]+:.*##' $(MAKEFILE_LIST) | \
	  awk -F ':.*## ' '{printf "  %-18s %s\n", $$1, $$2}'

demo: ## a guide on a real cluster, and a failure that nobody notices (CATALOG=path for your own)
	@CATALOG='$(CATALOG)' CATALOG_MAP='$(CATALOG_MAP)' tools/demo

test: ## all tests: unit, integration, end-to-end
	@tools/test

test-unit: ## unit tests only
	@tools/test unit

test-integration: ## tests against a real kube-apiserver and etcd
	@tools/test integration

test-e2e: ## tests on real pods
	@tools/test e2e

check: ## formatting, clang-tidy, sanitizers, shell and chart linting, fuzzing for a minute
	@tools/check

bench-%: ## measure one thing, e.g. make bench-search; writes build/bench/NAME.json
	@tools/bench $*

cluster-up: ## the local Kubernetes (two nodes)
	@tests/cluster/cluster up

cluster-down: ## end the local Kubernetes; nothing is left behind
	@tests/cluster/cluster down

cluster-status: ## what runs, and where its logs are
	@tests/cluster/cluster status

images: ## build the seven images (REGISTRY=prefix TAG=tag)
	@tools/images $(if $(REGISTRY),--registry $(REGISTRY)) $(if $(TAG),--tag $(TAG))

clean: ## remove the build tree (caches outside the checkout stay)
	rm -rf build
