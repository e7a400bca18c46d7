package io.nesteddocker.pool;

import io.nesteddocker.NestedDockerException;
import io.nesteddocker.NoOuterEngineException;
import io.nesteddocker.pool.PoolEngine.Condition;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** One caller's failed attempts to get a daemon from several outer engines, and the exceptions for them. Not thread-safe. */
final class Attempts {

    private final Stock stock;
    private final Map<PoolEngine, RuntimeException> failures = new LinkedHashMap<>();

    Attempts(Stock stock) {
        this.stock = stock;
    }

    /** Returns the engines on which a start has failed for this caller. */
    Set<PoolEngine> tried() {
        return failures.keySet();
    }

    void failed(PoolEngine engine, RuntimeException failure) {
        failures.put(engine, failure);
    }

    /** Throws an exception if no remaining engine can ever supply a daemon. The caller holds the pool's lock. */
    void refuseHopeless() {
        boolean hopeless = stock.engines().stream()
                .allMatch(engine -> engine.condition() == Condition.LOST || failures.containsKey(engine));
        if (!hopeless) {
            return;
        }
        if (failures.isEmpty()) {
            throw new NoOuterEngineException(
                    "Tried to take a daemon from a pool with the outer engines " + states()
                            + " but none of them answers; check them, with `docker info` for example, then take another"
                            + " lease.",
                    null);
        }
        throw withFailures(
                "none of them can start a daemon; fix what the causes of this exception report, then take another"
                        + " lease");
    }

    /** Returns the exception for the case that no daemon became free in time. The caller holds the pool's lock. */
    NestedDockerException tooLate(Duration patience) {
        return withFailures("none became free within " + patience.toSeconds()
                + " s; close leases that are no longer needed, or allow more with maxSize(..) or EngineLimits");
    }

    private NestedDockerException withFailures(String reasonAndCure) {
        List<RuntimeException> causes = List.copyOf(failures.values());
        NestedDockerException whole = new NestedDockerException(
                "Tried to take a daemon from a pool with the outer engines " + states() + " but " + reasonAndCure + ".",
                causes.isEmpty() ? null : causes.get(0));
        causes.stream().skip(1).forEach(whole::addSuppressed);
        return whole;
    }

    private String states() {
        return stock.engines().stream()
                .map(engine -> engine.name() + " (" + state(engine) + ")")
                .collect(Collectors.joining(", "));
    }

    private String state(PoolEngine engine) {
        RuntimeException failure = failures.get(engine);
        if (failure != null) {
            return "\"" + failure.getMessage() + "\"";
        }
        return switch (engine.condition()) {
            case ANSWERS -> stock.heldBy(engine) + " of " + engine.capacity() + " daemons";
            case UNKNOWN -> "not asked yet";
            case DOUBTFUL, LOST -> "no answer: " + engine.trouble();
        };
    }
}
