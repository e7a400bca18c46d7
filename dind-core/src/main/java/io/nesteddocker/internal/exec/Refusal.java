package io.nesteddocker.internal.exec;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The answer of an engine that can't run a program: a line of text in place of the program's output.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_08_02">POSIX: the exit codes of a shell</a>
 */
final class Refusal {

    /** The beginning of the line. */
    static final byte[] BEGINNING = "OCI runtime exec failed: ".getBytes(StandardCharsets.US_ASCII);

    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    /** The reasons of the runtimes {@code runc} and {@code crun} if the program is missing. */
    private static final Pattern MISSING = Pattern.compile(
            "executable file .*not found in \\$PATH|exec: \\\\?\".*\": stat .*: no such file or directory",
            Pattern.DOTALL);

    private Refusal() {}

    /** Returns whether an engine reports this exit code for a program that it can't run. A program can also end with this code itself. */
    static boolean hasCode(long code) {
        return code == NOT_EXECUTABLE || code == NOT_FOUND;
    }

    /** Returns the exit code of a shell in this case. Many engines report 126 also if the program is missing. */
    static int exitCode(byte[] words) {
        return MISSING.matcher(new String(words, StandardCharsets.UTF_8)).find() ? NOT_FOUND : NOT_EXECUTABLE;
    }
}
