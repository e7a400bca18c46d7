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
 * The memory of one idle daemon, counted in two ways.
 *
 * @param container the value of {@code docker stats} for the daemon container: its memory without inactive file pages
 * @param resident the resident bytes of the container's processes, by process name
 */
record MemoryUse(long container, Map<String, Long> resident) {

    static MemoryUse of(NestedDocker nested, OuterEngine outer) throws InterruptedException, IOException {
        Statistics statistics = outer.statistics(nested.daemonContainerId());
        String processes = nested.exec("/bin/sh", "-c", ResidentMemory.COMMAND).stdout();
        return new MemoryUse(inUse(statistics), ResidentMemory.parse(processes));
    }

    /** Returns the resident bytes of the engine itself, without the shell of the start script. */
    long dockerdAndContainerd() {
        return residentBytes("dockerd") + residentBytes("containerd");
    }

    long residentBytes(String process) {
        return resident.getOrDefault(process, 0L);
    }

    /** Computes the memory as the docker command does. The total counts child cgroups on cgroup v1; on v2, every value does. */
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
