#!/bin/sh
# Finds listening ports of inner containers and makes routes to them, in a daemon container.
#
#   reach listens PID PORT TRIES       prints the addresses that listen on PORT in the network of a process; tries ten times a second
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

hexadecimal() {
    printf '%04X' "$1"
}

# Prints the lines of /proc/net/tcp with the state 0A, which means listening; see proc_pid_net(5).
listeners() {
    for table in tcp tcp6; do
        sed -n "s/^ *[0-9]*: \([0-9A-F]*\):\($2\) [0-9A-F]*:0000 0A .*/$table \1 \2/p" "$1/$table" 2>/dev/null
    done
}

listens() {
    tries=0
    while [ -d "/proc/$1" ]; do
        found=$(listeners "/proc/$1/net" "$(hexadecimal "$2")")
        if [ -n "$found" ]; then
            echo "$found"
            return 0
        fi
        tries=$((tries + 1))
        if [ "$tries" -ge "$3" ]; then
            listeners "/proc/$1/net" '[0-9A-F]*' | sed 's/^/other /'
            return 0
        fi
        sleep 0.1 2>/dev/null || sleep 1
    done
    echo gone
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
    if [ -n "$(listeners /proc/net "$(hexadecimal "$2")")" ]; then
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
case $verb in
    listens) listens "$@" ;;
    route)
        use_path_of_dockerd
        route "$@"
        ;;
    unroute)
        use_path_of_dockerd
        rules -D "$@"
        ;;
esac
