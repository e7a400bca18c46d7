# shellcheck shell=bash
# Builds the relay, the small program that carries streams in a daemon container, from C in a container, for each processor.

RELAY_SOURCES=dind-core/src/main/c
RELAY_PROGRAMS=$RESOURCES/relay
RELAY_TOOLCHAIN=nested-docker-test:relay-toolchain
RELAY_VERSIONS=$RELAY_SOURCES/toolchain/versions

relay_verb() {
  [ "$#" -eq 0 ] || fail "'relay' takes no arguments, not '$*'" "run ./dev relay"
  engine_up
  engine_is_amd64 || fail "the relay is built by an outer engine on amd64, and this one is on $(engine_processor)" "set DOCKER_HOST to an engine on amd64"
  lock images
  relay_toolchain
  unlock
  fuzz_relay
  (renew_relay)
  relay_versions >"$RELAY_VERSIONS"
  say "    $(du -bc "$RELAY_PROGRAMS"/linux-* | tail -n 1 | cut -f 1) bytes in $RELAY_PROGRAMS"
}

renew_relay() {
  local built
  built=$(mktemp -d)
  remove_at_exit "$built"
  step "building the relay" "read the messages of the compiler" build_relay "$built"
  mkdir -p "$RELAY_PROGRAMS"
  install -m 0644 "$built"/* "$RELAY_PROGRAMS"
}

# On another processor the compilers come from other packages, which may produce other bytes.
engine_is_amd64() { [ "$(engine_processor)" = x86_64 ]; }

engine_processor() { docker info --format '{{.Architecture}}'; }

relay_toolchain() {
  debian_base "$DEFAULT_SUITE"
  test_image "${RELAY_TOOLCHAIN#*:}" "$RELAY_SOURCES/toolchain" "$DEFAULT_SUITE"
}

relay_tool() { docker run --rm --interactive --network none "$RELAY_TOOLCHAIN" "$@"; }

relay_versions() { relay_tool versions </dev/null; }

# Writes an archive of the source files and nothing else, so that the bytes of the programs depend on the sources alone.
relay_sources() { tar -C "$RELAY_SOURCES" -cf - relay.c relay-fuzz.c firewall.c firewall.h firewall-fuzz.c layer.c layer.h layer-fuzz.c hold.c hold.h hold-fuzz.c fuzz.h; }

build_relay() { relay_sources | relay_tool programs | tar -C "$1" -xf -; }

fuzz_relay() { step "feeding the relay with random frames and calls, under sanitizers" "fix what the sanitizer reports" feed_relay; }

feed_relay() { relay_sources | relay_tool fuzz 5; }

# Runs the relay with random input, and checks that the sources yield the programs of the repository, byte for byte.
check_relay() {
  local why
  if ! engine_is_amd64; then
    say "==> left out: the checks of the relay's source, because they need an outer engine on amd64, and this one is on $(engine_processor)"
  elif ! (relay_toolchain) >&2; then
    say "==> left out: the checks of the relay's source, because there is no image with the compilers"
  else
    fuzz_relay
    why=$(other_compilers)
    if [ -n "$why" ]; then
      say "==> left out: the comparison of the relay in the repository with its source, because $why"
    else
      (compare_relay)
    fi
  fi
}

compare_relay() {
  local built
  built=$(mktemp -d)
  remove_at_exit "$built"
  step "building the relay to compare it" "read the messages of the compiler" build_relay "$built"
  diff -r "$built" "$RELAY_PROGRAMS" >&2 || fail "the programs in $RELAY_PROGRAMS differ from those that the sources in $RELAY_SOURCES produce" "run ./dev relay and commit them"
  say "    the programs in the repository are the same, byte for byte"
}

# Prints why the programs can't have the same bytes here, or nothing if they must have them.
other_compilers() {
  local here
  if ! here=$(relay_versions); then
    echo "the image $RELAY_TOOLCHAIN does not report which compilers it has"
  elif [ "$here" != "$(cat "$RELAY_VERSIONS")" ]; then
    echo "the image $RELAY_TOOLCHAIN has other compilers than those in $RELAY_VERSIONS: $(printf '%s\n' "$here" | diff - "$RELAY_VERSIONS" | sed -n 's/^< //p' | paste -s -d , -)"
  fi
}
