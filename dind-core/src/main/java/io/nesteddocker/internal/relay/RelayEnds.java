package io.nesteddocker.internal.relay;

import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.Threads;
import io.nesteddocker.internal.outer.OuterContainers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends relays whose streams were closed while the other side was still talking, many with one command.
 *
 * <p>An engine does not end a command when the connection to it closes. A relay that reads the end of its input mostly ends by itself,
 * so there is a moment's grace. The variable in its environment tells it from a process that got its number meanwhile. Thread-safe.
 *
 * @see <a href="https://github.com/moby/moby/issues/9098">moby issue 9098</a>
 */
final class RelayEnds {

    private static final Logger LOG = LoggerFactory.getLogger(RelayEnds.class);
    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final String VARIABLE = "NESTED_DOCKER_RELAY";
    private static final String SCRIPT =
            "for pid in \"$@\"; do ! grep -q \"$0\" \"/proc/$pid/environ\" || kill -KILL \"$pid\"; done 2>/dev/null";

    private final OuterContainers containers;
    private final String containerId;
    private final String mark;
    private final Queue<String> pids = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean running = new AtomicBoolean();

    RelayEnds(OuterContainers containers, String containerId) {
        this.containers = containers;
        this.containerId = containerId;
        byte[] random = new byte[8];
        ThreadLocalRandom.current().nextBytes(random);
        mark = VARIABLE + "=" + HexFormat.of().formatHex(random);
    }

    /** The variable that relays must have, as {@code NAME=value}. */
    String mark() {
        return mark;
    }

    /** Sees to it that a relay is gone in a second or two. */
    void add(String pid) {
        pids.add(pid);
        if (running.compareAndSet(false, true)) {
            Threads.start("nested-docker-relay-ends", this::run);
        }
    }

    private void run() {
        try {
            do {
                Deadline.in(GRACE).pause(GRACE);
                List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, mark));
                for (String pid = pids.poll(); pid != null; pid = pids.poll()) {
                    command.add(pid);
                }
                containers.exec(containerId, command);
                running.set(false);
            } while (!pids.isEmpty() && running.compareAndSet(false, true));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.debug("Could not end relays in {}, which is most likely gone", containerId, e);
        } finally {
            running.set(false);
        }
    }
}
