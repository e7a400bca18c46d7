package io.nesteddocker.benchmarks;

import com.github.dockerjava.api.model.MemoryStatsConfig;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.api.model.StatsConfig;
import io.nesteddocker.NestedDocker;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Memory of one idle daemon, counted in two ways.
 *
 * @param container what {@code docker stats} shows for the daemon container: all that it is charged for, less file pages that could go
 * @param resident resident bytes of each of its processes by name
 */
record MemoryUse(long container, Map<String, Long> resident) {

    static MemoryUse of(NestedDocker nested, OuterEngine outer) throws InterruptedException, IOException {
        Statistics statistics = outer.statistics(nested.daemonContainerId());
        String processes = nested.exec("/bin/sh", "-c", ResidentMemory.COMMAND).stdout();
        return new MemoryUse(inUse(statistics), ResidentMemory.parse(processes));
    }

    /** The engine proper, without the start script's shell. */
    long dockerdAndContainerd() {
        return residentBytes("dockerd") + residentBytes("containerd");
    }

    long residentBytes(String process) {
        return resident.getOrDefault(process, 0L);
    }

    /** As the docker command computes it: cgroup v1 counts with all cgroups below, v2 always does. */
    private static long inUse(Statistics statistics) {
        MemoryStatsConfig memory = Objects.requireNonNull(statistics.getMemoryStats(), "memory statistics");
        StatsConfig parts = memory.getStats();
        long usage = zeroIfNull(memory.getUsage());
        if (parts == null) {
            return usage;
        }
        long evictable = parts.getTotalInactiveFile() == null
                ? zeroIfNull(parts.getInactiveFile())
                : parts.getTotalInactiveFile();
        return Math.max(0, usage - evictable);
    }

    private static long zeroIfNull(@Nullable Long number) {
        return number == null ? 0 : number;
    }
}
