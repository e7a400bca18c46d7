# shellcheck shell=bash
# Runs a user's project, which gets the staged release by its coordinates from a repository, never from the checkout.

CONSUMER_IMAGE=nested-docker-test:tiny

# consume_release SCRATCH VERSION runs the project with each Java that is installed, on the class path and on the module path.
consume_release() {
  local scratch=$1 version=$2 java home
  cp -R "$ROOT/scripts/consumer" "$scratch/consumer"
  find_javas
  for java in "${TABLE_JAVAS[@]}"; do
    home=$(java_home "${java#* }")
    if [ -x "$home/bin/javac" ]; then
      consume_with "$home" "$scratch" "$version" class-path
      consume_with "$home" "$scratch" "$version" module-path
    else
      say "==> left out: the consumer project on Java ${java%% *}, because $home has no javac"
    fi
  done
  ensure_staged_jar_was_used "$scratch" "$version"
  say "==> what the library brings along"
  print_what_comes_along "$scratch/consumer/target"
}

java_home() { "$1" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p'; }

# consume_with JAVA_HOME SCRATCH VERSION PATH
consume_with() {
  local goals=(test)
  # Surefire would need a module of its own for the tests.
  [ "$4" = class-path ] || goals=(compile --activate-profiles "$4")
  step "running the consumer project on Java $(java_version "$1/bin/java"), $4" "read the messages of Maven" \
    build_consumer "$1" "$2" "$3" "${goals[@]}"
  run_consumer "$1" "$2/consumer/target" "$4"
}

# The local repository is empty at first. The machine's own local repository serves as a remote repository for files that it already has.
build_consumer() {
  local home=$1 scratch=$2 version=$3 machine
  shift 3
  machine=$("${MVN[@]}" --quiet help:evaluate -Dexpression=settings.localRepository -DforceStdout)
  cd "$scratch/consumer" || return
  rm -rf target
  JAVA_HOME=$home "${MVN[@]}" "$@" "-Dmaven.repo.local=$scratch/repository" "-Dnested-docker.version=$version" \
    "-Dstaged.url=file://$STAGING" "-Dmachine.url=file://$machine"
}

run_consumer() {
  local java=("$1/bin/java" -Dslf4j.internal.verbosity=ERROR) classes=$2/classes libraries
  libraries=$(cat "$2/classpath.txt")
  if [ "$3" = module-path ]; then
    "${java[@]}" --module-path "$classes:$libraries" --module consumer/consumer.Hello "$CONSUMER_IMAGE"
  else
    "${java[@]}" -cp "$classes:$libraries" consumer.Hello "$CONSUMER_IMAGE"
  fi
}

ensure_staged_jar_was_used() {
  local module file
  for module in "${PUBLISHED_JARS[@]}"; do
    file=$module/$2/$module-$2.jar
    cmp -s "$1/repository/io/nesteddocker/$file" "$STAGED_GROUP/$file" || fail "the consumer project did not use the staged $module" "find out from which repository Maven took another one"
  done
}

print_what_comes_along() {
  local part total=0 size
  cat "$1/tree.txt"
  while IFS= read -r part || [ -n "$part" ]; do
    size=$(size_of "$part")
    total=$((total + size))
    printf '%10s  %s\n' "$size" "${part##*/}"
  done < <(tr ':' '\n' <"$1/classpath.txt")
  printf '%10s  in all\n' "$total"
}
