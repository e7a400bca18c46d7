package io.nesteddocker.internal.options;

/**
 * The limits of the daemon container together with all inner containers.
 *
 * @param memoryBytes memory in bytes, or 0 for no limit
 * @param cpus processors, or 0 for no limit
 * @param pids processes and threads, or 0 for no limit
 */
public record Limits(long memoryBytes, double cpus, long pids) {}
