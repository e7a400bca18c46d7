/*
 * Sends frames from a generator with a fixed seed to the relay: most are valid, some are invalid, and some are cut off.
 *
 *   relay-fuzz RELAY SECONDS
 *
 * Each run starts the relay, and a service that answers, stays silent or closes the connection at random. A run is good if the relay ends
 * after its input has ended, with one of its own exit codes; a sanitizer has another one.
 */
#include "fuzz.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LISTENERS = 2, CLIENTS = 64, MOST_BYTES = 400 * 1024, HIGHEST_CODE = 2, PATIENCE_MS = 20000 };

static char folder[] = "/tmp/relay-fuzz-XXXXXX";
static char path[64];
static char port[8];
static const char *program;

static int listen_at(int family, const struct sockaddr *address, socklen_t length)
{
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    check(fd >= 0 && bind(fd, address, length) == 0 && listen(fd, 8) == 0, "listen");
    return fd;
}

static void serve_client(struct pollfd *client)
{
    static unsigned char bytes[50000];
    ssize_t count = read(client->fd, bytes, sizeof bytes);
    if ((count <= 0 && random_below(2) == 0) || random_below(40) == 0) {
        close(client->fd);
        client->fd = -1;
    } else if (count <= 0) {
        shutdown(client->fd, SHUT_WR);
        client->events = 0;
    } else if (random_below(4) != 0) {
        send(client->fd, bytes, 1 + random_below(sizeof bytes), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
}

static void answer_datagram(int fd)
{
    static unsigned char bytes[65536];
    struct sockaddr_in sender;
    socklen_t length = sizeof sender;
    ssize_t count = recvfrom(fd, bytes, sizeof bytes, MSG_DONTWAIT, (struct sockaddr *)&sender, &length);
    for (uint32_t answers = count < 0 ? 0 : random_below(3); answers > 0; answers--) {
        sendto(fd, bytes, random_below(60000), MSG_DONTWAIT, (struct sockaddr *)&sender, length);
    }
}

_Noreturn static void serve(const int *listeners, int datagrams)
{
    struct pollfd polls[LISTENERS + CLIENTS + 1];
    polls[LISTENERS + CLIENTS] = (struct pollfd){.fd = datagrams, .events = POLLIN};
    for (size_t i = 0; i < LISTENERS + CLIENTS; i++) {
        polls[i] = (struct pollfd){.fd = i < LISTENERS ? listeners[i] : -1, .events = POLLIN};
    }
    for (size_t next = 0;; next++) {
        poll(polls, LISTENERS + CLIENTS + 1, -1);
        if (polls[LISTENERS + CLIENTS].revents != 0) {
            answer_datagram(datagrams);
        }
        for (size_t i = 0; i < LISTENERS; i++) {
            struct pollfd *slot = &polls[LISTENERS + next % CLIENTS];
            int client = polls[i].revents != 0 ? accept4(polls[i].fd, NULL, NULL, SOCK_NONBLOCK) : -1;
            if (client >= 0) {
                close(slot->fd);
                *slot = (struct pollfd){.fd = client, .events = POLLIN};
                next++;
            }
        }
        for (size_t i = LISTENERS; i < LISTENERS + CLIENTS; i++) {
            if (polls[i].fd >= 0 && polls[i].revents != 0) {
                serve_client(&polls[i]);
            }
        }
    }
}

static pid_t start_service(void)
{
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof four;
    check(mkdtemp(folder) != NULL, folder);
    snprintf(path, sizeof path, "%s/socket", folder);
    memcpy(local.sun_path, path, strlen(path) + 1);
    int listeners[LISTENERS] = {listen_at(AF_UNIX, (struct sockaddr *)&local, sizeof local),
                                listen_at(AF_INET, (struct sockaddr *)&four, sizeof four)};
    check(getsockname(listeners[1], (struct sockaddr *)&four, &length) == 0, "getsockname");
    snprintf(port, sizeof port, "%d", ntohs(four.sin_port));
    int datagrams = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    check(datagrams >= 0 && bind(datagrams, (struct sockaddr *)&four, sizeof four) == 0, "bind");
    pid_t pid = fork();
    check(pid >= 0, "fork");
    if (pid == 0) {
        serve(listeners, datagrams);
    }
    close(datagrams);
    for (size_t i = 0; i < LISTENERS; i++) {
        close(listeners[i]);
    }
    return pid;
}

static uint32_t make_target(unsigned char *target)
{
    char text[700];
    int length;
    switch (random_below(14)) {
    case 0:
        length = snprintf(text, sizeof text, "tcp%c127.0.0.1%c%u", 0, 0, random_below(70000));
        break;
    case 1:
        length = snprintf(text, sizeof text, "inside%c%d%c127.0.0.1%c%s", 0, (int)getpid(), 0, 0, port);
        break;
    case 2:
        length = snprintf(text, sizeof text, "inside%c%u%c::1%c%s", 0, random_below(9), 0, 0, port);
        break;
    case 3:
        length = snprintf(text, sizeof text, "socket%c%*s", 0, (int)random_below(600), "x");
        break;
    case 4:
        length = (int)random_below(600);
        for (int i = 0; i < length; i++) {
            text[i] = (char)random_below(4);
        }
        break;
    case 5:
        length = snprintf(text, sizeof text, "udp%c127.0.0.1%c%s", 0, 0, port);
        break;
    case 6:
        length = snprintf(text, sizeof text, "udp%c127.0.0.1%c%u", 0, 0, random_below(70000));
        break;
    case 7:
        length = snprintf(text, sizeof text, "file%c%s", 0, random_below(3) == 0 ? "/tmp" : "/proc/net/tcp");
        break;
    case 8:
        length = snprintf(text, sizeof text, "file%c%s", 0, program);
        break;
    case 9:
    case 10:
        length = snprintf(text, sizeof text, "tcp%c127.0.0.1%c%s", 0, 0, port);
        break;
    default:
        length = snprintf(text, sizeof text, "socket%c%s", 0, path);
    }
    memcpy(target, text, (size_t)length);
    return (uint32_t)length;
}

static void write_number(unsigned char *bytes, uint32_t number)
{
    number = htonl(number);
    memcpy(bytes, &number, 4);
}

static size_t make_frame(unsigned char *frame)
{
    uint32_t id = 1 + random_below(12);
    uint32_t kind = 1 + random_below(6);
    uint32_t length = random_below(8) == 0 ? random_below(65537) : random_below(300);
    if (kind == 6 && random_below(3) != 0) {
        kind = 2;
    }
    if (kind == 1) {
        length = make_target(frame + 8);
        id = random_below(3) == 0 ? id : 1 + random_below(1000000);
    } else if (kind == 4 && random_below(50) != 0) {
        length = 4;
        write_number(frame + 8, random_below(200) == 0 ? UINT32_MAX - random_below(9) : random_below(100000));
    }
    if (random_below(400) == 0) {
        kind = random_below(256);
    }
    if (random_below(400) == 0) {
        id = random_below(2);
    }
    write_number(frame, id);
    write_number(frame + 4, kind << 24 | (random_below(1000) == 0 ? random_below(1 << 24) : length));
    return 8 + length;
}

static size_t make_input(unsigned char *bytes)
{
    size_t length = 0;
    size_t wanted = random_below(MOST_BYTES - 70000);
    while (length < wanted) {
        length += make_frame(bytes + length);
    }
    return random_below(2) == 0 ? length : wanted;
}

static pid_t start_relay(int *in, int *out)
{
    int to[2], from[2];
    check(pipe2(to, O_CLOEXEC) == 0 && pipe2(from, O_CLOEXEC) == 0, "pipe");
    pid_t pid = fork();
    check(pid >= 0, "fork");
    if (pid == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        execl(program, program, (char *)NULL);
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    *in = to[1];
    *out = from[0];
    fcntl(*in, F_SETFL, O_NONBLOCK);
    fcntl(*out, F_SETFL, O_NONBLOCK);
    return pid;
}

/* Writes all of the input and reads the output, sometimes slowly, until the relay closes it. Returns false if the relay does not. */
static bool talk(int in, int out, const unsigned char *bytes, size_t length)
{
    static unsigned char answers[100000];
    size_t done = 0;
    for (;;) {
        struct pollfd both[] = {{.fd = out, .events = POLLIN}, {.fd = in, .events = POLLOUT}};
        if (poll(both, 2, PATIENCE_MS) <= 0) {
            return false;
        }
        if (both[0].revents != 0 && read(out, answers, 1 + random_below(sizeof answers)) == 0) {
            break;
        }
        if (in >= 0 && both[1].revents != 0) {
            ssize_t count = write(in, bytes + done, length - done);
            done += count > 0 ? (size_t)count : 0;
            if (done == length || (count < 0 && errno != EAGAIN)) {
                close(in);
                in = -1;
            }
        }
    }
    if (in >= 0) {
        close(in);
    }
    close(out);
    return true;
}

static bool run(void)
{
    static unsigned char bytes[MOST_BYTES];
    int in, out, status;
    size_t length = make_input(bytes);
    pid_t pid = start_relay(&in, &out);
    if (!talk(in, out, bytes, length)) {
        fprintf(stderr, "the relay hangs\n");
        kill(pid, SIGKILL);
        return false;
    }
    check(waitpid(pid, &status, 0) == pid, "waitpid");
    if (!WIFEXITED(status) || WEXITSTATUS(status) > HIGHEST_CODE) {
        fprintf(stderr, "the relay ended with status %d\n", status);
        return false;
    }
    return true;
}

int main(int count, char **words)
{
    if (count != 3) {
        return 64;
    }
    program = words[1];
    signal(SIGPIPE, SIG_IGN);
    pid_t service = start_service();
    int code = repeat(run, words[2]);
    kill(service, SIGKILL);
    unlink(path);
    rmdir(folder);
    return code;
}
