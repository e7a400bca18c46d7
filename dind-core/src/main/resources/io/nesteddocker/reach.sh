#!/bin/sh
# Makes routes to ports of inner containers, in a daemon container.
#
#   reach route ENTRY_ADDRESS ENTRY_PORT SOURCE TARGET_ADDRESS TARGET_PORT
#   reach unroute ENTRY_ADDRESS ENTRY_PORT SOURCE TARGET_ADDRESS TARGET_PORT
#
# A route forwards connections from SOURCE to the entry, an address of this container, to the target, an address of an inner container.
# A published port does the same, but for all clients, and it can't be added while the container runs.

# Of the two variants of iptables, dockerd uses the one that comes first on its PATH.
use_path_of_dockerd() {
    pid=$(cat /var/run/docker.pid /run/docker.pid 2>/dev/null | head -n 1)
    path=$(tr '\0' '\n' <"/proc/${pid:-self}/environ" | sed -n 's/^PATH=//p')
    PATH=${path:-$PATH}
}

# Prints the lines of listeners at a port of this container; the state 0A means listening, see proc_pid_net(5).
listeners() {
    sed -n "/^ *[0-9]*: [0-9A-F]*:$(printf '%04X' "$1") [0-9A-F]*:0000 0A /p" /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

# The target sees the bridge's address as the source, as with a published port, because it may have no route to other addresses.
rules() {
    how=$1
    entry=$2
    entry_port=$3
    source=$4
    target=$5
    target_port=$6
    iptables -w 10 -t nat "$how" PREROUTING -p tcp -s "$source" -d "$entry" --dport "$entry_port" \
        -j DNAT --to-destination "$target:$target_port" &&
        iptables -w 10 -t nat "$how" POSTROUTING -p tcp -d "$target" --dport "$target_port" \
            -m conntrack --ctorigdst "$entry" --ctorigdstport "$entry_port" -j MASQUERADE &&
        iptables -w 10 "$how" FORWARD -p tcp -d "$target" --dport "$target_port" \
            -m conntrack --ctorigdst "$entry" --ctorigdstport "$entry_port" -j ACCEPT &&
        iptables -w 10 "$how" FORWARD -p tcp -s "$target" --sport "$target_port" \
            -m conntrack --ctorigdst "$entry" --ctorigdstport "$entry_port" -j ACCEPT
}

route() {
    if [ -n "$(listeners "$2")" ]; then
        echo taken
    elif refusal=$(rules -I "$@" 2>&1); then
        echo routed
    else
        rules -D "$@" >/dev/null 2>&1
        echo "refused $refusal"
    fi
}

verb=$1
shift
use_path_of_dockerd
case $verb in
    route) route "$@" ;;
    unroute) rules -D "$@" ;;
esac
