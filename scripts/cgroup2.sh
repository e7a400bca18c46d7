# shellcheck shell=bash
# A second outer engine in cgroup v2 mode, on a Linux host whose own cgroups are v1.
#
# It has its own mount namespace, because its /sys/fs/cgroup differs, and its own network namespace, because two
# engines would overwrite each other's firewall rules. So its published ports can't be reached from outside of that
# namespace, and it can't reach a registry. Its API is on a Unix socket, which is reached by its path in any namespace.

CGROUP2_RUN=/run/nested-docker/cgroup2
CGROUP2_DATA=/var/lib/nested-docker/cgroup2
CGROUP2_SOCKET=$CGROUP2_RUN/docker.sock
CGROUP2_STARTED=no

# Prints the address of an engine in cgroup v2 mode; all other output goes to stderr.
cgroup2_up() {
  engine_up
  if outer_is_cgroup2; then
    say "==> the outer engine is in cgroup v2 mode already; no second one is needed"
    printf '%s\n' "${DOCKER_HOST:-$(docker context inspect --format '{{.Endpoints.docker.Host}}')}"
    return
  fi
  cgroup2_start
  printf 'unix://%s\n' "$CGROUP2_SOCKET"
}

outer_is_cgroup2() { [ "$(docker info --format '{{.CgroupVersion}}' 2>/dev/null)" = 2 ]; }

# Prints why a second engine can't be started here, or nothing if it can.
cgroup2_obstacle() {
  if [ "$(uname -s)" != Linux ] || [ "$(id -u)" -ne 0 ]; then
    echo "an engine in cgroup v2 mode needs root on Linux"
  elif ! have dockerd; then
    echo "an engine in cgroup v2 mode needs dockerd on this machine"
  elif ! grep -qw cgroup2 /proc/filesystems; then
    echo "this kernel has no cgroup v2"
  elif ! have unshare || ! have ip || ! have setsid; then
    echo "an engine in cgroup v2 mode needs the commands unshare, setsid and ip (packages util-linux and iproute2)"
  fi
}

cgroup2_start() {
  local log=$STATE/cgroup2.log why
  why=$(cgroup2_obstacle)
  [ -z "$why" ] || fail "no second engine in cgroup v2 mode can be started: $why" "fix that, or do without an engine in cgroup v2 mode"
  lock cgroup2
  if recorded_process "$STATE/cgroup2.process" dockerd >/dev/null; then
    say "==> the engine in cgroup v2 mode runs already"
  else
    say "==> starting an engine in cgroup v2 mode; its log is $log"
    (umask 077 && mkdir -p "$CGROUP2_RUN" "$CGROUP2_DATA")
    rm -f "$CGROUP2_RUN/dockerd.pid"
    GOGC=$ENGINE_GOGC setsid unshare --mount --net --propagation private scripts/private-dockerd --network --cgroup2 -- \
      --host "unix://$CGROUP2_SOCKET" --data-root "$CGROUP2_DATA" --exec-root "$CGROUP2_RUN/exec" \
      --pidfile "$CGROUP2_RUN/dockerd.pid" >"$log" 2>&1 </dev/null 9>&- &
    record_process "$STATE/cgroup2.process" "$!"
    CGROUP2_STARTED=yes
    await_dockerd "$STATE/cgroup2.process" "$CGROUP2_SOCKET" "$log"
  fi
  say "    ./dev engine --cgroup2 --stop stops it and removes everything in it"
  unlock
}

# Copies images from the outer engine, because the second engine can't reach a registry; its socket is the only way in.
cgroup2_load() {
  local image missing=
  for image in "$@"; do
    [ "$(image_id "$image")" = "$(DOCKER_HOST=unix://$CGROUP2_SOCKET image_id "$image")" ] || missing="$missing $image"
  done
  [ -z "$missing" ] || step "copying to the engine in cgroup v2 mode:$missing" "see $STATE/cgroup2.log" cgroup2_copy "$missing"
}

# The names come in one argument, separated by spaces; the name of an image contains no space.
cgroup2_copy() {
  local images
  IFS=' ' read -r -a images <<<"$1"
  docker save "${images[@]}" | DOCKER_HOST=unix://$CGROUP2_SOCKET docker load
}

cgroup2_stop() {
  lock cgroup2
  if recorded_process "$STATE/cgroup2.process" dockerd >/dev/null; then
    say "==> stopping the engine in cgroup v2 mode"
    stop_process "$STATE/cgroup2.process" dockerd 60
  fi
  rm -f "$STATE/cgroup2.process"
  # The engine's mounts ended with its namespace. This stays on one file system in case some mounts did not end.
  rm -rf --one-file-system "$CGROUP2_RUN" "$CGROUP2_DATA"
  say "    stopped; its folders are removed"
  unlock
}

# Runs at the end of a test run, even of an interrupted one. An engine that was running before the test run is not stopped.
stop_cgroup2_if_started() {
  if [ "$CGROUP2_STARTED" = yes ]; then cgroup2_stop; fi
}
