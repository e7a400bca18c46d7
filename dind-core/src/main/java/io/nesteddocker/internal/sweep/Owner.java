package io.nesteddocker.internal.sweep;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The program that owns an object, in a form from which another program can determine whether it still runs.
 *
 * @param machine the machine's boot and process namespace, within which process IDs are valid
 * @param pid the process ID
 * @param startMillis the start time of the process, because process IDs are reused
 */
public record Owner(String machine, long pid, long startMillis) {

    private static final int START_RADIX = 36;
    private static final Owner SELF = self();

    /** Returns this program. */
    public static Owner thisProgram() {
        return SELF;
    }

    /** Parses the result of {@link #toString()}; empty if the text is anything else. */
    public static Optional<Owner> parse(String text) {
        String[] parts = text.split("/", 3);
        if (parts.length != 3 || !parts[1].matches("\\d{1,18}") || !parts[2].matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(new Owner(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2])));
    }

    /** Parses the result of {@link #toShortString()}; empty if the text is anything else or comes from another machine. */
    static Optional<Owner> parseShort(String text) {
        String[] parts = text.split("-", 3);
        if (parts.length != 3
                || !parts[0].equals(SELF.machineDigest())
                || !parts[1].matches("\\d{1,18}")
                || !parts[2].matches("[0-9a-z]{1,11}")) {
            return Optional.empty();
        }
        return Optional.of(new Owner(SELF.machine, Long.parseLong(parts[1]), Long.parseLong(parts[2], START_RADIX)));
    }

    /** Returns a short form for file names. */
    String toShortString() {
        return machineDigest() + "-" + pid + "-" + Long.toString(startMillis, START_RADIX);
    }

    private String machineDigest() {
        return String.format("%06x", machine.hashCode() & 0xffffff);
    }

    /** Returns whether the owner is known to have ended; false if this program can't determine it. */
    public boolean hasEnded() {
        if (!machine.equals(SELF.machine)) {
            return false;
        }
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().startInstant())
                .map(Instant::toEpochMilli)
                .map(started -> Math.abs(started - startMillis) > 1_000)
                .orElse(true);
    }

    @Override
    public String toString() {
        return machine + "/" + pid + "/" + startMillis;
    }

    private static Owner self() {
        ProcessHandle process = ProcessHandle.current();
        long started = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return new Owner(machineName(), process.pid(), started);
    }

    private static String machineName() {
        try {
            String boot =
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
            String processes =
                    Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
            return boot + "." + processes.replaceAll("\\D", "");
        } catch (IOException | UnsupportedOperationException e) {
            return hostName();
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
