package io.nesteddocker.pool;

import io.nesteddocker.EngineInfo;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerSpec;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Limits for the daemons of a {@link NestedDockerPool} on one of its outer engines. Immutable and thread-safe.
 *
 * <p>The limits apply only to the daemons of the pool. The memory limit counts each daemon as the spec's memory limit, or as 512 MB if the
 * spec has none. If both limits are set, the one that allows fewer daemons applies.
 */
public final class EngineLimits {

    private static final long USUAL_BYTES = 512L << 20;
    private static final int LEAST_BY_DEFAULT = 2;
    private static final int MOST_BY_DEFAULT = 16;

    private static final EngineLimits AUTOMATIC = new EngineLimits(OptionalInt.empty(), OptionalLong.empty());

    private final OptionalInt daemons;
    private final OptionalLong memoryBytes;

    private EngineLimits(OptionalInt daemons, OptionalLong memoryBytes) {
        this.daemons = daemons;
        this.memoryBytes = memoryBytes;
    }

    /**
     * Returns the default limits, which depend on what the engine reports of its machine: twice the number of its processors, but no more
     * daemons than fit into a quarter of its memory; 2 at least and 16 at most.
     *
     * @return the default limits
     */
    public static EngineLimits automatic() {
        return AUTOMATIC;
    }

    /**
     * Returns these limits with a number of daemons, leased and idle. The limits of {@link #automatic()} then no longer apply.
     *
     * @param most 1 or more
     * @return new limits
     * @throws IllegalArgumentException if the number is less than 1
     */
    public EngineLimits maxDaemons(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("Tried to limit a pool to " + most
                    + " daemons on an outer engine but an engine of a pool needs at least one; give 1 or more.");
        }
        return new EngineLimits(OptionalInt.of(most), memoryBytes);
    }

    /**
     * Returns these limits with an amount of memory for all daemons of the pool on the engine. The limits of {@link #automatic()} then no
     * longer apply.
     *
     * @param size a number with an optional unit {@code b}, {@code k}, {@code m} or {@code g}, at least 64 MiB
     * @return new limits
     * @throws IllegalArgumentException if that is not a size, or is less than 64 MiB
     */
    public EngineLimits memory(String size) {
        return new EngineLimits(
                daemons, NestedDocker.builder().memory(size).spec().memoryLimit());
    }

    /** Returns how many daemons of a spec fit on a machine if no limit is set. */
    static int usual(NestedDockerSpec spec, long memoryBytes, int processors) {
        long byMemory = memoryBytes / 4 / bytesOfEach(spec);
        return (int) Math.max(LEAST_BY_DEFAULT, Math.min(MOST_BY_DEFAULT, Math.min(byMemory, 2L * processors)));
    }

    /** Returns how many daemons of a spec may be on an engine. */
    int capacity(NestedDockerSpec spec, EngineInfo.Outer engine) {
        if (daemons.isEmpty() && memoryBytes.isEmpty()) {
            return usual(spec, engine.memoryBytes(), engine.processors());
        }
        return (int) Math.min(daemons.orElse(Integer.MAX_VALUE), byMemory(spec));
    }

    /** Throws an exception if not even one daemon of a spec fits. */
    void refuseNone(NestedDockerSpec spec, String engine) {
        if (byMemory(spec) < 1) {
            throw new IllegalArgumentException("Tried to give a pool " + (memoryBytes.orElse(0) >> 20)
                    + " MiB of memory on the outer engine " + engine + " but each daemon counts as "
                    + (bytesOfEach(spec) >> 20)
                    + " MiB; give more, or limit each daemon with memory(..) of its builder.");
        }
    }

    private long byMemory(NestedDockerSpec spec) {
        return memoryBytes.orElse(Long.MAX_VALUE) / bytesOfEach(spec);
    }

    private static long bytesOfEach(NestedDockerSpec spec) {
        return spec.memoryLimit().orElse(USUAL_BYTES);
    }

    /**
     * Returns the limits for a person to read.
     *
     * @return one line
     */
    @Override
    public String toString() {
        String most = daemons.isPresent() ? " maxDaemons=" + daemons.getAsInt() : "";
        String memory = memoryBytes.isPresent() ? " memory=" + memoryBytes.getAsLong() : "";
        return "EngineLimits[" + (most + memory).strip() + "]";
    }
}
