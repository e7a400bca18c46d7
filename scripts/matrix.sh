# shellcheck shell=bash
# Runs the contract on outer engines of either cgroup version, with inner engines of several versions.

CONTRACT=CoreContractIT,RestartContractIT
# One or two test classes for each subject, to test an image with another userland and another image store.
SUBJECTS=$CONTRACT,DaemonImageContractIT,LinkedImagesIT,LoadArchiveIT,ShellIT,TunnelIT,SharingIT
MATRIX_IMAGES="nested-docker:bookworm $DEBIAN_IMAGE $OFFICIAL_IMAGE"
MATRIX_TABLE=
MATRIX_PASSED=0
MATRIX_FAILED=0

# run_classes CLASSES [FLAG...] runs integration tests of the core, which must be compiled already.
run_classes() {
  local classes=$1
  shift
  "${MVN[@]}" --projects dind-core failsafe:integration-test failsafe:verify -Dit.test="$classes" "$@"
}

test_on_debian() {
  [ "${NESTED_DOCKER_IMAGE:-}" != "$DEBIAN_IMAGE" ] || return 0
  say "==> the contract of each subject with $DEBIAN_IMAGE"
  NESTED_DOCKER_IMAGE=$DEBIAN_IMAGE collect_flaky run_classes "$SUBJECTS" ||
    fail "the contract failed with $DEBIAN_IMAGE" "read dind-core/target/failsafe-reports"
}

test_on_cgroup2() {
  local rc=0 image=${NESTED_DOCKER_IMAGE:-$(default_image)}
  trap 'stop_cgroup2_if_started; list_flaky' EXIT
  cgroup2_for "$image"
  say "==> $CONTRACT on an outer engine in cgroup v2 mode, with $image"
  collect_flaky on_cgroup2 "$image" run_classes "$CONTRACT" || rc=$?
  [ "$rc" -eq 0 ] || fail "$CONTRACT failed on an outer engine in cgroup v2 mode" "read dind-core/target/failsafe-reports"
}

# Starts the second engine, with the given images and the image that tests run inside.
cgroup2_for() {
  local image
  lock images
  for image in "$@"; do need_image "$image"; done
  tiny_image
  unlock
  cgroup2_start
  cgroup2_load nested-docker-test:tiny "$@"
}

# Runs a command with variables that tell the tests where the engine is, that its ports can't be reached, and which image to use.
on_cgroup2() {
  local image=$1
  shift
  (
    unset DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH
    export DOCKER_HOST=unix://$CGROUP2_SOCKET NESTED_DOCKER_TEST_OUTER=cgroup-v2-private-network NESTED_DOCKER_IMAGE=$image
    "$@"
  )
}

test_matrix() {
  local image own=v1 why
  preflight
  engine_up
  lock images
  tiny_image
  unlock
  step "compiling dind-core and its tests" "fix what the compiler reports" "${MVN[@]}" --projects dind-core --also-make test-compile
  if outer_is_cgroup2; then own=v2; fi
  if pull_image "$(default_image)"; then MATRIX_IMAGES="$(default_image) $MATRIX_IMAGES"; fi
  for image in $MATRIX_IMAGES; do matrix_row "$own" "$image"; done
  why=$(cgroup2_obstacle)
  if [ "$own" = v2 ]; then
    say "==> the outer engine is in cgroup v2 mode; the rows for v1 need a host in cgroup v1 mode"
  elif [ -n "$why" ]; then
    say "==> left out: the rows for cgroup v2, because $why"
  else
    trap stop_cgroup2_if_started EXIT
    cgroup2_start
    for image in $MATRIX_IMAGES; do matrix_row private-v2 "$image"; done
  fi
  printf '\n%-14s %-28s %-10s %5s %8s %7s %7s\n%s' 'outer cgroup' 'inner image' 'inner' 'run' 'skipped' 'failed' 'time' "$MATRIX_TABLE"
  printf '%s rows passed, %s failed\n' "$MATRIX_PASSED" "$MATRIX_FAILED"
  [ "$MATRIX_FAILED" -eq 0 ]
}

# Runs one row. A row that can't be prepared counts as failed; the other rows run nevertheless.
matrix_row() {
  local own=$1 image=$2 started=$SECONDS log
  log=$(new_log "matrix-$own-${image##*:}")
  say "==> $CONTRACT: outer cgroup ${own#private-}, inner $image"
  rm -rf "$MATRIX_REPORTS"
  quietly "$log" matrix_run "$own" "$image"
  matrix_result "$log" "$started" "$(printf '%-14s %-28s %-10s' "${own#private-}" "$image" "$(inner_version "$image")")" "$MATRIX_REPORTS"
}

inner_version() {
  local version
  version=$(docker run --rm --entrypoint dockerd "$1" --version 2>/dev/null | sed 's/.*version \([0-9.]*\).*/\1/') || version=
  printf '%s\n' "${version:-?}"
}

# matrix_result LOG STARTED COLUMNS REPORTS adds a row to the table, after quietly has run the tests.
matrix_result() {
  local counts result=passed
  if [ "$QUIETLY_CODE" -eq 0 ]; then
    MATRIX_PASSED=$((MATRIX_PASSED + 1))
  else
    result=FAILED
    MATRIX_FAILED=$((MATRIX_FAILED + 1))
    tail -n 25 "$1" | sed 's/^/      | /' >&2
  fi
  read -r -a counts <<<"$(matrix_counts "$4")"
  MATRIX_TABLE+=$(printf '%s %5s %8s %7s %5s s' "$3" "${counts[@]}" "$((SECONDS - $2))")$'\n'
  say "    $result after $((SECONDS - $2)) s; its whole output is in $1"
  matrix_skips "$4"
}

MATRIX_REPORTS=dind-core/target/failsafe-reports

# Prints how many tests of the last run there were, how many were skipped, and how many failed.
matrix_counts() {
  local summary=$1/failsafe-summary.xml
  if [ -f "$summary" ]; then
    echo "$(count_of completed "$summary") $(count_of skipped "$summary") $(($(count_of errors "$summary") + $(count_of failures "$summary")))"
  else
    echo '? ? ?'
  fi
}

count_of() { sed -n "s:.*<$1>\([0-9]*\)</$1>.*:\1:p" "$2"; }

# Prints why tests were skipped, each reason once.
matrix_skips() {
  { cat "$1"/TEST-*.xml 2>/dev/null || true; } |
    awk '/<skipped/ { on = 1; text = ""; sub(/.*CDATA\[[^:]*:/, "") } on && /^\tat / { print text; on = 0 } on { text = text " " $0 }' |
    tr -s ' ' | cut -c 1-200 | sort -u | sed 's/^/      skipped:/' >&2
}

matrix_run() {
  if [ "$1" = private-v2 ]; then
    cgroup2_for "$2"
    on_cgroup2 "$2" run_classes "$CONTRACT"
  else
    lock images
    need_image "$2"
    unlock
    NESTED_DOCKER_IMAGE=$2 run_classes "$CONTRACT"
  fi
}
