# shellcheck shell=bash
# The state that ./dev keeps between runs, and the locks that keep two runs apart.

# Some automation runs without HOME; the tilde still stands for the home folder then.
export HOME=${HOME:-$(cd ~ && pwd)}
STATE=${NESTED_DOCKER_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/nested-docker}
LOGS=$STATE/logs
HELD_LOCK=

make_state() {
  (umask 077 && mkdir -p "$LOGS") || fail "the state folder $STATE can't be made" "set NESTED_DOCKER_STATE to a folder that you may write to"
}

new_log() {
  make_state
  find "$LOGS" -name '*.log' -mtime +7 -exec rm -f {} + 2>/dev/null || true
  mktemp "$LOGS/$(date +%Y%m%d-%H%M%S)-${1##*/}-XXXXXX" | {
    read -r name
    mv "$name" "$name.log"
    printf '%s\n' "$name.log"
  }
}

# lock NAME takes a lock; a run holds one lock at a time. Descriptor 9 is the lock, so a process that outlives the run must be started with
# 9>&-.
lock() {
  make_state
  local file=$STATE/$1.lock
  if have flock; then
    exec 9>"$file"
    flock -n 9 || {
      say "==> waiting for another ./dev to release the lock '$1'"
      flock -w 1800 9 || fail "another ./dev held $file for half an hour" "end it, then try again"
    }
  else
    lock_by_folder "$file.d" "$1"
  fi
  HELD_LOCK=$file
}

# Takes a lock if flock is missing (macOS): only one process can succeed in making a folder.
lock_by_folder() {
  local folder=$1 owner tries=0
  until mkdir "$folder" 2>/dev/null; do
    owner=$(cat "$folder/pid" 2>/dev/null || true)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
      rm -rf "$folder"
      continue
    fi
    [ "$tries" -gt 0 ] || say "==> waiting for another ./dev to release the lock '$2'"
    tries=$((tries + 1))
    [ "$tries" -lt 1800 ] || fail "another ./dev held $folder for half an hour" "end it, remove that folder, then try again"
    sleep 1
  done
  echo $$ >"$folder/pid"
  trap 'unlock' EXIT
}

unlock() {
  [ -n "$HELD_LOCK" ] || return 0
  exec 9>&-
  [ ! -d "$HELD_LOCK.d" ] || rm -rf "$HELD_LOCK.d"
  HELD_LOCK=
}

# A process ID may belong to another process by the time it is read. Together with the start time, it identifies one process. A process that
# has ended and waits for its parent has no start time here.
process_start() { sed -n 's/.*) //; /^[ZX]/!p' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }

record_process() { printf '%s %s\n' "$2" "$(process_start "$2")" >"$1"; }

# recorded_process FILE WORD prints the process ID that is recorded in a file, if that same process still runs and its command line contains
# the word. An empty word stands for any command line, also for the empty one of a process that is just becoming another program.
recorded_process() {
  local pid start
  [ -r "$1" ] || return 1
  read -r pid start <"$1" || return 1
  [ -n "$start" ] && [ "$(process_start "$pid")" = "$start" ] || return 1
  [ -z "$2" ] || tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q -- "$2" || return 1
  printf '%s\n' "$pid"
}

# stop_process FILE WORD SECONDS asks the recorded process to end and waits until it has ended, for at most that time.
stop_process() {
  local pid tries=0
  pid=$(recorded_process "$1" "$2") || return 1
  kill -TERM "$pid"
  while recorded_process "$1" "$2" >/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -le $(($3 * 5)) ] || fail "process $pid ($2) still runs $3 s after it was asked to stop" "look at it with ps -fp $pid, and end it with kill -9 $pid"
    sleep 0.2
  done
  rm -f "$1"
}

checksum() { if have sha256sum; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1; }
