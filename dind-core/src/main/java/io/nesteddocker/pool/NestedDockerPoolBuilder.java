package io.nesteddocker.pool;

import io.nesteddocker.NestedDockerSpec;
import java.lang.management.ManagementFactory;

/** Collects the options for a {@link NestedDockerPool}, and creates it with {@link #build()}. Not thread-safe. */
public final class NestedDockerPoolBuilder {

    private static final long USUAL_BYTES = 512L << 20;
    private static final int LARGEST_DEFAULT = 16;

    final NestedDockerSpec spec;
    int maxSize;
    int warm = 1;

    NestedDockerPoolBuilder(NestedDockerSpec spec) {
        refuseSingles(spec);
        this.spec = spec;
        maxSize = defaultMaxSize(spec);
    }

    private static void refuseSingles(NestedDockerSpec spec) {
        spec.singleUseOption().ifPresent(option -> {
            throw new IllegalArgumentException("Tried to make a pool of daemons with " + option
                    + " but there can be only one such daemon; leave it out, or use port(0) for a port.");
        });
    }

    /**
     * Sets how many idle daemons the pool keeps ready. The default is 1.
     *
     * @param daemons 0 or more; with 0, a daemon starts when a caller requests it, and the pool keeps daemons that come back
     * @return this builder
     * @throws IllegalArgumentException if the number is negative
     */
    public NestedDockerPoolBuilder warm(int daemons) {
        if (daemons < 0) {
            throw new IllegalArgumentException(
                    "Tried to keep " + daemons + " daemons warm but the number can't be negative; give 0 or more.");
        }
        warm = daemons;
        return this;
    }

    /**
     * Sets how many daemons there are at most, leased and idle. A caller that requests one more waits until one comes back.
     *
     * <p>The default is twice the number of this program's processors, but no more daemons than fit into a quarter of the machine's memory
     * if each takes the spec's memory limit, or 512 MB if the spec has none; the default is 2 at least and 16 at most.
     *
     * @param daemons 1 or more
     * @return this builder
     * @throws IllegalArgumentException if the number is less than 1
     */
    public NestedDockerPoolBuilder maxSize(int daemons) {
        if (daemons < 1) {
            throw new IllegalArgumentException(
                    "Tried to limit a pool to " + daemons + " daemons but a pool needs at least one; give 1 or more.");
        }
        maxSize = daemons;
        return this;
    }

    /**
     * Creates the pool, which begins to start daemons in the background.
     *
     * @return the pool; close it
     */
    public NestedDockerPool build() {
        return new NestedDockerPool(this);
    }

    private static int defaultMaxSize(NestedDockerSpec spec) {
        long each = spec.memoryLimit().orElse(USUAL_BYTES);
        long memory =
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine
                        ? machine.getTotalMemorySize()
                        : Runtime.getRuntime().maxMemory();
        long byMemory = memory / 4 / each;
        long byProcessors = 2L * Runtime.getRuntime().availableProcessors();
        return (int) Math.max(2, Math.min(LARGEST_DEFAULT, Math.min(byMemory, byProcessors)));
    }
}
