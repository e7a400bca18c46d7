/*
 * Lets one client at a time hold the daemon that this container runs, and ends the daemon when no client has held it for some time.
 *
 *   hold SOCKET SECONDS PID MARK
 *
 * A client holds the daemon for as long as its connection to SOCKET is open, so a client that has died holds nothing. The first line that
 * a client reads is "free STATE CONTENT" if the client holds the daemon from now on. If another client holds the daemon, the line is
 * "held", and the connection ends. CONTENT is the content of the file MARK, letters and digits; it tells the client whether this is the
 * daemon that the client looks for. Each line of lower-case letters that the holder writes is a new STATE, which the next holder reads.
 * The first STATE is "begun". After SECONDS without a holder, this program sends SIGALRM to the process PID, and ends.
 * A holder that has written no STATE does not count, and a daemon whose STATE is "begun" has at least ten minutes.
 */
#include "hold.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* A start may take longer than the time that a daemon without a program has. */
enum { LONGEST_START = 600 };

enum { LONGEST_STATE = 16, LONGEST_MARK = 64, WAITING = 8, LONGEST_TIME = 366 * 24 * 3600, MILLIS = 1000, DONE = 0, REFUSED = 65, MISUSED = 64 };

static char state[LONGEST_STATE + 1] = "begun";
static char mark[LONGEST_MARK + 1];
static char line[LONGEST_STATE + 1];
static size_t line_length;
static int holder = -1;
static bool holder_wrote;
static long long free_since;

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (long long)time.tv_sec * MILLIS + time.tv_nsec / (MILLIS * MILLIS);
}

static void release(void)
{
    close(holder);
    holder = -1;
    line_length = 0;
    if (holder_wrote) {
        free_since = now();
    }
    holder_wrote = false;
}

/* Returns false for a byte that belongs to no state. */
static bool take_byte(char byte)
{
    if (byte == '\n' && line_length > 0) {
        memcpy(state, line, line_length);
        state[line_length] = 0;
        line_length = 0;
        holder_wrote = true;
        return true;
    }
    if (byte < 'a' || byte > 'z' || line_length == LONGEST_STATE) {
        return false;
    }
    line[line_length++] = byte;
    return true;
}

/* Reads all that the holder has written, and releases the daemon if the holder has gone. */
static void hear_holder(void)
{
    char bytes[64];
    for (;;) {
        ssize_t count = recv(holder, bytes, sizeof bytes, 0);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0 && errno == EAGAIN) {
            return;
        }
        bool sound = count > 0;
        for (ssize_t i = 0; i < count && sound; i++) {
            sound = take_byte(bytes[i]);
        }
        if (!sound) {
            release();
            return;
        }
    }
}

/* The holder may have gone without being noticed yet, so its connection is read first. */
static void welcome(int listener)
{
    int fresh = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fresh < 0) {
        return;
    }
    if (holder >= 0) {
        hear_holder();
    }
    char answer[LONGEST_STATE + LONGEST_MARK + 8];
    int length = holder >= 0 ? snprintf(answer, sizeof answer, "held\n") : snprintf(answer, sizeof answer, "free %s %s\n", state, mark);
    bool heard = send(fresh, answer, (size_t)length, MSG_NOSIGNAL) == length;
    if (holder >= 0 || !heard) {
        close(fresh);
    } else {
        holder = fresh;
    }
}

/* The socket's mode lets everyone in, but only root and the owner of the socket's folder can enter that folder. */
static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    unlink(path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool bound = listener >= 0 && bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && chmod(path, 0666) == 0;
    return bound && listen(listener, WAITING) == 0 ? listener : -1;
}

static bool read_mark(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return false;
    }
    size_t length = fread(mark, 1, LONGEST_MARK, file);
    fclose(file);
    return length > 0 && strspn(mark, "0123456789abcdefghijklmnopqrstuvwxyz") == length;
}

static long long time_left(long seconds)
{
    bool begun = strcmp(state, "begun") == 0;
    return free_since + MILLIS * (begun && seconds < LONGEST_START ? LONGEST_START : seconds) - now();
}

static int wait_for_time(long seconds)
{
    long long left = time_left(seconds);
    return holder >= 0 ? -1 : left > 0 ? (int)(left < 60 * MILLIS ? left : 60 * MILLIS) : 0;
}

int hold(int count, char **words)
{
    char *end_of_seconds = "?";
    char *end_of_pid = "?";
    long seconds = count == 5 ? strtol(words[2], &end_of_seconds, 10) : 0;
    long pid = count == 5 ? strtol(words[3], &end_of_pid, 10) : 0;
    if (*end_of_seconds != 0 || *end_of_pid != 0 || seconds < 1 || seconds > LONGEST_TIME || pid < 1) {
        fprintf(stderr, "hold: the arguments are SOCKET SECONDS PID MARK\n");
        return MISUSED;
    }
    if (!read_mark(words[4])) {
        fprintf(stderr, "hold: %s has no mark\n", words[4]);
        return REFUSED;
    }
    int listener = listen_at(words[1]);
    if (listener < 0) {
        fprintf(stderr, "hold: %s: %s\n", words[1], strerror(errno));
        return REFUSED;
    }
    free_since = now();
    while (holder >= 0 || time_left(seconds) > 0) {
        struct pollfd both[] = {{.fd = listener, .events = POLLIN}, {.fd = holder, .events = POLLIN}};
        if (poll(both, 2, wait_for_time(seconds)) <= 0) {
            continue;
        }
        if (both[1].revents != 0) {
            hear_holder();
        }
        if (both[0].revents != 0) {
            welcome(listener);
        }
    }
    unlink(words[1]);
    kill((pid_t)pid, SIGALRM);
    return DONE;
}
