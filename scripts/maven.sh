# shellcheck shell=bash
# The commands that need Java: the build, the demo, the benchmarks, the tests.

MVN=(mvn --batch-mode --no-transfer-progress)

java_command() { if [ -n "${JAVA_HOME:-}" ]; then echo "$JAVA_HOME/bin/java"; else echo java; fi; }

java_version() { "$1" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1; }

preflight() {
  local version advice="install a JDK of version 17 or later and Maven (Debian: apt-get install openjdk-17-jdk-headless maven; macOS: brew install openjdk maven)"
  version=$(java_version "$(java_command)") || version=
  [ -n "$version" ] || fail "no Java can be run as '$(java_command)'" "$advice"
  [ "$version" -ge 17 ] || fail "'$(java_command)' is Java $version, and the build needs 17 or later" "$advice, or set JAVA_HOME"
  have mvn || fail "the command mvn is missing" "$advice"
}

# prepare [STAND_IN] makes Java, the engine and the images available. STAND_IN is the daemon image to use if the default can't be pulled.
prepare() {
  preflight
  engine_up
  daemon_image "${1:-$DEBIAN_IMAGE}"
  lock images
  tiny_image
  unlock
}

demo_verb() {
  local example=QuickStart
  if [ "${1:-}" = --turtles ]; then
    example=Turtles
    shift
  fi
  [ "$#" -eq 0 ] || [ "$example" = Turtles ] || fail "'demo' takes no argument other than --turtles, not '$*'" "run ./dev demo"
  prepare
  compile examples
  say "==> io.nesteddocker.examples.$example"
  # QuickStart itself prints what the library logs at the level INFO.
  [ "$example" = Turtles ] || JAVA_OPTIONS=(-Dorg.slf4j.simpleLogger.log.io.nesteddocker=warn)
  run_java examples "io.nesteddocker.examples.$example" "$@"
}

# Runs a command in the caller's folder. Standard output is the command's alone.
run_verb() {
  local options=()
  while [ "${1:-}" = --image ]; do
    [ "$#" -gt 1 ] || fail "'run --image' has no image" "name one, for example ./dev run --image alpine:3.20 -- docker run alpine:3.20 true"
    options+=(--image "$2")
    shift 2
  done
  [ "${1:-}" != -- ] || shift
  [ "$#" -gt 0 ] || fail "'run' has no command" "give one, for example ./dev run -- mvn verify"
  prepare >&2
  compile examples >&2
  local java classes
  java=$(java_command)
  classes=$ROOT/examples/target/classes:$(cat examples/target/classpath.txt)
  cd "$CALLER" || fail "the folder $CALLER is gone" "change into one that exists"
  # Java takes the place of this script, so that it gets the signals that the script is sent.
  exec "$java" -cp "$classes" io.nesteddocker.examples.RunAgainstIt ${options[@]+"${options[@]}"} "$@"
}

# Opens a shell beside a daemon that the library starts; --plain works without Java.
shell_verb() {
  if [ "${1:-}" = --plain ]; then
    shift
    plain_shell "$@"
    return
  fi
  prepare >&2
  compile examples >&2
  run_java examples io.nesteddocker.examples.InteractiveShell "$@"
}

# Measures with the image that most users have: the default image if a registry has it, otherwise the stand-in for it.
bench_verb() {
  prepare "$OFFICIAL_IMAGE"
  compile benchmarks
  # The reaper of Testcontainers is one more image to pull, and the benchmark removes its containers itself.
  TESTCONTAINERS_RYUK_DISABLED=true run_java benchmarks io.nesteddocker.benchmarks.Bench "$@"
}

# Compiles a module and the modules that it needs, unless nothing has changed since the last time.
compile() {
  local module=$1 stamp=$1/target/compiled-by-dev
  lock build
  if ! is_compiled "$module" "$stamp"; then
    mkdir -p "$module/target"
    # The stamp has the time of the build's start, so that a file which is edited during the build counts as changed.
    touch "$stamp.new"
    step "compiling $module (the first time Maven fetches its plugins, which takes minutes)" "fix what the compiler reports; if downloads are missing, check the network" \
      "${MVN[@]}" --projects "$module" --also-make compile
    compile_inputs "$module" | checksum >"$stamp.new.list"
    mv "$stamp.new.list" "$stamp.list"
    mv "$stamp.new" "$stamp"
  fi
  unlock
}

compile_inputs() { find pom.xml .mvn dind-core/pom.xml dind-core/src/main dind-testkit/pom.xml dind-testkit/src/main "$1/pom.xml" "$1/src/main" -type f | LC_ALL=C sort; }

# Returns whether a module is up to date: no input is newer than the last build, none was added or removed, and every part of the class path
# still exists.
is_compiled() {
  local module=$1 stamp=$2 part
  [ -f "$stamp" ] && [ -f "$module/target/classpath.txt" ] && [ -d "$module/target/classes" ] || return 1
  [ "$(compile_inputs "$module" | checksum)" = "$(cat "$stamp.list" 2>/dev/null)" ] || return 1
  [ -z "$(compile_inputs "$module" | while IFS= read -r part; do [ ! "$part" -nt "$stamp" ] || echo changed; done)" ] || return 1
  [ -z "$(tr ':' '\n' <"$module/target/classpath.txt" | while IFS= read -r part; do [ -e "$part" ] || echo missing; done)" ]
}

# Runs java itself, with JAVA_OPTIONS, and not Maven, so that only the program's own output is printed.
JAVA_OPTIONS=()
run_java() {
  local module=$1 main=$2
  shift 2
  "$(java_command)" ${JAVA_OPTIONS[@]+"${JAVA_OPTIONS[@]}"} -cp "$module/target/classes:$(cat "$module/target/classpath.txt")" "$main" "$@"
}

test_verb() {
  case "$*" in
    '') test_all ;;
    --fast)
      preflight
      "${MVN[@]}" test
      ;;
    --matrix) test_matrix ;;
    '--matrix --table') matrix_table ;;
    *) fail "'test $*' is not a command of ./dev" "run ./dev test, ./dev test --fast or ./dev test --matrix [--table]" ;;
  esac
}

# Installs programs that single tests look for. If a program can't be installed, its tests are skipped and say so.
test_programs() {
  local packages=() left_out
  [ -x /usr/sbin/sshd ] || packages+=(openssh-server)
  have ssh || packages+=(openssh-client)
  have openssl || packages+=(openssl)
  have shellcheck || packages+=(shellcheck)
  [ "$(uname -s)" != Linux ] || have qemu-aarch64-static || have qemu-aarch64 || packages+=(qemu-user-static)
  [ "${#packages[@]}" -gt 0 ] || return 0
  left_out="==> left out: the tests that need ${packages[*]}"
  if ! is_debian || [ "$(id -u)" -ne 0 ]; then
    say "$left_out, because installing them needs root on Debian or Ubuntu"
  elif init_runs; then
    say "$left_out, because installing them could leave a service running here; to run those tests, install them yourself"
  elif ! (step "installing ${packages[*]} for the tests" "install them yourself, or go on without the tests that need them" apt_install "${packages[@]}"); then
    say "$left_out"
  fi
}

# Returns whether an init system runs. Without one, as in a container, Debian's packages start no services.
init_runs() { [ -d /run/systemd/system ] || { have runlevel && runlevel >/dev/null 2>&1; }; }

# verify_all [FLAG...] runs Maven's verify. Testcontainers, which some tests use, writes a file to the home folder; if there was none before,
# it is removed afterwards.
verify_all() {
  local settings=${HOME:-/}/.testcontainers.properties had_none='' rc=0
  [ -e "$settings" ] || had_none=yes
  "${MVN[@]}" verify "$@" || rc=$?
  [ -z "$had_none" ] || rm -f "$settings"
  return "$rc"
}

# Runs everything on the outer engine, with the image that users get or its stand-in; then the contract of each subject with the Debian
# image, and the core contract on an engine in cgroup v2 mode.
test_all() {
  local why
  preflight
  engine_up
  lock images
  test_images
  unlock
  daemon_image "$OFFICIAL_IMAGE"
  test_programs
  say "==> mvn verify"
  trap list_flaky EXIT
  collect_flaky verify_all
  test_on_debian
  why=$(cgroup2_obstacle)
  if outer_is_cgroup2; then
    say "==> the outer engine is in cgroup v2 mode, so that run was the cgroup v2 run too"
  elif [ -n "$why" ]; then
    say "==> left out: the core contract on an engine in cgroup v2 mode, because $why"
  else
    test_on_cgroup2
  fi
}

fmt_verb() {
  preflight
  # The BOM has no parent, so Maven does not find the plugin for it.
  step "formatting" "read the messages of Spotless" "${MVN[@]}" --projects '!nested-docker-bom' spotless:apply
}

api_verb() {
  preflight
  step "rewriting the golden lists of the public API and the metadata for native images" "run ./dev test --fast first" \
    "${MVN[@]}" --projects dind-core,dind-testkit --also-make test -Dtest=ApiSurfaceTest,ReachabilityMetadataTest -Dapi.rewrite=true -Dsurefire.failIfNoSpecifiedTests=false
  say "    now check the files with 'git diff': the lists show what users can see"
}
