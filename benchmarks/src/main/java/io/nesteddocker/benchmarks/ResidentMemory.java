package io.nesteddocker.benchmarks;

import java.util.Map;
import java.util.TreeMap;

/** Reads from {@code /proc} what each process in a container holds in memory, which needs no more than a shell and grep there. */
final class ResidentMemory {

    /** Prints a name line and a size line for each process that has memory of its own. */
    static final String COMMAND = "grep -hE '^(Name|VmRSS):' /proc/[0-9]*/status 2>/dev/null; true";

    private static final long KIBIBYTE = 1024;

    private ResidentMemory() {}

    /** Sums the bytes up by process name. */
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
