#!/usr/bin/env bash
# Checks the layout of the code, builds and runs the tests, and ends with what they came to. Arguments go to the test program:
#   eng/run-tests.sh -class 'FlowLake.Tests.Tidy.*'
set -uo pipefail
cd "$(dirname "$0")/.."
results=artifacts/test-results/tests.trx
rm -f "$results"
status=0

echo "checking the layout"
# The compiler checks style and names as it builds (EnforceCodeStyleInBuild); what is left to ask for is white space.
dotnet format whitespace . --folder --verify-no-changes --exclude artifacts/ bin/ || {
  echo "run-tests: the layout differs from .editorconfig; run: make fmt" >&2
  status=1
}

echo "building the tests"
dotnet restore tests/FlowLake.Tests --verbosity quiet --nologo -tl:off || exit
dotnet msbuild tests/FlowLake.Tests -property:Configuration=Release -verbosity:quiet -nologo -tl:off || exit

echo "testing"
colour=()
[ -t 1 ] || colour=(-noColor)
artifacts/bin/FlowLake.Tests/release/FlowLake.Tests -noLogo "${colour[@]}" -trx "$results" "$@" || status=1
eng/test-summary.sh "$results" || status=1
exit "$status"
