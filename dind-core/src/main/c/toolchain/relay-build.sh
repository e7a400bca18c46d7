#!/bin/sh
# Builds the relay, in the image of the Dockerfile beside it.
#
#   relay-build versions       the versions of the packages that determine the programs' bytes
#   relay-build programs       takes the sources as a tar archive, and gives linux-amd64, linux-arm64 and musl's license as another one
#   relay-build fuzz SECONDS   takes the sources as a tar archive, and feeds a relay with sanitizers for so long
set -eu

readonly folder=/build

versions() {
    dpkg-query --show --showformat '${binary:Package} ${Version}\n' \
        gcc-14-x86-64-linux-gnu gcc-14-aarch64-linux-gnu binutils-x86-64-linux-gnu binutils-aarch64-linux-gnu musl-dev:amd64 musl-dev:arm64
}

# The folder's name can get into the programs, so it is always the same.
take_sources() {
    mkdir -p "$folder"
    cd "$folder"
    tar -xf -
}

compile() {
    compiler=$1
    shift
    "$compiler" -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wundef -Wvla -Wstrict-prototypes -Werror "$@"
}

# musl-gcc is a wrapper for the machine's own processor only.
build() {
    machine=$1
    name=$2
    libraries=/usr/lib/$machine-linux-musl
    for part in relay firewall layer hold; do
        compile "$machine-linux-gnu-gcc" -Os -fno-pie -fstack-protector-strong -fno-asynchronous-unwind-tables -fno-ident \
            -ffunction-sections -fdata-sections -nostdinc -isystem "/usr/include/$machine-linux-musl" \
            -isystem "$("$machine-linux-gnu-gcc" -print-file-name=include)" -c -o "$part.o" "$part.c"
    done
    "$machine-linux-gnu-gcc" -static -no-pie -nostdlib -s -Wl,--gc-sections,--build-id=none,-z,noexecstack,-z,relro,-z,now -o "$name" \
        "$libraries/crt1.o" "$libraries/crti.o" relay.o firewall.o layer.o hold.o -Wl,--start-group "$libraries/libc.a" -lgcc -Wl,--end-group "$libraries/crtn.o"
}

programs() {
    take_sources
    build x86_64 linux-amd64
    build aarch64 linux-arm64
    # The license of musl, which is in the programs, asks for this text beside them.
    cp /usr/share/doc/musl-dev/copyright musl-copyright
    tar -cf - linux-amd64 linux-arm64 musl-copyright
}

# An exit code that the relay itself does not have tells a finding of a sanitizer from an end that is meant.
fuzz() {
    take_sources
    compile gcc -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -o relay relay.c firewall.c layer.c hold.c
    compile gcc -O1 -o relay-fuzz relay-fuzz.c
    compile gcc -O1 -o firewall-fuzz firewall-fuzz.c
    compile gcc -O1 -o layer-fuzz layer-fuzz.c
    compile gcc -O1 -o hold-fuzz hold-fuzz.c
    export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99
    ./relay-fuzz ./relay "$1"
    ./firewall-fuzz ./relay "$1"
    ./layer-fuzz ./relay "$1"
    ./hold-fuzz ./relay "$1"
}

case ${1:-} in
    versions) versions ;;
    programs) programs ;;
    fuzz) fuzz "$2" ;;
    *)
        echo "relay-build takes one of versions, programs and fuzz, not '${1:-}'" >&2
        exit 64
        ;;
esac
