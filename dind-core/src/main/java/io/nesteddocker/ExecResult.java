package io.nesteddocker;

/**
 * The outcome of a command that ran in the daemon container.
 *
 * @param exitCode the command's exit code, 0 for success
 * @param stdout what it wrote to standard output, as UTF-8
 * @param stderr what it wrote to standard error, as UTF-8
 */
public record ExecResult(long exitCode, String stdout, String stderr) {}
