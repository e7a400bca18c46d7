# shellcheck shell=bash
# The outer engine: an engine that answers already, or one that ./dev installs and starts.

# Each engine that is started from the files of an image has a folder here, for these files and its data root.
IMAGE_ENGINES=/var/lib/nested-docker/engines
# The socket of an engine that ./dev starts.
ENGINE_SOCKET=unix:///var/run/docker.sock
ENGINE_VERSION=
ENGINE_TRIED=

engine_verb() {
  case "${1:-} ${2:-}" in
    ' ') engine_up ;;
    '--stop ') engine_stop ;;
    '--cgroup2 ') cgroup2_up ;;
    '--cgroup2 --stop' | '--stop --cgroup2') cgroup2_stop ;;
    '--image '?*) engine_from_image "$2" "${3:-}" ;;
    *) fail "'engine $*' is not a command of ./dev" "run ./dev engine [--image IMAGE] [--cgroup2] [--stop]" ;;
  esac
}

engine_up() {
  if only_client_can_ask; then engine_install_client; fi
  if ! engine_reach; then
    lock engine
    engine_reach || engine_start
    unlock
  fi
  have docker || engine_install_client
  say "==> outer engine $ENGINE_VERSION at ${DOCKER_HOST:-"the address that docker uses"}"
  if recorded_process "$STATE/engine.process" dockerd >/dev/null; then
    say "    started by ./dev; ./dev engine --stop stops it"
  fi
}

# Returns whether only the docker command, which is missing, could ask the engine: DOCKER_HOST is set and may be any address, or there is a
# Unix socket and no curl. A container that has an engine's socket often has neither program.
only_client_can_ask() {
  ! have docker && { [ -n "${DOCKER_HOST:-}" ] || { ! have curl && [ -S /var/run/docker.sock ]; }; }
}

# Tries the usual addresses of an engine, in the order that users expect, and records the result of each in ENGINE_TRIED.
engine_reach() {
  local socket
  ENGINE_TRIED=
  if [ -n "${DOCKER_HOST:-}" ]; then
    engine_answers "$DOCKER_HOST" && return
    fail "no engine answers at DOCKER_HOST: $ENGINE_TRIED" "start that engine, or correct or unset DOCKER_HOST"
  fi
  if have docker; then
    engine_answers "" && return
  fi
  while IFS= read -r socket; do
    [ -S "$socket" ] || continue
    if engine_answers "unix://$socket"; then
      export DOCKER_HOST=unix://$socket
      unset DOCKER_CONTEXT
      return
    fi
  done <<SOCKETS
/var/run/docker.sock
${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/docker.sock
$HOME/.docker/run/docker.sock
$HOME/.docker/desktop/docker.sock
$HOME/.colima/default/docker.sock
$HOME/.config/colima/default/docker.sock
$HOME/.orbstack/run/docker.sock
$HOME/.rd/docker.sock
${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/podman/podman.sock
/run/podman/podman.sock
SOCKETS
  return 1
}

# Asks an engine for its version, with the docker command or, if that is missing, with curl on a Unix socket.
engine_answers() {
  local why place=${1:-}
  why=$(mktemp)
  if have docker; then
    ENGINE_VERSION=$(docker_at "$place" version --format '{{.Server.Version}}' 2>"$why") || ENGINE_VERSION=
  else
    ENGINE_VERSION=$(curl -fsS --max-time 10 --unix-socket "${place#unix://}" http://localhost/version 2>"$why" |
      sed -n 's/.*"Version":"\([^"]*\)","ApiVersion.*/\1/p') || ENGINE_VERSION=
  fi
  [ -n "$place" ] || place="docker context $(docker context show 2>/dev/null || echo default)"
  ENGINE_TRIED="$ENGINE_TRIED${ENGINE_TRIED:+; }$place ($(last_line "$why" || true))"
  rm -f "$why"
  [ -n "$ENGINE_VERSION" ]
}

# docker_at PLACE ARGUMENTS... runs the docker command with the engine at PLACE, or with docker's own choice if PLACE is empty.
docker_at() {
  local place=$1
  shift
  if [ -z "$place" ]; then
    bounded 15 docker "$@"
  else
    DOCKER_CONTEXT='' DOCKER_HOST=$place bounded 15 docker "$@"
  fi
}

engine_start() {
  [ "$(uname -s)" = Linux ] || fail "no engine answers; tried: $ENGINE_TRIED" "start Docker Desktop, or run 'brew install docker colima && colima start'"
  [ "$(id -u)" -eq 0 ] || fail "no engine answers; tried: $ENGINE_TRIED" "start Docker, or join its group ('sudo usermod -aG docker \$USER', then log in again), or let root start one: sudo ./dev engine"
  have dockerd || engine_install
  if [ -d /run/systemd/system ] && have systemctl; then
    step "starting docker.service" "read 'journalctl -u docker'" systemctl start docker
  else
    start_dockerd
  fi
  engine_reach || fail "the engine was started but doesn't answer; tried: $ENGINE_TRIED" "read its log"
}

# Starts the outer engine from the files of an image, to try the library on an engine for which this machine has no package.
# It replaces an engine that ./dev started. It never stops an engine that somebody else started.
engine_from_image() {
  local image=$1 flags=()
  case $2 in
    '') ;;
    --cgroup2) flags=(--cgroup2) ;;
    *) fail "'engine --image $*' is not a command of ./dev" "run ./dev engine --image IMAGE [--cgroup2]" ;;
  esac
  may_replace_engine "an engine from the files of an image"
  lock images
  need_image "$image"
  unlock
  unpack_image "$image"
  engine_stop
  engine_from_folder "$image" "${flags[@]}"
  engine_up
}

may_replace_engine() {
  if [ "$(uname -s)" != Linux ] || [ "$(id -u)" -ne 0 ]; then
    fail "$1 needs root on Linux" "run it with sudo, or start the engine that you want by hand"
  fi
  engine_up
  if ! recorded_process "$STATE/engine.process" dockerd >/dev/null || [ "$(engine_id)" != "$(DOCKER_HOST=$ENGINE_SOCKET engine_id)" ]; then
    fail "the engine that answers was not started by ./dev, so it can't be replaced" "stop it and unset DOCKER_HOST, then try again"
  fi
  # From here on, docker uses the engine that has this socket, whichever engine that is.
  unset DOCKER_CONTEXT
  export DOCKER_HOST=$ENGINE_SOCKET
}

engine_id() { docker info --format '{{.ID}}' 2>/dev/null; }

# start_replacement FLAG... -- FLAG... starts private-dockerd with these flags, in place of the engine that was stopped.
start_replacement() {
  lock engine
  if [ -n "$(engine_id)" ]; then fail "another engine has come up at $ENGINE_SOCKET" "stop it, then try again"; fi
  start_dockerd unshare --mount --propagation private scripts/private-dockerd "$@"
  unlock
}

engine_folder() { printf '%s/%s\n' "$IMAGE_ENGINES" "$(printf '%s' "$1" | tr -c 'A-Za-z0-9.' '-')"; }

# engine_from_folder IMAGE [--cgroup2] starts the engine of an image that is unpacked, after the previous engine was stopped.
engine_from_folder() {
  local folder group=() number
  folder=$(engine_folder "$1")
  shift
  mkdir -p "$folder/data"
  # The files are replaced only now, because the engine that was stopped may have used them.
  if [ -d "$folder/unpacked" ]; then
    rm -rf --one-file-system "$folder/root"
    mv "$folder/unpacked" "$folder/root"
  fi
  # The group is given by its number, because the image's own group of that name may have another number.
  number=$(getent group docker | cut -d : -f 3) || number=
  [ -z "$number" ] || group=(--group "$number")
  start_replacement "$@" --files "$folder/root" -- --data-root "$folder/data" --exec-root "/run/nested-docker/engine" "${group[@]}"
}

# Unpacks an image into the folder "unpacked" of its engine, unless the engine's folder "root" already has these files.
unpack_image() {
  local image=$1 folder id
  folder=$(engine_folder "$image")
  id=$(image_id "$image")
  rm -rf --one-file-system "$folder/unpacked"
  [ "$(cat "$folder/root/image-id" 2>/dev/null)" != "$id" ] || return 0
  mkdir -p "$folder/unpacked"
  step "unpacking $image" "see whether the disk is full" export_image "$image" "$folder/unpacked"
  printf '%s\n' "$id" >"$folder/unpacked/image-id"
}

export_image() {
  local container
  container=$(docker create --label io.nesteddocker=unpack --network none "$1")
  docker export "$container" | tar -C "$2" -x || true
  docker rm --volumes "$container"
  [ -d "$2/usr" ]
}

is_debian() { have apt-get && [ -f /etc/debian_version ]; }

engine_install() {
  is_debian || fail "no engine answers, and no dockerd is installed; tried: $ENGINE_TRIED" "install Docker Engine (https://docs.docker.com/engine/install/), then try again"
  step "installing docker.io and iptables (about a minute)" "see whether 'apt-get update' works, then try again" apt_install docker.io iptables
  have docker || engine_install_client
}

engine_install_client() {
  if ! is_debian || [ "$(id -u)" -ne 0 ]; then
    fail "the docker command, which ./dev needs to talk to the engine, is missing" "install the Docker CLI and put it on the PATH"
  fi
  step "installing the docker command" "see whether 'apt-get update' works, then try again" apt_install_client
}

# Newer Debian releases have the docker command in a package of its own, which only an up-to-date package list shows.
apt_install_client() {
  apt_update
  if [ -n "$(apt-cache search --names-only '^docker-cli$')" ]; then apt_add docker-cli; else apt_add docker.io; fi
}

apt_install() {
  apt_update
  apt_add "$@"
}

# Ignores errors, because a package source that the project does not need may be out of reach; the installation reports what is missing.
apt_update() { apt-get -q -o DPkg::Lock::Timeout=300 update || true; }

apt_add() { DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 install "$@"; }

# An engine starts itself, runc and a shim several times for each container, and collecting garbage is a third of the work of so short a run.
# A larger heap saves that: containers start with less work, and the daemons keep some dozens of megabytes more. Containers don't inherit it.
ENGINE_GOGC=${GOGC:-400}

# start_dockerd [COMMAND...] starts dockerd, or a command that becomes dockerd.
start_dockerd() {
  local log=$STATE/engine.log pid
  [ "$#" -gt 0 ] || set -- dockerd
  drop_stale_pidfile /var/run/docker.pid
  say "==> starting dockerd in the background; its log is $log"
  GOGC=$ENGINE_GOGC setsid "$@" >"$log" 2>&1 </dev/null 9>&- &
  pid=$!
  record_process "$STATE/engine.process" "$pid"
  await_dockerd "$STATE/engine.process" /var/run/docker.sock "$log"
}

# dockerd refuses to start if its pid file names a running process, even if that is another process which got the same number later.
drop_stale_pidfile() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 0
  if ! grep -q dockerd "/proc/$pid/cmdline" 2>/dev/null; then rm -f "$1"; fi
}

# await_dockerd PROCESS_FILE SOCKET LOG waits until the API answers, and fails if dockerd ends or a minute passes before that.
await_dockerd() {
  local started=$SECONDS
  until DOCKER_HOST=unix://$2 bounded 5 docker version >/dev/null 2>&1; do
    # The process may have any name, because on a busy machine it may not have become dockerd yet.
    if ! recorded_process "$1" '' >/dev/null; then
      tail -n 20 "$3" | sed 's/^/      | /' >&2
      fail "dockerd ended before it answered; the last lines of its log are above, and the whole log is $3" "fix what the log reports; if an earlier dockerd left something behind, remove its pid file and /var/run/docker"
    fi
    [ $((SECONDS - started)) -lt 60 ] || fail "dockerd runs but hasn't answered on $2 for a minute" "read $3, stop dockerd with ./dev engine --stop, then try again"
    sleep 0.2
  done
  say "    done in $((SECONDS - started)) s"
}

engine_stop() {
  lock engine
  if recorded_process "$STATE/engine.process" dockerd >/dev/null; then
    say "==> stopping the engine that ./dev started"
    stop_process "$STATE/engine.process" dockerd 60
    say "    stopped"
  else
    rm -f "$STATE/engine.process"
    say "==> no engine to stop: none that ./dev started is running"
  fi
  unlock
}
