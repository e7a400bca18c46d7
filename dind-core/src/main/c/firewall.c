/*
 * Takes the place of iptables and ip6tables while a new dockerd starts, so that the real programs run a few times instead of 140.
 *
 * dockerd removes what an earlier daemon may have left, checks for each of its chains and rules whether it exists, and adds it, each time
 * with a process. A network namespace that no daemon has used contains only what this dockerd has added. So this program keeps a journal
 * of these additions, answers from the journal, and adds many rules at once with iptables-restore. If it does not understand a call, it
 * first adds everything that it has deferred, and then runs the real program.
 *
 * dockerd must learn of an error before it is too late to report it. So this program adds the first rule in a table, and the first rule
 * with each match and target, at once, together with all rules before it. During the first calls of dockerd, which remove what is not
 * there, it tries the rules that every dockerd adds; what the kernel has accepted then can be deferred, too. All rules are in the kernel
 * when "iptables commit" returns. The start script calls that as soon as the API of dockerd listens, or a process of this program does
 * the same a second after the last call of dockerd, whichever comes first. A shorter time would not suffice on a busy machine, because dockerd adds
 * the rules of IPv6 between those of IPv4.
 *
 * The journal is beside this program, as iptables.journal or ip6tables.journal. If there is no journal, the real program handles each
 * call; it is the next one of that name on the PATH. A line of the journal is an operation, a table, a chain and the words of the rule,
 * separated by blanks; or "U TABLE WORD", a match or target that the kernel supports; or "=" if everything above it is in the kernel; or
 * "W" if a process waits for the last call. The first line identifies the network namespace that the journal is for. dockerd also calls
 * iptables in the namespaces of containers, where the real program handles each call.
 */
#include "firewall.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST_LINE = 1024, LONGEST_JOURNAL = 32 * 1024, LONGEST_PATH = 256, MOST_WORDS = 64, QUIET_MS = 1000, LOOK_MS = 20, LONGEST_WAIT_MS = 60000 };

/* The parts of a command line that matter; operation is 0 if this program does not understand the command line. */
struct call {
    char operation;
    const char *table;
    const char *chain;
    char **rule;
    int rule_words;
};

enum { TABLES = 4 };
static const char *const tables[TABLES] = {"filter", "nat", "mangle", "raw"};

static char folder[LONGEST_PATH];
static const char *family;
static int journal = -1;
static bool is_first;
/* One byte stays free for the zero at its end. */
static char text[LONGEST_JOURNAL + LONGEST_LINE];
static size_t text_length;

static bool journal_path(char *path)
{
    int length = snprintf(path, LONGEST_PATH, "%s/%s.journal", folder, family);
    return length > 0 && length < LONGEST_PATH;
}

/* Searches the PATH for the real program, as a shell would, but skips this program. */
static bool real_path(char *path, const char *name)
{
    const char *from = getenv("PATH");
    while (from != NULL) {
        size_t length = strcspn(from, ":");
        bool own = length == strlen(folder) && memcmp(from, folder, length) == 0;
        int written = snprintf(path, LONGEST_PATH, "%.*s/%s", (int)length, from, name);
        if (!own && length > 0 && written < LONGEST_PATH && access(path, X_OK) == 0) {
            return true;
        }
        from = from[length] == ':' ? from + length + 1 : NULL;
    }
    return false;
}

static int refuse(const char *reason)
{
    fprintf(stderr, "%s: %s\n", family, reason);
    return 1;
}

/* Becomes the real program. */
static int leave_to_real(char **words)
{
    char path[LONGEST_PATH];
    words[0] = (char *)family;
    if (real_path(path, family)) {
        execv(path, words);
    }
    refuse("there is no other program of this name on the PATH");
    return 127;
}

/* Returns a file in memory with this content, positioned at its beginning, or -1 if none can be made. */
static int file_with(const char *content, size_t length)
{
    int fd = memfd_create("rules", MFD_CLOEXEC);
    if (fd >= 0 && (write(fd, content, length) != (ssize_t)length || lseek(fd, 0, SEEK_SET) != 0)) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Runs a program of the family and returns its exit code. With the suffix "" the output reaches dockerd, with "-restore" it does not. */
static int run_real(const char *suffix, char **words, int input)
{
    char path[LONGEST_PATH];
    char name[32];
    int status;
    snprintf(name, sizeof name, "%s%s", family, suffix);
    pid_t pid = real_path(path, name) ? fork() : -1;
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(input >= 0 ? input : null, STDIN_FILENO);
        if (*suffix != '\0') {
            dup2(null, STDOUT_FILENO);
            dup2(null, STDERR_FILENO);
        }
        words[0] = name;
        execv(path, words);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) {
        return 127;
    }
    return WEXITSTATUS(status);
}

/* Appends a line to the journal. If this returns false, the caller ends the journal. */
static bool note(const char *line)
{
    size_t length = strlen(line);
    if (text_length + length > LONGEST_JOURNAL || write(journal, line, length) != (ssize_t)length) {
        return false;
    }
    memcpy(text + text_length, line, length);
    text_length += length;
    return true;
}

/* Writes the line that identifies this network namespace. */
static bool write_namespace(char *line)
{
    struct stat status;
    return stat("/proc/self/ns/net", &status) == 0 &&
           snprintf(line, LONGEST_LINE, "@ %llu:%llu\n", (unsigned long long)status.st_dev, (unsigned long long)status.st_ino) > 0;
}

/* Opens, locks and reads the journal. Returns false if there is none, or if it is for another network namespace. */
static bool open_journal(void)
{
    char path[LONGEST_PATH];
    char line[LONGEST_LINE];
    struct stat status;
    journal = journal_path(path) ? open(path, O_RDWR | O_APPEND | O_CLOEXEC) : -1;
    if (journal < 0 || !write_namespace(line)) {
        return false;
    }
    while (flock(journal, LOCK_EX) != 0) {
        if (errno != EINTR) {
            return false;
        }
    }
    if (fstat(journal, &status) != 0 || status.st_nlink == 0 || status.st_size > LONGEST_JOURNAL) {
        return false;
    }
    ssize_t count = read(journal, text, LONGEST_JOURNAL);
    if (count < 0) {
        return false;
    }
    text_length = (size_t)count;
    /* A process may have been killed while it wrote the last line. */
    while (text_length > 0 && text[text_length - 1] != '\n') {
        text_length--;
    }
    if (text_length < (size_t)count && ftruncate(journal, (off_t)text_length) != 0) {
        return false;
    }
    is_first = text_length == 0;
    if (is_first) {
        return note(line);
    }
    return text_length >= strlen(line) && memcmp(text, line, strlen(line)) == 0;
}

static void end_journal(void)
{
    char path[LONGEST_PATH];
    if (journal_path(path)) {
        unlink(path);
    }
}

static bool is_noted(const char *line)
{
    size_t length = strlen(line);
    for (const char *at = text; at < text + text_length;) {
        const char *end = memchr(at, '\n', (size_t)(text + text_length - at));
        if (end == NULL) {
            return false;
        }
        if ((size_t)(end + 1 - at) == length && memcmp(at, line, length) == 0) {
            return true;
        }
        at = end + 1;
    }
    return false;
}

/* Returns whether a word needs no quotes in the journal and in the input of iptables-restore. */
static bool is_plain(const char *word)
{
    return *word != '\0' && strpbrk(word, " \t\n\"'\\#") == NULL;
}

/* Returns false if the line would be too long, or if a word needs quotes. */
static bool write_line(char *line, char operation, const struct call *call)
{
    int length = snprintf(line, LONGEST_LINE, "%c %s %s", operation, call->table, call->chain);
    bool good = is_plain(call->table) && is_plain(call->chain) && call->rule_words < MOST_WORDS;
    for (int i = 0; i < call->rule_words && good && length < LONGEST_LINE; i++) {
        good = is_plain(call->rule[i]);
        length += snprintf(line + length, (size_t)(LONGEST_LINE - length), " %s", call->rule[i]);
    }
    if (!good || length >= LONGEST_LINE - 1) {
        return false;
    }
    line[length] = '\n';
    line[length + 1] = '\0';
    return true;
}

static bool is_table(const char *name)
{
    for (size_t i = 0; i < TABLES; i++) {
        if (strcmp(name, tables[i]) == 0) {
            return true;
        }
    }
    return false;
}

static struct call parse(int count, char **words)
{
    struct call call = {.table = "filter"};
    bool numeric = false;
    for (int i = 1; i < count; i++) {
        const char *word = words[i];
        if (strcmp(word, "--wait") == 0) {
            continue;
        }
        if (strcmp(word, "-n") == 0) {
            numeric = true;
        } else if (strcmp(word, "-t") == 0 && i + 1 < count) {
            call.table = words[++i];
        } else if (word[0] == '-' && word[1] != '\0' && strchr("ACDFILNX", word[1]) != NULL && word[2] == '\0' && i + 1 < count) {
            call.operation = word[1];
            call.chain = words[i + 1];
            call.rule = words + i + 2;
            call.rule_words = count - i - 2;
            break;
        } else {
            break;
        }
    }
    bool has_rule = call.operation != '\0' && strchr("ACDI", call.operation) != NULL;
    bool has_number = has_rule && call.rule_words > 0 && strspn(call.rule[0], "0123456789") == strlen(call.rule[0]);
    bool strange = call.operation != '\0' && call.chain[0] == '-';
    if (strange || !is_table(call.table) || (numeric && call.operation != 'L') || (call.rule_words > 0 && !has_rule) || has_number) {
        call.operation = '\0';
    }
    return call;
}

static bool is_built_in(const char *chain)
{
    static const char *const names[] = {"INPUT", "OUTPUT", "FORWARD", "PREROUTING", "POSTROUTING"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(chain, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_chain(const struct call *call)
{
    char line[LONGEST_LINE];
    struct call creation = {.table = call->table, .chain = call->chain};
    return write_line(line, 'N', &creation) && is_noted(line);
}

static bool has_rule(const struct call *call)
{
    char line[LONGEST_LINE];
    return (write_line(line, 'A', call) && is_noted(line)) || (write_line(line, 'I', call) && is_noted(line));
}

static bool is_standard_target(const char *name)
{
    return strcmp(name, "ACCEPT") == 0 || strcmp(name, "DROP") == 0 || strcmp(name, "RETURN") == 0;
}

/* Calls a function for each thing that this rule needs from the kernel, until one call returns false: to note it, or to look for it. */
static bool every_part(const struct call *call, bool (*what)(const char *line))
{
    char line[LONGEST_LINE];
    struct call part = {.table = call->table, .chain = "-"};
    bool all = write_line(line, 'U', &part) && what(line);
    if (!is_built_in(call->chain) && call->operation != 'N' && !has_chain(call)) {
        part.chain = call->chain;
        all = all && write_line(line, 'U', &part) && what(line);
    }
    for (int i = 0; all && i + 1 < call->rule_words; i++) {
        if (strcmp(call->rule[i], "-m") == 0 || strcmp(call->rule[i], "-j") == 0 || strcmp(call->rule[i], "-p") == 0) {
            part.chain = call->rule[i + 1];
            all = is_standard_target(part.chain) || has_chain(&part) || (write_line(line, 'U', &part) && what(line));
        }
    }
    return all;
}

/* Returns the lines that are not in the kernel yet: those after the last "=". */
static const char *put_off(void)
{
    const char *from = text;
    text[text_length] = '\0';
    for (const char *at = text; at < text + text_length; at++) {
        if (at[0] == '=' && (at == text || at[-1] == '\n')) {
            from = at + 2;
        }
    }
    return from;
}

/* Returns whether a line is a deferred rule of this table; then *rest begins with its chain. */
static bool is_for(const char *line, const char *table, const char **rest)
{
    size_t name = strlen(table);
    *rest = line + 3 + name;
    return strchr("AIN", *line) != NULL && strncmp(line + 2, table, name) == 0 && line[2 + name] == ' ';
}

static const char *next_line(const char *line)
{
    return strchr(line, '\n') + 1;
}

/* Adds the deferred rules one by one, as dockerd would have done, so that the real program reports what is wrong. */
static int add_each(const char *table)
{
    int code = 0;
    for (const char *at = put_off(), *rest; at < text + text_length; at = next_line(at)) {
        char line[LONGEST_LINE];
        char operation[] = {'-', *at, '\0'};
        char *words[MOST_WORDS + 8] = {NULL, "--wait", "-t", (char *)table, operation};
        size_t count = 5;
        if (!is_for(at, table, &rest)) {
            continue;
        }
        snprintf(line, sizeof line, "%.*s", (int)strcspn(rest, "\n"), rest);
        for (char *word = strtok(line, " "); word != NULL && count < MOST_WORDS + 7; word = strtok(NULL, " ")) {
            words[count++] = word;
        }
        if (run_real("", words, -1) != 0) {
            code = 1;
        }
    }
    return code;
}

/* Runs iptables-restore with this input. */
static int restore(const char *input, size_t length)
{
    char *words[] = {NULL, "--wait", "--noflush", NULL};
    int fd = file_with(input, length);
    int code = fd >= 0 ? run_real("-restore", words, fd) : 127;
    close(fd);
    return code;
}

/* Adds the deferred rules of a table: all at once or, if that fails, one by one. */
static int commit_table(const char *table)
{
    /* Each line is shorter here than in the journal. */
    static char input[LONGEST_JOURNAL + LONGEST_LINE];
    size_t length = (size_t)sprintf(input, "*%s\n", table);
    bool any = false;
    for (const char *at = put_off(), *rest; at < text + text_length; at = next_line(at)) {
        if (is_for(at, table, &rest)) {
            length += (size_t)sprintf(input + length, "-%c %.*s\n", *at, (int)strcspn(rest, "\n"), rest);
            any = true;
        }
    }
    if (!any) {
        return 0;
    }
    length += (size_t)sprintf(input + length, "COMMIT\n");
    return restore(input, length) == 0 ? 0 : add_each(table);
}

/* Adds all deferred rules. If that fails, the journal ends. */
static int commit(void)
{
    int code = 0;
    for (size_t i = 0; i < TABLES; i++) {
        if (commit_table(tables[i]) != 0) {
            code = 1;
        }
    }
    if (code != 0 || !note("=\n")) {
        end_journal();
    }
    return code;
}

static void pause_ms(long milliseconds)
{
    struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};
    nanosleep(&time, NULL);
}

/* Continues as a process that dockerd does not wait for: it has no pipe of dockerd open, and not the lock. */
static void leave_dockerd(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    setsid();
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        dup2(null, fd);
    }
    close(journal);
}

/* Tries the rules that every dockerd adds, in chains that no rule refers to, and notes what the kernel supports. */
_Noreturn static void try_the_usual(void)
{
    static const char trial[] = "*filter\n:NESTED-DOCKER -\n-A NESTED-DOCKER -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\nCOMMIT\n"
                                "*nat\n:NESTED-DOCKER -\n-A NESTED-DOCKER -m addrtype --dst-type LOCAL -j RETURN\n"
                                "-A NESTED-DOCKER -j MASQUERADE\nCOMMIT\n";
    static const char removal[] = "*filter\n-F NESTED-DOCKER\n-X NESTED-DOCKER\nCOMMIT\n*nat\n-F NESTED-DOCKER\n-X NESTED-DOCKER\nCOMMIT\n";
    static const char *const found[] = {"U filter -\n", "U filter conntrack\n", "U nat -\n", "U nat addrtype\n", "U nat MASQUERADE\n"};
    leave_dockerd();
    if (restore(trial, sizeof trial - 1) == 0 && open_journal()) {
        for (size_t i = 0; i < sizeof found / sizeof found[0] && note(found[i]); i++) {
        }
        close(journal);
    }
    restore(removal, sizeof removal - 1);
    _exit(0);
}

/* Adds all deferred rules and ends the journal when dockerd has not called for a second, or after a minute. */
_Noreturn static void commit_when_quiet(void)
{
    char path[LONGEST_PATH];
    off_t size = -1;
    int quiet_ms = 0;
    leave_dockerd();
    for (int waited_ms = 0; quiet_ms < QUIET_MS && waited_ms < LONGEST_WAIT_MS; waited_ms += LOOK_MS) {
        struct stat status;
        pause_ms(LOOK_MS);
        if (!journal_path(path) || stat(path, &status) != 0) {
            _exit(0);
        }
        quiet_ms = status.st_size == size ? quiet_ms + LOOK_MS : 0;
        size = status.st_size;
    }
    if (open_journal()) {
        commit();
        end_journal();
    }
    _exit(0);
}

/* Defers a rule, and starts the process that adds it in the end in any case. Returns false if the journal is full. */
static bool put_off_line(const char *line)
{
    if (!is_noted("W\n")) {
        pid_t pid = note("W\n") ? fork() : -1;
        if (pid == 0) {
            commit_when_quiet();
        }
        if (pid < 0) {
            return false;
        }
    }
    return note(line);
}

/* Adds a chain or a rule: later, together with others, or now if it is the first of its kind. */
static int add(const struct call *call, char **words)
{
    char line[LONGEST_LINE];
    if (!write_line(line, call->operation, call) || !put_off_line(line)) {
        int code = commit();
        end_journal();
        return code == 0 ? run_real("", words, -1) : code;
    }
    if (every_part(call, is_noted)) {
        return 0;
    }
    int code = commit();
    if (code == 0 && !every_part(call, note)) {
        end_journal();
    }
    return code;
}

/* Returns whether a call only prints something or sets the policy of a chain. */
static bool is_harmless(int count, char **words)
{
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "--version") == 0 || (words[i][0] == '-' && words[i][1] != '\0' && strchr("LSPV", words[i][1]) != NULL)) {
            return true;
        }
    }
    return false;
}

/* Returns the exit code, or -1 if the real program must handle the call. If *over is true, the journal would be wrong after that. */
static int answer(const struct call *call, int count, char **words, bool *over)
{
    *over = false;
    switch (call->operation) {
    case 'N':
        return has_chain(call) ? refuse("Chain already exists.") : add(call, words);
    case 'A':
    case 'I':
        return add(call, words);
    case 'C':
        return has_rule(call) ? 0 : refuse("Bad rule (does a matching rule exist in that chain?).");
    case 'D':
        *over = has_rule(call);
        return *over ? -1 : refuse("Bad rule (does a matching rule exist in that chain?).");
    case 'F':
    case 'X':
    case 'L':
        if (!is_built_in(call->chain) && !has_chain(call)) {
            return refuse("No chain/target/match by that name.");
        }
        *over = call->operation != 'L';
        return -1;
    default:
        *over = !is_harmless(count, words);
        return -1;
    }
}

int firewall(const char *path, int count, char **words)
{
    bool last = count == 2 && strcmp(words[1], "commit") == 0;
    bool over = last;
    family = strrchr(path, '/') + 1;
    snprintf(folder, sizeof folder, "%.*s", (int)(family - 1 - path), path);
    if (!open_journal()) {
        return last ? 0 : leave_to_real(words);
    }
    if (is_first && !last && fork() == 0) {
        try_the_usual();
    }
    struct call call = parse(count, words);
    int code = last ? -1 : answer(&call, count, words, &over);
    if (code >= 0) {
        return code;
    }
    code = commit();
    if (over) {
        end_journal();
    }
    return last || code != 0 ? code : leave_to_real(words);
}
