package io.nesteddocker.internal.log;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Finds advice for a daemon that failed, by texts in the failure's reason and in the log. */
public final class Advice {

    private record Hint(List<String> signs, String cure) {}

    private static final String FEATURE_FLAG = "unknown flag: --feature";
    private static final String MORE_TIME = "allow more time with startupTimeout(..)";
    private static final String READ_LOG = ", and read the daemon's log, whose last lines diagnostics() returns";

    private static final List<Hint> HINTS = List.of(
            new Hint(
                    List.of(FEATURE_FLAG),
                    "use an image with engine 28 or newer, which StorageDriver.CONTAINERD_OVERLAYFS and --feature need"),
            new Hint(
                    List.of("unknown flag", "unknown shorthand flag", "invalid argument"),
                    "correct the flag in daemonArgs(..); `dockerd --help` in the image lists what it takes"),
            new Hint(
                    List.of("data root", "overlay file system"),
                    "keep the data root on a volume: leave out --data-root, or use dataRoot(..)"),
            new Hint(
                    List.of(
                            "dockerd is missing",
                            "containerd is missing",
                            "runc is missing",
                            "no dockerd",
                            "not found in path"),
                    "use an image that has dockerd, containerd and runc, such as docker:29-dind or DaemonImage.debian(\"trixie\")"),
            new Hint(
                    List.of("iptables", "ip6tables", "nf_tables", "nftables"),
                    "set DOCKER_IPTABLES_LEGACY to 1 or 0 with environment(..), or load the kernel's packet filter modules on the outer host"),
            new Hint(
                    List.of("no space left"),
                    "free space where the outer engine keeps its volumes, or give the data root in memory a larger size"),
            new Hint(
                    List.of("out of memory", "memory is used up", "oom", "signal 9", "killed"),
                    "give the daemon container more memory with memory(..)"),
            new Hint(
                    List.of("permission denied", "operation not permitted", "lack of privilege"),
                    "ask for more privilege with privileged(), or see docs/privilege.md"),
            new Hint(
                    List.of("opens ports in another network"),
                    "leave out port(..) and insecurePort(..), because the API is reached without one"),
            new Hint(
                    List.of("may still be there"),
                    "see whether the outer engine is alive, with `docker ps` for example"),
            new Hint(List.of("thread was interrupted", "program is ending"), "start again; nothing was left behind"),
            new Hint(List.of("time was over"), MORE_TIME),
            new Hint(List.of("cgroup"), "see docs/troubleshooting.md on cgroups"));

    private static final String WITHOUT_LOG = "see docs/troubleshooting.md";
    private static final String DEFAULT =
            "read the daemon's log, whose last lines diagnostics() returns, and see docs/troubleshooting.md";

    private Advice() {}

    /** Returns the cures for the signs in {@code reason} and in the log, those for the reason first. Never empty. */
    public static List<String> on(String reason, List<String> logTail) {
        Set<String> cures = new LinkedHashSet<>();
        collect(reason, cures);
        List<String> warnings =
                logTail.stream().filter(line -> line.startsWith("dind-init: ")).toList();
        collect(String.join("\n", warnings), cures);
        List<String> result = new ArrayList<>(cures);
        if (logTail.isEmpty()) {
            return result.isEmpty() ? List.of(WITHOUT_LOG) : result;
        }
        result.replaceAll(cure -> cure.equals(MORE_TIME) ? cure + READ_LOG : cure);
        return result.isEmpty() ? List.of(DEFAULT) : result;
    }

    private static void collect(String text, Set<String> cures) {
        String lower = text.toLowerCase(Locale.ROOT);
        HINTS.stream()
                .filter(hint -> hint.signs().contains(FEATURE_FLAG) || !lower.contains(FEATURE_FLAG))
                .filter(hint -> hint.signs().stream().anyMatch(lower::contains))
                .forEach(hint -> cures.add(hint.cure()));
    }
}
