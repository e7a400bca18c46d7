# shellcheck shell=bash
# The relay: the small program that carries streams in a daemon container. It is built from C in a container, for each processor.

RELAY_SOURCES=dind-core/src/main/c
RELAY_PROGRAMS=$RESOURCES/relay
RELAY_TOOLCHAIN=nested-docker-test:relay-toolchain

relay_verb() {
  local built
  [ "$#" -eq 0 ] || fail "'relay' takes no arguments, not '$*'" "./dev relay"
  engine_up
  engine_is_amd64 || fail "the relay is built by an outer engine on amd64, and this one is on $(engine_processor)" "set DOCKER_HOST to an engine on amd64"
  lock images
  relay_toolchain
  unlock
  built=$(mktemp -d)
  remove_at_exit "$built"
  fuzz_relay
  step "building the relay" "read what the compiler says" build_relay "$built"
  mkdir -p "$RELAY_PROGRAMS"
  install -m 0644 "$built"/* "$RELAY_PROGRAMS"
  relay_versions >"$RELAY_SOURCES/versions"
  say "    $(du -bc "$RELAY_PROGRAMS"/linux-* | tail -n 1 | cut -f 1) bytes in $RELAY_PROGRAMS"
}

# The cross compiler's package is another one elsewhere, and so its programs could have other bytes.
engine_is_amd64() { [ "$(engine_processor)" = x86_64 ]; }

engine_processor() { docker info --format '{{.Architecture}}'; }

relay_toolchain() {
  debian_base "$DEFAULT_SUITE"
  test_image "${RELAY_TOOLCHAIN#*:}" "$RELAY_SOURCES/toolchain" "$DEFAULT_SUITE"
}

relay_tool() { docker run --rm --interactive --network none "$RELAY_TOOLCHAIN" "$@"; }

relay_versions() { relay_tool versions </dev/null; }

# Its own folder in the archive and nothing else, so that the bytes depend on the sources alone.
relay_sources() { tar -C "$RELAY_SOURCES" -cf - relay.c relay-fuzz.c; }

build_relay() { relay_sources | relay_tool programs | tar -C "$1" -xf -; }

fuzz_relay() { step "feeding the relay with frames at random, under sanitizers" "mend what the sanitizer names" feed_relay; }

feed_relay() { relay_sources | relay_tool fuzz 5; }

# Whether the programs in the repository are what the sources give, byte for byte.
check_relay() {
  local built why
  why=$(relay_obstacle)
  if [ -n "$why" ]; then
    say "==> left out: whether the relay in the repository is what its source gives, because $why"
    return
  fi
  fuzz_relay
  built=$(mktemp -d)
  remove_at_exit "$built"
  step "building the relay to compare it" "read what the compiler says" build_relay "$built"
  diff -r "$built" "$RELAY_PROGRAMS" >&2 || fail "the programs in $RELAY_PROGRAMS are not what $RELAY_SOURCES/relay.c gives" "run ./dev relay and commit them"
  say "    the programs in the repository are the same, byte for byte"
}

# Why the programs can't be built here as they were; nothing if they can.
relay_obstacle() {
  local changed
  if ! engine_is_amd64; then
    echo "it is built on amd64, and the outer engine is on $(engine_processor)"
  elif ! (relay_toolchain) >&2; then
    echo "there is no image with the compilers"
  else
    changed=$(relay_versions | diff - "$RELAY_SOURCES/versions" | sed -n 's/^< //p' | paste -s -d , -)
    [ -z "$changed" ] || echo "the mirror has other compilers than those that they were made with: $changed"
  fi
}
