package io.nesteddocker.testing;

import io.nesteddocker.NestedDocker;
import java.util.List;

/** The relays in a daemon container, as its kernel shows them. */
public final class RelayProcesses {

    private static final String EACH = "for file in $(grep -lx relay /proc/[0-9]*/comm 2>/dev/null); do ";

    private RelayProcesses() {}

    /** How many there are. */
    public static int count(NestedDocker docker) {
        return lines(docker, "echo $file").size();
    }

    /** The resident memory of each. */
    public static List<Integer> kilobytes(NestedDocker docker) {
        return lines(docker, "sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\) kB/\\1/p' ${file%comm}status").stream()
                .map(Integer::valueOf)
                .toList();
    }

    /** How many descriptors each has open, in the order of the processes. */
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
