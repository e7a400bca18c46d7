/*
 * Code that all fuzzers use: a generator with a fixed seed for each run, checks of the set-up, and a loop that ends after a given time.
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

/* Repeats a run for some seconds, and returns the exit code: 0 if each run was good. */
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
