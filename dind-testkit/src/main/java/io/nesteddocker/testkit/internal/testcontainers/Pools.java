package io.nesteddocker.testkit.internal.testcontainers;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread pools in which Testcontainers starts containers and waits for them.
 *
 * <p>These pools keep an idle thread for a minute and reuse it for any caller, so the thread alone does not determine the daemon.
 * {@link #follow()} gives each piece of work a thread of its own, which uses the daemon of the thread that asked for the work.
 */
final class Pools {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private Pools() {}

    static void follow() {
        List<ThreadPoolExecutor> pools = List.of(
                pool("org.testcontainers.lifecycle.Startables", "EXECUTOR"),
                pool("org.testcontainers.containers.wait.strategy.AbstractWaitStrategy", "EXECUTOR"),
                pool("org.rnorth.ducttape.timeouts.Timeouts", "EXECUTOR_SERVICE"));
        for (ThreadPoolExecutor pool : pools) {
            ThreadFactory threads = pool.getThreadFactory();
            pool.setThreadFactory(work -> threads.newThread(Routing.inScopeOfThisThread(work)));
            pool.setKeepAliveTime(0, TimeUnit.NANOSECONDS);
        }
        pools.forEach(Pools::awaitEndOfIdleThreads);
    }

    private static ThreadPoolExecutor pool(String className, String field) {
        if (PrivateMembers.ofClass(className, field) instanceof ThreadPoolExecutor pool
                && pool.getCorePoolSize() == 0) {
            return pool;
        }
        throw new IllegalStateException("Tried to direct Testcontainers to a nested daemon but " + field + " of "
                + className + " is not a thread pool whose idle threads can end; use Testcontainers 1.21.4 or 2.0.5.");
    }

    private static void awaitEndOfIdleThreads(ThreadPoolExecutor pool) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (pool.getPoolSize() > pool.getActiveCount() && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
