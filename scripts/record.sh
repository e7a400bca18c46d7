# shellcheck shell=bash
# Records the picture of ./dev demo for the README.

PICTURE=docs/demo.svg

# Runs ./dev demo twice. The first run makes all that the demo needs, which may take minutes. The second run is in a terminal of its own;
# its output is written to the picture, with the times.
record_verb() {
  local scratch
  [ "$#" -eq 0 ] || fail "'record' takes no argument, not '$*'" "run ./dev record"
  script --version 2>/dev/null | grep -q util-linux ||
    fail "the command script of util-linux, which records a terminal, is missing" "install it, on Linux (Debian: apt-get install bsdutils)"
  step "running ./dev demo" "run it yourself, and fix what it reports" ./dev demo
  scratch=$(mktemp -d)
  remove_at_exit "$scratch"
  say "==> recording ./dev demo"
  script --quiet --return --command 'stty cols 88 rows 30; ./dev demo' --log-out "$scratch/output" --log-timing "$scratch/times" >/dev/null </dev/null ||
    fail "./dev demo failed" "run it without the recording, and fix what it reports"
  ensure_nothing_private "$scratch/output"
  "$(java_command)" scripts/DemoPicture.java './dev demo' "$scratch/output" "$scratch/times" "$scratch/picture"
  cp "$scratch/picture" "$PICTURE"
  say "    $PICTURE shows:"
  sed -n 's|^<text[^>]*>\(.*\)</text>$|      \1|p' "$PICTURE" >&2
}

# ensure_nothing_private FILE refuses a recording that names this machine or its user. The first line is a note of script.
ensure_nothing_private() {
  local word
  for word in "$ROOT" "$HOME" "${TMPDIR:-/tmp}" "$(hostname)" "$(id -un)"; do
    if [ "${#word}" -gt 1 ] && sed 1d "$1" | grep -qwF -- "$word"; then
      fail "the demo printed '$word', which is a path or a name of this machine" "record on a machine with other settings, or let the demo print less"
    fi
  done
}
