#!/usr/bin/env bash
# Prints the names of the tests that failed and `N passed, N failed` for a test result file (trx). A test that was skipped or never ended counts as failed, and a missing
# or empty file as one failure: silence is not success. Exits 0 only when something passed and nothing failed.
set -euo pipefail
file=${1:?usage: test-summary.sh FILE.trx}

counters=$(grep -o '<Counters [^>]*>' "$file" 2>/dev/null | head -n 1 || true)
count() { sed -nE "s/.* $1=\"([0-9]+)\".*/\1/p" <<<"$counters"; }
total=$(count total)
passed=$(count passed)
total=${total:-0} passed=${passed:-0}
failed=$((total - passed))
[ "$total" -gt 0 ] || failed=1

# Above them a run prints more than is kept of its output in many places.
grep -o '<UnitTestResult [^>]*>' "$file" 2>/dev/null | grep -v ' outcome="Passed"' | sed -nE 's/.* testName="([^"]*)".*/failed: \1/p' || true
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
