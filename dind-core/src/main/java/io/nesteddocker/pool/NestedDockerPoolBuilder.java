package io.nesteddocker.pool;

import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.internal.Given;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the options for a {@link NestedDockerPool}, and creates it with {@link #build()}. Not thread-safe. */
public final class NestedDockerPoolBuilder {

    final NestedDockerSpec spec;
    int warm = 1;

    private final Map<String, PoolEngine> engines = new LinkedHashMap<>();
    private int maxSize;

    NestedDockerPoolBuilder(NestedDockerSpec spec) {
        refuseSingles(spec);
        this.spec = spec;
    }

    private static void refuseSingles(NestedDockerSpec spec) {
        spec.singleUseOption().ifPresent(option -> {
            throw new IllegalArgumentException("Tried to make a pool of daemons with " + option
                    + " but there can be only one such daemon; leave that option out, or use port(0) for a port.");
        });
    }

    /**
     * Sets how many idle daemons the pool keeps ready, on all outer engines together. The default is 1.
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
     * if each takes the spec's memory limit, or 512 MB if the spec has none; the default is 2 at least and 16 at most. With several outer
     * engines, the number is for all of them together; by default, there is no such limit, and only the {@link EngineLimits} apply.
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
     * Adds outer engines by their addresses, each with the limits {@link EngineLimits#automatic()}; see {@link #outer(URI, EngineLimits)}.
     *
     * @param addresses one address or more
     * @return this builder
     * @throws IllegalArgumentException if there is no address, an address was added before, or its scheme is unknown
     */
    public NestedDockerPoolBuilder outers(URI... addresses) {
        refuseNone(Given.each(addresses, "the address of an outer engine").length);
        for (URI address : addresses) {
            outer(address, EngineLimits.automatic());
        }
        return this;
    }

    /**
     * Adds an outer engine by its address. By default, the pool has one outer engine, which is that of the spec; the engines that are added
     * replace it.
     *
     * <p>Every five seconds, the pool asks each engine for the number of its daemons. A lease comes from the engine with the most room: the
     * number of daemons that its limits allow, minus those of the pool that are not idle, and minus those of other programs. An engine that
     * does not answer within five seconds gets no new daemons. The pool asks it once more, one second later; if it does not answer again,
     * the pool gives up the daemons there and starts others on the other engines, and {@link Lease#docker()} throws an exception. The pool
     * then asks the engine after pauses that double up to a minute. As soon as the engine answers, the pool uses it again. The engine ends
     * the daemons that were given up when it notices that the pool's connections to them are closed.
     *
     * @param address an address as for {@link io.nesteddocker.NestedDockerBuilder#outer(URI)}
     * @param limits the limits for the pool's daemons on this engine
     * @return this builder
     * @throws IllegalArgumentException if the address was added before, its scheme is unknown, or the limits allow no daemon of the spec
     */
    public NestedDockerPoolBuilder outer(URI address, EngineLimits limits) {
        Given.value(address, "the address of an outer engine");
        return add(
                spec.maskSecrets(address.toString()),
                spec.toBuilder().outer(address).spec(),
                limits);
    }

    /**
     * Adds outer engines by their docker contexts, each with the limits {@link EngineLimits#automatic()}; see
     * {@link #outer(URI, EngineLimits)}.
     *
     * @param names one name or more, as {@code docker context ls} lists them
     * @return this builder
     * @throws IllegalArgumentException if there is no name, or a name is blank or was added before
     */
    public NestedDockerPoolBuilder outerContexts(String... names) {
        refuseNone(Given.each(names, "a docker context").length);
        for (String name : names) {
            outerContext(name, EngineLimits.automatic());
        }
        return this;
    }

    /**
     * Adds an outer engine by its docker context; see {@link #outer(URI, EngineLimits)}.
     *
     * @param name a name that {@code docker context ls} lists
     * @param limits the limits for the pool's daemons on this engine
     * @return this builder
     * @throws IllegalArgumentException if the name is blank or was added before, or the limits allow no daemon of the spec
     */
    public NestedDockerPoolBuilder outerContext(String name, EngineLimits limits) {
        Given.value(name, "a docker context");
        return add(
                "of the docker context " + name,
                spec.toBuilder().outerContext(name).spec(),
                limits);
    }

    private NestedDockerPoolBuilder add(String name, NestedDockerSpec specThere, EngineLimits limits) {
        Given.value(limits, "the limits of an outer engine").refuseNone(spec, name);
        if (engines.putIfAbsent(name, PoolEngine.oneOfSeveral(name, specThere, limits)) != null) {
            throw new IllegalArgumentException("Tried to add the outer engine " + name
                    + " to a pool but it was added before; leave one of the two out.");
        }
        return this;
    }

    private static void refuseNone(int count) {
        if (count == 0) {
            throw new IllegalArgumentException("Tried to add outer engines to a pool but none was given; give one or"
                    + " more, or leave the call out to use the outer engine of the spec.");
        }
    }

    /**
     * Creates the pool, which begins to start daemons in the background.
     *
     * @return the pool; close it
     */
    public NestedDockerPool build() {
        return build(PollingIntervals.USUAL);
    }

    /** Creates a pool that asks its engines at other intervals. */
    NestedDockerPool build(PollingIntervals intervals) {
        return new NestedDockerPool(this, intervals);
    }

    /** Returns whether outer engines were added to choose from. */
    boolean hasSeveral() {
        return !engines.isEmpty();
    }

    /** Returns new objects for the engines of a pool. */
    List<PoolEngine> engines() {
        return hasSeveral()
                ? engines.values().stream().map(PoolEngine::fresh).toList()
                : List.of(PoolEngine.only(spec));
    }

    int maxSize() {
        if (maxSize > 0) {
            return maxSize;
        }
        return hasSeveral() ? Integer.MAX_VALUE : defaultMaxSize(spec);
    }

    private static int defaultMaxSize(NestedDockerSpec spec) {
        long memory =
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine
                        ? machine.getTotalMemorySize()
                        : Runtime.getRuntime().maxMemory();
        return EngineLimits.usual(spec, memory, Runtime.getRuntime().availableProcessors());
    }
}
