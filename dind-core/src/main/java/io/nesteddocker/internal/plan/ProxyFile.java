package io.nesteddocker.internal.plan;

import io.nesteddocker.Proxies;
import io.nesteddocker.internal.OuterFacts;
import io.nesteddocker.internal.options.Options;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes the proxies for the start script, one variable per line.
 *
 * <p>They are not variables of the container, because everyone who may inspect the container sees those, and an address may contain a
 * password.
 */
public final class ProxyFile {

    /** The file's name in {@link ContainerPlanner#FOLDER}. */
    public static final String NAME = "proxies";

    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.0/8", "::1");

    private ProxyFile() {}

    /** Returns the file's content; empty if there are no proxies. */
    public static String of(Proxies proxies, Options options, OuterFacts facts) {
        if (proxies.http().isEmpty() && proxies.https().isEmpty()) {
            return "";
        }
        Set<String> exceptions = new LinkedHashSet<>(proxies.exceptions());
        String given = options.container().environment().getOrDefault("NO_PROXY", "");
        if (!given.isEmpty()) {
            exceptions.add(given);
        }
        exceptions.addAll(LOOPBACK);
        exceptions.addAll(DaemonFlags.networks(options, facts));
        List<String> lines = new ArrayList<>();
        if (!proxies.http().isEmpty()) {
            lines.add("HTTP_PROXY=" + proxies.http());
        }
        if (!proxies.https().isEmpty()) {
            lines.add("HTTPS_PROXY=" + proxies.https());
        }
        lines.add("NO_PROXY=" + String.join(",", exceptions));
        return String.join("\n", lines) + "\n";
    }
}
