/*
 * Calls the replacement of iptables with words from a generator with a fixed seed. The real programs are scripts that do nothing or fail.
 *
 *   firewall-fuzz RELAY SECONDS
 *
 * A run is good if each call ends with an exit code that is not a sanitizer's.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CALLS = 150, MOST_WORDS = 90, SANITIZER_CODE = 99 };

static char folder[] = "/tmp/firewall-fuzz-XXXXXX";
static char program[128];
static char journal[256];
static char long_word[3000];

static const char *pick(const char *const *words, uint32_t count)
{
    return words[random_below(count)];
}

static size_t make_call(const char **words)
{
    static const char *const operations[] = {"-A", "-C", "-D", "-F", "-I", "-L", "-N", "-X", "-P", "-Z", "--version", "commit"};
    static const char *const chains[] = {"DOCKER", "FORWARD", "ONE", "TWO", "", "a b", "1"};
    static const char *const tables[] = {"filter", "nat", "raw", "mangle", "none", "filter nat"};
    static const char *const parts[] = {"-m", "-j", "ACCEPT", "DOCKER", "conntrack", "ONE", "!", "-i", "docker0", "'", "=", "W", "U", "\n"};
    size_t count = 0;
    words[count++] = program;
    if (random_below(50) == 0) {
        words[count++] = "commit";
        words[count] = NULL;
        return count;
    }
    if (random_below(2) == 0) {
        words[count++] = "--wait";
    }
    if (random_below(3) != 0) {
        words[count++] = "-t";
        words[count++] = pick(tables, random_below(20) == 0 ? 6 : 2);
    }
    words[count++] = pick(operations, random_below(40) == 0 ? 12 : 8);
    words[count++] = pick(chains, random_below(20) == 0 ? 7 : 4);
    uint32_t more = random_below(50) == 0 ? random_below(80) : random_below(6);
    for (uint32_t i = 0; i < more; i++) {
        words[count++] = random_below(200) == 0 ? long_word : pick(parts, random_below(50) == 0 ? 14 : 9);
    }
    words[count] = NULL;
    return count;
}

static bool run_call(void)
{
    const char *words[MOST_WORDS];
    int status;
    make_call(words);
    pid_t pid = fork();
    check(pid >= 0, "fork");
    if (pid == 0) {
        dup2(open("/dev/null", O_RDWR), STDERR_FILENO);
        execv(program, (char *const *)words);
        _exit(SANITIZER_CODE);
    }
    check(waitpid(pid, &status, 0) == pid, "waitpid");
    return WIFEXITED(status) && WEXITSTATUS(status) != SANITIZER_CODE;
}

static void write_file(const char *name, const char *content, mode_t mode)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    check(file != NULL && fputs(content, file) >= 0 && fclose(file) == 0 && chmod(path, mode) == 0, path);
}

static void set_up(const char *relay)
{
    char path[64];
    char variable[256];
    char *whole = realpath(relay, NULL);
    check(whole != NULL && mkdtemp(folder) != NULL, relay);
    snprintf(path, sizeof path, "%s/own", folder);
    check(mkdir(path, 0700) == 0, path);
    snprintf(program, sizeof program, "%s/iptables", path);
    snprintf(journal, sizeof journal, "%s.journal", program);
    check(symlink(whole, program) == 0, program);
    free(whole);
    write_file("iptables", "#!/bin/sh\nexit 0\n", 0700);
    snprintf(variable, sizeof variable, "%s:%s:/usr/bin:/bin", path, folder);
    check(setenv("PATH", variable, 1) == 0, "PATH");
    memset(long_word, 'x', sizeof long_word - 1);
}

/* In some runs, the journal begins with random characters, and in some, iptables-restore fails. */
static bool run(void)
{
    bool good = true;
    FILE *file = fopen(journal, "w");
    check(file != NULL, journal);
    for (uint32_t i = random_below(3) == 0 ? random_below(40000) : 0; i > 0; i--) {
        fputc("AN filter D\n=U"[random_below(15)], file);
    }
    check(fclose(file) == 0, journal);
    write_file("iptables-restore", random_below(2) == 0 ? "#!/bin/sh\ncat >/dev/null\n" : "#!/bin/sh\nexit 1\n", 0700);
    for (int i = 0; i < CALLS && good; i++) {
        good = run_call();
    }
    return good;
}

int main(int count, char **words)
{
    if (count != 3) {
        return 64;
    }
    set_up(words[1]);
    return repeat(run, words[2]);
}
