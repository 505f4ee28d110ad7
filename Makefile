# One command a deed; `make` alone lists them.
SHELL := /bin/bash -o pipefail
.DEFAULT_GOAL := help
# Recipes start processes that use every core themselves; two builds at once would only fight over artifacts/.
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1
# A build server that outlives make would hold files of a clone that is already gone.
export MSBUILDDISABLENODEREUSE := 1

# Machine code where the runtime's packs for this machine are in the feed (eng/ReadyToRun.props), portable code elsewhere.
runtime := $(if $(filter x86_64,$(shell uname -m)),--runtime linux-x64 --no-self-contained)
quiet := --verbosity quiet --nologo -tl:off

# What the programs are made of. A list kept in a file is newer than the build when a file came or went.
listing := git ls-files -co --exclude-standard
unpacked := find $(program_folders) -name node_modules -prune -o -type f -print
program_folders := agent bpf cli demo eng ingest-lambda lake query-api schemas
sources := $(wildcard $(shell { $(listing) -- $(program_folders) '*.props' '*.targets' global.json 2>/dev/null || $(unpacked); } | sort))
source_list := artifacts/make/sources
$(shell mkdir -p $(dir $(source_list)); echo $(sources) | cmp -s - $(source_list) || echo $(sources) >$(source_list))

.PHONY: help demo build test kills bench fmt synth lambda clean packages-build packages-capture packages-bench packages-test

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## three zones on this machine: real traffic, real eBPF, an answer; DURATION=60 ends by itself with a proof
	@bin/flowlake demo $(if $(DURATION),--duration $(DURATION))

build: packages-build packages-capture bin/.built ## bin/flowlake and what it needs, only when a source changed

bin/.built: $(sources) $(source_list)
	@echo "building bin/flowlake"
	@dotnet restore cli $(quiet)
	@dotnet publish cli --no-restore $(runtime) -c Release -o bin $(quiet)
	@touch $@

test: packages-build packages-capture packages-test bin/.built ## layout of the code, then every test on real components
	@eng/run-tests.sh

kills: packages-build packages-capture packages-test bin/.built ## real processes of ingest and maintenance killed at every step, some 400 times; make test does a few of them
	@FLOWLAKE_KILL_ROUNDS=$(or $(ROUNDS),70) eng/run-tests.sh -showLiveOutput -class 'FlowLake.Tests.Ingest.Kills.*'

bench: packages-build packages-capture packages-bench bin/.built ## measurements with their base lines, kept in docs/benchmarks; ONLY=ingest for one area, ONLY="agent size --quick" for less of it, ROWS=10000000,100000000 and MINUTES=10 for another size
	@dotnet run --project tests/FlowLake.Benchmarks -c Release -- $(ONLY)

fmt: ## lay out the code as .editorconfig says
	@dotnet format whitespace . --folder --exclude artifacts/ bin/

lambda: packages-build ## artifacts/lambda, the ingest function as AWS Lambda takes it
	@eng/package-lambda.sh

synth: packages-build ## cdk.out, the deployment's CloudFormation; needs no account and no network
	@[ -x artifacts/lambda/bootstrap ] || eng/package-lambda.sh
	@CDK_OUTDIR=cdk.out dotnet run --project infra -c Release

clean: ## remove what was built; .flowlake, the demo's lake, stays
	@rm -rf artifacts bin cdk.out

packages-build packages-capture packages-bench packages-test: packages-%:
	@eng/install-packages.sh $*
