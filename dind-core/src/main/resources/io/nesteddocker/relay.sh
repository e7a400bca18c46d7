#!/bin/sh
# Joins its standard input and output to sockets, in a daemon container.
#
#   relay PERL PYTHON socket PATH PORT   a Unix socket; where nothing can open that, the TLS port of the same API on the loopback address
#   relay PERL PYTHON tcp ADDRESS PORT   a TCP port that the daemon container can reach
#
# PERL and PYTHON are relay.pl and relay.py, as text.
# The first line on standard error is "relay PID KIND" once it stands, and the reason where it can't.
# With Perl or Python the kind is "many": streams travel in frames, any number of them, and this one has to be asked for as the next.
# With other programs it is one stream. The end of standard input is handed on as the end of that direction;
# what still comes back is carried to its end.
# It takes whatever program the image has; images differ in that, and all have a shell.
unset DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_TLS DOCKER_CERT_PATH DOCKER_CONTEXT DOCKER_CONFIG
PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

have() {
    command -v "$1" >/dev/null 2>&1
}

# Perl comes first because it is up sooner and smaller. Some images have one without its usual modules.
many() {
    if have perl && perl -MErrno -MFcntl -MSocket -e 1 2>/dev/null; then
        exec perl -e "$perl"
    elif have python3; then
        exec python3 -c "$python"
    fi
}

stands() {
    echo "relay $$ $1" >&2
}

netcat() {
    case $(nc --help 2>&1; nc -h 2>&1) in
        *BusyBox*) exec nc "$1" "$2" ;;
        *shutdown*) exec nc -N "$1" "$2" ;;
        *) exec nc "$1" "$2" ;;
    esac
}

to_socket() {
    if [ ! -S "$1" ]; then
        echo "there is no socket $1" >&2
        exit 1
    elif have docker; then
        stands docker
        exec docker --host "unix://$1" system dial-stdio
    elif have socat; then
        stands socat
        exec socat -t 86400 - "UNIX-CONNECT:$1"
    elif have nc; then
        stands tls
        netcat 127.0.0.1 "$2"
    fi
    echo "this image has none of perl, python3, docker, socat and nc to reach $1 with" >&2
    exit 1
}

to_port() {
    if have nc; then
        stands nc
        netcat "$1" "$2"
    elif have socat; then
        stands socat
        exec socat -t 86400 - "TCP:$1:$2"
    fi
    echo "this image has none of perl, python3, nc and socat to reach $1 port $2 with" >&2
    exit 1
}

perl=$1
python=$2
verb=$3
shift 3
many
case $verb in
    socket) to_socket "$@" ;;
    tcp) to_port "$@" ;;
esac
