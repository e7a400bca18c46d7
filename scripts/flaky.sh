# shellcheck shell=bash
# Integration tests that fail run a second time. A test that passes then is listed at the end, because the test or the code that it tests is
# unreliable and must be fixed, but it does not fail the run.

FLAKY_TESTS=

# collect_flaky COMMAND... runs integration tests with a command that takes more flags for Maven, and remembers the tests that passed only at
# the second run.
collect_flaky() {
  local rc=0 found began
  began=$(mktemp)
  "$@" -Dfailsafe.rerunFailingTestsCount=1 || rc=$?
  # Reports of earlier runs are still there.
  found=$(find . -path '*/target/failsafe-reports/TEST-*.xml' -newer "$began" -exec cat {} + | flaky_tests)
  rm -f "$began"
  FLAKY_TESTS+=${found:+$found$'\n'}
  return "$rc"
}

list_flaky() {
  [ -n "$FLAKY_TESTS" ] || return 0
  printf '\n==> passed only at the second run:\n%s\n' "$FLAKY_TESTS"
}

# flaky_tests reads reports and prints class, method and the message of the first failure of each test that passed at the second run.
flaky_tests() {
  awk '
    function attribute(name,  value) {
      if (!match($0, "[ ]" name "=\"[^\"]*\"")) return ""
      value = substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
      gsub(/&#(10|13|9);/, " ", value)
      gsub(/&lt;/, "<", value); gsub(/&gt;/, ">", value); gsub(/&quot;/, "\"", value); gsub(/&apos;/, "\047", value)
      gsub(/&amp;/, "\\&", value)
      return value
    }
    # A report holds the output of the tests, too, which may contain anything.
    /<!\[CDATA\[/ { inside = 1 }
    !inside && /<testcase / { test = attribute("classname") "." attribute("name"); listed = 0 }
    !listed && /<flaky(Failure|Error)[ >]/ {
      message = attribute("message")
      if (message == "") message = attribute("type")
      print "    " test ": " substr(message, 1, 300)
      listed = 1
    }
    /\]\]>/ { inside = 0 }
  '
}
