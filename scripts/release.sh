# shellcheck shell=bash
# A release up to the upload: builds the last commit twice, in two folders, compares the files byte for byte, checks them against the
# requirements of Maven Central, and runs a consumer project with them. It signs and uploads nothing, because it has no keys.

PUBLISHED_POMS=(nested-docker-parent nested-docker-bom)
PUBLISHED_JARS=(dind-core dind-testkit)
STAGING=$ROOT/target/staging
STAGED_GROUP=$STAGING/io/nesteddocker
API_BASELINE=$ROOT/scripts/api-baseline
# The checks below follow this list.
REQUIREMENTS=https://central.sonatype.org/publish/requirements/
RELEASE_COMMIT=
RELEASE_PROBLEMS=0

release_verb() {
  local mode='' version=''
  while [ "$#" -gt 0 ]; do
    case $1 in
      --dry-run | --baseline) mode=$1 ;;
      --version)
        [ "$#" -ge 2 ] || fail "--version needs a version" "write for example --version 0.1.0"
        version=$2
        shift
        ;;
      *) fail "'release' takes no argument '$1'" "run ./dev release --dry-run [--version VERSION]" ;;
    esac
    shift
  done
  [ -n "$version" ] || version=$(own_version | sed 's/-SNAPSHOT$//')
  [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[A-Za-z0-9.]+)?$ && $version != *-SNAPSHOT ]] ||
    fail "'$version' can't be the version of a release" "write three numbers, for example --version 0.1.0"
  case $mode in
    --dry-run) release_dry_run "$version" ;;
    --baseline) keep_api_baseline "$version" ;;
    *) fail "a release is signed and uploaded by hand, because ./dev has no keys" "run ./dev release --dry-run, which makes the files that are to be signed" ;;
  esac
}

own_version() { pom_values pom.xml | sed -n 's|^project/version=||p'; }

release_dry_run() {
  local version=$1 scratch
  have git || fail "the command git is missing" "install it (Debian: apt-get install git)"
  prepare "$OFFICIAL_IMAGE"
  lock release
  say_what_is_released "$version"
  scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/nested-docker-release.XXXXXX")
  remove_at_exit "$scratch"
  rm -rf "$STAGING"
  step "building $version" "fix what Maven reports" build_release "$scratch/first" "$version" "$STAGING"
  step "building $version again, in another folder" "fix what Maven reports" \
    build_release "$scratch/second/with-a-longer-name" "$version" "$scratch/staging"
  say "==> comparing the two builds, byte for byte"
  ensure_builds_are_equal "$scratch/staging"
  say "==> checking the requirements of Maven Central, $REQUIREMENTS"
  ensure_central_accepts "$version"
  say "==> comparing the public API with that of the last release ($(cat "$API_BASELINE/version"))"
  ensure_api_is_kept "$scratch/first" "$version"
  consume_release "$scratch" "$version"
  say_what_is_left "$version"
  unlock
}

# Stores the commit, because another one may be checked out while the builds run.
say_what_is_released() {
  RELEASE_COMMIT=$(git rev-parse --short HEAD)
  say "==> version $1 of commit $RELEASE_COMMIT; the checkout stays at $(own_version)"
  [ -z "$(git status --porcelain)" ] || say "    changes that are not committed are left out"
}

# build_release FOLDER VERSION STAGING builds a clone with another version, and puts what is to be published into a local repository.
build_release() {
  git clone --quiet "$ROOT" "$1"
  git -C "$1" checkout --quiet --detach "$RELEASE_COMMIT"
  set_version "$1" "$2"
  cd "$1" || return
  # The phase 'deploy' includes 'install', which would put the release into the user's local repository.
  "${MVN[@]}" --activate-profiles release --projects "$(published_modules)" --also-make deploy -Dmaven.test.skip -Dmaven.install.skip \
    -Djacoco.skip -Dspotless.check.skip "-Dapi.baseline.folder=$API_BASELINE" "-DaltDeploymentRepository=staging::file://$3"
  # Central makes these files itself.
  find "$3" -name 'maven-metadata.xml*' -exec rm -f {} +
}

published_modules() { printf 'nested-docker-bom,%s\n' "$(IFS=,; echo "${PUBLISHED_JARS[*]}")"; }

# set_version FOLDER VERSION changes the version in every POM of a clone.
set_version() {
  local snapshot pom
  snapshot=$(own_version)
  find "$1" -name pom.xml | while IFS= read -r pom; do
    sed "s|<version>$snapshot</version>|<version>$2</version>|" "$pom" >"$pom.new"
    mv "$pom.new" "$pom"
  done
}

staged_files() { (cd "$STAGED_GROUP" && find . -type f ! -name '*.md5' ! -name '*.sha1' ! -name '*.sha256' ! -name '*.sha512' | sed 's|^\./||' | LC_ALL=C sort); }

size_of() { wc -c <"$1" | tr -d ' '; }

# ensure_builds_are_equal OTHER prints a line for each file that is to be published, and fails if the other build has other bytes.
ensure_builds_are_equal() {
  local file verdict differ=0
  diff -r "$STAGING" "$1" >/dev/null || differ=1
  printf '%10s  %-64s  %-9s  %s\n' bytes sha256 builds file
  while IFS= read -r file; do
    verdict=equal
    cmp -s "$STAGED_GROUP/$file" "$1/io/nesteddocker/$file" || verdict=DIFFERENT
    printf '%10s  %-64s  %-9s  %s\n' "$(size_of "$STAGED_GROUP/$file")" "$(checksum <"$STAGED_GROUP/$file")" "$verdict" "${file##*/}"
  done < <(staged_files)
  [ "$differ" -eq 0 ] || fail "two builds of one commit differ" "find out with diffoscope what in the file depends on the folder or on the time"
}

# problem WHAT prints one requirement that is not met; all of them are printed before the dry run fails.
problem() {
  say "    $1"
  RELEASE_PROBLEMS=$((RELEASE_PROBLEMS + 1))
}

ensure_central_accepts() {
  local version=$1 artifact
  RELEASE_PROBLEMS=0
  for artifact in "${PUBLISHED_POMS[@]}" "${PUBLISHED_JARS[@]}"; do ensure_pom_is_complete "$artifact" "$version"; done
  for artifact in "${PUBLISHED_JARS[@]}"; do ensure_jars_are_there "$artifact" "$version"; done
  ensure_nothing_else_is_staged "$version"
  ensure_checksums_are_right
  [ "$RELEASE_PROBLEMS" -eq 0 ] || fail "Maven Central would refuse this release: $RELEASE_PROBLEMS of its requirements are not met" "fix each line above; $REQUIREMENTS explains them"
  say "    $(staged_files | wc -l | tr -d ' ') files meet all requirements but the signatures"
}

# ensure_pom_is_complete ARTIFACT VERSION checks what a POM must say, itself or through its parent. Maven inherits neither the name nor the
# packaging.
ensure_pom_is_complete() {
  local pom=$STAGED_GROUP/$1/$2/$1-$2.pom values all name
  if [ ! -f "$pom" ]; then
    problem "$1: there is no POM"
    return
  fi
  values=$(pom_values "$pom")
  all=$values
  if grep -q '^project/parent/artifactId=' <<<"$values"; then
    all+=$'\n'$(pom_values "$STAGED_GROUP/nested-docker-parent/$2/nested-docker-parent-$2.pom")
    all+=$'\n'$(sed -n 's|^project/parent/\(groupId\|version\)=|project/\1=|p' <<<"$values")
  fi
  for name in modelVersion artifactId name description; do
    grep -q "^project/$name=." <<<"$values" || problem "$1: the POM has no <$name> of its own"
  done
  for name in groupId version url licenses/license/name licenses/license/url developers/developer/name developers/developer/organization \
    developers/developer/organizationUrl scm/connection scm/developerConnection scm/url; do
    grep -q "^project/$name=." <<<"$all" || problem "$1: the POM has no <${name//\//><}>, and inherits none"
  done
  ! grep -q -e '/version=.*-SNAPSHOT' <<<"$all" || problem "$1: the POM names a SNAPSHOT version"
  ! grep -q -e '^project/\(repositories\|pluginRepositories\)/' <<<"$all" || problem "$1: the POM names repositories, and Central is to be complete in itself"
}

ensure_jars_are_there() {
  local base=$STAGED_GROUP/$1/$2/$1-$2
  has_entry "$base.jar" module-info.class || problem "$1: the jar is missing, or has no classes"
  has_entry "$base-sources.jar" module-info.java || problem "$1: the jar with the sources is missing, or has no sources"
  has_entry "$base-javadoc.jar" index.html || problem "$1: the jar with the Javadoc is missing, or has no pages"
  grep -qs '"bomFormat" *: *"CycloneDX"' "$base-cyclonedx.json" || problem "$1: there is no list of its components in CycloneDX's format"
}

has_entry() { [ -f "$1" ] && jar_tool --list --file "$1" | grep -qx "$2"; }

# The command jar of the Java in use; it may not be on the path.
jar_tool() { if [ -n "${JAVA_HOME:-}" ]; then "$JAVA_HOME/bin/jar" "$@"; else jar "$@"; fi; }

ensure_nothing_else_is_staged() {
  local file artifact expected
  expected=" ${PUBLISHED_POMS[*]} ${PUBLISHED_JARS[*]} "
  while IFS= read -r file; do
    artifact=${file%%/*}
    [[ $expected == *" $artifact "* && $file == "$artifact/$1/$artifact-$1"* ]] || problem "$file is staged, and is not part of the release"
  done < <(staged_files)
}

ensure_checksums_are_right() {
  local file kind
  while IFS= read -r file; do
    for kind in md5 sha1; do
      [ "$(cat "$STAGED_GROUP/$file.$kind" 2>/dev/null)" = "$(digest "$kind" "$STAGED_GROUP/$file")" ] || problem "$file: the checksum in $file.$kind is missing or wrong"
    done
  done < <(staged_files)
}

digest() {
  case $1 in
    md5) if have md5sum; then md5sum <"$2"; else md5 -q "$2"; fi ;;
    sha1) if have sha1sum; then sha1sum <"$2"; else shasum -a 1 <"$2"; fi ;;
  esac | cut -d ' ' -f 1
}

# pom_values FILE prints each element of a POM that has a text, as path=text.
pom_values() {
  awk '
    BEGIN { RS = "<" }
    inside { if (index($0, "-->")) inside = 0; next }
    /^!--/ { if (!index($0, "-->")) inside = 1; next }
    /^[?]/ || /^[[:space:]]*$/ { next }
    /^\// { sub("/[^/]*$", "", path); next }
    {
      name = $0; sub("[[:space:]/>].*", "", name)
      tag = $0; sub(">.*", "", tag)
      text = $0; sub("^[^>]*>", "", text); gsub("^[[:space:]]+|[[:space:]]+$", "", text)
      if (tag ~ "/$") next
      path = path == "" ? name : path "/" name
      if (text != "") print path "=" text
    }
  ' "$1"
}

# ensure_api_is_kept FOLDER VERSION prints how many changes of the public API japicmp has found, and fails if this version must not have them.
ensure_api_is_kept() {
  local module report last broken=0
  last=$(cat "$API_BASELINE/version")
  for module in "${PUBLISHED_JARS[@]}"; do
    report=$1/$module/target/japicmp/compare-api.diff
    [ -f "$report" ] || fail "japicmp wrote no report of $module" "read the log of the first build in $LOGS"
    # An exclamation mark after the sign of the change: programs that were compiled with the old version no longer work.
    if grep -q '^[[:space:]]*[-+*=]\{3\}!' "$report"; then
      broken=1
      say "    $module: changes that break users:"
      grep '^[[:space:]]*[-+*=]\{3\}!' "$report" | sed 's/^/      /' >&2
    else
      say "    $module: nothing that breaks users"
    fi
  done
  [ "$broken" -eq 0 ] || may_break "$last" "$2" || fail "version $2 must not break users of $last" "undo these changes, or choose a higher version"
}

# may_break OLD NEW: before 1.0.0, a minor version may break users, after that only a major one may.
may_break() {
  local old=${1%%-*} new=${2%%-*}
  [ "$old" != none ] || return 0
  if [ "${new%%.*}" = 0 ]; then [ "${old%.*}" != "${new%.*}" ]; else [ "${old%%.*}" != "${new%%.*}" ]; fi
}

# keep_api_baseline VERSION stores the public API of the staged release as that of the last release.
keep_api_baseline() {
  local module jar scratch
  scratch=$(mktemp -d)
  remove_at_exit "$scratch"
  for module in "${PUBLISHED_JARS[@]}"; do
    jar=$STAGED_GROUP/$module/$1/$module-$1.jar
    [ -f "$jar" ] || fail "there is no $jar" "run ./dev release --dry-run --version $1"
    mkdir "$scratch/$module"
    (cd "$scratch/$module" && jar_tool --extract --file "$jar")
    find "$scratch/$module" \( -type d -name internal -o -type f ! -name '*.class' -o -name module-info.class \) -prune -exec rm -rf {} +
    find "$scratch/$module" -type d -empty -delete
    jar_tool --create --no-manifest --date=2026-01-01T00:00:00Z --file "$API_BASELINE/$module.jar" -C "$scratch/$module" .
  done
  echo "$1" >"$API_BASELINE/version"
  say "    scripts/api-baseline has the public API of version $1; commit it once that version is released"
}

say_what_is_left() {
  say ""
  say "Version $1 is in target/staging. What is left needs keys and accounts, which ./dev does not have:"
  say "  1. make sure that https://nesteddocker.io, which the POMs name, answers, and that the namespace io.nesteddocker is verified with Maven Central"
  say "  2. sign each of the $(staged_files | wc -l | tr -d ' ') files with gpg --armor --detach-sign"
  say "  3. pack the folder io in target/staging into a zip file, and upload it at Maven Central's portal"
  say "  4. tag the commit: git tag v$1 $RELEASE_COMMIT"
}
