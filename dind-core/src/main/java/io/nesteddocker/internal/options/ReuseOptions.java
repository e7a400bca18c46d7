package io.nesteddocker.internal.options;

import io.nesteddocker.DataRoot.Reuse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The options for a daemon that other programs reuse.
 *
 * @param name the name under which programs find it
 * @param condition the condition in which a program leaves the daemon
 * @param timeToLive the time after which a daemon that no program uses ends
 */
public record ReuseOptions(String name, Reuse condition, Duration timeToLive) {

    /** The system property that turns reuse on or off. */
    static final String PROPERTY = "nesteddocker.reuse";

    /** The environment variable that turns reuse on or off. */
    static final String VARIABLE = "NESTED_DOCKER_REUSE";

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");
    private static final int LONGEST_NAME = 128;
    private static final Duration LONGEST_TIME = Duration.ofDays(366);

    /** Checks the values. */
    public ReuseOptions {
        if (!NAME.matcher(name).matches() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "Tried to reuse a daemon under the name \"" + name
                            + "\" but a name consists of at most " + LONGEST_NAME
                            + " letters, digits, dots, dashes and underscores, and begins with a letter or digit; give one such as my-project.");
        }
        if (timeToLive.compareTo(Duration.ofSeconds(1)) < 0 || timeToLive.compareTo(LONGEST_TIME) > 0) {
            throw new IllegalArgumentException(
                    "Tried to reuse a daemon with a time to live of " + timeToLive
                            + " but the time must be at least a second and at most 366 days; give one such as Duration.ofHours(1).");
        }
    }

    /**
     * Returns whether daemons are reused in this program. The system property takes precedence over the environment variable. If neither is
     * set, reuse is on, except in CI.
     */
    public static boolean isOn() {
        return isOn(
                Optional.ofNullable(System.getProperty(PROPERTY))
                        .or(() -> Optional.ofNullable(System.getenv(VARIABLE))),
                Optional.ofNullable(System.getenv("CI")));
    }

    static boolean isOn(Optional<String> said, Optional<String> ci) {
        return said.map(ReuseOptions::means)
                .orElseGet(() -> !ci.map(ReuseOptions::means).orElse(false));
    }

    /** Returns whether the value turns a setting on. Most CI systems set {@code CI} to true, and some set it to their name. */
    private static boolean means(String value) {
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "", "false", "0", "no", "off" -> false;
            default -> true;
        };
    }

    @Override
    public String toString() {
        return "reuse=" + name + " (" + condition + ", " + timeToLive + ")";
    }
}
