/*
 * Sends valid and invalid lines, which a generator with a fixed seed makes, to the program hold.
 *
 *   hold-fuzz RELAY SECONDS
 *
 * A run is good if the program lets a second connection hold the daemon after the first one has written its lines, and then ends by itself.
 */
#include "fuzz.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SANITIZER_CODE = 99, ATTEMPTS = 2000, PAUSE_MICROS = 1000 };

static char folder[] = "/tmp/hold-fuzz-XXXXXX";
static char program[64];
static char path[64];
static char mark[64];

static void set_up(const char *relay)
{
    char *whole = realpath(relay, NULL);
    check(whole != NULL && mkdtemp(folder) != NULL && chdir(folder) == 0, relay);
    snprintf(program, sizeof program, "%s/hold", folder);
    snprintf(path, sizeof path, "%s/socket", folder);
    snprintf(mark, sizeof mark, "%s/mark", folder);
    check(symlink(whole, program) == 0, program);
    free(whole);
    FILE *file = fopen(mark, "w");
    check(file != NULL && fputs("0123abcd", file) >= 0 && fclose(file) == 0, mark);
}

/* Returns a connection whose first line begins with "free", or -1 if there was none in time. */
static int take(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, path, sizeof path);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        char answer[5] = "";
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        check(fd >= 0, "socket");
        bool answered = connect(fd, (struct sockaddr *)&address, sizeof address) == 0 && recv(fd, answer, 4, MSG_WAITALL) == 4;
        if (answered && strcmp(answer, "free") == 0) {
            return fd;
        }
        close(fd);
        usleep(PAUSE_MICROS);
    }
    return -1;
}

static void write_lines(int fd)
{
    static const char bytes[] = "abcxyz\n\nclean\nused\nA 0\r";
    char text[200];
    size_t length = random_below(sizeof text);
    for (size_t i = 0; i < length; i++) {
        text[i] = random_below(50) == 0 ? (char)random_below(256) : bytes[random_below(sizeof bytes - 1)];
    }
    (void)!send(fd, text, length, MSG_NOSIGNAL);
}

static bool run(void)
{
    int status;
    pid_t pid = fork();
    check(pid >= 0, "fork");
    if (pid == 0) {
        char parent[16];
        snprintf(parent, sizeof parent, "%d", (int)getppid());
        execl(program, program, path, "1", parent, mark, (char *)NULL);
        _exit(SANITIZER_CODE);
    }
    int first = take();
    bool good = first >= 0;
    if (good) {
        write_lines(first);
        close(first);
        int second = take();
        good = second >= 0 && send(second, "used\n", 5, MSG_NOSIGNAL) == 5;
        close(second);
    }
    check(waitpid(pid, &status, 0) == pid, "waitpid");
    return good && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(int count, char **words)
{
    if (count != 3) {
        return 64;
    }
    signal(SIGALRM, SIG_IGN);
    set_up(words[1]);
    return repeat(run, words[2]);
}
