package io.nesteddocker.testkit.internal;

import io.nesteddocker.ImageTransferException;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.NoOuterEngineException;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.StartupException;
import io.nesteddocker.pool.Lease;
import io.nesteddocker.testkit.WhenUnavailable;
import java.util.function.Supplier;
import org.opentest4j.TestAbortedException;

/** Starts daemons for tests. */
final class Start {

    private Start() {}

    /** Starts a daemon; if that fails, throws an exception that fails or skips the test. */
    static Running of(NestedDockerSpec spec, WhenUnavailable whenUnavailable, String place) {
        return of(spec, whenUnavailable, place, "");
    }

    /** Starts a daemon; if that fails, throws an exception that fails or skips the test, with {@code cure} after the reason. */
    static Running of(NestedDockerSpec spec, WhenUnavailable whenUnavailable, String place, String cure) {
        return orUnavailable(whenUnavailable, place, cure, () -> {
            NestedDocker docker = NestedDocker.start(spec);
            return new Running(docker, docker::close, spec);
        });
    }

    /** Takes a daemon from a pool; if that fails, throws an exception that fails or skips the test. */
    static Running of(Supplier<Lease> pool, NestedDockerSpec spec, WhenUnavailable whenUnavailable, String place) {
        return orUnavailable(whenUnavailable, place, "", () -> {
            Lease lease = pool.get();
            return new Running(lease.docker(), lease::close, spec);
        });
    }

    /** Adds the place of the declaration to the message of a failure. An exception that fails the test keeps its type. */
    private static Running orUnavailable(
            WhenUnavailable whenUnavailable, String place, String cure, Supplier<Running> start) {
        String failed = "Tried to give a nested daemon to " + place + " but that failed: ";
        try {
            return start.get();
        } catch (NoOuterEngineException e) {
            String reason = e.getMessage() + cure;
            throw whenUnavailable == WhenUnavailable.SKIP
                    ? skipped(reason, e)
                    : new NoOuterEngineException(failed + reason, e);
        } catch (OuterEngineException e) {
            String reason = e.getMessage() + cure;
            throw whenUnavailable == WhenUnavailable.SKIP
                    ? skipped(reason, e)
                    : new OuterEngineException(failed + reason, e);
        } catch (StartupException e) {
            String reason = e.getMessage() + cure;
            throw whenUnavailable == WhenUnavailable.SKIP
                    ? skipped(reason, e)
                    : new StartupException(failed + reason, e.diagnostics(), e);
        } catch (ImageTransferException e) {
            throw new ImageTransferException(failed + e.getMessage(), e);
        } catch (NestedDockerException e) {
            throw new NestedDockerException(failed + e.getMessage(), e);
        } catch (IllegalStateException e) {
            throw new IllegalStateException(failed + e.getMessage(), e);
        }
    }

    private static TestAbortedException skipped(String reason, NestedDockerException cause) {
        return new TestAbortedException("No nested daemon is available: " + reason, cause);
    }
}
