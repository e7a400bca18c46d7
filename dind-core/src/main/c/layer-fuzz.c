/*
 * Calls the program layer with recipes that a generator with a fixed seed makes from valid and invalid parts.
 *
 *   layer-fuzz RELAY SECONDS
 *
 * A run is good if it ends with an exit code that is not a sanitizer's.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SANITIZER_CODE = 99 };

static char folder[] = "/tmp/layer-fuzz-XXXXXX";
static char program[64];
static char recipe[64];

static void set_up(const char *relay)
{
    char *whole = realpath(relay, NULL);
    check(whole != NULL && mkdtemp(folder) != NULL && chdir(folder) == 0, relay);
    snprintf(program, sizeof program, "%s/layer", folder);
    snprintf(recipe, sizeof recipe, "%s/recipe", folder);
    check(symlink(whole, program) == 0 && mkdir("files", 0700) == 0 && symlink("..", "files/up") == 0 && mkfifo("files/pipe", 0700) == 0, folder);
    free(whole);
    FILE *file = fopen("files/five", "w");
    check(file != NULL && fputs("five!", file) >= 0 && fclose(file) == 0, folder);
}

static void write_member(FILE *file)
{
    static const char *const keys[] = {"type", "name", "name_raw", "size", "payload", "position", "", "\\u0074ype", "other"};
    static const char *const values[] = {
        "0", "1", "2", "5", "18446744073709551615", "true", "null", "\"five\"", "\"../five\"", "\"up\"", "\"pipe\"", "\"A\"",
        "\"Zml2ZQ==\"", "\"====\"", "\"\\ud83d\"", "\"\\ud83d\\ude00\"", "\"\\u00e4\\n\\\"\"", "\"1Q2A2vbd+Us=\"",
    };
    fprintf(file, "\"%s\":%s", keys[random_below(9)], values[random_below(18)]);
}

static void write_recipe(void)
{
    static const char bytes[] = "{\"type\":2,\"payload\":\"QUJDRA==\",\"position\":0}\n";
    static const char content[] = "{\"type\":1,\"name\":\"five\",\"size\":5,\"payload\":\"WBLLCZAwAAA=\"}\n";
    FILE *file = fopen(recipe, "w");
    check(file != NULL, recipe);
    for (uint32_t line = random_below(12); line > 0; line--) {
        if (random_below(4) != 0) {
            fputs(random_below(8) != 0 ? bytes : content, file);
            continue;
        }
        fputc("{{{[x"[random_below(5)], file);
        for (uint32_t member = random_below(6); member > 0; member--) {
            write_member(file);
            fputc(",,,,}:\"\\"[random_below(8)], file);
        }
        write_member(file);
        fputs(random_below(10) == 0 ? "\n" : "}\n", file);
    }
    fputs(random_below(2) == 0 ? "{\"type\":0}\n" : "{\"type\":0", file);
    check(fclose(file) == 0, recipe);
}

static bool run(void)
{
    int status;
    write_recipe();
    pid_t pid = fork();
    check(pid >= 0, "fork");
    if (pid == 0) {
        dup2(open(recipe, O_RDONLY), STDIN_FILENO);
        dup2(open("/dev/null", O_RDWR), STDERR_FILENO);
        dup2(open("archive", O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
        execl(program, program, "archive", "files", (char *)NULL);
        _exit(SANITIZER_CODE);
    }
    check(waitpid(pid, &status, 0) == pid, "waitpid");
    return WIFEXITED(status) && WEXITSTATUS(status) != SANITIZER_CODE;
}

int main(int count, char **words)
{
    if (count != 3) {
        return 64;
    }
    set_up(words[1]);
    return repeat(run, words[2]);
}
