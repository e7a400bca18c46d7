# shellcheck shell=bash
# Runs our daemon image without the library, and removes everything that the project has left.

# The same least privilege as in the library, for engines that can't grant all capabilities.
LEAST_PRIVILEGE=(--cap-add SYS_ADMIN --cap-add NET_ADMIN --cap-add SYS_PTRACE
  --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt label=disable
  --security-opt systempaths=unconfined --device-cgroup-rule 'a *:* rwm')

plain_shell() {
  local image terminal=(--interactive) privilege=(--privileged)
  engine_up
  lock images
  debian_image "$DEFAULT_SUITE"
  unlock
  image=nested-docker:$DEFAULT_SUITE
  if ! docker run --rm --privileged --entrypoint /bin/true "$image" >/dev/null 2>&1; then
    say "==> this engine can't grant --privileged; using only the privileges that a daemon needs"
    privilege=("${LEAST_PRIVILEGE[@]}")
  fi
  if [ -t 0 ] && [ -t 1 ]; then terminal+=(--tty); fi
  say "==> docker run --rm ${privilege[*]} $image $*"
  exec docker run --rm "${terminal[@]}" "${privilege[@]}" --label io.nesteddocker=shell "$image" "$@"
}

# Each list below has one thing to remove per line: its name for the command that removes it, a tab, and a description for the user.
clean_verb() {
  local containers volumes networks images files
  case "$*" in '' | --yes) ;; *) fail "'clean $*' is not a command of ./dev" "run ./dev clean or ./dev clean --yes" ;; esac
  engine_reach || fail "no engine answers; tried: $ENGINE_TRIED" "start it first: ./dev engine"
  containers=$(docker ps --all --filter label=io.nesteddocker --format '{{.ID}}\t{{.Names}}, {{.Image}}, {{.Status}}')
  volumes=$(docker volume ls --filter label=io.nesteddocker --format '{{.Name}}')
  networks=$(docker network ls --filter label=io.nesteddocker --format '{{.ID}}\t{{.Name}}')
  images=$(our_images)
  files=$(our_files)
  if [ -z "$containers$volumes$networks$images$files" ]; then
    say "==> nothing to remove: nothing that the project created is left"
    return
  fi
  say "==> to be removed:"
  announce container "$containers"
  announce volume "$volumes"
  announce network "$networks"
  announce image "$images"
  announce file "$files"
  if [ "${1:-}" != --yes ] && [ -t 0 ]; then confirm; fi
  remove_each "$containers" docker rm --force --volumes
  remove_each "$volumes" docker volume rm
  remove_each "$networks" docker network rm
  remove_each "$images" docker image rm
  if [ -d "$CGROUP2_DATA" ] || [ -d "$CGROUP2_RUN" ]; then cgroup2_stop; fi
  remove_each "$files" rm -rf --
  say "==> done"
}

# Finds images by name, because an image that somebody made from ours carries our label too; images without a name are found by label.
our_images() {
  docker image ls --format '{{.Repository}}\t{{.Tag}}\t{{.Size}}' |
    awk -F '\t' '$1 ~ /^nested-docker(-base|-test)?$/ { print $1 ":" $2 "\t" $3 }'
  docker image ls --filter dangling=true --filter "label=$IMAGE_LABEL" --format '{{.ID}}\t{{.Size}}, without a name'
}

holds_data_root() { case $(docker info --format '{{.DockerRootDir}}' 2>/dev/null) in "$1"/*) ;; *) false ;; esac }

# Prints the files to remove. An engine that still runs keeps its files, its record and its log.
our_files() {
  local file
  for file in "${XDG_CACHE_HOME:-$HOME/.cache}/nested-docker" "$LOGS" "$STATE"/no-registry-* "$STATE/cgroup2.log" "$CGROUP2_RUN" "$CGROUP2_DATA" "$IMAGE_ENGINES" /var/tmp/nested-docker-table.*; do
    if [ -e "$file" ] && ! holds_data_root "$file"; then printf '%s\n' "$file"; fi
  done
}

announce() {
  [ -z "$2" ] || printf '%s\n' "$2" | awk -F '\t' -v kind="$1" '{ print "    " kind " " $1 ($2 == "" ? "" : " (" $2 ")") }' >&2
}

confirm() {
  local answer
  read -r -p 'Remove all of that? [y/N] ' answer
  case $answer in y | Y | yes) ;; *) fail "nothing was removed, because the answer was not yes" ;; esac
}

# remove_each LIST COMMAND... removes things one by one, so that a thing in use does not prevent the removal of the others.
remove_each() {
  local list=$1 name
  shift
  [ -n "$list" ] || return 0
  printf '%s\n' "$list" | cut -f 1 | while IFS= read -r name; do
    "$@" "$name" >/dev/null || say "    $name was not removed; the lines above give the reason"
  done
}
