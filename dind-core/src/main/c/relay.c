/*
 * Carries many byte streams over its standard input and output, in a daemon container.
 *
 * The library starts it with `docker exec`. The first line on standard error is "relay 1", the version of the frames.
 * A frame is the number of a stream (4 bytes), a kind (1), the length of its content (3), and the content; numbers are big-endian.
 * The content of OPEN is the destination of the stream, in words with a zero byte between them:
 *
 *   socket PATH               a Unix socket
 *   tcp ADDRESS PORT          a TCP port that this container can reach
 *   udp ADDRESS PORT          a UDP port that this container can reach
 *   inside PID ADDRESS PORT   a TCP port in the network namespace of a process, also on its loopback address
 *   file PATH                 a file, from its beginning to its end; nothing can be written to it
 *
 * No stream can block another one, provided that files can be read without waiting, as is the case below /proc. Each direction of each
 * stream has a credit, which is the number of bytes that the sender may still send; the receiver renews it as it consumes bytes. So this
 * program always has room for its input, and the library always reads its output.
 * On a stream to a UDP port, each datagram follows its length (2 bytes), in both directions. If the network refuses a datagram, the
 * program drops it, as networks do.
 * Under other names the program has other tasks: iptables and ip6tables (see firewall.c), layer (see layer.c) and hold (see hold.c).
 * The program ends when its standard input ends, when its standard output has no reader any more, or when a frame is invalid.
 */
#include "firewall.h"
#include "hold.h"
#include "layer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    WINDOW = 512 * 1024,
    PIECE = 64 * 1024,
    HEADER = 8,
    MOST_WORDS = 512,
    FIRST_SIZE = 4096,
    PIPE_SIZE = 1024 * 1024,
    RETRY_MS = 10,
    BUCKETS = 256,
    MOST_FILES = 65536,
    DATAGRAM_HEADER = 2
};

enum kind { OPEN = 1, DATA = 2, END = 3, CREDIT = 4, STOP = 5, CLOSE = 6 };

enum ending { DONE = 0, CUT = 1, MISUSED = 2 };

/* Bytes that a socket has not accepted yet. The size is a power of two, or 0 if there are none, so that idle streams need no memory. */
struct ring {
    unsigned char *bytes;
    size_t size;
    size_t start;
    size_t length;
};

/* If the queue of a Unix socket is full, connect fails at once; such a stream is QUEUED, and connects again later. */
enum state { QUEUED, CONNECTING, JOINED };

struct stream {
    struct stream *next;
    uint32_t id;
    int fd;
    enum state state;
    nfds_t slot;
    bool datagrams;
    bool ending;
    bool input_ended;
    bool output_ended;
    uint32_t may_send;
    uint32_t may_come;
    uint32_t taken;
    struct ring out;
    socklen_t address_length;
    union {
        struct sockaddr any;
        struct sockaddr_un local;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } address;
};

static struct stream *table[BUCKETS];
static size_t streams;
static size_t queued;

/* The descriptors for poll: standard input, standard output, and then the streams that wait for something. */
static struct pollfd *polls;
static struct stream **polled;
static nfds_t room;

static unsigned char input[2 * (HEADER + PIECE)];
static size_t input_length;

static int home_network = -1;

_Noreturn static void stop(enum ending ending, const char *reason)
{
    fprintf(stderr, "relay: %s\n", reason);
    exit(ending);
}

static void *memory(void *old, size_t count, size_t each)
{
    void *fresh = reallocarray(old, count, each);
    if (fresh == NULL) {
        stop(CUT, "out of memory");
    }
    return fresh;
}

static void empty(struct ring *ring)
{
    free(ring->bytes);
    *ring = (struct ring){0};
}

static size_t smaller(size_t one, size_t other)
{
    return one < other ? one : other;
}

static void grow(struct ring *ring, size_t needed)
{
    size_t size = FIRST_SIZE;
    while (size < needed) {
        size *= 2;
    }
    unsigned char *bytes = memory(NULL, size, 1);
    if (ring->length > 0) {
        size_t first = smaller(ring->length, ring->size - ring->start);
        memcpy(bytes, ring->bytes + ring->start, first);
        memcpy(bytes + first, ring->bytes, ring->length - first);
    }
    free(ring->bytes);
    ring->bytes = bytes;
    ring->size = size;
    ring->start = 0;
}

/* The caller has checked that the ring never holds more than a window. */
static void keep(struct ring *ring, const unsigned char *bytes, size_t length)
{
    if (length == 0) {
        return;
    }
    if (ring->size - ring->length < length) {
        grow(ring, ring->length + length);
    }
    size_t end = (ring->start + ring->length) & (ring->size - 1);
    size_t first = smaller(length, ring->size - end);
    memcpy(ring->bytes + end, bytes, first);
    memcpy(ring->bytes, bytes + first, length - first);
    ring->length += length;
}

static void drop(struct ring *ring, size_t count)
{
    ring->start = (ring->start + count) & (ring->size - 1);
    ring->length -= count;
    if (ring->length == 0) {
        empty(ring);
    }
}

static void write_number(unsigned char *bytes, uint32_t number)
{
    bytes[0] = (unsigned char)(number >> 24);
    bytes[1] = (unsigned char)(number >> 16);
    bytes[2] = (unsigned char)(number >> 8);
    bytes[3] = (unsigned char)number;
}

static uint32_t read_number(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | (uint32_t)bytes[3];
}

static void write_header(unsigned char *frame, uint32_t id, enum kind kind, size_t length)
{
    write_number(frame, id);
    write_number(frame + 4, (uint32_t)kind << 24 | (uint32_t)length);
}

/* If its client has gone, an engine may never read the output again, but it closes the standard input. */
static void await_reader(void)
{
    struct pollfd both[] = {{.fd = STDOUT_FILENO, .events = POLLOUT}, {.fd = STDIN_FILENO}};
    if (poll(both, 2, -1) > 0 && both[1].revents != 0) {
        exit(DONE);
    }
}

static void put(const unsigned char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t count = write(STDOUT_FILENO, bytes, length);
        if (count >= 0) {
            bytes += count;
            length -= (size_t)count;
        } else if (errno == EAGAIN) {
            await_reader();
        } else if (errno != EINTR) {
            exit(CUT);
        }
    }
}

static void say(uint32_t id, enum kind kind, const char *reason)
{
    unsigned char frame[HEADER + MOST_WORDS];
    size_t length = smaller(strlen(reason), MOST_WORDS);
    write_header(frame, id, kind, length);
    memcpy(frame + HEADER, reason, length);
    put(frame, HEADER + length);
}

static void give_credit(uint32_t id, uint32_t bytes)
{
    unsigned char frame[HEADER + 4];
    write_header(frame, id, CREDIT, 4);
    write_number(frame + HEADER, bytes);
    put(frame, sizeof frame);
}

static struct stream *find(uint32_t id)
{
    struct stream *stream = table[id % BUCKETS];
    while (stream != NULL && stream->id != id) {
        stream = stream->next;
    }
    return stream;
}

static void forget(struct stream *stream)
{
    struct stream **link = &table[stream->id % BUCKETS];
    while (*link != stream) {
        link = &(*link)->next;
    }
    *link = stream->next;
    streams--;
    if (stream->state == QUEUED) {
        queued--;
    }
    if (stream->slot != 0) {
        polled[stream->slot] = NULL;
    }
    close(stream->fd);
    empty(&stream->out);
    free(stream);
}

static void fail(struct stream *stream, int error)
{
    say(stream->id, CLOSE, strerror(error));
    forget(stream);
}

static void forget_if_over(struct stream *stream)
{
    if (stream->input_ended && stream->output_ended) {
        forget(stream);
    }
}

/* An empty datagram does not end the stream, and an error means only that an earlier datagram had no receiver. */
static void carry_datagram_in(struct stream *stream)
{
    static unsigned char frame[HEADER + PIECE];
    ssize_t count = recv(stream->fd, frame + HEADER + DATAGRAM_HEADER, PIECE - DATAGRAM_HEADER, 0);
    if (count >= 0) {
        size_t length = DATAGRAM_HEADER + (size_t)count;
        stream->may_send -= (uint32_t)length;
        write_header(frame, stream->id, DATA, length);
        frame[HEADER] = (unsigned char)(count >> 8);
        frame[HEADER + 1] = (unsigned char)count;
        put(frame, HEADER + length);
    }
}

static void carry_in(struct stream *stream)
{
    static unsigned char frame[HEADER + PIECE];
    if (stream->datagrams) {
        carry_datagram_in(stream);
        return;
    }
    ssize_t count = read(stream->fd, frame + HEADER, smaller(stream->may_send, PIECE));
    if (count < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            fail(stream, errno);
        }
        return;
    }
    if (count > 0) {
        stream->may_send -= (uint32_t)count;
        write_header(frame, stream->id, DATA, (size_t)count);
        put(frame, HEADER + (size_t)count);
        return;
    }
    stream->input_ended = true;
    say(stream->id, END, "");
    forget_if_over(stream);
}

/* Sends as many of the bytes as the socket accepts, and returns their number. If the socket is closed for writing, this direction ends. */
static size_t push(struct stream *stream, const unsigned char *bytes, size_t length)
{
    size_t done = 0;
    while (done < length && !stream->output_ended) {
        ssize_t count = send(stream->fd, bytes + done, length - done, MSG_NOSIGNAL);
        if (count >= 0) {
            done += (size_t)count;
            stream->taken += (uint32_t)count;
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            stream->output_ended = true;
            say(stream->id, STOP, strerror(errno));
        }
    }
    return done;
}

static unsigned char byte_at(const struct ring *ring, size_t place)
{
    return ring->bytes[(ring->start + place) & (ring->size - 1)];
}

/* Sends the datagrams that have arrived completely; an incomplete one at the end stays in the ring. */
static void push_datagrams(struct stream *stream)
{
    static unsigned char datagram[UINT16_MAX];
    while (stream->out.length >= DATAGRAM_HEADER) {
        size_t length = (size_t)byte_at(&stream->out, 0) << 8 | byte_at(&stream->out, 1);
        if (stream->out.length < DATAGRAM_HEADER + length) {
            return;
        }
        for (size_t i = 0; i < length; i++) {
            datagram[i] = byte_at(&stream->out, DATAGRAM_HEADER + i);
        }
        drop(&stream->out, DATAGRAM_HEADER + length);
        stream->taken += (uint32_t)(DATAGRAM_HEADER + length);
        if (send(stream->fd, datagram, length, MSG_NOSIGNAL) < 0 && errno == ECONNREFUSED) {
            /* The error is about an earlier datagram, and the kernel reports it only once. */
            send(stream->fd, datagram, length, MSG_NOSIGNAL);
        }
    }
}

/* Called after the socket has accepted bytes: ends this direction if it is complete, and otherwise renews the library's credit. */
static void settle_output(struct stream *stream)
{
    if (stream->state != JOINED) {
        return;
    }
    if (stream->output_ended) {
        empty(&stream->out);
    } else if (stream->ending && (stream->out.length == 0 || stream->datagrams)) {
        empty(&stream->out);
        shutdown(stream->fd, SHUT_WR);
        stream->output_ended = true;
    } else if (stream->taken >= WINDOW / 2 && !stream->ending) {
        give_credit(stream->id, stream->taken);
        stream->may_come += stream->taken;
        stream->taken = 0;
    }
    forget_if_over(stream);
}

static void carry_out(struct stream *stream)
{
    while (stream->out.length > 0 && !stream->output_ended) {
        size_t first = smaller(stream->out.length, stream->out.size - stream->out.start);
        size_t count = push(stream, stream->out.bytes + stream->out.start, first);
        if (count == 0) {
            break;
        }
        drop(&stream->out, count);
    }
    settle_output(stream);
}

static void joined(struct stream *stream)
{
    if (stream->state == QUEUED) {
        queued--;
    }
    stream->state = JOINED;
    stream->may_come = WINDOW;
    say(stream->id, OPEN, "");
    give_credit(stream->id, WINDOW);
    settle_output(stream);
}

/* A file has no address, and needs no connection. */
static void join(struct stream *stream)
{
    if (stream->address_length == 0 || connect(stream->fd, &stream->address.any, stream->address_length) == 0) {
        joined(stream);
    } else if (errno == EINPROGRESS) {
        if (stream->state == QUEUED) {
            queued--;
        }
        stream->state = CONNECTING;
    } else if (errno != EAGAIN && errno != EINTR) {
        fail(stream, errno);
    }
}

static void finish_joining(struct stream *stream)
{
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(stream->fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0) {
        error = errno;
    }
    if (error != 0) {
        fail(stream, error);
    } else {
        joined(stream);
    }
}

/* A socket belongs to the network namespace in which it was created, and keeps that namespace for as long as it is open. */
static int socket_inside(const char *pid, int family, int type)
{
    char path[64];
    char *end;
    long number = strtol(pid, &end, 10);
    if (*pid == 0 || *end != 0 || number <= 0) {
        errno = EINVAL;
        return -1;
    }
    snprintf(path, sizeof path, "/proc/%ld/ns/net", number);
    if (home_network < 0) {
        home_network = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    }
    int network = home_network < 0 ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (network < 0) {
        return -1;
    }
    int made = -1;
    if (setns(network, CLONE_NEWNET) == 0) {
        made = socket(family, type, 0);
        int error = errno;
        if (setns(home_network, CLONE_NEWNET) != 0) {
            stop(CUT, "there is no way back from the network of another process");
        }
        errno = error;
    }
    int error = errno;
    close(network);
    errno = error;
    return made;
}

static bool read_port(const char *word, in_port_t *port)
{
    char *end;
    long number = strtol(word, &end, 10);
    *port = htons((uint16_t)number);
    return *word != 0 && *end == 0 && number > 0 && number <= 65535;
}

static int lead_to_socket(struct stream *stream, const char *path)
{
    if (strlen(path) >= sizeof stream->address.local.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    stream->address.local.sun_family = AF_UNIX;
    memcpy(stream->address.local.sun_path, path, strlen(path) + 1);
    stream->address_length = sizeof stream->address.local;
    return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* A TCP port, or a UDP port for datagrams; PID is NULL for this container's own network. */
static int lead_to_port(struct stream *stream, const char *pid, const char *address, const char *port)
{
    in_port_t number;
    int yes = 1;
    if (!read_port(port, &number)) {
        errno = EINVAL;
        return -1;
    }
    if (inet_pton(AF_INET, address, &stream->address.four.sin_addr) == 1) {
        stream->address.four.sin_family = AF_INET;
        stream->address.four.sin_port = number;
        stream->address_length = sizeof stream->address.four;
    } else if (inet_pton(AF_INET6, address, &stream->address.six.sin6_addr) == 1) {
        stream->address.six.sin6_family = AF_INET6;
        stream->address.six.sin6_port = number;
        stream->address_length = sizeof stream->address.six;
    } else {
        errno = EINVAL;
        return -1;
    }
    int family = stream->address.any.sa_family;
    int type = (stream->datagrams ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = pid == NULL ? socket(family, type, 0) : socket_inside(pid, family, type);
    if (fd >= 0 && !stream->datagrams) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    }
    return fd;
}

static int lead(struct stream *stream, const unsigned char *target, size_t length)
{
    char text[MOST_WORDS + 1];
    const char *words[4] = {text};
    size_t count = 1;
    errno = EINVAL;
    if (length > MOST_WORDS) {
        return -1;
    }
    memcpy(text, target, length);
    text[length] = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == 0) {
            if (count == 4) {
                return -1;
            }
            words[count++] = text + i + 1;
        }
    }
    if (count == 2 && strcmp(words[0], "socket") == 0) {
        return lead_to_socket(stream, words[1]);
    }
    if (count == 2 && strcmp(words[0], "file") == 0) {
        return open(words[1], O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    }
    if (count == 3 && strcmp(words[0], "tcp") == 0) {
        return lead_to_port(stream, NULL, words[1], words[2]);
    }
    if (count == 3 && strcmp(words[0], "udp") == 0) {
        stream->datagrams = true;
        return lead_to_port(stream, NULL, words[1], words[2]);
    }
    if (count == 4 && strcmp(words[0], "inside") == 0) {
        return lead_to_port(stream, words[1], words[2], words[3]);
    }
    return -1;
}

static void begin(uint32_t id, const unsigned char *target, size_t length)
{
    struct stream *stream = memory(NULL, 1, sizeof *stream);
    *stream = (struct stream){.id = id};
    stream->fd = lead(stream, target, length);
    if (stream->fd < 0) {
        say(id, CLOSE, strerror(errno));
        free(stream);
        return;
    }
    stream->next = table[id % BUCKETS];
    table[id % BUCKETS] = stream;
    streams++;
    stream->state = QUEUED;
    queued++;
    join(stream);
}

static void take_data(struct stream *stream, const unsigned char *bytes, size_t length)
{
    if (stream->output_ended || stream->ending) {
        return;
    }
    if (length > stream->may_come) {
        stop(MISUSED, "more bytes came than there was credit for");
    }
    stream->may_come -= (uint32_t)length;
    if (stream->datagrams) {
        keep(&stream->out, bytes, length);
        push_datagrams(stream);
    } else {
        size_t done = stream->out.length == 0 ? push(stream, bytes, length) : 0;
        if (!stream->output_ended) {
            keep(&stream->out, bytes + done, length - done);
        }
    }
    settle_output(stream);
}

static void take_credit(struct stream *stream, const unsigned char *bytes, size_t length)
{
    uint32_t more = length == 4 ? read_number(bytes) : UINT32_MAX;
    if (more > INT32_MAX - stream->may_send) {
        stop(MISUSED, "a frame brought a wrong credit");
    }
    stream->may_send += more;
}

static void obey(uint32_t id, unsigned kind, const unsigned char *bytes, size_t length)
{
    struct stream *stream = find(id);
    if (id == 0) {
        exit(DONE);
    }
    if (kind < OPEN || kind > CLOSE || (kind == OPEN && stream != NULL)) {
        stop(MISUSED, "a frame came that makes no sense");
    }
    if (kind == OPEN) {
        begin(id, bytes, length);
    } else if (stream == NULL || kind == STOP) {
        return; /* The stream may just have ended here, and STOP needs no answer. */
    } else if (kind == DATA) {
        take_data(stream, bytes, length);
    } else if (kind == CREDIT) {
        take_credit(stream, bytes, length);
    } else if (kind == CLOSE) {
        forget(stream);
    } else {
        stream->ending = true;
        settle_output(stream);
    }
}

static void take_frames(void)
{
    ssize_t count = read(STDIN_FILENO, input + input_length, sizeof input - input_length);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) {
        return;
    }
    if (count <= 0) {
        exit(DONE);
    }
    input_length += (size_t)count;
    size_t at = 0;
    while (input_length - at >= HEADER) {
        uint32_t kind_and_length = read_number(input + at + 4);
        size_t length = kind_and_length & 0xFFFFFF;
        if (length > PIECE) {
            stop(MISUSED, "a frame came that is too long");
        }
        if (input_length - at - HEADER < length) {
            break;
        }
        obey(read_number(input + at), kind_and_length >> 24, input + at + HEADER, length);
        at += HEADER + length;
    }
    input_length -= at;
    memmove(input, input + at, input_length);
}

static short interest(const struct stream *stream)
{
    if (stream->state == QUEUED) {
        return 0;
    }
    if (stream->state == CONNECTING) {
        return POLLOUT;
    }
    uint32_t needed = stream->datagrams ? PIECE : 1;
    bool reads = !stream->input_ended && stream->may_send >= needed;
    bool writes = !stream->datagrams && stream->out.length > 0;
    return (short)((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));
}

static nfds_t gather(void)
{
    if (room < streams + 2) {
        room = 2 * (nfds_t)streams + 16;
        polls = memory(polls, room, sizeof *polls);
        polled = memory(polled, room, sizeof *polled);
    }
    polls[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
    polls[1] = (struct pollfd){.fd = STDOUT_FILENO};
    nfds_t count = 2;
    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct stream *stream = table[i]; stream != NULL; stream = stream->next) {
            short events = interest(stream);
            stream->slot = 0;
            /* poll reports a hang-up even if no events are asked for, so a stream that waits for nothing is left out. */
            if (events != 0) {
                polls[count] = (struct pollfd){.fd = stream->fd, .events = events};
                polled[count] = stream;
                stream->slot = count++;
            }
        }
    }
    return count;
}

static void serve(nfds_t slot)
{
    short broken = POLLERR | POLLHUP | POLLNVAL;
    if (polled[slot]->state == CONNECTING) {
        finish_joining(polled[slot]);
        return;
    }
    if ((polls[slot].events & POLLOUT) != 0 && (polls[slot].revents & (POLLOUT | broken)) != 0) {
        carry_out(polled[slot]);
    }
    if (polled[slot] != NULL && (polls[slot].events & POLLIN) != 0 && (polls[slot].revents & (POLLIN | broken)) != 0) {
        carry_in(polled[slot]);
    }
}

static void join_queued(void)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct stream *stream = table[i], *next; stream != NULL; stream = next) {
            next = stream->next;
            if (stream->state == QUEUED) {
                join(stream);
            }
        }
    }
}

static void turn(void)
{
    nfds_t count = gather();
    int found = poll(polls, count, queued > 0 ? RETRY_MS : -1);
    if (found < 0 && errno != EINTR) {
        stop(CUT, strerror(errno));
    }
    if (found > 0) {
        if (polls[1].revents != 0) {
            exit(CUT);
        }
        for (nfds_t slot = 2; slot < count; slot++) {
            if (polled[slot] != NULL && polls[slot].revents != 0) {
                serve(slot);
            }
        }
        if (polls[0].revents != 0) {
            take_frames();
        }
    }
    if (queued > 0) {
        join_queued();
    }
}

static void allow_many_files(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < MOST_FILES) {
        files.rlim_cur = files.rlim_max < MOST_FILES ? files.rlim_max : MOST_FILES;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

int main(int count, char **words)
{
    const char *path = (const char *)getauxval(AT_EXECFN);
    if (path != NULL && (ends_with(path, "/iptables") || ends_with(path, "/ip6tables"))) {
        return firewall(path, count, words);
    }
    if (path != NULL && ends_with(path, "/layer")) {
        return layer(count, words);
    }
    if (path != NULL && ends_with(path, "/hold")) {
        return hold(count, words);
    }
    signal(SIGPIPE, SIG_IGN);
    allow_many_files();
    fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE_SIZE);
    fcntl(STDOUT_FILENO, F_SETFL, fcntl(STDOUT_FILENO, F_GETFL) | O_NONBLOCK);
    fprintf(stderr, "relay 1\n");
    for (;;) {
        turn();
    }
}
