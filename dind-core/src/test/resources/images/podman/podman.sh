#!/bin/sh
# Serves Podman's API at /run/podman/podman.sock.
#   podman.sh root                run by root
#   podman.sh rootless            run by the user "podman", on cgroup v2
#   podman.sh rootless-cgroup1    run by the user "podman", on the cgroups that this container has
set -eu

kind=$1
readonly kind
readonly cgroups=/sys/fs/cgroup
readonly socket=/run/podman/podman.sock

# Lets the test connect, whichever user runs it. Other users can't enter the folder around the socket's. Call this only after the shell has
# left the cgroup that hands controllers down, because that cgroup must have no processes.
open_socket() {
    for _ in $(seq 300); do
        if [ -S "$socket" ]; then
            chmod 0666 "$socket"
            return
        fi
        sleep 0.1
    done
    echo "Podman did not open $socket within 30 s." >&2
}

# The engine mounts these read-only for a container without --privileged.
ensure_kernel_settings_writable() {
    while read -r line; do
        rest=${line#* * * * }
        type=${line##* - }
        case ${type%% *}${rest%% *} in
            sysfs/sys) mount -o remount,rw /sys ;;
            proc/proc/sys | tmpfs/sys/fs/cgroup | cgroup/sys/fs/cgroup/* | cgroup2/sys/fs/cgroup*)
                mount -o remount,bind,rw "${rest%% *}"
                ;;
        esac
    done </proc/self/mountinfo
}

# On a machine with both cgroup versions, mounts this container's cgroup of version 2 in place of its cgroups of version 1.
ensure_cgroup2() {
    [ -e "$cgroups/cgroup.controllers" ] || {
        umount -R "$cgroups"
        mount -t cgroup2 cgroup2 "$cgroups"
    }
}

# Creates a cgroup that the user owns, with all available controllers, as systemd does for a user's session.
delegate_cgroup_to_user() {
    mkdir "$cgroups/system" "$cgroups/user"
    echo 0 >"$cgroups/system/cgroup.procs"
    hand_down "$cgroups"
    mkdir "$cgroups/user/session"
    echo 0 >"$cgroups/user/session/cgroup.procs"
    hand_down "$cgroups/user"
    chown -R podman:podman "$cgroups/user"
}

hand_down() {
    read -r controllers <"$1/cgroup.controllers" || return 0
    for controller in $controllers; do
        echo "+$controller" >"$1/cgroup.subtree_control"
    done
}

# Podman without root gives containers a network through this device.
ensure_tun() {
    mkdir -p /dev/net
    [ -c /dev/net/tun ] || mknod /dev/net/tun c 10 200
    chmod 0666 /dev/net/tun
}

ensure_storage_of_user() {
    mkdir -p /var/lib/containers/podman /run/user/1000
    chown podman:podman /var/lib/containers/podman /run/user/1000
    printf '[storage]\ndriver = "overlay"\nrootless_storage_path = "/var/lib/containers/podman"\n' >/etc/containers/storage.conf
    export HOME=/home/podman XDG_RUNTIME_DIR=/run/user/1000
}

# On cgroup v2 a group with processes can't hand controllers down.
leave_own_group() {
    [ -e "$cgroups/cgroup.controllers" ] || return 0
    mkdir "$cgroups/system"
    echo 0 >"$cgroups/system/cgroup.procs"
    hand_down "$cgroups"
}

# Root's Podman limits the processes of each container by default, and containers don't start if the kernel has no controller for that.
limit_no_processes_without_controller() {
    [ ! -e "$cgroups/cgroup.controllers" ] || grep -qw pids "$cgroups/cgroup.controllers" ||
        printf '[containers]\npids_limit = 0\n' >/etc/containers/containers.conf
}

ensure_kernel_settings_writable
mount --make-rshared /
if [ "$kind" = root ]; then
    leave_own_group
    limit_no_processes_without_controller
    open_socket &
    exec podman system service --time=0 "unix://$socket"
fi
if [ "$kind" = rootless ]; then
    ensure_cgroup2
    delegate_cgroup_to_user
fi
ensure_tun
ensure_storage_of_user
open_socket &
exec setpriv --reuid podman --regid podman --clear-groups podman system service --time=0 "unix://$socket"
