# The relay for images with Perl; relay.sh says what it takes.
# The child carries what comes in, the parent what goes out: when nothing more can come back, all is over.
use strict;
use Socket;
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
waitpid $child, 0;
