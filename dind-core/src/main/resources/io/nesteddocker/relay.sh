# Joins its standard input and output to a socket, in a daemon container.
#
#   relay socket PATH PORT   a Unix socket; where nothing can open that, the TLS port of the same API on the loopback address
#   relay tcp ADDRESS PORT   a TCP port that the daemon container can reach
#
# The first line on standard error is "relay PID KIND" once it stands, and the reason where it can't.
# The end of standard input is handed on as the end of that direction; what still comes back is carried to its end.
# It takes whatever program the image has; images differ in that, and all have a shell.
unset DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_TLS DOCKER_CERT_PATH DOCKER_CONTEXT DOCKER_CONFIG
PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

have() {
    command -v "$1" >/dev/null 2>&1
}

stands() {
    echo "relay $$ $1" >&2
}

# The child carries what comes in, the parent what goes out: when nothing more can come back, all is over.
perl_relay='use strict; use Socket;
sub fail { syswrite STDERR, "$_[0]\n"; exit 1 }
my ($kind, $where, $port) = @ARGV;
my $address;
if ($kind eq "socket") {
    socket(S, PF_UNIX, SOCK_STREAM, 0) or fail("$!");
    $address = sockaddr_un($where);
} elsif ($where =~ /:/) {
    socket(S, PF_INET6, SOCK_STREAM, 0) or fail("$!");
    $address = Socket::pack_sockaddr_in6($port, Socket::inet_pton(AF_INET6, $where));
} else {
    socket(S, PF_INET, SOCK_STREAM, 0) or fail("$!");
    $address = sockaddr_in($port, inet_aton($where));
}
connect(S, $address) or fail("$!");
setsockopt(S, 6, 1, 1) if $kind ne "socket";
sub copy {
    my ($from, $to) = @_;
    while (1) {
        my $count = sysread($from, my $bytes, 65536);
        next if !defined $count && $!{EINTR};
        return if !$count;
        for (my $done = 0; $done < $count;) {
            my $written = syswrite($to, $bytes, $count - $done, $done);
            next if !defined $written && $!{EINTR};
            return if !defined $written;
            $done += $written;
        }
    }
}
$SIG{PIPE} = "IGNORE";
my $child = fork;
fail("$!") if !defined $child;
if (!$child) { close STDOUT; copy(\*STDIN, \*S); shutdown(S, 1); exit 0 }
close STDIN;
syswrite STDERR, "relay $$ perl\n";
copy(\*S, \*STDOUT);
kill "KILL", $child;
waitpid $child, 0;'

python_relay='import os, signal, socket, sys
kind, where = sys.argv[1], sys.argv[2]
try:
    if kind == "socket":
        s = socket.socket(socket.AF_UNIX)
        s.connect(where)
    else:
        s = socket.create_connection((where, int(sys.argv[3])))
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
except OSError as e:
    sys.exit(e.strerror or str(e))
def copy(take, give):
    try:
        while True:
            data = take(65536)
            if not data:
                return
            give(data)
    except OSError:
        pass
def out(data):
    while data:
        data = data[os.write(1, data):]
child = os.fork()
if child == 0:
    copy(lambda n: os.read(0, n), s.sendall)
    try:
        s.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    os._exit(0)
os.close(0)
os.write(2, ("relay %d python\n" % os.getpid()).encode())
copy(s.recv, out)
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)'

netcat() {
    case $(nc --help 2>&1; nc -h 2>&1) in
        *BusyBox*) exec nc "$1" "$2" ;;
        *shutdown*) exec nc -N "$1" "$2" ;;
        *) exec nc "$1" "$2" ;;
    esac
}

to_socket() {
    if have perl; then
        exec perl -e "$perl_relay" socket "$1"
    elif have python3; then
        exec python3 -c "$python_relay" socket "$1"
    elif [ ! -S "$1" ]; then
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
    if have perl; then
        exec perl -e "$perl_relay" tcp "$1" "$2"
    elif have python3; then
        exec python3 -c "$python_relay" tcp "$1" "$2"
    elif have nc; then
        stands nc
        netcat "$1" "$2"
    elif have socat; then
        stands socat
        exec socat -t 86400 - "TCP:$1:$2"
    fi
    echo "this image has none of perl, python3, nc and socat to reach $1 port $2 with" >&2
    exit 1
}

verb=$1
shift
case $verb in
    socket) to_socket "$@" ;;
    tcp) to_port "$@" ;;
esac
