# The relay for images with Python: many streams over one standard input and output. relay.sh says what it takes.
#
# A frame is the number of a stream (4 bytes), a kind (1), the length of what follows (3), and what follows.
# Nothing here waits for one stream. Each direction of each has credit: so many bytes may be on their way, and more when those were taken.
# So what is read from standard input always has room, and the program always takes what is written to standard output.
import errno
import os
import select
import socket
import struct

OPEN, DATA, END, CREDIT, STOP, CLOSE = 1, 2, 3, 4, 5, 6
WINDOW, PIECE = 524288, 65536
RETRY = (errno.EAGAIN, errno.EINTR)

streams = {}
by_descriptor = {}
retries = set()
poll = select.poll()


def put(data):
    data = memoryview(data)
    while data:
        data = data[os.write(1, data):]


def frame(number, kind, data=b""):
    put(struct.pack("!II", number, kind << 24 | len(data)) + data)


class Stream:
    def __init__(self, number, kind, where, port="0"):
        self.number = number
        self.credit = 0
        self.taken = 0
        self.out = bytearray()
        self.open = self.connecting = self.ending = self.no_more_in = self.no_more_out = False
        family = socket.AF_UNIX if kind == "socket" else socket.AF_INET6 if ":" in where else socket.AF_INET
        self.address = where if kind == "socket" else (where, int(port))
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        if kind != "socket":
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.descriptor = self.socket.fileno()
        streams[number] = self
        by_descriptor[self.descriptor] = self
        self.watched = 0
        self.connect()

    def watch(self):
        wanted = 0
        if self.open and not self.no_more_in and self.credit > 0:
            wanted |= select.POLLIN
        if self.connecting or self.out:
            wanted |= select.POLLOUT
        if wanted != self.watched:
            if wanted:
                poll.register(self.descriptor, wanted)
            else:
                poll.unregister(self.descriptor)
            self.watched = wanted

    # A Unix socket whose queue is full says so at once and not when there is room.
    def connect(self):
        retries.discard(self)
        failure = self.socket.connect_ex(self.address)
        if failure == 0:
            self.opened()
        elif failure == errno.EAGAIN:
            retries.add(self)
        elif failure == errno.EINPROGRESS:
            self.connecting = True
            self.watch()
        else:
            self.fail(failure)

    def opened(self):
        self.open = True
        frame(self.number, OPEN)
        frame(self.number, CREDIT, struct.pack("!I", WINDOW))
        self.watch()

    def fail(self, failure):
        frame(self.number, CLOSE, os.strerror(failure).encode())
        self.forget()

    def forget(self):
        retries.discard(self)
        if streams.pop(self.number, None):
            if self.watched:
                poll.unregister(self.descriptor)
            del by_descriptor[self.descriptor]
            self.socket.close()

    def settle(self):
        if self.no_more_in and self.no_more_out:
            self.forget()
        else:
            self.watch()

    def ready(self, events):
        if self.connecting:
            self.connecting = False
            failure = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if failure:
                self.fail(failure)
            else:
                self.opened()
            return
        if self.out and events & ~select.POLLIN:
            self.carry_out()
        if self.number in streams and self.watched & select.POLLIN and events & ~select.POLLOUT:
            self.carry_in()

    def carry_in(self):
        try:
            data = self.socket.recv(min(self.credit, PIECE))
        except OSError as e:
            if e.errno not in RETRY:
                self.fail(e.errno)
            return
        if data:
            self.credit -= len(data)
            frame(self.number, DATA, data)
        else:
            self.no_more_in = True
            frame(self.number, END)
        self.settle()

    def carry_out(self):
        try:
            while self.out:
                count = self.socket.send(self.out)
                del self.out[:count]
                self.taken += count
        except OSError as e:
            if e.errno not in RETRY:
                frame(self.number, STOP, os.strerror(e.errno).encode())
                self.no_more_out = True
                self.out.clear()
        if self.taken >= WINDOW // 2 and not self.ending:
            frame(self.number, CREDIT, struct.pack("!I", self.taken))
            self.taken = 0
        if self.ending and not self.out and not self.no_more_out:
            self.no_more_out = True
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        self.settle()

    def obey(self, kind, data):
        if kind == DATA and not self.no_more_out:
            self.out += data
            self.carry_out()
        elif kind == END:
            self.ending = True
            self.carry_out()
        elif kind == CREDIT:
            self.credit += struct.unpack("!I", data)[0]
            self.watch()
        elif kind == CLOSE:
            self.forget()


def obey(number, kind, data):
    if number == 0:
        os._exit(0)
    if kind == OPEN:
        try:
            Stream(number, *data.decode().split("\0"))
        except OSError as e:
            frame(number, CLOSE, (e.strerror or str(e)).encode())
    elif number in streams:
        streams[number].obey(kind, data)


taken = bytearray()


def take_frames():
    data = os.read(0, 2 * PIECE)
    if not data:
        os._exit(0)
    taken.extend(data)
    at = 0
    while len(taken) - at >= 8:
        number, head = struct.unpack_from("!II", taken, at)
        end = at + 8 + (head & 0xFFFFFF)
        if end > len(taken):
            break
        obey(number, head >> 24, bytes(taken[at + 8:end]))
        at = end
    del taken[:at]


poll.register(0, select.POLLIN)
os.write(2, b"relay %d many\n" % os.getpid())
while True:
    found = dict(poll.poll(10 if retries else None))
    # Frames come last, for they may open a stream under the descriptor of one that has ended.
    more = found.pop(0, 0)
    for descriptor, events in found.items():
        if descriptor in by_descriptor:
            by_descriptor[descriptor].ready(events)
    if more:
        take_frames()
    for stream in list(retries):
        stream.connect()
