package io.nesteddocker.internal.inner;

import static io.nesteddocker.internal.inner.EngineCalls.encoded;

import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.inner.ParallelTasks.Result;
import io.nesteddocker.internal.registry.ImageReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes everything from an inner engine that was not in its earlier state, and checks the result. */
final class Reset {

    private static final Logger LOG = LoggerFactory.getLogger(Reset.class);

    /**
     * The limit on rounds. Objects that containers use can be removed only after the containers, and the engine may report a removal before
     * it is complete.
     */
    private static final int MOST_ROUNDS = 4;

    private final EngineCalls calls;
    private final EngineState wanted;
    private final ParallelTasks work;

    Reset(EngineCalls calls, EngineState wanted, ParallelTasks work) {
        this.calls = calls;
        this.wanted = wanted;
        this.work = work;
    }

    /** Resets the engine, and returns the differences that remain. */
    List<String> run(Deadline deadline) throws InterruptedException {
        EngineState state = EngineState.read(calls, work);
        List<String> differences = state.differencesFrom(wanted);
        for (int round = 0; round < MOST_ROUNDS && !differences.isEmpty() && !deadline.hasPassed(); round++) {
            remove(state);
            state = EngineState.read(calls, work);
            differences = state.differencesFrom(wanted);
        }
        return differences;
    }

    private void remove(EngineState state) throws InterruptedException {
        if (state.inSwarm() && !wanted.inSwarm()) {
            // The swarm's services would create their containers again.
            quietly(() -> calls.post("/swarm/leave?force=1"));
        }
        List<Runnable> first = new ArrayList<>();
        for (String container : extra(state.containers(), wanted.containers())) {
            first.add(() -> calls.delete("/containers/" + container + "?force=1&v=1"));
        }
        inParallel(first);

        List<Runnable> second = new ArrayList<>();
        for (Map.Entry<String, String> network : state.networks().entrySet()) {
            if (!network.getValue().isEmpty()
                    && !network.getValue().equals(wanted.networks().get(network.getKey()))) {
                second.add(() -> calls.delete("/networks/" + network.getValue()));
            }
        }
        for (String volume : extra(state.volumes(), wanted.volumes())) {
            second.add(() -> calls.delete("/volumes/" + encoded(volume) + "?force=1"));
        }
        for (String plugin : extra(state.plugins(), wanted.plugins())) {
            second.add(() -> calls.delete("/plugins/" + plugin + "?force=1"));
        }
        second.add(() -> images(state));
        if (!extra(state.buildCache(), wanted.buildCache()).isEmpty()) {
            second.add(() -> calls.post("/build/prune?all=1"));
        }
        inParallel(second);
    }

    /** Restores and removes images one after the other, newest first, because an image stays while another is based on it. */
    private void images(EngineState state) {
        if (wanted.images().isEmpty()) {
            if (!state.images().isEmpty()) {
                calls.post("/images/prune?filters=" + encoded("{\"dangling\":{\"false\":true}}"));
            }
            return;
        }
        // An image that loses its last name is removed, so missing names are added first.
        state.images().forEach((id, names) -> {
            for (String name : extra(wanted.images().getOrDefault(id, Set.of()), names)) {
                ImageReference parsed = ImageReference.parse(name);
                quietly(() -> calls.post(
                        "/images/" + id + "/tag?repo=" + encoded(parsed.name()) + "&tag=" + encoded(parsed.tag())));
            }
        });
        state.images().forEach((id, names) -> {
            Set<String> kept = wanted.images().get(id);
            if (kept == null) {
                quietly(() -> calls.delete("/images/" + id + "?force=1&noprune=1"));
                return;
            }
            for (String name : extra(names, kept)) {
                quietly(() -> calls.delete("/images/" + name + "?noprune=1"));
            }
        });
    }

    private void inParallel(List<Runnable> steps) throws InterruptedException {
        List<Result<Boolean>> results = new ArrayList<>();
        for (Runnable step : steps) {
            results.add(work.begin(() -> {
                quietly(step);
                return true;
            }));
        }
        for (Result<Boolean> result : results) {
            result.get();
        }
    }

    /** Runs a step. A failure shows when the engine's state is read again. */
    private static void quietly(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.debug("A step of a reset failed", e);
        }
    }

    private static Set<String> extra(Set<String> there, Set<String> wanted) {
        Set<String> extra = new HashSet<>(there);
        extra.removeAll(wanted);
        return extra;
    }
}
