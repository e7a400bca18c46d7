# shellcheck shell=bash
# The output of ./dev: progress and errors go to stderr, results go to stdout.

say() { printf '%s\n' "$*" >&2; }

# fail WHAT [CURE] prints one sentence that says what went wrong and one that says what to do, and exits.
fail() {
  say ""
  say "dev: $1."
  [ -z "${2:-}" ] || say "     To go on: $2."
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# bounded SECONDS COMMAND... runs a command with a time limit. macOS has no timeout(1), but its perl can do the same.
bounded() {
  local seconds=$1
  shift
  if have timeout; then
    timeout "$seconds" "$@"
  elif have perl; then
    perl -e 'alarm shift; exec @ARGV or exit 127' "$seconds" "$@"
  else
    "$@"
  fi
}

last_line() { tr '\r' '\n' <"$1" | grep -v '^[[:space:]]*$' | tail -n 1 | cut -c 1-160; }

# quietly LOG COMMAND... runs a long command with its output in a file, and prints the last line of that from time to time. QUIETLY_CODE is
# the exit code of the command.
QUIETLY_CODE=0
quietly() {
  local log=$1 job started=$SECONDS spoken=$SECONDS
  shift
  QUIETLY_CODE=0
  # The command has a process group of its own, so that an interrupt ends the command and its children, and not only this script.
  set -m
  (
    set -e
    "$@"
  ) >"$log" 2>&1 </dev/null &
  job=$!
  set +m
  trap 'kill -TERM -- "-$job" 2>/dev/null; [ -n "$BESIDE_OTHERS" ] || say "dev: interrupted"; exit 130' INT TERM
  while kill -0 "$job" 2>/dev/null; do
    sleep 0.2
    if [ $((SECONDS - spoken)) -ge 15 ]; then
      spoken=$SECONDS
      say "    ${WHO_SPEAKS:-}$((SECONDS - started)) s: $(last_line "$log" || true)"
    fi
  done
  wait "$job" || QUIETLY_CODE=$?
  trap - INT TERM
}

# step TITLE HINT COMMAND... runs a long command quietly, and shows the end of its output if it fails.
step() {
  local title=$1 hint=$2 log started=$SECONDS WHO_SPEAKS=${BESIDE_OTHERS:+${1%% (*}: }
  shift 2
  log=$(new_log "$1")
  say "==> $title"
  quietly "$log" "$@"
  if [ "$QUIETLY_CODE" -ne 0 ]; then
    say "    ${WHO_SPEAKS}failed after $((SECONDS - started)) s; the last lines of $log:"
    tail -n 25 "$log" | sed 's/^/      | /' >&2
    fail "the command '$(printf '%.200s' "$*")' ended with code $QUIETLY_CODE" "$hint"
  fi
  say "    ${WHO_SPEAKS}done in $((SECONDS - started)) s"
}

# side_by_side COMMAND... runs several commands at the same time. Each is a function, with its arguments in the same word. If one of them fails,
# the others are ended, so that the failure is the last thing on the screen. Lines about the progress of a step begin with the step's title.
BESIDE_OTHERS=
side_by_side() {
  local command words jobs=() running job rc=0
  for command in "$@"; do
    read -r -a words <<<"$command"
    # Each job has a process group of its own, so that all of its processes can be ended.
    set -m
    (
      BESIDE_OTHERS=yes
      "${words[@]}"
    ) </dev/null &
    set +m
    jobs+=("$!")
  done
  trap 'end_jobs "${jobs[@]}"; say "dev: interrupted"; exit 130' INT TERM
  while [ "${#jobs[@]}" -gt 0 ]; do
    sleep 0.2
    running=()
    for job in "${jobs[@]}"; do
      if kill -0 "$job" 2>/dev/null; then running+=("$job"); else wait "$job" || rc=$?; fi
    done
    jobs=(${running[@]+"${running[@]}"})
    if [ "$rc" -ne 0 ]; then
      end_jobs ${jobs[@]+"${jobs[@]}"}
      exit "$rc"
    fi
  done
  trap - INT TERM
}

end_jobs() {
  local job
  for job in "$@"; do kill -TERM -- "-$job" 2>/dev/null || true; done
  wait 2>/dev/null || true
}

# remove_at_exit FOLDER removes a scratch folder when the step that made the folder ends.
SCRATCH=
remove_at_exit() {
  SCRATCH=$1
  trap remove_scratch EXIT
}

# Stays on one file system, so that nothing is deleted that is still mounted in the folder.
remove_scratch() { rm -rf --one-file-system "$SCRATCH"; }
