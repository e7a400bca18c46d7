package io.nesteddocker.testkit.internal;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.StartupException;
import io.nesteddocker.pool.Lease;
import io.nesteddocker.testkit.WhenUnavailable;
import java.util.function.Supplier;
import org.opentest4j.TestAbortedException;

/** Starts daemons for tests. */
final class Start {

    private Start() {}

    /** Starts a daemon, or fails or skips the test. */
    static Running of(NestedDockerSpec spec, WhenUnavailable whenUnavailable) {
        try {
            NestedDocker docker = NestedDocker.start(spec);
            return new Running(docker, docker::close, Secrets.of(spec));
        } catch (OuterEngineException | StartupException e) {
            throw whenUnavailable == WhenUnavailable.SKIP ? skipped(e) : e;
        }
    }

    /** Takes a daemon of a pool, or fails or skips the test. */
    static Running of(Supplier<Lease> pool, Secrets secrets, WhenUnavailable whenUnavailable) {
        try {
            Lease lease = pool.get();
            return new Running(lease.docker(), lease::close, secrets);
        } catch (OuterEngineException | StartupException e) {
            throw whenUnavailable == WhenUnavailable.SKIP ? skipped(e) : e;
        }
    }

    private static TestAbortedException skipped(NestedDockerException reason) {
        return new TestAbortedException("No nested daemon can be had: " + reason.getMessage(), reason);
    }
}
