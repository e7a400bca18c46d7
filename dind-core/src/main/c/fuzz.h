/*
 * What the fuzzers share: a generator with a fixed seed for each run, checks of their own set-up, and runs until a time is over.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t state;

static uint32_t random_below(uint32_t limit)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % limit;
}

static void check(bool good, const char *what)
{
    if (!good) {
        perror(what);
        exit(1);
    }
}

/* Calls a run again and again for some seconds, and gives the exit code: 0 if each run was good. */
static int repeat(bool (*run)(void), const char *seconds)
{
    uint64_t runs = 0;
    bool good = true;
    time_t end = time(NULL) + atoi(seconds);
    while (good && time(NULL) < end) {
        state = runs;
        good = run();
        runs++;
    }
    printf("%s after %llu runs\n", good ? "sound" : "unsound in the last one", (unsigned long long)runs);
    return good ? 0 : 1;
}

#endif
