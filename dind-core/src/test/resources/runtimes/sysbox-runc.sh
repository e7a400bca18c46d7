#!/bin/sh
# Stands in for the runtime Sysbox. For each container it keeps what it is asked for, in /run/sysbox-requests/ID.json. Then it grants what
# Sysbox grants, and lets runc do the rest: a user namespace, all capabilities in this namespace, to commands as well, and no masked or
# read-only system paths.
# Unlike Sysbox it maps each user to itself, and answers no system calls.
set -eu

readonly requests=/run/sysbox-requests
readonly capabilities='"CAP_CHOWN","CAP_DAC_OVERRIDE","CAP_DAC_READ_SEARCH","CAP_FOWNER","CAP_FSETID","CAP_KILL","CAP_SETGID","CAP_SETUID","CAP_SETPCAP","CAP_NET_BIND_SERVICE","CAP_NET_BROADCAST","CAP_NET_ADMIN","CAP_NET_RAW","CAP_IPC_OWNER","CAP_SYS_CHROOT","CAP_SYS_PTRACE","CAP_SYS_ADMIN","CAP_MKNOD","CAP_AUDIT_WRITE","CAP_SETFCAP"'
readonly users='[{"containerID":0,"hostID":0,"size":65536},{"containerID":65536,"hostID":65536,"size":4294901759}]'

# with_capabilities FILE prints what a process is to have, with all capabilities.
with_capabilities() {
    sed -e 's/"\(bounding\|effective\|permitted\)":\[[^]]*\]/"\1":['"$capabilities"']/g' "$1"
}

# grant BUNDLE ID
grant() {
    mkdir -p "$requests"
    cp "$1/config.json" "$requests/$2.json"
    # The kernel lets a user namespace mount a sysfs that is as writable as the one that is there, and no more.
    mount -o remount,rw /sys
    with_capabilities "$requests/$2.json" |
        sed -e 's/"linux":{/"linux":{"uidMappings":'"$users"',"gidMappings":'"$users"',/' \
            -e 's/"namespaces":\[/"namespaces":[{"type":"user"},/' \
            -e 's/"\(maskedPaths\|readonlyPaths\)":\[[^]]*\]/"\1":[]/g' \
            -e 's/"defaultAction":"SCMP_ACT_ERRNO"/"defaultAction":"SCMP_ACT_ALLOW"/' \
            -e '/"type":"sysfs"/s/,"ro"\]/]/g' >"$1/config.json"
}

# grant_to_command PROCESS
grant_to_command() {
    with_capabilities "$1" >"$1.granted"
    cat "$1.granted" >"$1"
    rm "$1.granted"
}

bundle=.
process=
creates=
previous=
for argument in "$@"; do
    case $previous in
        --bundle | -b) bundle=$argument ;;
        --process | -p) process=$argument ;;
    esac
    case $argument in
        create | run) creates=yes ;;
    esac
    previous=$argument
done
# The container's ID is the last argument.
[ -z "$creates" ] || grant "$bundle" "$previous"
[ -z "$process" ] || grant_to_command "$process"
exec runc "$@"
