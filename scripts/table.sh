# shellcheck shell=bash
# Runs the contract for each pair of an outer and an inner engine, in both cgroup versions, as root and as an ordinary user of the group
# docker, with each Java that is installed. The outer engines are this machine's own and those from images, which run one after the other;
# each keeps its images.

TABLE_OUTERS="$DEBIAN_IMAGE $OFFICIAL_IMAGE"
TABLE_FOLDER=
TABLE_JAVAS=()

# A user number that no account has. This user has copies of the project and of Maven's local repository.
ORDINARY_USER=61874

matrix_table() {
  local image outer cgroup cgroups="v1 v2" why
  preflight
  may_replace_engine "the table"
  getent group docker >/dev/null || fail "this machine has no group docker, which the ordinary user must belong to" "create it with groupadd docker"
  have setpriv || fail "the command setpriv is missing (package util-linux)" "install it"
  why=$(cgroup2_obstacle)
  [ -z "$why" ] || fail "no engine in cgroup v2 mode can be started: $why" "fix that, or run ./dev test --matrix"
  if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then cgroups=v2; fi
  lock images
  tiny_image
  for image in $MATRIX_IMAGES; do need_image "$image"; done
  unlock
  for image in $TABLE_OUTERS; do unpack_image "$image"; done
  find_javas
  step "compiling dind-core and its tests" "fix what the compiler reports" "${MVN[@]}" --projects dind-core --also-make test-compile
  TABLE_FOLDER=$(mktemp -d /var/tmp/nested-docker-table.XXXXXX)
  trap end_table EXIT
  step "preparing the ordinary user's folder and the images" "see whether the disk is full" prepare_table
  for outer in own $TABLE_OUTERS; do
    for cgroup in $cgroups; do
      table_engine "$outer" "$cgroup"
      table_rows "$cgroup"
    done
  done
  [ "$MATRIX_FAILED" -eq 0 ]
}

# Prints the finished rows, even after an interrupt. Then starts the machine's own engine in place of the last one.
end_table() {
  trap : INT TERM HUP
  printf '\n%-12s %-11s %-6s %-28s %-9s %4s %5s %8s %7s %7s\n%s' outer store cgroup 'inner image' user Java run skipped failed time "$MATRIX_TABLE"
  printf '%s rows passed, %s failed\n' "$MATRIX_PASSED" "$MATRIX_FAILED"
  engine_stop
  lock engine
  start_dockerd
  unlock
  rm -rf --one-file-system "$TABLE_FOLDER"
}

# Finds the Java in use, and one of each other version in Debian's folder for Java.
find_javas() {
  local java version versions=' '
  for java in "$(command -v "$(java_command)")" /usr/lib/jvm/*/bin/java; do
    version=$(java_version "$java") || version=
    case $versions in *" $version "*) continue ;; esac
    if [ -n "$version" ] && [ "$version" -ge 17 ]; then
      versions="$versions$version "
      TABLE_JAVAS+=("$version $java")
    fi
  done
}

prepare_table() {
  local repository images image folder
  repository=$("${MVN[@]}" --quiet help:evaluate -Dexpression=settings.localRepository -DforceStdout) || repository=
  [ -d "$repository" ] || repository=$HOME/.m2/repository
  read -r -a images <<<"nested-docker-test:tiny $MATRIX_IMAGES"
  docker save --output "$TABLE_FOLDER/images.tar" "${images[@]}"
  for image in "${images[@]}"; do printf '%s %s\n' "$image" "$(label_of "$image" "$SOURCES_LABEL")"; done >"$TABLE_FOLDER/images"
  mkdir "$TABLE_FOLDER/home" "$TABLE_FOLDER/project"
  cp -R "$repository" "$TABLE_FOLDER/repository"
  tar --exclude=./.git -cf - . | tar -xf - -C "$TABLE_FOLDER/project"
  for folder in home project repository; do
    chown -R "$ORDINARY_USER:$ORDINARY_USER" "$TABLE_FOLDER/$folder"
    chmod 700 "$TABLE_FOLDER/$folder"
  done
  chmod 755 "$TABLE_FOLDER"
}

# table_engine OUTER CGROUP starts an outer engine in place of the previous one, and loads the images if it lacks them.
table_engine() {
  local flags=()
  [ "$2" = v1 ] || flags=(--cgroup2)
  engine_stop
  if [ "$1" = own ]; then start_replacement "${flags[@]}" --; else engine_from_folder "$1" "${flags[@]}"; fi
  engine_up
  has_table_images || step "loading the images" "see $STATE/engine.log" docker load --input "$TABLE_FOLDER/images.tar"
}

# Compares what the images were made from, because the same image has another ID in another image store.
has_table_images() {
  local image sources
  while read -r image sources; do
    has_image "$image" && [ "$(label_of "$image" "$SOURCES_LABEL")" = "$sources" ] || return 1
  done <"$TABLE_FOLDER/images"
}

table_rows() {
  local cgroup=$1 version store image user java
  version=$(docker version --format '{{.Server.Version}}')
  store=$(docker info --format '{{.Driver}}')
  for image in $MATRIX_IMAGES; do
    for user in root ordinary; do
      for java in "${TABLE_JAVAS[@]}"; do
        table_row "$(printf '%-12s %-11s %-6s %-28s %-9s %4s' "${version%%+*}" "$store" "$cgroup" "$image" "$user" "${java%% *}")" \
          "$image" "$user" "${java#* }"
      done
    done
  done
}

# table_row COLUMNS IMAGE USER JAVA runs one row.
table_row() {
  local started=$SECONDS log project=.
  [ "$3" = root ] || project=$TABLE_FOLDER/project
  log=$(new_log table)
  say "==> $CONTRACT: $1"
  rm -rf "${project:?}/$MATRIX_REPORTS"
  export NESTED_DOCKER_IMAGE=$2
  quietly "$log" "run_as_$3" "$4"
  matrix_result "$log" "$started" "$1" "$project/$MATRIX_REPORTS"
}

run_as_root() { run_classes "$CONTRACT" "-Djvm=$1" -Dfailsafe.timeout=900; }

run_as_ordinary() {
  local home=$TABLE_FOLDER/home group
  group=$(getent group docker | cut -d : -f 3)
  cd "$TABLE_FOLDER/project" || return
  # Java takes the home folder from the account, not from HOME. Without root's settings, Maven does not know the repositories from which the
  # files in the local repository came.
  MVN=(env -i "PATH=$PATH" "HOME=$home" "JAVA_HOME=${JAVA_HOME:-}" "MAVEN_OPTS=-Duser.home=$home" "NESTED_DOCKER_IMAGE=$NESTED_DOCKER_IMAGE"
    setpriv "--reuid=$ORDINARY_USER" "--regid=$ORDINARY_USER" "--groups=$group"
    "${MVN[@]}" --offline -Dmaven.legacyLocalRepo=true "-Dmaven.repo.local=$TABLE_FOLDER/repository")
  run_as_root "$1"
}
