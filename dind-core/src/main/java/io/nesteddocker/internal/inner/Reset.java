package io.nesteddocker.internal.inner;

import static io.nesteddocker.internal.inner.EngineCalls.encoded;

import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.inner.SideBySide.Result;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes from an inner engine what is in it now and was not before, and looks again. */
final class Reset {

    private static final Logger LOG = LoggerFactory.getLogger(Reset.class);

    /** What containers hold on to can be removed only when they are gone, and the engine may tell before it is so. */
    private static final int MOST_ROUNDS = 4;

    private final EngineCalls calls;
    private final EngineState wanted;
    private final SideBySide work;

    Reset(EngineCalls calls, EngineState wanted, SideBySide work) {
        this.calls = calls;
        this.wanted = wanted;
        this.work = work;
    }

    /** Brings the engine back and returns in what it still differs. */
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
            // Its services would bring their containers back.
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

    /** One after the other, newest first: an image that was built on another keeps it. */
    private void images(EngineState state) {
        if (wanted.images().isEmpty()) {
            if (!state.images().isEmpty()) {
                calls.post("/images/prune?filters=" + encoded("{\"dangling\":{\"false\":true}}"));
            }
            return;
        }
        // An image that loses its last name is gone, so those that it should have come first.
        state.images().forEach((id, names) -> {
            for (String name : extra(wanted.images().getOrDefault(id, Set.of()), names)) {
                int tag = name.lastIndexOf(':');
                quietly(() -> calls.post("/images/" + id + "/tag?repo=" + encoded(name.substring(0, tag)) + "&tag="
                        + encoded(name.substring(tag + 1))));
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

    /** What comes of it is seen when the engine is looked at again. */
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
