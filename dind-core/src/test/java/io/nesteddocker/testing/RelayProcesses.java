package io.nesteddocker.testing;

import io.nesteddocker.NestedDocker;
import java.util.List;

/** Reads facts about the relay processes in a daemon container from {@code /proc}. */
public final class RelayProcesses {

    private static final String EACH = "for file in $(grep -lx relay /proc/[0-9]*/comm 2>/dev/null); do ";

    private RelayProcesses() {}

    /** Returns the number of relays. */
    public static int count(NestedDocker docker) {
        return lines(docker, "echo $file").size();
    }

    /** Returns the resident memory of each relay. */
    public static List<Integer> kilobytes(NestedDocker docker) {
        return lines(docker, "sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\) kB/\\1/p' ${file%comm}status").stream()
                .map(Integer::valueOf)
                .toList();
    }

    /** Returns the number of open descriptors of each relay, in the order of the processes. */
    public static List<Integer> descriptors(NestedDocker docker) {
        return lines(docker, "ls ${file%comm}fd | wc -l").stream()
                .map(Integer::valueOf)
                .toList();
    }

    private static List<String> lines(NestedDocker docker, String command) {
        return docker.exec("sh", "-c", EACH + command + "; done")
                .stdout()
                .lines()
                .toList();
    }
}
