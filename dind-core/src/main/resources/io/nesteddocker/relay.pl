# The relay for images with Perl: many streams over one standard input and output. relay.sh says what it takes.
#
# A frame is the number of a stream (4 bytes), a kind (1), the length of what follows (3), and what follows.
# Nothing here waits for one stream. Each direction of each has credit: so many bytes may be on their way, and more when those were taken.
# So what is read from standard input always has room, and the program always takes what is written to standard output.
use strict;
use Errno;
use Fcntl;
use Socket;
use constant { OPEN => 1, DATA => 2, END => 3, CREDIT => 4, STOP => 5, CLOSE => 6 };
use constant { WINDOW => 524288, PIECE => 65536, TCP => 6, NODELAY => 1, F_SETPIPE_SZ => 1031, PIPE => 1048576 };

my (%streams, %retries, $input, $readable, $writable);

sub frame {
    my ($id, $kind, $bytes) = @_;
    put(pack("NN", $id, $kind << 24 | length $bytes) . $bytes);
}

sub put {
    for (my $done = 0; $done < length $_[0];) {
        my $count = syswrite STDOUT, $_[0], length($_[0]) - $done, $done;
        next if !defined $count && $!{EINTR};
        exit 1 if !defined $count;
        $done += $count;
    }
}

sub forget {
    my ($id) = @_;
    delete $retries{$id};
    my $stream = delete $streams{$id} or return;
    vec($readable, $stream->{fd}, 1) = 0;
    vec($writable, $stream->{fd}, 1) = 0;
    close $stream->{socket};
}

sub fail {
    my ($id, $reason) = @_;
    frame($id, CLOSE, $reason);
    forget($id);
}

sub forget_if_over {
    my ($id) = @_;
    my $stream = $streams{$id};
    forget($id) if $stream->{no_more_in} && $stream->{no_more_out};
}

sub start {
    my ($id, $kind, $where, $port) = @_;
    my ($family, $address) = (PF_UNIX);
    if ($kind eq "socket") {
        $address = Socket::pack_sockaddr_un($where);
    } elsif ($where =~ /:/) {
        ($family, $address) = (PF_INET6, Socket::pack_sockaddr_in6($port, Socket::inet_pton(AF_INET6, $where)));
    } else {
        ($family, $address) = (PF_INET, Socket::pack_sockaddr_in($port, inet_aton($where)));
    }
    socket(my $socket, $family, SOCK_STREAM, 0) or return frame($id, CLOSE, "$!");
    fcntl $socket, F_SETFL, fcntl($socket, F_GETFL, 0) | O_NONBLOCK;
    setsockopt $socket, TCP, NODELAY, 1 if $family != PF_UNIX;
    $streams{$id} = { socket => $socket, fd => fileno $socket, address => $address, credit => 0, taken => 0, out => "" };
    connect_now($id);
}

# A Unix socket whose queue is full says so at once and not when there is room.
sub connect_now {
    my ($id) = @_;
    my $stream = $streams{$id};
    if (connect $stream->{socket}, $stream->{address}) {
        opened($id);
    } elsif ($!{EAGAIN}) {
        $retries{$id} = 1;
    } elsif ($!{EINPROGRESS}) {
        $stream->{connecting} = 1;
        vec($writable, $stream->{fd}, 1) = 1;
    } else {
        fail($id, "$!");
    }
}

sub connected {
    my ($id) = @_;
    my $stream = $streams{$id};
    delete $stream->{connecting};
    vec($writable, $stream->{fd}, 1) = 0;
    $! = unpack "i", getsockopt $stream->{socket}, SOL_SOCKET, SO_ERROR;
    $! ? fail($id, "$!") : opened($id);
}

sub opened {
    my ($id) = @_;
    delete $retries{$id};
    $streams{$id}{open} = 1;
    frame($id, OPEN, "");
    frame($id, CREDIT, pack "N", WINDOW);
    listen_or_not($id);
}

sub listen_or_not {
    my $stream = $streams{$_[0]};
    vec($readable, $stream->{fd}, 1) = $stream->{open} && !$stream->{no_more_in} && $stream->{credit} > 0 ? 1 : 0;
}

sub carry_in {
    my ($id) = @_;
    my $stream = $streams{$id};
    my $most = $stream->{credit} < PIECE ? $stream->{credit} : PIECE;
    my $frame = "head....";
    my $count = sysread $stream->{socket}, $frame, $most, 8;
    if (!defined $count) {
        fail($id, "$!") unless $!{EINTR} || $!{EAGAIN};
        return;
    }
    if ($count) {
        substr($frame, 0, 8) = pack "NN", $id, DATA << 24 | $count;
        put($frame);
        $stream->{credit} -= $count;
    } else {
        frame($id, END, "");
        $stream->{no_more_in} = 1;
    }
    listen_or_not($id);
    forget_if_over($id);
}

sub carry_out {
    my ($id) = @_;
    my $stream = $streams{$id};
    while (length $stream->{out}) {
        my $count = syswrite $stream->{socket}, $stream->{out};
        if (!defined $count) {
            next if $!{EINTR};
            last if $!{EAGAIN};
            frame($id, STOP, "$!");
            $stream->{no_more_out} = 1;
            $stream->{out} = "";
            last;
        }
        substr $stream->{out}, 0, $count, "";
        $stream->{taken} += $count;
    }
    if ($stream->{taken} >= WINDOW / 2 && !$stream->{ending}) {
        frame($id, CREDIT, pack "N", $stream->{taken});
        $stream->{taken} = 0;
    }
    my $waits = length $stream->{out} ? 1 : 0;
    vec($writable, $stream->{fd}, 1) = $waits;
    if ($stream->{ending} && !$waits && !$stream->{no_more_out}) {
        shutdown $stream->{socket}, 1;
        $stream->{no_more_out} = 1;
    }
    forget_if_over($id);
}

sub obey {
    my ($id, $kind, $bytes) = @_;
    exit 0 if $id == 0;
    return start($id, split /\0/, $bytes) if $kind == OPEN;
    my $stream = $streams{$id} or return;
    if ($kind == DATA && !$stream->{no_more_out}) {
        $stream->{out} .= $bytes;
        carry_out($id);
    } elsif ($kind == END) {
        $stream->{ending} = 1;
        carry_out($id);
    } elsif ($kind == CREDIT) {
        $stream->{credit} += unpack "N", $bytes;
        listen_or_not($id);
    } elsif ($kind == CLOSE) {
        forget($id);
    }
}

sub take_frames {
    my $count = sysread STDIN, $input, 2 * PIECE, length $input;
    return if !defined $count && $!{EINTR};
    exit 0 if !$count;
    my $at = 0;
    while (length($input) - $at >= 8) {
        my ($id, $head) = unpack "NN", substr $input, $at, 8;
        my $length = $head & 0xFFFFFF;
        last if length($input) - $at - 8 < $length;
        obey($id, $head >> 24, substr $input, $at + 8, $length);
        $at += 8 + $length;
    }
    substr $input, 0, $at, "";
}

$SIG{PIPE} = "IGNORE";
binmode STDIN;
binmode STDOUT;
fcntl STDOUT, F_SETPIPE_SZ, PIPE;
($input, $readable, $writable) = ("", "", "");
vec($readable, 0, 1) = 1;
syswrite STDERR, "relay $$ many\n";
while (1) {
    my ($read, $write) = ($readable, $writable);
    my $found = select $read, $write, undef, %retries ? 0.01 : undef;
    if ($found > 0) {
        for my $id (keys %streams) {
            my $stream = $streams{$id};
            if (vec $write, $stream->{fd}, 1) {
                $stream->{connecting} ? connected($id) : carry_out($id);
            }
            carry_in($id) if $streams{$id} && vec $read, $stream->{fd}, 1;
        }
        take_frames() if vec $read, 0, 1;
    }
    connect_now($_) for keys %retries;
}
