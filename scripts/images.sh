# shellcheck shell=bash
# The images: the daemon image (pulled, or built from Debian) and the images that only the tests use.

RESOURCES=dind-core/src/main/resources/io/nesteddocker
IMAGE_LABEL=io.nesteddocker.image
SOURCES_LABEL=io.nesteddocker.image.sources
DEFAULT_SUITE=trixie
DEBIAN_IMAGE=nested-docker:$DEFAULT_SUITE
NEWEST_SUITE=sid
OFFICIAL_IMAGE=nested-docker-test:official
TEST_IMAGES=dind-core/src/test/resources/images

image_verb() {
  local suite
  engine_up
  if [ "$#" -eq 0 ]; then
    daemon_image "$DEBIAN_IMAGE"
  else
    lock images
    for suite in "$@"; do debian_image "$suite"; done
    unlock
  fi
  lock images
  tiny_image
  unlock
}

default_image() { sed -n 's/^image=//p' "$RESOURCES/default-image.properties"; }

has_image() { docker image inspect "$1" >/dev/null 2>&1; }

image_id() { docker image inspect --format '{{.Id}}' "$1" 2>/dev/null || true; }

label_of() { docker image inspect --format "{{index .Config.Labels \"$2\"}}" "$1" 2>/dev/null || true; }

# daemon_image STAND_IN makes the image available that the library will use. If the default image can't be pulled, that is STAND_IN, and
# NESTED_DOCKER_IMAGE is exported.
daemon_image() {
  local stand_in=$1 wanted=${NESTED_DOCKER_IMAGE:-$(default_image)}
  lock images
  if [ -z "${NESTED_DOCKER_IMAGE:-}" ] && ! pull_image "$wanted"; then
    wanted=$stand_in
    export NESTED_DOCKER_IMAGE=$wanted
  fi
  need_image "$wanted"
  unlock
  say "==> daemon image $wanted"
}

# need_image IMAGE makes an image of this project, and pulls any other image.
need_image() {
  case $1 in
    nested-docker:*) debian_image "${1#nested-docker:}" ;;
    "$OFFICIAL_IMAGE")
      tiny_image
      official_image
      ;;
    *)
      pull_image "$1" ||
        fail "the image $1 is not on this engine, and pulling it failed" "pull it, or put its archive into a folder and set NESTED_DOCKER_ARCHIVES to that folder, or name another image"
      ;;
  esac
}

# Loads an image from an archive of docker save in the folder NESTED_DOCKER_ARCHIVES, for machines that can't reach a registry.
archived_image() {
  local image=$1 folder=${NESTED_DOCKER_ARCHIVES:-} archive
  [ -n "$folder" ] || return 1
  [ -d "$folder" ] || fail "NESTED_DOCKER_ARCHIVES is '$folder', which is not a folder" "set it to the folder that has the archives of docker save, or unset it"
  for archive in "$folder"/*.tar "$folder"/*.tar.gz "$folder"/*.tgz; do
    if [ -f "$archive" ] && tar -xOf "$archive" manifest.json 2>/dev/null | grep -qF "\"$image\""; then
      step "loading $image from $archive ($(du -h "$archive" | cut -f 1))" "write the archive again with docker save" docker load --input "$archive"
      return
    fi
  done
  return 1
}

# Pulls an image that is missing here and in the archives. If that fails, the failure is remembered for an hour, so that the next run does
# not try it again.
pull_image() {
  local image=$1 memo log job rc=0 started=$SECONDS
  if has_image "$image" || archived_image "$image"; then return; fi
  make_state
  memo=$STATE/no-registry-$(printf '%s' "$image ${DOCKER_HOST:-} ${DOCKER_CONTEXT:-}" | checksum | cut -c 1-12)
  if [ -n "$(find "$memo" -mmin -60 2>/dev/null)" ]; then return 1; fi
  log=$(new_log pull)
  say "==> pulling $image"
  docker pull "$image" >"$log" 2>&1 </dev/null &
  job=$!
  while kill -0 "$job" 2>/dev/null; do
    sleep 0.2
    # A registry that can be reached answers within seconds; the download after that may take long.
    if { [ ! -s "$log" ] && [ $((SECONDS - started)) -ge 30 ]; } || [ $((SECONDS - started)) -ge 1200 ]; then
      echo "gave up after $((SECONDS - started)) s" >>"$log"
      kill "$job" 2>/dev/null || true
    fi
  done
  wait "$job" || rc=$?
  if [ "$rc" -eq 0 ]; then
    say "    done in $((SECONDS - started)) s"
    return 0
  fi
  say "    the pull failed: $(last_line "$log")"
  say "    (./dev tries again after an hour, or once $memo is removed)"
  : >"$memo"
  return 1
}

# Prints a hash that changes whenever the Dockerfile or the start script changes.
sources_hash() {
  [ -f "$RESOURCES/image/Dockerfile" ] || fail "$RESOURCES/image/Dockerfile is missing" "check out the whole project"
  cat "$RESOURCES/image/Dockerfile" "$RESOURCES/image/dind-init.sh" | checksum
}

debian_image() {
  local suite=$1 image=nested-docker:$1 hash old
  case $suite in *[!a-z]* | '') fail "'$suite' is not a Debian release" "name one such as bookworm, trixie or sid" ;; esac
  debian_image_is_current "$suite" && return
  hash=$(sources_hash)
  debian_base "$suite"
  old=$(image_id "$image")
  # The base is a local image, which only the engine's own builder can see.
  BUILDX_BUILDER=default step "building $image (the first time about a minute)" "see whether the engine reaches Debian's mirror, then try again" \
    docker build --force-rm --build-arg "BASE=nested-docker-base:$suite" \
    --label "$IMAGE_LABEL=$suite" --label "$SOURCES_LABEL=$hash" --tag "$image" "$RESOURCES/image"
  [ -z "$old" ] || docker image rm "$old" >/dev/null 2>&1 || true
}

debian_image_is_current() { [ "$(label_of "nested-docker:$1" "$SOURCES_LABEL")" = "$(sources_hash)" ]; }

debian_base() { debian_bases "$1"; }

# Provides the plain Debian images below our images: from a registry if one answers, otherwise made here with debootstrap.
debian_bases() {
  local suite missing=()
  for suite in "$@"; do
    if has_image "nested-docker-base:$suite"; then
      continue
    elif pull_image "debian:$suite-slim"; then
      docker tag "debian:$suite-slim" "nested-docker-base:$suite"
    else
      missing+=("debootstrap_step $suite")
    fi
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  if ! is_debian || [ "$(id -u)" -ne 0 ]; then
    fail "no registry answers for debian:${missing[0]##* }-slim, and making it here needs root on Debian or Ubuntu" "fix the engine's connection to its registry, or run sudo ./dev image"
  fi
  if ! have debootstrap || [ ! -f /usr/share/keyrings/debian-archive-keyring.gpg ]; then
    step "installing debootstrap" "see whether 'apt-get update' works, then try again" apt_install debootstrap debian-archive-keyring
  fi
  # Only one process at a time can fetch apt's lists, which contain the mirror.
  apt_mirror >/dev/null
  side_by_side "${missing[@]}"
}

debootstrap_step() {
  step "making nested-docker-base:$1 with debootstrap (about a minute)" "see whether the mirror in /etc/apt can be reached and has $1" \
    debootstrap_image "$1" "nested-docker-base:$1"
}

debootstrap_image() {
  local suite=$1 base=$2 folder mirror
  folder=$(mktemp -d /var/tmp/nested-docker-base.XXXXXX)
  remove_at_exit "$folder"
  mirror=$(apt_mirror)
  eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
  [ -z "${http_proxy:-}" ] || export http_proxy
  # If no mirror is known, debootstrap uses its own default.
  debootstrap --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg "$suite" "$folder" ${mirror:+"$mirror"}
  allow_frozen_mirror "$folder"
  tar -C "$folder" --exclude='./var/cache/apt/archives/*.deb' --exclude='./var/lib/apt/lists/*' --exclude='./dev/*' \
    --exclude='./usr/share/man/*' --exclude='./usr/share/info/*' --exclude='./usr/share/locale/*' -c . |
    docker import --change 'CMD ["bash"]' --change "LABEL $IMAGE_LABEL=base" - "$base"
}

# A mirror that shows the state of an earlier day serves release files that have expired, which apt in the image would refuse.
allow_frozen_mirror() {
  local until
  until=$(sed -n 's/^Valid-Until: //p' "$1"/var/lib/apt/lists/*Release | head -n 1)
  if [ -n "$until" ] && [ "$(date -d "$until" +%s)" -lt "$(date +%s)" ]; then
    echo "the mirror's release file was valid until $until; apt in the image accepts it nevertheless"
    echo 'Acquire::Check-Valid-Until "false";' >"$1/etc/apt/apt.conf.d/90-frozen-mirror"
  fi
}

# Prints the mirror from which apt on this machine downloads Debian, for any format of the source lists; prints nothing on other systems.
apt_mirror() {
  local mirror
  mirror=$(apt_mirror_known)
  if [ -z "$mirror" ]; then
    apt-get -q update >&2 || true
    mirror=$(apt_mirror_known)
  fi
  printf '%s\n' "$mirror"
}

# apt knows the origin of an archive only once it has fetched its lists.
apt_mirror_known() {
  apt-get indextargets --format "\$(CODENAME) \$(REPO_URI)" 'Created-By: Packages' 'Origin: Debian' 'Component: main' |
    awk '$1 !~ /-/ && $2 ~ /^https?:/ { print $2; exit }'
}

# Makes the image that tests run inside: four megabytes, with a shell.
tiny_image() {
  local image=nested-docker-test:tiny
  has_image "$image" && return
  if [ "$(uname -s)" = Linux ] && [ "$(id -u)" -eq 0 ] && is_debian; then
    static_busybox || step "installing busybox-static" "see whether 'apt-get update' works, then try again" apt_install busybox-static
    step "making $image" "see whether 'docker import' works" busybox_image "$image"
  elif pull_image busybox:stable; then
    step "making $image" "see whether 'docker build' works" labelled_copy busybox:stable "$image"
  else
    fail "no registry answers for busybox:stable, and $image can't be made here without root" "fix the engine's connection to its registry, or run sudo ./dev image"
  fi
}

static_busybox() { [ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1; }

busybox_image() {
  local folder applet
  folder=$(mktemp -d)
  remove_at_exit "$folder"
  mkdir -p "$folder"/{bin,dev,etc,home,proc,root,sys,tmp,usr/bin,var/www}
  chmod 1777 "$folder/tmp"
  cp /bin/busybox "$folder/bin/busybox"
  for applet in $(/bin/busybox --list); do
    [ "$applet" = busybox ] || ln -s busybox "$folder/bin/$applet"
  done
  echo 'root:x:0:0:root:/root:/bin/sh' >"$folder/etc/passwd"
  echo 'root:x:0:' >"$folder/etc/group"
  tar -C "$folder" --owner=0 --group=0 --numeric-owner -c . |
    docker import --change 'CMD ["sh"]' --change "LABEL $IMAGE_LABEL=tiny" - "$1"
}

labelled_copy() {
  printf 'FROM %s\nLABEL %s=tiny\n' "$1" "$IMAGE_LABEL" | docker build --tag "$2" -
}

# Makes the images that only integration tests use, and checks the relay's source meanwhile.
test_images() {
  local suite outdated=()
  tiny_image
  for suite in "$DEFAULT_SUITE" "$NEWEST_SUITE"; do
    debian_image_is_current "$suite" || outdated+=("$suite")
  done
  debian_bases ${outdated[@]+"${outdated[@]}"}
  side_by_side official_image "debian_image $DEFAULT_SUITE"
  side_by_side debian_test_images check_relay
}

debian_test_images() {
  local name
  for name in docker-tools registry podman; do
    test_image "$name" "$TEST_IMAGES/$name" "$DEFAULT_SUITE"
  done
  test_image busybox-userland "$TEST_IMAGES/official" "$DEFAULT_SUITE" --target userland
}

# Makes the stand-in for docker:29-dind; Debian's newest engine is the most similar to it.
official_image() {
  debian_image "$NEWEST_SUITE"
  test_image official "$TEST_IMAGES/official" "$NEWEST_SUITE" --target official
}

# test_image NAME FOLDER SUITE [FLAG...] builds nested-docker-test:NAME from a folder with a Dockerfile, whose ARG BASE is Debian and whose
# ARG DAEMON is our daemon image, unless nothing of that has changed.
test_image() {
  local image=nested-docker-test:$1 folder=$2 suite=$3 hash old
  shift 3
  hash=$({
    find "$folder" -type f -exec cat {} +
    image_id "nested-docker:$suite"
    image_id nested-docker-test:tiny
    echo "$*"
  } | checksum)
  [ "$(label_of "$image" "$SOURCES_LABEL")" = "$hash" ] && return
  old=$(image_id "$image")
  BUILDX_BUILDER=default step "building $image" "see whether the engine reaches Debian's mirror, then try again" \
    docker build --force-rm --build-arg "BASE=nested-docker-base:$suite" --build-arg "DAEMON=nested-docker:$suite" "$@" \
    --label "$IMAGE_LABEL=test" --label "$SOURCES_LABEL=$hash" --tag "$image" "$folder"
  [ -z "$old" ] || docker image rm "$old" >/dev/null 2>&1 || true
}
