package io.nesteddocker.benchmarks;

import java.util.Map;
import java.util.TreeMap;

/** Reads the resident memory of the processes in a container from {@code /proc}; the container needs only a shell and grep. */
final class ResidentMemory {

    /** Prints the line with the name of each process and, if the process has memory of its own, the line with the size. */
    static final String COMMAND = "grep -hE '^(Name|VmRSS):' /proc/[0-9]*/status 2>/dev/null; true";

    private static final long KIBIBYTE = 1024;

    private ResidentMemory() {}

    /** Returns the sum of the bytes for each process name. */
    static Map<String, Long> parse(String lines) {
        Map<String, Long> bytes = new TreeMap<>();
        String name = "";
        for (String line : lines.lines().toList()) {
            String value = line.substring(line.indexOf(':') + 1).strip();
            if (line.startsWith("Name:")) {
                name = value;
            } else if (line.startsWith("VmRSS:")) {
                bytes.merge(name, Long.parseLong(value.split(" ", 2)[0]) * KIBIBYTE, Long::sum);
            }
        }
        return bytes;
    }
}
