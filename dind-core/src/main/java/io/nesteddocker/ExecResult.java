package io.nesteddocker;

/**
 * The result of a command that ran in the daemon container.
 *
 * @param exitCode the command's exit code, 0 for success
 * @param stdout the command's standard output, read as UTF-8
 * @param stderr the command's standard error, read as UTF-8
 */
public record ExecResult(long exitCode, String stdout, String stderr) {}
